// SPDX-License-Identifier: MIT
/// \file
/// How unlike the known part of a block is to every place of the examples: the inner loop of image quilting.
///
/// This is the generic form: one item a (query, place), on any device, with any distance. block_search_vector.hpp has
/// the form for vector registers.
#pragma once

#include <pastiche/distance/distance.hpp>
#include <pastiche/primitive/block_problem.hpp>

#include <utility>
#include <vector>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// The first and the last PixelRun of a shape in the list of all.
struct ShapeRuns {
  index_t first, last;
};

/// Sum of `distance` over one place. Integer elements are exact for squared differences; others become scalars.
template <class Distance, class E, class Device>
struct BlockDistance {
  using Sum = distance_sum_t<Distance, E>;
  Distance distance;

  PASTICHE_HD Sum operator()(const TensorView<const E, 3, Device>& output, const BlockQuery& query,
                             const TensorView<const E, 3, Device>& example, index_t row, index_t column,
                             const PixelRun* run, const PixelRun* end) const noexcept {
    const index_t channels = example.shape(2);
    Sum sum = 0;
    for (; run != end; ++run) {
      const index_t y = wrap(index_t{query.row} + run->row, output.shape(0));
      for (index_t i = 0; i < run->length; ++i) {
        const index_t x = wrap(query.column + run->column + i, output.shape(1));
        const E* have = output.row(y, x);
        const E* could = example.row(row + run->row, column + run->column + i);
        for (index_t c = 0; c < channels; ++c) sum += term(have[c], could[c], c);
      }
    }
    return sum;
  }

  /// The cost of one element.
  PASTICHE_HD Sum term(E a, E b, index_t channel) const noexcept {
    if constexpr (std::integral<Sum>) {
      const std::int32_t d = static_cast<std::int32_t>(a) - static_cast<std::int32_t>(b);
      static_cast<void>(channel);
      return d * d;
    } else {
      return static_cast<Sum>(distance(to_scalar<Sum>(a), to_scalar<Sum>(b))) *
             static_cast<Sum>(channel_weight_of(distance, channel));
    }
  }
};

template <class Distance, class E, class Device>
struct SearchPlace {
  using Sum = distance_sum_t<Distance, E>;
  BlockDistance<Distance, E, Device> block_distance;
  TensorView<const E, 3, Device> output;
  const BlockQuery* queries;
  const TensorView<const E, 3, Device>* examples;
  const ShapeRuns* shapes;
  const PixelRun* runs;
  const PlaceRow* rows;
  index_t row_count, places;
  Sum* sums;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t place = i % places;
    const BlockQuery& query = queries[i / places];
    index_t low = 0, high = row_count;  // the last row that begins at or before the place
    while (high - low > 1) {
      const index_t middle = (low + high) / 2;
      (rows[middle].first <= place ? low : high) = middle;
    }
    const ShapeRuns shape = shapes[query.shape];
    sums[i] = block_distance(output, query, examples[rows[low].example], rows[low].row, place - rows[low].first,
                             runs + shape.first, runs + shape.last);
  }
};

PASTICHE_DEVICE_CODE_END

/// The runs of all shapes in one list.
inline std::pair<std::vector<ShapeRuns>, std::vector<PixelRun>> flatten(const std::vector<BlockShape>& shapes) {
  std::pair<std::vector<ShapeRuns>, std::vector<PixelRun>> flat;
  for (const BlockShape& shape : shapes) {
    const index_t first = static_cast<index_t>(flat.second.size());
    flat.second.insert(flat.second.end(), shape.runs.begin(), shape.runs.end());
    flat.first.push_back({first, static_cast<index_t>(flat.second.size())});
  }
  return flat;
}

}  // namespace detail

namespace primitive {

/// Distances of the known parts of blocks to every place.
///
/// \tparam E        element of the examples and the output
/// \tparam Distance of one element against another; sums are kept in `distance_type`
template <Element E, DevicePolicy Device, ElementDistance<scalar_t<E>> Distance>
class BlockSearch {
 public:
  using distance_type = distance_sum_t<Distance, E>;

  BlockSearch(const BlockProblem<E, Device>& problem, const Distance& distance)
      : BlockSearch(problem, distance, pastiche::detail::flatten(problem.shapes)) {}

  /// Fills `sums[query * places + place]` for `count` queries (in device memory) against what `output` has now.
  void operator()(const TensorView<const E, 3, Device>& output, const BlockQuery* queries, index_t count,
                  distance_type* sums) const {
    device_.for_each_index(count * places_, pastiche::detail::SearchPlace<Distance, E, Device>{{distance_},
                                                                                               output,
                                                                                               queries,
                                                                                               examples_.data(),
                                                                                               shapes_.data(),
                                                                                               runs_.data(),
                                                                                               rows_.data(),
                                                                                               rows_.size() - 1,
                                                                                               places_,
                                                                                               sums});
  }

 private:
  BlockSearch(const BlockProblem<E, Device>& problem, const Distance& distance,
              const std::pair<std::vector<pastiche::detail::ShapeRuns>, std::vector<PixelRun>>& flat)
      : device_{problem.device},
        distance_{distance},
        places_{problem.places.size()},
        examples_(problem.examples, problem.device),
        shapes_(flat.first, problem.device),
        runs_(flat.second, problem.device),
        rows_(problem.places.table(), problem.device) {}

  Device device_;
  Distance distance_;
  index_t places_;
  DeviceArray<TensorView<const E, 3, Device>, Device> examples_;
  DeviceArray<pastiche::detail::ShapeRuns, Device> shapes_;
  DeviceArray<PixelRun, Device> runs_;
  DeviceArray<PlaceRow, Device> rows_;
};

}  // namespace primitive

}  // namespace pastiche

#include <pastiche/primitive/block_search_vector.hpp>
