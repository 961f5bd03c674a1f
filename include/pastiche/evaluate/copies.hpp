// SPDX-License-Identifier: MIT
/// \file
/// The largest square that a texture took over unchanged: from its example, or from itself elsewhere.
///
/// The answer is exact. For every offset the square is looked for by steps of its side, as J. B. Boyer and J. S. Moore,
/// "A fast string searching algorithm", CACM 20(10), 1977, look for a word from its end: a square of side s contains
/// one of every s rows, and of that row one of every s pixels, and a pixel that differs there moves the search past it.
/// Larger squares than the largest so far are all that is looked for, so most offsets cost one pixel of s².
#pragma once

#include <pastiche/evaluate/patch_sample.hpp>

#include <cmath>

namespace pastiche {

/// A square of the output that equals one of the source.
struct CopiedSquare {
  index_t side = 0;  ///< in pixels; 0 where there is none, and all else is 0 too
  index_t row = 0, column = 0;
  index_t source_row = 0, source_column = 0;
};

/// Options of longest_copy() and longest_repeat().
struct CopyOptions {
  double tolerance = 2.0 / 255;  ///< by which equal channels may differ, in units of [0, 1]
  int least = 4;                 ///< squares with a smaller side are chance, and are not looked for
  int apart = 8;                 ///< of longest_repeat(): offsets of no more rows and columns do not count
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Whether pixels of two pictures differ by no more than the tolerance in any channel.
template <class View>
struct SamePixels {
  using E = typename View::value_type;
  using Number = std::conditional_t<std::integral<E>, std::int32_t, double>;
  View output, source;
  Number tolerance;

  PASTICHE_HD bool operator()(index_t y, index_t x, index_t source_y, index_t source_x) const noexcept {
    const E* a = output.row(y, x);
    const E* b = source.row(source_y, source_x);
    for (index_t c = 0; c < output.shape(2); ++c) {
      if (abs_of(number(a[c]) - number(b[c])) > tolerance) return false;
    }
    return true;
  }

 private:
  PASTICHE_HD static Number number(E x) noexcept {
    if constexpr (std::integral<E>) {
      return static_cast<Number>(x);
    } else {
      return to_scalar<double>(x);
    }
  }
};

/// Offsets from an output to a source, numbered. A picture's own offsets are looked at from one side only.
struct OffsetGrid {
  index_t height, width, source_height, source_width;
  index_t least;  ///< side of the least overlap that counts
  bool own;
  index_t apart;

  PASTICHE_HD index_t columns() const noexcept { return width + source_width - 2 * least + 1; }
  PASTICHE_HD index_t rows() const noexcept {
    return own ? height - least + 1 : height + source_height - 2 * least + 1;
  }
  PASTICHE_HD index_t dy(index_t i) const noexcept { return i / columns() - (own ? 0 : height - least); }
  PASTICHE_HD index_t dx(index_t i) const noexcept { return i % columns() - (width - least); }
  PASTICHE_HD bool counts(index_t i) const noexcept { return !own || max_of(dy(i), abs_of(dx(i))) > apart; }
};

/// Looks for squares of equal pixels at one offset.
template <class Same>
struct SquareSearch {
  Same same;
  OffsetGrid grid;

  /// The largest square with at least this side, the first of them; side 0 where there is none.
  PASTICHE_HD CopiedSquare find(index_t offset, index_t side) const noexcept {
    const index_t dy = grid.dy(offset), dx = grid.dx(offset);
    Place p{dy,
            dx,
            max_of<index_t>(0, -dy),
            min_of(grid.height, grid.source_height - dy),
            max_of<index_t>(0, -dx),
            min_of(grid.width, grid.source_width - dx)};
    CopiedSquare best{};
    const index_t most = min_of(p.bottom - p.top, p.right - p.left);
    index_t gap = side;
    for (index_t y = p.top + side - 1; y < p.bottom && side <= most; y += side) {
      search_row(p, y, gap, most, side, best);
      gap = side;
    }
    return best;
  }

 private:
  static constexpr index_t kNone = index_t{1} << 60;

  struct Place {
    index_t dy, dx;
    index_t top, bottom, left, right;  ///< of the overlap, in the output
  };

  PASTICHE_HD bool equal(const Place& p, index_t y, index_t x) const noexcept { return same(y, x, y + p.dy, x + p.dx); }

  /// The last of `side` pixels from (y, x) that differs; kNone where all are equal.
  PASTICHE_HD index_t last_differing(const Place& p, index_t y, index_t x, index_t side) const noexcept {
    for (index_t i = x + side - 1; i >= x; --i) {
      if (!equal(p, y, i)) return i;
    }
    return kNone;
  }

  /// How far a square of equal pixels at (y, x) can grow.
  PASTICHE_HD index_t grown(const Place& p, index_t y, index_t x, index_t side) const noexcept {
    while (y + side < p.bottom && x + side < p.right) {
      for (index_t i = 0; i <= side; ++i) {
        if (!equal(p, y + i, x + side) || !equal(p, y + side, x + i)) return side;
      }
      ++side;
    }
    return side;
  }

  /// Squares that contain row y, and none of the rows `gap` and more above it: those were found there. `side`, the
  /// least that is looked for, grows with what is found.
  PASTICHE_HD void search_row(const Place& p, index_t y, index_t gap, index_t most, index_t& side,
                              CopiedSquare& best) const noexcept {
    const index_t highest = max_of(p.top, y - gap + 1);
    for (index_t x = p.left; side <= most && x + side <= p.right;) {
      const index_t differs = last_differing(p, y, x, side);
      if (differs != kNone) {
        x = differs + 1;
        continue;
      }
      index_t top = y, bottom = y + 1, above = kNone, below = kNone;
      while (top > highest && above == kNone) {
        above = last_differing(p, top - 1, x, side);
        if (above == kNone) --top;
      }
      while (bottom - top < side && bottom < p.bottom && below == kNone) {
        below = last_differing(p, bottom, x, side);
        if (below == kNone) ++bottom;
      }
      if (bottom - top >= side) {
        best = {grown(p, top, x, side), top, x, top + p.dy, x + p.dx};
        side = best.side + 1;
      } else {  // while both of these pixels are among its columns, no square fits between them
        x = min_of(above, below) + 1;
      }
    }
  }
};

/// Orders squares: larger first, then earlier.
struct SquareKey {
  static constexpr index_t kStep = index_t{1} << 40;
  PASTICHE_HD static constexpr index_t make(index_t side, index_t i) noexcept {
    return side == 0 ? 0 : side * kStep + (kStep - 1 - i);
  }
  PASTICHE_HD static constexpr index_t side(index_t key) noexcept { return key / kStep; }
  PASTICHE_HD static constexpr index_t index(index_t key) noexcept { return kStep - 1 - key % kStep; }
};

/// The key of the largest square at the i-th offset of a round.
template <class Same>
struct SquareAt {
  SquareSearch<Same> search;
  index_t first, step, offsets;
  index_t side;  ///< least

  /// A fixed order that goes all over the grid, so that a few offsets show how large squares are.
  PASTICHE_HD index_t offset(index_t i) const noexcept { return i * step % offsets; }
  PASTICHE_HD index_t operator()(index_t i) const noexcept {
    const index_t at = offset(first + i);
    return search.grid.counts(at) ? SquareKey::make(search.find(at, side).side, first + i) : 0;
  }
};

struct LargerKey {
  PASTICHE_HD index_t operator()(index_t a, index_t b) const noexcept { return max_of(a, b); }
};

template <class Same>
struct WriteSquare {
  SquareSearch<Same> search;
  index_t offset, side;
  index_t* to;

  PASTICHE_HD void operator()(index_t) const noexcept {
    const CopiedSquare found = search.find(offset, side);
    to[0] = found.side;
    to[1] = found.row;
    to[2] = found.column;
    to[3] = found.source_row;
    to[4] = found.source_column;
  }
};

PASTICHE_DEVICE_CODE_END

/// A step that visits all of n places, far from each other one after another.
inline index_t scattered_step(index_t n) {
  const auto divisor = [](index_t a, index_t b) {
    while (b != 0) {
      const index_t rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  };
  auto step = static_cast<index_t>(0.6180339887498949 * static_cast<double>(n));
  while (step > 1 && divisor(step, n) != 1) --step;
  return max_of<index_t>(step, 1);
}

/// The largest square over all offsets of the grid.
template <class Same, class Device>
CopiedSquare largest_square(const Same& same, const OffsetGrid& grid, const Device& device) {
  const index_t sides[] = {grid.height, grid.width, grid.source_height, grid.source_width};
  for (const index_t side : sides) {
    if (side < grid.least) return {};
  }
  const index_t offsets = grid.rows() * grid.columns();
  SquareAt<Same> at{{same, grid}, 0, scattered_step(offsets), offsets, grid.least};
  index_t best = 0;
  // In rounds: what a round finds, the next one need not look for, and its work does not depend on the threads.
  for (index_t share = 4096; share >= 1; share /= 4) {
    const index_t last = ceil_div(offsets, share);
    best = max_of(best, device.reduce_index(last - at.first, index_t{0}, at, LargerKey{}));
    at.first = last;
    at.side = max_of(grid.least, SquareKey::side(best) + 1);
  }
  if (best == 0) return {};
  Tensor<index_t, 1, Device> place({5}, device);
  device.for_each_index(
      1, WriteSquare<Same>{at.search, at.offset(SquareKey::index(best)), SquareKey::side(best), place.data()});
  const std::vector<index_t> p = download(place);
  return {p[0], p[1], p[2], p[3], p[4]};
}

template <class View>
SamePixels<View> same_pixels(const View& output, const View& source, double tolerance) {
  using Number = typename SamePixels<View>::Number;
  if constexpr (std::integral<typename View::value_type>) {
    const double levels = std::floor(tolerance * kWhite<typename View::value_type> + 1e-6);
    return {output, source, static_cast<Number>(min_of(levels, kWhite<typename View::value_type>))};
  } else {
    return {output, source, tolerance};
  }
}

inline void check_copy_options(const char* function, const CopyOptions& o) {
  require(o.tolerance >= 0.0, function, "tolerance", o.tolerance, "at least 0");
  require(o.least >= 1, function, "least", o.least, "at least 1");
  require(o.apart >= 0, function, "apart", o.apart, "at least 0");
}

}  // namespace detail

/// The largest square of the output that equals the example at one offset, within the tolerance in every channel; of
/// several as large, one that does not depend on the threads. What is flat in both counts like anything else: where it
/// is says which it was. Pictures without a square of at least `least` pixels give side 0.
///
/// Images are (height, width, channel) of one element, 8- and 16-bit integers or floats. Time grows as the product of
/// the pictures' pixels over the square of the side that is found. Throws InvalidArgument for unlike channels and for
/// pixels that are not finite.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
CopiedSquare longest_copy(const A& example, const B& output, const CopyOptions& options = {},
                          const Device& device = {}) {
  const auto a = view_of(example);
  const auto b = view_of(output);
  static_assert(!std::integral<element_of_t<A>> || sizeof(element_of_t<A>) <= 2,
                "pastiche: integers wider than 16 bits are no pixels");
  detail::check_copy_options("longest_copy", options);
  detail::check_texture_pair("longest_copy", a, b, 1, device);
  return detail::largest_square(detail::same_pixels(b, a, options.tolerance),
                                {b.shape(0), b.shape(1), a.shape(0), a.shape(1), options.least, false, 0}, device);
}

/// The largest square of the output that equals the output itself at an offset of more than `apart` rows or columns.
/// Both squares may overlap: a texture that tiles repeats nearly all of itself.
template <Viewable A, DevicePolicy Device = device_of_t<A>>
CopiedSquare longest_repeat(const A& output, const CopyOptions& options = {}, const Device& device = {}) {
  const auto a = view_of(output);
  static_assert(!std::integral<element_of_t<A>> || sizeof(element_of_t<A>) <= 2,
                "pastiche: integers wider than 16 bits are no pixels");
  detail::check_copy_options("longest_repeat", options);
  detail::check_texture_pair("longest_repeat", a, a, 1, device);
  return detail::largest_square(detail::same_pixels(a, a, options.tolerance),
                                {a.shape(0), a.shape(1), a.shape(0), a.shape(1), options.least, true, options.apart},
                                device);
}

}  // namespace pastiche
