// SPDX-License-Identifier: MIT
/// \file
/// Rows of a grid on which Poisson's equation is solved, and the kernels that sweep over them: on registers of a chosen
/// arch where the device has them, pixel by pixel elsewhere.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/device/device.hpp>

#include <cstdint>

namespace pastiche::primitive::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// How a padded grid lies in memory: a rim of one pixel, which repeats the other side where the grid wraps and is
/// without links where it does not.
struct PoissonGrid {
  static constexpr index_t kLead = 16;  // elements before the first of a row: rows begin at a cache line
  index_t height, width, stride;
  bool wrap_rows, wrap_columns;
  index_t piece;  ///< columns that one kernel call does

  PoissonGrid(index_t h, index_t w, bool rows, bool columns, index_t piece_columns) noexcept
      : height{h},
        width{w},
        stride{round_up<index_t>(w + kLead + 1, kLead)},
        wrap_rows{rows && h > 1},
        wrap_columns{columns && w > 1},
        piece{piece_columns > 0 ? piece_columns : max_of<index_t>(w, 1)} {}

  index_t elements() const noexcept { return (height + 2) * stride; }
  index_t pieces() const noexcept { return height * pieces_a_row(); }
  PASTICHE_HD index_t pieces_a_row() const noexcept { return ceil_div(width, piece); }
  PASTICHE_HD index_t at(index_t y, index_t x) const noexcept { return (y + 1) * stride + kLead + x; }
  /// The pixel below, or to the right, of a pixel; at the edge that on the other side where the grid wraps, else -1.
  PASTICHE_HD index_t below(index_t y) const noexcept { return y + 1 < height ? y + 1 : wrap_rows ? 0 : -1; }
  PASTICHE_HD index_t beside(index_t x) const noexcept { return x + 1 < width ? x + 1 : wrap_columns ? 0 : -1; }

  /// Repeats what was written in columns [from, to) of row y on the rim.
  template <class S>
  PASTICHE_HD void publish(S* to, index_t y, index_t from, index_t last) const noexcept {
    if (wrap_columns && from == 0) to[at(y, width)] = to[at(y, 0)];
    if (wrap_columns && last == width) to[at(y, -1)] = to[at(y, width - 1)];
    if (!wrap_rows || (y > 0 && y + 1 < height)) return;
    for (index_t x = from; x < last; ++x) {
      if (y == 0) to[at(height, x)] = to[at(0, x)];
      if (y + 1 == height) to[at(-1, x)] = to[at(y, x)];
    }
  }
};

/// The matrix: links to the right and down, sums of a row, and their inverse; all 0 at pixels that are not free.
template <class S>
struct PoissonMatrix {
  const S *right, *down, *diagonal, *inverse;

  /// What the neighbours of a register of pixels contribute.
  template <class V>
  PASTICHE_INLINE V neighbours(const S* u, index_t i, index_t stride) const noexcept {
    return V::load(right + i) * V::load(u + i + 1) + V::load(right + i - 1) * V::load(u + i - 1) +
           V::load(down + i) * V::load(u + i + stride) + V::load(down + i - stride) * V::load(u + i - stride);
  }
};

/// A piece of a row: registers as far as they go, then pixel by pixel.
template <class Arch, class S>
struct PoissonRows {
  using arch = Arch;
  PoissonGrid grid;

  /// Calls `kernel.at<V>(i)` on the elements of a piece and repeats what was written to `to` on the rim. Returns the
  /// sum of what it answers.
  template <class K>
  PASTICHE_INLINE S sweep(const K& kernel, index_t piece, S* to) const noexcept {
    using V = simd::Wide<Arch, S>;
    using One = simd::Vec<S, 1>;
    const index_t n = grid.pieces_a_row(), row = piece / n, from = piece % n * grid.piece;
    const index_t to_column = min_of(from + grid.piece, grid.width);
    const index_t last = grid.at(row, to_column);
    index_t i = grid.at(row, from);
    V sum(S(0));
    for (; i + V::lanes <= last; i += V::lanes) sum = sum + kernel.template at<V>(i);
    One rest(S(0));
    for (; i < last; ++i) rest = rest + kernel.template at<One>(i);
    if (to != nullptr) grid.publish(to, row, from, to_column);
    return simd::sum(sum) + rest.v;
  }
};

/// to = from + weight (D^-1 (b - A from)); `from` null is 0 everywhere.
template <class Arch, class S>
struct RelaxPoisson : PoissonRows<Arch, S> {
  PoissonMatrix<S> matrix;
  const S *b, *from;
  S* to;
  S weight;

  PASTICHE_INLINE void operator()(index_t piece) const noexcept { this->sweep(*this, piece, to); }
  template <class V>
  PASTICHE_INLINE V at(index_t i) const noexcept {
    const V w(weight), inverse = V::load(matrix.inverse + i), right_side = V::load(b + i);
    if (from == nullptr) {
      (w * inverse * right_side).store(to + i);
    } else {
      const V old = V::load(from + i);
      (old + w * (inverse * (right_side + matrix.template neighbours<V>(from, i, this->grid.stride)) - old))
          .store(to + i);
    }
    return V(S(0));
  }
};

/// to = b - A u, or A u where b is null. Sums u * to of each piece where asked.
template <class Arch, class S>
struct ApplyPoisson : PoissonRows<Arch, S> {
  PoissonMatrix<S> matrix;
  const S *b, *u;
  S* to;
  double* sums;

  PASTICHE_INLINE void operator()(index_t piece) const noexcept {
    const S sum = this->sweep(*this, piece, to);
    if (sums != nullptr) sums[piece] = static_cast<double>(sum);
  }
  template <class V>
  PASTICHE_INLINE V at(index_t i) const noexcept {
    const V here = V::load(u + i);
    const V product = V::load(matrix.diagonal + i) * here - matrix.template neighbours<V>(u, i, this->grid.stride);
    const V result = b == nullptr ? product : V::load(b + i) - product;
    result.store(to + i);
    return here * result;
  }
};

/// to += weight * u, or to = u + weight * to.
template <class Arch, class S>
struct AddPoisson : PoissonRows<Arch, S> {
  const S* u;
  S* to;
  S weight;
  bool scale_to;

  PASTICHE_INLINE void operator()(index_t piece) const noexcept { this->sweep(*this, piece, to); }
  template <class V>
  PASTICHE_INLINE V at(index_t i) const noexcept {
    const V a = V::load(u + i), c = V::load(to + i), w(weight);
    (scale_to ? a + w * c : c + w * a).store(to + i);
    return a;
  }
};

/// Sums a * b of each piece.
template <class Arch, class S>
struct DotPoisson : PoissonRows<Arch, S> {
  const S *a, *b;
  double* sums;

  PASTICHE_INLINE void operator()(index_t piece) const noexcept {
    sums[piece] = static_cast<double>(this->sweep(*this, piece, nullptr));
  }
  template <class V>
  PASTICHE_INLINE V at(index_t i) const noexcept {
    return V::load(a + i) * V::load(b + i);
  }
};

/// Sums the residual over the four pixels of each coarse one.
template <class S>
struct RestrictPoisson {
  PoissonGrid fine, coarse;
  const S* residual;
  S* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t n = coarse.pieces_a_row(), y = i / n, from = i % n * coarse.piece;
    const index_t to_column = min_of(from + coarse.piece, coarse.width);
    // A rim that repeats the other side must not count.
    const bool two = 2 * y + 1 < fine.height;
    const S* upper = residual + fine.at(2 * y, 0);
    const S* lower = two ? residual + fine.at(2 * y + 1, 0) : upper;
    const S below = two ? S(1) : S(0);
    for (index_t x = from; x < to_column; ++x) {
      const S beside = 2 * x + 1 < fine.width ? S(1) : S(0);
      to[coarse.at(y, x)] =
          upper[2 * x] + beside * upper[2 * x + 1] + below * (lower[2 * x] + beside * lower[2 * x + 1]);
    }
    coarse.publish(to, y, from, to_column);
  }
};

/// Adds to each free fine pixel the correction of its coarse one.
template <class S>
struct ProlongPoisson {
  PoissonGrid fine, coarse;
  const S *correction, *inverse;
  S* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t n = fine.pieces_a_row(), y = i / n, from = i % n * fine.piece;
    const index_t last = min_of(from + fine.piece, fine.width);
    const S* above = correction + coarse.at(y / 2, 0);
    for (index_t x = from; x < last; ++x) {
      const index_t at = fine.at(y, x);
      if (inverse[at] != S(0)) to[at] += above[x / 2];
    }
    fine.publish(to, y, from, last);
  }
};

/// Links, anchors (what holds a pixel to a value nearby, and so counts as a link) and screening of the pixels of a
/// mask.
template <class S>
struct LinkPoisson {
  PoissonGrid grid;
  const std::uint8_t* pixels;  ///< (height, width) of PoissonPixel, or null: all are free
  S screening;
  S *right, *down, *anchor, *screen;

  PASTICHE_HD int state(index_t y, index_t x) const noexcept {
    return pixels == nullptr ? 0 : pixels[y * grid.width + x];
  }
  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t y = i / grid.width, x = i % grid.width, at = grid.at(y, x);
    const int here = state(y, x);
    const index_t v = grid.below(y), u = grid.beside(x);
    right[at] = u >= 0 && here == 0 && state(y, u) == 0 ? S(1) : S(0);
    down[at] = v >= 0 && here == 0 && state(v, x) == 0 ? S(1) : S(0);
    S fixed = 0;
    if (here == 0) {
      const index_t before = x > 0 ? x - 1 : grid.wrap_columns ? grid.width - 1 : -1;
      const index_t above = y > 0 ? y - 1 : grid.wrap_rows ? grid.height - 1 : -1;
      if (u >= 0 && state(y, u) == 1) fixed += S(1);
      if (before >= 0 && state(y, before) == 1) fixed += S(1);
      if (v >= 0 && state(v, x) == 1) fixed += S(1);
      if (above >= 0 && state(above, x) == 1) fixed += S(1);
    }
    anchor[at] = fixed;
    screen[at] = here == 0 ? screening : S(0);
    publish(y, x);
  }
  PASTICHE_HD void publish(index_t y, index_t x) const noexcept {
    grid.publish(right, y, x, x + 1);
    grid.publish(down, y, x, x + 1);
  }
};

/// The matrix of a grid of half the size: half the links that cross between four pixels and the next four, because they
/// are twice as long; screening is summed.
template <class S>
struct CoarsenPoisson {
  PoissonGrid fine, coarse;
  const S *fine_right, *fine_down, *fine_anchor, *fine_screen;
  S *right, *down, *anchor, *screen;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t y = i / coarse.width, x = i % coarse.width, at = coarse.at(y, x);
    const index_t last_row = min_of(2 * y + 1, fine.height - 1), last_column = min_of(2 * x + 1, fine.width - 1);
    S r = 0, d = 0, a = 0, s = 0;
    for (index_t v = 2 * y; v <= last_row; ++v) {
      r += fine_right[fine.at(v, last_column)];
      for (index_t u = 2 * x; u <= last_column; ++u) {
        a += fine_anchor[fine.at(v, u)];
        s += fine_screen[fine.at(v, u)];
      }
    }
    for (index_t u = 2 * x; u <= last_column; ++u) d += fine_down[fine.at(last_row, u)];
    right[at] = coarse.width > 1 ? r / S(2) : S(0);
    down[at] = coarse.height > 1 ? d / S(2) : S(0);
    anchor[at] = a / S(2);
    screen[at] = s;
    coarse.publish(right, y, x, x + 1);
    coarse.publish(down, y, x, x + 1);
  }
};

/// Sums of the rows of the matrix and their inverse.
template <class S>
struct SumPoissonRows {
  PoissonGrid grid;
  const S *right, *down, *anchor, *screen;
  S *diagonal, *inverse;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t at = grid.at(i / grid.width, i % grid.width);
    const S sum = right[at] + right[at - 1] + down[at] + down[at - grid.stride] + anchor[at] + screen[at];
    diagonal[at] = sum;
    inverse[at] = sum > S(0) ? S(1) / sum : S(0);
  }
};

template <class S>
struct ZeroPoisson {
  S* to;
  PASTICHE_HD void operator()(index_t i) const noexcept { to[i] = S(0); }
};

struct PieceSum {
  const double* sums;
  PASTICHE_HD double operator()(index_t i) const noexcept { return sums[i]; }
};
struct AddSums {
  PASTICHE_HD double operator()(double a, double b) const noexcept { return a + b; }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::primitive::detail
