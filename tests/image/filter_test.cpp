// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
// Digests: SciPy 1.17.1 on the same pattern, 11 x 14 x 2, as doubles: scipy.ndimage.gaussian_filter(p, (1.7, 1.7, 0),
// mode=...) and scipy.ndimage.uniform_filter(p, (5, 5, 1), mode='reflect').
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/pattern.hpp"
#include "support/refusal.hpp"

#include <pastiche/image/filter.hpp>

using namespace pastiche;
using test::TestDevice;

TEMPLATE_TEST_CASE("gaussian_blur and box_blur agree with SciPy", "[filter]", float, double) {
  const double tolerance = std::same_as<TestType, double> ? 1e-11 : 1e-6;
  const auto image = test::pattern<TestDevice, TestType>({11, 14, 2});
  const auto check = [&](const auto& result, const test::Digest& expected) {
    CHECK(test::worst_difference(test::digest(result), expected, result.size()) < tolerance);
  };
  check(gaussian_blur(image, 1.7), {0.117666370021, 0.595603140139, 0.486669622051, 0.497549208646, 14.716939390701});
  check(gaussian_blur(image, 1.7, Border::reflect),
        {0.178541000183, 0.600457082227, 0.445687557195, 0.497577655913, 13.500376866744});
  check(gaussian_blur(image, 1.7, Border::replicate),
        {0.081220146376, 0.617865596352, 0.571019397031, 0.497547982606, 16.097326358105});
  check(gaussian_blur(image, 1.7, Border::wrap),
        {0.434652774222, 0.448549949243, 0.412788489784, 0.497555674627, 9.302448813194});
  check(box_blur(image, 2), {0.086274509804, 0.598588235294, 0.469176470588, 0.459137254902, 17.155294117647});
}

TEST_CASE("the impulse response of a blur is its kernel", "[filter]") {
  std::vector<double> values(21 * 21, 0.0);
  values[10 * 21 + 10] = 1.0;
  const auto image = upload<TestDevice>(Shape<3>{21, 21, 1}, values);
  const auto response = test::numbers(gaussian_blur(image, 1.5));
  const auto kernel = gaussian_kernel(1.5, 6);
  double sum = 0.0;
  for (std::size_t y = 0; y < 21; ++y) {
    for (std::size_t x = 0; x < 21; ++x) {
      const double expected = y >= 4 && y <= 16 && x >= 4 && x <= 16 ? kernel[y - 4] * kernel[x - 4] : 0.0;
      REQUIRE(response[y * 21 + x] == Approx(expected).margin(1e-16));
      REQUIRE(response[y * 21 + x] == response[x * 21 + y]);
      sum += response[y * 21 + x];
    }
  }
  CHECK(sum == Approx(1.0));
}

TEST_CASE("a blur that wraps shifts with its image and keeps the sum", "[filter]") {
  const auto image = test::pattern<TestDevice, double>({12, 10, 1});
  const auto values = test::numbers(image);
  std::vector<double> shifted(values.size());
  for (std::size_t y = 0; y < 12; ++y) {
    for (std::size_t x = 0; x < 10; ++x) shifted[(y + 5) % 12 * 10 + (x + 3) % 10] = values[y * 10 + x];
  }
  const auto a = test::numbers(gaussian_blur(image, 2.0, Border::wrap));
  const auto b = test::numbers(gaussian_blur(upload<TestDevice>(Shape<3>{12, 10, 1}, shifted), 2.0, Border::wrap));
  double before = 0.0, after = 0.0;
  for (std::size_t y = 0; y < 12; ++y) {
    for (std::size_t x = 0; x < 10; ++x) {
      REQUIRE(a[y * 10 + x] == Approx(b[(y + 5) % 12 * 10 + (x + 3) % 10]));
      before += values[y * 10 + x];
      after += a[y * 10 + x];
    }
  }
  CHECK(after == Approx(before));
}

TEST_CASE("blurring leaves constants, and sigma 0 leaves everything", "[filter]") {
  const auto flat = upload<TestDevice>(Shape<3>{3, 4, 2}, std::vector<std::uint8_t>(24, 201));
  CHECK(download(gaussian_blur(flat, 9.0)) == download(flat));
  CHECK(download(box_blur(flat, 7, Border::wrap)) == download(flat));
  const auto image = test::pattern<TestDevice, std::uint8_t>({9, 5, 3});
  CHECK(download(gaussian_blur(image, 0.0)) == download(image));
  CHECK(download(box_blur(image, 0)) == download(image));
}

TEST_CASE("borders continue as drawn", "[filter]") {
  const auto row = [](Border border) {
    std::vector<index_t> at;
    for (index_t i = -5; i < 9; ++i) at.push_back(border_index(i, 4, border));
    return at;
  };
  CHECK(row(Border::mirror) == std::vector<index_t>{3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0, 0});
  CHECK(row(Border::reflect) == std::vector<index_t>{1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2});
  CHECK(row(Border::replicate) == std::vector<index_t>{0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3, 3, 3});
  CHECK(row(Border::wrap) == std::vector<index_t>{3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0});
  CHECK(border_index(-7, 1, Border::reflect) == 0);
}

TEST_CASE("filters refuse what they cannot do", "[filter]") {
  const auto image = test::pattern<TestDevice, float>({4, 4, 1});
  CHECK(test::refusal([&] { gaussian_blur(image, -1.0); }) ==
        "gaussian_blur: sigma is -1; expected at least 0 and less than a million");
  CHECK(test::refusal([&] {
          filter_separably(image, {0.5, 0.5}, {1.0});
        }) == "filter_separably: length of the kernel of rows is 2; expected odd");
  CHECK_THROWS_AS(box_blur(image, -1), InvalidArgument);
}
