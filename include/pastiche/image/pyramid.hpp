// SPDX-License-Identifier: MIT
/// \file
/// The Gaussian pyramid and its step back.
///
/// P. J. Burt, E. H. Adelson, "The Laplacian pyramid as a compact image code", IEEE Trans. Communications 31(4),
/// 1983, with the generating kernel (1 4 6 4 1) / 16, a = 0.375.
#pragma once

#include <pastiche/image/filter.hpp>

namespace pastiche {

namespace detail {

inline constexpr double kBurt[5] = {1.0 / 16, 4.0 / 16, 6.0 / 16, 4.0 / 16, 1.0 / 16};

/// n samples to ceil(n / 2): the even ones, smoothed.
template <Scalar S>
primitive::AxisTaps<S> reduce_taps(index_t n, Border border) {
  primitive::AxisTaps<S> taps{n, ceil_div<index_t>(n, 2), 5, {}, {}};
  for (index_t i = 0; i < taps.outputs; ++i) {
    for (index_t k = 0; k < 5; ++k) {
      taps.index.push_back(static_cast<std::int32_t>(border_index(2 * i + k - 2, n, border)));
      taps.weight.push_back(static_cast<S>(kBurt[k]));
    }
  }
  return taps;
}

/// n samples to `outputs`, 2n or 2n - 1: sample j stands at 2j, between them the kernel interpolates.
template <Scalar S>
primitive::AxisTaps<S> expand_taps(index_t n, index_t outputs, Border border) {
  primitive::AxisTaps<S> taps{n, outputs, 3, {}, {}};
  for (index_t i = 0; i < outputs; ++i) {
    const index_t middle = (i + 1) / 2;  // an odd sample has neighbours middle - 1 and middle, and one empty tap
    const double even[3] = {0.125, 0.75, 0.125}, odd[3] = {0.5, 0.5, 0.0};
    for (index_t k = 0; k < 3; ++k) {
      taps.index.push_back(static_cast<std::int32_t>(border_index(middle + k - 1, n, border)));
      taps.weight.push_back(static_cast<S>(i % 2 == 0 ? even[k] : odd[k]));
    }
  }
  return taps;
}

template <class View, class Device>
void check_pyramid(const char* function, const View& view, const Device&) {
  static_assert(View::rank == 3, "pastiche: an image has three axes: height, width, channel");
  static_assert(std::is_same_v<typename View::device_type, Device>,
                "pastiche: the image does not live on the device given");
  static_assert(!std::integral<typename View::value_type> || sizeof(typename View::value_type) <= 2,
                "pastiche: integers wider than 16 bits are no pixels");
  require(view.size() > 0, function, "size of the image", view.size(), "at least one pixel and one channel");
  require(view.dense_from(1), function, "a row of the image", "not dense", "pixels and channels side by side");
}

}  // namespace detail

/// One level coarser: smoothed by (1 4 6 4 1) / 16 and every second pixel of every second row kept, the first
/// included: (height, width, channel) to (ceil(height / 2), ceil(width / 2), channel).
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto pyramid_reduce(const Image& image, Border border = Border::mirror, const Device& device = {}) {
  const auto view = view_of(image);
  using T = typename decltype(view)::value_type;
  detail::check_pyramid("pyramid_reduce", view, device);
  return resample<T>(view, detail::reduce_taps<scalar_t<T>>(view.shape(0), border),
                     detail::reduce_taps<scalar_t<T>>(view.shape(1), border), device);
}

/// One level finer, to `size` = {height, width}, each twice the image's or one less: zeros between the pixels, then
/// the kernel times 4. Image minus expanded coarser level is a level of the Laplacian pyramid. Throws InvalidArgument
/// for other sizes.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto pyramid_expand(const Image& image, const Shape<2>& size, Border border = Border::mirror,
                    const Device& device = {}) {
  const auto view = view_of(image);
  using T = typename decltype(view)::value_type;
  detail::check_pyramid("pyramid_expand", view, device);
  require(ceil_div<index_t>(size[0], 2) == view.shape(0), "pyramid_expand", "height", size[0],
          "twice the image's, or one less");
  require(ceil_div<index_t>(size[1], 2) == view.shape(1), "pyramid_expand", "width", size[1],
          "twice the image's, or one less");
  return resample<T>(view, detail::expand_taps<scalar_t<T>>(view.shape(0), size[0], border),
                     detail::expand_taps<scalar_t<T>>(view.shape(1), size[1], border), device);
}

/// `levels` images from fine to coarse, the first a copy of the image, each the pyramid_reduce() of the one before.
/// Elements stay what they are, so a pyramid of 8-bit pixels is rounded at every level. Throws InvalidArgument unless
/// levels is at least 1.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
auto gaussian_pyramid(const Image& image, index_t levels, Border border = Border::mirror, const Device& device = {}) {
  const auto view = view_of(image);
  using T = typename decltype(view)::value_type;
  detail::check_pyramid("gaussian_pyramid", view, device);
  require(levels >= 1, "gaussian_pyramid", "levels", levels, "at least 1");
  std::vector<Tensor<T, 3, Device>> pyramid;
  pyramid.reserve(static_cast<std::size_t>(levels));
  pyramid.push_back(resample<T>(view, primitive::identity_taps<float>(view.shape(0)),
                                primitive::identity_taps<float>(view.shape(1)), device));
  while (static_cast<index_t>(pyramid.size()) < levels) {
    pyramid.push_back(pyramid_reduce(pyramid.back(), border, device));
  }
  return pyramid;
}

}  // namespace pastiche
