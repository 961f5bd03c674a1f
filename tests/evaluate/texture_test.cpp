// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
// References: NumPy 2 and SciPy 1.15 on the pictures made here, written as 8-bit PNG, by the definitions of
// docs/measure.md. Pyramids are scipy.ndimage.correlate1d with (1 4 6 4 1) / 16 and mode="mirror", every second pixel.
// swd: 20,000 independent directions on all patches. coherence, completeness: all patches against all.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/evaluate/texture.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

/// Pebbles, and other pebbles of another size with 30 x 30 pixels of the first.
struct Pair {
  Tensor<std::uint8_t, 3, TestDevice> example, output;
};
Pair pebble_pair(const TestDevice& device = {}) {
  const std::vector<int> from = test::pebble_levels({{96, 96, 3}}, 1, 7);
  std::vector<int> to = test::pebble_levels({{112, 128, 3}}, 2, 9);
  for (std::size_t y = 0; y < 30; ++y) {
    for (std::size_t i = 0; i < 90; ++i) to[((40 + y) * 128 + 50) * 3 + i] = from[((10 + y) * 96 + 20) * 3 + i];
  }
  return {test::picture<std::uint8_t>({96, 96, 3}, from, device),
          test::picture<std::uint8_t>({112, 128, 3}, to, device)};
}

}  // namespace

TEST_CASE("the measures say what others find", "[texture]") {
  const Pair p = pebble_pair();
  const TextureFidelity f = texture_fidelity(p.example, p.output);
  CHECK(f.swd == Approx(3.72014).epsilon(0.03));  // 128 directions
  CHECK(f.coherence == Approx(31.059645).epsilon(0.01));
  CHECK(f.completeness == Approx(29.179751).epsilon(1e-5));  // of 1764 patches at most: all
  CHECK(coherence(p.example, p.output, {.samples = 0}) == Approx(31.059645).epsilon(1e-5));
  CHECK(f.acf == Approx(1.33231720).epsilon(1e-6));
  CHECK(f.hist == Approx(3.603802).epsilon(1e-6));
  CHECK(f.seam == Approx(0.82509015).epsilon(1e-6));
  CHECK(f.blur == Approx(0.68665552).epsilon(1e-6));
  CHECK(f.copy.side == 30);
  CHECK(f.copy.row == 40);
  CHECK(f.copy.column == 50);
  CHECK(f.copy.source_row == 10);
  CHECK(f.copy.source_column == 20);
  CHECK(f.repeat.side == 0);
  CHECK(f.example_repeat.side == 0);
}

TEMPLATE_TEST_CASE("equal pictures are equal by every measure, down to 7 pixels", "[texture]", std::uint8_t,
                   std::uint16_t, float) {
  for (const Shape<3>& shape : {Shape<3>{{7, 7, 3}}, Shape<3>{{33, 32, 1}}, Shape<3>{{30, 40, 4}}}) {
    const auto a = test::pebbles<TestType>(shape, 3, TestDevice{});
    const TextureFidelity f = texture_fidelity(a, a);
    CHECK(f.swd == 0.0);
    CHECK(f.coherence == 0.0);
    CHECK(f.completeness == 0.0);
    CHECK(f.acf == 0.0);
    CHECK(f.copy.side == min_of(shape[0], shape[1]));
    CHECK(f.repeat.side == f.example_repeat.side);
    CHECK(f.seam == 1.0);
    CHECK(f.blur == 1.0);
    CHECK(f.hist == 0.0);
  }
}

TEST_CASE("the measures do not depend on the threads", "[texture]") {
  std::vector<TextureFidelity> all;
  for (const TestDevice& device : test::device_variants()) {
    const Pair p = pebble_pair(device);
    all.push_back(texture_fidelity(p.example, p.output, device));
    CHECK(all.back().swd == all.front().swd);
    CHECK(all.back().coherence == all.front().coherence);
    CHECK(all.back().completeness == all.front().completeness);
    CHECK(all.back().acf == all.front().acf);
    CHECK(all.back().seam == all.front().seam);
    CHECK(all.back().blur == all.front().blur);
    CHECK(all.back().hist == all.front().hist);
  }
}

TEST_CASE("depth of the pixels changes nothing but roundings", "[texture]") {
  const Shape<3> small{{24, 30, 3}}, large{{30, 26, 3}};
  const TestDevice device;
  const auto fidelity = [&]<class E>(E) {
    return texture_fidelity(test::pebbles<E>(small, 1, device), test::pebbles<E>(large, 2, device));
  };
  const TextureFidelity a = fidelity(std::uint8_t{}), b = fidelity(std::uint16_t{}), c = fidelity(double{});
  for (const TextureFidelity& f : {b, c}) {
    CHECK(f.swd == Approx(a.swd).epsilon(1e-4));
    CHECK(f.coherence == Approx(a.coherence).epsilon(1e-4));
    CHECK(f.acf == Approx(a.acf).epsilon(1e-6));
    CHECK(f.blur == Approx(a.blur).epsilon(1e-6));
    CHECK(f.hist == Approx(a.hist).epsilon(1e-6));
    CHECK(f.copy.side == a.copy.side);
  }
}

TEST_CASE("texture_fidelity refuses what is too small", "[texture]") {
  const auto a = test::pebbles({1, 1, 3}, 1, TestDevice{});
  CHECK(test::refusal([&] { texture_fidelity(a, a); }) ==
        "texture_fidelity: shorter side of the example is 1; expected at least 7");
}
