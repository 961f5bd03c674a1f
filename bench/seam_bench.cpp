// SPDX-License-Identifier: MIT
// GraphCut beside MinCut on the overlaps of quilting, with what the cuts cost; Poisson's equation in pixels a second,
// beside plain copies of as many bytes as one step of it must move.
#include "ceiling.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/primitive/poisson.hpp>
#include <pastiche/seam/graph_cut.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <vector>

namespace {

using namespace pastiche;

/// Keeps the least CPU time of what it runs on this thread.
struct Best {
  double seconds = 1e30;
  template <class F>
  void run(F&& f, int turns = 1) {
    const std::clock_t start = std::clock();
    for (int i = 0; i < turns; ++i) f();
    seconds = (std::min)(seconds, static_cast<double>(std::clock() - start) / (1.0 * CLOCKS_PER_SEC * turns));
  }
};

/// side of the block, breadth of the overlaps at the left and above, at the right and below.
void cuts(benchmark::State& state) {
  const int side = static_cast<int>(state.range(0)), near = static_cast<int>(state.range(1));
  const int far = static_cast<int>(state.range(2));
  const std::size_t area = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  std::vector<std::int64_t> error(area);
  std::vector<std::int64_t> scratch(
      static_cast<std::size_t>(seam_scratch_bytes<std::int64_t>(GraphCut{}, side, side) / 8));
  std::vector<std::uint8_t> known(area), takes_new(area);
  // Squared differences of two textures: noise, blurred along rows and columns.
  CounterRng rng(1, 0, 0);
  std::vector<float> smooth(area);
  float value = 0;
  for (std::size_t i = 0; i < area; ++i) {
    value = 0.8f * value + rng.uniform() - 0.5f;
    smooth[i] =
        value + (i >= static_cast<std::size_t>(side) ? 0.7f * smooth[i - static_cast<std::size_t>(side)] : 0.0f);
    const int y = static_cast<int>(i) / side, x = static_cast<int>(i) % side;
    known[i] = y < near || x < near || y >= side - far || x >= side - far ? 1 : 0;
    error[i] = known[i] != 0 ? static_cast<std::int64_t>(600.0f * smooth[i] * smooth[i]) : 0;
  }
  const Overlap<std::int64_t> overlap{side, side, error.data(), known.data(),   near,
                                      near, far,  far,          scratch.data(), takes_new.data()};
  Best path, cut;
  double path_energy = 0, cut_energy = 0;
  for (auto _ : state) {
    path.run([&] { MinCut{}(overlap); }, 50);
    path_energy = static_cast<double>(seam_energy(overlap));
    cut.run([&] { GraphCut{}(overlap); });
    cut_energy = static_cast<double>(seam_energy(overlap));
    benchmark::DoNotOptimize(takes_new.data());
  }
  state.counters["min_cut_us"] = 1e6 * path.seconds;
  state.counters["graph_cut_us"] = 1e6 * cut.seconds;
  state.counters["times"] = cut.seconds / path.seconds;
  state.counters["energy"] = cut_energy / path_energy;
}

/// side of the picture, 1 / screening, level.
void poisson(benchmark::State& state) {
  const auto level = static_cast<simd::Level>(state.range(2));
  if (level > simd::level()) return state.SkipWithError("not on this machine");
  const index_t side = state.range(0);
  const PoissonOptions options{.screening = 1.0 / static_cast<double>(state.range(1)), .tolerance = 1e-4};
  const Cpu cpu{.threads = 1, .level = level};
  const auto grid = [&] { return primitive::PoissonSolver<float, Cpu>(side, side, nullptr, options, cpu); };
  auto solver = grid();
  // One product with the matrix reads six numbers a pixel and writes one.
  std::vector<float> from(static_cast<std::size_t>(7 * side * side) / 2), to(from.size());
  Best setup, solve, copy;
  PoissonOutcome outcome{};
  for (auto _ : state) {
    setup.run([&] { benchmark::DoNotOptimize(grid().u()); });
    CounterRng rng(1, 0, 0);
    for (index_t i = 0; i < side * side; ++i) {
      const index_t at = solver.grid().at(i / side, i % side);
      solver.u()[at] = 0.0f;
      solver.b()[at] = rng.uniform() - 0.5f;
    }
    solve.run([&] { outcome = solver.solve(); });
    copy.run([&] { std::memcpy(to.data(), from.data(), from.size() * sizeof(float)); });
    benchmark::DoNotOptimize(to.data());
  }
  state.SetLabel(bench::name_of(level));
  state.counters["setup_ms"] = 1e3 * setup.seconds;
  state.counters["solve_ms"] = 1e3 * solve.seconds;
  state.counters["steps"] = outcome.iterations;
  state.counters["Mpixels/s"] = 1e-6 * static_cast<double>(side * side) / solve.seconds;
  state.counters["copies"] = solve.seconds / copy.seconds;
}

BENCHMARK(cuts)
    ->Name("seam/cuts")
    ->ArgNames({"block", "overlap", "far"})
    ->Args({32, 5, 0})
    ->Args({96, 16, 0})
    ->Args({128, 21, 0})
    ->Args({64, 32, 0})
    ->Args({256, 64, 0})
    ->Args({256, 64, 64})
    ->Iterations(9);
BENCHMARK(poisson)
    ->Name("seam/poisson")
    ->ArgNames({"side", "per_screening", "level"})
    ->ArgsProduct({{512, 1024}, {100, 10000}, {0, 1, 2}})
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
