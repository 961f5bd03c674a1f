// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/coherence_checks.hpp"

#include <pastiche/texture/coherence.hpp>

#include <set>
#include <vector>

using namespace pastiche;
using test::on_host;
using test::TestDevice;

namespace {

/// How many pixels of an output come from each pixel of example 0.
std::vector<int> uses(const std::vector<int>& provenance, index_t height, index_t width) {
  std::vector<int> n(static_cast<std::size_t>(height * width), 0);
  for (std::size_t i = 0; i < provenance.size(); i += 3) {
    ++n[static_cast<std::size_t>(provenance[i + 1] * width + provenance[i + 2])];
  }
  return n;
}

}  // namespace

TEMPLATE_TEST_CASE("every pixel is that of its source", "[coherence]", std::uint8_t, std::uint16_t, Half, float,
                   double) {
  const TestDevice device;
  for (const int channels : {1, 3, 4, 7}) {
    const auto example = test::pebbles<TestType>(Shape<3>{53, 61, channels}, 1, device);
    const auto result = coherent_texture(example, {.size = {71, 64}, .provenance = true}, device);
    CHECK(result.reason == StopReason::finished);
    CHECK(result.image.shape() == Shape<3>{71, 64, channels});
    CHECK(test::wrong_elements(result, {on_host(example)}) == 0);
  }
}

TEST_CASE("provenance costs nothing where nobody asks", "[coherence]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 40, 3}, 1, device);
  const auto with = coherent_texture(example, {.size = {50, 50}, .provenance = true}, device);
  const auto without = coherent_texture(example, {.size = {50, 50}}, device);
  CHECK(without.provenance.size() == 0);
  CHECK(test::hash_of(with.image) == test::hash_of(without.image));
}

TEST_CASE("neighbouring pixels stay neighbours", "[coherence]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{64, 64, 3}, 1, device);
  const auto result = coherent_texture(example, {.size = {96, 96}, .provenance = true}, device);
  const std::vector<int> from = download(result.provenance);
  index_t follow = 0;
  for (std::size_t i = 0; i + 3 < from.size(); i += 3) {
    follow += from[i + 3] == from[i] && from[i + 4] == from[i + 1] && from[i + 5] == from[i + 2] + 1 ? 1 : 0;
  }
  CHECK(follow > 96 * 95 * 7 / 10);    // pieces are copied whole
  CHECK(follow < 96 * 95 * 99 / 100);  // but not the example
}

TEST_CASE("no part of the example is lost", "[coherence]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{64, 64, 3}, 1, device);
  const auto result = coherent_texture(example, {.size = {192, 192}, .provenance = true}, device);
  const std::vector<int> n = uses(download(result.provenance), 64, 64);
  int empty = 0;  // blocks of 8 x 8 pixels that are hardly used
  for (index_t block = 0; block < 64; ++block) {
    int sum = 0;
    for (index_t k = 0; k < 64; ++k)
      sum += n[static_cast<std::size_t>((block / 8 * 8 + k / 8) * 64 + block % 8 * 8 + k % 8)];
    empty += sum < 64 * 9 / 20 ? 1 : 0;  // the average is 64 * 9
  }
  CHECK(empty <= 6);
}

TEST_CASE("another seed, another texture", "[coherence]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 40, 3}, 1, device);
  std::set<std::uint64_t> hashes;
  for (const std::uint64_t seed : {0ull, 1ull, 2ull, 1ull << 32, 1ull << 63}) {
    hashes.insert(test::hash_of(coherent_texture(example, {.size = {40, 50}, .seed = seed}, device).image));
  }
  CHECK(hashes.size() == 5);
}

TEMPLATE_TEST_CASE("the same for every number of threads", "[coherence]", std::uint8_t, float) {
  std::set<std::uint64_t> hashes;
  for (const TestDevice& device : test::device_variants()) {
    const auto example = test::pebbles<TestType>(Shape<3>{60, 50, 3}, 1, device);
    hashes.insert(test::hash_of(coherent_texture(example, {.size = {130, 140}, .seed = 5}, device).image));
  }
  CHECK(hashes.size() == 1);
}

TEST_CASE("several examples of different sizes", "[coherence]") {
  const TestDevice device;
  std::vector<Tensor<std::uint8_t, 3, TestDevice>> examples;
  examples.push_back(test::pebbles(Shape<3>{64, 80, 3}, 1, device));
  examples.push_back(test::pebbles(Shape<3>{5, 7, 3}, 2, device));
  examples.push_back(test::pebbles(Shape<3>{70, 48, 3}, 3, device));
  const auto result = coherent_texture(examples, {.size = {150, 160}, .provenance = true}, device);
  CHECK(test::wrong_elements(result, {on_host(examples[0]), on_host(examples[1]), on_host(examples[2])}) == 0);
  const std::vector<int> from = download(result.provenance);
  index_t first = 0, third = 0;
  for (std::size_t i = 0; i < from.size(); i += 3) {
    first += from[i] == 0 ? 1 : 0;
    third += from[i] == 2 ? 1 : 0;
  }
  CHECK(first > 150 * 160 / 5);
  CHECK(third > 150 * 160 / 5);
}

TEST_CASE("examples that are hardly there", "[coherence]") {
  const TestDevice device;
  for (const Shape<3>& shape :
       {Shape<3>{1, 1, 3}, {1, 40, 3}, {40, 1, 1}, {2, 2, 3}, {3, 5, 2}, {6, 6, 3}, {7, 300, 1}}) {
    const auto example = test::pebbles(shape, 1, device);
    for (const Tiling tiling : {Tiling::none, Tiling::xy}) {
      for (const Shape<2>& size : {Shape<2>{1, 1}, {1, 30}, {33, 2}, {37, 41}}) {
        const auto result = coherent_texture(example, {.size = size, .tiling = tiling, .provenance = true}, device);
        CHECK(test::wrong_elements(result, {on_host(example)}) == 0);
      }
    }
  }
}

TEMPLATE_TEST_CASE("a constant example", "[coherence]", std::uint8_t, float) {
  const TestDevice device;
  const std::vector<TestType> values(50 * 50 * 3, TestType(1));
  const auto example = upload<TestDevice>(Shape<3>{50, 50, 3}, values, device);
  const auto result = coherent_texture(example, {.size = {64, 70}, .provenance = true}, device);
  CHECK(test::wrong_elements(result, {on_host(example)}) == 0);
}

TEST_CASE("a picture of two axes, and rows that lie apart", "[coherence]") {
  const TestDevice device;
  const auto whole = test::pebbles(Shape<3>{48, 64, 1}, 1, device);
  const TensorView<const std::uint8_t, 3, TestDevice> part(whole.data(), Shape<3>{48, 40, 1}, Shape<3>{64, 1, 1});
  const TensorView<const std::uint8_t, 2, TestDevice> flat(whole.data(), Shape<2>{48, 40}, Shape<2>{64, 1});
  const auto a = coherent_texture(part, {.size = {50, 50}, .seed = 3}, device);
  const auto b = coherent_texture(flat, {.size = {50, 50}, .seed = 3}, device);
  CHECK(test::hash_of(a.image) == test::hash_of(b.image));
}

TEMPLATE_TEST_CASE("any element distance", "[coherence]", AbsoluteDifference, ChannelWeighted<>) {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 44, 3}, 1, device);
  const auto result = coherent_texture(example, {.size = {50, 50}, .provenance = true}, TestType{}, device);
  CHECK(test::wrong_elements(result, {on_host(example)}) == 0);
}

TEST_CASE("settings at their ends", "[coherence]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{50, 44, 3}, 1, device);
  const std::vector<CoherenceOptions> all{
      {.size = {60, 61}, .neighbourhood = 3, .provenance = true}, {.size = {60, 61}, .nearest = 0, .provenance = true},
      {.size = {60, 61}, .nearest = 16, .provenance = true},      {.size = {60, 61}, .kappa = 1000, .provenance = true},
      {.size = {60, 61}, .piece = 1, .provenance = true},         {.size = {60, 61}, .piece = 1e-9, .provenance = true},
      {.size = {60, 61}, .jitter = 1000, .provenance = true},     {.size = {60, 61}, .balance = 0, .provenance = true},
      {.size = {60, 61}, .balance = 1000, .provenance = true},    {.size = {60, 61}, .levels = 1, .provenance = true},
      {.size = {60, 61}, .levels = 30, .provenance = true}};
  for (const CoherenceOptions& options : all) {
    CHECK(test::wrong_elements(coherent_texture(example, options, device), {on_host(example)}) == 0);
  }
}
