// SPDX-License-Identifier: MIT
/// \file
/// How large a block of a texture must be to look like any other.
#pragma once

#include <pastiche/tensor/mask.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <cmath>
#include <vector>

namespace pastiche {

namespace detail {

/// Sums of an image over all rectangles from its corner.
class SummedArea {
 public:
  SummedArea(const std::vector<double>& values, index_t height, index_t width)
      : stride_{width + 1}, sums_(static_cast<std::size_t>((height + 1) * stride_), 0.0) {
    for (index_t y = 0; y < height; ++y) {
      double sum = 0.0;
      for (index_t x = 0; x < width; ++x) {
        sum += values[static_cast<std::size_t>(y * width + x)];
        at(y + 1, x + 1) = at(y, x + 1) + sum;
      }
    }
  }
  double operator()(index_t y, index_t x, index_t side) const noexcept {
    return (at(y + side, x + side) - at(y + side, x)) - (at(y, x + side) - at(y, x));
  }

 private:
  double& at(index_t y, index_t x) noexcept { return sums_[static_cast<std::size_t>(y * stride_ + x)]; }
  double at(index_t y, index_t x) const noexcept { return sums_[static_cast<std::size_t>(y * stride_ + x)]; }

  index_t stride_;
  std::vector<double> sums_;
};

/// Variance of the means of all squares of a side, over the variance of the pixels.
inline double variance_of_means(const SummedArea& area, index_t height, index_t width, index_t side, double variance) {
  const double pixels = static_cast<double>(side * side);
  double sum = 0.0, squares = 0.0, n = 0.0;
  for (index_t y = 0; y + side <= height; ++y) {
    for (index_t x = 0; x + side <= width; ++x) {
      const double mean = area(y, x, side) / pixels;
      sum += mean;
      squares += mean * mean;
      n += 1.0;
    }
  }
  return (squares / n - sum / n * (sum / n)) / variance;
}

}  // namespace detail

/// The side of a block for quilting an example: the least from 8 on whose mean brightness tells little about where it
/// was taken, but at most 54 % of the shorter side, which is what most examples below 200 pixels get. Below it, blocks
/// hold parts of the texture's elements; above it, they only repeat the example. The variance of the mean is to be at
/// most 0.05 % of that of the pixels, from 112 pixels on 1 %: by then a block holds much of what there is to see.
///
/// \param example a picture (height, width, channel): a Tensor, a view, or an array with ViewTraits
/// \param device where its memory is
template <Viewable Example>
int block_size(const Example& example, const device_of_t<Example>& device = {}) {
  const auto image = view_of(example);
  static_assert(view_of_t<Example>::rank == 3, "block_size: an example is a rank-3 image (height, width, channel)");
  // Both tuned on 23 public textures: see docs/benchmarks.md, Fidelity.
  constexpr double kLikeness = 0.0005, kShare = 0.54;
  constexpr double kLargeLikeness = 0.01;
  constexpr int kSmallest = 8, kLarge = 112;
  const index_t h = image.shape(0), w = image.shape(1), channels = image.shape(2);
  const auto pixels = download(image, device);
  std::vector<double> grey(static_cast<std::size_t>(h * w), 0.0);
  double sum = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < grey.size(); ++i) {
    for (index_t c = 0; c < channels; ++c) {
      grey[i] += to_scalar<double>(pixels[i * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)]);
    }
    sum += grey[i];
    squares += grey[i] * grey[i];
  }
  const double n = static_cast<double>(h * w), variance = squares / n - sum / n * (sum / n);
  const int most = static_cast<int>(max_of(1.0, kShare * static_cast<double>(min_of(h, w))));
  // What rounding leaves of a constant image is no structure.
  if (!(variance > 1e-12 * squares / n)) return min_of(kSmallest, most);
  const detail::SummedArea area(grey, h, w);
  for (int side = kSmallest; side < most; side += max_of(1, side / 8)) {
    const double enough = side < kLarge ? kLikeness : kLargeLikeness;
    if (detail::variance_of_means(area, h, w, side, variance) <= enough) return side;
  }
  return most;
}

/// The side of the largest square of a mask that says yes everywhere.
inline int largest_square(const Mask2& mask) {
  std::vector<int> above(static_cast<std::size_t>(mask.width), 0);  // of the squares that end at each pixel of a row
  int largest = 0;
  for (index_t y = 0; y < mask.height; ++y) {
    int left = 0, corner = 0;
    for (index_t x = 0; x < mask.width; ++x) {
      int& up = above[static_cast<std::size_t>(x)];
      const int side = mask(y, x) ? 1 + min_of(left, min_of(up, corner)) : 0;
      corner = up;
      up = left = side;
      largest = max_of(largest, side);
    }
  }
  return largest;
}

}  // namespace pastiche
