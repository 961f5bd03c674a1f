// SPDX-License-Identifier: MIT
/// \file
/// Structural similarity.
///
/// Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error visibility to
/// structural similarity", IEEE Trans. Image Processing 13(4), 2004, equations 13 to 17: an 11 x 11 Gaussian window
/// of deviation 1.5, K1 = 0.01, K2 = 0.03, only where the window lies within the image, and no subsampling before.
#pragma once

#include <pastiche/evaluate/psnr.hpp>
#include <pastiche/image/filter.hpp>

namespace pastiche {

/// Options of ssim(). Super-resolution tables use `{.shave = scale, .on = CompareOn::studio_luma}`.
struct SsimOptions {
  index_t shave = 0;                   ///< pixels on every side that do not count
  CompareOn on = CompareOn::channels;  ///< channels: the mean over them
  double k1 = 0.01, k2 = 0.03;         ///< constants that keep the quotients finite, as shares of white
};

namespace detail {

inline constexpr index_t kSsimRadius = 5;

PASTICHE_DEVICE_CODE_BEGIN

/// The five images whose local means make the statistics: a, b, a², b², ab of pixel i.
template <class View>
struct SsimMoments {
  View a, b;
  index_t channel;  ///< -1: studio luma
  double* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const double x = value(a, i), y = value(b, i);
    double* out = to + 5 * i;
    out[0] = x;
    out[1] = y;
    out[2] = x * x;
    out[3] = y * y;
    out[4] = x * y;
  }

 private:
  PASTICHE_HD double value(const View& image, index_t i) const noexcept {
    const index_t y = i / image.shape(1), x = i % image.shape(1);
    if (channel >= 0) return to_scalar<double>(image(y, x, channel));
    return studio_luma601(to_scalar<double>(image(y, x, 0)), to_scalar<double>(image(y, x, 1)),
                          to_scalar<double>(image(y, x, 2)));
  }
};

/// The similarity at window i of those that lie within the image.
struct SsimAt {
  const double* means;
  index_t width;  ///< of the image
  double c1, c2;

  PASTICHE_HD double operator()(index_t i) const noexcept {
    const index_t across = width - 2 * kSsimRadius;
    const double* m = means + 5 * ((i / across + kSsimRadius) * width + i % across + kSsimRadius);
    const double product = m[0] * m[1], squares = m[0] * m[0] + m[1] * m[1];
    const double covariance = m[4] - product, variances = m[2] + m[3] - squares;
    return (2.0 * product + c1) * (2.0 * covariance + c2) / ((squares + c1) * (variances + c2));
  }
};

PASTICHE_DEVICE_CODE_END

template <class View, class Device>
double ssim_of(const View& a, const View& b, index_t channel, const SsimOptions& options, const Device& device) {
  Tensor<double, 3, Device> moments({a.shape(0), a.shape(1), 5}, device);
  device.for_each_index(a.shape(0) * a.shape(1), SsimMoments<View>{a, b, channel, moments.data()});
  const auto window = gaussian_kernel(1.5, kSsimRadius);
  const auto means = filter_separably(moments, window, window, Border::mirror, device);
  const index_t windows = (a.shape(0) - 2 * kSsimRadius) * (a.shape(1) - 2 * kSsimRadius);
  const SsimAt at{means.data(), a.shape(1), options.k1 * options.k1, options.k2 * options.k2};
  return device.reduce_index(windows, 0.0, at, AddDoubles{}) / static_cast<double>(windows);
}

}  // namespace detail

/// Mean structural similarity of two images (height, width, channel): 1 where they are equal. Computed in double.
/// Throws InvalidArgument where shapes differ or less than 11 x 11 pixels are left after shaving.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
double ssim(const A& first, const B& second, const SsimOptions& options = {}, const Device& device = {}) {
  auto a = view_of(first);
  auto b = view_of(second);
  detail::check_compared("ssim", a, b, options.on);
  a = shave(a, options.shave);
  b = shave(b, options.shave);
  require(a.shape(0) > 2 * detail::kSsimRadius, "ssim", "height to compare", a.shape(0), "at least 11");
  require(a.shape(1) > 2 * detail::kSsimRadius, "ssim", "width to compare", a.shape(1), "at least 11");
  if (options.on == CompareOn::studio_luma && a.shape(2) == 3) return detail::ssim_of(a, b, -1, options, device);
  double sum = 0.0;
  for (index_t c = 0; c < a.shape(2); ++c) sum += detail::ssim_of(a, b, c, options, device);
  return sum / static_cast<double>(a.shape(2));
}

}  // namespace pastiche
