// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/seam/blend.hpp>

#include <cmath>
#include <vector>

using namespace pastiche;

namespace {

/// An overlap of random winners.
struct Field {
  int height, width;
  std::vector<std::uint8_t> known, takes_new;
  Overlap<float> overlap;

  Field(int h, int w, int left, int top, int right, int bottom, std::uint64_t seed)
      : height{h}, width{w}, known(static_cast<std::size_t>(h * w)), takes_new(known.size(), 1) {
    CounterRng rng(seed, 0, 0);
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const std::size_t i = static_cast<std::size_t>(y * w + x);
        known[i] = x < left || y < top || x >= w - right || y >= h - bottom ? 1 : 0;
        if (known[i] != 0) takes_new[i] = static_cast<std::uint8_t>(rng.below(2));
      }
    }
    overlap = {h, w, nullptr, known.data(), left, top, right, bottom, nullptr, takes_new.data()};
  }
  Field(const Field&) = delete;
  Field& operator=(const Field&) = delete;
};

}  // namespace

TEST_CASE("weights are 0 to 256, and 256 where nothing is known", "[blend]") {
  for (const int radius : {0, 1, 2, 5, 30}) {
    for (int sides = 0; sides < 16; ++sides) {
      const Field f(9, 11, sides & 1 ? 4 : 0, sides & 2 ? 3 : 0, sides & 4 ? 4 : 0, sides & 8 ? 3 : 0, 1);
      bool right = true;
      for (int y = 0; y < f.height; ++y) {
        for (int x = 0; x < f.width; ++x) {
          const int weight = Feather{radius}(f.overlap, y, x), hard = NoBlend{}(f.overlap, y, x);
          const std::size_t i = static_cast<std::size_t>(y * f.width + x);
          right = right && weight >= 0 && weight <= 256 && (f.known[i] != 0 || weight == 256);
          right = right && hard == (f.takes_new[i] != 0 ? 256 : 0) && (radius > 0 || weight == hard);
        }
      }
      CHECK(right);
    }
  }
}

TEST_CASE("Feather is the share of winners in a square; old pixels lie beyond an overlapping side only", "[blend]") {
  Field f(1, 8, 4, 0, 0, 0, 1);
  for (int x = 0; x < 8; ++x) f.takes_new[static_cast<std::size_t>(x)] = x >= 2 ? 1 : 0;
  const Feather feather{1};
  CHECK(feather(f.overlap, 0, 0) == 0);  // beyond the left lies the old picture
  CHECK(feather(f.overlap, 0, 1) == 85);
  CHECK(feather(f.overlap, 0, 2) == 171);
  CHECK(feather(f.overlap, 0, 3) == 256);
  CHECK(feather(f.overlap, 0, 7) == 256);  // beyond the right lies nothing
}

TEST_CASE("blended rounds integers to nearest", "[blend]") {
  int wrong = 0;
  for (int weight = 0; weight <= 256; ++weight) {
    for (int fresh = 0; fresh < 256; ++fresh) {
      for (int old = 0; old < 256; old += 5) {
        const int expected = static_cast<int>(std::floor((fresh * weight + old * (256 - weight)) / 256.0 + 0.5));
        if (blended(static_cast<std::uint8_t>(fresh), static_cast<std::uint8_t>(old), weight) != expected) ++wrong;
      }
    }
  }
  CounterRng rng(1, 0, 0);
  for (int t = 0; t < 20000; ++t) {
    const auto fresh = static_cast<std::uint16_t>(rng.next()), old = static_cast<std::uint16_t>(rng.next());
    const int weight = static_cast<int>(rng.below(257));
    const double exact = (static_cast<double>(fresh) * weight + static_cast<double>(old) * (256 - weight)) / 256.0;
    if (blended(fresh, old, weight) != static_cast<int>(std::floor(exact + 0.5))) ++wrong;
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("blended of floats is right to rounding", "[blend]", Half, float, double) {
  const double eps = std::same_as<TestType, Half> ? 0x1p-11 : std::same_as<TestType, float> ? 0x1p-24 : 0x1p-53;
  const auto number = [](TestType x) {
    if constexpr (std::same_as<TestType, Half>) {
      return static_cast<double>(static_cast<float>(x));
    } else {
      return static_cast<double>(x);
    }
  };
  CounterRng rng(2, 0, 0);
  double worst = 0.0;
  for (int t = 0; t < 20000; ++t) {
    const TestType fresh = from_scalar<TestType>(rng.uniform()), old = from_scalar<TestType>(rng.uniform());
    const int weight = static_cast<int>(rng.below(257));
    const double exact = (number(fresh) * weight + number(old) * (256 - weight)) / 256.0;
    worst = std::fmax(worst, std::abs(number(blended(fresh, old, weight)) - exact));
  }
  CHECK(worst <= 3 * eps);  // a difference, a product and a sum of numbers below 1, each rounded once
}

TEMPLATE_TEST_CASE("weights 0 and 256 change nothing", "[blend]", std::uint8_t, std::uint16_t, Half, float, double) {
  const TestType a = from_scalar<TestType>(0.1f), b = from_scalar<TestType>(0.7f);
  CHECK(blended(a, b, 256) == a);
  CHECK(blended(a, b, 0) == b);
  for (int weight = 0; weight <= 256; ++weight) CHECK(blended(a, a, weight) == a);
}
