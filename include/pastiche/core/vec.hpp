// SPDX-License-Identifier: MIT
/// \file
/// simd::Vec, one vector register of elements with operators, and the functions on it. GNU vectors, no intrinsics
/// header. Kernels include core/simd.hpp, which adds the instruction sets.
#pragma once

#include <pastiche/core/math.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#if defined(__x86_64__)
#  define PASTICHE_X86 1
#  define PASTICHE_TARGET_AVX2 __attribute__((target("avx2,fma")))
#  define PASTICHE_TARGET_AVX512 __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")))
#endif

/// A GNU vector. nvcc's device pass has none and only parses host code: there it is one element.
#if defined(__CUDA_ARCH__)
#  define PASTICHE_VECTOR(bytes)
#else
#  define PASTICHE_VECTOR(bytes) __attribute__((vector_size(bytes)))
#endif

/// Unrolls the loop that follows, so that an array of Vec becomes registers. nvcc hands the pragma on to the
/// host compiler, with a warning (1675) that it does not know it.
#if defined(__clang__)
#  define PASTICHE_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__CUDACC__)
// clang-format off: it would split the strings
#  define PASTICHE_UNROLL _Pragma("nv_diagnostic push") _Pragma("nv_diag_suppress 1675") \
    _Pragma("GCC unroll 32") _Pragma("nv_diagnostic pop")
// clang-format on
#else
#  define PASTICHE_UNROLL _Pragma("GCC unroll 32")
#endif

namespace pastiche::simd {

/// What comparisons of vectors of T give, spelled out: decltype(a < b) is bool in g++'s templates.
template <class T>
using LaneBits = std::conditional_t<
    sizeof(T) == 8, std::int64_t,
    std::conditional_t<sizeof(T) == 4, std::int32_t, std::conditional_t<sizeof(T) == 2, std::int16_t, std::int8_t>>>;

/// Lane-wise truth, as comparisons of Vec give it: all bits of a lane, or none.
template <class T, int N>
struct Mask {
  typedef LaneBits<T> type PASTICHE_VECTOR(N * sizeof(T));
  type m;

  PASTICHE_INLINE explicit Mask(const type& bits) noexcept : m(bits) {}
  PASTICHE_INLINE Mask(const Mask& o) noexcept : m(o.m) {}
};

template <std::size_t N>
using Bytes = std::integral_constant<std::size_t, N>;

namespace detail {

// One value in every lane. In baseline code g++ builds a wide vector lane by lane before it inlines; a leaf
// compiled for the target broadcasts.
template <class V, class T, std::size_t N>
PASTICHE_INLINE void fill(V& v, T x, Bytes<N>) noexcept {
  v = x - V{};
}
#if defined(PASTICHE_X86) && !defined(__CUDA_ARCH__)
template <class V, class T>
PASTICHE_HD PASTICHE_TARGET_AVX2 inline void fill(V& v, T x, Bytes<32>) noexcept {
  v = x - V{};
}
template <class V, class T>
PASTICHE_HD PASTICHE_TARGET_AVX512 inline void fill(V& v, T x, Bytes<64>) noexcept {
  v = x - V{};
}
#endif

}  // namespace detail

/// N elements of T in one register.
///
/// The copy constructor is user-provided on purpose: a class with one always travels in memory, so a user's
/// functor that is not inlined agrees with its caller, though only the caller was compiled for AVX.
template <class T, int N>
struct Vec {
  static constexpr int lanes = N;
  using value_type = T;
  typedef T type PASTICHE_VECTOR(N * sizeof(T));
  using mask_type = Mask<T, N>;
  type v;

  Vec() = default;
  PASTICHE_INLINE Vec(T x) noexcept { detail::fill(v, x, Bytes<N * sizeof(T)>{}); }  // NOLINT: constants mix in
  PASTICHE_INLINE Vec(const Vec& o) noexcept : v(o.v) {}
  PASTICHE_INLINE Vec& operator=(const Vec& o) noexcept {
    v = o.v;
    return *this;
  }

  /// From and to any address. By copy: an unaligned vector typedef loses its alignment in clang's templates.
  PASTICHE_INLINE static Vec load(const T* from) noexcept {
    Vec r;
    __builtin_memcpy(&r.v, from, sizeof r.v);
    return r;
  }
  PASTICHE_INLINE void store(T* to) const noexcept { __builtin_memcpy(to, &v, sizeof v); }

  /// 0, 1, 2 ...
  PASTICHE_INLINE static Vec iota() noexcept {
    T x[N];
    PASTICHE_UNROLL
    for (int i = 0; i < N; ++i) x[i] = static_cast<T>(i);
    return load(x);
  }

  friend PASTICHE_INLINE Vec operator+(const Vec& a, const Vec& b) noexcept { return wrap(a.v + b.v); }
  friend PASTICHE_INLINE Vec operator-(const Vec& a, const Vec& b) noexcept { return wrap(a.v - b.v); }
  friend PASTICHE_INLINE Vec operator*(const Vec& a, const Vec& b) noexcept { return wrap(a.v * b.v); }
  friend PASTICHE_INLINE mask_type operator<(const Vec& a, const Vec& b) noexcept {
    return mask_type((typename mask_type::type)(a.v < b.v));
  }
  friend PASTICHE_INLINE mask_type operator<=(const Vec& a, const Vec& b) noexcept {
    return mask_type((typename mask_type::type)(a.v <= b.v));
  }

  /// a b + c, fused where the arch has it. One expression: both compilers contract it by default.
  friend PASTICHE_INLINE Vec fma(const Vec& a, const Vec& b, const Vec& c) noexcept { return wrap(a.v * b.v + c.v); }
  friend PASTICHE_INLINE Vec select(const mask_type& m, const Vec& a, const Vec& b) noexcept {
    return wrap(m.m ? a.v : b.v);
  }

 private:
  PASTICHE_INLINE static Vec wrap(const type& x) noexcept {
    Vec r;
    r.v = x;
    return r;
  }
};

/// The same interface on one element, callable on a device.
template <class T>
struct Vec<T, 1> {
  static constexpr int lanes = 1;
  using value_type = T;
  T v;

  Vec() = default;
  PASTICHE_HD constexpr Vec(T x) noexcept : v(x) {}  // NOLINT
  PASTICHE_HD static constexpr Vec load(const T* from) noexcept { return {*from}; }
  PASTICHE_HD constexpr void store(T* to) const noexcept { *to = v; }
  PASTICHE_HD static constexpr Vec iota() noexcept { return {T(0)}; }
  PASTICHE_HD friend constexpr Vec operator+(Vec a, Vec b) noexcept { return {static_cast<T>(a.v + b.v)}; }
  PASTICHE_HD friend constexpr Vec operator-(Vec a, Vec b) noexcept { return {static_cast<T>(a.v - b.v)}; }
  PASTICHE_HD friend constexpr Vec operator*(Vec a, Vec b) noexcept { return {static_cast<T>(a.v * b.v)}; }
  PASTICHE_HD friend constexpr bool operator<(Vec a, Vec b) noexcept { return a.v < b.v; }
  PASTICHE_HD friend constexpr bool operator<=(Vec a, Vec b) noexcept { return a.v <= b.v; }
  PASTICHE_HD friend constexpr Vec fma(Vec a, Vec b, Vec c) noexcept { return {static_cast<T>(a.v * b.v + c.v)}; }
  PASTICHE_HD friend constexpr Vec select(bool m, Vec a, Vec b) noexcept { return m ? a : b; }
};

/// |a|. For floats the sign bit is cleared; the least integer stays what it is.
template <class T, int N>
PASTICHE_INLINE Vec<T, N> abs_of(const Vec<T, N>& a) noexcept {
  if constexpr (std::is_integral_v<T>) {
    return select(a < Vec<T, N>(T(0)), Vec<T, N>(T(0)) - a, a);
  } else {
    Vec<T, N> r;
    using Bits = typename Mask<T, N>::type;
    r.v = (typename Vec<T, N>::type)((Bits)a.v & static_cast<LaneBits<T>>(~std::uint64_t{0} >> (65 - 8 * sizeof(T))));
    return r;
  }
}

namespace detail {

template <int Half, class T, int N, int... Lane>
PASTICHE_INLINE T fold(const Vec<T, N>& a, std::integer_sequence<int, Lane...> lanes) noexcept {
#if defined(__CUDACC__)  // nvcc cannot expand a pack in a builtin: the same tree, through memory
  static_cast<void>(lanes);
  T part[N];
  a.store(part);
  for (int half = Half; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) part[i] += part[i + half];
  }
  return part[0];
#else
  Vec<T, N> swapped;
  swapped.v = __builtin_shufflevector(a.v, a.v, (Lane ^ Half)...);
  if constexpr (Half == 1) {
    return (a + swapped).v[0];
  } else {
    return fold<Half / 2>(a + swapped, lanes);
  }
#endif
}

}  // namespace detail

/// Sum over the lanes as a balanced tree: its rounding depends on N alone.
template <class T, int N>
PASTICHE_INLINE T sum(const Vec<T, N>& a) noexcept {
  if constexpr (N == 1) {
    return a.v;
  } else {
    return detail::fold<N / 2>(a, std::make_integer_sequence<int, N>{});
  }
}

/// Where either is true.
template <class T, int N>
PASTICHE_INLINE Mask<T, N> operator|(const Mask<T, N>& a, const Mask<T, N>& b) noexcept {
  return Mask<T, N>(a.m | b.m);
}

namespace detail {

template <class M, std::size_t Size>
PASTICHE_INLINE bool any_bit(const M& m, Bytes<Size>) noexcept {
  unsigned char bytes[Size];
  __builtin_memcpy(bytes, &m, Size);
  unsigned any = 0;
  for (std::size_t i = 0; i < Size; ++i) any |= bytes[i];
  return any != 0;
}
#if defined(PASTICHE_X86) && !defined(__CUDA_ARCH__)
template <class M>
PASTICHE_INLINE bool any_bit(const M& m, Bytes<16>) noexcept {
  typedef float lanes __attribute__((vector_size(16)));
  return __builtin_ia32_movmskps((lanes)m) != 0;
}
template <class M>
PASTICHE_HD PASTICHE_TARGET_AVX2 inline bool any_bit(const M& m, Bytes<32>) noexcept {
  typedef float lanes __attribute__((vector_size(32)));
  return __builtin_ia32_movmskps256((lanes)m) != 0;
}
template <class M>
PASTICHE_HD PASTICHE_TARGET_AVX512 inline bool any_bit(const M& m, Bytes<64>) noexcept {
  typedef int lanes __attribute__((vector_size(64)));
  return __builtin_ia32_cvtd2mask512((lanes)m) != 0;
}
#endif

}  // namespace detail

/// Whether it is true of any lane, for lanes of at least 32 bits.
template <class T, int N>
PASTICHE_INLINE bool any(const Mask<T, N>& m) noexcept {
  static_assert(sizeof(T) >= 4);
  return detail::any_bit(m.m, Bytes<N * sizeof(T)>{});
}
PASTICHE_HD constexpr bool any(bool m) noexcept {
  return m;
}

/// A functor says `static constexpr bool takes_vectors = true` when its call operator is PASTICHE_INLINE and
/// written with operators, `select` and `abs_of`. It has to ask for it: one that merely compiles on Vec and is
/// not inlined gets wrong arguments from clang 14 at -O3, which turns references into vectors passed by value
/// while caller and callee still have the same target, and only then inlines the caller into enter().
template <class F>
concept TakesVectors = requires { requires F::takes_vectors; };

/// f lane by lane: at once if f takes vectors, else on each element, which vectorises if f has no branches.
template <class F, class T, int N>
PASTICHE_INLINE Vec<T, N> zip(const F& f, const Vec<T, N>& a, const Vec<T, N>& b) noexcept {
  if constexpr (TakesVectors<F>) {
    return f(a, b);
  } else {
    T x[N], y[N];
    a.store(x);
    b.store(y);
    for (int i = 0; i < N; ++i) x[i] = static_cast<T>(f(x[i], y[i]));
    return Vec<T, N>::load(x);
  }
}

/// The lane-wise lesser and greater, like those of scalars: a where one of the two is NaN.
template <class T, int N>
PASTICHE_INLINE Vec<T, N> min_of(const Vec<T, N>& a, const Vec<T, N>& b) noexcept {
  return select(b < a, b, a);
}
template <class T, int N>
PASTICHE_INLINE Vec<T, N> max_of(const Vec<T, N>& a, const Vec<T, N>& b) noexcept {
  return select(a < b, b, a);
}

/// Each lane as a To: integers wrap, fractions are cut off.
template <class To, class T, int N>
PASTICHE_INLINE Vec<To, N> convert(const Vec<T, N>& a) noexcept {
  Vec<To, N> r;
#if defined(__CUDACC__)
  T from[N];
  To to[N];
  a.store(from);
  for (int i = 0; i < N; ++i) to[i] = static_cast<To>(from[i]);
  r = Vec<To, N>::load(to);
#else
  if constexpr (N == 1) {
    r.v = static_cast<To>(a.v);
  } else {
    r.v = __builtin_convertvector(a.v, typename Vec<To, N>::type);
  }
#endif
  return r;
}

/// Four vectors as the rows of a matrix become its columns.
template <class T>
PASTICHE_INLINE void transpose(Vec<T, 4> (&v)[4]) noexcept {
#if defined(__CUDACC__)
  T x[4][4], y[4][4];
  for (int i = 0; i < 4; ++i) v[i].store(x[i]);
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 4; ++j) y[j][i] = x[i][j];
  }
  for (int i = 0; i < 4; ++i) v[i] = Vec<T, 4>::load(y[i]);
#else
  const auto a = __builtin_shufflevector(v[0].v, v[1].v, 0, 4, 1, 5);
  const auto b = __builtin_shufflevector(v[0].v, v[1].v, 2, 6, 3, 7);
  const auto c = __builtin_shufflevector(v[2].v, v[3].v, 0, 4, 1, 5);
  const auto d = __builtin_shufflevector(v[2].v, v[3].v, 2, 6, 3, 7);
  v[0].v = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  v[1].v = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  v[2].v = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  v[3].v = __builtin_shufflevector(b, d, 2, 3, 6, 7);
#endif
}

/// Asks for the cache line at an address that will soon be written.
PASTICHE_INLINE void prefetch_write(const void* at) noexcept {
#if defined(__CUDA_ARCH__)
  static_cast<void>(at);
#else
  __builtin_prefetch(at, 1);
#endif
}

/// a0 b0 + a1 b1 for the two int16 in every int32. An instruction without an operator is a leaf like those
/// below: compiled for its target, never forced inline, and so inlined once enter() holds the kernel. Builtins,
/// because <immintrin.h> costs every includer a second.
template <int N>
PASTICHE_INLINE Vec<std::int32_t, N> dot_pairs(const Vec<std::int32_t, N>& a, const Vec<std::int32_t, N>& b) noexcept {
  Vec<std::int32_t, N> r;
  r.v = (a.v << 16 >> 16) * (b.v << 16 >> 16) + (a.v >> 16) * (b.v >> 16);
  return r;
}
#if defined(PASTICHE_X86) && !defined(__CUDA_ARCH__)
PASTICHE_INLINE Vec<std::int32_t, 4> dot_pairs(const Vec<std::int32_t, 4>& a, const Vec<std::int32_t, 4>& b) noexcept {
  typedef short pairs __attribute__((vector_size(16)));
  Vec<std::int32_t, 4> r;
  r.v = (decltype(r.v))__builtin_ia32_pmaddwd128((pairs)a.v, (pairs)b.v);
  return r;
}
PASTICHE_HD PASTICHE_TARGET_AVX2 inline Vec<std::int32_t, 8> dot_pairs(const Vec<std::int32_t, 8>& a,
                                                                       const Vec<std::int32_t, 8>& b) noexcept {
  typedef short pairs __attribute__((vector_size(32)));
  Vec<std::int32_t, 8> r;
  r.v = (decltype(r.v))__builtin_ia32_pmaddwd256((pairs)a.v, (pairs)b.v);
  return r;
}
PASTICHE_HD PASTICHE_TARGET_AVX512 inline Vec<std::int32_t, 16> dot_pairs(const Vec<std::int32_t, 16>& a,
                                                                          const Vec<std::int32_t, 16>& b) noexcept {
  typedef short pairs __attribute__((vector_size(64)));
  Vec<std::int32_t, 16> r;
#  if defined(__clang__)
  r.v = (decltype(r.v))__builtin_ia32_pmaddwd512((pairs)a.v, (pairs)b.v);
#  else
  r.v = (decltype(r.v))__builtin_ia32_pmaddwd512_mask((pairs)a.v, (pairs)b.v, decltype(r.v){}, 0xffff);
#  endif
  return r;
}
#endif

}  // namespace pastiche::simd
