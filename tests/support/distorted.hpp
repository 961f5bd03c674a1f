// SPDX-License-Identifier: MIT
/// \file
/// A picture and a damaged copy, by formulas, for measures of quality.
#pragma once

#include "support/pattern.hpp"

namespace pastiche::test {

/// Element i moved by (37 i mod 41) - 20 levels, clamped.
template <DevicePolicy Device>
Tensor<std::uint8_t, 3, Device> distorted(const Tensor<std::uint8_t, 3, Device>& image) {
  auto values = download(image);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int moved = static_cast<int>(values[i]) + static_cast<int>(i * 37 % 41) - 20;
    values[i] = static_cast<std::uint8_t>(clamp(moved, 0, 255));
  }
  return upload<Device>(image.shape(), values);
}

}  // namespace pastiche::test
