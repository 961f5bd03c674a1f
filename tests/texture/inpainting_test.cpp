// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
// What inpaint() and make_tileable() promise, on 8-bit pictures.
#include "support/catch.hpp"
#include "texture/inpaint_checks.hpp"

#include <pastiche/texture/tileable.hpp>

#include <cmath>
#include <vector>

using namespace pastiche;
using test::HostTexture;
using test::OwnMask;
using test::TestDevice;

namespace {

using Picture = Tensor<std::uint8_t, 3, TestDevice>;
constexpr InpaintMethod kAll[] = {InpaintMethod::patches, InpaintMethod::structure, InpaintMethod::pixel};

InpaintOptions options(InpaintMethod method, std::uint64_t seed = 1) {
  InpaintOptions o;
  o.method = method;
  o.patch = method == InpaintMethod::pixel ? 7 : 5;
  o.rounds = 2;
  o.coarsest = 12;
  o.seed = seed;
  o.provenance = true;
  return o;
}

/// A ragged blot and a corner.
OwnMask blots(const Shape<2>& size) {
  return {size[0], size[1], [](index_t y, index_t x) {
            return (y - 20) * (y - 20) + (x - 24) * (x - 24) < 60 + 8 * ((y + x) % 3) || y + x < 6;
          }};
}

}  // namespace

TEST_CASE("only the hole changes, by copies of what may be copied", "[inpaint]") {
  const TestDevice device;
  const std::vector<Picture> pictures{test::pebbles(Shape<3>{44, 52, 3}, 1, device),
                                      test::pebbles(Shape<3>{30, 26, 3}, 2, device)};
  const OwnMask hole = blots({44, 52});
  const OwnMask own(44, 52, [](index_t y, index_t x) { return x > 20 && (y + 2 * x) % 17 != 0; });
  const OwnMask other(30, 26, [](index_t y, index_t) { return y < 15; });
  const OwnMask none(44, 52, [](index_t, index_t) { return false; });
  for (const InpaintMethod method : kAll) {
    const HostTexture plain(inpaint(pictures[0], hole.mask(), options(method), device));
    CHECK(test::broken_pixels(plain, pictures[0], hole, test::Everything{}) == 0);
    CHECK(test::wrong_pixels(plain, pictures) == 0);

    auto o = options(method);
    const std::vector<Picture> others{pictures[1]};
    o.donors = {own.mask(), other.mask()};
    const HostTexture chosen(inpaint(pictures[0], hole.mask(), others, o, device));
    const auto donor = [&](int e, int y, int x) { return e == 0 ? own(y, x) : other(y, x); };
    CHECK(test::broken_pixels(chosen, pictures[0], hole, donor) == 0);
    CHECK(test::wrong_pixels(chosen, pictures) == 0);

    o.donors = {none.mask(), {}};
    const HostTexture lent(inpaint(pictures[0], hole.mask(), others, o, device));
    CHECK(test::broken_pixels(lent, pictures[0], hole, [](int e, int, int) { return e == 1; }) == 0);
  }
}

TEST_CASE("means change the hole alone, too", "[inpaint]") {
  const TestDevice device;
  const Picture picture = test::pebbles(Shape<3>{44, 52, 3}, 1, device);
  const OwnMask hole = blots({44, 52});
  auto o = options(InpaintMethod::patches);
  o.steal = false;
  const auto made = inpaint(picture, hole.mask(), o, device);
  CHECK(made.provenance.size() == 0);
  const auto before = download(picture), after = download(made.image);
  index_t changed = 0;
  for (std::size_t i = 0; i < after.size(); ++i) changed += !hole.values[i / 3] && before[i] != after[i] ? 1 : 0;
  CHECK(changed == 0);
  o.steal = true;
  CHECK(download(inpaint(picture, hole.mask(), o, device).image) != after);
}

TEST_CASE("what the hole holds does not matter", "[inpaint]") {
  const TestDevice device;
  const Picture picture = test::pebbles(Shape<3>{44, 52, 3}, 1, device);
  const OwnMask hole = blots({44, 52});
  std::vector<std::uint8_t> values = download(picture);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (hole.values[i / 3] != 0) values[i] = i % 3 == 0 ? 255 : 0;
  }
  const Picture red = upload<TestDevice>(picture.shape(), values, device);
  for (const InpaintMethod method : kAll) {
    CHECK(download(inpaint(picture, hole.mask(), options(method), device).image) ==
          download(inpaint(red, hole.mask(), options(method), device).image));
  }
}

TEST_CASE("a pattern goes on through a hole, and over the edge where the picture tiles", "[inpaint]") {
  const TestDevice device;
  const Picture picture = test::periodic(Shape<3>{48, 60, 3}, 6, device);
  const std::vector<std::uint8_t> whole = download(picture);
  for (const InpaintMethod method : kAll) {
    INFO("method " << static_cast<int>(method));
    const OwnMask inside = test::box({48, 60}, 16, 20, 13, 16);
    CHECK(download(inpaint(picture, inside.mask(), options(method), device).image) == whole);
    const OwnMask corner = test::box({48, 60}, 0, 0, 9, 12);
    CHECK(download(inpaint(picture, corner.mask(), options(method), device).image) == whole);
    auto o = options(method);
    o.tiling = Tiling::xy;
    const OwnMask rim(48, 60, [](index_t y, index_t x) { return y < 4 || y >= 44 || x < 5 || x >= 55; });
    CHECK(download(inpaint(picture, rim.mask(), o, device).image) == whole);
  }
}

TEST_CASE("lines go on first", "[inpaint]") {
  const TestDevice device;
  // Dark below a slanted edge, bright above, and a hole across it.
  std::vector<int> levels;
  for (index_t y = 0; y < 48; ++y) {
    for (index_t x = 0; x < 64; ++x) levels.push_back(4 * y < 64 + x ? 200 : 40);
  }
  const Picture picture = test::picture<std::uint8_t>(Shape<3>{48, 64, 1}, levels, device);
  const OwnMask hole = test::box({48, 64}, 14, 24, 22, 16);
  const auto made = download(inpaint(picture, hole.mask(), options(InpaintMethod::structure), device).image);
  index_t wrong = 0;
  for (std::size_t i = 0; i < made.size(); ++i) wrong += made[i] == levels[i] ? 0 : 1;
  CHECK(wrong <= 8);  // half a pixel along the edge
}

TEST_CASE("a seed names one filling, whatever the threads", "[inpaint][golden]") {
  // A deliberate change of the method changes these: look at pictures, and put the new values here.
  const std::uint64_t golden[] = {0x95bf81bf0ba129ef, 0x463f815ba853f1ad, 0xac16a16e67b4c01a};
  const OwnMask hole = blots({44, 52});
  for (const InpaintMethod method : kAll) {
    for (const TestDevice& device : test::device_variants()) {
      const Picture picture = test::pebbles(Shape<3>{44, 52, 3}, 1, device);
      CHECK(test::hash_of(inpaint(picture, hole.mask(), options(method), device).image) ==
            golden[static_cast<int>(method)]);
    }
  }
  const TestDevice device;
  const Picture picture = test::pebbles(Shape<3>{44, 52, 3}, 1, device);
  CHECK(test::hash_of(inpaint(picture, hole.mask(), options(InpaintMethod::patches, 2), device).image) != golden[0]);
}

TEST_CASE("an observer stops the work, and what there is comes whole", "[inpaint]") {
  const TestDevice device;
  const Picture picture = test::pebbles(Shape<3>{44, 52, 3}, 1, device);
  const OwnMask hole = blots({44, 52});
  for (const InpaintMethod method : kAll) {
    index_t calls = 0;
    bool rising = true;
    const auto whole = inpaint(picture, hole.mask(), options(method), device, [&](const Progress& p) {
      rising = rising && p.step <= p.steps && p.step > calls && !p.preview.empty();
      calls = p.step;
    });
    CHECK(rising);
    CHECK(calls > 3);
    CHECK(whole.reason == StopReason::finished);
    const auto stopped =
        inpaint(picture, hole.mask(), options(method), device, [](const Progress&) { return Flow::stop; });
    CHECK(stopped.reason == StopReason::observer);
    const HostTexture made(stopped);
    CHECK(test::broken_pixels(made, picture, hole, test::Everything{}) == 0);
    CHECK(made.image != download(whole.image));
  }
}

TEST_CASE("a guide says what the hole becomes", "[inpaint]") {
  const TestDevice device;
  // Dark pebbles on the left, bright ones on the right, a hole across; all of it is to be bright.
  std::vector<int> levels = test::pebble_levels(Shape<3>{40, 60, 3}, 1, 5);
  for (std::size_t i = 0; i < levels.size(); ++i) levels[i] = levels[i] / 2 + (i / 3 % 60 < 30 ? 0 : 127);
  const Picture picture = test::picture<std::uint8_t>(Shape<3>{40, 60, 3}, levels, device);
  const OwnMask hole = test::box({40, 60}, 12, 20, 16, 20);
  std::vector<float> here, there;
  for (index_t i = 0; i < 40 * 60; ++i) {
    here.push_back(i % 60 < 30 ? 0.0f : 1.0f);
    there.push_back(i % 60 < 30 && !hole(i / 60, i % 60) ? 0.0f : 1.0f);
  }
  for (const InpaintMethod method : {InpaintMethod::patches, InpaintMethod::pixel}) {
    auto o = options(method);
    o.guide.examples = {{here.data(), 40, 60, 1}};
    o.guide.output = {there.data(), 40, 60, 1};
    o.guide.weight = 4.0;
    const HostTexture made(inpaint(picture, hole.mask(), o, device));
    index_t dark = 0;
    for (index_t y = 12; y < 28; ++y) {
      for (index_t x = 20; x < 40; ++x) dark += made.source(y, x)[2] < 30 ? 1 : 0;
    }
    CHECK(dark < 40);
  }
}

TEST_CASE("holes of every kind", "[inpaint]") {
  const TestDevice device;
  const Picture picture = test::pebbles(Shape<3>{24, 26, 3}, 1, device);
  const std::vector<Picture> others{test::pebbles(Shape<3>{20, 20, 3}, 2, device)};
  const OwnMask none = test::box({24, 26}, 0, 0, 0, 0), all = test::box({24, 26}, 0, 0, 24, 26);
  const OwnMask pixel = test::box({24, 26}, 5, 7, 1, 1);
  const OwnMask nearly(24, 26, [](index_t y, index_t x) { return y != 23 || x < 20; });  // few donors, in one row
  const OwnMask sieve(24, 26, [](index_t y, index_t x) { return (y + x) % 2 == 0; });    // no patch is whole
  for (const InpaintMethod method : kAll) {
    CHECK(download(inpaint(picture, none.mask(), options(method), device).image) == download(picture));
    for (const OwnMask* hole : {&pixel, &nearly, &sieve}) {
      const HostTexture made(inpaint(picture, hole->mask(), options(method), device));
      CHECK(test::broken_pixels(made, picture, *hole, test::Everything{}) == 0);
    }
    const HostTexture made(inpaint(picture, all.mask(), others, options(method), device));
    CHECK(test::broken_pixels(made, picture, all, [](int e, int, int) { return e == 1; }) == 0);
  }
  const Picture flat = upload<TestDevice>(Shape<3>{1, 9, 1}, std::vector<std::uint8_t>(9, 7), device);
  const OwnMask middle = test::box({1, 9}, 0, 3, 1, 3);
  for (const InpaintMethod method : kAll) {
    CHECK(download(inpaint(flat, middle.mask(), options(method), device).image) == std::vector<std::uint8_t>(9, 7));
  }
}

TEST_CASE("a picture made tileable continues at its other side and keeps its middle", "[inpaint][tileable]") {
  const TestDevice device;
  // Slopes that no edge continues.
  std::vector<int> levels = test::pebble_levels(Shape<3>{64, 80, 3}, 1, 6);
  const Picture picture = test::picture<std::uint8_t>(Shape<3>{64, 80, 3}, levels, device);
  // Mean step across the left and right edge, against that between columns inside.
  const auto across = [](const HostTexture<std::uint8_t>& made) {
    double rim = 0.0, inside = 0.0;
    for (index_t y = 0; y < made.height; ++y) {
      for (index_t x = 0; x < made.width; ++x) {
        const std::uint8_t *a = made.pixel(y, x), *b = made.pixel(y, (x + 1) % made.width);
        for (int c = 0; c < 3; ++c) (x + 1 == made.width ? rim : inside) += std::abs(a[c] - b[c]);
      }
    }
    return rim / inside * static_cast<double>(made.width - 1);
  };
  double tiled = 0.0, cut = 0.0;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    TileableOptions o{.axes = Tiling::x, .band = 16, .rounds = 2, .seed = seed, .provenance = true};
    const HostTexture made(make_tileable(picture, o, device));
    const OwnMask band(64, 80, [](index_t, index_t x) { return x < 8 || x >= 72; });
    CHECK(test::broken_pixels(made, picture, band, test::Everything{}) == 0);
    tiled += across(made) / 4;
    o.axes = Tiling::y;
    cut += across(HostTexture(make_tileable(picture, o, device))) / 4;
  }
  CHECK(tiled < 1.3);
  CHECK(cut > 1.5);  // what does not tile shows it
  const HostTexture both(make_tileable(picture, TileableOptions{.rounds = 1, .provenance = true}, device));
  const OwnMask frame(64, 80, [](index_t y, index_t x) { return y < 5 || y >= 59 || x < 7 || x >= 74; });
  CHECK(test::broken_pixels(both, picture, frame, test::Everything{}) == 0);
  // Nothing comes from where the donor mask says no.
  const OwnMask donor(64, 80, [](index_t y, index_t x) { return (y / 16 + x / 20) % 2 == 0 || x > 60; });
  const HostTexture lent(
      make_tileable(picture, TileableOptions{.rounds = 1, .provenance = true, .donors = {donor.mask()}}, device));
  CHECK(test::broken_pixels(lent, picture, frame, [&](int, int y, int x) { return donor(y, x); }) == 0);
}
