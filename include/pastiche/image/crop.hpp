// SPDX-License-Identifier: MIT
/// \file
/// Parts of images as views, without a copy.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/device/device.hpp>
#include <pastiche/tensor/view.hpp>

namespace pastiche {

/// The tile of an image (height, width, channel...). The view is valid as long as the image. Throws InvalidArgument
/// where the tile leaves the image.
template <class T, int Rank, class Device>
TensorView<T, Rank, Device> crop(const TensorView<T, Rank, Device>& image, const Tile& tile) {
  static_assert(Rank >= 2, "pastiche: an image has at least two axes: height, width");
  require(tile.row >= 0 && tile.height >= 0 && tile.row + tile.height <= image.shape(0), "crop", "last row of the tile",
          tile.row + tile.height, "a tile within the image");
  require(tile.column >= 0 && tile.width >= 0 && tile.column + tile.width <= image.shape(1), "crop",
          "last column of the tile", tile.column + tile.width, "a tile within the image");
  Shape<Rank> shape = image.shape();
  shape.extent[0] = tile.height;
  shape.extent[1] = tile.width;
  const Shape<Rank>& stride = image.stride();
  return {image.data() + tile.row * stride[0] + tile.column * stride[1], shape, stride};
}

/// The image without `border` pixels on each side. Throws InvalidArgument where nothing would be left.
template <class T, int Rank, class Device>
TensorView<T, Rank, Device> shave(const TensorView<T, Rank, Device>& image, index_t border) {
  require(border >= 0 && 2 * border < image.shape(0) && 2 * border < image.shape(1), "shave", "border", border,
          "at least 0 and less than half the image");
  return crop(image, {border, border, image.shape(0) - 2 * border, image.shape(1) - 2 * border});
}

/// The largest part from the first pixel whose height and width are multiples of n: what super-resolution by n is
/// measured on. Throws InvalidArgument unless n is positive.
template <class T, int Rank, class Device>
TensorView<T, Rank, Device> crop_to_multiple(const TensorView<T, Rank, Device>& image, index_t n) {
  require(n > 0, "crop_to_multiple", "n", n, "at least 1");
  return crop(image, {0, 0, image.shape(0) / n * n, image.shape(1) / n * n});
}

}  // namespace pastiche
