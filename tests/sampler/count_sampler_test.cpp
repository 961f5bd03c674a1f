// SPDX-License-Identifier: MIT
// Weights of counts are what the samplers say, and draws follow them.
#include <pastiche/core/random.hpp>
#include <pastiche/sampler/count_sampler.hpp>

#include "support/catch.hpp"

using namespace pastiche;

namespace {

const std::vector<std::uint64_t> kCounts{8, 0, 4, 4, 2, 1, 1};

template <class S>
std::vector<double> shares(const S& sampler) {
  std::vector<double> weights(kCounts.size());
  sampler.weigh(kCounts, weights);
  double total = 0.0;
  for (const double weight : weights) total += weight;
  for (double& weight : weights) weight /= total;
  return weights;
}

template <class S>
double chi_squared(const S& sampler) {
  constexpr int kDraws = 20000;
  std::vector<double> weights(kCounts.size());
  sampler.weigh(kCounts, weights);
  std::vector<int> drawn(kCounts.size() + 1, 0);
  for (int i = 0; i < kDraws; ++i) ++drawn[draw_weighted(weights, mix64(static_cast<std::uint64_t>(i) + 1))];
  double sum = 0.0;
  const auto expected = shares(sampler);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == 0.0) {
      if (drawn[i] != 0) return 1e9;
      continue;
    }
    const double difference = drawn[i] - kDraws * expected[i];
    sum += difference * difference / (kDraws * expected[i]);
  }
  return drawn.back() != 0 ? 1e9 : sum;
}

constexpr double kChi5 = 20.5;  // exceeded once in a thousand

}  // namespace

TEST_CASE("weights of counts", "[sampler]") {
  CHECK(shares(Proportional{})[0] == Approx(0.4));
  CHECK(shares(Temperature{0.5})[0] == Approx(64.0 / 102.0));
  CHECK(shares(Temperature{2.0})[5] == Approx(1.0 / (std::sqrt(8.0) + 4.0 + std::sqrt(2.0) + 2.0)));
  CHECK(shares(TopK{2}) == std::vector<double>{8.0 / 12, 0, 4.0 / 12, 0, 0, 0, 0});  // the first of two equals
  CHECK(shares(TopK{100}) == shares(Proportional{}));
  CHECK(shares(Nucleus{0.4})[0] == 1.0);
  CHECK(shares(Nucleus{0.41}) == shares(TopK{2}));
  CHECK(shares(Nucleus{1.0}) == shares(Proportional{}));
  CHECK(shares(Nucleus{0.6, 0.5}) == std::vector<double>{1, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("draws follow the weights", "[sampler]") {
  CHECK(chi_squared(Proportional{}) < kChi5);
  CHECK(chi_squared(Temperature{0.7}) < kChi5);
  CHECK(chi_squared(Temperature{3.0}) < kChi5);
  CHECK(chi_squared(TopK{3}) < kChi5);
  CHECK(chi_squared(Nucleus{0.85}) < kChi5);
  CHECK(draw_weighted(std::vector<double>{0, 0}, 5) == 2);
}

TEST_CASE("settings without sense are refused", "[sampler]") {
  CHECK_THROWS_AS(Temperature{0.0}.validate("f"), InvalidArgument);
  CHECK_THROWS_AS(TopK{0}.validate("f"), InvalidArgument);
  CHECK_THROWS_AS(Nucleus{0.0}.validate("f"), InvalidArgument);
  CHECK_THROWS_AS(Nucleus{1.5}.validate("f"), InvalidArgument);
}
