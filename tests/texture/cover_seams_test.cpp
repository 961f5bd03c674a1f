// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/texture/cover_seams.hpp>
#include <pastiche/texture/quilting.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

std::size_t at(index_t i) {
  return static_cast<std::size_t>(i);
}

/// Sources of a picture: pixel (y, x) from (y, x + shift) where `right` says so, else from (y, x).
std::vector<int> shifted(index_t height, index_t width, index_t from_column, int shift) {
  std::vector<int> source;
  for (index_t y = 0; y < height; ++y) {
    for (index_t x = 0; x < width; ++x) {
      source.insert(source.end(), {0, static_cast<int>(y), static_cast<int>(x) + (x >= from_column ? shift : 0)});
    }
  }
  return source;
}

Tensor<int, 3, TestDevice> provenance_of(const Shape<2>& size, const std::vector<int>& source) {
  return upload<TestDevice>(Shape<3>{{size[0], size[1], 3}}, source);
}

/// The picture that a provenance names.
template <class E>
Tensor<E, 3, TestDevice> replayed(const Tensor<E, 3, TestDevice>& example, const Shape<2>& size,
                                  const std::vector<int>& source) {
  const std::vector<E> from = download(example);
  const index_t channels = example.shape(2), width = example.shape(1);
  std::vector<E> made(at(size[0] * size[1] * channels), E{});
  for (index_t p = 0; p < size[0] * size[1]; ++p) {
    if (source[at(3 * p)] < 0) continue;
    const index_t i = source[at(3 * p + 1)] * width + source[at(3 * p + 2)];
    for (index_t c = 0; c < channels; ++c) made[at(p * channels + c)] = from[at(i * channels + c)];
  }
  return upload<TestDevice>(Shape<3>{{size[0], size[1], channels}}, made);
}

template <class E>
double mean_of(const std::vector<E>& values) {
  double sum = 0;
  for (const E& value : values) sum += static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

/// A gentle texture, 40 levels brighter from column 40 on.
Tensor<std::uint8_t, 3, TestDevice> two_tones() {
  std::vector<int> levels;
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 80; ++x) levels.push_back(90 + 4 * ((x + y) % 3) + (x >= 40 ? 40 : 0));
  }
  return test::picture<std::uint8_t>(Shape<3>{32, 80, 1}, levels, TestDevice{});
}

}  // namespace

TEMPLATE_TEST_CASE("a picture without seams is left as it is", "[cover_seams]", std::uint8_t, std::uint16_t, float,
                   double, Half) {
  const auto example = test::pebbles<TestType>(Shape<3>{30, 41, 3}, 1, TestDevice{});
  const auto source = shifted(30, 41, 41, 0);
  const auto covered = cover_seams(example, provenance_of({{30, 41}}, source), example);
  const auto got = download(covered), expected = download(example);
  double most = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    most = std::fmax(most, std::fabs(to_scalar<double>(got[i]) - to_scalar<double>(expected[i])));
  }
  CHECK(most <= (sizeof(TestType) == 1 ? 0.0 : std::same_as<TestType, Half> ? 1e-3 : 2e-5));
}

TEST_CASE("a step between two tones becomes a slope, and the mean stays", "[cover_seams]") {
  const auto example = two_tones();
  const auto source = shifted(32, 40, 20, 39);  // the right half is 40 levels brighter; the pattern goes on
  const auto picture = replayed(example, {{32, 40}}, source);
  const auto before = download(picture);
  const auto after =
      download(cover_seams(picture, provenance_of({{32, 40}}, source), example, {}, PoissonBlend{.screening = 0.02}));
  int steepest = 0;
  for (std::size_t y = 0; y < 32; ++y) {
    CHECK(std::abs(before[y * 40 + 20] - before[y * 40 + 19]) >= 32);
    for (std::size_t x = 1; x < 40; ++x)
      steepest = std::max(steepest, std::abs(after[y * 40 + x] - after[y * 40 + x - 1]));
  }
  CHECK(steepest <= 14);  // 8 are the texture's own
  CHECK(std::fabs(mean_of(before) - mean_of(after)) < 0.5);
}

TEST_CASE("along an axis that tiles the seam at the border is covered too", "[cover_seams]") {
  const auto example = test::pebbles<double>(Shape<3>{40, 44, 1}, 3, TestDevice{});
  const index_t h = 24, w = 26;
  std::vector<int> source;
  for (index_t p = 0; p < h * w; ++p) {  // pieces of 6 by 13
    const int piece = static_cast<int>(p / w / 6 * 2 + p % w / 13);
    source.insert(source.end(), {0, static_cast<int>(p / w % 6) + 4 * piece, static_cast<int>(p % w % 13) + 3 * piece});
  }
  // Rolled, solved and rolled back, it is the same picture.
  const index_t dy = 5, dx = 11;
  std::vector<int> rolled(source.size());
  for (index_t p = 0; p < h * w; ++p) {
    const index_t q = (p / w + dy) % h * w + (p % w + dx) % w;
    for (index_t k = 0; k < 3; ++k) rolled[at(3 * q + k)] = source[at(3 * p + k)];
  }
  const PoissonBlend blend{.screening = 0.01, .tolerance = 1e-9};
  const auto solve = [&](const std::vector<int>& from, Tiling tiling) {
    return download(cover_seams(replayed(example, {{h, w}}, from), provenance_of({{h, w}}, from), example,
                                {.tiling = tiling}, blend));
  };
  const auto one = solve(source, Tiling::xy), other = solve(rolled, Tiling::xy), open = solve(source, Tiling::none);
  double most = 0, without = 0;
  for (index_t p = 0; p < h * w; ++p) {
    const index_t q = (p / w + dy) % h * w + (p % w + dx) % w;
    most = std::fmax(most, std::fabs(one[at(p)] - other[at(q)]));
    without = std::fmax(without, std::fabs(one[at(p)] - open[at(p)]));
  }
  CHECK(most < 1e-7);
  CHECK(without > 1e-3);
}

TEST_CASE("what may not be stolen is not looked at, what was not made stays", "[cover_seams]") {
  auto example = test::pebbles<float>(Shape<3>{20, 40, 1}, 3, TestDevice{});
  auto poisoned = download(example);
  std::vector<std::uint8_t> allowed(at(20 * 40), 1);
  for (std::size_t y = 0; y < 20; ++y) {
    for (std::size_t x = 16; x < 24; ++x) {
      allowed[y * 40 + x] = 0;
      poisoned[y * 40 + x] = 1e6f;
    }
  }
  const auto bad = upload<TestDevice>(Shape<3>{20, 40, 1}, poisoned);
  auto source = shifted(20, 32, 16, 8);  // both sides end at the forbidden columns
  for (std::size_t p = 5 * 32; p < 6 * 32; ++p) source[3 * p] = source[3 * p + 1] = source[3 * p + 2] = -1;
  auto picture = replayed(bad, {{20, 32}}, source);
  const Mask2 mask{allowed.data(), 20, 40, 40};
  const auto got = download(cover_seams(picture, provenance_of({{20, 32}}, source), bad, {.example_masks = {mask}}));
  for (std::size_t p = 0; p < got.size(); ++p) {
    if (p / 32 == 5) CHECK(got[p] == 0.0f);
    CHECK(std::fabs(got[p]) < 2.0f);
  }
}

TEST_CASE("quilt() finishes with it: the same as covering the seams afterwards", "[cover_seams][quilt]") {
  std::vector<std::uint8_t> wanted;
  for (index_t i = 0; i < 70 * 66; ++i) wanted.push_back(i / 66 > 20 && i / 66 < 30 && i % 66 > 40 ? 0 : 1);
  const Mask2 mask{wanted.data(), 70, 66, 66};
  for (const TestDevice& device : test::device_variants()) {
    const auto example = test::pebbles(Shape<3>{50, 60, 3}, 3, device);
    QuiltOptions options{.size = {70, 66}, .block = 16, .seed = 3, .tiling = Tiling::y, .output_mask = mask};
    const auto without = quilt(example, options, device);
    const auto plain = quilt(example, options, PoissonBlend{}, device);
    CHECK(plain.provenance.size() == 0);
    CHECK(plain.mixed.size() == 0);
    options.provenance = true;
    const auto traced = quilt(example, options, PoissonBlend{}, device);
    const auto covered = cover_seams(without.image, traced.provenance, example, {.tiling = Tiling::y});
    CHECK(download(plain.image) == download(covered));
    CHECK(download(traced.image) == download(covered));

    const auto before = download(without.image), after = download(traced.image);
    const auto mixed = download(traced.mixed);
    index_t changed = 0;
    for (std::size_t p = 0; p < mixed.size(); ++p) {
      const bool same = std::equal(&before[3 * p], &before[3 * p] + 3, &after[3 * p]);
      CHECK((mixed[p] == 0) == same);
      changed += same ? 0 : 1;
      if (wanted[p] == 0) CHECK((after[3 * p] == 0 && mixed[p] == 0));
    }
    CHECK(changed > 500);
  }
}

TEST_CASE("a quilt that was stopped is not finished", "[cover_seams][quilt]") {
  const auto example = test::pebbles(Shape<3>{50, 60, 1}, 3, TestDevice{});
  QuiltOptions options{.size = {70, 66}, .block = 16, .seed = 3, .provenance = true};
  const auto watch = [](const Progress& p) { return p.step > 8 ? Flow::stop : Flow::proceed; };
  const auto result = quilt(example, options, PoissonBlend{}, watch);
  CHECK(result.reason == StopReason::observer);
  for (const std::uint8_t m : download(result.mixed)) CHECK(m == 0);
}

TEST_CASE("cover_seams says what is wrong", "[cover_seams]") {
  const auto example = test::pebbles(Shape<3>{10, 12, 3}, 1, TestDevice{});
  const auto good = shifted(10, 12, 12, 0);
  CHECK_THROWS_WITH(cover_seams(example, provenance_of({{12, 10}}, good), example),
                    "cover_seams: size of the provenance is 12 by 10 by 3; expected 10 by 12 by 3");
  for (std::size_t k = 0; k < 3; ++k) {
    auto bad = good;
    bad[3 * 7 + k] = 12;
    CHECK_THROWS_WITH(cover_seams(example, provenance_of({{10, 12}}, bad), example),
                      "cover_seams: number of sources in no example is 1; expected none");
  }
  CHECK_THROWS_AS(cover_seams(example, provenance_of({{10, 12}}, good), example, {}, PoissonBlend{.screening = 0.0}),
                  InvalidArgument);
  const auto gray = test::pebbles(Shape<3>{10, 12, 1}, 1, TestDevice{});
  CHECK_THROWS_AS(cover_seams(example, provenance_of({{10, 12}}, good), gray), InvalidArgument);
}
