// SPDX-License-Identifier: MIT
/// \file
/// Small arrays with known properties.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <concepts>
#include <limits>
#include <vector>

namespace pastiche::test {

/// Uniform noise: [0, 1) for floats, every value alike for integers.
template <DevicePolicy Device, Element T = float, int Rank = 3>
Tensor<T, Rank, Device> noise(const Shape<Rank>& shape, std::uint64_t seed, const Device& device = {}) {
  CounterRng rng(seed, 0, 0);
  std::vector<T> values(static_cast<std::size_t>(shape.size()));
  for (T& value : values) {
    if constexpr (std::integral<T>) {
      value = static_cast<T>(std::uint64_t{rng.next()} << 32 | rng.next());
    } else {
      value = static_cast<T>(rng.uniform());
    }
  }
  return upload<Device>(shape, values, device);
}

/// Element i of row-major order is `first + i * step`, wrapped for integers.
template <DevicePolicy Device, Element T = float, int Rank = 3>
Tensor<T, Rank, Device> ramp(const Shape<Rank>& shape, double first = 0.0, double step = 1.0,
                             const Device& device = {}) {
  std::vector<T> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = first + static_cast<double>(i) * step;
    if constexpr (std::integral<T>) {
      values[i] = static_cast<T>(static_cast<std::int64_t>(x));
    } else {
      values[i] = static_cast<T>(static_cast<float>(x));
    }
  }
  return upload<Device>(shape, values, device);
}

/// Two values in squares of `side` pixels; `low` at the top left.
template <DevicePolicy Device, Element T = float>
Tensor<T, 3, Device> checkerboard(const Shape<3>& shape, index_t side, T low, T high, const Device& device = {}) {
  std::vector<T> values;
  values.reserve(static_cast<std::size_t>(shape.size()));
  for (index_t row = 0; row < shape[0]; ++row) {
    for (index_t column = 0; column < shape[1]; ++column) {
      const T value = (row / side + column / side) % 2 == 0 ? low : high;
      values.insert(values.end(), static_cast<std::size_t>(shape[2]), value);
    }
  }
  return upload<Device>(shape, values, device);
}

}  // namespace pastiche::test
