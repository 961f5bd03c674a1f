// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust optimize=O0,O2,O3 simd_levels
// Reductions against plain loops: exactly for integers and choices, to a rounding bound for floats.
#include "support/catch.hpp"
#include "support/devices.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/primitive/reduction.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

using namespace pastiche;
using primitive::Reduction;
using test::TestDevice;

template <class E>
std::vector<E> noise(index_t n, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  std::vector<E> values(static_cast<std::size_t>(n));
  for (E& value : values) {
    if constexpr (std::integral<E>) {
      value = static_cast<E>(rng.next());
    } else {
      value = static_cast<E>(rng.uniform() - 0.5f);
    }
  }
  return values;
}

template <class E>
auto wide(E x) {
  if constexpr (std::is_same_v<E, Half>) {
    return static_cast<float>(x);
  } else {
    return x;
  }
}

// A view of (height, width, channel) inside a wider and deeper tensor, and its elements in row-major order.
template <class E>
struct Window {
  Shape<3> shape;
  Tensor<E, 3, TestDevice> memory;
  std::vector<E> values;

  Window(Shape<3> extent, std::uint64_t seed)
      : shape{extent}, memory{upload<TestDevice>(outer(extent), noise<E>(outer(extent).size(), seed))} {
    const auto all = download(memory);
    for (index_t y = 0; y < shape[0]; ++y) {
      for (index_t x = 0; x < shape[1]; ++x) {
        for (index_t c = 0; c < shape[2]; ++c) {
          values.push_back(all[static_cast<std::size_t>((y * outer(shape)[1] + x) * outer(shape)[2] + c)]);
        }
      }
    }
  }
  static Shape<3> outer(Shape<3> s) { return {s[0], s[1] + 3, s[2] + 1}; }
  TensorView<const E, 3, TestDevice> view() const { return {memory.data(), shape, row_major(outer(shape))}; }
};

}  // namespace

TEMPLATE_TEST_CASE("sums, extremes and moments are those of a plain loop", "", std::uint8_t, std::int8_t, std::uint16_t,
                   std::int32_t, std::int64_t, Half, float, double) {
  using E = TestType;
  const Reduction<TestDevice> reduce;
  for (const Shape<3> shape : {Shape<3>{1, 1, 1}, Shape<3>{3, 5, 7}, Shape<3>{37, 29, 3}, Shape<3>{5, 3, 6000}}) {
    CAPTURE(shape[0], shape[1], shape[2]);
    const Window<E> window(shape, 1);
    long double sum = 0, absolute = 0, squares = 0;
    std::int64_t integer = 0;
    for (const E value : window.values) {
      sum += static_cast<long double>(wide(value));
      absolute += std::abs(static_cast<long double>(wide(value)));
      if constexpr (std::integral<E>) integer += static_cast<std::int64_t>(value);
    }
    const auto n = static_cast<long double>(window.values.size());
    for (const E value : window.values) {
      const long double d = static_cast<long double>(wide(value)) - sum / n;
      squares += d * d;
    }
    const auto less = [](E a, E b) { return wide(a) < wide(b); };
    const auto least = std::min_element(window.values.begin(), window.values.end(), less);
    const auto most = std::max_element(window.values.begin(), window.values.end(), less);

    if constexpr (std::integral<E>) {
      CHECK(reduce.sum(window.view()) == integer);
    } else {
      // The longest chain of roundings is the 1024 blocks after one block.
      const double eps = static_cast<double>(std::numeric_limits<accumulate_t<E>>::epsilon());
      CHECK(std::abs(static_cast<double>(reduce.sum(window.view()) - sum)) <=
            1100 * eps * static_cast<double>(absolute));
    }
    CHECK((reduce.minimum(window.view()) == *least));
    CHECK((reduce.maximum(window.view()) == *most));
    CHECK(reduce.arg_minimum(window.view()).index == least - window.values.begin());
    CHECK(reduce.arg_maximum(window.view()).index == most - window.values.begin());
    CHECK((reduce.arg_minimum(window.view()).value == *least));
    const auto moments = reduce.moments(window.view());
    CHECK(std::abs(moments.mean - static_cast<double>(sum / n)) <= 1e-13 * static_cast<double>(absolute / n));
    CHECK(moments.variance == Approx(static_cast<double>(squares / n)).epsilon(1e-12));
  }
}

TEMPLATE_TEST_CASE("squared differences are exact for small integers, whatever the strides", "", std::uint8_t,
                   std::uint16_t, std::int16_t, float) {
  using E = TestType;
  const Shape<3> shape{61, 83, 3};
  const Window<E> a(shape, 2), c(shape, 3);
  const auto dense = upload<TestDevice>(shape, c.values);
  long double expected = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const long double d = static_cast<long double>(a.values[i]) - static_cast<long double>(c.values[i]);
    expected += d * d;
  }
  const auto strided = Reduction<TestDevice>{}.squared_difference(a.view(), c.view());
  const auto mixed = Reduction<TestDevice>{}.squared_difference(a.view(), dense.view());
  if constexpr (std::integral<E>) {
    CHECK(strided == static_cast<std::int64_t>(expected));
    CHECK(mixed == strided);
  } else {
    CHECK(strided == Approx(static_cast<double>(expected)).epsilon(1e-13));
    CHECK(mixed == Approx(strided).epsilon(1e-13));
  }
}

TEST_CASE("of equal elements the first is chosen, and NaN never") {
  const Reduction<TestDevice> reduce;
  std::vector<float> values(5000, 2.0f);
  values[4321] = values[1234] = values[4999] = -3.0f;
  values[77] = values[2048] = values[3000] = 9.0f;
  values[0] = values[1233] = std::numeric_limits<float>::quiet_NaN();
  const auto x = upload<TestDevice>(Shape<1>{5000}, values);
  CHECK(reduce.arg_minimum(x.view()).index == 1234);
  CHECK(reduce.arg_maximum(x.view()).index == 77);
  const auto flat = upload<TestDevice>(Shape<2>{50, 60}, std::vector<std::uint8_t>(3000, std::uint8_t{255}));
  CHECK(reduce.arg_minimum(flat.view()).index == 0);
  CHECK(reduce.arg_minimum(flat.view()).value == 255);
  const auto nothing =
      upload<TestDevice>(Shape<1>{40}, std::vector<float>(40, std::numeric_limits<float>::quiet_NaN()));
  CHECK(reduce.arg_minimum(nothing.view()).index == -1);
  CHECK(reduce.minimum(nothing.view()) == std::numeric_limits<float>::infinity());
  auto late = std::vector<float>(3000, std::numeric_limits<float>::quiet_NaN());
  late[2500] = std::numeric_limits<float>::infinity();
  CHECK(reduce.arg_minimum(upload<TestDevice>(Shape<1>{3000}, late).view()).index == 2500);
}

TEST_CASE("nothing sums to 0 and has no least element") {
  const Tensor<float, 2, TestDevice> empty({0, 4});
  CHECK(Reduction<TestDevice>{}.sum(empty.view()) == 0.0f);
  CHECK_THROWS_AS(Reduction<TestDevice>{}.minimum(empty.view()), InvalidArgument);
  CHECK_THROWS_AS(Reduction<TestDevice>{}.mean(empty.view()), InvalidArgument);
}

#if !defined(PASTICHE_TEST_THRUST) && !defined(PASTICHE_TEST_CUDA)
TEST_CASE("the number of threads changes no bit of a sum") {
  const auto x = upload<Cpu>(Shape<1>{300'001}, noise<float>(300'001, 5));
  for (const auto level : {simd::Level::baseline, simd::Level::avx2, simd::Level::avx512}) {
    const auto one = Reduction<Cpu>{Cpu{.threads = 1, .level = level}};
    for (const int threads : {2, 5}) {
      const auto many = Reduction<Cpu>{Cpu{.threads = threads, .level = level}};
      CHECK(many.sum(x.view()) == one.sum(x.view()));
      CHECK(many.moments(x.view()).variance == one.moments(x.view()).variance);
    }
  }
}
#endif
