// SPDX-License-Identifier: MIT
/// \file
/// How counts become one choice: the concept and its models.
///
/// Where the distribution of what follows is known as counts, a sampler turns them into weights, and a candidate is
/// drawn in proportion to its weight. Top-k and nucleus need the whole list, so they are no keyed reductions
/// (sampler.hpp).
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/core/math.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pastiche {

/// A rule that weighs counts. `weigh(counts, weights)` writes as many weights as there are counts, none negative, at
/// least one positive where a count is. `keeps_counts()`: the weights are the counts, so they need not be made.
template <class S>
concept CountSampler =
    std::copyable<S> && requires(const S& sampler, std::span<const std::uint64_t> counts, std::span<double> weights) {
      { sampler.keeps_counts() } noexcept -> std::same_as<bool>;
      sampler.weigh(counts, weights);
    };

namespace detail {

/// weights[i] = (counts[i] / most)^(1 / temperature).
inline void heat(std::span<const std::uint64_t> counts, double temperature, std::span<double> weights) {
  std::uint64_t most = 1;
  for (const std::uint64_t count : counts) most = (std::max)(most, count);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double share = static_cast<double>(counts[i]) / static_cast<double>(most);
    weights[i] = temperature == 1.0 || share == 0.0 ? share : std::pow(share, 1.0 / temperature);
  }
}

/// Indices by falling count; of equal counts the first stands first.
inline std::vector<std::size_t> by_count(std::span<const std::uint64_t> counts) {
  std::vector<std::size_t> order(counts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  return order;
}

}  // namespace detail

/// In proportion to the counts, as Shannon drew.
struct Proportional {
  constexpr bool keeps_counts() const noexcept { return true; }
  void weigh(std::span<const std::uint64_t> counts, std::span<double> weights) const {
    for (std::size_t i = 0; i < counts.size(); ++i) weights[i] = static_cast<double>(counts[i]);
  }
};

/// In proportion to count^(1 / temperature): below 1 what is frequent comes more often still, above 1 all come more
/// alike.
struct Temperature {
  double temperature = 1.0;  ///< 0.001 to 1000

  /// \throws InvalidArgument where the temperature is not between 0.001 and 1000
  void validate(const char* function) const {
    require(temperature >= 1e-3 && temperature <= 1e3, function, "temperature", temperature, "0.001 to 1000");
  }
  constexpr bool keeps_counts() const noexcept { return temperature == 1.0; }
  void weigh(std::span<const std::uint64_t> counts, std::span<double> weights) const {
    detail::heat(counts, temperature, weights);
  }
};

/// Among the k most frequent: A. Fan, M. Lewis, Y. Dauphin, "Hierarchical neural story generation", ACL 2018,
/// section 5.
struct TopK {
  std::size_t k = 10;        ///< at least 1
  double temperature = 1.0;  ///< 0.001 to 1000

  /// \throws InvalidArgument where k is 0 or the temperature is not between 0.001 and 1000
  void validate(const char* function) const {
    require(k >= 1, function, "k", k, "at least 1");
    Temperature{temperature}.validate(function);
  }
  constexpr bool keeps_counts() const noexcept { return false; }
  void weigh(std::span<const std::uint64_t> counts, std::span<double> weights) const {
    detail::heat(counts, temperature, weights);
    if (k >= counts.size()) return;
    const std::vector<std::size_t> order = detail::by_count(counts);
    for (std::size_t i = k; i < order.size(); ++i) weights[order[i]] = 0.0;
  }
};

/// Among the fewest that together have at least the share p: A. Holtzman, J. Buys, L. Du, M. Forbes, Y. Choi, "The
/// curious case of neural text degeneration", ICLR 2020, section 3.1. The share is of the counts after the temperature.
struct Nucleus {
  double p = 0.9;            ///< above 0, at most 1
  double temperature = 1.0;  ///< 0.001 to 1000

  /// \throws InvalidArgument where p is not above 0 and at most 1, or the temperature is not between 0.001 and 1000
  void validate(const char* function) const {
    require(p > 0 && p <= 1, function, "p", p, "above 0, at most 1");
    Temperature{temperature}.validate(function);
  }
  constexpr bool keeps_counts() const noexcept { return false; }
  void weigh(std::span<const std::uint64_t> counts, std::span<double> weights) const {
    detail::heat(counts, temperature, weights);
    double total = 0.0;
    for (const double weight : weights) total += weight;
    double sum = 0.0;
    for (const std::size_t i : detail::by_count(counts)) {
      if (sum >= p * total) {
        weights[i] = 0.0;
      } else {
        sum += weights[i];
      }
    }
  }
};

static_assert(CountSampler<Proportional> && CountSampler<Temperature> && CountSampler<TopK> && CountSampler<Nucleus>);

/// The candidate whose share of the cumulated weights holds `bits` / 2^64; the number of weights where all are 0.
inline std::size_t draw_weighted(std::span<const double> weights, std::uint64_t bits) noexcept {
  double total = 0.0;
  for (const double weight : weights) total += weight;
  const double at = static_cast<double>(bits >> 11) * 0x1p-53 * total;
  double sum = 0.0;
  std::size_t last = weights.size();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0.0) continue;
    last = i;
    sum += weights[i];
    if (at < sum) break;
  }
  return last;
}

}  // namespace pastiche
