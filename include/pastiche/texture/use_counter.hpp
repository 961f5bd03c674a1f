// SPDX-License-Identifier: MIT
/// \file
/// How often each part of the examples was used, and how much dearer that makes it.
#pragma once

#include <pastiche/primitive/block_problem.hpp>

#include <cstdint>
#include <vector>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Counts the blocks of a batch that cover each pixel of an image row and sums along it.
struct CountUses {
  const BlockSource* sources;  ///< of this batch
  index_t count;
  const int* example_of;      ///< of each row of the table
  const index_t* image_rows;  ///< first row of each example in the table: one more than its pixels have
  const index_t* widths;      ///< of each example
  index_t stride;
  int height, width;
  int* uses;           ///< of each pixel; row r of the table has those of the image row above it
  std::int64_t* sums;  ///< sums along the row, one further than the pixels

  PASTICHE_HD void operator()(index_t row) const noexcept {
    const int example = example_of[row];
    const index_t y = row - image_rows[example] - 1;
    std::int64_t* to = sums + row * stride;
    if (y < 0) {
      for (index_t x = 0; x <= widths[example]; ++x) to[x] = 0;
      return;
    }
    int* use = uses + row * stride;
    for (index_t q = 0; q < count; ++q) {
      const BlockSource source = sources[q];
      if (source.example != example || y < source.row || y >= source.row + height) continue;
      for (index_t x = source.column; x < source.column + width; ++x) ++use[x];
    }
    std::int64_t sum = 0;
    for (index_t x = 0; x < widths[example]; ++x) {
      to[x] = sum;
      sum += use[x];
    }
    to[widths[example]] = sum;
  }
};

/// Sums along columns what CountUses summed along rows, a strip of columns at a time.
struct SumUseColumns {
  static constexpr index_t kStrip = 16;
  index_t rows, stride;
  const int* example_of;
  std::int64_t* sums;

  PASTICHE_HD void operator()(index_t strip) const noexcept {
    const index_t last = min_of((strip + 1) * kStrip, stride);
    for (index_t row = 1; row < rows; ++row) {
      if (example_of[row] != example_of[row - 1]) continue;
      std::int64_t* to = sums + row * stride;
      for (index_t x = strip * kStrip; x < last; ++x) to[x] += to[x - stride];
    }
  }
};

/// By how much distances rise at each place of a row, in 256ths: more where the example was used more than elsewhere,
/// so that no part of it is lost. In integers, so that every device agrees.
struct WeighPlaces {
  const PlaceRow* rows;
  const std::int64_t* sums;   ///< how often pixels were used, summed over all pixels above and to the left
  const index_t* image_rows;  ///< first row of each example in that table, which has one more than its pixels
  index_t stride;
  int height, width;  ///< of a block
  double balance;
  double expected;          ///< what a block would count if all pixels had been used alike
  const double* densities;  ///< how much more often each example is to be used than the average; null: all alike
  int* weights;             ///< of each place, 256 to 65792

  PASTICHE_HD void operator()(index_t r) const noexcept {
    const PlaceRow row = rows[r];
    const index_t columns = rows[r + 1].first - row.first;
    const std::int64_t* top = sums + (image_rows[row.example] + row.row) * stride;
    const std::int64_t* end = top + height * stride;
    const double uses_expected = densities == nullptr ? expected : expected * densities[row.example];
    // What one use adds, in units of 2^-32. At 2^48 it is as dear as it gets.
    const std::int64_t rate = static_cast<std::int64_t>(clamp(0x1p40 * balance / uses_expected, 1.0, 0x1p48));
    const std::int64_t most_uses = (std::int64_t{1} << 62) / rate;  // more count no more, so that the product fits
    for (index_t x = 0; x < columns; ++x) {
      const std::int64_t uses = (end[x + width] - end[x]) - (top[x + width] - top[x]);
      weights[row.first + x] =
          256 + static_cast<int>(min_of<std::int64_t>(min_of(uses, most_uses) * rate >> 32, 1 << 16));
    }
  }
};

PASTICHE_DEVICE_CODE_END

/// Counts the blocks stolen and weighs the places they may come from.
template <class Device>
class UseCounter {
 public:
  /// \param balance   by how much the distance rises where a place was used as often as the average; 0 counts nothing
  /// \param densities how much more often each example is to be used than the average; empty: all alike
  template <class E>
  UseCounter(const BlockProblem<E, Device>& problem, double balance, const std::vector<double>& densities = {})
      : UseCounter(problem, balance > 0 ? layout(problem) : Layout{}, balance, densities) {}

  /// One weight a place, in 256ths; null before anything was counted.
  const int* weights() const noexcept { return counted_ > 0 ? weights_.data() : nullptr; }

  /// Takes note of `count` more blocks.
  void count(const BlockSource* sources, index_t count) {
    if (rows_ == 0) return;
    counted_ += count;
    device_.for_each_piece(rows_, 2 * stride_,
                           CountUses{sources, count, example_of_.data(), image_rows_.data(), widths_.data(), stride_,
                                     height_, width_, uses_.data(), sums_.data()});
    device_.for_each_piece(ceil_div(stride_, SumUseColumns::kStrip), rows_ * SumUseColumns::kStrip / 4,
                           SumUseColumns{rows_, stride_, example_of_.data(), sums_.data()});
    const double area = static_cast<double>(height_) * width_;
    const double expected = static_cast<double>(counted_) * area * area / pixels_;
    device_.for_each_piece(
        place_rows_.size() - 1, 4 * stride_,
        WeighPlaces{place_rows_.data(), sums_.data(), image_rows_.data(), stride_, height_, width_, balance_, expected,
                    densities_.size() > 0 ? densities_.data() : nullptr, weights_.data()});
  }

 private:
  /// The table of uses: one row more than each example has, one column more than the widest.
  struct Layout {
    std::vector<int> example_of;
    std::vector<index_t> image_rows, widths;
    index_t stride = 0;
    double pixels = 0.0;
  };

  template <class E>
  static Layout layout(const BlockProblem<E, Device>& problem) {
    Layout all;
    for (const auto& example : problem.examples) {
      all.image_rows.push_back(static_cast<index_t>(all.example_of.size()));
      all.widths.push_back(example.shape(1));
      all.example_of.insert(all.example_of.end(), static_cast<std::size_t>(example.shape(0) + 1),
                            static_cast<int>(all.widths.size()) - 1);
      all.stride = max_of(all.stride, round_up<index_t>(example.shape(1) + 1, 16));
      all.pixels += static_cast<double>(example.shape(0) * example.shape(1));
    }
    return all;
  }

  template <class E>
  UseCounter(const BlockProblem<E, Device>& problem, const Layout& all, double balance,
             const std::vector<double>& densities)
      : device_{problem.device},
        height_{problem.height},
        width_{problem.width},
        balance_{balance},
        pixels_{all.pixels},
        rows_{static_cast<index_t>(all.example_of.size())},
        stride_{all.stride},
        example_of_(all.example_of, device_),
        image_rows_(all.image_rows, device_),
        widths_(all.widths, device_),
        place_rows_(problem.places.table(), device_),
        uses_(std::vector<int>(static_cast<std::size_t>(rows_ * stride_)), device_),
        sums_(std::vector<std::int64_t>(static_cast<std::size_t>(rows_ * stride_)), device_),
        weights_(rows_ > 0 ? problem.places.size() : 0, device_),
        densities_(densities, device_) {}

  Device device_;
  int height_, width_;
  double balance_, pixels_;
  index_t rows_, stride_, counted_ = 0;
  DeviceArray<int, Device> example_of_;
  DeviceArray<index_t, Device> image_rows_, widths_;
  DeviceArray<PlaceRow, Device> place_rows_;
  DeviceArray<int, Device> uses_;
  DeviceArray<std::int64_t, Device> sums_;
  DeviceArray<int, Device> weights_;
  DeviceArray<double, Device> densities_;
};

}  // namespace detail

}  // namespace pastiche
