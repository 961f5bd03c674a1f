// SPDX-License-Identifier: MIT
/// \file
/// What every texture method takes: one example or several, their masks, the axes along which an output tiles.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/core/observer.hpp>
#include <pastiche/tensor/mask.hpp>
#include <pastiche/tensor/pictures.hpp>
#include <pastiche/tensor/tensor.hpp>

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

template <class E, class Device>
void check_examples(const char* function, const std::vector<TensorView<const E, 3, Device>>& examples,
                    const Device& device, const std::vector<Mask2>& masks) {
  require(!examples.empty(), function, "number of examples", 0, "at least 1");
  require(masks.empty() || masks.size() == examples.size(), function, "number of example masks", masks.size(),
          examples.size());
  for (std::size_t e = 0; e < examples.size(); ++e) {
    const auto& view = examples[e];
    const std::string name = "example " + std::to_string(e);
    require(view.size() > 0, function, (name + ", its number of elements").c_str(), view.size(), "at least 1");
    require(view.shape(2) == examples[0].shape(2), function, (name + ", its number of channels").c_str(), view.shape(2),
            examples[0].shape(2));
    require(view.shape(2) <= 30000, function, (name + ", its number of channels").c_str(), view.shape(2),
            "at most 30000");
    require(view.dense_from(1), function, (name + ", its pixels").c_str(), "apart in memory",
            "pixels that follow one another in a row");
    if (!masks.empty() && !masks[e].empty()) {
      const bool fits = masks[e].height == view.shape(0) && masks[e].width == view.shape(1);
      require(fits, function, ("size of the mask of " + name).c_str(), extent_text(masks[e].height, masks[e].width),
              extent_text(view.shape(0), view.shape(1)) + ", that of the example");
    }
    if constexpr (!std::integral<E>) {
      const std::int64_t bad =
          device.reduce_index(view.size(), std::int64_t{0}, CountNotFinite<E, Device>{view}, AddCounts{});
      require(bad == 0, function, (name + ", its number of pixels that are NaN or infinite").c_str(), bad, "none");
    }
  }
}

}  // namespace detail

}  // namespace pastiche
