// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"
#include "texture/quilt_checks.hpp"

#include <pastiche/searcher/fft_search.hpp>
#include <pastiche/texture/quilting.hpp>

#include <string>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

constexpr index_t kSide = 48, kOut = 72;

/// Dark pebbles on the left half of the example, bright ones on the right; the output wants them above and below.
struct Halves {
  std::vector<float> from, to;
  Guide guide{};

  explicit Halves(double weight = 1.0) {
    for (index_t i = 0; i < kSide * kSide; ++i) from.push_back(i % kSide < kSide / 2 ? 0.25f : 0.75f);
    for (index_t i = 0; i < kOut * kOut; ++i) to.push_back(i / kOut < kOut / 2 ? 0.25f : 0.75f);
    guide.examples = {{from.data(), kSide, kSide, 1}};
    guide.output = {to.data(), kOut, kOut, 1};
    guide.weight = weight;
  }
};

QuiltOptions options(const Guide& guide) {
  return {.size = {kOut, kOut}, .block = 8, .overlap = 2, .seed = 1, .provenance = true, .guide = guide};
}

/// The share of output pixels that come from where the example's guide is what the output's asks for.
template <class E>
double obedience(double weight) {
  const TestDevice device;
  const Halves halves(weight);
  const auto example = test::pebbles<E>(Shape<3>{kSide, kSide, 3}, 1, device);
  const test::HostQuilt<E> made(quilt(example, options(halves.guide), AutoSearch{}, device));
  CHECK(test::wrong_pixels(made, {test::on_host(example)}) == 0);
  CHECK(test::empty_pixels(made) == 0);
  index_t right = 0;
  for (index_t y = 0; y < kOut; ++y) {
    for (index_t x = 0; x < kOut; ++x) right += (made.source(y, x)[2] < kSide / 2) == (y < kOut / 2) ? 1 : 0;
  }
  return static_cast<double>(right) / (kOut * kOut);
}

}  // namespace

TEMPLATE_TEST_CASE("a quilt follows its guide", "[quilt][guide]", std::uint8_t, float) {
  CHECK(obedience<TestType>(4.0) > 0.9);
  CHECK(obedience<TestType>(0.0) < 0.8);  // without weight nobody asks it
}

TEST_CASE("a block comes from where the guide says exactly that", "[quilt][guide]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 44, 3}, 1, device);
  std::vector<float> from, to;
  CounterRng rng(1, 2, 3);
  for (index_t i = 0; i < 40 * 44; ++i) from.push_back(rng.uniform());
  for (index_t y = 0; y < 12; ++y) {
    for (index_t x = 0; x < 12; ++x) to.push_back(from[static_cast<std::size_t>((y + 21) * 44 + x + 9)]);
  }
  Guide guide;
  guide.examples = {{from.data(), 40, 44, 1}};
  guide.output = {to.data(), 12, 12, 1};
  const auto made = quilt(example, {.size = {12, 12}, .block = 12, .guide = guide}, device);
  REQUIRE(made.blocks.size() == 1);
  CHECK(made.blocks[0].source.row == 21);
  CHECK(made.blocks[0].source.column == 9);
}

TEST_CASE("a guided seed names one output: of threads, instruction sets, searchers and devices", "[quilt][guide]") {
  // A deliberate change of the method changes this: look at the picture, and put the new value here.
  constexpr std::uint64_t kGolden = 0x3fc6ce820b6804c5;
  const Halves halves(1.3);
  for (const TestDevice& device : test::device_variants()) {
    const auto example = test::pebbles(Shape<3>{kSide, kSide, 3}, 1, device);
    CHECK(test::hash_of(quilt(example, options(halves.guide), device).image) == kGolden);
    CHECK(test::hash_of(quilt(example, options(halves.guide), FftSearch{}, device).image) == kGolden);
  }
}

TEST_CASE("a guide without weight changes nothing", "[quilt][guide]") {
  const TestDevice device;
  const Halves halves(0.0);
  const auto example = test::pebbles(Shape<3>{kSide, kSide, 3}, 1, device);
  CHECK(test::hash_of(quilt(example, options(halves.guide), device).image) ==
        test::hash_of(quilt(example, options({}), device).image));
}

TEST_CASE("a guide counts only where the output is wanted, and with other distances", "[quilt][guide]") {
  const TestDevice device;
  const Halves halves(4.0);
  Halves other(4.0);
  std::vector<std::uint8_t> wanted(kOut * kOut);
  for (index_t i = 0; i < kOut * kOut; ++i) {
    const index_t y = i / kOut - kOut / 2, x = i % kOut - kOut / 2;
    wanted[static_cast<std::size_t>(i)] = y * y + x * x < 600 ? 1 : 0;
    if (wanted[static_cast<std::size_t>(i)] == 0) other.to[static_cast<std::size_t>(i)] = 0.9f;
  }
  QuiltOptions a = options(halves.guide), b = options(other.guide);
  a.tiling = b.tiling = Tiling::xy;
  a.output_mask = b.output_mask = {wanted.data(), kOut, kOut};
  const auto example = test::pebbles(Shape<3>{kSide, kSide, 3}, 1, device);
  const test::HostQuilt<std::uint8_t> made(quilt(example, a, AbsoluteDifference{}, device));
  CHECK(made.image.values == test::on_host(quilt(example, b, AbsoluteDifference{}, device).image).values);
  CHECK(test::wrong_pixels(made, {test::on_host(example)}) == 0);
  index_t wrong = 0, astray = 0, asked = 0;
  for (index_t y = 0; y < kOut; ++y) {
    for (index_t x = 0; x < kOut; ++x) {
      const bool is = wanted[static_cast<std::size_t>(y * kOut + x)] != 0;
      wrong += (made.source(y, x)[0] >= 0) != is ? 1 : 0;
      if (!is) continue;
      ++asked;
      astray += (made.source(y, x)[2] < kSide / 2) != (y < kOut / 2) ? 1 : 0;
    }
  }
  CHECK(wrong == 0);
  CHECK(astray * 8 < asked);
}

TEST_CASE("guides that cannot be are refused by name", "[quilt][guide][errors]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{kSide, kSide, 3}, 1, device);
  const auto refuses = [&](const std::string& argument, auto change) {
    Halves halves;
    change(halves);
    const std::string message = test::refusal([&] { quilt(example, options(halves.guide), device); });
    INFO("message: " << message);
    CHECK(message.rfind("quilt: ", 0) == 0);
    CHECK(message.find(argument) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  };
  refuses("guide is half missing", [](Halves& h) { h.guide.examples.clear(); });
  refuses("number of guide maps", [](Halves& h) { h.guide.examples.push_back(h.guide.examples[0]); });
  refuses("size of the guide map of the output", [](Halves& h) { h.guide.output.height = kOut - 1; });
  refuses("size of the guide map of example 0", [](Halves& h) { h.guide.examples[0].width = kSide - 1; });
  refuses("number of channels", [](Halves& h) { h.guide.examples[0].channels = 0; });
  refuses("NaN", [](Halves& h) { h.from[7] = std::numeric_limits<float>::quiet_NaN(); });
  refuses("weight of the guide", [](Halves& h) { h.guide.weight = -1.0; });
}
