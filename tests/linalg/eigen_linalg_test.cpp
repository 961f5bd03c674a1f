// SPDX-License-Identifier: MIT
// test: libraries=pastiche::eigen
// EigenLinalg computes what the reference computes, for every order of the factors and with gaps between rows.
#include "support/catch.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/linalg/eigen.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <algorithm>

namespace {

using namespace pastiche;

// Small integers: products are exact, so results must be equal.
template <class T>
Tensor<T, 2, Cpu> integers(index_t rows, index_t columns, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  Tensor<T, 2, Cpu> matrix({rows, columns});
  for (index_t i = 0; i < matrix.size(); ++i) matrix.data()[i] = static_cast<T>(rng.below(9)) - T(4);
  return matrix;
}

TEMPLATE_TEST_CASE("EigenLinalg agrees with the reference product", "[linalg]", float, double) {
  const index_t m = 7, n = 12, k = 9;
  for (int order = 0; order < 8; ++order) {
    const ProductOptions options{(order & 1) != 0, (order & 2) != 0, (order & 4) != 0};
    const Shape<2> a_shape = options.transpose_a ? Shape<2>{k, m} : Shape<2>{m, k};
    const Shape<2> b_shape = options.transpose_b ? Shape<2>{n, k} : Shape<2>{k, n};
    const auto a = integers<TestType>(20, 20, 1), b = integers<TestType>(20, 20, 2);
    const TensorView<const TestType, 2, Cpu> left(a.data(), a_shape, {20, 1}), right(b.data(), b_shape, {20, 1});
    auto want = integers<TestType>(20, 20, 3), got = want;
    GenericLinalg{}.multiply(Cpu{}, left, right, TensorView<TestType, 2, Cpu>(want.data(), {m, n}, {20, 1}), options);
    EigenLinalg{}.multiply(Cpu{}, left, right, TensorView<TestType, 2, Cpu>(got.data(), {m, n}, {20, 1}), options);
    CHECK(std::equal(got.data(), got.data() + got.size(), want.data()));
  }
}

TEST_CASE("EigenLinalg refuses factors that do not fit", "[linalg]") {
  const auto a = integers<float>(3, 4, 1);
  Tensor<float, 2, Cpu> c({3, 4});
  CHECK_THROWS_AS(EigenLinalg{}.multiply(Cpu{}, a, a, c.view()), InvalidArgument);
}

}  // namespace
