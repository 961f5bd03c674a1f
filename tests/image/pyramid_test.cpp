// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
// Digests: SciPy 1.17.1 on the same pattern, 11 x 14 x 2, as doubles: scipy.ndimage.correlate1d with (1 4 6 4 1) / 16
// along axis 0, then 1, mode='reflect' (its name for Border::mirror) or 'mirror' (Border::reflect), then [::2, ::2].
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/pattern.hpp"
#include "support/refusal.hpp"

#include <pastiche/image/pyramid.hpp>

using namespace pastiche;
using test::TestDevice;

TEMPLATE_TEST_CASE("the Gaussian pyramid agrees with SciPy", "[pyramid]", float, double) {
  const double tolerance = std::same_as<TestType, double> ? 1e-11 : 1e-6;
  const auto image = test::pattern<TestDevice, TestType>({11, 14, 2});
  const auto check = [&](const auto& result, const test::Digest& expected) {
    CHECK(test::worst_difference(test::digest(result), expected, result.size()) < tolerance);
  };
  const auto pyramid = gaussian_pyramid(image, 3);
  REQUIRE(pyramid.size() == 3);
  CHECK((pyramid[1].shape() == Shape<3>{6, 7, 2}));
  CHECK((pyramid[2].shape() == Shape<3>{3, 4, 2}));
  CHECK(download(pyramid[0]) == download(image));
  check(pyramid[1], {0.041498161765, 0.679365808824, 0.534482230392, 0.576470588235, 6.306954656863});
  check(pyramid[2], {0.160511690028, 0.609257477405, 0.486968036726, 0.487988101735, 1.444052542892});
  const auto reflected = gaussian_pyramid(image, 3, Border::reflect);
  check(reflected[1], {0.076715686275, 0.670220588235, 0.452696078431, 0.576470588235, 6.114460784314});
  check(reflected[2], {0.272139246324, 0.569931449142, 0.458953737745, 0.491016103707, 1.021124387255});
}

TEST_CASE("a pyramid of a constant is constant, down to a pixel and beyond", "[pyramid]") {
  const auto flat = upload<TestDevice>(Shape<3>{5, 9, 1}, std::vector<std::uint8_t>(45, 77));
  const auto pyramid = gaussian_pyramid(flat, 6);
  for (const auto& level : pyramid) {
    for (const std::uint8_t x : download(level)) REQUIRE(x == 77);
  }
  CHECK((pyramid.back().shape() == Shape<3>{1, 1, 1}));
}

TEST_CASE("expanding is the transpose of reducing, times 4", "[pyramid]") {
  // <reduce x, y> = <x, expand y> / 4 where no border is near: the same kernel, read both ways.
  std::vector<double> x(32 * 32, 0.0), y(16 * 16, 0.0);
  for (std::size_t i = 10; i < 22; ++i) {
    for (std::size_t j = 10; j < 22; ++j) x[i * 32 + j] = static_cast<double>((i * 31 + j * 17) % 23);
  }
  for (std::size_t i = 4; i < 12; ++i) {
    for (std::size_t j = 4; j < 12; ++j) y[i * 16 + j] = static_cast<double>((i * 7 + j * 13) % 19);
  }
  const auto reduced = test::numbers(pyramid_reduce(upload<TestDevice>(Shape<3>{32, 32, 1}, x)));
  const auto expanded = test::numbers(pyramid_expand(upload<TestDevice>(Shape<3>{16, 16, 1}, y), {32, 32}));
  double left = 0.0, right = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) left += reduced[i] * y[i];
  for (std::size_t i = 0; i < x.size(); ++i) right += expanded[i] * x[i];
  CHECK(left == Approx(right / 4).epsilon(1e-12));
}

TEST_CASE("expanding keeps constants and ramps", "[pyramid]") {
  std::vector<double> ramp(12);
  for (std::size_t i = 0; i < 12; ++i) ramp[i] = static_cast<double>(i);
  const auto fine = test::numbers(pyramid_expand(upload<TestDevice>(Shape<3>{1, 12, 1}, ramp), {1, 23}));
  REQUIRE(fine.size() == 23);
  for (std::size_t i = 2; i < 21; ++i) CHECK(fine[i] == Approx(0.5 * static_cast<double>(i)));
  const auto flat = upload<TestDevice>(Shape<3>{3, 2, 2}, std::vector<float>(12, 0.3f));
  for (const float v : download(pyramid_expand(flat, {5, 4}))) CHECK(v == Approx(0.3f));
}

TEST_CASE("pyramids refuse what they cannot do", "[pyramid]") {
  const auto image = test::pattern<TestDevice, float>({4, 6, 1});
  CHECK(test::refusal([&] { gaussian_pyramid(image, 0); }) == "gaussian_pyramid: levels is 0; expected at least 1");
  CHECK(test::refusal([&] {
          pyramid_expand(image, {9, 12});
        }) == "pyramid_expand: height is 9; expected twice the image's, or one less");
  CHECK_THROWS_AS(pyramid_expand(image, {8, 10}), InvalidArgument);
}
