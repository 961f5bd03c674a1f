// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// Reference values: scikit-image 0.26.0, skimage.color.rgb2lab(rgb / 255.0) and skimage.color.rgb2ycbcr(rgb).
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/pattern.hpp"
#include "support/refusal.hpp"

#include <pastiche/image/color.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

const std::vector<std::uint8_t> kColours{255, 0,   0,   0,  255, 0,  0, 0, 255, 255, 255, 255, 0,  0,  0,
                                         128, 128, 128, 12, 200, 77, 3, 2, 1,   250, 128, 114, 64, 10, 180};

Tensor<std::uint8_t, 3, TestDevice> colours() {
  return upload<TestDevice>(Shape<3>{2, 5, 3}, kColours);
}

double worst(const std::vector<double>& a, const std::vector<double>& b) {
  double most = a.size() == b.size() ? 0.0 : INFINITY;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) most = std::fmax(most, std::abs(a[i] - b[i]));
  return most;
}

// All 8-bit colours whose channels are multiples of 5: 52³ of them, the corners included.
Tensor<std::uint8_t, 3, TestDevice> dense_grid() {
  std::vector<std::uint8_t> values;
  for (int r = 0; r < 256; r += 5) {
    for (int g = 0; g < 256; g += 5) {
      for (int b = 0; b < 256; b += 5) {
        for (const int c : {r, g, b}) values.push_back(static_cast<std::uint8_t>(c));
      }
    }
  }
  return upload<TestDevice>(Shape<3>{52, 52 * 52, 3}, values);
}

}  // namespace

TEST_CASE("Lab agrees with scikit-image", "[color]") {
  const std::vector<double> expected{53.240587944,
                                     80.092308226,
                                     67.202751044,
                                     87.735099488,
                                     -86.183029744,
                                     83.179703175,
                                     32.295672565,
                                     79.185590912,
                                     -107.857300207,
                                     100,
                                     -0.002454938,
                                     0.004653421,
                                     0,
                                     0,
                                     0,
                                     53.585013452,
                                     -0.001472646,
                                     0.002791451,
                                     70.8157446,
                                     -66.543544231,
                                     48.87317845,
                                     0.586868917,
                                     0.122420676,
                                     0.470628057,
                                     67.264007117,
                                     45.225536684,
                                     29.096488828,
                                     25.567257583,
                                     60.422354045,
                                     -75.638866326};
  // It has the matrix to six digits and a white that is not its rows' sum: greys are off by 0.005 there, not here.
  CHECK(worst(test::numbers(rgb_to_lab(colours())), expected) < 0.01);
  const auto lab = test::numbers(rgb_to_lab(colours()));
  for (const std::size_t i : {9u, 12u, 15u}) {
    CHECK(std::abs(lab[i + 1]) < 1e-4);
    CHECK(std::abs(lab[i + 2]) < 1e-4);
  }
}

TEST_CASE("YCbCr agrees with scikit-image and with the constants of JPEG", "[color]") {
  const std::vector<double> expected{81.481,
                                     90.203,
                                     240,
                                     144.553,
                                     53.797,
                                     34.214,
                                     40.966,
                                     240,
                                     109.786,
                                     235,
                                     128,
                                     128,
                                     16,
                                     128,
                                     128,
                                     125.929411765,
                                     128,
                                     128,
                                     127.446094118,
                                     101.842494118,
                                     54.213027451,
                                     17.876529412,
                                     127.412560784,
                                     128.510643137,
                                     155.886894118,
                                     103.767709804,
                                     182.584298039,
                                     55.0988,
                                     194.662596078,
                                     139.574980392};
  auto studio = test::numbers(rgb_to_studio_ycbcr(colours()));
  for (double& x : studio) x *= 255.0;
  CHECK(worst(studio, expected) < 1e-4);

  const auto full = test::numbers(rgb_to_ycbcr(colours()));
  CHECK(full[0] == Approx(0.299));
  CHECK(full[1] == Approx(0.5 - 0.168736).epsilon(1e-5));
  CHECK(full[2] == Approx(1.0));
  CHECK(full[3] == Approx(0.587));
  CHECK(full[4] == Approx(0.5 - 0.331264).epsilon(1e-5));
  CHECK(full[5] == Approx(0.5 - 0.418688).epsilon(1e-5));
  CHECK(full[7] == Approx(1.0));
  CHECK(full[8] == Approx(0.5 - 0.081312).epsilon(1e-5));
}

TEST_CASE("sRGB decodes to linear light", "[color]") {
  const auto linear = test::numbers(srgb_to_linear(colours()));
  CHECK(linear[0] == Approx(1.0));
  CHECK(linear[1] == 0.0);
  CHECK(linear[15] == Approx(0.2158605).epsilon(1e-6));          // 128
  CHECK(linear[21] == Approx(3.0 / 255 / 12.92).epsilon(1e-6));  // on the straight part
  const auto luminance = test::numbers(rgb_to_luminance(colours()));
  CHECK(luminance[0] == Approx(0.2126));
  CHECK(luminance[3] == Approx(1.0));
  CHECK(luminance[5] == Approx(0.2158605).epsilon(1e-6));
  const auto luma = test::numbers(rgb_to_luma(colours()));
  CHECK(luma[0] == Approx(0.299));
  CHECK(luma[5] == Approx(128.0 / 255));
}

TEST_CASE("every colour of a dense grid survives the way there and back", "[color]") {
  const auto grid = dense_grid();
  const auto exact = download(grid);
  const auto bytes = [](const auto& image) { return download(convert_elements<std::uint8_t>(image)); };
  CHECK(bytes(linear_to_srgb(srgb_to_linear(grid))) == exact);
  CHECK(bytes(lab_to_rgb(rgb_to_lab(grid))) == exact);
  CHECK(bytes(ycbcr_to_rgb(rgb_to_ycbcr(grid))) == exact);
  CHECK(bytes(studio_ycbcr_to_rgb(rgb_to_studio_ycbcr(grid))) == exact);

  const auto wide = convert_elements<double>(grid);
  CHECK(test::worst_difference(linear_to_srgb(srgb_to_linear(wide)), wide) < 1e-7);  // the standard's constants join so
  CHECK(test::worst_difference(lab_to_rgb(rgb_to_lab(wide)), wide) < 1e-7);
  CHECK(test::worst_difference(ycbcr_to_rgb(rgb_to_ycbcr(wide)), wide) < 1e-12);
  CHECK(test::worst_difference(studio_ycbcr_to_rgb(rgb_to_studio_ycbcr(wide)), wide) < 1e-12);
}

TEST_CASE("elements convert through shares of white", "[color]") {
  const auto bytes = upload<TestDevice>(Shape<3>{1, 3, 1}, std::vector<std::uint8_t>{0, 128, 255});
  CHECK(download(convert_elements<std::uint16_t>(bytes)) == std::vector<std::uint16_t>{0, 32896, 65535});
  CHECK(download(convert_elements<std::uint8_t>(convert_elements<pastiche::Half>(bytes))) == download(bytes));
  const auto floats = upload<TestDevice>(Shape<3>{1, 3, 1}, std::vector<float>{-1.0f, 0.5f, 7.0f});
  CHECK(download(convert_elements<std::uint8_t>(floats)) == std::vector<std::uint8_t>{0, 128, 255});
}

TEST_CASE("grey spreads to three channels and alpha goes", "[color]") {
  const auto gray = upload<TestDevice>(Shape<3>{1, 2, 1}, std::vector<std::uint8_t>{7, 9});
  CHECK(download(gray_to_rgb(gray)) == std::vector<std::uint8_t>{7, 7, 7, 9, 9, 9});
  const auto rgba = upload<TestDevice>(Shape<3>{1, 2, 4}, std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(download(drop_alpha(rgba)) == std::vector<std::uint8_t>{1, 2, 3, 5, 6, 7});
  CHECK(download(drop_alpha(gray)) == download(gray));
  CHECK(test::refusal([&] { gray_to_rgb(rgba); }) == "gray_to_rgb: channels of the image is 4; expected 1");
  CHECK(test::refusal([&] { rgb_to_lab(gray); }) == "map_pixels: channels of the image is 1; expected 3");
}

namespace {

struct Invert {
  static constexpr int from = 3, to = 3;
  template <Scalar S>
  PASTICHE_HD Pixel<S, 3> operator()(const Pixel<S, 3>& p) const noexcept {
    return {{S(1) - p[0], S(1) - p[1], S(1) - p[2]}};
  }
};
static_assert(PixelMap<Invert>);

}  // namespace

TEST_CASE("a user's map of pixels runs on every device", "[color]") {
  const auto once = test::numbers(map_pixels(colours(), Invert{}));
  CHECK(once[0] == 0.0);
  CHECK(once[1] == 1.0);
}
