// SPDX-License-Identifier: MIT
/// \file
/// What a block search is asked: examples, the shapes of what is known of a block, and where blocks may come from.
#pragma once

#include <pastiche/core/error.hpp>
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

/// One row of places: corners a block can be copied from, from column 0 on.
struct PlaceRow {
  int example, row;  ///< of the corners
  index_t first;     ///< candidate number of the first of them
};

/// A block of the output about to be filled. Rows and columns may wrap.
struct BlockQuery {
  int row, column;  ///< of its corner, inside the output
  int shape;        ///< index of its BlockShape
};

/// All corners from which a block of a size can be copied, numbered row by row, example by example.
class Places {
 public:
  template <class T, class Device>
  Places(const std::vector<TensorView<const T, 3, Device>>& examples, int height, int width) {
    for (std::size_t e = 0; e < examples.size(); ++e) {
      const index_t columns = examples[e].shape(1) - width + 1;
      for (index_t row = 0; columns > 0 && row + height <= examples[e].shape(0); ++row) {
        rows_.push_back({static_cast<int>(e), static_cast<int>(row), count_});
        count_ += columns;
        widest_ = max_of(widest_, columns);
      }
    }
    rows_.push_back({-1, 0, count_});  // where the next row would begin
  }

  index_t size() const noexcept { return count_; }
  index_t rows() const noexcept { return static_cast<index_t>(rows_.size()) - 1; }
  index_t widest_row() const noexcept { return widest_; }
  /// rows() entries, and one more whose `first` is size().
  const std::vector<PlaceRow>& table() const noexcept { return rows_; }

 private:
  std::vector<PlaceRow> rows_;
  index_t count_ = 0, widest_ = 0;
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
