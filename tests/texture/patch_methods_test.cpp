// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda simd_levels
// What texture optimisation and patch nearest-neighbour generation promise alike.
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/growth_checks.hpp"

#include <pastiche/evaluate/sharpness.hpp>
#include <pastiche/texture/optimization.hpp>
#include <pastiche/texture/patch_nn.hpp>

#include <string>
#include <vector>

using namespace pastiche;
using test::HostTexture;
using test::TestDevice;

namespace {

template <class E = std::uint8_t>
using Picture = Tensor<E, 3, TestDevice>;

struct Optimize {
  using Options = OptimizeOptions;
  template <class... A>
  auto operator()(const A&... a) const {
    return optimize_texture(a...);
  }
};
struct PatchNN {
  using Options = PatchNNOptions;
  template <class... A>
  auto operator()(const A&... a) const {
    return patch_nn(a...);
  }
};

template <class Method>
typename Method::Options options(const Shape<2>& size, std::uint64_t seed = 1) {
  typename Method::Options o;
  o.size = size;
  o.seed = seed;
  o.patch = 5;
  o.rounds = 2;
  o.coarsest = 12;
  o.provenance = true;
  return o;
}

}  // namespace

TEMPLATE_TEST_CASE("pixels are those of their provenance", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  const std::vector<Picture<>> examples{test::pebbles(Shape<3>{40, 37, 3}, 1, device),
                                        test::pebbles(Shape<3>{26, 33, 3}, 2, device)};
  const HostTexture made(TestType{}(examples, options<TestType>({{61, 50}}), device));
  CHECK(made.height == 61);
  CHECK(made.width == 50);
  CHECK(test::empty_pixels(made) == 0);
  CHECK(test::wrong_pixels(made, examples) == 0);
}

TEMPLATE_TEST_CASE("votes replay to what was voted for", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  const std::vector<Picture<>> examples{test::pebbles(Shape<3>{40, 37, 3}, 1, device)};
  auto o = options<TestType>({{50, 61}});
  o.steal = false;
  o.votes = true;
  const auto made = TestType{}(examples, o, device);
  CHECK(made.provenance.size() == 0);
  const auto again = replay(made.votes, examples);
  CHECK(download(again) == download(made.image));
  // Of another map, the means of its values; here twice the picture's, so that rounding shows.
  std::vector<float> doubled;
  for (const std::uint8_t v : download(examples[0])) doubled.push_back(static_cast<float>(v) * 2.0f);
  const std::vector<Picture<float>> maps{upload<TestDevice>(examples[0].shape(), doubled, device)};
  const std::vector<float> means = download(replay(made.votes, maps));
  const std::vector<std::uint8_t> image = download(made.image);
  float most = 0.0f;
  for (std::size_t i = 0; i < means.size(); ++i) most = max_of(most, abs_of(means[i] - 2.0f * image[i]));
  CHECK(most <= 1.01f);
  CHECK(most > 0.0f);
}

TEST_CASE("an output smaller than the example is as sharp", "[patches]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{128, 128, 3}, 1, device);
  for (const index_t side : {24, 32, 64}) {
    const auto made = optimize_texture(example, options<Optimize>({{side, side}}), device);
    CHECK(mean_gradient(made.image, device) > 0.8 * mean_gradient(example, device));
  }
}

TEMPLATE_TEST_CASE("votes replay what a mask, a tiling and several examples made", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  const std::vector<Picture<>> examples{test::pebbles(Shape<3>{40, 37, 3}, 1, device),
                                        test::pebbles(Shape<3>{26, 33, 3}, 2, device)};
  std::vector<std::uint8_t> wanted(50 * 61, 0);
  for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] = i % 61 > 20 || i / 61 < 9 ? 1 : 0;
  auto o = options<TestType>({{50, 61}});
  o.steal = false;
  o.votes = true;
  o.tiling = Tiling::xy;
  o.output_mask = {wanted.data(), 50, 61};
  const auto made = TestType{}(examples, o, device);
  CHECK(download(replay(made.votes, examples)) == download(made.image));
  CHECK_THROWS_AS(replay(made.votes, examples[0]), InvalidArgument);  // the second example has votes, too
  o.votes = false;
  CHECK_THROWS_AS(replay(TestType{}(examples, o, device).votes, examples), InvalidArgument);
}

TEMPLATE_TEST_CASE("a seed names one output, whatever the threads", "[patches]", Optimize, PatchNN) {
  std::vector<std::uint64_t> hashes;
  for (const TestDevice& device : test::device_variants()) {
    const auto example = test::pebbles(Shape<3>{48, 48, 3}, 1, device);
    hashes.push_back(test::hash_of(TestType{}(example, options<TestType>({{70, 90}}), device).image));
  }
  for (const std::uint64_t hash : hashes) CHECK(hash == hashes[0]);
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{48, 48, 3}, 1, device);
  CHECK(test::hash_of(TestType{}(example, options<TestType>({{70, 90}}, 2), device).image) != hashes[0]);
}

TEST_CASE("a seed names one output: golden", "[patches][golden]") {
  // A deliberate change of a method changes these: look at the pictures, and put the new values here.
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{48, 48, 3}, 1, device);
  CHECK(test::hash_of(optimize_texture(example, options<Optimize>({{70, 90}}), device).image) == 0x2b248d3014ec2c03);
  CHECK(test::hash_of(patch_nn(example, options<PatchNN>({{70, 90}}), device).image) == 0x025a54a4b9c4b169);
}

TEMPLATE_TEST_CASE("elements of every kind", "[patches]", std::uint16_t, Half, float, double) {
  const TestDevice device;
  for (const index_t channels : {1, 2, 4}) {
    const std::vector<Picture<TestType>> examples{test::pebbles<TestType>(Shape<3>{30, 34, channels}, 1, device)};
    const HostTexture made(optimize_texture(examples, options<Optimize>({{40, 40}}), device));
    CHECK(test::wrong_pixels(made, examples) == 0);
    const HostTexture other(patch_nn(examples, options<PatchNN>({{40, 40}}), device));
    CHECK(test::wrong_pixels(other, examples) == 0);
  }
}

TEMPLATE_TEST_CASE("masks are obeyed to the pixel", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  const std::vector<Picture<>> examples{test::pebbles(Shape<3>{40, 40, 3}, 1, device)};
  std::vector<std::uint8_t> open(1600, 1), wanted(3600, 0);
  for (std::size_t i = 0; i < 1600; ++i) open[i] = (i % 40 < 18 || i / 40 > 25) && i % 41 != 3 ? 1 : 0;
  for (std::size_t i = 0; i < 3600; ++i)
    wanted[i] = (i / 60 - 30) * (i / 60 - 30) + (i % 60 - 30) * (i % 60 - 30) < 500 ? 1 : 0;
  auto o = options<TestType>({{60, 60}});
  o.example_masks = {{open.data(), 40, 40}};
  o.output_mask = {wanted.data(), 60, 60};
  const HostTexture made(TestType{}(examples, o, device));
  index_t wrong = 0;
  for (index_t y = 0; y < 60; ++y) {
    for (index_t x = 0; x < 60; ++x) {
      const int* s = made.source(y, x);
      const bool asked = wanted[static_cast<std::size_t>(y * 60 + x)] != 0;
      wrong += (s[0] >= 0) != asked || (asked && open[static_cast<std::size_t>(s[1] * 40 + s[2])] == 0) ? 1 : 0;
    }
  }
  CHECK(wrong == 0);
  CHECK(test::wrong_pixels(made, examples) == 0);
}

TEMPLATE_TEST_CASE("of several examples those without room for a patch are left out", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  const std::vector<Picture<>> examples{test::pebbles(Shape<3>{64, 64, 3}, 1, device),
                                        test::pebbles(Shape<3>{3, 3, 3}, 2, device)};
  std::vector<std::uint8_t> open(64 * 64, 0);
  for (std::size_t i = 0; i < open.size(); ++i) open[i] = i % 64 < 14 && i / 64 < 14 ? 1 : 0;
  auto o = options<TestType>({{40, 40}});
  o.coarsest = 8;
  o.example_masks = {{open.data(), 64, 64}, {}};
  const HostTexture made(TestType{}(examples, o, device));
  CHECK(test::empty_pixels(made) == 0);
  index_t wrong = 0;
  for (index_t y = 0; y < 40; ++y) {
    for (index_t x = 0; x < 40; ++x) {
      const int* s = made.source(y, x);
      wrong += s[0] != 0 || s[1] >= 14 || s[2] >= 14 ? 1 : 0;
    }
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("means obey the output's mask", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  const auto example = upload<TestDevice>(Shape<3>{20, 20, 1}, std::vector<std::uint8_t>(400, 9), device);
  std::vector<std::uint8_t> wanted(900), expected(900);
  for (std::size_t i = 0; i < 900; ++i) {
    wanted[i] = i % 30 > 11 ? 1 : 0;
    expected[i] = i % 30 > 11 ? 9 : 0;
  }
  auto o = options<TestType>({{30, 30}});
  o.steal = false;
  o.output_mask = {wanted.data(), 30, 30};
  CHECK(download(TestType{}(example, o, device).image) == expected);
}

TEMPLATE_TEST_CASE("an output tiles", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  const std::vector<Picture<>> examples{test::pebbles(Shape<3>{64, 64, 3}, 1, device)};
  // How much a line of pixels differs from the next one, which of the last is the first.
  const auto step = [](const HostTexture<std::uint8_t>& made, bool rows, index_t line) {
    double n = 0.0;
    for (index_t i = 0; i < 80; ++i) {
      const index_t next = (line + 1) % 80;
      const std::uint8_t* a = rows ? made.pixel(line, i) : made.pixel(i, line);
      const std::uint8_t* b = rows ? made.pixel(next, i) : made.pixel(i, next);
      for (int c = 0; c < 3; ++c) n += std::abs(a[c] - b[c]);
    }
    return n;
  };
  struct Rims {
    double rows = 0.0, columns = 0.0;
  };
  // The step across each rim, against those within.
  const auto across = [&](Tiling tiling) {
    Rims rim, inside;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      auto o = options<TestType>({{80, 80}}, seed);
      o.tiling = tiling;
      const HostTexture made(TestType{}(examples, o, device));
      rim.rows += step(made, true, 79);
      rim.columns += step(made, false, 79);
      for (index_t line = 0; line < 79; ++line) {
        inside.rows += step(made, true, line) / 79.0;
        inside.columns += step(made, false, line) / 79.0;
      }
    }
    return Rims{rim.rows / inside.rows, rim.columns / inside.columns};
  };
  // What does not tile shows it.
  const Rims x = across(Tiling::x), y = across(Tiling::y), xy = across(Tiling::xy);
  CHECK(x.columns < 1.25);
  CHECK(x.rows > 1.5);
  CHECK(y.rows < 1.25);
  CHECK(y.columns > 1.5);
  CHECK(xy.rows < 1.25);
  CHECK(xy.columns < 1.25);
}

TEMPLATE_TEST_CASE("degenerate examples", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  for (const Shape<3>& shape : {Shape<3>{1, 1, 3}, Shape<3>{1, 9, 3}, Shape<3>{4, 3, 3}, Shape<3>{30, 30, 3}}) {
    const std::vector<Picture<>> examples{
        upload<TestDevice>(shape, std::vector<std::uint8_t>(static_cast<std::size_t>(shape.size()), 7), device)};
    for (const Shape<2>& size : {Shape<2>{1, 1}, Shape<2>{3, 17}, Shape<2>{20, 20}}) {
      for (const Tiling tiling : {Tiling::none, Tiling::xy}) {
        auto o = options<TestType>(size);
        o.tiling = tiling;
        const HostTexture made(TestType{}(examples, o, device));
        CHECK(made.image == std::vector<std::uint8_t>(static_cast<std::size_t>(size.size() * 3), 7));
        CHECK(test::empty_pixels(made) == 0);
      }
    }
  }
}

TEMPLATE_TEST_CASE("an observer stops the work, and what there is comes at full size", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  const std::vector<Picture<>> examples{test::pebbles(Shape<3>{40, 40, 3}, 1, device)};
  index_t calls = 0;
  double last = -1.0;
  bool rising = true;
  const auto whole = TestType{}(examples, options<TestType>({{60, 60}}), device, [&](const Progress& p) {
    rising = rising && p.step == calls + 1 && p.step <= p.steps && p.seconds >= last && !p.preview.empty();
    std::vector<float> pixels(static_cast<std::size_t>(p.preview.height() * p.preview.width() * p.preview.channels()));
    p.preview.render(pixels.data());
    for (const float v : pixels) rising = rising && v >= 0.0f && v <= 1.0f;
    last = p.seconds;
    ++calls;
  });
  CHECK(rising);
  CHECK(calls > 3);
  CHECK(whole.reason == StopReason::finished);
  const auto stopped =
      TestType{}(examples, options<TestType>({{60, 60}}), device, [](const Progress&) { return Flow::stop; });
  CHECK(stopped.reason == StopReason::observer);
  const HostTexture made(stopped);
  CHECK(made.height == 60);
  CHECK(test::empty_pixels(made) == 0);
  CHECK(test::wrong_pixels(made, examples) == 0);
  CHECK(made.image != download(whole.image));
}

TEMPLATE_TEST_CASE("a guide says what is where", "[patches]", Optimize, PatchNN) {
  const TestDevice device;
  // Dark pebbles at the left of the example, bright ones at the right; the output asks for them at top and bottom.
  std::vector<std::uint8_t> values = download(test::pebbles(Shape<3>{40, 40, 3}, 1, device));
  std::vector<float> here(1600), there(3600);
  for (std::size_t i = 0; i < 1600; ++i) {
    here[i] = i % 40 < 20 ? 0.0f : 1.0f;
    for (std::size_t c = 0; c < 3; ++c)
      values[3 * i + c] = static_cast<std::uint8_t>(values[3 * i + c] / 2 + (i % 40 < 20 ? 0 : 127));
  }
  for (std::size_t i = 0; i < 3600; ++i) there[i] = i / 60 < 30 ? 0.0f : 1.0f;
  const std::vector<Picture<>> examples{upload<TestDevice>(Shape<3>{40, 40, 3}, values, device)};
  auto o = options<TestType>({{60, 60}});
  o.guide.examples = {{here.data(), 40, 40, 1}};
  o.guide.output = {there.data(), 60, 60, 1};
  for (const double weight : {1.0, 3.5}) {
    o.guide.weight = weight;
    const HostTexture made(TestType{}(examples, o, device));
    index_t astray = 0;
    for (index_t y = 0; y < 60; ++y) {
      for (index_t x = 0; x < 60; ++x) astray += (made.source(y, x)[2] < 20) != (y < 30) ? 1 : 0;
    }
    CHECK(astray < 180);  // three lines of pixels along the border
  }
}

TEST_CASE("retargeting keeps the order of things, an analogy takes the layout", "[patches]") {
  const TestDevice device;
  // Three bands of unlike pebbles, above one another.
  std::vector<int> levels = test::pebble_levels(Shape<3>{60, 40, 3}, 1, 5);
  for (std::size_t i = 0; i < levels.size(); ++i) levels[i] = levels[i] / 3 + 80 * static_cast<int>(i / (20 * 40 * 3));
  const std::vector<Picture<>> examples{test::picture<std::uint8_t>(Shape<3>{60, 40, 3}, levels, device)};
  auto o = options<PatchNN>({{90, 40}});
  o.start = Layout::stretched;
  const HostTexture wide(patch_nn(examples, o, device));
  index_t astray = 0;
  for (index_t y = 0; y < 90; ++y) {
    for (index_t x = 0; x < 40; ++x) astray += wide.source(y, x)[1] / 20 != y / 30 ? 1 : 0;
  }
  CHECK(astray < 90 * 40 / 10);
  // A guide that says nothing does not change where it begins.
  const std::vector<float> nothing(90 * 40, 0.0f);
  auto guided = o;
  guided.guide.examples = {{nothing.data(), 60, 40, 1}};
  guided.guide.output = {nothing.data(), 90, 40, 1};
  const HostTexture same(patch_nn(examples, guided, device));
  astray = 0;
  for (index_t y = 0; y < 90; ++y) {
    for (index_t x = 0; x < 40; ++x) astray += same.source(y, x)[1] / 20 != y / 30 ? 1 : 0;
  }
  CHECK(astray < 90 * 40 / 10);

  // The layout has the bands side by side.
  std::vector<float> layout;
  for (index_t y = 0; y < 30; ++y) {
    for (index_t i = 0; i < 60 * 3; ++i) layout.push_back((40.0f + 80.0f * static_cast<float>(i / 60)) / 255.0f);
  }
  o.size = {60, 90};
  o.start = Layout::given;
  o.layout = {layout.data(), 30, 60, 3};
  const HostTexture turned(patch_nn(examples, o, device));
  const std::vector<float> map(60 * 90, 0.0f);
  auto both = o;
  both.guide.examples = {{map.data(), 60, 40, 1}};
  both.guide.output = {map.data(), 60, 90, 1};
  CHECK_THROWS_AS(patch_nn(examples, both, device), InvalidArgument);
  astray = 0;
  for (index_t y = 0; y < 60; ++y) {
    for (index_t x = 0; x < 90; ++x) astray += turned.source(y, x)[1] / 20 != x / 30 ? 1 : 0;
  }
  CHECK(astray < 60 * 90 / 8);
}

TEMPLATE_TEST_CASE("bad input is refused", "[patches][errors]", Optimize, PatchNN) {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{20, 20, 3}, 1, device);
  const auto refuses = [&](auto change) {
    auto o = options<TestType>({{30, 30}});
    change(o);
    try {
      TestType{}(example, o, device);
    } catch (const InvalidArgument& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::vector<std::uint8_t> none(400, 0);
  const std::vector<float> map(400, 0.0f);
  CHECK(refuses([](auto&) {}).empty());
  CHECK_FALSE(refuses([](auto& o) { o.size = {0, 5}; }).empty());
  CHECK_FALSE(refuses([](auto& o) { o.patch = 0; }).empty());
  CHECK_FALSE(refuses([](auto& o) { o.patch = 65; }).empty());
  CHECK_FALSE(refuses([](auto& o) { o.rounds = 0; }).empty());
  CHECK_FALSE(refuses([](auto& o) { o.coarsest = 0; }).empty());
  CHECK_FALSE(refuses([&](auto& o) { o.example_masks = {{none.data(), 20, 20}}; }).empty());
  CHECK_FALSE(refuses([&](auto& o) { o.example_masks = {{none.data(), 10, 20}}; }).empty());
  CHECK_FALSE(refuses([&](auto& o) { o.output_mask = {none.data(), 20, 20}; }).empty());
  CHECK_FALSE(refuses([&](auto& o) { o.guide.output = {map.data(), 20, 20, 1}; }).empty());
  CHECK_FALSE(refuses([&](auto& o) {
                o.guide.output = {map.data(), 20, 20, 1};
                o.guide.examples = {{map.data(), 20, 20, 1}};
              }).empty());
  const std::vector<Picture<>> unlike{example, test::pebbles(Shape<3>{20, 20, 1}, 1, device)};
  CHECK_THROWS_AS(TestType{}(unlike, options<TestType>({{30, 30}}), device), InvalidArgument);
  CHECK_THROWS_AS(TestType{}(std::vector<Picture<>>{}, options<TestType>({{30, 30}}), device), InvalidArgument);
}
