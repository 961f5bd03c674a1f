// SPDX-License-Identifier: MIT
/// \file
/// Principal components: the directions in which rows of numbers vary most (K. Pearson, "On lines and planes of closest
/// fit to systems of points in space", Philosophical Magazine 2(11), 1901), by the eigenvectors of the covariance.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <Eigen/Eigenvalues>

namespace pastiche {

/// A mean and the directions around it.
template <Scalar T>
struct Pca {
  Tensor<T, 1, Cpu> mean;        ///< (d)
  Tensor<T, 2, Cpu> components;  ///< (k, d): of length 1 and at right angles, that of the greatest variance first
  Tensor<T, 1, Cpu> variances;   ///< (k): along each component, over n - 1
};

namespace detail {

template <class T>
using RowMatrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class T>
auto eigen_rows(const TensorView<const T, 2, Cpu>& rows) {
  return Eigen::Map<const RowMatrix<T>, Eigen::Unaligned, Eigen::OuterStride<>>(
      rows.data(), rows.shape(0), rows.shape(1), Eigen::OuterStride<>(rows.stride()[0]));
}

}  // namespace detail

/// The `count` first principal components of rows (n, d).
///
/// Sums are kept in double. Of the two directions of a component that one is given whose entry of greatest size is
/// positive, the first of several: the same rows give the same components.
/// \throws InvalidArgument with fewer than 2 rows, no columns, or a count that is not 1 to d
template <Viewable Rows>
auto pca(const Rows& rows, index_t count) {
  const auto view = view_of(rows);
  using View = std::remove_cv_t<decltype(view)>;
  using T = typename View::value_type;
  static_assert(View::rank == 2 && Scalar<T> && std::same_as<typename View::device_type, Cpu>,
                "pca: rows are a matrix (n, d) of float or double in host memory");
  const index_t n = view.shape(0), d = view.shape(1);
  require(n >= 2, "pca", "number of rows", n, "at least 2");
  require(d >= 1, "pca", "number of columns", d, "at least 1");
  require(count >= 1 && count <= d, "pca", "number of components", count, "1 to the number of columns");

  const auto x = detail::eigen_rows<T>(view);
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(d);
  for (index_t i = 0; i < n; ++i) mean += x.row(i).transpose().template cast<double>();
  mean /= static_cast<double>(n);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(d, d);
  constexpr index_t kBlock = 512;  // rows at once
  for (index_t i = 0; i < n; i += kBlock) {
    const Eigen::MatrixXd some =
        x.middleRows(i, min_of(kBlock, n - i)).template cast<double>().rowwise() - mean.transpose();
    covariance.selfadjointView<Eigen::Lower>().rankUpdate(some.transpose());
  }
  covariance /= static_cast<double>(n - 1);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(covariance);

  Pca<T> result{Tensor<T, 1, Cpu>({d}), Tensor<T, 2, Cpu>({count, d}), Tensor<T, 1, Cpu>({count})};
  for (index_t c = 0; c < d; ++c) result.mean.data()[c] = static_cast<T>(mean[c]);
  for (index_t k = 0; k < count; ++k) {
    const auto direction = solved.eigenvectors().col(d - 1 - k);  // rising order there
    index_t longest = 0;
    // By a little more than rounding: entries of equal size must not change places.
    for (index_t c = 1; c < d; ++c) {
      if (std::abs(direction[c]) > std::abs(direction[longest]) * (1 + 1e-9)) longest = c;
    }
    const double sign = direction[longest] < 0 ? -1.0 : 1.0;
    for (index_t c = 0; c < d; ++c) result.components.data()[k * d + c] = static_cast<T>(sign * direction[c]);
    result.variances.data()[k] = static_cast<T>((std::max)(solved.eigenvalues()[d - 1 - k], 0.0));
  }
  return result;
}

/// Coordinates (n, k) of rows (n, d) along the components, the mean at 0.
/// \throws InvalidArgument where the rows have another number of columns
template <Viewable Rows, Scalar T>
Tensor<T, 2, Cpu> project(const Pca<T>& basis, const Rows& rows, const Cpu& device = {}) {
  static_assert(view_of_t<Rows>::rank == 2 && std::same_as<element_of_t<Rows>, T>,
                "project: rows are a matrix (n, d) of the scalar of the components");
  const auto view = view_of(rows);
  const index_t n = view.shape(0), k = basis.components.shape(0), d = basis.components.shape(1);
  require(view.shape(1) == d, "project", "number of columns", view.shape(1), d);
  Tensor<T, 2, Cpu> coordinates({n, k}, device);
  Eigen::Map<detail::RowMatrix<T>> to(coordinates.data(), n, k);
  const auto directions = detail::eigen_rows<T>(basis.components.view());
  const Eigen::Map<const Eigen::Matrix<T, 1, Eigen::Dynamic>> mean(basis.mean.data(), d);
  constexpr index_t kBlock = 512;  // rows at once: centred before, not after, which would cancel digits
  for (index_t i = 0; i < n; i += kBlock) {
    const index_t some = min_of(kBlock, n - i);
    const detail::RowMatrix<T> centred = detail::eigen_rows<T>(view).middleRows(i, some).rowwise() - mean;
    to.middleRows(i, some).noalias() = centred * directions.transpose();
  }
  return coordinates;
}

}  // namespace pastiche
