// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/evaluate/bidirectional.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

/// Mean over all patches of a of the RMS distance to the nearest of b, at full size.
double by_looking(const Tensor<std::uint8_t, 3, TestDevice>& a, const Tensor<std::uint8_t, 3, TestDevice>& b,
                  index_t patch) {
  const auto p = download(a), q = download(b);
  const index_t channels = a.shape(2);
  double sum = 0.0, count = 0.0;
  for (index_t y = 0; y + patch <= a.shape(0); ++y) {
    for (index_t x = 0; x + patch <= a.shape(1); ++x, count += 1.0) {
      int nearest = 1 << 30;
      for (index_t v = 0; v + patch <= b.shape(0); ++v) {
        for (index_t u = 0; u + patch <= b.shape(1); ++u) {
          int distance = 0;
          for (index_t dy = 0; dy < patch && distance < nearest; ++dy) {
            for (index_t i = 0; i < patch * channels; ++i) {
              const int d = int{p[static_cast<std::size_t>(((y + dy) * a.shape(1) + x) * channels + i)]} -
                            int{q[static_cast<std::size_t>(((v + dy) * b.shape(1) + u) * channels + i)]};
              distance += d * d;
            }
          }
          nearest = min_of(nearest, distance);
        }
      }
      sum += std::sqrt(static_cast<double>(nearest) / static_cast<double>(patch * patch * channels));
    }
  }
  return sum / count;
}

/// A picture that is its own mirror image up and down, left and right.
std::vector<int> kaleidoscope(index_t side, index_t channels) {
  const index_t half = (side + 1) / 2;
  const std::vector<int> quarter = test::pebble_levels({{half, half, channels}}, 8, 7);
  std::vector<int> levels;
  for (index_t y = 0; y < side; ++y) {
    for (index_t x = 0; x < side; ++x) {
      for (index_t c = 0; c < channels; ++c) {
        const index_t v = min_of(y, side - 1 - y), u = min_of(x, side - 1 - x);
        levels.push_back(quarter[static_cast<std::size_t>((v * half + u) * channels + c)]);
      }
    }
  }
  return levels;
}

}  // namespace

TEST_CASE("the nearest patch is the nearest", "[bidirectional]") {
  const TestDevice device;
  const auto a = test::pebbles({22, 30, 3}, 1, device), b = test::pebbles({31, 20, 3}, 2, device);
  const BidirectionalOptions all{.samples = 0};
  CHECK(coherence(a, b, all) == Approx(by_looking(b, a, 7)).epsilon(1e-6));
  CHECK(completeness(a, b, all) == Approx(by_looking(a, b, 7)).epsilon(1e-6));
  CHECK(coherence(a, b, {.patch = 3, .samples = 0}) == Approx(by_looking(b, a, 3)).epsilon(1e-6));
  CHECK(completeness(a, b) == coherence(b, a));
}

TEST_CASE("equal pictures are coherent and complete to the last bit", "[bidirectional]") {
  const TestDevice device;
  const auto a = test::pebbles({100, 97, 3}, 1, device);
  CHECK(coherence(a, a) == 0.0);
  CHECK(completeness(a, a) == 0.0);
}

TEST_CASE("a part of the example is coherent, and not complete", "[bidirectional]") {
  // The pyramid mirrors what is beyond a border: so does this example, and its parts end where mirrors stand.
  const TestDevice device;
  const auto whole = test::picture<std::uint8_t>({193, 193, 2}, kaleidoscope(193, 2), device);
  const auto view = whole.view();
  const TensorView<const std::uint8_t, 3, TestDevice> part{view.data(), {{97, 97, 2}}, view.stride()};
  CHECK(coherence(whole, part, {.samples = 300}) == 0.0);
  CHECK(completeness(whole, part, {.samples = 300}) > 5.0);
}

TEST_CASE("a sample of patches says nearly what all say", "[bidirectional]") {
  const TestDevice device;
  const auto a = test::pebbles({60, 64, 1}, 1, device), b = test::pebbles({56, 70, 1}, 2, device, 9);
  CHECK(coherence(a, b, {.samples = 300}) == Approx(coherence(a, b, {.samples = 0})).epsilon(0.05));
}

TEST_CASE("pictures of one colour are as far apart as their colours", "[bidirectional]") {
  const auto flat = [](double level) {
    return upload<TestDevice>(Shape<3>{{30, 30, 1}}, std::vector<double>(900, level / 255.0));
  };
  CHECK(coherence(flat(100), flat(100)) == 0.0);
  CHECK(coherence(flat(100), flat(112)) == Approx(12.0).epsilon(1e-5));
}

TEST_CASE("coherence refuses what it cannot compare", "[bidirectional]") {
  const auto a = test::pebbles({6, 30, 3}, 1, TestDevice{}), b = test::pebbles({30, 30, 3}, 1, TestDevice{});
  CHECK(test::refusal([&] { coherence(b, a); }) == "coherence: shorter side of the output is 6; expected at least 7");
  CHECK(test::refusal([&] { completeness(b, b, {.samples = -1}); }) ==
        "completeness: samples is -1; expected at least 0");
}
