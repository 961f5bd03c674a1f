// SPDX-License-Identifier: MIT
/// \file
/// cuBLAS as the matrix product of CUDA devices. Include from .cu files, link -lcublas.
#pragma once

#include <pastiche/linalg/cublas.hpp>
#include <pastiche/primitive/matrix_product.hpp>

namespace pastiche::primitive {

template <StreamDevice Device>
struct MatrixProduct<Device> : CublasLinalg {};

}  // namespace pastiche::primitive
