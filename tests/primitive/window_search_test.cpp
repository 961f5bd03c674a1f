// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda optimize=O0,O2,O3 simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/primitive/window_search.hpp>

#include <cmath>
#include <cstdlib>
#include <type_traits>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

/// A distance written for scalars only.
struct Capped {
  PASTICHE_HD float operator()(float a, float b) const noexcept {
    const float d = a < b ? b - a : a - b;
    return d < 0.2f ? d : 0.2f;
  }
};

struct Case {
  int channels = 3, half = 2, guides = 0;
  bool wrap_rows = false, wrap_columns = false, masked = false;
};

/// Examples of odd sizes, a picture of which about half is known, and queries in its middle and corners.
template <class E, class Distance>
struct Setting {
  using Problem = WindowProblem<E, TestDevice, Distance>;
  using View = TensorView<const E, 3, TestDevice>;
  using Value = typename Problem::Value;

  TestDevice device;
  Case c;
  std::vector<Tensor<E, 3, TestDevice>> examples;
  Tensor<E, 3, TestDevice> picture;
  std::vector<std::uint8_t> mask, known;
  std::vector<WindowQuery> queries{{6, 7}, {0, 0}, {12, 14}, {5, 0}};
  Problem problem;

  Setting(const Case& with, const Distance& distance, const TestDevice& on = {})
      : device{on},
        c{with},
        examples{test::pebbles<E>(Shape<3>{13, 21, c.channels}, 1, on, 4),
                 test::pebbles<E>(Shape<3>{8, 35, c.channels}, 2, on, 4),
                 test::pebbles<E>(Shape<3>{1, 1, c.channels}, 3, on, 4)},
        picture{test::pebbles<E>(Shape<3>{13, 15, c.channels}, 5, on, 4)},
        known(13 * 15),
        problem(on, views(), masks(), distance, c.half, {13, 15}, c.wrap_rows, c.wrap_columns, guide()) {
    CounterRng rng(3, 0, 0);
    for (std::uint8_t& k : known) k = rng.below(2) != 0 ? 1 : 0;
    problem.batch = static_cast<int>(queries.size());
  }

  std::vector<View> views() const {
    std::vector<View> all;
    for (const auto& example : examples) all.push_back(example.view());
    return all;
  }
  std::vector<Mask2> masks() {
    if (!c.masked) return {};
    CounterRng rng(4, 0, 0);
    for (int i = 0; i < 13 * 21; ++i) mask.push_back(rng.below(5) != 0 ? 1 : 0);
    return {{mask.data(), 13, 21}, {}, {}};
  }
  WindowGuide guide() const {
    WindowGuide g{c.guides, 0.7, {}, {}};
    CounterRng rng(6, 0, 0);
    for (int i = 0; i < (13 * 21 + 8 * 35 + 1) * c.guides; ++i) g.examples.push_back(rng.uniform());
    for (int i = 0; i < 13 * 15 * c.guides; ++i) g.output.push_back(rng.uniform());
    return g;
  }
};

/// The distance of one place, by its definition.
template <class S>
double distance_of(const S& s, const WindowQuery& query, std::size_t e, index_t row, index_t column) {
  using Numbers = typename S::Problem::Numbers;
  const double white = Numbers::exact ? 255.0 : 1.0;
  const auto number = [&](auto x) {
    return Numbers::exact ? static_cast<double>(x) : static_cast<double>(to_scalar<float>(x));
  };
  const auto cost = [&](double a, double b) {
    if constexpr (Numbers::exact) return (a - b) * (a - b);
    return static_cast<double>(s.problem.distance(static_cast<float>(a), static_cast<float>(b)));
  };
  const auto picture = download(s.picture);
  const auto example = download(s.examples[e]);
  const WindowGuide guide = s.guide();
  index_t guide_base = 0;
  for (std::size_t i = 0; i < e; ++i) guide_base += s.examples[i].shape(0) * s.examples[i].shape(1);
  const index_t h = 13, w = 15, eh = s.examples[e].shape(0), ew = s.examples[e].shape(1);
  const int half = s.c.half, side = 2 * half + 1;
  double sum = 0;
  for (int k = 0; k < side * side; ++k) {
    index_t y = query.row + k / side - half, x = query.column + k % side - half;
    if (s.c.wrap_rows) y = (y + 10 * h) % h;
    if (s.c.wrap_columns) x = (x + 10 * w) % w;
    if (y < 0 || y >= h || x < 0 || x >= w) continue;
    const index_t from_y = row + k / side - half, from_x = column + k % side - half;
    const bool there = from_y >= 0 && from_y < eh && from_x >= 0 && from_x < ew &&
                       (!s.c.masked || e > 0 || s.mask[static_cast<std::size_t>(from_y * ew + from_x)] != 0);
    const std::size_t at = static_cast<std::size_t>(y * w + x), from = static_cast<std::size_t>(from_y * ew + from_x);
    const std::size_t kk = static_cast<std::size_t>(k);
    for (std::size_t ch = 0; s.known[at] != 0 && ch < static_cast<std::size_t>(s.c.channels); ++ch) {
      const std::size_t channels = static_cast<std::size_t>(s.c.channels);
      const double have = number(picture[at * channels + ch]);
      const double could =
          there ? number(example[from * channels + ch]) : static_cast<double>(s.problem.pixels.mean[ch]);
      const double spread = there ? 0.0 : static_cast<double>(s.problem.pixels.spread[ch]);
      sum += static_cast<double>(s.problem.pixels.weights[kk]) * (cost(have, could) + spread);
    }
    for (std::size_t ch = 0; ch < static_cast<std::size_t>(s.c.guides); ++ch) {
      const std::size_t channels = static_cast<std::size_t>(s.c.guides);
      const auto level = [&](float v) { return Numbers::exact ? std::floor(v * 255.0 + 0.5) : static_cast<double>(v); };
      const double have = level(guide.output[at * channels + ch]);
      const double could = there ? level(guide.examples[(static_cast<std::size_t>(guide_base) + from) * channels + ch])
                                 : static_cast<double>(s.problem.guide.mean[ch]);
      const double spread = there ? 0.0 : static_cast<double>(s.problem.guide.spread[ch]);
      sum += static_cast<double>(s.problem.guide.weights[kk]) * ((have - could) * (have - could) + spread);
    }
  }
  static_cast<void>(white);
  return sum;
}

/// The largest relative error of all distances; infinite where a barred place is not kBarred or a least is wrong.
template <class S>
double worst_error(const S& s) {
  using Value = typename S::Value;
  primitive::WindowSearch<typename S::View::value_type, TestDevice, std::remove_const_t<decltype(s.problem.distance)>>
      search(s.problem);
  const DeviceArray<std::uint8_t, TestDevice> known(s.known, s.device);
  const DeviceArray<WindowQuery, TestDevice> queries(s.queries, s.device);
  const auto found = search({s.picture.view(), known.data()}, queries.data(), queries.size());
  const auto fetch = [&](const Value* from, index_t n) {
    std::vector<Value> values(static_cast<std::size_t>(n));
    s.device.copy_to_host(reinterpret_cast<const unsigned char*>(from), reinterpret_cast<unsigned char*>(values.data()),
                          n * static_cast<index_t>(sizeof(Value)));
    return values;
  };
  const auto sums = fetch(found.sums, queries.size() * found.rows * found.stride);
  const auto least = fetch(found.least, queries.size() * found.rows);
  double worst = 0;
  for (std::size_t q = 0; q < s.queries.size(); ++q) {
    for (index_t r = 0; r < found.rows; ++r) {
      const PlaceRow& row = s.problem.places.table()[static_cast<std::size_t>(r)];
      Value smallest = kBarred<Value>;
      for (index_t x = 0; x < found.stride; ++x) {
        const std::size_t e = static_cast<std::size_t>(row.example);
        const Value got = sums[(q * static_cast<std::size_t>(found.rows) + static_cast<std::size_t>(r)) *
                                   static_cast<std::size_t>(found.stride) +
                               static_cast<std::size_t>(x)];
        smallest = got < smallest ? got : smallest;
        const bool barred = x >= s.examples[e].shape(1) ||
                            (s.c.masked && e == 0 && s.mask[static_cast<std::size_t>(row.row * 21 + x)] == 0);
        if (barred != (got == kBarred<Value>)) return 1e30;
        if (barred) continue;
        const double right = distance_of(s, s.queries[q], e, row.row, x);
        const double error = std::abs(static_cast<double>(got) - right) / (1.0 + right);
        worst = error > worst ? error : worst;
      }
      if (least[q * static_cast<std::size_t>(found.rows) + static_cast<std::size_t>(r)] != smallest) return 1e30;
    }
  }
  return worst;
}

const std::vector<Case> kCases = {{1, 1, 0},
                                  {2, 2, 0, true, false},
                                  {3, 2, 0, false, false, true},
                                  {3, 5, 2, true, true, true},
                                  {4, 3, 1, false, true},
                                  {7, 2, 4}};

}  // namespace

TEST_CASE("distances of 8-bit windows are exact", "[window]") {
  for (const Case& c : kCases) {
    INFO("channels " << c.channels << ", half " << c.half);
    CHECK(worst_error(Setting<std::uint8_t, SquaredDifference>(c, {})) == 0.0);
  }
}

TEST_CASE("distances of other elements, of any distance", "[window]") {
  for (const Case& c : kCases) {
    INFO("channels " << c.channels << ", half " << c.half);
    CHECK(worst_error(Setting<float, SquaredDifference>(c, {})) < 1e-5);
    CHECK(worst_error(Setting<std::uint16_t, AbsoluteDifference>(c, {})) < 1e-5);
    CHECK(worst_error(Setting<std::uint8_t, Capped>(c, {})) < 1e-5);
  }
}

TEST_CASE("what an example lacks costs what a random pixel of it would", "[window]") {
  const Setting<std::uint8_t, SquaredDifference> s(Case{}, {});
  std::vector<int> all;
  for (const auto& example : s.examples) {
    const auto values = download(example);
    for (std::size_t i = 1; i < values.size(); i += 3) all.push_back(values[i]);
  }
  for (const int have : {0, 40, 255}) {
    double mean = 0;
    for (const int v : all) mean += (have - v) * (have - v);
    mean /= static_cast<double>(all.size());
    const int d = have - s.problem.pixels.mean[1];
    CHECK(std::abs(d * d + s.problem.pixels.spread[1] - mean) < 200);  // the mean is rounded to a level
  }
}

TEST_CASE("weights fall with the distance from the middle, and sums fit", "[window]") {
  for (const int radius : {1, 5, 20, 60}) {
    const Setting<std::uint8_t, SquaredDifference> s({3, radius}, {});
    const auto& weights = s.problem.pixels.weights;
    const std::size_t side = static_cast<std::size_t>(2 * radius + 1), middle = side * side / 2;
    CHECK(weights[middle] >= 1);
    CHECK(weights[middle] <= 127);
    double sum = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      CHECK(weights[k] <= weights[middle]);
      CHECK(weights[k] == weights[side * side - 1 - k]);
      sum += weights[k] * 65025.0 * 3;
    }
    CHECK(sum < 0x1p31);
    CHECK(s.problem.fits());
  }
  CHECK_FALSE(Setting<std::uint8_t, SquaredDifference>({3000, 5}, {}).problem.fits());
}
