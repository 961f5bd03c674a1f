// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/quilt_checks.hpp"

using namespace pastiche;
using test::HostQuilt;
using test::TestDevice;

TEMPLATE_TEST_CASE("every element, every number of channels, hard and soft seams", "[quilt]", std::uint16_t, Half,
                   float, double) {
  const TestDevice device;
  for (const index_t channels : {1, 2, 3, 4, 7}) {
    INFO("channels " << channels);
    const auto example = test::pebbles<TestType>(Shape<3>{30, 34, channels}, 1, device);
    const QuiltOptions options{
        .size = {41, 39}, .block = 12, .overlap = 4, .seed = 9, .tiling = Tiling::x, .provenance = true};
    const HostQuilt<TestType> hard(quilt(example, options, device)), soft(quilt(example, options, Feather{}, device));
    CHECK(test::wrong_pixels(hard, {test::on_host(example)}) == 0);
    CHECK(test::wrong_pixels(soft, {test::on_host(example)}) == 0);
    CHECK(test::empty_pixels(hard) + test::empty_pixels(soft) == 0);
    index_t mixed = 0;
    for (const std::uint8_t m : soft.mixed) mixed += m;
    CHECK(mixed > 41 * 39 / 50);
    CHECK(mixed < 41 * 39);
  }
}

TEST_CASE("bytes of any number of channels, soft seams", "[quilt]") {
  const TestDevice device;
  for (const index_t channels : {1, 2, 4, 7}) {
    const auto example = test::pebbles(Shape<3>{30, 34, channels}, 1, device);
    const HostQuilt<std::uint8_t> q(
        quilt(example, {.size = {41, 39}, .block = 12, .tiling = Tiling::xy, .provenance = true}, Feather{3}, device));
    CHECK(test::wrong_pixels(q, {test::on_host(example)}) == 0);
    CHECK(test::empty_pixels(q) == 0);
  }
}

TEST_CASE("a strided view, writable or not, gives what a dense example does", "[quilt]") {
  const TestDevice device;
  auto wide = test::pebbles(Shape<3>{40, 60, 3}, 7, device);
  const std::vector<std::uint8_t> values = download(wide);
  std::vector<std::uint8_t> part;
  for (index_t y = 5; y < 35; ++y) {
    const auto from = values.begin() + (y * 60 + 10) * 3;
    part.insert(part.end(), from, from + 40 * 3);
  }
  const auto dense = upload<TestDevice>(Shape<3>{30, 40, 3}, part, device);
  const TensorView<std::uint8_t, 3, TestDevice> strided(wide.data() + (5 * 60 + 10) * 3, Shape<3>{30, 40, 3},
                                                        Shape<3>{180, 3, 1});
  const QuiltOptions options{.size = {50, 50}, .block = 11, .seed = 2};
  CHECK(test::hash_of(quilt(strided, options, device).image) == test::hash_of(quilt(dense, options, device).image));
  const TensorView<const std::uint8_t, 3, TestDevice> read_only = strided;
  CHECK(test::hash_of(quilt(read_only, options, device).image) == test::hash_of(quilt(dense, options, device).image));
}

TEST_CASE("floats do not depend on the threads", "[quilt]") {
  std::vector<std::uint64_t> hashes;
  for (const TestDevice& device : test::device_variants()) {
    const auto example = test::pebbles<float>(Shape<3>{60, 70, 3}, 1, device);
    hashes.push_back(test::hash_of(
        quilt(example, {.size = {120, 130}, .block = 24, .tiling = Tiling::xy}, Feather{}, device).image));
  }
  for (const std::uint64_t hash : hashes) CHECK(hash == hashes[0]);
}

TEST_CASE("finite pixels of any size are quilted", "[quilt]") {
  // Squares of the largest of them are infinite.
  const TestDevice device;
  std::vector<float> values;
  CounterRng rng(1, 0, 0);
  for (int i = 0; i < 20 * 20; ++i) values.push_back((rng.uniform() - 0.5f) * 3e38f);
  const auto example = upload<TestDevice>(Shape<3>{20, 20, 1}, values, device);
  const HostQuilt<float> q(quilt(example, {.size = {30, 30}, .block = 6, .provenance = true}, device));
  CHECK(test::empty_pixels(q) == 0);
  CHECK(test::wrong_pixels(q, {test::on_host(example)}) == 0);
}
