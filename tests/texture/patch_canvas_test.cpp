// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/texture/patch_canvas.hpp>

#include <array>
#include <vector>

using namespace pastiche;
using test::TestDevice;
using Canvas = PatchCanvas<std::uint8_t, TestDevice>;

namespace {

std::size_t at(index_t i) {
  return static_cast<std::size_t>(i);
}

/// Whether every pixel is the one its provenance names, or was not made and is 0.
bool is_stolen(const Canvas& canvas, const Tensor<std::uint8_t, 3, TestDevice>& example) {
  const auto image = download(canvas.image()), from = download(example);
  const auto source = download(canvas.provenance());
  const auto known = download(canvas.known());
  const std::size_t channels = at(example.shape(2));
  for (std::size_t p = 0; p < known.size(); ++p) {
    if ((source[3 * p] >= 0) != (known[p] != 0)) return false;
    const std::size_t i = at(source[3 * p + 1] * example.shape(1) + source[3 * p + 2]);
    for (std::size_t c = 0; c < channels; ++c) {
      if (image[p * channels + c] != (known[p] != 0 ? from[i * channels + c] : 0)) return false;
    }
  }
  return true;
}

index_t count_known(const Canvas& canvas) {
  index_t n = 0;
  for (const std::uint8_t k : download(canvas.known())) n += k;
  return n;
}

/// Random patches at random places.
template <class SeamPolicy>
double scatter(Canvas& canvas, const Tensor<std::uint8_t, 3, TestDevice>& example, int patches, SeamPolicy seam,
               std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  const auto below = [&](index_t n) { return static_cast<index_t>(rng.below(static_cast<std::uint32_t>(n))); };
  double energy = 0;
  for (int i = 0; i < patches; ++i) {
    const index_t h = 5 + below(14), w = 5 + below(14);
    const Patch patch{0, below(example.shape(0) - h + 1), below(example.shape(1) - w + 1), h, w};
    const index_t row = below(canvas.image().shape(0) + h - 1) - h + 1;
    const index_t column = below(canvas.image().shape(1) + w - 1) - w + 1;
    energy += canvas.paste(example, patch, row, column, static_cast<int>(below(6)), seam);
  }
  return energy;
}

}  // namespace

TEST_CASE("a patch on an empty canvas is copied whole; what sticks out is cut off", "[patch_canvas]") {
  const auto example = test::pebbles(Shape<3>{30, 40, 3}, 1, TestDevice{});
  for (const auto& [row, column, expected] : {std::array<index_t, 3>{3, 4, 70}, {-2, 18, 10}, {17, -6, 12}}) {
    Canvas canvas(Shape<3>{20, 20, 3});
    CHECK(canvas.paste(example, {0, 5, 6, 7, 10}, row, column) == 0.0);
    CHECK(count_known(canvas) == expected);
    CHECK(is_stolen(canvas, example));
  }
  Canvas canvas(Shape<3>{20, 20, 3}, Tiling::xy);
  canvas.paste(example, {0, 5, 6, 7, 10}, -2, 18);
  CHECK(count_known(canvas) == 70);
  CHECK(is_stolen(canvas, example));
  const auto source = download(canvas.provenance());
  CHECK(source[3 * (18 * 20 + 18) + 1] == 5);
  CHECK(source[3 * (0 * 20 + 0) + 1] == 7);
  CHECK(source[3 * (0 * 20 + 0) + 2] == 8);
}

TEST_CASE("pixels are stolen whole wherever patches fall, on any tiling and with any seam", "[patch_canvas]") {
  const auto example = test::pebbles(Shape<3>{30, 40, 3}, 1, TestDevice{});
  for (const Tiling tiling : {Tiling::none, Tiling::x, Tiling::y, Tiling::xy}) {
    Canvas cut(Shape<3>{33, 29, 3}, tiling), path(Shape<3>{33, 29, 3}, tiling), whole(Shape<3>{33, 29, 3}, tiling);
    scatter(cut, example, 60, GraphCut{}, 2);
    scatter(path, example, 60, MinCut{}, 2);
    CHECK(scatter(whole, example, 60, NoSeam{}, 2) > 0.0);
    for (const Canvas* canvas : {&cut, &path, &whole}) {
      CHECK(is_stolen(*canvas, example));
      CHECK(count_known(*canvas) == count_known(whole));
    }
  }
}

TEST_CASE("a patch that continues its neighbour leaves no seam", "[patch_canvas]") {
  const auto example = test::pebbles(Shape<3>{30, 40, 1}, 1, TestDevice{});
  Canvas canvas(Shape<3>{30, 40, 1});
  canvas.paste(example, {0, 0, 0, 30, 25}, 0, 0);
  CHECK(canvas.paste(example, {0, 0, 15, 30, 25}, 0, 15) == 0.0);
  CHECK(download(canvas.image()) == download(example));
}

TEST_CASE("a cut costs no more than a path, over the same picture", "[patch_canvas]") {
  const auto example = test::pebbles(Shape<3>{60, 60, 3}, 4, TestDevice{});
  CounterRng rng(3, 0, 0);
  for (int t = 0; t < 30; ++t) {
    Canvas one(Shape<3>{40, 40, 3}, Tiling::xy);
    scatter(one, example, 12 + t, NoSeam{}, static_cast<std::uint64_t>(t));
    Canvas other = one;
    const Patch patch{0, rng.below(40), rng.below(40), 20, 20};
    const index_t row = rng.below(40), column = rng.below(40);
    CHECK(one.paste(example, patch, row, column, 0, GraphCut{}) <=
          other.paste(example, patch, row, column, 0, MinCut{}));
  }
}

TEST_CASE("in the middle of a picture the patch keeps what lies deeper than the overlap", "[patch_canvas]") {
  const auto example = test::pebbles(Shape<3>{60, 60, 1}, 4, TestDevice{});
  Canvas canvas(Shape<3>{40, 40, 1});
  canvas.paste(example, {0, 0, 0, 40, 40}, 0, 0);
  const double energy = canvas.paste(example, {1, 35, 30, 20, 22}, 10, 8, 4);
  CHECK(energy > 0.0);
  const auto source = download(canvas.provenance());
  for (index_t y = 0; y < 40; ++y) {
    for (index_t x = 0; x < 40; ++x) {
      const bool deep = y >= 14 && y < 26 && x >= 12 && x < 26;
      const bool outside = y < 10 || y >= 30 || x < 8 || x >= 30;
      if (deep) CHECK(source[at(3 * (y * 40 + x))] == 1);
      if (outside) CHECK(source[at(3 * (y * 40 + x))] == 0);
    }
  }
}

// The hash is of the canvas's own output: a deliberate change of the method changes it.
TEST_CASE("a canvas is the same on every device", "[patch_canvas]") {
  for (const TestDevice& device : test::device_variants()) {
    const auto example = test::pebbles(Shape<3>{30, 40, 3}, 1, device);
    Canvas canvas(Shape<3>{33, 29, 3}, Tiling::x, device);
    scatter(canvas, example, 60, GraphCut{}, 2);
    CHECK(test::hash_of(canvas.image()) == 0x1d31ae472a379e61);
  }
}

TEST_CASE("a blend mixes at the seam", "[patch_canvas]") {
  const auto example = test::pebbles<float>(Shape<3>{60, 60, 1}, 4, TestDevice{});
  PatchCanvas<float, TestDevice> soft(Shape<3>{40, 40, 1}), hard(Shape<3>{40, 40, 1});
  for (auto* canvas : {&soft, &hard}) canvas->paste(example, {0, 0, 0, 40, 25}, 0, 0);
  const double a = soft.paste(example, {0, 15, 30, 40, 25}, 0, 15, 0, GraphCut{}, Feather{.radius = 2});
  const double b = hard.paste(example, {0, 15, 30, 40, 25}, 0, 15);
  CHECK(a == b);
  CHECK(download(soft.image()) != download(hard.image()));
}

TEST_CASE("a canvas says what is wrong", "[patch_canvas]") {
  const auto example = test::pebbles(Shape<3>{30, 40, 3}, 1, TestDevice{});
  Canvas canvas(Shape<3>{20, 20, 3});
  CHECK_THROWS_WITH(canvas.paste(example, {0, 25, 0, 6, 6}, 0, 0),
                    "PatchCanvas: patch is 6 by 6 at 25, 0; expected a rectangle within the example, 30 by 40");
  CHECK_THROWS_WITH(canvas.paste(example, {0, 0, 0, 6, 6}, 20, 0),
                    "PatchCanvas: place of the patch is beside the canvas; expected at least one pixel on it");
  CHECK_THROWS_AS(canvas.paste(example, {0, 0, 0, 6, 6}, 0, -6), InvalidArgument);
  CHECK_THROWS_AS(canvas.paste(example, {-1, 0, 0, 6, 6}, 0, 0), InvalidArgument);
  CHECK_THROWS_AS(canvas.paste(example, {0, 0, 0, 6, 6}, 0, 0, -1), InvalidArgument);
  CHECK_THROWS_AS((Canvas(Shape<3>{0, 20, 3})), InvalidArgument);
  Canvas tile(Shape<3>{20, 20, 3}, Tiling::y);
  CHECK_THROWS_AS(tile.paste(example, {0, 0, 0, 21, 6}, 0, 0), InvalidArgument);
}
