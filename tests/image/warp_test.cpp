// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// A picture moved along a flow.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"

#include <pastiche/image/warp.hpp>

#include <limits>
#include <vector>

using namespace pastiche;
using test::TestDevice;

TEST_CASE("a flow says where each pixel was", "[warp]") {
  const TestDevice device;
  const auto image = upload<TestDevice>(Shape<3>{2, 3, 1}, std::vector<float>{0, 1, 2, 10, 11, 12}, device);
  // Columns, then rows: one to the right, half a pixel down, out to the left, nowhere; the rim is half a pixel wide.
  const float nan = (std::numeric_limits<float>::quiet_NaN)();
  const auto flow =
      upload<TestDevice>(Shape<3>{1, 5, 2}, std::vector<float>{1, 0, 0, 0.5f, -2.6f, 0, nan, 0, -1.5f, 1.25f}, device);
  const auto warped = warp(image, flow, device);
  CHECK(download(warped.known) == std::vector<std::uint8_t>{1, 1, 0, 0, 1});
  CHECK(download(warped.image) == std::vector<float>{1, 6, 0, 0, 12});
}

TEST_CASE("whole pixels keep their bytes", "[warp]") {
  const TestDevice device;
  const auto image = test::noise<TestDevice, std::uint8_t>(Shape<3>{5, 7, 3}, 1, device);
  const auto none = upload<TestDevice>(Shape<3>{5, 7, 2}, std::vector<float>(70, 0.0f), device);
  CHECK(download(warp(image, none, device).image) == download(image));
}

TEST_CASE("warp refuses what is no flow", "[warp]") {
  const TestDevice device;
  const auto image = test::noise<TestDevice, std::uint8_t>(Shape<3>{5, 7, 3}, 1, device);
  CHECK_THROWS_AS(warp(image, upload<TestDevice>(Shape<3>{5, 7, 1}, std::vector<float>(35), device), device),
                  InvalidArgument);
  CHECK_THROWS_AS(warp(image, upload<TestDevice>(Shape<3>{0, 7, 2}, std::vector<float>(), device), device),
                  InvalidArgument);
}
