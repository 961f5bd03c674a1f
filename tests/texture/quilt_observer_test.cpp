// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/quilt_checks.hpp"

#include <string>

using namespace pastiche;
using test::HostQuilt;
using test::TestDevice;

namespace {

constexpr index_t kSide = 50;

template <class Watch>
auto watched(const Watch& watch) {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{40, 40, 3}, 1, device);
  return quilt(example, {.size = {kSide, kSide}, .block = 12, .overlap = 4, .seed = 1, .provenance = true}, watch,
               device);
}

}  // namespace

TEST_CASE("an observer sees rising steps and the picture grow", "[quilt][observer]") {
  std::vector<index_t> steps;
  std::vector<float> last(kSide * kSide * 3);
  bool right = true;
  double seconds = 0.0;
  const auto result = watched([&](const Progress& p) {
    right = right && std::string(p.stage) == "quilt" && p.step <= p.steps && p.seconds >= seconds;
    right = right && (steps.empty() ? p.step >= 1 : p.step > steps.back());
    right = right && !p.preview.empty() && p.preview.height() == kSide && p.preview.width() == kSide &&
            p.preview.channels() == 3;
    steps.push_back(p.step);
    seconds = p.seconds;
    p.preview.render(last.data());
    if (p.step < p.steps) right = right && last.back() == 0.0f;  // the last corner is the last to be made
    if (p.step == p.steps) steps.push_back(p.steps + 1);
  });
  CHECK(right);
  CHECK(steps.size() > 5);
  CHECK(steps.back() == static_cast<index_t>(result.blocks.size()) + 1);
  std::vector<float> expected;
  for (const std::uint8_t value : download(result.image)) expected.push_back(to_scalar<float>(value));
  CHECK(last == expected);
  CHECK(result.reason == StopReason::finished);
}

TEST_CASE("an observer changes nothing", "[quilt][observer]") {
  CHECK(test::hash_of(watched([](const Progress&) {}).image) == test::hash_of(watched(Unobserved{}).image));
}

TEST_CASE("an observer stops the work, and what was made stays", "[quilt][observer]") {
  const auto whole = watched(Unobserved{});
  for (const int calls : {1, 4}) {
    int left = calls;
    index_t made = 0;
    const auto result = watched([&](const Progress& p) {
      made = p.step;
      return --left == 0 ? Flow::stop : Flow::proceed;
    });
    CHECK(left == 0);
    CHECK(result.reason == StopReason::observer);
    CHECK(static_cast<index_t>(result.blocks.size()) == made);
    CHECK(made < static_cast<index_t>(whole.blocks.size()));
    const HostQuilt<std::uint8_t> q(result);
    CHECK(test::wrong_pixels(q, {test::on_host(test::pebbles(Shape<3>{40, 40, 3}, 1, TestDevice{}))}) == 0);
    CHECK(test::empty_pixels(q) > 0);
    for (std::size_t b = 0; b < result.blocks.size(); ++b) {
      CHECK(result.blocks[b].row == whole.blocks[b].row);
      CHECK(result.blocks[b].source.row == whole.blocks[b].source.row);
      CHECK(result.blocks[b].source.column == whole.blocks[b].source.column);
    }
  }
}
