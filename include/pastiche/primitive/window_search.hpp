// SPDX-License-Identifier: MIT
/// \file
/// How unlike the known part of a window is to that of every place of the examples, each pixel weighted by a Gaussian:
/// the inner loop of texture synthesis pixel by pixel.
///
/// This is the generic form: one item a (query, place), on any device, with any distance. window_search_vector.hpp has
/// the form for vector registers.
#pragma once

#include <pastiche/primitive/window_problem.hpp>

#include <limits>
#include <vector>

namespace pastiche {

/// The distance of a place that must not be stolen.
template <class Value>
inline constexpr Value kBarred = (std::numeric_limits<Value>::max)();

/// The answers of a window search, in device memory. `sums[(query * rows + row) * stride + column]` belongs to the
/// place `column` of row `row` of Places; kBarred where it must not be stolen, and beyond the end of the row.
template <class Value>
struct WindowSums {
  const Value* sums;
  const Value* least;  ///< of each row: [query * rows + row]
  const Value* mass;   ///< of each query: the sum of the weights of all elements compared
  index_t rows, stride;
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// The tables of WindowChannels in device memory.
template <class Value>
struct WindowChannelTables {
  int channels;
  const Value *weights, *mean, *spread;
};

template <class Distance, class E, class Device>
struct SearchWindow {
  using Term = WindowTerm<Distance, E>;
  using Value = typename Term::Value;
  using Sum = typename Term::Sum;
  Term term;
  int half;
  WindowReach reach;
  WindowCanvas<E, Device> canvas;
  const WindowQuery* queries;
  const TensorView<const E, 3, Device>* examples;
  const PlaceRow* rows;
  const std::uint8_t* allowed;  ///< one a place, or null
  WindowChannelTables<Value> pixels, guide;
  const Value *guide_examples, *guide_output;
  index_t row_count, stride;
  Value* sums;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t column = i % stride, q = i / (stride * row_count);
    const PlaceRow row = rows[i / stride % row_count];
    const index_t place = row.first + column;
    const TensorView<const E, 3, Device>& example = examples[row.example];
    if (column >= example.shape(1) || !may_steal(place)) {
      sums[i] = kBarred<Value>;
      return;
    }
    const int side = 2 * half + 1;
    Sum sum = 0;
    for (int k = 0; k < side * side; ++k) {
      const int dy = k / side - half, dx = k % side - half;
      const index_t at = reach.pixel(index_t{queries[q].row} + dy, index_t{queries[q].column} + dx);
      if (at < 0) continue;
      const index_t y = row.row + dy, x = column + dx;
      const bool inside = y >= 0 && y < example.shape(0) && x >= 0 && x < example.shape(1);
      const index_t other =
          inside && may_steal(place + dy * example.shape(1) + dx) ? place + dy * example.shape(1) + dx : index_t{-1};
      if (canvas.known[at] != 0 && pixels.weights[k] != Value(0)) {
        sum += static_cast<Sum>(pixels.weights[k]) * pixel_cost(canvas.image.row(at / reach.width, at % reach.width),
                                                                other < 0 ? nullptr : example.row(y, x));
      }
      if (guide.channels > 0 && guide.weights[k] != Value(0)) {
        sum += static_cast<Sum>(guide.weights[k]) * guide_cost(at, other);
      }
    }
    sums[i] = static_cast<Value>(sum);
  }

 private:
  PASTICHE_HD bool may_steal(index_t place) const noexcept { return allowed == nullptr || allowed[place] != 0; }

  PASTICHE_HD Sum pixel_cost(const E* have, const E* could) const noexcept {
    Sum sum = 0;
    for (int c = 0; c < pixels.channels; ++c) {
      const Value other = could != nullptr ? Term::value(could[c]) : pixels.mean[c];
      sum += term(Term::value(have[c]), other, c);
      if (could == nullptr) sum += static_cast<Sum>(pixels.spread[c]);
    }
    return sum;
  }
  PASTICHE_HD Sum guide_cost(index_t at, index_t place) const noexcept {
    Sum sum = 0;
    for (int c = 0; c < guide.channels; ++c) {
      const Value other = place < 0 ? guide.mean[c] : guide_examples[place * guide.channels + c];
      sum += Term::squared(guide_output[at * guide.channels + c], other);
      if (place < 0) sum += static_cast<Sum>(guide.spread[c]);
    }
    return sum;
  }
};

/// The least of each row of sums.
template <class Value>
struct LeastOfRow {
  index_t stride;
  const Value* sums;
  Value* least;

  PASTICHE_HD void operator()(index_t row) const noexcept {
    Value best = kBarred<Value>;
    for (index_t x = 0; x < stride; ++x) best = min_of(best, sums[row * stride + x]);
    least[row] = best;
  }
};

/// The sum of the weights of all elements that are compared.
template <class Value>
struct WeighWindow {
  int half;
  WindowReach reach;
  const std::uint8_t* known;
  const WindowQuery* queries;
  WindowChannelTables<Value> pixels, guide;
  Value* mass;

  PASTICHE_HD void operator()(index_t q) const noexcept {
    const int side = 2 * half + 1;
    Value sum = 0;
    for (int k = 0; k < side * side; ++k) {
      const index_t at =
          reach.pixel(index_t{queries[q].row} + k / side - half, index_t{queries[q].column} + k % side - half);
      if (at < 0) continue;
      if (known[at] != 0) sum += pixels.weights[k] * static_cast<Value>(pixels.channels);
      if (guide.channels > 0) sum += guide.weights[k] * static_cast<Value>(guide.channels);
    }
    mass[q] = sum;
  }
};

PASTICHE_DEVICE_CODE_END

/// WindowChannels in device memory.
template <class Value, class Device>
struct WindowChannelMemory {
  int channels;
  DeviceArray<Value, Device> weights, mean, spread;

  WindowChannelMemory(const WindowChannels<Value>& from, const Device& device)
      : channels{from.channels}, weights(from.weights, device), mean(from.mean, device), spread(from.spread, device) {}
  WindowChannelTables<Value> tables() const noexcept { return {channels, weights.data(), mean.data(), spread.data()}; }
};

}  // namespace detail

namespace primitive {

/// Weighted distances of the known parts of windows to every place.
template <Element E, DevicePolicy Device, ElementDistance<scalar_t<E>> Distance>
class WindowSearch {
 public:
  using Value = typename WindowProblem<E, Device, Distance>::Value;

  explicit WindowSearch(const WindowProblem<E, Device, Distance>& problem)
      : device_{problem.device},
        distance_{problem.distance},
        half_{problem.half},
        reach_{problem.size[0], problem.size[1], problem.wrap_rows, problem.wrap_columns},
        rows_count_{problem.places.rows()},
        stride_{problem.places.widest_row()},
        examples_(problem.examples, problem.device),
        rows_(problem.places.table(), problem.device),
        allowed_(problem.allowed, problem.device),
        pixels_(problem.pixels, problem.device),
        guide_(problem.guide, problem.device),
        guide_examples_(problem.guide_examples, problem.device),
        guide_output_(problem.guide_output, problem.device),
        sums_(problem.batch * rows_count_ * stride_, problem.device),
        least_(problem.batch * rows_count_, problem.device),
        mass_(problem.batch, problem.device) {}

  /// Compares `count` windows (queries in device memory, at most the problem's batch) with all places. What is returned
  /// is valid until the next call.
  WindowSums<Value> operator()(const WindowCanvas<E, Device>& canvas, const WindowQuery* queries, index_t count) {
    const auto pixels = pixels_.tables(), guide = guide_.tables();
    device_.for_each_index(count * rows_count_ * stride_, pastiche::detail::SearchWindow<Distance, E, Device>{
                                                              {distance_},
                                                              half_,
                                                              reach_,
                                                              canvas,
                                                              queries,
                                                              examples_.data(),
                                                              rows_.data(),
                                                              allowed_.size() > 0 ? allowed_.data() : nullptr,
                                                              pixels,
                                                              guide,
                                                              guide_examples_.data(),
                                                              guide_output_.data(),
                                                              rows_count_,
                                                              stride_,
                                                              sums_.data()});
    device_.for_each_index(count * rows_count_,
                           pastiche::detail::LeastOfRow<Value>{stride_, sums_.data(), least_.data()});
    device_.for_each_index(
        count, pastiche::detail::WeighWindow<Value>{half_, reach_, canvas.known, queries, pixels, guide, mass_.data()});
    return {sums_.data(), least_.data(), mass_.data(), rows_count_, stride_};
  }

 private:
  Device device_;
  Distance distance_;
  int half_;
  pastiche::detail::WindowReach reach_;
  index_t rows_count_, stride_;
  DeviceArray<TensorView<const E, 3, Device>, Device> examples_;
  DeviceArray<PlaceRow, Device> rows_;
  DeviceArray<std::uint8_t, Device> allowed_;
  pastiche::detail::WindowChannelMemory<Value, Device> pixels_, guide_;
  DeviceArray<Value, Device> guide_examples_, guide_output_;
  DeviceArray<Value, Device> sums_, least_, mass_;
};

}  // namespace primitive

}  // namespace pastiche

#include <pastiche/primitive/window_search_vector.hpp>
