// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda libraries=pastiche::io
// Image analogies by search and vote, and over frames.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/skip.hpp"
#include "support/textures.hpp"
#include "texture/growth_checks.hpp"

#include <pastiche/io/image.hpp>
#include <pastiche/texture/stylize_frames.hpp>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace pastiche;
using test::HostTexture;
using test::TestDevice;

namespace {

using Picture = Tensor<std::uint8_t, 3, TestDevice>;
using Maps = std::vector<float>;

/// Dark pebbles at the left of the style, bright ones at the right; the output asks for them at top and bottom.
/// `heights` is another guide, of three channels: a slope that the style has from left to right, the output from top to
/// bottom.
struct Halves {
  Picture style;
  Maps labels = Maps(1600), wanted = Maps(3600), heights = Maps(4800), wanted_heights = Maps(10800);

  explicit Halves(const TestDevice& device) : style(Shape<3>{0, 0, 3}, device) {
    std::vector<std::uint8_t> values = download(test::pebbles(Shape<3>{40, 40, 3}, 1, device));
    for (std::size_t i = 0; i < 1600; ++i) {
      labels[i] = i % 40 < 20 ? 0.0f : 1.0f;
      for (std::size_t c = 0; c < 3; ++c) {
        values[3 * i + c] = static_cast<std::uint8_t>(values[3 * i + c] / 2 + (i % 40 < 20 ? 0 : 127));
        heights[3 * i + c] = static_cast<float>(i % 40) / 40.0f;
      }
    }
    for (std::size_t i = 0; i < 3600; ++i) {
      wanted[i] = i / 60 < 30 ? 0.0f : 1.0f;
      for (std::size_t c = 0; c < 3; ++c) wanted_heights[3 * i + c] = static_cast<float>(i / 60) / 60.0f;
    }
    style = upload<TestDevice>(Shape<3>{40, 40, 3}, values, device);
  }

  StylizeOptions options() const {
    StylizeOptions o;
    o.guides = {{{{labels.data(), 40, 40, 1}}, {wanted.data(), 60, 60, 1}, 1.0},
                {{{heights.data(), 40, 40, 3}}, {wanted_heights.data(), 60, 60, 3}, 0.5}};
    o.rounds = 2;
    o.coarsest = 12;
    o.provenance = true;
    return o;
  }
};

/// Pixels that do not come from the half asked for, of rows `first` to `last`.
index_t astray(const HostTexture<std::uint8_t>& made, index_t first = 0, index_t last = 60) {
  index_t n = 0;
  for (index_t y = first; y < last; ++y) {
    for (index_t x = 0; x < 60; ++x) n += (made.source(y, x)[2] < 20) != (y < 30) ? 1 : 0;
  }
  return n;
}

}  // namespace

TEST_CASE("guides of different channels say together what is where", "[stylize]") {
  const TestDevice device;
  const Halves halves(device);
  const HostTexture made(stylize(halves.style, halves.options(), device));
  CHECK(made.height == 60);
  CHECK(made.width == 60);
  CHECK(test::empty_pixels(made) == 0);
  CHECK(test::wrong_pixels(made, std::vector{halves.style}) == 0);
  CHECK(astray(made) < 120);  // two lines of pixels along the border
  // The slope tells rows of one half apart.
  double early = 0.0, late = 0.0;
  for (index_t x = 0; x < 60; ++x) {
    early += made.source(4, x)[2] / 60.0;
    late += made.source(25, x)[2] / 60.0;
  }
  CHECK(late - early > 6.0);
}

TEST_CASE("a style guided by itself is itself", "[stylize]") {
  const TestDevice device;
  const Halves halves(device);
  StylizeOptions o;
  o.guides = {{{{halves.heights.data(), 40, 40, 3}}, {halves.heights.data(), 40, 40, 3}, 1.0}};
  CHECK(download(stylize(halves.style, o, device).image) == download(halves.style));
}

TEST_CASE("stylize: a seed names one output, whatever the threads", "[stylize]") {
  std::vector<std::uint64_t> hashes;
  for (const TestDevice& device : test::device_variants()) {
    const Halves halves(device);
    hashes.push_back(test::hash_of(stylize(halves.style, halves.options(), device).image));
  }
  for (const std::uint64_t hash : hashes) CHECK(hash == hashes[0]);
  // A deliberate change of the method changes it: look at the pictures, and put the new value here.
  CHECK(hashes[0] == 0xbe10375e0a0f15ec);
}

TEST_CASE("stylize: without guides it is a texture, and seeds differ", "[stylize]") {
  const TestDevice device;
  const Halves halves(device);
  StylizeOptions o{.size = {50, 44}, .rounds = 1, .coarsest = 12, .provenance = true};
  const HostTexture one(stylize(halves.style, o, device));
  o.seed = 1;
  const HostTexture other(stylize(halves.style, o, device));
  CHECK(one.height == 50);
  CHECK(test::wrong_pixels(one, std::vector{halves.style}) == 0);
  CHECK(one.image != other.image);
}

TEST_CASE("stylize: where the modulation is 0 guides do not count", "[stylize]") {
  const TestDevice device;
  const Halves halves(device);
  StylizeOptions o = halves.options();
  o.guides.resize(1);
  o.rounds = 4;
  // The labels count above, a second guide below that asks for the contrary of what they ask there.
  Maps contrary(3600, 0.0f), modulation(7200, 0.0f);
  for (std::size_t i = 0; i < 3600; ++i) modulation[2 * i + (i / 60 < 30 ? 0 : 1)] = 1.0f;
  o.guides.push_back({o.guides[0].examples, {contrary.data(), 60, 60, 1}, 1.0});
  o.modulation = {modulation.data(), 60, 60, 2};
  const HostTexture made(stylize(halves.style, o, device));
  CHECK(astray(made, 0, 30) < 60);
  CHECK(astray(made, 32, 60) > 60 * 28 * 9 / 10);
  // Full modulation is none.
  const Maps full(3600, 1.0f);
  o = halves.options();
  const HostTexture without(stylize(halves.style, o, device));
  o.modulation = {full.data(), 60, 60, 1};
  CHECK(HostTexture(stylize(halves.style, o, device)).image == without.image);
}

TEST_CASE("stylize: only what the mask asks for is made", "[stylize]") {
  const TestDevice device;
  const Halves halves(device);
  StylizeOptions o = halves.options();
  std::vector<std::uint8_t> wanted(3600, 0);
  for (std::size_t i = 0; i < 3600; ++i) wanted[i] = i % 60 > 20 && i / 60 != 40 ? 1 : 0;
  o.output_mask = {wanted.data(), 60, 60};
  o.polish_patch = 3;
  const HostTexture made(stylize(halves.style, o, device));
  index_t wrong = 0;
  for (index_t i = 0; i < 3600; ++i) wrong += (made.source(i / 60, i % 60)[0] >= 0) != (wanted[i] != 0) ? 1 : 0;
  CHECK(wrong == 0);
  CHECK(test::wrong_pixels(made, std::vector{halves.style}) == 0);
}

TEST_CASE("stylize: an observer stops the work, and what there is comes at full size", "[stylize]") {
  const TestDevice device;
  const Halves halves(device);
  StylizeOptions o = halves.options();
  o.polish_patch = 3;
  index_t calls = 0;
  bool rising = true;
  const auto whole = stylize(halves.style, o, device, [&](const Progress& p) {
    ++calls;
    rising = rising && p.step == calls && p.step <= p.steps;
  });
  CHECK(rising);
  CHECK(whole.reason == StopReason::finished);
  const auto stopped = stylize(halves.style, o, device, [](const Progress&) { return Flow::stop; });
  CHECK(stopped.reason == StopReason::observer);
  const HostTexture made(stopped);
  CHECK(made.height == 60);
  CHECK(test::empty_pixels(made) == 0);
  CHECK(test::wrong_pixels(made, std::vector{halves.style}) == 0);
}

TEST_CASE("stylize: what does not fit is named", "[stylize][errors]") {
  const TestDevice device;
  const Halves halves(device);
  const auto refused = [&](auto change) {
    StylizeOptions o = halves.options();
    change(o);
    return test::refusal([&] { stylize(halves.style, o, device); });
  };
  using Catch::Matchers::Contains;
  CHECK(refused([](auto&) {}).empty());
  CHECK_THAT(refused([](auto& o) { o.guides[1].output.height = 59; }), Contains("guide 1") && Contains("59 by 60"));
  CHECK_THAT(refused([](auto& o) { o.guides[1].output.channels = 2; }), Contains("guide 1") && Contains("channels"));
  CHECK_THAT(refused([](auto& o) { o.guides[0].examples[0].width = 39; }), Contains("guide 0") && Contains("40 by 39"));
  CHECK_THAT(refused([](auto& o) { o.guides[1] = {}; }), Contains("guide 1"));
  CHECK_THAT(refused([](auto& o) { o.guides[1].weight = -1; }), Contains("weight of the guide 1"));
  CHECK_THAT(refused([](auto& o) { o.guides.clear(); }), Contains("size"));
  CHECK_THAT(refused([&](auto& o) { o.modulation = {halves.labels.data(), 40, 40, 1}; }), Contains("modulation"));
  CHECK_THAT(refused([&](auto& o) {
               o.modulation = {halves.wanted_heights.data(), 60, 60, 3};
             }),
             Contains("channels of the modulation"));
  CHECK_THAT(refused([](auto& o) { o.polish_patch = -1; }), Contains("polish_patch"));
  CHECK_THAT(refused([](auto& o) { o.balance = -1; }), Contains("balance"));
}

namespace {

/// The mean difference of a frame from the one before at the places that the flow says are the same.
double flicker(const HostTexture<std::uint8_t>& before, const HostTexture<std::uint8_t>& after, index_t moved) {
  double sum = 0.0;
  for (index_t y = 0; y < after.height; ++y) {
    for (index_t x = moved; x < after.width; ++x) {
      for (index_t c = 0; c < 3; ++c) sum += std::abs(after.pixel(y, x)[c] - before.pixel(y, x - moved)[c]);
    }
  }
  return sum / static_cast<double>(3 * after.height * (after.width - moved));
}

}  // namespace

TEST_CASE("along a flow a style flickers less", "[stylize]") {
  const TestDevice device;
  const auto style = test::pebbles(Shape<3>{48, 48, 3}, 3, device);
  const index_t moved = 3;
  // A smooth, slightly noisy scene that moves to the right, as a camera has it.
  const auto scene = [&](index_t shift, std::uint64_t seed) {
    CounterRng rng(seed, 0, 0);
    Maps map;
    for (index_t y = 0; y < 48; ++y) {
      for (index_t x = 0; x < 64; ++x) {
        map.push_back(0.5f + 0.3f * std::sin(0.13f * static_cast<float>(x - shift) + 0.09f * static_cast<float>(y)) +
                      0.06f * rng.uniform());
      }
    }
    return map;
  };
  Maps light;
  for (const std::uint8_t v : download(style)) {
    if (light.size() * 3 < 48 * 48 * 3) light.push_back(static_cast<float>(v) / 255.0f);
  }
  const Maps first_scene = scene(0, 1), second_scene = scene(moved, 2);
  StylizeOptions o;
  o.rounds = 2;
  o.provenance = true;
  o.guides = {{{{light.data(), 48, 48, 1}}, {first_scene.data(), 48, 64, 1}, 2.0}};
  const auto first = stylize(style, o, device);
  o.guides[0].output.data = second_scene.data();
  const HostTexture alone(stylize(style, o, device));
  Maps values(48 * 64 * 2, 0.0f);
  for (std::size_t i = 0; i < 48 * 64; ++i) values[2 * i] = -static_cast<float>(moved);
  const auto flow = upload<TestDevice>(Shape<3>{48, 64, 2}, values, device);
  const HostTexture guided(stylize_next(style, first.image, flow, 1.0, o, device));
  CHECK(test::wrong_pixels(guided, std::vector{style}) == 0);
  const HostTexture before(first);
  const double with = flicker(before, guided, moved), without = flicker(before, alone, moved);
  INFO(with << " against " << without);
  CHECK(with < 0.5 * without);
  using Catch::Matchers::Contains;
  const auto refused = [&](const auto& previous, const auto& along, double weight) {
    return test::refusal([&] { stylize_next(style, previous, along, weight, o, device); });
  };
  CHECK_THAT(refused(first.image, flow, -1.0),
             Contains("stylize_next: weight of the frame before is -1; expected 0 to 100"));
  CHECK_THAT(refused(first.image, flow, 101.0), Contains("weight of the frame before is 101"));
  const Picture grey(Shape<3>{48, 64, 1}, device);
  CHECK_THAT(refused(grey, flow, 1.0), Contains("number of channels of the frame before is 1"));
  const auto narrow = upload<TestDevice>(Shape<3>{48, 32, 2}, Maps(48 * 32 * 2, 0.0f), device);
  CHECK_THAT(refused(first.image, narrow, 1.0),
             Contains("stylize_next: size of the flow is 48 by 32; expected 48 by 64"));
}

#if !defined(PASTICHE_TEST_CUDA)
TEST_CASE("texture by numbers: pixels come from the region asked for", "[stylize][shared]") {
  std::string folder;
#  if defined(PASTICHE_TEST_DATA)
  folder = std::string(PASTICHE_TEST_DATA) + "/analogies/texbynum_";
#  endif
  if (folder.empty() || !std::filesystem::exists(folder + "source_photo.png")) {
    test::skip("the shared texture by numbers is not here: skipped");
    return;
  }
  const auto floats = [](const Tensor<std::uint8_t, 3, Cpu>& image) {
    Maps map;
    for (const std::uint8_t v : download(image)) map.push_back(static_cast<float>(v) / 255.0f);
    return map;
  };
  const auto photo = read_image<std::uint8_t>(folder + "source_photo.png");
  const auto a = read_image<std::uint8_t>(folder + "source_segment.png");
  const auto b = read_image<std::uint8_t>(folder + "target_segment.png");
  const Maps here = floats(a), there = floats(b);
  const index_t h = b.shape(0), w = b.shape(1);
  StylizeOptions o;
  o.guides = {{{{here.data(), a.shape(0), a.shape(1), 3}}, {there.data(), h, w, 3}, 0.2}};
  o.provenance = true;
  const TestDevice device;
  const auto style = upload<TestDevice>(Shape<3>{a.shape(0), a.shape(1), 3}, download(photo), device);
  const HostTexture made(stylize(style, o, device));
  const auto label = [](const std::uint8_t* p) { return p[0] > 127 ? 0 : p[1] > 127 ? 1 : 2; };
  index_t right = 0, all = 0;
  for (index_t y = 5; y + 5 < h; ++y) {
    for (index_t x = 5; x + 5 < w; ++x) {
      const int wanted = label(b.data() + (y * w + x) * 3);
      bool inside = true;
      for (index_t i = 0; i < 121 && inside; ++i) {
        inside = label(b.data() + ((y + i / 11 - 5) * w + x + i % 11 - 5) * 3) == wanted;
      }
      if (!inside) continue;
      const int* from = made.source(y, x);
      right += label(a.data() + (from[1] * a.shape(1) + from[2]) * 3) == wanted ? 1 : 0;
      ++all;
    }
  }
  CHECK(all > 100000);
  CHECK(static_cast<double>(right) >= 0.97 * static_cast<double>(all));
}
#endif
