// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/evaluate/copies.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

using Levels = std::vector<int>;

struct Grey {
  index_t height, width;
  Levels levels;

  int operator()(index_t y, index_t x) const { return levels[static_cast<std::size_t>(y * width + x)]; }
  Tensor<std::uint8_t, 3, TestDevice> picture(const TestDevice& device = {}) const {
    return test::picture<std::uint8_t>({height, width, 1}, levels, device);
  }
};

/// Squares of `block` pixels of `kinds` levels, with a few pixels changed.
Grey blocks(index_t height, index_t width, index_t block, std::uint32_t kinds, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  const index_t across = ceil_div(width, block);
  Levels kind;
  for (index_t i = 0; i < across * ceil_div(height, block); ++i) kind.push_back(static_cast<int>(rng.below(kinds)));
  Grey grey{height, width, {}};
  for (index_t i = 0; i < height * width; ++i) {
    const bool changed = rng.below(12) == 0;
    const int level = kind[static_cast<std::size_t>(i / width / block * across + i % width / block)];
    grey.levels.push_back(50 * (changed ? static_cast<int>(rng.below(kinds)) : level) + static_cast<int>(rng.below(2)));
  }
  return grey;
}

/// The largest square of equal pixels over all offsets, each pixel tried as the last of a square.
index_t by_looking(const Grey& source, const Grey& output, int tolerance, index_t apart) {
  index_t best = 0;
  for (index_t dy = -output.height; dy <= source.height; ++dy) {
    for (index_t dx = -output.width; dx <= source.width; ++dx) {
      if (max_of(abs_of(dy), abs_of(dx)) <= apart) continue;
      std::vector<index_t> row(static_cast<std::size_t>(output.width)), last(row);
      for (index_t y = 0; y < output.height; ++y) {
        for (index_t x = 0; x < output.width; ++x) {
          const auto i = static_cast<std::size_t>(x);
          const index_t v = y + dy, u = x + dx;
          const bool inside = v >= 0 && v < source.height && u >= 0 && u < source.width;
          const bool equal = inside && std::abs(output(y, x) - source(v, u)) <= tolerance;
          row[i] = !equal ? 0 : x == 0 || y == 0 ? 1 : 1 + min_of(row[i - 1], min_of(last[i], last[i - 1]));
          best = max_of(best, row[i]);
        }
        row.swap(last);
      }
    }
  }
  return best;
}

void check_equal(const Grey& source, const Grey& output, const CopiedSquare& square, int tolerance) {
  bool equal = true;
  for (index_t y = 0; y < square.side; ++y) {
    for (index_t x = 0; x < square.side; ++x) {
      equal = equal && std::abs(output(square.row + y, square.column + x) -
                                source(square.source_row + y, square.source_column + x)) <= tolerance;
    }
  }
  CHECK(equal);
}

/// Noise with a square of other noise in it, its levels moved by up to 2.
std::pair<Tensor<std::uint8_t, 3, TestDevice>, Tensor<std::uint8_t, 3, TestDevice>> planted(index_t side) {
  const auto example = test::noise<TestDevice, std::uint8_t>(Shape<3>{{64, 60, 3}}, 1);
  const auto other = test::noise<TestDevice, std::uint8_t>(Shape<3>{{80, 70, 3}}, 2);
  const auto from = download(example);
  auto to = download(other);
  for (index_t y = 0; y < side; ++y) {
    for (index_t i = 0; i < 3 * side; ++i) {
      const int level = from[static_cast<std::size_t>(((5 + y) * 60 + 30) * 3 + i)];
      const int moved = level + static_cast<int>((y + i) % 5) - 2;
      to[static_cast<std::size_t>(((31 + y) * 70 + 17) * 3 + i)] =
          static_cast<std::uint8_t>(moved < 0 || moved > 255 ? level : moved);
    }
  }
  return {example, upload<TestDevice>(Shape<3>{{80, 70, 3}}, to)};
}

}  // namespace

TEST_CASE("the largest copy is that of a search of everything", "[copies]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto block = static_cast<index_t>(1 + seed % 7);
    const Grey a = blocks(13 + static_cast<index_t>(seed % 5), 16, block, 3, seed);
    const Grey b = blocks(18, 11 + static_cast<index_t>(seed % 4), block, 3, seed + 100);
    const CopyOptions options{.tolerance = 1.0 / 255, .least = 1};
    const CopiedSquare copy = longest_copy(a.picture(), b.picture(), options);
    INFO("seed " << seed);
    CHECK(copy.side == by_looking(a, b, 1, -1));
    check_equal(a, b, copy, 1);
    const CopiedSquare repeat = longest_repeat(b.picture(), {.tolerance = 1.0 / 255, .least = 1, .apart = 3});
    CHECK(repeat.side == by_looking(b, b, 1, 3));
    CHECK(max_of(abs_of(repeat.row - repeat.source_row), abs_of(repeat.column - repeat.source_column)) > 3);
    check_equal(b, b, repeat, 1);
  }
}

TEST_CASE("a planted copy is found with its size and both places", "[copies]") {
  const auto [example, output] = planted(23);
  const CopiedSquare copy = longest_copy(example, output);
  CHECK(copy.side == 23);
  CHECK(copy.row == 31);
  CHECK(copy.column == 17);
  CHECK(copy.source_row == 5);
  CHECK(copy.source_column == 30);
  CHECK(longest_copy(example, output, {.tolerance = 1.0 / 255}).side == 0);
  // One channel of one pixel in the middle is enough to halve it.
  auto values = download(output);
  auto& middle = values[((31 + 11) * 70 + 17 + 11) * 3 + 1];
  middle = static_cast<std::uint8_t>(middle ^ 128);
  CHECK(longest_copy(example, upload<TestDevice>(output.shape(), values)).side == 11);
}

TEST_CASE("a planted repeat is found, nearer ones do not count", "[copies]") {
  auto levels = download(test::noise<TestDevice, std::uint8_t>(Shape<3>{{50, 50, 1}}, 3));
  for (std::size_t y = 0; y < 12; ++y) {
    for (std::size_t x = 0; x < 12; ++x) levels[(y + 2) * 50 + x + 14] = levels[(y + 2) * 50 + x + 1];    // 13 right
    for (std::size_t x = 0; x < 7; ++x) levels[(y + 30) * 50 + x + 30] = levels[(y + 30) * 50 + x + 22];  // 8 right
  }
  const auto output = upload<TestDevice>(Shape<3>{{50, 50, 1}}, levels);
  const CopiedSquare repeat = longest_repeat(output);
  CHECK(repeat.side == 12);
  CHECK(repeat.row == 2);
  CHECK(abs_of(repeat.column - repeat.source_column) == 13);
  CHECK(longest_repeat(output, {.apart = 13}).side == 0);
}

TEST_CASE("what is alike all over is found whole, and quickly", "[copies]") {
  const auto flat = upload<TestDevice>(Shape<3>{{150, 130, 1}}, std::vector<std::uint8_t>(150 * 130, 9));
  CHECK(longest_copy(flat, flat).side == 130);
  CHECK(longest_repeat(flat).side == 130);
  const auto tiny = upload<TestDevice>(Shape<3>{{1, 1, 1}}, std::vector<std::uint8_t>{9});
  CHECK(longest_copy(tiny, tiny).side == 0);
  CHECK(longest_copy(tiny, flat, {.least = 1}).side == 1);
  CHECK(longest_repeat(tiny, {.least = 1}).side == 0);
}

TEMPLATE_TEST_CASE("elements of all kinds are compared alike", "[copies]", std::uint8_t, std::uint16_t, pastiche::Half,
                   float, double) {
  const TestDevice device;
  auto levels = test::pebble_levels({{40, 40, 1}}, 1, 7);
  const auto example = test::picture<TestType>({40, 40, 1}, levels, device);
  auto other = test::pebble_levels({{40, 40, 1}}, 2, 7);
  for (std::size_t y = 0; y < 15; ++y) {
    for (std::size_t x = 0; x < 15; ++x) other[(y + 9) * 40 + x + 20] = levels[(y + 3) * 40 + x + 4] + 1;
  }
  const CopiedSquare copy = longest_copy(example, test::picture<TestType>({40, 40, 1}, other, device));
  CHECK(copy.side == 15);
  CHECK(copy.row == 9);
}

TEST_CASE("the squares do not depend on the threads", "[copies]") {
  const Grey a = blocks(70, 60, 6, 2, 5), b = blocks(90, 80, 6, 2, 6);
  CopiedSquare first{};
  for (const TestDevice& device : test::device_variants()) {
    const auto example = a.picture(device), output = b.picture(device);
    const CopiedSquare copy = longest_copy(example, output, {}, device);
    if (first.side == 0) first = copy;
    CHECK(copy.side == first.side);
    CHECK(copy.row == first.row);
    CHECK(copy.column == first.column);
    CHECK(copy.source_row == first.source_row);
    CHECK(copy.source_column == first.source_column);
  }
  CHECK(first.side > 0);
}

TEST_CASE("longest_copy refuses what it cannot compare", "[copies]") {
  const auto a = test::noise<TestDevice, std::uint8_t>(Shape<3>{{9, 9, 3}}, 1),
             b = test::noise<TestDevice, std::uint8_t>(Shape<3>{{9, 9, 1}}, 1);
  CHECK(test::refusal([&] { longest_copy(a, b); }) == "longest_copy: channels of the output is 1; expected 3");
  CHECK_THROWS_AS(longest_copy(a, a, {.tolerance = -1.0}), InvalidArgument);
  CHECK_THROWS_AS(longest_repeat(a, {.least = 0}), InvalidArgument);
}
