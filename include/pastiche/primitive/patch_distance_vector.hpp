// SPDX-License-Identifier: MIT
/// \file
/// patch_distance.hpp in vector registers, from padded rows.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/primitive/padded_picture.hpp>
#include <pastiche/primitive/patch_distance.hpp>

#include <type_traits>
#include <vector>

namespace pastiche::detail {

/// Patch distances in registers: rows of a patch are runs of patch * channels elements, cut off by weights or a mask.
template <class Arch, class Distance, class D>
struct VectorPatchDistance {
  using Sum = D;
  using T = padded_t<D>;
  using V = simd::Wide<Arch, std::conditional_t<std::integral<D>, std::int32_t, D>>;
  static constexpr index_t lanes = Arch::bytes / static_cast<index_t>(sizeof(T));

  Distance distance;
  PaddedRows<T> picture;
  const PaddedRows<T>* examples;
  index_t patch, channels;
  index_t chunks;    ///< registers that a row of a patch takes
  const T* weights;  ///< chunks * lanes: 0 beyond the row; all bits, or the weight of the channel, within

  template <class Stop>
  PASTICHE_INLINE D operator()(index_t y, index_t x, const BlockSource& place, const Stop& stop) const noexcept {
    const T* have = picture.data + y * picture.stride + x * channels;
    const PaddedRows<T> example = examples[place.example];
    const T* could = example.data + place.row * example.stride + place.column * channels;
    if (chunks == 1) return rows<1>(have, could, example.stride, stop);
    if (chunks == 2) return rows<2>(have, could, example.stride, stop);
    if (chunks == 3) return rows<3>(have, could, example.stride, stop);
    return rows<0>(have, could, example.stride, stop);
  }

 private:
  static constexpr index_t kRowsBetweenLooks = 3;

  // Chunks is 0 where it is known at run time only.
  template <int Chunks, class Stop>
  PASTICHE_INLINE D rows(const T* have, const T* could, index_t stride, const Stop& stop) const noexcept {
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
      if (stop(total)) return total;
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

/// The weights of VectorPatchDistance: a row of a patch, filled up with zeros.
template <class Arch, class D, class Distance>
std::vector<padded_t<D>> patch_row_weights(const Distance& distance, index_t patch, index_t channels) {
  using T = padded_t<D>;
  const index_t lanes = VectorPatchDistance<Arch, Distance, D>::lanes;
  std::vector<T> weights(static_cast<std::size_t>(round_up(patch * channels, lanes)), T(0));
  for (index_t i = 0; i < patch * channels; ++i) {
    weights[static_cast<std::size_t>(i)] =
        std::integral<D> ? T(-1) : static_cast<T>(channel_weight_of(distance, i % channels));
  }
  return weights;
}

}  // namespace pastiche::detail
