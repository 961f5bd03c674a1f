// SPDX-License-Identifier: MIT
// test: devices=cpu optimize=O0,O2,O3 simd_levels
// What the host device adds: instruction sets, threads, and both from several threads at once.
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

#include "support/catch.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace {

using namespace pastiche;

// y = 3 x + 1 by rows, on the vectors of Arch; the last elements of a row one by one.
template <class Arch>
struct RowKernel {
  using arch = Arch;
  TensorView<const float, 2, Cpu> x;
  TensorView<float, 2, Cpu> y;

  PASTICHE_INLINE void operator()(index_t row) const noexcept {
    using V = simd::Wide<Arch, float>;
    const float* from = x.row(row);
    float* to = y.row(row);
    index_t i = 0;
    for (; i + V::lanes <= x.shape(1); i += V::lanes) fma(V(3.0f), V::load(from + i), V(1.0f)).store(to + i);
    for (; i < x.shape(1); ++i) to[i] = 3.0f * from[i] + 1.0f;
  }
};

// The same through a copy of the row in the piece's scratch, whose loads are aligned.
template <class Arch>
struct RowThroughScratch {
  using arch = Arch;
  RowKernel<Arch> rows;

  index_t scratch() const noexcept { return rows.x.shape(1) * static_cast<index_t>(sizeof(float)); }
  PASTICHE_INLINE void operator()(index_t row, std::byte* memory) const noexcept {
    float* copy = reinterpret_cast<float*>(memory);
    for (index_t i = 0; i < rows.x.shape(1); ++i) copy[i] = rows.x(row, i);
    for (index_t i = 0; i < rows.x.shape(1); ++i) rows.y(row, i) = 3.0f * copy[i] + 1.0f;
  }
};

struct RunRows {
  const Cpu& cpu;
  TensorView<const float, 2, Cpu> x;
  TensorView<float, 2, Cpu> y;
  bool through_scratch;

  template <class Arch>
  void operator()(Arch) const {
    const RowKernel<Arch> rows{x, y};
    if (through_scratch) {
      cpu.for_each_piece(x.shape(0), 1'000'000, RowThroughScratch<Arch>{rows});
    } else {
      cpu.for_each_piece(x.shape(0), 1'000'000, rows);
    }
  }
};

struct LevelOf {
  template <class Arch>
  simd::Level operator()(Arch) const noexcept {
    return Arch::level;
  }
};

// Small whole numbers: exact with and without fusing.
bool rows_are_right(const Cpu& cpu, index_t height, index_t width, bool through_scratch) {
  Tensor<float, 2, Cpu> x({height, width}), y({height, width});
  for (index_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(i % 1000);
  cpu.dispatch(RunRows{cpu, x.view(), y.view(), through_scratch});
  for (index_t i = 0; i < y.size(); ++i) {
    if (y.data()[i] != 3.0f * x.data()[i] + 1.0f) return false;
  }
  return true;
}

struct Add {
  double operator()(double a, double b) const noexcept { return a + b; }
};
struct Inverse {
  double operator()(index_t i) const noexcept { return 1.0 / static_cast<double>(i + 1); }
};

}  // namespace

TEST_CASE("Kernels that name an arch are right on every level and any number of threads") {
  for (const simd::Level level : {simd::Level::baseline, simd::Level::avx2, simd::Level::avx512}) {
    for (const int threads : {1, 2, 5}) {
      for (const index_t width : {1, 3, 16, 33, 200}) {
        CHECK(rows_are_right(Cpu{.threads = threads, .level = level}, 37, width, false));
        CHECK(rows_are_right(Cpu{.threads = threads, .level = level}, 37, width, true));
      }
    }
  }
}

TEST_CASE("A level above the machine's is lowered, one below is kept") {
  CHECK(Cpu{.level = simd::Level::avx512}.dispatch(LevelOf{}) == simd::level());
  CHECK(Cpu{}.dispatch(LevelOf{}) == simd::level());
  CHECK(Cpu{.level = simd::Level::baseline}.dispatch(LevelOf{}) == simd::Level::baseline);
}

TEST_CASE("A float reduction has the same bits for any number of threads") {
  constexpr index_t n = 123'457;
  const double one = Cpu{.threads = 1}.reduce_index(n, 0.0, Inverse{}, Add{});
  for (const int threads : {0, 2, 3, 5, 16}) {
    const double many = Cpu{.threads = threads}.reduce_index(n, 0.0, Inverse{}, Add{});
    CHECK(std::memcmp(&one, &many, sizeof one) == 0);
  }
  // H_n = ln n + gamma + 1 / 2n - 1 / 12n^2 + ...
  const double x = n, harmonic = std::log(x) + 0.5772156649015329 + 1 / (2 * x) - 1 / (12 * x * x);
  CHECK(one == Approx(harmonic).epsilon(1e-13));
}

TEST_CASE("Several host threads may use the device at once") {
  bool right[2][20] = {};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 2; ++caller) {
    callers.emplace_back([caller, &right] {
      for (int round = 0; round < 20; ++round) {
        right[caller][round] = rows_are_right(Cpu{.threads = 2}, 50 + caller, 65, round % 2 == 0);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const auto& rounds : right) {
    for (const bool ok : rounds) CHECK(ok);
  }
}

#if defined(_OPENMP)
TEST_CASE("Work started inside a parallel region is done once") {
  int right = 0;
#  pragma omp parallel for num_threads(2) reduction(+ : right)
  for (int i = 0; i < 4; ++i) right += rows_are_right(Cpu{.threads = 3}, 20, 33, i % 2 == 0) ? 1 : 0;
  CHECK(right == 4);
}
#endif
