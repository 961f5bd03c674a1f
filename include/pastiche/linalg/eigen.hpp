// SPDX-License-Identifier: MIT
/// \file
/// Eigen's product behind the Linalg policy, on foreign memory, without a copy.
#pragma once

#include <pastiche/device/cpu.hpp>
#include <pastiche/linalg/linalg.hpp>

#include <Eigen/Core>

namespace pastiche {

/// Products on the host through Eigen::Map. Vector instructions, and threads, are those Eigen was compiled for, not
/// those of the device.
struct EigenLinalg {
  template <Viewable A, Viewable B, Scalar T>
  void multiply(const Cpu&, const A& a, const B& b, const TensorView<T, 2, Cpu>& c, ProductOptions options = {}) const {
    static_assert(detail::check_factors<Cpu, A, B, T>());
    detail::checked_product<T, Cpu>(view_of(a), view_of(b), c, options);
    const auto left = map<const T>(view_of(a)), right = map<const T>(view_of(b));
    auto result = map<T>(c);
    if (!options.accumulate) result.setZero();
    if (options.transpose_a && options.transpose_b) {
      result.noalias() += left.transpose() * right.transpose();
    } else if (options.transpose_a) {
      result.noalias() += left.transpose() * right;
    } else if (options.transpose_b) {
      result.noalias() += left * right.transpose();
    } else {
      result.noalias() += left * right;
    }
  }

 private:
  using Stride = Eigen::OuterStride<Eigen::Dynamic>;
  template <class T>
  using Matrix = Eigen::Matrix<std::remove_const_t<T>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  template <class T>
  using Map = Eigen::Map<std::conditional_t<std::is_const_v<T>, const Matrix<T>, Matrix<T>>, Eigen::Unaligned, Stride>;

  template <class T>
  static Map<T> map(const TensorView<T, 2, Cpu>& v) {
    return Map<T>(v.data(), v.shape(0), v.shape(1), Stride(v.stride()[0]));
  }
};

static_assert(Linalg<EigenLinalg, Cpu>);

}  // namespace pastiche
