// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/coherence_checks.hpp"

#include <pastiche/texture/coherence.hpp>

#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

constexpr index_t kSide = 64, kOut = 96;

/// The share of output pixels that come from where the example's guide is what the output's asks for: dark pebbles on
/// the left half of the example, bright ones on the right; the output wants them above and below.
template <class E>
double obedience(double weight, float low, float high) {
  const TestDevice device;
  std::vector<E> values = download(test::pebbles<E>(Shape<3>{kSide, kSide, 3}, 1, device));
  std::vector<float> from, to;
  for (index_t i = 0; i < kSide * kSide; ++i) from.push_back(i % kSide < kSide / 2 ? low : high);
  for (index_t i = 0; i < kOut * kOut; ++i) to.push_back(i / kOut < kOut / 2 ? low : high);
  Guide guide;
  guide.examples = {{from.data(), kSide, kSide, 1}};
  guide.output = {to.data(), kOut, kOut, 1};
  guide.weight = weight;
  const auto example = upload<TestDevice>(Shape<3>{kSide, kSide, 3}, values, device);
  const auto result = coherent_texture(example, {.size = {kOut, kOut}, .provenance = true, .guide = guide}, device);
  CHECK(test::wrong_elements(result, {test::on_host(example)}) == 0);
  const std::vector<int> sources = download(result.provenance);
  index_t right = 0;
  for (index_t i = 0; i < kOut * kOut; ++i) {
    const std::size_t at = static_cast<std::size_t>(i);
    right += from[static_cast<std::size_t>(sources[3 * at + 1] * kSide + sources[3 * at + 2])] == to[at] ? 1 : 0;
  }
  return static_cast<double>(right) / (kOut * kOut);
}

}  // namespace

TEMPLATE_TEST_CASE("an output follows its guide", "[coherence][guide]", std::uint8_t, float) {
  CHECK(obedience<TestType>(1.0, 0.0f, 1.0f) > 0.9);
  CHECK(obedience<TestType>(1.0, -5.0f, -4.0f) > 0.9);  // differences count, not values
  CHECK(obedience<TestType>(0.0, 0.0f, 1.0f) < 0.8);    // without weight nobody asks it
}
