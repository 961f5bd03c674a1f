// SPDX-License-Identifier: MIT
/// \file
/// Small textures made by integer arithmetic, the same on every machine.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <algorithm>
#include <vector>

namespace pastiche::test {

/// A grey level of 0..255 as an element: 255 is white.
template <Element E>
E from_level(int level) {
  if constexpr (std::same_as<E, std::uint8_t>) {
    return static_cast<E>(level);
  } else if constexpr (std::integral<E>) {
    return static_cast<E>(level * (kWhite<E> / 255.0));
  } else {
    return from_scalar<E>(level / 255.0);
  }
}

/// Levels of (height, width, channel) as a picture of elements E.
template <Element E, DevicePolicy Device>
Tensor<E, 3, Device> picture(const Shape<3>& shape, const std::vector<int>& levels, const Device& device = {}) {
  std::vector<E> values;
  for (const int level : levels) values.push_back(from_level<E>(level));
  return upload<Device>(shape, values, device);
}

/// Shaded discs of 3 to `radius` pixels in random places and colours over a dark ground, under a little noise.
inline std::vector<int> pebble_levels(const Shape<3>& shape, std::uint64_t seed, int radius) {
  CounterRng rng(seed, 1, 0);
  const int h = static_cast<int>(shape[0]), w = static_cast<int>(shape[1]), channels = static_cast<int>(shape[2]);
  const auto below = [&](int n) { return static_cast<int>(rng.below(static_cast<std::uint32_t>(n))); };
  std::vector<int> levels(static_cast<std::size_t>(shape.size()), 40);
  for (int disc = 0; disc < 3 * h * w / (radius * radius) + 1; ++disc) {
    const int cy = below(h), cx = below(w), r = 3 + below(max_of(1, radius - 2));
    std::vector<int> colour;
    for (int c = 0; c < channels; ++c) colour.push_back(100 + below(140));
    for (int y = max_of(0, cy - r); y <= min_of(h - 1, cy + r); ++y) {
      for (int x = max_of(0, cx - r); x <= min_of(w - 1, cx + r); ++x) {
        const int d = (y - cy) * (y - cy) + (x - cx) * (x - cx);
        if (d > r * r) continue;
        for (int c = 0; c < channels; ++c) {
          levels[static_cast<std::size_t>((y * w + x) * channels + c)] =
              colour[static_cast<std::size_t>(c)] - 80 * d / (r * r);
        }
      }
    }
  }
  for (int& level : levels) level = clamp(level + below(17) - 8, 0, 255);
  return levels;
}

/// pebble_levels() as a picture.
template <Element E = std::uint8_t, DevicePolicy Device>
Tensor<E, 3, Device> pebbles(const Shape<3>& shape, std::uint64_t seed, const Device& device, int radius = 7) {
  return picture<E>(shape, pebble_levels(shape, seed, radius), device);
}

/// A 64-bit hash (FNV-1a) of what a tensor holds.
template <Element E, int Rank, DevicePolicy Device>
std::uint64_t hash_of(const Tensor<E, Rank, Device>& tensor) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const E& value : download(tensor)) {
    unsigned char bytes[sizeof(E)];
    std::copy_n(reinterpret_cast<const unsigned char*>(&value), sizeof(E), bytes);
    for (const unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001b3u;
  }
  return hash;
}

}  // namespace pastiche::test
