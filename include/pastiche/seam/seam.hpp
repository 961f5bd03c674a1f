// SPDX-License-Identifier: MIT
/// \file
/// Which side of an overlap wins: the concept, and seams along the least error.
#pragma once

#include <pastiche/core/math.hpp>

#include <concepts>
#include <cstdint>

namespace pastiche {

/// A block about to be pasted over pixels that are there already. All tables are height * width, row-major. D is what
/// distances are summed in.
template <class D>
struct Overlap {
  int height, width;             ///< of the block
  const D* error;                ///< distance between new and old pixel; 0 where there is no old one
  const std::uint8_t* known;     ///< 1 where there is an old pixel
  int left, top, right, bottom;  ///< breadth of the overlap along each side; 0 where nothing lies
  D* scratch;                    ///< memory for the seam: seam_scratch_bytes() of it
  std::uint8_t* takes_new;       ///< to be written: 1 where the new pixel wins. It must win where nothing is known.
  /// (height + 2, width + 2): 1 where an old pixel lies, the ring around the block included. Null where the ring is old
  /// beyond each side that overlaps, all along it.
  const std::uint8_t* around = nullptr;
};

/// A rule that fills `takes_new`. Called by one worker a block, const and noexcept, marked PASTICHE_HD. One that needs
/// more scratch memory than a D a pixel has `scratch_bytes<D>(height, width)`.
template <class S, class D>
concept Seam = KernelCopyable<S> && requires(const S& seam, const Overlap<D>& overlap) {
  { seam(overlap) } noexcept -> std::same_as<void>;
};

PASTICHE_DEVICE_CODE_BEGIN

/// Bytes of Overlap::scratch that a seam needs for a block, a multiple of 8.
template <class D, class S>
PASTICHE_HD constexpr index_t seam_scratch_bytes(const S& seam, index_t height, index_t width) noexcept {
  index_t bytes = height * width * static_cast<index_t>(sizeof(D));
  if constexpr (requires { seam.template scratch_bytes<D>(height, width); }) {
    bytes = seam.template scratch_bytes<D>(height, width);
  } else {
    static_cast<void>(seam);
  }
  return round_up<index_t>(bytes, 8);
}

/// The new block wins everywhere.
struct NoSeam {
  template <class D>
  PASTICHE_HD void operator()(const Overlap<D>& overlap) const noexcept {
    for (int i = 0; i < overlap.height * overlap.width; ++i) overlap.takes_new[i] = 1;
  }
};

/// Along each side the path of least summed error from end to end, by dynamic programming; what lies beyond any of the
/// paths stays old.
///
/// A. A. Efros, W. T. Freeman, "Image quilting for texture synthesis and transfer", SIGGRAPH 2001, section 2.
struct MinCut {
  template <class D>
  PASTICHE_HD void operator()(const Overlap<D>& o) const noexcept {
    for (int i = 0; i < o.height * o.width; ++i) o.takes_new[i] = 1;
    // Strides of a step along the seam and of one across it, from the outer edge inwards.
    if (o.left > 0) cut(o, 0, o.width, 1, o.height, o.left);
    if (o.right > 0) cut(o, o.width - 1, o.width, -1, o.height, o.right);
    if (o.top > 0) cut(o, 0, 1, o.width, o.width, o.top);
    if (o.bottom > 0) cut(o, (o.height - 1) * o.width, 1, -o.width, o.width, o.bottom);
    for (int i = 0; i < o.height * o.width; ++i) {
      if (o.known[i] == 0) o.takes_new[i] = 1;
    }
  }

 private:
  // Path costs c(i, j) = e(i, j) + min c(i - 1, j - 1 .. j + 1); then back along the least.
  template <class D>
  PASTICHE_HD static void cut(const Overlap<D>& o, int origin, int along, int across, int length,
                              int breadth) noexcept {
    D* cost = o.scratch;
    for (int i = 0; i < length; ++i, cost += breadth) {
      for (int j = 0; j < breadth; ++j) {
        D least = 0;
        if (i > 0) {
          const D* before = cost - breadth;
          least = before[j];
          if (j > 0) least = min_of(least, before[j - 1]);
          if (j + 1 < breadth) least = min_of(least, before[j + 1]);
        }
        cost[j] = o.error[origin + i * along + j * across] + least;
      }
    }
    int at = 0;
    cost -= breadth;
    for (int j = 1; j < breadth; ++j) {
      if (cost[j] < cost[at]) at = j;
    }
    for (int i = length - 1; i >= 0; --i) {
      // The pixel on the path itself is the new one: there both agree best.
      for (int j = 0; j < at; ++j) o.takes_new[origin + i * along + j * across] = 0;
      if (i == 0) break;
      cost -= breadth;
      const int from = max_of(at - 1, 0), to = min_of(at + 1, breadth - 1);
      int best = at;
      for (int j = from; j <= to; ++j) {
        if (cost[j] < cost[best]) best = j;
      }
      at = best;
    }
  }
};

PASTICHE_DEVICE_CODE_END

static_assert(Seam<NoSeam, float> && Seam<MinCut, float> && Seam<MinCut, std::int64_t>);

}  // namespace pastiche
