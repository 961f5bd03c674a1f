// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/quilt_checks.hpp"

using namespace pastiche;
using test::HostQuilt;
using test::TestDevice;

TEST_CASE("every pixel is that of its source, in every size", "[quilt]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 50, 3}, 1, device);
  const Shape<2> sizes[] = {{1, 1}, {1, 60}, {61, 1}, {5, 7}, {16, 16}, {26, 36}, {36, 46}, {31, 57}, {48, 17}};
  for (const Shape<2>& size : sizes) {
    for (const Tiling tiling : {Tiling::none, Tiling::x, Tiling::y, Tiling::xy}) {
      INFO("size " << size[0] << " by " << size[1] << ", tiling " << static_cast<int>(tiling));
      const auto result = quilt(
          example, {.size = size, .block = 16, .overlap = 6, .seed = 3, .tiling = tiling, .provenance = true}, device);
      CHECK(result.image.shape() == Shape<3>{size[0], size[1], 3});
      CHECK(result.provenance.shape() == Shape<3>{size[0], size[1], 3});
      CHECK(result.mixed.shape() == size);
      CHECK(result.reason == StopReason::finished);
      const HostQuilt<std::uint8_t> q(result);
      CHECK(test::wrong_pixels(q, {test::on_host(example)}) == 0);
      CHECK(test::empty_pixels(q) == 0);
      index_t mixed = 0;
      for (const std::uint8_t m : q.mixed) mixed += m;
      CHECK(mixed == 0);
      for (const PlacedBlock& b : result.blocks) {
        CHECK((tiling == Tiling::y || tiling == Tiling::xy || b.row + result.block_height <= size[0]));
        CHECK((tiling == Tiling::x || tiling == Tiling::xy || b.column + result.block_width <= size[1]));
      }
    }
  }
}

TEST_CASE("the least and the largest of blocks and overlaps", "[quilt]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{24, 30, 1}, 2, device);
  struct Case {
    int block, overlap;
  };
  for (const Case& c : {Case{1, 0}, Case{2, 1}, Case{3, 2}, Case{24, 0}, Case{24, 23}, Case{8, 7}, Case{0, 0}}) {
    for (const Tiling tiling : {Tiling::none, Tiling::xy}) {
      INFO("block " << c.block << ", overlap " << c.overlap << ", tiling " << static_cast<int>(tiling));
      const auto result = quilt(
          example, {.size = {29, 33}, .block = c.block, .overlap = c.overlap, .tiling = tiling, .provenance = true},
          device);
      const HostQuilt<std::uint8_t> q(result);
      CHECK(test::wrong_pixels(q, {test::on_host(example)}) == 0);
      CHECK(test::empty_pixels(q) == 0);
    }
  }
}

TEST_CASE("nothing is kept of provenance unless asked for", "[quilt]") {
  const TestDevice device;
  const auto result = quilt(test::pebbles(Shape<3>{20, 20, 3}, 1, device), {.size = {30, 30}, .block = 8}, device);
  CHECK(result.provenance.size() == 0);
  CHECK(result.mixed.size() == 0);
  CHECK(result.block_height == 8);
  CHECK(result.block_width == 8);
}

TEST_CASE("another seed is another texture", "[quilt]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 50, 3}, 1, device);
  std::vector<std::uint64_t> hashes;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32, ~std::uint64_t{0}}) {
    hashes.push_back(test::hash_of(quilt(example, {.size = {40, 40}, .block = 12, .seed = seed}, device).image));
  }
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(hashes[i] != hashes[j]);
  }
}

TEST_CASE("several examples are all stolen from", "[quilt]") {
  const TestDevice device;
  std::vector<Tensor<std::uint8_t, 3, TestDevice>> examples;
  examples.push_back(test::pebbles(Shape<3>{40, 30, 3}, 1, device));
  examples.push_back(test::pebbles(Shape<3>{17, 44, 3}, 2, device));
  examples.push_back(test::pebbles(Shape<3>{32, 12, 3}, 3, device));
  const auto result = quilt(
      examples, {.size = {80, 80}, .block = 12, .tiling = Tiling::xy, .balance = 4.0, .provenance = true}, device);
  const HostQuilt<std::uint8_t> q(result);
  CHECK(test::wrong_pixels(q, {test::on_host(examples[0]), test::on_host(examples[1]), test::on_host(examples[2])}) ==
        0);
  index_t from[3] = {};
  for (std::size_t i = 0; i < q.provenance.size(); i += 3) ++from[q.provenance[i]];
  for (const index_t pixels : from) CHECK(pixels > 0);
}
