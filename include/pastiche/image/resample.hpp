// SPDX-License-Identifier: MIT
/// \file
/// Change of size by separable filters.
///
/// R. G. Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans. ASSP 29(6), 1981, for the
/// cubic kernel; geometry, border and antialiasing as documented for MATLAB's imresize: pixel centres at half
/// integers, half-sample mirror, the kernel widened by 1 / scale where the image shrinks. Unlike there, integers are
/// rounded once at the end and not after each axis, so 8-bit results may differ by one level.
#pragma once

#include <pastiche/image/border.hpp>
#include <pastiche/primitive/resample.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>

namespace pastiche {

/// An interpolation kernel: even or not, 0 outside [-support(), support()], in units of the coarser grid where it
/// antialiases. Weights are divided by their sum. A member `antialias` that is false keeps the kernel as narrow as it
/// is when the image shrinks.
template <class F>
concept ResampleFilter = std::copyable<F> && requires(const F& filter, double x) {
  { filter.support() } -> std::convertible_to<double>;
  { filter(x) } -> std::convertible_to<double>;
};

/// The nearest pixel; at a tie the right or lower one. Elements of any kind keep their bits: labels may be resized.
struct Nearest {
  static constexpr bool antialias = false;
  static constexpr bool copies_pixels = true;
  static constexpr double support() noexcept { return 0.5; }
  constexpr double operator()(double x) const noexcept { return -0.5 <= x && x < 0.5 ? 1.0 : 0.0; }
};

/// Mean of the pixels under one of the coarser grid.
struct Box {
  bool antialias = true;
  static constexpr double support() noexcept { return 0.5; }
  constexpr double operator()(double x) const noexcept { return -0.5 <= x && x < 0.5 ? 1.0 : 0.0; }
};

/// Linear interpolation: a triangle.
struct Bilinear {
  bool antialias = true;
  static constexpr double support() noexcept { return 1.0; }
  constexpr double operator()(double x) const noexcept { return max_of(0.0, 1.0 - abs_of(x)); }
};

/// Cubic convolution (Keys 1981). `{.a = -0.75, .antialias = false}` is OpenCV's and PyTorch's.
struct Bicubic {
  double a = -0.5;
  bool antialias = true;
  static constexpr double support() noexcept { return 2.0; }
  constexpr double operator()(double x) const noexcept {
    const double t = abs_of(x);
    if (t <= 1.0) return ((a + 2.0) * t - (a + 3.0)) * t * t + 1.0;
    return t <= 2.0 ? ((a * t - 5.0 * a) * t + 8.0 * a) * t - 4.0 * a : 0.0;
  }
};

/// The sinc, windowed by its own main lobe stretched to `lobes`.
struct Lanczos {
  int lobes = 3;
  bool antialias = true;
  constexpr double support() const noexcept { return lobes; }
  double operator()(double x) const noexcept {
    constexpr double pi = 3.14159265358979323846;
    if (x == 0.0) return 1.0;
    if (abs_of(x) >= lobes) return 0.0;
    return lobes * std::sin(pi * x) * std::sin(pi * x / lobes) / (pi * pi * x * x);
  }
};

static_assert(ResampleFilter<Nearest> && ResampleFilter<Box> && ResampleFilter<Bilinear> && ResampleFilter<Bicubic> &&
              ResampleFilter<Lanczos>);

namespace detail {

template <class F>
constexpr bool antialiases(const F& filter) {
  if constexpr (requires { filter.antialias; }) {
    return filter.antialias;
  } else {
    return true;
  }
}

/// The weights of one output, centred on `centre` in input coordinates, appended over `count` places.
template <Scalar S, ResampleFilter Filter>
void append_taps(primitive::AxisTaps<S>& taps, const Filter& filter, double centre, double stretch, Border border) {
  const auto first = static_cast<index_t>(std::floor(centre - filter.support() * stretch));
  std::vector<double> weight(static_cast<std::size_t>(taps.count));
  double sum = 0.0;
  for (index_t k = 0; k < taps.count; ++k) {
    const double w = filter((centre - static_cast<double>(first + k)) / stretch);
    weight[static_cast<std::size_t>(k)] = w;
    sum += w;
  }
  require(sum != 0.0, "resize", "sum of the filter's weights", sum, "something else wherever the kernel is centred");
  for (index_t k = 0; k < taps.count; ++k) {
    taps.index.push_back(static_cast<std::int32_t>(border_index(first + k, taps.inputs, border)));
    taps.weight.push_back(static_cast<S>(weight[static_cast<std::size_t>(k)] / sum));
  }
}

/// Without the first and last places that no output needs.
template <Scalar S>
primitive::AxisTaps<S> trimmed(const primitive::AxisTaps<S>& taps) {
  index_t low = taps.count, high = 0;
  for (index_t i = 0; i < taps.outputs * taps.count; ++i) {
    if (taps.weight[static_cast<std::size_t>(i)] == S(0)) continue;
    low = (std::min)(low, i % taps.count);
    high = (std::max)(high, i % taps.count);
  }
  primitive::AxisTaps<S> kept{taps.inputs, taps.outputs, high - low + 1, {}, {}};
  for (index_t i = 0; i < taps.outputs; ++i) {
    const auto begin = i * taps.count + low, end = i * taps.count + high + 1;
    kept.index.insert(kept.index.end(), taps.index.begin() + begin, taps.index.begin() + end);
    kept.weight.insert(kept.weight.end(), taps.weight.begin() + begin, taps.weight.begin() + end);
  }
  return kept;
}

/// A pure choice of pixels becomes one tap each, wherever in the window it was.
template <Scalar S>
primitive::AxisTaps<S> chosen(const primitive::AxisTaps<S>& taps) {
  primitive::AxisTaps<S> one{taps.inputs, taps.outputs, 1, {}, {}};
  for (std::size_t i = 0; i < taps.weight.size(); ++i) {
    if (taps.weight[i] == S(0)) continue;
    if (taps.weight[i] != S(1)) return trimmed(taps);
    one.index.push_back(taps.index[i]);
    one.weight.push_back(S(1));
  }
  return one;
}

}  // namespace detail

/// The taps of one axis from `inputs` to `outputs` samples, `step` inputs apart. Input x of output i is at
/// (i + 0.5) * step - 0.5. Computed in double.
template <Scalar S, ResampleFilter Filter>
primitive::AxisTaps<S> resize_taps(index_t inputs, index_t outputs, double step, const Filter& filter,
                                   Border border = Border::mirror) {
  const double stretch = detail::antialiases(filter) ? (std::max)(step, 1.0) : 1.0;
  const auto count = static_cast<index_t>(std::ceil(2.0 * filter.support() * stretch)) + 2;
  primitive::AxisTaps<S> taps{inputs, outputs, count, {}, {}};
  for (index_t i = 0; i < outputs; ++i) {
    detail::append_taps(taps, filter, (static_cast<double>(i) + 0.5) * step - 0.5, stretch, border);
  }
  return detail::chosen(taps);
}

/// `rows` and `columns` applied to an image on its device: the axis that shrinks more first, rows on a tie.
template <Element T, DevicePolicy Device, Scalar S>
Tensor<T, 3, Device> resample(TensorView<const T, 3, Device> image, const primitive::AxisTaps<S>& rows,
                              const primitive::AxisTaps<S>& columns, const Device& device) {
  using Primitive = primitive::Resample<Device>;
  const index_t height = rows.outputs, width = columns.outputs, channels = image.shape(2);
  Tensor<T, 3, Device> result({height, width, channels}, device);
  if (rows.copies() && columns.copies()) {
    Primitive::copy(device, image, rows, columns, result.view());
  } else if (height * columns.inputs <= width * rows.inputs) {
    Primitive::run(device, image, rows, columns, result.view());
  } else {
    Tensor<S, 3, Device> across({rows.inputs, width, channels}, device);
    Primitive::run(device, image, primitive::identity_taps<S>(rows.inputs), columns, across.view());
    Primitive::run(device, std::as_const(across).view(), rows, primitive::identity_taps<S>(width), result.view());
  }
  return result;
}

namespace detail {

template <ResampleFilter Filter, class View, class Device>
auto resize_by(const char* function, const View& image, const Shape<2>& size, double row_step, double column_step,
               const Filter& filter, const Device& device) {
  using T = typename View::value_type;
  static_assert(View::rank == 3, "pastiche: an image has three axes: height, width, channel");
  static_assert(std::is_same_v<typename View::device_type, Device>,
                "pastiche: the image does not live on the device given");
  static_assert(
      !std::integral<T> || sizeof(T) <= 2 || requires { Filter::copies_pixels; },
      "pastiche: integers wider than 16 bits are no pixels; only Nearest resizes them");
  require(image.size() > 0, function, "size of the image", image.size(), "at least one pixel and one channel");
  require(size[0] > 0, function, "height", size[0], "at least 1");
  require(size[1] > 0, function, "width", size[1], "at least 1");
  require(image.dense_from(1), function, "a row of the image", "not dense", "pixels and channels side by side");
  require(filter.support() > 0.0, function, "support of the filter", filter.support(), "more than 0");
  using S = scalar_t<T>;
  return resample<T>(image, resize_taps<S>(image.shape(0), size[0], row_step, filter),
                     resize_taps<S>(image.shape(1), size[1], column_step, filter), device);
}

}  // namespace detail

/// The image (height, width, channel) at `size` = {height, width}; integers are rounded and clamped once, at the end.
/// Throws InvalidArgument for empty images or sizes and rows that are not dense.
///
/// MATLAB's `imresize(image, [height width], 'bicubic')` is `resize(image, {height, width})`.
template <Viewable Image, ResampleFilter Filter = Bicubic, DevicePolicy Device = device_of_t<Image>>
auto resize(const Image& image, const Shape<2>& size, const Filter& filter = {}, const Device& device = {}) {
  const auto view = view_of(image);
  const double height = static_cast<double>(view.shape(0)), width = static_cast<double>(view.shape(1));
  return detail::resize_by("resize", view, size, height / static_cast<double>(size[0]),
                           width / static_cast<double>(size[1]), filter, device);
}

/// The image at `scale` times its size, rounded up; pixels are exactly 1 / scale apart. MATLAB's
/// `imresize(image, scale)`. Throws as resize(), and where `scale` is not positive.
template <Viewable Image, ResampleFilter Filter = Bicubic, DevicePolicy Device = device_of_t<Image>>
auto rescale(const Image& image, double scale, const Filter& filter = {}, const Device& device = {}) {
  require(scale > 0.0 && scale < 1e6, "rescale", "scale", scale, "more than 0 and less than a million");
  const auto view = view_of(image);
  // 0.1 * 30 is a little above 3: that must not become 4.
  const auto scaled = [&](int axis) {
    return static_cast<index_t>(std::ceil(static_cast<double>(view.shape(axis)) * scale * (1.0 - 1e-12)));
  };
  return detail::resize_by("rescale", view, {scaled(0), scaled(1)}, 1.0 / scale, 1.0 / scale, filter, device);
}

}  // namespace pastiche
