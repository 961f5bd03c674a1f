// SPDX-License-Identifier: MIT
/// \file
/// Colours of whole images, on any device. What pixels mean is in color_models.hpp.
///
/// Images come in as any element, 8-bit or float, and go out as scalars: float, or double where the image is double.
#pragma once

#include <pastiche/image/color_models.hpp>
#include <pastiche/tensor/tensor.hpp>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Pixel (y, x): all channels of the input that the map reads.
template <class In, class Out, class Map>
struct MapPixels {
  using S = typename Out::value_type;
  In from;
  Out to;
  Map map;

  PASTICHE_HD void pixel(index_t y, index_t x) const noexcept {
    Pixel<S, Map::from> p;
    for (int c = 0; c < Map::from; ++c) p[c] = to_scalar<S>(from(y, x, c));
    const Pixel<S, Map::to> q = map(p);
    for (int c = 0; c < Map::to; ++c) to(y, x, c) = q[c];
  }
};

template <class Pixels>
struct MapRow {
  Pixels pixels;
  index_t width;
  PASTICHE_HD void operator()(index_t y) const noexcept {
    for (index_t x = 0; x < width; ++x) pixels.pixel(y, x);
  }
};

template <class Pixels>
struct MapOne {
  Pixels pixels;
  index_t width;
  PASTICHE_HD void operator()(index_t i) const noexcept { pixels.pixel(i / width, i % width); }
};

/// Element i of a dense result, from an image with `channels` of at least as many.
template <class In, class U>
struct ConvertElement {
  In from;
  index_t width, channels;
  U* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    using T = typename In::value_type;
    using S = std::conditional_t<std::same_as<T, double> || std::same_as<U, double>, double, float>;
    const index_t c = i % channels, pixel = i / channels;
    const T x = from(pixel / width, pixel % width, min_of(c, from.shape(2) - 1));
    if constexpr (std::same_as<T, U>) {
      to[i] = x;
    } else {
      to[i] = from_scalar<U>(to_scalar<S>(x));
    }
  }
};

PASTICHE_DEVICE_CODE_END

template <Element U, class View, class Device>
Tensor<U, 3, Device> convert_channels(const View& view, index_t channels, const Device& device) {
  Tensor<U, 3, Device> result({view.shape(0), view.shape(1), channels}, device);
  device.for_each_index(result.size(), ConvertElement<View, U>{view, view.shape(1), channels, result.data()});
  return result;
}

}  // namespace detail

/// `map` of every pixel of an image (height, width, channel) that has the channels the map reads, and no others.
/// Throws InvalidArgument otherwise.
template <PixelMap Map, Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto map_pixels(const Image& image, const Map& map, const Device& device = {}) {
  const auto view = view_of(image);
  using View = std::remove_const_t<decltype(view)>;
  using S = scalar_t<typename View::value_type>;
  static_assert(View::rank == 3, "pastiche: an image has three axes: height, width, channel");
  static_assert(std::is_same_v<device_of_t<Image>, Device>, "pastiche: the image does not live on the device given");
  require(view.shape(2) == Map::from, "map_pixels", "channels of the image", view.shape(2), Map::from);
  Tensor<S, 3, Device> result({view.shape(0), view.shape(1), Map::to}, device);
  using Pixels = detail::MapPixels<View, TensorView<S, 3, Device>, Map>;
  const Pixels pixels{view, result.view(), map};
  constexpr index_t cost = 100;  // of a pixel: three powers
  if constexpr (Device::host_accessible) {
    device.for_each_piece(view.shape(0), cost * view.shape(1), detail::MapRow<Pixels>{pixels, view.shape(1)});
  } else {
    device.for_each_piece(view.shape(0) * view.shape(1), cost, detail::MapOne<Pixels>{pixels, view.shape(1)});
  }
  return result;
}

/// Linear light of sRGB pixels (height, width, 3).
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto srgb_to_linear(const Image& image, const Device& device = {}) {
  return map_pixels(image, SrgbToLinear{}, device);
}

/// sRGB of linear light (height, width, 3).
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto linear_to_srgb(const Image& image, const Device& device = {}) {
  return map_pixels(image, LinearToSrgb{}, device);
}

/// CIE Lab (L in [0, 100]) of sRGB pixels.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto rgb_to_lab(const Image& image, const Device& device = {}) {
  return map_pixels(image, RgbToLab{}, device);
}

/// sRGB of CIE Lab, not clamped to the gamut; convert_elements() to an integer clamps.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto lab_to_rgb(const Image& image, const Device& device = {}) {
  return map_pixels(image, LabToRgb{}, device);
}

/// Full-range YCbCr of sRGB pixels, in [0, 1].
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto rgb_to_ycbcr(const Image& image, const Device& device = {}) {
  return map_pixels(image, RgbToYcbcr{}, device);
}

/// sRGB of full-range YCbCr.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto ycbcr_to_rgb(const Image& image, const Device& device = {}) {
  return map_pixels(image, YcbcrToRgb{}, device);
}

/// Studio-range YCbCr of sRGB pixels, as shares of 255.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto rgb_to_studio_ycbcr(const Image& image, const Device& device = {}) {
  return map_pixels(image, RgbToStudioYcbcr{}, device);
}

/// sRGB of studio-range YCbCr.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto studio_ycbcr_to_rgb(const Image& image, const Device& device = {}) {
  return map_pixels(image, StudioYcbcrToRgb{}, device);
}

/// Rec. 601 luma of sRGB pixels (height, width, 3), as (height, width, 1) in [0, 1].
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto rgb_to_luma(const Image& image, const Device& device = {}) {
  return map_pixels(image, RgbToLuma{}, device);
}

/// Rec. 709 luminance of sRGB pixels (height, width, 3), as (height, width, 1) of linear light.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto rgb_to_luminance(const Image& image, const Device& device = {}) {
  return map_pixels(image, RgbToLuminance{}, device);
}

/// The image with elements U: integers stand for [0, 1], are rounded to nearest and clamped.
template <Element U, Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto convert_elements(const Image& image, const Device& device = {}) {
  const auto view = view_of(image);
  return detail::convert_channels<U>(view, view.shape(2), device);
}

/// Three equal channels of a grey image (height, width, 1). Throws InvalidArgument for more channels.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto gray_to_rgb(const Image& image, const Device& device = {}) {
  const auto view = view_of(image);
  require(view.shape(2) == 1, "gray_to_rgb", "channels of the image", view.shape(2), "1");
  return detail::convert_channels<element_of_t<Image>>(view, 3, device);
}

/// The colours of an image with alpha, (height, width, 2 or 4), as (height, width, 1 or 3); an image without alpha is
/// copied. Colours are not multiplied by alpha. Throws InvalidArgument for no or more than 4 channels.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto drop_alpha(const Image& image, const Device& device = {}) {
  const auto view = view_of(image);
  require(view.shape(2) >= 1 && view.shape(2) <= 4, "drop_alpha", "channels of the image", view.shape(2), "1 to 4");
  return detail::convert_channels<element_of_t<Image>>(view, view.shape(2) - (view.shape(2) % 2 == 0 ? 1 : 0), device);
}

}  // namespace pastiche
