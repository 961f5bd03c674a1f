// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/texture/efros_leung.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

Tensor<std::uint8_t, 3, TestDevice> plain() {
  return test::pebbles(Shape<3>{20, 30, 3}, 1, TestDevice{});
}

/// Whether it refuses in one line that begins with the function's name and holds `what`.
template <class Call>
bool refuses(const std::string& what, const Call& call, const std::string& function = "efros_leung: ") {
  const std::string message = test::refusal(call);
  INFO("message: " << message);
  const bool right = message.rfind(function, 0) == 0 && message.find(what) != std::string::npos &&
                     message.find('\n') == std::string::npos;
  CHECK(right);
  return right;
}
template <class Examples, class... Policies>
bool refuses_options(const std::string& what, const Examples& examples, const EfrosLeungOptions& options,
                     const Policies&... policies) {
  return refuses(what, [&] { efros_leung(examples, options, policies...); });
}

}  // namespace

TEST_CASE("settings out of their range are refused", "[efros][errors]") {
  CHECK(refuses_options("size", plain(), {}));
  CHECK(refuses_options("size", plain(), {.size = {-1, 4}}));
  CHECK(refuses_options("size", plain(), {.size = {65536, 65536}}));
  CHECK(refuses_options("size", plain(), {.size = {index_t{1} << 62, index_t{1} << 62}}));
  CHECK(refuses_options("window is 10; expected an odd number", plain(), {.size = {4, 4}, .window = 10}));
  CHECK(refuses_options("window", plain(), {.size = {4, 4}, .window = 1}));
  CHECK(refuses_options("window", plain(), {.size = {4, 4}, .window = 257}));
  CHECK(refuses_options("seed size", plain(), {.size = {4, 4}, .seed_size = 0}));
  CHECK(refuses_options("threshold", plain(), {.size = {4, 4}, .threshold = 0.0}));
  CHECK(refuses_options("threshold", plain(), {.size = {4, 4}, .threshold = std::nan("")}));
  CHECK(refuses_options("tolerance", plain(), {.size = {4, 4}}, WithinTolerance{-1.0}));
  CHECK(refuses_options("number of channels", test::pebbles(Shape<3>{3, 3, 2000}, 1, TestDevice{}), {.size = {4, 4}}));
}

TEST_CASE("examples that cannot be are refused", "[efros][errors]") {
  CHECK(refuses_options("number of examples", std::vector<Tensor<std::uint8_t, 3, TestDevice>>{}, {.size = {4, 4}}));
  CHECK(refuses_options("example 0", Tensor<std::uint8_t, 3, TestDevice>(Shape<3>{0, 30, 3}), {.size = {4, 4}}));
  CHECK(refuses_options("example 1, its number of channels",
                        std::vector{plain(), test::pebbles(Shape<3>{9, 9, 1}, 1, TestDevice{})}, {.size = {4, 4}}));
  const std::vector<float> nan(9, std::numeric_limits<float>::quiet_NaN());
  CHECK(refuses_options("example 0", upload<TestDevice>(Shape<3>{3, 3, 1}, nan), {.size = {4, 4}}));
}

TEST_CASE("masks that do not fit, or leave nothing, are refused", "[efros][errors]") {
  const std::vector<std::uint8_t> ones(600, 1), zeros(600, 0);
  EfrosLeungOptions options{.size = {4, 4}};
  options.example_masks = {{ones.data(), 20, 29}};
  CHECK(refuses_options("mask of example 0", plain(), options));
  options.example_masks = {{ones.data(), 20, 30}, {ones.data(), 20, 30}};
  CHECK(refuses_options("number of example masks", plain(), options));
  options.example_masks = {{zeros.data(), 20, 30}};
  CHECK(refuses_options("example mask is empty", plain(), options));
  options.example_masks = {};
  options.output_mask = {ones.data(), 20, 30};
  CHECK(refuses_options("output mask", plain(), options));
}

TEST_CASE("guides that do not fit are refused", "[efros][errors]") {
  const std::vector<float> values(600 * 3, 0.5f);
  const auto with = [&](const std::vector<GuideMap>& examples, const GuideMap& output, double weight) {
    EfrosLeungOptions options{.size = {4, 5}};
    options.guide = {examples, output, weight};
    return options;
  };
  const GuideMap of_example{values.data(), 20, 30, 2}, of_output{values.data(), 4, 5, 2};
  CHECK(test::refusal([&] { efros_leung(plain(), with({of_example}, of_output, 1.0)); }).empty());
  CHECK(refuses_options("guide", plain(), with({}, of_output, 1.0)));
  CHECK(refuses_options("guide map of the output", plain(), with({of_example}, {values.data(), 5, 4, 2}, 1.0)));
  CHECK(refuses_options("guide map of example 0", plain(), with({{values.data(), 20, 30, 3}}, of_output, 1.0)));
  CHECK(refuses_options("guide map of example 0", plain(), with({{}}, of_output, 1.0)));
  CHECK(refuses_options("weight", plain(), with({of_example}, of_output, -1.0)));
  std::vector<float> bad(20, std::numeric_limits<float>::infinity());
  CHECK(refuses_options("guide map of the output", plain(),
                        with({{values.data(), 20, 30, 1}}, {bad.data(), 4, 5, 1}, 1.0)));
}

TEST_CASE("pictures that cannot be filled are refused", "[efros][errors]") {
  const std::vector<std::uint8_t> ones(600, 1);
  EfrosLeungOptions options;
  const auto fills = [&](const auto& picture) { return [&] { efros_leung_fill(picture, plain(), options); }; };
  const std::string name = "efros_leung_fill: ";
  CHECK(refuses("output mask", fills(plain()), name));
  options.output_mask = {ones.data(), 20, 30};
  CHECK(test::refusal(fills(plain())).empty());
  CHECK(refuses("channels of the picture", fills(test::pebbles(Shape<3>{20, 30, 1}, 1, TestDevice{})), name));
  options.size = {30, 20};
  CHECK(refuses("size", fills(plain()), name));
}
