// SPDX-License-Identifier: MIT
/// \file
/// Separable smoothing of images of any element type.
#pragma once

#include <pastiche/image/resample.hpp>

namespace pastiche {

/// The taps that correlate n samples with an odd kernel, centred.
template <Scalar S>
primitive::AxisTaps<S> filter_taps(index_t n, const std::vector<double>& kernel, Border border) {
  const auto count = static_cast<index_t>(kernel.size());
  primitive::AxisTaps<S> taps{n, n, count, {}, {}};
  for (index_t i = 0; i < n; ++i) {
    for (index_t k = 0; k < count; ++k) {
      taps.index.push_back(static_cast<std::int32_t>(border_index(i + k - count / 2, n, border)));
      taps.weight.push_back(static_cast<S>(kernel[static_cast<std::size_t>(k)]));
    }
  }
  return taps;
}

/// 2 * radius + 1 samples of a Gaussian of deviation sigma, summing to 1. sigma 0 gives the unit impulse.
inline std::vector<double> gaussian_kernel(double sigma, index_t radius) {
  std::vector<double> kernel;
  double sum = 0.0;
  for (index_t i = -radius; i <= radius; ++i) {
    const double x = sigma > 0.0 ? static_cast<double>(i) / sigma : (i == 0 ? 0.0 : 40.0);
    kernel.push_back(std::exp(-0.5 * x * x));
    sum += kernel.back();
  }
  for (double& w : kernel) w /= sum;
  return kernel;
}

/// The image (height, width, channel) correlated with `rows` down its columns and `columns` along its rows, both of
/// odd length. Integers are rounded once, at the end. Throws InvalidArgument for even kernels, empty images and rows
/// that are not dense.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto filter_separably(const Image& image, const std::vector<double>& rows, const std::vector<double>& columns,
                      Border border = Border::mirror, const Device& device = {}) {
  const auto view = view_of(image);
  using T = typename decltype(view)::value_type;
  using S = scalar_t<T>;
  static_assert(decltype(view)::rank == 3, "pastiche: an image has three axes: height, width, channel");
  static_assert(std::is_same_v<device_of_t<Image>, Device>, "pastiche: the image does not live on the device given");
  static_assert(!std::integral<T> || sizeof(T) <= 2, "pastiche: integers wider than 16 bits are no pixels");
  constexpr const char* name = "filter_separably";
  require(view.size() > 0, name, "size of the image", view.size(), "at least one pixel and one channel");
  require(view.dense_from(1), name, "a row of the image", "not dense", "pixels and channels side by side");
  require(rows.size() % 2 == 1, name, "length of the kernel of rows", rows.size(), "odd");
  require(columns.size() % 2 == 1, name, "length of the kernel of columns", columns.size(), "odd");
  return resample<T>(view, filter_taps<S>(view.shape(0), rows, border), filter_taps<S>(view.shape(1), columns, border),
                     device);
}

/// Gaussian smoothing, cut off at four deviations as in SciPy. `sigma` in pixels, 0 leaves the image as it is.
/// Throws as filter_separably(), and where sigma is negative.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto gaussian_blur(const Image& image, double sigma, Border border = Border::mirror, const Device& device = {}) {
  require(sigma >= 0.0 && sigma < 1e6, "gaussian_blur", "sigma", sigma, "at least 0 and less than a million");
  const auto kernel = gaussian_kernel(sigma, static_cast<index_t>(4.0 * sigma + 0.5));
  return filter_separably(image, kernel, kernel, border, device);
}

/// Mean over (2 * radius + 1)² pixels. Throws as filter_separably(), and where radius is negative.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto box_blur(const Image& image, index_t radius, Border border = Border::mirror, const Device& device = {}) {
  require(radius >= 0, "box_blur", "radius", radius, "at least 0");
  const auto n = static_cast<std::size_t>(2 * radius + 1);
  const std::vector<double> kernel(n, 1.0 / static_cast<double>(n));
  return filter_separably(image, kernel, kernel, border, device);
}

}  // namespace pastiche
