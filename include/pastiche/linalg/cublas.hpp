// SPDX-License-Identifier: MIT
/// \file
/// cuBLAS behind the Linalg policy. Include from .cu files, link -lcublas.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/device/cuda.hpp>
#include <pastiche/linalg/linalg.hpp>

#include <cublas_v2.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace pastiche {

namespace detail {

inline void check_cublas(cublasStatus_t status, const char* call) {
  if (status != CUBLAS_STATUS_SUCCESS) throw DeviceError(call, "cuBLAS", cublasGetStatusString(status), "success");
}

/// cuBLAS of one thread on one CUDA device. A handle costs milliseconds and megabytes, so it is kept.
class CublasHandle {
 public:
  CublasHandle() { check_cublas(cublasCreate(&handle_), "cublasCreate"); }
  CublasHandle(const CublasHandle&) = delete;
  CublasHandle& operator=(const CublasHandle&) = delete;
  ~CublasHandle() { cublasDestroy(handle_); }

  /// The handle of the calling thread for the current device, with its work ordered on `stream`.
  static cublasHandle_t on(cudaStream_t stream) {
    thread_local std::vector<std::pair<int, std::unique_ptr<CublasHandle>>> handles;
    int device = 0;
    check_cuda(cudaGetDevice(&device), "cudaGetDevice");
    auto found = std::find_if(handles.begin(), handles.end(), [&](const auto& entry) { return entry.first == device; });
    if (found == handles.end()) {
      handles.emplace_back(device, std::make_unique<CublasHandle>());
      found = handles.end() - 1;
    }
    check_cublas(cublasSetStream(found->second->handle_, stream), "cublasSetStream");
    return found->second->handle_;
  }

 private:
  cublasHandle_t handle_ = nullptr;
};

inline cublasStatus_t gemm(cublasHandle_t handle, cublasOperation_t left, cublasOperation_t right, int m, int n, int k,
                           const float* alpha, const float* a, int a_stride, const float* b, int b_stride,
                           const float* beta, float* c, int c_stride) {
  return cublasSgemm(handle, left, right, m, n, k, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
}
inline cublasStatus_t gemm(cublasHandle_t handle, cublasOperation_t left, cublasOperation_t right, int m, int n, int k,
                           const double* alpha, const double* a, int a_stride, const double* b, int b_stride,
                           const double* beta, double* c, int c_stride) {
  return cublasDgemm(handle, left, right, m, n, k, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
}

}  // namespace detail

/// Products on the device's stream, in full float or double precision (no TF32 unless NVIDIA_TF32_OVERRIDE asks).
/// Extents and strides must fit into an int. Returns before the work is done. DeviceError where cuBLAS fails.
struct CublasLinalg {
  template <Viewable A, Viewable B, Scalar T>
  void multiply(const Cuda& device, const A& a, const B& b, const TensorView<T, 2, Cuda>& c,
                ProductOptions options = {}) const {
    static_assert(detail::check_factors<Cuda, A, B, T>());
    const auto left = view_of(a), right = view_of(b);
    const ProductShape shape = detail::checked_product<T, Cuda>(left, right, c, options);
    if (shape.rows == 0 || shape.columns == 0) return;
    const T one = 1, beta = options.accumulate ? T(1) : T(0);
    // Row-major matrices are the transposes of what cuBLAS reads: c^T = b^T a^T.
    detail::check_cublas(detail::gemm(detail::CublasHandle::on(device.stream), operation(options.transpose_b),
                                      operation(options.transpose_a), narrow(shape.columns), narrow(shape.rows),
                                      narrow(shape.depth), &one, right.data(), row_stride(right), left.data(),
                                      row_stride(left), &beta, c.data(), row_stride(c)),
                         "multiply");
  }

 private:
  static cublasOperation_t operation(bool transposed) noexcept { return transposed ? CUBLAS_OP_T : CUBLAS_OP_N; }
  static int narrow(index_t n) {
    constexpr int kMost = (std::numeric_limits<int>::max)();
    require(n <= kMost, "multiply", "extent", n, "at most 2147483647 for cuBLAS");
    return static_cast<int>(n);
  }
  // cuBLAS wants a stride of at least a row, also where there is one row, or none.
  template <class T>
  static int row_stride(const TensorView<T, 2, Cuda>& v) {
    return narrow(max_of<index_t>(max_of(v.stride()[0], v.shape(1)), 1));
  }
};

static_assert(Linalg<CublasLinalg, Cuda>);

}  // namespace pastiche
