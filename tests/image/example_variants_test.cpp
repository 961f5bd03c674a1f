// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"
#include "support/textures.hpp"

#include <pastiche/image/example_variants.hpp>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

template <class E = std::uint8_t>
using Picture = Tensor<E, 3, TestDevice>;

constexpr double kPi = 3.14159265358979323846;

/// A picture on the host.
template <class E>
struct Host {
  index_t height, width, channels;
  std::vector<E> values;

  explicit Host(const Picture<E>& picture)
      : height{picture.shape(0)}, width{picture.shape(1)}, channels{picture.shape(2)}, values{download(picture)} {}
  const E* pixel(index_t y, index_t x) const { return values.data() + (y * width + x) * channels; }
};

/// Pixels of a variant that are not those of its example where origin() says they are from.
template <class E>
index_t strays(const ExampleVariants<E, TestDevice>& more, std::size_t v, const std::vector<Host<E>>& examples) {
  const Host<E> variant(more.pictures[v]);
  index_t wrong = 0;
  for (index_t y = 0; y < variant.height; ++y) {
    for (index_t x = 0; x < variant.width; ++x) {
      const BlockSource from = more.origin({static_cast<int>(v), static_cast<int>(y), static_cast<int>(x)});
      const E* expected = examples[static_cast<std::size_t>(from.example)].pixel(from.row, from.column);
      for (index_t c = 0; c < variant.channels; ++c) wrong += variant.pixel(y, x)[c] == expected[c] ? 0 : 1;
    }
  }
  return wrong;
}

template <class Call>
bool refuses(const Call& call, const char* why) {
  const std::string message = test::refusal(call);
  INFO(message);
  return message.find(why) != std::string::npos;
}

/// Where a pixel of a variant is in its example, and what is there by cubic convolution, all in double.
struct Reference {
  double row, column;

  Reference(const Variant& v, const Host<std::uint8_t>& example, const Host<std::uint8_t>& variant, index_t y,
            index_t x) {
    const double dy = static_cast<double>(2 * y + 1 - variant.height) / 2.0 / v.scale;
    const double dx = static_cast<double>(2 * x + 1 - variant.width) / 2.0 / v.scale;
    const double c = std::cos(v.angle * kPi / 180.0), s = std::sin(v.angle * kPi / 180.0);
    row = static_cast<double>(example.height - 1) / 2.0 + dy * c + dx * s;
    column = static_cast<double>(example.width - 1) / 2.0 + (v.mirrored ? -1.0 : 1.0) * (dx * c - dy * s);
  }

  bool inside(const Host<std::uint8_t>& example, double margin) const {
    return row > margin - 0.5 && row < static_cast<double>(example.height) - 0.5 - margin && column > margin - 0.5 &&
           column < static_cast<double>(example.width) - 0.5 - margin;
  }

  double operator()(const Host<std::uint8_t>& example, index_t channel, double scale) const {
    const double narrow = scale < 1.0 ? scale : 1.0, reach = 2.0 / narrow;
    double sum = 0.0, weights = 0.0;
    for (double v = std::ceil(row - reach); v <= row + reach; ++v) {
      for (double u = std::ceil(column - reach); u <= column + reach; ++u) {
        const double w = kernel((v - row) * narrow) * kernel((u - column) * narrow);
        sum += w * example.pixel(mirror(v, example.height), mirror(u, example.width))[channel];
        weights += w;
      }
    }
    return sum / weights < 0.0 ? 0.0 : sum / weights > 255.0 ? 255.0 : sum / weights;
  }

 private:
  static double kernel(double t) {
    t = std::abs(t);
    if (t < 1.0) return 1.5 * t * t * t - 2.5 * t * t + 1.0;
    return t < 2.0 ? -0.5 * t * t * t + 2.5 * t * t - 4.0 * t + 2.0 : 0.0;
  }
  static index_t mirror(double at, index_t n) {
    const auto i = static_cast<index_t>(at);
    return i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i;
  }
};

}  // namespace

TEMPLATE_TEST_CASE("right angles and mirrors steal pixels whole", "[variants]", std::uint8_t, std::uint16_t, Half,
                   float, double) {
  const TestDevice device;
  for (const index_t channels : {1, 3, 5}) {
    const std::vector<Picture<TestType>> examples{test::pebbles<TestType>(Shape<3>{19, 26, channels}, 1, device),
                                                  test::pebbles<TestType>(Shape<3>{8, 7, channels}, 2, device)};
    const auto more = example_variants(examples, {.angles = {90, 180, 270}, .mirror = true});
    REQUIRE(more.pictures.size() == 16);
    CHECK(more.masks().empty());
    const std::vector<Host<TestType>> hosts{Host<TestType>(examples[0]), Host<TestType>(examples[1])};
    std::set<std::uint64_t> unlike;
    for (std::size_t v = 0; v < 16; ++v) {
      CHECK(strays(more, v, hosts) == 0);
      unlike.insert(test::hash_of(more.pictures[v]));
      const bool upright = more.variants[v].angle == 0.0 || more.variants[v].angle == 180.0;
      const Host<TestType>& host = hosts[static_cast<std::size_t>(more.variants[v].example)];
      CHECK(more.pictures[v].shape() == Shape<3>{upright ? host.height : host.width,  //
                                                 upright ? host.width : host.height, channels});
    }
    CHECK(unlike.size() == 16);
    CHECK(download(more.pictures[0]) == hosts[0].values);
    CHECK(download(more.pictures[1]) == hosts[1].values);
  }
}

TEST_CASE("turns go counterclockwise, after the mirror", "[variants]") {
  const auto example = upload<TestDevice>(Shape<3>{2, 3, 1}, std::vector<std::uint8_t>{1, 2, 3,  //
                                                                                       4, 5, 6});
  const auto more = example_variants(example, {.angles = {90}, .mirror = true});
  REQUIRE(more.pictures.size() == 4);
  CHECK(download(more.pictures[1]) == std::vector<std::uint8_t>{3, 6, 2, 5, 1, 4});
  CHECK(download(more.pictures[2]) == std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4});
  CHECK(download(more.pictures[3]) == std::vector<std::uint8_t>{1, 4, 2, 5, 3, 6});
}

TEST_CASE("other angles and scales agree with cubic convolution in double", "[variants]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{31, 40, 3}, 1, device);
  const Host<std::uint8_t> host(example);
  const auto more = example_variants(example, {.angles = {30, 217.3}, .scales = {0.37, 0.8, 1.6}, .mirror = true});
  REQUIRE(more.pictures.size() == 24);
  for (std::size_t v = 0; v < more.pictures.size(); ++v) {
    const Variant& how = more.variants[v];
    const Host<std::uint8_t> variant(more.pictures[v]);
    const std::vector<Mask2> masks = more.masks();
    double worst = 0.0;
    index_t astray = 0, wrong = 0;
    for (index_t y = 0; y < variant.height; ++y) {
      for (index_t x = 0; x < variant.width; ++x) {
        const Reference place(how, host, variant, y, x);
        if (masks[v](y, x) ? !place.inside(host, -1e-6) : place.inside(host, 1e-6)) ++wrong;
        if (!place.inside(host, 1e-6)) continue;
        for (index_t c = 0; c < 3; ++c) {
          const double expected = place(host, c, how.scale);
          worst = std::fmax(worst, std::abs(static_cast<double>(variant.pixel(y, x)[c]) - expected));
        }
        const BlockSource origin = more.origin({static_cast<int>(v), static_cast<int>(y), static_cast<int>(x)});
        astray += std::abs(origin.row - place.row) > 0.5001 || std::abs(origin.column - place.column) > 0.5001 ? 1 : 0;
      }
    }
    INFO("angle " << how.angle << ", scale " << how.scale);
    CHECK(worst < 1.0);
    CHECK(wrong == 0);
    CHECK(astray == 0);
  }
}

TEST_CASE("turned 8-bit pixels are the same everywhere", "[variants]") {
  const TestDevice device;
  const auto more = example_variants(test::pebbles(Shape<3>{31, 40, 3}, 1, device), {.angles = {30}, .scales = {0.7}});
  std::uint64_t hash = 0;
  for (const auto& picture : more.pictures) hash ^= test::hash_of(picture);
  CHECK(hash == 0x7b3e00278f03da48);
}

TEST_CASE("nothing that may not be stolen is mixed into what may", "[variants]") {
  const TestDevice device;
  std::vector<std::uint8_t> values(40 * 36, 50), open(40 * 36, 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int y = static_cast<int>(i) / 36, x = static_cast<int>(i) % 36;
    if ((y - 18) * (y - 18) + (x - 10) * (x - 10) < 30) {
      values[i] = static_cast<std::uint8_t>(150 + i % 100);
      open[i] = 0;
    }
  }
  const auto example = upload<TestDevice>(Shape<3>{40, 36, 1}, values, device);
  const auto more = example_variants(example, {.angles = {45, 90, 100}, .scales = {0.5, 1.7}, .mirror = true},
                                     {{open.data(), 40, 36}});
  const std::vector<Mask2> masks = more.masks();
  REQUIRE(masks.size() == 24);
  for (std::size_t v = 0; v < masks.size(); ++v) {
    const Host<std::uint8_t> variant(more.pictures[v]);
    index_t soiled = 0, may = 0;
    for (index_t y = 0; y < variant.height; ++y) {
      for (index_t x = 0; x < variant.width; ++x) {
        if (!masks[v](y, x)) continue;
        ++may;
        soiled += *variant.pixel(y, x) == 50 ? 0 : 1;
      }
    }
    CHECK(soiled == 0);
    CHECK(static_cast<double>(may) > 0.5 * 40 * 36 * more.variants[v].scale * more.variants[v].scale);
  }
}

TEST_CASE("a provenance leads back, other maps are turned along", "[variants]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{17, 23, 3}, 1, device);
  const auto labels = test::pebbles<std::uint16_t>(Shape<3>{17, 23, 2}, 5, device);
  const auto more = example_variants(example, {.angles = {180, 61}, .scales = {1.4}});
  const auto maps = more.like(labels);
  REQUIRE(maps.size() == more.pictures.size());
  const Host<std::uint16_t> host(labels);
  for (std::size_t v = 0; v < maps.size(); ++v) {
    const index_t height = more.pictures[v].shape(0), width = more.pictures[v].shape(1);
    CHECK(maps[v].shape() == Shape<3>{height, width, 2});
    std::vector<int> everywhere;
    for (index_t i = 0; i < height * width; ++i) {
      everywhere.insert(everywhere.end(),
                        {static_cast<int>(v), static_cast<int>(i / width), static_cast<int>(i % width)});
    }
    everywhere[0] = everywhere[1] = everywhere[2] = -1;
    const auto provenance = upload<TestDevice>(Shape<3>{height, width, 3}, everywhere, device);
    const std::vector<int> origins = download(more.origin(provenance));
    const Host<std::uint16_t> map(maps[v]);
    CHECK((origins[0] == -1 && origins[1] == -1 && origins[2] == -1));
    index_t wrong = 0;
    for (index_t i = 1; i < height * width; ++i) {
      const int* from = origins.data() + 3 * i;
      const BlockSource one =
          more.origin({static_cast<int>(v), static_cast<int>(i / width), static_cast<int>(i % width)});
      wrong += from[0] != 0 || from[1] != one.row || from[2] != one.column ? 1 : 0;
      for (index_t c = 0; c < 2; ++c)
        wrong += map.values[static_cast<std::size_t>(2 * i + c)] != host.pixel(from[1], from[2])[c];
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("small, equal and impossible variants", "[variants]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{9, 9, 3}, 1, device);
  CHECK(example_variants(example, {}).pictures.size() == 1);
  CHECK(example_variants(example, {.angles = {0, 90, 450, -270, 360}, .scales = {1, 0.5, 0.5}}).pictures.size() == 4);
  for (const Shape<3>& shape : {Shape<3>{1, 1, 1}, Shape<3>{1, 9, 1}, Shape<3>{2, 3, 1}}) {
    const std::vector<std::uint8_t> flat(static_cast<std::size_t>(shape.size()), 77);
    const auto more = example_variants(upload<TestDevice>(shape, flat, device),
                                       {.angles = {33, 90}, .scales = {0.1, 10}, .mirror = true});
    CHECK(more.pictures.size() >= 6);
    for (const auto& picture : more.pictures) {
      CHECK(download(picture) == std::vector<std::uint8_t>(static_cast<std::size_t>(picture.size()), 77));
    }
  }
  const std::vector<std::uint8_t> none(81, 0);
  CHECK(example_variants(example, {.angles = {45}}, {{none.data(), 9, 9}}).pictures.size() == 1);
}

TEST_CASE("what makes no variants is refused by name", "[variants]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{9, 9, 3}, 1, device);
  const std::vector<std::uint8_t> open(81, 1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refuses([&] { example_variants(example, {.angles = {nan}}); }, "example_variants: angle is nan"));
  CHECK(refuses([&] { example_variants(example, {.scales = {0.05}}); }, "example_variants: scale is 0.05"));
  CHECK(refuses([&] { example_variants(example, {.scales = {nan}}); }, "example_variants: scale is nan"));
  CHECK(refuses([&] { example_variants(std::vector<Picture<>>{}, {}); }, "number of examples is 0"));
  CHECK(refuses([&] { example_variants(example, {}, {{open.data(), 9, 9}, {}}); }, "number of example masks is 2"));
  CHECK(refuses(
      [&] {
        example_variants(example, {}, {{open.data(), 3, 9}});
      },
      "size of the mask of example 0 is 3 by 9"));
  const auto more = example_variants(example, {.angles = {90}});
  CHECK(refuses([&] { more.like(std::vector{example, example}); }, "like: number of maps is 2"));
  CHECK(refuses([&] { more.like(test::pebbles(Shape<3>{8, 9, 3}, 1, device)); }, "like: size of a map is 8 by 9"));
  CHECK(refuses([&] { more.origin(BlockSource{2, 0, 0}); }, "origin: number of the variant is 2"));
}
