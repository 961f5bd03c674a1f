// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
// Digests come from a double-precision transcription of the algorithm MATLAB documents for imresize (its function
// `contributions`), written in NumPy apart from this library and run on the same pattern, 7 x 9 x 2.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/pattern.hpp"
#include "support/refusal.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/image/resample.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

template <Element T, class Filter>
void check_digest(const Shape<2>& size, const Filter& filter, const test::Digest& expected) {
  const auto result = resize(test::pattern<TestDevice, T>({7, 9, 2}), size, filter);
  REQUIRE((result.shape() == Shape<3>{size[0], size[1], 2}));
  const double tolerance = std::same_as<T, double> ? 2e-13 : 1e-6;
  INFO("size " << size[0] << " x " << size[1]);
  CHECK(test::worst_difference(test::digest(result), expected, result.size()) < tolerance);
}

}  // namespace

TEMPLATE_TEST_CASE("resize is MATLAB's imresize", "[resize]", float, double) {
  using T = TestType;
  check_digest<T>({4, 5}, Bicubic{},
                  {0.025097207608992, 0.594650062432970, 0.429617207847311, 0.637573628202708, 5.561280643856948});
  check_digest<T>({13, 20}, Bicubic{},
                  {-0.007345095138647, 0.510118038635573, 0.018751464787098, 0.710980392156863, 108.827230603814655});
  check_digest<T>({14, 3}, Bicubic{},
                  {0.041715081094166, 0.460000605180344, 0.227302711207940, 0.726988017429194, 14.581433067053981});
  check_digest<T>({5, 7}, Bicubic{.antialias = false},
                  {0.007703469959412, 0.540908294746471, 0.225164717315498, 0.686274509803922, 14.394248670896921});
  check_digest<T>({4, 5}, Lanczos{},
                  {0.024955131135684, 0.608225923618184, 0.406938161229687, 0.618406995555316, 5.956078492576007});
  check_digest<T>({3, 4}, Bilinear{},
                  {0.078504901960784, 0.622475490196078, 0.492279411764706, 0.570079050271471, 2.327304765521703});
}

TEMPLATE_TEST_CASE("rescale keeps the pixels exactly 1 / scale apart and rounds the size up", "[resize]", float,
                   double) {
  const double tolerance = std::same_as<TestType, double> ? 2e-13 : 1e-6;
  const auto image = test::pattern<TestDevice, TestType>({7, 9, 2});
  const auto shrunk = rescale(image, 0.5);
  CHECK((shrunk.shape() == Shape<3>{4, 5, 2}));
  CHECK(test::worst_difference(
            test::digest(shrunk),
            {0.035114901673560, 0.647242886412377, 0.281280876608456, 0.483195465686275, 5.422322232115503},
            40) < tolerance);
  const auto grown = rescale(image, 1.5, Lanczos{});
  CHECK((grown.shape() == Shape<3>{11, 14, 2}));
  CHECK(test::worst_difference(
            test::digest(grown),
            {-0.005459230240639, 0.514824008892008, -0.078507424681336, 0.709869144294638, 70.045734014895373},
            308) < tolerance);
  CHECK(rescale(test::pattern<TestDevice, TestType>({30, 10, 1}), 0.1).shape(0) == 3);
}

TEMPLATE_TEST_CASE("small elements are rounded once, at the end", "[resize]", std::uint8_t, std::uint16_t,
                   pastiche::Half) {
  const auto image = test::pattern<TestDevice, TestType>({7, 9, 2});
  std::vector<double> values = test::numbers(image);
  const auto exact = upload<TestDevice>(Shape<3>{7, 9, 2}, values);
  for (const Shape<2> size : {Shape<2>{4, 5}, Shape<2>{13, 20}, Shape<2>{14, 3}}) {
    std::vector<double> expected = test::numbers(resize(exact, size));
    if constexpr (std::integral<TestType>) {
      for (double& x : expected) x = static_cast<double>(primitive::round_to_element<TestType>(x));
    }
    const auto got = test::numbers(resize(image, size));
    double worst = 0.0;
    for (std::size_t i = 0; i < got.size(); ++i) worst = std::fmax(worst, std::abs(got[i] - expected[i]));
    CHECK(worst <= (std::integral<TestType> ? 1.0 : 5e-4));
  }
}

TEMPLATE_TEST_CASE("a constant image stays constant at any size, for every filter", "[resize]", std::uint8_t,
                   std::uint16_t, float) {
  for (const double white : {1.0, 0.4}) {
    const TestType value = from_scalar<TestType>(white);
    const auto image = upload<TestDevice>(Shape<3>{5, 8, 3}, std::vector<TestType>(120, value));
    const auto check = [&](const auto& filter) {
      for (const Shape<2> size : {Shape<2>{1, 1}, Shape<2>{3, 17}, Shape<2>{40, 2}}) {
        for (const TestType x : download(resize(image, size, filter))) {
          if constexpr (std::integral<TestType>) {
            REQUIRE(x == value);
          } else {
            REQUIRE(x == Approx(value).epsilon(1e-6));
          }
        }
      }
    };
    check(Nearest{});
    check(Box{});
    check(Bilinear{});
    check(Bicubic{});
    check(Lanczos{2});
  }
}

TEST_CASE("a size that does not change copies", "[resize]") {
  const auto image = test::pattern<TestDevice, std::uint8_t>({6, 11, 3});
  CHECK(download(resize(image, {6, 11})) == download(image));
  CHECK(download(resize(image, {6, 11}, Lanczos{})) == download(image));
}

TEST_CASE("Nearest takes the pixel under the centre and keeps any element", "[resize]") {
  const std::vector<std::int64_t> labels{1, std::int64_t{1} << 60, -3, 4, 5, 6};
  const auto image = upload<TestDevice>(Shape<3>{2, 3, 1}, labels);
  CHECK(download(resize(image, {1, 3}, Nearest{})) == std::vector<std::int64_t>{4, 5, 6});
  CHECK(download(resize(image, {2, 1}, Nearest{})) == std::vector<std::int64_t>{std::int64_t{1} << 60, 5});
  const auto twice = download(resize(image, {4, 6}, Nearest{}));
  for (std::size_t i = 0; i < 24; ++i) CHECK(twice[i] == labels[i / 6 / 2 * 3 + i % 6 / 2]);
}

TEST_CASE("Box shrinks by whole factors to exact means", "[resize]") {
  const auto image = upload<TestDevice>(Shape<3>{2, 4, 1}, std::vector<std::uint8_t>{0, 1, 10, 30, 0, 1, 20, 40});
  CHECK(download(resize(image, {1, 2}, Box{})) == std::vector<std::uint8_t>{1, 25});
}

TEST_CASE("interpolation passes through a ramp", "[resize]") {
  std::vector<double> ramp(32);
  for (std::size_t i = 0; i < 32; ++i) ramp[i] = static_cast<double>(i);
  const auto image = upload<TestDevice>(Shape<3>{1, 32, 1}, ramp);
  const auto check = [&](const auto& filter) {
    const auto got = download(resize(image, {1, 80}, filter));
    for (std::size_t i = 10; i < 70; ++i) CHECK(got[i] == Approx((static_cast<double>(i) + 0.5) * 0.4 - 0.5));
  };
  check(Bilinear{});
  check(Bicubic{});
  check(Bicubic{.a = -0.5, .antialias = false});
}

namespace {

// Mitchell and Netravali's cubic with B = C = 1/3, as a user would add it.
struct Mitchell {
  static constexpr double support() { return 2.0; }
  double operator()(double x) const {
    const double t = std::abs(x);
    if (t < 1.0) return (7 * t * t * t - 12 * t * t + 16.0 / 3) / 6;
    return t < 2.0 ? (-7.0 / 3 * t * t * t + 12 * t * t - 20 * t + 32.0 / 3) / 6 : 0.0;
  }
};
static_assert(ResampleFilter<Mitchell>);

struct Blind {
  static constexpr double support() { return 1.0; }
  double operator()(double) const { return 0.0; }
};

}  // namespace

TEST_CASE("a user's filter resizes", "[resize]") {
  const auto image = upload<TestDevice>(Shape<3>{1, 3, 1}, std::vector<double>{0, 18, 0});
  CHECK(download(resize(image, {1, 3}, Mitchell{}))[1] == Approx(16));
  CHECK(download(resize(image, {1, 3}, Mitchell{}))[0] == Approx(1));
  CHECK_THROWS_AS(resize(image, {1, 2}, Blind{}), InvalidArgument);
}

TEST_CASE("resize says what it cannot do", "[resize]") {
  const auto image = test::pattern<TestDevice, float>({6, 11, 3});
  CHECK(test::refusal([&] { resize(image, {0, 4}); }) == "resize: height is 0; expected at least 1");
  CHECK(test::refusal([&] { resize(image, {4, -1}); }) == "resize: width is -1; expected at least 1");
  CHECK(test::refusal([&] { rescale(image, 0.0); }) ==
        "rescale: scale is 0; expected more than 0 and less than a million");
  const Tensor<float, 3, TestDevice> empty({0, 4, 3});
  CHECK_THROWS_AS(resize(empty, {2, 2}), InvalidArgument);
}

TEST_CASE("the result does not depend on the threads", "[resize]") {
  const auto image = test::pattern<Cpu, std::uint8_t>({120, 90, 3});
  const auto once = download(resize(image, {333, 47}, Bicubic{}, Cpu{.threads = 1}));
  CHECK(once == download(resize(image, {333, 47}, Bicubic{}, Cpu{.threads = 3})));
}
