// SPDX-License-Identifier: MIT
/// \file
/// What searches in vector registers sum: how elements are stored as words, and how a word of one side meets a word of
/// the other.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/distance/distance.hpp>

namespace pastiche::detail {

/// Two 8-bit elements at a time, as products of the expanded square.
struct PairTerm {
  using word_type = std::int32_t;  ///< a pair of int16
  using sum_type = std::int32_t;
  static constexpr index_t step = 2;
  static constexpr bool weighted = false;

  template <class E>
  static word_type word(const E* element, bool alone) noexcept {
    return static_cast<word_type>(element[0]) | (alone ? 0 : static_cast<word_type>(element[1]) << 16);
  }
  template <class V>
  PASTICHE_INLINE V operator()(const V& sum, const V& could, const V& have, float) const noexcept {
    return sum + dot_pairs(could, have);
  }
};

/// Scalars under any distance.
template <class S, class Distance>
struct DistanceTerm {
  using word_type = S;
  using sum_type = S;
  static constexpr index_t step = 1;
  static constexpr bool weighted = requires(const Distance& d) { d.channel_weight(index_t{0}); };
  Distance distance;

  template <class E>
  static word_type word(const E* element, bool) noexcept {
    return to_scalar<S>(element[0]);
  }
  template <class V>
  PASTICHE_INLINE V operator()(const V& sum, const V& could, const V& have, float weight) const noexcept {
    if constexpr (weighted) {
      return sum + V(static_cast<S>(weight)) * zip(distance, have, could);
    } else {
      static_cast<void>(weight);
      return sum + zip(distance, have, could);
    }
  }
};

}  // namespace pastiche::detail
