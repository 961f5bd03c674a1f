// SPDX-License-Identifier: MIT
// test: devices=cpu
// Seeds are kept from release to release: the generator is the published one, bit for bit.
#include <pastiche/core/random.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace {

using namespace pastiche;

bool is(const PhiloxBlock& block, std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return block.word[0] == a && block.word[1] == b && block.word[2] == c && block.word[3] == d;
}

std::vector<std::uint32_t> draw(CounterRng rng, int n) {
  std::vector<std::uint32_t> values;
  for (int i = 0; i < n; ++i) values.push_back(rng.next());
  return values;
}

}  // namespace

// kat_vectors of the authors' Random123 1.14, lines "philox4x32 10".
TEST_CASE("Philox 4x32-10 gives its authors' known answers") {
  CHECK(is(philox4x32({{0, 0, 0, 0}}, 0, 0), 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  constexpr std::uint32_t ones = 0xffffffff;
  CHECK(is(philox4x32({{ones, ones, ones, ones}}, ones, ones), 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  CHECK(is(philox4x32({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0xa4093822, 0x299f31d0), 0xd16cfe09,
           0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST_CASE("A sequence is Philox of (draw / 4, stream, position) under the seed") {
  constexpr std::uint64_t seed = 0x299f31d0a4093822, position = 0x0370734413198a2e;
  CounterRng rng(seed, 0x85a308d3, position);
  for (std::uint32_t group = 0; group < 3; ++group) {
    const PhiloxBlock block = philox4x32({{group, 0x85a308d3, 0x13198a2e, 0x03707344}}, 0xa4093822, 0x299f31d0);
    for (const std::uint32_t word : block.word) CHECK(rng.next() == word);
  }
  constexpr std::uint32_t at_compile_time = CounterRng(0, 0, 0).next();
  STATIC_REQUIRE(at_compile_time == 0x6627e8d5);
}

TEST_CASE("Each of seed, stream and position gives a sequence of its own") {
  const auto base = draw(CounterRng(1, 2, 3), 64);
  CHECK(base == draw(CounterRng(1, 2, 3), 64));
  std::set<std::vector<std::uint32_t>> all{base};
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t flip = std::uint64_t{1} << bit;
    all.insert(draw(CounterRng(1 ^ flip, 2, 3), 64));
    all.insert(draw(CounterRng(1, 2, 3 ^ flip), 64));
    if (bit < 32) all.insert(draw(CounterRng(1, 2 ^ static_cast<std::uint32_t>(flip), 3), 64));
  }
  CHECK(all.size() == 1 + 64 + 64 + 32);
  // Neighbouring positions agree in half the bits: 64 words of 32 bits each give 1024 +- 7 standard deviations.
  const auto next = draw(CounterRng(1, 2, 4), 64);
  int same = 0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    for (int bit = 0; bit < 32; ++bit) same += ((base[i] ^ next[i]) >> bit & 1u) == 0;
  }
  CHECK(std::abs(same - 1024) < 160);
}

TEST_CASE("below() is in range and even") {
  CounterRng rng(7, 0, 0);
  for (const std::uint32_t bound : {1u, 2u, 3u, 10u, 1000u, 0x80000001u, 0xffffffffu}) {
    bool in_range = true;
    for (int i = 0; i < 1000; ++i) in_range = in_range && rng.below(bound) < bound;
    CHECK(in_range);
  }
  // Ten bins of 100 000 draws: chi-squared with 9 degrees of freedom exceeds 27.88 once in a thousand.
  double count[10] = {}, chi = 0.0;
  for (int i = 0; i < 100'000; ++i) ++count[rng.below(10)];
  for (const double n : count) chi += (n - 10'000.0) * (n - 10'000.0) / 10'000.0;
  CHECK(chi < 27.88);
}

TEST_CASE("uniform() is in [0, 1), with mean 1/2 and variance 1/12") {
  CounterRng rng(3, 1, 4);
  double sum = 0.0, squares = 0.0;
  float least = 1.0f, most = 0.0f;
  constexpr int n = 1'000'000;
  for (int i = 0; i < n; ++i) {
    const float x = rng.uniform();
    sum += x;
    squares += double{x} * x;
    least = (std::min)(least, x);
    most = (std::max)(most, x);
  }
  const double mean = sum / n;
  CHECK(least >= 0.0f);
  CHECK(most < 1.0f);
  CHECK(mean == Approx(0.5).margin(0.0012));  // four standard errors
  CHECK(squares / n - mean * mean == Approx(1.0 / 12).margin(0.0003));
}

// splitmix64 from the state 0: first outputs as in the reference implementation by S. Vigna (prng.di.unimi.it).
TEST_CASE("mix64 is the finaliser of splitmix64") {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
  CHECK(mix64(golden) == 0xe220a8397b1dcdaf);
  CHECK(mix64(2 * golden) == 0x6e789e6aa1b965f4);
  CHECK(hash_bits(0, 0) == 0xe220a839);
  CHECK(hash_bits(0, 1) == 0x6e789e6a);
}
