// SPDX-License-Identifier: MIT
/// \file
/// Statistics by which one picture is compared with many others: how its power falls with frequency, how far its
/// colours spread.
///
/// D. J. Field, "Relations between the statistics of natural images and the response properties of cortical cells",
/// J. Opt. Soc. Am. A 4(12), 1987, pages 2379 to 2394: amplitudes of natural images fall about as 1/f, so their power
/// about as 1/f², a slope of -2 here. Deviations: the picture is weighted by a raised cosine along each axis, lest its
/// edges, which do not continue at the other side, add power of their own; and the line is fitted to rings that are
/// equally wide in log f and count alike.
#pragma once

#include <pastiche/image/color.hpp>
#include <pastiche/primitive/fft.hpp>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace pastiche {

/// Options of power_slope().
struct PowerSlopeOptions {
  double lowest =
      1.0 / 32;  ///< cycles per pixel; never less than 4 cycles in the shorter side, which are few to average
  double highest = 3.0 / 8;  ///< cycles per pixel, at most 1/2; above it, how a picture was scaled or packed shows
  int rings = 14;            ///< in equal steps of log f
};

/// Standard deviations in CIE Lab (white D65), in its units: L of [0, 100].
struct ColorSpread {
  double l, a, b;
};

namespace detail {

/// A raised cosine: 0 beyond the ends, 1 in the middle.
inline std::vector<double> raised_cosine(index_t n) {
  std::vector<double> weights;
  for (index_t i = 0; i < n; ++i) {
    const double s = std::sin(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(n));
    weights.push_back(s * s);
  }
  return weights;
}

/// Rec. 709 luminance (height, width), in linear light; one channel is taken as grey. On the host.
template <class View, class Device>
std::vector<double> luminance_values(const View& image, const Device& device) {
  const auto values = [&](const auto& pixels) {
    const auto light = download(rgb_to_luminance(pixels, device));
    return std::vector<double>(light.begin(), light.end());
  };
  if (image.shape(2) == 3) return values(image);
  return values(convert_channels<typename View::value_type>(image, 3, device));
}

/// Takes the mean away, as the weights see it, and weighs what is left. Returns the largest magnitude of it.
inline double weigh(std::vector<double>& values, index_t height, index_t width) {
  const std::vector<double> down = raised_cosine(height), across = raised_cosine(width);
  const auto weight = [&](index_t i) {
    return down[static_cast<std::size_t>(i / width)] * across[static_cast<std::size_t>(i % width)];
  };
  double sum = 0.0, weights = 0.0, largest = 0.0;
  for (index_t i = 0; i < height * width; ++i) {
    sum += weight(i) * values[static_cast<std::size_t>(i)];
    weights += weight(i);
  }
  for (index_t i = 0; i < height * width; ++i) {
    double& value = values[static_cast<std::size_t>(i)];
    value = (value - sum / weights) * weight(i);
    largest = max_of(largest, std::fabs(value));
  }
  return largest;
}

/// Mean power by frequency, in rings of equal steps of log f.
class PowerRings {
 public:
  explicit PowerRings(const PowerSlopeOptions& options)
      : first_{std::log(options.lowest)},
        step_{(std::log(options.highest) - first_) / options.rings},
        rings_(static_cast<std::size_t>(options.rings)) {}

  /// \param f cycles per pixel
  void add(double f, double power, double count) {
    if (f <= 0.0) return;
    const double at = (std::log(f) - first_) / step_;
    if (at < 0.0 || at >= static_cast<double>(rings_.size())) return;
    auto& [log_f, sum, n] = rings_[static_cast<std::size_t>(at)];
    log_f += count * std::log(f);
    sum += count * power;
    n += count;
  }
  /// How many rings have any.
  int filled() const {
    int n = 0;
    for (const auto& ring : rings_) n += ring[2] > 0.0 ? 1 : 0;
    return n;
  }
  /// Of the line of least squares through (log f, log power) of the rings that have any: at least two.
  double slope() const {
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    for (const auto& [log_f, sum, count] : rings_) {
      if (count == 0.0) continue;
      const double u = log_f / count, v = std::log(sum / count);
      n += 1.0;
      x += u;
      y += v;
      xx += u * u;
      xy += u * v;
    }
    return (n * xy - x * y) / (n * xx - x * x);
  }

 private:
  double first_, step_;
  std::vector<std::array<double, 3>> rings_;  ///< sums of log f, of power, of counts
};

}  // namespace detail

/// The slope of the radially averaged power spectrum of a picture's luminance (height, width, 1 or 3 channels of sRGB),
/// log power over log frequency: 0 for white noise, about -2 for photographs, below -3 for what is blurred.
/// Throws InvalidArgument for sides below 64 pixels, for pixels that are not finite, for a picture of one luminance,
/// which has no spectrum, and for a range of frequencies outside of (0, 1/2] or too narrow.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
double power_slope(const Image& image, const PowerSlopeOptions& options = {}, const Device& device = {}) {
  const auto view = view_of(image);
  const index_t height = view.shape(0), width = view.shape(1);
  constexpr const char* kName = "power_slope";
  require(view.shape(2) == 1 || view.shape(2) == 3, kName, "channels of the image", view.shape(2), "1 or 3");
  require(height >= 64, kName, "height of the image", height, "at least 64");
  require(width >= 64, kName, "width of the image", width, "at least 64");
  require(options.rings >= 2, kName, "number of rings", options.rings, "at least 2");
  PowerSlopeOptions range = options;
  range.lowest = max_of(options.lowest, 4.0 / static_cast<double>(min_of(height, width)));
  require(options.lowest > 0.0 && range.lowest < options.highest, kName, "lowest frequency", options.lowest,
          "more than 0 and, as 4 cycles of the shorter side, less than the highest");
  require(options.highest <= 0.5, kName, "highest frequency", options.highest, "at most 0.5 cycles per pixel");

  std::vector<double> values = detail::luminance_values(view, device);
  for (const double value : values) {
    require(std::isfinite(value), kName, "pixel of the image", value, "a finite one");
  }
  const double largest = detail::weigh(values, height, width);
  // Rounding of the mean leaves more than nothing of a picture of one colour.
  require(largest > 1e-6, kName, "picture", "of one luminance", "one that has light and dark");

  const Tensor<double, 3, Device> weighed = upload<Device>(Shape<3>{{1, height, width}}, values, device);
  const primitive::Fft<Device> fft(primitive::good_size(height), primitive::good_size(width), device);
  Tensor<double, 2, Device> spectrum({1, fft.spectrum_size()}, device);
  fft.forward(weighed.view(), spectrum.view());
  const std::vector<double> numbers = download(spectrum);
  detail::PowerRings rings(range);
  const auto layout = fft.layout();
  for (index_t y = 0; y < fft.height(); ++y) {
    const double fy = static_cast<double>(min_of(y, fft.height() - y)) / static_cast<double>(fft.height());
    for (index_t x = 0; x < fft.columns(); ++x) {
      const double fx = static_cast<double>(x) / static_cast<double>(fft.width());
      const index_t at = layout(y, x);
      const double re = numbers[static_cast<std::size_t>(at)], im = numbers[static_cast<std::size_t>(at + layout.part)];
      const bool once = x == 0 || 2 * x == fft.width();  // all other columns stand for their conjugates too
      rings.add(std::sqrt(fx * fx + fy * fy), re * re + im * im, once ? 1.0 : 2.0);
    }
  }
  require(rings.filled() >= 2, kName, "frequencies", "so close that the picture has few between them",
          "a range that fills two rings");
  return rings.slope();
}

/// How far the colours of a picture (height, width, 1 or 3 channels of sRGB) spread. 0 for one colour.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
ColorSpread color_spread(const Image& image, const Device& device = {}) {
  const auto view = view_of(image);
  require(view.shape(2) == 1 || view.shape(2) == 3, "color_spread", "channels of the image", view.shape(2), "1 or 3");
  require(view.size() > 0, "color_spread", "size of the image", view.size(), "at least one pixel");
  const auto spread = [&](const auto& pixels) {
    const auto lab = download(rgb_to_lab(pixels, device));
    double deviation[3];
    const auto count = static_cast<double>(lab.size() / 3);
    for (std::size_t c = 0; c < 3; ++c) {
      double sum = 0.0, squares = 0.0;
      for (std::size_t i = c; i < lab.size(); i += 3) sum += static_cast<double>(lab[i]);
      for (std::size_t i = c; i < lab.size(); i += 3) {
        const double off = static_cast<double>(lab[i]) - sum / count;
        squares += off * off;
      }
      deviation[c] = std::sqrt(squares / count);
    }
    return ColorSpread{deviation[0], deviation[1], deviation[2]};
  };
  using E = typename decltype(view)::value_type;
  if (view.shape(2) == 3) return spread(view);
  return spread(detail::convert_channels<E>(view, 3, device));
}

}  // namespace pastiche
