// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"
#include "support/textures.hpp"

#include <pastiche/searcher/patch_match.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

template <class E>
using Picture = Tensor<E, 3, TestDevice>;

template <class E>
FieldProblem<E, TestDevice> problem_of(const Picture<E>& picture, const std::vector<Picture<E>>& examples,
                                       const FieldOptions& options, const TestDevice& device) {
  std::vector<TensorView<const E, 3, TestDevice>> views;
  for (const auto& example : examples) views.push_back(example.view());
  return detail::field_problem<E, TestDevice>("test", device, picture.view(), views, options);
}

/// The distance of two patches from the definition, in units of `D`.
template <class D, class E>
double direct(const Picture<E>& picture, const Picture<E>& example, int patch, index_t y, index_t x, index_t v,
              index_t u) {
  const std::vector<E> a = download(picture), b = download(example);
  const index_t channels = picture.shape(2);
  double sum = 0.0;
  for (index_t i = 0; i < patch; ++i) {
    for (index_t j = 0; j < patch; ++j) {
      for (index_t c = 0; c < channels; ++c) {
        const index_t at =
            (wrap(y + i, picture.shape(0)) * picture.shape(1) + wrap(x + j, picture.shape(1))) * channels;
        const index_t from = ((v + i) * example.shape(1) + u + j) * channels;
        const double left = static_cast<double>(a[static_cast<std::size_t>(at + c)]);
        const double right = static_cast<double>(b[static_cast<std::size_t>(from + c)]);
        sum += (left - right) * (left - right);
      }
    }
  }
  return sum;
}

/// The number of patches of a field whose distances are not those of their sources, or not in rising order.
template <class E, class D>
index_t wrong_patches(const Picture<E>& picture, const std::vector<Picture<E>>& examples,
                      const NearestField<D, TestDevice>& field) {
  const std::vector<int> sources = download(field.sources);
  const std::vector<D> distances = download(field.distances);
  const index_t columns = field.sources.shape(1), nearest = field.sources.shape(2);
  index_t wrong = 0;
  for (index_t i = 0; i < static_cast<index_t>(distances.size()); i += 37) {  // a sample is enough
    const int* s = sources.data() + 3 * i;
    const index_t patch = i / nearest;
    if (s[0] < 0) continue;
    const double expected = direct<D>(picture, examples[static_cast<std::size_t>(s[0])], field.patch, patch / columns,
                                      patch % columns, s[1], s[2]);
    const double found = static_cast<double>(distances[static_cast<std::size_t>(i)]);
    const bool near = std::abs(found - expected) <= (std::integral<D> ? 0.0 : 1e-4 * expected + 1e-6);
    const bool rises =
        i % nearest == 0 || distances[static_cast<std::size_t>(i - 1)] <= distances[static_cast<std::size_t>(i)];
    wrong += near && rises ? 0 : 1;
  }
  return wrong;
}

template <class D>
double mean(const NearestField<D, TestDevice>& field) {
  double sum = 0.0;
  for (const D d : download(field.distances)) sum += static_cast<double>(d);
  return sum / static_cast<double>(field.distances.size());
}

}  // namespace

TEMPLATE_TEST_CASE("distances are those of the sources", "[patch_match]", std::uint8_t, float, double) {
  const TestDevice device;
  const auto picture = test::pebbles<TestType>(Shape<3>{40, 37, 3}, 1, device);
  const std::vector<Picture<TestType>> examples{test::pebbles<TestType>(Shape<3>{33, 41, 3}, 2, device),
                                                test::pebbles<TestType>(Shape<3>{5, 50, 3}, 3, device),
                                                test::pebbles<TestType>(Shape<3>{20, 21, 3}, 4, device)};
  for (const int patch : {1, 3, 6}) {
    for (const int nearest : {1, 4}) {
      const auto problem = problem_of(picture, examples, {.patch = patch, .nearest = nearest, .seed = 5}, device);
      const auto field = PatchMatch{.sweeps = 2, .tile = 16}.search(problem, SquaredDifference{});
      CHECK(field.sources.shape() == Shape<4>{41 - patch, 38 - patch, nearest, 3});
      CHECK(wrong_patches(picture, examples, field) == 0);
    }
  }
}

TEST_CASE("patches of any width are compared whole", "[patch_match]") {
  // Rows of 1 to 120 elements: less than a register, several, and every remainder between.
  const TestDevice device;
  for (const int channels : {1, 2, 3, 5}) {
    for (const int patch : {1, 4, 7, 16, 24}) {
      const std::vector<Picture<std::uint8_t>> examples{
          test::noise<TestDevice, std::uint8_t>(Shape<3>{30, 30, channels}, 2, device)};
      const auto picture = test::noise<TestDevice, std::uint8_t>(Shape<3>{28, 31, channels}, 1, device);
      const auto field =
          PatchMatch{.sweeps = 1}.search(problem_of(picture, examples, {.patch = patch}, device), SquaredDifference{});
      CHECK(wrong_patches(picture, examples, field) == 0);
    }
  }
}

TEST_CASE("the field does not depend on the threads, nor 8-bit ones on the instruction set", "[patch_match]") {
  const auto field_hash = [](const TestDevice& device) {
    const std::vector<Picture<std::uint8_t>> examples{test::pebbles(Shape<3>{90, 70, 3}, 2, device)};
    const auto picture = test::pebbles(Shape<3>{120, 130, 3}, 1, device);
    const auto field = PatchMatch{.tile = 32}.search(problem_of(picture, examples, {.nearest = 2, .seed = 3}, device),
                                                     SquaredDifference{});
    return test::hash_of(field.sources) ^ test::hash_of(field.distances);
  };
  for (const TestDevice& device : test::device_variants()) CHECK(field_hash(device) == 0x6bfc2a29f8b6236c);
}

TEST_CASE("a picture cut from the example is found again", "[patch_match]") {
  const TestDevice device;
  const auto example = test::noise<TestDevice, std::uint8_t>(Shape<3>{80, 80, 3}, 1, device);
  const std::vector<std::uint8_t> all = download(example);
  std::vector<std::uint8_t> cut;
  for (index_t y = 0; y < 40; ++y) {
    for (index_t i = 0; i < 40 * 3; ++i) cut.push_back(all[static_cast<std::size_t>((y + 17) * 240 + 23 * 3 + i)]);
  }
  const auto picture = upload<TestDevice>(Shape<3>{40, 40, 3}, cut, device);
  const auto field = PatchMatch{.sweeps = 8}.search(problem_of(picture, {example}, {}, device), SquaredDifference{});
  const std::vector<int> sources = download(field.sources);
  index_t right = 0;
  for (index_t i = 0; i < 34 * 34; ++i) {
    right += sources[static_cast<std::size_t>(3 * i + 1)] == i / 34 + 17 &&
             sources[static_cast<std::size_t>(3 * i + 2)] == i % 34 + 23;
  }
  CHECK(right == 34 * 34);
}

TEST_CASE("more sweeps come nearer, and near to the best there is", "[patch_match]") {
  const TestDevice device;
  const std::vector<Picture<std::uint8_t>> examples{test::pebbles(Shape<3>{48, 48, 3}, 2, device)};
  const auto picture = test::pebbles(Shape<3>{48, 48, 3}, 1, device);
  const auto problem = problem_of(picture, examples, {.patch = 5}, device);
  double best = 0.0;
  const std::vector<std::uint8_t> a = download(picture), b = download(examples[0]);
  for (index_t p = 0; p < 44 * 44; ++p) {
    std::int32_t least = 0x7fffffff;
    for (index_t q = 0; q < 44 * 44; ++q) {
      std::int32_t sum = 0;
      for (index_t i = 0; i < 5 && sum < least; ++i) {
        for (index_t j = 0; j < 15; ++j) {
          const std::int32_t d = a[static_cast<std::size_t>((p / 44 + i) * 144 + p % 44 * 3 + j)] -
                                 b[static_cast<std::size_t>((q / 44 + i) * 144 + q % 44 * 3 + j)];
          sum += d * d;
        }
      }
      least = min_of(least, sum);
    }
    best += least / (44.0 * 44.0);
  }
  const double one = mean(PatchMatch{.sweeps = 1}.search(problem, SquaredDifference{}));
  const double five = mean(PatchMatch{}.search(problem, SquaredDifference{}));
  const double many = mean(PatchMatch{.sweeps = 30}.search(problem, SquaredDifference{}));
  CHECK(five < one);
  CHECK(many <= five);
  CHECK(many >= best);
  CHECK(five < 1.15 * best);
  CHECK(many < 1.05 * best);
}

TEST_CASE("masks, windows and distance from home are obeyed", "[patch_match]") {
  const TestDevice device;
  const std::vector<Picture<std::uint8_t>> examples{test::pebbles(Shape<3>{40, 40, 3}, 1, device),
                                                    test::pebbles(Shape<3>{30, 30, 3}, 2, device)};
  std::vector<std::uint8_t> open(1600, 1), wanted(1600, 0);
  for (std::size_t i = 0; i < 1600; ++i) open[i] = i % 40 < 20 ? 1 : 0;
  wanted[20 * 40 + 20] = 1;
  FieldOptions options{.patch = 5, .nearest = 2};
  options.example_masks = {{open.data(), 40, 40}, {}};
  options.query_mask = {wanted.data(), 40, 40};
  const auto masked = PatchMatch{}.search(problem_of(examples[0], examples, options, device), SquaredDifference{});
  std::vector<int> sources = download(masked.sources);
  bool obeyed = true;
  for (index_t i = 0; i < 36 * 36 * 2; ++i) {
    const int* s = sources.data() + 3 * i;
    const index_t y = i / 2 / 36, x = i / 2 % 36;
    const bool asked = y <= 20 && y > 15 && x <= 20 && x > 15;
    obeyed = obeyed && (s[0] >= 0) == asked && (s[0] != 0 || s[2] + 5 <= 20);
  }
  CHECK(obeyed);

  FieldOptions near{.patch = 5, .window = 6, .apart = 3};
  const auto field = PatchMatch{}.search(problem_of(examples[0], {examples[0]}, near, device), SquaredDifference{});
  sources = download(field.sources);
  bool within = true;
  for (index_t i = 0; i < 36 * 36; ++i) {
    const int* s = sources.data() + 3 * i;
    const index_t off = max_of(abs_of(s[1] - i / 36), abs_of(s[2] - i % 36));
    within = within && s[0] == 0 && off <= 6 && off >= 3;
  }
  CHECK(within);
}

TEST_CASE("within a small window of a large example everyone has a neighbour, but NaN has none", "[patch_match]") {
  const TestDevice device;
  std::vector<float> values;
  for (const std::uint8_t v : download(test::pebbles(Shape<3>{96, 96, 1}, 1, device))) {
    values.push_back(static_cast<float>(v) / 255.0f);
  }
  const FieldOptions options{.patch = 5, .window = 3};
  const auto field_of = [&] {
    const auto picture = upload<TestDevice>(Shape<3>{{96, 96, 1}}, values, device);
    return PatchMatch{.sweeps = 1}.search(problem_of(picture, {picture}, options, device), SquaredDifference{});
  };
  int found = 0, odd = 0;
  const std::vector<int> sources = download(field_of().sources);
  for (std::size_t i = 0; i < sources.size(); i += 3) found += sources[i] >= 0 ? 1 : 0;
  CHECK(found == 92 * 92);
  values[40 * 96 + 40] = std::nanf("");
  for (const float d : download(field_of().distances)) odd += std::isnan(d) ? 1 : 0;
  CHECK(odd == 0);
}

TEST_CASE("what is dear is avoided", "[patch_match]") {
  const TestDevice device;
  const std::vector<Picture<std::uint8_t>> examples{test::pebbles(Shape<3>{40, 40, 3}, 1, device)};
  auto problem = problem_of(examples[0], examples, {.patch = 5, .seed = 1}, device);
  std::vector<float> factors(36 * 36);
  for (std::size_t i = 0; i < factors.size(); ++i) factors[i] = i % 36 < 18 ? 1.0f : 1e6f;
  problem.factors = factors.data();
  problem.bias = 1.0f;
  const auto field = PatchMatch{}.search(problem, SquaredDifference{});
  const std::vector<int> sources = download(field.sources);
  index_t dear = 0;
  for (std::size_t i = 0; i < sources.size(); i += 3) dear += sources[i + 2] >= 18 ? 1 : 0;
  CHECK(dear == 0);
  CHECK(wrong_patches(examples[0], examples, field) == 0);  // distances are plain
}

TEST_CASE("a picture may wrap, and a search begin where another ended", "[patch_match]") {
  const TestDevice device;
  const std::vector<Picture<std::uint8_t>> examples{test::pebbles(Shape<3>{30, 30, 3}, 2, device)};
  const auto picture = test::pebbles(Shape<3>{24, 20, 3}, 1, device);
  auto problem = problem_of(picture, examples, {.patch = 5, .wrap_rows = true, .wrap_columns = true}, device);
  const auto field = PatchMatch{}.search(problem, SquaredDifference{});
  CHECK(field.sources.shape() == Shape<4>{24, 20, 1, 3});
  CHECK(wrong_patches(picture, examples, field) == 0);
  problem.start = field.sources.data();
  const auto again = PatchMatch{.sweeps = 0}.search(problem, SquaredDifference{});
  CHECK(download(again.sources) == download(field.sources));
  CHECK(download(again.distances) == download(field.distances));
}

TEST_CASE("settings out of range are refused", "[patch_match]") {
  const TestDevice device;
  const std::vector<Picture<std::uint8_t>> examples{test::pebbles(Shape<3>{20, 20, 3}, 2, device)};
  const auto problem = problem_of(examples[0], examples, {}, device);
  CHECK_THROWS_AS((PatchMatch{.sweeps = -1}.search(problem, SquaredDifference{})), InvalidArgument);
  CHECK_THROWS_AS((PatchMatch{.tile = 4}.search(problem, SquaredDifference{})), InvalidArgument);
  CHECK_THROWS_AS((PatchMatch{.radius = -1}.search(problem, SquaredDifference{})), InvalidArgument);
  CHECK_THROWS_AS(problem_of(examples[0], examples, {.patch = 21}, device), InvalidArgument);
  CHECK_THROWS_AS(problem_of(examples[0], {}, {}, device), InvalidArgument);
  CHECK_THROWS_AS(problem_of(examples[0], examples, {.patch = 0}, device), InvalidArgument);
  const std::vector<std::uint8_t> none(400, 0);
  FieldOptions options;
  options.example_masks = {{none.data(), 20, 20}};
  CHECK_THROWS_AS(problem_of(examples[0], examples, options, device), InvalidArgument);
}
