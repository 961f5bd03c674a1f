// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda optimize=O0,O2,O3 simd_levels
// The search of every form of every device against sums made pixel by pixel here.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"

#include <pastiche/primitive/block_search.hpp>

#include <cmath>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

struct Sizes {
  int height, width;  ///< of a block
  Shape<2> output;
  index_t channels;
  std::vector<Shape<2>> examples;
};

/// Everything a search is asked, and the same on the host.
template <class E>
struct Trial {
  TestDevice device;
  std::vector<Tensor<E, 3, TestDevice>> examples;
  Tensor<E, 3, TestDevice> output;
  std::vector<BlockShape> shapes;
  std::vector<BlockQuery> queries;
  Sizes sizes;

  Trial(const TestDevice& d, const Sizes& s, std::vector<BlockShape> known, std::uint64_t seed)
      : device{d},
        output(test::noise<TestDevice, E>({s.output[0], s.output[1], s.channels}, seed, d)),
        shapes(std::move(known)),
        sizes(s) {
    for (const Shape<2>& size : s.examples) {
      examples.push_back(test::noise<TestDevice, E>({size[0], size[1], s.channels}, ++seed, d));
    }
    CounterRng rng(seed, 5, 0);
    for (int q = 0; q < static_cast<int>(shapes.size()); ++q) {
      queries.push_back({static_cast<int>(rng.below(static_cast<std::uint32_t>(s.output[0]))),
                         static_cast<int>(rng.below(static_cast<std::uint32_t>(s.output[1]))), q});
    }
  }

  template <class Distance>
  auto search(const Distance& distance) const {
    std::vector<TensorView<const E, 3, TestDevice>> views;
    for (const auto& example : examples) views.push_back(example.view());
    const int count = static_cast<int>(queries.size());
    const BlockProblem<E, TestDevice> problem{
        device, views, sizes.height, sizes.width, Places(views, sizes.height, sizes.width), shapes, count};
    primitive::BlockSearch<E, TestDevice, Distance> engine(problem, distance);
    DeviceArray<BlockQuery, TestDevice> asked(queries, device);
    DeviceArray<distance_sum_t<Distance, E>, TestDevice> sums(count * problem.places.size(), device);
    engine(output.view(), asked.data(), count, sums.data());
    return sums.download();
  }

  /// term(have, could, channel) summed in Sum, in the order of the places.
  template <class Sum, class TermOf>
  std::vector<Sum> reference(const TermOf& term) const {
    std::vector<Sum> all;
    const std::vector<E> have = download(output);
    for (const BlockQuery& query : queries) {
      for (const auto& example : examples) {
        const std::vector<E> could = download(example);
        for (index_t row = 0; row + sizes.height <= example.shape(0); ++row) {
          for (index_t column = 0; column + sizes.width <= example.shape(1); ++column) {
            Sum sum = 0;
            for (const PixelRun& run : shapes[static_cast<std::size_t>(query.shape)].runs) {
              const index_t y = (query.row + run.row) % sizes.output[0];
              for (int i = 0; i < run.length; ++i) {
                const index_t x = (query.column + run.column + i) % sizes.output[1];
                for (index_t c = 0; c < sizes.channels; ++c) {
                  const index_t from =
                      ((row + run.row) * example.shape(1) + column + run.column + i) * sizes.channels + c;
                  sum += term(have[static_cast<std::size_t>((y * sizes.output[1] + x) * sizes.channels + c)],
                              could[static_cast<std::size_t>(from)], c);
                }
              }
            }
            all.push_back(sum);
          }
        }
      }
    }
    return all;
  }
};

struct SquareOfBytes {
  std::int64_t operator()(std::uint8_t a, std::uint8_t b, index_t) const {
    return (int{a} - int{b}) * (int{a} - int{b});
  }
};

/// A distance and its weights in double, on pixels as the scalars that the search makes of them.
template <class Distance>
struct InDouble {
  Distance distance;
  template <class E>
  double operator()(E a, E b, index_t channel) const {
    using S = scalar_t<E>;
    const double x = static_cast<double>(to_scalar<S>(a)), y = static_cast<double>(to_scalar<S>(b));
    return distance(x, y) * static_cast<double>(channel_weight_of(distance, channel));
  }
};

/// A user's distance, for scalars alone: not symmetric.
struct Dearer {
  template <class S>
  PASTICHE_HD constexpr S operator()(S have, S could) const noexcept {
    return have < could ? could - have : S(3) * (have - could);
  }
};

/// A shape of random runs: `one_in` pixels are left out.
BlockShape ragged(int height, int width, std::uint32_t one_in, std::uint64_t seed) {
  BlockShape shape;
  CounterRng rng(seed, 6, 0);
  for (int y = 0; y < height; ++y) {
    int run = 0;
    for (int x = 0; x <= width; ++x) {
      if (x < width && rng.below(one_in) != 0) {
        ++run;
      } else if (run > 0) {
        shape.runs.push_back({y, x - run, run});
        run = 0;
      }
    }
  }
  return shape;
}

BlockShape full(int height, int width) {
  BlockShape shape;
  for (int y = 0; y < height; ++y) shape.runs.push_back({y, 0, width});
  return shape;
}

/// The left and the top overlap, as quilting has them.
BlockShape corner(int height, int width, int depth) {
  BlockShape shape;
  for (int y = 0; y < height; ++y) shape.runs.push_back({y, 0, y < depth ? width : depth});
  return shape;
}

std::vector<BlockShape> shapes_of(int height, int width) {
  return {full(height, width),
          corner(height, width, 2),
          BlockShape{},
          ragged(height, width, 2, 1),
          ragged(height, width, 3, 2),
          ragged(height, width, 9, 3),
          BlockShape{{{height - 1, width - 1, 1}}}};
}

/// Largest |a - b| over (elements + 8) eps b: a term is rounded four times or less, a sum once an element and once a
/// part.
template <class S>
double worst_error(const std::vector<S>& sums, const std::vector<double>& exact, index_t elements) {
  if (sums.size() != exact.size()) return INFINITY;
  const double eps = std::same_as<S, float> ? 0x1p-24 : 0x1p-53;
  double worst = 0.0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const double bound = static_cast<double>(elements + 8) * eps * exact[i];
    worst = std::fmax(worst, std::abs(static_cast<double>(sums[i]) - exact[i]) / (bound > 0.0 ? bound : 1e-300));
  }
  return worst;
}

}  // namespace

TEST_CASE("squared differences of bytes are exact", "[block_search]") {
  for (const TestDevice& device : test::device_variants()) {
    for (const index_t channels : {1, 2, 3, 4, 5}) {
      INFO("channels " << channels);
      const Sizes sizes{7, 6, {20, 17}, channels, {{19, 23}, {7, 6}, {12, 150}, {30, 9}}};
      const Trial<std::uint8_t> trial(device, sizes, shapes_of(7, 6), 1);
      CHECK(trial.search(SquaredDifference{}) == trial.template reference<std::int64_t>(SquareOfBytes{}));
    }
  }
}

TEST_CASE("squares of bytes beyond 32 bits are exact", "[block_search]") {
  // Black against white: 255^2 an element. 75 * 75 * 7 elements sum to 2.56e9, and one row of 12000 pixels to 2.34e9.
  const TestDevice device;
  for (const Sizes& sizes : {Sizes{75, 75, {80, 80}, 7, {{76, 79}}}, Sizes{2, 12000, {2, 12000}, 3, {{2, 12003}}}}) {
    Trial<std::uint8_t> trial(device, sizes, {full(sizes.height, sizes.width), ragged(sizes.height, sizes.width, 7, 1)},
                              1);
    const auto fill = [&](Tensor<std::uint8_t, 3, TestDevice>& t, std::uint8_t value) {
      t = upload<TestDevice>(t.shape(), std::vector<std::uint8_t>(static_cast<std::size_t>(t.size()), value), device);
    };
    fill(trial.output, 0);
    fill(trial.examples[0], 255);
    CHECK(trial.search(SquaredDifference{}) == trial.reference<std::int64_t>(SquareOfBytes{}));
    fill(trial.output, 255);
    CHECK(trial.search(SquaredDifference{}) == trial.reference<std::int64_t>(SquareOfBytes{}));
  }
}

TEMPLATE_TEST_CASE("sums of several parts are right for any number of places in a row", "[block_search]", std::uint8_t,
                   float) {
  // Registers hold 1 to 96 neighbouring places by instruction set and what is left of the row; 33 600 elements are more
  // than a part holds. All rows of places are the beginnings of one.
  const TestDevice device;
  constexpr int kHeight = 12, kWidth = 350, kRows = 3, kMost = 100;
  constexpr index_t kChannels = 8;
  const Sizes sizes{kHeight, kWidth, {20, 400}, kChannels, {{kHeight + kRows - 1, kWidth + kMost - 1}}};
  Trial<TestType> trial(device, sizes, {full(kHeight, kWidth), ragged(kHeight, kWidth, 400, 1)}, 4);
  constexpr bool kBytes = std::same_as<TestType, std::uint8_t>;
  using Term = std::conditional_t<kBytes, SquareOfBytes, InDouble<SquaredDifference>>;
  const auto exact = trial.template reference<std::conditional_t<kBytes, std::int64_t, double>>(Term{});
  const std::vector<TestType> widest = download(trial.examples[0]);
  std::vector<int> widths{1, 3, 5, 8, 11, 16, 17, 31, 32, 33, 97, kMost};
  for (int w = 20; w <= 26; ++w) widths.push_back(w);
  for (int w = 40; w <= 49; ++w) widths.push_back(w);
  for (int w = 64; w <= 96; w += 3) widths.push_back(w);
  for (const int w : widths) {
    std::vector<TestType> narrow;
    const index_t row = (kWidth + kMost - 1) * kChannels;
    for (index_t y = 0; y < kHeight + kRows - 1; ++y) {
      const auto from = widest.begin() + y * row;
      narrow.insert(narrow.end(), from, from + (kWidth + w - 1) * kChannels);
    }
    trial.examples[0] = upload<TestDevice>(Shape<3>{kHeight + kRows - 1, kWidth + w - 1, kChannels}, narrow, device);
    std::remove_const_t<decltype(exact)> expected;
    for (int r = 0; r < 2 * kRows; ++r) {
      expected.insert(expected.end(), exact.begin() + r * kMost, exact.begin() + r * kMost + w);
    }
    INFO("places in a row: " << w);
    const auto sums = trial.search(SquaredDifference{});
    if constexpr (kBytes) {
      CHECK(sums == expected);
    } else {
      CHECK(worst_error(sums, expected, index_t{kHeight} * kWidth * kChannels) <= 1.0);
    }
  }
}

TEMPLATE_TEST_CASE("other elements and distances are right to rounding", "[block_search]", std::uint8_t, std::uint16_t,
                   float, double) {
  const TestDevice device;
  for (const index_t channels : {1, 3, 5}) {
    const Sizes sizes{6, 7, {20, 17}, channels, {{19, 23}, {9, 140}}};
    const index_t elements = 6 * 7 * channels;
    const Trial<TestType> trial(device, sizes, shapes_of(6, 7), 2);
    const auto check = [&](const auto& distance) {
      const auto exact = trial.template reference<double>(InDouble<std::remove_cvref_t<decltype(distance)>>{distance});
      CHECK(worst_error(trial.search(distance), exact, elements) <= 1.0);
    };
    if constexpr (!std::same_as<TestType, std::uint8_t>) check(SquaredDifference{});
    check(AbsoluteDifference{});
    check(ChannelWeighted<>{{0.5f, 2.0f, 0.0f, 0.3f}});
    check(Dearer{});
  }
}

TEMPLATE_TEST_CASE("sums do not depend on the threads", "[block_search]", std::uint8_t, float) {
  const Sizes sizes{9, 9, {40, 40}, 3, {{60, 70}, {30, 80}}};
  std::vector<std::vector<distance_sum_t<SquaredDifference, TestType>>> all;
  for (const TestDevice& device : test::device_variants()) {
    all.push_back(Trial<TestType>(device, sizes, shapes_of(9, 9), 3).search(SquaredDifference{}));
  }
  for (const auto& sums : all) CHECK(sums == all[0]);
}
