// SPDX-License-Identifier: MIT
/// \file
/// What lies beyond the edge of an image.
#pragma once

#include <pastiche/core/math.hpp>

namespace pastiche {

/// The rule that continues the samples a b c d beyond their ends.
enum class Border {
  mirror,     ///< b a | a b c d | d c: half-sample symmetry, `symmetric` in MATLAB and NumPy, `reflect` in SciPy
  reflect,    ///< c b | a b c d | c b: whole-sample symmetry, `reflect` in NumPy and PyTorch, `mirror` in SciPy
  replicate,  ///< a a | a b c d | d d
  wrap        ///< c d | a b c d | a b
};

/// The sample in [0, n) that stands at position i, however far outside.
PASTICHE_HD constexpr index_t border_index(index_t i, index_t n, Border border) noexcept {
  switch (border) {
    case Border::replicate:
      return clamp<index_t>(i, 0, n - 1);
    case Border::wrap:
      return wrap(i, n);
    case Border::reflect: {
      if (n == 1) return 0;
      const index_t at = wrap(i, 2 * n - 2);
      return at < n ? at : 2 * n - 2 - at;
    }
    case Border::mirror:
      break;
  }
  const index_t at = wrap(i, 2 * n);
  return at < n ? at : 2 * n - 1 - at;
}

}  // namespace pastiche
