// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/texture/quilting.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

/// Huber's distance as a user writes it for scalars.
struct ScalarHuber {
  template <class S>
  PASTICHE_HD constexpr S operator()(S a, S b) const noexcept {
    const S d = a < b ? b - a : a - b;
    return d < S(0.25) ? d * d : S(0.5) * d - S(0.0625);
  }
};

/// The same for registers.
struct VectorHuber {
  static constexpr bool takes_vectors = true;
  template <class V>
  PASTICHE_INLINE constexpr V operator()(const V& a, const V& b) const noexcept {
    const V d = abs_of(a - b);
    return select(d < V(0.25f), d * d, V(0.5f) * d - V(0.0625f));
  }
};

static_assert(ElementDistance<ScalarHuber, float> && ElementDistance<ScalarHuber, double>);
static_assert(ElementDistance<VectorHuber, float> && ElementDistance<VectorHuber, double>);
static_assert(ElementDistance<ChannelWeighted<VectorHuber>, float>);
static_assert(ChannelWeighted<VectorHuber>::takes_vectors && !ChannelWeighted<ScalarHuber>::takes_vectors);

bool same_sources(const std::vector<PlacedBlock>& a, const std::vector<PlacedBlock>& b) {
  bool same = a.size() == b.size();
  for (std::size_t i = 0; same && i < a.size(); ++i) {
    same = a[i].source.example == b[i].source.example && a[i].source.row == b[i].source.row &&
           a[i].source.column == b[i].source.column;
  }
  return same;
}

constexpr QuiltOptions kOptions{.size = {60, 70}, .block = 12, .overlap = 4, .seed = 5};

}  // namespace

TEMPLATE_TEST_CASE("the models are what they say", "[distance]", float, double) {
  using S = TestType;
  CHECK(SquaredDifference{}(S(3), S(5.5)) == S(6.25));
  CHECK(AbsoluteDifference{}(S(3), S(5.5)) == S(2.5));
  CHECK(AbsoluteDifference{}(S(5.5), S(3)) == S(2.5));
  CHECK(ChannelWeighted<>{}(S(3), S(5.5)) == S(6.25));
  CHECK(ChannelWeighted<AbsoluteDifference>{}(S(3), S(5.5)) == S(2.5));
}

TEST_CASE("channels have weights, 1 unless told otherwise", "[distance]") {
  const ChannelWeighted<> weighted{{2.0f, 0.0f, 0.5f}};
  CHECK(channel_weight_of(weighted, 0) == 2.0f);
  CHECK(channel_weight_of(weighted, 1) == 0.0f);
  CHECK(channel_weight_of(weighted, 2) == 0.5f);
  CHECK(channel_weight_of(ChannelWeighted<>{}, 7) == 1.0f);
  CHECK(channel_weight_of(weighted, 8) == 1.0f);
  CHECK(channel_weight_of(weighted, 1000) == 1.0f);
  CHECK(channel_weight_of(SquaredDifference{}, 0) == 1.0f);
}

TEST_CASE("a channel of weight 0 has no say", "[distance]") {
  const TestDevice device;
  std::vector<int> levels = test::pebble_levels(Shape<3>{40, 44, 3}, 1, 6), changed = levels;
  CounterRng rng(1, 0, 0);
  for (std::size_t i = 1; i < changed.size(); i += 3) changed[i] = static_cast<int>(rng.below(256));
  const ChannelWeighted<> deaf{{1.0f, 0.0f, 1.0f}};
  const auto a = quilt(test::picture<float>(Shape<3>{40, 44, 3}, levels, device), kOptions, deaf, device);
  const auto b = quilt(test::picture<float>(Shape<3>{40, 44, 3}, changed, device), kOptions, deaf, device);
  CHECK(same_sources(a.blocks, b.blocks));
  const auto c = quilt(test::picture<float>(Shape<3>{40, 44, 3}, changed, device), kOptions, device);
  CHECK_FALSE(same_sources(a.blocks, c.blocks));
}

TEST_CASE("a weight of 4 is a channel twice as strong", "[distance]") {
  // Powers of two: the same roundings.
  const TestDevice device;
  std::vector<float> values, stronger;
  for (const int level : test::pebble_levels(Shape<3>{40, 44, 2}, 2, 6))
    values.push_back(static_cast<float>(level) / 256);
  stronger = values;
  for (std::size_t i = 1; i < stronger.size(); i += 2) stronger[i] *= 2.0f;
  const auto a =
      quilt(upload<TestDevice>(Shape<3>{40, 44, 2}, values, device), kOptions, ChannelWeighted<>{{1.0f, 4.0f}}, device);
  const auto b = quilt(upload<TestDevice>(Shape<3>{40, 44, 2}, stronger, device), kOptions, device);
  CHECK(same_sources(a.blocks, b.blocks));
}

TEMPLATE_TEST_CASE("a user's distance, for scalars or for registers, decides alike", "[distance]", std::uint8_t,
                   float) {
  for (const TestDevice& device : test::device_variants()) {
    const auto example = test::pebbles<TestType>(Shape<3>{40, 44, 3}, 3, device);
    const auto a = quilt(example, kOptions, ScalarHuber{}, device), b = quilt(example, kOptions, VectorHuber{}, device);
    CHECK(same_sources(a.blocks, b.blocks));
    CHECK(test::hash_of(a.image) == test::hash_of(b.image));
  }
}
