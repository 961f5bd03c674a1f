// SPDX-License-Identifier: MIT
// k-coherence synthesis of RGB textures by size, level and threads, beside quilting in the same run; times are of the
// processor, the least of all repetitions.
#include "ceiling.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/coherence.hpp>
#include <pastiche/texture/quilting.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <ctime>

namespace {

using namespace pastiche;

/// Seconds of all threads together.
double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Keeps the least time of what it runs.
struct Least {
  double wall = 1e30, processor = 1e30;
  template <class F>
  void run(F&& f) {
    const double wall_start = bench::seconds_now(), start = processor_seconds();
    f();
    processor = (std::min)(processor, processor_seconds() - start);
    wall = (std::min)(wall, bench::seconds_now() - wall_start);
  }
};

/// Shaded discs in random places: a texture with elements.
template <class E>
Tensor<E, 3, Cpu> example(index_t side, const Cpu& cpu) {
  Tensor<E, 3, Cpu> image({side, side, 3}, cpu);
  for (index_t i = 0; i < image.size(); ++i) image.data()[i] = from_scalar<E>(0.15f);
  CounterRng rng(1, 0, 0);
  const auto below = [&](index_t n) { return static_cast<index_t>(rng.below(static_cast<std::uint32_t>(n))); };
  for (index_t disc = 0; disc < side * side / 25; ++disc) {
    const index_t cy = below(side), cx = below(side), r = 3 + below(6);
    float colour[3];
    for (float& c : colour) c = 0.4f + 0.6f * rng.uniform();
    for (index_t y = (std::max)(index_t{0}, cy - r); y <= (std::min)(side - 1, cy + r); ++y) {
      for (index_t x = (std::max)(index_t{0}, cx - r); x <= (std::min)(side - 1, cx + r); ++x) {
        const float d = static_cast<float>((y - cy) * (y - cy) + (x - cx) * (x - cx)) / static_cast<float>(r * r);
        if (d > 1.0f) continue;
        for (index_t c = 0; c < 3; ++c)
          image.data()[(y * side + x) * 3 + c] = from_scalar<E>(colour[c] * (1.0f - 0.4f * d));
      }
    }
  }
  return image;
}

/// side of the example, side of the output, neighbourhood, level, threads.
template <class E>
void coherence(benchmark::State& state) {
  const auto level = static_cast<simd::Level>(state.range(3));
  if (level > simd::level()) return state.SkipWithError("not on this machine");
  const Cpu cpu{.threads = static_cast<int>(state.range(4)), .level = level};
  const auto from = example<E>(state.range(0), cpu);
  const index_t side = state.range(1);
  Least made, prepared, quilted;
  for (auto _ : state) {
    const int neighbourhood = static_cast<int>(state.range(2));
    made.run([&] {
      const auto result = coherent_texture(from, {.size = {side, side}, .neighbourhood = neighbourhood}, cpu);
      benchmark::DoNotOptimize(result.image.data());
    });
    // What does not depend on the output's size.
    prepared.run([&] {
      const auto result = coherent_texture(from, {.size = {8, 8}, .neighbourhood = neighbourhood}, cpu);
      benchmark::DoNotOptimize(result.image.data());
    });
    quilted.run([&] {
      const auto result = quilt(from, {.size = {side, side}}, cpu);
      benchmark::DoNotOptimize(result.image.data());
    });
  }
  const double pixels = static_cast<double>(side * side);
  state.SetLabel(bench::name_of(level));
  state.counters["wall_ms"] = 1e3 * made.wall;
  state.counters["cpu_ms"] = 1e3 * made.processor;
  state.counters["prepare_cpu_ms"] = 1e3 * prepared.processor;
  state.counters["cpu_us_a_pixel"] = 1e6 * (made.processor - prepared.processor) / pixels;
  state.counters["quilt_cpu_ms"] = 1e3 * quilted.processor;
}

void sizes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"example", "output", "neighbourhood", "level", "threads"});
  for (const int level : {0, 1, 2}) b->Args({128, 512, 7, level, 1});
  b->Args({128, 512, 5, 2, 1})->Args({128, 512, 7, 2, 2});
  for (const int side : {256, 1024, 2048}) b->Args({256, side, 7, 2, 2});
  b->Args({512, 2048, 7, 2, 2});
  b->Iterations(3)->UseRealTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_TEMPLATE(coherence, std::uint8_t)->Name("coherence/8-bit")->Apply(sizes);
BENCHMARK_TEMPLATE(coherence, float)->Name("coherence/float")->Apply(sizes);

}  // namespace

BENCHMARK_MAIN();
