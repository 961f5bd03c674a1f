// SPDX-License-Identifier: MIT
/// \file
/// What every texture method takes: one example or several, their masks, the axes along which an output tiles.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/core/observer.hpp>
#include <pastiche/tensor/mask.hpp>
#include <pastiche/tensor/pictures.hpp>
#include <pastiche/tensor/tensor.hpp>
#include <pastiche/texture/guide.hpp>

#include <string>
#include <vector>

namespace pastiche {

/// Axes along which an output continues at its other side.
enum class Tiling { none, x, y, xy };

constexpr bool tiles_rows(Tiling tiling) noexcept {
  return tiling == Tiling::y || tiling == Tiling::xy;
}
constexpr bool tiles_columns(Tiling tiling) noexcept {
  return tiling == Tiling::x || tiling == Tiling::xy;
}

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// 1 for an element that is NaN or infinite.
template <class E, class Device>
struct CountNotFinite {
  TensorView<const E, 3, Device> image;
  PASTICHE_HD std::int64_t operator()(index_t i) const noexcept {
    const index_t width = image.shape(1) * image.shape(2);
    return is_finite(image.row(i / width)[i % width]) ? 0 : 1;
  }
};

struct AddCounts {
  PASTICHE_HD std::int64_t operator()(std::int64_t a, std::int64_t b) const noexcept { return a + b; }
};

PASTICHE_DEVICE_CODE_END

inline std::string extent_text(index_t height, index_t width) {
  return std::to_string(height) + " by " + std::to_string(width);
}

/// A picture has pixels, a number of channels, rows that lie together, and only finite numbers.
/// \param name what errors call it
template <class E, class Device>
void check_picture(const char* function, const std::string& name, const TensorView<const E, 3, Device>& view,
                   index_t channels, const Device& device) {
  require(view.size() > 0, function, (name + ", its number of elements").c_str(), view.size(), "at least 1");
  require(view.shape(2) == channels, function, (name + ", its number of channels").c_str(), view.shape(2), channels);
  require(view.shape(2) <= 30000, function, (name + ", its number of channels").c_str(), view.shape(2),
          "at most 30000");
  require(view.dense_from(1), function, (name + ", its pixels").c_str(), "apart in memory",
          "pixels that follow one another in a row");
  if constexpr (!std::integral<E>) {
    const std::int64_t bad =
        device.reduce_index(view.size(), std::int64_t{0}, CountNotFinite<E, Device>{view}, AddCounts{});
    require(bad == 0, function, (name + ", its number of pixels that are NaN or infinite").c_str(), bad, "none");
  }
}

template <class E, class Device>
void check_examples(const char* function, const std::vector<TensorView<const E, 3, Device>>& examples,
                    const Device& device, const std::vector<Mask2>& masks) {
  require(!examples.empty(), function, "number of examples", 0, "at least 1");
  require(masks.empty() || masks.size() == examples.size(), function, "number of example masks", masks.size(),
          examples.size());
  for (std::size_t e = 0; e < examples.size(); ++e) {
    const auto& view = examples[e];
    const std::string name = "example " + std::to_string(e);
    check_picture(function, name, view, examples[0].shape(2), device);
    if (!masks.empty() && !masks[e].empty()) {
      const bool fits = masks[e].height == view.shape(0) && masks[e].width == view.shape(1);
      require(fits, function, ("size of the mask of " + name).c_str(), extent_text(masks[e].height, masks[e].width),
              extent_text(view.shape(0), view.shape(1)) + ", that of the example");
    }
  }
}

/// The size and the mask of an output.
inline void check_output(const char* function, const Shape<2>& size, const Mask2& mask) {
  require(size[0] >= 1 && size[1] >= 1, function, "size", min_of(size[0], size[1]), "at least 1");
  constexpr index_t kMostPixels = 2147483647;  // pixels are numbered by int
  require(size[0] <= kMostPixels / size[1], function, "size", extent_text(size[0], size[1]),
          "at most 2147483647 pixels");
  if (mask.empty()) return;
  const bool fits = mask.height == size[0] && mask.width == size[1];
  require(fits, function, "size of the output mask", extent_text(mask.height, mask.width),
          extent_text(size[0], size[1]) + ", that of the output");
}

/// A guide has a map for each example and one for the output, of their sizes, alike in channels.
/// \param name what errors call it
template <class E, class Device>
void check_guide(const char* function, const std::vector<TensorView<const E, 3, Device>>& examples,
                 const Shape<2>& size, const Guide& guide, const std::string& name = "guide") {
  require(guide.empty() == guide.examples.empty(), function, name.c_str(), "half missing",
          "maps for the examples and one for the output");
  if (guide.empty()) return;
  require(guide.weight >= 0 && guide.weight <= 100, function, ("weight of the " + name).c_str(), guide.weight,
          "0 to 100");
  require(guide.examples.size() == examples.size(), function, ("number of " + name + " maps").c_str(),
          guide.examples.size(), examples.size());
  const auto check = [&](const GuideMap& map, const std::string& whose, index_t height, index_t width) {
    require(map.height == height && map.width == width, function, ("size of the " + name + " map of " + whose).c_str(),
            extent_text(map.height, map.width), extent_text(height, width));
    require(map.channels == guide.output.channels && map.channels >= 1, function,
            ("number of channels of the " + name + " map of " + whose).c_str(), map.channels, guide.output.channels);
    index_t bad = 0;
    for (index_t y = 0; y < height; ++y) {
      for (index_t i = 0; i < width * map.channels; ++i) bad += is_finite(map.row(y)[i]) ? 0 : 1;
    }
    require(bad == 0, function, (name + " map of " + whose + ", its number of values that are NaN or infinite").c_str(),
            bad, "none");
  };
  check(guide.output, "the output", size[0], size[1]);
  for (std::size_t e = 0; e < examples.size(); ++e) {
    check(guide.examples[e], "example " + std::to_string(e), examples[e].shape(0), examples[e].shape(1));
  }
}

}  // namespace detail

}  // namespace pastiche
