// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/coherence_checks.hpp"

#include <pastiche/texture/coherence.hpp>

#include <string>
#include <vector>

using namespace pastiche;
using test::TestDevice;

namespace {

constexpr index_t kSide = 70;

template <class Watch>
auto watched(const Watch& watch) {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{100, 110, 3}, 1, device);
  return coherent_texture(example, {.size = {kSide, kSide + 1}, .seed = 1, .provenance = true}, watch, device);
}

}  // namespace

TEST_CASE("an observer sees every pass, and a whole picture after each", "[coherence][observer]") {
  index_t calls = 0;
  bool right = true;
  std::vector<float> last(kSide * (kSide + 1) * 3);
  const auto result = watched([&](const Progress& p) {
    right = right && std::string(p.stage) == "coherence" && p.step == ++calls && p.step <= p.steps;
    right = right && p.preview.height() == kSide && p.preview.width() == kSide + 1 && p.preview.channels() == 3;
    p.preview.render(last.data());
  });
  CHECK(right);
  CHECK(calls >= 4);
  std::vector<float> expected;
  for (const std::uint8_t value : download(result.image)) expected.push_back(to_scalar<float>(value));
  CHECK(last == expected);
  CHECK(result.reason == StopReason::finished);
}

TEST_CASE("an observer changes nothing", "[coherence][observer]") {
  CHECK(test::hash_of(watched([](const Progress&) {}).image) == test::hash_of(watched(Unobserved{}).image));
}

TEST_CASE("what an observer stops is there at full size", "[coherence][observer]") {
  const auto example = test::pebbles(Shape<3>{100, 110, 3}, 1, TestDevice{});
  for (const int calls : {1, 3, 5}) {
    int left = calls;
    std::vector<float> seen(kSide * (kSide + 1) * 3);
    const auto result = watched([&](const Progress& p) {
      p.preview.render(seen.data());
      return --left == 0 ? Flow::stop : Flow::proceed;
    });
    CHECK(left == 0);
    CHECK(result.reason == StopReason::observer);
    CHECK(test::wrong_elements(result, {test::on_host(example)}) == 0);
    std::vector<float> expected;
    for (const std::uint8_t value : download(result.image)) expected.push_back(to_scalar<float>(value));
    CHECK(seen == expected);
    int empty = 0;
    for (const int from : download(result.provenance)) empty += from < 0 ? 1 : 0;
    CHECK(empty == 0);
  }
}
