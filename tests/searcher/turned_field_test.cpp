// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// Pictures that are turned, mirrored or scaled parts of an example are found in its variants, and where they are from.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/image/example_variants.hpp>
#include <pastiche/image/resample.hpp>
#include <pastiche/searcher/nearest_field.hpp>
#include <pastiche/searcher/patch_match.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

using Picture = Tensor<std::uint8_t, 3, TestDevice>;

constexpr index_t kSide = 30;

/// Rows 4 to 34 and columns 6 to 36 of an example 40 by 44, each pixel where `place(row, column)` says.
template <class Place>
Picture cut(const Picture& example, const Place& place) {
  const std::vector<std::uint8_t> from = download(example);
  std::vector<std::uint8_t> to(kSide * kSide * 3);
  for (index_t y = 0; y < kSide; ++y) {
    for (index_t x = 0; x < kSide; ++x) {
      const Shape<2> at = place(y, x);
      for (index_t c = 0; c < 3; ++c) {
        to[static_cast<std::size_t>((at[0] * kSide + at[1]) * 3 + c)] =
            from[static_cast<std::size_t>(((y + 4) * 44 + x + 6) * 3 + c)];
      }
    }
  }
  return upload<TestDevice>(Shape<3>{kSide, kSide, 3}, to, example.device());
}

/// Where the middle of each patch of a field comes from in the example, as (row, column), and the greatest distance.
struct Found {
  std::vector<BlockSource> origins;
  std::int32_t farthest = 0;

  template <class Field, class Variants>
  Found(const Field& field, const Variants& more) {
    const std::vector<int> sources = download(field.sources);
    for (std::size_t i = 0; i < sources.size(); i += 3) {
      origins.push_back(more.origin({sources[i], sources[i + 1] + field.patch / 2, sources[i + 2] + field.patch / 2}));
    }
    for (const std::int32_t d : download(field.distances)) farthest = max_of(farthest, d);
  }
};

}  // namespace

TEST_CASE("a turned and mirrored picture is found again", "[variants][searcher]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 44, 3}, 1, device);
  const auto more = example_variants(example, {.angles = {90, 180, 270}, .mirror = true});
  // What becomes of the pixel at (y, x): a quarter counterclockwise; mirrored, then upside down.
  const auto quarter = [](index_t y, index_t x) { return Shape<2>{kSide - 1 - x, y}; };
  const auto flipped = [](index_t y, index_t x) { return Shape<2>{kSide - 1 - y, x}; };
  const FieldOptions options{.patch = 7, .seed = 1};
  const auto check = [&](const auto& place, const auto& searcher) {
    const Found found(nearest_field(cut(example, place), more.pictures, options, searcher), more);
    CHECK(found.farthest == 0);
    index_t wrong = 0;
    for (index_t y = 0; y < kSide; ++y) {
      for (index_t x = 0; x < kSide; ++x) {
        const Shape<2> at = place(y, x);
        if (at[0] < 3 || at[1] < 3 || at[0] >= kSide - 3 || at[1] >= kSide - 3) continue;
        const BlockSource& origin = found.origins[static_cast<std::size_t>((at[0] - 3) * (kSide - 6) + at[1] - 3)];
        wrong += origin.example != 0 || origin.row != y + 4 || origin.column != x + 6 ? 1 : 0;
      }
    }
    CHECK(wrong == 0);
  };
  check(quarter, ExhaustiveSearch{});
  check(flipped, ExhaustiveSearch{});
  check(quarter, PatchMatch{.sweeps = 12});
}

TEST_CASE("a scaled and turned picture is found nearby", "[variants][searcher]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{60, 60, 3}, 1, device, 12);
  const auto small_one = resize(example, Shape<2>{30, 30}, Bicubic{}, device);
  const auto more = example_variants(example, {.angles = {90}, .scales = {0.5}, .mirror = true});
  FieldOptions options{.patch = 7};
  const Found found(nearest_field(small_one, more.pictures, options), more);
  CHECK(found.farthest <= 7 * 7 * 3);  // a level an element
  index_t wrong = 0;
  for (index_t i = 0; i < 24 * 24; ++i) {
    const BlockSource& origin = found.origins[static_cast<std::size_t>(i)];
    const double down = static_cast<double>(origin.row) - (2.0 * static_cast<double>(i / 24 + 3) + 0.5);
    const double right = static_cast<double>(origin.column) - (2.0 * static_cast<double>(i % 24 + 3) + 0.5);
    wrong += std::abs(down) > 0.6 || std::abs(right) > 0.6 ? 1 : 0;
  }
  CHECK(wrong == 0);
  // Without the variant at half the size there is nothing like it.
  CHECK(Found(nearest_field(small_one, example, options), more).farthest > 20 * found.farthest);
}
