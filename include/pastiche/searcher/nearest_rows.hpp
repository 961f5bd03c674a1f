// SPDX-License-Identifier: MIT
/// \file
/// The nearest of many vectors, by matrix product: for features, and for patches that do not overlap.
#pragma once

#include <pastiche/distance/distance.hpp>
#include <pastiche/primitive/matrix_product.hpp>
#include <pastiche/tensor/tensor.hpp>

namespace pastiche {

/// The nearest keys of each query.
template <Scalar T, DevicePolicy Device>
struct NearestRows {
  Tensor<int, 2, Device> rows;     ///< (query, neighbour): numbers of keys, nearest first; -1 where there are fewer
  Tensor<T, 2, Device> distances;  ///< the same: squared, summed as differences are
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Sum of squares of a row.
template <class T, class Device>
struct RowEnergy {
  TensorView<const T, 2, Device> rows;
  T* energies;
  PASTICHE_HD void operator()(index_t i) const noexcept {
    T sum = 0;
    for (index_t c = 0; c < rows.shape(1); ++c) sum += rows(i, c) * rows(i, c);
    energies[i] = sum;
  }
};

/// Keeps the least of |key|^2 - 2 query key, which is the distance less what all have in common.
template <class T, class Device>
struct KeepNearest {
  TensorView<const T, 2, Device> products;  ///< (query, key) of a block of keys
  const T* energies;                        ///< of these keys
  index_t first_key, nearest;
  T* ranks;   ///< (query, neighbour)
  int* rows;  ///< the same

  PASTICHE_HD void operator()(index_t q) const noexcept {
    const T* product = products.row(q);
    T* rank = ranks + q * nearest;
    int* row = rows + q * nearest;
    for (index_t j = 0; j < products.shape(1); ++j) {
      const T now = energies[j] - 2 * product[j];
      if (!(now == now) || (row[nearest - 1] >= 0 && !(now < rank[nearest - 1]))) continue;  // NaN is near to nothing
      index_t k = nearest - 1;
      for (; k > 0 && (row[k - 1] < 0 || now < rank[k - 1]); --k) {
        rank[k] = rank[k - 1];
        row[k] = row[k - 1];
      }
      rank[k] = now;
      row[k] = static_cast<int>(first_key + j);
    }
  }
};

template <class T>
struct FillRows {
  T* ranks;
  int* rows;
  PASTICHE_HD void operator()(index_t i) const noexcept {
    ranks[i] = kFarthest<T>;
    rows[i] = -1;
  }
};

/// The true distances of what was kept: differences lose no digits to the size of the vectors.
template <class T, class Device>
struct RowDistance {
  TensorView<const T, 2, Device> queries, keys;
  index_t nearest;
  const int* rows;
  T* distances;
  PASTICHE_HD void operator()(index_t i) const noexcept {
    T sum = 0;
    for (index_t c = 0; rows[i] >= 0 && c < queries.shape(1); ++c) {
      const T d = queries(i / nearest, c) - keys(rows[i], c);
      sum += d * d;
    }
    distances[i] = rows[i] >= 0 ? sum : kFarthest<T>;
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

/// For each row of `queries` (n, d) the `nearest` rows of `keys` (m, d) by squared distance.
///
/// Ranked by |key|^2 - 2 query key, the products a block at a time: where distances are less than some parts in 10^6 of
/// the vectors' squares (10^15 for double), neighbours may change places. Centre vectors that are far from 0. The
/// result does not depend on the threads.
///
/// \param queries, keys matrices of float or double on one device; on CUDA include cublas_product.hpp as well
/// \param nearest keys kept of each query, 1 to 1024
/// \param device the one whose memory holds them
/// \throws InvalidArgument where there are no keys or columns, or the columns differ
template <Viewable Queries, Viewable Keys, DevicePolicy Device = device_of_t<Queries>>
auto nearest_rows(const Queries& queries, const Keys& keys, index_t nearest, const Device& device = {}) {
  using T = element_of_t<Queries>;
  static_assert(Scalar<T> && std::same_as<element_of_t<Keys>, T>, "nearest_rows: queries and keys are float or double");
  static_assert(view_of_t<Queries>::rank == 2 && view_of_t<Keys>::rank == 2,
                "nearest_rows: queries and keys are matrices, a vector a row");
  static_assert(std::same_as<device_of_t<Queries>, Device> && std::same_as<device_of_t<Keys>, Device>,
                "nearest_rows: queries and keys live on the device that searches");
  const TensorView<const T, 2, Device> q = view_of(queries), k = view_of(keys);
  require(k.shape(0) >= 1 && k.shape(0) <= 2147483647, "nearest_rows", "number of keys", k.shape(0), "1 to 2147483647");
  require(k.shape(1) >= 1, "nearest_rows", "number of columns", k.shape(1), "at least 1");
  require(q.shape(1) == k.shape(1), "nearest_rows", "number of columns of the queries", q.shape(1), k.shape(1));
  require(nearest >= 1 && nearest <= 1024, "nearest_rows", "nearest", nearest, "1 to 1024");

  const index_t n = q.shape(0), m = k.shape(0), d = k.shape(1);
  NearestRows<T, Device> result{Tensor<int, 2, Device>({n, nearest}, device),
                                Tensor<T, 2, Device>({n, nearest}, device)};
  Tensor<T, 1, Device> energies({m}, device);
  device.for_each_piece(m, 2 * d, detail::RowEnergy<T, Device>{k, energies.data()});
  T* ranks = result.distances.data();  // until the end
  device.for_each_index(n * nearest, detail::FillRows<T>{ranks, result.rows.data()});
  constexpr index_t kQueries = 1024, kKeys = 2048;  // products at once: 8 MB of float
  Tensor<T, 2, Device> products({min_of(n, kQueries), min_of(m, kKeys)}, device);
  for (index_t i = 0; i < n; i += kQueries) {
    const index_t some = min_of(kQueries, n - i);
    for (index_t j = 0; j < m; j += kKeys) {
      const index_t many = min_of(kKeys, m - j);
      const TensorView<T, 2, Device> block(products.data(), {some, many});
      primitive::MatrixProduct<Device>{}.multiply(
          device, TensorView<const T, 2, Device>(q.row(i), {some, d}, q.stride()),
          TensorView<const T, 2, Device>(k.row(j), {many, d}, k.stride()), block, {.transpose_b = true});
      device.for_each_piece(some, 2 * many,
                            detail::KeepNearest<T, Device>{block, energies.data() + j, j, nearest, ranks + i * nearest,
                                                           result.rows.data() + i * nearest});
    }
  }
  device.for_each_piece(n * nearest, 3 * d,
                        detail::RowDistance<T, Device>{q, k, nearest, result.rows.data(), result.distances.data()});
  return result;
}

}  // namespace pastiche
