// SPDX-License-Identifier: MIT
/// \file
/// Products of tables of costs: min over k of a(i, k) + b(k, j).
#pragma once

#include <pastiche/linalg/linalg.hpp>
#include <pastiche/primitive/packed_product.hpp>

namespace pastiche::primitive {

/// `MinPlus<Device>{}.multiply(device, a, b, c, options)`, as the concept Linalg says but for the semiring
/// LeastOfSums: with `accumulate` c = min(c, a b). No element may be NaN or minus infinity. The same bits on every
/// device: nothing is summed but pairs.
template <class Device>
struct MinPlus : GenericProduct<LeastOfSums> {};

template <VectorDevice Device>
struct MinPlus<Device> : PackedProduct<LeastOfSums> {};

}  // namespace pastiche::primitive
