// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/growth_checks.hpp"

#include <pastiche/texture/efros_leung.hpp>

#include <set>
#include <utility>
#include <vector>

using namespace pastiche;
using test::HostTexture;
using test::TestDevice;

TEMPLATE_TEST_CASE("every pixel is that of its source, for every element and number of channels", "[efros]",
                   std::uint8_t, std::uint16_t, Half, float, double) {
  const TestDevice device;
  for (const index_t channels : {1, 2, 3, 5}) {
    INFO("channels " << channels);
    const std::vector examples{test::pebbles<TestType>(Shape<3>{17, 14, channels}, 1, device)};
    const HostTexture<TestType> made(
        efros_leung(examples, {.size = {19, 22}, .window = 5, .seed = 3, .provenance = true}, device));
    CHECK(test::wrong_pixels(made, examples) == 0);
    CHECK(test::empty_pixels(made) == 0);
  }
}

TEST_CASE("one seed, one texture, whatever the threads", "[efros]") {
  std::set<std::uint64_t> of_seed[2];
  for (const TestDevice& device : test::device_variants()) {
    const auto example = test::pebbles(Shape<3>{24, 26, 3}, 1, device);
    for (int seed = 0; seed < 2; ++seed) {
      const auto made = efros_leung(
          example, {.size = {40, 37}, .window = 7, .seed = static_cast<std::uint64_t>(seed), .tiling = Tiling::x},
          device);
      of_seed[seed].insert(test::hash_of(made.image));
    }
  }
  CHECK(of_seed[0].size() == 1);
  CHECK(of_seed[1].size() == 1);
  CHECK(of_seed[0] != of_seed[1]);
  CHECK(*of_seed[0].begin() == 0x1b61db2aa1cf538bu);  // golden: the same on every device and instruction set
}

TEST_CASE("floats do not depend on the threads", "[efros]") {
  std::set<std::uint64_t> hashes;
  for (const TestDevice& device : test::device_variants()) {
    const auto example = test::pebbles<float>(Shape<3>{24, 26, 3}, 1, device);
    hashes.insert(test::hash_of(efros_leung(example, {.size = {40, 37}, .window = 7}, device).image));
  }
  CHECK(hashes.size() == 1);
}

TEST_CASE("examples of different sizes are all used, and their masks obeyed", "[efros]") {
  const TestDevice device;
  std::vector<Tensor<std::uint8_t, 3, TestDevice>> examples;
  for (const auto& [h, w] : {std::pair<index_t, index_t>{20, 31}, {33, 9}, {2, 2}}) {
    examples.push_back(test::pebbles(Shape<3>{h, w, 3}, 1, device));
  }
  std::vector<std::uint8_t> mask(20 * 31);
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = (i / 31 / 4 + i % 31 / 5) % 2 != 0 ? 1 : 0;
  EfrosLeungOptions options{.size = {60, 50}, .window = 9, .provenance = true};
  options.example_masks = {{mask.data(), 20, 31}, {}, {}};
  const HostTexture<std::uint8_t> made(efros_leung(examples, options, device));
  CHECK(test::wrong_pixels(made, examples) == 0);
  CHECK(test::empty_pixels(made) == 0);
  int used[3] = {0, 0, 0}, forbidden = 0;
  for (index_t p = 0; p < 60 * 50; ++p) {
    const int* from = made.source(0, p);
    ++used[from[0]];
    if (from[0] == 0 && mask[static_cast<std::size_t>(from[1] * 31 + from[2])] == 0) ++forbidden;
  }
  CHECK(forbidden == 0);
  CHECK(used[0] > 0);
  CHECK(used[1] > 0);
}

TEST_CASE("pixels behind a mask of an example have no influence", "[efros]") {
  const TestDevice device;
  const auto levels = test::pebble_levels(Shape<3>{20, 24, 1}, 1, 6);
  std::vector<std::uint8_t> mask(levels.size(), 1);
  auto other = levels;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (i % 24 < 15) continue;
    mask[i] = 0;
    other[i] = 255 - levels[i];
  }
  EfrosLeungOptions options{.size = {25, 25}, .window = 7, .provenance = true};
  options.example_masks = {{mask.data(), 20, 24}};
  const auto a = efros_leung(test::picture<std::uint8_t>(Shape<3>{20, 24, 1}, levels, device), options, device);
  const auto b = efros_leung(test::picture<std::uint8_t>(Shape<3>{20, 24, 1}, other, device), options, device);
  CHECK(download(a.image) == download(b.image));
}

TEST_CASE("only what the output mask names is made, in pieces that do not touch too", "[efros]") {
  const TestDevice device;
  const std::vector examples{test::pebbles(Shape<3>{20, 20, 3}, 1, device)};
  std::vector<std::uint8_t> mask(30 * 40);
  for (std::size_t i = 0; i < mask.size(); ++i) {
    const std::size_t y = i / 40, x = i % 40;
    mask[i] = (x < 12 && y < 20) || (x > 30 && y > 3) || (x == 20 && y == 20) ? 1 : 0;
  }
  EfrosLeungOptions options{.size = {30, 40}, .window = 7, .provenance = true};
  options.output_mask = {mask.data(), 30, 40};
  const HostTexture<std::uint8_t> made(efros_leung(examples, options, device));
  CHECK(test::wrong_pixels(made, examples) == 0);
  index_t wrong = 0;
  for (std::size_t i = 0; i < mask.size(); ++i) wrong += (made.provenance[3 * i] >= 0) != (mask[i] != 0) ? 1 : 0;
  CHECK(wrong == 0);

  std::fill(mask.begin(), mask.end(), std::uint8_t{0});
  const HostTexture<std::uint8_t> nothing(efros_leung(examples, options, device));
  CHECK(test::empty_pixels(nothing) == 30 * 40);
}

TEST_CASE("examples that leave no choice", "[efros]") {
  const TestDevice device;
  const std::vector dot{upload<TestDevice>(Shape<3>{1, 1, 3}, std::vector<std::uint8_t>{9, 8, 7}, device)};
  const HostTexture<std::uint8_t> dots(efros_leung(dot, {.size = {6, 7}, .provenance = true}, device));
  CHECK(test::wrong_pixels(dots, dot) == 0);
  CHECK(test::empty_pixels(dots) == 0);
  const std::vector flat{test::picture<float>(Shape<3>{7, 5, 1}, std::vector<int>(35, 77), device)};
  const HostTexture<float> plain(
      efros_leung(flat, {.size = {20, 21}, .window = 11, .tiling = Tiling::xy, .provenance = true}, device));
  CHECK(test::wrong_pixels(plain, flat) == 0);
  CHECK(test::empty_pixels(plain) == 0);
  // One pixel may be stolen, of many.
  std::vector<std::uint8_t> mask(35);
  mask[17] = 1;
  EfrosLeungOptions options{.size = {9, 9}, .provenance = true};
  options.example_masks = {{mask.data(), 7, 5}};
  CHECK(test::empty_pixels(HostTexture<float>(efros_leung(flat, options, device))) == 0);
  // An output smaller than the window, and than the seed.
  for (const Tiling tiling : {Tiling::none, Tiling::xy}) {
    const HostTexture<float> small(
        efros_leung(flat, {.size = {2, 1}, .seed_size = 5, .tiling = tiling, .provenance = true}, device));
    CHECK(test::empty_pixels(small) == 0);
  }
}

TEST_CASE("finite pixels of any size are taken", "[efros]") {
  const TestDevice device;  // squares of the largest of them are infinite
  std::vector<float> values;
  CounterRng rng(1, 0, 0);
  for (int i = 0; i < 12 * 12; ++i) values.push_back((rng.uniform() - 0.5f) * 3e38f);
  const std::vector examples{upload<TestDevice>(Shape<3>{12, 12, 1}, values, device)};
  const HostTexture<float> made(efros_leung(examples, {.size = {15, 15}, .window = 5, .provenance = true}, device));
  CHECK(test::wrong_pixels(made, examples) == 0);
  CHECK(test::empty_pixels(made) == 0);
}

TEST_CASE("a threshold that nothing meets grows until something does", "[efros]") {
  const TestDevice device;
  const std::vector examples{test::pebbles(Shape<3>{12, 12, 3}, 1, device)};
  const HostTexture<std::uint8_t> made(
      efros_leung(examples, {.size = {20, 20}, .window = 5, .threshold = 1e-4, .provenance = true}, device));
  CHECK(test::wrong_pixels(made, examples) == 0);
  CHECK(test::empty_pixels(made) == 0);
}

TEST_CASE("the nearest place is taken where the sampler asks for it", "[efros]") {
  // Noise, in which everything known has one exact continuation: a copy, unless the seed lies near the rim.
  const TestDevice device;
  std::vector<std::uint8_t> values;
  CounterRng rng(1, 0, 0);
  for (int i = 0; i < 20 * 20 * 2; ++i) values.push_back(static_cast<std::uint8_t>(rng.next()));
  const auto example = upload<TestDevice>(Shape<3>{20, 20, 2}, values, device);
  int copies = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const HostTexture<std::uint8_t> made(
        efros_leung(example, {.size = {7, 7}, .window = 5, .seed = seed, .provenance = true}, ArgMin{}, device));
    const int* middle = made.source(3, 3);
    if (middle[1] < 3 || middle[1] > 16 || middle[2] < 3 || middle[2] > 16) continue;
    ++copies;
    index_t breaks = 0;
    for (index_t y = 0; y < 7; ++y) {
      for (index_t x = 0; x < 7; ++x) {
        const int* from = made.source(y, x);
        breaks += from[1] != middle[1] + y - 3 || from[2] != middle[2] + x - 3 ? 1 : 0;
      }
    }
    CHECK(breaks == 0);
  }
  CHECK(copies > 0);
}
