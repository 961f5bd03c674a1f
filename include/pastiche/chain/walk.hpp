// SPDX-License-Identifier: MIT
/// \file
/// A random walk along a chain: the Markov chain at play, whatever its states are.
#pragma once

#include <pastiche/chain/costs.hpp>
#include <pastiche/core/observer.hpp>
#include <pastiche/core/policy.hpp>
#include <pastiche/core/random.hpp>
#include <pastiche/sampler/sampler.hpp>

#include <map>
#include <utility>

namespace pastiche {

struct WalkOptions {
  index_t steps = 0;     ///< to make, at most
  double variety = 0.0;  ///< what a state costs more, at each visit, that was visited before: times its visits so far
                         ///< over the mean of all states visited, less 1. At least 0; 0 for a plain Markov chain
  std::uint64_t seed = 0;
};

/// Where a walk went.
template <class State>
struct Walk {
  std::vector<State> states;  ///< the start first
  bool dead_end = false;      ///< the last state has no step, and there are fewer steps than were asked for
};

namespace detail {

/// How often states were visited, against the mean over those that were.
template <class State>
class Visits {
 public:
  void add(const State& state) {
    ++count_[state];
    ++all_;
  }
  /// 0 for a state visited no more than the mean.
  double excess(const State& state) const {
    const auto found = count_.find(state);
    if (found == count_.end()) return 0.0;
    const double mean = static_cast<double>(all_) / static_cast<double>(count_.size());
    return max_of(0.0, static_cast<double>(found->second) / mean - 1.0);
  }

 private:
  std::map<State, index_t> count_;
  index_t all_ = 0;
};

}  // namespace detail

/// Walks from a state, each step drawn by the sampler from the costs of those there are: ExpDistance{sigma} takes a
/// step with a probability proportional to exp(-cost / sigma). One seed, one walk. \throws InvalidArgument where steps
/// or variety are below 0, or the sampler's settings make no sense
template <Chain C, Sampler<double> S = ExpDistance>
Walk<typename C::State> walk(const C& chain, typename C::State start, const WalkOptions& options,
                             const S& sampler = {}) {
  using State = typename C::State;
  require(options.steps >= 0, "walk", "steps", options.steps, "at least 0");
  require(options.variety >= 0.0 && is_finite(options.variety), "walk", "variety", options.variety, "at least 0");
  validate_policy(sampler, "walk");
  Walk<State> result;
  result.states.reserve(static_cast<std::size_t>(options.steps) + 1);
  result.states.push_back(start);
  detail::Visits<State> visits;
  if (options.variety > 0.0) visits.add(start);
  std::vector<std::pair<State, double>> steps;
  for (index_t i = 0; i < options.steps; ++i) {
    steps.clear();
    double least = kFarthest<double>;
    chain.for_each_step(result.states.back(), [&](const State& to, double cost) {
      if (options.variety > 0.0) cost += options.variety * visits.excess(to);
      steps.emplace_back(to, cost);
      least = min_of(least, cost);
    });
    if (steps.empty()) {
      result.dead_end = true;
      break;
    }
    Draw<S, double> draw{
        sampler, {least, 1.0}, mix64(options.seed + 0x9e3779b97f4a7c15u * static_cast<std::uint64_t>(i + 1))};
    for (std::size_t k = 0; k < steps.size(); ++k) {
      if (steps[k].second <= draw.limit()) draw.offer(steps[k].second, static_cast<index_t>(k));
    }
    result.states.push_back(steps[static_cast<std::size_t>(draw.best.candidate)].first);
    if (options.variety > 0.0) visits.add(result.states.back());
  }
  return result;
}

}  // namespace pastiche
