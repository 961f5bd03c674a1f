// SPDX-License-Identifier: MIT
/// \file
/// The device concept: what a policy must offer for every method in the library to run on it.
///
/// | expression                              | meaning                                                     |
/// |-----------------------------------------|-------------------------------------------------------------|
/// | `D::Storage<T, Rank>`                   | owning, contiguous, row-major array: `Storage(shape, d)`     |
/// | `D::host_accessible`                    | may host code dereference `Storage::data()`?                 |
/// | `d.for_each_index(n, kernel)`           | `kernel(i)` for i in [0, n), unordered, no sync: cold code   |
/// | `d.for_each_piece(n, cost, kernel)`     | the same for rows or tiles that cost about `cost` operations |
/// | `d.reduce_index(n, zero, map, combine)` | fold of `map(i)` from the identity `zero`, in a fixed order  |
/// | `d.copy_to_host(from, to, n)`           | waits, then copies n elements of device memory               |
/// | `d.copy_from_host(from, to, n)`         | copies n elements to device memory                           |
/// | `d.copy(from, to, n)`                   | within device memory, in the order of the other work         |
/// | `d.synchronize()`                       | wait for all work given to `d`                               |
///
/// The shape of hot work is a row or a tile: a piece gets plain pointers and says what it costs, so that small work
/// stays on one thread. A piece may ask for scratch memory of its own.
#pragma once

#include <pastiche/core/element.hpp>

#include <concepts>
#include <cstddef>

namespace pastiche {

template <int Rank>
struct Shape;

/// A functor that does one work item: trivially copyable, const, noexcept, callable with an index.
/// Named structs only, never lambdas: extended lambdas need a flag in the consumer's build.
template <class K>
concept Kernel = KernelCopyable<K> && requires(const K& kernel, index_t i) {
  { kernel(i) } noexcept -> std::same_as<void>;
};

/// A kernel whose pieces need memory of their own: `scratch()` bytes, 64-byte aligned, contents unspecified.
template <class K>
concept ScratchKernel = KernelCopyable<K> && requires(const K& kernel, index_t i, std::byte* memory) {
  { kernel.scratch() } -> std::same_as<index_t>;
  { kernel(i, memory) } noexcept -> std::same_as<void>;
};

/// What for_each_piece() runs.
template <class K>
concept PieceKernel = Kernel<K> || ScratchKernel<K>;

namespace detail {

// Archetypes for the requires-expressions below; nvcc 13.0 rejects a lambda written there.
struct KernelArchetype {
  PASTICHE_HD void operator()(index_t) const noexcept {}
};
struct MapArchetype {
  PASTICHE_HD double operator()(index_t) const noexcept { return 0.0; }
};
struct CombineArchetype {
  PASTICHE_HD double operator()(double a, double b) const noexcept { return a + b; }
};

/// Every device folds the same blocks in the same order, so a sum does not depend on the threads.
inline constexpr index_t kReduceBlocks = 1024;

PASTICHE_DEVICE_CODE_BEGIN

template <class T, class Map, class Combine>
struct FoldBlock {
  index_t n, blocks;
  T zero;
  Map map;
  Combine combine;
  T* partial;

  PASTICHE_HD void operator()(index_t block) const noexcept {
    T sum = zero;
    for (index_t i = n * block / blocks; i < n * (block + 1) / blocks; ++i) sum = combine(sum, map(i));
    partial[block] = sum;
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

/// An execution and memory policy. Cheap to copy; a value may carry a thread count or a stream.
template <class D>
concept DevicePolicy = std::copyable<D> && std::default_initializable<D> &&
                       requires(const D& d, index_t n, detail::KernelArchetype kernel, detail::MapArchetype map,
                                detail::CombineArchetype combine, const float* from, float* to) {
                         typename D::template Storage<float, 2>;
                         { D::host_accessible } -> std::convertible_to<bool>;
                         { d.for_each_index(n, kernel) } -> std::same_as<void>;
                         { d.for_each_piece(n, n, kernel) } -> std::same_as<void>;
                         { d.reduce_index(n, 0.0, map, combine) } -> std::same_as<double>;
                         { d.copy_to_host(from, to, n) } -> std::same_as<void>;
                         { d.copy_from_host(from, to, n) } -> std::same_as<void>;
                         { d.copy(from, to, n) } -> std::same_as<void>;
                         { d.synchronize() } -> std::same_as<void>;
                       };

/// A device whose kernels run as host code on registers of a chosen width: primitives specialise on it.
template <class D>
concept VectorDevice = DevicePolicy<D> && D::host_accessible && requires(const D& d) { d.level; };

/// A rectangle of a larger one.
struct Tile {
  index_t row = 0, column = 0, height = 0, width = 0;
};

/// How an area is cut into tiles; those at the right and bottom edges may be smaller.
struct TileGrid {
  index_t height, width;            ///< of the area
  index_t tile_height, tile_width;  ///< at most

  PASTICHE_HD constexpr index_t columns() const noexcept { return ceil_div(width, tile_width); }
  PASTICHE_HD constexpr index_t size() const noexcept { return ceil_div(height, tile_height) * columns(); }
  PASTICHE_HD constexpr Tile operator[](index_t i) const noexcept {
    const index_t row = i / columns() * tile_height, column = i % columns() * tile_width;
    return {row, column, min_of(tile_height, height - row), min_of(tile_width, width - column)};
  }
};

}  // namespace pastiche
