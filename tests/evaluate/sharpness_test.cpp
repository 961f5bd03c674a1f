// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/evaluate/histogram_distance.hpp>
#include <pastiche/evaluate/texture.hpp>
#include <pastiche/image/filter.hpp>

using namespace pastiche;
using test::TestDevice;

TEST_CASE("gradient and Laplacian of a slope and of checks", "[sharpness]") {
  std::vector<std::uint8_t> slope;
  for (index_t y = 0; y < 9; ++y) {
    for (index_t x = 0; x < 12; ++x) {
      for (index_t c = 0; c < 2; ++c) slope.push_back(static_cast<std::uint8_t>(3 * x + 4 * y + 7 * c));
    }
  }
  const auto plane = upload<TestDevice>(Shape<3>{{9, 12, 2}}, slope);
  CHECK(mean_gradient(plane) == Approx(5.0).epsilon(1e-9));
  CHECK(laplacian_variance(plane) == 0.0);
  const auto checks = test::checkerboard<TestDevice, std::uint8_t>({10, 10, 1}, 1, 100, 110);
  CHECK(mean_gradient(checks) == Approx(10.0 * std::sqrt(2.0)).epsilon(1e-9));
  CHECK(laplacian_variance(checks) == Approx(1600.0).epsilon(1e-9));
}

TEST_CASE("blur lowers both ratios, noise raises them, nothing leaves them", "[sharpness]") {
  const auto a = test::pebbles({60, 64, 3}, 1, TestDevice{});
  CHECK(gradient_ratio(a, a) == 1.0);
  CHECK(laplacian_ratio(a, a) == 1.0);
  const auto blurred = gaussian_blur(a, 1.0);
  CHECK(gradient_ratio(a, blurred) < 0.8);
  CHECK(laplacian_ratio(a, blurred) < 0.2);
  CHECK(laplacian_ratio(blurred, a) == Approx(1.0 / laplacian_ratio(a, blurred)).epsilon(1e-9));
  CHECK(gradient_ratio(a, test::noise<TestDevice, std::uint8_t>(Shape<3>{{60, 64, 3}}, 2)) > 1.5);
}

TEST_CASE("sharpness of what has none, and of too few pixels", "[sharpness]") {
  const auto flat = upload<TestDevice>(Shape<3>{{3, 3, 1}}, std::vector<float>(9, 0.1f));
  const auto noise = test::noise<TestDevice, float>(Shape<3>{{3, 3, 1}}, 1);
  CHECK(laplacian_ratio(flat, flat) == 1.0);
  CHECK(gradient_ratio(flat, noise) == INFINITY);
  CHECK(gradient_ratio(noise, flat) == 0.0);
  const auto row = test::noise<TestDevice, float>(Shape<3>{{1, 9, 1}}, 1);
  CHECK(test::refusal([&] { mean_gradient(row); }) == "mean_gradient: height of the image is 1; expected at least 2");
  CHECK_THROWS_AS(laplacian_variance(row), InvalidArgument);
}

TEMPLATE_TEST_CASE("a shifted histogram is as far as the shift", "[histogram]", std::uint8_t, std::uint16_t, float,
                   double) {
  const TestDevice device;
  const Shape<3> shape{{20, 30, 3}};
  auto levels = test::pebble_levels(shape, 1, 7);
  for (int& x : levels) x = x * 9 / 10;
  auto lighter = levels;
  for (std::size_t i = 0; i < lighter.size(); ++i) lighter[i] += i % 3 == 0 ? 12 : i % 3 == 1 ? 6 : 0;
  const auto a = test::picture<TestType>(shape, levels, device), b = test::picture<TestType>(shape, lighter, device);
  CHECK(histogram_distance(a, b) == Approx(6.0).epsilon(1e-6));
  CHECK(histogram_distance(b, a) == Approx(6.0).epsilon(1e-6));
  CHECK(histogram_distance(a, a) == 0.0);
}

TEST_CASE("histograms know nothing of places, nor of sizes", "[histogram]") {
  const auto bytes = [](const Shape<3>& shape, const std::vector<std::uint8_t>& v) {
    return upload<TestDevice>(shape, v);
  };
  const auto a = bytes({1, 4, 1}, {0, 10, 20, 30});
  CHECK(histogram_distance(a, bytes({2, 2, 1}, {30, 0, 20, 10})) == 0.0);
  CHECK(histogram_distance(a, bytes({2, 4, 1}, {30, 0, 20, 10, 10, 0, 30, 20})) == 0.0);
  CHECK(histogram_distance(bytes({1, 1, 1}, {40}), bytes({1, 4, 1}, {40, 40, 40, 240})) == Approx(50.0));
  CHECK(histogram_distance(bytes({1, 3, 1}, {5, 5, 9}), bytes({1, 2, 1}, {5, 9})) == Approx(4.0 / 6.0));
}
