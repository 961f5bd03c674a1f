// SPDX-License-Identifier: MIT
// test: devices=cpu
#include <pastiche/core/observer.hpp>

#include "support/catch.hpp"

#include <vector>

namespace {

using namespace pastiche;

struct Counter {
  int calls = 0;
  void operator()(const Progress&) { ++calls; }
};
struct Answers {
  bool operator()(const Progress&) const { return true; }
};

void ramp(const void* context, float* to) {
  const float step = *static_cast<const float*>(context);
  for (int i = 0; i < 12; ++i) to[i] = static_cast<float>(i) * step;
}

}  // namespace

TEST_CASE("An observer returns nothing or a Flow") {
  STATIC_REQUIRE(Observer<Unobserved>);
  STATIC_REQUIRE(Observer<Counter>);
  STATIC_REQUIRE(Observer<Flow (*)(const Progress&)>);
  STATIC_REQUIRE_FALSE(Observer<Answers>);
  STATIC_REQUIRE_FALSE(Observer<int>);
  STATIC_REQUIRE(ignores_progress<Unobserved>);
  STATIC_REQUIRE_FALSE(ignores_progress<Counter>);

  Counter counter;
  CHECK(notify(counter, {.stage = "sweep", .step = 1}) == Flow::proceed);
  CHECK(counter.calls == 1);  // the caller's own, not a copy
  auto until_three = [](const Progress& progress) { return progress.step < 3 ? Flow::proceed : Flow::stop; };
  CHECK(notify(until_three, {.step = 2}) == Flow::proceed);
  CHECK(notify(until_three, {.step = 3}) == Flow::stop);
}

TEST_CASE("A preview is made when it is asked for") {
  const float step = 0.25f;
  const Preview preview(2, 3, 2, &ramp, &step);
  CHECK_FALSE(preview.empty());
  CHECK(preview.height() == 2);
  CHECK(preview.width() == 3);
  CHECK(preview.channels() == 2);
  std::vector<float> pixels(12, -1.0f);
  preview.render(pixels.data());
  CHECK(pixels[11] == 2.75f);

  const Preview none;
  CHECK(none.empty());
  none.render(pixels.data());
  CHECK(pixels[11] == 2.75f);
  CHECK(Progress{}.preview.empty());
}

TEST_CASE("A stopwatch does not run backwards") {
  const Stopwatch watch;
  const double first = watch.seconds();
  CHECK(first >= 0.0);
  CHECK(watch.seconds() >= first);
}
