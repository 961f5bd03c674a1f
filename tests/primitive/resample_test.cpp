// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda optimize=O0,O2,O3 simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/pattern.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/primitive/resample.hpp>

#include <limits>

using namespace pastiche;
using test::TestDevice;

namespace {

// Taps that jump about, with weights of both signs that sum to 1: nothing a filter would be so unkind to ask for.
template <Scalar S>
primitive::AxisTaps<S> random_taps(index_t inputs, index_t outputs, index_t count, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  primitive::AxisTaps<S> taps{inputs, outputs, count, {}, {}};
  for (index_t i = 0; i < outputs; ++i) {
    double rest = 1.0;
    for (index_t k = 0; k < count; ++k) {
      const double weight = k + 1 < count ? static_cast<double>(rng.uniform()) - 0.4 : rest;
      rest -= weight;
      const auto at = static_cast<index_t>(rng.uniform() * static_cast<float>(inputs));
      taps.index.push_back(static_cast<std::int32_t>(at % inputs));
      taps.weight.push_back(static_cast<S>(weight));
    }
  }
  return taps;
}

template <Element T>
Tensor<T, 3, Cpu> noise(const Shape<3>& shape) {
  CounterRng rng(5, 0, 0);
  std::vector<T> values;
  for (index_t i = 0; i < shape.size(); ++i) {
    const float u = rng.uniform();
    if constexpr (std::integral<T>) {
      values.push_back(static_cast<T>(rng.next()));
    } else {
      values.push_back(from_scalar<T>(u));
    }
  }
  return upload<Cpu>(shape, values);
}

template <Element From, Element To = From>
void check_against_definition(const Shape<3>& shape, index_t height, index_t width, index_t count, double tolerance) {
  using S = scalar_t<From>;
  const auto image = noise<From>(shape);
  const auto rows = random_taps<S>(shape[0], height, count, 1), columns = random_taps<S>(shape[1], width, count, 2);
  const auto source = to_device<TestDevice>(image);
  Tensor<To, 3, TestDevice> result({height, width, shape[2]});
  primitive::Resample<TestDevice>::run(TestDevice{}, source.view(), rows, columns, result.view());

  Tensor<To, 3, Cpu> expected({height, width, shape[2]});
  for (index_t y = 0; y < height; ++y) {
    for (index_t x = 0; x < width; ++x) {
      for (index_t c = 0; c < shape[2]; ++c) {
        double sum = 0.0;
        for (index_t j = 0; j < count; ++j) {
          for (index_t i = 0; i < count; ++i) {
            const auto v = static_cast<std::size_t>(y * count + j), h = static_cast<std::size_t>(x * count + i);
            sum += static_cast<double>(rows.weight[v]) * static_cast<double>(columns.weight[h]) *
                   primitive::element_as<double>(image.view()(rows.index[v], columns.index[h], c));
          }
        }
        expected.view()(y, x, c) = primitive::round_to_element<To>(sum);
      }
    }
  }
  INFO(shape[0] << " x " << shape[1] << " x " << shape[2] << " to " << height << " x " << width);
  CHECK(test::worst_difference(result, expected) <= tolerance);
}

}  // namespace

TEMPLATE_TEST_CASE("resampling is the weighted sum it says, for every element", "[resample]", std::uint8_t, std::int8_t,
                   std::uint16_t, std::int16_t, pastiche::Half, float, double) {
  // A sum may fall on the other side of a half; a half float has 11 bits.
  const double tolerance = std::integral<TestType> ? 1.0
                           : sizeof(TestType) == 2 ? 5e-3
                           : sizeof(TestType) == 4 ? 4e-6
                                                   : 1e-14;
  for (const index_t channels : {1, 2, 3, 4, 5, 9}) {
    check_against_definition<TestType>({19, 23, channels}, 37, 41, 3, tolerance);
    check_against_definition<TestType>({40, 70, channels}, 9, 6, 5, tolerance);
  }
  check_against_definition<TestType>({1, 1, 3}, 1, 1, 1, 0.0);
  check_against_definition<TestType>({1, 200, 1}, 1, 3, 2, tolerance);
  check_against_definition<TestType>({200, 1, 1}, 3, 1, 2, tolerance);
  check_against_definition<TestType>({33, 65, 64}, 33, 65, 2, tolerance);
}

TEST_CASE("resampling keeps scalars between its calls", "[resample]") {
  check_against_definition<std::uint8_t, float>({21, 34, 3}, 30, 17, 4, 4e-4);  // of 255
  check_against_definition<pastiche::Half, float>({21, 34, 3}, 30, 17, 4, 4e-6);
}

TEMPLATE_TEST_CASE("integers wider than a register's packing are resampled too", "[resample]", std::int32_t,
                   std::uint32_t) {
  const auto image = upload<TestDevice>(Shape<3>{2, 2, 1}, std::vector<TestType>{1, 2, 3, 6});
  const primitive::AxisTaps<float> half_taps{2, 1, 2, {0, 1}, {0.5f, 0.5f}};
  Tensor<TestType, 3, TestDevice> result({1, 1, 1});
  primitive::Resample<TestDevice>::run(TestDevice{}, image.view(), half_taps, half_taps, result.view());
  CHECK(download(result)[0] == 3);
}

TEMPLATE_TEST_CASE("every element survives the identity", "[resample]", std::uint8_t, std::int8_t, std::uint16_t,
                   std::int16_t) {
  std::vector<TestType> values;
  for (index_t i = 0; i < 65536; ++i) values.push_back(static_cast<TestType>(i));
  const auto image = upload<TestDevice>(Shape<3>{64, 1024, 1}, values);
  Tensor<TestType, 3, TestDevice> result({64, 1024, 1});
  primitive::Resample<TestDevice>::run(TestDevice{}, image.view(), primitive::identity_taps<float>(64),
                                       primitive::identity_taps<float>(1024), result.view());
  CHECK(download(result) == values);
}

TEST_CASE("every half survives the identity, and rounds as half(float) does", "[resample]") {
  std::vector<pastiche::Half> values;
  std::vector<float> between;
  for (std::uint32_t i = 0; i < 65536; ++i) {
    pastiche::Half h;
    h.bits = static_cast<std::uint16_t>(i);
    values.push_back(h);
    // Values between two halves, ties and not, subnormal, infinite and NaN.
    between.push_back(bits_as<float>(i << 16 | (i % 3 == 0 ? 0x1000u : i * 40503u & 0xffffu)));
  }
  const auto rows = primitive::identity_taps<float>(64), columns = primitive::identity_taps<float>(1024);
  const auto image = upload<TestDevice>(Shape<3>{64, 1024, 1}, values);
  Tensor<pastiche::Half, 3, TestDevice> result({64, 1024, 1});
  primitive::Resample<TestDevice>::run(TestDevice{}, image.view(), rows, columns, result.view());
  const auto floats = upload<TestDevice>(Shape<3>{64, 1024, 1}, between);
  Tensor<pastiche::Half, 3, TestDevice> rounded({64, 1024, 1});
  primitive::Resample<TestDevice>::run(TestDevice{}, floats.view(), rows, columns, rounded.view());
  const auto same = download(result), near = download(rounded);
  int wrong = 0;
  const auto differ = [](pastiche::Half a, pastiche::Half b) {
    const bool nan = (a.bits & 0x7fff) > 0x7c00 && (b.bits & 0x7fff) > 0x7c00;
    return !nan && float(a) != float(b);  // a zero may lose its sign: 0 + 1 * -0
  };
  for (std::size_t i = 0; i < values.size(); ++i) {
    wrong += differ(same[i], values[i]) ? 1 : 0;
    wrong += differ(near[i], pastiche::Half(between[i])) ? 1 : 0;
  }
  CHECK(wrong == 0);
}

TEST_CASE("sums beyond an element's range are clamped, halves go up", "[resample]") {
  const auto image = upload<TestDevice>(Shape<3>{1, 4, 1}, std::vector<std::uint8_t>{0, 255, 1, 2});
  const primitive::AxisTaps<float> columns{4, 4, 2, {0, 1, 1, 0, 2, 3, 0, 2}, {2, -1, 2, -1, .5f, .5f, .5f, .5f}};
  Tensor<std::uint8_t, 3, TestDevice> result({1, 4, 1});
  primitive::Resample<TestDevice>::run(TestDevice{}, image.view(), primitive::identity_taps<float>(1), columns,
                                       result.view());
  CHECK(download(result) == std::vector<std::uint8_t>{0, 255, 2, 1});

  const auto below = upload<TestDevice>(Shape<3>{1, 2, 1}, std::vector<std::int8_t>{-128, -3});
  const primitive::AxisTaps<float> halves{2, 2, 2, {0, 1, 0, 1}, {2, -1, 0, .5f}};
  Tensor<std::int8_t, 3, TestDevice> floor({1, 2, 1});
  primitive::Resample<TestDevice>::run(TestDevice{}, below.view(), primitive::identity_taps<float>(1), halves,
                                       floor.view());
  CHECK(download(floor) == std::vector<std::int8_t>{-128, -1});
}

TEST_CASE("the form in registers agrees with the generic one", "[resample]") {
  const auto image = noise<float>({131, 203, 3});
  const auto rows = random_taps<float>(131, 77, 6, 3), columns = random_taps<float>(203, 300, 6, 4);
  Tensor<float, 3, Cpu> fast({77, 300, 3}), slow({77, 300, 3});
  primitive::Resample<Cpu>::run(Cpu{}, image.view(), rows, columns, fast.view());
  primitive::GenericResample<Cpu>::run(Cpu{}, image.view(), rows, columns, slow.view());
  CHECK(test::worst_difference(fast, slow) < 2e-6);

  SECTION("and is the same to the bit for any number of threads") {
    for (const int threads : {1, 2, 3, 7}) {
      Tensor<float, 3, Cpu> again({77, 300, 3});
      primitive::Resample<Cpu>::run(Cpu{.threads = threads}, image.view(), rows, columns, again.view());
      CHECK(download(again) == download(fast));
    }
  }
  SECTION("and reads and writes windows of larger images") {
    Tensor<float, 3, Cpu> large({80, 310, 3});
    std::fill_n(large.data(), large.size(), -7.0f);
    const TensorView<float, 3, Cpu> window(large.view().row(2) + 5 * 3, {77, 300, 3}, large.view().stride());
    primitive::Resample<Cpu>::run(Cpu{}, image.view(), rows, columns, window);
    bool same = true;
    for (index_t y = 0; y < 80; ++y) {
      for (index_t x = 0; x < 310; ++x) {
        const bool inside = y >= 2 && y < 79 && x >= 5 && x < 305;
        for (index_t c = 0; c < 3; ++c) {
          same = same && large.view()(y, x, c) == (inside ? fast.view()(y - 2, x - 5, c) : -7.0f);
        }
      }
    }
    CHECK(same);
  }
}

TEST_CASE("taps that copy keep bits that no float holds", "[resample]") {
  const std::vector<std::int64_t> values{1, (std::numeric_limits<std::int64_t>::max)(), -5, 4};
  const auto image = upload<TestDevice>(Shape<3>{2, 2, 1}, values);
  const primitive::AxisTaps<float> flip{2, 2, 1, {1, 0}, {1, 1}};
  Tensor<std::int64_t, 3, TestDevice> result({2, 2, 1});
  primitive::Resample<TestDevice>::copy(TestDevice{}, image.view(), flip, flip, result.view());
  CHECK(download(result) == std::vector<std::int64_t>{values[3], values[2], values[1], values[0]});
}

TEST_CASE("taps that do not fit the images are refused", "[resample]") {
  const Tensor<float, 3, TestDevice> image({4, 4, 1});
  Tensor<float, 3, TestDevice> result({4, 4, 1});
  const auto four = primitive::identity_taps<float>(4), five = primitive::identity_taps<float>(5);
  CHECK_THROWS_AS(primitive::Resample<TestDevice>::run(TestDevice{}, image.view(), five, four, result.view()),
                  InvalidArgument);
  CHECK_THROWS_AS(primitive::Resample<TestDevice>::run(TestDevice{}, image.view(), four, five, result.view()),
                  InvalidArgument);
}
