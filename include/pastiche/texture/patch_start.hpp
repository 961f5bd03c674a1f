// SPDX-License-Identifier: MIT
/// \file
/// Where patch methods begin, and how they pass from one level to the next: sources of pixels at one size become
/// sources of patches at another.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/tensor/view.hpp>

#include <cmath>
#include <vector>

namespace pastiche::detail {

/// Sources of an output at some size: of each pixel, or of patches, which stand for the pixel `offset` below and right
/// of their corner.
struct SourceGrid {
  Shape<2> size{};                 ///< of the output
  index_t rows = 0, columns = 0;   ///< entries
  index_t offset = 0;              ///< 0 for pixels, half a patch for patches
  std::vector<Shape<2>> examples;  ///< their sizes
  std::vector<int> sources;        ///< (rows, columns, 3): example, row, column; -1 where there is none
};

/// What the level asks for.
struct PatchGrid {
  Shape<2> size{};
  int patch = 0;
  bool wrap_rows = false, wrap_columns = false;
  std::vector<Shape<2>> examples;

  index_t rows() const noexcept { return size[0] - (wrap_rows ? 0 : patch - 1); }
  index_t columns() const noexcept { return size[1] - (wrap_columns ? 0 : patch - 1); }
};

/// One axis of the passage: for each patch the entry at its middle, and what to add to where that comes from.
struct AxisPassage {
  std::vector<index_t> entry, step;

  AxisPassage(const PatchGrid& to, const SourceGrid& from, int axis) {
    const index_t half = to.patch / 2, n = to.size[axis], m = from.size[axis];
    const bool wraps = axis == 0 ? to.wrap_rows : to.wrap_columns;
    const index_t entries = axis == 0 ? from.rows : from.columns;
    for (index_t i = 0; i < (axis == 0 ? to.rows() : to.columns()); ++i) {
      const index_t middle = wrap(i + half, n), pixel = (2 * middle + 1) * m / (2 * n);
      const index_t at =
          wraps ? wrap(pixel - from.offset, entries) : clamp<index_t>(pixel - from.offset, 0, entries - 1);
      entry.push_back(at);
      step.push_back(middle - (2 * wrap(at + from.offset, m) + 1) * n / (2 * m) - half);
    }
  }
};

/// The sources of the patches of a level, (rows, columns, 3).
inline std::vector<int> patch_sources(const PatchGrid& to, const SourceGrid& from) {
  const AxisPassage down(to, from, 0), across(to, from, 1);
  std::vector<int> result;
  result.reserve(static_cast<std::size_t>(to.rows() * to.columns() * 3));
  for (std::size_t y = 0; y < down.entry.size(); ++y) {
    for (std::size_t x = 0; x < across.entry.size(); ++x) {
      const int* source = from.sources.data() + (down.entry[y] * from.columns + across.entry[x]) * 3;
      const bool known = source[0] >= 0;
      const std::size_t e = static_cast<std::size_t>(known ? source[0] : 0);
      const Shape<2>&old_size = from.examples[e], &size = to.examples[e];
      const auto corner = [&](int axis, index_t step) {
        const index_t pixel = (2 * (source[axis + 1] + from.offset) + 1) * size[axis] / (2 * old_size[axis]);
        return static_cast<int>(clamp<index_t>(pixel + step, 0, size[axis] - to.patch));
      };
      const bool fits = known && size[0] >= to.patch && size[1] >= to.patch;
      result.push_back(fits ? source[0] : -1);
      result.push_back(fits ? corner(0, down.step[y]) : -1);
      result.push_back(fits ? corner(1, across.step[x]) : -1);
    }
  }
  return result;
}

/// The output as the first example stretched to its size: what retargeting begins with.
inline SourceGrid stretched(const Shape<2>& size, const std::vector<Shape<2>>& examples) {
  SourceGrid grid{size, size[0], size[1], 0, examples, {}};
  for (index_t y = 0; y < size[0]; ++y) {
    for (index_t x = 0; x < size[1]; ++x) {
      grid.sources.push_back(0);
      grid.sources.push_back(static_cast<int>((2 * y + 1) * examples[0][0] / (2 * size[0])));
      grid.sources.push_back(static_cast<int>((2 * x + 1) * examples[0][1] / (2 * size[1])));
    }
  }
  return grid;
}

/// The output as squares of `side` pixels, each from anywhere in the examples.
/// \param shares of the examples; empty: by their pixels
inline SourceGrid pieces(const Shape<2>& size, const std::vector<Shape<2>>& examples, const std::vector<double>& shares,
                         index_t side, std::uint64_t seed) {
  SourceGrid grid{size, size[0], size[1], 0, examples, {}};
  const auto part = [&](std::size_t e) { return shares.empty() ? static_cast<double>(examples[e].size()) : shares[e]; };
  double all = 0.0;
  for (std::size_t e = 0; e < examples.size(); ++e) all += part(e);
  const index_t columns = ceil_div(size[1], side);
  for (index_t y = 0; y < size[0]; ++y) {
    for (index_t x = 0; x < size[1]; ++x) {
      CounterRng rng(seed, 7, static_cast<std::uint64_t>(y / side * columns + x / side));
      double nth = static_cast<double>(rng.uniform()) * all;
      std::size_t e = 0;
      for (; e + 1 < examples.size() && nth >= part(e); ++e) nth -= part(e);
      const auto from = [&](int axis, index_t within) {
        const index_t room = max_of<index_t>(examples[e][axis] - side + 1, 1);
        const index_t at = rng.below(static_cast<std::uint32_t>(room)) + within;
        return static_cast<int>(min_of(at, examples[e][axis] - 1));
      };
      grid.sources.push_back(static_cast<int>(e));
      grid.sources.push_back(from(0, y % side));
      grid.sources.push_back(from(1, x % side));
    }
  }
  return grid;
}

}  // namespace pastiche::detail
