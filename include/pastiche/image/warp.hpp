// SPDX-License-Identifier: MIT
/// \file
/// A picture moved along a flow.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <cmath>
#include <string>
#include <type_traits>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// One pixel of what is looked up along a flow: the four around the place, by how near they are.
template <class E, class Device>
struct WarpPixel {
  using S = scalar_t<E>;
  TensorView<const E, 3, Device> image;
  TensorView<const float, 3, Device> flow;
  E* warped;
  std::uint8_t* known;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t width = flow.shape(1), channels = image.shape(2), y = i / width, x = i % width;
    const float column = static_cast<float>(x) + flow(y, x, 0), row = static_cast<float>(y) + flow(y, x, 1);
    const float bottom = static_cast<float>(image.shape(0) - 1), right = static_cast<float>(image.shape(1) - 1);
    // Half a pixel beyond the middle of the last one is still on it. False for what is no number.
    known[i] = row >= -0.5f && column >= -0.5f && row <= bottom + 0.5f && column <= right + 0.5f ? 1 : 0;
    if (known[i] == 0) {
      for (index_t c = 0; c < channels; ++c) warped[i * channels + c] = E{};
      return;
    }
    const float v = clamp(row, 0.0f, bottom), u = clamp(column, 0.0f, right);
    const index_t top = static_cast<index_t>(v), left = static_cast<index_t>(u);
    const index_t below = min_of(top + 1, image.shape(0) - 1), beside = min_of(left + 1, image.shape(1) - 1);
    const S down = static_cast<S>(v - static_cast<float>(top)), across = static_cast<S>(u - static_cast<float>(left));
    for (index_t c = 0; c < channels; ++c) {
      const S a = to_scalar<S>(image(top, left, c)), b = to_scalar<S>(image(top, beside, c));
      const S d = to_scalar<S>(image(below, left, c)), e = to_scalar<S>(image(below, beside, c));
      const S above = a + across * (b - a), under = d + across * (e - d);
      warped[i * channels + c] = from_scalar<E>(above + down * (under - above));
    }
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

/// A picture looked up along a flow.
template <Element E, DevicePolicy Device>
struct Warped {
  Tensor<E, 3, Device> image;             ///< (height, width, channel) of the flow's size; 0 where it is not known
  Tensor<std::uint8_t, 2, Device> known;  ///< 1 where the flow points into the picture
};

/// The picture (height, width, channel) that has at (y, x) what `image` has at (y + flow[y, x, 1], x + flow[y, x, 0]),
/// by linear interpolation: with the flow from a frame back to the one before, that one moved to where the frame has
/// it.
///
/// \param image (height, width, channel), of any elements
/// \param flow (height, width, 2) floats on the same device: columns, then rows, in pixels, as OpenCV has them. Where
/// it
///        is not finite, nothing is known
/// \param device where it is computed: that of the picture
/// \throws InvalidArgument where the flow has other channels or either is empty
template <Viewable Image, Viewable Flow, DevicePolicy Device = device_of_t<Image>>
auto warp(const Image& image, const Flow& flow, const Device& device = {}) {
  using E = element_of_t<Image>;
  static_assert(view_of_t<Image>::rank == 3 && view_of_t<Flow>::rank == 3 && std::is_same_v<element_of_t<Flow>, float>,
                "warp: an image (height, width, channel) and a flow (height, width, 2) of floats");
  static_assert(std::same_as<device_of_t<Image>, Device> && std::same_as<device_of_t<Flow>, Device>,
                "warp: image and flow live on the device");
  const TensorView<const E, 3, Device> from = view_of(image);
  const TensorView<const float, 3, Device> along = view_of(flow);
  require(along.shape(2) == 2, "warp", "number of channels of the flow", along.shape(2), "2, columns and rows");
  require(from.size() > 0 && along.size() > 0, "warp", "number of pixels", 0, "at least 1");
  Warped<E, Device> result{Tensor<E, 3, Device>({along.shape(0), along.shape(1), from.shape(2)}, device),
                           Tensor<std::uint8_t, 2, Device>({along.shape(0), along.shape(1)}, device)};
  device.for_each_index(along.shape(0) * along.shape(1),
                        detail::WarpPixel<E, Device>{from, along, result.image.data(), result.known.data()});
  return result;
}

}  // namespace pastiche
