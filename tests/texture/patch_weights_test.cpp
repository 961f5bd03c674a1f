// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "texture/weight_checks.hpp"

#include <pastiche/texture/optimization.hpp>
#include <pastiche/texture/patch_nn.hpp>

using namespace pastiche;

namespace {

struct Optimize {
  template <class... A>
  auto operator()(const A&... a) const {
    return optimize_texture(a...);
  }
};
struct PatchNN {
  template <class... A>
  auto operator()(const A&... a) const {
    return patch_nn(a...);
  }
};

}  // namespace

TEST_CASE("shares of examples follow their weights: optimisation", "[weights]") {
  test::check_weights(Optimize{},
                      OptimizeOptions{.size = {144, 144}, .patch = 5, .rounds = 3, .seed = 5, .provenance = true}, 64,
                      0xc680d3aa1a246a2f);
}

TEST_CASE("weights count pixels: optimisation", "[weights]") {
  test::check_weights_of_unlike(
      Optimize{}, OptimizeOptions{.size = {144, 144}, .patch = 5, .rounds = 3, .seed = 5, .provenance = true}, 64);
}

TEST_CASE("weights that cannot be are refused: optimisation", "[weights][errors]") {
  test::check_refused_weights(
      Optimize{}, OptimizeOptions{.size = {144, 144}, .patch = 5, .rounds = 3, .seed = 5, .provenance = true});
}

TEST_CASE("shares of examples follow their weights: nearest neighbours", "[weights]") {
  test::check_weights(PatchNN{},
                      PatchNNOptions{.size = {144, 144}, .patch = 5, .rounds = 3, .seed = 5, .provenance = true}, 64,
                      0x3c37959536e02099);
}

TEST_CASE("weights count pixels: nearest neighbours", "[weights]") {
  test::check_weights_of_unlike(
      PatchNN{}, PatchNNOptions{.size = {144, 144}, .patch = 5, .rounds = 3, .seed = 5, .provenance = true}, 64);
}

TEST_CASE("weights that cannot be are refused: nearest neighbours", "[weights][errors]") {
  test::check_refused_weights(
      PatchNN{}, PatchNNOptions{.size = {144, 144}, .patch = 5, .rounds = 3, .seed = 5, .provenance = true});
}
