// SPDX-License-Identifier: MIT
/// \file
/// The matrix product of whatever device is at hand.
#pragma once

#include <pastiche/linalg/linalg.hpp>
#include <pastiche/primitive/packed_product.hpp>

namespace pastiche::primitive {

/// A device whose work is ordered on a stream: CUDA.
template <class D>
concept StreamDevice = !D::host_accessible && requires(const D& d) { d.stream; };

/// `MatrixProduct<Device>{}.multiply(device, a, b, c, options)`, as the concept Linalg says: PackedLinalg on a device
/// with vector registers, cuBLAS on CUDA, the generic kernel elsewhere.
template <class Device>
struct MatrixProduct : GenericLinalg {
  static_assert(!StreamDevice<Device>,
                "MatrixProduct on CUDA needs cuBLAS: include <pastiche/primitive/cublas_product.hpp>, link -lcublas; "
                "GenericLinalg is the slow product without it");
};

template <VectorDevice Device>
struct MatrixProduct<Device> : PackedLinalg {};

}  // namespace pastiche::primitive
