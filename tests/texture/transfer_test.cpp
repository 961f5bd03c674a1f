// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"
#include "texture/growth_checks.hpp"

#include <pastiche/texture/transfer.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace pastiche;
using test::HostTexture;
using test::TestDevice;

namespace {

template <class E = std::uint8_t>
using Picture = Tensor<E, 3, TestDevice>;

constexpr index_t kHeight = 60, kWidth = 72;

/// Stops after so many calls; negative: never.
struct StopAfter {
  int calls = -1;
  index_t last = 0;
  bool rising = true;
  Flow operator()(const Progress& p) {
    rising = rising && p.step > last && p.step <= p.steps && p.steps == 3000 && std::string(p.stage) == "transfer";
    last = p.step;
    return --calls == 0 ? Flow::stop : Flow::proceed;
  }
};

/// Dark at the left, bright at the right.
std::vector<std::uint8_t> ramp(index_t channels) {
  std::vector<std::uint8_t> values;
  for (index_t i = 0; i < kHeight * kWidth * channels; ++i) {
    values.push_back(static_cast<std::uint8_t>(60 + i / channels % kWidth * 2));
  }
  return values;
}
Picture<> target(index_t channels = 3) {
  return upload<TestDevice>(Shape<3>{{kHeight, kWidth, channels}}, ramp(channels), TestDevice{});
}

TransferOptions options() {
  TransferOptions o;
  o.block = 16;
  o.passes = 3;
  o.seed = 5;
  o.provenance = true;
  return o;
}

TransferResult<std::uint8_t, TestDevice> made(const std::vector<Picture<>>& examples, const TransferOptions& o,
                                              StopAfter watch = {}, const TestDevice& device = {}) {
  return transfer(examples, target(), o, watch, device);
}

std::vector<Picture<>> two_textures() {
  return {test::pebbles(Shape<3>{{40, 44, 3}}, 1, TestDevice{}), test::pebbles(Shape<3>{{26, 33, 3}}, 2, TestDevice{})};
}

/// The mean level of the third of the columns from `first` on.
double mean_level(const HostTexture<std::uint8_t>& picture, index_t first) {
  double sum = 0.0;
  for (index_t y = 0; y < kHeight; ++y) {
    for (index_t x = first; x < first + kWidth / 3; ++x) sum += picture.pixel(y, x)[1];
  }
  return sum / (kHeight * kWidth / 3);
}

}  // namespace

TEST_CASE("a transfer has the target's shades and the textures' pixels", "[transfer]") {
  const auto examples = two_textures();
  StopAfter watch;
  const auto result = transfer(examples, target(), options(), watch, TestDevice{});
  CHECK(watch.rising);
  CHECK(watch.last == 3000);
  CHECK(result.reason == StopReason::finished);
  CHECK(result.blocks == std::vector<int>{16, 11, 7});
  const HostTexture picture(result);
  CHECK(picture.height == kHeight);
  CHECK(picture.width == kWidth);
  CHECK(test::empty_pixels(picture) == 0);
  CHECK(test::wrong_pixels(picture, examples) == 0);
  CHECK(mean_level(picture, 2 * kWidth / 3) > mean_level(picture, 0) + 25.0);
}

TEST_CASE("alpha is the paper's, or that given, and weighs texture against target", "[transfer]") {
  CHECK(detail::transfer_alpha(0.0, 0, 1) == 0.1);
  CHECK(detail::transfer_alpha(0.0, 0, 3) == 0.1);
  CHECK(std::abs(detail::transfer_alpha(0.0, 2, 3) - 0.9) < 1e-12);
  CHECK(std::abs(detail::transfer_alpha(0.0, 1, 3) - 0.5) < 1e-12);
  CHECK(detail::transfer_alpha(0.3, 1, 3) == 0.3);
  double contrast[2];
  for (int i = 0; i < 2; ++i) {
    TransferOptions o = options();
    o.alpha = i == 0 ? 0.05 : 1.0;
    const HostTexture picture(made(two_textures(), o));
    contrast[i] = mean_level(picture, 2 * kWidth / 3) - mean_level(picture, 0);
  }
  CHECK(contrast[0] > contrast[1] + 20.0);
}

TEST_CASE("a seed names one transfer: of threads, instruction sets and devices", "[transfer][golden]") {
  // A deliberate change of the method changes this: look at the picture, and put the new value here.
  constexpr std::uint64_t kGolden = 0x9528dd5ad3a4bfd0;
  for (const TestDevice& device : test::device_variants()) {
    CHECK(test::hash_of(made(two_textures(), options(), {}, device).image) == kGolden);
  }
  TransferOptions other = options();
  other.seed = 6;
  CHECK(test::hash_of(made(two_textures(), other).image) != kGolden);
}

TEST_CASE("masks of a transfer are obeyed to the pixel", "[transfer]") {
  const auto examples = two_textures();
  std::vector<std::uint8_t> open(40 * 44), wanted(kHeight * kWidth);
  for (std::size_t i = 0; i < open.size(); ++i) open[i] = i % 44 < 22 && i % 97 != 3 ? 1 : 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = i % 7 != 2 && i / kWidth > 20 ? 1 : 0;
  TransferOptions o = options();
  o.block = 7;
  o.example_masks = {{open.data(), 40, 44}, {}};
  o.output_mask = {wanted.data(), kHeight, kWidth};
  const HostTexture picture(made(examples, o));
  index_t wrong = 0;
  for (index_t y = 0; y < kHeight; ++y) {
    for (index_t x = 0; x < kWidth; ++x) {
      const int* s = picture.source(y, x);
      const bool asked = wanted[static_cast<std::size_t>(y * kWidth + x)] != 0;
      wrong += (s[0] >= 0) != asked || (s[0] == 0 && open[static_cast<std::size_t>(s[1] * 44 + s[2])] == 0) ? 1 : 0;
      for (int c = 0; !asked && c < 3; ++c) wrong += picture.pixel(y, x)[c] != 0 ? 1 : 0;
    }
  }
  CHECK(wrong == 0);
  CHECK(test::wrong_pixels(picture, examples) == 0);
}

TEST_CASE("a transfer that is stopped is what there was", "[transfer][observer]") {
  const auto examples = two_textures();
  const auto first = made(examples, options(), {2});
  CHECK(first.reason == StopReason::observer);
  CHECK(first.blocks == std::vector<int>{16});
  const HostTexture begun(first);
  CHECK(test::empty_pixels(begun) > 0);
  CHECK(test::wrong_pixels(begun, examples) == 0);
  // In a later pass, the picture of the one before with the blocks that were placed.
  StopAfter all;
  transfer(examples, target(), options(), all, TestDevice{});
  const auto later = made(examples, options(), {-1 - all.calls - 2});
  CHECK(later.reason == StopReason::observer);
  CHECK(later.blocks.size() == 3);
  const HostTexture nearly(later);
  CHECK(test::empty_pixels(nearly) == 0);
  CHECK(test::wrong_pixels(nearly, examples) == 0);
}

TEST_CASE("maps of the user's own are followed", "[transfer]") {
  const std::vector<Picture<>> examples{test::pebbles(Shape<3>{{40, 44, 3}}, 1, TestDevice{})};
  std::vector<float> from, to;
  for (index_t i = 0; i < 40 * 44 * 2; ++i) from.push_back(i / 2 % 44 < 22 ? 0.2f : 0.8f);
  for (index_t i = 0; i < kHeight * kWidth * 2; ++i) to.push_back(i / 2 / kWidth < kHeight / 2 ? 0.2f : 0.8f);
  TransferOptions o = options();
  o.block = 9;
  o.alpha = 0.1;
  o.maps.examples = {{from.data(), 40, 44, 2}};
  o.maps.output = {to.data(), kHeight, kWidth, 2};
  const HostTexture picture(made(examples, o));
  index_t astray = 0;
  for (index_t y = 0; y < kHeight; ++y) {
    for (index_t x = 0; x < kWidth; ++x) astray += (picture.source(y, x)[2] < 22) != (y < kHeight / 2) ? 1 : 0;
  }
  CHECK(astray < 6 * kWidth);
}

TEST_CASE("pictures of other elements and channels, and tiny ones", "[transfer]") {
  const TestDevice device;
  const std::vector<Picture<float>> grey{test::pebbles<float>(Shape<3>{{30, 34, 1}}, 1, device)};
  TransferOptions o = options();
  const HostTexture picture(transfer(grey, target(4), o, device));
  CHECK(test::empty_pixels(picture) == 0);
  CHECK(test::wrong_pixels(picture, grey) == 0);
  const std::vector<Picture<>> dot{upload<TestDevice>(Shape<3>{{1, 1, 3}}, std::vector<std::uint8_t>{7, 8, 9}, device)};
  o.block = 0;
  const HostTexture flat(made(dot, o));
  CHECK(test::empty_pixels(flat) == 0);
  CHECK(test::wrong_pixels(flat, dot) == 0);
}

TEST_CASE("correspondence maps: ranks, ranges, smoothing", "[transfer][correspondence]") {
  // A dark target of the texture's order becomes the texture's own tones, which fill the range.
  std::vector<std::uint8_t> bright, dark;
  for (int i = 0; i < 100; ++i) {
    bright.push_back(static_cast<std::uint8_t>(100 + i));
    dark.push_back(static_cast<std::uint8_t>(i / 2 + i / 4));
  }
  const auto texture = upload<TestDevice>(Shape<3>{{10, 10, 1}}, bright, TestDevice{});
  const auto shade = upload<TestDevice>(Shape<3>{{10, 10, 1}}, dark, TestDevice{});
  CorrespondenceOptions o{.kind = Correspondence::luminance};
  const CorrespondenceMaps maps = correspondence_maps(texture, shade, o);
  REQUIRE(maps.examples.size() == 1);
  float most = 0.0f;
  for (std::size_t i = 0; i < 100; ++i) most = max_of(most, abs_of(maps.examples[0].values[i] - maps.target.values[i]));
  CHECK(most < 0.02f);
  CHECK(maps.examples[0].values.front() == 0.0f);
  CHECK(maps.examples[0].values.back() == 1.0f);
  o.match = false;
  const CorrespondenceMaps plain = correspondence_maps(texture, shade, o);
  CHECK(plain.target.values[99] == static_cast<float>(73 * 257) / 65535.0f);
  o.kind = Correspondence::blurred;
  o.blur = 1.5;
  const CorrespondenceMaps soft = correspondence_maps(texture, shade, o);
  double sum = 0.0, was = 0.0;
  for (std::size_t i = 0; i < 100; ++i) sum += soft.target.values[i], was += plain.target.values[i];
  CHECK(std::abs(sum - was) < 0.01);
  CHECK(soft.target.values[99] < plain.target.values[99]);
  // Rec. 601 of a pure green.
  const auto green = upload<TestDevice>(Shape<3>{{1, 1, 3}}, std::vector<std::uint8_t>{0, 255, 0}, TestDevice{});
  CHECK(
      std::abs(correspondence_maps(green, green, {.kind = Correspondence::luminance, .match = false}).target.values[0] -
               0.587f) < 1e-4f);
  CHECK(correspondence_maps(green, green).target.values[0] > 0.58f);  // of one tone there is no range to fill
}

TEST_CASE("transfers that cannot be are refused by name", "[transfer][errors]") {
  const auto refuses = [](const std::string& argument, auto change) {
    TransferOptions o = options();
    change(o);
    const std::string message = test::refusal([&] { made(two_textures(), o); });
    INFO("message: " << message);
    CHECK(message.rfind("transfer: ", 0) == 0);
    CHECK(message.find(argument) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  };
  const std::vector<std::uint8_t> mask(100, 1);
  const std::vector<float> map(kHeight * kWidth, 0.0f);
  const auto nan = upload<TestDevice>(Shape<3>{{1, 1, 1}}, std::vector<float>{std::nanf("")}, TestDevice{});
  CHECK(test::refusal([&] { correspondence_maps(two_textures(), nan); }).find("target") != std::string::npos);
  refuses("passes", [](TransferOptions& o) { o.passes = 0; });
  refuses("alpha", [](TransferOptions& o) { o.alpha = 1.5; });
  refuses("alpha", [](TransferOptions& o) { o.alpha = 0.001; });
  refuses("blur", [](TransferOptions& o) { o.blur = -1.0; });
  refuses("block is 27", [](TransferOptions& o) { o.block = 27; });
  refuses("block", [](TransferOptions& o) { o.block = -1; });
  refuses("overlap", [](TransferOptions& o) { o.overlap = 16; });
  refuses("size of the output mask", [&](TransferOptions& o) { o.output_mask = {mask.data(), 10, 10}; });
  refuses("size of the mask of example 1", [&](TransferOptions& o) { o.example_masks = {{}, {mask.data(), 10, 10}}; });
  refuses("size of the guide map of the output", [&](TransferOptions& o) {
    o.maps.output = {map.data(), kHeight, kWidth - 1, 1};
    o.maps.examples = {{map.data(), 40, 44, 1}, {map.data(), 26, 33, 1}};
  });
  refuses("size of the guide map of example 1", [&](TransferOptions& o) {
    o.maps.output = {map.data(), kHeight, kWidth, 1};
    o.maps.examples = {{map.data(), 40, 44, 1}, {map.data(), 26, 32, 1}};
  });
  refuses("guide is half missing", [&](TransferOptions& o) { o.maps.output = {map.data(), kHeight, kWidth, 1}; });
}
