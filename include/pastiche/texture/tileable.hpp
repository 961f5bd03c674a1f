// SPDX-License-Identifier: MIT
/// \file
/// A picture made tileable: a band along its edges is filled anew so that it continues at the other side.
#pragma once

#include <pastiche/texture/inpainting.hpp>

#include <string>
#include <utility>
#include <vector>

namespace pastiche {

/// Settings of make_tileable().
struct TileableOptions {
  Tiling axes = Tiling::xy;  ///< along which the picture is to continue at its other side
  int band = 0;   ///< pixels across an edge that are made anew, half of them on each side of it; 0 is a sixth of the
                  ///< picture's side along that axis, at least 8
  int patch = 7;  ///< as in InpaintOptions, and those below
  int rounds = 6;
  double roughness = 7.0;
  std::uint64_t seed = 0;
  bool provenance = false;
  std::vector<Mask2> donors{};  ///< one mask: what of the picture may be copied into the bands; none: all the rest
};

namespace detail {

/// Pixels across an edge that are made anew, of a side of n.
constexpr index_t edge_band(const TileableOptions& o, index_t n) noexcept {
  return o.band > 0 ? o.band : max_of<index_t>(n / 6, 8);
}

/// 1 in the bands that make_tileable() fills, row by row.
inline std::vector<std::uint8_t> edge_bands(const Shape<2>& size, const TileableOptions& o) {
  const auto near_edge = [&](index_t i, index_t n) {
    const index_t band = edge_band(o, n);
    return i < band - band / 2 || i >= n - band / 2;
  };
  std::vector<std::uint8_t> bands;
  for (index_t y = 0; y < size[0]; ++y) {
    for (index_t x = 0; x < size[1]; ++x) {
      const bool in = (tiles_rows(o.axes) && near_edge(y, size[0])) || (tiles_columns(o.axes) && near_edge(x, size[1]));
      bands.push_back(in ? 1 : 0);
    }
  }
  return bands;
}

}  // namespace detail

/// The picture with bands along its edges filled by inpaint(), whose patches reach across: it continues at its other
/// side. All else stays as it is and where it is, to the bit.
///
/// \param picture, policies as of inpaint()
/// \return TextureResult, as of inpaint()
/// \param options axes, band and what inpaint() takes
/// \throws InvalidArgument as inpaint() does, also where a band is as wide as the picture, or for no
/// axis
/// \code
/// auto tile = make_tileable(photo, {.axes = Tiling::x});
/// \endcode
template <class Picture, class... Policies>
auto make_tileable(const Picture& picture, const TileableOptions& options = {}, Policies&&... policies) {
  constexpr const char* kName = "make_tileable";
  const auto view = detail::picture_view(picture);
  require(options.axes != Tiling::none, kName, "axes", "none", "x, y or both");
  require(options.band >= 0 && options.band != 1, kName, "band", options.band, "2 or more pixels, or 0");
  const Shape<2> size{view.shape(0), view.shape(1)};
  for (const int axis : {0, 1}) {
    const index_t side = size[axis];
    if (side == 0 || !(axis == 0 ? tiles_rows(options.axes) : tiles_columns(options.axes))) continue;
    require(detail::edge_band(options, side) < side, kName, "band", detail::edge_band(options, side),
            "less than the picture's " + std::string(axis == 0 ? "height" : "width") + ", " + std::to_string(side));
  }
  const std::vector<std::uint8_t> bands = detail::edge_bands(size, options);
  const InpaintOptions o{.patch = options.patch,
                         .rounds = options.rounds,
                         .roughness = options.roughness,
                         .seed = options.seed,
                         .tiling = options.axes,
                         .provenance = options.provenance,
                         .donors = options.donors};
  return inpaint(picture, Mask2{bands.data(), size[0], size[1]}, o, std::forward<Policies>(policies)...);
}

}  // namespace pastiche
