// SPDX-License-Identifier: MIT
// test: devices=cpu,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/coherence_checks.hpp"

#include <pastiche/texture/coherence.hpp>

#include <cmath>
#include <vector>

using namespace pastiche;
using test::HostPicture;
using test::TestDevice;

namespace {

/// Mean squared difference of neighbours along one axis, where the output wraps over everywhere else.
double wrap_ratio(const HostPicture& image, bool rows) {
  const index_t size = rows ? image.height : image.width, length = rows ? image.width : image.height;
  double inner = 0, wrapped = 0;
  for (index_t at = 0; at < size; ++at) {
    for (index_t i = 0; i < length; ++i) {
      for (index_t c = 0; c < image.channels; ++c) {
        const index_t next = (at + 1) % size;
        const double d = rows ? image(at, i, c) - image(next, i, c) : image(i, at, c) - image(i, next, c);
        (next == 0 ? wrapped : inner) += d * d;
      }
    }
  }
  return wrapped / (inner / static_cast<double>(size - 1));
}

/// The mean of wrap_ratio over seeds, for sizes that are no multiple of anything.
double mean_ratio(Tiling tiling, bool rows) {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{80, 90, 3}, 1, device);
  double sum = 0;
  constexpr int kSeeds = 8;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto result = coherent_texture(example, {.size = {101, 119}, .seed = seed, .tiling = tiling}, device);
    sum += wrap_ratio(test::on_host(result.image), rows);
  }
  return sum / kSeeds;
}

}  // namespace

TEST_CASE("an output that tiles continues at its other side", "[coherence][tiling]") {
  for (const bool rows : {false, true}) {
    const double ratio = mean_ratio(Tiling::xy, rows);
    INFO("ratio " << ratio);
    CHECK(ratio < 1.3);
    CHECK(ratio > 0.7);
  }
  CHECK(mean_ratio(Tiling::x, false) < 1.3);
  CHECK(mean_ratio(Tiling::y, true) < 1.3);
}

TEST_CASE("one that does not tile does not", "[coherence][tiling]") {
  CHECK(mean_ratio(Tiling::none, false) > 2.0);
  CHECK(mean_ratio(Tiling::x, true) > 2.0);
  CHECK(mean_ratio(Tiling::y, false) > 2.0);
}
