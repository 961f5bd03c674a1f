// SPDX-License-Identifier: MIT
/// \file
/// How the neighbours of a patch are ranked and kept, and the generic form of the exhaustive search: one item a patch
/// of the picture, on any device, with any distance; a comparison ends once it is lost.
#pragma once

#include <pastiche/primitive/patch_distance.hpp>

#include <cstdint>
#include <vector>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Whether a neighbour so many rows and columns off is one that the options allow.
struct NeighbourRange {
  int window, apart;

  PASTICHE_HD constexpr bool operator()(int example, index_t rows, index_t columns) const noexcept {
    const index_t off = max_of(abs_of(rows), abs_of(columns));
    return (window == 0 || off <= window) && (example != 0 || off >= apart);
  }
};

/// What a sum of distances is as a rank: the lower, the nearer.
template <class Sum>
struct PlaceRank {
  const float* factors;  ///< of places, or null
  float bias;

  PASTICHE_HD double operator()(Sum distance, index_t place) const noexcept {
    return factors == nullptr ? static_cast<double>(distance)
                              : static_cast<double>(ranked(distance, bias, factors[place]));
  }
};

/// Stops a sum whose rank is no longer less than that of the last neighbour kept.
template <class Sum>
struct StopAtRank {
  PlaceRank<Sum> rank;
  index_t place;
  double last;
  PASTICHE_HD bool operator()(Sum sum) const noexcept { return !(rank(sum, place) < last); }
};

/// Stops a sum whose rank is greater than that of the last neighbour kept: equal ones are told apart by their places.
template <class Sum>
struct StopBeyondRank {
  PlaceRank<Sum> rank;
  index_t place;
  double last;
  PASTICHE_HD bool operator()(Sum sum) const noexcept { return last < rank(sum, place); }
};

/// Where the neighbours of all patches are kept while they are looked for.
template <class Sum>
struct KeptNeighbours {
  index_t nearest;
  double* ranks;   ///< `nearest` a patch, in rising order
  int* places;     ///< -1 where there is none
  Sum* distances;  ///< as they are

  PASTICHE_HD void clear(index_t patch) const noexcept {
    for (index_t k = patch * nearest; k < (patch + 1) * nearest; ++k) {
      ranks[k] = kFarthest<double>;
      places[k] = -1;
      distances[k] = kFarthest<Sum>;
    }
  }
  PASTICHE_HD double last(index_t patch) const noexcept { return ranks[(patch + 1) * nearest - 1]; }
  /// Of places that come in rising order, so that of equal ones the first stay.
  PASTICHE_HD void insert(index_t patch, double rank, index_t place, Sum distance) const noexcept {
    const index_t first = patch * nearest;
    index_t k = first + nearest - 1;
    for (; k > first && rank < ranks[k - 1]; --k) {
      ranks[k] = ranks[k - 1];
      places[k] = places[k - 1];
      distances[k] = distances[k - 1];
    }
    ranks[k] = rank;
    places[k] = static_cast<int>(place);
    distances[k] = distance;
  }
  /// Whether a place is not yet among those kept, and would be.
  PASTICHE_HD bool takes(index_t patch, double rank, index_t place) const noexcept {
    for (index_t k = patch * nearest; k < (patch + 1) * nearest; ++k) {
      if (places[k] == place) return false;
    }
    const index_t last = (patch + 1) * nearest - 1;
    return rank < ranks[last] || (rank == ranks[last] && place < places[last]);
  }
  /// Of places in any order, each of them once: of equal ones those with lower numbers go first.
  PASTICHE_HD void insert_once(index_t patch, double rank, index_t place, Sum distance) const noexcept {
    if (!takes(patch, rank, place)) return;
    const index_t first = patch * nearest;
    index_t k = first + nearest - 1;
    for (; k > first && (rank < ranks[k - 1] || (rank == ranks[k - 1] && place < places[k - 1])); --k) {
      ranks[k] = ranks[k - 1];
      places[k] = places[k - 1];
      distances[k] = distances[k - 1];
    }
    ranks[k] = rank;
    places[k] = static_cast<int>(place);
    distances[k] = distance;
  }
};

/// The neighbours of one patch.
template <class Distance, class E, class Device>
struct FindNeighbours {
  using Sum = patch_distance_t<Distance, E>;
  PatchDistance<Distance, E, Device> patch_distance;
  const TensorView<const E, 3, Device>* examples;
  const PlaceRow* rows;
  index_t row_count, columns;
  const std::uint8_t* wanted;   ///< or null
  const std::uint8_t* allowed;  ///< or null
  NeighbourRange in_range;
  PlaceRank<Sum> rank;
  KeptNeighbours<Sum> kept;
  int* sources;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    kept.clear(i);
    if (wanted == nullptr || wanted[i] != 0) {
      for (index_t r = 0; r < row_count; ++r) try_row(i, rows[r], rows[r + 1].first - rows[r].first);
    }
    write_sources(i);
  }

  /// Of what is kept of a patch.
  PASTICHE_HD void write_sources(index_t i) const noexcept {
    for (index_t k = i * kept.nearest; k < (i + 1) * kept.nearest; ++k) write_source(kept.places[k], sources + 3 * k);
  }

 private:
  PASTICHE_HD void try_row(index_t i, const PlaceRow& row, index_t count) const noexcept {
    const index_t y = i / columns, x = i % columns;
    if (in_range.window > 0 && abs_of(row.row - y) > in_range.window) return;
    const index_t from = in_range.window > 0 ? max_of<index_t>(0, x - in_range.window) : 0;
    const index_t to = in_range.window > 0 ? min_of(count, x + in_range.window + 1) : count;
    for (index_t column = from; column < to; ++column) {
      const index_t place = row.first + column;
      if (allowed != nullptr && allowed[place] == 0) continue;
      if (!in_range(row.example, row.row - y, column - x)) continue;
      const StopAtRank<Sum> stop{rank, place, kept.last(i)};
      const Sum sum = patch_distance(y, x, examples[row.example], row.row, column, stop);
      if (!stop(sum)) kept.insert(i, rank(sum, place), place, sum);
    }
  }

  PASTICHE_HD void write_source(int place, int* to) const noexcept {
    index_t low = 0, high = row_count;  // the last row that begins at or before the place
    while (place >= 0 && high - low > 1) {
      const index_t middle = (low + high) / 2;
      (rows[middle].first <= place ? low : high) = middle;
    }
    to[0] = place < 0 ? -1 : rows[low].example;
    to[1] = place < 0 ? -1 : rows[low].row;
    to[2] = place < 0 ? -1 : static_cast<int>(place - rows[low].first);
  }
};

PASTICHE_DEVICE_CODE_END

/// The exact answer to a problem: the generic form.
template <class Distance, Element E, DevicePolicy Device>
NearestField<patch_distance_t<Distance, E>, Device> find_neighbours(const FieldProblem<E, Device>& problem,
                                                                    const Distance& distance) {
  using Sum = patch_distance_t<Distance, E>;
  const Device& device = problem.device;
  const index_t patches = problem.rows() * problem.columns(), nearest = problem.options.nearest;
  NearestField<Sum, Device> field{problem.options.patch,
                                  Tensor<int, 4, Device>({problem.rows(), problem.columns(), nearest, 3}, device),
                                  Tensor<Sum, 3, Device>({problem.rows(), problem.columns(), nearest}, device)};
  const index_t rated = problem.factors != nullptr ? problem.places.size() : 0;
  const DeviceArray<TensorView<const E, 3, Device>, Device> examples(problem.examples, device);
  const DeviceArray<PlaceRow, Device> rows(problem.places.table(), device);
  const DeviceArray<std::uint8_t, Device> wanted(problem.wanted, device), allowed(problem.allowed, device);
  const DeviceArray<float, Device> factors(std::vector<float>(problem.factors, problem.factors + rated), device);
  Tensor<double, 1, Device> ranks({patches * nearest}, device);
  Tensor<int, 1, Device> places({patches * nearest}, device);
  device.for_each_piece(
      patches, max_of<index_t>(1, problem.places.size()) * problem.options.patch,
      FindNeighbours<Distance, E, Device>{{distance, problem.picture, problem.options.patch},
                                          examples.data(),
                                          rows.data(),
                                          problem.places.rows(),
                                          problem.columns(),
                                          problem.wanted.empty() ? nullptr : wanted.data(),
                                          problem.allowed.empty() ? nullptr : allowed.data(),
                                          {problem.options.window, problem.options.apart},
                                          {rated > 0 ? factors.data() : nullptr, problem.bias},
                                          {nearest, ranks.data(), places.data(), field.distances.data()},
                                          field.sources.data()});
  return field;
}

}  // namespace detail

}  // namespace pastiche
