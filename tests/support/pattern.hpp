// SPDX-License-Identifier: MIT
/// \file
/// A picture given by a formula, so that references can be made elsewhere, and what is compared of results.
#pragma once

#include <pastiche/tensor/tensor.hpp>

#include <cmath>
#include <vector>

namespace pastiche::test {

/// (7 y² + 13 x + 5 x y + 29 c) mod 256 at (y, x, c), in units of the element: shares of 255 for floats.
template <DevicePolicy Device, Element T>
Tensor<T, 3, Device> pattern(const Shape<3>& shape) {
  std::vector<T> values;
  for (index_t y = 0; y < shape[0]; ++y) {
    for (index_t x = 0; x < shape[1]; ++x) {
      for (index_t c = 0; c < shape[2]; ++c) {
        const auto level = static_cast<double>((y * y * 7 + x * 13 + x * y * 5 + c * 29) % 256);
        if constexpr (std::integral<T>) {
          values.push_back(static_cast<T>(level));
        } else {
          values.push_back(from_scalar<T>(level / 255.0));
        }
      }
    }
  }
  return upload<Device>(shape, values);
}

/// The elements as doubles, unscaled.
template <Element T, DevicePolicy Device>
std::vector<double> numbers(const Tensor<T, 3, Device>& image) {
  std::vector<double> result;
  for (const T& x : download(image)) {
    if constexpr (std::same_as<T, Half>) {
      result.push_back(static_cast<double>(static_cast<float>(x)));
    } else {
      result.push_back(static_cast<double>(x));
    }
  }
  return result;
}

/// Largest absolute difference of two images of one shape.
template <Element T, Element U, DevicePolicy Device, DevicePolicy Other>
double worst_difference(const Tensor<T, 3, Device>& a, const Tensor<U, 3, Other>& b) {
  const auto x = numbers(a), y = numbers(b);
  double worst = x.size() == y.size() ? 0.0 : INFINITY;
  for (std::size_t i = 0; i < x.size() && i < y.size(); ++i) worst = std::fmax(worst, std::abs(x[i] - y[i]));
  return worst;
}

/// What a reference stores of a picture: pixels at the corners and in the middle, and a sum over all.
struct Digest {
  double first;        ///< (0, 0, 0)
  double top_right;    ///< (0, width - 1, 1)
  double bottom_left;  ///< (height - 1, 0, 1)
  double middle;       ///< (height / 2, width / 2, 0)
  double spread;       ///< sum of |x - 0.5| over all
};

template <Element T, DevicePolicy Device>
Digest digest(const Tensor<T, 3, Device>& image) {
  const auto x = numbers(image);
  const index_t h = image.shape(0), w = image.shape(1), c = image.shape(2);
  const auto at = [&](index_t row, index_t column, index_t channel) {
    return x[static_cast<std::size_t>((row * w + column) * c + channel)];
  };
  double spread = 0.0;
  for (const double value : x) spread += std::abs(value - 0.5);
  return {at(0, 0, 0), at(0, w - 1, 1), at(h - 1, 0, 1), at(h / 2, w / 2, 0), spread};
}

/// Largest difference of two digests, that of the sums taken per element.
inline double worst_difference(const Digest& a, const Digest& b, index_t elements) {
  const double differences[] = {a.first - b.first, a.top_right - b.top_right, a.bottom_left - b.bottom_left,
                                a.middle - b.middle, (a.spread - b.spread) / static_cast<double>(elements)};
  double worst = 0.0;
  for (const double d : differences) worst = std::fmax(worst, std::abs(d));
  return worst;
}

}  // namespace pastiche::test
