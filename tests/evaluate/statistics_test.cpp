// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
// Pictures whose spectra are known: noise, and noise divided by frequency. Deviations of few pixels by hand.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/evaluate/statistics.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

/// Numbers of mean 0 and nearly Gaussian.
std::vector<double> white_noise(index_t n, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  std::vector<double> values(static_cast<std::size_t>(n));
  for (double& value : values) {
    for (int i = 0; i < 4; ++i) value += static_cast<double>(rng.uniform()) - 0.5;
  }
  return values;
}

/// White noise whose amplitudes are multiplied by frequency to the power of `fall`.
std::vector<double> fallen_noise(index_t side, double fall, std::uint64_t seed) {
  const Cpu cpu;
  auto noise = upload<Cpu>(Shape<3>{{1, side, side}}, white_noise(side * side, seed));
  const primitive::Fft<Cpu> fft(side, side);
  Tensor<double, 2, Cpu> spectrum({1, fft.spectrum_size()}, cpu);
  fft.forward(std::as_const(noise).view(), spectrum.view());
  const auto layout = fft.layout();
  for (index_t y = 0; y < side; ++y) {
    for (index_t x = 0; x < fft.columns(); ++x) {
      const double v = static_cast<double>(min_of(y, side - y)), u = static_cast<double>(x);
      const double share = u + v > 0.0 ? std::pow(std::sqrt(u * u + v * v), fall) : 0.0;
      spectrum.data()[layout(y, x)] *= share;
      spectrum.data()[layout(y, x) + layout.part] *= share;
    }
  }
  fft.inverse(spectrum.view(), noise.view());
  return download(noise);
}

/// A grey picture whose linear light is 0.2 and a little of `values`.
Tensor<double, 3, TestDevice> lit(index_t height, index_t width, std::vector<double> values) {
  double largest = 0.0;
  for (const double value : values) largest = (std::max)(largest, std::fabs(value));
  for (double& value : values) value = srgb_from_linear(0.2 + 0.15 * value / largest);
  return upload<TestDevice>(Shape<3>{{height, width, 1}}, values);
}

/// Of twelve seeds: a ring of low frequencies holds few numbers, so that one picture's slope is good to 0.2.
template <class Make>
double mean_slope(const Make& make) {
  double sum = 0.0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) sum += power_slope(make(seed));
  return sum / 12;
}

}  // namespace

TEST_CASE("white noise has the same power at all frequencies", "[statistics]") {
  const auto noise = [](index_t h, index_t w) {
    return mean_slope([=](std::uint64_t seed) { return lit(h, w, white_noise(h * w, seed)); });
  };
  CHECK(noise(128, 128) == Approx(0.0).margin(0.1));
  CHECK(noise(131, 97) == Approx(0.0).margin(0.1));
}

TEST_CASE("amplitudes that fall as 1/f are power that falls as 1/f²", "[statistics]") {
  const auto fallen = [](double fall) {
    return mean_slope([=](std::uint64_t seed) { return lit(192, 192, fallen_noise(192, fall, seed)); });
  };
  CHECK(fallen(-1.0) == Approx(-2.0).margin(0.1));
  CHECK(fallen(-0.5) == Approx(-1.0).margin(0.1));
}

TEST_CASE("the slope does not depend on contrast, nor a grey's on channels", "[statistics]") {
  const auto values = fallen_noise(96, -1.0, 4);
  const auto strong = lit(96, 96, values);
  auto weaker = download(strong);
  for (double& value : weaker) value = srgb_from_linear(0.25 * linear_from_srgb(value));
  const double slope = power_slope(strong);
  CHECK(power_slope(upload<TestDevice>(Shape<3>{{96, 96, 1}}, weaker)) == Approx(slope).epsilon(1e-9));
  CHECK(power_slope(gray_to_rgb(strong)) == Approx(slope).epsilon(1e-9));
}

TEST_CASE("spread is the standard deviation in Lab", "[statistics]") {
  const auto grey = upload<TestDevice>(Shape<3>{{1, 2, 1}}, std::vector<double>{0.0, 1.0});
  const ColorSpread black_white = color_spread(grey);
  CHECK(black_white.l == Approx(50.0).epsilon(1e-6));
  CHECK(black_white.a == Approx(0.0).margin(0.01));
  CHECK(black_white.b == Approx(0.0).margin(0.01));
  // Lab of red: (53.24, 80.09, 67.20); of green: (87.73, -86.18, 83.18).
  const auto two = upload<TestDevice>(Shape<3>{{1, 2, 3}}, std::vector<double>{1.0, 0.0, 0.0, 0.0, 1.0, 0.0});
  const ColorSpread colours = color_spread(two);
  CHECK(colours.l == Approx(17.25).margin(0.02));
  CHECK(colours.a == Approx(83.14).margin(0.02));
  CHECK(colours.b == Approx(7.99).margin(0.02));
}

TEST_CASE("statistics refuse what has none", "[statistics]") {
  const auto flat = upload<TestDevice>(Shape<3>{{64, 70, 3}}, std::vector<std::uint8_t>(64 * 70 * 3, 77));
  CHECK(test::refusal([&] { power_slope(flat); }) ==
        "power_slope: picture is of one luminance; expected one that has light and dark");
  CHECK(color_spread(flat).l == Approx(0.0).margin(1e-4));
  const auto narrow = lit(64, 63, white_noise(64 * 63, 1)), good = lit(64, 64, white_noise(64 * 64, 1));
  CHECK(test::refusal([&] { power_slope(narrow); }) == "power_slope: width of the image is 63; expected at least 64");
  CHECK_THROWS_AS(power_slope(good, {.highest = 0.6}), InvalidArgument);
  CHECK_THROWS_AS(power_slope(good, {.lowest = 0.4}), InvalidArgument);
  CHECK_THROWS_AS(power_slope(good, {.rings = 1}), InvalidArgument);
  CHECK_THROWS_AS(power_slope(good, {.lowest = 0.3, .highest = 0.30001}), InvalidArgument);
  auto values = download(good);
  values[1000] = std::numeric_limits<double>::quiet_NaN();
  const auto odd = upload<TestDevice>(good.shape(), values);
  CHECK(test::refusal([&] { power_slope(odd); }).rfind("power_slope: pixel of the image is nan", 0) == 0);
}
