// SPDX-License-Identifier: MIT
// test: devices=cpu libraries=pastiche::eigen
// Row-major matrices of Eigen are read and written where they are.
#include <pastiche/interop/eigen.hpp>

#include "support/catch.hpp"
#include "support/refusal.hpp"

#include <type_traits>
#include <utility>

using namespace pastiche;
using test::refusal;

namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class X>
concept Writable = requires(X& x) { mutable_view_of(x); };

Matrix counted(int rows, int columns) {
  Matrix m(rows, columns);
  for (int i = 0; i < rows * columns; ++i) m.data()[i] = static_cast<float>(i);
  return m;
}

}  // namespace

TEST_CASE("A row-major matrix is Viewable, to read and to write") {
  Matrix m = counted(3, 4);
  STATIC_REQUIRE(std::is_same_v<view_of_t<Matrix>, TensorView<const float, 2, Cpu>>);
  CHECK(view_of(m).data() == m.data());
  CHECK(view_of(std::as_const(m))(2, 1) == 9.0f);
  mutable_view_of(m)(0, 3) = -1.0f;
  CHECK(m(0, 3) == -1.0f);
  STATIC_REQUIRE_FALSE(Writable<const Matrix>);

  const Eigen::Array<std::uint8_t, 2, 3, Eigen::RowMajor> fixed{{1, 2, 3}, {4, 5, 6}};
  CHECK(view_of(fixed).shape() == Shape<2>{2, 3});
  CHECK(view_of(fixed)(1, 0) == 4);
  CHECK(view_of(Matrix(0, 4)).size() == 0);
}

TEST_CASE("Blocks, maps and refs keep their outer stride") {
  Matrix m = counted(4, 6);
  auto block = m.block(1, 2, 2, 3);
  CHECK(view_of(block).stride() == Shape<2>{6, 1});
  CHECK(view_of(block)(1, 2) == m(2, 4));
  mutable_view_of(block)(0, 0) = 50.0f;
  CHECK(m(1, 2) == 50.0f);

  Eigen::Map<Matrix, 0, Eigen::OuterStride<>> map(m.data(), 4, 5, Eigen::OuterStride<>(6));
  CHECK(view_of(map)(3, 4) == m(3, 4));
  Eigen::Ref<Matrix> ref(m);
  CHECK(view_of(ref).data() == m.data());

  const Eigen::Map<const Matrix> read_only(m.data(), 4, 6);
  CHECK(view_of(read_only)(3, 5) == m(3, 5));
  STATIC_REQUIRE_FALSE(Writable<Eigen::Map<const Matrix>>);
}

TEST_CASE("Vectors are matrices of one row or column, whatever their order") {
  const Eigen::VectorXd column{{1.0, 2.0, 3.0}};
  CHECK(view_of(column).shape() == Shape<2>{3, 1});
  CHECK(view_of(column)(2, 0) == 3.0);
  const Eigen::RowVectorXd row{{1.0, 2.0, 3.0}};
  CHECK(view_of(row).shape() == Shape<2>{1, 3});
  CHECK(view_of(row)(0, 2) == 3.0);
  const Matrix m = counted(3, 4);
  const auto second = m.col(1);
  CHECK(view_of(second)(2, 0) == 9.0f);
}

TEST_CASE("What has no memory of its own, or no element type of ours, is not Viewable") {
  const Matrix m = counted(2, 2);
  STATIC_REQUIRE_FALSE(Viewable<std::remove_cvref_t<decltype(m + m)>>);
  STATIC_REQUIRE_FALSE(Viewable<std::remove_cvref_t<decltype(m * m)>>);
  STATIC_REQUIRE_FALSE(Viewable<Eigen::MatrixXcf>);
}

TEST_CASE("An inner stride is refused") {
  Matrix m = counted(4, 6);
  using Strided = Eigen::Map<Matrix, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
  const Strided every_other(m.data(), 4, 3, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(6, 2));
  CHECK(refusal([&] { view_of(every_other); }) == "view_of: innermost stride is 2; expected 1: contiguous rows");
  const Strided dense(m.data(), 4, 3, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(6, 1));
  CHECK(view_of(dense)(1, 2) == m(1, 2));
}
