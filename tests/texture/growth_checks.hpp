// SPDX-License-Identifier: MIT
/// \file
/// What must hold of every texture whose pixels are each stolen whole.
#pragma once

#include <pastiche/texture/result.hpp>

#include <vector>

namespace pastiche::test {

/// What a method returned, on the host.
template <Element E>
struct HostTexture {
  index_t height, width, channels;
  std::vector<E> image;
  std::vector<int> provenance;

  template <class Result>
  explicit HostTexture(const Result& r)
      : height{r.image.shape(0)},
        width{r.image.shape(1)},
        channels{r.image.shape(2)},
        image{download(r.image)},
        provenance{download(r.provenance)} {}

  const E* pixel(index_t y, index_t x) const { return &image[static_cast<std::size_t>((y * width + x) * channels)]; }
  const int* source(index_t y, index_t x) const { return &provenance[static_cast<std::size_t>(3 * (y * width + x))]; }
};
template <class Result>
HostTexture(const Result&) -> HostTexture<typename decltype(Result::image)::value_type>;

/// The number of pixels that are not what their provenance says: those of an example, or 0 where nothing was made.
template <Element E, DevicePolicy Device>
index_t wrong_pixels(const HostTexture<E>& made, const std::vector<Tensor<E, 3, Device>>& examples) {
  std::vector<std::vector<E>> values;
  for (const auto& example : examples) values.push_back(download(example));
  index_t wrong = 0;
  for (index_t y = 0; y < made.height; ++y) {
    for (index_t x = 0; x < made.width; ++x) {
      const int* from = made.source(y, x);
      bool right = true;
      for (index_t c = 0; c < made.channels; ++c) {
        E expected{};
        if (from[0] >= 0) {
          const std::size_t e = static_cast<std::size_t>(from[0]);
          const index_t w = examples[e].shape(1);
          expected = values[e][static_cast<std::size_t>((from[1] * w + from[2]) * made.channels + c)];
        }
        right = right && made.pixel(y, x)[c] == expected;
      }
      wrong += right ? 0 : 1;
    }
  }
  return wrong;
}

/// The number of pixels nothing was made of.
template <Element E>
index_t empty_pixels(const HostTexture<E>& made) {
  index_t n = 0;
  for (std::size_t i = 0; i < made.provenance.size(); i += 3) n += made.provenance[i] < 0 ? 1 : 0;
  return n;
}

}  // namespace pastiche::test
