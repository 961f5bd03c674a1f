// SPDX-License-Identifier: MIT
/// \file
/// Block search by Fourier transforms: squared differences at every place from one correlation, whose cost does not
/// depend on how much of the block is known.
///
/// Sum (a - b)^2 = sum a^2 + sum b^2 - 2 sum a b: the second term is a box sum over the known part, the third a
/// correlation. All is computed in double; on 8-bit elements the correlation is rounded to the integer it is, so that
/// the distances are those of the direct form exactly.
#pragma once

#include <pastiche/primitive/block_search.hpp>
#include <pastiche/primitive/fft.hpp>

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// What the transform sees of an element: 8-bit levels as they are, scalars otherwise.
template <class E>
PASTICHE_HD constexpr double fft_value(E x) noexcept {
  if constexpr (std::same_as<E, std::uint8_t>) {
    return static_cast<double>(x);
  } else {
    return to_scalar<double>(x);
  }
}

/// One row of one template, zero where nothing is known: planes (channel, height, width) a query.
template <class E, class Device>
struct GatherPlanes {
  TensorView<const E, 3, Device> output;
  const BlockQuery* queries;
  const ShapeRuns* shapes;
  const PixelRun* runs;
  int height, width;
  double* planes;
  double* energies;  ///< of each row of each query

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t q = i / height, row = i % height, channels = output.shape(2), plane = index_t{height} * width;
    double* to = planes + q * channels * plane + row * width;
    for (index_t c = 0; c < channels; ++c) {
      for (index_t x = 0; x < width; ++x) to[c * plane + x] = 0.0;
    }
    const BlockQuery query = queries[q];
    const index_t y = wrap(query.row + row, output.shape(0));
    double energy = 0.0;
    const ShapeRuns shape = shapes[query.shape];
    for (const PixelRun* run = runs + shape.first; run != runs + shape.last; ++run) {
      if (run->row != row) continue;
      for (index_t x = run->column; x < run->column + run->length; ++x) {
        const E* pixel = output.row(y, wrap(query.column + x, output.shape(1)));
        for (index_t c = 0; c < channels; ++c) {
          const double value = fft_value(pixel[c]);
          to[c * plane + x] = value;
          energy += value * value;
        }
      }
    }
    energies[i] = energy;
  }
};

/// Sums of squares along one row of one example; then SumSquareColumns adds up the rows.
template <class E, class Device>
struct SumSquareRow {
  TensorView<const E, 3, Device> example;
  double* sums;  ///< (height + 1, width + 1)
  PASTICHE_HD void operator()(index_t row) const noexcept {
    double* to = sums + row * (example.shape(1) + 1);
    double sum = 0.0;
    for (index_t x = 0; x <= example.shape(1); ++x) {
      to[x] = row > 0 ? sum : 0.0;
      if (row == 0 || x == example.shape(1)) continue;
      const E* pixel = example.row(row - 1, x);
      for (index_t c = 0; c < example.shape(2); ++c) sum += fft_value(pixel[c]) * fft_value(pixel[c]);
    }
  }
};
struct SumSquareColumn {
  index_t rows, stride;
  double* sums;
  PASTICHE_HD void operator()(index_t x) const noexcept {
    for (index_t row = 1; row < rows; ++row) sums[row * stride + x] += sums[(row - 1) * stride + x];
  }
};

/// A row of places of one example under one query: the three terms together.
template <class Sum>
struct FinishRow {
  const BlockQuery* queries;
  const ShapeRuns* boxes_of;  ///< first and last box of each shape
  const Tile* boxes;          ///< rectangles of known pixels of the shapes
  int height;                 ///< of a block
  const double* energies;
  const double* squares;
  index_t squares_stride;
  const double* correlation;  ///< (query, rows, columns)
  index_t rows, columns;      ///< of places in this example
  index_t first_place, places;
  Sum* sums;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t q = i / rows, row = i % rows;
    double energy = 0.0;
    for (int y = 0; y < height; ++y) energy += energies[q * height + y];
    const ShapeRuns shape = boxes_of[queries[q].shape];
    const double* dot = correlation + i * columns;
    Sum* to = sums + q * places + first_place + row * columns;
    for (index_t x = 0; x < columns; ++x) {
      double box = 0.0;
      for (index_t b = shape.first; b < shape.last; ++b) {
        const double* top = squares + (row + boxes[b].row) * squares_stride + x + boxes[b].column;
        const double* end = top + boxes[b].height * squares_stride;
        box += (end[boxes[b].width] - end[0]) - (top[boxes[b].width] - top[0]);
      }
      if constexpr (std::integral<Sum>) {
        // Everything but the correlation is a whole number already; it is within a quarter of one.
        to[x] = static_cast<Sum>(energy + box) - 2 * static_cast<Sum>(dot[x] + 0.5);
      } else {
        to[x] = static_cast<Sum>(max_of(energy + box - 2.0 * dot[x], 0.0));
      }
    }
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

namespace primitive {

/// Squared differences of the known parts of blocks to every place, by Fourier transforms.
template <Element E, DevicePolicy Device>
class FftBlockSearch {
 public:
  using distance_type = distance_sum_t<SquaredDifference, E>;

  explicit FftBlockSearch(const BlockProblem<E, Device>& problem)
      : FftBlockSearch(problem, pastiche::detail::flatten(problem.shapes)) {}

  /// As BlockSearch.
  void operator()(const TensorView<const E, 3, Device>& output, const BlockQuery* queries, index_t count,
                  distance_type* sums) {
    for (index_t first = 0; first < count; first += batch_) {
      search(output, queries + first, min_of(batch_, count - first), sums + first * places_);
    }
  }

 private:
  static constexpr index_t kSpectraBytes = index_t{32} << 20;  // of a batch of templates

  /// One example, transformed.
  struct Example {
    Fft<Device, double> fft;
    Tensor<double, 2, Device> spectra;
    Tensor<double, 2, Device> squares;
    index_t rows, columns, first_place;
  };

  FftBlockSearch(const BlockProblem<E, Device>& problem,
                 const std::pair<std::vector<pastiche::detail::ShapeRuns>, std::vector<PixelRun>>& flat)
      : device_{problem.device},
        height_{problem.height},
        width_{problem.width},
        channels_{problem.channels()},
        places_{problem.places.size()},
        shapes_(flat.first, device_),
        runs_(flat.second, device_) {
    std::vector<pastiche::detail::ShapeRuns> ranges;
    std::vector<Tile> boxes;
    for (const BlockShape& shape : problem.shapes) {
      const std::vector<Tile> own = pastiche::detail::rectangles(shape.runs);
      const index_t first = static_cast<index_t>(boxes.size());
      boxes.insert(boxes.end(), own.begin(), own.end());
      ranges.push_back({first, static_cast<index_t>(boxes.size())});
    }
    box_ranges_.emplace(ranges, device_);
    boxes_.emplace(boxes, device_);
    index_t largest = 1, first_place = 0;
    for (const auto& image : problem.examples) {
      examples_.push_back(transform(image, first_place));
      first_place += examples_.back().rows * examples_.back().columns;
      largest = max_of(largest, examples_.back().fft.spectrum_size());
    }
    const index_t bytes = (channels_ + 1) * largest * static_cast<index_t>(sizeof(double));
    batch_ = clamp<index_t>(kSpectraBytes / bytes, 1, problem.batch);
    templates_.emplace(Shape<3>{batch_ * channels_, height_, width_}, device_);
    energies_.emplace(batch_ * height_, device_);
    spectra_.emplace(batch_ * channels_ * largest, device_);
    products_.emplace(batch_ * largest, device_);
    correlation_.emplace(batch_ * problem.places.size(), device_);
  }

  Example transform(const TensorView<const E, 3, Device>& image, index_t first_place) {
    const index_t h = image.shape(0), w = image.shape(1);
    Fft<Device, double> fft(good_size(h), good_size(w), device_);
    Tensor<double, 2, Device> spectra({channels_, fft.spectrum_size()}, device_);
    if constexpr (std::same_as<E, std::uint8_t> || Scalar<E>) {
      fft.forward_channels(image, spectra.view());
    } else {
      const std::vector<E> values = download(image, device_);
      std::vector<double> scalars;
      for (const E value : values) scalars.push_back(pastiche::detail::fft_value(value));
      const Tensor<double, 3, Device> converted = upload<Device>(Shape<3>{h, w, channels_}, scalars, device_);
      fft.forward_channels(converted.view(), spectra.view());
    }
    Tensor<double, 2, Device> squares({h + 1, w + 1}, device_);
    device_.for_each_piece(h + 1, 4 * w * channels_, pastiche::detail::SumSquareRow<E, Device>{image, squares.data()});
    device_.for_each_index(w + 1, pastiche::detail::SumSquareColumn{h + 1, w + 1, squares.data()});
    // As Places has it: an example smaller than the block has none.
    const bool fits = h >= height_ && w >= width_;
    return {
        std::move(fft), std::move(spectra), std::move(squares), fits ? h - height_ + 1 : 0, fits ? w - width_ + 1 : 0,
        first_place};
  }

  void search(const TensorView<const E, 3, Device>& output, const BlockQuery* queries, index_t count,
              distance_type* sums) {
    device_.for_each_piece(
        count * height_, 4 * width_ * channels_,
        pastiche::detail::GatherPlanes<E, Device>{output, queries, shapes_.data(), runs_.data(), height_, width_,
                                                  templates_->data(), energies_->data()});
    for (Example& example : examples_) {
      if (example.rows == 0) continue;
      const index_t size = example.fft.spectrum_size();
      const TensorView<double, 3, Device> templates(templates_->data(), {count * channels_, height_, width_});
      const TensorView<double, 2, Device> spectra(spectra_->data(), {count * channels_, size});
      const TensorView<double, 2, Device> products(products_->data(), {count, size});
      example.fft.forward(templates, spectra);
      example.fft.correlate(spectra, std::as_const(example.spectra).view(), products);
      example.fft.inverse(products, {correlation_->data(), {count, example.rows, example.columns}});
      device_.for_each_piece(count * example.rows, 16 * example.columns,
                             pastiche::detail::FinishRow<distance_type>{
                                 queries, box_ranges_->data(), boxes_->data(), height_, energies_->data(),
                                 example.squares.data(), example.squares.shape(1), correlation_->data(), example.rows,
                                 example.columns, example.first_place, places_, sums});
    }
  }

  Device device_;
  int height_, width_;
  index_t channels_, places_, batch_ = 1;
  DeviceArray<pastiche::detail::ShapeRuns, Device> shapes_;
  DeviceArray<PixelRun, Device> runs_;
  std::vector<Example> examples_;
  std::optional<DeviceArray<pastiche::detail::ShapeRuns, Device>> box_ranges_;
  std::optional<DeviceArray<Tile, Device>> boxes_;
  std::optional<Tensor<double, 3, Device>> templates_;
  std::optional<DeviceArray<double, Device>> energies_, spectra_, products_, correlation_;
};

}  // namespace primitive

}  // namespace pastiche
