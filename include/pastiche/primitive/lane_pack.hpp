// SPDX-License-Identifier: MIT
/// \file
/// Stored elements to and from lanes of scalars by shifts alone: several small elements share a 32-bit word, and
/// lanes come in the order that gives. Square transposition of registers.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/core/simd.hpp>

#include <limits>

namespace pastiche::detail {

/// The range of an integer, as constants: the functions of std::numeric_limits are host-only under nvcc.
template <class T>
inline constexpr T kLeast = (std::numeric_limits<T>::min)();
template <class T>
inline constexpr T kMost = (std::numeric_limits<T>::max)();

template <int N>
PASTICHE_INLINE simd::Vec<float, N> lanes_to_float(const simd::Vec<std::int32_t, N>& a) noexcept {
  std::int32_t from[N];
  float to[N];
  a.store(from);
  for (int i = 0; i < N; ++i) to[i] = static_cast<float>(from[i]);
  return simd::Vec<float, N>::load(to);
}

/// Towards zero.
template <int N>
PASTICHE_INLINE simd::Vec<std::int32_t, N> lanes_to_int(const simd::Vec<float, N>& a) noexcept {
  float from[N];
  std::int32_t to[N];
  a.store(from);
  for (int i = 0; i < N; ++i) to[i] = static_cast<std::int32_t>(from[i]);
  return simd::Vec<std::int32_t, N>::load(to);
}

#if !defined(__CUDACC__)  // leaves, as in core/simd.hpp: in baseline code g++ converts a wide vector lane by lane

#  define PASTICHE_LANE_LEAVES(target, n)                                                            \
    target inline simd::Vec<float, n> lanes_to_float(const simd::Vec<std::int32_t, n>& a) noexcept { \
      simd::Vec<float, n> r;                                                                         \
      typedef float lanes __attribute__((vector_size(4 * n)));                                       \
      r.v = __builtin_convertvector(a.v, lanes);                                                     \
      return r;                                                                                      \
    }                                                                                                \
    target inline simd::Vec<std::int32_t, n> lanes_to_int(const simd::Vec<float, n>& a) noexcept {   \
      simd::Vec<std::int32_t, n> r;                                                                  \
      typedef std::int32_t lanes __attribute__((vector_size(4 * n)));                                \
      r.v = __builtin_convertvector(a.v, lanes);                                                     \
      return r;                                                                                      \
    }

PASTICHE_LANE_LEAVES(, 4)
#  if defined(PASTICHE_X86)
PASTICHE_LANE_LEAVES(PASTICHE_TARGET_AVX2, 8)
PASTICHE_LANE_LEAVES(PASTICHE_TARGET_AVX512, 16)
#  endif
#  undef PASTICHE_LANE_LEAVES

#endif

/// Two vectors exchange the blocks of H lanes off their diagonal.
template <int H, class T, int N, int... L>
PASTICHE_INLINE void swap_blocks(simd::Vec<T, N>& a, simd::Vec<T, N>& b,
                                 std::integer_sequence<int, L...> lanes) noexcept {
  static_cast<void>(lanes);
#if defined(__CUDACC__)  // nvcc cannot expand a pack in a builtin
  T x[N], y[N];
  a.store(x);
  b.store(y);
  for (int i = 0; i < N; ++i) {
    if (i & H) {
      const T t = x[i];
      x[i] = y[i - H];
      y[i - H] = t;
    }
  }
  a = simd::Vec<T, N>::load(x);
  b = simd::Vec<T, N>::load(y);
#else
  simd::Vec<T, N> low, high;
  low.v = __builtin_shufflevector(a.v, b.v, ((L & H) != 0 ? (L ^ H) + N : L)...);
  high.v = __builtin_shufflevector(a.v, b.v, ((L & H) != 0 ? L + N : (L ^ H))...);
  a = low;
  b = high;
#endif
}

template <int H, class T, int N>
PASTICHE_INLINE void transpose_blocks(simd::Vec<T, N> (&row)[N]) noexcept {
  if constexpr (H > 0) {
    PASTICHE_UNROLL
    for (int i = 0; i < N; ++i) {
      if ((i & H) == 0) swap_blocks<H>(row[i], row[i + H], std::make_integer_sequence<int, N>{});
    }
    transpose_blocks<H / 2>(row);
  }
}

/// Lane j of register i changes places with lane i of register j.
template <class T, int N>
PASTICHE_INLINE void transpose(simd::Vec<T, N> (&row)[N]) noexcept {
  transpose_blocks<N / 2>(row);
}

/// True where LanePack knows how T is kept in words of S.
template <class T, class S>
inline constexpr bool kLanePackable =
    std::same_as<T, S> || (std::same_as<S, float> && ((std::integral<T> && sizeof(T) <= 2) || std::same_as<T, Half>));

/// Elements T as lanes of V. The general form has one element a lane; see below for the small ones.
template <class V, class T>
struct LanePack {
  using Word = V;
  static constexpr int pack = 1;  ///< elements in a word

  /// Position of lane i of vector v, among elements unpacked together.
  PASTICHE_INLINE static constexpr index_t element(int v, int i) noexcept { return v * V::lanes + i; }

  /// Count elements, a multiple of lanes * pack, as scalars.
  template <index_t Count>
  PASTICHE_INLINE static void unpack(const T* from, T* to) noexcept {
    PASTICHE_UNROLL
    for (int v = 0; v < Count / V::lanes; ++v) V::load(from + v * V::lanes).store(to + v * V::lanes);
  }
  /// `pack` consecutive vectors as one of words.
  PASTICHE_INLINE static Word pack_lanes(const T* from) noexcept { return V::load(from); }
};

template <int N, class T>
  requires(kLanePackable<T, float> && sizeof(T) <= 2)
struct LanePack<simd::Vec<float, N>, T> {
  using V = simd::Vec<float, N>;
  using Word = simd::Vec<std::int32_t, N>;
  static constexpr int pack = 4 / static_cast<int>(sizeof(T));

  PASTICHE_INLINE static constexpr index_t element(int v, int i) noexcept {
    return v / pack * pack * N + i * pack + v % pack;
  }

  template <index_t Count>
  PASTICHE_INLINE static void unpack(const T* from, float* to) noexcept {
    PASTICHE_UNROLL
    for (int v = 0; v < Count / (N * pack); ++v) {
      Word word;
      __builtin_memcpy(&word.v, from + v * N * pack, sizeof word.v);
      unpack_word<0>(word, to + v * N * pack);
    }
  }
  PASTICHE_INLINE static Word pack_lanes(const float* from) noexcept {
    Word word = encode(V::load(from));
    if constexpr (pack > 1) word.v |= encode(V::load(from + N)).v << kBits;
    if constexpr (pack > 2) {
      word.v |= encode(V::load(from + 2 * N)).v << 2 * kBits | encode(V::load(from + 3 * N)).v << 3 * kBits;
    }
    return word;
  }

 private:
  static constexpr int kBits = 8 * static_cast<int>(sizeof(T));
  static constexpr std::int32_t kMask = (1 << kBits) - 1;

  template <int Part>
  PASTICHE_INLINE static void unpack_word(const Word& word, float* to) noexcept {
    if constexpr (Part < pack) {
      Word part;
      part.v = word.v << (32 - (Part + 1) * kBits) >> (32 - kBits);
      if constexpr (!std::signed_integral<T>) part.v &= kMask;
      decode(part).store(to + Part * N);
      unpack_word<Part + 1>(word, to);
    }
  }

  PASTICHE_INLINE static V decode(const Word& x) noexcept {
    if constexpr (std::same_as<T, Half>) {
      Word magnitude;
      magnitude.v = (x.v & 0x7fff) << 13;
      V scaled = bits<V>(magnitude) * V(0x1p112f);  // subnormals too
      Word r = select(magnitude < Word(0x7c00 << 13), bits<Word>(scaled), infinite(magnitude));
      r.v |= x.v << 16 & static_cast<std::int32_t>(0x80000000u);
      return bits<V>(r);
    } else {
      return lanes_to_float(x);
    }
  }
  PASTICHE_INLINE static Word infinite(const Word& magnitude) noexcept {
    Word r;
    r.v = magnitude.v | 0x7f800000;
    return r;
  }

  /// As round_to_element, in the low bits.
  PASTICHE_INLINE static Word encode(const V& x) noexcept {
    if constexpr (std::same_as<T, Half>) {
      return encode_half(x);
    } else {
      const V low(static_cast<float>(kLeast<T>));
      const V high(static_cast<float>(kMost<T>));
      const V above = select(x < high, x, high);
      V shifted = select(above < low, low, above) + V(0.5f);
      if constexpr (std::signed_integral<T>) {
        Word whole = lanes_to_int(shifted);
        whole.v += (shifted < lanes_to_float(whole)).m;  // a true lane is -1: truncated up, wanted the floor
        whole.v &= kMask;
        return whole;
      } else {
        return lanes_to_int(shifted);
      }
    }
  }

  /// Round to nearest, ties to even, as half(float).
  PASTICHE_INLINE static Word encode_half(const V& x) noexcept {
    const Word word = bits<Word>(x);
    Word magnitude, sign, normal, large;
    magnitude.v = word.v & 0x7fffffff;
    sign.v = word.v >> 16 & 0x8000;
    normal.v = (magnitude.v - 0x38000000 + 0xfff + (magnitude.v >> 13 & 1)) >> 13;
    Word r = select(magnitude < Word(0x38800000), subnormal(magnitude), normal);
    large = select(Word(0x7f800000) < magnitude, Word(0x7e00), Word(0x7c00));
    r = select(magnitude < Word(0x477ff000), r, large);
    r.v |= sign.v;
    return r;
  }
  // Adding 2^-1 aligns the last bit of a half subnormal, 2^-24, with that of the sum, which then rounds.
  PASTICHE_INLINE static Word subnormal(const Word& magnitude) noexcept {
    Word r = bits<Word>(bits<V>(magnitude) + V(0.5f));
    r.v -= 0x3f000000;
    return r;
  }

  template <class To, class A>
  PASTICHE_INLINE static To bits(const A& a) noexcept {
    To r;
    __builtin_memcpy(&r.v, &a.v, sizeof r.v);
    return r;
  }
};

}  // namespace pastiche::detail
