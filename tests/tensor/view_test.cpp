// SPDX-License-Identifier: MIT
// test: devices=cpu
// Shapes, strides and what a view promises to a kernel.
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/view.hpp>

#include "support/catch.hpp"

#include <type_traits>
#include <vector>

namespace {

using namespace pastiche;

template <class T, int Rank>
using View = TensorView<T, Rank, Cpu>;

struct OtherDevice {};

}  // namespace

TEST_CASE("A shape knows its size and row-major strides") {
  STATIC_REQUIRE(Shape<3>{2, 3, 4}.size() == 24);
  STATIC_REQUIRE(Shape<2>{5, 0}.size() == 0);
  STATIC_REQUIRE(row_major(Shape<3>{2, 3, 4}) == Shape<3>{12, 4, 1});
  STATIC_REQUIRE(row_major(Shape<1>{7}) == Shape<1>{1});
  STATIC_REQUIRE_FALSE(Shape<2>{1, 2} == Shape<2>{2, 1});
  STATIC_REQUIRE(Shape<2>{1, 2} != Shape<2>{2, 2});
}

TEST_CASE("Elements and rows are where the strides say") {
  std::vector<int> memory(100);
  for (int i = 0; i < 100; ++i) memory[static_cast<std::size_t>(i)] = i;
  const View<int, 3> view(memory.data(), {3, 4, 2}, {30, 5, 1});
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 4; ++b) {
      for (int c = 0; c < 2; ++c) CHECK(view(a, b, c) == 30 * a + 5 * b + c);
      CHECK(*view.row(a, b) == 30 * a + 5 * b);
    }
    CHECK(*view.row(a) == 30 * a);
  }
  CHECK(view.row() == memory.data());
  CHECK(view.size() == 24);
  CHECK(view.shape(1) == 4);
  view(2, 3, 1) = -1;
  CHECK(memory[76] == -1);

  const View<int, 2> reversed(memory.data() + 90, {10, 10}, {-10, 1});
  CHECK(reversed(9, 3) == 3);
  CHECK(*reversed.row(1) == 80);
}

TEST_CASE("dense_from says from which axis on the elements follow each other") {
  int memory[1] = {};
  const auto dense = [&](Shape<3> shape, Shape<3> stride, int from) {
    return View<int, 3>(memory, shape, stride).dense_from(from);
  };
  CHECK(dense({4, 5, 3}, {15, 3, 1}, 0));
  CHECK(dense({4, 5, 3}, {20, 3, 1}, 1));
  CHECK_FALSE(dense({4, 5, 3}, {20, 3, 1}, 0));
  CHECK(dense({4, 5, 3}, {40, 4, 1}, 2));
  CHECK_FALSE(dense({4, 5, 3}, {40, 4, 1}, 1));
  CHECK(dense({1, 5, 3}, {999, 3, 1}, 0));  // the stride of one element is of no account
  CHECK(dense({4, 1, 3}, {3, 999, 1}, 0));
  CHECK_FALSE(dense({4, 5, 3}, {-15, 3, 1}, 0));
  CHECK_FALSE(dense({4, 5, 3}, {0, 3, 1}, 0));
  CHECK(View<int, 3>(memory, {4, 5, 3}).dense_from(0));
  CHECK(View<int, 3>(memory, {4, 0, 3}).dense_from(0));
}

TEST_CASE("A mutable view reads as a const one, and not the other way") {
  STATIC_REQUIRE(std::is_convertible_v<View<int, 2>, View<const int, 2>>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<View<int, 2>, View<const int, 2>>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<View<const int, 2>, View<float, 2>>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<View<const int, 2>, View<int, 3>>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<TensorView<const int, 2, OtherDevice>, View<int, 2>>);
  STATIC_REQUIRE(KernelCopyable<View<int, 5>>);
  STATIC_REQUIRE(std::is_same_v<View<const int, 2>::value_type, int>);
}

TEST_CASE("view_of and mutable_view_of take views") {
  int memory[6] = {1, 2, 3, 4, 5, 6};
  const View<int, 2> view(memory, {2, 3});
  STATIC_REQUIRE(std::is_same_v<decltype(view_of(view)), View<const int, 2>>);
  STATIC_REQUIRE(std::is_same_v<decltype(mutable_view_of(view)), View<int, 2>>);
  STATIC_REQUIRE(std::is_same_v<element_of_t<View<const int, 2>>, int>);
  STATIC_REQUIRE(std::is_same_v<device_of_t<View<const int, 2>>, Cpu>);
  STATIC_REQUIRE_FALSE(Viewable<int>);
  STATIC_REQUIRE_FALSE(Viewable<std::vector<int>>);
  mutable_view_of(view)(1, 2) = 60;
  CHECK(view_of(view)(1, 2) == 60);
  CHECK(View<int, 2>{}.size() == 0);
}
