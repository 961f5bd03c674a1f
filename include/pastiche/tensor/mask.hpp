// SPDX-License-Identifier: MIT
/// \file
/// Masks: which pixels of an example may be stolen, which of an output are to be made.
#pragma once

#include <pastiche/tensor/view.hpp>

#include <cstdint>
#include <type_traits>

namespace pastiche {

/// (height, width) bytes in host memory, borrowed; nonzero means yes. A default one says yes everywhere.
struct Mask2 {
  const std::uint8_t* data = nullptr;
  index_t height = 0, width = 0;
  index_t row_stride = 0;  ///< bytes from row to row; 0 is `width`

  bool empty() const noexcept { return data == nullptr; }
  bool operator()(index_t row, index_t column) const noexcept {
    return data == nullptr || data[row * (row_stride != 0 ? row_stride : width) + column] != 0;
  }
};

/// A mask of any host array of bytes, of rank 2. The array must outlive the call the mask is passed to.
template <Viewable X>
Mask2 mask_of(const X& x) {
  using View = view_of_t<X>;
  static_assert(View::rank == 2 && sizeof(element_of_t<X>) == 1 && View::device_type::host_accessible,
                "mask_of: a mask is a rank-2 array of bytes (height, width) in host memory");
  const auto view = view_of(x);
  return {reinterpret_cast<const std::uint8_t*>(view.data()), view.shape(0), view.shape(1), view.stride()[0]};
}

/// A mask would outlive a temporary array.
template <Viewable X>
  requires(!std::is_trivially_destructible_v<X>)
Mask2 mask_of(const X&& x) = delete;

}  // namespace pastiche
