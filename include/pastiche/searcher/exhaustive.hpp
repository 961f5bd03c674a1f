// SPDX-License-Identifier: MIT
/// \file
/// Nearest-neighbour fields by comparing everything with everything.
#pragma once

#include <pastiche/primitive/exhaustive_field.hpp>
#include <pastiche/searcher/field_search.hpp>

namespace pastiche {

/// The exact field: for every patch the nearest of all places; of equal ones those with the lowest numbers, example by
/// example, row by row. `start` is not looked at.
///
/// Exact on 8-bit elements under SquaredDifference, and the same on every device and instruction set. Sums of scalars
/// are exact to rounding, so of patches that are equal to some parts in 10^6 either may be found; the result is the
/// same whatever the threads.
struct ExhaustiveSearch {
  template <Element E, DevicePolicy Device, class Distance>
  NearestField<patch_distance_t<Distance, E>, Device> search(const FieldProblem<E, Device>& problem,
                                                             const Distance& distance) const {
    return primitive::ExhaustiveField<E, Device, Distance>{distance}(problem);
  }
};

}  // namespace pastiche
