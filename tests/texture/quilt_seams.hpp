// SPDX-License-Identifier: MIT
/// \file
/// How well a tileable quilt hides where it wraps.
#pragma once

#include "texture/quilt_checks.hpp"

#include <algorithm>
#include <vector>

namespace pastiche::test {

/// Mean squared differences of neighbouring pixels across the direction of a seam, over the bands in which blocks
/// overlap and a pixel to either side: wherever the cut runs, it runs there.
struct SeamError {
  double inner = 0.0, wrapped = 0.0;  ///< sums of mean squares: of the bands inside, of the band where it wraps
  int runs = 0;
  void add(const SeamError& other) {
    inner += other.inner;
    wrapped += other.wrapped;
    runs += other.runs;
  }
  /// Error where it wraps over error inside.
  double ratio() const { return wrapped / inner; }
};

/// \param across_columns whether the seams of interest run from top to bottom
template <class Result>
SeamError seam_error(const Result& result, bool across_columns) {
  const HostPicture image = on_host(result.image);
  const index_t size = across_columns ? image.width : image.height;
  const index_t block = across_columns ? result.block_width : result.block_height;
  std::vector<index_t> first;
  for (const PlacedBlock& b : result.blocks) first.push_back(across_columns ? b.column : b.row);
  std::sort(first.begin(), first.end());
  first.erase(std::unique(first.begin(), first.end()), first.end());

  const auto mean_square = [&](index_t from,
                               index_t depth) {  // of the differences between lines from - 1 .. from + depth
    double sum = 0.0, n = 0.0;
    for (index_t at = from; at <= from + depth; ++at) {
      const index_t here = wrap(at, size), before = wrap(at - 1, size);
      for (index_t i = 0; i < (across_columns ? image.height : image.width); ++i) {
        for (index_t c = 0; c < image.channels; ++c) {
          const double d =
              across_columns ? image(i, here, c) - image(i, before, c) : image(here, i, c) - image(before, i, c);
          sum += d * d;
          n += 1.0;
        }
      }
    }
    return sum / n;
  };
  SeamError error;
  error.wrapped = mean_square(0, first.back() + block - size);
  for (std::size_t j = 1; j < first.size(); ++j) {
    error.inner += mean_square(first[j], first[j - 1] + block - first[j]) / static_cast<double>(first.size() - 1);
  }
  error.runs = 1;
  return error;
}

/// Over seeds 0 to 19 and both axes: how much worse the seam is where a tileable quilt wraps.
template <Element E, DevicePolicy Device>
SeamError tiling_error(const Tensor<E, 3, Device>& example, QuiltOptions options, const Device& device = {}) {
  SeamError total;
  for (options.seed = 0; options.seed < 20; ++options.seed) {
    const auto result = quilt(example, options, device);
    total.add(seam_error(result, true));
    total.add(seam_error(result, false));
  }
  return total;
}

}  // namespace pastiche::test
