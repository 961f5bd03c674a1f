// SPDX-License-Identifier: MIT
// Fourier transforms of real images by level and size, one thread: 2.5 n log2 n operations for n pixels, the customary
// count. Build with plain -O2: that is what they are for.
#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/primitive/fft.hpp>
#include <pastiche/primitive/reduction.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using namespace pastiche;

template <class T>
Tensor<T, 3, Cpu> noise(index_t side) {
  CounterRng rng(1, 0, 0);
  Tensor<T, 3, Cpu> image({1, side, side});
  for (index_t i = 0; i < image.size(); ++i) image.data()[i] = static_cast<T>(rng.next() >> 24);
  return image;
}

void count(benchmark::State& state, index_t side) {
  const auto pixels = static_cast<double>(side * side);
  state.counters["flop/s"] =
      benchmark::Counter(2.5 * pixels * std::log2(pixels), benchmark::Counter::kIsIterationInvariantRate);
}

template <class T, bool Inverse>
void transform(benchmark::State& state) {
  const auto level = static_cast<simd::Level>(state.range(0));
  if (level > simd::level()) return state.SkipWithError("not on this machine");
  const index_t side = state.range(1);
  const primitive::Fft<Cpu, T> plan(side, side, Cpu{.threads = 1, .level = level});
  auto image = noise<T>(side);
  Tensor<T, 2, Cpu> spectrum({1, plan.spectrum_size()});
  plan.forward(image.view(), spectrum.view());
  for (auto _ : state) {
    if constexpr (Inverse) {
      plan.inverse(spectrum.view(), image.view());
    } else {
      plan.forward(image.view(), spectrum.view());
    }
    benchmark::ClobberMemory();
  }
  count(state, side);
}

// What a block search does for one block: its three channels, the product with the example's, and back.
void block_correlation(benchmark::State& state) {
  const index_t side = state.range(0);
  const primitive::Fft<Cpu, double> plan(side, side, Cpu{.threads = 1});
  Tensor<std::uint8_t, 3, Cpu> example({side, side, 3}), block({64, 64, 3});
  std::fill_n(example.data(), example.size(), std::uint8_t{7});
  std::fill_n(block.data(), block.size(), std::uint8_t{9});
  Tensor<double, 2, Cpu> a({3, plan.spectrum_size()}), b({3, plan.spectrum_size()}), product({1, plan.spectrum_size()});
  Tensor<double, 3, Cpu> places({1, side - 63, side - 63});
  plan.forward_channels(example.view(), b.view());
  for (auto _ : state) {
    plan.forward_channels(block.view(), a.view());
    plan.correlate(a.view(), b.view(), product.view());
    plan.inverse(product.view(), places.view());
    benchmark::ClobberMemory();
  }
}

template <class T>
void sum(benchmark::State& state) {
  Tensor<T, 1, Cpu> x({state.range(0)});
  const primitive::Reduction<Cpu> reduce(Cpu{.threads = 1});
  std::fill_n(x.data(), x.size(), T(1));
  for (auto _ : state) benchmark::DoNotOptimize(reduce.sum(x.view()));
  state.SetBytesProcessed(state.iterations() * state.range(0) * static_cast<std::int64_t>(sizeof(T)));
}

const std::vector<std::vector<std::int64_t>> kSizes = {{0, 1, 2}, {256, 512, 1024}};

BENCHMARK_TEMPLATE(transform, double, false)
    ->Name("fft/forward/double")
    ->ArgNames({"level", "n"})
    ->ArgsProduct(kSizes)
    ->UseRealTime();
BENCHMARK_TEMPLATE(transform, double, true)
    ->Name("fft/inverse/double")
    ->ArgNames({"level", "n"})
    ->ArgsProduct(kSizes)
    ->UseRealTime();
BENCHMARK_TEMPLATE(transform, float, false)
    ->Name("fft/forward/float")
    ->ArgNames({"level", "n"})
    ->ArgsProduct(kSizes)
    ->UseRealTime();
BENCHMARK_TEMPLATE(transform, float, true)
    ->Name("fft/inverse/float")
    ->ArgNames({"level", "n"})
    ->ArgsProduct(kSizes)
    ->UseRealTime();
BENCHMARK(block_correlation)->Name("fft/block_correlation")->ArgName("n")->Arg(256)->Arg(512)->UseRealTime();
BENCHMARK_TEMPLATE(sum, std::uint8_t)->Name("reduction/sum/uint8")->ArgName("n")->Arg(1 << 20)->UseRealTime();
BENCHMARK_TEMPLATE(sum, float)->Name("reduction/sum/float")->ArgName("n")->Arg(1 << 20)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
