// SPDX-License-Identifier: MIT
/// \file
/// Guides as channels beside the colours, as patch methods search them.
#pragma once

#include <pastiche/texture/patch_levels.hpp>

#include <cmath>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// A guide map among the channels that are searched. Its weight is that of a squared difference: for 8-bit elements,
/// which have no fractions, as many copies of it as make each count once at most.
struct GuideChannels {
  int copies = 0;
  double scale = 0.0;  ///< times the map

  GuideChannels(double weight, bool integers)
      : copies{integers && weight > 1.0 ? static_cast<int>(std::ceil(weight)) : 1},
        scale{std::sqrt(weight / static_cast<double>(copies))} {}
};

/// How many channels the guides take.
template <class W>
index_t guide_channels(const std::vector<Guide>& guides) {
  index_t n = 0;
  for (const Guide& g : guides) n += g.output.channels * GuideChannels(g.weight, std::integral<W>).copies;
  return n;
}

/// The maps of one example, or of the output.
inline std::vector<GuideMap> example_maps(const std::vector<Guide>& guides, std::size_t example) {
  std::vector<GuideMap> maps;
  for (const Guide& g : guides) maps.push_back(g.examples[example]);
  return maps;
}
inline std::vector<GuideMap> output_maps(const std::vector<Guide>& guides) {
  std::vector<GuideMap> maps;
  for (const Guide& g : guides) maps.push_back(g.output);
  return maps;
}

/// A picture with its guides beside the colours.
template <class W>
HostPicture<W> with_guides(const HostPicture<W>& colours, const std::vector<GuideMap>& maps,
                           const std::vector<Guide>& guides) {
  if (maps.empty()) return colours;
  HostPicture<W> all(colours.height, colours.width, colours.channels + guide_channels<W>(guides));
  const auto fill = [&](index_t first, index_t count, const auto& value) {
    for (index_t y = 0; y < all.height; ++y) {
      for (index_t x = 0; x < all.width; ++x) {
        for (index_t c = 0; c < count; ++c) all.row(y)[x * all.channels + first + c] = value(y, x, c);
      }
    }
  };
  fill(0, colours.channels, [&](index_t y, index_t x, index_t c) { return colours.row(y)[x * colours.channels + c]; });
  index_t first = colours.channels;
  for (std::size_t g = 0; g < guides.size(); ++g) {
    const GuideChannels how(guides[g].weight, std::integral<W>);
    const GuideMap& map = maps[g];
    const index_t count = map.channels * how.copies;
    fill(first, count, [&](index_t y, index_t x, index_t c) {
      const double value = static_cast<double>(map.row(y)[x * map.channels + c % map.channels]);
      return from_scalar<W>(static_cast<scalar_t<W>>(value * how.scale));
    });
    first += count;
  }
  return all;
}

/// How much of each guide's weight counts at a pixel of the output, a channel for each channel of the guides.
/// \param modulation (height, width, 1) for all guides, or a channel for each
template <class W>
HostPicture<W> modulation_picture(const GuideMap& modulation, const std::vector<Guide>& guides) {
  HostPicture<W> all(modulation.height, modulation.width, guide_channels<W>(guides));
  index_t first = 0;
  for (std::size_t g = 0; g < guides.size(); ++g) {
    const index_t count = guides[g].output.channels * GuideChannels(guides[g].weight, std::integral<W>).copies;
    const index_t from = modulation.channels == 1 ? 0 : static_cast<index_t>(g);
    for (index_t y = 0; y < all.height; ++y) {
      for (index_t x = 0; x < all.width; ++x) {
        const float value = clamp(modulation.row(y)[x * modulation.channels + from], 0.0f, 1.0f);
        for (index_t c = 0; c < count; ++c) {
          all.row(y)[x * all.channels + first + c] = from_scalar<W>(static_cast<scalar_t<W>>(value));
        }
      }
    }
    first += count;
  }
  return all;
}

PASTICHE_DEVICE_CODE_BEGIN

/// Draws the guides of an output from what its patches say towards what was asked for, as far as the modulation says.
///
/// Where patches with guides g_s meet a guide g that may differ from the wanted g_t, minimising
/// a (g - g_t)^2 + b (g - g_s)^2 over g gives g = (a g_t + b g_s) / (a + b) and costs a b / (a + b) (g_s - g_t)^2: with
/// m = a / (a + b) that is this blend, and a guide that counts m times its weight.
template <class W, class Device>
struct BlendGuides {
  TensorView<const W, 3, Device> wanted, modulation;
  TensorView<W, 3, Device> guides;  ///< in: as voted for; out: blended

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t y = i / guides.shape(1), x = i % guides.shape(1);
    const W *want = wanted.row(y, x), *share = modulation.row(y, x);
    W* to = guides.row(y, x);
    for (index_t c = 0; c < guides.shape(2); ++c) {
      if constexpr (std::integral<W>) {
        const std::int32_t m = share[c];
        to[c] = static_cast<W>((m * want[c] + (255 - m) * to[c] + 127) / 255);
      } else {
        to[c] += share[c] * (want[c] - to[c]);
      }
    }
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::detail
