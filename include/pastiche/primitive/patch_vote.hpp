// SPDX-License-Identifier: MIT
/// \file
/// Pixels from a field: every patch votes for the pixels it covers with those of its source, by a weight of its own.
///
/// Weights are integers and sums of 8-bit elements exact, so that a vote is the same on every device and instruction
/// set.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/core/simd.hpp>
#include <pastiche/primitive/field_problem.hpp>
#include <pastiche/primitive/padded_picture.hpp>

#include <cmath>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// A field of one neighbour a patch, and what each patch's vote counts.
struct PatchVotes {
  const BlockSource* sources;   ///< (rows, columns)
  const std::int32_t* weights;  ///< the same, 0 to kMostVote
  index_t rows, columns;
  bool wrap_rows, wrap_columns;
  int patch;
};

/// The greatest weight of a patch: times 255 and the pixels of a patch of 64 by 64 it fits into 31 bits.
inline constexpr std::int32_t kMostVote = 2047;

/// A square root that rounds the same everywhere: host and device intrinsics both do so as IEEE 754 asks.
PASTICHE_HD inline float exact_sqrt(float x) noexcept {
#if defined(__CUDA_ARCH__)
  return __fsqrt_rn(x);
#else
  return __builtin_sqrtf(x);
#endif
}

/// Weights by distance: those of robust statistics, (d + floor)^(-5/8) scaled so that the floor counts most. Square
/// roots and a quotient, which round alike on all devices.
template <class D>
struct WeighVotes {
  const D* distances;
  float unit;   ///< times a distance: the mean over the elements compared, of pixels in [0, 1], squared
  float floor;  ///< of that mean
  bool robust;  ///< else all count alike
  const BlockSource* sources;
  std::int32_t* weights;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    if (sources[i].example < 0) {
      weights[i] = 0;
      return;
    }
    if (!robust) {
      weights[i] = kMostVote;
      return;
    }
    const float ratio = (static_cast<float>(distances[i]) * unit + floor) / floor;
    const float half = exact_sqrt(ratio), eighth = exact_sqrt(exact_sqrt(half));
    weights[i] = max_of(1, static_cast<std::int32_t>(static_cast<float>(kMostVote) / (half * eighth)));
  }
};

/// The mean of all votes for one row of an output, element by element: the reference.
template <class E, class Device>
struct VoteMeanRow {
  using A = std::conditional_t<std::integral<E>, std::int64_t, scalar_t<E>>;
  PatchVotes votes;
  const TensorView<const E, 3, Device>* examples;
  TensorView<E, 3, Device> image;

  PASTICHE_HD void operator()(index_t y) const noexcept {
    const index_t channels = examples[0].shape(2);
    for (index_t x = 0; x < image.shape(1); ++x) {
      E* to = image.row(y, x);
      A weight = 0;
      for (index_t c = 0; c < channels; ++c) {
        A sum = 0;
        weight = 0;
        for (int i = votes.patch - 1; i >= 0; --i) {
          const index_t row = votes.wrap_rows ? wrap(y - i, votes.rows) : y - i;
          if (row < 0 || row >= votes.rows) continue;
          for (int j = votes.patch - 1; j >= 0; --j) {
            const index_t column = votes.wrap_columns ? wrap(x - j, votes.columns) : x - j;
            if (column < 0 || column >= votes.columns) continue;
            const BlockSource source = votes.sources[row * votes.columns + column];
            if (source.example < 0) continue;
            const A w = static_cast<A>(votes.weights[row * votes.columns + column]);
            weight += w;
            sum += w * static_cast<A>(examples[source.example](source.row + i, source.column + j, c));
          }
        }
        if (weight > A(0)) to[c] = mean(sum, weight);
      }
    }
  }

 private:
  PASTICHE_HD static E mean(A sum, A weight) noexcept {
    if constexpr (std::integral<E>) {
      return static_cast<E>((sum + weight / 2) / weight);
    } else {
      return sum / weight;
    }
  }
};

/// For one row of an output the single source of each pixel: of those that voted the one whose pixel is nearest to the
/// mean that stands in `image`, the weightier of equals.
template <class E, class Device>
struct StealRow {
  using A = std::conditional_t<std::integral<E>, std::int64_t, scalar_t<E>>;
  PatchVotes votes;
  const TensorView<const E, 3, Device>* examples;
  TensorView<const E, 3, Device> image;
  int* provenance;  ///< (height, width, 3)

  PASTICHE_HD void operator()(index_t y) const noexcept {
    const index_t channels = examples[0].shape(2);
    for (index_t x = 0; x < image.shape(1); ++x) {
      const E* mean = image.row(y, x);
      BlockSource best{};
      A least = 0;
      std::int32_t most = 0;
      for (int i = votes.patch - 1; i >= 0; --i) {
        const index_t row = votes.wrap_rows ? wrap(y - i, votes.rows) : y - i;
        if (row < 0 || row >= votes.rows) continue;
        for (int j = votes.patch - 1; j >= 0; --j) {
          const index_t column = votes.wrap_columns ? wrap(x - j, votes.columns) : x - j;
          if (column < 0 || column >= votes.columns) continue;
          BlockSource source = votes.sources[row * votes.columns + column];
          if (source.example < 0) continue;
          source.row += i;
          source.column += j;
          const std::int32_t weight = votes.weights[row * votes.columns + column];
          if (best.example == source.example && best.row == source.row && best.column == source.column) {
            most = max_of(most, weight);
            continue;
          }
          const E* could = examples[source.example].row(source.row, source.column);
          A distance = 0;
          for (index_t c = 0; c < channels; ++c) {
            const A d = static_cast<A>(could[c]) - static_cast<A>(mean[c]);
            distance += d * d;
          }
          if (best.example < 0 || distance < least || (distance == least && weight > most)) {
            best = source;
            least = distance;
            most = weight;
          }
        }
      }
      int* to = provenance + (y * image.shape(1) + x) * 3;
      to[0] = best.example;
      to[1] = best.example < 0 ? -1 : best.row;
      to[2] = best.example < 0 ? -1 : best.column;
    }
  }
};

/// The pixels that a provenance names.
template <class E, class Device>
struct StealPixels {
  const TensorView<const E, 3, Device>* examples;
  const int* provenance;
  E* image;
  index_t channels;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const int* from = provenance + i * 3;
    E* to = image + i * channels;
    if (from[0] < 0) {
      for (index_t c = 0; c < channels; ++c) to[c] = E{};
      return;
    }
    const E* pixel = examples[from[0]].row(from[1], from[2]);
    for (index_t c = 0; c < channels; ++c) to[c] = pixel[c];
  }
};

PASTICHE_DEVICE_CODE_END

/// What vector votes are summed in.
template <class E>
using vote_sum_t = std::conditional_t<std::integral<E>, std::int32_t, scalar_t<E>>;

/// Some rows of an output in registers: each patch adds its rows to sums as long as a row.
template <class Arch, class E>
struct VoteMeanBand {
  using arch = Arch;
  using A = vote_sum_t<E>;
  using V = simd::Wide<Arch, A>;

  PatchVotes votes;
  const PaddedRows<A>* examples;  ///< of the elements as sums
  index_t height, width, channels, band;
  E* image;
  index_t image_stride, pixel_stride;

  index_t row_room() const noexcept { return round_up((width + votes.patch) * channels + 16, index_t{16}); }
  index_t scratch() const noexcept {
    return band * (row_room() * static_cast<index_t>(sizeof(A)) + round_up(width + votes.patch, index_t{16}) * 4);
  }

  PASTICHE_INLINE void operator()(index_t piece, std::byte* memory) const noexcept {
    const index_t top = piece * band, bottom = min_of(top + band, height);
    const index_t room = row_room(), counts = round_up(width + votes.patch, index_t{16});
    A* sums = reinterpret_cast<A*>(memory);
    std::int32_t* weights = reinterpret_cast<std::int32_t*>(sums + band * room);
    for (index_t i = 0; i < band * room; ++i) sums[i] = A(0);
    for (index_t i = 0; i < band * counts; ++i) weights[i] = 0;
    const index_t run = votes.patch * channels;
    for (index_t y = top - votes.patch + 1; y < bottom; ++y) {
      const index_t row = votes.wrap_rows ? wrap(y, votes.rows) : y;
      if (row < 0 || row >= votes.rows) continue;
      const index_t first = max_of(y, top) - y, last = min_of<index_t>(y + votes.patch, bottom) - y;
      // Where the output wraps, patches that reach beyond its right edge come again from before its left edge.
      const index_t begin = votes.wrap_columns ? 1 - votes.patch : 0;
      for (index_t x = begin; x < votes.columns; ++x) {
        const index_t at = row * votes.columns + (x < 0 ? x + votes.columns * ceil_div(-x, votes.columns) : x);
        const BlockSource source = votes.sources[at];
        if (source.example < 0) continue;
        const index_t skip = max_of<index_t>(-x, 0);  // pixels of the patch left of the output
        const PaddedRows<A> example = examples[source.example];
        const std::int32_t weight = votes.weights[at];
        const V w(static_cast<A>(weight));
        for (index_t i = first; i < last; ++i) {
          const A* from = example.data + (source.row + i) * example.stride + (source.column + skip) * channels;
          const index_t in_band = y + i - top;
          A* to = sums + in_band * room + (x + skip) * channels;
          index_t k = 0;
          const index_t length = run - skip * channels;
          for (; k + V::lanes <= length; k += V::lanes) {
            fma(w, V::load(from + k), V::load(to + k)).store(to + k);
          }
          for (; k < length; ++k) to[k] += static_cast<A>(weight) * from[k];
          std::int32_t* count = weights + in_band * counts + x + skip;
          for (index_t j = 0; j < votes.patch - skip; ++j) count[j] += weight;
        }
      }
    }
    for (index_t y = top; y < bottom; ++y) {
      E* to = image + y * image_stride;
      for (index_t x = 0; x < width; ++x) {
        const std::int32_t weight = weights[(y - top) * counts + x];
        if (weight == 0) continue;
        for (index_t c = 0; c < channels; ++c) {
          const A sum = sums[(y - top) * room + x * channels + c];
          if constexpr (std::integral<E>) {
            to[x * pixel_stride + c] = static_cast<E>((sum + weight / 2) / weight);
          } else {
            to[x * pixel_stride + c] = sum / static_cast<A>(weight);
          }
        }
      }
    }
  }
};

/// Fills an image (height, width, channel), which may be part of wider pixels, with the means of all votes. Pixels that
/// nothing votes for stay as they are.
template <class E, class Device>
void vote_means(const Device& device, const PatchVotes& votes,
                const std::vector<TensorView<const E, 3, Device>>& examples, const TensorView<E, 3, Device>& image) {
  const index_t height = image.shape(0), width = image.shape(1), channels = image.shape(2);
  if constexpr (VectorDevice<Device> && (std::same_as<E, std::uint8_t> || Scalar<E>)) {
    if (height >= votes.patch && width >= votes.patch && votes.patch <= 64) {
      using A = vote_sum_t<E>;
      std::vector<PaddedPicture<A>> copies;
      std::vector<PaddedRows<A>> rows;
      for (const auto& view : examples) copies.emplace_back(view, 0, 0);
      for (const auto& copy : copies) rows.push_back({copy.values.data(), copy.stride});
      constexpr index_t kBand = 32;
      device.dispatch([&](auto arch) {
        device.for_each_piece(ceil_div(height, kBand), kBand * width * votes.patch * 4,
                              VoteMeanBand<decltype(arch), E>{votes, rows.data(), height, width, channels, kBand,
                                                              image.data(), image.stride()[0], image.stride()[1]});
      });
      return;
    }
  }
  const DeviceArray<TensorView<const E, 3, Device>, Device> views(examples, device);
  device.for_each_piece(height, width * votes.patch * votes.patch * 8,
                        VoteMeanRow<E, Device>{votes, views.data(), image});
}

}  // namespace pastiche::detail
