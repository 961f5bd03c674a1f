// SPDX-License-Identifier: MIT
// test: devices=cpu libraries=pastiche::io
// A letter goes from a picture of bark, and only bark takes its place.
#include "support/catch.hpp"
#include "support/skip.hpp"
#include "texture/inpaint_checks.hpp"

#include <pastiche/io/image.hpp>

#include <filesystem>
#include <string>

using namespace pastiche;
using test::HostTexture;
using test::OwnMask;
using test::TestDevice;

namespace {

/// The letter is red; no pixel of the bark outside of the mask is.
bool red(const std::uint8_t* p) {
  return p[0] > p[1] + 80 && p[0] > p[2] + 80;
}

}  // namespace

TEST_CASE("a letter in bark goes without a trace", "[inpaint][data]") {
  std::string folder;
#if defined(PASTICHE_TEST_DATA)
  folder = std::string(PASTICHE_TEST_DATA) + "/analogies/";
#endif
  if (folder.empty() || !std::filesystem::exists(folder + "inpaint_image.png") ||
      !std::filesystem::exists(folder + "inpaint_mask.png")) {
    test::skip("the shared letter in bark is not here: skipped");
    return;
  }
  const TestDevice device;
  const auto bark = read_image<std::uint8_t>(folder + "inpaint_image.png");
  const auto black = read_image<std::uint8_t>(folder + "inpaint_mask.png");
  const index_t h = bark.shape(0), w = bark.shape(1), channels = black.shape(2);
  REQUIRE(bark.shape(2) == 3);
  REQUIRE((black.shape(0) == h && black.shape(1) == w));
  const OwnMask hole(h, w, [&](index_t y, index_t x) { return black.data()[(y * w + x) * channels] < 128; });
  index_t letter = 0, elsewhere = 0;
  for (index_t i = 0; i < h * w; ++i) (hole(i / w, i % w) ? letter : elsewhere) += red(bark.data() + 3 * i) ? 1 : 0;
  REQUIRE(letter > 20000);
  REQUIRE(elsewhere == 0);
  for (const InpaintMethod method : {InpaintMethod::patches, InpaintMethod::structure}) {
    for (const std::uint64_t seed : {0u, 1u}) {
      const HostTexture made(inpaint(bark, hole.mask(), {.method = method, .seed = seed, .provenance = true}, device));
      // Known pixels are as they were; filled ones come from outside of the hole, and are what is there.
      CHECK(test::broken_pixels(made, bark, hole, test::Everything{}) == 0);
      CHECK(test::wrong_pixels(made, std::vector{bark}) == 0);
      index_t left = 0;
      for (index_t i = 0; i < h * w; ++i) left += red(made.pixel(i / w, i % w)) ? 1 : 0;
      CHECK(left == 0);
    }
  }
}
