// SPDX-License-Identifier: MIT
/// \file
/// The cheapest path and the cheapest loop of exactly so many steps, and the loop that is cheapest for its length.
///
/// Dynamic programs over the semiring of minima and sums (primitive/min_plus.hpp), exact: no candidate list is pruned,
/// and steps may lead anywhere, forward too. A table of n states costs best_path() O(steps n^2), best_loop() at most
/// 2 log2(steps) products of n^3, mean_loop() n^3.
#pragma once

#include <pastiche/chain/costs.hpp>
#include <pastiche/primitive/min_plus.hpp>

#include <limits>
#include <list>
#include <utility>

namespace pastiche {

namespace detail {

/// Tables of the least cost of a number of steps, made of one another; and the states that reach it.
template <class T>
class StepTables {
 public:
  /// The costs of one step are not copied. The others are products.
  StepTables(const TensorView<const T, 2, Cpu>& costs, const Cpu& device) : device_{device} {
    tables_.push_back({Tensor<T, 2, Cpu>({0, 0}), costs, nullptr, nullptr});
  }

  struct Table {
    Tensor<T, 2, Cpu> own;
    TensorView<const T, 2, Cpu> costs;
    const Table *first, *second;  ///< null for one step
  };

  const Table* one() const noexcept { return &tables_.front(); }
  const Table* after(const Table* first, const Table* second) {
    const index_t n = one()->costs.shape(0);
    tables_.push_back({Tensor<T, 2, Cpu>({n, n}), {}, first, second});
    Table& made = tables_.back();
    primitive::MinPlus<Cpu>{}.multiply(device_, first->costs, second->costs, made.own.view());
    made.costs = std::as_const(made.own).view();
    return &made;
  }

  /// The states between two, in order, appended.
  void trace(const Table* table, int from, int to, std::vector<int>& states) const {
    if (table->first == nullptr) return;
    const int middle = meeting(*table->first, *table->second, from, to);
    trace(table->first, from, middle, states);
    states.push_back(middle);
    trace(table->second, middle, to, states);
  }

  /// Where the first half ends and the second begins.
  static int meeting(const Table& first, const Table& second, int from, int to) {
    int best = 0;
    T least = std::numeric_limits<T>::infinity();
    for (index_t k = 0; k < first.costs.shape(1); ++k) {
      const T sum = first.costs(from, k) + second.costs(k, to);
      if (sum >= least) continue;
      least = sum;
      best = static_cast<int>(k);
    }
    return best;
  }

 private:
  Cpu device_;
  std::list<Table> tables_;
};

/// The sum of the steps in double, so that what is reported does not depend on how it was found.
template <class T>
double cost_of(const TensorView<const T, 2, Cpu>& costs, const std::vector<int>& states) {
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < states.size(); ++i) sum += static_cast<double>(costs(states[i], states[i + 1]));
  return sum;
}

inline Path no_path() {
  return {{}, std::numeric_limits<double>::infinity()};
}

/// Row i of `least` is the least cost of i steps that end in each state, row 0 that of none.
template <class T>
void relax_rows(const TensorView<const T, 2, Cpu>& costs, Tensor<T, 2, Cpu>& least, const Cpu& device) {
  const index_t n = costs.shape(0);
  for (index_t i = 1; i < least.shape(0); ++i) {
    const TensorView<const T, 2, Cpu> before(least.data() + (i - 1) * n, {1, n});
    primitive::MinPlus<Cpu>{}.multiply(device, before, costs, TensorView<T, 2, Cpu>(least.data() + i * n, {1, n}));
  }
}

/// The states of the cheapest way to `to` in row `steps`, the first first.
template <class T>
std::vector<int> trace_rows(const TensorView<const T, 2, Cpu>& costs, const Tensor<T, 2, Cpu>& least, index_t steps,
                            int to) {
  const index_t n = costs.shape(0);
  std::vector<int> states(static_cast<std::size_t>(steps) + 1, to);
  for (index_t i = steps; i > 0; --i) {
    const T* before = least.data() + (i - 1) * n;
    T best = std::numeric_limits<T>::infinity();
    int from = 0;
    for (index_t s = 0; s < n; ++s) {
      const T sum = before[s] + costs(s, states[static_cast<std::size_t>(i)]);
      if (sum >= best) continue;
      best = sum;
      from = static_cast<int>(s);
    }
    states[static_cast<std::size_t>(i) - 1] = from;
  }
  return states;
}

}  // namespace detail

/// The path of least cost that makes exactly `steps` steps from one state to another: `steps` + 1 states. Of equals one
/// is returned, always the same.
/// \throws InvalidArgument where a state does not exist, steps is below 0, or the table is no table of costs
template <Viewable Costs>
Path best_path(const Costs& costs, int from, int to, index_t steps, const Cpu& device = {}) {
  const auto view = detail::checked_costs("best_path", costs);
  using T = element_of_t<Costs>;
  const index_t n = view.shape(0);
  const std::string states = "0 to " + std::to_string(n - 1);
  require(from >= 0 && from < n, "best_path", "from", from, states);
  require(to >= 0 && to < n, "best_path", "to", to, states);
  require(steps >= 0, "best_path", "steps", steps, "at least 0");
  Tensor<T, 2, Cpu> least({steps + 1, n});
  std::fill_n(least.data(), n, std::numeric_limits<T>::infinity());
  least.data()[from] = T(0);
  detail::relax_rows<T>(view, least, device);
  if (!std::isfinite(least.data()[steps * n + to])) return detail::no_path();
  Path path{detail::trace_rows<T>(view, least, steps, to), 0.0};
  path.cost = detail::cost_of<T>(view, path.states);
  return path;
}

/// The loop of least cost of exactly `steps` steps, anywhere in the chain: `steps` + 1 states, of which the last is the
/// first again. Powers of the table, by doubling.
/// \throws InvalidArgument where steps is below 1, or the table is no table of costs
template <Viewable Costs>
Path best_loop(const Costs& costs, index_t steps, const Cpu& device = {}) {
  const auto view = detail::checked_costs("best_loop", costs);
  using T = element_of_t<Costs>;
  require(steps >= 1, "best_loop", "steps", steps, "at least 1");
  const index_t n = view.shape(0);
  detail::StepTables<T> tables(view, device);
  // The last product is never made, only its diagonal: a loop is two paths that meet twice.
  const auto* power = tables.one();
  const auto* first = static_cast<decltype(power)>(nullptr);
  index_t rest = steps - 1;
  for (; rest > 0; rest /= 2) {
    if (rest % 2 != 0) first = first == nullptr ? power : tables.after(first, power);
    if (rest > 1) power = tables.after(power, power);
  }
  int start = -1, middle = 0;
  T least = std::numeric_limits<T>::infinity();
  for (int s = 0; s < n; ++s) {
    int k = s;
    T sum = view(s, s);
    if (first != nullptr) {
      k = detail::StepTables<T>::meeting(*first, *tables.one(), s, s);
      sum = first->costs(s, k) + view(k, s);
    }
    if (sum >= least) continue;
    least = sum;
    start = s;
    middle = k;
  }
  if (start < 0) return detail::no_path();
  Path loop{{start}, 0.0};
  if (first != nullptr) {
    tables.trace(first, start, middle, loop.states);
    loop.states.push_back(middle);
  }
  loop.states.push_back(start);
  loop.cost = detail::cost_of<T>(view, loop.states);
  return loop;
}

/// The loop whose steps cost least on average, of whatever length (at most the number of states); the last state is the
/// first again. R. M. Karp, "A characterization of the minimum cycle mean in a digraph", Discrete Mathematics 23, 1978.
/// \throws InvalidArgument where the table is no table of costs
template <Viewable Costs>
Path mean_loop(const Costs& costs, const Cpu& device = {}) {
  const auto view = detail::checked_costs("mean_loop", costs);
  const index_t n = view.shape(0);
  // In double: means are differences of sums of n costs.
  Tensor<double, 2, Cpu> table({n, n}), least({n + 1, n});
  for (index_t s = 0; s < n; ++s) {
    for (index_t t = 0; t < n; ++t) table.data()[s * n + t] = static_cast<double>(view(s, t));
  }
  const auto exact = std::as_const(table).view();
  std::fill_n(least.data(), n, 0.0);  // a walk may begin anywhere
  detail::relax_rows<double>(exact, least, device);
  const double* longest = least.data() + n * n;
  double best = std::numeric_limits<double>::infinity();
  int end = -1;
  for (index_t v = 0; v < n; ++v) {
    if (!std::isfinite(longest[v])) continue;
    double worst = -std::numeric_limits<double>::infinity();
    for (index_t k = 0; k < n; ++k) {
      const double part = least.data()[k * n + v];
      if (std::isfinite(part)) worst = max_of(worst, (longest[v] - part) / static_cast<double>(n - k));
    }
    if (worst >= best) continue;
    best = worst;
    end = static_cast<int>(v);
  }
  if (end < 0) return detail::no_path();
  // The n steps to `end` pass over n + 1 states, so one comes twice; what lies between is such a loop. Of several that
  // differ by rounding, the best.
  const std::vector<int> walk = detail::trace_rows<double>(exact, least, n, end);
  Path loop = detail::no_path();
  double mean = std::numeric_limits<double>::infinity();
  std::vector<int> open;
  std::vector<int> place(static_cast<std::size_t>(n), -1);  // in `open`
  for (const int state : walk) {
    const int at = place[static_cast<std::size_t>(state)];
    if (at >= 0) {
      std::vector<int> states(open.begin() + at, open.end());
      states.push_back(state);
      const double cost = detail::cost_of<double>(exact, states);
      if (cost / static_cast<double>(states.size() - 1) < mean) {
        mean = cost / static_cast<double>(states.size() - 1);
        loop = {states, cost};
      }
      while (static_cast<int>(open.size()) > at) {
        place[static_cast<std::size_t>(open.back())] = -1;
        open.pop_back();
      }
    }
    place[static_cast<std::size_t>(state)] = static_cast<int>(open.size());
    open.push_back(state);
  }
  return loop;
}

}  // namespace pastiche
