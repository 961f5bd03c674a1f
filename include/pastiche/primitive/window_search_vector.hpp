// SPDX-License-Identifier: MIT
/// \file
/// Window search in vector registers. Included by window_search.hpp.
///
/// Lanes are neighbouring places. The examples are laid out once, in planes and with a rim of half a window, so that
/// each pixel of a window meets contiguous memory at any place; what an example lacks there is its mean pixel. For a
/// query the known pixels of the window become a list of (offset into the planes, factor), which is run over all
/// places.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/primitive/window_lists.hpp>
#include <pastiche/primitive/window_search.hpp>

#include <utility>
#include <vector>

namespace pastiche {

namespace detail {

/// One or two neighbouring rows of places of one example.
struct PlaceRowPair {
  index_t row;         ///< of places, the upper one
  index_t padded_row;  ///< of the planes: the uppermost that its windows reach
  int count;           ///< 1 or 2
};

/// Runs the lists of a query over two rows of places: what is loaded of the examples serves both.
template <class Arch, class Distance, class E, class Device>
struct SweepWindows {
  using arch = Arch;
  using Lists = ListWindow<Distance, E, Device>;
  using Value = typename Lists::Value;
  using Entry = typename Lists::Entry;
  using Coding = typename Lists::Coding;
  using V = simd::Wide<Arch, Value>;
  static constexpr bool exact = Lists::Numbers::exact;
  static constexpr int kParts = Lists::kParts;
  static constexpr int kMostVectors = 4;

  Distance distance;
  const PlaceRowPair* pairs;
  index_t pair_count, rows, stride;
  const Value* planes;
  index_t row_words;
  const WindowPlanes* parts;
  index_t list_room;  ///< entries of a list for each plane of its part
  index_t entries_a_query;
  const Entry* entries;
  const WindowList* lists;
  const Value* rest;
  const Value* barred;  ///< of each place: kBarred where it must not be stolen, else 0
  Value* sums;
  Value* least;

  PASTICHE_INLINE void operator()(index_t i) const noexcept {
    const index_t q = i / pair_count;
    const PlaceRowPair pair = pairs[i % pair_count];
    V best[2] = {V(kBarred<Value>), V(kBarred<Value>)};
    index_t left = stride / V::lanes, column = 0;
    while (left > 0) {
      const index_t width = ceil_div(left, ceil_div(left, index_t{kMostVectors}));
      if (width == 4) tile<4>(q, pair, column, best);
      if (width == 3) tile<3>(q, pair, column, best);
      if (width == 2) tile<2>(q, pair, column, best);
      if (width == 1) tile<1>(q, pair, column, best);
      column += width * V::lanes;
      left -= width;
    }
    finish(best[0], q * rows + pair.row);
    if (pair.count == 2) finish(best[1], q * rows + pair.row + 1);
  }

 private:
  PASTICHE_INLINE void finish(const V& best, index_t row) const noexcept {
    alignas(64) Value lane[V::lanes];
    best.store(lane);
    Value all = lane[0];
    for (int i = 1; i < V::lanes; ++i) all = min_of(all, lane[i]);
    least[row] = all;
  }

  template <int Width>
  PASTICHE_INLINE void tile(index_t q, const PlaceRowPair& pair, index_t column, V (&best)[2]) const noexcept {
    V sum[2][Width];
    PASTICHE_UNROLL
    for (int v = 0; v < 2 * Width; ++v) sum[v / Width][v % Width] = V(rest[q]);
    const Value* from = planes + pair.padded_row * row_words + column;
    if constexpr (exact) {
      run(sum, from, q, 0, typename Coding::Term{});
      run(sum, from, q, 1, typename Coding::Term{});
    } else {
      run(sum, from, q, 0, typename Coding::template Term<Distance>{distance});
      run(sum, from, q, 1, typename Coding::template Term<SquaredDifference>{});
      run(sum, from, q, 2, typename Coding::SpreadTerm{});
      run(sum, from, q, 3, typename Coding::SpreadTerm{});
    }
    for (int r = 0; r < pair.count; ++r) {
      const index_t at = (pair.row + r) * stride + column;
      Value* to = sums + q * rows * stride + at;
      PASTICHE_UNROLL
      for (int v = 0; v < Width; ++v) {
        const V total = max_of(r == 0 ? sum[0][v] : sum[1][v], V::load(barred + at + v * V::lanes));
        total.store(to + v * V::lanes);
        best[r] = min_of(best[r], total);
      }
    }
  }

  template <int Width, class Term>
  PASTICHE_INLINE void run(V (&sum)[2][Width], const Value* from, index_t q, int part,
                           const Term& term) const noexcept {
    const WindowList list = lists[q * kParts + part];
    const index_t room = list_room * parts[part].planes;
    const Entry* first = entries + q * entries_a_query + parts[part].first_entry;
    add<true, true>(sum, from, first, list.count[0], term);
    add<true, false>(sum, from, first + room, list.count[1], term);
    add<false, true>(sum, from, first + 2 * room, list.count[2], term);
  }

  template <bool Upper, bool Lower, int Width, class Term>
  PASTICHE_INLINE void add(V (&sum)[2][Width], const Value* from, const Entry* entry, std::int32_t count,
                           const Term& term) const noexcept {
    for (const Entry* end = entry + count; entry != end; ++entry) {
      const Value* at = from + entry->offset;
      PASTICHE_UNROLL
      for (int v = 0; v < Width; ++v) {
        const V could = V::load(at + v * V::lanes);
        if constexpr (Upper) sum[0][v] = term(sum[0][v], could, entry->upper);
        if constexpr (Lower) sum[1][v] = term(sum[1][v], could, entry->lower);
      }
    }
  }
};

}  // namespace detail

namespace primitive {

template <Element E, VectorDevice Device, ElementDistance<scalar_t<E>> Distance>
class WindowSearch<E, Device, Distance> {
  using Lists = pastiche::detail::ListWindow<Distance, E, Device>;
  using Numbers = typename Lists::Numbers;
  using Problem = WindowProblem<E, Device, Distance>;

 public:
  using Value = typename Problem::Value;

  explicit WindowSearch(const Problem& problem)
      : device_{problem.device},
        distance_{problem.distance},
        half_{problem.half},
        channels_{problem.pixels.channels},
        guide_channels_{problem.guide.channels},
        reach_{problem.size[0], problem.size[1], problem.wrap_rows, problem.wrap_columns},
        rows_{problem.places.rows()},
        stride_{round_up<index_t>(problem.places.widest_row(), 16)},
        plane_words_{stride_ + 2 * half_},
        weights_{problem.pixels.weights},
        guide_weights_{problem.guide.weights},
        guide_output_{problem.guide_output} {
    for (index_t c = 0; c < channels_; ++c) channel_weights_.push_back(channel_weight_of(distance_, c));
    part(0, channels_, false);
    part(1, guide_channels_, true);
    if constexpr (!Numbers::exact) {
      part(2, 1, false);
      part(3, guide_channels_ > 0 ? 1 : 0, true);
    }
    row_words_ = plane_words_ * planes_a_row_;
    require(row_words_ < kMostOffset / (2 * half_ + 2), "WindowSearch", "size of an example",
            problem.places.widest_row(), "one whose window spans less than 2^31 words");
    lay_out(problem);
    const std::size_t batch = static_cast<std::size_t>(problem.batch);
    entries_.resize(batch * static_cast<std::size_t>(entries_a_query_));
    lists_.resize(batch * Lists::kParts);
    mass_.resize(batch);
    rest_.resize(batch);
    least_.resize(batch * static_cast<std::size_t>(rows_));
    sums_.resize(batch * static_cast<std::size_t>(rows_ * stride_));
  }

  WindowSums<Value> operator()(const WindowCanvas<E, Device>& canvas, const WindowQuery* queries, index_t count) {
    const index_t pixels = index_t{2 * half_ + 1} * (2 * half_ + 1), pairs = static_cast<index_t>(pairs_.size());
    device_.for_each_piece(
        count, 20 * pixels,
        Lists{half_, reach_, canvas, queries, channels_, guide_channels_, weights_.data(), guide_weights_.data(),
              guide_output_.data(), channel_weights_.data(), parts_, plane_words_, row_words_, entries_a_query_,
              entries_.data(), lists_.data(), mass_.data(), rest_.data()});
    device_.dispatch([&](auto arch) {
      device_.for_each_piece(count * pairs, pixels * planes_a_row_ * stride_ / 8,
                             pastiche::detail::SweepWindows<decltype(arch), Distance, E, Device>{
                                 distance_, pairs_.data(), pairs, rows_, stride_, planes_.data(), row_words_, parts_,
                                 index_t{2 * half_ + 2} * (2 * half_ + 1), entries_a_query_, entries_.data(),
                                 lists_.data(), rest_.data(), barred_.data(), sums_.data(), least_.data()});
    });
    return {sums_.data(), least_.data(), mass_.data(), rows_, stride_};
  }

 private:
  using Coding = typename Lists::Coding;
  static constexpr index_t kMostOffset = index_t{1} << 31;

  static constexpr int planes_of(int channels) noexcept {
    if constexpr (Numbers::exact) {
      return Coding::words(channels);
    } else {
      return channels;
    }
  }

  void part(int number, int channels, bool is_guide) {
    const int planes = planes_of(channels);
    parts_[number] = {planes_a_row_, planes, entries_a_query_, is_guide};
    planes_a_row_ += planes;
    entries_a_query_ += index_t{3} * (2 * half_ + 2) * (2 * half_ + 1) * planes;
  }

  // Rows of all examples one below the other, each example with a rim of half a window, and one row more, which the
  // lower of two rows of places may reach where there is none.
  void lay_out(const Problem& problem) {
    index_t padded = 0;
    std::vector<index_t> first_row;
    for (const auto& example : problem.examples) {
      first_row.push_back(padded);
      padded += example.shape(0) + 2 * half_;
    }
    planes_.resize(static_cast<std::size_t>((padded + 1) * row_words_));
    barred_.assign(static_cast<std::size_t>(rows_ * stride_), kBarred<Value>);
    const std::vector<PlaceRow>& rows = problem.places.table();
    for (std::size_t e = 0, r = 0; e < problem.examples.size(); ++e) {
      const auto& example = problem.examples[e];
      const index_t place = rows[r].first;
      for (index_t y = -half_; y < example.shape(0) + half_; ++y) {
        lay_out_row(problem, example, place, y, planes_.data() + (first_row[e] + y + half_) * row_words_);
      }
      for (index_t y = 0; y < example.shape(0); ++y, ++r) {
        if (y % 2 == 0) {
          pairs_.push_back({static_cast<index_t>(r), first_row[e] + y, y + 1 < example.shape(0) ? 2 : 1});
        }
        for (index_t x = 0; x < example.shape(1); ++x) {
          if (is_allowed(problem, rows[r].first + x)) {
            barred_[r * static_cast<std::size_t>(stride_) + static_cast<std::size_t>(x)] = 0;
          }
        }
      }
    }
  }

  static bool is_allowed(const Problem& problem, index_t place) {
    return problem.allowed.empty() || problem.allowed[static_cast<std::size_t>(place)] != 0;
  }

  void lay_out_row(const Problem& problem, const TensorView<const E, 3, Device>& example, index_t first_place,
                   index_t y, Value* to) const {
    std::vector<Value> values(problem.pixels.mean);
    const bool row_inside = y >= 0 && y < example.shape(0);
    for (index_t x = -half_; x < stride_ + half_; ++x) {
      const index_t place = first_place + y * example.shape(1) + x;
      const bool there = row_inside && x >= 0 && x < example.shape(1) && is_allowed(problem, place);
      Value* at = to + x + half_;
      if (there) {
        for (int c = 0; c < channels_; ++c) {
          values[static_cast<std::size_t>(c)] = pastiche::detail::WindowTerm<Distance, E>::value(example.row(y, x)[c]);
        }
      }
      put(0, there ? values.data() : problem.pixels.mean.data(), there, problem.pixels, at);
      if (guide_channels_ > 0) {
        put(1, there ? problem.guide_examples.data() + place * guide_channels_ : problem.guide.mean.data(), there,
            problem.guide, at);
      }
    }
  }

  // One pixel into the planes of a part, and what it costs more where it is missing.
  void put(int number, const Value* values, bool there, const pastiche::detail::WindowChannels<Value>& group,
           Value* at) const {
    Value* to = at + parts_[number].first_plane * plane_words_;
    if constexpr (Numbers::exact) {
      Coding::encode(values, there ? nullptr : group.spread.data(), group.channels, plane_words_, to);
    } else {
      Value spread = 0;
      for (int c = 0; c < group.channels; ++c) {
        to[c * plane_words_] = values[c];
        spread += there ? Value(0) : group.spread[static_cast<std::size_t>(c)];
      }
      at[parts_[number + 2].first_plane * plane_words_] = spread;
    }
  }

  Device device_;
  Distance distance_;
  int half_, channels_, guide_channels_;
  pastiche::detail::WindowReach reach_;
  index_t rows_, stride_, plane_words_, row_words_ = 0, entries_a_query_ = 0;
  int planes_a_row_ = 0;
  std::vector<Value> weights_, guide_weights_, guide_output_;
  std::vector<float> channel_weights_;
  pastiche::detail::WindowPlanes parts_[4] = {};
  std::vector<pastiche::detail::PlaceRowPair> pairs_;
  std::vector<Value> planes_, barred_;
  std::vector<typename Lists::Entry> entries_;
  std::vector<pastiche::detail::WindowList> lists_;
  std::vector<Value> mass_, rest_, least_, sums_;
};

}  // namespace primitive

}  // namespace pastiche
