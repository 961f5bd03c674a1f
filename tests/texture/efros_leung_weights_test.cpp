// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "texture/weight_checks.hpp"

#include <pastiche/texture/efros_leung.hpp>

using namespace pastiche;

namespace {

struct Grow {
  template <class... A>
  auto operator()(const A&... a) const {
    return efros_leung(a...);
  }
};

}  // namespace

TEST_CASE("shares of examples follow their weights", "[weights]") {
  test::check_weights(Grow{}, EfrosLeungOptions{.size = {72, 72}, .window = 7, .seed = 5, .provenance = true}, 36,
                      0x199ded4124afcb1a);
}

TEST_CASE("weights count pixels", "[weights]") {
  test::check_weights_of_unlike(Grow{}, EfrosLeungOptions{.size = {72, 72}, .window = 7, .seed = 5, .provenance = true},
                                40);
}

TEST_CASE("weights that cannot be are refused", "[weights][errors]") {
  test::check_refused_weights(Grow{}, EfrosLeungOptions{.size = {72, 72}, .window = 7, .seed = 5, .provenance = true});
}
