// SPDX-License-Identifier: MIT
/// \file
/// What keeps patch methods from forgetting parts of an example: places that are used much become dearer, those that
/// the output lacks cheaper.
#pragma once

#include <pastiche/primitive/field_problem.hpp>

#include <numeric>
#include <vector>

namespace pastiche::detail {

/// Means over squares of `side` values around each, cut off at the rim.
inline void box_means(float* values, index_t rows, index_t columns, index_t side) {
  std::vector<double> sums(static_cast<std::size_t>((rows + 1) * (columns + 1)), 0.0);
  const auto at = [&](index_t y, index_t x) -> double& {
    return sums[static_cast<std::size_t>(y * (columns + 1) + x)];
  };
  for (index_t y = 0; y < rows; ++y) {
    for (index_t x = 0; x < columns; ++x) {
      at(y + 1, x + 1) = static_cast<double>(values[y * columns + x]) + at(y, x + 1) + at(y + 1, x) - at(y, x);
    }
  }
  const index_t half = side / 2;
  for (index_t y = 0; y < rows; ++y) {
    const index_t top = max_of<index_t>(y - half, 0), bottom = min_of(y + half + 1, rows);
    for (index_t x = 0; x < columns; ++x) {
      const index_t left = max_of<index_t>(x - half, 0), right = min_of(x + half + 1, columns);
      const double sum = at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left);
      values[y * columns + x] = static_cast<float>(sum / static_cast<double>((bottom - top) * (right - left)));
    }
  }
}

/// How often each place is a source, as means over squares of a patch's side.
/// \param sources (patches, 3) of the output as it is
template <Element E, class Device>
std::vector<float> use_counts(const FieldProblem<E, Device>& problem, const std::vector<int>& sources) {
  std::vector<float> counts(static_cast<std::size_t>(problem.places.size()), 0.0f);
  const index_t patch = problem.options.patch;
  std::vector<index_t> first, columns;
  index_t n = 0;
  for (const auto& example : problem.examples) {
    const index_t rows = max_of<index_t>(example.shape(0) - patch + 1, 0);
    first.push_back(n);
    columns.push_back(max_of<index_t>(example.shape(1) - patch + 1, 0));
    n += rows * columns.back();
  }
  for (std::size_t i = 0; i < sources.size(); i += 3) {
    if (sources[i] < 0) continue;
    const std::size_t e = static_cast<std::size_t>(sources[i]);
    counts[static_cast<std::size_t>(first[e] + sources[i + 1] * columns[e] + sources[i + 2])] += 1.0f;
  }
  for (std::size_t e = 0; e < first.size(); ++e) {
    const index_t end = e + 1 < first.size() ? first[e + 1] : n;
    if (end > first[e]) box_means(counts.data() + first[e], (end - first[e]) / columns[e], columns[e], patch);
  }
  return counts;
}

/// 1 + balance * how often the patches around a place were used, against the average: as quilting balances blocks, and
/// in the spirit of the uniformity of O. Jamriska et al., "LazyFluids", SIGGRAPH 2015, section 4.
/// \param sources   (patches, 3) of the output as it is
/// \param densities how much more often each example is to be used than the average; empty: all alike
template <Element E, class Device>
std::vector<float> use_factors(const FieldProblem<E, Device>& problem, const std::vector<int>& sources, double balance,
                               const std::vector<double>& densities = {}) {
  std::vector<float> factors = use_counts(problem, sources);
  double used = 0.0, open = static_cast<double>(factors.size());
  for (std::size_t i = 0; i < sources.size(); i += 3) used += sources[i] >= 0 ? 1.0 : 0.0;
  if (!problem.allowed.empty()) open = std::accumulate(problem.allowed.begin(), problem.allowed.end(), 0.0);
  const std::vector<PlaceRow>& rows = problem.places.table();
  for (std::size_t r = 0; r + 1 < rows.size(); ++r) {
    const double density = densities.empty() ? 1.0 : densities[static_cast<std::size_t>(rows[r].example)];
    // A small output need not show all of an example: then once is not often.
    const double expected = max_of(density * used / open, 1.0);
    for (index_t i = rows[r].first; i < rows[r + 1].first; ++i) {
      float& f = factors[static_cast<std::size_t>(i)];
      f = static_cast<float>(1.0 + balance * static_cast<double>(f) / expected);
    }
  }
  return factors;
}

/// 1 + balance * how often the patches around a place were used again: one copy costs nothing.
/// \param sources (patches, 3) of the output as it is
template <Element E, class Device>
std::vector<float> reuse_factors(const FieldProblem<E, Device>& problem, const std::vector<int>& sources,
                                 double balance) {
  std::vector<float> factors = use_counts(problem, sources);
  for (float& f : factors) f = static_cast<float>(1.0 + balance * max_of(0.0, static_cast<double>(f) - 1.0));
  return factors;
}

/// 1 / (alpha + the distance from a place to the nearest patch of the output): N. Granot et al., "Drop the GAN: in
/// defense of patches nearest neighbors as single image generative models", CVPR 2022, section 3.2.
/// \param nearest for each place, as means over elements of pixels in [0, 1], squared
inline std::vector<float> completeness_factors(const std::vector<double>& nearest, double alpha) {
  std::vector<float> factors;
  factors.reserve(nearest.size());
  for (const double d : nearest) factors.push_back(static_cast<float>(1.0 / (alpha + d)));
  return factors;
}

}  // namespace pastiche::detail
