// SPDX-License-Identifier: MIT
// test: devices=cpu,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"
#include "texture/growth_checks.hpp"

#include <pastiche/texture/efros_leung.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace pastiche;
using test::HostTexture;
using test::TestDevice;

namespace {

/// A picture with two holes, and its mask.
struct Damaged {
  std::vector<std::uint8_t> hole, whole;
  Damaged() : hole(32 * 36), whole(32 * 36, 1) {
    for (std::size_t i = 0; i < hole.size(); ++i) {
      const std::size_t y = i / 36, x = i % 36;
      hole[i] = (y > 8 && y < 20 && x > 5 && x < 16) || (y > 25 && x > 30) ? 1 : 0;
      whole[i] = hole[i] != 0 ? 0 : 1;
    }
  }
  EfrosLeungOptions options() const {
    EfrosLeungOptions o{.window = 7, .provenance = true};
    o.output_mask = {hole.data(), 32, 36};
    o.example_masks = {{whole.data(), 32, 36}};
    return o;
  }
};

double jump(const HostTexture<std::uint8_t>& t, index_t y, index_t x, index_t y2, index_t x2) {
  double sum = 0;
  for (index_t c = 0; c < t.channels; ++c) {
    const double d = static_cast<double>(t.pixel(y, x)[c]) - static_cast<double>(t.pixel(y2, x2)[c]);
    sum += d * d;
  }
  return sum;
}

}  // namespace

TEST_CASE("a hole is filled from the picture around it, which is left as it was", "[efros]") {
  const TestDevice device;
  const auto picture = test::pebbles(Shape<3>{32, 36, 3}, 1, device);
  const Damaged damage;
  const HostTexture<std::uint8_t> made(efros_leung_fill(picture, picture, damage.options(), device));
  const auto before = download(picture);
  index_t wrong = 0;
  for (std::size_t p = 0; p < damage.hole.size(); ++p) {
    const int* from = &made.provenance[3 * p];
    for (std::size_t c = 0; c < 3; ++c) {
      if (damage.hole[p] == 0) {
        wrong += made.image[3 * p + c] != before[3 * p + c] || from[c] != -1 ? 1 : 0;
      } else {
        const std::size_t source = static_cast<std::size_t>(from[1] * 36 + from[2]);
        wrong += from[0] != 0 || damage.hole[source] != 0 || made.image[3 * p + c] != before[3 * source + c] ? 1 : 0;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("what is filled in continues what is around it", "[efros]") {
  // Stripes: there is one right answer.
  const TestDevice device;
  std::vector<int> levels;
  for (int i = 0; i < 32 * 36; ++i) levels.push_back((i / 36 + i % 36) % 6 * 40);
  auto damaged = levels;
  const Damaged damage;
  for (std::size_t i = 0; i < damaged.size(); ++i) damaged[i] = damage.hole[i] != 0 ? 255 : levels[i];
  const auto picture = test::picture<std::uint8_t>(Shape<3>{32, 36, 1}, damaged, device);
  const auto made = efros_leung_fill(picture, picture, damage.options(), device);
  CHECK(download(made.image) == download(test::picture<std::uint8_t>(Shape<3>{32, 36, 1}, levels, device)));
}

TEST_CASE("a tile continues at its other side", "[efros]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 40, 3}, 1, device);
  const auto across = [&](Tiling tiling, bool rows) {  // squared difference across the rim over that inside
    double rim = 0, inside = 0;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      const HostTexture<std::uint8_t> t(
          efros_leung(example, {.size = {33, 34}, .window = 9, .seed = seed, .tiling = tiling}, device));
      for (index_t i = 0; i < 33; ++i) {
        rim += rows ? jump(t, 32, i, 0, i) : jump(t, i, 33, i, 0);
        for (index_t j = 0; j < 32; ++j) inside += (rows ? jump(t, j, i, j + 1, i) : jump(t, i, j, i, j + 1)) / 32;
      }
    }
    return rim / inside;
  };
  CHECK(across(Tiling::none, false) > 2.2);
  CHECK(across(Tiling::x, false) < 1.6);
  CHECK(across(Tiling::x, true) > 2.2);
  CHECK(across(Tiling::y, true) < 1.6);
  CHECK(across(Tiling::xy, true) < 1.6);
  CHECK(across(Tiling::xy, false) < 1.6);
}

TEST_CASE("a guide says what is made where", "[efros]") {
  const TestDevice device;
  // Dark on the left half of the example, bright on its right; a guide that names them, and asks for the opposite.
  std::vector<int> levels;
  std::vector<float> names, wanted;
  CounterRng rng(1, 0, 0);
  for (int i = 0; i < 20 * 30; ++i) {
    const bool right = i % 30 >= 15;
    levels.push_back((right ? 180 : 40) + static_cast<int>(rng.below(30)));
    names.push_back(right ? 1.0f : 0.0f);
  }
  for (int i = 0; i < 24 * 28; ++i) wanted.push_back(i % 28 >= 14 ? 0.0f : 1.0f);
  EfrosLeungOptions options{.size = {24, 28}, .window = 7};
  options.guide = {{{names.data(), 20, 30, 1}}, {wanted.data(), 24, 28, 1}, 2.0};
  const auto check = [&](const auto& image, double white) {
    index_t right = 0;
    for (index_t i = 0; i < 24 * 28; ++i) {
      const bool bright = static_cast<double>(image[static_cast<std::size_t>(i)]) > 0.45 * white;
      right += bright == (wanted[static_cast<std::size_t>(i)] > 0.5f) ? 1 : 0;
    }
    CHECK(right > 24 * 28 * 97 / 100);
  };
  check(download(efros_leung(test::picture<std::uint8_t>(Shape<3>{20, 30, 1}, levels, device), options, device).image),
        255.0);
  check(download(efros_leung(test::picture<float>(Shape<3>{20, 30, 1}, levels, device), options, device).image), 1.0);
}

TEST_CASE("an observer sees the work, and a stop in the middle returns what is there", "[efros]") {
  const TestDevice device;
  const std::vector examples{test::pebbles(Shape<3>{20, 20, 3}, 1, device)};
  const EfrosLeungOptions options{.size = {30, 30}, .window = 7, .provenance = true};
  index_t last = 0, calls = 0;
  bool sound = true;
  const auto whole = efros_leung(examples, options, device, [&](const Progress& p) {
    sound = sound && p.step > last && p.steps == 900 && p.preview.height() == 30 && p.preview.channels() == 3;
    last = p.step, ++calls;
  });
  CHECK(sound);
  CHECK(last == 900);
  CHECK(calls > 10);
  CHECK(whole.reason == StopReason::finished);

  std::vector<float> preview(900 * 3);
  const auto part = efros_leung(examples, options, device, [&](const Progress& p) {
    if (p.step < 300) return Flow::proceed;
    p.preview.render(preview.data());
    return Flow::stop;
  });
  CHECK(part.reason == StopReason::observer);
  const HostTexture<std::uint8_t> made(part), all(whole);
  CHECK(test::wrong_pixels(made, examples) == 0);
  const index_t empty = test::empty_pixels(made);
  CHECK(empty > 400);
  CHECK(empty <= 600);
  index_t differing = 0;
  for (std::size_t i = 0; i < preview.size(); ++i) {
    differing += made.image[i] != from_scalar<std::uint8_t>(preview[i]) ? 1 : 0;
    if (made.provenance[i / 3 * 3] >= 0) differing += made.image[i] != all.image[i] ? 1 : 0;
  }
  CHECK(differing == 0);
}
