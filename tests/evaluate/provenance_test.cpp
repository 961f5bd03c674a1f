// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/evaluate/provenance.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

struct Sources {
  index_t height, width;
  std::vector<int> values;

  Sources(index_t h, index_t w) : height{h}, width{w}, values(static_cast<std::size_t>(3 * h * w), -1) {}
  /// A pixel is stolen from there.
  void set(index_t y, index_t x, int example, index_t row, index_t column) {
    int* const p = values.data() + 3 * (y * width + x);
    p[0] = example;
    p[1] = static_cast<int>(row);
    p[2] = static_cast<int>(column);
  }
  ProvenanceFigures figures(const std::vector<Shape<2>>& examples, const CopyOptions& options = {}) const {
    return provenance_figures(upload<TestDevice>(Shape<3>{{height, width, 3}}, values), examples, options);
  }
};

/// Every pixel from anywhere.
Sources scattered(index_t height, index_t width, std::uint32_t side, std::uint64_t seed) {
  Sources s(height, width);
  CounterRng rng(seed, 0, 0);
  for (index_t i = 0; i < height * width; ++i) s.set(i / width, i % width, 0, rng.below(side), rng.below(side));
  return s;
}

}  // namespace

TEST_CASE("what is stolen in one piece is measured to the pixel", "[provenance]") {
  Sources s = scattered(40, 50, 64, 1);
  for (index_t y = 0; y < 17; ++y) {
    for (index_t x = 0; x < 14; ++x) s.set(20 + y, 30 + x, 1, 5 + y, 9 + x);
  }
  for (index_t y = 0; y < 20; ++y) {
    for (index_t x = 0; x < 20; ++x) s.set(y, x, 0, y, 2 * x);  // stretched: no run
  }
  const ProvenanceFigures f = s.figures({{{64, 64}}, {{64, 64}}});
  CHECK(f.copy.side == 14);
  CHECK(f.copy.row == 20);
  CHECK(f.copy.column == 30);
  CHECK(f.copy.source_row == 5);
  CHECK(f.copy.source_column == 9);
  CHECK(f.repeat.side == 0);
}

TEST_CASE("what is stolen twice is a repeat, unless next to itself", "[provenance]") {
  Sources s = scattered(40, 50, 500, 2);
  for (index_t y = 0; y < 9; ++y) {
    for (index_t x = 0; x < 9; ++x) {
      s.set(3 + y, 4 + x, 0, 100 + y, 100 + x);
      s.set(25 + y, 30 + x, 0, 100 + y, 100 + x);
    }
  }
  const ProvenanceFigures f = s.figures({{{500, 500}}});
  CHECK(f.repeat.side == 9);
  CHECK(abs_of(f.repeat.row - f.repeat.source_row) == 22);
  CHECK(abs_of(f.repeat.column - f.repeat.source_column) == 26);
  CHECK(s.figures({{{500, 500}}}, {.apart = 26}).repeat.side == 0);
}

TEST_CASE("entropy is 1 where all is used alike, 0 where one pixel is all there is", "[provenance]") {
  Sources even(16, 24), one(16, 24), part_used(16, 24);
  for (index_t y = 0; y < 16; ++y) {
    for (index_t x = 0; x < 24; ++x) {
      even.set(y, x, 0, y % 8, x % 8);
      one.set(y, x, 0, 2, 2);
      part_used.set(y, x, 0, y % 4, x % 8);
    }
  }
  const std::vector<Shape<2>> size{{{8, 8}}};
  CHECK(even.figures(size).entropy == Approx(1.0).epsilon(1e-12));
  CHECK(even.figures(size).unused == 0.0);
  CHECK(one.figures(size).entropy == 0.0);
  CHECK(one.figures(size).unused == Approx(63.0 / 64.0));
  CHECK(part_used.figures(size).entropy == Approx(std::log(32.0) / std::log(64.0)));
  CHECK(part_used.figures(size).unused == 0.5);
  // An output smaller than the example cannot use all of it: every pixel once is even.
  Sources part(4, 4);
  for (index_t i = 0; i < 16; ++i) part.set(i / 4, i % 4, 0, i / 4, i % 4);
  CHECK(part.figures(size).entropy == Approx(1.0).epsilon(1e-12));
  CHECK(part.figures(size).unused == 0.75);
}

TEST_CASE("what was not made is not copied, repeated or counted", "[provenance]") {
  Sources s(30, 30);
  s.set(3, 3, 0, 0, 0);
  const ProvenanceFigures f = s.figures({{{2, 2}}});
  CHECK(f.copy.side == 1);
  CHECK(f.repeat.side == 0);
  CHECK(f.unused == 0.75);
}

TEST_CASE("a provenance of other examples is refused", "[provenance]") {
  Sources s(3, 3);
  CHECK(test::refusal([&] {
          s.figures({{{8, 8}}});
        }) == "provenance_figures: pixels of the provenance that were made is 0; expected at least 1");
  s.set(1, 1, 0, 8, 0);
  CHECK(test::refusal([&] { s.figures({{{8, 8}}}); }) == "provenance_figures: row of a source is 8; expected 0 to 7");
  s.set(1, 1, 1, 0, 0);
  CHECK(test::refusal([&] {
          s.figures({{{8, 8}}});
        }) == "provenance_figures: example of a source is 1; expected 0 to 0");
}
