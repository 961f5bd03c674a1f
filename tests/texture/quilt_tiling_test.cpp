// SPDX-License-Identifier: MIT
// test: devices=cpu
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/quilt_seams.hpp"

using namespace pastiche;
using test::TestDevice;

TEST_CASE("a tileable quilt wraps as well as it holds together", "[quilt][tiling]") {
  const TestDevice device;
  struct Case {
    int block, overlap;
    Shape<2> size;
  };
  for (const Case& c : {Case{16, 0, {72, 80}}, Case{20, 7, {61, 67}}, Case{16, 8, {50, 52}}, Case{16, 11, {60, 60}}}) {
    INFO("block " << c.block << ", overlap " << c.overlap);
    const auto example = test::pebbles(Shape<3>{64, 64, 3}, 1, device);
    const auto error = test::tiling_error(
        example, {.size = c.size, .block = c.block, .overlap = c.overlap, .tiling = Tiling::xy}, device);
    CHECK(error.ratio() < 1.2);
    CHECK(error.ratio() > 0.6);
  }
}

TEST_CASE("each axis tiles alone, and none unless asked to", "[quilt][tiling]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{64, 64, 1}, 2, device);
  const auto run = [&](Tiling tiling) {
    test::SeamError columns, rows;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto result = quilt(
          example, {.size = {60, 66}, .block = 16, .overlap = 5, .seed = seed, .tiling = tiling, .provenance = true});
      test::add_seams(columns, result, true);
      test::add_seams(rows, result, false);
    }
    return std::pair{columns.ratio(), rows.ratio()};
  };
  // Where nothing was fitted, the error is that of pixels taken anywhere.
  const auto none = run(Tiling::none), x = run(Tiling::x), y = run(Tiling::y);
  CHECK(none.first > 2.0);
  CHECK(none.second > 2.0);
  CHECK(x.first < 1.2);
  CHECK(x.second > 2.0);
  CHECK(y.first > 2.0);
  CHECK(y.second < 1.2);
}
