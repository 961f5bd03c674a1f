// SPDX-License-Identifier: MIT
/// \file
/// The distance of one patch to another: from strided pictures on any device, and in vector registers from padded rows.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/primitive/field_problem.hpp>

#include <algorithm>
#include <type_traits>
#include <vector>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// One element's share of a patch distance.
template <class D, class Distance, class E>
PASTICHE_HD constexpr D element_cost(const Distance& distance, E a, E b, index_t channel) noexcept {
  if constexpr (std::integral<D>) {
    const std::int32_t d = static_cast<std::int32_t>(a) - static_cast<std::int32_t>(b);
    static_cast<void>(channel);
    return d * d;
  } else {
    return static_cast<D>(distance(to_scalar<D>(a), to_scalar<D>(b))) *
           static_cast<D>(channel_weight_of(distance, channel));
  }
}

/// The reference: element by element, from the pictures themselves.
template <class Distance, class E, class Device>
struct ViewCost {
  using distance_type = patch_distance_t<Distance, E>;
  Distance distance;
  TensorView<const E, 3, Device> picture;
  const TensorView<const E, 3, Device>* examples;
  int patch;

  /// Of the patch at (y, x) of the picture, which may wrap, to that at `place`; or anything above `limit`.
  PASTICHE_HD distance_type operator()(index_t y, index_t x, const BlockSource& place,
                                       distance_type limit) const noexcept {
    const TensorView<const E, 3, Device>& example = examples[place.example];
    const index_t channels = picture.shape(2);
    distance_type sum = 0;
    for (index_t i = 0; i < patch; ++i) {
      const index_t row = wrap(y + i, picture.shape(0));
      for (index_t j = 0; j < patch; ++j) {
        const E* have = picture.row(row, wrap(x + j, picture.shape(1)));
        const E* could = example.row(place.row + i, place.column + j);
        for (index_t c = 0; c < channels; ++c) {
          sum += element_cost<distance_type>(distance, have[c], could[c], c);
        }
      }
      if (sum > limit) return sum;
    }
    return sum;
  }
};

PASTICHE_DEVICE_CODE_END

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

/// Patch distances in registers: rows of a patch are runs of patch * channels elements, cut off by weights or a mask.
template <class Arch, class Distance, class D>
struct VectorCost {
  using distance_type = D;
  using T = padded_t<D>;
  using V = simd::Wide<Arch, std::conditional_t<std::integral<D>, std::int32_t, D>>;
  static constexpr index_t lanes = Arch::bytes / static_cast<index_t>(sizeof(T));

  Distance distance;
  PaddedRows<T> picture;
  const PaddedRows<T>* examples;
  index_t patch, channels;
  index_t chunks;    ///< registers that a row of a patch takes
  const T* weights;  ///< chunks * lanes: 0 beyond the row; all bits, or the weight of the channel, within

  PASTICHE_INLINE D operator()(index_t y, index_t x, const BlockSource& place, D limit) const noexcept {
    const T* have = picture.data + y * picture.stride + x * channels;
    const PaddedRows<T> example = examples[place.example];
    const T* could = example.data + place.row * example.stride + place.column * channels;
    if (chunks == 1) return rows<1>(have, could, example.stride, limit);
    if (chunks == 2) return rows<2>(have, could, example.stride, limit);
    if (chunks == 3) return rows<3>(have, could, example.stride, limit);
    return rows<0>(have, could, example.stride, limit);
  }

 private:
  static constexpr index_t kRowsBetweenLooks = 3;

  // Chunks is 0 where it is known at run time only.
  template <int Chunks>
  PASTICHE_INLINE D rows(const T* have, const T* could, index_t stride, D limit) const noexcept {
    D total = 0;
    for (index_t row = 0; row < patch;) {
      const index_t last = min_of(row + kRowsBetweenLooks + 1, patch);
      V sum(0);
      for (; row < last; ++row, have += picture.stride, could += stride) {
        if constexpr (Chunks > 0) {
          PASTICHE_UNROLL
          for (int i = 0; i < Chunks; ++i) sum = term(sum, have, could, i);
        } else {
          for (index_t i = 0; i < chunks; ++i) sum = term(sum, have, could, i);
        }
      }
      total += simd::sum(sum);
      if (total > limit) return total;
    }
    return total;
  }

  PASTICHE_INLINE V term(const V& sum, const T* have, const T* could, index_t chunk) const noexcept {
    const index_t at = chunk * lanes;
    if constexpr (std::integral<D>) {
      using Pairs = simd::Wide<Arch, std::int16_t>;
      const Pairs difference = Pairs::load(have + at) - Pairs::load(could + at);
      V words, mask;
      __builtin_memcpy(&words.v, &difference.v, sizeof words.v);
      __builtin_memcpy(&mask.v, weights + at, sizeof mask.v);
      words.v &= mask.v;
      return sum + dot_pairs(words, words);
    } else {
      const V cost = zip(distance, V::load(have + at), V::load(could + at));
      return fma(V::load(weights + at), cost, sum);
    }
  }
};

/// The weights of VectorCost: a row of a patch, filled up with zeros.
template <class Arch, class D, class Distance>
std::vector<padded_t<D>> patch_row_weights(const Distance& distance, index_t patch, index_t channels) {
  using T = padded_t<D>;
  const index_t lanes = VectorCost<Arch, Distance, D>::lanes;
  std::vector<T> weights(static_cast<std::size_t>(round_up(patch * channels, lanes)), T(0));
  for (index_t i = 0; i < patch * channels; ++i) {
    weights[static_cast<std::size_t>(i)] =
        std::integral<D> ? T(-1) : static_cast<T>(channel_weight_of(distance, i % channels));
  }
  return weights;
}

}  // namespace pastiche::detail
