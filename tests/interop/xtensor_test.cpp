// SPDX-License-Identifier: MIT
// test: devices=cpu
// Arrays of xtensor are read and written where they are.
#include <pastiche/interop/xtensor.hpp>

#if __has_include(<xtensor/containers/xadapt.hpp>)
#  include <xtensor/containers/xadapt.hpp>
#  include <xtensor/containers/xarray.hpp>
#  include <xtensor/views/xview.hpp>
#else
#  include <xtensor/xadapt.hpp>
#  include <xtensor/xarray.hpp>
#  include <xtensor/xview.hpp>
#endif

#include "support/catch.hpp"
#include "support/refusal.hpp"

#include <array>
#include <type_traits>
#include <vector>

using namespace pastiche;
using test::refusal;

template <class X>
concept Writable = requires(X& x) { mutable_view_of(x); };

TEST_CASE("A row-major xtensor is Viewable, to read and to write") {
  xt::xtensor<float, 3> array = xt::xtensor<float, 3>::from_shape({2, 4, 3});
  array.fill(1.0f);
  const auto view = view_of(array);
  STATIC_REQUIRE(std::is_same_v<decltype(view), const TensorView<const float, 3, Cpu>>);
  CHECK(view.data() == array.data());
  CHECK(view.shape() == Shape<3>{2, 4, 3});
  CHECK(view.stride() == Shape<3>{12, 3, 1});
  mutable_view_of(array)(1, 3, 2) = 7.0f;
  CHECK(array(1, 3, 2) == 7.0f);
  const auto& fixed = array;
  CHECK(view_of(fixed)(1, 3, 2) == 7.0f);
}

TEST_CASE("Axes of one element do not confuse the strides") {
  const xt::xtensor<int, 3> array = xt::xtensor<int, 3>::from_shape({5, 4, 1});
  CHECK(view_of(array).stride()[2] == 1);
  CHECK(view_of(array).dense_from(0));
  const xt::xtensor<int, 3> flat = xt::xtensor<int, 3>::from_shape({1, 4, 3});
  CHECK(view_of(flat).dense_from(0));
  const xt::xtensor<int, 2> none = xt::xtensor<int, 2>::from_shape({0, 4});
  CHECK(view_of(none).size() == 0);
}

TEST_CASE("Adapted memory is Viewable; of const elements it is read-only") {
  std::vector<std::uint8_t> memory(12, 3);
  const std::array<std::size_t, 2> shape{3, 4};
  auto adapted = xt::adapt(memory.data(), memory.size(), xt::no_ownership(), shape);
  STATIC_REQUIRE(std::is_same_v<view_of_t<decltype(adapted)>, TensorView<const std::uint8_t, 2, Cpu>>);
  mutable_view_of(adapted)(2, 3) = 9;
  CHECK(memory[11] == 9);
  CHECK(view_of(adapted).data() == memory.data());

  const std::vector<std::uint8_t>& fixed = memory;
  auto read_only = xt::adapt(fixed.data(), fixed.size(), xt::no_ownership(), shape);
  CHECK(view_of(read_only)(2, 3) == 9);
  STATIC_REQUIRE(Writable<decltype(adapted)>);
  STATIC_REQUIRE_FALSE(Writable<decltype(read_only)>);
}

TEST_CASE("A layout chosen at run time is checked") {
  using Dynamic = xt::xtensor<float, 2, xt::layout_type::dynamic>;
  Dynamic rows(std::array<std::size_t, 2>{3, 4}, xt::layout_type::row_major);
  rows.fill(0.0f);
  rows(2, 1) = 8.0f;
  CHECK(view_of(rows)(2, 1) == 8.0f);
  const Dynamic columns(std::array<std::size_t, 2>{3, 4}, xt::layout_type::column_major);
  CHECK(refusal([&] { view_of(columns); }) == "view_of: innermost stride is 3; expected 1: contiguous rows");
}

TEST_CASE("as_view takes an xarray and windows into arrays") {
  xt::xarray<double> array = xt::xarray<double>::from_shape({4, 5, 3});
  for (std::size_t i = 0; i < array.size(); ++i) array.data()[i] = static_cast<double>(i);
  const auto view = as_view<3>(array);
  STATIC_REQUIRE(std::is_same_v<decltype(view), const TensorView<double, 3, Cpu>>);
  CHECK(view(2, 1, 1) == 34.0);
  const auto& fixed = array;
  STATIC_REQUIRE(std::is_same_v<decltype(as_view<3>(fixed)), TensorView<const double, 3, Cpu>>);
  CHECK(refusal([&] { as_view<2>(array); }) == "as_view: number of axes is 3; expected 2");

  auto window = xt::view(array, xt::range(1, 3), xt::range(2, 5), xt::all());
  const auto part = as_view<3>(window);
  CHECK(part.shape() == Shape<3>{2, 3, 3});
  CHECK(part.stride() == Shape<3>{15, 3, 1});
  CHECK(part(1, 2, 2) == array(2, 4, 2));
  part(0, 0, 0) = -1.0;
  CHECK(array(1, 2, 0) == -1.0);
  auto one_channel = xt::view(array, xt::all(), xt::all(), xt::range(1, 2));
  CHECK(as_view<3>(one_channel)(3, 4, 0) == array(3, 4, 1));
  auto every_other = xt::view(array, xt::all(), xt::all(), xt::range(0, 3, 2));
  CHECK(refusal([&] { as_view<3>(every_other); }) != "");
}
