// SPDX-License-Identifier: MIT
// bench: libraries=pastiche::io
// PatchMatch beside the textbook's, and whole textures as multiples of it, all in turns in one run, by processor time
// of one thread; the best of each is kept.
#include "ceiling.hpp"
#include "textbook.hpp"

#include <pastiche/searcher/patch_match.hpp>
#include <pastiche/texture/coherence.hpp>
#include <pastiche/texture/efros_leung.hpp>
#include <pastiche/texture/inpainting.hpp>
#include <pastiche/texture/optimization.hpp>
#include <pastiche/texture/patch_nn.hpp>

#include <benchmark/benchmark.h>

#include <sys/resource.h>

namespace {

using namespace pastiche;
using bench::Best;
using bench::Yardstick;

void patch_match(benchmark::State& state) {
  const auto level = static_cast<simd::Level>(state.range(0));
  if (level > simd::level()) return state.SkipWithError("not on this machine");
  const Cpu cpu{.threads = 1, .level = level};
  Yardstick textbook;
  Best ours;
  double mean = 0.0;
  for (auto _ : state) {
    textbook.run();
    ours.run([&] {
      const auto problem = detail::field_problem<std::uint8_t, Cpu>(
          "bench", cpu, std::as_const(textbook.picture).view(), {std::as_const(textbook.example).view()}, {});
      const auto field = PatchMatch{}.search(problem, SquaredDifference{});
      mean = 0.0;
      for (index_t i = 0; i < field.distances.size(); ++i) mean += field.distances.data()[i];
      mean /= static_cast<double>(field.distances.size());
    });
  }
  state.SetLabel(bench::name_of(level));
  state.counters["cpu_s"] = ours.seconds;
  state.counters["textbook_cpu_s"] = textbook.best.seconds;
  state.counters["times_textbook"] = textbook.best.seconds / ours.seconds;
  state.counters["distance_over_textbook"] = mean / textbook.mean;
}

template <class F>
void texture(benchmark::State& state, index_t from, F&& make) {
  const auto level = static_cast<simd::Level>(state.range(0));
  if (level > simd::level()) return state.SkipWithError("not on this machine");
  const Cpu cpu{.threads = 1, .level = level};
  const auto example = bench::photo("kodim13.png", from, 3);
  Yardstick textbook;
  Best ours;
  for (auto _ : state) {
    textbook.run();
    ours.run([&] { benchmark::DoNotOptimize(make(example, cpu).image.data()); });
  }
  state.SetLabel(bench::name_of(level));
  state.counters["cpu_s"] = ours.seconds;
  state.counters["textbooks"] = ours.seconds / textbook.best.seconds;
}

void optimize(benchmark::State& state) {
  texture(state, 128, [](const auto& example, const Cpu& cpu) {
    return optimize_texture(example, {.size = {512, 512}}, cpu);
  });
}
void patchnn(benchmark::State& state) {
  texture(state, 128, [](const auto& example, const Cpu& cpu) { return patch_nn(example, {.size = {512, 512}}, cpu); });
}
void coherence(benchmark::State& state) {
  texture(state, 128, [](const auto& example, const Cpu& cpu) {
    return coherent_texture(example, {.size = {512, 512}}, cpu);
  });
}
void efros_leung_64(benchmark::State& state) {
  texture(state, 64, [](const auto& example, const Cpu& cpu) {
    return efros_leung(example, {.size = {192, 192}}, cpu);
  });
}

/// A hole of 128 by 128 pixels in the middle of 512 by 512.
void inpaint_128(benchmark::State& state) {
  std::vector<std::uint8_t> hole;
  for (index_t i = 0; i < 512 * 512; ++i) {
    const index_t y = i / 512, x = i % 512;
    hole.push_back(y >= 192 && y < 320 && x >= 192 && x < 320 ? 1 : 0);
  }
  texture(state, 512, [&](const auto& picture, const Cpu& cpu) {
    return inpaint(picture, Mask2{hole.data(), 512, 512}, {}, cpu);
  });
}

/// Output of a side from an example of 512 pixels: seconds and memory should follow the area.
void optimize_area(benchmark::State& state) {
  const auto example = bench::photo("kodim13.png", 512, 3);
  const index_t side = state.range(0);
  Best ours;
  for (auto _ : state) {
    ours.run([&] {
      benchmark::DoNotOptimize(optimize_texture(example, {.size = {side, side}}, Cpu{.threads = 1}).image.data());
    });
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["cpu_s"] = ours.seconds;
  state.counters["cpu_s/Mpixel"] = ours.seconds / (1e-6 * static_cast<double>(side * side));
  state.counters["peak_MB"] = static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void levels(benchmark::internal::Benchmark* b) {
  b->ArgName("level")->DenseRange(0, 2)->Iterations(3)->Unit(benchmark::kMillisecond);
}

BENCHMARK(patch_match)->Apply(levels);
BENCHMARK(optimize)->Apply(levels);
BENCHMARK(patchnn)->Apply(levels);
BENCHMARK(coherence)->Apply(levels);
BENCHMARK(efros_leung_64)->Name("efros_leung")->Apply(levels);
BENCHMARK(inpaint_128)->Name("inpaint")->Apply(levels);
BENCHMARK(optimize_area)->ArgName("side")->Arg(512)->Arg(1024)->Arg(2048)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
