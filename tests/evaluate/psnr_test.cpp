// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// References: scikit-image 0.26.0, skimage.metrics.peak_signal_noise_ratio on the pictures made here; luma from
// skimage.color.rgb2ycbcr(rgb)[..., 0] with data_range=255.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/distorted.hpp"
#include "support/refusal.hpp"

#include <pastiche/evaluate/psnr.hpp>

using namespace pastiche;
using test::TestDevice;

TEST_CASE("psnr agrees with scikit-image", "[psnr]") {
  const auto a = test::pattern<TestDevice, std::uint8_t>({24, 31, 3});
  const auto b = test::distorted(a);
  CHECK(psnr(a, b) == Approx(26.86693474445957).epsilon(1e-12));
  CHECK(psnr(a, b, {.shave = 2, .on = CompareOn::studio_luma}) == Approx(29.858992041516).epsilon(1e-12));
}

TEMPLATE_TEST_CASE("psnr of a known difference, for every element", "[psnr]", std::uint8_t, std::uint16_t,
                   pastiche::Half, float, double) {
  const auto black = upload<TestDevice>(Shape<3>{4, 4, 1}, std::vector<TestType>(16, from_scalar<TestType>(0.0)));
  auto one = download(black);
  one[5] = from_scalar<TestType>(1.0);
  const auto dotted = upload<TestDevice>(Shape<3>{4, 4, 1}, one);
  CHECK(psnr(black, dotted) == Approx(10.0 * std::log10(16.0)));
  CHECK(psnr(black, dotted, {.shave = 1}) == Approx(10.0 * std::log10(4.0)));
  CHECK(psnr(dotted, dotted) == INFINITY);
}

TEST_CASE("luma of grey images is their channel", "[psnr]") {
  const auto a = upload<TestDevice>(Shape<3>{1, 1, 1}, std::vector<double>{0.5});
  const auto b = upload<TestDevice>(Shape<3>{1, 1, 1}, std::vector<double>{0.6});
  CHECK(psnr(a, b, {.on = CompareOn::studio_luma}) == Approx(20.0));
}

TEST_CASE("psnr refuses images of different shapes", "[psnr]") {
  const auto a = test::pattern<TestDevice, float>({8, 6, 3}), b = test::pattern<TestDevice, float>({8, 7, 3}),
             c = test::pattern<TestDevice, float>({8, 6, 2});
  CHECK(test::refusal([&] { psnr(a, b); }) == "psnr: width of the second image is 7; expected 6");
  CHECK(test::refusal([&] { psnr(a, c); }) == "psnr: channels of the second image is 2; expected 3");
  CHECK(test::refusal([&] { psnr(c, c, {.on = CompareOn::studio_luma}); }) ==
        "psnr: channels of the images is 2; expected 1 or 3 to compare luma");
  CHECK_THROWS_AS(psnr(a, a, {.shave = 3}), InvalidArgument);
}
