// SPDX-License-Identifier: MIT
// test: devices=cpu
#include <pastiche/core/math.hpp>

#include "support/catch.hpp"

#include <cstdint>

using namespace pastiche;

TEST_CASE("wrap is the remainder that is never negative") {
  for (index_t n = 1; n < 8; ++n) {
    for (index_t x = -20; x <= 20; ++x) {
      const index_t r = wrap(x, n);
      CHECK((r >= 0 && r < n && (x - r) % n == 0));
    }
  }
  STATIC_REQUIRE(wrap(-1, 5) == 4);
  STATIC_REQUIRE(wrap(7u, 5u) == 2u);
  STATIC_REQUIRE(wrap(std::int16_t{-7}, std::int16_t{5}) == 3);
}

TEST_CASE("ceil_div counts blocks that cover") {
  for (index_t size = 1; size < 6; ++size) {
    for (index_t n = 0; n < 30; ++n) {
      const index_t blocks = ceil_div(n, size);
      CHECK((blocks * size >= n && (blocks - 1) * size < n));
      CHECK(round_up(n, size) == blocks * size);
    }
  }
}

TEST_CASE("min_of, max_of, clamp, select, abs_of") {
  STATIC_REQUIRE(min_of(2, 3) == 2);
  STATIC_REQUIRE(max_of(-2.0, 3.0) == 3.0);
  STATIC_REQUIRE(clamp(5, 0, 3) == 3);
  STATIC_REQUIRE(clamp(-5, 0, 3) == 0);
  STATIC_REQUIRE(clamp(2, 0, 3) == 2);
  STATIC_REQUIRE(select(true, 1, 2) == 1);
  STATIC_REQUIRE(select(false, 1, 2) == 2);
  STATIC_REQUIRE(abs_of(-1.5f) == 1.5f);
  STATIC_REQUIRE(abs_of(7u) == 7u);
  STATIC_REQUIRE(bits_as<std::uint32_t>(1.0f) == 0x3f800000u);
}

namespace {
struct Large {
  char bytes[4097];
};
struct Owner {
  Owner(const Owner&) {}
};
}  // namespace

TEST_CASE("A kernel may be copied bit by bit and is at most 4 KiB") {
  STATIC_REQUIRE(KernelCopyable<int>);
  STATIC_REQUIRE_FALSE(KernelCopyable<Large>);
  STATIC_REQUIRE_FALSE(KernelCopyable<Owner>);
}
