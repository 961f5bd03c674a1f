// SPDX-License-Identifier: MIT
// bench: libraries=pastiche::eigen
// The library's matrix product beside the multiply-add ceiling and what a user would take instead: Eigen, compiled like
// the library with plain -O2, and OpenBLAS where libopenblas.so.0 is installed (loaded at run time, nothing to link).
//
// Everything in a row is measured in turns in one run, and the best of each is kept: neighbours on the machine slow all
// alike. PASTICHE_SIMD=baseline|avx2|avx512 lowers the instruction set of ours and of the ceiling; OpenBLAS is held to
// the same (except baseline: it has none so low), and the label tells what it took. Unset OPENBLAS_* otherwise. On
// several threads wall times count: they mean something on an idle machine only.
#include "ceiling.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/linalg/eigen.hpp>
#include <pastiche/primitive/matrix_product.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <benchmark/benchmark.h>

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace {

using namespace pastiche;

template <class T>
Tensor<T, 2, Cpu> noise(index_t rows, index_t columns, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  Tensor<T, 2, Cpu> matrix({rows, columns});
  for (index_t i = 0; i < matrix.size(); ++i) matrix.data()[i] = static_cast<T>(rng.uniform()) - T(0.5);
  return matrix;
}

/// Keeps the least time of what it runs: processor time on one thread, which a busy machine does not disturb, wall time
/// on several.
struct Best {
  int threads;
  double seconds = 1e30;
  template <class F>
  double run(const F& f) {
    const auto now = threads == 1 ? bench::thread_seconds_now : bench::seconds_now;
    const double start = now();
    f();
    const double took = now() - start;
    seconds = (std::min)(seconds, took);
    return took;
  }
};

/// OpenBLAS by its C interface, with 32-bit integers; absent where the library is.
class OpenBlas {
 public:
  static const OpenBlas& get() {
    static const OpenBlas loaded;
    return loaded;
  }
  explicit operator bool() const { return core_name_ != nullptr; }
  std::string core() const { return core_name_(); }
  void threads(int n) const { set_threads_(n); }

  template <class T>
  void multiply(const Tensor<T, 2, Cpu>& a, const Tensor<T, 2, Cpu>& b, Tensor<T, 2, Cpu>& c) const {
    constexpr int kRowMajor = 101, kNoTranspose = 111;
    const int m = static_cast<int>(c.shape(0)), n = static_cast<int>(c.shape(1)), k = static_cast<int>(a.shape(1));
    if constexpr (std::is_same_v<T, double>) {
      dgemm_(kRowMajor, kNoTranspose, kNoTranspose, m, n, k, 1, a.data(), k, b.data(), n, 0, c.data(), n);
    } else {
      sgemm_(kRowMajor, kNoTranspose, kNoTranspose, m, n, k, 1, a.data(), k, b.data(), n, 0, c.data(), n);
    }
  }

 private:
  template <class T>
  using Gemm = void (*)(int, int, int, int, int, int, T, const T*, int, const T*, int, T, T*, int);

  OpenBlas() {
    if (simd::level() > simd::Level::baseline) {
      setenv("OPENBLAS_CORETYPE", simd::level() == simd::Level::avx512 ? "SkylakeX" : "Haswell", 1);
    }
    void* library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    core_name_ = reinterpret_cast<const char* (*)()>(dlsym(library, "openblas_get_corename"));
    set_threads_ = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"));
    sgemm_ = reinterpret_cast<Gemm<float>>(dlsym(library, "cblas_sgemm"));
    dgemm_ = reinterpret_cast<Gemm<double>>(dlsym(library, "cblas_dgemm"));
    if (set_threads_ == nullptr || sgemm_ == nullptr || dgemm_ == nullptr) core_name_ = nullptr;
  }

  const char* (*core_name_)() = nullptr;
  void (*set_threads_)(int) = nullptr;
  Gemm<float> sgemm_ = nullptr;
  Gemm<double> dgemm_ = nullptr;
};

/// Range: m, n, k, threads. All rates are multiply-adds a second.
template <class T>
void multiply(benchmark::State& state) {
  const index_t m = state.range(0), n = state.range(1), k = state.range(2);
  const Cpu cpu{.threads = static_cast<int>(state.range(3))};
  const auto a = noise<T>(m, k, 1), b = noise<T>(k, n, 2);
  Tensor<T, 2, Cpu> c({m, n});
  const double work = static_cast<double>(m * n * k);
  const OpenBlas& openblas = OpenBlas::get();
  if (openblas) openblas.threads(cpu.threads);
  Eigen::setNbThreads(cpu.threads);
  Best ours{cpu.threads}, blas{cpu.threads}, eigen{cpu.threads};
  double ceiling = 0;
  std::int64_t round = 0;
  for (auto _ : state) {
    if (round % 10 == 0) ceiling = (std::max)(ceiling, bench::fma_ceiling<T>(cpu.level, cpu.threads));
    state.SetIterationTime(ours.run([&] { primitive::MatrixProduct<Cpu>{}.multiply(cpu, a, b, c.view()); }));
    if (openblas) blas.run([&] { openblas.multiply(a, b, c); });
    if (round % 5 == 0) eigen.run([&] { EigenLinalg{}.multiply(cpu, a, b, c.view()); });
    benchmark::ClobberMemory();
    ++round;
  }
  state.SetLabel(bench::name_of(cpu.level) + (openblas ? ", OpenBLAS " + openblas.core() : std::string()));
  state.counters["ours"] = work / ours.seconds;
  state.counters["ceiling"] = ceiling;
  state.counters["of_ceiling"] = work / ours.seconds / ceiling;
  state.counters["eigen"] = work / eigen.seconds;
  if (openblas) {
    state.counters["openblas"] = work / blas.seconds;
    state.counters["of_openblas"] = blas.seconds / ours.seconds;
  }
}

void shapes(benchmark::internal::Benchmark* benchmark, bool wide) {
  benchmark->ArgNames({"m", "n", "k", "threads"})->UseManualTime()->Unit(benchmark::kMillisecond);
  for (const int threads : {1, 2}) {
    benchmark->Args({512, 512, 512, threads});
    if (!wide) continue;
    benchmark->Args({1024, 1024, 1024, threads})->Args({2048, 2048, 2048, threads});
    benchmark->Args({64, 65536, 576, threads})->Args({65536, 64, 576, threads});  // convolutions of 64 channels
    benchmark->Args({64, 64, 65536, threads});                                    // a Gram matrix
  }
}

BENCHMARK_TEMPLATE(multiply, float)->Name("matrix_product/float")->Iterations(30)->Apply([](auto* b) {
  shapes(b, true);
});
BENCHMARK_TEMPLATE(multiply, double)->Name("matrix_product/double")->Iterations(30)->Apply([](auto* b) {
  shapes(b, false);
});

void tiny(benchmark::State& state) {
  const index_t n = state.range(0);
  const auto a = noise<float>(n, n, 1), b = noise<float>(n, n, 2);
  Tensor<float, 2, Cpu> c({n, n});
  for (auto _ : state) {
    primitive::MatrixProduct<Cpu>{}.multiply(Cpu{}, a, b, c.view());
    benchmark::ClobberMemory();
  }
  state.counters["multiply_adds/s"] =
      benchmark::Counter(static_cast<double>(n * n * n), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(tiny)->Name("matrix_product/float/tiny")->ArgName("n")->Arg(4)->Arg(8)->Arg(16)->Arg(32)->Arg(64);

}  // namespace

BENCHMARK_MAIN();
