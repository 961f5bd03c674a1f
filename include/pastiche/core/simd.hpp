// SPDX-License-Identifier: MIT
/// \file
/// Vector instruction sets chosen at run time, by a consumer who passes no -march flag.
///
/// A kernel is a template over an arch (Baseline, Avx2, Avx512; Scalar on a device). It computes on Vec, is
/// marked PASTICHE_INLINE throughout, and is entered through enter(), the only function compiled for the
/// instruction set. dispatch() picks the arch once per call.
#pragma once

#include <pastiche/core/math.hpp>
#include <pastiche/core/vec.hpp>

#include <cstdlib>
#include <cstring>
#include <utility>

// A translation unit built with -mavx2 and one without must not share the body of enter(): the linker would
// keep one of the two. The types stay outside, they are the same whatever the flags.
#if defined(__CUDACC__)
#  define PASTICHE_SIMD_BUILD build_nvcc
#elif defined(__AVX512F__)
#  define PASTICHE_SIMD_BUILD build_avx512
#elif defined(__AVX2__)
#  define PASTICHE_SIMD_BUILD build_avx2
#else
#  define PASTICHE_SIMD_BUILD build_baseline
#endif

namespace pastiche::simd {

/// Instruction sets in rising order.
enum class Level : int { baseline, avx2, avx512 };

/// One element at a time: what device code uses.
struct Scalar {
  static constexpr int bytes = 1, registers = 16;
};
/// What the compiler's default target has: SSE2, NEON, or nothing.
struct Baseline {
  static constexpr Level level = Level::baseline;
  static constexpr int bytes = 16;
#if defined(__aarch64__)
  static constexpr int registers = 32;
#else
  static constexpr int registers = 16;
#endif
};
/// AVX2 with FMA.
struct Avx2 {
  static constexpr Level level = Level::avx2;
  static constexpr int bytes = 32, registers = 16;
};
/// AVX-512 F, BW, DQ and VL.
struct Avx512 {
  static constexpr Level level = Level::avx512;
  static constexpr int bytes = 64, registers = 32;
};

/// The widest Vec of T on Arch.
template <class Arch, class T>
using Wide = Vec<T, (Arch::bytes > static_cast<int>(sizeof(T)) ? Arch::bytes / static_cast<int>(sizeof(T)) : 1)>;

namespace detail {

inline Level detect() noexcept {
#if defined(PASTICHE_X86)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return wide ? Level::avx512 : Level::avx2;
  }
#endif
  return Level::baseline;
}

inline Level limit(Level best, const char* name) noexcept {
  if (name == nullptr) return best;
  const Level most = std::strcmp(name, "baseline") == 0 ? Level::baseline
                     : std::strcmp(name, "avx2") == 0   ? Level::avx2
                                                        : Level::avx512;
  return most < best ? most : best;
}

}  // namespace detail

/// The best level of this machine, lowered by the environment variable PASTICHE_SIMD=baseline|avx2|avx512.
/// Read once.
inline Level level() noexcept {
  static const Level found = detail::limit(detail::detect(), std::getenv("PASTICHE_SIMD"));
  return found;
}

/// Calls `f(Arch{})` with the arch of `level`: once per call of a method, never per element.
template <class F>
decltype(auto) dispatch(Level level, F&& f) {
#if defined(PASTICHE_X86)
  if (level == Level::avx512) return f(Avx512{});
  if (level == Level::avx2) return f(Avx2{});
#endif
  static_cast<void>(level);
  return f(Baseline{});
}

inline namespace PASTICHE_SIMD_BUILD {

/// `kernel(i)` for i in [first, last), compiled for the arch. All it calls is inlined here, or runs as baseline
/// code. By value: a copy that no store can alias stays in registers.
template <class Kernel>
void enter(Baseline, Kernel kernel, index_t first, index_t last) noexcept {
  for (index_t i = first; i < last; ++i) kernel(i);
}

#if defined(PASTICHE_X86)
template <class Kernel>
PASTICHE_TARGET_AVX2 void enter(Avx2, Kernel kernel, index_t first, index_t last) noexcept {
  for (index_t i = first; i < last; ++i) kernel(i);
}

template <class Kernel>
PASTICHE_TARGET_AVX512 void enter(Avx512, Kernel kernel, index_t first, index_t last) noexcept {
  for (index_t i = first; i < last; ++i) kernel(i);
}
#endif

}  // namespace PASTICHE_SIMD_BUILD

}  // namespace pastiche::simd
