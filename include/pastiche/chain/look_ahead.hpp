// SPDX-License-Identifier: MIT
/// \file
/// What a step costs when all that must follow it is counted, too: a walk by such costs keeps clear of dead ends.
///
/// A. Schoedl, R. Szeliski, D. H. Salesin, I. Essa, "Video textures", SIGGRAPH 2000, section 3.2. Their recursion
/// D''_ij = D'_ij^p + alpha min_k D''_jk names the cost of leaving frame i - 1 by the row i, so that the future of a
/// step to j is in row j + 1: taken as printed it is 0, since D'_jj is, and nothing is anticipated. Here costs are
/// those of steps from state to state, and F(s, t) = c(s, t)^p + alpha min_u F(t, u).
#pragma once

#include <pastiche/chain/costs.hpp>

#include <limits>

namespace pastiche {

struct LookAheadOptions {
  double discount = 0.99;  ///< alpha, of the cost of the next step against this one; 0 to below 1
  double power = 1.0;      ///< p: more prefers many small costs to one that is large; above 0, to 10
};

/// Costs that anticipate.
template <Scalar T>
struct LookAhead {
  Tensor<T, 2, Cpu> costs;  ///< F (from, to); infinite where there is no step, or where it leads to a dead end
  Tensor<T, 1, Cpu> least;  ///< of each state, over its steps; infinite where every walk from it ends
  int rounds = 0;           ///< of improvement
};

namespace detail {

/// The least discounted cost of a walk without end from each state, by policy iteration (R. A. Howard, "Dynamic
/// programming and Markov processes", 1960): the best step of every state is chosen anew until none changes. What the
/// chosen steps cost for ever is known exactly, since from everywhere they run into a loop; sweeps over all states
/// would come near it with discount^n.
template <class T>
class BestSteps {
 public:
  BestSteps(TensorView<const T, 2, Cpu> costs, double discount) : costs_{costs}, discount_{discount} {
    const auto n = static_cast<std::size_t>(costs.shape(0));
    step_.assign(n, -1);
    least_.assign(n, std::numeric_limits<double>::infinity());
    find_endless();
  }

  int improve() {
    int rounds = 0;
    do {
      evaluate();
      ++rounds;
    } while (choose());
    return rounds;
  }
  const std::vector<double>& least() const noexcept { return least_; }

 private:
  index_t states() const noexcept { return costs_.shape(0); }
  static std::size_t at(index_t i) noexcept { return static_cast<std::size_t>(i); }

  // States whose steps all lead to dead ends are dead ends; the others get any step that does not.
  void find_endless() {
    std::vector<char> ends(step_.size(), 0);
    for (bool again = true; again;) {
      again = false;
      for (index_t s = states() - 1; s >= 0; --s) {
        if (ends[at(s)] != 0) continue;
        index_t t = max_of(step_[at(s)], 0);
        while (t < states() && (!std::isfinite(costs_(s, t)) || ends[at(t)] != 0)) ++t;
        step_[at(s)] = t < states() ? static_cast<int>(t) : -1;
        if (t < states()) continue;
        ends[at(s)] = 1;
        again = true;
      }
    }
  }

  double cost(index_t s) const noexcept { return static_cast<double>(costs_(s, step_[at(s)])); }

  // What the chosen steps cost from every state on.
  void evaluate() {
    std::vector<index_t> seen(step_.size(), -1);  // the walk that came by, and where in it
    std::vector<char> done(step_.size(), 0);
    std::vector<index_t> walk;
    for (index_t s = 0; s < states(); ++s) {
      if (step_[at(s)] < 0) continue;
      walk.clear();
      index_t t = s;
      while (done[at(t)] == 0 && seen[at(t)] < 0) {
        seen[at(t)] = static_cast<index_t>(walk.size());
        walk.push_back(t);
        t = step_[at(t)];
      }
      if (done[at(t)] == 0) {  // a loop, from seen[t] to the end of the walk
        double sum = 0.0, factor = 1.0;
        for (std::size_t i = at(seen[at(t)]); i < walk.size(); ++i, factor *= discount_) sum += factor * cost(walk[i]);
        least_[at(t)] = sum / (1.0 - factor);
        done[at(t)] = 1;
      }
      for (std::size_t i = walk.size(); i-- > 0;) {
        const index_t from = walk[i];
        if (done[at(from)] == 0) least_[at(from)] = cost(from) + discount_ * least_[at(step_[at(from)])];
        done[at(from)] = 1;
      }
    }
  }

  // Whether a step got better, by more than rounding. From the last state to the first, because chains mostly run
  // forward, and what is found counts for those that follow.
  bool choose() {
    bool changed = false;
    for (index_t s = states() - 1; s >= 0; --s) {
      if (step_[at(s)] < 0) continue;
      const T* row = costs_.row(s);
      double best = least_[at(s)] * (1.0 - 1e-12);
      int step = -1;
      for (index_t t = 0; t < states(); ++t) {
        const double whole = static_cast<double>(row[t]) + discount_ * least_[at(t)];
        if (!(whole < best)) continue;  // nor where it is NaN, of a dead end without a discount
        best = whole;
        step = static_cast<int>(t);
      }
      if (step < 0) continue;
      step_[at(s)] = step;
      least_[at(s)] = best;
      changed = true;
    }
    return changed;
  }

  TensorView<const T, 2, Cpu> costs_;
  double discount_;
  std::vector<int> step_;  ///< of each state; -1 for dead ends
  std::vector<double> least_;
};

template <class T>
T powered(T x, double power) noexcept {
  if (power == 1.0) return x;
  if (power == 2.0) return x * x;
  if (power == 0.5) return std::sqrt(x);
  return static_cast<T>(std::pow(x, static_cast<T>(power)));
}

}  // namespace detail

/// The costs of steps (from, to) with those of what must follow, (n, n) in and out.
/// \throws InvalidArgument where the table is not square, a cost is below 0 or NaN, or an option is out of range
template <Viewable Costs>
auto look_ahead(const Costs& costs, const LookAheadOptions& options = {}) {
  const auto view = detail::checked_costs("look_ahead", costs);
  using T = element_of_t<Costs>;
  require(options.discount >= 0.0 && options.discount < 1.0, "look_ahead", "discount", options.discount,
          "0 to below 1");
  require(options.power > 0.0 && options.power <= 10.0, "look_ahead", "power", options.power, "above 0, at most 10");
  const index_t n = view.shape(0);
  LookAhead<T> result{Tensor<T, 2, Cpu>({n, n}), Tensor<T, 1, Cpu>({n})};
  for (index_t s = 0; s < n; ++s) {
    for (index_t t = 0; t < n; ++t) result.costs.data()[s * n + t] = detail::powered(view(s, t), options.power);
  }
  detail::BestSteps<T> steps(std::as_const(result.costs).view(), options.discount);
  result.rounds = steps.improve();
  for (index_t s = 0; s < n; ++s) {
    result.least.data()[s] = static_cast<T>(steps.least()[static_cast<std::size_t>(s)]);
    for (index_t t = 0; t < n; ++t) {
      const double future = steps.least()[static_cast<std::size_t>(t)];
      T& cost = result.costs.data()[s * n + t];
      cost = std::isfinite(future) ? static_cast<T>(static_cast<double>(cost) + options.discount * future)
                                   : std::numeric_limits<T>::infinity();
    }
  }
  return result;
}

}  // namespace pastiche
