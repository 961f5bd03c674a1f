// SPDX-License-Identifier: MIT
// bench: libraries=pastiche::io
// Nearest-neighbour fields of 7 by 7 patches: each method in turns with direct loops over the same pictures, on one
// thread, by processor time; the best of each is kept. The pictures are the middle of astronaut.png and kodim05.png of
// the shared data, or made up where those are not there.
#include "ceiling.hpp"
#include "textbook.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/searcher/nearest_field.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

using namespace pastiche;

constexpr int kPatch = 7;

/// Keeps the least processor time of what it runs.
struct Best {
  double seconds = 1e30;
  template <class F>
  void run(F&& f) {
    const double start = bench::thread_seconds_now();
    f();
    seconds = (std::min)(seconds, bench::thread_seconds_now() - start);
  }
};

using bench::photo;

/// The baseline: patch against patch. Every patch of both pictures is laid out as one run of int16, as long as whole
/// registers need; a pair is a subtraction, a multiply-add of pairs and an addition for each register, nothing ends
/// early. Four places at once keep the units busy.
template <class Arch>
struct DirectRows {
  using arch = Arch;
  using V = simd::Wide<Arch, std::int32_t>;
  typedef short Shorts PASTICHE_VECTOR(Arch::bytes);
  static constexpr int kAtOnce = 4, kWords = (kPatch * kPatch * 3 + 15) / 16 * 8;  // int32 a patch, zeros at its end
  static constexpr int kVectors = kWords / V::lanes;
  static constexpr index_t kQueries = 64, kPlaces = 48;  // that meet while both are in the caches
  const std::int32_t *queries, *places;
  index_t place_count;
  std::int32_t* best;  ///< (query, 2): distance and place

  /// A group of queries.
  PASTICHE_INLINE void operator()(index_t group) const noexcept {
    for (index_t q = group * kQueries; q < (group + 1) * kQueries; ++q) best[2 * q] = 2147483647;
    for (index_t from = 0; from < place_count; from += kPlaces) {
      const index_t to = min_of(place_count, from + kPlaces);
      for (index_t q = group * kQueries; q < (group + 1) * kQueries; ++q) compare(q, from, to);
    }
  }

 private:
  PASTICHE_INLINE void compare(index_t q, index_t from, index_t to) const noexcept {
    const std::int32_t* have = queries + q * kWords;
    for (index_t p = from; p + kAtOnce <= to; p += kAtOnce) {
      V sum[kAtOnce];
      PASTICHE_UNROLL
      for (int i = 0; i < kAtOnce; ++i) sum[i] = V(0);
      const std::int32_t* could = places + p * kWords;
      for (int v = 0; v < kVectors; ++v) {
        const V a = V::load(have + v * V::lanes);
        PASTICHE_UNROLL
        for (int i = 0; i < kAtOnce; ++i) {
          const V b = V::load(could + i * kWords + v * V::lanes);
          V d;
          d.v = (decltype(d.v))((Shorts)a.v - (Shorts)b.v);
          sum[i] = sum[i] + dot_pairs(d, d);
        }
      }
      PASTICHE_UNROLL
      for (int i = 0; i < kAtOnce; ++i) {
        const std::int32_t distance = simd::sum(sum[i]);
        if (distance < best[2 * q]) {
          best[2 * q] = distance;
          best[2 * q + 1] = static_cast<std::int32_t>(p + i);
        }
      }
    }
  }
};

/// Patches as DirectRows reads them, a whole number of kAtOnce.
std::vector<std::int32_t> laid_out(const Tensor<std::uint8_t, 3, Cpu>& image) {
  using Direct = DirectRows<simd::Baseline>;
  const index_t rows = image.shape(0) - kPatch + 1, columns = image.shape(1) - kPatch + 1;
  std::vector<std::int32_t> words(static_cast<std::size_t>((rows * columns + Direct::kAtOnce) * Direct::kWords), 0);
  for (index_t i = 0; i < rows * columns; ++i) {
    for (index_t k = 0; k < kPatch * kPatch * 3; ++k) {
      const index_t y = i / columns + k / (3 * kPatch), x = 3 * (i % columns) + k % (3 * kPatch);
      words[static_cast<std::size_t>(i * Direct::kWords + k / 2)] |= image.view().row(y)[x] << (k % 2 * 16);
    }
  }
  return words;
}

/// Direct loops over a share of the patches of `picture`, as AVX2 code or what is nearest to it.
class Direct {
 public:
  Direct(const Tensor<std::uint8_t, 3, Cpu>& picture, const Tensor<std::uint8_t, 3, Cpu>& example)
      : queries_{laid_out(picture)}, places_{laid_out(example)}, patches_{patches_of(picture)} {
    best_.resize(static_cast<std::size_t>(2 * patches_));
    place_count_ = patches_of(example) / 4 * 4;
  }
  static index_t patches_of(const Tensor<std::uint8_t, 3, Cpu>& image) {
    return (image.shape(0) - kPatch + 1) * (image.shape(1) - kPatch + 1);
  }
  /// Looks up about one patch in `share`; the exact share is returned.
  double run(index_t share) {
    const Cpu cpu{.threads = 1, .level = (std::min)(simd::level(), simd::Level::avx2)};
    const index_t groups = max_of<index_t>(1, patches_ / (share * kGroup));
    cpu.dispatch([&](auto arch) {
      cpu.for_each_piece(groups, place_count_ * 100,
                         DirectRows<decltype(arch)>{queries_.data(), places_.data(), place_count_, best_.data()});
    });
    benchmark::DoNotOptimize(best_.data());
    return static_cast<double>(groups * kGroup) / static_cast<double>(patches_);
  }

 private:
  static constexpr index_t kGroup = DirectRows<simd::Baseline>::kQueries;
  std::vector<std::int32_t> queries_, places_, best_;
  index_t patches_, place_count_ = 0;
};

constexpr index_t kShare = 25;  // direct loops look up one patch in so many

/// Side of the picture, side of the example, neighbours, level.
template <class E, class Searcher>
void field(benchmark::State& state) {
  const auto level = static_cast<simd::Level>(state.range(3));
  if (level > simd::level()) return state.SkipWithError("not on this machine");
  const Cpu cpu{.threads = 1, .level = level};
  const auto picture = photo("astronaut.png", state.range(0), 1), example = photo("kodim05.png", state.range(1), 2);
  Tensor<E, 3, Cpu> from(picture.shape()), in(example.shape());
  for (index_t i = 0; i < from.size(); ++i) from.data()[i] = from_scalar<E>(to_scalar<float>(picture.data()[i]));
  for (index_t i = 0; i < in.size(); ++i) in.data()[i] = from_scalar<E>(to_scalar<float>(example.data()[i]));
  Direct direct(picture, example);
  Best search, loops;
  double mean = 0, loops_share = 1.0;
  for (auto _ : state) {
    loops.run([&] { loops_share = direct.run(kShare); });
    search.run([&] {
      const auto found =
          nearest_field(from, in, {.patch = kPatch, .nearest = static_cast<int>(state.range(2))}, Searcher{}, cpu);
      const index_t count = found.distances.size();
      mean = 0;
      for (index_t i = 0; i < count; i += state.range(2)) mean += static_cast<double>(found.distances.data()[i]);
      mean /= static_cast<double>(count / state.range(2));
    });
  }
  const double pairs =
      static_cast<double>(Direct::patches_of(picture)) * static_cast<double>(Direct::patches_of(example));
  state.SetLabel(bench::name_of(level));
  state.counters["cpu_s"] = search.seconds;
  state.counters["Gpairs/s"] = 1e-9 * pairs / search.seconds;
  state.counters["direct_Gpairs/s"] = 1e-9 * pairs * loops_share / loops.seconds;
  state.counters["times_direct"] = loops.seconds / loops_share / search.seconds;
  state.counters["mean_distance"] = mean;
}

void sizes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"picture", "example", "nearest", "level"});
  for (const int level : {0, 1, 2}) b->Args({256, 256, 1, level});
  for (const int level : {1, 2}) {
    b->Args({256, 256, 8, level});
    b->Args({128, 64, 1, level});
    b->Args({512, 128, 1, level});
  }
  b->Iterations(3)->Unit(benchmark::kMillisecond);
}

BENCHMARK_TEMPLATE(field, std::uint8_t, ExhaustiveSearch)->Name("field/exhaustive/8-bit")->Apply(sizes);
BENCHMARK_TEMPLATE(field, float, ExhaustiveSearch)->Name("field/exhaustive/float")->Apply(sizes);

}  // namespace

BENCHMARK_MAIN();
