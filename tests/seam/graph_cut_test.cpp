// SPDX-License-Identifier: MIT
// test: devices=cpu optimize=O0,O2,O3
#include "support/catch.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/seam/graph_cut.hpp>

#include <cmath>
#include <limits>
#include <vector>

using namespace pastiche;

namespace {

std::size_t at(index_t i) {
  return static_cast<std::size_t>(i);
}

template <class D>
struct Problem {
  int height, width;
  std::vector<D> error;
  std::vector<CutSide> sides;

  Problem(int h, int w) : height{h}, width{w}, error(at(h * w)), sides(at(h * w), CutSide::free) {}
  auto view() const { return TensorView<const D, 2, Cpu>(error.data(), {{height, width}}); }

  /// The energy by its definition.
  D energy(const std::vector<std::uint8_t>& takes_new) const {
    D sum = 0;
    const auto pair = [&](int i, int j) {
      if (sides[at(i)] == CutSide::absent || sides[at(j)] == CutSide::absent) return;
      if (takes_new[at(i)] != takes_new[at(j)]) sum += error[at(i)] + error[at(j)];
    };
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        if (x + 1 < width) pair(y * width + x, y * width + x + 1);
        if (y + 1 < height) pair(y * width + x, (y + 1) * width + x);
      }
    }
    return sum;
  }
  bool obeyed(const std::vector<std::uint8_t>& takes_new) const {
    for (std::size_t i = 0; i < sides.size(); ++i) {
      if (sides[i] == CutSide::old && takes_new[i] != 0) return false;
      if (sides[i] == CutSide::fresh && takes_new[i] != 1) return false;
    }
    return true;
  }
};

/// Of all labelings the least energy, and the pixels that are new in any of the cheapest.
template <class D>
Cut<D> brute_force(const Problem<D>& problem) {
  const std::size_t n = problem.sides.size();
  Cut<D> best{std::vector<std::uint8_t>(n), (std::numeric_limits<D>::max)()};
  std::vector<std::size_t> open;
  std::vector<std::uint8_t> takes(n);
  for (std::size_t i = 0; i < n; ++i) {
    takes[i] = problem.sides[i] == CutSide::fresh ? 1 : 0;
    if (problem.sides[i] == CutSide::free) open.push_back(i);
  }
  for (std::uint32_t bits = 0; bits < 1u << open.size(); ++bits) {
    for (std::size_t k = 0; k < open.size(); ++k) takes[open[k]] = bits >> k & 1u;
    const D energy = problem.energy(takes);
    if (energy > best.energy) continue;
    if (energy < best.energy) best = {takes, energy};
    for (std::size_t i = 0; i < n; ++i) best.takes_new[i] = best.takes_new[i] | takes[i];
  }
  return best;
}

/// A block with room for all its tables.
template <class D>
struct Block {
  int height, width, left, top, right, bottom;
  std::vector<D> error, scratch;
  std::vector<std::uint8_t> known, takes_new;

  Block(int h, int w, int left_, int top_, int right_, int bottom_)
      : height{h},
        width{w},
        left{left_},
        top{top_},
        right{right_},
        bottom{bottom_},
        error(at(h * w), D(0)),
        scratch(at(ceil_div<index_t>(seam_scratch_bytes<D>(GraphCut{}, h, w), sizeof(D)))),
        known(at(h * w)),
        takes_new(at(h * w), 7) {
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        known[at(y * w + x)] = x < left || y < top || x >= w - right || y >= h - bottom ? 1 : 0;
      }
    }
  }
  void randomise(CounterRng& rng, std::uint32_t levels) {
    for (std::size_t i = 0; i < error.size(); ++i) error[i] = known[i] != 0 ? static_cast<D>(rng.below(levels)) : D(0);
  }
  Overlap<D> overlap() {
    return {height, width, error.data(), known.data(), left, top, right, bottom, scratch.data(), takes_new.data()};
  }
  template <class S>
  D energy_of(const S& seam) {
    seam(overlap());
    return seam_energy(overlap());
  }
};

}  // namespace

TEMPLATE_TEST_CASE("min_cut is the cheapest of all labelings, and of those the one with most new pixels", "[graph_cut]",
                   std::int64_t, float, double) {
  CounterRng rng(1, 0, 0);
  for (int t = 0; t < 400; ++t) {
    const int h = 1 + t % 4, w = t % 3 == 0 ? 4 : 3;
    Problem<TestType> problem(h, w);
    const std::uint32_t levels = t % 2 == 0 ? 4 : 1000;  // with and without ties
    for (std::size_t i = 0; i < problem.error.size(); ++i) {
      problem.error[i] = static_cast<TestType>(rng.below(levels));
      const std::uint32_t side = rng.below(8);  // most are free
      problem.sides[i] = side < 3 ? static_cast<CutSide>(side + 1) : CutSide::free;
    }
    const auto cut = min_cut(problem.view(), problem.sides);
    const auto best = brute_force(problem);
    CHECK(problem.obeyed(cut.takes_new));
    CHECK(problem.energy(cut.takes_new) == best.energy);
    CHECK(cut.energy == best.energy);
    for (std::size_t i = 0; i < problem.sides.size(); ++i) {
      if (problem.sides[i] != CutSide::absent) CHECK(cut.takes_new[i] == best.takes_new[i]);
    }
  }
}

TEST_CASE("4 by 4 pixels, all free but two corners", "[graph_cut]") {
  CounterRng rng(2, 0, 0);
  for (int t = 0; t < 12; ++t) {
    Problem<std::int64_t> problem(4, 4);
    for (std::int64_t& e : problem.error) e = rng.below(100);
    problem.sides[0] = CutSide::old;
    problem.sides[15] = CutSide::fresh;
    const auto best = brute_force(problem);
    const auto cut = min_cut(problem.view(), problem.sides);
    CHECK(cut.energy == best.energy);
    CHECK(cut.takes_new == best.takes_new);
  }
}

TEST_CASE("a cut follows a crooked line of no difference", "[graph_cut]") {
  const int side = 40;
  Problem<float> problem(side, side);
  std::vector<std::uint8_t> expected;
  for (int y = 0; y < side; ++y) {
    const int valley = 19 + static_cast<int>(std::lround(14.0 * std::sin(0.3 * y)));
    for (int x = 0; x < side; ++x) {
      problem.error[at(y * side + x)] = 1.0f;
      problem.sides[at(y * side + x)] = x == 0 ? CutSide::old : x == side - 1 ? CutSide::fresh : CutSide::free;
      expected.push_back(x > valley ? 1 : 0);
    }
  }
  for (int y = 0; y < side; ++y) {
    const int here = 19 + static_cast<int>(std::lround(14.0 * std::sin(0.3 * y)));
    const int next = 19 + static_cast<int>(std::lround(14.0 * std::sin(0.3 * (y + 1))));
    for (int x = min_of(here, next); x <= max_of(here, next) + 1; ++x) {
      problem.error[at(y * side + x)] = 0.0f;
      if (y + 1 < side) problem.error[at((y + 1) * side + x)] = 0.0f;
    }
  }
  const auto cut = min_cut(problem.view(), problem.sides);
  CHECK(cut.energy == 0.0f);
}

TEMPLATE_TEST_CASE("GraphCut costs no more than MinCut on any overlap", "[graph_cut]", std::int64_t, double) {
  CounterRng rng(3, 0, 0);
  int better = 0;
  for (int t = 0; t < 600; ++t) {
    const int h = 6 + static_cast<int>(rng.below(20)), w = 6 + static_cast<int>(rng.below(20));
    const int sides = 1 + t % 15;
    const auto breadth = [&](int bit, int most) {
      return (sides & bit) != 0 ? 1 + static_cast<int>(rng.below(static_cast<std::uint32_t>(most))) : 0;
    };
    Block<TestType> block(h, w, breadth(1, w / 2), breadth(2, h / 2), breadth(4, w / 2), breadth(8, h / 2));
    block.randomise(rng, t % 2 == 0 ? 5 : 65025);
    const TestType path = block.energy_of(MinCut{});
    const TestType nothing = block.energy_of(NoSeam{});
    const TestType cut = block.energy_of(GraphCut{});
    CHECK(cut <= path);
    CHECK(cut <= nothing);
    better += cut < path ? 1 : 0;
    for (std::size_t i = 0; i < block.known.size(); ++i) CHECK((block.known[i] != 0 || block.takes_new[i] == 1));
  }
  CHECK(better > 300);
}

// What the block's own pixels cost, links to the rim and the inner side included, by all labelings of a small overlap.
TEST_CASE("GraphCut on a corner is the cheapest of all labelings", "[graph_cut]") {
  CounterRng rng(4, 0, 0);
  for (int t = 0; t < 40; ++t) {
    Block<std::int64_t> block(4, 5, 2, 2, 0, 0);  // 14 known pixels
    block.randomise(rng, t % 2 == 0 ? 4 : 500);
    const std::int64_t cut = block.energy_of(GraphCut{});
    const std::vector<std::uint8_t> chosen = block.takes_new;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < block.known.size(); ++i) {
      block.takes_new[i] = 1;
      if (block.known[i] != 0) open.push_back(i);
    }
    REQUIRE(open.size() == 14);
    std::int64_t least = cut;
    for (std::uint32_t bits = 0; bits < 1u << open.size(); ++bits) {
      for (std::size_t k = 0; k < open.size(); ++k) block.takes_new[open[k]] = bits >> k & 1u;
      least = min_of(least, seam_energy(block.overlap()));
    }
    CHECK(cut == least);
  }
}

TEST_CASE("a block over a picture that is known everywhere keeps its middle", "[graph_cut]") {
  CounterRng rng(5, 0, 0);
  Block<std::int64_t> block(12, 16, 8, 0, 8, 0);
  block.randomise(rng, 100);
  GraphCut{}(block.overlap());
  for (int y = 0; y < 12; ++y) {
    CHECK(block.takes_new[at(y * 16 + 7)] == 1);
    CHECK(block.takes_new[at(y * 16 + 8)] == 1);
  }
  Block<std::int64_t> all(5, 5, 5, 5, 5, 5);
  all.randomise(rng, 100);
  GraphCut{}(all.overlap());
  for (const std::uint8_t takes : all.takes_new) CHECK(takes <= 1);
}

TEST_CASE("no difference: the new block wins; distances that are no numbers end too", "[graph_cut]") {
  Block<float> same(9, 9, 3, 3, 0, 0);
  GraphCut{}(same.overlap());
  CHECK(same.takes_new == std::vector<std::uint8_t>(81, 1));

  Block<float> wild(9, 9, 3, 3, 0, 0);
  CounterRng rng(6, 0, 0);
  for (float& e : wild.error) {
    const float all[] = {0.0f, 1e-30f, 3e38f, std::numeric_limits<float>::infinity(), std::nanf("")};
    e = all[rng.below(5)];
  }
  GraphCut{}(wild.overlap());
  for (const std::uint8_t takes : wild.takes_new) CHECK(takes <= 1);
}

TEST_CASE("min_cut refuses sides of another size", "[graph_cut]") {
  const Problem<float> problem(3, 3);
  CHECK_THROWS_AS(min_cut(problem.view(), std::vector<CutSide>(8)), InvalidArgument);
}
