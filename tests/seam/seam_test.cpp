// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/seam/seam.hpp>

#include <algorithm>
#include <limits>
#include <vector>

using namespace pastiche;

namespace {

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
        error(static_cast<std::size_t>(h * w), D(0)),
        scratch(error),
        known(error.size(), 0),
        takes_new(error.size(), 7) {
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) known[at(y, x)] = x < left || y < top || x >= w - right || y >= h - bottom ? 1 : 0;
    }
  }
  std::size_t at(int y, int x) const { return static_cast<std::size_t>(y * width + x); }
  void randomise(CounterRng& rng, std::uint32_t levels) {
    for (std::size_t i = 0; i < error.size(); ++i) error[i] = known[i] != 0 ? static_cast<D>(rng.below(levels)) : D(0);
  }
  template <class S>
  void run(const S& seam) {
    seam(Overlap<D>{height, width, error.data(), known.data(), left, top, right, bottom, scratch.data(),
                    takes_new.data()});
  }
};

enum class Side { left, top, right, bottom };

/// A side seen with the seam going down and the outer edge at the left.
template <class D>
struct SideView {
  const Block<D>& block;
  Side side;
  int length() const { return side == Side::left || side == Side::right ? block.height : block.width; }
  int breadth() const {
    const int all[] = {block.left, block.top, block.right, block.bottom};
    return all[static_cast<int>(side)];
  }
  std::size_t at(int along, int across) const {
    switch (side) {
      case Side::left:
        return block.at(along, across);
      case Side::right:
        return block.at(along, block.width - 1 - across);
      case Side::top:
        return block.at(across, along);
      default:
        return block.at(block.height - 1 - across, along);
    }
  }
  D error(int along, int across) const { return block.error[at(along, across)]; }
  bool takes_new(int along, int across) const { return block.takes_new[at(along, across)] != 0; }
};

/// The least cost of all 8-connected paths from end to end, by trying each.
template <class D>
D least_cost(const SideView<D>& side, int along, int across) {
  const D here = side.error(along, across);
  if (along + 1 == side.length()) return here;
  D least = (std::numeric_limits<D>::max)();
  for (int next = std::max(0, across - 1); next <= std::min(side.breadth() - 1, across + 1); ++next) {
    least = std::min(least, least_cost(side, along + 1, next));
  }
  return here + least;
}

/// The cost of the path that `takes_new` follows: its first winner in each line. -1 if that is not such a path.
template <class D>
D cost_of_cut(const SideView<D>& side) {
  D cost = 0;
  int before = -1;
  for (int i = 0; i < side.length(); ++i) {
    int at = 0;
    while (at < side.breadth() && !side.takes_new(i, at)) ++at;
    if (at == side.breadth() || (before >= 0 && (at > before + 1 || at < before - 1))) return D(-1);
    for (int j = at; j < side.breadth(); ++j) {
      if (!side.takes_new(i, j)) return D(-1);
    }
    cost += side.error(i, at);
    before = at;
  }
  return cost;
}

/// A straight cut down the middle of the left overlap, as a user may write it.
struct HalfWay {
  template <class D>
  PASTICHE_HD void operator()(const Overlap<D>& o) const noexcept {
    for (int i = 0; i < o.height * o.width; ++i) {
      o.takes_new[i] = o.known[i] == 0 || i % o.width >= o.left / 2 ? 1 : 0;
    }
  }
};
static_assert(Seam<HalfWay, float>);

}  // namespace

TEMPLATE_TEST_CASE("MinCut is the cheapest of all 8-connected paths, on each side", "[seam]", std::int64_t, float,
                   double) {
  CounterRng rng(1, 0, 0);
  for (const Side side : {Side::left, Side::top, Side::right, Side::bottom}) {
    for (const int breadth : {1, 2, 3, 4}) {
      for (int t = 0; t < 60; ++t) {
        const int s = static_cast<int>(side);
        Block<TestType> block(6, 6, s == 0 ? breadth : 0, s == 1 ? breadth : 0, s == 2 ? breadth : 0,
                              s == 3 ? breadth : 0);
        block.randomise(rng, t % 2 == 0 ? 3 : 1000);  // with and without ties
        block.run(MinCut{});
        const SideView<TestType> view{block, side};
        TestType least = (std::numeric_limits<TestType>::max)();
        for (int j = 0; j < breadth; ++j) least = std::min(least, least_cost(view, 0, j));
        CHECK(cost_of_cut(view) == least);
        for (std::size_t i = 0; i < block.known.size(); ++i) CHECK((block.known[i] != 0 || block.takes_new[i] == 1));
      }
    }
  }
}

TEST_CASE("several sides: what lies beyond any of the paths stays old", "[seam]") {
  CounterRng rng(2, 0, 0);
  for (int sides = 0; sides < 16; ++sides) {
    for (int t = 0; t < 20; ++t) {
      const int breadth[4] = {sides & 1 ? 3 : 0, sides & 2 ? 2 : 0, sides & 4 ? 2 : 0, sides & 8 ? 3 : 0};
      Block<float> all(9, 8, breadth[0], breadth[1], breadth[2], breadth[3]);
      all.randomise(rng, 1000);
      all.run(MinCut{});
      std::vector<std::uint8_t> expected(all.known.size(), 1);
      for (int s = 0; s < 4; ++s) {
        Block<float> one(9, 8, s == 0 ? breadth[0] : 0, s == 1 ? breadth[1] : 0, s == 2 ? breadth[2] : 0,
                         s == 3 ? breadth[3] : 0);
        one.error = all.error;
        one.run(MinCut{});
        for (std::size_t i = 0; i < expected.size(); ++i)
          expected[i] = expected[i] != 0 && one.takes_new[i] != 0 ? 1 : 0;
      }
      CHECK(all.takes_new == expected);
    }
  }
}

TEST_CASE("the new pixel wins where there is no old one", "[seam]") {
  CounterRng rng(3, 0, 0);
  for (int t = 0; t < 50; ++t) {
    Block<float> block(8, 8, 3, 3, 3, 3);
    for (std::size_t i = 0; i < block.known.size(); ++i) {
      if (rng.below(3) == 0) block.known[i] = 0;
    }
    block.randomise(rng, 100);
    block.run(MinCut{});
    for (std::size_t i = 0; i < block.known.size(); ++i) CHECK((block.known[i] != 0 || block.takes_new[i] == 1));
  }
}

TEST_CASE("overlaps as broad as the block", "[seam]") {
  CounterRng rng(4, 0, 0);
  Block<std::int64_t> block(5, 5, 5, 5, 5, 5);
  block.randomise(rng, 100);
  block.run(MinCut{});
  for (const std::uint8_t takes : block.takes_new) CHECK(takes <= 1);
}

TEST_CASE("NoSeam: the new block wins everywhere", "[seam]") {
  Block<float> block(4, 5, 2, 2, 0, 0);
  block.run(NoSeam{});
  CHECK(block.takes_new == std::vector<std::uint8_t>(20, 1));
}

TEST_CASE("a user's seam is a struct with a call operator", "[seam]") {
  Block<float> block(2, 6, 4, 0, 0, 0);
  block.run(HalfWay{});
  CHECK(block.takes_new == std::vector<std::uint8_t>{0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1});
}
