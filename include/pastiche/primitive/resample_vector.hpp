// SPDX-License-Identifier: MIT
/// \file
/// Resampling in vector registers: a strip of output rows at a time, one row a lane for the horizontal sums.
///
/// A strip sums its rows while lanes are neighbouring elements, transposes, and sums columns while lanes are rows;
/// so any number of channels and any taps keep every lane busy, and the image between the two passes is never stored.
#pragma once

#include <pastiche/primitive/lane_pack.hpp>
#include <pastiche/primitive/resample.hpp>

#include <algorithm>
#include <numeric>

namespace pastiche {

namespace detail {

/// Which input rows each strip of `lanes` output rows reads, and where its taps find them.
struct StripPlan {
  std::vector<std::int32_t> row;    ///< of all strips, each row once a strip
  std::vector<std::int32_t> first;  ///< in `row`, of every strip and one past the last
  std::vector<std::int32_t> slot;   ///< of every tap, in its strip's rows
  index_t most = 1;                 ///< rows of a strip

  template <class S>
  StripPlan(const primitive::AxisTaps<S>& taps, index_t lanes) : slot(taps.index.size()) {
    std::vector<std::int32_t> rows;
    for (index_t strip = 0; strip < taps.outputs; strip += lanes) {
      const auto begin = taps.index.begin() + strip * taps.count;
      const auto end = taps.index.begin() + (std::min)(strip + lanes, taps.outputs) * taps.count;
      rows.assign(begin, end);
      std::sort(rows.begin(), rows.end());
      rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
      for (auto tap = begin; tap != end; ++tap) {
        slot[static_cast<std::size_t>(tap - taps.index.begin())] =
            static_cast<std::int32_t>(std::lower_bound(rows.begin(), rows.end(), *tap) - rows.begin());
      }
      first.push_back(static_cast<std::int32_t>(row.size()));
      row.insert(row.end(), rows.begin(), rows.end());
      most = (std::max)(most, static_cast<index_t>(rows.size()));
    }
    first.push_back(static_cast<std::int32_t>(row.size()));
  }
};

/// Strip i of the result: rows [i * lanes, (i + 1) * lanes).
template <class Arch, class From, class To, class S>
struct ResampleStrip {
  using arch = Arch;
  using V = simd::Wide<Arch, S>;
  using Load = LanePack<V, From>;
  using Store = LanePack<V, To>;
  static constexpr index_t kLanes = V::lanes;
  static constexpr index_t kBlock = max_of<index_t>(64, kLanes);  ///< elements whose rows are summed together
  static constexpr index_t kGroup = kLanes * Store::pack;         ///< elements stored together
  static constexpr int kWidth = static_cast<int>(min_of<index_t>(8, kBlock / kLanes));

  const From* from;
  index_t from_stride, run, channels;  ///< run: elements in an input row
  const std::int32_t *strip_row, *strip_first, *row_slot;
  const S* row_weight;
  index_t row_count, most_rows;
  const std::int32_t* column;
  const S* column_weight;
  index_t column_count;
  To* to;
  index_t to_stride, height, width;

  index_t scratch() const noexcept {
    return static_cast<index_t>(sizeof(S)) * ((most_rows + kLanes) * kBlock + round_up(run, kBlock) * kLanes +
                                              (tile_pixels() * channels + kGroup) * kLanes);
  }
  /// What a strip costs, in vector operations.
  index_t cost() const noexcept { return (run * row_count + width * channels * column_count) * 2; }

  PASTICHE_INLINE void operator()(index_t strip, std::byte* memory) const noexcept {
    S* block = reinterpret_cast<S*>(memory);
    S* sums = block + most_rows * kBlock;
    S* turned = sums + kLanes * kBlock;
    S* tile = turned + round_up(run, kBlock) * kLanes;
    for (index_t at = 0; at < run; at += kBlock) {
      load_block(strip, at, block);
      sum_rows(strip, block, sums);
      turn(sums, turned + at * kLanes);
    }
    const index_t step = tile_pixels();
    for (index_t x = 0; x < width; x += step) {
      const index_t pixels = min_of(step, width - x);
      sum_columns(turned, x, pixels, tile);
      store_tile(strip, tile, x * channels, pixels * channels);
    }
  }

 private:
  /// Pixels of a tile: the fewest, but at least a block, that fill whole groups.
  PASTICHE_INLINE index_t tile_pixels() const noexcept {
    index_t a = kGroup, b = channels;
    while (b != 0) {
      const index_t r = a % b;
      a = b;
      b = r;
    }
    const index_t fewest = kGroup / a;
    return fewest * ceil_div(kBlock, fewest * channels);
  }

  /// The strip's input rows as scalars, a block of each. Lanes come in the order that unpacking gives.
  PASTICHE_INLINE void load_block(index_t strip, index_t at, S* block) const noexcept {
    const index_t n = min_of(kBlock, run - at);
    for (index_t r = strip_first[strip]; r < strip_first[strip + 1]; ++r, block += kBlock) {
      const From* row = from + strip_row[r] * from_stride + at;
      if (n == kBlock) {
        Load::template unpack<kBlock>(row, block);
      } else {
        From whole[kBlock] = {};
        __builtin_memcpy(whole, row, static_cast<std::size_t>(n) * sizeof(From));
        Load::template unpack<kBlock>(whole, block);
      }
    }
  }

  PASTICHE_INLINE void sum_rows(index_t strip, const S* block, S* sums) const noexcept {
    for (index_t r = 0; r < kLanes; ++r, sums += kBlock) {
      const index_t y = min_of(strip * kLanes + r, height - 1);
      for (index_t at = 0; at < kBlock; at += kWidth * kLanes) {
        V sum[kWidth];
        PASTICHE_UNROLL
        for (int v = 0; v < kWidth; ++v) sum[v] = V(S(0));
        for (index_t k = y * row_count; k < (y + 1) * row_count; ++k) {
          const V weight(row_weight[k]);
          const S* row = block + row_slot[k] * kBlock + at;
          PASTICHE_UNROLL
          for (int v = 0; v < kWidth; ++v) sum[v] = fma(weight, V::load(row + v * kLanes), sum[v]);
        }
        PASTICHE_UNROLL
        for (int v = 0; v < kWidth; ++v) sum[v].store(sums + at + v * kLanes);
      }
    }
  }

  /// Rows become lanes, elements their natural order again.
  PASTICHE_INLINE void turn(const S* sums, S* turned) const noexcept {
    for (int v = 0; v < kBlock / kLanes; ++v) {
      V row[kLanes];
      PASTICHE_UNROLL
      for (int r = 0; r < kLanes; ++r) row[r] = V::load(sums + r * kBlock + v * kLanes);
      transpose(row);
      PASTICHE_UNROLL
      for (int i = 0; i < kLanes; ++i) row[i].store(turned + Load::element(v, i) * kLanes);
    }
  }

  PASTICHE_INLINE void sum_columns(const S* turned, index_t x, index_t pixels, S* tile) const noexcept {
    switch (channels) {
      case 1:
        return sum_pixels<4, 1>(turned, x, pixels, tile);
      case 2:
        return sum_pixels<2, 2>(turned, x, pixels, tile);
      case 3:
        return sum_pixels<2, 3>(turned, x, pixels, tile);
      case 4:
        return sum_pixels<2, 4>(turned, x, pixels, tile);
      default:
        break;
    }
    index_t c = 0;
    for (; c + 4 <= channels; c += 4) sum_pixels<2, 4>(turned + c * kLanes, x, pixels, tile + c * kLanes);
    for (; c < channels; ++c) sum_pixels<4, 1>(turned + c * kLanes, x, pixels, tile + c * kLanes);
  }

  template <int Pixels, int Channels>
  PASTICHE_INLINE void sum_pixels(const S* turned, index_t x, index_t pixels, S* tile) const noexcept {
    const index_t end = x + pixels;
    for (; x + Pixels <= end; x += Pixels, tile += Pixels * channels * kLanes) {
      sum_some<Pixels, Channels>(turned, x, tile);
    }
    for (; x < end; ++x, tile += channels * kLanes) sum_some<1, Channels>(turned, x, tile);
  }

  template <int Pixels, int Channels>
  PASTICHE_INLINE void sum_some(const S* turned, index_t x, S* tile) const noexcept {
    const index_t step = channels * kLanes;
    V sum[Pixels][Channels];
    PASTICHE_UNROLL
    for (int p = 0; p < Pixels; ++p) {
      PASTICHE_UNROLL
      for (int c = 0; c < Channels; ++c) sum[p][c] = V(S(0));
    }
    const index_t first = x * column_count;
    for (index_t k = 0; k < column_count; ++k) {
      PASTICHE_UNROLL
      for (int p = 0; p < Pixels; ++p) {
        const V weight(column_weight[first + p * column_count + k]);
        const S* pixel = turned + column[first + p * column_count + k] * step;
        PASTICHE_UNROLL
        for (int c = 0; c < Channels; ++c) sum[p][c] = fma(weight, V::load(pixel + c * kLanes), sum[p][c]);
      }
    }
    PASTICHE_UNROLL
    for (int p = 0; p < Pixels; ++p) {
      PASTICHE_UNROLL
      for (int c = 0; c < Channels; ++c) sum[p][c].store(tile + p * step + c * kLanes);
    }
  }

  /// Lanes become rows again and scalars elements: n of every row from element `at` on.
  PASTICHE_INLINE void store_tile(index_t strip, const S* tile, index_t at, index_t n) const noexcept {
    const index_t rows = min_of(kLanes, height - strip * kLanes);
    To* to_row = to + strip * kLanes * to_stride + at;
    for (index_t e = 0; e < n; e += kGroup) {
      typename Store::Word word[kLanes];
      PASTICHE_UNROLL
      for (int i = 0; i < kLanes; ++i) word[i] = Store::pack_lanes(tile + (e + i * Store::pack) * kLanes);
      transpose(word);
      if (rows == kLanes && e + kGroup <= n) {
        PASTICHE_UNROLL
        for (int r = 0; r < kLanes; ++r) __builtin_memcpy(to_row + r * to_stride + e, &word[r].v, sizeof word[r].v);
      } else {
        const std::size_t bytes = static_cast<std::size_t>(min_of(kGroup, n - e)) * sizeof(To);
        To part[kLanes][kGroup];
        PASTICHE_UNROLL
        for (int r = 0; r < kLanes; ++r) __builtin_memcpy(part[r], &word[r].v, sizeof word[r].v);
        for (index_t r = 0; r < rows; ++r) __builtin_memcpy(to_row + r * to_stride + e, part[r], bytes);
      }
    }
  }
};

}  // namespace detail

namespace primitive {

/// The form for devices with vector registers. Elements it has no packing for take the generic one.
template <DevicePolicy Device>
  requires VectorDevice<Device>
struct Resample<Device> : GenericResample<Device> {
  template <Element From, Element To, Scalar S>
  static void run(const Device& device, TensorView<const From, 3, Device> from, const AxisTaps<S>& rows,
                  const AxisTaps<S>& columns, TensorView<To, 3, Device> to) {
    if constexpr (!pastiche::detail::kLanePackable<From, S> || !pastiche::detail::kLanePackable<To, S>) {
      GenericResample<Device>::run(device, from, rows, columns, to);
    } else {
      pastiche::detail::check_resample(from, rows, columns, to);
      if (to.size() == 0) return;
      device.dispatch([&](auto arch) {
        using Strip = pastiche::detail::ResampleStrip<decltype(arch), From, To, S>;
        const pastiche::detail::StripPlan plan(rows, Strip::kLanes);
        const Strip strip{from.data(),
                          from.stride()[0],
                          from.shape(1) * from.shape(2),
                          from.shape(2),
                          plan.row.data(),
                          plan.first.data(),
                          plan.slot.data(),
                          rows.weight.data(),
                          rows.count,
                          plan.most,
                          columns.index.data(),
                          columns.weight.data(),
                          columns.count,
                          to.data(),
                          to.stride()[0],
                          to.shape(0),
                          to.shape(1)};
        device.for_each_piece(ceil_div(to.shape(0), Strip::kLanes), strip.cost(), strip);
      });
    }
  }
};

}  // namespace primitive

}  // namespace pastiche
