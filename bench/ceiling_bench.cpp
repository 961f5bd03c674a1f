// SPDX-License-Identifier: MIT
// The ceilings alone. Other benchmarks measure theirs beside themselves.
#include "ceiling.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace pastiche;

void add(const std::string& name, double (*ceiling)(simd::Level, int)) {
  for (int level = 0; level <= static_cast<int>(simd::level()); ++level) {
    for (const int threads : {1, 2}) {
      const auto at = static_cast<simd::Level>(level);
      const std::string full = name + "/" + bench::name_of(at) + "/threads:" + std::to_string(threads);
      benchmark::RegisterBenchmark(full.c_str(),
                                   [=](benchmark::State& state) {
                                     double best = 0;
                                     for (auto _ : state) best = (std::max)(best, ceiling(at, threads));
                                     state.counters["multiply_adds/s"] = best;
                                   })
          ->Iterations(1)
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
}

void copy(benchmark::State& state) {
  double best = 0;
  for (auto _ : state) best = (std::max)(best, bench::copy_ceiling(static_cast<int>(state.range(0))));
  state.counters["bytes/s"] = best;
}
BENCHMARK(copy)
    ->Name("ceiling/copy")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  add("ceiling/float", bench::fma_ceiling<float>);
  add("ceiling/double", bench::fma_ceiling<double>);
  add("ceiling/int16", bench::int16_madd_ceiling);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
