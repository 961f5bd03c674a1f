// SPDX-License-Identifier: MIT
/// \file
/// How sharp a picture is: its mean gradient, and the variance of its Laplacian.
///
/// The latter after J. L. Pech-Pacheco, G. Cristóbal, J. Chamorro-Martínez, J. Fernández-Valdivia, "Diatom autofocusing
/// in brightfield microscopy: a comparative study", ICPR 2000.
#pragma once

#include <pastiche/evaluate/psnr.hpp>

#include <cmath>
#include <limits>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// The mean of the channels in grey levels.
template <class View>
PASTICHE_HD double grey_at(const View& image, index_t y, index_t x) noexcept {
  double sum = 0.0;
  for (index_t c = 0; c < image.shape(2); ++c) sum += to_scalar<double>(image(y, x, c));
  return 255.0 * sum / static_cast<double>(image.shape(2));
}

/// Magnitude of the differences to the right and down, at place i of those that have both.
template <class View>
struct GradientAt {
  View image;

  PASTICHE_HD double operator()(index_t i) const noexcept {
    const index_t y = i / (image.shape(1) - 1), x = i % (image.shape(1) - 1);
    const double here = grey_at(image, y, x);
    const double right = grey_at(image, y, x + 1) - here, down = grey_at(image, y + 1, x) - here;
    return std::sqrt(right * right + down * down);
  }
};

struct LaplacianMoments {
  double sum = 0.0, squares = 0.0;
};

struct AddLaplacianMoments {
  PASTICHE_HD LaplacianMoments operator()(const LaplacianMoments& a, const LaplacianMoments& b) const noexcept {
    return {a.sum + b.sum, a.squares + b.squares};
  }
};

/// Four times a pixel minus its neighbours, at place i of those that have four.
template <class View>
struct LaplacianAt {
  View image;

  PASTICHE_HD LaplacianMoments operator()(index_t i) const noexcept {
    const index_t y = i / (image.shape(1) - 2) + 1, x = i % (image.shape(1) - 2) + 1;
    const double d = 4.0 * grey_at(image, y, x) - grey_at(image, y - 1, x) - grey_at(image, y + 1, x) -
                     grey_at(image, y, x - 1) - grey_at(image, y, x + 1);
    return {d, d * d};
  }
};

PASTICHE_DEVICE_CODE_END

template <class View>
void check_sides(const char* function, const View& image, index_t least) {
  static_assert(View::rank == 3, "pastiche: an image has three axes: height, width, channel");
  require(image.shape(0) >= least, function, "height of the image", image.shape(0),
          "at least " + std::to_string(least));
  require(image.shape(1) >= least, function, "width of the image", image.shape(1), "at least " + std::to_string(least));
  require(image.shape(2) >= 1, function, "channels of the image", image.shape(2), "at least 1");
}

/// output / example; 1 where neither has any.
inline double figure_ratio(double output, double example) {
  if (output == example) return 1.0;
  return example > 0.0 ? output / example : std::numeric_limits<double>::infinity();
}

}  // namespace detail

/// Mean magnitude of the differences to the right and lower neighbours, of the mean of the channels, in grey levels
/// (pixels of [0, 1] times 255). Throws InvalidArgument for less than 2 x 2 pixels.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
double mean_gradient(const Image& image, const Device& device = {}) {
  const auto view = view_of(image);
  detail::check_sides("mean_gradient", view, 2);
  const index_t n = (view.shape(0) - 1) * (view.shape(1) - 1);
  return device.reduce_index(n, 0.0, detail::GradientAt<decltype(view)>{view}, detail::AddDoubles{}) /
         static_cast<double>(n);
}

/// Variance of four times a pixel minus its four neighbours, of the mean of the channels, in grey levels squared.
/// Falls fast with blur. NaN of a picture that holds one. Throws InvalidArgument for less than 3 x 3 pixels.
template <Viewable Image, DevicePolicy Device = device_of_t<Image>>
double laplacian_variance(const Image& image, const Device& device = {}) {
  const auto view = view_of(image);
  detail::check_sides("laplacian_variance", view, 3);
  const index_t n = (view.shape(0) - 2) * (view.shape(1) - 2);
  const detail::LaplacianMoments m = device.reduce_index(
      n, detail::LaplacianMoments{}, detail::LaplacianAt<decltype(view)>{view}, detail::AddLaplacianMoments{});
  const double mean = m.sum / static_cast<double>(n);
  // Rounding leaves something of nothing.
  const double variance = m.squares / static_cast<double>(n) - mean * mean;
  return variance < 1e-9 ? 0.0 : variance;
}

}  // namespace pastiche
