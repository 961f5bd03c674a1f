// SPDX-License-Identifier: MIT
/// \file
/// What tests of inpainting share: pictures with holes, what must hold of every filling.
#pragma once

#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/growth_checks.hpp"

#include <pastiche/texture/inpainting.hpp>

#include <vector>

namespace pastiche::test {

/// A mask that owns its bytes.
struct OwnMask {
  index_t height, width;
  std::vector<std::uint8_t> values;

  /// 1 where inside(row, column).
  template <class Inside>
  OwnMask(index_t h, index_t w, const Inside& inside) : height{h}, width{w} {
    for (index_t y = 0; y < h; ++y) {
      for (index_t x = 0; x < w; ++x) values.push_back(inside(y, x) ? 1 : 0);
    }
  }
  Mask2 mask() const { return {values.data(), height, width}; }
  bool operator()(index_t y, index_t x) const { return values[static_cast<std::size_t>(y * width + x)] != 0; }
};

inline OwnMask box(const Shape<2>& size, index_t top, index_t left, index_t height, index_t width) {
  return {size[0], size[1],
          [=](index_t y, index_t x) { return y >= top && y < top + height && x >= left && x < left + width; }};
}

/// Rows and columns that repeat every `period` pixels, all different within it.
template <Element E = std::uint8_t>
Tensor<E, 3, TestDevice> periodic(const Shape<3>& shape, index_t period, const TestDevice& device) {
  std::vector<int> levels;
  for (index_t y = 0; y < shape[0]; ++y) {
    for (index_t x = 0; x < shape[1]; ++x) {
      for (index_t c = 0; c < shape[2]; ++c) {
        levels.push_back(static_cast<int>(
            (37 * (y % period) + 101 * (x % period) + (y % period) * (x % period) * 11 + 50 * c) % 256));
      }
    }
  }
  return picture<E>(shape, levels, device);
}

/// Pixels that break a promise: known ones that changed or do not come from themselves, filled ones from a hole or from
/// where donors(example, row, column) says no.
template <Element E, class Donors>
index_t broken_pixels(const HostTexture<E>& made, const Tensor<E, 3, TestDevice>& picture, const OwnMask& hole,
                      const Donors& donors) {
  const std::vector<E> before = download(picture);
  index_t broken = 0;
  for (index_t y = 0; y < made.height; ++y) {
    for (index_t x = 0; x < made.width; ++x) {
      const int* s = made.source(y, x);
      bool right = true;
      if (hole(y, x)) {
        right = s[0] >= 0 && donors(s[0], s[1], s[2]) && (s[0] > 0 || !hole(s[1], s[2]));
      } else {
        right = s[0] == 0 && s[1] == y && s[2] == x;
        for (index_t c = 0; c < made.channels; ++c) {
          right = right &&
                  made.pixel(y, x)[c] == before[static_cast<std::size_t>((y * made.width + x) * made.channels + c)];
        }
      }
      broken += right ? 0 : 1;
    }
  }
  return broken;
}

struct Everything {
  bool operator()(int, int, int) const { return true; }
};

}  // namespace pastiche::test
