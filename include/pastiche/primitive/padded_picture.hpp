// SPDX-License-Identifier: MIT
/// \file
/// Pictures as padded rows, which vector registers read past their ends.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/tensor/view.hpp>

#include <cstdint>
#include <type_traits>
#include <vector>

namespace pastiche::detail {

/// What padded rows hold of elements whose patch distances are D: int16 for exact sums, else the scalar.
template <class D>
using padded_t = std::conditional_t<std::integral<D>, std::int16_t, D>;

/// A picture as rows of padded_t with room for whole registers behind every patch, and continued where it wraps.
template <class T>
struct PaddedPicture {
  std::vector<T> values;
  index_t stride = 0;  ///< from row to row

  template <class E, class Device>
  PaddedPicture(const TensorView<const E, 3, Device>& view, index_t more_rows, index_t more_columns) {
    const index_t channels = view.shape(2), width = view.shape(1) * channels;
    constexpr index_t kRoom = 64 / static_cast<index_t>(sizeof(T));
    stride = round_up(width + more_columns * channels, kRoom);
    // The last patch of the last row is read whole registers at a time, too.
    values.assign(static_cast<std::size_t>(stride * (view.shape(0) + more_rows) + 16 * kRoom), T(0));
    for (index_t y = 0; y < view.shape(0) + more_rows; ++y) {
      T* to = values.data() + y * stride;
      const index_t row = wrap(y, view.shape(0));
      for (index_t x = 0; x < view.shape(1); ++x) {
        const E* from = view.row(row, x);
        for (index_t c = 0; c < channels; ++c) to[x * channels + c] = element(from[c]);
      }
      for (index_t i = width; i < width + more_columns * channels; ++i) to[i] = to[i - width];
    }
  }

 private:
  template <class E>
  static T element(E x) noexcept {
    if constexpr (std::integral<T>) {
      return static_cast<T>(x);
    } else {
      return to_scalar<T>(x);
    }
  }
};

/// Padded rows of one picture.
template <class T>
struct PaddedRows {
  const T* data;
  index_t stride;
};

}  // namespace pastiche::detail
