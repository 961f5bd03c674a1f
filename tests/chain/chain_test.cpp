// SPDX-License-Identifier: MIT
// Chains: what is foreseen equals a long sweep of the recursion, dead ends are never entered, paths and loops cost what
// brute force finds, walks are drawn with the probabilities they say.
#include "support/catch.hpp"
#include "support/refusal.hpp"

#include <pastiche/chain/look_ahead.hpp>
#include <pastiche/chain/paths.hpp>
#include <pastiche/chain/walk.hpp>
#include <pastiche/core/random.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace pastiche;
using test::refusal;
constexpr double kNever = std::numeric_limits<double>::infinity();

template <class T>
Tensor<T, 2, Cpu> random_costs(index_t n, double missing, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  Tensor<T, 2, Cpu> costs({n, n});
  for (index_t i = 0; i < costs.size(); ++i) {
    const double u = static_cast<double>(rng.uniform()), cost = static_cast<double>(rng.uniform());
    costs.data()[i] = static_cast<T>(u < missing ? kNever : cost);
  }
  return costs;
}

double cost_of(const Tensor<double, 2, Cpu>& costs, const std::vector<int>& states) {
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < states.size(); ++i) sum += costs.view()(states[i], states[i + 1]);
  return sum;
}

// Every path of so many steps from a state, to be judged.
void each_path(index_t n, std::vector<int>& path, index_t steps, const std::function<void()>& visit) {
  if (steps == 0) return visit();
  for (int t = 0; t < n; ++t) {
    path.push_back(t);
    each_path(n, path, steps - 1, visit);
    path.pop_back();
  }
}

TEST_CASE("a look ahead is the fixed point of its recursion", "[chain]") {
  for (const double discount : {0.0, 0.5, 0.99}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const index_t n = 12;
      const auto costs = random_costs<double>(n, 0.7, seed);
      const auto seen = look_ahead(costs, {.discount = discount, .power = 2.0});
      std::vector<double> least(n, 0.0);
      for (int sweep = 0; sweep < 6000; ++sweep) {
        for (index_t s = n - 1; s >= 0; --s) {
          double best = kNever;
          for (index_t t = 0; t < n; ++t) {
            // Without the test 0 * infinity is NaN.
            const double future = least[static_cast<std::size_t>(t)];
            if (std::isfinite(costs.view()(s, t)) && std::isfinite(future)) {
              best = std::min(best, costs.view()(s, t) * costs.view()(s, t) + discount * future);
            }
          }
          least[static_cast<std::size_t>(s)] = best;
        }
      }
      for (index_t s = 0; s < n; ++s) {
        CAPTURE(discount, seed, s);
        const double expected = least[static_cast<std::size_t>(s)], found = seen.least.data()[s];
        CHECK(std::isfinite(expected) == std::isfinite(found));
        if (std::isfinite(expected)) CHECK(found == Approx(expected).epsilon(1e-9).margin(1e-12));
      }
    }
  }
}

TEST_CASE("a look ahead closes what leads to a dead end", "[chain]") {
  // 0 - 1 - 2 in a ring; from 1 a cheap way leads to 3, 4 and no farther.
  Tensor<float, 2, Cpu> costs({5, 5});
  std::fill_n(costs.data(), costs.size(), std::numeric_limits<float>::infinity());
  const auto set = [&](index_t s, index_t t, float c) { costs.data()[s * 5 + t] = c; };
  set(0, 1, 1.0f);
  set(1, 2, 1.0f);
  set(2, 0, 1.0f);
  set(1, 3, 0.0f);
  set(3, 4, 0.0f);
  const auto seen = look_ahead(costs);
  CHECK(std::isinf(seen.costs.view()(1, 3)));
  CHECK(std::isinf(seen.least.data()[3]));
  CHECK(seen.least.data()[0] == Approx(100.0).epsilon(1e-5));  // a cost of 1 at every step, discounted by 0.99
  const auto chain = TableChain(seen.costs);
  const auto endless = walk(chain, 0, {.steps = 1000, .seed = 3}, ExpDistance{.sigma = 10.0});
  CHECK_FALSE(endless.dead_end);
  CHECK(endless.states.size() == 1001);
  CHECK(*std::max_element(endless.states.begin(), endless.states.end()) == 2);
  const auto ends = walk(TableChain(costs), 0, {.steps = 1000, .seed = 3}, ArgMin{});
  CHECK(ends.dead_end);
  CHECK(ends.states == std::vector<int>{0, 1, 3, 4});
}

TEST_CASE("the best paths and loops of exact length equal brute force", "[chain]") {
  const index_t n = 5;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto costs = random_costs<double>(n, 0.4, seed);
    for (index_t steps = 1; steps <= 6; ++steps) {
      double loop = kNever;
      std::vector<double> to(n, kNever);
      for (int start = 0; start < n; ++start) {
        std::vector<int> path{start};
        each_path(n, path, steps, [&] {
          const double cost = cost_of(costs, path);
          if (path.back() == start) loop = std::min(loop, cost);
          double& known = to[static_cast<std::size_t>(path.back())];
          if (start == 0) known = std::min(known, cost);
        });
      }
      CAPTURE(seed, steps);
      const Path found = best_loop(costs, steps);
      REQUIRE(found.states.empty() == std::isinf(loop));
      if (!std::isinf(loop)) {
        CHECK(found.cost == Approx(loop).epsilon(1e-12));
        CHECK(found.states.size() == static_cast<std::size_t>(steps) + 1);
        CHECK(found.states.front() == found.states.back());
        CHECK(cost_of(costs, found.states) == found.cost);
      }
      for (int end = 0; end < n; ++end) {
        const Path path = best_path(costs, 0, end, steps);
        const double expected = to[static_cast<std::size_t>(end)];
        REQUIRE(path.states.empty() == std::isinf(expected));
        if (std::isinf(expected)) continue;
        CHECK(path.cost == Approx(expected).epsilon(1e-12));
        CHECK(path.states.front() == 0);
        CHECK(path.states.back() == end);
        CHECK(path.states.size() == static_cast<std::size_t>(steps) + 1);
      }
    }
  }
}

TEST_CASE("the loop of least mean equals brute force", "[chain]") {
  const index_t n = 5;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto costs = random_costs<double>(n, 0.6, seed);
    double least = kNever;
    for (index_t steps = 1; steps <= n; ++steps) {
      const Path loop = best_loop(costs, steps);
      if (!loop.states.empty()) least = std::min(least, loop.cost / static_cast<double>(steps));
    }
    CAPTURE(seed);
    const Path found = mean_loop(costs);
    REQUIRE(found.states.empty() == std::isinf(least));
    if (found.states.empty()) continue;
    CHECK(found.states.front() == found.states.back());
    CHECK(found.cost / static_cast<double>(found.states.size() - 1) == Approx(least).epsilon(1e-9));
  }
}

TEST_CASE("long loops have their length and no loop of equal length is cheaper", "[chain]") {
  const index_t n = 60;
  const auto costs = random_costs<float>(n, 0.5, 7);
  for (const index_t steps : {1, 2, 3, 7, 64, 100, 255}) {
    const Path loop = best_loop(costs, steps), again = best_loop(costs, steps, Cpu{.threads = 2});
    CAPTURE(steps);
    REQUIRE(loop.states.size() == static_cast<std::size_t>(steps) + 1);
    CHECK(loop.states == again.states);
    double least = kNever;
    for (int s = 0; s < n; ++s) least = std::min(least, best_path(costs, s, s, steps).cost);
    CHECK(loop.cost == Approx(least).epsilon(1e-5));
  }
}

TEST_CASE("a walk steps with the probabilities of its costs", "[chain]") {
  Tensor<float, 2, Cpu> costs({3, 3});
  const float table[] = {0.1f, 0.3f, 0.2f, 0.0f, 0.5f, 0.1f, 0.2f, 0.2f, 0.2f};
  std::copy(std::begin(table), std::end(table), costs.data());
  const double sigma = 0.1;
  const auto walked = walk(TableChain(costs), 0, {.steps = 60000, .seed = 11}, ExpDistance{.sigma = sigma});
  double count[3][3] = {};
  for (std::size_t i = 0; i + 1 < walked.states.size(); ++i) ++count[walked.states[i]][walked.states[i + 1]];
  double chi = 0.0;
  for (int s = 0; s < 3; ++s) {
    double sum = 0.0, all = 0.0;
    for (int t = 0; t < 3; ++t) {
      sum += std::exp(-static_cast<double>(costs.view()(s, t)) / sigma);
      all += count[s][t];
    }
    for (int t = 0; t < 3; ++t) {
      const double expected = all * std::exp(-static_cast<double>(costs.view()(s, t)) / sigma) / sum;
      chi += (count[s][t] - expected) * (count[s][t] - expected) / expected;
    }
  }
  CHECK(chi < 22.5);  // 6 degrees of freedom, one in a thousand
  CHECK(walk(TableChain(costs), 0, {.steps = 60000, .seed = 11}, ExpDistance{.sigma = sigma}).states == walked.states);
  CHECK(walk(TableChain(costs), 0, {.steps = 60000, .seed = 12}, ExpDistance{.sigma = sigma}).states != walked.states);
}

TEST_CASE("variety spreads a walk over its states", "[chain]") {
  const index_t n = 20;
  Tensor<float, 2, Cpu> costs({n, n});
  for (index_t s = 0; s < n; ++s) {
    for (index_t t = 0; t < n; ++t) costs.data()[s * n + t] = t < 2 ? 0.0f : 0.5f;
  }
  const auto most = [&](double variety) {
    const auto walked =
        walk(TableChain(costs), 0, {.steps = 4000, .variety = variety, .seed = 1}, ExpDistance{.sigma = 0.1});
    return std::count(walked.states.begin(), walked.states.end(), 0);
  };
  CHECK(most(0.0) > 1500);
  CHECK(most(1.0) < 600);  // an even share is 200
}

// The user's own states: words that follow each other.
struct Words {
  using State = std::string;
  template <class Visit>
  void for_each_step(const std::string& from, const Visit& visit) const {
    if (from == "to") visit("be", 0.0);
    if (from == "be") {
      visit("or", 0.0);
      visit(".", 0.0);
    }
    if (from == "or") visit("not", 0.0);
    if (from == "not") visit("to", 0.0);
  }
};
static_assert(Chain<Words>);

TEST_CASE("a chain may have states of any kind", "[chain]") {
  const auto said = walk(Words{}, std::string("to"), {.steps = 100, .seed = 2});
  CHECK(said.dead_end);
  CHECK(said.states.back() == ".");
  CHECK(std::set<std::string>(said.states.begin(), said.states.end()).count("to") == 1);
}

TEST_CASE("what makes no chain is refused", "[chain]") {
  Tensor<float, 2, Cpu> wide({2, 3}), costs({2, 2});
  std::fill_n(wide.data(), wide.size(), 0.0f);
  std::fill_n(costs.data(), costs.size(), 0.0f);
  CHECK(refusal([&] { static_cast<void>(best_loop(wide, 3)); }).find("columns of the costs is 3") != std::string::npos);
  CHECK(refusal([&] { static_cast<void>(best_loop(costs, 0)); }).find("steps is 0") != std::string::npos);
  CHECK(refusal([&] { static_cast<void>(best_path(costs, 0, 2, 1)); }).find("to is 2") != std::string::npos);
  CHECK(refusal([&] { static_cast<void>(look_ahead(costs, {.discount = 1.0})); }).find("discount is 1") !=
        std::string::npos);
  CHECK(refusal([&] { static_cast<void>(walk(TableChain(costs), 0, {.steps = -1})); }).find("steps is -1") !=
        std::string::npos);
  costs.data()[2] = -1.0f;
  CHECK(refusal([&] { static_cast<void>(mean_loop(costs)); }).find("step from 1 to 0 is -1") != std::string::npos);
  costs.data()[2] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refusal([&] { static_cast<void>(look_ahead(costs)); }).find("step from 1 to 0") != std::string::npos);
}

}  // namespace
