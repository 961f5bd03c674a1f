// SPDX-License-Identifier: MIT
/// \file
/// Autocorrelation: how like itself a picture is at every offset, and how far two pictures differ in that.
///
/// The statistic J. Portilla, E. P. Simoncelli, "A parametric texture model based on joint statistics of complex
/// wavelet coefficients", IJCV 40(1), 2000, section 2.2, name for periodicity and long structure; here of the picture
/// itself and over all lags to half its sides.
#pragma once

#include <pastiche/evaluate/patch_sample.hpp>
#include <pastiche/evaluate/psnr.hpp>
#include <pastiche/primitive/fft.hpp>

#include <cmath>
#include <limits>

namespace pastiche {

/// Autocorrelation of a picture, on the host.
struct Autocorrelation {
  index_t rows, columns;  ///< largest lags
  /// (rows + 1, 2 * columns + 1): at (y, columns + x) that of lag (y, x). 1 at no lag; all 0 for a picture of one luma.
  std::vector<double> values;

  double operator()(index_t y, index_t x) const {
    return values[static_cast<std::size_t>(y * (2 * columns + 1) + columns + x)];
  }
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Rec. 601 luma of three channels, the mean of any other number.
template <class View>
struct LumaAt {
  View image;

  PASTICHE_HD double operator()(index_t i) const noexcept {
    const index_t y = i / image.shape(1), x = i % image.shape(1);
    if (image.shape(2) == 3) {
      return 0.299 * to_scalar<double>(image(y, x, 0)) + 0.587 * to_scalar<double>(image(y, x, 1)) +
             0.114 * to_scalar<double>(image(y, x, 2));
    }
    double sum = 0.0;
    for (index_t c = 0; c < image.shape(2); ++c) sum += to_scalar<double>(image(y, x, c));
    return sum / static_cast<double>(image.shape(2));
  }
};

template <class View>
struct CentredLuma {
  LumaAt<View> luma;
  double mean;
  double* to;
  PASTICHE_HD void operator()(index_t i) const noexcept { to[i] = luma(i) - mean; }
};

struct SquareOf {
  const double* values;
  PASTICHE_HD double operator()(index_t i) const noexcept { return values[i] * values[i]; }
};

PASTICHE_DEVICE_CODE_END

/// Sums of products at lags of a dense picture (1, height, width) of mean 0, over the pixels that both have, divided
/// by their number and by the variance.
template <class Device>
Autocorrelation autocorrelation_of(const Tensor<double, 3, Device>& values, double variance, index_t rows,
                                   index_t columns, const Device& device) {
  const index_t height = values.shape(1), width = values.shape(2);
  // Zeros enough that no lag meets the other side.
  const primitive::Fft<Device> fft(primitive::good_size(height + rows), primitive::good_size(width + columns), device);
  Tensor<double, 2, Device> spectrum({1, fft.spectrum_size()}, device), power({1, fft.spectrum_size()}, device);
  fft.forward(values.view(), spectrum.view());
  fft.correlate(spectrum.view(), spectrum.view(), power.view());
  Tensor<double, 3, Device> sums({1, fft.height(), fft.width()}, device);
  fft.inverse(power.view(), sums.view());
  const std::vector<double> all = download(sums);
  Autocorrelation result{rows, columns, {}};
  result.values.reserve(static_cast<std::size_t>((rows + 1) * (2 * columns + 1)));
  for (index_t y = 0; y <= rows; ++y) {
    for (index_t x = -columns; x <= columns; ++x) {
      const double sum = all[static_cast<std::size_t>(y * fft.width() + wrap(x, fft.width()))];
      result.values.push_back(sum / (static_cast<double>((height - y) * (width - abs_of(x))) * variance));
    }
  }
  return result;
}

}  // namespace detail

/// Autocorrelation of the luma (Rec. 601 of three channels, the mean of any other number) of a picture (height, width,
/// channel) at lags of up to `rows` down and `columns` to either side: mean product of the deviations of two pixels at
/// that lag, over the pairs there are, divided by the variance. Throws InvalidArgument for lags beyond the picture.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
Autocorrelation autocorrelation(const Image& image, index_t rows, index_t columns, const Device& device = {}) {
  const auto view = view_of(image);
  using View = decltype(view_of(image));
  detail::check_texture_pair("autocorrelation", view, view, 1, device);
  require(rows >= 0 && rows < view.shape(0), "autocorrelation", "rows of lag", rows, "at least 0, below the height");
  require(columns >= 0 && columns < view.shape(1), "autocorrelation", "columns of lag", columns,
          "at least 0, below the width");
  const index_t n = view.shape(0) * view.shape(1);
  const detail::LumaAt<View> luma{view};
  const double mean = device.reduce_index(n, 0.0, luma, detail::AddDoubles{}) / static_cast<double>(n);
  Tensor<double, 3, Device> values({1, view.shape(0), view.shape(1)}, device);
  device.for_each_index(n, detail::CentredLuma<View>{luma, mean, values.data()});
  const double squares = device.reduce_index(n, 0.0, detail::SquareOf{values.data()}, detail::AddDoubles{});
  const double variance = squares / static_cast<double>(n);
  // Rounding of the mean leaves something of a picture of one luma.
  if (variance < 1e-20 * max_of(1.0, mean * mean)) {
    const auto lags = static_cast<std::size_t>((rows + 1) * (2 * columns + 1));
    return {rows, columns, std::vector<double>(lags, 0.0)};
  }
  return detail::autocorrelation_of(values, variance, rows, columns, device);
}

/// |A - A'| / |A| of the autocorrelations of an example and an output, over all lags to half the shorter height and
/// half the shorter width: 0 for equal ones, about 1 where the output has none of the example's order; blind to
/// brightness and contrast. An example of one luma has nothing to keep: 0 for an output of one luma, else infinite.
///
/// Images are (height, width, channel) of one element, of any sizes. Throws InvalidArgument for unlike channels, empty
/// pictures, and pixels that are not finite.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
double autocorrelation_distance(const A& example, const B& output, const Device& device = {}) {
  const auto a = view_of(example);
  const auto b = view_of(output);
  detail::check_texture_pair("autocorrelation_distance", a, b, 1, device);
  const index_t rows = min_of(a.shape(0), b.shape(0)) / 2, columns = min_of(a.shape(1), b.shape(1)) / 2;
  const Autocorrelation p = autocorrelation(a, rows, columns, device);
  const Autocorrelation q = autocorrelation(b, rows, columns, device);
  double apart = 0.0, whole = 0.0;
  for (std::size_t i = 0; i < p.values.size(); ++i) {
    apart += (p.values[i] - q.values[i]) * (p.values[i] - q.values[i]);
    whole += p.values[i] * p.values[i];
  }
  if (apart == 0.0) return 0.0;
  return whole > 0.0 ? std::sqrt(apart / whole) : std::numeric_limits<double>::infinity();
}

}  // namespace pastiche
