// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/evaluate/autocorrelation.hpp>

#include <numbers>

using namespace pastiche;
using test::TestDevice;

namespace {

/// A wave across, of this many pixels.
Tensor<double, 3, TestDevice> wave(index_t height, index_t width, double period) {
  std::vector<double> values;
  for (index_t i = 0; i < height * width; ++i) {
    values.push_back(0.5 + 0.4 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i % width) / period));
  }
  return upload<TestDevice>(Shape<3>{{height, width, 1}}, values);
}

}  // namespace

TEST_CASE("the autocorrelation is the mean product at a lag", "[autocorrelation]") {
  const index_t h = 19, w = 26;
  const auto image = test::pebbles({h, w, 3}, 1, TestDevice{});
  std::vector<double> luma;
  double mean = 0.0, variance = 0.0;
  const auto values = download(image);
  for (std::size_t i = 0; i < values.size(); i += 3) {
    luma.push_back(0.299 * values[i] + 0.587 * values[i + 1] + 0.114 * values[i + 2]);
    mean += luma.back() / static_cast<double>(h * w);
  }
  for (double& x : luma) {
    x -= mean;
    variance += x * x / static_cast<double>(h * w);
  }
  const Autocorrelation found = autocorrelation(image, 9, 13);
  for (index_t dy = 0; dy <= 9; ++dy) {
    for (index_t dx = -13; dx <= 13; ++dx) {
      double sum = 0.0, count = 0.0;
      for (index_t y = 0; y + dy < h; ++y) {
        for (index_t x = max_of<index_t>(0, -dx); x < min_of(w, w - dx); ++x, count += 1.0) {
          sum += luma[static_cast<std::size_t>(y * w + x)] * luma[static_cast<std::size_t>((y + dy) * w + x + dx)];
        }
      }
      CHECK(found(dy, dx) == Approx(sum / count / variance).margin(1e-9));
    }
  }
}

TEST_CASE("waves and checks come back where they should", "[autocorrelation]") {
  const Autocorrelation a = autocorrelation(wave(10, 64, 8.0), 5, 32);
  for (index_t x = -32; x <= 32; x += 4) {
    for (index_t y = 0; y <= 5; ++y) CHECK(a(y, x) == Approx(x % 8 == 0 ? 1.0 : -1.0).epsilon(1e-9));
  }
  const auto checks = test::checkerboard<TestDevice, double>({16, 20, 1}, 1, 0.2, 0.6);
  const Autocorrelation b = autocorrelation(checks, 8, 10);
  for (index_t y = 0; y <= 8; ++y) {
    for (index_t x = -10; x <= 10; ++x) CHECK(b(y, x) == Approx((y + x) % 2 == 0 ? 1.0 : -1.0).epsilon(1e-9));
  }
}

TEST_CASE("order is told from disorder, whatever the brightness and contrast", "[autocorrelation]") {
  const auto a = wave(60, 64, 8.0);
  CHECK(autocorrelation_distance(a, a) == 0.0);
  auto values = download(a);
  for (double& x : values) x = 0.5 * x + 0.2;
  CHECK(autocorrelation_distance(a, upload<TestDevice>(a.shape(), values)) == Approx(0.0).margin(1e-9));
  CHECK(autocorrelation_distance(a, test::noise<TestDevice, double>(Shape<3>{{60, 64, 1}}, 1)) ==
        Approx(1.0).margin(0.1));
  CHECK(autocorrelation_distance(a, wave(80, 100, 8.0)) < 0.05);
  CHECK(autocorrelation_distance(a, wave(60, 64, 12.0)) > 1.0);
}

TEST_CASE("a picture of one luma has no order to lose", "[autocorrelation]") {
  const auto flat = upload<TestDevice>(Shape<3>{{20, 21, 3}}, std::vector<float>(20 * 21 * 3, 0.1f));
  const auto noise = test::noise<TestDevice, float>(Shape<3>{{20, 21, 3}}, 1);
  CHECK(autocorrelation_distance(flat, flat) == 0.0);
  CHECK(autocorrelation_distance(flat, noise) == INFINITY);
  CHECK(autocorrelation_distance(noise, flat) == 1.0);
  const auto dot = upload<TestDevice>(Shape<3>{{1, 1, 1}}, std::vector<float>{0.3f});
  CHECK(autocorrelation_distance(dot, dot) == 0.0);
  CHECK(test::refusal([&] { autocorrelation(noise, 20, 3); }) ==
        "autocorrelation: rows of lag is 20; expected at least 0, below the height");
}
