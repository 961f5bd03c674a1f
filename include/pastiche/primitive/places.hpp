// SPDX-License-Identifier: MIT
/// \file
/// The corners from which a block or patch of a size can be copied: their numbers, and which of them a mask allows.
#pragma once

#include <pastiche/tensor/mask.hpp>
#include <pastiche/tensor/view.hpp>

#include <vector>

namespace pastiche {

/// Where a block or patch came from: its corner in an example.
struct BlockSource {
  int example = -1, row = 0, column = 0;
};

/// One row of places: corners a block can be copied from, from column 0 on.
struct PlaceRow {
  int example, row;  ///< of the corners
  index_t first;     ///< candidate number of the first of them
};

/// The places of one example, numbered row by row.
struct PlaceGrid {
  index_t first;      ///< number of the first of them
  int rows, columns;  ///< 0 where the example is smaller than a block
};

/// All corners from which a block of a size can be copied, numbered row by row, example by example.
class Places {
 public:
  template <class T, class Device>
  Places(const std::vector<TensorView<const T, 3, Device>>& examples, int height, int width) {
    for (std::size_t e = 0; e < examples.size(); ++e) {
      const index_t rows = examples[e].shape(0) - height + 1, columns = examples[e].shape(1) - width + 1;
      const bool fits = rows > 0 && columns > 0;
      grids_.push_back({count_, fits ? static_cast<int>(rows) : 0, fits ? static_cast<int>(columns) : 0});
      for (index_t row = 0; columns > 0 && row < rows; ++row) {
        rows_.push_back({static_cast<int>(e), static_cast<int>(row), count_});
        count_ += columns;
        widest_ = max_of(widest_, columns);
      }
    }
    rows_.push_back({-1, 0, count_});  // where the next row would begin
  }

  index_t size() const noexcept { return count_; }
  index_t rows() const noexcept { return static_cast<index_t>(rows_.size()) - 1; }
  index_t widest_row() const noexcept { return widest_; }
  /// rows() entries, and one more whose `first` is size().
  const std::vector<PlaceRow>& table() const noexcept { return rows_; }
  /// One for each example.
  const std::vector<PlaceGrid>& grids() const noexcept { return grids_; }

 private:
  std::vector<PlaceGrid> grids_;
  std::vector<PlaceRow> rows_;
  index_t count_ = 0, widest_ = 0;
};

namespace detail {

/// For each place whether all pixels of its block may be stolen. Empty where all may.
inline std::vector<std::uint8_t> allowed_places(const Places& places, const std::vector<Mask2>& masks, int height,
                                                int width) {
  std::vector<std::uint8_t> allowed;
  if (masks.empty()) return allowed;
  allowed.assign(static_cast<std::size_t>(places.size()), std::uint8_t{1});
  std::vector<int> clear;  // for each column: how many of the last rows are stealable for a whole block's width
  for (index_t r = 0; r < places.rows(); ++r) {
    const PlaceRow& row = places.table()[static_cast<std::size_t>(r)];
    const Mask2& mask = masks[static_cast<std::size_t>(row.example)];
    const index_t columns = places.table()[static_cast<std::size_t>(r + 1)].first - row.first;
    const auto scan = [&](index_t y) {
      index_t run = 0;
      for (index_t x = 0; x < columns + width - 1; ++x) {
        run = mask(y, x) ? run + 1 : 0;
        if (x + 1 < width) continue;
        int& depth = clear[static_cast<std::size_t>(x + 1 - width)];
        depth = run >= width ? depth + 1 : 0;
      }
    };
    if (row.row == 0) {
      clear.assign(static_cast<std::size_t>(columns), 0);
      for (index_t y = 0; y + 1 < height; ++y) scan(y);
    }
    scan(row.row + height - 1);
    for (index_t x = 0; x < columns; ++x) {
      allowed[static_cast<std::size_t>(row.first + x)] = clear[static_cast<std::size_t>(x)] >= height ? 1 : 0;
    }
  }
  return allowed;
}

}  // namespace detail

}  // namespace pastiche
