// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/pattern.hpp"
#include "support/refusal.hpp"

#include <pastiche/image/crop.hpp>
#include <pastiche/image/resample.hpp>

using namespace pastiche;
using test::TestDevice;

TEST_CASE("a crop is a window, not a copy, and methods read it", "[crop]") {
  const auto image = test::pattern<TestDevice, std::uint8_t>({9, 12, 3});
  const auto window = crop(image.view(), {2, 3, 4, 5});
  CHECK(window.data() == image.data() + (2 * 12 + 3) * 3);
  CHECK((window.shape() == Shape<3>{4, 5, 3}));
  const auto copy = download(resize(window, {4, 5})), all = download(image);
  for (std::size_t i = 0; i < copy.size(); ++i) CHECK(copy[i] == all[((i / 15 + 2) * 12 + i % 15 / 3 + 3) * 3 + i % 3]);
}

TEST_CASE("shave and crop_to_multiple cut what super-resolution cuts", "[crop]") {
  const auto image = test::pattern<TestDevice, float>({9, 14, 1});
  CHECK((shave(image.view(), 2).shape() == Shape<3>{5, 10, 1}));
  CHECK(shave(image.view(), 2).data() == image.data() + 2 * 14 + 2);
  CHECK((crop_to_multiple(image.view(), 4).shape() == Shape<3>{8, 12, 1}));
  CHECK(test::refusal([&] { shave(image.view(), 5); }) ==
        "shave: border is 5; expected at least 0 and less than half the image");
  CHECK(test::refusal([&] {
          crop(image.view(), {0, 10, 2, 5});
        }) == "crop: last column of the tile is 15; expected a tile within the image");
  CHECK_THROWS_AS(crop(image.view(), {-1, 0, 2, 2}), InvalidArgument);
  CHECK_THROWS_AS(crop_to_multiple(image.view(), 0), InvalidArgument);
}
