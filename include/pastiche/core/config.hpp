// SPDX-License-Identifier: MIT
/// \file
/// Language-level switches shared by every header: device annotations, inlining and nvcc diagnostics.
#pragma once

#include <pastiche/version.hpp>

#if __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#  error "pastiche needs C++20: pass -std=c++20 (also to nvcc)"
#endif

/// Marks a function callable from both host and device code. Empty outside CUDA compilation.
#if defined(__CUDACC__)
#  define PASTICHE_HD __host__ __device__
#else
#  define PASTICHE_HD
#endif

/// Inlined at every optimisation level. What touches a simd::Vec must be: a call would leave the target of
/// simd::enter().
#define PASTICHE_INLINE PASTICHE_HD inline __attribute__((always_inline))

/// Brackets every kernel-side template. Inside, a call from device code to a host-only function is an
/// error; nvcc's default is a warning, after which the whole kernel body is dropped.
#if defined(__NVCC__) && defined(__CUDACC__)
#  define PASTICHE_DEVICE_CODE_BEGIN                                                            \
    _Pragma("nv_diagnostic push") _Pragma("nv_diag_error 20011") _Pragma("nv_diag_error 20013") \
        _Pragma("nv_diag_error 20014") _Pragma("nv_diag_error 20015")
#  define PASTICHE_DEVICE_CODE_END _Pragma("nv_diagnostic pop")
#else
#  define PASTICHE_DEVICE_CODE_BEGIN
#  define PASTICHE_DEVICE_CODE_END
#endif
