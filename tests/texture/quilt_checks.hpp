// SPDX-License-Identifier: MIT
/// \file
/// What must hold of every quilt: each pixel is that of its source, or lies between those of its sources.
#pragma once

#include <pastiche/texture/quilting.hpp>

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

namespace pastiche::test {

template <Element E>
double number(E x) {
  if constexpr (std::same_as<E, Half>) {
    return static_cast<double>(static_cast<float>(x));
  } else {
    return static_cast<double>(x);
  }
}

/// A picture on the host as numbers.
struct HostPicture {
  index_t height, width, channels;
  std::vector<double> values;
  double operator()(index_t y, index_t x, index_t c) const {
    return values[static_cast<std::size_t>((y * width + x) * channels + c)];
  }
};

template <Element E, DevicePolicy Device>
HostPicture on_host(const Tensor<E, 3, Device>& image) {
  HostPicture picture{image.shape(0), image.shape(1), image.shape(2), {}};
  for (const E value : download(image)) picture.values.push_back(number(value));
  return picture;
}

/// The result of quilt() on the host.
template <Element E>
struct HostQuilt {
  HostPicture image;
  std::vector<int> provenance;
  std::vector<std::uint8_t> mixed;
  std::vector<PlacedBlock> blocks;
  int block_height, block_width;

  template <class Device>
  explicit HostQuilt(const QuiltResult<E, Device>& r)
      : image{on_host(r.image)},
        provenance{download(r.provenance)},
        mixed{download(r.mixed)},
        blocks{r.blocks},
        block_height{r.block_height},
        block_width{r.block_width} {}

  const int* source(index_t y, index_t x) const {
    return &provenance[static_cast<std::size_t>(3 * (y * image.width + x))];
  }
  bool is_mixed(index_t y, index_t x) const { return mixed[static_cast<std::size_t>(y * image.width + x)] != 0; }
};

/// The number of pixels that are not what their provenance says; -1 where a table has the wrong size.
template <Element E>
index_t wrong_pixels(const HostQuilt<E>& q, const std::vector<HostPicture>& examples) {
  const index_t h = q.image.height, w = q.image.width, channels = q.image.channels;
  if (static_cast<index_t>(q.mixed.size()) != h * w || static_cast<index_t>(q.provenance.size()) != 3 * h * w)
    return -1;
  const std::size_t n = static_cast<std::size_t>(h * w * channels);
  std::vector<double> low(n, std::numeric_limits<double>::infinity()),
      high(n, -std::numeric_limits<double>::infinity());
  for (const PlacedBlock& block : q.blocks) {
    for (int y = 0; y < q.block_height; ++y) {
      for (int x = 0; x < q.block_width; ++x) {
        for (index_t c = 0; c < channels; ++c) {
          const std::size_t at =
              static_cast<std::size_t>(((block.row + y) % h * w + (block.column + x) % w) * channels + c);
          const HostPicture& from = examples[static_cast<std::size_t>(block.source.example)];
          const double value = from(block.source.row + y, block.source.column + x, c);
          low[at] = value < low[at] ? value : low[at];
          high[at] = value > high[at] ? value : high[at];
        }
      }
    }
  }
  // A blend of floats may round past its ends.
  const double slack = std::integral<E> || std::same_as<E, Half> ? 0.0 : std::same_as<E, float> ? 0x1p-22 : 0x1p-51;
  index_t wrong = 0;
  for (index_t y = 0; y < h; ++y) {
    for (index_t x = 0; x < w; ++x) {
      const int* from = q.source(y, x);
      for (index_t c = 0; c < channels; ++c) {
        const double value = q.image(y, x, c);
        const std::size_t at = static_cast<std::size_t>((y * w + x) * channels + c);
        bool right = true;
        if (from[0] < 0) {
          right = value == 0.0 && !q.is_mixed(y, x);
        } else if (!q.is_mixed(y, x)) {
          right = value == examples[static_cast<std::size_t>(from[0])](from[1], from[2], c);
        } else {
          right = value >= low[at] - slack && value <= high[at] + slack;
        }
        if (!right) ++wrong;
      }
    }
  }
  return wrong;
}

/// The number of pixels nothing was made of.
template <Element E>
index_t empty_pixels(const HostQuilt<E>& q) {
  index_t n = 0;
  for (std::size_t i = 0; i < q.provenance.size(); i += 3) n += q.provenance[i] < 0 ? 1 : 0;
  return n;
}

}  // namespace pastiche::test
