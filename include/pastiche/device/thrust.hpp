// SPDX-License-Identifier: MIT
/// \file
/// A device policy over whichever Thrust system the translation unit selects: CUDA under nvcc; OpenMP,
/// TBB or sequential C++ under a host compiler, which is how the CUDA code path is tested without a GPU.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/device/device.hpp>
#include <pastiche/tensor/view.hpp>

#include <thrust/device_ptr.h>
#include <thrust/execution_policy.h>
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/system_error.h>

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#if THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_CUDA
#  if !defined(__CUDACC__)
#    error "pastiche/device/thrust.hpp: compile this file with nvcc, or select a host Thrust system"
#  endif
#  include <cuda_runtime_api.h>
#else
#  include <cstring>
#endif

namespace pastiche {

namespace detail {

// Thrust reports device failures as thrust::system_error or a std::bad_alloc that may stand for "no
// driver"; callers see pastiche::DeviceError only.
template <class F>
decltype(auto) translate_errors(F&& call) {
  try {
    return call();
  } catch (const thrust::system_error& failure) {
    throw DeviceError("thrust", "device", failure.what(), "");
  } catch (const std::bad_alloc& failure) {
    throw DeviceError("thrust", "device memory", failure.what(), "enough of it, and a working driver");
  }
}

#if THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_CUDA
inline void check_cuda(cudaError_t status, const char* call) {
  if (status != cudaSuccess) throw DeviceError(call, "CUDA", cudaGetErrorString(status), "success");
}
#endif

PASTICHE_DEVICE_CODE_BEGIN

// One slice of scratch memory a piece of the batch.
template <class K>
struct ScratchPiece {
  K kernel;
  std::byte* memory;
  index_t bytes, first;
  PASTICHE_HD void operator()(index_t i) const noexcept { kernel(first + i, memory + i * bytes); }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

/// Uninitialised memory of a Thrust system: from CUDA's stream-ordered pool, or the heap at 64-byte boundaries.
template <class T, class Device>
class DeviceBuffer {
 public:
  DeviceBuffer(index_t n, const Device& device) : device_{device}, n_{n}, data_{allocate(device, n)} {}
  DeviceBuffer(const DeviceBuffer& other) : DeviceBuffer(other.n_, other.device_) {
    device_.copy(static_cast<const T*>(other.data_), data_, n_);
  }
  DeviceBuffer(DeviceBuffer&& other) noexcept
      : device_{other.device_}, n_{std::exchange(other.n_, 0)}, data_{std::exchange(other.data_, nullptr)} {}
  DeviceBuffer& operator=(DeviceBuffer other) noexcept {
    std::swap(device_, other.device_);
    std::swap(n_, other.n_);
    std::swap(data_, other.data_);
    return *this;
  }
  ~DeviceBuffer() {
#if THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_CUDA
    if (data_ != nullptr) cudaFreeAsync(data_, device_.stream);
#else
    ::operator delete(data_, std::align_val_t{64});
#endif
  }

  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }

 private:
  static T* allocate(const Device& device, index_t n) {
    const std::size_t bytes = static_cast<std::size_t>(max_of<index_t>(n, 1)) * sizeof(T);
#if THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_CUDA
    void* memory = nullptr;
    detail::check_cuda(cudaMallocAsync(&memory, bytes, device.stream), "cudaMallocAsync");
    return static_cast<T*>(memory);
#else
    static_cast<void>(device);
    return detail::translate_errors([&] { return static_cast<T*>(::operator new(bytes, std::align_val_t{64})); });
#endif
  }

  Device device_;
  index_t n_;
  T* data_;
};

/// Runs kernels on Thrust's device system. `System` is in the type so that one program can link
/// translation units built for different systems.
template <class System>
struct ThrustDevice {
  static constexpr bool host_accessible = false;

  /// Row-major array in the system's memory.
  template <Element T, int Rank>
  class Storage : public DeviceBuffer<T, ThrustDevice> {
   public:
    Storage(const Shape<Rank>& shape, const ThrustDevice& device)
        : DeviceBuffer<T, ThrustDevice>(shape.size(), device) {}
  };

#if THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_CUDA
  cudaStream_t stream = nullptr;  ///< work is ordered on this stream

  auto policy() const { return thrust::cuda::par_nosync.on(stream); }
  void synchronize() const { detail::check_cuda(cudaStreamSynchronize(stream), "cudaStreamSynchronize"); }
#else
  static auto policy() { return thrust::device; }
  void synchronize() const noexcept {}
#endif

  template <Kernel K>
  void for_each_index(index_t n, const K& kernel) const {
    if (n <= 0) return;
    detail::translate_errors([&] { thrust::for_each_n(policy(), thrust::counting_iterator<index_t>(0), n, kernel); });
  }

  /// Pieces with scratch run in batches, so that the memory is bounded.
  template <PieceKernel K>
  void for_each_piece(index_t n, index_t cost, const K& kernel) const {
    static_cast<void>(cost);
    if constexpr (ScratchKernel<K>) {
      const index_t bytes = round_up<index_t>(max_of<index_t>(kernel.scratch(), 1), 64);
      const index_t batch = clamp<index_t>(kScratchBytes / bytes, 1, max_of<index_t>(n, 1));
      DeviceBuffer<unsigned char, ThrustDevice> memory(batch * bytes, *this);
      for (index_t first = 0; first < n; first += batch) {
        for_each_index(min_of(batch, n - first),
                       detail::ScratchPiece<K>{kernel, reinterpret_cast<std::byte*>(memory.data()), bytes, first});
      }
    } else {
      for_each_index(n, kernel);
    }
  }

  template <class T, class Map, class Combine>
  T reduce_index(index_t n, T zero, const Map& map, const Combine& combine) const {
    const index_t blocks = clamp<index_t>(n, 1, detail::kReduceBlocks);
    DeviceBuffer<T, ThrustDevice> partial(blocks, *this);
    for_each_index(blocks, detail::FoldBlock<T, Map, Combine>{n, blocks, zero, map, combine, partial.data()});
    std::vector<T> sums(static_cast<std::size_t>(blocks));
    copy_to_host(static_cast<const T*>(partial.data()), sums.data(), blocks);
    T total = zero;
    for (const T& sum : sums) total = combine(total, sum);
    return total;
  }

#if THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_CUDA
  template <class T>
  void copy_to_host(const T* from, T* to, index_t n) const {
    transfer(from, to, n, cudaMemcpyDeviceToHost);
    synchronize();
  }
  /// Pageable memory: the call returns when the source has been read.
  template <class T>
  void copy_from_host(const T* from, T* to, index_t n) const {
    transfer(from, to, n, cudaMemcpyHostToDevice);
  }
  template <class T>
  void copy(const T* from, T* to, index_t n) const {
    transfer(from, to, n, cudaMemcpyDeviceToDevice);
  }

 private:
  template <class T>
  void transfer(const T* from, T* to, index_t n, cudaMemcpyKind kind) const {
    if (n == 0) return;
    detail::check_cuda(cudaMemcpyAsync(to, from, static_cast<std::size_t>(n) * sizeof(T), kind, stream),
                       "cudaMemcpyAsync");
  }
#else
  template <class T>
  void copy_to_host(const T* from, T* to, index_t n) const {
    copy(from, to, n);
  }
  template <class T>
  void copy_from_host(const T* from, T* to, index_t n) const {
    copy(from, to, n);
  }
  template <class T>
  void copy(const T* from, T* to, index_t n) const {
    if (n > 0) std::memcpy(to, from, static_cast<std::size_t>(n) * sizeof(T));
  }

 private:
#endif
  static constexpr index_t kScratchBytes = index_t{256} << 20;
};

/// The Thrust device of this translation unit.
using ThrustDefault = ThrustDevice<thrust::device_system_tag>;

static_assert(DevicePolicy<ThrustDefault>);

}  // namespace pastiche
