// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/evaluate/sliced_wasserstein.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

/// Of one scale and all patches, as many quantiles as patches, by the definition.
double by_sorting(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, index_t side, index_t patch,
                  index_t projections, std::uint64_t seed) {
  const index_t n = patch * patch, across = side - patch + 1;
  const std::vector<float> directions = detail::unit_vectors(projections, n, seed);
  double sum = 0.0;
  for (index_t j = 0; j < projections; ++j) {
    std::vector<double> seen[2];
    for (int picture = 0; picture < 2; ++picture) {
      const auto& pixels = picture == 0 ? a : b;
      for (index_t i = 0; i < across * across; ++i) {
        double dot = 0.0;
        for (index_t k = 0; k < n; ++k) {
          const index_t y = i / across + k / patch, x = i % across + k % patch;
          dot += static_cast<double>(directions[static_cast<std::size_t>(j * n + k)]) *
                 pixels[static_cast<std::size_t>(y * side + x)];
        }
        seen[picture].push_back(dot);
      }
      std::sort(seen[picture].begin(), seen[picture].end());
    }
    for (std::size_t i = 0; i < seen[0].size(); ++i) sum += std::fabs(seen[0][i] - seen[1][i]);
  }
  return sum / static_cast<double>(projections * across * across);
}

}  // namespace

TEST_CASE("directions are of unit length, and at right angles as long as there is room", "[swd]") {
  const index_t n = 49;
  const std::vector<float> rows = detail::unit_vectors(60, n, 7);
  const auto dot = [&](index_t i, index_t j) {
    double sum = 0.0;
    for (index_t k = 0; k < n; ++k) {
      sum += static_cast<double>(rows[static_cast<std::size_t>(i * n + k)]) * rows[static_cast<std::size_t>(j * n + k)];
    }
    return sum;
  };
  for (index_t i = 0; i < 60; ++i) {
    CHECK(dot(i, i) == Approx(1.0).epsilon(1e-5));
    for (index_t j = i / n * n; j < i; ++j) CHECK(dot(i, j) == Approx(0.0).margin(1e-5));
  }
}

TEST_CASE("the sliced distance is that of sorted projections", "[swd]") {
  const TestDevice device;
  const auto a = test::pebbles({20, 20, 1}, 1, device), b = test::pebbles({20, 20, 1}, 2, device);
  for (const int patch : {1, 5}) {
    const int all = (21 - patch) * (21 - patch);
    const double expected = by_sorting(download(a), download(b), 20, patch, 12, 3);
    CHECK(expected > 1.0);
    CHECK(sliced_wasserstein(a, b, {.patch = patch, .levels = 1, .projections = 12, .quantiles = all, .seed = 3}) ==
          Approx(expected).epsilon(1e-5));
  }
}

TEST_CASE("a shift of all levels is seen as its mean projection", "[swd]") {
  const auto values = download(test::pebbles<double>({50, 61, 3}, 4, TestDevice{}));
  std::vector<double> lighter;
  for (const double x : values) lighter.push_back(x + 10.0 / 255.0);
  const auto a = upload<TestDevice>(Shape<3>{{50, 61, 3}}, values);
  const auto b = upload<TestDevice>(Shape<3>{{50, 61, 3}}, lighter);
  const std::vector<float> directions = detail::unit_vectors(128, 147, 7);
  double expected = 0.0;
  for (index_t j = 0; j < 128; ++j) {
    double sum = 0.0;
    for (index_t k = 0; k < 147; ++k) sum += static_cast<double>(directions[static_cast<std::size_t>(j * 147 + k)]);
    expected += 10.0 * std::fabs(sum) / 128.0;
  }
  CHECK(sliced_wasserstein(a, b) == Approx(expected).epsilon(1e-4));
  // sqrt(2 / (pi n)) for unit vectors of n elements: what others find with other directions, to a few per cent
  CHECK(expected ==
        Approx(10.0 * std::sqrt(147.0) * std::sqrt(2.0 / std::numbers::pi) / std::sqrt(147.0)).epsilon(0.1));
}

TEST_CASE("equal pictures are not apart, and both ways are as long", "[swd]") {
  const TestDevice device;
  const auto a = test::pebbles({64, 48, 3}, 1, device), b = test::pebbles({40, 70, 3}, 2, device);
  CHECK(sliced_wasserstein(a, a) == 0.0);
  CHECK(sliced_wasserstein(a, b, {.samples = 500}) == Approx(sliced_wasserstein(b, a, {.samples = 500})).epsilon(1e-9));
  // Where things are does not matter, but for the patches that are cut.
  auto rolled = download(a);
  for (index_t y = 0; y < 64; ++y) {
    const auto row = rolled.begin() + y * 144;
    std::rotate(row, row + 60, row + 144);
  }
  CHECK(sliced_wasserstein(a, upload<TestDevice>(a.shape(), rolled)) < 0.5 * sliced_wasserstein(a, b));
}

TEST_CASE("a sample says nearly what all patches say", "[swd]") {
  const TestDevice device;
  const auto a = test::pebbles({90, 100, 1}, 1, device), b = test::pebbles({96, 90, 1}, 2, device, 10);
  CHECK(sliced_wasserstein(a, b, {.levels = 1, .samples = 2000}) ==
        Approx(sliced_wasserstein(a, b, {.levels = 1, .samples = 0})).epsilon(0.1));
}

TEST_CASE("sliced_wasserstein refuses what it cannot compare", "[swd]") {
  const TestDevice device;
  const auto a = test::pebbles({6, 30, 3}, 1, device), b = test::pebbles({30, 30, 3}, 1, device),
             grey = test::pebbles({30, 30, 1}, 1, device);
  CHECK(test::refusal([&] { sliced_wasserstein(a, b); }) ==
        "sliced_wasserstein: shorter side of the example is 6; expected at least 7");
  CHECK(test::refusal([&] { sliced_wasserstein(b, grey); }) ==
        "sliced_wasserstein: channels of the output is 1; expected 3");
  CHECK_THROWS_AS(sliced_wasserstein(b, b, {.projections = 0}), InvalidArgument);
  auto odd = std::vector<float>(30 * 30, 0.5f);
  odd[77] = std::numeric_limits<float>::quiet_NaN();
  const auto bad = upload<TestDevice>(Shape<3>{{30, 30, 1}}, odd);
  CHECK(test::refusal([&] { sliced_wasserstein(bad, bad); }) ==
        "sliced_wasserstein: number of pixels of the example that are not finite is 1; expected 0");
}
