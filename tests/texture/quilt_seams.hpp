// SPDX-License-Identifier: MIT
/// \file
/// How well a tileable quilt hides where it wraps.
#pragma once

#include "texture/quilt_checks.hpp"

#include <algorithm>
#include <vector>

namespace pastiche::test {

/// Squared differences of neighbouring pixels that a cut parts: those that do not lie side by side in their source.
struct SeamError {
  double inner = 0.0, wrapped = 0.0;                 ///< sums of squares
  index_t inner_elements = 0, wrapped_elements = 0;  ///< how many were summed
  /// Mean error along the seam where the output wraps over that along the seams inside.
  double ratio() const {
    return wrapped / static_cast<double>(wrapped_elements) / (inner / static_cast<double>(inner_elements));
  }
};

/// Adds the cuts of one quilt, made with its provenance.
/// \param across_columns whether the seams of interest run from top to bottom
template <class Result>
void add_seams(SeamError& error, const Result& result, bool across_columns) {
  const HostQuilt q(result);
  const index_t size = across_columns ? q.image.width : q.image.height;
  const index_t length = across_columns ? q.image.height : q.image.width;
  const index_t block = across_columns ? q.block_width : q.block_height;
  std::vector<index_t> first;
  for (const PlacedBlock& b : q.blocks) first.push_back(across_columns ? b.column : b.row);
  std::sort(first.begin(), first.end());
  first.erase(std::unique(first.begin(), first.end()), first.end());

  // The cut between two blocks runs somewhere in the band they share, before its first pixel and after its last too.
  const auto add_band = [&](index_t from, index_t depth, double& sum, index_t& elements) {
    for (index_t at = from; at <= from + depth; ++at) {
      const index_t here = wrap(at, size), before = wrap(at - 1, size);
      for (index_t i = 0; i < length; ++i) {
        const index_t y = across_columns ? i : here, x = across_columns ? here : i;
        const index_t y0 = across_columns ? i : before, x0 = across_columns ? before : i;
        const int *p = q.source(y, x), *p0 = q.source(y0, x0);
        const bool follows =
            p[0] == p0[0] && p[1] - p0[1] == (across_columns ? 0 : 1) && p[2] - p0[2] == (across_columns ? 1 : 0);
        if (follows) continue;
        for (index_t c = 0; c < q.image.channels; ++c) {
          const double d = q.image(y, x, c) - q.image(y0, x0, c);
          sum += d * d;
        }
        elements += q.image.channels;
      }
    }
  };
  add_band(0, first.back() + block - size, error.wrapped, error.wrapped_elements);
  for (std::size_t j = 1; j < first.size(); ++j) {
    add_band(first[j], first[j - 1] + block - first[j], error.inner, error.inner_elements);
  }
}

/// Over seeds 0 to 19 and both axes: how much worse the seam is where a tileable quilt wraps.
template <Viewable Example, DevicePolicy Device>
SeamError tiling_error(const Example& example, QuiltOptions options, const Device& device) {
  SeamError total;
  options.provenance = true;
  for (options.seed = 0; options.seed < 20; ++options.seed) {
    const auto result = quilt(example, options, device);
    add_seams(total, result, true);
    add_seams(total, result, false);
  }
  return total;
}

}  // namespace pastiche::test
