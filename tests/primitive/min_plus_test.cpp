// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
// Min-plus products: equal to the definition to the bit, whatever the shape, with steps that do not exist.
#include "support/catch.hpp"
#include "support/devices.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/primitive/min_plus.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <limits>
#include <vector>

namespace {

using namespace pastiche;
using Device = test::TestDevice;

template <class T>
std::vector<T> costs(index_t count, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  std::vector<T> all;
  for (index_t i = 0; i < count; ++i) {
    const float u = rng.uniform();
    all.push_back(u < 0.2f ? std::numeric_limits<T>::infinity() : static_cast<T>(rng.uniform()) * T(100));
  }
  return all;
}

template <class T>
void check(index_t rows, index_t columns, index_t depth) {
  CAPTURE(rows, columns, depth);
  const std::vector<T> a = costs<T>(rows * depth, 1), b = costs<T>(depth * columns, 2), c = costs<T>(rows * columns, 3);
  const auto left = upload<Device>(Shape<2>{{rows, depth}}, a), right = upload<Device>(Shape<2>{{depth, columns}}, b);
  for (const bool accumulate : {false, true}) {
    auto made = upload<Device>(Shape<2>{{rows, columns}}, c);
    primitive::MinPlus<Device>{}.multiply(Device{}, left, right, made.view(), {.accumulate = accumulate});
    std::vector<T> expected;
    for (index_t i = 0; i < rows; ++i) {
      for (index_t j = 0; j < columns; ++j) {
        T least = accumulate ? c[static_cast<std::size_t>(i * columns + j)] : std::numeric_limits<T>::infinity();
        for (index_t k = 0; k < depth; ++k) {
          least = std::min(least,
                           a[static_cast<std::size_t>(i * depth + k)] + b[static_cast<std::size_t>(k * columns + j)]);
        }
        expected.push_back(least);
      }
    }
    CHECK(download(made) == expected);
  }
}

TEST_CASE("min-plus products equal their definition", "[primitive]") {
  check<float>(1, 1, 1);
  check<float>(1, 70, 70);
  check<float>(13, 33, 5);
  check<float>(65, 130, 300);
  check<double>(31, 17, 40);
  check<double>(1, 50, 50);
}

TEST_CASE("a min-plus product over nothing is infinite", "[primitive]") {
  Tensor<float, 2, Device> a({2, 0}), b({0, 3}), c({2, 3});
  primitive::MinPlus<Device>{}.multiply(Device{}, a, b, c.view());
  CHECK(download(c) == std::vector<float>(6, std::numeric_limits<float>::infinity()));
}

}  // namespace
