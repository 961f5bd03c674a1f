// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/seam/graph_cut.hpp>
#include <pastiche/texture/quilting.hpp>

#include <vector>

using namespace pastiche;

// The hash is of quilt()'s own output: a deliberate change of the method changes it.
TEST_CASE("a quilt with graph cuts is the same on every device, and made of stolen pixels", "[quilt][graph_cut]") {
  for (const auto& device : test::device_variants()) {
    const auto example = test::pebbles(Shape<3>{61, 67, 3}, 1, device);
    const auto result = quilt(
        example, {.size = {90, 101}, .block = 20, .overlap = 6, .seed = 1, .tiling = Tiling::x, .provenance = true},
        GraphCut{}, device);
    CHECK(test::hash_of(result.image) == 0xdf3cf72fcc5c8769);
    const auto made = download(result.image), from = download(example);
    const auto source = download(result.provenance);
    bool stolen = true;
    for (std::size_t i = 0; 3 * i < made.size(); ++i) {
      const std::size_t p = static_cast<std::size_t>(source[3 * i + 1] * 67 + source[3 * i + 2]);
      for (std::size_t c = 0; c < 3; ++c) stolen = stolen && made[3 * i + c] == from[3 * p + c];
    }
    CHECK(stolen);
  }
}
