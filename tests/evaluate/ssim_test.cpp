// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
// References: scikit-image 0.26.0, skimage.metrics.structural_similarity(a, b, gaussian_weights=True, sigma=1.5,
// use_sample_covariance=False, data_range=255, channel_axis=2), which also averages the valid windows alone; luma from
// skimage.color.rgb2ycbcr(rgb)[..., 0].
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/distorted.hpp"
#include "support/refusal.hpp"

#include <pastiche/evaluate/ssim.hpp>

using namespace pastiche;
using test::TestDevice;

TEST_CASE("ssim agrees with scikit-image", "[ssim]") {
  const auto a = test::pattern<TestDevice, std::uint8_t>({24, 31, 3});
  const auto b = test::distorted(a);
  CHECK(ssim(a, b) == Approx(0.987630864436).epsilon(1e-9));
  CHECK(ssim(a, b, {.on = CompareOn::studio_luma}) == Approx(0.985793561032).epsilon(1e-9));
  CHECK(ssim(a, b, {.shave = 2, .on = CompareOn::studio_luma}) == Approx(0.985137049351).epsilon(1e-9));
}

TEST_CASE("ssim is 1 for equal images, symmetric, and negative for a negative", "[ssim]") {
  const auto a = test::pattern<TestDevice, float>({20, 20, 1});
  CHECK(ssim(a, a) == Approx(1.0).epsilon(1e-12));
  auto values = download(a);
  for (float& x : values) x = 1.0f - x;
  const auto negative = upload<TestDevice>(Shape<3>{20, 20, 1}, values);
  CHECK(ssim(a, negative) < -0.2);
  CHECK(ssim(a, negative) == Approx(ssim(negative, a)).epsilon(1e-12));
}

TEST_CASE("of two constants only the means differ", "[ssim]") {
  const auto a = upload<TestDevice>(Shape<3>{11, 11, 1}, std::vector<double>(121, 0.25));
  const auto b = upload<TestDevice>(Shape<3>{11, 11, 1}, std::vector<double>(121, 0.75));
  CHECK(ssim(a, b) == Approx((2 * 0.25 * 0.75 + 1e-4) / (0.0625 + 0.5625 + 1e-4)).epsilon(1e-12));
}

TEST_CASE("ssim refuses what it cannot compare", "[ssim]") {
  const auto a = test::pattern<TestDevice, float>({10, 30, 1}), b = test::pattern<TestDevice, float>({11, 30, 1});
  CHECK(test::refusal([&] { ssim(a, a); }) == "ssim: height to compare is 10; expected at least 11");
  CHECK(test::refusal([&] { ssim(a, b); }) == "ssim: height of the second image is 11; expected 10");
}
