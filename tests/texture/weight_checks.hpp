// SPDX-License-Identifier: MIT
/// \file
/// What weights of examples must do, whatever the method.
#pragma once

#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/core/error.hpp>
#include <pastiche/device/cpu.hpp>

#include <limits>
#include <set>
#include <vector>

namespace pastiche::test {

using WeightExamples = std::vector<Tensor<std::uint8_t, 3, TestDevice>>;

/// How much of a result comes from an example.
template <class Result>
double share_of(const Result& result, int example) {
  const std::vector<int> from = download(result.provenance);
  double n = 0.0;
  for (std::size_t i = 0; i < from.size(); i += 3) n += from[i] == example ? 1.0 : 0.0;
  return n / static_cast<double>(from.size() / 3);
}

/// \param make a method: `make(examples, options, device)`
/// \param o    its options, with a size and provenance
/// \param side of two examples that are alike in all but the seed
/// \param golden hash of what weights 3 and 1 make
template <class Make, class Options>
void check_weights(const Make& make, Options o, index_t side, std::uint64_t golden) {
  const TestDevice device;
  const WeightExamples alike{pebbles(Shape<3>{side, side, 3}, 1, device), pebbles(Shape<3>{side, side, 3}, 2, device)};
  const auto weighted = [&](const std::vector<double>& weights) {
    o.example_weights = weights;
    return make(alike, o, device);
  };
  std::set<std::uint64_t> hashes;
  for (const TestDevice& variant : device_variants()) {
    const WeightExamples examples{pebbles(Shape<3>{side, side, 3}, 1, variant),
                                  pebbles(Shape<3>{side, side, 3}, 2, variant)};
    o.example_weights = {3, 1};
    hashes.insert(hash_of(make(examples, o, variant).image));
  }
  CHECK(hashes == std::set<std::uint64_t>{golden});
  // The same bits on every device: what else there is to check is checked where methods are fast.
  if constexpr (!std::same_as<TestDevice, Cpu>) return;

  // Shares follow weights within 0.06 of the output: 3 to 1 is between 2.2 and 4.3 to 1.
  double before = 0.0;
  for (const std::vector<double>& weights : {std::vector<double>{1, 6}, {1, 3}, {2, 3}, {3, 2}, {3, 1}, {6, 1}}) {
    const double share = share_of(weighted(weights), 0);
    INFO(weights[0] << " to " << weights[1] << ": " << share);
    CHECK(abs_of(share - weights[0] / (weights[0] + weights[1])) < 0.06);
    CHECK(share > before);
    before = share;
  }
  // Nothing at all of an example of weight 0.
  CHECK(share_of(weighted({0, 1}), 0) == 0.0);
  CHECK(share_of(weighted({1e6, 0}), 0) == 1.0);
  // Weights that say nothing change nothing.
  const std::uint64_t plain = hash_of(weighted({}).image);
  CHECK(hash_of(weighted({7, 7}).image) == plain);
  CHECK(hash_of(weighted({3, 1}).image) != plain);
}

/// Weights count pixels: half of them at twice the weight is as much. The third is there, but not wanted.
template <class Make, class Options>
void check_weights_of_unlike(const Make& make, Options o, index_t side) {
  const TestDevice device;
  const WeightExamples unlike{pebbles(Shape<3>{side, side, 3}, 1, device),
                              pebbles(Shape<3>{side, side / 2, 3}, 2, device),
                              pebbles(Shape<3>{side, side, 3}, 3, device)};
  o.example_weights = {1, 2, 0};
  const auto result = make(unlike, o, device);
  CHECK(abs_of(share_of(result, 0) - 0.5) < 0.1);
  CHECK(share_of(result, 2) == 0.0);
}

template <class Make, class Options>
void check_refused_weights(const Make& make, Options o) {
  const TestDevice device;
  const WeightExamples examples{pebbles(Shape<3>{24, 24, 3}, 1, device), pebbles(Shape<3>{24, 24, 3}, 2, device)};
  const auto refused = [&](const std::vector<double>& weights) {
    o.example_weights = weights;
    return refusal([&] { make(examples, o, device); });
  };
  const double infinite = (std::numeric_limits<double>::infinity)();
  CHECK(refused({1}).find("number of example weights is 1; expected 2") != std::string::npos);
  CHECK(refused({1, 2, 3}).find("number of example weights is 3; expected 2") != std::string::npos);
  CHECK(refused({0, 0}).find("largest example weight is 0; expected above 0") != std::string::npos);
  CHECK(refused({1, -1}).find("weight of example 1 is -1") != std::string::npos);
  CHECK(refused({std::numeric_limits<double>::quiet_NaN(), 1}).find("weight of example 0") != std::string::npos);
  CHECK(refused({1, infinite}).find("weight of example 1") != std::string::npos);
}

}  // namespace pastiche::test
