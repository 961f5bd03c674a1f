// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// Policies in any order, and those a user writes.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/quilt_checks.hpp"

using namespace pastiche;
using test::HostQuilt;
using test::TestDevice;

namespace {

/// The farthest of those within twice the least distance.
struct FarthestOfTheNear {
  template <class D>
  PASTICHE_HD constexpr D limit(const DrawContext<D>& context) const noexcept {
    return 2 * context.least;
  }
  template <class D>
  PASTICHE_HD constexpr std::int64_t key(const DrawContext<D>&, D distance, std::uint32_t) const noexcept {
    return -static_cast<std::int64_t>(distance);
  }
  template <class D>
  PASTICHE_HD constexpr std::int64_t least_key(const DrawContext<D>&, D) const noexcept {
    return -0x7fffffffffffffff - 1;  // numeric_limits is host code to nvcc
  }
};

/// A sampler that accepts nothing.
struct Choosy : ArgMin {
  template <class D>
  PASTICHE_HD constexpr D limit(const DrawContext<D>&) const noexcept {
    return D(-1);
  }
};

/// Straight cuts in the middle of the overlaps at the left and the top.
struct StraightCut {
  template <class D>
  PASTICHE_HD void operator()(const Overlap<D>& o) const noexcept {
    for (int y = 0; y < o.height; ++y) {
      for (int x = 0; x < o.width; ++x) {
        const int i = y * o.width + x;
        o.takes_new[i] = o.known[i] == 0 || (x >= o.left / 2 && y >= o.top / 2) ? 1 : 0;
      }
    }
  }
};

/// Old and new alike wherever both are.
struct HalfHalf {
  template <class D>
  PASTICHE_HD int operator()(const Overlap<D>& o, int row, int column) const noexcept {
    return o.known[row * o.width + column] != 0 ? 128 : 256;
  }
};

static_assert(Sampler<FarthestOfTheNear, std::int64_t> && Sampler<Choosy, std::int64_t>);
static_assert(Seam<StraightCut, std::int64_t> && Blend<HalfHalf, std::int64_t>);

constexpr QuiltOptions kOptions{.size = {50, 60}, .block = 12, .overlap = 4, .seed = 5, .provenance = true};

Tensor<std::uint8_t, 3, TestDevice> example_on(const TestDevice& device) {
  return test::pebbles(Shape<3>{40, 44, 3}, 3, device);
}

}  // namespace

TEST_CASE("policies may stand in any order", "[quilt][policies]") {
  const TestDevice device;
  const auto example = example_on(device);
  int calls = 0;
  const auto watch = [&](const Progress&) { ++calls; };
  const ExpDistance sampler{1e-3};
  const std::uint64_t first = test::hash_of(
      quilt(example, kOptions, SquaredDifference{}, sampler, DirectSearch{}, MinCut{}, Feather{1}, device, watch)
          .image);
  const std::uint64_t last = test::hash_of(
      quilt(example, kOptions, watch, device, Feather{1}, MinCut{}, DirectSearch{}, sampler, SquaredDifference{})
          .image);
  CHECK(first == last);
  CHECK(first == test::hash_of(quilt(example, kOptions, Feather{1}, sampler).image));
  CHECK(first != test::hash_of(quilt(example, kOptions).image));
  CHECK(calls > 2);
}

TEST_CASE("defaults are what the documentation says", "[quilt][policies]") {
  const TestDevice device;
  const auto example = example_on(device);
  CHECK(test::hash_of(quilt(example, kOptions).image) ==
        test::hash_of(quilt(example, kOptions, SquaredDifference{}, WithinTolerance{0.1}, DirectSearch{}, MinCut{},
                            NoBlend{}, device, Unobserved{})
                          .image));
}

TEST_CASE("a user's sampler", "[quilt][policies]") {
  const TestDevice device;
  const auto example = example_on(device);
  const auto result = quilt(example, kOptions, FarthestOfTheNear{}, device);
  CHECK(test::wrong_pixels(HostQuilt<std::uint8_t>(result), {test::on_host(example)}) == 0);
  CHECK(test::hash_of(result.image) != test::hash_of(quilt(example, kOptions, device).image));
  const auto any = quilt(example, kOptions, Choosy{}, device);  // still a quilt
  CHECK(test::wrong_pixels(HostQuilt<std::uint8_t>(any), {test::on_host(example)}) == 0);
}

TEST_CASE("a user's seam", "[quilt][policies]") {
  const TestDevice device;
  const auto example = example_on(device);
  const auto result = quilt(example, kOptions, StraightCut{}, device);
  const HostQuilt<std::uint8_t> q(result);
  CHECK(test::wrong_pixels(q, {test::on_host(example)}) == 0);
  // Every row of pixels inside one row of blocks changes its source at the same columns.
  for (index_t x = 0; x < 60; ++x) {
    const auto changes = [&](index_t y) {
      return q.source(y, x)[2] - q.source(y, x > 0 ? x - 1 : 0)[2] != (x > 0 ? 1 : 0);
    };
    for (index_t y = 1; y < 6; ++y) CHECK(changes(y) == changes(0));
  }
}

TEST_CASE("a user's blend", "[quilt][policies]") {
  const TestDevice device;
  const auto example = example_on(device);
  const HostQuilt<std::uint8_t> q(quilt(example, kOptions, HalfHalf{}, device));
  CHECK(test::wrong_pixels(q, {test::on_host(example)}) == 0);
  CHECK(test::empty_pixels(q) == 0);
  // What two blocks cover is mixed, what one covers is not.
  std::vector<int> cover(50 * 60, 0);
  for (const PlacedBlock& block : q.blocks) {
    for (int i = 0; i < 12 * 12; ++i)
      ++cover[static_cast<std::size_t>((block.row + i / 12) * 60 + block.column + i % 12)];
  }
  bool right = true;
  for (std::size_t i = 0; i < cover.size(); ++i) right = right && (q.mixed[i] != 0) == (cover[i] > 1);
  CHECK(right);
}
