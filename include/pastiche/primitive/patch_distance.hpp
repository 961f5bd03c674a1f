// SPDX-License-Identifier: MIT
/// \file
/// One patch of a picture against one of an example, on any device: what field searches without a table compute.
/// patch_distance_vector.hpp has the form for vector registers.
#pragma once

#include <pastiche/primitive/field_problem.hpp>

#include <cstdint>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Sums `distance` over a patch of the picture, which may wrap, and one of an example: row by row, so that the sum is
/// the same whoever asks for it.
template <class Distance, class E, class Device>
struct PatchDistance {
  using Sum = patch_distance_t<Distance, E>;
  using View = TensorView<const E, 3, Device>;
  Distance distance;
  View picture;
  const View* examples;
  int patch;

  /// Of the patch at (row, column) of the picture to that at `place`. Goes on while `stop(sum so far)` says no, which
  /// is asked after each row.
  template <class Stop>
  PASTICHE_HD Sum operator()(index_t row, index_t column, const BlockSource& place, const Stop& stop) const noexcept {
    const View& example = examples[place.example];
    const index_t channels = picture.shape(2), height = picture.shape(0), width = picture.shape(1);
    // Up to the right side of the picture, and what goes on at its left.
    const index_t whole = min_of<index_t>(patch, width - column);
    Sum sum = 0;
    for (index_t i = 0; i < patch; ++i) {
      const index_t y = row + i < height ? row + i : (row + i) % height;
      const E* could = example.row(place.row + i, place.column);
      sum = run(sum, picture.row(y, column), could, whole, channels);
      for (index_t x = whole; x < patch; x += width) {
        sum = run(sum, picture.row(y), could + x * channels, min_of<index_t>(width, patch - x), channels);
      }
      if (stop(sum)) return sum;
    }
    return sum;
  }

 private:
  PASTICHE_HD Sum run(Sum sum, const E* have, const E* could, index_t pixels, index_t channels) const noexcept {
    if constexpr (std::integral<Sum>) {
      for (index_t i = 0; i < pixels * channels; ++i) {
        const Sum d = static_cast<Sum>(have[i]) - static_cast<Sum>(could[i]);
        sum += d * d;
      }
    } else {
      for (index_t x = 0; x < pixels; ++x) {
        for (index_t c = 0; c < channels; ++c, ++have, ++could) {
          sum += static_cast<Sum>(distance(to_scalar<Sum>(*have), to_scalar<Sum>(*could))) *
                 static_cast<Sum>(channel_weight_of(distance, c));
        }
      }
    }
    return sum;
  }
};

/// The whole sum, whatever it is.
struct NeverStop {
  template <class Sum>
  PASTICHE_HD constexpr bool operator()(Sum) const noexcept {
    return false;
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::detail
