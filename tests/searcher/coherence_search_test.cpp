// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "searcher/field_checks.hpp"
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/searcher/coherence_search.hpp>
#include <pastiche/searcher/nearest_field.hpp>

using namespace pastiche;
using test::HostPicture;
using test::TestDevice;

static_assert(FieldSearcher<CoherenceSearch, std::uint8_t, TestDevice, SquaredDifference>);
static_assert(FieldSearcher<CoherenceSearch, double, TestDevice, AbsoluteDifference>);

namespace {

/// A problem over `picture` and `examples`, with sources to begin with where there are some.
template <class E>
struct Trial {
  TestDevice device;
  Tensor<E, 3, TestDevice> picture;
  std::vector<Tensor<E, 3, TestDevice>> examples;
  FieldOptions options;
  std::vector<int> start{};

  auto search(const CoherenceSearch& searcher) const {
    std::vector<TensorView<const E, 3, TestDevice>> views;
    for (const auto& example : examples) views.push_back(example.view());
    auto problem = detail::field_problem("test", device, picture.view(), views, options);
    const DeviceArray<int, TestDevice> begin(start, device);
    if (!start.empty()) problem.start = begin.data();
    return searcher.search(problem, SquaredDifference{});
  }
  auto errors(const CoherenceSearch& searcher, const test::Rating& rating = {}) const {
    std::vector<HostPicture<E>> host;
    for (const auto& example : examples) host.emplace_back(example);
    const auto wanted = detail::touching_patches(options.query_mask, picture.shape(0) - options.patch + 1,
                                                 picture.shape(1) - options.patch + 1, options.patch);
    return test::errors_of(search(searcher), HostPicture<E>(picture), host, options, SquaredDifference{}, rating,
                           wanted);
  }
};

template <class D>
double mean(const Tensor<D, 3, TestDevice>& distances) {
  double sum = 0;
  for (const D d : download(distances)) sum += static_cast<double>(d);
  return sum / static_cast<double>(distances.size());
}

}  // namespace

TEST_CASE("one right source spreads a pixel a sweep over a crop", "[searcher]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{30, 30, 3}, 1, device);
  // The picture is rows 4 to 19 and columns 7 to 21 of the example.
  const HostPicture<std::uint8_t> host(example);
  std::vector<int> whole;
  for (index_t i = 0; i < 16 * 15 * 3; ++i) whole.push_back(host(4 + i / 45, 7 + i / 3 % 15, i % 3));
  Trial<std::uint8_t> trial{
      device, test::picture<std::uint8_t>(Shape<3>{16, 15, 3}, whole, device), {example}, {.patch = 5}};
  trial.start.assign(12 * 11 * 3, 0);
  const std::size_t middle = 3 * (6 * 11 + 5);
  trial.start[middle + 1] = 10;
  trial.start[middle + 2] = 12;
  for (const int sweeps : {1, 3, 6}) {
    const auto field = trial.search({.alike = 0, .sweeps = sweeps});
    const auto distances = download(field.distances);
    for (int y = 0; y < 12; ++y) {
      for (int x = 0; x < 11; ++x) {
        const bool reached = std::max(std::abs(y - 6), std::abs(x - 5)) <= sweeps;
        if (reached) REQUIRE(distances[static_cast<std::size_t>(y * 11 + x)] == 0);
      }
    }
    if (sweeps == 1) CHECK(distances[0] > 0);
  }
}

TEST_CASE("alike places find more than coherence alone, and never less than the exact search", "[searcher]") {
  const TestDevice device;
  for (const int nearest : {1, 3}) {
    Trial<std::uint8_t> trial{
        device,
        test::pebbles(Shape<3>{24, 26, 3}, 1, device),
        {test::pebbles(Shape<3>{34, 30, 3}, 2, device), test::pebbles(Shape<3>{20, 30, 3}, 3, device)},
        {.patch = 5, .nearest = nearest, .seed = 4}};
    const auto errors = trial.errors({});
    CHECK(errors.unfit == 0);
    CHECK(errors.distance == 0.0);
    const auto exact = nearest_field(trial.picture, trial.examples, trial.options);
    const double best = mean(exact.distances), k = mean(trial.search({}).distances),
                 alone = mean(trial.search({.alike = 0}).distances);
    CHECK(best <= k);
    CHECK(k < alone);
    CHECK(k < 1.5 * best);
  }
}

TEST_CASE("prepared once is prepared for all, and threads change nothing", "[searcher]") {
  Trial<float> trial{TestDevice{},
                     test::pebbles<float>(Shape<3>{20, 21, 3}, 1, TestDevice{}),
                     {test::pebbles<float>(Shape<3>{22, 20, 3}, 2, TestDevice{})},
                     {.patch = 4, .seed = 5}};
  const std::uint64_t hash = test::hash_of(trial.search({}).sources);
  using View = TensorView<const float, 3, TestDevice>;
  const std::vector<View> views{trial.examples[0].view()};
  CoherenceSearch prepared;
  prepared.similar =
      prepared.prepare(detail::field_problem("test", trial.device, View(trial.picture.view()), views, trial.options),
                       SquaredDifference{});
  for (const TestDevice& device : test::device_variants()) {
    trial.device = device;
    CHECK(test::hash_of(trial.search(prepared).sources) == hash);
  }
  trial.options.patch = 5;
  CHECK_THROWS_AS(trial.search(prepared), InvalidArgument);
  CHECK_THROWS_AS(trial.search({.sweeps = 0}), InvalidArgument);
}

TEST_CASE("masks, windows and what is to be kept apart are obeyed", "[searcher]") {
  const TestDevice device;
  const auto picture = test::pebbles(Shape<3>{20, 22, 3}, 1, device);
  std::vector<std::uint8_t> mask(20 * 22, 1), looked(20 * 22, 0);
  for (std::size_t i = 0; i < 6 * 22; ++i) mask[i] = 0;
  for (std::size_t i = 0; i < 12 * 22; ++i) looked[i] = 1;
  FieldOptions options{.patch = 4, .seed = 3};
  options.example_masks = {{mask.data(), 20, 22}};
  options.query_mask = {looked.data(), 20, 22};
  CHECK(Trial<std::uint8_t>{device, picture, {picture}, options}.errors({}).unfit == 0);
  options = {.patch = 4, .seed = 3, .window = 12, .apart = 3};
  const auto sources = download(Trial<std::uint8_t>{device, picture, {picture}, options}.search({}).sources);
  int found = 0;
  for (int i = 0; i < 17 * 19; ++i) {
    const int* s = &sources[static_cast<std::size_t>(3 * i)];
    if (s[0] < 0) continue;
    ++found;
    const int off = std::max(std::abs(s[1] - i / 19), std::abs(s[2] - i % 19));
    REQUIRE((off <= 12 && off >= 3));
  }
  CHECK(found == 17 * 19);
}

TEST_CASE("within a small window of a large example everyone has a neighbour", "[searcher]") {
  const TestDevice device;
  const auto picture = test::pebbles(Shape<3>{96, 96, 1}, 1, device);
  const FieldOptions options{.patch = 5, .seed = 3, .window = 3};
  const auto field = Trial<std::uint8_t>{device, picture, {picture}, options}.search({.alike = 0});
  int found = 0;
  const auto sources = download(field.sources);
  for (std::size_t i = 0; i < sources.size(); i += 3) found += sources[i] >= 0 ? 1 : 0;
  CHECK(found == 92 * 92);
}
