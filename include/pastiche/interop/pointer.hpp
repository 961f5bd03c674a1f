// SPDX-License-Identifier: MIT
/// \file
/// Plain memory as a view, without a copy: the checked way to make a TensorView from a pointer.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/view.hpp>

#include <cstdint>
#include <limits>
#include <type_traits>

namespace pastiche {

namespace detail {

/// A view after checks that its extents are counts, its rows contiguous, its offsets countable and its elements
/// aligned. Strides may be negative, or 0 where a row repeats.
template <class Device, class T, int Rank>
TensorView<T, Rank, Device> checked_view(const char* function, T* data, const Shape<Rank>& shape, Shape<Rank> stride) {
  static_assert(Element<std::remove_const_t<T>>, "a view holds integers of 8 to 64 bits, half, float or double");
  bool empty = false;
  for (int axis = 0; axis < Rank; ++axis) {
    require(shape[axis] >= 0, function, "extent", shape[axis], "at least 0");
    if (shape[axis] == 0) empty = true;
  }
  if (shape[Rank - 1] <= 1) stride.extent[Rank - 1] = 1;  // one element has no stride; some libraries say 0
  require(stride[Rank - 1] == 1, function, "innermost stride", stride[Rank - 1], "1: contiguous rows");
  index_t room = (std::numeric_limits<index_t>::max)() / static_cast<index_t>(sizeof(T));
  for (int axis = 0; axis < Rank && !empty; ++axis) {
    if (shape[axis] == 1) continue;
    require(stride[axis] != (std::numeric_limits<index_t>::min)(), function, "stride", stride[axis],
            "offsets that fit into 64 bits");
    const index_t steps = shape[axis] - 1, step = abs_of(stride[axis]);
    require(step == 0 || steps <= room / step, function, "stride", stride[axis], "offsets that fit into 64 bits");
    room -= steps * step;
  }
  if (empty) return {data, shape, stride};
  require(data != nullptr, function, "pointer", "null", "the address of the first element");
  const auto misaligned = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(data) % alignof(T));
  require(misaligned == 0, function, "address modulo the alignment of an element", misaligned, "0");
  return {data, shape, stride};
}

}  // namespace detail

/// Memory at `data` as a row-major view of `shape`, outermost extent first. The memory must outlive the view and hold
/// shape.size() elements that `Device` can reach: `as_view(p, Shape<3>{height, width, 3})` or, for a pointer from
/// cudaMalloc, `as_view<Cuda>(p, ...)`. Where `data` points to const, the view is read-only.
///
/// \throws InvalidArgument on a negative extent, a null pointer to a nonempty view or a misaligned one
template <class Device = Cpu, class T, int Rank>
TensorView<T, Rank, Device> as_view(T* data, const Shape<Rank>& shape) {
  for (int axis = 0; axis < Rank; ++axis) {  // before row_major() multiplies them
    require(shape[axis] >= 0, "as_view", "extent", shape[axis], "at least 0");
    index_t room = (std::numeric_limits<index_t>::max)() / static_cast<index_t>(sizeof(T));
    for (int other = 0; other <= axis; ++other) {
      require(shape[other] <= room, "as_view", "extent", shape[other], "offsets that fit into 64 bits");
      if (shape[other] > 0) room /= shape[other];
    }
  }
  return detail::checked_view<Device>("as_view", data, shape, row_major(shape));
}

/// The same with a stride an axis, in elements. The innermost must be 1; others may be anything the memory holds, also
/// negative (`data` is then element (0, 0, ...)) or 0 (a row that repeats: read it, do not write it).
///
/// \throws InvalidArgument also where the innermost stride is not 1
template <class Device = Cpu, class T, int Rank>
TensorView<T, Rank, Device> as_view(T* data, const Shape<Rank>& shape, const Shape<Rank>& stride) {
  return detail::checked_view<Device>("as_view", data, shape, stride);
}

}  // namespace pastiche
