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

/// The tables of a search in device memory.
template <class E, class Device>
class MatchTables {
 public:
  explicit MatchTables(const FieldProblem<E, Device>& problem)
      : MatchTables(problem, place_grids(problem), open_places(problem)) {}

  MatchProblem problem(const FieldProblem<E, Device>& p) const {
    return {p.rows(),
            p.columns(),
            p.options.wrap_rows,
            p.options.wrap_columns,
            p.options.nearest,
            p.options.window,
            p.options.apart,
            p.options.seed,
            grids_.data(),
            static_cast<int>(p.examples.size()),
            allowed_.size() > 0 ? allowed_.data() : nullptr,
            open_.size() > 0 ? open_.data() : nullptr,
            open_.size() > 0 ? open_.size() : p.places.size(),
            wanted_.size() > 0 ? wanted_.data() : nullptr,
            factors_.size() > 0 ? factors_.data() : nullptr,
            p.bias};
  }

 private:
  MatchTables(const FieldProblem<E, Device>& p, const std::vector<PlaceGrid>& grids,
              const std::vector<std::int32_t>& open)
      : grids_(grids, p.device),
        allowed_(p.allowed, p.device),
        wanted_(p.wanted, p.device),
        open_(open, p.device),
        factors_(
            p.factors != nullptr ? std::vector<float>(p.factors, p.factors + p.places.size()) : std::vector<float>{},
            p.device) {}

  static std::vector<PlaceGrid> place_grids(const FieldProblem<E, Device>& p) {
    std::vector<PlaceGrid> grids;
    index_t first = 0;
    for (const auto& example : p.examples) {
      const index_t rows = example.shape(0) - p.options.patch + 1, columns = example.shape(1) - p.options.patch + 1;
      const bool fits = rows > 0 && columns > 0;
      grids.push_back(
          {first, static_cast<std::int32_t>(fits ? rows : 0), static_cast<std::int32_t>(fits ? columns : 0)});
      first += fits ? rows * columns : 0;
    }
    return grids;
  }

  static std::vector<std::int32_t> open_places(const FieldProblem<E, Device>& p) {
    std::vector<std::int32_t> open;
    for (std::size_t i = 0; i < p.allowed.size(); ++i) {
      if (p.allowed[i] != 0) open.push_back(static_cast<std::int32_t>(i));
    }
    return open;
  }

  DeviceArray<PlaceGrid, Device> grids_;
  DeviceArray<std::uint8_t, Device> allowed_, wanted_;
  DeviceArray<std::int32_t, Device> open_;
  DeviceArray<float, Device> factors_;
};

/// All sweeps with one kind of cost.
template <class Arch, class Cost, class E, class Device>
NearestField<typename Cost::distance_type, Device> match(const FieldProblem<E, Device>& problem,
                                                         const PatchMatch& settings, const Cost& cost) {
  using D = typename Cost::distance_type;
  using Candidates = MatchCandidates<Cost>;
  const FieldOptions& o = problem.options;
  const Device& device = problem.device;
  const index_t rows = problem.rows(), columns = problem.columns();
  const MatchTables<E, Device> tables(problem);
  const Candidates candidates{cost, tables.problem(problem)};

  using Field = NearestField<D, Device>;
  Field now{o.patch, Tensor<int, 4, Device>({rows, columns, o.nearest, 3}, device),
            Tensor<D, 3, Device>({rows, columns, o.nearest}, device)};
  Field next = now;
  const auto lists = [](Field& field) {
    return MatchLists<D>{reinterpret_cast<BlockSource*>(field.sources.data()), field.distances.data()};
  };
  const index_t price = index_t{o.patch} * o.patch * problem.channels() / 8;
  // Where places are excluded, a guess may be refused.
  const int tries = o.window > 0 || o.apart > 0 ? 64 : 4;
  device.for_each_piece(rows, 2 * columns * price,
                        StartMatches<Arch, Candidates>{candidates, reinterpret_cast<const BlockSource*>(problem.start),
                                                       tries, lists(now)});
  index_t reach = 1;
  for (const auto& example : problem.examples) reach = max_of(reach, max_of(example.shape(0), example.shape(1)));
  if (settings.radius > 0) reach = min_of<index_t>(reach, settings.radius);
  if (o.window > 0) reach = min_of<index_t>(reach, o.window);
  for (int sweep = 0; sweep < settings.sweeps; ++sweep) {
    const index_t shift = sweep % 2 == 0 ? 0 : settings.tile / 2;
    const TileGrid grid{rows + shift, columns + shift, settings.tile, settings.tile};
    device.for_each_piece(grid.size(), index_t{settings.tile} * settings.tile * 8 * price,
                          MatchTile<Arch, Candidates>{candidates, grid, shift, sweep, static_cast<std::int32_t>(reach),
                                                      lists(now), lists(next)});
    std::swap(now, next);
  }
  return now;
}

/// In registers, from padded copies.
template <class Arch, class E, class Device, class Distance>
auto match_padded(const FieldProblem<E, Device>& problem, const PatchMatch& settings, const Distance& distance) {
  using D = patch_distance_t<Distance, E>;
  using Cost = VectorCost<Arch, Distance, D>;
  using T = padded_t<D>;
  const FieldOptions& o = problem.options;
  const PaddedPicture<T> picture(problem.picture, o.wrap_rows ? o.patch - 1 : 0, o.wrap_columns ? o.patch - 1 : 0);
  std::vector<PaddedPicture<T>> copies;
  std::vector<PaddedRows<T>> examples;
  for (const auto& example : problem.examples) copies.emplace_back(example, 0, 0);
  for (const auto& copy : copies) examples.push_back({copy.values.data(), copy.stride});
  const std::vector<T> weights = patch_row_weights<Arch, D>(distance, o.patch, problem.channels());
  return match<Arch>(problem, settings,
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
    using Cost = detail::ViewCost<Distance, E, Device>;
    const DeviceArray<TensorView<const E, 3, Device>, Device> examples(problem.examples, problem.device);
    return detail::match<simd::Scalar>(problem, *this,
                                       Cost{distance, problem.picture, examples.data(), problem.options.patch});
  }
}

}  // namespace pastiche
