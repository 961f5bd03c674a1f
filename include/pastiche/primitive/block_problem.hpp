// SPDX-License-Identifier: MIT
/// \file
/// What a block search is asked: examples, the shapes of what is known of a block, and where blocks may come from.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/primitive/places.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <vector>

namespace pastiche {

/// Consecutive pixels of one row of a block.
struct PixelRun {
  int row, column, length;
  bool operator==(const PixelRun&) const = default;
};

/// The pixels of a block that are known already, in row order: what a search compares.
struct BlockShape {
  std::vector<PixelRun> runs;

  index_t pixels() const noexcept {
    index_t n = 0;
    for (const PixelRun& run : runs) n += run.length;
    return n;
  }
  bool operator==(const BlockShape&) const = default;
};

/// A block of the output about to be filled. Rows and columns may wrap.
struct BlockQuery {
  int row, column;  ///< of its corner, inside the output
  int shape;        ///< index of its BlockShape
};

/// Everything a searcher may prepare for before the first query.
template <Element E, DevicePolicy Device>
struct BlockProblem {
  Device device;
  std::vector<TensorView<const E, 3, Device>> examples;  ///< (height, width, channel), equal channel counts
  int height, width;                                     ///< of a block
  Places places;
  std::vector<BlockShape> shapes;
  int batch;  ///< queries at once, at most

  index_t channels() const noexcept { return examples.front().shape(2); }
};

/// An array of plain structs in device memory.
template <class T, class Device>
class DeviceArray {
 public:
  DeviceArray(index_t n, const Device& device) : n_{n}, bytes_({max_of<index_t>(n, 1) * kBytes}, device) {}
  DeviceArray(const std::vector<T>& values, const Device& device)
      : DeviceArray(static_cast<index_t>(values.size()), device) {
    device.copy_from_host(reinterpret_cast<const unsigned char*>(values.data()), bytes_.data(), n_ * kBytes);
  }

  T* data() noexcept { return reinterpret_cast<T*>(bytes_.data()); }
  const T* data() const noexcept { return reinterpret_cast<const T*>(bytes_.data()); }
  index_t size() const noexcept { return n_; }

  std::vector<T> download() const {
    std::vector<T> values(static_cast<std::size_t>(n_));
    bytes_.device().copy_to_host(bytes_.data(), reinterpret_cast<unsigned char*>(values.data()), n_ * kBytes);
    return values;
  }

 private:
  static_assert(std::is_trivially_copyable_v<T>);
  static constexpr index_t kBytes = sizeof(T);
  index_t n_;
  Tensor<unsigned char, 1, Device> bytes_;
};

}  // namespace pastiche
