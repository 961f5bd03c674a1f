// SPDX-License-Identifier: MIT
/// \file
/// What a provenance says of a texture: how much was copied in one piece, how evenly the examples were used.
#pragma once

#include <pastiche/evaluate/copies.hpp>

#include <algorithm>
#include <cmath>

namespace pastiche {

/// What a provenance says of a texture.
struct ProvenanceFigures {
  CopiedSquare copy;    ///< largest square stolen in one piece: from one example, at one offset
  CopiedSquare repeat;  ///< largest square stolen from the same pixels as another of the output, at an offset that
                        ///< counts; source_row and source_column are of that other one
  double entropy;       ///< of how often the examples' pixels were used, over the most there could be: 1 is evenly
  double unused;        ///< share of the examples' pixels that were never used
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Whether two pixels of an output were stolen from one.
template <class View>
struct SameSource {
  View provenance;

  PASTICHE_HD bool operator()(index_t y, index_t x, index_t other_y, index_t other_x) const noexcept {
    const int* const a = provenance.row(y, x);
    const int* const b = provenance.row(other_y, other_x);
    return a[0] >= 0 && a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
  }
};

PASTICHE_DEVICE_CODE_END

/// The largest square whose pixels follow one another in one example. Each pixel is the last of a square one larger
/// than the least of those to its left, above and beyond the corner.
inline CopiedSquare largest_run(const std::vector<int>& sources, index_t height, index_t width) {
  std::vector<index_t> row(static_cast<std::size_t>(width)), last(row);
  CopiedSquare best{};
  const auto at = [&](index_t y, index_t x) { return sources.data() + 3 * (y * width + x); };
  for (index_t y = 0; y < height; ++y) {
    for (index_t x = 0; x < width; ++x) {
      const int* const p = at(y, x);
      const auto follows = [&](index_t dy, index_t dx) {
        const int* const q = at(y - dy, x - dx);
        return q[0] == p[0] && q[1] + dy == p[1] && q[2] + dx == p[2];
      };
      index_t side = p[0] < 0 ? 0 : 1;
      if (side == 1 && y > 0 && x > 0 && follows(0, 1) && follows(1, 0) && follows(1, 1)) {
        const auto i = static_cast<std::size_t>(x);
        side = 1 + min_of(row[i - 1], min_of(last[i], last[i - 1]));
      }
      row[static_cast<std::size_t>(x)] = side;
      if (side > best.side) best = {side, y - side + 1, x - side + 1, p[1] - side + 1, p[2] - side + 1};
    }
    row.swap(last);
  }
  return best;
}

/// Entropy of counts that sum to n, over that of n things as even as they can be.
inline double relative_entropy(const std::vector<index_t>& counts, index_t n) {
  double entropy = 0.0;
  for (const index_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / static_cast<double>(n);
    entropy -= share * std::log(share);
  }
  const index_t kinds = min_of(n, static_cast<index_t>(counts.size()));
  // Evenly is n / kinds of each, some of them one more.
  const index_t each = n / kinds, more = n % kinds;
  double most = 0.0;
  for (const index_t count : {each, each + 1}) {
    const double share = static_cast<double>(count) / static_cast<double>(n);
    most -= static_cast<double>(count == each ? kinds - more : more) * share * std::log(share);
  }
  return most > 0.0 ? entropy / most : 1.0;
}

}  // namespace detail

/// Figures of a provenance (height, width, 3): example, row, column of each pixel's source; -1 where nothing was made.
/// Squares are exact, and unlike those of longest_copy() do not count what is alike by chance.
///
/// \param provenance as texture methods return it
/// \param examples   {height, width} of each example
/// \param options    only `apart` and `least`, and `least` only of repeats
/// \param device     where the provenance lives
///
/// Throws InvalidArgument where a source lies outside of the examples.
template <Viewable P, DevicePolicy Device = device_of_t<P>>
ProvenanceFigures provenance_figures(const P& provenance, const std::vector<Shape<2>>& examples,
                                     const CopyOptions& options = {}, const Device& device = {}) {
  constexpr const char* kName = "provenance_figures";
  const auto view = view_of(provenance);
  static_assert(decltype(view_of(provenance))::rank == 3 && std::is_same_v<element_of_t<P>, int>,
                "provenance_figures: a provenance holds integers, (height, width, 3)");
  detail::check_copy_options(kName, options);
  require(view.shape(2) == 3, kName, "channels of the provenance", view.shape(2), "3: example, row, column");
  std::vector<index_t> first{0};
  for (const Shape<2>& size : examples) first.push_back(first.back() + size[0] * size[1]);
  std::vector<index_t> uses(static_cast<std::size_t>(first.back()));
  const std::vector<int> sources = download(view, device);
  index_t made = 0;
  for (std::size_t i = 0; i < sources.size(); i += 3) {
    const int* const p = sources.data() + i;
    if (p[0] == -1) continue;
    require(p[0] >= 0 && p[0] < static_cast<int>(examples.size()), kName, "example of a source", p[0],
            "0 to " + std::to_string(static_cast<int>(examples.size()) - 1));
    const Shape<2>& size = examples[static_cast<std::size_t>(p[0])];
    require(p[1] >= 0 && p[1] < size[0], kName, "row of a source", p[1], "0 to " + std::to_string(size[0] - 1));
    require(p[2] >= 0 && p[2] < size[1], kName, "column of a source", p[2], "0 to " + std::to_string(size[1] - 1));
    ++uses[static_cast<std::size_t>(first[static_cast<std::size_t>(p[0])] + p[1] * size[1] + p[2])];
    ++made;
  }
  require(made > 0, kName, "pixels of the provenance that were made", made, "at least 1");

  ProvenanceFigures figures{};
  figures.copy = detail::largest_run(sources, view.shape(0), view.shape(1));
  using View = decltype(view_of(provenance));
  figures.repeat = detail::largest_square(
      detail::SameSource<View>{view},
      {view.shape(0), view.shape(1), view.shape(0), view.shape(1), options.least, true, options.apart}, device);
  figures.entropy = detail::relative_entropy(uses, made);
  const auto unused = std::count(uses.begin(), uses.end(), index_t{0});
  figures.unused = static_cast<double>(unused) / static_cast<double>(uses.size());
  return figures;
}

}  // namespace pastiche
