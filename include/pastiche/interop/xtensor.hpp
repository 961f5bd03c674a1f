// SPDX-License-Identifier: MIT
/// \file
/// Arrays of xtensor as views, without a copy. Those of fixed rank are Viewable, `as_view<Rank>` takes the others.
#pragma once

#include <pastiche/interop/pointer.hpp>

#include <concepts>
#include <type_traits>

namespace pastiche {

namespace detail {

/// An xtensor expression that has memory and strides: a container, an adaptor, or a strided view of one.
template <class X>
concept XtensorMemory = requires(X& x) {
  x.dimension();
  x.data() + x.data_offset();
  x.strides();
  x.shape();
};

template <int Rank, XtensorMemory X>
auto xtensor_view(const char* function, X& x) {
  Shape<Rank> shape{}, stride{};
  for (int axis = 0; axis < Rank; ++axis) {
    const auto at = static_cast<std::size_t>(axis);
    shape.extent[axis] = static_cast<index_t>(x.shape()[at]);
    // xtensor says 0 for the stride of an axis of one element.
    stride.extent[axis] = shape[axis] == 1 ? 1 : static_cast<index_t>(x.strides()[at]);
  }
  return checked_view<Cpu>(function, x.data() + x.data_offset(), shape, stride);
}

template <class X, std::size_t Rank, xt::layout_type Layout>
struct XtensorViewTraits {
  using value_type = typename X::value_type;
  using Pointer = decltype(std::declval<X&>().data());

  static TensorView<const value_type, static_cast<int>(Rank), Cpu> view(const X& x) {
    check_layout();
    return xtensor_view<static_cast<int>(Rank)>("view_of", x);
  }
  static TensorView<value_type, static_cast<int>(Rank), Cpu> mutable_view(X& x)
    requires(!std::is_const_v<std::remove_pointer_t<Pointer>>)
  {
    check_layout();
    return xtensor_view<static_cast<int>(Rank)>("mutable_view_of", x);
  }

 private:
  static constexpr void check_layout() {
    static_assert(Layout != xt::layout_type::column_major,
                  "pastiche reads row-major arrays: this xtensor is column-major; copy it into a row-major one");
  }
};

}  // namespace detail

/// A container of fixed rank, whatever its allocator: row-major, or of a layout that is checked when it is viewed.
template <class Container, std::size_t Rank, xt::layout_type Layout, class Tag>
  requires Element<typename xt::xtensor_container<Container, Rank, Layout, Tag>::value_type>
struct ViewTraits<xt::xtensor_container<Container, Rank, Layout, Tag>>
    : detail::XtensorViewTraits<xt::xtensor_container<Container, Rank, Layout, Tag>, Rank, Layout> {};

/// Foreign memory that xt::adapt() has given a shape of fixed rank; of const elements it is read-only.
template <class Container, std::size_t Rank, xt::layout_type Layout, class Tag>
  requires Element<typename xt::xtensor_adaptor<Container, Rank, Layout, Tag>::value_type>
struct ViewTraits<xt::xtensor_adaptor<Container, Rank, Layout, Tag>>
    : detail::XtensorViewTraits<xt::xtensor_adaptor<Container, Rank, Layout, Tag>, Rank, Layout> {};

/// An xtensor whose rank is known at run time (xt::xarray), or a window into one made by xt::view with ranges, as a
/// view: `as_view<3>(pixels)`. Read-only where `x` is const. The array must outlive the view.
///
/// \throws InvalidArgument if it has not Rank axes, or its rows are not contiguous
template <int Rank, detail::XtensorMemory X>
auto as_view(X& x) {
  require(static_cast<index_t>(x.dimension()) == Rank, "as_view", "number of axes", x.dimension(), Rank);
  return detail::xtensor_view<Rank>("as_view", x);
}

}  // namespace pastiche
