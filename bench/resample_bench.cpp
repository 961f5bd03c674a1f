// SPDX-License-Identifier: MIT
// Resizing, blurring and pyramids by element and size. Bytes are those of the input read and the result written.
#include <pastiche/device/cpu.hpp>
#include <pastiche/image/pyramid.hpp>

#include <benchmark/benchmark.h>

namespace {

using namespace pastiche;

template <Element T>
Tensor<T, 3, Cpu> picture(index_t side) {
  Tensor<T, 3, Cpu> image({side, side, 3});
  for (index_t i = 0; i < image.size(); ++i)
    image.data()[i] = from_scalar<T>(static_cast<float>(i * 37 % 256) / 255.0f);
  return image;
}

void count_bytes(benchmark::State& state, index_t read, index_t written, std::size_t element) {
  state.SetBytesProcessed(state.iterations() * (read + written) * static_cast<index_t>(element));
}

template <Element T, class Filter>
void resize_square(benchmark::State& state) {
  const auto image = picture<T>(state.range(0));
  const Cpu device{.threads = static_cast<int>(state.range(2))};
  index_t written = 0;
  for (auto _ : state) {
    const auto result = resize(image, {state.range(1), state.range(1)}, Filter{}, device);
    benchmark::DoNotOptimize(result.data());
    written = result.size();
  }
  count_bytes(state, image.size(), written, sizeof(T));
}

template <Element T>
void blur(benchmark::State& state) {
  const auto image = picture<T>(state.range(0));
  for (auto _ : state) {
    const auto result = gaussian_blur(image, static_cast<double>(state.range(1)), Border::mirror, Cpu{.threads = 1});
    benchmark::DoNotOptimize(result.data());
  }
  count_bytes(state, image.size(), image.size(), sizeof(T));
}

template <Element T>
void pyramid(benchmark::State& state) {
  const auto image = picture<T>(state.range(0));
  for (auto _ : state) {
    const auto result = gaussian_pyramid(image, 5, Border::mirror, Cpu{.threads = 1});
    benchmark::DoNotOptimize(result.back().data());
  }
  count_bytes(state, image.size(), image.size() * 4 / 3, sizeof(T));
}

void sizes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"from", "to", "threads"})->UseRealTime()->Unit(benchmark::kMillisecond);
  for (const int threads : {1, 2}) {
    b->Args({1024, 2048, threads});
    b->Args({2048, 512, threads});
  }
}

BENCHMARK_TEMPLATE(resize_square, std::uint8_t, Bicubic)->Name("resize/bicubic/uint8")->Apply(sizes);
BENCHMARK_TEMPLATE(resize_square, float, Bicubic)->Name("resize/bicubic/float")->Apply(sizes);
BENCHMARK_TEMPLATE(resize_square, std::uint8_t, Lanczos)->Name("resize/lanczos3/uint8")->Apply(sizes);
BENCHMARK_TEMPLATE(blur, std::uint8_t)
    ->Name("gaussian_blur/uint8")
    ->ArgNames({"side", "sigma"})
    ->ArgsProduct({{1024}, {1, 2, 8}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(blur, float)
    ->Name("gaussian_blur/float")
    ->ArgNames({"side", "sigma"})
    ->ArgsProduct({{1024}, {1, 2, 8}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_TEMPLATE(pyramid, float)
    ->Name("gaussian_pyramid/float")
    ->ArgNames({"side"})
    ->Arg(1024)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
