// SPDX-License-Identifier: MIT
/// \file
/// The alpha channel of an example as a mask, and the image without it.
#pragma once

#include <pastiche/io/image.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace pastiche {

/// Where an image with an alpha channel may be looked at: (height, width), 255 where alpha is above 0, else 0. None
/// if there is no alpha, or if alpha is 0 nowhere and nothing is masked.
template <Viewable X>
  requires PixelElement<element_of_t<X>>
auto alpha_mask(const X& image) {
  const auto view = view_of(image);
  static_assert(view_of_t<X>::rank == 3 && view_of_t<X>::device_type::host_accessible);
  const index_t height = view.shape(0), width = view.shape(1), channels = view.shape(2);
  std::optional<Tensor<std::uint8_t, 2, Cpu>> mask;
  if (channels != 2 && channels != 4) return mask;
  Tensor<std::uint8_t, 2, Cpu> seen(Shape<2>{height, width});
  bool masked = false;
  for (index_t y = 0; y < height; ++y) {
    for (index_t x = 0; x < width; ++x) {
      const bool visible = to_scalar<double>(view(y, x, channels - 1)) > 0;
      *(seen.view().row(y) + x) = visible ? 255 : 0;
      masked = masked || !visible;
    }
  }
  if (masked) mask = std::move(seen);
  return mask;
}

/// The image without its alpha channel, if it has one.
template <Viewable X>
  requires PixelElement<element_of_t<X>>
auto without_alpha(const X& image) {
  const auto view = view_of(image);
  static_assert(view_of_t<X>::rank == 3 && view_of_t<X>::device_type::host_accessible);
  const index_t channels = view.shape(2) - (view.shape(2) % 2 == 0 && view.shape(2) <= 4 ? 1 : 0);
  Tensor<element_of_t<X>, 3, Cpu> colour(Shape<3>{view.shape(0), view.shape(1), channels});
  auto* to = colour.data();
  for (index_t y = 0; y < view.shape(0); ++y) {
    for (index_t x = 0; x < view.shape(1); ++x, to += channels) std::copy_n(view.row(y, x), channels, to);
  }
  return colour;
}

}  // namespace pastiche
