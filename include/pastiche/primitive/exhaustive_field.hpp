// SPDX-License-Identifier: MIT
/// \file
/// The nearest patches of every patch, every place of the examples compared.
///
/// field_neighbours.hpp has the generic form, field_sweep.hpp that for vector registers.
#pragma once

#include <pastiche/primitive/field_neighbours.hpp>

namespace pastiche {

namespace primitive {

/// `search(problem)`: for every patch of the picture its nearest places by `Distance`, of equal ones those with the
/// lowest numbers.
template <Element E, DevicePolicy Device, ElementDistance<scalar_t<E>> Distance>
struct ExhaustiveField {
  Distance distance;

  NearestField<patch_distance_t<Distance, E>, Device> operator()(const FieldProblem<E, Device>& problem) const {
    return pastiche::detail::find_neighbours(problem, distance);
  }
};

}  // namespace primitive

}  // namespace pastiche

#include <pastiche/primitive/field_sweep.hpp>
