// SPDX-License-Identifier: MIT
// Block search, min-cut and whole quilting, beside the multiply-add ceiling of the instruction set, all in turns in one
// run: neighbours on the machine slow all alike, and the best of each is kept. Counted are the multiply-adds a search
// has to do (known elements times places, once each), whatever it really does.
#include "ceiling.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/searcher/fft_search.hpp>
#include <pastiche/texture/quilting.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <type_traits>

namespace {

using namespace pastiche;

/// Keeps the least time of what it runs.
struct Best {
  double seconds = 1e30;
  template <class F>
  void run(F&& f) {
    const double start = bench::seconds_now();
    f();
    seconds = (std::min)(seconds, bench::seconds_now() - start);
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

/// All block searches of one quilt, against a picture that is there already.
template <class E, class Searcher>
class AllSearches {
 public:
  using View = TensorView<const E, 3, Cpu>;
  using D = distance_sum_t<SquaredDifference, E>;

  AllSearches(const Tensor<E, 3, Cpu>& from, index_t size, int block, int overlap, const Cpu& cpu)
      : plan_{detail::QuiltPlanner({size, block, overlap, false}, {size, block, overlap, false}, {}).make()},
        problem_{cpu,
                 {from.view()},
                 block,
                 block,
                 Places(std::vector<View>{from.view()}, block, block),
                 plan_.shapes,
                 static_cast<int>(plan_.widest_front())},
        output_({size, size, from.shape(2)}),
        sums_(static_cast<std::size_t>(problem_.places.size() * problem_.batch)),
        engine_{Searcher{}.prepare(problem_, SquaredDifference{})} {
    for (const detail::QuiltBlock& b : plan_.blocks) {
      queries_.push_back(b.query);
      const BlockShape& shape = plan_.shapes[static_cast<std::size_t>(b.query.shape)];
      multiply_adds_ += static_cast<double>(shape.pixels() * from.shape(2) * problem_.places.size());
    }
    for (index_t i = 0; i < output_.size(); ++i) output_.data()[i] = from.data()[i % from.size()];
  }

  void operator()() {
    for (std::size_t f = 0; f + 1 < plan_.fronts.size(); ++f) {
      engine_(View(output_.view()), queries_.data() + plan_.fronts[f], plan_.fronts[f + 1] - plan_.fronts[f],
              sums_.data());
    }
    benchmark::DoNotOptimize(sums_.data());
  }
  double multiply_adds() const { return multiply_adds_; }

 private:
  detail::QuiltPlan plan_;
  BlockProblem<E, Cpu> problem_;
  Tensor<E, 3, Cpu> output_;
  std::vector<D> sums_;
  std::vector<BlockQuery> queries_;
  double multiply_adds_ = 0;
  std::decay_t<decltype(Searcher{}.prepare(std::declval<const BlockProblem<E, Cpu>&>(), SquaredDifference{}))> engine_;
};

template <class E>
double ceiling(simd::Level level, int threads) {
  return std::is_same_v<E, std::uint8_t> ? bench::int16_madd_ceiling(level, threads)
                                         : bench::fma_ceiling<float>(level, threads);
}

/// side of the example, side of the output, block, overlap, level, threads.
template <class E, class Searcher>
void quilting(benchmark::State& state) {
  const auto level = static_cast<simd::Level>(state.range(4));
  if (level > simd::level()) return state.SkipWithError("not on this machine");
  const int block = static_cast<int>(state.range(2)), overlap = static_cast<int>(state.range(3));
  const Cpu cpu{.threads = static_cast<int>(state.range(5)), .level = level};
  const auto from = example<E>(state.range(0));
  AllSearches<E, Searcher> searches(from, state.range(1), block, overlap, cpu);
  Best search, whole;
  double most = 0;
  for (auto _ : state) {
    most = (std::max)(most, ceiling<E>(level, cpu.threads));
    search.run(searches);
    whole.run([&] {
      const auto made =
          quilt(from, {.size = {state.range(1), state.range(1)}, .block = block, .overlap = overlap, .seed = 1},
                Searcher{}, cpu);
      benchmark::DoNotOptimize(made.image.data());
    });
  }
  state.SetLabel(bench::name_of(level));
  state.counters["search_ms"] = 1e3 * search.seconds;
  state.counters["quilt_ms"] = 1e3 * whole.seconds;
  state.counters["quilt_over_search"] = whole.seconds / search.seconds;
  state.counters["Gmadd/s"] = 1e-9 * searches.multiply_adds() / search.seconds;
  state.counters["of_ceiling"] = searches.multiply_adds() / search.seconds / most;
}

/// Cuts of blocks with overlaps at the left and above.
void min_cut(benchmark::State& state) {
  const int side = static_cast<int>(state.range(0)), breadth = static_cast<int>(state.range(1));
  const std::size_t area = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  std::vector<std::int64_t> error(area), scratch(area);
  std::vector<std::uint8_t> known(area), takes_new(area);
  CounterRng rng(1, 0, 0);
  for (std::size_t i = 0; i < area; ++i) {
    known[i] = static_cast<int>(i) / side < breadth || static_cast<int>(i) % side < breadth ? 1 : 0;
    error[i] = known[i] != 0 ? rng.below(65025) : 0;
  }
  for (auto _ : state) {
    MinCut{}(Overlap<std::int64_t>{side, side, error.data(), known.data(), breadth, breadth, 0, 0, scratch.data(),
                                   takes_new.data()});
    benchmark::DoNotOptimize(takes_new.data());
  }
  state.SetItemsProcessed(state.iterations() * 2 * side * breadth);
  state.SetLabel("items are pixels of overlap");
}

void sizes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"example", "output", "block", "overlap", "level", "threads"});
  for (const int level : {0, 1, 2}) b->Args({128, 512, 32, 5, level, 1});
  for (const int threads : {1, 2}) {
    b->Args({192, 512, 96, 16, 2, threads});
    b->Args({512, 1024, 128, 21, 2, threads});
  }
  b->Iterations(5)->UseRealTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK_TEMPLATE(quilting, std::uint8_t, DirectSearch)->Name("quilting/direct/8-bit")->Apply(sizes);
BENCHMARK_TEMPLATE(quilting, float, DirectSearch)->Name("quilting/direct/float")->Apply(sizes);
BENCHMARK_TEMPLATE(quilting, std::uint8_t, FftSearch)->Name("quilting/fft/8-bit")->Apply(sizes);
BENCHMARK(min_cut)->Name("seam/min_cut")->Args({32, 5})->Args({96, 16});

}  // namespace

BENCHMARK_MAIN();
