// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda optimize=O0,O2,O3 simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"

#include <pastiche/primitive/poisson.hpp>

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

std::size_t at(index_t i) {
  return static_cast<std::size_t>(i);
}

/// The same problem as dense normal equations, solved by elimination.
struct Dense {
  index_t height, width, channels;
  std::vector<double> image, dx, dy;
  std::vector<PoissonPixel> pixels;
  PoissonOptions options;

  PoissonPixel state(index_t i) const { return pixels.empty() ? PoissonPixel::free : pixels[at(i)]; }

  std::vector<double> solve() const {
    const std::size_t n = at(height * width);
    std::vector<double> result = image;
    for (index_t c = 0; c < channels; ++c) {
      std::vector<std::vector<double>> m(n, std::vector<double>(n + 1, 0.0));
      for (std::size_t i = 0; i < n; ++i) {
        if (state(static_cast<index_t>(i)) == PoissonPixel::free) {
          m[i][i] = options.screening;
          m[i][n] = options.screening * image[i * at(channels) + at(c)];
        } else {
          m[i][i] = 1.0;
          m[i][n] = image[i * at(channels) + at(c)];
        }
      }
      const auto link = [&](index_t p, index_t q, double gradient) {
        if (p == q || state(p) == PoissonPixel::absent || state(q) == PoissonPixel::absent) return;
        const auto half = [&](std::size_t a, std::size_t b, double g) {
          if (state(static_cast<index_t>(a)) != PoissonPixel::free) return;
          m[a][a] += 1.0;
          m[a][b] -= 1.0;
          m[a][n] += g;
        };
        half(at(p), at(q), -gradient);
        half(at(q), at(p), gradient);
      };
      for (index_t y = 0; y < height; ++y) {
        for (index_t x = 0; x < width; ++x) {
          const index_t p = y * width + x;
          const std::size_t e = at(p * channels + c);
          if (x + 1 < width || options.wrap_columns) link(p, y * width + (x + 1) % width, dx.empty() ? 0.0 : dx[e]);
          if (y + 1 < height || options.wrap_rows) link(p, (y + 1) % height * width + x, dy.empty() ? 0.0 : dy[e]);
        }
      }
      const std::vector<double> u = eliminate(std::move(m));
      for (std::size_t i = 0; i < n; ++i) result[i * at(channels) + at(c)] = u[i];
    }
    return result;
  }

 private:
  static std::vector<double> eliminate(std::vector<std::vector<double>> m) {
    const std::size_t n = m.size();
    for (std::size_t k = 0; k < n; ++k) {
      std::size_t pivot = k;
      for (std::size_t i = k + 1; i < n; ++i) pivot = std::fabs(m[i][k]) > std::fabs(m[pivot][k]) ? i : pivot;
      std::swap(m[k], m[pivot]);
      for (std::size_t i = k + 1; i < n; ++i) {
        const double f = m[i][k] / m[k][k];
        for (std::size_t j = k; f != 0.0 && j <= n; ++j) m[i][j] -= f * m[k][j];
      }
    }
    std::vector<double> u(n);
    for (std::size_t k = n; k-- > 0;) {
      double sum = m[k][n];
      for (std::size_t j = k + 1; j < n; ++j) sum -= m[k][j] * u[j];
      u[k] = sum / m[k][k];
    }
    return u;
  }
};

Dense random_problem(index_t height, index_t width, index_t channels, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  Dense d{height, width, channels, {}, {}, {}, {}, {}};
  for (index_t i = 0; i < height * width * channels; ++i) {
    d.image.push_back(static_cast<double>(rng.uniform()));
    d.dx.push_back(static_cast<double>(rng.uniform()) - 0.5);
    d.dy.push_back(static_cast<double>(rng.uniform()) - 0.5);
  }
  return d;
}

template <class S>
Tensor<S, 3, TestDevice> tensor_of(const Dense& d, const std::vector<double>& values, const TestDevice& device) {
  const std::vector<S> converted(values.begin(), values.end());
  return upload<TestDevice>(Shape<3>{{values.empty() ? 0 : d.height, d.width, d.channels}}, converted, device);
}

template <class S>
std::vector<S> solved(const Dense& d, const TestDevice& device, PoissonOutcome& outcome) {
  auto image = tensor_of<S>(d, d.image, device);
  const auto dx = tensor_of<S>(d, d.dx, device), dy = tensor_of<S>(d, d.dy, device);
  outcome = solve_poisson(image.view(), d.pixels, dx.view(), dy.view(), d.options, device);
  return download(image);
}

template <class S>
double farthest(const Dense& d) {
  const std::vector<double> expected = d.solve();
  PoissonOutcome outcome{};
  const std::vector<S> got = solved<S>(d, TestDevice{}, outcome);
  double most = 0;
  for (std::size_t i = 0; i < got.size(); ++i)
    most = std::fmax(most, std::fabs(static_cast<double>(got[i]) - expected[i]));
  return most;
}

template <class S>
constexpr double kTolerance = std::is_same_v<S, double> ? 1e-9 : 2e-5;
template <class S>
constexpr double kSolver = std::is_same_v<S, double> ? 1e-12 : 1e-7;

}  // namespace

TEMPLATE_TEST_CASE("whole pictures, screened, with and without wrapping", "[poisson]", float, double) {
  const Shape<2> sizes[] = {{{1, 1}}, {{1, 7}}, {{2, 2}}, {{5, 3}}, {{9, 16}}, {{13, 17}}};
  for (const Shape<2>& size : sizes) {
    for (int wraps = 0; wraps < 4; ++wraps) {
      Dense d = random_problem(size[0], size[1], 2, 1);
      d.options = {.screening = 0.05, .wrap_rows = (wraps & 1) != 0, .wrap_columns = (wraps & 2) != 0};
      d.options.tolerance = kSolver<TestType>;
      CAPTURE(size[0], size[1], wraps);
      CHECK(farthest<TestType>(d) < kTolerance<TestType>);
    }
  }
}

TEMPLATE_TEST_CASE("regions with fixed values outside, holes and absent pixels", "[poisson]", float, double) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Dense d = random_problem(12, 19, 1, seed);
    CounterRng rng(seed, 1, 0);
    // Not as one list: nvcc loses the names of fields in templates.
    d.options.wrap_rows = seed % 2 == 1;
    d.options.wrap_columns = seed % 3 == 1;
    d.options.tolerance = kSolver<TestType>;
    // A frame of fixed pixels around each hole of absent ones keeps every part of the free ones in place.
    for (index_t i = 0; i < 12 * 19; ++i) {
      const std::uint32_t kind = rng.below(seed < 6 ? 40 : 4);
      const bool frame = i / 19 == 0 || i % 19 == 0 || i / 19 == 6;
      d.pixels.push_back(frame || kind == 0 ? PoissonPixel::fixed : PoissonPixel::free);
    }
    d.pixels[at(7 * 19 + 0)] = PoissonPixel::absent;
    d.pixels[at(6 * 19 + 5)] = PoissonPixel::absent;
    if (seed % 4 == 3) d.dx.clear();
    if (seed % 4 == 2) d.dy.clear();
    CAPTURE(seed);
    CHECK(farthest<TestType>(d) < 10 * kTolerance<TestType>);
  }
}

TEST_CASE("what is not free is not touched", "[poisson]") {
  Dense d = random_problem(20, 20, 3, 5);
  for (index_t i = 0; i < 400; ++i) {
    const bool inside = i / 20 > 4 && i / 20 < 15 && i % 20 > 4 && i % 20 < 15;
    d.pixels.push_back(inside ? PoissonPixel::free : i % 3 == 0 ? PoissonPixel::absent : PoissonPixel::fixed);
  }
  PoissonOutcome outcome{};
  const auto got = solved<double>(d, TestDevice{}, outcome);
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (d.pixels[i / 3] != PoissonPixel::free) CHECK(got[i] == d.image[i]);
  }
}

// The gradients of a picture, and one value of it, are the picture.
TEST_CASE("a picture comes back from its gradients", "[poisson]") {
  Dense d = random_problem(61, 83, 1, 9);
  const std::vector<double> original = d.image;
  for (index_t i = 0; i < 61 * 83; ++i) {
    d.dx[at(i)] = i % 83 < 82 ? original[at(i + 1)] - original[at(i)] : 0.0;
    d.dy[at(i)] = i / 83 < 60 ? original[at(i + 83)] - original[at(i)] : 0.0;
    d.pixels.push_back(i == 1234 ? PoissonPixel::fixed : PoissonPixel::free);
    if (i != 1234) d.image[at(i)] = 0.0;
  }
  d.options.tolerance = 1e-12;
  PoissonOutcome outcome{};
  const auto got = solved<double>(d, TestDevice{}, outcome);
  double most = 0;
  for (std::size_t i = 0; i < got.size(); ++i) most = std::fmax(most, std::fabs(got[i] - original[i]));
  CHECK(most < 1e-8);
}

TEST_CASE("the number of steps does not grow with the size", "[poisson]") {
  for (const index_t side : {33, 128, 300}) {
    Dense d = random_problem(side, side, 1, 7);
    d.options.screening = 1e-3;
    PoissonOutcome outcome{};
    solved<float>(d, TestDevice{}, outcome);
    CHECK(outcome.iterations <= 8);
    CHECK(outcome.error <= 1e-5);
  }
}

TEST_CASE("the same bits for every number of threads", "[poisson]") {
  Dense d = random_problem(150, 131, 1, 3);
  d.options = {.screening = 0.01, .wrap_rows = true};
  std::vector<std::vector<float>> all;
  PoissonOutcome outcome{};
  for (const TestDevice& device : test::device_variants()) all.push_back(solved<float>(d, device, outcome));
  for (const auto& got : all) CHECK(std::memcmp(got.data(), all[0].data(), got.size() * sizeof(float)) == 0);
}

TEST_CASE("nonsense is refused", "[poisson]") {
  Dense d = random_problem(4, 4, 1, 1);
  PoissonOutcome outcome{};
  CHECK_THROWS_WITH(solved<float>(d, TestDevice{}, outcome),
                    "solve_poisson: screening is 0; expected more than 0 where no pixel is fixed");
  d.options.screening = -1.0;
  CHECK_THROWS_AS(solved<float>(d, TestDevice{}, outcome), InvalidArgument);
  d.options.screening = 1.0;
  d.pixels.assign(15, PoissonPixel::free);
  CHECK_THROWS_AS(solved<float>(d, TestDevice{}, outcome), InvalidArgument);
}
