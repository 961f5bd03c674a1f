// SPDX-License-Identifier: MIT
/// \file
/// Guides: what an output should be like in each place, said in another map of example and output: labels, heights,
/// a sketch.
#pragma once

#include <pastiche/tensor/view.hpp>

#include <type_traits>
#include <vector>

namespace pastiche {

/// (height, width, channel) floats in host memory, borrowed, usually in [0, 1]. A default one is no map.
struct GuideMap {
  const float* data = nullptr;
  index_t height = 0, width = 0, channels = 0;
  index_t row_stride = 0;  ///< floats from row to row; 0 is `width * channels`

  bool empty() const noexcept { return data == nullptr; }
  const float* row(index_t y) const noexcept { return data + y * (row_stride != 0 ? row_stride : width * channels); }
};

/// A map of any host array of floats, (height, width, channel) or (height, width). It must outlive the call.
template <Viewable X>
GuideMap guide_of(const X& x) {
  using View = view_of_t<X>;
  static_assert((View::rank == 2 || View::rank == 3) && std::is_same_v<element_of_t<X>, float> &&
                    View::device_type::host_accessible,
                "guide_of: a guide is an array of floats (height, width, channel) or (height, width) in host memory");
  const auto view = view_of(x);
  index_t channels = 1;
  if constexpr (View::rank == 3) channels = view.shape(2);
  return {view.data(), view.shape(0), view.shape(1), channels, view.stride()[0]};
}

/// A guide would outlive a temporary array.
template <Viewable X>
  requires(!std::is_trivially_destructible_v<X>)
GuideMap guide_of(const X&& x) = delete;

/// A guide of a texture: one map for each example, and one for the output, of their sizes and alike in channels. A
/// default one guides nothing.
struct Guide {
  std::vector<GuideMap> examples{};
  GuideMap output{};
  double weight = 1.0;  ///< how much a squared difference of the guide counts against one of the pixels, both in [0, 1]

  bool empty() const noexcept { return output.empty(); }
};

}  // namespace pastiche
