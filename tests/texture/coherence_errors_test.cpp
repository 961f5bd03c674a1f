// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/texture/coherence.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

/// Whether coherent_texture() refuses, in one line that begins with its name and names the argument.
template <class Examples>
bool refuses(const std::string& argument, const Examples& examples, const CoherenceOptions& options) {
  const std::string message = test::refusal([&] { coherent_texture(examples, options); });
  INFO("message: " << message);
  const bool right = message.rfind("coherent_texture: ", 0) == 0 && message.find(argument) != std::string::npos &&
                     message.find('\n') == std::string::npos;
  CHECK(right);
  return right;
}

Tensor<std::uint8_t, 3, TestDevice> plain() {
  return test::pebbles(Shape<3>{20, 30, 3}, 1, TestDevice{});
}

}  // namespace

TEST_CASE("sizes that cannot be are refused", "[coherence][errors]") {
  CHECK(refuses("size", plain(), {}));
  CHECK(refuses("size", plain(), {.size = {40, 0}}));
  CHECK(refuses("size", plain(), {.size = {-1, 40}}));
  CHECK(refuses("size", plain(), {.size = {65536, 65536}}));
  CHECK(refuses("size", plain(), {.size = {index_t{1} << 62, index_t{1} << 62}}));
}

TEST_CASE("settings out of their range are refused", "[coherence][errors]") {
  const double nan = std::nan("");
  for (const int side : {-1, 0, 1, 4, 9})
    CHECK(refuses("neighbourhood", plain(), {.size = {40, 40}, .neighbourhood = side}));
  for (const int k : {-1, 17}) CHECK(refuses("nearest", plain(), {.size = {40, 40}, .nearest = k}));
  for (const double x : {-0.1, 1e9, nan}) {
    CHECK(refuses("kappa", plain(), {.size = {40, 40}, .kappa = x}));
    CHECK(refuses("piece", plain(), {.size = {40, 40}, .piece = x}));
    CHECK(refuses("jitter", plain(), {.size = {40, 40}, .jitter = x}));
    CHECK(refuses("balance", plain(), {.size = {40, 40}, .balance = x}));
  }
  CHECK(refuses("piece", plain(), {.size = {40, 40}, .piece = 0.0}));
  CHECK(refuses("passes", plain(), {.size = {40, 40}, .passes = 0}));
  CHECK(refuses("levels", plain(), {.size = {40, 40}, .levels = -1}));
  CHECK(refuses("levels", plain(), {.size = {40, 40}, .levels = 31}));
}

TEST_CASE("examples that cannot be are refused", "[coherence][errors]") {
  CHECK(refuses("number of examples", std::vector<Tensor<std::uint8_t, 3, TestDevice>>{}, {.size = {40, 40}}));
  CHECK(refuses("example 0", Tensor<std::uint8_t, 3, TestDevice>(Shape<3>{0, 30, 3}), {.size = {40, 40}}));
  CHECK(refuses("example 1, its number of channels is 4; expected 3",
                std::vector{plain(), test::pebbles(Shape<3>{20, 30, 4}, 1, TestDevice{})}, {.size = {40, 40}}));
  CHECK(refuses("channels", test::pebbles(Shape<3>{8, 8, 700}, 1, TestDevice{}), {.size = {8, 8}}));
  std::vector<float> values(20 * 30, 0.5f);
  values[77] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refuses("example 0", upload<TestDevice>(Shape<3>{20, 30, 1}, values), {.size = {40, 40}}));
}

TEST_CASE("masks that do not fit or leave nothing are refused", "[coherence][errors]") {
  const std::vector<std::uint8_t> bytes(40 * 40, 1), zeros(20 * 30, 0);
  const auto with = [](std::vector<Mask2> examples, Mask2 output) {
    CoherenceOptions options{.size = {40, 40}};
    options.example_masks = std::move(examples);
    options.output_mask = output;
    return options;
  };
  const Mask2 other{bytes.data(), 20, 29}, fits{bytes.data(), 20, 30}, nothing{zeros.data(), 20, 30};
  CHECK(refuses("mask of example 0", plain(), with({other}, {})));
  CHECK(refuses("number of example masks", plain(), with({fits, fits}, {})));
  CHECK(refuses("output mask", plain(), with({}, fits)));
  CHECK(refuses("example masks", plain(), with({nothing}, {})));
}

TEST_CASE("guides that do not fit are refused", "[coherence][errors]") {
  std::vector<float> map(40 * 40 * 2, 0.0f);
  const GuideMap example{map.data(), 20, 30, 1}, output{map.data(), 40, 40, 1};
  const auto with = [](std::vector<GuideMap> examples, GuideMap to, double weight) {
    CoherenceOptions options{.size = {40, 40}};
    options.guide.examples = std::move(examples);
    options.guide.output = to;
    options.guide.weight = weight;
    return options;
  };
  CHECK(refuses("guide", plain(), with({}, output, 1)));
  CHECK(refuses("guide", plain(), with({example}, {}, 1)));
  CHECK(refuses("guide map of the output", plain(), with({example}, example, 1)));
  CHECK(refuses("guide map of example 0", plain(), with({output}, output, 1)));
  CHECK(refuses("guide map of example 0", plain(), with({{map.data(), 20, 30, 2}}, output, 1)));
  for (const double weight : {-1.0, 1e9, std::nan("")}) {
    CHECK(refuses("weight of the guide", plain(), with({example}, output, weight)));
  }
  map[5] = std::numeric_limits<float>::infinity();
  CHECK(refuses("guide map of", plain(), with({example}, output, 1)));
}
