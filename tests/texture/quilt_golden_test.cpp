// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda optimize=O0,O2,O3
// On 8-bit examples a seed names one output: of every build, device, thread count and instruction set. The hashes below
// are of quilt()'s own output. A deliberate change of the method changes them: run the test, read the new values from
// its messages, look at what has become of the pictures, and put them here.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/texture/quilting.hpp>

#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

constexpr std::uint64_t kPlain = 0xe49da6ee1f804d5f;
constexpr std::uint64_t kTiled = 0x02f329054a05e031;
constexpr std::uint64_t kFeather = 0x2f2efd1788305ffb;
constexpr std::uint64_t kMasks = 0x16d8151eb269cb44;
constexpr std::uint64_t kParts = 0x132cacacb7575382;
constexpr std::uint64_t kDrawn = 0x86c1749b29440f8a;

/// The device in every form that must not matter.
std::vector<TestDevice> every_variant() {
#if defined(PASTICHE_TEST_CUDA) || defined(PASTICHE_TEST_THRUST)
  return test::device_variants();
#else
  std::vector<TestDevice> all;
  for (const int threads : {1, 2, 5}) {
    for (const simd::Level level : {simd::Level::baseline, simd::Level::avx2, simd::Level::avx512}) {
      all.push_back(Cpu{.threads = threads, .level = level});
    }
  }
  return all;
#endif
}

}  // namespace

TEST_CASE("a seed names one output: plain", "[quilt][golden]") {
  for (const TestDevice& device : every_variant()) {
    const auto example = test::pebbles(Shape<3>{61, 67, 3}, 1, device);
    const auto result = quilt(example, {.size = {90, 101}, .block = 20, .overlap = 5, .seed = 1}, device);
    CHECK(test::hash_of(result.image) == kPlain);
  }
}

TEST_CASE("a seed names one output: tiled", "[quilt][golden]") {
  for (const TestDevice& device : every_variant()) {
    const auto example = test::pebbles(Shape<3>{61, 67, 4}, 2, device);
    const auto result = quilt(
        example, {.size = {64, 77}, .block = 18, .seed = 0x123456789abcdefu, .tiling = Tiling::xy, .balance = 2.0},
        device);
    CHECK(test::hash_of(result.image) == kTiled);
  }
}

TEST_CASE("a seed names one output: feather", "[quilt][golden]") {
  for (const TestDevice& device : every_variant()) {
    const auto example = test::pebbles(Shape<3>{50, 60, 1}, 3, device);
    const auto result = quilt(example, {.size = {70, 70}, .seed = 3}, Feather{.radius = 2}, device);
    CHECK(test::hash_of(result.image) == kFeather);
  }
}

TEST_CASE("a seed names one output: two examples and masks", "[quilt][golden]") {
  const auto hole = [](index_t y, index_t x) { return y / 8 != 2 || x / 8 != 3; };
  std::vector<std::uint8_t> stealable, wanted;
  for (index_t i = 0; i < 48 * 56; ++i) stealable.push_back(hole(i / 56, i % 56) ? 1 : 0);
  for (index_t i = 0; i < 66 * 72; ++i) wanted.push_back(hole(i / 72, i % 72) ? 1 : 0);
  const Mask2 example_mask{stealable.data(), 48, 56, 56}, output_mask{wanted.data(), 66, 72, 72};
  for (const TestDevice& device : every_variant()) {
    std::vector<Tensor<std::uint8_t, 3, TestDevice>> examples;
    examples.push_back(test::pebbles(Shape<3>{48, 56, 3}, 4, device));
    examples.push_back(test::pebbles(Shape<3>{33, 40, 3}, 5, device));
    const auto result = quilt(examples,
                              {.size = {66, 72},
                               .block = 12,
                               .overlap = 4,
                               .seed = 4,
                               .spacing = 3,
                               .example_masks = {example_mask, {}},
                               .output_mask = output_mask},
                              device);
    CHECK(test::hash_of(result.image) == kMasks);
  }
}

TEST_CASE("a seed names one output: exponential sampling", "[quilt][golden]") {
  for (const TestDevice& device : every_variant()) {
    const auto example = test::pebbles(Shape<3>{40, 44, 2}, 6, device);
    const auto result = quilt(example, {.size = {60, 50}, .block = 10, .overlap = 3, .seed = 5, .balance = 0.0},
                              ExpDistance{2e-3}, device);
    CHECK(test::hash_of(result.image) == kDrawn);
  }
}

// Overlaps of more than 33000 elements are summed in parts, and 45 columns of places are cut into tiles of 3 vectors.
TEST_CASE("a seed names one output: overlaps of several parts", "[quilt][golden]") {
  for (const TestDevice& device : every_variant()) {
    const auto example = test::pebbles(Shape<3>{150, 150, 3}, 4, device);
    const auto result =
        quilt(example, {.size = {212, 212}, .block = 106, .overlap = 52, .seed = 3, .tiling = Tiling::xy}, device);
    CHECK(test::hash_of(result.image) == kParts);
  }
}
