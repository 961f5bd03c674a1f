// SPDX-License-Identifier: MIT
/// \file
/// Separable weighted resampling of an image: what resize, blur and pyramid steps are made of.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/primitive/lane_pack.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <cstdint>
#include <vector>

namespace pastiche {

namespace primitive {

/// How one axis is resampled: output i is the sum over k < count of weight[i * count + k] times input
/// index[i * count + k]. Borders are in the indices, so any rule for them will do.
template <Scalar S>
struct AxisTaps {
  index_t inputs = 0, outputs = 0;
  index_t count = 1;                ///< taps of every output
  std::vector<std::int32_t> index;  ///< in [0, inputs)
  std::vector<S> weight;

  /// True where every output is a copy of one input.
  bool copies() const {
    bool all_one = count == 1;
    for (const S w : weight) all_one = all_one && w == S(1);
    return all_one;
  }
};

/// The taps that change nothing.
template <Scalar S>
AxisTaps<S> identity_taps(index_t n) {
  AxisTaps<S> taps{n, n, 1, std::vector<std::int32_t>(static_cast<std::size_t>(n)),
                   std::vector<S>(static_cast<std::size_t>(n), S(1))};
  for (index_t i = 0; i < n; ++i) taps.index[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i);
  return taps;
}

/// A sum as an element in the same units: rounded half up and clamped where the element is an integer.
template <Element T, Scalar S>
PASTICHE_HD constexpr T round_to_element(S x) noexcept {
  if constexpr (std::integral<T>) {
    const S shifted =
        clamp(x, static_cast<S>(pastiche::detail::kLeast<T>), static_cast<S>(pastiche::detail::kMost<T>)) + S(0.5);
    const T whole = static_cast<T>(shifted);
    return static_cast<S>(whole) > shifted ? static_cast<T>(whole - 1) : whole;
  } else {
    return from_scalar<T>(x);
  }
}

/// An element as a scalar in the same units: 255 stays 255.
template <Scalar S, Element T>
PASTICHE_HD constexpr S element_as(T x) noexcept {
  if constexpr (std::same_as<T, Half>) {
    return static_cast<S>(static_cast<float>(x));
  } else {
    return static_cast<S>(x);
  }
}

}  // namespace primitive

namespace detail {

/// AxisTaps in a device's memory.
template <Scalar S, DevicePolicy Device>
struct DeviceTaps {
  Tensor<std::int32_t, 1, Device> index;
  Tensor<S, 1, Device> weight;
  index_t count;

  DeviceTaps(const primitive::AxisTaps<S>& taps, const Device& device)
      : index{upload<Device>(Shape<1>{static_cast<index_t>(taps.index.size())}, taps.index, device)},
        weight{upload<Device>(Shape<1>{static_cast<index_t>(taps.weight.size())}, taps.weight, device)},
        count{taps.count} {}
};

PASTICHE_DEVICE_CODE_BEGIN

/// Output element (i / run) of the rows, i % run of the row: a weighted sum of the same element of several rows.
template <class T, class S>
struct SumRows {
  const T* from;
  index_t stride, run;  ///< of `from`; elements in a row
  const std::int32_t* index;
  const S* weight;
  index_t count;
  S* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t row = i / run, at = i % run;
    S sum(0);
    for (index_t k = row * count; k < (row + 1) * count; ++k) {
      sum += weight[k] * primitive::element_as<S>(from[index[k] * stride + at]);
    }
    to[i] = sum;
  }
};

/// Output element i of an image whose rows are summed already.
template <class T, class S>
struct SumColumns {
  const S* from;
  index_t inputs, outputs, channels;
  const std::int32_t* index;
  const S* weight;
  index_t count;
  T* to;
  index_t stride;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t c = i % channels, pixel = i / channels, x = pixel % outputs, y = pixel / outputs;
    const S* row = from + y * inputs * channels + c;
    S sum(0);
    for (index_t k = x * count; k < (x + 1) * count; ++k) sum += weight[k] * row[index[k] * channels];
    to[y * stride + x * channels + c] = primitive::round_to_element<T>(sum);
  }
};

/// to(y, x, c) = from(row[y], column[x], c).
template <class T>
struct CopyPixels {
  const T* from;
  index_t from_stride, outputs, channels;
  const std::int32_t *row, *column;
  T* to;
  index_t to_stride;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t c = i % channels, pixel = i / channels, x = pixel % outputs, y = pixel / outputs;
    to[y * to_stride + x * channels + c] = from[row[y] * from_stride + column[x] * channels + c];
  }
};

/// The same by rows, without the divisions: for host code.
template <class T>
struct CopyRow {
  CopyPixels<T> pixels;

  PASTICHE_HD void operator()(index_t y) const noexcept {
    const T* from = pixels.from + pixels.row[y] * pixels.from_stride;
    T* to = pixels.to + y * pixels.to_stride;
    for (index_t x = 0; x < pixels.outputs; ++x) {
      const T* pixel = from + pixels.column[x] * pixels.channels;
      for (index_t c = 0; c < pixels.channels; ++c) *to++ = pixel[c];
    }
  }
};

PASTICHE_DEVICE_CODE_END

template <class From, class S, class To, class Device>
void check_resample(const TensorView<const From, 3, Device>& from, const primitive::AxisTaps<S>& rows,
                    const primitive::AxisTaps<S>& columns, const TensorView<To, 3, Device>& to) {
  constexpr const char* name = "primitive::Resample";
  require(from.dense_from(1) && to.dense_from(1), name, "rows of the images", "not dense", "dense rows");
  require(from.shape(0) == rows.inputs && to.shape(0) == rows.outputs, name, "height", to.shape(0), rows.outputs);
  require(from.shape(1) == columns.inputs && to.shape(1) == columns.outputs, name, "width", to.shape(1),
          columns.outputs);
  require(from.shape(2) == to.shape(2), name, "channels of the result", to.shape(2), from.shape(2));
}

}  // namespace detail

namespace primitive {

/// The form for every device, element by element: rows are summed first, then columns.
template <DevicePolicy Device>
struct GenericResample {
  /// `to` = `rows` and `columns` applied to `from`, both (height, width, channel) with dense rows and not
  /// overlapping. Sums are kept in S throughout and become elements once. Throws InvalidArgument where the taps do
  /// not fit the shapes.
  template <Element From, Element To, Scalar S>
  static void run(const Device& device, TensorView<const From, 3, Device> from, const AxisTaps<S>& rows,
                  const AxisTaps<S>& columns, TensorView<To, 3, Device> to) {
    pastiche::detail::check_resample(from, rows, columns, to);
    const index_t run = from.shape(1) * from.shape(2);
    Tensor<S, 2, Device> sums({to.shape(0), run}, device);
    const pastiche::detail::DeviceTaps<S, Device> down(rows, device), across(columns, device);
    device.for_each_index(sums.size(),
                          pastiche::detail::SumRows<From, S>{from.data(), from.stride()[0], run, down.index.data(),
                                                             down.weight.data(), down.count, sums.data()});
    device.for_each_index(to.size(), pastiche::detail::SumColumns<To, S>{
                                         sums.data(), from.shape(1), to.shape(1), to.shape(2), across.index.data(),
                                         across.weight.data(), across.count, to.data(), to.stride()[0]});
  }

  /// For taps that copy: elements of any kind keep their bits.
  template <Element T, Scalar S>
  static void copy(const Device& device, TensorView<const T, 3, Device> from, const AxisTaps<S>& rows,
                   const AxisTaps<S>& columns, TensorView<T, 3, Device> to) {
    pastiche::detail::check_resample(from, rows, columns, to);
    require(rows.copies() && columns.copies(), "primitive::Resample", "taps of a copy", rows.count, "one of weight 1");
    const pastiche::detail::DeviceTaps<S, Device> down(rows, device), across(columns, device);
    const pastiche::detail::CopyPixels<T> pixels{from.data(),       from.stride()[0],    to.shape(1), to.shape(2),
                                                 down.index.data(), across.index.data(), to.data(),   to.stride()[0]};
    if constexpr (Device::host_accessible) {
      device.for_each_piece(to.shape(0), to.shape(1) * to.shape(2), pastiche::detail::CopyRow<T>{pixels});
    } else {
      device.for_each_index(to.size(), pixels);
    }
  }
};

/// Separable weighted resampling on Device.
template <DevicePolicy Device>
struct Resample : GenericResample<Device> {};

}  // namespace primitive

}  // namespace pastiche

#include <pastiche/primitive/resample_vector.hpp>
