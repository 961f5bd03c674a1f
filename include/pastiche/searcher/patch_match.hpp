// SPDX-License-Identifier: MIT
/// \file
/// PatchMatch: an approximate nearest-neighbour field by propagation and random search.
///
/// C. Barnes, E. Shechtman, A. Finkelstein, D. B. Goldman, "PatchMatch: a randomized correspondence algorithm for
/// structural image editing", SIGGRAPH 2009, section 3; the k nearest as in Barnes et al., "The generalized PatchMatch
/// correspondence algorithm", ECCV 2010, section 3.2. Where this deviates: the field is swept in tiles, in place within
/// a tile, while neighbours across its edge are as they were before the sweep, so that the field does not depend on
/// the threads; the tiles' edges lie elsewhere in every sweep.
#pragma once

#include <pastiche/primitive/patch_distance.hpp>
#include <pastiche/primitive/patch_distance_vector.hpp>
#include <pastiche/primitive/patch_match.hpp>
#include <pastiche/searcher/field_search.hpp>

#include <utility>
#include <vector>

namespace pastiche {

/// Settings of PatchMatch, a FieldSearcher for any ElementDistance, on any device.
struct PatchMatch {
  int sweeps = 5;  ///< 0 to 1000; forwards and backwards in turn
  int radius = 0;  ///< of the first random candidate, in pixels; 0 is the longest side of the examples
  int tile = 64;   ///< side of a tile in patches, at least 8; the field depends on it

  /// The field of `problem`. A neighbour is the best place that was met; distances are exact.
  /// \throws InvalidArgument where a setting is out of its range
  template <Element E, DevicePolicy Device, ElementDistance<scalar_t<E>> Distance>
  NearestField<patch_distance_t<Distance, E>, Device> search(const FieldProblem<E, Device>& problem,
                                                             const Distance& distance) const;
};

namespace detail {

/// The numbers of the places that may be found; none where all may.
inline std::vector<std::int32_t> open_places(const std::vector<std::uint8_t>& allowed) {
  std::vector<std::int32_t> open;
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    if (allowed[i] != 0) open.push_back(static_cast<std::int32_t>(i));
  }
  return open;
}

/// All sweeps with one kind of cost.
template <class Arch, class Cost, class E, class Device>
NearestField<typename Cost::Sum, Device> match(const FieldProblem<E, Device>& problem, const PatchMatch& settings,
                                               const CandidateTables<E, Device>& tables, const Cost& cost) {
  using Candidates = NeighbourCandidates<Cost, Ties::first>;
  const FieldOptions& o = problem.options;
  const Device& device = problem.device;
  const index_t rows = problem.rows(), columns = problem.columns();
  const Candidates candidates = tables.template candidates<Ties::first>(problem, cost);
  const DeviceArray<std::int32_t, Device> open(open_places(problem.allowed), device);
  const bool all = open.size() == 0;
  const MatchProblem p{rows,
                       columns,
                       o.wrap_rows,
                       o.wrap_columns,
                       o.seed,
                       all ? nullptr : open.data(),
                       all ? problem.places.size() : open.size(),
                       tables.wanted()};

  auto now = empty_field<typename Cost::Sum>(problem), next = now;
  const index_t price = index_t{o.patch} * o.patch * problem.channels() / 8;
  // Where places are excluded, a guess may be refused.
  const int tries = o.window > 0 || o.apart > 0 ? 64 : 4;
  device.for_each_piece(rows, 2 * columns * price,
                        StartMatches<Arch, Candidates>{
                            candidates, p, reinterpret_cast<const BlockSource*>(problem.start), tries, lists_of(now)});
  index_t reach = 1;
  for (const auto& example : problem.examples) reach = max_of(reach, max_of(example.shape(0), example.shape(1)));
  if (settings.radius > 0) reach = min_of<index_t>(reach, settings.radius);
  if (o.window > 0) reach = min_of<index_t>(reach, o.window);
  for (int sweep = 0; sweep < settings.sweeps; ++sweep) {
    const index_t shift = sweep % 2 == 0 ? 0 : settings.tile / 2;
    const TileGrid grid{rows + shift, columns + shift, settings.tile, settings.tile};
    device.for_each_piece(grid.size(), index_t{settings.tile} * settings.tile * 8 * price,
                          MatchTile<Arch, Candidates>{candidates, p, grid, shift, sweep,
                                                      static_cast<std::int32_t>(reach), lists_of(now), lists_of(next)});
    std::swap(now, next);
  }
  return now;
}

/// In registers, from padded copies.
template <class Arch, class E, class Device, class Distance>
auto match_padded(const FieldProblem<E, Device>& problem, const PatchMatch& settings, const Distance& distance) {
  using D = patch_distance_t<Distance, E>;
  using Cost = VectorPatchDistance<Arch, Distance, D>;
  using T = padded_t<D>;
  const FieldOptions& o = problem.options;
  const PaddedPicture<T> picture(problem.picture, o.wrap_rows ? o.patch - 1 : 0, o.wrap_columns ? o.patch - 1 : 0);
  std::vector<PaddedPicture<T>> copies;
  std::vector<PaddedRows<T>> examples;
  for (const auto& example : problem.examples) copies.emplace_back(example, 0, 0);
  for (const auto& copy : copies) examples.push_back({copy.values.data(), copy.stride});
  const std::vector<T> weights = patch_row_weights<Arch, D>(distance, o.patch, problem.channels());
  return match<Arch>(problem, settings, CandidateTables<E, Device>(problem),
                     Cost{distance,
                          {picture.values.data(), picture.stride},
                          examples.data(),
                          o.patch,
                          problem.channels(),
                          static_cast<index_t>(weights.size()) / Cost::lanes,
                          weights.data()});
}

}  // namespace detail

template <Element E, DevicePolicy Device, ElementDistance<scalar_t<E>> Distance>
NearestField<patch_distance_t<Distance, E>, Device> PatchMatch::search(const FieldProblem<E, Device>& problem,
                                                                       const Distance& distance) const {
  require(sweeps >= 0 && sweeps <= 1000, "PatchMatch", "sweeps", sweeps, "0 to 1000");
  require(radius >= 0, "PatchMatch", "radius", radius, "at least 0");
  require(tile >= 8 && tile <= 65536, "PatchMatch", "tile", tile, "8 to 65536");
  if constexpr (VectorDevice<Device>) {
    return problem.device.dispatch(
        [&](auto arch) { return detail::match_padded<decltype(arch)>(problem, *this, distance); });
  } else {
    using Cost = detail::PatchDistance<Distance, E, Device>;
    const detail::CandidateTables<E, Device> tables(problem);
    return detail::match<simd::Scalar>(problem, *this, tables,
                                       Cost{distance, problem.picture, tables.examples(), problem.options.patch});
  }
}

}  // namespace pastiche
