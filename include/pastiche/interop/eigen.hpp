// SPDX-License-Identifier: MIT
/// \file
/// Row-major matrices, arrays, maps, refs and blocks of Eigen as rank-2 views, without a copy.
#pragma once

#include <pastiche/interop/pointer.hpp>

#include <Eigen/Core>

#include <concepts>

namespace pastiche {

namespace detail {

/// An Eigen object that has memory: not an expression that is yet to be evaluated.
template <class X>
concept EigenMemory = std::derived_from<X, Eigen::DenseBase<X>> && Element<typename X::Scalar> &&
                      (X::Flags & Eigen::DirectAccessBit) != 0;

template <class X>
auto eigen_view(const char* function, X& x) {
  static_assert(X::IsRowMajor || X::IsVectorAtCompileTime,
                "pastiche reads row-major matrices: this one is column-major, Eigen's default; declare it "
                "Eigen::RowMajor or assign it to a matrix that is");
  // A vector is a matrix of one row or column; the stride of its other axis is of no account.
  const Shape<2> shape{static_cast<index_t>(x.rows()), static_cast<index_t>(x.cols())};
  const Shape<2> stride{static_cast<index_t>(x.rowStride()), static_cast<index_t>(x.colStride())};
  return checked_view<Cpu>(function, x.data(), shape, stride);
}

}  // namespace detail

/// (rows, columns). Of a map with an inner stride the view is refused when it is taken.
template <detail::EigenMemory X>
struct ViewTraits<X> {
  static TensorView<const typename X::Scalar, 2, Cpu> view(const X& x) { return detail::eigen_view("view_of", x); }
  static TensorView<typename X::Scalar, 2, Cpu> mutable_view(X& x)
    requires((X::Flags & Eigen::LvalueBit) != 0)
  {
    return detail::eigen_view("mutable_view_of", x);
  }
};

}  // namespace pastiche
