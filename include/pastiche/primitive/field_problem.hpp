// SPDX-License-Identifier: MIT
/// \file
/// What a field search is asked, and its answer: for every patch of a picture the nearest patches of the examples.
#pragma once

#include <pastiche/distance/distance.hpp>
#include <pastiche/primitive/block_problem.hpp>

#include <cstdint>
#include <vector>

namespace pastiche {

/// What sums of Distance over a patch are kept in: 32-bit integers for squared differences of 8-bit elements, which
/// holds for patches of at most kMostPatchElements; else the scalar of E.
template <class Distance, Element E>
using patch_distance_t = std::conditional_t<std::same_as<Distance, SquaredDifference> && std::same_as<E, std::uint8_t>,
                                            std::int32_t, scalar_t<E>>;

/// 255^2 times this many fits into 31 bits.
inline constexpr index_t kMostPatchElements = 33000;

/// Settings of a field search.
struct FieldOptions {
  int patch = 7;              ///< side of a patch in pixels
  int nearest = 1;            ///< neighbours kept of each patch, nearest first
  bool wrap_rows = false;     ///< the queried picture continues at its other side, from the last row to the first
  bool wrap_columns = false;  ///< the same from the last column to the first
  std::uint64_t seed = 0;     ///< of searches that guess
  int window = 0;  ///< a neighbour lies within this many rows and columns of its patch's own place; 0 is anywhere
  int apart = 0;   ///< a neighbour in example 0 lies at least so many rows or columns off the patch's own place: for a
                   ///< picture searched in itself; 0 allows all
  std::vector<Mask2> example_masks{};  ///< what may be found, one for each example; none: everything
  Mask2 query_mask{};                  ///< only patches that touch one of these pixels are searched
};

/// Everything a field searcher gets.
template <Element E, DevicePolicy Device>
struct FieldProblem {
  using View = TensorView<const E, 3, Device>;
  Device device;
  View picture;                ///< whose patches are looked up
  std::vector<View> examples;  ///< in which they are looked up; as many channels as the picture
  FieldOptions options;
  Places places;                      ///< corners of patches in the examples, numbered
  std::vector<std::uint8_t> allowed;  ///< for each place whether it may be found; empty: all
  std::vector<std::uint8_t> wanted;   ///< for each patch of the picture whether it is searched; empty: all
  /// Host memory, one for each place, or null: patches are ranked by (distance + bias) * factor instead of distance, so
  /// that what was used too often becomes dearer and what was not used cheaper. Distances are reported as they are.
  const float* factors = nullptr;
  float bias = 0.0f;
  /// (rows(), columns(), nearest, 3) in device memory, or null: sources to begin with. -1 where there is none.
  const int* start = nullptr;

  index_t channels() const noexcept { return picture.shape(2); }
  /// Patches of the picture along each axis, by their corners.
  index_t rows() const noexcept { return picture.shape(0) - (options.wrap_rows ? 0 : options.patch - 1); }
  index_t columns() const noexcept { return picture.shape(1) - (options.wrap_columns ? 0 : options.patch - 1); }
};

/// For every patch of a picture the nearest patches of the examples.
template <class D, DevicePolicy Device>
struct NearestField {
  int patch;  ///< side in pixels
  /// (row, column, neighbour, 3): example, row and column of the corner of the neighbour; -1 where there is none. Rows
  /// and columns are those of the corner of the patch in the picture.
  Tensor<int, 4, Device> sources;
  /// (row, column, neighbour): summed over the elements of a patch; in grey levels squared for 8-bit elements and
  /// squared differences, else of pixels in [0, 1]. kFarthest where there is no neighbour.
  Tensor<D, 3, Device> distances;
};

}  // namespace pastiche
