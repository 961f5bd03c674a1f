// SPDX-License-Identifier: MIT
/// \file
/// What a window search is asked: examples, which of their pixels may be stolen, a guide, and how much each pixel of a
/// window counts.
#pragma once

#include <pastiche/distance/distance.hpp>
#include <pastiche/primitive/block_problem.hpp>

#include <cmath>
#include <vector>

namespace pastiche {

/// A pixel of the output about to be made: the centre of a window.
struct WindowQuery {
  int row, column;
};

/// What is known when windows are searched, in device memory.
template <class E, class Device>
struct WindowCanvas {
  TensorView<const E, 3, Device> image;  ///< (height, width, channel)
  const std::uint8_t* known;             ///< one a pixel of it, row by row: nonzero where it may be compared
};

/// Guide channels of the examples and of the output, pixel by pixel in the order of places and row by row, values in
/// [0, 1].
struct WindowGuide {
  int channels = 0;
  double weight = 1.0;  ///< of a squared difference of the guide against one of the pixels
  std::vector<float> examples, output;
};

namespace detail {

/// Numbers in which a distance is summed, kept in tables and made of elements.
template <class Distance, Element E>
struct WindowNumbers {
  using Sum = distance_sum_t<Distance, E>;
  static constexpr bool exact = std::integral<Sum>;
  using Value = std::conditional_t<exact, std::int32_t, Sum>;  ///< of a pixel, a weight, an entry of a table
};

PASTICHE_DEVICE_CODE_BEGIN

/// What of an output a window reaches.
struct WindowReach {
  index_t height, width;  ///< of the output
  bool wrap_rows, wrap_columns;

  /// The row or column of the output that is meant; -1 where there is none.
  PASTICHE_HD index_t row(index_t y) const noexcept { return inside(y, height, wrap_rows); }
  PASTICHE_HD index_t column(index_t x) const noexcept { return inside(x, width, wrap_columns); }

  /// Number of a pixel; -1 outside the output.
  PASTICHE_HD index_t pixel(index_t y, index_t x) const noexcept {
    y = row(y);
    x = column(x);
    return y < 0 || x < 0 ? -1 : y * width + x;
  }

 private:
  PASTICHE_HD static index_t inside(index_t i, index_t n, bool wraps) noexcept {
    return i >= 0 && i < n ? i : wraps ? wrap(i, n) : -1;
  }
};

/// What one pair of values costs.
template <class Distance, Element E>
struct WindowTerm {
  using Numbers = WindowNumbers<Distance, E>;
  using Value = typename Numbers::Value;
  using Sum = typename Numbers::Sum;
  Distance distance;

  PASTICHE_HD static Value value(E element) noexcept {
    if constexpr (Numbers::exact) {
      return static_cast<Value>(element);
    } else {
      return to_scalar<Sum>(element);
    }
  }
  PASTICHE_HD Sum operator()(Value a, Value b, index_t channel) const noexcept {
    if constexpr (Numbers::exact) {
      static_cast<void>(channel);
      return squared(a, b);
    } else {
      return static_cast<Sum>(distance(a, b)) * static_cast<Sum>(channel_weight_of(distance, channel));
    }
  }
  PASTICHE_HD static Sum squared(Value a, Value b) noexcept {
    const Sum d = static_cast<Sum>(a) - static_cast<Sum>(b);
    return d * d;
  }
};

PASTICHE_DEVICE_CODE_END

/// How some channels are compared: what each pixel of a window counts, and what a pixel that an example lacks, beyond
/// its rim or behind its mask, is taken for: the mean one. It costs `spread` on top, the mean cost of the example's
/// pixels against the mean one, so that under squared differences what is missing costs exactly what a random pixel of
/// the examples would.
template <class Value>
struct WindowChannels {
  int channels = 0;
  std::vector<Value> weights;       ///< of each pixel of a window, row by row; 0: not compared
  std::vector<Value> mean, spread;  ///< of each channel
};

/// Finds the mean pixel and what the others cost against it, over the pixels of `values` that are allowed.
template <class Value, class Cost>
void find_mean(WindowChannels<Value>& group, const std::vector<Value>& values, const std::vector<std::uint8_t>& allowed,
               const Cost& cost) {
  const std::size_t channels = static_cast<std::size_t>(group.channels);
  const std::size_t pixels = channels > 0 ? values.size() / channels : 0;
  using Wide = std::conditional_t<std::integral<Value>, std::int64_t, double>;
  for (std::size_t c = 0; c < channels; ++c) {
    Wide sum = 0, count = 0;
    const auto over_all = [&](const auto& take) {
      for (std::size_t i = 0; i < pixels; ++i) {
        if (allowed.empty() || allowed[i] != 0) take(values[i * channels + c]);
      }
    };
    over_all([&](Value v) { sum += v, ++count; });
    if constexpr (std::integral<Value>) sum += count / 2;
    const Value mean = static_cast<Value>(sum / count);
    sum = 0;
    over_all([&](Value v) { sum += static_cast<Wide>(cost(v, mean, static_cast<index_t>(c))); });
    group.mean.push_back(mean);
    group.spread.push_back(static_cast<Value>(sum / count));
  }
}

/// exp(-r^2 / 2 sigma^2) of each pixel of a window, sigma the 6.4th part of its side (as Efros & Leung's own code has
/// it); 0 where that is below 1/256.
inline std::vector<double> gaussian_window(int radius) {
  const double sigma = (2 * radius + 1) / 6.4;
  std::vector<double> weights;
  for (int y = -radius; y <= radius; ++y) {
    for (int x = -radius; x <= radius; ++x) {
      const double weight = std::exp(-(y * y + x * x) / (2.0 * sigma * sigma));
      weights.push_back(weight < 1.0 / 256 ? 0.0 : weight);
    }
  }
  return weights;
}

}  // namespace detail

/// Everything a window search prepares for before the first query.
///
/// A place is a pixel of an example, the centre of its window. The distance of a place sums over the known pixels of a
/// window their weight times the distance of their elements; and over all its pixels inside the output that of the
/// guide.
template <Element E, DevicePolicy Device, ElementDistance<scalar_t<E>> Distance>
struct WindowProblem {
  using View = TensorView<const E, 3, Device>;
  using Numbers = detail::WindowNumbers<Distance, E>;
  using Value = typename Numbers::Value;

  Device device;
  std::vector<View> examples;  ///< (height, width, channel), equal channel counts
  Distance distance;
  int half;       ///< the side of a window is 2 half + 1
  int batch;      ///< queries at once, at most
  Shape<2> size;  ///< of the output
  bool wrap_rows, wrap_columns;
  Places places;                      ///< of 1 by 1 pixel
  std::vector<std::uint8_t> allowed;  ///< for each place whether it may be stolen and compared; empty: all
  detail::WindowChannels<Value> pixels, guide;
  std::vector<Value> guide_examples, guide_output;

  /// Of each example `masks` say what may be stolen and compared, none: everything; at least one pixel is left.
  /// `guides` have as many pixels as places and output, or no channels.
  WindowProblem(const Device& on, const std::vector<View>& from, const std::vector<Mask2>& masks, const Distance& by,
                int half_window, const Shape<2>& output, bool rows_wrap, bool columns_wrap, const WindowGuide& guides)
      : device{on},
        examples{from},
        distance{by},
        half{half_window},
        batch{1},
        size{output},
        wrap_rows{rows_wrap},
        wrap_columns{columns_wrap},
        places(from, 1, 1),
        allowed{pastiche::detail::allowed_places(places, masks, 1, 1)} {
    pixels.channels = static_cast<int>(from.front().shape(2));
    guide.channels = guides.channels;
    weigh(guides.weight);
    const detail::WindowTerm<Distance, E> term{distance};
    std::vector<Value> values;
    for (const View& view : examples) {
      for (const E element : download(view, device)) values.push_back(term.value(element));
    }
    detail::find_mean(pixels, values, allowed, term);
    guide_examples = guide_values(guides.examples);
    guide_output = guide_values(guides.output);
    detail::find_mean(guide, guide_examples, allowed,
                      [](Value a, Value b, index_t) { return detail::WindowTerm<Distance, E>::squared(a, b); });
  }

  int window() const noexcept { return 2 * half + 1; }
  index_t channels() const noexcept { return pixels.channels; }

  /// Whether the sums are sure to fit: always, but for integers with very many channels.
  bool fits() const noexcept { return !Numbers::exact || most_weight(0.0) >= 1.0; }

 private:
  // Weights of integers are as fine as sums of 31 bits and coefficients of 16 allow.
  double most_weight(double guide_weight) const {
    double mass = 0.0;
    for (const double weight : detail::gaussian_window(half)) mass += weight;
    const double elements = pixels.channels + guide.channels * guide_weight;
    return min_of(127.0 / max_of(1.0, guide_weight), 0x1p31 / 65025.0 / (1.05 * mass * elements) - 0.5);
  }

  void weigh(double guide_weight) {
    const double unit = Numbers::exact ? max_of(1.0, std::floor(most_weight(guide_weight))) : 1.0;
    for (const double weight : detail::gaussian_window(half)) {
      pixels.weights.push_back(rounded(unit * weight));
      guide.weights.push_back(guide.channels > 0 ? rounded(unit * weight * guide_weight) : Value(0));
    }
  }
  static Value rounded(double weight) { return static_cast<Value>(Numbers::exact ? std::floor(weight + 0.5) : weight); }

  static std::vector<Value> guide_values(const std::vector<float>& from) {
    std::vector<Value> values;
    for (const float x : from) {
      if constexpr (Numbers::exact) {
        values.push_back(from_scalar<std::uint8_t>(x));
      } else {
        values.push_back(static_cast<Value>(x));
      }
    }
    return values;
  }
};

}  // namespace pastiche
