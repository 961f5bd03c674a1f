// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// What keeps a quilt from copying its example verbatim, or from using one part of it only.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"
#include "support/textures.hpp"
#include "texture/quilt_checks.hpp"

#include <pastiche/device/cpu.hpp>

using namespace pastiche;
using test::HostQuilt;
using test::TestDevice;

namespace {

/// How a block lies to an earlier one that it overlaps.
struct Meeting {
  int repeats;    ///< rows or columns, the larger, from the neighbour's source
  int continues;  ///< the same from where the neighbour's source would go on
};

/// d as the shortest way round.
int around(index_t d, index_t size, bool wraps) {
  if (!wraps) return static_cast<int>(d);
  const index_t r = wrap(d, size);
  return static_cast<int>(2 * r > size ? r - size : r);
}

template <class Result>
std::vector<Meeting> meetings(const Result& result, bool wraps) {
  std::vector<Meeting> all;
  for (std::size_t j = 0; j < result.blocks.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      const PlacedBlock &a = result.blocks[i], &b = result.blocks[j];
      const int dy = around(b.row - a.row, result.image.shape(0), wraps);
      const int dx = around(b.column - a.column, result.image.shape(1), wraps);
      if (std::abs(dy) >= result.block_height || std::abs(dx) >= result.block_width) continue;
      if (a.source.example != b.source.example) continue;
      const int sy = b.source.row - a.source.row, sx = b.source.column - a.source.column;
      all.push_back({max_of(std::abs(sy), std::abs(sx)), max_of(std::abs(sy - dy), std::abs(sx - dx))});
    }
  }
  return all;
}

}  // namespace

TEST_CASE("no block repeats or continues a neighbour's source within the spacing", "[quilt][guard]") {
  const TestDevice device;
  // 166 * 166 places, four for each of those that 24 neighbours forbid around two places each: room for 8.
  const auto example = test::pebbles(Shape<3>{181, 181, 1}, 1, device);
  // Thrust is slow at this, and makes the same bits (quilt_golden).
  const std::vector<int> spacings = std::same_as<TestDevice, Cpu> ? std::vector<int>{1, 2, 5, 8} : std::vector<int>{8};
  for (const int spacing : spacings) {
    for (const bool tiled : {false, true}) {
      INFO("spacing " << spacing << ", tiled " << tiled);
      const auto result = quilt(example,
                                {.size = {120, 110},
                                 .block = 16,
                                 .overlap = 4,
                                 .seed = 1,
                                 .tiling = tiled ? Tiling::xy : Tiling::none,
                                 .spacing = spacing,
                                 .balance = 0.0},
                                ArgMin{}, device);
      const auto all = meetings(result, tiled);
      CHECK(all.size() > 200);
      for (const Meeting& m : all) CHECK((m.repeats >= spacing && m.continues >= spacing));
    }
  }
}

TEST_CASE("without spacing the nearest place is the one that goes on", "[quilt][guard]") {
  // In noise nothing fits as what was there: the whole example is copied.
  const TestDevice device;
  const auto example = test::noise<TestDevice, std::uint8_t>(Shape<3>{150, 160, 1}, 1, device);
  const auto result =
      quilt(example, {.size = {60, 60}, .block = 16, .overlap = 4, .seed = 4, .spacing = 0, .balance = 0.0}, ArgMin{},
            device);
  int goes_on = 0;
  const auto all = meetings(result, false);
  for (const Meeting& m : all) goes_on += m.continues == 0 ? 1 : 0;
  CHECK(goes_on > static_cast<int>(all.size()) / 2);
  const auto spaced =
      quilt(example, {.size = {60, 60}, .block = 16, .overlap = 4, .seed = 4, .spacing = 3, .balance = 0.0}, ArgMin{},
            device);
  for (const Meeting& m : meetings(spaced, false)) CHECK(m.continues >= 3);
}

TEST_CASE("an example with no room for spacing is quilted all the same", "[quilt][guard]") {
  const TestDevice device;
  for (const index_t side : {8, 9, 12}) {
    const auto example = test::pebbles(Shape<3>{side, side, 3}, 1, device);
    const auto result =
        quilt(example, {.size = {40, 40}, .block = 8, .tiling = Tiling::xy, .spacing = 2000000000, .provenance = true},
              device);
    const HostQuilt<std::uint8_t> q(result);
    CHECK(test::wrong_pixels(q, {test::on_host(example)}) == 0);
    CHECK(test::empty_pixels(q) == 0);
  }
}

TEST_CASE("balance makes use of more of the example", "[quilt][balance]") {
  const TestDevice device;
  // One quarter is smooth, and so it fits best wherever it is offered.
  std::vector<int> levels = test::pebble_levels(Shape<3>{72, 72, 1}, 1, 6);
  for (int y = 0; y < 36; ++y) {
    for (int x = 0; x < 36; ++x) levels[static_cast<std::size_t>(y * 72 + x)] = 90 + (x + y) % 3;
  }
  const auto example = test::picture<std::uint8_t>(Shape<3>{72, 72, 1}, levels, device);
  double used[3] = {};
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (int i = 0; i < 3; ++i) {
      const double balances[] = {0.0, 0.5, 4.0};
      const HostQuilt<std::uint8_t> q(
          quilt(example,
                {.size = {96, 96}, .block = 16, .overlap = 4, .seed = seed, .balance = balances[i], .provenance = true},
                device));
      std::vector<int> seen(72 * 72, 0);
      for (std::size_t p = 0; p < q.provenance.size(); p += 3) {
        seen[static_cast<std::size_t>(q.provenance[p + 1] * 72 + q.provenance[p + 2])] = 1;
      }
      for (const int s : seen) used[i] += s / (10.0 * 72 * 72);
    }
  }
  INFO("shares used: " << used[0] << ", " << used[1] << ", " << used[2]);
  CHECK(used[1] > used[0] + 0.05);
  CHECK(used[2] > used[1]);
}
