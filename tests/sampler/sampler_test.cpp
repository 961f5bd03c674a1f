// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <pastiche/sampler/sampler.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

using namespace pastiche;

namespace {

constexpr int kDraws = 20000;
constexpr double kUnit = 1e-6;  // of the distances below

std::vector<int> in_order(std::size_t n) {
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

template <class S, class D>
Draw<S, D> draw_of(const S& sampler, const std::vector<D>& distances, std::uint64_t stream) {
  const D least = *std::min_element(distances.begin(), distances.end());
  return {sampler, DrawContext<D>{least, kUnit}, mix64(stream + 77)};
}

template <class S, class D>
void offer(Draw<S, D>& draw, const std::vector<D>& distances, const std::vector<int>& which) {
  for (const int i : which) {
    if (distances[static_cast<std::size_t>(i)] <= draw.limit()) draw.offer(distances[static_cast<std::size_t>(i)], i);
  }
}

template <class S, class D>
std::vector<int> frequencies(const S& sampler, const std::vector<D>& distances) {
  std::vector<int> count(distances.size(), 0);
  for (int t = 0; t < kDraws; ++t) {
    auto draw = draw_of(sampler, distances, static_cast<std::uint64_t>(t));
    offer(draw, distances, in_order(distances.size()));
    ++count[static_cast<std::size_t>(draw.best.candidate)];
  }
  return count;
}

/// Sum of (observed - expected)^2 / expected; infinite where what cannot happen did.
double chi_squared(const std::vector<int>& observed, const std::vector<double>& shares) {
  const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
  double sum = 0.0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double expected = kDraws * shares[i] / total;
    if (expected == 0.0 && observed[i] > 0) return INFINITY;
    if (expected > 0.0) sum += (observed[i] - expected) * (observed[i] - expected) / expected;
  }
  return sum;
}

// Upper 0.1 % points of the chi-squared distribution (scipy.stats.chi2.isf(1e-3, n)).
constexpr double kChi2 = 13.816, kChi4 = 18.467, kChi9 = 27.877;

template <class D>
std::vector<D> ten_distances() {
  return {D(2000), D(1000), D(1500), D(9000), D(1000), D(3000), D(4000), D(1250), D(6000), D(2500)};
}

template <class S, class D>
bool order_and_parts_do_not_matter(const S& sampler, const std::vector<D>& distances) {
  std::vector<int> order = in_order(distances.size());
  CounterRng rng(9, 0, 0);
  for (int t = 0; t < 500; ++t) {
    const auto stream = static_cast<std::uint64_t>(t);
    auto plain = draw_of(sampler, distances, stream);
    offer(plain, distances, in_order(distances.size()));
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[rng.below(static_cast<std::uint32_t>(i))]);
    }
    const auto cut = order.begin() + rng.below(static_cast<std::uint32_t>(order.size() + 1));
    auto whole = draw_of(sampler, distances, stream), first = whole, second = whole;
    offer(whole, distances, order);
    offer(first, distances, {order.begin(), cut});
    offer(second, distances, {cut, order.end()});
    const Choice merged = second.best.beats(first.best) ? second.best : first.best;
    if (whole.best.candidate != plain.best.candidate || merged.candidate != plain.best.candidate) return false;
  }
  return true;
}

}  // namespace

TEMPLATE_TEST_CASE("ArgMin takes the nearest, equals alike", "[sampler]", std::int64_t, float, double) {
  CHECK(chi_squared(frequencies(ArgMin{}, ten_distances<TestType>()), {0, 1, 0, 0, 1, 0, 0, 0, 0, 0}) < kChi2);
  CHECK(chi_squared(frequencies(ArgMin{}, std::vector<TestType>(10, TestType(5))), std::vector<double>(10, 1.0)) <
        kChi9);
}

TEMPLATE_TEST_CASE("WithinTolerance takes all that are near enough alike", "[sampler]", std::int64_t, float, double) {
  // 1000, 1250 and 1500 are within half of the least; the bound itself is in.
  CHECK(chi_squared(frequencies(WithinTolerance{0.5}, ten_distances<TestType>()), {0, 1, 1, 0, 1, 0, 0, 1, 0, 0}) <
        kChi4);
  CHECK(chi_squared(frequencies(WithinTolerance{0.0}, ten_distances<TestType>()), {0, 1, 0, 0, 1, 0, 0, 0, 0, 0}) <
        kChi2);
  CHECK(chi_squared(frequencies(WithinTolerance{0.1}, std::vector<TestType>{0, 1, 0, 2}), {1, 0, 1, 0}) < kChi2);
}

TEMPLATE_TEST_CASE("ExpDistance takes candidate i in proportion to exp(-d_i / sigma)", "[sampler]", std::int64_t, float,
                   double) {
  for (const double sigma : {5e-4, 2e-3, 1e-1}) {
    INFO("sigma " << sigma);
    const auto distances = ten_distances<TestType>();
    std::vector<double> shares;
    for (const TestType d : distances) shares.push_back(std::exp(-static_cast<double>(d) * kUnit / sigma));
    // Few are expected of the farthest at the least sigma; they weigh little in the sum.
    CHECK(chi_squared(frequencies(ExpDistance{sigma}, distances), shares) < kChi9);
  }
}

TEMPLATE_TEST_CASE("a choice does not depend on the order or on parts", "[sampler]", std::int64_t, float, double) {
  const auto distances = ten_distances<TestType>();
  CHECK(order_and_parts_do_not_matter(ArgMin{}, distances));
  CHECK(order_and_parts_do_not_matter(WithinTolerance{0.6}, distances));
  CHECK(order_and_parts_do_not_matter(ExpDistance{1e-3}, distances));
  CHECK(order_and_parts_do_not_matter(ExpDistance{1e3}, std::vector<TestType>(40, TestType(7))));
}

TEST_CASE("ExpDistance keeps its word at the ends", "[sampler]") {
  // The nearest alone where sigma is next to nothing; everything alike where it is huge.
  const auto distances = ten_distances<double>();
  CHECK(chi_squared(frequencies(ExpDistance{1e-12}, distances), {0, 1, 0, 0, 1, 0, 0, 0, 0, 0}) < kChi2);
  CHECK(chi_squared(frequencies(ExpDistance{1e9}, distances), std::vector<double>(10, 1.0)) < kChi9);
}

TEST_CASE("least_key bounds every key", "[sampler]") {
  const DrawContext<double> context{1000.0, kUnit};
  const ExpDistance sampler{1e-3};
  CounterRng rng(3, 0, 0);
  int broken = 0;
  for (int i = 0; i < 20000; ++i) {
    const double distance = 1000.0 + 5000.0 * rng.uniform(), farther = distance * (1.0 + rng.uniform());
    if (sampler.key(context, farther, rng.next()) < sampler.least_key(context, distance)) ++broken;
  }
  CHECK(broken == 0);
  CHECK(sampler.key(context, 1000.0, 0xffffffffu) == sampler.least_key(context, 1000.0));
}

TEST_CASE("no candidate, no choice", "[sampler]") {
  const Draw<ArgMin, float> draw{{}, {0.0f, 1.0}, 1};
  CHECK(draw.best.candidate == -1);
  CHECK_FALSE(draw.best.beats(draw.best));
}
