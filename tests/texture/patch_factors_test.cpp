// SPDX-License-Identifier: MIT
// What keeps patch methods from forgetting parts of an example: by how much places become dearer.
#include "support/catch.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/searcher/field_search.hpp>
#include <pastiche/tensor/tensor.hpp>
#include <pastiche/texture/patch_factors.hpp>

#include <algorithm>
#include <vector>

using namespace pastiche;

namespace {

constexpr int kPatch = 5;

/// Factors of an example of 40 x 40 of which only `open` may be stolen, for a 60 x 60 output with these sources.
std::vector<float> factors_of(const Mask2& open, const std::vector<int>& sources, double balance) {
  const Cpu device;
  const Tensor<std::uint8_t, 3, Cpu> example({40, 40, 1}), output({60, 60, 1});
  FieldOptions o;
  o.patch = kPatch;
  o.example_masks = {open};
  const auto problem = detail::field_problem<std::uint8_t, Cpu>(
      "test", device, view_of(output), std::vector{TensorView<const std::uint8_t, 3, Cpu>(view_of(example))}, o);
  return detail::use_factors(problem, sources, balance);
}

/// Every place of rows and columns [0, side) used `times` times.
std::vector<int> all_places(int side, int times) {
  std::vector<int> sources;
  for (int n = 0; n < times; ++n) {
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) sources.insert(sources.end(), {0, y, x});
    }
  }
  return sources;
}

}  // namespace

TEST_CASE("a place that was used as often as the average costs 1 + balance", "[patches]") {
  const std::vector<int> sources = all_places(36, 3);
  const std::vector<float> factors = factors_of({}, sources, 0.5);
  REQUIRE(factors.size() == 36 * 36);
  for (const float f : factors) CHECK(f == Approx(1.5f));
}

TEST_CASE("the average is that of places that may be stolen and of patches that have a source", "[patches]") {
  std::vector<std::uint8_t> open(1600, 0);
  for (int y = 0; y < 20; ++y) std::fill_n(open.begin() + 40 * y, 20, std::uint8_t{1});
  std::vector<int> sources = all_places(16, 4);
  sources.insert(sources.end(), 3 * 1000, -1);
  const std::vector<float> factors = factors_of({open.data(), 40, 40}, sources, 0.5);
  // Away from the edge of what is open, where means over squares take in what is not.
  for (int y = 0; y < 14; ++y) {
    for (int x = 0; x < 14; ++x) CHECK(factors[static_cast<std::size_t>(36 * y + x)] == Approx(1.5f));
  }
}

TEST_CASE("in an output smaller than the example, once is not often", "[patches]") {
  // A piece of 10 x 10, each place of it once: in an output that has nothing else.
  const std::vector<float> factors = factors_of({}, all_places(10, 1), 0.5);
  CHECK(*std::max_element(factors.begin(), factors.end()) == Approx(1.5f));
  CHECK(*std::min_element(factors.begin(), factors.end()) == Approx(1.0f));
}
