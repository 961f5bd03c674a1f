// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda optimize=O0,O2,O3 simd_levels
// The exhaustive field of every form of every device against plain loops.
#include "searcher/field_checks.hpp"
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"
#include "support/textures.hpp"

#include <pastiche/searcher/exhaustive.hpp>

using namespace pastiche;
using test::HostPicture;
using test::TestDevice;

static_assert(FieldSearcher<ExhaustiveSearch, std::uint8_t, TestDevice, SquaredDifference>);
static_assert(FieldSearcher<ExhaustiveSearch, double, TestDevice, ChannelWeighted<AbsoluteDifference>>);

namespace {

/// A picture and examples, here and on the device.
template <class E>
struct Trial {
  std::vector<Tensor<E, 3, TestDevice>> examples;
  Tensor<E, 3, TestDevice> picture;
  FieldOptions options;
  test::Rating rating{};

  template <class Distance>
  auto search(const Distance& distance, const TestDevice& device) const {
    std::vector<TensorView<const E, 3, TestDevice>> views;
    for (const auto& example : examples) views.push_back(example.view());
    auto problem = detail::field_problem("test", device, picture.view(), views, options);
    if (!rating.factors.empty()) problem.factors = rating.factors.data();
    problem.bias = rating.bias;
    return ExhaustiveSearch{}.search(problem, distance);
  }

  /// On every form of the device: nothing may be unfit or of another rank beyond `tolerance`; and all the same.
  template <class Distance>
  void check(const Distance& distance, double tolerance) const {
    std::vector<HostPicture<E>> host;
    for (const auto& example : examples) host.emplace_back(example);
    const auto wanted =
        detail::touching_patches(options.query_mask, picture.shape(0) - (options.wrap_rows ? 0 : options.patch - 1),
                                 picture.shape(1) - (options.wrap_columns ? 0 : options.patch - 1), options.patch);
    std::uint64_t hash = 0;
    for (const TestDevice& device : test::device_variants()) {
      const auto field = search(distance, device);
      const std::uint64_t now = test::hash_of(field.sources) ^ 3 * test::hash_of(field.distances);
      if (hash != 0) {
        CHECK(now == hash);
        continue;
      }
      hash = now;
      const auto errors = test::errors_of(field, HostPicture<E>(picture), host, options, distance, rating, wanted);
      CHECK(errors.unfit == 0);
      CHECK(errors.rank <= tolerance);
      CHECK(errors.distance <= tolerance);
      if (tolerance == 0.0) CHECK(errors.sources == 0);
    }
  }
};

/// Noise of few levels, so that equal distances are common.
template <class E>
Tensor<E, 3, TestDevice> coarse(const Shape<3>& shape, std::uint64_t seed, std::uint32_t levels) {
  CounterRng rng(seed, 9, 0);
  std::vector<int> values(static_cast<std::size_t>(shape.size()));
  for (int& v : values) v = static_cast<int>(rng.below(levels) * (255 / (levels - 1)));
  return test::picture<E>(shape, values, TestDevice{});
}

constexpr double kRounding = 1e-5;

}  // namespace

TEST_CASE("8-bit fields are exact, of equal places the first is found", "[searcher]") {
  for (const std::uint32_t levels : {2u, 256u}) {
    Trial<std::uint8_t>{{coarse<std::uint8_t>({23, 38, 3}, 1, levels)},
                        coarse<std::uint8_t>({25, 21, 3}, 2, levels),
                        {.patch = levels == 2 ? 2 : 7}}
        .check(SquaredDifference{}, 0.0);
  }
  const auto flat = test::picture<std::uint8_t>({20, 20, 3}, std::vector<int>(1200, 77), TestDevice{});
  Trial<std::uint8_t>{{flat}, flat, {.patch = 5, .nearest = 3}}.check(SquaredDifference{}, 0.0);
}

TEST_CASE("a field over several tiles is exact", "[searcher]") {
  Trial<std::uint8_t>{{coarse<std::uint8_t>({9, 20, 1}, 1, 9)}, coarse<std::uint8_t>({71, 140, 1}, 2, 9), {.patch = 4}}
      .check(SquaredDifference{}, 0.0);
}

TEST_CASE("several neighbours, several examples, one too small for a patch", "[searcher]") {
  for (const int patch : {1, 4}) {
    for (const index_t channels : {1, 2, 5}) {
      Trial<std::uint8_t>{{coarse<std::uint8_t>({9, 11, channels}, 1, 3), coarse<std::uint8_t>({3, 30, channels}, 2, 3),
                           coarse<std::uint8_t>({8, 21, channels}, 3, 3)},
                          coarse<std::uint8_t>({10, 12, channels}, 4, 3),
                          {.patch = patch, .nearest = 5}}
          .check(SquaredDifference{}, 0.0);
    }
  }
}

TEST_CASE("more neighbours than places leave the rest empty", "[searcher]") {
  Trial<std::uint8_t>{
      {coarse<std::uint8_t>({4, 5, 3}, 1, 256)}, coarse<std::uint8_t>({5, 4, 3}, 2, 256), {.patch = 3, .nearest = 8}}
      .check(SquaredDifference{}, 0.0);
}

TEST_CASE("a picture that wraps is searched round its sides, even one smaller than a patch", "[searcher]") {
  for (const Shape<3>& shape : {Shape<3>{12, 14, 3}, Shape<3>{1, 2, 3}}) {
    FieldOptions options{.patch = 4, .nearest = 2, .wrap_rows = true, .wrap_columns = true};
    Trial<std::uint8_t>{{coarse<std::uint8_t>({13, 19, 3}, 1, 4)}, coarse<std::uint8_t>(shape, 2, 4), options}.check(
        SquaredDifference{}, 0.0);
  }
}

TEST_CASE("windows and distances to keep are obeyed", "[searcher]") {
  const auto picture = coarse<std::uint8_t>({18, 24, 3}, 1, 3);
  for (const int window : {0, 2, 9, 100}) {
    for (const int apart : {0, 4}) {
      if (window == 2 && apart == 4) continue;
      FieldOptions options{.patch = 3, .nearest = 2, .window = window, .apart = apart};
      Trial<std::uint8_t>{{picture, coarse<std::uint8_t>({6, 40, 3}, 2, 3)}, picture, options}.check(
          SquaredDifference{}, 0.0);
    }
  }
}

TEST_CASE("masks of examples and of what is looked up are obeyed", "[searcher]") {
  CounterRng rng(5, 0, 0);
  std::vector<std::uint8_t> stealable(24 * 30), looked(26 * 22, 0);
  for (auto& m : stealable) m = rng.below(20) != 0 ? 1 : 0;
  looked[3 * 22 + 4] = looked[20 * 22 + 19] = looked[21 * 22 + 2] = 1;
  FieldOptions options{.patch = 3, .nearest = 2};
  options.example_masks = {{stealable.data(), 24, 30}};
  options.query_mask = {looked.data(), 26, 22};
  Trial<std::uint8_t>{{coarse<std::uint8_t>({24, 30, 3}, 1, 6)}, coarse<std::uint8_t>({26, 22, 3}, 2, 6), options}
      .check(SquaredDifference{}, 0.0);
}

TEST_CASE("factors of places change ranks, not distances", "[searcher]") {
  const auto example = coarse<std::uint8_t>({17, 22, 3}, 1, 5);
  for (const float bias : {0.0f, 5000.0f, -3.0f}) {
    Trial<std::uint8_t> trial{{example}, coarse<std::uint8_t>({15, 18, 3}, 2, 5), {.patch = 3, .nearest = 3}};
    CounterRng rng(7, 0, 0);
    trial.rating.bias = bias;
    for (int i = 0; i < 15 * 20; ++i) trial.rating.factors.push_back(static_cast<float>(rng.below(4)) * 0.5f);
    trial.check(SquaredDifference{}, 0.0);
  }
  Trial<float> trial{{coarse<float>({17, 22, 3}, 1, 200)}, coarse<float>({15, 18, 3}, 2, 200), {.patch = 3}};
  CounterRng rng(8, 0, 0);
  trial.rating.bias = 0.25f;
  for (int i = 0; i < 15 * 20; ++i) trial.rating.factors.push_back(1.0f + rng.uniform());
  trial.check(AbsoluteDifference{}, kRounding);
}

TEST_CASE("scalars are searched to rounding, equal patches found first", "[searcher]") {
  FieldOptions options{.patch = 5, .nearest = 2};
  Trial<float>{{coarse<float>({30, 20, 3}, 1, 256)}, coarse<float>({22, 21, 3}, 2, 256), options}.check(
      SquaredDifference{}, kRounding);
  Trial<double>{{coarse<double>({20, 30, 2}, 1, 256)}, coarse<double>({15, 21, 2}, 2, 256), options}.check(
      ChannelWeighted<AbsoluteDifference>{{2.0f, 0.5f}}, 1e-12);
  Trial<std::uint16_t>{
      {coarse<std::uint16_t>({20, 30, 1}, 1, 256)}, coarse<std::uint16_t>({15, 21, 1}, 2, 256), options}
      .check(SquaredDifference{}, kRounding);
  Trial<std::uint8_t>{{coarse<std::uint8_t>({20, 30, 3}, 1, 256)}, coarse<std::uint8_t>({15, 21, 3}, 2, 256), options}
      .check(AbsoluteDifference{}, kRounding);
  // A picture in itself, twice: every patch finds its first copy, at no distance at all.
  const auto picture = coarse<float>({30, 20, 3}, 1, 256);
  const Trial<float> twice{{picture, picture}, picture, {.patch = 5, .nearest = 2}};
  const auto field = twice.search(SquaredDifference{}, TestDevice{});
  int wrong = 0;
  const auto sources = download(field.sources);
  const auto distances = download(field.distances);
  for (int i = 0; i < 26 * 16; ++i) {
    for (int k = 0; k < 2; ++k) {
      const int* s = &sources[static_cast<std::size_t>(6 * i + 3 * k)];
      if (s[0] != k || s[1] != i / 16 || s[2] != i % 16) ++wrong;
      if (distances[static_cast<std::size_t>(2 * i + k)] != 0.0f) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("patches too large for the sums of the sweep are searched as well", "[searcher]") {
  const auto white = test::picture<std::uint8_t>({41, 42, 3}, std::vector<int>(41 * 42 * 3, 255), TestDevice{});
  const auto black = test::picture<std::uint8_t>({41, 41, 3}, std::vector<int>(41 * 41 * 3, 0), TestDevice{});
  Trial<std::uint8_t>{{white}, black, {.patch = 40}}.check(SquaredDifference{}, 0.0);
  Trial<std::uint8_t>{{white}, black, {.patch = 36}}.check(SquaredDifference{}, 0.0);  // the largest of the sweep
}
