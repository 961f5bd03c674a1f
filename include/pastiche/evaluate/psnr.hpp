// SPDX-License-Identifier: MIT
/// \file
/// Peak signal-to-noise ratio.
#pragma once

#include <pastiche/image/color_models.hpp>
#include <pastiche/image/crop.hpp>

#include <limits>

namespace pastiche {

/// What of an image is compared.
enum class CompareOn {
  channels,    ///< all channels alike
  studio_luma  ///< Rec. 601 luma in studio range, unrounded; the channel itself where there is one
};

/// Options of psnr(). Super-resolution tables use `{.shave = scale, .on = CompareOn::studio_luma}`.
struct PsnrOptions {
  index_t shave = 0;  ///< pixels on every side that do not count
  CompareOn on = CompareOn::channels;
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Squared difference of pixel i, summed over what is compared, in units of [0, 1].
template <class A, class B>
struct SquaredPixelDifference {
  A a;
  B b;
  bool luma;

  PASTICHE_HD double operator()(index_t i) const noexcept {
    const index_t y = i / a.shape(1), x = i % a.shape(1);
    if (luma) {
      const double d = studio_luma601(difference(y, x, 0), difference(y, x, 1), difference(y, x, 2)) - 16.0 / 255.0;
      return d * d;
    }
    double sum = 0.0;
    for (index_t c = 0; c < a.shape(2); ++c) sum += difference(y, x, c) * difference(y, x, c);
    return sum;
  }

 private:
  // The luma of a difference is the difference of lumas, but for the offset.
  PASTICHE_HD double difference(index_t y, index_t x, index_t c) const noexcept {
    return to_scalar<double>(a(y, x, c)) - to_scalar<double>(b(y, x, c));
  }
};

struct AddDoubles {
  PASTICHE_HD double operator()(double a, double b) const noexcept { return a + b; }
};

PASTICHE_DEVICE_CODE_END

template <class A, class B>
void check_compared(const char* function, const A& a, const B& b, CompareOn on) {
  static_assert(A::rank == 3 && B::rank == 3, "pastiche: an image has three axes: height, width, channel");
  static_assert(std::is_same_v<typename A::value_type, typename B::value_type>,
                "pastiche: images to compare have the same elements; convert one of them");
  static_assert(std::is_same_v<typename A::device_type, typename B::device_type>,
                "pastiche: images to compare live on the same device");
  require(a.shape(0) == b.shape(0), function, "height of the second image", b.shape(0), a.shape(0));
  require(a.shape(1) == b.shape(1), function, "width of the second image", b.shape(1), a.shape(1));
  require(a.shape(2) == b.shape(2), function, "channels of the second image", b.shape(2), a.shape(2));
  require(a.size() > 0, function, "size of the images", a.size(), "at least one pixel and one channel");
  require(on == CompareOn::channels || a.shape(2) == 1 || a.shape(2) == 3, function, "channels of the images",
          a.shape(2), "1 or 3 to compare luma");
}

}  // namespace detail

/// 10 log10(white² / mean squared difference) of two images (height, width, channel), in dB; infinite where they are
/// equal. White is 1 for floats, the largest value for integers. Throws InvalidArgument where shapes differ or nothing
/// is left after shaving.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
double psnr(const A& first, const B& second, const PsnrOptions& options = {}, const Device& device = {}) {
  auto a = view_of(first);
  auto b = view_of(second);
  detail::check_compared("psnr", a, b, options.on);
  a = shave(a, options.shave);
  b = shave(b, options.shave);
  const bool luma = options.on == CompareOn::studio_luma && a.shape(2) == 3;
  const index_t pixels = a.shape(0) * a.shape(1);
  const detail::SquaredPixelDifference<decltype(a), decltype(b)> difference{a, b, luma};
  const double sum = device.reduce_index(pixels, 0.0, difference, detail::AddDoubles{});
  if (sum == 0.0) return std::numeric_limits<double>::infinity();
  return -10.0 * std::log10(sum / static_cast<double>(luma ? pixels : pixels * a.shape(2)));
}

}  // namespace pastiche
