// SPDX-License-Identifier: MIT
// test: devices=cpu
// What inpaint() and make_tileable() refuse, and pixels other than bytes.
#include "support/catch.hpp"
#include "support/refusal.hpp"
#include "texture/inpaint_checks.hpp"

#include <pastiche/texture/tileable.hpp>

#include <limits>
#include <string>
#include <vector>

using namespace pastiche;
using test::HostTexture;
using test::OwnMask;
using test::TestDevice;

namespace {

template <class E = float>
using Picture = Tensor<E, 3, TestDevice>;

InpaintOptions quick() {
  return {.rounds = 2, .coarsest = 12, .provenance = true};
}

bool says(const std::string& message, const std::string& part) {
  return message.find(part) != std::string::npos;
}

}  // namespace

TEMPLATE_TEST_CASE("elements of every kind", "[inpaint]", std::uint16_t, float, double) {
  const TestDevice device;
  for (const index_t channels : {1, 4}) {
    std::vector<Picture<TestType>> pictures{test::pebbles<TestType>(Shape<3>{30, 34, channels}, 1, device)};
    const OwnMask hole = test::box({30, 34}, 10, 12, 9, 8);
    const HostTexture made(inpaint(pictures[0], hole.mask(), quick(), device));
    CHECK(test::broken_pixels(made, pictures[0], hole, test::Everything{}) == 0);
    CHECK(test::wrong_pixels(made, pictures) == 0);
    if constexpr (!std::integral<TestType>) {  // what the hole holds does not matter
      std::vector<TestType> values = download(pictures[0]);
      values[static_cast<std::size_t>((12 * 34 + 14) * channels)] = std::numeric_limits<TestType>::quiet_NaN();
      const auto other = upload<TestDevice>(pictures[0].shape(), values, device);
      CHECK(download(inpaint(other, hole.mask(), quick(), device).image) == made.image);
    }
  }
}

TEST_CASE("what cannot be is one line", "[inpaint][errors]") {
  const TestDevice device;
  const auto picture = test::pebbles<float>(Shape<3>{20, 24, 3}, 1, device);
  const OwnMask hole = test::box({20, 24}, 8, 8, 5, 5), all = test::box({20, 24}, 0, 0, 20, 24);
  const OwnMask small(10, 24, [](index_t, index_t) { return true; }), none = test::box({20, 24}, 0, 0, 0, 0);
  const std::vector<float> map(480, 0.0f);
  const auto refuses = [&](const Mask2& mask, auto change) {
    InpaintOptions o = quick();
    change(o);
    return test::refusal([&] { inpaint(picture, mask, o, device); });
  };
  const auto nothing = [](InpaintOptions&) {};
  CHECK(refuses(hole.mask(), nothing).empty());
  CHECK(says(refuses(all.mask(), nothing), "pixels that may be copied"));
  CHECK(says(refuses(hole.mask(), [&](auto& o) { o.donors = {none.mask()}; }), "pixels that may be copied"));
  CHECK(says(refuses(hole.mask(), [&](auto& o) { o.donors = {hole.mask()}; }), "pixels that may be copied"));
  CHECK(says(refuses({}, nothing), "hole is missing"));
  CHECK(says(refuses(small.mask(), nothing), "size of the hole is 10 by 24; expected 20 by 24"));
  CHECK(says(refuses(hole.mask(), [&](auto& o) { o.donors = {small.mask()}; }), "size of the donor mask"));
  CHECK(says(refuses(hole.mask(), [&](auto& o) { o.donors = {none.mask(), none.mask()}; }), "number of donor masks"));
  CHECK(says(refuses(hole.mask(), [](auto& o) { o.patch = 65; }), "patch"));
  CHECK(says(refuses(hole.mask(), [](auto& o) { o.patch = -1; }), "patch"));
  CHECK(says(refuses(hole.mask(), [](auto& o) { o.rounds = -1; }), "rounds"));
  CHECK(says(refuses(hole.mask(), [](auto& o) { o.roughness = -1.0; }), "roughness"));
  CHECK(says(refuses(hole.mask(), [](auto& o) { o.method = InpaintMethod::structure, o.patch = 65; }), "patch"));
  CHECK(says(refuses(hole.mask(), [](auto& o) { o.method = InpaintMethod::pixel, o.patch = 8; }),
             "patch is 8; expected an odd number, 3 to 255"));
  CHECK(says(refuses(hole.mask(), [](auto& o) { o.method = InpaintMethod::pixel, o.patch = 1; }), "patch is 1"));
  CHECK(says(refuses(hole.mask(), [&](auto& o) { o.guide.output = {map.data(), 20, 24, 1}; }), "guide"));
  const auto nowhere = upload<TestDevice>(Shape<3>{0, 0, 3}, std::vector<float>{}, device);
  CHECK_THROWS_AS(inpaint(nowhere, hole.mask(), quick(), device), InvalidArgument);
  std::vector<float> values = download(picture);
  values[0] = std::numeric_limits<float>::infinity();
  const auto bad = upload<TestDevice>(picture.shape(), values, device);
  CHECK(says(test::refusal([&] { inpaint(bad, hole.mask(), quick(), device); }), "NaN or infinite"));
  CHECK(says(test::refusal([&] { make_tileable(picture, {.axes = Tiling::none}, device); }), "axes"));
  CHECK(says(test::refusal([&] { make_tileable(picture, {.band = 1}, device); }), "band"));
  CHECK(says(test::refusal([&] { make_tileable(picture, {.band = 24}, device); }), "band is 24; expected less than"));
  CHECK(says(test::refusal([&] { make_tileable(picture, {.donors = {none.mask()}}, device); }),
             "pixels that may be copied"));
  CHECK(says(test::refusal([&] { make_tileable(picture, {.donors = {small.mask()}}, device); }),
             "size of the donor mask is 10 by 24; expected 20 by 24"));
}
