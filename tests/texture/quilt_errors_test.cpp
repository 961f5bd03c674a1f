// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/texture/quilting.hpp>

#include <cmath>
#include <limits>
#include <string>

using namespace pastiche;
using test::TestDevice;

namespace {

/// Whether quilt() refuses, in one line that begins with its name and names the argument.
template <class Examples, class... Policies>
bool refuses(const std::string& argument, const Examples& examples, const QuiltOptions& options,
             const Policies&... policies) {
  const std::string message = test::refusal([&] { quilt(examples, options, policies...); });
  INFO("message: " << message);
  const bool right = message.rfind("quilt: ", 0) == 0 && message.find(argument) != std::string::npos &&
                     message.find('\n') == std::string::npos;
  CHECK(right);
  return right;
}

Tensor<std::uint8_t, 3, TestDevice> plain() {
  return test::pebbles(Shape<3>{20, 30, 3}, 1, TestDevice{});
}

}  // namespace

TEST_CASE("blocks and overlaps that cannot be are refused", "[quilt][errors]") {
  CHECK(refuses("block is 21; expected at most 20", plain(), {.size = {40, 40}, .block = 21}));
  CHECK(refuses("block", plain(), {.size = {40, 40}, .block = -1}));
  CHECK(refuses("overlap", plain(), {.size = {40, 40}, .block = 10, .overlap = 10}));
  CHECK(refuses("overlap", plain(), {.size = {40, 40}, .block = 10, .overlap = 50}));
  CHECK(refuses("overlap", plain(), {.size = {40, 40}, .block = 10, .overlap = -1}));
  CHECK(refuses("block", std::vector{plain(), test::pebbles(Shape<3>{12, 9, 3}, 1, TestDevice{})},
                {.size = {40, 40}, .block = 10}));
}

TEST_CASE("sizes that cannot be are refused", "[quilt][errors]") {
  CHECK(refuses("size", plain(), {}));
  CHECK(refuses("size", plain(), {.size = {40, 0}, .block = 8}));
  CHECK(refuses("size", plain(), {.size = {-1, 40}, .block = 8}));
  CHECK(refuses("size", plain(), {.size = {65536, 65536}, .block = 8}));
  CHECK(refuses("size", plain(), {.size = {index_t{1} << 62, index_t{1} << 62}, .block = 8}));
  CHECK(refuses("size", plain(), {.size = {1, index_t{1} << 31}, .block = 8}));
}

TEST_CASE("other settings out of their range are refused", "[quilt][errors]") {
  CHECK(refuses("spacing", plain(), {.size = {40, 40}, .block = 8, .spacing = -1}));
  CHECK(refuses("balance", plain(), {.size = {40, 40}, .block = 8, .balance = -0.5}));
  CHECK(refuses("balance", plain(), {.size = {40, 40}, .block = 8, .balance = std::nan("")}));
  CHECK(refuses("balance", plain(), {.size = {40, 40}, .block = 8, .balance = 1e30}));
}

TEST_CASE("examples that cannot be are refused", "[quilt][errors]") {
  CHECK(refuses("number of examples", std::vector<Tensor<std::uint8_t, 3, TestDevice>>{}, {.size = {40, 40}}));
  CHECK(refuses("example 0", Tensor<std::uint8_t, 3, TestDevice>(Shape<3>{0, 30, 3}), {.size = {40, 40}}));
  CHECK(refuses("example 0", Tensor<std::uint8_t, 3, TestDevice>(Shape<3>{20, 30, 0}), {.size = {40, 40}}));
  CHECK(refuses("example 1, its number of channels is 4; expected 3",
                std::vector{plain(), test::pebbles(Shape<3>{20, 30, 4}, 1, TestDevice{})}, {.size = {40, 40}}));
}

TEMPLATE_TEST_CASE("pixels that are not finite are refused", "[quilt][errors]", Half, float) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{20 * 30 - 1}}) {
      std::vector<TestType> values(20 * 30, TestType(0.5f));
      values[at] = TestType(bad);
      CHECK(refuses("example 0", upload<TestDevice>(Shape<3>{20, 30, 1}, values), {.size = {40, 40}, .block = 8}));
    }
  }
}

TEST_CASE("masks that do not fit are refused", "[quilt][errors]") {
  const std::vector<std::uint8_t> bytes(40 * 40, 1), zeros(20 * 30, 0);
  const auto with = [](std::vector<Mask2> examples, Mask2 output) {
    QuiltOptions options{.size = {40, 40}, .block = 8};
    options.example_masks = std::move(examples);
    options.output_mask = output;
    return options;
  };
  const Mask2 other{bytes.data(), 20, 29, 29}, fits{bytes.data(), 20, 30, 30}, nothing{zeros.data(), 20, 30, 30};
  CHECK(refuses("mask of example 0", plain(), with({other}, {})));
  CHECK(refuses("number of example masks", plain(), with({fits, fits}, {})));
  CHECK(refuses("output mask", plain(), with({}, fits)));
  CHECK(refuses("example mask", plain(), with({nothing}, {})));
  // Columns of 7 pixels between columns that are masked: no room for a block of 8.
  std::vector<std::uint8_t> stripes(20 * 30, 1);
  for (std::size_t i = 0; i < stripes.size(); ++i) stripes[i] = i % 30 % 8 == 7 ? 0 : 1;
  CHECK(refuses("example mask", plain(), with({{stripes.data(), 20, 30, 30}}, {})));
}

TEST_CASE("pixels that lie apart are refused", "[quilt][errors]") {
  const std::vector<std::uint8_t> rgba(40 * 40 * 4, 7);
  const auto all = upload<TestDevice>(Shape<3>{40, 40, 4}, rgba);
  const TensorView<const std::uint8_t, 3, TestDevice> rgb(all.data(), Shape<3>{40, 40, 3}, Shape<3>{160, 4, 1});
  CHECK_THROWS_AS(quilt(rgb, {.size = {40, 40}, .block = 8}, TestDevice{}), InvalidArgument);
}
