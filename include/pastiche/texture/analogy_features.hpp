// SPDX-License-Identifier: MIT
/// \file
/// What image analogies compare: neighbourhoods of a source and of what a filter made of it, at a level and at the next
/// coarser one.
#pragma once

#include <pastiche/texture/patch_levels.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Bytes of a picture, (height, width, channel), dense.
struct BytePicture {
  std::uint8_t* data;
  std::int32_t height, width, channels;

  /// The pixel, or the nearest one inside.
  PASTICHE_HD std::uint8_t* at(std::int32_t y, std::int32_t x) const noexcept {
    y = clamp(y, 0, height - 1);
    x = clamp(x, 0, width - 1);
    return data + (index_t{y} * width + x) * channels;
  }
};

/// A level of A and A', or of B and B'. Hertzmann et al. 2001, section 3.1: 5 by 5 pixels of the source, those of the
/// filtered picture that are above or left of the middle, and 3 by 3 of both at the coarser level, around (y / 2, x /
/// 2).
struct AnalogyWindows {
  BytePicture source, filtered;
  BytePicture coarse_source, coarse_filtered;  ///< data is null at the coarsest level

  static constexpr int kFine = 25, kCausal = 12, kCoarse = 9;

  PASTICHE_HD index_t width() const noexcept {
    const index_t fine = index_t{kFine} * source.channels + index_t{kCausal} * filtered.channels;
    return coarse_source.data == nullptr ? fine : fine + index_t{kCoarse} * (source.channels + filtered.channels);
  }
  PASTICHE_HD void gather(std::int32_t y, std::int32_t x, std::uint8_t* to) const noexcept {
    to = gather_square(source, y, x, 5, kFine, to);
    to = gather_square(filtered, y, x, 5, kCausal, to);
    if (coarse_source.data == nullptr) return;
    to = gather_square(coarse_source, y / 2, x / 2, 3, kCoarse, to);
    gather_square(coarse_filtered, y / 2, x / 2, 3, kCoarse, to);
  }

 private:
  PASTICHE_HD static std::uint8_t* gather_square(const BytePicture& from, std::int32_t y, std::int32_t x, int side,
                                                 int count, std::uint8_t* to) noexcept {
    for (int i = 0; i < count; ++i) {
      const std::uint8_t* pixel = from.at(y + i / side - side / 2, x + i % side - side / 2);
      for (int c = 0; c < from.channels; ++c) *to++ = pixel[c];
    }
    return to;
  }
};

/// The features of all pixels, one vector each.
struct GatherFeatures {
  AnalogyWindows windows;
  index_t width;
  std::uint8_t* vectors;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const std::int32_t across = windows.source.width;
    windows.gather(static_cast<std::int32_t>(i / across), static_cast<std::int32_t>(i % across), vectors + i * width);
  }
};

PASTICHE_DEVICE_CODE_END

/// Weights of the elements of a vector, 1 to 16: Gaussians about the middle, so that the nearest pixels count most, of
/// the same total for the source and for the filtered picture whatever their channels.
inline std::vector<std::int16_t> feature_weights(index_t source_channels, index_t filtered_channels, bool coarse) {
  std::vector<std::int16_t> weights;
  const index_t fewest = min_of(source_channels, filtered_channels);
  const auto add = [&](int side, int count, double sigma, index_t channels) {
    for (int i = 0; i < count; ++i) {
      const double y = i / side - side / 2, x = i % side - side / 2;
      const double share = static_cast<double>(fewest) / static_cast<double>(channels);
      const double w = 16.0 * share * std::exp(-(x * x + y * y) / (2.0 * sigma * sigma));
      weights.insert(weights.end(), static_cast<std::size_t>(channels),
                     static_cast<std::int16_t>(max_of(1.0, std::floor(w + 0.5))));
    }
  };
  add(5, AnalogyWindows::kFine, 1.25, source_channels);
  add(5, AnalogyWindows::kCausal, 1.25, filtered_channels);
  if (!coarse) return weights;
  add(3, AnalogyWindows::kCoarse, 0.9, source_channels);
  add(3, AnalogyWindows::kCoarse, 0.9, filtered_channels);
  return weights;
}

}  // namespace pastiche::detail
