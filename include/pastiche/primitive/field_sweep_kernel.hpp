// SPDX-License-Identifier: MIT
/// \file
/// The inner loops of field_sweep.hpp.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/primitive/neighbour_candidates.hpp>
#include <pastiche/primitive/search_terms.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace pastiche::detail {

/// Offsets at once: as many as words fill a cache line, on every instruction set, so that sums are the same on all.
template <class Word>
inline constexpr int kSweepLanes = 64 / static_cast<int>(sizeof(Word));

/// Patches of the picture that are searched together.
struct SweepTile {
  index_t row, column, height, width;
};

/// What sums are compared with where there is no place, and what is added for offsets that are not asked for. Integers
/// are squares of at most kMostSweepElements, less the energy of the patch: sums, either of these and both together
/// stay apart and within 31 bits.
inline constexpr index_t kMostSweepElements = 4000;
template <class Word>
inline constexpr Word kNoPlace = (std::numeric_limits<Word>::infinity)();
template <>
inline constexpr std::int32_t kNoPlace<std::int32_t> = 1'300'000'000;
template <class Word>
inline constexpr Word kNoOffset = (std::numeric_limits<Word>::infinity)();
template <>
inline constexpr std::int32_t kNoOffset<std::int32_t> = 600'000'000;
/// The rank of what has not been found yet, greater than all others.
template <class Word>
inline constexpr Word kUnfound = kFarthest<Word>;
template <>
inline constexpr std::int32_t kUnfound<std::int32_t> = 300'000'000;
/// Less than every rank.
template <class Word>
inline constexpr Word kUnwanted = std::numeric_limits<Word>::lowest();

/// A rank by factors among words of the sweep, in the same order: of integers those that order as the floats do.
template <class Word, class V, class F>
PASTICHE_INLINE V ordered_rank(const F& rank) noexcept {
  if constexpr (std::integral<Word>) {
    V r;
    r.v = (typename V::type)rank.v;
    r.v = r.v ^ (r.v >> 31 & 0x7fffffff);
    return r;
  } else {
    return rank;
  }
}

/// An example as the sweep reads it. Its columns go on from the beginning after the last one, so that every offset is
/// a start in them.
template <class Word>
struct SweepExample {
  index_t width;  ///< of the picture, in pixels
  index_t place_rows, place_columns;
  index_t first_place;
  const Word* planes;    ///< (row, plane, column)
  index_t stride;        ///< words from plane to plane
  const Word* energies;  ///< (row, column): of the patch with its corner here; kNoPlace where none may be found
  const rank_scalar_t<Word>* factors;  ///< the same of factors, or null
};

/// The next greater rank.
template <class Word>
PASTICHE_INLINE Word next_above(Word rank) noexcept {
  if constexpr (std::same_as<Word, float>) {
    return rank >= 0.0f ? bits_as<float>(bits_as<std::int32_t>(rank + 0.0f) + 1) : rank;
  } else if constexpr (std::same_as<Word, double>) {
    return rank >= 0.0 ? bits_as<double>(bits_as<std::int64_t>(rank + 0.0) + 1) : rank;
  } else {
    return static_cast<Word>(rank + 1);
  }
}

/// Vectors side by side.
template <class V, int N>
struct VectorRow {
  using T = typename V::value_type;
  V v[N];

  PASTICHE_INLINE static VectorRow load(const T* from) noexcept {
    VectorRow r;
    PASTICHE_UNROLL
    for (int i = 0; i < N; ++i) r.v[i] = V::load(from + i * V::lanes);
    return r;
  }
  PASTICHE_INLINE static VectorRow fill(T x) noexcept {
    VectorRow r;
    PASTICHE_UNROLL
    for (int i = 0; i < N; ++i) r.v[i] = V(x);
    return r;
  }
  PASTICHE_INLINE void store(T* to) const noexcept {
    PASTICHE_UNROLL
    for (int i = 0; i < N; ++i) v[i].store(to + i * V::lanes);
  }
  PASTICHE_INLINE void add(const VectorRow& o) noexcept {
    PASTICHE_UNROLL
    for (int i = 0; i < N; ++i) v[i] = v[i] + o.v[i];
  }
  PASTICHE_INLINE void subtract(const VectorRow& o) noexcept {
    PASTICHE_UNROLL
    for (int i = 0; i < N; ++i) v[i] = v[i] - o.v[i];
  }
};

/// One tile of patches against all places.
///
/// \tparam Planes words of a pixel, where known; 0 otherwise
template <class Arch, class Term, int Planes>
struct SweepTiles {
  using arch = Arch;
  using Word = typename Term::word_type;
  using Factor = rank_scalar_t<Word>;
  using V = simd::Wide<Arch, Word>;
  using VF = simd::Vec<Factor, V::lanes>;
  static constexpr int kLanes = kSweepLanes<Word>, kVectors = kLanes / V::lanes;
  using Row = VectorRow<V, kVectors>;
  using Example = SweepExample<Word>;

  const SweepTile* tiles;
  index_t most_height, most_width;  ///< of a tile
  index_t patch, plane_count;
  const Word* planes;  ///< of the picture: (row, plane, column), integers doubled
  index_t stride;
  const std::int32_t* energies;  ///< of the patches of the picture: (row, column); integers only
  index_t columns;               ///< patches of the picture in a row
  const float* weights;          ///< of planes
  const Example* examples;
  index_t example_count;
  NeighbourRange in_range;
  bool ranked;  ///< whether places have factors
  float bias;
  const std::uint8_t* wanted;  ///< or null
  index_t nearest;
  Word* ranks;  ///< (patch, neighbour), in rising order; first what is greater than all
  int* places;  ///< the same: -1
  Term term;

  index_t scratch() const noexcept {
    const index_t across = most_width + patch - 1;
    const index_t words = (patch * across + across + 1 + patch) * kLanes;
    return words * index_t{sizeof(Word)} + most_height * most_width * index_t{sizeof(Word)};
  }

  PASTICHE_INLINE void operator()(index_t i, std::byte* memory) const noexcept {
    Sweep s{};
    s.tile = tiles[i];
    s.across = s.tile.width + patch - 1;
    s.ring = reinterpret_cast<Word*>(memory);
    s.sums = s.ring + (patch * (most_width + patch - 1) + 1) * kLanes;
    s.window = s.sums + (most_width + patch - 1) * kLanes;
    s.limits = reinterpret_cast<Word*>(s.window + patch * kLanes);
    for (index_t e = 0; e < example_count; ++e) {
      s.example = examples[e];
      s.number = static_cast<int>(e);
      const index_t far = in_range.window > 0 ? in_range.window : kFarthest<index_t> / 4;
      const index_t first = max_of(1 - s.tile.row - s.tile.height, -far);
      const index_t last = min_of(s.example.place_rows - 1 - s.tile.row, far);
      for (s.down = first; s.down <= last; ++s.down) sweep_row(s);
    }
  }

 private:
  struct Sweep {
    SweepTile tile;
    Example example;
    int number;          ///< of the example
    index_t down;        ///< rows from a patch to its neighbours
    index_t row, rows;   ///< patches that have one there
    index_t start;       ///< column of the example under the first column of the tile, for the first lane
    index_t lane, last;  ///< how many offsets come before the first lane; how many there are
    index_t across;      ///< columns of pixels of the tile
    Word* ring;          ///< (row modulo patch, column): distances of pixels; sums of them where those are scalars
    Word* sums;          ///< (column): of the last `patch` rows; word -1 is readable
    Word* window;        ///< of the last `patch` columns
    Word* limits;        ///< (row, column) of the tile: what ranks must be less than
  };

  // All neighbours that lie `down` rows below.
  PASTICHE_INLINE void sweep_row(Sweep& s) const noexcept {
    s.row = max_of(s.tile.row, -s.down);
    s.rows = min_of(s.tile.row + s.tile.height, s.example.place_rows - s.down) - s.row;
    if (s.rows <= 0) return;
    for (index_t y = s.row - s.tile.row; y < s.row - s.tile.row + s.rows; ++y) {
      for (index_t x = 0; x < s.tile.width; ++x) {
        const index_t i = (s.tile.row + y) * columns + s.tile.column + x;
        const bool looks = wanted == nullptr || wanted[i] != 0;
        s.limits[y * s.tile.width + x] = looks ? ranks[(i + 1) * nearest - 1] : kUnwanted<Word>;
      }
    }
    const index_t width = s.example.width;
    const index_t first = in_range.window > 0 && 2 * in_range.window + 1 < width ? -in_range.window : 0;
    s.last = first < 0 ? 1 - 2 * first : width;
    for (s.lane = 0; s.lane < s.last; s.lane += kLanes) {
      s.start = wrap(s.tile.column + first + s.lane, width);
      sweep_offsets(s);
    }
  }

  // As many offsets as there are lanes.
  PASTICHE_INLINE void sweep_offsets(const Sweep& s) const noexcept {
    Word beyond[kLanes];  // for windows, whose last lanes are other places
    for (int l = 0; l < kLanes; ++l) beyond[l] = s.lane + l < s.last ? Word(0) : kNoOffset<Word>;
    const Row offsets = Row::load(beyond);
    if constexpr (std::integral<Word>) {
      const Row zero = Row::fill(Word(0));
      for (index_t x = -1; x < s.across; ++x) zero.store(s.sums + x * kLanes);
      for (index_t x = 0; x < s.across; ++x) zero.store(s.ring + ((patch - 1) * s.across + x) * kLanes);
    }
    const Word* have = planes + s.row * plane_count * stride + s.tile.column;
    const Word* could = s.example.planes + (s.row + s.down) * plane_count * s.example.stride + s.start;
    index_t turn = 0;
    for (index_t y = 0; y < s.rows + patch - 1; ++y) {
      if (y < patch - 1) {
        warm_row(s, turn, have, could);
      } else {
        find_row(s, turn, y - patch + 1, have, could, offsets);
      }
      turn = turn + 1 == patch ? 0 : turn + 1;
      have += plane_count * stride;
      could += plane_count * s.example.stride;
    }
  }

  // A row of pixels above the first whole patch.
  PASTICHE_INLINE void warm_row(const Sweep& s, index_t turn, const Word* have, const Word* could) const noexcept {
    Word* ring = s.ring + turn * s.across * kLanes;
    for (index_t x = 0; x < s.across; ++x) {
      const Row d = pixel(have + x, could + x, s.example.stride);
      if constexpr (std::integral<Word>) {
        Row sum = Row::load(s.sums + x * kLanes);
        sum.add(d);
        sum.store(s.sums + x * kLanes);
      } else {
        Row sum = d;
        if (turn > 0) sum.add(Row::load(s.sums + x * kLanes));
        sum.store(s.sums + x * kLanes);
      }
      d.store(ring + x * kLanes);
    }
  }

  PASTICHE_INLINE void find_row(const Sweep& s, index_t turn, index_t y, const Word* have, const Word* could,
                                const Row& offsets) const noexcept {
    const index_t row = s.row + y;
    const Word* limits = s.limits + (row - s.tile.row) * s.tile.width;
    const index_t at = (row + s.down) * s.example.stride + s.start;
    const Word* energy = s.example.energies + at;
    const Factor* factor = ranked ? s.example.factors + at : nullptr;
    const std::int32_t* own = energies + row * columns + s.tile.column;
    Word* ring = s.ring + turn * s.across * kLanes;
    if constexpr (std::integral<Word>) {
      Row sum = Row::fill(Word(0));
      sum.subtract(offsets);
      index_t x = 0;
      for (; x < patch - 1; ++x) sum.add(column(s, x, ring, have, could));
      for (index_t i = 0; i < s.tile.width; ++i, ++x) {
        sum.add(column(s, x, ring, have, could));
        sum.subtract(Row::load(s.sums + (i - 1) * kLanes));
        Row rank = Row::load(energy + i);
        rank.subtract(sum);
        compare(s, row, i, rank, own, factor, limits);
      }
    } else {
      // Sums of the last `patch` columns without a difference: what is left of the block of so many columns before this
      // one, and what there is of this one.
      Row begun = Row::fill(Word(0));
      index_t place = 0;
      for (index_t x = 0; x < s.across; ++x) {
        if (place == 0 && x > 0) sum_backwards(s.window, 1);
        const Row c = suffixed_column(s, x, turn, have, could);
        if (place == 0) {
          begun = c;
        } else {
          begun.add(c);
        }
        Row sum = begun;
        if (place + 1 < patch) sum.add(Row::load(s.window + (place + 1) * kLanes));
        c.store(s.window + place * kLanes);
        place = place + 1 == patch ? 0 : place + 1;
        const index_t i = x - patch + 1;
        if (i < 0) continue;
        sum.add(Row::load(energy + i));
        sum.add(offsets);
        compare(s, row, i, sum, own, factor, limits);
      }
    }
  }

  // Distances of one pixel to those of all lanes.
  PASTICHE_INLINE Row pixel(const Word* have, const Word* could, index_t example_stride) const noexcept {
    Row d = Row::fill(Word(0));
    if constexpr (Planes > 0) {
      PASTICHE_UNROLL
      for (int p = 0; p < Planes; ++p) add_plane(d, have[p * stride], could + p * example_stride, p);
    } else {
      for (index_t p = 0; p < plane_count; ++p) add_plane(d, have[p * stride], could + p * example_stride, p);
    }
    return d;
  }
  PASTICHE_INLINE void add_plane(Row& d, Word have, const Word* could, index_t plane) const noexcept {
    const V word(have);
    const float weight = Term::weighted ? weights[plane] : 1.0f;
    PASTICHE_UNROLL
    for (int i = 0; i < kVectors; ++i) d.v[i] = term(d.v[i], V::load(could + i * V::lanes), word, weight);
  }

  // Integers: the sum of the last `patch` rows, kept by adding one and subtracting another.
  PASTICHE_INLINE Row column(const Sweep& s, index_t x, Word* ring, const Word* have,
                             const Word* could) const noexcept {
    const Row d = pixel(have + x, could + x, s.example.stride);
    Row sum = Row::load(s.sums + x * kLanes);
    sum.add(d);
    sum.subtract(Row::load(ring + x * kLanes));
    d.store(ring + x * kLanes);
    sum.store(s.sums + x * kLanes);
    return sum;
  }

  // Scalars: differences would leave rounding errors of what is long past, so rows are summed as columns are above.
  PASTICHE_INLINE Row suffixed_column(const Sweep& s, index_t x, index_t turn, const Word* have,
                                      const Word* could) const noexcept {
    const index_t step = s.across * kLanes;
    Word* ring = s.ring + x * kLanes;
    const Row d = pixel(have + x, could + x, s.example.stride);
    Row begun = d;
    if (turn == 0) {
      sum_backwards(ring, s.across);
    } else {
      begun.add(Row::load(s.sums + x * kLanes));
    }
    begun.store(s.sums + x * kLanes);
    Row sum = begun;
    if (turn + 1 < patch) sum.add(Row::load(ring + (turn + 1) * step));
    d.store(ring + turn * step);
    return sum;
  }

  // Each of `patch` rows of lanes becomes the sum of itself and those after it; the first is needed no more.
  PASTICHE_INLINE void sum_backwards(Word* rows, index_t step) const noexcept {
    Row sum = Row::load(rows + (patch - 1) * step * kLanes);
    for (index_t i = patch - 2; i > 0; --i) {
      sum.add(Row::load(rows + i * step * kLanes));
      sum.store(rows + i * step * kLanes);
    }
  }

  PASTICHE_INLINE void compare(const Sweep& s, index_t row, index_t i, const Row& sum, const std::int32_t* own,
                               const Factor* factor, const Word* limits) const noexcept {
    Row rank = sum;
    if (ranked) {
      PASTICHE_UNROLL
      for (int v = 0; v < kVectors; ++v) {
        if constexpr (std::integral<Word>) rank.v[v] = rank.v[v] + V(own[i]);
        const VF whole = simd::convert<Factor>(rank.v[v]) + VF(static_cast<Factor>(bias));
        rank.v[v] = ordered_rank<Word, V>(whole * VF::load(factor + i + v * V::lanes));
      }
    }
    const V limit(limits[i]);
    auto nearer = rank.v[0] < limit;
    PASTICHE_UNROLL
    for (int v = 1; v < kVectors; ++v) nearer.m = nearer.m | (rank.v[v] < limit).m;
    if (__builtin_expect(any(nearer), 0)) {
      alignas(64) Word found[kLanes];
      rank.store(found);
      keep(s, row, i, found);
    }
  }

  // Those of all lanes that are nearer than what is kept. Seldom: not worth its room in the loops.
  __attribute__((noinline)) void keep(const Sweep& s, index_t row, index_t i, const Word* found) const noexcept {
    const index_t column = s.tile.column + i, patch_number = row * columns + column;
    Word& limit = s.limits[(row - s.tile.row) * s.tile.width + i];
    for (int l = 0; l < kLanes && s.lane + l < s.last; ++l) {
      if (!(found[l] < limit)) continue;
      index_t at = s.start + i + l;
      while (at >= s.example.width) at -= s.example.width;
      if (!in_range(s.number, s.down, at - column)) continue;
      insert(patch_number, found[l],
             static_cast<int>(s.example.first_place + (row + s.down) * s.example.place_columns + at));
      // In this row of places come some with lower numbers: of equal ones those are kept.
      limit = next_above(ranks[(patch_number + 1) * nearest - 1]);
    }
  }

  void insert(index_t patch_number, Word rank, int place) const noexcept {
    const index_t first = patch_number * nearest;
    const auto before = [&](index_t k) { return rank < ranks[k] || (rank == ranks[k] && place < places[k]); };
    index_t k = first + nearest - 1;
    if (places[k] >= 0 && !before(k)) return;
    for (; k > first && (places[k - 1] < 0 || before(k - 1)); --k) {
      ranks[k] = ranks[k - 1];
      places[k] = places[k - 1];
    }
    ranks[k] = rank;
    places[k] = place;
  }
};

}  // namespace pastiche::detail
