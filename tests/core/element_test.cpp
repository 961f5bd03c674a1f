// SPDX-License-Identifier: MIT
// test: devices=cpu optimize=O0,O2,O3
// What is stored and what is computed with: half against arithmetic in double, pixels there and back.
#include <pastiche/core/element.hpp>
#include <pastiche/core/random.hpp>

#include "support/catch.hpp"

#include <cmath>
#include <limits>

namespace {

using namespace pastiche;

constexpr float kInf = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();

Half from_bits(unsigned bits) {
  Half h{};
  h.bits = static_cast<std::uint16_t>(bits);
  return h;
}

unsigned bits_of(float x) {
  return Half(x).bits;
}

// binary16 from its definition: (-1)^s 2^(e-15) (1 + m / 1024), or (-1)^s 2^-14 m / 1024 where e is 0.
double decode(unsigned bits) {
  const int exponent = static_cast<int>(bits >> 10 & 31u), mantissa = static_cast<int>(bits & 1023u);
  const double magnitude = exponent == 31  ? (mantissa == 0 ? HUGE_VAL : std::nan(""))
                           : exponent == 0 ? std::ldexp(mantissa, -24)
                                           : std::ldexp(1024 + mantissa, exponent - 25);
  return bits >> 15 != 0u ? -magnitude : magnitude;
}

// The nearest binary16 by arithmetic: x in units of the last place, rounded by nearbyint (ties to even).
double nearest(float x) {
  int exponent = 0;
  std::frexp(std::fabs(x), &exponent);  // |x| = f 2^exponent, f in [1/2, 1)
  const double unit = std::ldexp(1.0, (std::max)(exponent - 11, -24));
  const double rounded = std::nearbyint(x / unit) * unit;
  return std::fabs(rounded) > 65504.0 ? std::copysign(HUGE_VAL, x) : rounded;
}

bool rounds_right(float x) {
  const Half h(x);
  return static_cast<double>(float(h)) == nearest(x) && (h.bits >> 15 != 0u) == std::signbit(x);
}

}  // namespace

TEST_CASE("Every half is the float of its definition and comes back") {
  int wrong = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const Half h = from_bits(bits);
    const double value = decode(bits);
    const float x = float(h);
    const bool same = std::isnan(value) ? std::isnan(x) && std::isnan(float(Half(x)))
                                        : static_cast<double>(x) == value && Half(x).bits == bits;
    wrong += same ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("Floats between two halves round to the nearest, ties to even") {
  int wrong = 0;
  for (unsigned bits = 0; bits < 0x7c00; ++bits) {
    const double low = decode(bits), high = bits == 0x7bff ? 65536.0 : decode(bits + 1);
    const float tie = static_cast<float>((low + high) / 2);  // exact: one bit more than a half
    for (const float x : {tie, std::nextafter(tie, 0.0f), std::nextafter(tie, kInf)}) {
      wrong += (rounds_right(x) ? 0 : 1) + (rounds_right(-x) ? 0 : 1);
    }
    const bool even = Half(tie).bits == ((bits & 1u) == 0 ? bits : bits + 1);
    wrong += even ? 0 : 1;
  }
  CounterRng rng(5, 0, 0);
  for (int i = 0; i < 1'000'000; ++i) {
    const float x = bits_as<float>(rng.next());
    if (std::isfinite(x)) wrong += rounds_right(x) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

// numpy.float16(numpy.float32(x)).view(numpy.uint16), NumPy 2.4.6.
TEST_CASE("Half agrees with NumPy") {
  CHECK(bits_of(0.1f) == 0x2e66);
  CHECK(bits_of(-2.5f) == 0xc100);
  CHECK(bits_of(1.0f / 3.0f) == 0x3555);
  CHECK(bits_of(3.14159265f) == 0x4248);
  CHECK(bits_of(1e-5f) == 0x00a8);
  CHECK(bits_of(65504.0f) == 0x7bff);
  CHECK(bits_of(65519.99f) == 0x7bff);
  CHECK(bits_of(65520.0f) == 0x7c00);
  CHECK(bits_of(0x1p-24f * 1.5f) == 0x0002);
  CHECK(bits_of(0x1p-25f) == 0x0000);
  CHECK(bits_of(-0.0f) == 0x8000);
  CHECK(bits_of(-kInf) == 0xfc00);
  CHECK(std::isnan(float(Half(kNan))));
  CHECK(std::isnan(float(Half(-kNan))));
}

TEST_CASE("Halves compare as numbers") {
  CHECK(Half(0.0f) == Half(-0.0f));
  CHECK(Half(1.0f) != Half(2.0f));
  CHECK_FALSE(Half(kNan) == Half(kNan));
  STATIC_REQUIRE(float(Half(0.25f)) == 0.25f);
  STATIC_REQUIRE(sizeof(Half) == 2);
}

TEST_CASE("What counts as an element, a scalar, an accumulator") {
  STATIC_REQUIRE(Element<std::uint8_t>);
  STATIC_REQUIRE(Element<std::int64_t>);
  STATIC_REQUIRE(Element<Half>);
  STATIC_REQUIRE_FALSE(Element<bool>);
  STATIC_REQUIRE_FALSE(Element<long double>);
  STATIC_REQUIRE_FALSE(Element<const int>);
  STATIC_REQUIRE_FALSE(Element<float*>);
  STATIC_REQUIRE_FALSE(Scalar<Half>);
  STATIC_REQUIRE_FALSE(Scalar<int>);
  STATIC_REQUIRE(std::same_as<accumulate_t<std::uint8_t>, std::int64_t>);
  STATIC_REQUIRE(std::same_as<accumulate_t<std::int32_t>, std::int64_t>);
  STATIC_REQUIRE(std::same_as<accumulate_t<Half>, float>);
  STATIC_REQUIRE(std::same_as<accumulate_t<float>, float>);
  STATIC_REQUIRE(std::same_as<accumulate_t<double>, double>);
  STATIC_REQUIRE(std::same_as<scalar_t<std::uint16_t>, float>);
  STATIC_REQUIRE(std::same_as<scalar_t<Half>, float>);
  STATIC_REQUIRE(std::same_as<scalar_t<double>, double>);
}

TEMPLATE_TEST_CASE("Pixels of 8 and 16 bits come back from both scalars", "", std::uint8_t, std::uint16_t) {
  const int white = (std::numeric_limits<TestType>::max)();
  CHECK(to_scalar<float>(TestType(0)) == 0.0f);
  CHECK(to_scalar<float>(static_cast<TestType>(white)) == 1.0f);
  CHECK(to_scalar<double>(static_cast<TestType>(white)) == 1.0);
  int wrong = 0;
  for (int i = 0; i <= white; ++i) {
    const auto x = static_cast<TestType>(i);
    wrong += from_scalar<TestType>(to_scalar<float>(x)) == x ? 0 : 1;
    wrong += from_scalar<TestType>(to_scalar<double>(x)) == x ? 0 : 1;
    wrong += to_scalar<float>(x) >= 0.0f && to_scalar<float>(x) <= 1.0f ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("Signed pixels come back where they are not negative", "", std::int8_t, std::int16_t) {
  int wrong = 0;
  for (int i = (std::numeric_limits<TestType>::min)(); i <= (std::numeric_limits<TestType>::max)(); ++i) {
    const auto x = static_cast<TestType>(i);
    wrong += from_scalar<TestType>(to_scalar<float>(x)) == (i < 0 ? 0 : x) ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("Scalars outside [0, 1] are clamped, NaN is black") {
  CHECK(from_scalar<std::uint8_t>(-0.5f) == 0);
  CHECK(from_scalar<std::uint8_t>(1.5f) == 255);
  CHECK(from_scalar<std::uint8_t>(kInf) == 255);
  CHECK(from_scalar<std::uint8_t>(-kInf) == 0);
  CHECK(from_scalar<std::uint8_t>(kNan) == 0);
  CHECK(from_scalar<std::uint16_t>(1e30) == 65535);
  CHECK(from_scalar<std::int32_t>(1.0f) == 2147483647);  // 2^31 - 1 is no float: must not overflow
  CHECK(from_scalar<std::int64_t>(1.0) == (std::numeric_limits<std::int64_t>::max)());
  CHECK(from_scalar<std::uint64_t>(2.0f) == (std::numeric_limits<std::uint64_t>::max)());
  CHECK(from_scalar<std::uint8_t>(0.5f) == 128);  // 127.5 rounds up
  CHECK(from_scalar<std::uint8_t>(0.498f) == 127);
  CHECK(from_scalar<float>(-3.0) == -3.0f);
  CHECK(from_scalar<Half>(0.1).bits == 0x2e66);
  CHECK(to_scalar<double>(Half(0.5f)) == 0.5);
}

TEST_CASE("is_finite sees every NaN and infinity") {
  int wrong = 0;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    wrong += is_finite(from_bits(bits)) == std::isfinite(decode(bits)) ? 0 : 1;
  }
  CHECK(wrong == 0);
  CHECK_FALSE(is_finite(kNan));
  CHECK_FALSE(is_finite(-kInf));
  CHECK(is_finite((std::numeric_limits<float>::max)()));
  CHECK(is_finite(std::numeric_limits<float>::denorm_min()));
  CHECK_FALSE(is_finite(std::numeric_limits<double>::signaling_NaN()));
  CHECK_FALSE(is_finite(-std::numeric_limits<double>::infinity()));
  CHECK(is_finite((std::numeric_limits<double>::lowest)()));
  CHECK(is_finite(std::uint8_t{255}));
}
