// SPDX-License-Identifier: MIT
/// \file
/// The geometry of a quilt: where its blocks lie, what each knows when its turn comes, and which may be placed at the
/// same time. A function of sizes and masks alone.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/primitive/block_problem.hpp>
#include <pastiche/tensor/mask.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// Blocks along one axis.
struct QuiltAxis {
  index_t size;   ///< of the output
  index_t block;  ///< of a block
  bool wraps;
  std::vector<index_t> first;  ///< of each block, rising

  /// Blocks at least `overlap` deep in one another, spread evenly, so that the last one ends where the output does.
  QuiltAxis(index_t size_, index_t block_, index_t overlap, bool wraps_)
      : size{size_}, block{min_of(block_, size_)}, wraps{wraps_} {
    // Where blocks wrap they overlap on all sides, and the overlaps of opposite sides must not meet.
    const index_t step = max_of<index_t>(1, block - min_of(overlap, wraps ? block / 2 : block - 1));
    if (wraps) {
      const index_t n = ceil_div(size, step);
      for (index_t i = 0; i < n; ++i) first.push_back(i * size / n);
    } else {
      const index_t n = size <= block ? 1 : ceil_div(size - block, step) + 1;
      for (index_t i = 0; i < n; ++i) first.push_back(n == 1 ? 0 : i * (size - block) / (n - 1));
    }
  }

  index_t count() const noexcept { return static_cast<index_t>(first.size()); }
  /// How far block i begins after block j, in (-size/2, size/2] where the axis wraps.
  index_t offset(index_t i, index_t j) const noexcept {
    const index_t d = first[static_cast<std::size_t>(i)] - first[static_cast<std::size_t>(j)];
    if (!wraps) return d;
    const index_t r = wrap(d, size);
    return 2 * r > size ? r - size : r;
  }
  /// How deep the block before block i reaches into it, and how deep it reaches into the first one where the axis wraps
  /// (the last block does; others too where blocks overlap by more than half).
  index_t before(index_t i) const noexcept { return i > 0 ? shared(i - 1, i) : 0; }
  index_t after(index_t i) const noexcept {
    if (!wraps || count() == 1) return 0;
    return limited(first[static_cast<std::size_t>(i)] + block - size - first.front());
  }

 private:
  index_t shared(index_t i, index_t j) const noexcept {
    return limited(first[static_cast<std::size_t>(i)] + block - first[static_cast<std::size_t>(j)]);
  }
  // Seams of opposite sides must not meet.
  index_t limited(index_t depth) const noexcept { return clamp<index_t>(depth, 0, wraps ? block / 2 : block - 1); }
};

/// An earlier block whose source a block should not repeat.
struct QuiltNeighbour {
  int block;        ///< number of the earlier one
  int row, column;  ///< how far this block lies from it
};

/// One block of the plan. Blocks are numbered in the order they are placed.
struct QuiltBlock {
  BlockQuery query;
  int left, top, right, bottom;         ///< breadth of the overlaps
  int first_neighbour, last_neighbour;  ///< in QuiltPlan::neighbours
  int raster;                           ///< number in raster order, which names its random bits
};

struct QuiltPlan {
  int height, width;  ///< of a block
  std::vector<QuiltBlock> blocks;
  std::vector<QuiltNeighbour> neighbours;
  std::vector<BlockShape> shapes;
  std::vector<index_t> fronts;  ///< first block of each front, and the number of blocks at the end

  index_t widest_front() const noexcept {
    index_t widest = 1;
    for (std::size_t f = 0; f + 1 < fronts.size(); ++f) widest = max_of(widest, fronts[f + 1] - fronts[f]);
    return widest;
  }
};

/// Makes the plan: block after block in raster order, noting what each finds covered.
class QuiltPlanner {
 public:
  QuiltPlanner(const QuiltAxis& rows, const QuiltAxis& columns, const Mask2& mask)
      : rows_{rows},
        columns_{columns},
        mask_{mask},
        covered_(static_cast<std::size_t>(rows.size * columns.size), std::uint8_t{0}),
        front_of_(static_cast<std::size_t>(rows.count() * columns.count()), -1) {}

  QuiltPlan make() {
    plan_.height = static_cast<int>(rows_.block);
    plan_.width = static_cast<int>(columns_.block);
    near_rows_ = near(rows_);
    near_columns_ = near(columns_);
    for (index_t i = 0; i < rows_.count(); ++i) {
      for (index_t j = 0; j < columns_.count(); ++j) add(i, j);
    }
    order();
    return std::move(plan_);
  }

 private:
  using Near = std::vector<std::vector<index_t>>;

  // For each block of an axis those less than two blocks away, itself included.
  static Near near(const QuiltAxis& axis) {
    Near result;
    for (index_t i = 0; i < axis.count(); ++i) {
      result.emplace_back();
      for (index_t j = 0; j < axis.count(); ++j) {
        if (std::abs(axis.offset(i, j)) < 2 * axis.block) result.back().push_back(j);
      }
    }
    return result;
  }

  void add(index_t i, index_t j) {
    const index_t row = rows_.first[static_cast<std::size_t>(i)], column = columns_.first[static_cast<std::size_t>(j)];
    BlockShape shape;
    const bool fresh = cover(row, column, shape);
    // A block that only covers what is there already is worth its seam where the output wraps, and nothing elsewhere.
    const bool joins = !shape.runs.empty() && (rows_.after(i) > 0 || columns_.after(j) > 0);
    if (!fresh && !joins) return;
    const index_t raster = i * columns_.count() + j;
    int front = 0;
    for (const index_t ni : near_rows_[static_cast<std::size_t>(i)]) {
      for (const index_t nj : near_columns_[static_cast<std::size_t>(j)]) {
        const int other = front_of_[static_cast<std::size_t>(ni * columns_.count() + nj)];
        const bool overlaps =
            std::abs(rows_.offset(i, ni)) < rows_.block && std::abs(columns_.offset(j, nj)) < columns_.block;
        if (other >= front && overlaps) front = other + 1;
      }
    }
    front_of_[static_cast<std::size_t>(raster)] = front;
    plan_.blocks.push_back({{static_cast<int>(row), static_cast<int>(column), shape_number(std::move(shape))},
                            static_cast<int>(columns_.before(j)),
                            static_cast<int>(rows_.before(i)),
                            static_cast<int>(columns_.after(j)),
                            static_cast<int>(rows_.after(i)),
                            0,
                            0,
                            static_cast<int>(raster)});
  }

  // Collects what is known of the block and marks the rest as covered. False where nothing of the rest is wanted.
  bool cover(index_t row, index_t column, BlockShape& shape) {
    bool fresh = false;
    for (index_t y = 0; y < rows_.block; ++y) {
      const index_t oy = (row + y) % rows_.size;
      int run = 0;
      for (index_t x = 0; x <= columns_.block; ++x) {
        const index_t ox = (column + x) % columns_.size;
        std::uint8_t* at = x < columns_.block ? &covered_[static_cast<std::size_t>(oy * columns_.size + ox)] : nullptr;
        if (at != nullptr && *at != 0) {
          ++run;
          continue;
        }
        if (run > 0) shape.runs.push_back({static_cast<int>(y), static_cast<int>(x) - run, run});
        run = 0;
        if (at != nullptr && mask_(oy, ox)) {
          *at = 1;
          fresh = true;
        }
      }
    }
    return fresh;
  }

  int shape_number(BlockShape&& shape) {
    std::vector<int> name;
    for (const PixelRun& run : shape.runs) name.insert(name.end(), {run.row, run.column, run.length});
    const auto [at, added] = numbers_.try_emplace(std::move(name), static_cast<int>(plan_.shapes.size()));
    if (added) plan_.shapes.push_back(std::move(shape));
    return at->second;
  }

  // Sorts the blocks by front and finds the neighbours each can know of.
  void order() {
    std::vector<QuiltBlock>& blocks = plan_.blocks;
    const auto front = [&](const QuiltBlock& b) { return front_of_[static_cast<std::size_t>(b.raster)]; };
    std::stable_sort(blocks.begin(), blocks.end(),
                     [&](const QuiltBlock& a, const QuiltBlock& b) { return front(a) < front(b); });
    std::vector<int> number(front_of_.size(), -1);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      if (b == 0 || front(blocks[b]) != front(blocks[b - 1])) plan_.fronts.push_back(static_cast<index_t>(b));
      number[static_cast<std::size_t>(blocks[b].raster)] = static_cast<int>(b);
    }
    plan_.fronts.push_back(static_cast<index_t>(blocks.size()));
    for (QuiltBlock& block : blocks) {
      block.first_neighbour = static_cast<int>(plan_.neighbours.size());
      const index_t i = block.raster / columns_.count(), j = block.raster % columns_.count();
      for (const index_t ni : near_rows_[static_cast<std::size_t>(i)]) {
        for (const index_t nj : near_columns_[static_cast<std::size_t>(j)]) {
          const std::size_t raster = static_cast<std::size_t>(ni * columns_.count() + nj);
          if (number[raster] < 0 || front_of_[raster] >= front(block)) continue;
          plan_.neighbours.push_back(
              {number[raster], static_cast<int>(rows_.offset(i, ni)), static_cast<int>(columns_.offset(j, nj))});
        }
      }
      block.last_neighbour = static_cast<int>(plan_.neighbours.size());
    }
  }

  QuiltAxis rows_, columns_;
  Mask2 mask_;
  std::vector<std::uint8_t> covered_;
  std::vector<int> front_of_;  // of each raster number; -1 before it is placed
  std::map<std::vector<int>, int> numbers_;
  Near near_rows_, near_columns_;
  QuiltPlan plan_;
};

}  // namespace pastiche::detail
