// SPDX-License-Identifier: MIT
/// \file
/// Weights of examples: what share of an output each is to have, and how its distances rise where it has more.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/core/math.hpp>
#include <pastiche/tensor/mask.hpp>
#include <pastiche/tensor/view.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace pastiche::detail {

/// One weight for each example, or none; one of them above 0.
inline void check_weights(const char* function, const std::vector<double>& weights, std::size_t examples) {
  if (weights.empty()) return;
  require(weights.size() == examples, function, "number of example weights", weights.size(), examples);
  bool any = false;
  for (std::size_t e = 0; e < weights.size(); ++e) {
    require(weights[e] >= 0.0 && weights[e] <= 1e6, function, ("weight of example " + std::to_string(e)).c_str(),
            weights[e], "0 to 1000000");
    any = any || weights[e] > 0.0;
  }
  require(any, function, "largest example weight", 0, "above 0");
}

/// What weights ask of each example; nothing where there are none, or where those above 0 are alike.
struct WantedShares {
  std::vector<double> shares;     ///< of the output
  std::vector<double> densities;  ///< how often pixels of it are used, against the average of all examples
  bool empty() const noexcept { return shares.empty(); }
};

/// Masks and shares of weighted examples. An example of weight 0 gets a mask that leaves nothing of it; the shares of
/// the others are in proportion to their weights times the pixels that masks leave. Masks borrow from this.
class WeightedExamples {
 public:
  template <class View>
  WeightedExamples(const char* function, const std::vector<View>& examples, const std::vector<Mask2>& masks,
                   const std::vector<double>& weights)
      : masks_{masks} {
    check_weights(function, weights, examples.size());
    if (weights.empty()) return;
    bool alike = true;
    double heaviest = 0.0;
    for (const double weight : weights) heaviest = max_of(heaviest, weight);
    for (const double weight : weights) alike = alike && (weight == 0.0 || weight == heaviest);
    close(examples, weights);
    if (alike) return;
    double pixels = 0.0, all = 0.0;
    for (std::size_t e = 0; e < examples.size(); ++e) {
      const double open = open_pixels(examples[e], e);
      wanted_.shares.push_back(weights[e] * open);
      pixels += open;
      all += weights[e] * open;
    }
    for (std::size_t e = 0; e < examples.size(); ++e) {
      wanted_.shares[e] /= max_of(all, 1e-9);
      wanted_.densities.push_back(weights[e] > 0.0 ? weights[e] * pixels / max_of(all, 1e-9) : 1.0);
    }
  }
  WeightedExamples(const WeightedExamples&) = delete;
  WeightedExamples& operator=(const WeightedExamples&) = delete;

  const std::vector<Mask2>& masks() const noexcept { return masks_; }
  const WantedShares& wanted() const noexcept { return wanted_; }

 private:
  template <class View>
  void close(const std::vector<View>& examples, const std::vector<double>& weights) {
    index_t most = 0;
    for (std::size_t e = 0; e < weights.size(); ++e) {
      if (weights[e] == 0.0) most = max_of(most, examples[e].shape(0) * examples[e].shape(1));
    }
    if (most == 0) return;
    nothing_.assign(static_cast<std::size_t>(most), std::uint8_t{0});
    masks_.resize(examples.size());
    for (std::size_t e = 0; e < weights.size(); ++e) {
      if (weights[e] == 0.0) masks_[e] = {nothing_.data(), examples[e].shape(0), examples[e].shape(1)};
    }
  }

  template <class View>
  double open_pixels(const View& example, std::size_t e) const {
    index_t open = 0;
    for (index_t y = 0; y < example.shape(0); ++y) {
      for (index_t x = 0; x < example.shape(1); ++x) open += masks_.empty() || masks_[e](y, x) ? 1 : 0;
    }
    return static_cast<double>(open);
  }

  std::vector<std::uint8_t> nothing_;
  std::vector<Mask2> masks_;
  WantedShares wanted_;
};

/// How much of an output comes from each example, and what that makes of their distances. Multiplications, divisions
/// and square roots alone, which every machine rounds alike.
class ExampleShares {
 public:
  /// \param wanted  share of each example; empty: nothing is weighed
  /// \param patience so much of the output is taken to be as it should before the first is counted
  explicit ExampleShares(const std::vector<double>& wanted, double patience = 1.0)
      : wanted_{wanted}, used_(wanted.size(), 0.0), steered_(wanted.size(), 1.0), patience_{patience} {}

  bool empty() const noexcept { return wanted_.empty(); }
  std::size_t size() const noexcept { return wanted_.size(); }

  void forget() {
    used_.assign(wanted_.size(), 0.0);
    all_ = 0.0;
  }
  void add(int example, double n = 1.0) {
    used_[static_cast<std::size_t>(example)] += n;
    all_ += n;
  }
  /// The example that lacks most.
  int neediest() const {
    int most = 0;
    for (int e = 1; e < static_cast<int>(wanted_.size()); ++e) {
      if (lack(e) > lack(most)) most = e;
    }
    return most;
  }

  /// For what is made bit by bit: distances of each example are multiplied by the fourth power of how many times its
  /// share it has, in 256ths of the dearest, at least 1.
  std::vector<int> factors() const {
    std::vector<double> all;
    for (std::size_t e = 0; e < wanted_.size(); ++e) {
      const double twice = excess(e) * excess(e);
      all.push_back(twice * twice);
    }
    return in_256ths(all);
  }

  /// For what is made all at once, again and again: each time factors grow by the fourth root of that, as each answers
  /// to what the last ones did.
  std::vector<int> steer() {
    for (std::size_t e = 0; e < wanted_.size(); ++e) steered_[e] *= std::sqrt(std::sqrt(excess(e)));
    return in_256ths(steered_);
  }

 private:
  double lack(int e) const {
    const std::size_t i = static_cast<std::size_t>(e);
    return wanted_[i] * all_ - used_[i];
  }
  // How many times its share an example has.
  double excess(std::size_t e) const {
    if (wanted_[e] <= 0.0) return 1.0;
    return (used_[e] + patience_ * wanted_[e]) / ((all_ + patience_) * wanted_[e]);
  }
  static std::vector<int> in_256ths(const std::vector<double>& factors) {
    double dearest = 0.0;
    for (const double f : factors) dearest = max_of(dearest, f);
    std::vector<int> all;
    for (const double f : factors) all.push_back(max_of(1, static_cast<int>(std::lround(256.0 * (f / dearest)))));
    return all;
  }

  std::vector<double> wanted_, used_, steered_;
  double all_ = 0.0, patience_;
};

}  // namespace pastiche::detail
