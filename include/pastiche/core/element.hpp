// SPDX-License-Identifier: MIT
/// \file
/// What tensors store (elements) and what is computed with (scalars).
#pragma once

#include <pastiche/core/math.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace pastiche {

/// IEEE 754 binary16 as storage: converted to float to compute. The library's own type, because clang 14 has no
/// `_Float16` and `__half` needs the CUDA headers; the bits are theirs.
struct Half {
  std::uint16_t bits;

  Half() = default;
  /// Rounds to nearest, ties to even; overflow gives infinity.
  PASTICHE_HD constexpr explicit Half(float x) noexcept : bits{from_float(x)} {}
  PASTICHE_HD constexpr explicit operator float() const noexcept { return to_float(bits); }
  PASTICHE_HD friend constexpr bool operator==(Half a, Half b) noexcept { return float(a) == float(b); }

 private:
  PASTICHE_HD static constexpr std::uint16_t from_float(float x) noexcept {
    const std::uint32_t word = bits_as<std::uint32_t>(x);
    const std::uint32_t sign = word >> 16 & 0x8000u, magnitude = word & 0x7fffffffu;
    std::uint32_t h = 0;
    if (magnitude > 0x7f800000u) {  // NaN stays NaN
      h = 0x7e00u;
    } else if (magnitude >= 0x477ff000u) {  // rounds to 2^16 or more
      h = 0x7c00u;
    } else if (magnitude >= 0x38800000u) {  // normal
      const std::uint32_t rebased = magnitude - 0x38000000u;
      h = (rebased + 0xfffu + (rebased >> 13 & 1u)) >> 13;
    } else if (magnitude >= 0x33000000u) {  // subnormal
      const std::uint32_t exponent = magnitude >> 23, mantissa = (magnitude & 0x7fffffu) | 0x800000u;
      const std::uint32_t shift = 126u - exponent, low = mantissa & ((1u << shift) - 1u), tie = 1u << (shift - 1u);
      h = mantissa >> shift;
      h += low > tie || (low == tie && (h & 1u)) ? 1u : 0u;
    }
    return static_cast<std::uint16_t>(sign | h);
  }

  PASTICHE_HD static constexpr float to_float(std::uint16_t h) noexcept {
    const std::uint32_t sign = (h & 0x8000u) * 0x10000u, exponent = h >> 10 & 31u, mantissa = h & 0x3ffu;
    if (exponent == 0) {
      const float tiny = static_cast<float>(mantissa) * 0x1p-24f;
      return sign != 0u ? -tiny : tiny;
    }
    const std::uint32_t wide = exponent == 31u ? 0x7f800000u : (exponent + 112u) << 23;
    return bits_as<float>(sign | wide | mantissa << 13);
  }
};

/// What arithmetic is done in.
template <class T>
concept Scalar = std::same_as<T, float> || std::same_as<T, double>;

/// What a tensor stores: integers of 8 to 64 bits, half, float, double.
template <class T>
concept Element = (std::integral<T> && !std::same_as<T, bool> && !std::is_const_v<T> && sizeof(T) <= 8) || Scalar<T> ||
                  std::same_as<T, Half>;

namespace detail {

template <class T>
struct Accumulate {
  using type = T;
};
template <std::integral T>
struct Accumulate<T> {
  using type = std::int64_t;
};
template <>
struct Accumulate<Half> {
  using type = float;
};

}  // namespace detail

/// What sums over elements of T are kept in: 64-bit integers for integers, which makes them exact, else the
/// scalar itself (float for half).
template <Element T>
using accumulate_t = typename detail::Accumulate<T>::type;

/// What pixels of T become when arithmetic needs fractions: double stays, all else is float.
template <Element T>
using scalar_t = std::conditional_t<std::same_as<T, double>, double, float>;

/// The element that stands for white: 255, 65535, 1.0. Integers wider than 16 bits hold no pixels.
template <Element T>
inline constexpr double kWhite = 1.0;
template <Element T>
  requires std::integral<T>
inline constexpr double kWhite<T> = static_cast<double>((std::numeric_limits<T>::max)());

namespace detail {

/// A constant, because the functions of std::numeric_limits are host-only under nvcc.
template <std::integral T>
inline constexpr T kGreatest = (std::numeric_limits<T>::max)();

}  // namespace detail

/// A pixel as a scalar in [0, 1] where the element is an integer; floats pass unchanged.
template <Scalar S, Element T>
PASTICHE_HD constexpr S to_scalar(T x) noexcept {
  if constexpr (std::integral<T>) {
    return static_cast<S>(x) * static_cast<S>(1.0 / kWhite<T>);
  } else if constexpr (std::same_as<T, Half>) {
    return static_cast<S>(static_cast<float>(x));
  } else {
    return static_cast<S>(x);
  }
}

/// The inverse of to_scalar: rounds to nearest and clamps for integers; NaN becomes 0 there.
template <Element T, Scalar S>
PASTICHE_HD constexpr T from_scalar(S x) noexcept {
  if constexpr (std::integral<T>) {
    const S scaled = x * static_cast<S>(kWhite<T>) + S(0.5);
    if (!(scaled > S(0))) return T(0);
    return scaled >= static_cast<S>(kWhite<T>) ? detail::kGreatest<T> : static_cast<T>(scaled);
  } else if constexpr (std::same_as<T, Half>) {
    return Half(static_cast<float>(x));
  } else {
    return static_cast<T>(x);
  }
}

/// False for NaN and infinities; integers are always finite. By bits, so that -ffast-math cannot remove it.
template <Element T>
PASTICHE_HD constexpr bool is_finite(T x) noexcept {
  if constexpr (std::same_as<T, Half>) {
    return (x.bits & 0x7c00u) != 0x7c00u;
  } else if constexpr (std::same_as<T, float>) {
    return (bits_as<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u;
  } else if constexpr (std::same_as<T, double>) {
    return (bits_as<std::uint64_t>(x) & 0x7ff0000000000000u) != 0x7ff0000000000000u;
  } else {
    return true;
  }
}

}  // namespace pastiche
