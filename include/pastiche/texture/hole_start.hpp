// SPDX-License-Identifier: MIT
/// \file
/// What the filling of a hole begins with, and how it ends: the hole peeled like an onion on the coarsest level,
/// sources of all pixels.
#pragma once

#include <pastiche/texture/efros_leung.hpp>
#include <pastiche/texture/patch_synthesis.hpp>

#include <vector>

namespace pastiche::detail {

constexpr Tiling tiling_of(bool rows, bool columns) noexcept {
  return rows ? (columns ? Tiling::xy : Tiling::y) : (columns ? Tiling::x : Tiling::none);
}

/// (height, width, channel) elements as the maps of guides are.
template <class W, class Device>
std::vector<float> as_guide(const Tensor<W, 3, Device>& channels) {
  std::vector<float> values;
  for (const W value : download(channels)) values.push_back(static_cast<float>(to_scalar<scalar_t<W>>(value)));
  return values;
}

/// The hole of the coarsest level filled pixel by pixel from its rim inwards, each pixel with the nearest there is: as
/// the source of each pixel of the hole.
template <class Run, class Device, class Distance>
SourceGrid onion_peel(Run& run, const PatchSetup& setup, const Distance& distance, const Device& device) {
  const auto& level = run.coarsest();
  using Picture = std::remove_cvref_t<decltype(level.output)>;
  const index_t h = level.height(), w = level.width(), voted = run.voted(), guides = level.output.shape(2) - voted;
  EfrosLeungOptions o;
  std::vector<Picture> examples;
  std::vector<std::vector<float>> maps;
  for (std::size_t e = 0; e < level.examples.size(); ++e) {
    examples.push_back(run.packed(level.examples[e].view(), 0, voted));
    o.example_masks.push_back(level.mask(e));
    if (guides > 0) maps.push_back(as_guide(run.packed(level.examples[e].view(), voted, guides)));
  }
  if (guides > 0) maps.push_back(as_guide(run.packed(level.output.view(), voted, guides)));
  for (std::size_t e = 0; guides > 0 && e < examples.size(); ++e) {
    o.guide.examples.push_back({maps[e].data(), examples[e].shape(0), examples[e].shape(1), guides});
  }
  if (guides > 0) o.guide.output = {maps.back().data(), h, w, guides};
  o.window = max_of(3, 2 * (setup.patch / 2) + 1);
  o.seed_size = 1;
  o.seed = setup.seed;
  o.tiling = tiling_of(setup.wrap_rows, setup.wrap_columns);
  o.provenance = true;
  o.output_mask = level.hole();
  const auto grown =
      efros_leung_fill(run.packed(level.output.view(), 0, voted), examples, o, distance, ArgMin{}, device);
  return {{{h, w}}, h, w, 0, level.sizes(), download(grown.provenance)};
}

/// Every known pixel is its own source. What patches left without one takes that of the pixel of the hole before it.
inline void complete_sources(const Mask2& hole, const std::vector<Mask2>& donors, std::vector<int>& sources) {
  const index_t h = hole.height, w = hole.width;
  int last[3] = {-1, 0, 0};
  for (std::size_t e = 0; e < donors.size() && last[0] < 0; ++e) {
    for (index_t i = 0; i < donors[e].height * donors[e].width && last[0] < 0; ++i) {
      const index_t y = i / donors[e].width, x = i % donors[e].width;
      if (!donors[e](y, x)) continue;
      last[0] = static_cast<int>(e);
      last[1] = static_cast<int>(y);
      last[2] = static_cast<int>(x);
    }
  }
  for (index_t i = 0; i < h * w; ++i) {
    int* source = sources.data() + 3 * i;
    if (!hole(i / w, i % w)) {
      source[0] = 0;
      source[1] = static_cast<int>(i / w);
      source[2] = static_cast<int>(i % w);
    } else if (source[0] < 0) {
      std::copy_n(last, 3, source);
    } else {
      std::copy_n(source, 3, last);
    }
  }
}

}  // namespace pastiche::detail
