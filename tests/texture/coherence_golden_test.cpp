// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda optimize=O2,O3
// On 8-bit examples a seed names one output: of every build, device, thread count and instruction set. The hashes below
// are of coherent_texture()'s own output. A deliberate change of the method changes them: run the test, read the new
// values from its messages, look at what has become of the pictures, and put them here.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/texture/coherence.hpp>

#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

constexpr std::uint64_t kPlain = 0x7e53cf1275e6355b;
constexpr std::uint64_t kTiled = 0x6169328a60172c85;
constexpr std::uint64_t kParts = 0x36c5c26f63348b78;
constexpr std::uint64_t kGuided = 0xc321b3d2b3e93772;

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

TEST_CASE("a seed names one output: plain", "[coherence][golden]") {
  for (const TestDevice& device : every_variant()) {
    const auto example = test::pebbles(Shape<3>{61, 67, 3}, 1, device);
    const auto result = coherent_texture(example, {.size = {90, 101}, .seed = 1}, device);
    CHECK(test::hash_of(result.image) == kPlain);
  }
}

TEST_CASE("a seed names one output: tiled, small neighbourhoods", "[coherence][golden]") {
  for (const TestDevice& device : every_variant()) {
    const auto example = test::pebbles(Shape<3>{61, 67, 4}, 2, device);
    const auto result = coherent_texture(example,
                                         {.size = {64, 77},
                                          .seed = 0x123456789abcdefu,
                                          .tiling = Tiling::xy,
                                          .neighbourhood = 5,
                                          .nearest = 9,
                                          .jitter = 0.7,
                                          .balance = 2.0},
                                         device);
    CHECK(test::hash_of(result.image) == kTiled);
  }
}

TEST_CASE("a seed names one output: two examples and masks", "[coherence][golden]") {
  const auto hole = [](index_t y, index_t x) { return y / 8 != 2 || x / 8 != 3; };
  std::vector<std::uint8_t> stealable, wanted;
  for (index_t i = 0; i < 48 * 56; ++i) stealable.push_back(hole(i / 56, i % 56) ? 1 : 0);
  for (index_t i = 0; i < 66 * 72; ++i) wanted.push_back(hole(i / 72, i % 72) ? 1 : 0);
  const Mask2 example_mask{stealable.data(), 48, 56, 56}, output_mask{wanted.data(), 66, 72, 72};
  for (const TestDevice& device : every_variant()) {
    std::vector<Tensor<std::uint8_t, 3, TestDevice>> examples;
    examples.push_back(test::pebbles(Shape<3>{48, 56, 3}, 4, device));
    examples.push_back(test::pebbles(Shape<3>{33, 40, 3}, 5, device));
    const auto result = coherent_texture(
        examples, {.size = {66, 72}, .seed = 5, .example_masks = {example_mask, Mask2{}}, .output_mask = output_mask},
        device);
    CHECK(test::hash_of(result.image) == kParts);
  }
}

TEST_CASE("a seed names one output: guided", "[coherence][golden]") {
  std::vector<float> from, to;
  for (int i = 0; i < 50 * 60; ++i) from.push_back(static_cast<float>(i % 60 / 20) * 0.5f);
  for (int i = 0; i < 70 * 64; ++i) to.push_back(static_cast<float>(i / 64 / 30) * 0.5f);
  Guide guide;
  guide.examples = {{from.data(), 50, 60, 1}};
  guide.output = {to.data(), 70, 64, 1};
  for (const TestDevice& device : every_variant()) {
    const auto example = test::pebbles(Shape<3>{50, 60, 3}, 3, device);
    const auto result = coherent_texture(example, {.size = {70, 64}, .seed = 3, .guide = guide}, device);
    CHECK(test::hash_of(result.image) == kGuided);
  }
}
