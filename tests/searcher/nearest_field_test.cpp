// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "searcher/field_checks.hpp"
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/searcher/nearest_field.hpp>

#include <string>

using namespace pastiche;
using test::HostPicture;
using test::TestDevice;

namespace {

template <class F>
std::string message(F&& f) {
  try {
    f();
  } catch (const InvalidArgument& e) {
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("policies come in any order, examples alone or several", "[searcher]") {
  const TestDevice device;
  const auto picture = test::pebbles(Shape<3>{20, 24, 3}, 1, device),
             bricks = test::pebbles(Shape<3>{18, 19, 3}, 2, device);
  const FieldOptions options{.patch = 5};
  const auto a = nearest_field(picture, bricks, options);
  const auto b =
      nearest_field(picture, std::vector{bricks.view()}, options, ExhaustiveSearch{}, device, SquaredDifference{});
  CHECK(test::hash_of(a.sources) == test::hash_of(b.sources));
  CHECK(a.patch == 5);
  CHECK(a.sources.shape() == Shape<4>{16, 20, 1, 3});
  const auto c = nearest_field(picture, std::vector{bricks, picture}, options, device, AbsoluteDifference{});
  const auto sources = download(c.sources);
  for (int i = 0; i < 16 * 20; ++i) {  // each finds itself in the second example
    const std::size_t at = static_cast<std::size_t>(3 * i);
    REQUIRE((sources[at] == 1 && sources[at + 1] == i / 20 && sources[at + 2] == i % 20));
  }
}

TEST_CASE("a picture of two axes has one channel", "[searcher]") {
  const TestDevice device;
  const auto levels = test::pebble_levels({20, 24, 1}, 1, 5);
  const auto solid = test::picture<float>(Shape<3>{20, 24, 1}, levels, device);
  const TensorView<const float, 2, TestDevice> flat(solid.data(), {20, 24});
  const FieldOptions options{.patch = 3, .nearest = 2, .apart = 2};
  CHECK(test::hash_of(nearest_field(flat, flat, options).sources) ==
        test::hash_of(nearest_field(solid, solid, options).sources));
}

TEST_CASE("a picture searched in itself keeps apart", "[searcher]") {
  const TestDevice device;
  const auto picture = test::pebbles(Shape<3>{20, 24, 3}, 1, device);
  const FieldOptions options{.patch = 4, .nearest = 3, .apart = 3};
  const auto field = nearest_field(picture, picture, options);
  const auto errors = test::errors_of(field, HostPicture<std::uint8_t>(picture), {HostPicture<std::uint8_t>(picture)},
                                      options, SquaredDifference{});
  CHECK(errors.sources == 0);
  CHECK(errors.unfit == 0);
}

TEST_CASE("what cannot be searched is refused in one sentence", "[searcher]") {
  const TestDevice device;
  const auto picture = test::pebbles(Shape<3>{20, 24, 3}, 1, device),
             grey = test::pebbles(Shape<3>{20, 24, 1}, 1, device);
  const std::vector<std::uint8_t> none(20 * 24, 0);
  using Message = Catch::Matchers::StdString::ContainsMatcher;
  const auto says = [](const char* text) {
    return Message(Catch::Matchers::StdString::CasedString(text, Catch::CaseSensitive::Yes));
  };
  CHECK_THAT(message([&] { nearest_field(picture, grey, {.patch = 3}); }), says("channels"));
  CHECK_THAT(message([&] { nearest_field(picture, picture, {.patch = 21}); }), says("at least the patch, 21"));
  CHECK_THAT(message([&] { nearest_field(picture, picture, {.patch = 0}); }), says("nearest_field: patch is 0"));
  CHECK_THAT(message([&] { nearest_field(picture, picture, {.nearest = 0}); }), says("nearest is 0"));
  CHECK_THAT(message([&] { nearest_field(picture, picture, {.window = -1}); }), says("window is -1"));
  FieldOptions masked{.patch = 3};
  masked.example_masks = {{none.data(), 20, 24}};
  CHECK_THAT(message([&] { nearest_field(picture, picture, masked); }), says("masks allow"));
  masked.example_masks = {{none.data(), 10, 24}};
  CHECK_THAT(message([&] { nearest_field(picture, picture, masked); }), says("mask"));
  CHECK_THAT(message([&] { nearest_field(picture, std::vector<Tensor<std::uint8_t, 3, TestDevice>>{}, {}); }),
             says("number of examples"));
  CHECK_THAT(message([&] { nearest_field(picture, picture, {.patch = 3}, ChannelWeighted<>{{-1.0f}}); }),
             says("channel weight"));
}
