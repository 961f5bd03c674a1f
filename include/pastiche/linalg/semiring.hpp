// SPDX-License-Identifier: MIT
/// \file
/// What a matrix product sums up: a semiring. With products and sums it is the usual one; with sums and minima the
/// product of two tables of costs holds the least cost of two steps.
#pragma once

#include <pastiche/core/vec.hpp>

#include <type_traits>

namespace pastiche {

PASTICHE_DEVICE_CODE_BEGIN

/// sum of a b. `step` is one multiply-add, fused where the instruction set has it.
struct SumOfProducts {
  /// The sum of nothing.
  template <class T>
  PASTICHE_HD static constexpr T none() noexcept {
    return T(0);
  }
  /// What there is so far, and one term more.
  template <class V>
  PASTICHE_INLINE static V step(const V& a, const V& b, const V& so_far) noexcept {
    if constexpr (std::is_arithmetic_v<V>) {
      return a * b + so_far;
    } else {
      return fma(a, b, so_far);
    }
  }
  template <class V>
  PASTICHE_INLINE static V join(const V& a, const V& b) noexcept {
    return a + b;
  }
};

/// min of a + b, the tropical semiring: infinity is what cannot be.
struct LeastOfSums {
  template <class T>
  PASTICHE_HD static constexpr T none() noexcept {
    return static_cast<T>(__builtin_huge_val());
  }
  template <class V>
  PASTICHE_INLINE static V step(const V& a, const V& b, const V& so_far) noexcept {
    return min_of(so_far, a + b);
  }
  template <class V>
  PASTICHE_INLINE static V join(const V& a, const V& b) noexcept {
    return min_of(a, b);
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche
