// SPDX-License-Identifier: MIT
/// \file
/// Block searchers that know the algebra of squared differences: by Fourier transforms, and by whichever form costs
/// less.
#pragma once

#include <pastiche/primitive/block_search_fft.hpp>
#include <pastiche/searcher/block_search.hpp>

#include <cmath>
#include <optional>

namespace pastiche {

/// Squared differences by Fourier transforms: for large blocks and wide overlaps.
struct FftSearch {
  template <Element E, DevicePolicy Device>
  auto prepare(const BlockProblem<E, Device>& problem, const SquaredDifference&) const {
    return primitive::FftBlockSearch<E, Device>(problem);
  }
};

namespace detail {

/// Operations the largest overlap costs: element by element, and by transforms in multiples of the same unit.
struct SearchCost {
  double direct, transform;
};

template <class E, class Device>
SearchCost search_cost(const BlockProblem<E, Device>& problem) {
  // Multiply-adds of the direct form that take as long as one operation of the transform, measured on AVX2 and AVX-512.
  // A constant: the choice must not depend on the machine.
  constexpr double kDirectPerTransform = std::same_as<E, std::uint8_t> ? 4.5 : 2.0;
  double pixels = 0.0;
  for (const BlockShape& shape : problem.shapes) pixels = (std::max)(pixels, static_cast<double>(shape.pixels()));
  const double channels = static_cast<double>(problem.channels());
  SearchCost cost{pixels * channels * static_cast<double>(problem.places.size()), 0.0};
  for (const auto& example : problem.examples) {
    const double size = static_cast<double>(primitive::good_size(example.shape(0))) *
                        static_cast<double>(primitive::good_size(example.shape(1)));
    cost.transform += kDirectPerTransform * (channels + 1.0) * 2.5 * size * std::log2(size);
  }
  return cost;
}

/// One of two engines.
template <class A, class B>
class EitherEngine {
 public:
  using distance_type = typename A::distance_type;
  std::optional<A> first;
  std::optional<B> second;

  template <class View>
  void operator()(const View& output, const BlockQuery* queries, index_t count, distance_type* sums) {
    if (first) {
      (*first)(output, queries, count, sums);
    } else {
      (*second)(output, queries, count, sums);
    }
  }
};

}  // namespace detail

/// Direct or by transforms, whichever takes fewer operations; a function of sizes alone. Distances other than squared
/// differences are always searched directly.
struct AutoSearch {
  template <Element E, DevicePolicy Device, class Distance>
  auto prepare(const BlockProblem<E, Device>& problem, const Distance& distance) const {
    if constexpr (std::same_as<Distance, SquaredDifference>) {
      using Direct = primitive::BlockSearch<E, Device, Distance>;
      using ByFft = primitive::FftBlockSearch<E, Device>;
      detail::EitherEngine<Direct, ByFft> engine;
      const detail::SearchCost cost = detail::search_cost(problem);
      if (cost.direct <= cost.transform) {
        engine.first.emplace(problem, distance);
      } else {
        engine.second.emplace(problem);
      }
      return engine;
    } else {
      return DirectSearch{}.prepare(problem, distance);
    }
  }
};

}  // namespace pastiche
