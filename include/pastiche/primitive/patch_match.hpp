// SPDX-License-Identifier: MIT
/// \file
/// The sweeps of PatchMatch, tile by tile: propagation within a tile in scan order, from other tiles as they were
/// before the sweep, so that the field does not depend on which tiles are done first.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/primitive/neighbour_candidates.hpp>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// What the sweeps know besides candidates. Pointers are to device memory.
struct MatchProblem {
  index_t rows, columns;  ///< patches of the picture
  bool wrap_rows, wrap_columns;
  std::uint64_t seed;
  const std::int32_t* open;    ///< numbers of the allowed places; null: all
  index_t open_count;          ///< how many of them
  const std::uint8_t* wanted;  ///< of each patch; null: all

  /// Any allowed place, by 32 random bits.
  PASTICHE_INLINE BlockSource anywhere(const PlaceLookup& places, std::uint32_t bits) const noexcept {
    const index_t nth = static_cast<index_t>((std::uint64_t{bits} * static_cast<std::uint64_t>(open_count)) >> 32);
    return places.source(open != nullptr ? open[nth] : nth);
  }
};

/// The first field: what is given to begin with, then places at random.
template <class Arch, class Candidates>
struct StartMatches {
  using arch = Arch;
  using Sum = typename Candidates::Sum;
  Candidates candidates;
  MatchProblem p;
  const BlockSource* start;  ///< or null
  int tries;                 ///< random places for each neighbour that is missing
  NeighbourLists<Sum> lists;

  PASTICHE_INLINE void operator()(index_t row) const noexcept {
    const int nearest = candidates.nearest;
    const std::uint64_t stream = mix64(p.seed + 0x51ed270b);
    for (index_t x = 0; x < p.columns; ++x) {
      const index_t at = (row * p.columns + x) * nearest;
      BlockSource* sources = lists.sources + at;
      Sum* distances = lists.distances + at;
      candidates.clear(sources, distances);
      if (p.wanted != nullptr && p.wanted[row * p.columns + x] == 0) continue;
      const int given = start != nullptr ? nearest : 0;
      for (int i = 0; i < given + tries * nearest; ++i) {
        BlockSource place;
        if (i < given) {
          place = start[at + i];
          if (place.example < 0 || place.example >= candidates.places.examples) continue;
        } else {
          if (sources[nearest - 1].example >= 0) break;
          const std::uint64_t draw = static_cast<std::uint64_t>(at * 64 + i - given);
          const int window = candidates.in_range.window;
          place = window > 0 ? candidates.places.near(row, x, window, mix64(stream + draw))
                             : p.anywhere(candidates.places, hash_bits(stream, draw));
        }
        candidates.offer(row, x, place, sources, distances);
      }
    }
  }
};

/// One sweep over a tile, forwards or backwards.
template <class Arch, class Candidates>
struct MatchTile {
  using arch = Arch;
  using Sum = typename Candidates::Sum;
  Candidates candidates;
  MatchProblem p;
  TileGrid grid;
  index_t shift;  ///< tiles begin so far before the corner of the field: their edges lie elsewhere in every sweep
  int sweep;
  std::int32_t radius;  ///< of the first random candidate
  NeighbourLists<Sum> before, after;

  PASTICHE_INLINE void operator()(index_t tile) const noexcept {
    const Tile t = grid[tile];
    const index_t top = max_of<index_t>(t.row - shift, 0), left = max_of<index_t>(t.column - shift, 0);
    const index_t bottom = min_of(t.row - shift + t.height, p.rows);
    const index_t right = min_of(t.column - shift + t.width, p.columns);
    if (top >= bottom || left >= right) return;
    for (index_t y = top; y < bottom; ++y) {
      const int nearest = candidates.nearest;
      const index_t first = (y * p.columns + left) * nearest, count = (right - left) * nearest;
      for (index_t i = first; i < first + count; ++i) {
        after.sources[i] = before.sources[i];
        after.distances[i] = before.distances[i];
      }
    }
    const bool forward = sweep % 2 == 0;
    const index_t step = forward ? 1 : -1;
    const std::uint64_t stream = mix64(p.seed + 0x9e3779b9u * static_cast<std::uint64_t>(sweep + 1));
    for (index_t i = 0; i < bottom - top; ++i) {
      const index_t y = forward ? top + i : bottom - 1 - i;
      for (index_t j = 0; j < right - left; ++j) {
        const index_t x = forward ? left + j : right - 1 - j;
        const index_t at = y * p.columns + x;
        if (p.wanted != nullptr && p.wanted[at] == 0) continue;
        improve(y, x, {y, x - step, j > 0, 0, static_cast<int>(step)}, {y - step, x, i > 0, static_cast<int>(step), 0},
                stream);
      }
    }
  }

 private:
  /// A patch beside another. Within the tile it was improved already.
  struct Neighbour {
    index_t row, column;
    bool inside;
    int down, right;  ///< from its sources to those it offers
  };

  // The shifted sources of two neighbours, a place from anywhere where one example cannot reach all, and places around
  // those found so far, in squares whose sides halve, cut off at the rim of their example.
  PASTICHE_INLINE void improve(index_t y, index_t x, const Neighbour& beside, const Neighbour& above,
                               std::uint64_t stream) const noexcept {
    const int nearest = candidates.nearest;
    const index_t at = (y * p.columns + x) * nearest;
    BlockSource* sources = after.sources + at;
    Sum* distances = after.distances + at;
    const BlockSource* from[2] = {neighbour(beside), neighbour(above)};
    const int jump = candidates.places.examples > 1 || p.open != nullptr ? 1 : 0, passed = 2 * nearest;
    std::uint64_t draw = static_cast<std::uint64_t>(at) * 32;
    std::int32_t r = radius;
    for (int i = 0, k = 0; r >= 1; ++i) {
      BlockSource place;
      if (i < passed) {
        const int side = i < nearest ? 0 : 1;
        if (from[side] == nullptr) continue;
        place = from[side][i - side * nearest];
        if (place.example < 0) continue;
        place.row += side == 0 ? beside.down : above.down;
        place.column += side == 0 ? beside.right : above.right;
      } else if (i < passed + jump) {
        place = p.anywhere(candidates.places, hash_bits(stream, draw + 31));
      } else {
        const BlockSource near = sources[k];
        const std::uint64_t bits = mix64(stream + 0x9e3779b97f4a7c15u * (draw + 1) + static_cast<std::uint64_t>(k));
        const std::int32_t reach = r;
        if (++k == nearest || near.example < 0) {
          k = 0;
          r /= 2;
          ++draw;
        }
        if (near.example < 0) continue;
        place = around(near, reach, bits);
      }
      candidates.offer(y, x, place, sources, distances);
    }
  }

  /// The sources of a neighbour; null beyond the field.
  PASTICHE_INLINE const BlockSource* neighbour(const Neighbour& n) const noexcept {
    const index_t row = p.wrap_rows ? wrap(n.row, p.rows) : n.row;
    const index_t column = p.wrap_columns ? wrap(n.column, p.columns) : n.column;
    if (row < 0 || column < 0 || row >= p.rows || column >= p.columns) return nullptr;
    return (n.inside ? after : before).sources + (row * p.columns + column) * candidates.nearest;
  }

  PASTICHE_INLINE BlockSource around(const BlockSource& near, std::int32_t reach, std::uint64_t bits) const noexcept {
    const PlaceGrid& places = candidates.places.grids[near.example];
    const std::int32_t top = max_of(near.row - reach, 0), bottom = min_of(near.row + reach, places.rows - 1);
    const std::int32_t left = max_of(near.column - reach, 0), right = min_of(near.column + reach, places.columns - 1);
    return {near.example, top + below(bits >> 32, bottom - top + 1),
            left + below(bits & 0xffffffffu, right - left + 1)};
  }

  PASTICHE_INLINE static std::int32_t below(std::uint64_t bits, std::int32_t bound) noexcept {
    return static_cast<std::int32_t>((bits * static_cast<std::uint64_t>(bound)) >> 32);
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::detail
