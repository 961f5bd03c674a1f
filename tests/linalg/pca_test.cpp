// SPDX-License-Identifier: MIT
// test: libraries=pastiche::eigen
#include "support/catch.hpp"
#include "support/images.hpp"

#include <pastiche/linalg/pca.hpp>

#include <cmath>

using namespace pastiche;

namespace {

/// Rows around (3, -1, 2) that spread by 5, 2 and 0 along (2, 1, 2) / 3, (1, 2, -2) / 3 and (2, -2, -1) / 3.
template <class T>
Tensor<T, 2, Cpu> ellipse() {
  constexpr int kRows = 400;
  std::vector<T> values;
  for (int i = 0; i < kRows; ++i) {
    const double t = 2 * 3.14159265358979 * i / kRows, a = 5 * std::sqrt(2.0) * std::cos(t),
                 b = 2 * std::sqrt(2.0) * std::sin(t);
    values.push_back(static_cast<T>(3 + (2 * a + b) / 3));
    values.push_back(static_cast<T>(-1 + (a + 2 * b) / 3));
    values.push_back(static_cast<T>(2 + (2 * a - 2 * b) / 3));
  }
  return upload<Cpu>(Shape<2>{kRows, 3}, values);
}

}  // namespace

TEMPLATE_TEST_CASE("components, mean and variances of a known cloud", "[pca]", float, double) {
  using T = TestType;
  const double tolerance = std::is_same_v<T, float> ? 1e-5 : 1e-12;
  const auto basis = pca(ellipse<T>(), 3);
  const double mean[3] = {3, -1, 2}, directions[9] = {2, 1, 2, -1, -2, 2, 2, -2, -1}, spread[3] = {25, 4, 0};
  for (int i = 0; i < 3; ++i) {
    CHECK(std::abs(basis.mean.data()[i] - mean[i]) < tolerance);
    CHECK(std::abs(basis.variances.data()[i] - spread[i] * 400 / 399) < 30 * tolerance);
    // Which way a direction points is told by its longest entry, and two of these have two.
    const double sign = i > 0 && basis.components.data()[3 * i] * directions[3 * i] < 0 ? -1.0 : 1.0;
    for (int c = 0; c < 3; ++c) {
      CHECK(std::abs(basis.components.data()[3 * i + c] - sign * directions[3 * i + c] / 3) < tolerance);
    }
  }
}

TEST_CASE("all components reproduce the rows, some come as near as their variances say", "[pca]") {
  const auto rows = test::noise<Cpu, double, 2>({300, 20}, 1);
  for (const index_t count : {20, 7}) {
    const auto basis = pca(rows, count);
    const auto coordinates = project(basis, rows);
    REQUIRE(coordinates.shape() == Shape<2>{300, count});
    double error = 0, variance = 0;
    const auto whole = pca(rows, 20);
    for (index_t k = count; k < 20; ++k) variance += whole.variances.data()[k];
    for (index_t i = 0; i < 300; ++i) {
      for (index_t c = 0; c < 20; ++c) {
        double value = basis.mean.data()[c];
        for (index_t k = 0; k < count; ++k) value += coordinates.view()(i, k) * basis.components.view()(k, c);
        error += std::pow(value - rows.view()(i, c), 2);
      }
    }
    CHECK(std::abs(error / 299 - variance) < 1e-10);
  }
}

TEST_CASE("components are orthonormal and the same each time", "[pca]") {
  const auto rows = test::noise<Cpu, float, 2>({50, 30}, 2);
  const auto a = pca(rows, 10), b = pca(rows, 10);
  CHECK(download(a.components) == download(b.components));
  for (index_t i = 0; i < 10; ++i) {
    float largest = 0;
    for (index_t c = 0; c < 30; ++c) {
      const float x = a.components.view()(i, c);
      if (std::abs(x) > std::abs(largest)) largest = x;
    }
    CHECK(largest > 0);
    for (index_t j = 0; j < 10; ++j) {
      double dot = 0;
      for (index_t c = 0; c < 30; ++c) dot += a.components.view()(i, c) * a.components.view()(j, c);
      CHECK(std::abs(dot - (i == j ? 1 : 0)) < 1e-5);
    }
  }
}

TEST_CASE("what has no components is refused", "[pca]") {
  CHECK_THROWS_AS(pca(Tensor<float, 2, Cpu>({1, 3}), 1), InvalidArgument);
  const auto rows = test::noise<Cpu, float, 2>({5, 3}, 2);
  CHECK_THROWS_AS(pca(rows, 4), InvalidArgument);
  CHECK_THROWS_AS(pca(rows, 0), InvalidArgument);
  CHECK_THROWS_AS(project(pca(rows, 2), test::noise<Cpu, float, 2>({5, 4}, 2)), InvalidArgument);
}
