// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <pastiche/sampler/sampler.hpp>

#include <cmath>
#include <vector>

using namespace pastiche;

namespace {

constexpr double kUnit = 0x1p-24;

}  // namespace

TEST_CASE("log2_fixed is log2, rounded down to 24 fractional bits", "[sampler]") {
  std::vector<std::uint64_t> values;
  for (std::uint64_t x = 1; x < 3000; ++x) values.push_back(x);
  for (int bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t near : {0u, 1u, 2u, 1000u}) {
      values.push_back((std::uint64_t{1} << bit) + (bit > 10 ? near : 0));
      values.push_back((std::uint64_t{1} << bit) - (bit > 10 ? near + 1 : 0));
    }
  }
  CounterRng rng(1, 0, 0);
  for (int i = 0; i < 20000; ++i) values.push_back((std::uint64_t{rng.next()} << 32 | rng.next()) >> rng.below(64) | 1);
  double least = 1.0, most = -1.0;
  for (const std::uint64_t x : values) {
    // 24 squarings of a mantissa of 31 bits lose 2^-29 at most, all together.
    const double lost = static_cast<double>(std::log2(static_cast<long double>(x))) -
                        static_cast<double>(detail::log2_fixed(x)) * kUnit;
    least = std::fmin(least, lost);
    most = std::fmax(most, lost);
  }
  CHECK(least >= -1e-14);
  CHECK(most <= kUnit + 0x1p-29);
}

TEST_CASE("log2_fixed of powers of two is exact", "[sampler]") {
  for (int bit = 0; bit < 64; ++bit) CHECK(detail::log2_fixed(std::uint64_t{1} << bit) == std::int64_t{bit} << 24);
}

TEST_CASE("log2_exponential is the logarithm of an exponential variate, quantile by quantile", "[sampler]") {
  double worst = 0.0;
  for (std::uint64_t step = 0; step < 1 << 16; ++step) {
    const std::uint32_t bits = static_cast<std::uint32_t>(step << 16 | 0x8000u);
    const double exact = -std::log2((bits + 0.5) * 0x1p-32);
    const double got = std::exp2(static_cast<double>(detail::log2_exponential(bits)) * kUnit);
    // The variate is known to 2^-24, its logarithm to another 2^-24.
    worst = std::fmax(worst, std::abs(got - exact) / (1.1 * kUnit * (1.0 + exact)));
  }
  CHECK(worst <= 1.0);
}

TEST_CASE("log2_exponential at its ends", "[sampler]") {
  CHECK(detail::log2_exponential(0) == detail::log2_fixed(std::uint64_t{33} << 24) - (std::int64_t{24} << 24));
  CHECK(detail::log2_exponential(0xffffffffu) == detail::kLeastLog2Exponential);
  std::int64_t before = detail::log2_exponential(0);
  for (std::uint64_t bits = 1; bits <= 0xffffffffu; bits += 1 + bits / 64) {
    const std::int64_t now = detail::log2_exponential(static_cast<std::uint32_t>(bits));
    CHECK((now <= before && now >= detail::kLeastLog2Exponential));
    before = now;
  }
}
