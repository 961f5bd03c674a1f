// SPDX-License-Identifier: MIT
/// \file
/// Dense products as a policy, so that a layer can be instantiated over our own product, Eigen or cuBLAS.
///
/// | model          | device        | header                                 |
/// |----------------|---------------|----------------------------------------|
/// | `GenericLinalg`| every one     | this one; the reference, slow           |
/// | `PackedLinalg` | `VectorDevice`| `pastiche/primitive/packed_product.hpp` |
/// | `EigenLinalg`  | `Cpu`         | `pastiche/linalg/eigen.hpp`             |
/// | `CublasLinalg` | `Cuda`        | `pastiche/linalg/cublas.hpp`            |
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/core/error.hpp>
#include <pastiche/device/device.hpp>
#include <pastiche/linalg/semiring.hpp>
#include <pastiche/tensor/view.hpp>

#include <concepts>
#include <string>

namespace pastiche {

/// How multiply() reads its factors and writes its result.
struct ProductOptions {
  bool transpose_a = false;  ///< a is given as (k, m)
  bool transpose_b = false;  ///< b is given as (n, k)
  bool accumulate = false;   ///< c += a b instead of c = a b
};

/// `linalg.multiply(device, a, b, c, options)`: c = a b, or c += a b, for (m, k) times (k, n) into (m, n).
///
/// a and b are anything viewable of rank 2, c a view; all of one scalar, on `Device`, row-major, rows at any distance.
/// c must not overlap a or b. Shapes that do not fit throw InvalidArgument.
template <class L, class Device>
concept Linalg =
    DevicePolicy<Device> && requires(const L& linalg, const Device& device, TensorView<const float, 2, Device> a,
                                     TensorView<float, 2, Device> c, ProductOptions options) {
      { linalg.multiply(device, a, a, c) } -> std::same_as<void>;
      { linalg.multiply(device, a, a, c, options) } -> std::same_as<void>;
    };

/// The extents of a product.
struct ProductShape {
  index_t rows, columns, depth;  ///< m, n, k
};

namespace detail {

/// The extents of the product, after a check that they fit together. InvalidArgument names the factor that does not.
template <class T, class Device>
ProductShape checked_product(const TensorView<const T, 2, Device>& a, const TensorView<const T, 2, Device>& b,
                             const TensorView<T, 2, Device>& c, ProductOptions options) {
  const index_t depth = a.shape(options.transpose_a ? 0 : 1);
  require(a.shape(options.transpose_a ? 1 : 0) == c.shape(0), "multiply", "rows of a",
          a.shape(options.transpose_a ? 1 : 0), c.shape(0));
  require(b.shape(options.transpose_b ? 0 : 1) == c.shape(1), "multiply", "columns of b",
          b.shape(options.transpose_b ? 0 : 1), c.shape(1));
  require(b.shape(options.transpose_b ? 1 : 0) == depth, "multiply", "rows of b", b.shape(options.transpose_b ? 1 : 0),
          depth);
  return {c.shape(0), c.shape(1), depth};
}

/// True for what multiply() takes; says in a sentence what is wrong with anything else.
template <class Device, class A, class B, class T>
constexpr bool check_factors() {
  static_assert(view_of_t<A>::rank == 2 && view_of_t<B>::rank == 2, "multiply: a and b are matrices");
  static_assert(std::same_as<element_of_t<A>, T> && std::same_as<element_of_t<B>, T>,
                "multiply: a, b and c have the same scalar");
  static_assert(std::same_as<device_of_t<A>, Device> && std::same_as<device_of_t<B>, Device>,
                "multiply: a, b and c live on the device that multiplies");
  return true;
}

PASTICHE_DEVICE_CODE_BEGIN

template <class Ring, class T, class Device>
struct MultiplyKernel {
  TensorView<const T, 2, Device> a, b;
  TensorView<T, 2, Device> c;
  index_t depth;
  ProductOptions options;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t row = i / c.shape(1), column = i % c.shape(1);
    T sum = Ring::template none<T>();
    for (index_t k = 0; k < depth; ++k) {
      const T left = options.transpose_a ? a(k, row) : a(row, k);
      sum = Ring::step(left, options.transpose_b ? b(column, k) : b(k, column), sum);
    }
    c(row, column) = options.accumulate ? Ring::join(c(row, column), sum) : sum;
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

/// The reference product over a semiring: one kernel, every device, no dependency. Sums in the order of k.
template <class Ring>
struct GenericProduct {
  template <DevicePolicy Device, Viewable A, Viewable B, Scalar T>
  void multiply(const Device& device, const A& a, const B& b, const TensorView<T, 2, Device>& c,
                ProductOptions options = {}) const {
    static_assert(detail::check_factors<Device, A, B, T>());
    const ProductShape shape = detail::checked_product<T, Device>(view_of(a), view_of(b), c, options);
    device.for_each_index(c.size(),
                          detail::MultiplyKernel<Ring, T, Device>{view_of(a), view_of(b), c, shape.depth, options});
  }
};

/// Sums of products.
using GenericLinalg = GenericProduct<SumOfProducts>;

}  // namespace pastiche
