// SPDX-License-Identifier: MIT
// The window search of Efros and Leung's synthesis beside the multiply-add ceiling of the instruction set, and whole
// syntheses, in turns in one run. Counted are the multiply-adds of the search as it is done: on 8-bit elements those of
// int16, two for each word of each pixel that counts (an RGB pixel is two words); on floats one for each element.
#include "ceiling.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/efros_leung.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace {

using namespace pastiche;

/// Keeps the least processor time of what it runs on this thread.
struct Best {
  double seconds = 1e30;
  template <class F>
  void run(F&& f) {
    const double start = bench::thread_seconds_now();
    f();
    seconds = (std::min)(seconds, bench::thread_seconds_now() - start);
  }
};

/// A texture with structure: noise blurred along its rows.
template <class E>
Tensor<E, 3, Cpu> example(index_t side) {
  Tensor<E, 3, Cpu> image({side, side, 3});
  CounterRng rng(1, 0, 0);
  float value = 0.5f;
  for (index_t i = 0; i < image.size(); ++i) {
    value = 0.9f * value + 0.1f * rng.uniform();
    image.data()[i] = from_scalar<E>(clamp(0.5f + 6.0f * (value - 0.5f), 0.0f, 1.0f));
  }
  return image;
}

/// Searches along a straight front: the lower half of a window is known.
template <class E>
class Searches {
 public:
  using View = TensorView<const E, 3, Cpu>;
  using Problem = WindowProblem<E, Cpu, SquaredDifference>;
  static constexpr index_t kQueries = 64, kSide = 128;

  Searches(const Tensor<E, 3, Cpu>& from, int window, const Cpu& cpu)
      : output_({kSide, kSide, 3}), known_(kSide * kSide), search_(problem(from, window, cpu)) {
    for (index_t i = 0; i < output_.size(); ++i) output_.data()[i] = from.data()[i % from.size()];
    for (index_t p = kSide * kSide / 2; p < kSide * kSide; ++p) known_[static_cast<std::size_t>(p)] = 1;
    for (int q = 0; q < kQueries; ++q) queries_.push_back({kSide / 2 - 1, 32 + q});
    const Problem p = problem(from, window, cpu);
    double pixels = 0;
    for (int k = window * (window / 2 + 1); k < window * window; ++k) {
      if (p.pixels.weights[static_cast<std::size_t>(k)] != 0) ++pixels;
    }
    multiply_adds_ =
        pixels * (std::is_same_v<E, std::uint8_t> ? 4 : 3) * kQueries * static_cast<double>(p.places.size());
  }

  void operator()() { benchmark::DoNotOptimize(search_({output_.view(), known_.data()}, queries_.data(), kQueries)); }
  double multiply_adds() const { return multiply_adds_; }

 private:
  static Problem problem(const Tensor<E, 3, Cpu>& from, int window, const Cpu& cpu) {
    Problem p(cpu, {from.view()}, {}, SquaredDifference{}, window / 2, {kSide, kSide}, false, false, {});
    p.batch = kQueries;
    return p;
  }

  Tensor<E, 3, Cpu> output_;
  std::vector<std::uint8_t> known_;
  std::vector<WindowQuery> queries_;
  double multiply_adds_ = 0;
  primitive::WindowSearch<E, Cpu, SquaredDifference> search_;
};

template <class E>
double ceiling(simd::Level level) {
  return std::is_same_v<E, std::uint8_t> ? bench::int16_madd_ceiling(level, 1) : bench::fma_ceiling<float>(level, 1);
}

/// side of the example, window, level. One thread.
template <class E>
void window_search(benchmark::State& state) {
  const auto level = static_cast<simd::Level>(state.range(2));
  if (level > simd::level()) return state.SkipWithError("not on this machine");
  const auto from = example<E>(state.range(0));
  Searches<E> searches(from, static_cast<int>(state.range(1)), Cpu{.threads = 1, .level = level});
  Best best;
  double most = 0;
  for (auto _ : state) {
    most = (std::max)(most, ceiling<E>(level));
    for (int i = 0; i < 10; ++i) best.run(searches);
  }
  state.SetLabel(bench::name_of(level));
  state.counters["us_a_pixel"] = 1e6 * best.seconds / static_cast<double>(Searches<E>::kQueries);
  state.counters["Gmadd/s"] = 1e-9 * searches.multiply_adds() / best.seconds;
  state.counters["of_ceiling"] = searches.multiply_adds() / best.seconds / most;
}

/// side of the example, side of the output, window, level. One thread.
template <class E>
void synthesis(benchmark::State& state) {
  const auto level = static_cast<simd::Level>(state.range(3));
  if (level > simd::level()) return state.SkipWithError("not on this machine");
  const auto from = example<E>(state.range(0));
  const EfrosLeungOptions options{
      .size = {state.range(1), state.range(1)}, .window = static_cast<int>(state.range(2)), .seed = 1};
  Best best;
  for (auto _ : state) {
    best.run([&] {
      const auto made = efros_leung(from, options, Cpu{.threads = 1, .level = level});
      benchmark::DoNotOptimize(made.image.data());
    });
  }
  state.SetLabel(bench::name_of(level));
  state.counters["cpu_ms"] = 1e3 * best.seconds;
  state.counters["us_a_pixel"] = 1e6 * best.seconds / static_cast<double>(state.range(1) * state.range(1));
}

void searches(benchmark::internal::Benchmark* b) {
  b->ArgNames({"example", "window", "level"});
  for (const int level : {0, 1, 2}) b->Args({64, 11, level});
  b->Args({128, 11, 2})->Args({64, 21, 2});
  b->Iterations(3)->UseRealTime()->Unit(benchmark::kMillisecond);
}
void syntheses(benchmark::internal::Benchmark* b) {
  b->ArgNames({"example", "output", "window", "level"});
  for (const int level : {0, 1, 2}) b->Args({64, 192, 11, level});
  b->Args({128, 256, 21, 2});
  b->Iterations(3)->UseRealTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_TEMPLATE(window_search, std::uint8_t)->Name("window_search/8-bit")->Apply(searches);
BENCHMARK_TEMPLATE(window_search, float)->Name("window_search/float")->Apply(searches);
BENCHMARK_TEMPLATE(synthesis, std::uint8_t)->Name("efros_leung/8-bit")->Apply(syntheses);
BENCHMARK_TEMPLATE(synthesis, float)->Name("efros_leung/float")->Apply(syntheses);

}  // namespace

BENCHMARK_MAIN();
