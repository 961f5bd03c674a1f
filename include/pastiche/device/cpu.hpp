// SPDX-License-Identifier: MIT
/// \file
/// The host device policy: OpenMP where the consumer compiles with it, one thread otherwise.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/device/device.hpp>
#include <pastiche/tensor/view.hpp>

#if __has_include(<xtensor/containers/xtensor.hpp>)
#  include <xtensor/containers/xtensor.hpp>  // xtensor >= 0.26
#else
#  include <xtensor/xtensor.hpp>
#endif

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <new>
#include <vector>

// A translation unit compiled with -fopenmp and one without must not share an inline function body, so
// the two get different mangled names: mixing them is a link error instead of a silent ODR violation.
#if defined(_OPENMP)
#  include <omp.h>
#  define PASTICHE_CPU_ABI cpu_openmp
#else
#  define PASTICHE_CPU_ABI cpu_serial
#endif

namespace pastiche {

/// Allocates at 64-byte boundaries: a cache line, the widest register.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};

  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) noexcept {}  // NOLINT: what containers rebind through

  T* allocate(std::size_t n) {
    if (n > (std::numeric_limits<std::size_t>::max)() / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(::operator new(n * sizeof(T), alignment));
  }
  void deallocate(T* p, std::size_t) noexcept { ::operator delete(p, alignment); }
  friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) noexcept { return true; }
};

inline namespace PASTICHE_CPU_ABI {

struct Cpu;

/// Row-major host array, contents unspecified; `native` is a plain xtensor, ready for the rest of that ecosystem.
template <Element T, int Rank>
class CpuStorage {
 public:
  using native_type = xt::xtensor_container<xt::uvector<T, AlignedAllocator<T>>, static_cast<std::size_t>(Rank),
                                            xt::layout_type::row_major>;

  CpuStorage(const Shape<Rank>& shape, const Cpu&) : native_(native_type::from_shape(to_std(shape))) {}

  T* data() noexcept { return native_.data(); }
  const T* data() const noexcept { return native_.data(); }
  native_type& native() noexcept { return native_; }
  const native_type& native() const noexcept { return native_; }

 private:
  static auto to_std(const Shape<Rank>& shape) {
    std::array<std::size_t, static_cast<std::size_t>(Rank)> extent{};
    for (int axis = 0; axis < Rank; ++axis) {
      extent[static_cast<std::size_t>(axis)] = static_cast<std::size_t>(shape[axis]);
    }
    return extent;
  }

  native_type native_;
};

/// Runs kernels on the host.
struct Cpu {
  template <Element T, int Rank>
  using Storage = CpuStorage<T, Rank>;
  static constexpr bool host_accessible = true;

  int threads = 0;                    ///< team size; 0 is the OpenMP default
  simd::Level level = simd::level();  ///< instruction set of kernels that name an arch, at most the machine's

  /// `kernel(i)` for i in [0, n). For items that cost a few operations each.
  template <Kernel K>
  void for_each_index(index_t n, const K& kernel) const {
#if defined(_OPENMP)
#  pragma omp parallel for schedule(static) num_threads(team()) if (n >= kSerialBelow && team() > 1)
#endif
    for (index_t i = 0; i < n; ++i) kernel(i);
  }

  /// `kernel(piece)` for rows or tiles that cost about `cost` scalar operations each. A kernel that names an `arch`
  /// runs inside simd::enter(), a chunk of pieces at a time, so that OpenMP's outlined body stays plain code.
  template <PieceKernel K>
  void for_each_piece(index_t n, index_t cost, const K& kernel) const {
    // The product may overflow for absurd costs; the quotient does not.
    const index_t worth = max_of<index_t>(1, kSerialWork / max_of<index_t>(cost, 1));
    const int workers = static_cast<int>(clamp<index_t>(n / worth, 1, team()));
    if constexpr (ScratchKernel<K>) {
      const index_t bytes = round_up<index_t>(kernel.scratch(), 64);
      // Not a std::vector: that would write zeros to all of it, from one thread.
      xt::uvector<std::byte, AlignedAllocator<std::byte>> memory(static_cast<std::size_t>(bytes * workers));
      run(n, workers, with_scratch(kernel, memory.data(), bytes));
    } else {
      run(n, workers, kernel);
    }
  }

  template <class T, class Map, class Combine>
  T reduce_index(index_t n, T zero, const Map& map, const Combine& combine) const {
    const index_t blocks = clamp<index_t>(n, 1, detail::kReduceBlocks);
    std::vector<T> partial(static_cast<std::size_t>(blocks));
    const detail::FoldBlock<T, Map, Combine> fold{n, blocks, zero, map, combine, partial.data()};
#if defined(_OPENMP)
#  pragma omp parallel for schedule(static) num_threads(team()) if (n >= kSerialBelow && team() > 1)
#endif
    for (index_t block = 0; block < blocks; ++block) fold(block);
    T total = zero;
    for (const T& sum : partial) total = combine(total, sum);
    return total;
  }

  template <Element T>
  void copy_to_host(const T* from, T* to, index_t n) const {
    std::copy_n(from, n, to);
  }
  template <Element T>
  void copy_from_host(const T* from, T* to, index_t n) const {
    std::copy_n(from, n, to);
  }
  template <Element T>
  void copy(const T* from, T* to, index_t n) const {
    std::copy_n(from, n, to);
  }

  void synchronize() const noexcept {}

  /// Calls `f(Arch{})` with the arch of `level`, or the machine's best where that is less.
  template <class F>
  decltype(auto) dispatch(F&& f) const {
    return simd::dispatch((std::min)(level, simd::level()), std::forward<F>(f));
  }

#if defined(_OPENMP)
  int team() const noexcept { return threads > 0 ? threads : omp_get_max_threads(); }
#else
  static constexpr int team() noexcept { return 1; }
#endif

 private:
  static constexpr index_t kSerialBelow = 4096;    // items; below this a team costs more than it saves
  static constexpr index_t kSerialWork = 40'000;   // operations worth waking another thread for
  static constexpr index_t kChunksPerThread = 16;  // leaves room to balance, costs little to hand out

  // The kernel with a thread's scratch bound, so that enter() sees a plain kernel.
  template <class K>
  struct Bound {
    K kernel;
    std::byte* memory;
    PASTICHE_INLINE void operator()(index_t i) const noexcept { kernel(i, memory); }
  };
  template <class K>
  struct WithScratch {
    K kernel;
    std::byte* memory;
    index_t bytes;
    Bound<K> operator[](int worker) const noexcept { return {kernel, memory + worker * bytes}; }
  };
  template <class K>
  static WithScratch<K> with_scratch(const K& kernel, std::byte* memory, index_t bytes) {
    return {kernel, memory, bytes};
  }
  template <class K>
  static const K& for_worker(const K& kernel, int) noexcept {
    return kernel;
  }
  template <class K>
  static Bound<K> for_worker(const WithScratch<K>& kernel, int worker) noexcept {
    return kernel[worker];
  }
  template <class K>
  struct ArchOf {
    using type = void;
  };
  template <class K>
    requires requires { typename K::arch; }
  struct ArchOf<K> {
    using type = typename K::arch;
  };
  template <class K>
  struct ArchOf<WithScratch<K>> : ArchOf<K> {};

  template <class K>
  static void run_chunk(const K& kernel, int worker, index_t first, index_t last) noexcept {
    using Arch = typename ArchOf<K>::type;
    const auto& piece = for_worker(kernel, worker);
    if constexpr (std::is_void_v<Arch>) {
      for (index_t i = first; i < last; ++i) piece(i);
    } else {
      simd::enter(Arch{}, piece, first, last);
    }
  }

  template <class K>
  void run(index_t n, int workers, const K& kernel) const {
    if (workers <= 1) return run_chunk(kernel, 0, 0, n);
#if defined(_OPENMP)
    const index_t chunks = (std::min)(n, kChunksPerThread * workers);
#  pragma omp parallel for schedule(dynamic) num_threads(workers)
    for (index_t chunk = 0; chunk < chunks; ++chunk) {
      run_chunk(kernel, omp_get_thread_num(), n * chunk / chunks, n * (chunk + 1) / chunks);
    }
#endif
  }
};

}  // namespace PASTICHE_CPU_ABI

static_assert(DevicePolicy<Cpu> && VectorDevice<Cpu>);

}  // namespace pastiche
