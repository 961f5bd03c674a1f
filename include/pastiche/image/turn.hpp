// SPDX-License-Identifier: MIT
/// \file
/// Pictures turned, mirrored and scaled by an affine map of pixels. All in integers but the elements that are none, so
/// that 8- and 16-bit pictures come out the same on every device.
///
/// Between pixels by cubic convolution (R. G. Keys, "Cubic convolution interpolation for digital image processing",
/// IEEE Trans. ASSP 29(6), 1981, a = -1/2), its kernel widened where a picture shrinks, as image/resample.hpp does.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/image/border.hpp>
#include <pastiche/primitive/places.hpp>
#include <pastiche/tensor/mask.hpp>

#include <cmath>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// From the pixels of one picture to places in another: row + y * row_down + x * row_right, in 2^-32 pixels, and the
/// same of columns. Sides of up to 2^30 pixels.
struct PixelMap {
  std::int64_t row, row_down, row_right;
  std::int64_t column, column_down, column_right;
  index_t height, width;  ///< of the picture the places are in
  std::int32_t narrow;    ///< times the distances that the kernel sees, in 2^-16: less than 1 where a picture shrinks
  bool whole;             ///< pixels are those nearest to their places

  struct Place {
    std::int64_t row, column;
  };
  PASTICHE_HD constexpr Place operator()(index_t y, index_t x) const noexcept {
    return {row + y * row_down + x * row_right, column + y * column_down + x * column_right};
  }
  /// The pixel nearest to a place, in the picture.
  PASTICHE_HD constexpr BlockSource nearest(int example, index_t y, index_t x) const noexcept {
    const Place at = (*this)(y, x);
    return {example, static_cast<int>(clamp<index_t>(rounded(at.row), 0, height - 1)),
            static_cast<int>(clamp<index_t>(rounded(at.column), 0, width - 1))};
  }
  PASTICHE_HD constexpr static index_t rounded(std::int64_t at) noexcept {
    return (at + (std::int64_t{1} << 31)) >> 32;
  }
};

/// The pixels along an axis that make a place, and their weights.
struct CubicTaps {
  static constexpr index_t kMost = 42;  ///< for pictures that shrink to a tenth
  index_t first, count;
  std::int32_t weight[kMost];  ///< about 2^14 in all where the picture does not shrink
  std::int64_t sum;

  PASTICHE_HD CubicTaps(std::int64_t at, std::int32_t narrow) noexcept : first{0}, count{0}, sum{0} {
    const std::int64_t reach = (std::int64_t{1} << 49) / narrow;  // 2^-32 pixels
    first = (at - reach + kOne - 1) >> 32;
    count = min_of(((at + reach) >> 32) - first + 1, kMost);
    for (index_t k = 0; k < count; ++k) {
      weight[k] = kernel((abs_of(at - (first + k) * kOne) >> 16) * narrow >> 22);
      sum += weight[k];
    }
  }

 private:
  static constexpr std::int64_t kOne = std::int64_t{1} << 32;

  // Of a distance in 2^-10 pixels.
  PASTICHE_HD static std::int32_t kernel(std::int64_t t) noexcept {
    std::int64_t w = 0;  // 2^-31
    if (t <= 1024) {
      w = 3 * t * t * t - 5 * 1024 * t * t + (std::int64_t{2} << 30);
    } else if (t < 2048) {
      w = -t * t * t + 5 * 1024 * t * t - 8 * 1024 * 1024 * t + (std::int64_t{4} << 30);
    }
    return static_cast<std::int32_t>((w + (1 << 16)) >> 17);
  }
};

/// One row of a picture seen through a map.
template <class E, class Device>
struct TurnRow {
  PixelMap map;
  TensorView<const E, 3, Device> from;
  E* to;
  index_t width;

  PASTICHE_HD void operator()(index_t y) const noexcept {
    const index_t channels = from.shape(2);
    for (index_t x = 0; x < width; ++x) {
      E* pixel = to + (y * width + x) * channels;
      if (map.whole) {
        const BlockSource at = map.nearest(0, y, x);
        for (index_t c = 0; c < channels; ++c) pixel[c] = from.row(at.row, at.column)[c];
      } else {
        const PixelMap::Place at = map(y, x);
        const CubicTaps down(at.row, map.narrow), right(at.column, map.narrow);
        for (index_t c = 0; c < channels; ++c) pixel[c] = sampled(down, right, c);
      }
    }
  }

 private:
  using Sum = std::conditional_t<std::integral<E>, std::int64_t, scalar_t<E>>;

  PASTICHE_HD E sampled(const CubicTaps& down, const CubicTaps& right, index_t c) const noexcept {
    Sum sum = 0;
    for (index_t i = 0; i < down.count; ++i) {
      const index_t row = border_index(down.first + i, from.shape(0), Border::mirror);
      Sum across = 0;
      for (index_t j = 0; j < right.count; ++j) {
        const E value = from.row(row, border_index(right.first + j, from.shape(1), Border::mirror))[c];
        if constexpr (std::integral<E>) {
          across += Sum{right.weight[j]} * value;
        } else {
          across += static_cast<Sum>(right.weight[j]) * to_scalar<Sum>(value);
        }
      }
      sum += static_cast<Sum>(down.weight[i]) * across;
    }
    const std::int64_t whole = down.sum * right.sum;
    if constexpr (std::integral<E>) {
      return static_cast<E>(clamp<Sum>((sum + whole / 2) / whole, 0, static_cast<Sum>(kWhite<E>)));
    } else {
      return from_scalar<E>(sum / static_cast<Sum>(whole));
    }
  }
};

/// From a provenance of variants to one of the examples.
struct OriginOfPixel {
  const PixelMap* maps;  ///< of each variant
  const int* examples;   ///< the same
  const int* from;       ///< (pixel, 3)
  int* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const int* source = from + 3 * i;
    BlockSource origin{-1, -1, -1};
    if (source[0] >= 0) origin = maps[source[0]].nearest(examples[source[0]], source[1], source[2]);
    to[3 * i] = origin.example;
    to[3 * i + 1] = origin.row;
    to[3 * i + 2] = origin.column;
  }
};

PASTICHE_DEVICE_CODE_END

/// The map from a picture that is `height` by `width` pixels, was mirrored left to right if `mirrored`, then scaled,
/// then turned by `angle` degrees, counterclockwise and about its middle, to what it was. `size` becomes that of the
/// result.
inline PixelMap turned_pixels(index_t height, index_t width, double angle, double scale, bool mirrored,
                              Shape<2>& size) {
  constexpr double kDegree = 3.14159265358979323846 / 180.0, kOne = 4294967296.0;
  const bool right = std::fmod(angle, 90.0) == 0.0;
  const double c = right ? std::round(std::cos(angle * kDegree)) : std::cos(angle * kDegree);
  const double s = right ? std::round(std::sin(angle * kDegree)) : std::sin(angle * kDegree);
  const double h = static_cast<double>(height) * scale, w = static_cast<double>(width) * scale;
  size = {{max_of<index_t>(1, std::llround(h * abs_of(c) + w * abs_of(s))),
           max_of<index_t>(1, std::llround(h * abs_of(s) + w * abs_of(c)))}};
  const auto fixed = [&](double x) { return static_cast<std::int64_t>(std::llround(x / scale * kOne)); };
  PixelMap map{0, fixed(c), fixed(s), 0, fixed(mirrored ? s : -s), fixed(mirrored ? -c : c), height, width, 0, false};
  const auto first = [&](index_t n, std::int64_t down, std::int64_t across) {  // middle upon middle
    return ((n - 1) << 31) - ((size[0] - 1) * down + (size[1] - 1) * across) / 2;
  };
  map.row = first(height, map.row_down, map.row_right);
  map.column = first(width, map.column_down, map.column_right);
  map.narrow = static_cast<std::int32_t>(std::lround(min_of(scale, 1.0) * 65536.0));
  map.whole = right && scale == 1.0;
  return map;
}

/// Which pixels of a turned picture may be stolen: those in it whose every part may. Empty where all are.
inline std::vector<std::uint8_t> turned_mask(const PixelMap& map, const Shape<2>& size, const Mask2& mask) {
  constexpr std::int64_t kHalf = std::int64_t{1} << 31;
  std::vector<std::uint8_t> may(static_cast<std::size_t>(size.size()));
  bool all = true;
  for (index_t y = 0; y < size[0]; ++y) {
    for (index_t x = 0; x < size[1]; ++x) {
      const PixelMap::Place at = map(y, x);
      bool yes = at.row >= -kHalf && at.row < (map.height << 32) - kHalf && at.column >= -kHalf &&
                 at.column < (map.width << 32) - kHalf;
      if (yes && map.whole) {
        const BlockSource pixel = map.nearest(0, y, x);
        yes = mask(pixel.row, pixel.column);
      } else if (yes && !mask.empty()) {
        const CubicTaps down(at.row, map.narrow), right(at.column, map.narrow);
        for (index_t i = 0; i < down.count; ++i) {
          const index_t row = border_index(down.first + i, map.height, Border::mirror);
          for (index_t j = 0; j < right.count; ++j) {
            const bool counts = down.weight[i] != 0 && right.weight[j] != 0;
            if (counts && !mask(row, border_index(right.first + j, map.width, Border::mirror))) yes = false;
          }
        }
      }
      may[static_cast<std::size_t>(y * size[1] + x)] = yes ? 1 : 0;
      all = all && yes;
    }
  }
  if (all) may.clear();
  return may;
}

}  // namespace pastiche::detail
