// SPDX-License-Identifier: MIT
/// \file
/// Non-owning, strided, device-typed views: the only array type a kernel ever sees. The innermost stride is 1.
#pragma once

#include <pastiche/core/math.hpp>

#include <type_traits>
#include <utility>

namespace pastiche {

/// Extents or strides, outermost first. A plain array, because std::array is host-only under nvcc.
template <int Rank>
struct Shape {
  static_assert(Rank >= 1);
  index_t extent[Rank];

  PASTICHE_HD constexpr index_t operator[](int axis) const noexcept { return extent[axis]; }
  PASTICHE_HD constexpr index_t size() const noexcept {
    index_t n = 1;
    for (int axis = 0; axis < Rank; ++axis) n *= extent[axis];
    return n;
  }
  PASTICHE_HD constexpr bool operator==(const Shape& other) const noexcept {
    for (int axis = 0; axis < Rank; ++axis) {
      if (extent[axis] != other.extent[axis]) return false;
    }
    return true;
  }
};

/// Strides of a dense row-major array.
template <int Rank>
PASTICHE_HD constexpr Shape<Rank> row_major(const Shape<Rank>& shape) noexcept {
  Shape<Rank> stride{};
  index_t step = 1;
  for (int axis = Rank - 1; axis >= 0; --axis) {
    stride.extent[axis] = step;
    step *= shape.extent[axis];
  }
  return stride;
}

/// A window on memory that `Device` can reach. Handing a host view to a CUDA method does not compile.
template <class T, int Rank, class Device>
class TensorView {
 public:
  using value_type = std::remove_const_t<T>;
  using device_type = Device;
  static constexpr int rank = Rank;

  TensorView() = default;
  PASTICHE_HD constexpr TensorView(T* data, Shape<Rank> shape, Shape<Rank> stride) noexcept
      : data_{data}, shape_{shape}, stride_{stride} {}
  PASTICHE_HD constexpr TensorView(T* data, Shape<Rank> shape) noexcept : TensorView{data, shape, row_major(shape)} {}

  /// A mutable view reads as a const one. A converting constructor, because nvcc warns (#554) about a
  /// conversion operator to the class itself even where a constraint removes it.
  template <class U>
    requires(std::is_const_v<T> && std::is_same_v<U, value_type>)
  PASTICHE_HD constexpr TensorView(const TensorView<U, Rank, Device>& other) noexcept
      : TensorView{other.data(), other.shape(), other.stride()} {}

  PASTICHE_HD constexpr T* data() const noexcept { return data_; }
  PASTICHE_HD constexpr const Shape<Rank>& shape() const noexcept { return shape_; }
  PASTICHE_HD constexpr const Shape<Rank>& stride() const noexcept { return stride_; }
  PASTICHE_HD constexpr index_t shape(int axis) const noexcept { return shape_[axis]; }
  PASTICHE_HD constexpr index_t size() const noexcept { return shape_.size(); }

  /// First element of the part of the view at the given leading indices: `row(y)` of an image is its row y, a plain
  /// pointer to width * channel elements where the row is dense.
  template <class... Index>
    requires(sizeof...(Index) < Rank && (std::is_integral_v<Index> && ...))
  PASTICHE_HD constexpr T* row(Index... index) const noexcept {
    const index_t at[] = {static_cast<index_t>(index)..., 0};
    index_t offset = 0;
    for (int axis = 0; axis < static_cast<int>(sizeof...(Index)); ++axis) offset += at[axis] * stride_[axis];
    return data_ + offset;
  }

  /// True where element (i, j, ..., 0) follows the last one of (i, ..., j - 1) from axis `from` on.
  PASTICHE_HD constexpr bool dense_from(int from) const noexcept {
    index_t step = 1;
    for (int axis = Rank - 1; axis >= from; --axis) {
      if (stride_[axis] != step && shape_[axis] > 1) return false;
      step *= shape_[axis];
    }
    return true;
  }

  /// Unchecked element access, one integer per axis.
  template <class... Index>
    requires(sizeof...(Index) == Rank && (std::is_integral_v<Index> && ...))
  PASTICHE_HD constexpr T& operator()(Index... index) const noexcept {
    const index_t at[] = {static_cast<index_t>(index)...};
    index_t offset = 0;
    for (int axis = 0; axis < Rank; ++axis) offset += at[axis] * stride_[axis];
    return data_[offset];
  }

 private:
  T* data_ = nullptr;
  Shape<Rank> shape_{};
  Shape<Rank> stride_{};
};

/// Specialise to let the methods read your array type in place, without a copy:
/// `static TensorView<const T, Rank, Device> view(const X&)`, and to let them write,
/// `static TensorView<T, Rank, Device> mutable_view(X&)`.
template <class X>
struct ViewTraits {};

template <class T, int Rank, class Device>
struct ViewTraits<TensorView<T, Rank, Device>> {
  static constexpr TensorView<const T, Rank, Device> view(const TensorView<T, Rank, Device>& v) { return v; }
  static constexpr TensorView<T, Rank, Device> mutable_view(const TensorView<T, Rank, Device>& v)
    requires(!std::is_const_v<T>)
  {
    return v;
  }
};

/// Anything a method accepts as input: a Tensor, a view, or a foreign array with ViewTraits.
template <class X>
concept Viewable = requires(const X& x) { ViewTraits<X>::view(x); };

template <Viewable X>
constexpr auto view_of(const X& x) {
  return ViewTraits<X>::view(x);
}

/// The elements of x to write to. Not for what is read-only: a const tensor, a view of const elements.
template <class X>
  requires requires(X& x) { ViewTraits<std::remove_const_t<X>>::mutable_view(x); }
constexpr auto mutable_view_of(X& x) {
  return ViewTraits<std::remove_const_t<X>>::mutable_view(x);
}

template <Viewable X>
using view_of_t = decltype(ViewTraits<X>::view(std::declval<const X&>()));

template <Viewable X>
using element_of_t = typename view_of_t<X>::value_type;

template <Viewable X>
using device_of_t = typename view_of_t<X>::device_type;

}  // namespace pastiche
