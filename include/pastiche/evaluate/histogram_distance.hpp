// SPDX-License-Identifier: MIT
/// \file
/// How far the values of two pictures are from each other, whatever their places.
///
/// Y. Rubner, C. Tomasi, L. J. Guibas, "The earth mover's distance as a metric for image retrieval", IJCV 40(2), 2000;
/// of one channel at a time it is the area between the cumulative distributions.
#pragma once

#include <pastiche/evaluate/patch_sample.hpp>

#include <algorithm>

namespace pastiche {

namespace detail {

/// The least mean distance by which the values of one become those of the other. Both are sorted.
template <class T>
double sorted_distance(const std::vector<T>& a, const std::vector<T>& b) {
  // Both distributions are steps; between two values of either their difference is constant.
  double sum = 0.0, at = 0.0;
  std::size_t i = 0, j = 0;
  const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  while (i < a.size() || j < b.size()) {
    const double next = static_cast<double>(j == b.size() || (i < a.size() && a[i] < b[j]) ? a[i] : b[j]);
    // Of whole numbers, so that equal distributions differ by nothing.
    const double apart = static_cast<double>(i) * m - static_cast<double>(j) * n;
    if (apart != 0.0) sum += (next - at) * (apart < 0.0 ? -apart : apart);
    at = next;
    while (i < a.size() && static_cast<double>(a[i]) == at) ++i;
    while (j < b.size() && static_cast<double>(b[j]) == at) ++j;
  }
  return sum / (n * m);
}

/// The values of a channel, sorted. On the host.
template <class E>
auto sorted_channel(const std::vector<E>& pixels, std::size_t channel, std::size_t channels) {
  using T = std::conditional_t<std::integral<E>, E, double>;
  std::vector<T> values;
  values.reserve(pixels.size() / channels);
  for (std::size_t i = channel; i < pixels.size(); i += channels) {
    if constexpr (std::integral<E>) {
      values.push_back(pixels[i]);
    } else {
      values.push_back(to_scalar<double>(pixels[i]));
    }
  }
  if constexpr (std::same_as<E, std::uint8_t>) {
    std::size_t counts[256] = {};
    for (const E x : values) ++counts[x];
    auto to = values.begin();
    for (std::size_t v = 0; v < 256; ++v) to = std::fill_n(to, counts[v], static_cast<E>(v));
  } else {
    std::sort(values.begin(), values.end());
  }
  return values;
}

}  // namespace detail

/// Wasserstein-1 distance between the values of a channel of two pictures, the mean over channels, in grey levels
/// (pixels of [0, 1] times 255). 0 for equal pictures, and for a picture and its pixels in another order; c where c was
/// added to all. Computed on the host.
///
/// Images are (height, width, channel) of one element, of any sizes. Throws InvalidArgument for unlike channels, empty
/// pictures, and pixels that are not finite.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
double histogram_distance(const A& example, const B& output, const Device& device = {}) {
  const auto a = view_of(example);
  const auto b = view_of(output);
  detail::check_texture_pair("histogram_distance", a, b, 1, device);
  const auto first = download(a, device), second = download(b, device);
  const auto channels = static_cast<std::size_t>(a.shape(2));
  double sum = 0.0;
  for (std::size_t c = 0; c < channels; ++c) {
    sum += detail::sorted_distance(detail::sorted_channel(first, c, channels),
                                   detail::sorted_channel(second, c, channels));
  }
  return sum / static_cast<double>(channels) * (255.0 / kWhite<element_of_t<A>>);
}

}  // namespace pastiche
