// SPDX-License-Identifier: MIT
/// \file
/// What this machine can do at most, measured beside what is being benchmarked: multiply-adds from registers, for each
/// instruction set and number of threads, and bytes copied. Clocks and neighbours change from minute to minute; a share
/// of a ceiling taken in the same run means something where a bare rate does not.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/core/simd.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>

namespace pastiche::bench {

inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Processor time of the calling thread: on a busy machine it leaves out what others took.
inline double thread_seconds_now() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Independent sums: enough for two units with a latency of four cycles, few enough for the registers.
template <class Arch>
inline constexpr int kSums = Arch::registers == 32 ? 24 : 12;

/// One turn is kSums vector multiply-adds of T, on registers alone.
template <class Arch, class T>
struct MultiplyAdds {
  using arch = Arch;
  using V = simd::Wide<Arch, T>;
  static constexpr index_t kPerTurn = index_t{kSums<Arch>} * V::lanes;
  index_t turns;
  T factor, term;
  T* out;

  PASTICHE_INLINE void operator()(index_t) const noexcept {
    V sum[kSums<Arch>];
    PASTICHE_UNROLL
    for (int i = 0; i < kSums<Arch>; ++i) sum[i] = V(static_cast<T>(i));
    const V a(factor), b(term);
    for (index_t turn = 0; turn < turns; ++turn) {
      PASTICHE_UNROLL
      for (int i = 0; i < kSums<Arch>; ++i) sum[i] = fma(sum[i], a, b);
    }
    PASTICHE_UNROLL
    for (int i = 1; i < kSums<Arch>; ++i) sum[0] = sum[0] + sum[i];
    sum[0].store(out);
  }
};

/// One turn is kSums times: multiply pairs of int16, add them to a register of int32.
template <class Arch>
struct PairMultiplyAdds {
  using arch = Arch;
  using V = simd::Wide<Arch, std::int32_t>;
  static constexpr index_t kPerTurn = index_t{kSums<Arch>} * 2 * V::lanes;
  index_t turns;
  std::int32_t factor, term;
  std::int32_t* out;

  PASTICHE_INLINE void operator()(index_t) const noexcept {
    V sum[kSums<Arch>], a(factor);
    const V b(term);
    PASTICHE_UNROLL
    for (int i = 0; i < kSums<Arch>; ++i) sum[i] = V(i);
    for (index_t turn = 0; turn < turns; ++turn) {
      PASTICHE_UNROLL
      for (int i = 0; i < kSums<Arch>; ++i) {
        hide(a);
        sum[i] = sum[i] + simd::dot_pairs(a, b);
      }
    }
    PASTICHE_UNROLL
    for (int i = 1; i < kSums<Arch>; ++i) sum[0] = sum[0] + sum[i];
    sum[0].store(out);
  }

 private:
  // The compiler must not know that the product is the same each time.
  PASTICHE_INLINE static void hide(V& x) noexcept {
#if defined(PASTICHE_X86)
    __asm__ volatile("" : "+x"(x.v));
#elif defined(__aarch64__)
    __asm__ volatile("" : "+w"(x.v));
#endif
  }
};

/// Processor time of the slowest of `threads` threads that start `work(thread)` together: the least of several
/// repetitions.
template <class Work>
double least_seconds(int threads, int repetitions, const Work& work) {
  double least = 1e30;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    std::atomic<int> ready{0};
    std::vector<double> took(static_cast<std::size_t>(threads));
    const auto member = [&](int thread) {
      ++ready;
      while (ready.load() < threads) std::this_thread::yield();
      const double start = thread_seconds_now();
      work(thread);
      took[static_cast<std::size_t>(thread)] = thread_seconds_now() - start;
    };
    std::vector<std::thread> team;
    for (int t = 1; t < threads; ++t) team.emplace_back(member, t);
    member(0);
    for (std::thread& thread : team) thread.join();
    least = (std::min)(least, *std::max_element(took.begin(), took.end()));
  }
  return least;
}

/// What one ceiling runs: `KernelOf<Arch>` is MultiplyAdds or PairMultiplyAdds.
template <template <class> class KernelOf, class T>
double rate(simd::Level level, int threads) {
  constexpr int kRepetitions = 12;
  constexpr double kSeconds = 0.02;
  double best = 0;
  simd::dispatch((std::min)(level, simd::level()), [&](auto arch) {
    using Arch = decltype(arch);
    using K = KernelOf<Arch>;
    const auto run = [&](int team, index_t turns, int repetitions) {
      return least_seconds(team, repetitions, [&](int) {
        alignas(64) T out[64] = {};
        simd::enter(Arch{}, K{turns, T(1), T(1), out}, 0, 1);
        volatile T sink = out[0];
        static_cast<void>(sink);
      });
    };
    constexpr index_t kProbe = 100'000;
    const index_t turns = static_cast<index_t>(kSeconds / run(1, kProbe, 3) * static_cast<double>(kProbe));
    best = static_cast<double>(threads * turns * K::kPerTurn) / run(threads, turns, kRepetitions);
  });
  return best;
}

template <class Arch>
using FloatMultiplyAdds = MultiplyAdds<Arch, float>;
template <class Arch>
using DoubleMultiplyAdds = MultiplyAdds<Arch, double>;

/// Multiply-adds of T a second (fused where the level fuses): the best of 12 runs of about 20 ms.
template <Scalar T>
double fma_ceiling(simd::Level level, int threads) {
  if constexpr (std::is_same_v<T, double>) {
    return rate<DoubleMultiplyAdds, double>(level, threads);
  } else {
    return rate<FloatMultiplyAdds, float>(level, threads);
  }
}

/// Multiply-adds of 16-bit integers a second, summed in 32 bits: 8, 16 or 32 for an instruction and an addition.
inline double int16_madd_ceiling(simd::Level level, int threads) {
  return rate<PairMultiplyAdds, std::int32_t>(level, threads);
}

/// Bytes read plus bytes written a second when memory far larger than the caches is copied.
inline double copy_ceiling(int threads) {
  constexpr std::size_t kBytes = std::size_t{128} << 20;
  std::vector<std::vector<char>> from(static_cast<std::size_t>(threads), std::vector<char>(kBytes, 1)), to = from;
  const double seconds = least_seconds(threads, 8, [&](int thread) {
    const auto t = static_cast<std::size_t>(thread);
    std::memcpy(to[t].data(), from[t].data(), kBytes);
  });
  return 2.0 * static_cast<double>(kBytes) * threads / seconds;
}

/// The name of a level, as PASTICHE_SIMD spells it.
inline const char* name_of(simd::Level level) {
  return level == simd::Level::avx512 ? "avx512" : level == simd::Level::avx2 ? "avx2" : "baseline";
}

}  // namespace pastiche::bench
