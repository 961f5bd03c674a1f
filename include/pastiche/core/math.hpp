// SPDX-License-Identifier: MIT
/// \file
/// The handful of scalar helpers kernels may use. `std::min`, `std::array` and friends are host-only
/// under nvcc unless the *consumer* passes --expt-relaxed-constexpr, so they are banned in kernels.
#pragma once

#include <pastiche/core/config.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace pastiche {

/// Signed index type of every extent, offset and loop.
using index_t = std::int64_t;

/// May travel to a device by value: copied bit by bit and small enough for a CUDA argument list (4 KiB
/// on every toolkit and architecture).
template <class T>
concept KernelCopyable = std::is_trivially_copyable_v<T> && sizeof(T) <= 4096;

template <class T>
PASTICHE_INLINE constexpr T min_of(T a, T b) noexcept {
  return b < a ? b : a;
}

template <class T>
PASTICHE_INLINE constexpr T max_of(T a, T b) noexcept {
  return a < b ? b : a;
}

template <class T>
PASTICHE_INLINE constexpr T clamp(T x, T low, T high) noexcept {
  return min_of(max_of(x, low), high);
}

/// The number of blocks of `size` that cover n.
template <class T>
PASTICHE_INLINE constexpr T ceil_div(T n, T size) noexcept {
  return static_cast<T>((n + size - 1) / size);
}

/// n rounded up to a multiple of `step`.
template <class T>
PASTICHE_INLINE constexpr T round_up(T n, T step) noexcept {
  return static_cast<T>(ceil_div(n, step) * step);
}

/// x modulo n in [0, n), also for negative x.
template <class T>
PASTICHE_INLINE constexpr T wrap(T x, T n) noexcept {
  const T r = static_cast<T>(x % n);
  return r < 0 ? static_cast<T>(r + n) : r;
}

/// The bits of x as a To. nvcc knows std::bit_cast as host-only, the builtin as neither.
template <class To, class From>
  requires(sizeof(To) == sizeof(From) && std::is_trivially_copyable_v<To> && std::is_trivially_copyable_v<From>)
PASTICHE_INLINE constexpr To bits_as(const From& x) noexcept {
  return __builtin_bit_cast(To, x);
}

/// `m ? a : b` and |a|, spelled so that one functor serves scalars and simd::Vec.
template <class T>
PASTICHE_INLINE constexpr T select(bool m, T a, T b) noexcept {
  return m ? a : b;
}
template <class T>
  requires std::is_arithmetic_v<T>
PASTICHE_INLINE constexpr T abs_of(T a) noexcept {
  return a < T(0) ? static_cast<T>(-a) : a;
}

}  // namespace pastiche
