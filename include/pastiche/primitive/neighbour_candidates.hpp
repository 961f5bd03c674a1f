// SPDX-License-Identifier: MIT
/// \file
/// How candidates for the neighbours of a patch are refused, ranked and kept, whichever search proposes them.
#pragma once

#include <pastiche/primitive/field_problem.hpp>
#include <pastiche/primitive/place_lookup.hpp>

#include <cstdint>
#include <vector>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// What patches are ranked by where places have factors.
template <class Sum>
using rank_scalar_t = std::conditional_t<std::same_as<Sum, double>, double, float>;

/// (distance + bias) * factor. No multiply-add can be made of it, so it is the same everywhere.
template <class Sum>
PASTICHE_HD constexpr rank_scalar_t<Sum> ranked(Sum distance, float bias, float factor) noexcept {
  using R = rank_scalar_t<Sum>;
  return (static_cast<R>(distance) + static_cast<R>(bias)) * static_cast<R>(factor);
}

/// Whether a neighbour so many rows and columns off is one that the options allow.
struct NeighbourRange {
  int window, apart;

  PASTICHE_HD constexpr bool operator()(int example, index_t rows, index_t columns) const noexcept {
    const index_t off = max_of(abs_of(rows), abs_of(columns));
    return (window == 0 || off <= window) && (example != 0 || off >= apart);
  }
};

/// Which of places that rank alike is kept: the one that came first, or the one with the lowest number, whatever the
/// order they come in.
enum class Ties { first, lowest };

/// Ends a sum that is out of the running.
template <class Sum, Ties kTies>
struct StopAtLimit {
  Sum limit;
  PASTICHE_HD constexpr bool operator()(Sum sum) const noexcept {
    return kTies == Ties::first ? sum >= limit : sum > limit;
  }
};

/// Neighbours of all patches: `nearest` in a row, the best first.
template <class Sum>
struct NeighbourLists {
  BlockSource* sources;  ///< example -1 where there is none
  Sum* distances;
};

/// What is asked of every candidate. Cost is a PatchDistance, or its form for vector registers.
template <class Cost, Ties kTies>
struct NeighbourCandidates {
  using Sum = typename Cost::Sum;
  Cost cost;
  PlaceLookup places;
  NeighbourRange in_range;
  const float* factors;  ///< of places; null: distances rank themselves
  float bias;
  int nearest;

  PASTICHE_INLINE void clear(BlockSource* sources, Sum* distances) const noexcept {
    for (int k = 0; k < nearest; ++k) {
      sources[k] = {-1, -1, -1};
      distances[k] = kFarthest<Sum>;
    }
  }

  /// Puts a place into the list of the patch at (y, x) if it is nearer than the last of it and not there yet. Called
  /// from one place in every kernel: it is large, and always inlined.
  PASTICHE_INLINE void offer(index_t y, index_t x, const BlockSource& place, BlockSource* sources,
                             Sum* distances) const noexcept {
    for (int k = 0; k < nearest; ++k) {
      const BlockSource& have = sources[k];
      if (have.column == place.column && have.row == place.row && have.example == place.example) return;
    }
    offer_new(y, x, place, sources, distances);
  }

  /// The same for a place that was never offered before.
  PASTICHE_INLINE void offer_new(index_t y, index_t x, const BlockSource& place, BlockSource* sources,
                                 Sum* distances) const noexcept {
    if (!places.holds(place) || !in_range(place.example, place.row - y, place.column - x)) return;
    const int last = nearest - 1;
    const StopAtLimit<Sum, kTies> stop{limit(place, sources[last], distances[last])};
    const Sum distance = cost(y, x, place, stop);
    int k = nearest;
    while (k > 0 && nearer(distance, place, distances[k - 1], sources[k - 1])) --k;
    for (int i = last; i > k; --i) {
      sources[i] = sources[i - 1];
      distances[i] = distances[i - 1];
    }
    if (k > last) return;
    sources[k] = place;
    distances[k] = distance;
  }

 private:
  using Rank = rank_scalar_t<Sum>;

  PASTICHE_INLINE Rank rank(Sum distance, const BlockSource& place) const noexcept {
    return ranked(distance, bias, factors[places.number(place)]);
  }

  /// A distance beyond which a place cannot beat the last one of a list. With factors it is rounded up by more than
  /// ranks are rounded.
  PASTICHE_INLINE Sum limit(const BlockSource& place, const BlockSource& last, Sum distance) const noexcept {
    if (factors == nullptr || last.example < 0) return distance;
    const Rank share = rank(distance, last) / static_cast<Rank>(factors[places.number(place)]);
    const Rank most = share * static_cast<Rank>(1.000002f) - static_cast<Rank>(bias);
    if (!(most < static_cast<Rank>(1e9f))) return kFarthest<Sum>;
    return static_cast<Sum>(most) + static_cast<Sum>(std::integral<Sum> ? 1 : 0);
  }

  PASTICHE_INLINE bool nearer(Sum distance, const BlockSource& place, Sum other,
                              const BlockSource& there) const noexcept {
    if (there.example < 0) return distance == distance;  // NaN is near to nothing
    if (factors == nullptr) return distance < other || (distance == other && before(place, there));
    const Rank mine = rank(distance, place), its = rank(other, there);
    return mine < its || (mine == its && before(place, there));
  }

  PASTICHE_INLINE static bool before(const BlockSource& a, const BlockSource& b) noexcept {
    if (kTies == Ties::first) return false;
    if (a.example != b.example) return a.example < b.example;
    return a.row != b.row ? a.row < b.row : a.column < b.column;
  }
};

PASTICHE_DEVICE_CODE_END

/// What the candidates of a problem are judged by, in device memory.
template <class E, class Device>
class CandidateTables {
 public:
  explicit CandidateTables(const FieldProblem<E, Device>& problem)
      : grids_(problem.places.grids(), problem.device),
        views_(problem.examples, problem.device),
        allowed_(problem.allowed, problem.device),
        wanted_(problem.wanted, problem.device),
        factors_(factors(problem), problem.device) {}

  template <Ties kTies, class Cost>
  NeighbourCandidates<Cost, kTies> candidates(const FieldProblem<E, Device>& problem, const Cost& cost) const {
    const FieldOptions& o = problem.options;
    return {cost, places(), {o.window, o.apart}, some(factors_), problem.bias, o.nearest};
  }
  PlaceLookup places() const noexcept { return {grids_.data(), static_cast<int>(grids_.size()), some(allowed_)}; }
  const TensorView<const E, 3, Device>* examples() const noexcept { return views_.data(); }
  const std::uint8_t* wanted() const noexcept { return some(wanted_); }

 private:
  static std::vector<float> factors(const FieldProblem<E, Device>& problem) {
    if (problem.factors == nullptr) return {};
    return {problem.factors, problem.factors + problem.places.size()};
  }
  template <class T>
  static const T* some(const DeviceArray<T, Device>& array) noexcept {
    return array.size() > 0 ? array.data() : nullptr;
  }

  DeviceArray<PlaceGrid, Device> grids_;
  DeviceArray<TensorView<const E, 3, Device>, Device> views_;
  DeviceArray<std::uint8_t, Device> allowed_, wanted_;
  DeviceArray<float, Device> factors_;
};

/// A field without anything in it yet.
template <class Sum, class E, class Device>
NearestField<Sum, Device> empty_field(const FieldProblem<E, Device>& problem) {
  const index_t rows = problem.rows(), columns = problem.columns(), nearest = problem.options.nearest;
  return {problem.options.patch, Tensor<int, 4, Device>({rows, columns, nearest, 3}, problem.device),
          Tensor<Sum, 3, Device>({rows, columns, nearest}, problem.device)};
}

template <class Sum, class Device>
NeighbourLists<Sum> lists_of(NearestField<Sum, Device>& field) noexcept {
  return {reinterpret_cast<BlockSource*>(field.sources.data()), field.distances.data()};
}

}  // namespace pastiche::detail
