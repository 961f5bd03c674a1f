// SPDX-License-Identifier: MIT
/// \file
/// From numbers of places to examples, rows and columns and back, on any device.
#pragma once

#include <pastiche/primitive/places.hpp>

#include <cstdint>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// The places of a problem in device memory.
struct PlaceLookup {
  const PlaceGrid* grids;  ///< of each example
  int examples;
  const std::uint8_t* allowed;  ///< of each place; null: all

  PASTICHE_INLINE BlockSource source(index_t place) const noexcept {
    int low = 0, high = examples;  // the last example that begins at or before the place
    while (high - low > 1) {
      const int middle = (low + high) / 2;
      (grids[middle].first <= place ? low : high) = middle;
    }
    const int within = static_cast<int>(place - grids[low].first);
    return {low, within / grids[low].columns, within % grids[low].columns};
  }
  PASTICHE_INLINE index_t number(const BlockSource& place) const noexcept {
    const PlaceGrid& grid = grids[place.example];
    return grid.first + index_t{place.row} * grid.columns + place.column;
  }
  /// Any place at most `window` rows and columns from (row, column), by 64 random bits; one that does not hold where
  /// the example that they choose has none.
  PASTICHE_INLINE BlockSource near(index_t row, index_t column, int window, std::uint64_t bits) const noexcept {
    const int example = static_cast<int>(((bits & 0xffff) * static_cast<std::uint64_t>(examples)) >> 16);
    const PlaceGrid& grid = grids[example];
    const index_t top = max_of<index_t>(row - window, 0), left = max_of<index_t>(column - window, 0);
    const index_t bottom = min_of<index_t>(row + window, grid.rows - 1);
    const index_t right = min_of<index_t>(column + window, grid.columns - 1);
    if (bottom < top || right < left) return {example, -1, -1};
    const auto within = [](std::uint64_t draw, index_t n) {
      return static_cast<index_t>(((draw & 0xffffff) * static_cast<std::uint64_t>(n)) >> 24);
    };
    return {example, static_cast<int>(top + within(bits >> 40, bottom - top + 1)),
            static_cast<int>(left + within(bits >> 16, right - left + 1))};
  }
  /// Whether there is such a place in its example, and it is allowed.
  PASTICHE_INLINE bool holds(const BlockSource& place) const noexcept {
    const PlaceGrid& grid = grids[place.example];
    if (place.row < 0 || place.column < 0 || place.row >= grid.rows || place.column >= grid.columns) return false;
    return allowed == nullptr || allowed[number(place)] != 0;
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::detail
