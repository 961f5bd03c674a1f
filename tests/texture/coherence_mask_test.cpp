// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/coherence_checks.hpp"

#include <pastiche/texture/coherence.hpp>

#include <vector>

using namespace pastiche;
using test::on_host;
using test::TestDevice;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// 0 in `holes` random pixels.
Bytes with_holes(index_t height, index_t width, int holes, std::uint64_t seed) {
  Bytes mask(static_cast<std::size_t>(height * width), 1);
  CounterRng rng(seed, 2, 0);
  for (int i = 0; i < holes; ++i) mask[rng.below(static_cast<std::uint32_t>(mask.size()))] = 0;
  return mask;
}

/// How many pixels come from where a mask of their example is 0.
int stolen_in_holes(const std::vector<int>& provenance, int example, const Bytes& mask, index_t width) {
  int stolen = 0;
  for (std::size_t i = 0; i < provenance.size(); i += 3) {
    if (provenance[i] != example) continue;
    if (mask[static_cast<std::size_t>(provenance[i + 1] * width + provenance[i + 2])] == 0) ++stolen;
  }
  return stolen;
}

}  // namespace

TEST_CASE("no pixel that an example mask leaves out is stolen", "[coherence][mask]") {
  const TestDevice device;
  const auto a = test::pebbles(Shape<3>{50, 60, 3}, 1, device), b = test::pebbles(Shape<3>{35, 40, 3}, 2, device);
  for (const int holes : {10, 1500, 2990}) {
    const Bytes some = with_holes(50, 60, holes, 1), more = with_holes(35, 40, holes / 2, 2);
    for (const Tiling tiling : {Tiling::none, Tiling::xy}) {
      const auto result = coherent_texture(std::vector{a, b},
                                           {.size = {70, 80},
                                            .tiling = tiling,
                                            .jitter = 2,
                                            .provenance = true,
                                            .example_masks = {{some.data(), 50, 60}, {more.data(), 35, 40}}},
                                           device);
      const std::vector<int> from = download(result.provenance);
      CHECK(stolen_in_holes(from, 0, some, 60) + stolen_in_holes(from, 1, more, 40) == 0);
      CHECK(test::wrong_elements(result, {on_host(a), on_host(b)}) == 0);
    }
  }
}

TEST_CASE("a mask that leaves one pixel, of one example", "[coherence][mask]") {
  const TestDevice device;
  const auto a = test::pebbles(Shape<3>{50, 60, 1}, 1, device), b = test::pebbles(Shape<3>{64, 64, 1}, 2, device);
  const Bytes nothing(64 * 64, 0);
  Bytes only(50 * 60, 0);
  only[17 * 60 + 23] = 1;
  const auto result = coherent_texture(
      std::vector{a, b},
      {.size = {33, 31}, .provenance = true, .example_masks = {{only.data(), 50, 60}, {nothing.data(), 64, 64}}},
      device);
  int wrong = 0;
  const std::vector<int> from = download(result.provenance);
  for (std::size_t i = 0; i < from.size(); i += 3) {
    wrong += from[i] == 0 && from[i + 1] == 17 && from[i + 2] == 23 ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("only wanted pixels are made", "[coherence][mask]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{50, 60, 3}, 1, device);
  const Bytes some = with_holes(64, 70, 2000, 3);
  const auto result =
      coherent_texture(example, {.size = {64, 70}, .provenance = true, .output_mask = {some.data(), 64, 70}}, device);
  CHECK(test::wrong_elements(result, {on_host(example)}) == 0);
  const std::vector<int> from = download(result.provenance);
  int wrong = 0;
  for (std::size_t i = 0; i < some.size(); ++i) {
    for (std::size_t k = 0; k < 3; ++k) wrong += (from[3 * i + k] >= 0) == (some[i] != 0) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("an output mask of everything changes nothing", "[coherence][mask]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{50, 60, 3}, 1, device);
  const Bytes all(64 * 70, 255), none(64 * 70, 0), whole(50 * 60, 1);
  const auto plain = coherent_texture(example, {.size = {64, 70}}, device);
  const auto masked = coherent_texture(
      example, {.size = {64, 70}, .example_masks = {{whole.data(), 50, 60}}, .output_mask = {all.data(), 64, 70}},
      device);
  CHECK(test::hash_of(plain.image) == test::hash_of(masked.image));
  const auto empty = coherent_texture(example, {.size = {64, 70}, .output_mask = {none.data(), 64, 70}}, device);
  int made = 0;
  for (const std::uint8_t value : download(empty.image)) made += value != 0 ? 1 : 0;
  CHECK(made == 0);
}
