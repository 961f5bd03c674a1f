// SPDX-License-Identifier: MIT
/// \file
/// Pictures and masks from coarse to fine, as patch methods search them.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/tensor/mask.hpp>
#include <pastiche/tensor/tensor.hpp>
#include <pastiche/texture/guide.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// (height, width, channel) elements on the host.
template <class E>
struct HostPicture {
  index_t height = 0, width = 0, channels = 0;
  std::vector<E> values{};

  HostPicture() = default;
  HostPicture(index_t h, index_t w, index_t c)
      : height{h}, width{w}, channels{c}, values(static_cast<std::size_t>(h * w * c)) {}
  E* row(index_t y) noexcept { return values.data() + y * width * channels; }
  const E* row(index_t y) const noexcept { return values.data() + y * width * channels; }
};

/// Weights of a triangle as wide as a step, in 2^-14, so that 8-bit pictures shrink alike on every machine.
struct ShrinkTaps {
  index_t first, count;
  std::vector<std::int32_t> weights;
};

inline std::vector<ShrinkTaps> shrink_taps(index_t from, index_t to) {
  std::vector<ShrinkTaps> all;
  const double step = static_cast<double>(from) / static_cast<double>(to), reach = step > 1.0 ? step : 1.0;
  for (index_t i = 0; i < to; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) * step - 0.5;
    const index_t first = max_of<index_t>(0, static_cast<index_t>(std::ceil(centre - reach)));
    const index_t last = min_of<index_t>(from - 1, static_cast<index_t>(std::floor(centre + reach)));
    std::vector<double> weights;
    double sum = 0.0;
    for (index_t k = first; k <= last; ++k) {
      weights.push_back(reach - std::abs(static_cast<double>(k) - centre));
      sum += weights.back();
    }
    ShrinkTaps taps{first, last - first + 1, {}};
    std::int32_t left = 1 << 14;
    std::size_t heaviest = 0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      taps.weights.push_back(static_cast<std::int32_t>(weights[k] / sum * (1 << 14)));
      left -= taps.weights.back();
      if (weights[k] > weights[heaviest]) heaviest = k;
    }
    taps.weights[heaviest] += left;
    all.push_back(std::move(taps));
  }
  return all;
}

/// A picture at another size: rows and columns are sums over triangles.
template <class E>
HostPicture<E> shrunk(const HostPicture<E>& from, index_t height, index_t width) {
  if (height == from.height && width == from.width) return from;
  using A = std::conditional_t<std::integral<E>, std::int64_t, double>;
  const std::vector<ShrinkTaps> rows = shrink_taps(from.height, height), columns = shrink_taps(from.width, width);
  HostPicture<E> to(height, width, from.channels);
  std::vector<A> line(static_cast<std::size_t>(from.width * from.channels));
  for (index_t y = 0; y < height; ++y) {
    const ShrinkTaps& down = rows[static_cast<std::size_t>(y)];
    std::fill(line.begin(), line.end(), A(0));
    for (index_t k = 0; k < down.count; ++k) {
      const E* source = from.row(down.first + k);
      const A w = static_cast<A>(down.weights[static_cast<std::size_t>(k)]);
      for (std::size_t i = 0; i < line.size(); ++i) line[i] += w * static_cast<A>(source[i]);
    }
    for (index_t x = 0; x < width; ++x) {
      const ShrinkTaps& across = columns[static_cast<std::size_t>(x)];
      for (index_t c = 0; c < from.channels; ++c) {
        A sum = 0;
        for (index_t k = 0; k < across.count; ++k) {
          sum += static_cast<A>(across.weights[static_cast<std::size_t>(k)]) *
                 line[static_cast<std::size_t>((across.first + k) * from.channels + c)];
        }
        if constexpr (std::integral<E>) {
          to.row(y)[x * from.channels + c] = static_cast<E>((sum + (A{1} << 27)) >> 28);
        } else {
          to.row(y)[x * from.channels + c] = static_cast<E>(sum * 0x1p-28);
        }
      }
    }
  }
  return to;
}

/// A mask at a smaller size: yes where `all` it stands for is, or else any of it.
inline std::vector<std::uint8_t> shrunk_mask(const Mask2& mask, index_t height, index_t width, bool all) {
  std::vector<std::uint8_t> to(static_cast<std::size_t>(height * width));
  for (index_t y = 0; y < height; ++y) {
    for (index_t x = 0; x < width; ++x) {
      bool yes = all;
      for (index_t v = y * mask.height / height; v < ceil_div((y + 1) * mask.height, height); ++v) {
        for (index_t u = x * mask.width / width; u < ceil_div((x + 1) * mask.width, width); ++u) {
          if (mask(v, u) != all) yes = !all;
        }
      }
      to[static_cast<std::size_t>(y * width + x)] = yes ? 1 : 0;
    }
  }
  return to;
}

/// A map as elements.
template <class E>
HostPicture<E> picture_of(const GuideMap& map) {
  HostPicture<E> picture(map.height, map.width, map.channels);
  for (index_t y = 0; y < map.height; ++y) {
    for (index_t i = 0; i < map.width * map.channels; ++i) {
      picture.row(y)[i] = from_scalar<E>(static_cast<scalar_t<E>>(map.row(y)[i]));
    }
  }
  return picture;
}

}  // namespace pastiche::detail
