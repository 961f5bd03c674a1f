// SPDX-License-Identifier: MIT
/// \file
/// The generic form of the exhaustive search: one item a patch of the picture, on any device, with any distance; a
/// comparison ends once it is lost.
#pragma once

#include <pastiche/primitive/neighbour_candidates.hpp>
#include <pastiche/primitive/patch_distance.hpp>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// The neighbours of one patch, of all places in the order of their numbers.
template <class Candidates>
struct FindNeighbours {
  using Sum = typename Candidates::Sum;
  Candidates candidates;
  index_t columns;             ///< of the field
  const std::uint8_t* wanted;  ///< or null
  NeighbourLists<Sum> lists;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    BlockSource* sources = lists.sources + i * candidates.nearest;
    Sum* distances = lists.distances + i * candidates.nearest;
    candidates.clear(sources, distances);
    if (wanted != nullptr && wanted[i] == 0) return;
    const index_t y = i / columns, x = i % columns, window = candidates.in_range.window;
    for (int e = 0; e < candidates.places.examples; ++e) {
      const PlaceGrid& grid = candidates.places.grids[e];
      const index_t top = window > 0 ? max_of<index_t>(0, y - window) : 0;
      const index_t left = window > 0 ? max_of<index_t>(0, x - window) : 0;
      const index_t bottom = window > 0 ? min_of<index_t>(grid.rows, y + window + 1) : grid.rows;
      const index_t right = window > 0 ? min_of<index_t>(grid.columns, x + window + 1) : grid.columns;
      for (index_t row = top; row < bottom; ++row) {
        for (index_t column = left; column < right; ++column) {
          candidates.offer_new(y, x, {e, static_cast<int>(row), static_cast<int>(column)}, sources, distances);
        }
      }
    }
  }
};

PASTICHE_DEVICE_CODE_END

/// The exact answer to a problem: the generic form.
template <class Distance, Element E, DevicePolicy Device>
NearestField<patch_distance_t<Distance, E>, Device> find_neighbours(const FieldProblem<E, Device>& problem,
                                                                    const Distance& distance) {
  using Cost = PatchDistance<Distance, E, Device>;
  using Candidates = NeighbourCandidates<Cost, Ties::first>;  // places come in rising order
  auto field = empty_field<typename Cost::Sum>(problem);
  const CandidateTables<E, Device> tables(problem);
  const Cost cost{distance, problem.picture, tables.examples(), problem.options.patch};
  problem.device.for_each_piece(problem.rows() * problem.columns(),
                                max_of<index_t>(1, problem.places.size()) * problem.options.patch,
                                FindNeighbours<Candidates>{tables.template candidates<Ties::first>(problem, cost),
                                                           problem.columns(), tables.wanted(), lists_of(field)});
  return field;
}

}  // namespace pastiche::detail
