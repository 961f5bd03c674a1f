// SPDX-License-Identifier: MIT
/// \file
/// The geometry of a quilt: where its blocks lie, what each knows when its turn comes, and which may be placed at the
/// same time. A function of sizes and masks alone.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/primitive/block_problem.hpp>
#include <pastiche/tensor/mask.hpp>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// A block as another one of its axis sees it.
struct NearBlock {
  index_t number;
  index_t offset;  ///< how far the other begins after it
};

/// Blocks along one axis.
struct QuiltAxis {
  index_t size;   ///< of the output
  index_t block;  ///< of a block
  bool wraps;
  index_t step;                ///< between blocks, at most
  std::vector<index_t> first;  ///< of each block, rising

  /// Blocks at least `overlap` deep in one another, spread evenly, so that the last one ends where the output does.
  QuiltAxis(index_t size_, index_t block_, index_t overlap, bool wraps_)
      : size{size_},
        block{min_of(block_, size_)},
        wraps{wraps_},
        // Where blocks wrap they overlap on all sides, and the overlaps of opposite sides must not meet.
        step{max_of<index_t>(1, block - min_of(overlap, wraps ? block / 2 : block - 1))} {
    if (wraps) {
      const index_t n = ceil_div(size, step);
      for (index_t i = 0; i < n; ++i) first.push_back((i * size + n / 2) / n);
    } else {
      const index_t n = size <= block ? 1 : ceil_div(size - block, step) + 1;
      for (index_t i = 0; i < n; ++i) first.push_back(n == 1 ? 0 : i * (size - block) / (n - 1));
    }
  }

  index_t count() const noexcept { return static_cast<index_t>(first.size()); }
  /// How deep a block that begins `offset` pixels off reaches into another.
  index_t depth(index_t offset) const noexcept {
    // Where blocks wrap, the seams of opposite sides must not meet.
    return min_of(block - abs_of(offset), wraps ? block / 2 : block - 1);
  }
  /// For each block those that begin less than `reach` pixels off, itself included; one that does so on both ways
  /// around is there twice.
  std::vector<std::vector<NearBlock>> near(index_t reach) const {
    std::vector<std::vector<NearBlock>> all;
    for (index_t i = 0; i < count(); ++i) {
      std::vector<NearBlock>& those = all.emplace_back();
      for (index_t j = i; (j >= 0 || wraps) && start(i) - start(j) < reach; --j) add(those, i, j);
      for (index_t j = i + 1; (j < count() || wraps) && start(j) - start(i) < reach; ++j) add(those, i, j);
    }
    return all;
  }

 private:
  // Where block j would begin if the axis went on for ever.
  index_t start(index_t j) const noexcept {
    if (j >= 0 && j < count()) return first[static_cast<std::size_t>(j)];
    const index_t inside = wrap(j, count());
    return first[static_cast<std::size_t>(inside)] + (j - inside) / count() * size;
  }
  void add(std::vector<NearBlock>& those, index_t i, index_t j) const {
    those.push_back({wrap(j, count()), start(i) - start(j)});
  }
};

/// An earlier block whose source a block should not repeat.
struct QuiltNeighbour {
  int block;        ///< number of the earlier one
  int row, column;  ///< how far this block lies from it
};

/// One block of the plan. Blocks are numbered in the order they are placed.
struct QuiltBlock {
  BlockQuery query;
  int left, top, right, bottom;             ///< breadth of the overlaps
  index_t first_neighbour, last_neighbour;  ///< in QuiltPlan::neighbours
  int raster;                               ///< number in raster order, which names its random bits
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

/// Makes the plan: block after block, noting what each finds covered.
class QuiltPlanner {
 public:
  QuiltPlanner(const QuiltAxis& rows, const QuiltAxis& columns, const Mask2& mask)
      : rows_{rows},
        columns_{columns},
        mask_{mask},
        covered_(static_cast<std::size_t>(rows.size * columns.size), std::uint8_t{0}),
        front_of_(static_cast<std::size_t>(rows.count() * columns.count()), -1),
        touching_rows_{rows.near(rows.block)},
        touching_columns_{columns.near(columns.block)} {}

  QuiltPlan make() {
    plan_.height = static_cast<int>(rows_.block);
    plan_.width = static_cast<int>(columns_.block);
    place_all();
    order();
    return std::move(plan_);
  }

 private:
  // A block that closes the way around must fit on opposite sides and fits worse. In raster order all of them would
  // lie where the output wraps and draw a line; so each row starts at another column. Where both axes wrap, rows are
  // slanted as well, so that the last one does not close along a line either.
  void place_all() {
    const index_t n = rows_.count(), m = columns_.count();
    if (rows_.wraps && !columns_.wraps) {
      for (index_t j = 0; j < m; ++j) {
        for (index_t k = 0; k < n; ++k) add((j * n / m + k) % n, j);
      }
      return;
    }
    for (index_t i = 0; i < n; ++i) {
      const index_t start = columns_.wraps ? i * m / n : 0;
      for (index_t k = 0; k < m; ++k) {
        const index_t j = (start + k) % m, slant = rows_.wraps ? j * n / m : 0;
        add((i + slant) % n, j);
      }
    }
  }

  void add(index_t i, index_t j) {
    const index_t raster = i * columns_.count() + j;
    QuiltBlock block{};
    block.query.row = static_cast<int>(rows_.first[static_cast<std::size_t>(i)]);
    block.query.column = static_cast<int>(columns_.first[static_cast<std::size_t>(j)]);
    block.raster = static_cast<int>(raster);
    const int front = meet_neighbours(i, j, block);
    BlockShape shape;
    const bool fresh = cover(block.query.row, block.query.column, shape);
    // A block that only covers what is there already is worth the seams it makes between its sides, and nothing else.
    const bool joins = (block.left > 0 && block.right > 0) || (block.top > 0 && block.bottom > 0);
    if (!fresh && !joins) return;
    block.query.shape = shape_number(std::move(shape));
    front_of_[static_cast<std::size_t>(raster)] = front;
    plan_.blocks.push_back(block);
  }

  // Finds how deep the blocks placed before reach into this one. Returns the first front after all of theirs.
  int meet_neighbours(index_t i, index_t j, QuiltBlock& block) const {
    int front = 0;
    const auto meet_all = [&](const auto& meet) {
      for (const NearBlock& above : touching_rows_[static_cast<std::size_t>(i)]) {
        for (const NearBlock& before : touching_columns_[static_cast<std::size_t>(j)]) {
          const int other = front_of_[static_cast<std::size_t>(above.number * columns_.count() + before.number)];
          if (other < 0) continue;
          front = max_of(front, other + 1);
          meet(above.offset, before.offset);
        }
      }
    };
    const auto deepen = [](int& side, index_t depth) { side = max_of(side, static_cast<int>(depth)); };
    meet_all([&](index_t dy, index_t dx) {
      if (dy == 0 && dx != 0) deepen(dx > 0 ? block.left : block.right, columns_.depth(dx));
      if (dx == 0 && dy != 0) deepen(dy > 0 ? block.top : block.bottom, rows_.depth(dy));
    });
    // One that reaches into a corner alone is met along both sides of that corner.
    const QuiltBlock sides = block;
    meet_all([&](index_t dy, index_t dx) {
      if (dy == 0 || dx == 0 || (dy > 0 ? sides.top : sides.bottom) > 0 || (dx > 0 ? sides.left : sides.right) > 0) {
        return;
      }
      deepen(dx > 0 ? block.left : block.right, columns_.depth(dx));
      deepen(dy > 0 ? block.top : block.bottom, rows_.depth(dy));
    });
    return front;
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
    // Deep overlaps crowd the blocks: two rings of them are enough.
    const auto rows = rows_.near(min_of(2 * rows_.block, 3 * rows_.step));
    const auto columns = columns_.near(min_of(2 * columns_.block, 3 * columns_.step));
    for (QuiltBlock& block : blocks) {
      block.first_neighbour = static_cast<index_t>(plan_.neighbours.size());
      const index_t i = block.raster / columns_.count(), j = block.raster % columns_.count();
      for (const NearBlock& above : rows[static_cast<std::size_t>(i)]) {
        for (const NearBlock& before : columns[static_cast<std::size_t>(j)]) {
          const std::size_t raster = static_cast<std::size_t>(above.number * columns_.count() + before.number);
          if (number[raster] < 0 || front_of_[raster] >= front(block)) continue;
          plan_.neighbours.push_back({number[raster], static_cast<int>(above.offset), static_cast<int>(before.offset)});
        }
      }
      block.last_neighbour = static_cast<index_t>(plan_.neighbours.size());
    }
  }

  QuiltAxis rows_, columns_;
  Mask2 mask_;
  std::vector<std::uint8_t> covered_;
  std::vector<int> front_of_;  // of each raster number; -1 before it is placed
  std::vector<std::vector<NearBlock>> touching_rows_, touching_columns_;
  std::map<std::vector<int>, int> numbers_;
  QuiltPlan plan_;
};

}  // namespace pastiche::detail
