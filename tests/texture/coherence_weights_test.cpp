// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "texture/weight_checks.hpp"

#include <pastiche/texture/coherence.hpp>

using namespace pastiche;

namespace {

struct Coherent {
  template <class... A>
  auto operator()(const A&... a) const {
    return coherent_texture(a...);
  }
};

}  // namespace

TEST_CASE("shares of examples follow their weights", "[weights]") {
  test::check_weights(Coherent{}, CoherenceOptions{.size = {160, 160}, .seed = 5, .provenance = true}, 64,
                      0x39d9cd59bf56b5ad);
}

TEST_CASE("weights count pixels", "[weights]") {
  test::check_weights_of_unlike(Coherent{}, CoherenceOptions{.size = {160, 160}, .seed = 5, .provenance = true}, 64);
}

TEST_CASE("weights that cannot be are refused", "[weights][errors]") {
  test::check_refused_weights(Coherent{}, CoherenceOptions{.size = {160, 160}, .seed = 5, .provenance = true});
}
