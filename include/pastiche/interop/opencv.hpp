// SPDX-License-Identifier: MIT
/// \file
/// Matrices of OpenCV as views, without a copy. Their element type is known at run time, so the caller names it.
///
/// OpenCV stores colours blue first; a view keeps that order. No method of this library minds, unless it converts
/// between colour spaces: swap with cv::cvtColor before, or after.
#pragma once

#include <pastiche/interop/pointer.hpp>

#include <opencv2/core/mat.hpp>

#include <cstdint>
#include <string>
#include <type_traits>

namespace pastiche {

namespace detail {

/// OpenCV's depth of elements T, -1 where it has none.
template <class T>
inline constexpr int kCvDepth = std::is_same_v<T, std::uint8_t>    ? CV_8U
                                : std::is_same_v<T, std::int8_t>   ? CV_8S
                                : std::is_same_v<T, std::uint16_t> ? CV_16U
                                : std::is_same_v<T, std::int16_t>  ? CV_16S
                                : std::is_same_v<T, std::int32_t>  ? CV_32S
                                : std::is_same_v<T, float>         ? CV_32F
                                : std::is_same_v<T, double>        ? CV_64F
                                : std::is_same_v<T, Half>          ? CV_16F
                                                                   : -1;

inline std::string cv_depth_name(int depth) {
  constexpr const char* name[] = {"CV_8U", "CV_8S", "CV_16U", "CV_16S", "CV_32S", "CV_32F", "CV_64F", "CV_16F"};
  return depth >= 0 && depth < 8 ? name[depth] : "depth " + std::to_string(depth);
}

template <class T, int Rank>
TensorView<T, Rank, Cpu> cv_view(const cv::Mat& matrix) {
  constexpr int depth = kCvDepth<std::remove_const_t<T>>;
  static_assert(depth >= 0, "cv::Mat holds integers of 8 to 32 bits (unsigned ones of 8 or 16), half, float or double");
  static_assert(Rank >= 2, "cv::Mat has at least two axes");
  require(!matrix.empty(), "as_view", "matrix", "empty",
          "one with elements; cv::imread returns an empty one on failure");
  require(matrix.depth() == depth, "as_view", "matrix depth", cv_depth_name(matrix.depth()), cv_depth_name(depth));
  const int channels = matrix.channels(), axes = matrix.dims;
  const bool channel_axis = Rank == axes + 1;
  require(channel_axis || axes == Rank, "as_view", "number of matrix axes", axes,
          std::to_string(Rank) + ", or one less with the channels as the last axis");
  require(channel_axis || channels == 1, "as_view", "number of channels", channels,
          "1; a view of rank " + std::to_string(axes + 1) + " has an axis for the channels");
  Shape<Rank> shape{}, stride{};
  shape.extent[Rank - 1] = channels;
  stride.extent[Rank - 1] = 1;
  for (int axis = 0; axis < axes; ++axis) {
    const auto bytes = static_cast<index_t>(matrix.step.p[axis]), size = static_cast<index_t>(sizeof(T));
    require(bytes % size == 0, "as_view", "matrix step in bytes", bytes, "a multiple of the element's size");
    shape.extent[axis] = matrix.size.p[axis];
    stride.extent[axis] = bytes / size;
  }
  return checked_view<Cpu>("as_view", reinterpret_cast<T*>(matrix.data), shape, stride);
}

}  // namespace detail

/// A matrix as a read-only view: `as_view<std::uint8_t, 3>(photo)` is (height, width, channel), rank 2 is for one
/// channel. Regions of interest keep their row step. The view does not share ownership: the matrix, or another header
/// on the same memory, must outlive it, and must not be reallocated (cv::Mat::create).
///
/// \throws InvalidArgument on an empty matrix, another depth, number of axes or number of channels
template <class T, int Rank>
TensorView<const T, Rank, Cpu> as_view(const cv::Mat& matrix) {
  return detail::cv_view<const T, Rank>(matrix);
}

/// The same to read and write, or with a const T to read.
template <class T, int Rank>
TensorView<T, Rank, Cpu> as_view(cv::Mat& matrix) {
  return detail::cv_view<T, Rank>(matrix);
}

}  // namespace pastiche
