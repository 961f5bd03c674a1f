// SPDX-License-Identifier: MIT
/// \file
/// How the two sides of a seam are joined: the concept, and weights near the seam.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/core/error.hpp>
#include <pastiche/seam/seam.hpp>

namespace pastiche {

/// The weight of the new pixel (row, column) in 256ths, once the seam has filled `takes_new`. It must be 256 where
/// nothing is known. Integers, so that 8-bit results are the same on every device.
template <class B, class D>
concept Blend = KernelCopyable<B> && requires(const B& blend, const Overlap<D>& overlap, int row, int column) {
  { blend(overlap, row, column) } noexcept -> std::same_as<int>;
};

PASTICHE_DEVICE_CODE_BEGIN

/// A hard edge: every pixel is stolen whole.
struct NoBlend {
  template <class D>
  PASTICHE_HD int operator()(const Overlap<D>& o, int row, int column) const noexcept {
    return o.takes_new[row * o.width + column] != 0 ? 256 : 0;
  }
};

/// The share of winners in a square around the pixel: a ramp `2 radius + 1` wide across the seam.
struct Feather {
  int radius = 2;  ///< pixels, 0 to 1000

  /// \throws InvalidArgument where the radius is out of range
  void validate(const char* function) const {
    require(radius >= 0 && radius <= 1000, function, "feather radius", radius, "0 to 1000");
  }

  template <class D>
  PASTICHE_HD int operator()(const Overlap<D>& o, int row, int column) const noexcept {
    if (o.known[row * o.width + column] == 0) return 256;
    int won = 0, seen = 0;
    for (int y = row - radius; y <= row + radius; ++y) {
      for (int x = column - radius; x <= column + radius; ++x) {
        // Beyond a side that overlaps lies the old picture; beyond any other, nothing.
        const bool old = (y < 0 && o.top > 0) || (x < 0 && o.left > 0) || (y >= o.height && o.bottom > 0) ||
                         (x >= o.width && o.right > 0);
        if (!old && (y < 0 || x < 0 || y >= o.height || x >= o.width)) continue;
        ++seen;
        if (!old && o.takes_new[y * o.width + x] != 0) ++won;
      }
    }
    return (256 * won + seen / 2) / seen;
  }
};

/// new * weight + old * (256 - weight) over 256, rounded to nearest for integers.
template <Element E>
PASTICHE_HD constexpr E blended(E fresh, E old, int weight) noexcept {
  if (weight >= 256) return fresh;
  if (weight <= 0) return old;
  if constexpr (std::integral<E>) {
    return static_cast<E>(
        (static_cast<std::int64_t>(fresh) * weight + static_cast<std::int64_t>(old) * (256 - weight) + 128) >> 8);
  } else if constexpr (std::same_as<E, Half>) {
    const float w = static_cast<float>(weight) / 256.0f;
    return Half(static_cast<float>(old) + w * (static_cast<float>(fresh) - static_cast<float>(old)));
  } else {
    return old + static_cast<E>(weight) / E(256) * (fresh - old);
  }
}

PASTICHE_DEVICE_CODE_END

static_assert(Blend<NoBlend, float> && Blend<Feather, std::int64_t>);

}  // namespace pastiche
