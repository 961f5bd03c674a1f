// SPDX-License-Identifier: MIT
/// \file
/// Chains of states: what a step from one state to another costs.
///
/// A chain is anything that lists the steps out of a state with their costs, such as a table of the distances between
/// frames, or the words that follow a word. A cost is a distance: what samplers turn into a probability, and what
/// look_ahead(), best_path(), best_loop() and mean_loop() sum up.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

namespace pastiche {

namespace detail {

/// Stands in for any visitor of steps where a chain is checked.
template <class State>
struct AnyVisitor {
  void operator()(const State&, double) const noexcept {}
};

}  // namespace detail

/// `chain.for_each_step(from, visit)` calls `visit(to, cost)` for every step that leaves `from`, in an order that is
/// always the same; costs are at least 0. A state without steps is a dead end.
template <class C>
concept Chain = requires(const C& chain, const typename C::State& from, detail::AnyVisitor<typename C::State> visit) {
  { chain.for_each_step(from, visit) };
};

namespace detail {

/// A square table of costs, checked.
template <Viewable Costs>
auto checked_costs(const char* function, const Costs& costs) {
  const auto view = view_of(costs);
  using View = std::remove_cv_t<decltype(view)>;
  using T = typename View::value_type;
  static_assert(View::rank == 2 && Scalar<T> && std::same_as<typename View::device_type, Cpu>,
                "costs of steps are a square table (from, to) of float or double in host memory");
  require(view.shape(0) >= 1, function, "number of states", view.shape(0), "at least 1");
  require(view.shape(0) == view.shape(1), function, "columns of the costs", view.shape(1),
          std::to_string(view.shape(0)) + ", as many as rows");
  for (index_t s = 0; s < view.shape(0); ++s) {
    for (index_t t = 0; t < view.shape(1); ++t) {
      if (!(view(s, t) >= T(0))) {  // NaN too
        require(false, function, ("cost of the step from " + std::to_string(s) + " to " + std::to_string(t)).c_str(),
                view(s, t), "at least 0, infinite where there is no such step");
      }
    }
  }
  return view;
}

}  // namespace detail

/// The chain of a table of costs (from, to), infinite where there is no step. Keeps a view: the table has to outlive
/// it.
template <Scalar T>
class TableChain {
 public:
  using State = int;

  /// \throws InvalidArgument where the table is not square, is empty, or has a cost below 0 or NaN
  template <Viewable Costs>
  explicit TableChain(const Costs& costs) : costs_{detail::checked_costs("TableChain", costs)} {}

  index_t states() const noexcept { return costs_.shape(0); }

  template <class Visit>
  void for_each_step(int from, const Visit& visit) const {
    const T* row = costs_.row(from);
    for (index_t t = 0; t < costs_.shape(1); ++t) {
      if (std::isfinite(row[t])) visit(static_cast<int>(t), static_cast<double>(row[t]));
    }
  }

 private:
  TensorView<const T, 2, Cpu> costs_;
};

template <Viewable Costs>
TableChain(const Costs&) -> TableChain<element_of_t<Costs>>;

static_assert(Chain<TableChain<float>>);

/// States visited one after the other, and the sum of what the steps between them cost.
struct Path {
  std::vector<int> states;  ///< empty where there is no such path
  double cost = 0.0;        ///< infinite where there is none
};

}  // namespace pastiche
