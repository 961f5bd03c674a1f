// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// Image analogies, the classic form.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"
#include "texture/growth_checks.hpp"

#include <pastiche/image/filter.hpp>
#include <pastiche/texture/image_analogy.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace pastiche;
using test::HostTexture;
using test::TestDevice;

namespace {

template <class E = std::uint8_t>
using Picture = Tensor<E, 3, TestDevice>;
using Levels = std::vector<int>;

/// Blurred pebbles, as photographs are soft: (side, side) levels.
Levels soft_pebbles(index_t side, std::uint64_t seed) {
  const Picture<> picture = test::picture<std::uint8_t, TestDevice>(
      Shape<3>{side, side, 1}, test::pebble_levels(Shape<3>{side, side, 1}, seed, 9));
  const auto soft = download(gaussian_blur(picture, 0.8));
  return {soft.begin(), soft.end()};
}

Levels blurred(const Levels& levels, index_t side) {
  const auto soft =
      download(gaussian_blur(test::picture<std::uint8_t, TestDevice>(Shape<3>{side, side, 1}, levels), 2.5));
  return {soft.begin(), soft.end()};
}

Levels embossed(const Levels& levels, index_t side) {
  Levels to;
  for (index_t i = 0; i < side * side; ++i) {
    const index_t y = i / side, x = i % side;
    const auto at = [&](index_t v, index_t u) {
      return levels[static_cast<std::size_t>(clamp<index_t>(v, 0, side - 1) * side + clamp<index_t>(u, 0, side - 1))];
    };
    to.push_back(clamp(128 + at(y + 1, x + 1) - at(y - 1, x - 1), 0, 255));
  }
  return to;
}

template <class Values>
double decibels(const Values& a, const Levels& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return 10.0 * std::log10(65025.0 * static_cast<double>(b.size()) / sum);
}

/// A and B, what a filter makes of them, as pictures of one channel.
struct Lesson {
  static constexpr index_t kSide = 96;
  Levels a = soft_pebbles(kSide, 1), b = soft_pebbles(kSide, 2), a_prime, truth;

  template <class Filter>
  explicit Lesson(const Filter& filter) : a_prime{filter(a, kSide)}, truth{filter(b, kSide)} {}
  static Picture<> picture(const Levels& levels) {
    return test::picture<std::uint8_t, TestDevice>(Shape<3>{kSide, kSide, 1}, levels);
  }
  /// By how much B' is nearer to the truth than B and than the mean of A'.
  void check(const AnalogyOptions& o) const {
    const auto made = download(image_analogy(picture(a), picture(a_prime), picture(b), o, TestDevice{}).image);
    double mean = 0.0;
    for (const int level : a_prime) mean += level / static_cast<double>(a_prime.size());
    const Levels flat(truth.size(), static_cast<int>(std::lround(mean)));
    INFO(decibels(made, truth) << " dB, B " << decibels(b, truth) << ", mean " << decibels(flat, truth));
    CHECK(decibels(made, truth) >= decibels(b, truth) + 5.0);
    CHECK(decibels(made, truth) >= decibels(flat, truth) + 3.0);
  }
};

/// A small analogy in colour.
struct Colours {
  Picture<> a, a_prime, b;
  explicit Colours(const TestDevice& device)
      : a{test::pebbles(Shape<3>{40, 36, 3}, 1, device)},
        a_prime{test::pebbles(Shape<3>{40, 36, 2}, 2, device)},
        b{test::pebbles(Shape<3>{33, 47, 3}, 3, device)} {}
};

}  // namespace

TEST_CASE("a blur and an emboss are learnt", "[analogy]") {
  Lesson(blurred).check({.kappa = 0.1});
  Lesson(embossed).check({.kappa = 0.0});
}

TEST_CASE("an analogy of a picture with itself repeats it", "[analogy]") {
  const TestDevice device;
  const Colours c(device);
  const auto made = image_analogy(c.a, c.a_prime, c.a, {.provenance = true}, device);
  CHECK(download(made.image) == download(c.a_prime));
}

TEST_CASE("analogy: pixels are those of their provenance, whatever the threads", "[analogy]") {
  std::vector<std::uint64_t> hashes;
  for (const TestDevice& device : test::device_variants()) {
    const Colours c(device);
    const auto result = image_analogy(c.a, c.a_prime, c.b, {.provenance = true}, device);
    hashes.push_back(test::hash_of(result.image));
    const HostTexture made(result);
    CHECK(made.height == 33);
    CHECK(made.width == 47);
    CHECK(made.channels == 2);
    CHECK(test::wrong_pixels(made, std::vector{c.a_prime}) == 0);
  }
  for (const std::uint64_t hash : hashes) CHECK(hash == hashes[0]);
  // A deliberate change of the method changes it: look at the pictures, and put the new value here.
  CHECK(hashes[0] == 0xf912015dc36225b1);
}

TEST_CASE("analogy: more kappa, larger pieces", "[analogy]") {
  const TestDevice device;
  const Colours c(device);
  const auto joined = [&](double kappa) {
    const HostTexture made(image_analogy(c.a, c.a_prime, c.b, {.kappa = kappa, .provenance = true}, device));
    index_t n = 0;
    for (index_t y = 0; y < made.height; ++y) {
      for (index_t x = 1; x < made.width; ++x) n += made.source(y, x)[2] == made.source(y, x - 1)[2] + 1 ? 1 : 0;
    }
    return n;
  };
  CHECK(joined(20.0) > 2 * joined(0.0));
}

TEMPLATE_TEST_CASE("analogy: luminance keeps the chroma of B, in every element", "[analogy]", std::uint8_t,
                   std::uint16_t, float) {
  const TestDevice device;
  const auto a = test::pebbles<TestType>(Shape<3>{30, 30, 3}, 1, device);
  const auto b = test::pebbles<TestType>(Shape<3>{25, 31, 3}, 2, device);
  const auto made = download(image_analogy(a, a, b, {.luminance = true, .levels = 1}, device).image);
  const auto given = download(b);
  REQUIRE(made.size() == given.size());
  double chroma = 0.0;
  for (std::size_t i = 0; i < made.size(); i += 3) {
    const auto value = [](TestType x) { return static_cast<double>(to_scalar<float>(x)); };
    const double before = value(given[i]) - value(given[i + 1]), after = value(made[i]) - value(made[i + 1]);
    const double least = min_of(value(made[i]), value(made[i + 1])), most = max_of(value(made[i]), value(made[i + 1]));
    // Pixels at the ends of the range are cut off.
    if (least > 0.01 && most < 0.99) chroma = max_of(chroma, abs_of(before - after));
  }
  CHECK(chroma < 0.01);
}

TEST_CASE("analogy: remapping takes light and contrast from B", "[analogy]") {
  const TestDevice device;
  Levels dark = test::pebble_levels(Shape<3>{40, 40, 1}, 1, 7), bright = test::pebble_levels(Shape<3>{40, 40, 1}, 2, 7);
  for (int& level : dark) level /= 4;
  for (int& level : bright) level = 128 + level / 2;
  const auto a = test::picture<std::uint8_t>(Shape<3>{40, 40, 1}, dark, device);
  const auto b = test::picture<std::uint8_t>(Shape<3>{40, 40, 1}, bright, device);
  const auto mean = [&](bool remap) {
    double sum = 0.0;
    for (const auto v : download(image_analogy(a, a, b, {.luminance = true, .remap = remap}, device).image)) sum += v;
    return sum / 1600.0;
  };
  CHECK(mean(true) > 150.0);
  CHECK(mean(false) < 64.0);
}

TEST_CASE("analogy: an observer stops the work, and what there is comes at full size", "[analogy]") {
  const TestDevice device;
  const Colours c(device);
  index_t last = 0;
  bool rising = true;
  const auto whole = image_analogy(c.a, c.a_prime, c.b, {}, device, [&](const Progress& p) {
    rising = rising && p.step > last && p.step <= p.steps && !p.preview.empty();
    last = p.step;
  });
  CHECK(rising);
  CHECK(whole.reason == StopReason::finished);
  const auto stopped =
      image_analogy(c.a, c.a_prime, c.b, {.provenance = true}, device, [](const Progress&) { return Flow::stop; });
  CHECK(stopped.reason == StopReason::observer);
  const HostTexture made(stopped);
  CHECK(made.height == 33);
  CHECK(test::wrong_pixels(made, std::vector{c.a_prime}) == 0);
  CHECK(made.image != download(whole.image));
}

TEST_CASE("analogy: pictures of any size", "[analogy]") {
  const TestDevice device;
  for (const Shape<3>& size : {Shape<3>{1, 1, 1}, Shape<3>{1, 7, 1}, Shape<3>{5, 2, 1}}) {
    const auto a = test::picture<std::uint8_t>(size, Levels(static_cast<std::size_t>(size.size()), 9), device);
    const auto b = test::pebbles(Shape<3>{3, 11, 1}, 1, device);
    CHECK(download(image_analogy(a, a, b, {}, device).image) == std::vector<std::uint8_t>(33, 9));
  }
}

TEST_CASE("analogy: what does not fit is named", "[analogy][errors]") {
  const TestDevice device;
  const Colours c(device);
  const auto refused = [&](const Picture<>& a, const Picture<>& a_prime, const Picture<>& b, const AnalogyOptions& o) {
    return test::refusal([&] { image_analogy(a, a_prime, b, o, device); });
  };
  using Catch::Matchers::Contains;
  CHECK(refused(c.a, c.a_prime, c.b, {}).empty());
  CHECK_THAT(refused(c.a, c.b, c.b, {}), Contains("size of A'") && Contains("33 by 47") && Contains("40 by 36"));
  CHECK_THAT(refused(c.a, c.a_prime, c.a_prime, {}), Contains("channels of B"));
  CHECK_THAT(refused(c.a, c.a_prime, c.b, {.luminance = true}),
             Contains("number of channels of A' is 2; expected 1 or 3"));
  const Picture<> none(Shape<3>{0, 0, 3}, device);
  CHECK_THAT(refused(none, c.a_prime, c.b, {}), Contains("image_analogy: A, its number of elements is 0"));
  CHECK_THAT(refused(c.a, none, c.b, {}), Contains("image_analogy: A', its number of elements is 0"));
  CHECK_THAT(refused(c.a, c.a_prime, none, {}), Contains("image_analogy: B, its number of elements is 0"));
  const auto good = upload<TestDevice>(Shape<3>{4, 4, 1}, std::vector<float>(16, 0.5f), device);
  std::vector<float> values(16, 0.5f);
  values[3] = values[7] = std::numeric_limits<float>::quiet_NaN();
  const auto bad = upload<TestDevice>(Shape<3>{4, 4, 1}, values, device);
  const auto nan = [&](const auto& a, const auto& a_prime, const auto& b) {
    return test::refusal([&] { image_analogy(a, a_prime, b, {}, device); });
  };
  CHECK(nan(good, good, good).empty());
  CHECK_THAT(nan(bad, good, good), Contains(": A, its number of pixels that are NaN or infinite is 2"));
  CHECK_THAT(nan(good, bad, good), Contains(": A', its number of pixels that are NaN or infinite is 2"));
  CHECK_THAT(nan(good, good, bad), Contains(": B, its number of pixels that are NaN or infinite is 2"));
  CHECK_THAT(refused(c.a, c.a_prime, c.b, {.kappa = -1}), Contains("kappa"));
  CHECK_THAT(refused(c.a, c.a_prime, c.b, {.levels = -1}), Contains("levels"));
  CHECK_THAT(refused(c.a, c.a_prime, c.b, {.leaves = 0}), Contains("leaves"));
}
