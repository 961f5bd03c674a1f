// SPDX-License-Identifier: MIT
// bench: devices=cpu
// Chains of 600 states, one thread: what is foreseen, paths and loops.
#include <pastiche/chain/look_ahead.hpp>
#include <pastiche/chain/paths.hpp>
#include <pastiche/core/random.hpp>

#include <benchmark/benchmark.h>

#include <cmath>

namespace {

using namespace pastiche;

/// A clip whose frames go round at an irrational rate, a little noise on every distance; following on costs nothing.
Tensor<float, 2, Cpu> clip_costs(index_t n) {
  CounterRng rng(1, 0, 0);
  Tensor<float, 2, Cpu> costs({n, n});
  for (index_t s = 0; s < n; ++s) {
    for (index_t t = 0; t < n; ++t) {
      const double turn = 0.5 * 0.1732050808 * static_cast<double>(t - s - 1);
      costs.data()[s * n + t] = static_cast<float>(std::abs(std::sin(turn))) + 0.05f * rng.uniform();
    }
    if (s + 1 < n) costs.data()[s * n + s + 1] = 0.0f;
  }
  for (index_t t = 0; t < n; ++t) costs.data()[(n - 1) * n + t] = HUGE_VALF;
  return costs;
}

void look_ahead_600(benchmark::State& state) {
  const auto costs = clip_costs(600);
  for (auto _ : state) benchmark::DoNotOptimize(look_ahead(costs, {.discount = 0.995, .power = 1.5}).rounds);
}
BENCHMARK(look_ahead_600)->Unit(benchmark::kMillisecond);

void best_loop_600(benchmark::State& state) {
  const auto costs = clip_costs(600);
  const Cpu device{.threads = 1};
  for (auto _ : state) benchmark::DoNotOptimize(best_loop(costs, state.range(0), device).cost);
}
BENCHMARK(best_loop_600)->Arg(100)->Arg(300)->Arg(511)->Unit(benchmark::kMillisecond);

void best_path_600(benchmark::State& state) {
  const auto costs = clip_costs(600);
  const Cpu device{.threads = 1};
  for (auto _ : state) benchmark::DoNotOptimize(best_path(costs, 0, 1, state.range(0), device).cost);
}
BENCHMARK(best_path_600)->Arg(300)->Unit(benchmark::kMillisecond);

void mean_loop_600(benchmark::State& state) {
  const auto costs = clip_costs(600);
  const Cpu device{.threads = 1};
  for (auto _ : state) benchmark::DoNotOptimize(mean_loop(costs, device).cost);
}
BENCHMARK(mean_loop_600)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
