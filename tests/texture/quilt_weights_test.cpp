// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "texture/weight_checks.hpp"

#include <pastiche/texture/quilting.hpp>

using namespace pastiche;

namespace {

struct Quilt {
  template <class... A>
  auto operator()(const A&... a) const {
    return quilt(a...);
  }
};

}  // namespace

TEST_CASE("shares of examples follow their weights", "[weights]") {
  test::check_weights(Quilt{}, QuiltOptions{.size = {160, 160}, .seed = 5, .provenance = true}, 64, 0xd1bba5d6715e8063);
}

TEST_CASE("weights count pixels", "[weights]") {
  test::check_weights_of_unlike(Quilt{}, QuiltOptions{.size = {160, 160}, .seed = 5, .provenance = true}, 64);
}

TEST_CASE("weights that cannot be are refused", "[weights][errors]") {
  test::check_refused_weights(Quilt{}, QuiltOptions{.size = {160, 160}, .seed = 5, .provenance = true});
}
