// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/quilt_checks.hpp"

#include <pastiche/device/cpu.hpp>

using namespace pastiche;
using test::HostQuilt;
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

Mask2 mask(const Bytes& bytes, index_t height, index_t width) {
  return {bytes.data(), height, width};
}

int stolen_in_holes(const HostQuilt<std::uint8_t>& q, int example, const Bytes& mask, index_t width) {
  int stolen = 0;
  for (std::size_t i = 0; i < q.provenance.size(); i += 3) {
    if (q.provenance[i] != example) continue;
    if (mask[static_cast<std::size_t>(q.provenance[i + 1] * width + q.provenance[i + 2])] == 0) ++stolen;
  }
  return stolen;
}

}  // namespace

TEST_CASE("no pixel that an example mask leaves out is stolen", "[quilt][mask]") {
  const TestDevice device;
  const auto a = test::pebbles(Shape<3>{50, 60, 3}, 1, device), b = test::pebbles(Shape<3>{35, 40, 3}, 2, device);
  const Bytes holes = with_holes(50, 60, 12, 1), more = with_holes(35, 40, 8, 2);
  for (const Tiling tiling : {Tiling::none, Tiling::xy}) {
    const QuiltOptions options{.size = {70, 80},
                               .block = 9,
                               .overlap = 3,
                               .tiling = tiling,
                               .balance = 3.0,
                               .provenance = true,
                               .example_masks = {mask(holes, 50, 60), mask(more, 35, 40)}};
    const HostQuilt<std::uint8_t> q(quilt(std::vector{a, b}, options, device)),
        soft(quilt(std::vector{a, b}, options, Feather{}, device));
    CHECK(stolen_in_holes(q, 0, holes, 60) + stolen_in_holes(q, 1, more, 40) == 0);
    CHECK(stolen_in_holes(soft, 0, holes, 60) + stolen_in_holes(soft, 1, more, 40) == 0);
    CHECK(test::wrong_pixels(q, {test::on_host(a), test::on_host(b)}) == 0);
    CHECK(test::wrong_pixels(soft, {test::on_host(a), test::on_host(b)}) == 0);
  }
}

TEST_CASE("a mask with room for one block", "[quilt][mask]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{30, 40, 1}, 1, device);
  Bytes only(30 * 40, 0);
  for (index_t y = 11; y < 19; ++y) {
    for (index_t x = 20; x < 28; ++x) only[static_cast<std::size_t>(y * 40 + x)] = 255;
  }
  for (const double balance : {0.0, 0.5, 1000.0}) {
    const auto result = quilt(
        example,
        {.size = {33, 33}, .block = 8, .balance = balance, .provenance = true, .example_masks = {mask(only, 30, 40)}},
        device);
    CHECK(test::empty_pixels(HostQuilt<std::uint8_t>(result)) == 0);
    for (const PlacedBlock& block : result.blocks) CHECK((block.source.row == 11 && block.source.column == 20));
  }
}

TEST_CASE("an empty mask means everything; a mask of ones too", "[quilt][mask]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{30, 40, 3}, 1, device);
  const Bytes ones(30 * 40, 1), output(20 * 50, 1);
  const QuiltOptions plain{.size = {20, 50}, .block = 9};
  QuiltOptions empty = plain, full = plain;
  empty.example_masks = {Mask2{}};
  full.example_masks = {mask(ones, 30, 40)};
  full.output_mask = mask(output, 20, 50);
  const std::uint64_t hash = test::hash_of(quilt(example, plain, device).image);
  CHECK(hash == test::hash_of(quilt(example, empty, device).image));
  CHECK(hash == test::hash_of(quilt(example, full, device).image));
}

TEST_CASE("only what is wanted is made", "[quilt][mask]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 40, 3}, 1, device);
  Bytes wanted = with_holes(60, 64, 300, 3);
  for (index_t y = 20; y < 60; ++y) {
    for (index_t x = 30; x < 64; ++x) wanted[static_cast<std::size_t>(y * 64 + x)] = 0;  // whole blocks
  }
  for (const Tiling tiling : {Tiling::none, Tiling::xy}) {
    const auto result = quilt(
        example,
        {.size = {60, 64}, .block = 10, .tiling = tiling, .provenance = true, .output_mask = mask(wanted, 60, 64)},
        Feather{}, device);
    const HostQuilt<std::uint8_t> q(result);
    CHECK(test::wrong_pixels(q, {test::on_host(example)}) == 0);
    bool right = true;
    for (index_t y = 0; y < 60; ++y) {
      for (index_t x = 0; x < 64; ++x) {
        const bool made = q.source(y, x)[0] >= 0;
        right = right && made == (wanted[static_cast<std::size_t>(y * 64 + x)] != 0);
        if (!made) right = right && q.source(y, x)[1] == -1 && q.source(y, x)[2] == -1 && q.image(y, x, 2) == 0.0;
      }
    }
    CHECK(right);
  }
}

TEST_CASE("nothing wanted, nothing made", "[quilt][mask]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 40, 3}, 1, device);
  const Bytes none(30 * 30, 0);
  const auto result =
      quilt(example, {.size = {30, 30}, .block = 10, .provenance = true, .output_mask = mask(none, 30, 30)}, device);
  CHECK(result.blocks.empty());
  CHECK(result.reason == StopReason::finished);
  CHECK(test::empty_pixels(HostQuilt<std::uint8_t>(result)) == 900);
}

TEST_CASE("a mask of any host array of bytes", "[mask]") {
  const Bytes bytes{1, 0, 1, 0, 1, 9};
  const TensorView<const std::uint8_t, 2, Cpu> view(bytes.data(), Shape<2>{2, 2}, Shape<2>{3, 1});
  const Mask2 m = mask_of(view);
  CHECK((m(0, 0) && !m(0, 1) && !m(1, 0) && m(1, 1)));
  CHECK((m.height == 2 && m.width == 2 && !m.empty()));
  CHECK((Mask2{}.empty() && Mask2{}(100, 100)));
}

TEST_CASE("the default block fits into what a mask leaves", "[quilt][mask]") {
  const auto example = test::pebbles(Shape<3>{60, 60, 3}, 5, TestDevice{});
  std::vector<std::uint8_t> left(60 * 60, 0);
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = i % 60 < 15 ? 1 : 0;
  const Mask2 mask{left.data(), 60, 60, 60};
  CHECK(largest_square(mask) == 15);
  CHECK(quilt(example, {.size = {40, 40}, .example_masks = {mask}}, TestDevice{}).block_width == 10);
  CHECK_THROWS_WITH(quilt(example, {.size = {40, 40}, .block = 16, .example_masks = {mask}}, TestDevice{}),
                    Catch::Contains("16 by 16"));
}
