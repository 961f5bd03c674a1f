// SPDX-License-Identifier: MIT
/// \file
/// Searching the places a block may come from: the concept and its models.
#pragma once

#include <pastiche/primitive/block_search.hpp>

namespace pastiche {

namespace detail {

/// What a searcher's prepare() returns. By a name of its own: nvcc 13.0 breaks down over a requires-expression inside
/// another whose parameters name those of the outer one.
template <class S, class E, class Device, class Distance>
using SearchEngine = decltype(std::declval<const S&>().prepare(std::declval<const BlockProblem<E, Device>&>(),
                                                               std::declval<const Distance&>()));

}  // namespace detail

/// Prepares for a problem once, then compares the known parts of blocks with every place.
///
/// `searcher.prepare(problem, distance)` returns an engine with a member type `distance_type` and
/// `engine(output, queries, count, sums)`, which fills `sums[query * places + place]` for `count` queries at most
/// `problem.batch`; queries and sums are in device memory. A place at kFarthest is never chosen.
template <class S, class E, class Device, class Distance>
concept BlockSearcher =
    std::copyable<S> &&
    requires(const S& searcher, const BlockProblem<E, Device>& problem, const Distance& distance) {
      typename decltype(searcher.prepare(problem, distance))::distance_type;
    } &&
    requires(detail::SearchEngine<S, E, Device, Distance>& engine, TensorView<const E, 3, Device> output,
             const BlockQuery* queries, typename detail::SearchEngine<S, E, Device, Distance>::distance_type* sums) {
      engine(output, queries, index_t{1}, sums);
    };

/// Every place, element by element: the fastest way for the narrow overlaps of quilting.
struct DirectSearch {
  template <Element E, DevicePolicy Device, class Distance>
  auto prepare(const BlockProblem<E, Device>& problem, const Distance& distance) const {
    return primitive::BlockSearch<E, Device, Distance>(problem, distance);
  }
};

}  // namespace pastiche
