// SPDX-License-Identifier: MIT
// The measures of texture fidelity, one thread: an example of 192² pixels of noise that is smooth at two scales, and
// an output of 384² with blocks of it.
#include <pastiche/device/cpu.hpp>
#include <pastiche/evaluate/texture.hpp>
#include <pastiche/image/filter.hpp>

#include <benchmark/benchmark.h>

namespace {

using namespace pastiche;
using Picture = Tensor<std::uint8_t, 3, Cpu>;

const Cpu kOne{.threads = 1};

Picture grain(index_t side, std::uint64_t seed) {
  Picture noise(Shape<3>{{side, side, 3}});
  CounterRng rng(seed, 0, 0);
  for (index_t i = 0; i < noise.size(); ++i) noise.data()[i] = static_cast<std::uint8_t>(rng.below(256));
  return gaussian_blur(noise, 1.5);
}

const Picture& example() {
  static const Picture picture = grain(192, 1);
  return picture;
}

/// Blocks of 32 pixels of the example from anywhere.
const Picture& output() {
  static const Picture picture = [] {
    Picture out(Shape<3>{{384, 384, 3}});
    for (index_t y = 0; y < 384; ++y) {
      for (index_t x = 0; x < 384; ++x) {
        CounterRng rng(2, 0, static_cast<std::uint64_t>(y / 32 * 12 + x / 32));
        const index_t row = rng.below(161) + y % 32, column = rng.below(161) + x % 32;
        for (index_t c = 0; c < 3; ++c) out.view()(y, x, c) = example().view()(row, column, c);
      }
    }
    return out;
  }();
  return picture;
}

template <class Measure>
void add(const char* name, Measure measure) {
  benchmark::RegisterBenchmark(name, [=](benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(measure(example(), output()));
  })->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  add("measure/swd", [](const auto& a, const auto& b) { return sliced_wasserstein(a, b, {}, kOne); });
  add("measure/coherence", [](const auto& a, const auto& b) { return coherence(a, b, {}, kOne); });
  add("measure/completeness", [](const auto& a, const auto& b) { return completeness(a, b, {}, kOne); });
  add("measure/acf", [](const auto& a, const auto& b) { return autocorrelation_distance(a, b, kOne); });
  add("measure/copy", [](const auto& a, const auto& b) { return longest_copy(a, b, {}, kOne).side; });
  add("measure/repeat", [](const auto&, const auto& b) { return longest_repeat(b, {}, kOne).side; });
  add("measure/all", [](const auto& a, const auto& b) { return texture_fidelity(a, b, kOne).swd; });
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
