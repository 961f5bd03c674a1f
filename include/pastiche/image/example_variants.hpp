// SPDX-License-Identifier: MIT
/// \file
/// Turned, mirrored and scaled copies of examples as further examples: more variety from a small picture, for every
/// method and every search that takes several examples.
///
/// Searching rotated and scaled patches as they are (Barnes et al., "The generalized PatchMatch correspondence
/// algorithm", ECCV 2010) would resample every patch that is compared. Here the pictures are resampled once, every
/// searcher stays as it is, and by right angles or mirrored nothing is resampled at all.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/image/turn.hpp>
#include <pastiche/primitive/block_problem.hpp>
#include <pastiche/tensor/pictures.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace pastiche {

/// Which variants of an example there are beside the example itself: all combinations.
struct VariantOptions {
  std::vector<double> angles{};  ///< degrees, counterclockwise
  std::vector<double> scales{};  ///< times the sides, 0.1 to 10
  bool mirror = false;           ///< all of them mirrored left to right as well, before they are turned

  bool empty() const noexcept { return angles.empty() && scales.empty() && !mirror; }
};

/// How a variant was made of its example.
struct Variant {
  int example = 0;
  double angle = 0.0;  ///< degrees, 0 to 360
  double scale = 1.0;
  bool mirrored = false;
};

/// Examples and their variants. A method takes `pictures` as its examples, masks() as their masks, and origin() turns
/// its provenance into one of the examples.
template <Element E, DevicePolicy Device>
class ExampleVariants {
 public:
  /// Use example_variants().
  ExampleVariants(const std::vector<TensorView<const E, 3, Device>>& examples, const std::vector<Variant>& wanted,
                  const std::vector<Mask2>& masks, const Device& device)
      : device_{device}, example_count_{examples.size()} {
    for (const Variant& v : wanted) {
      const auto& example = examples[static_cast<std::size_t>(v.example)];
      Shape<2> size{};
      const detail::PixelMap map =
          detail::turned_pixels(example.shape(0), example.shape(1), v.angle, v.scale, v.mirrored, size);
      const Mask2 mask = masks.empty() ? Mask2{} : masks[static_cast<std::size_t>(v.example)];
      std::vector<std::uint8_t> may = detail::turned_mask(map, size, mask);
      const bool original = variants.size() < examples.size();  // these keep their numbers, whatever they hold
      if (!original && !may.empty() && std::find(may.begin(), may.end(), 1) == may.end()) continue;
      pictures.push_back(turned(example, map, size));
      variants.push_back(v);
      maps_.push_back(map);
      masks_.push_back(std::move(may));
    }
  }

  std::vector<Tensor<E, 3, Device>> pictures;  ///< the examples first, as they are
  std::vector<Variant> variants;               ///< of each picture

  /// The masks of the pictures, valid as long as this: those of the examples turned along, without the corners that
  /// turned pictures do not fill, nor pixels made of any that may not be stolen. None where everything may be stolen.
  std::vector<Mask2> masks() const& {
    std::vector<Mask2> all;
    bool any = false;
    for (std::size_t i = 0; i < masks_.size(); ++i) {
      any = any || !masks_[i].empty();
      all.push_back(masks_[i].empty() ? Mask2{} : Mask2{masks_[i].data(), pictures[i].shape(0), pictures[i].shape(1)});
    }
    if (!any) all.clear();
    return all;
  }
  std::vector<Mask2> masks() const&& = delete;  // they would outlive what they point to

  /// The pixel of an example that a pixel of a variant is: itself where the variant is mirrored or turned by right
  /// angles, else the nearest to its place, for it is a mixture of several.
  BlockSource origin(const BlockSource& pixel) const {
    const bool known = pixel.example >= 0 && pixel.example < static_cast<int>(maps_.size());
    require(known, "origin", "number of the variant", pixel.example,
            "0 to " + std::to_string(static_cast<int>(maps_.size()) - 1));
    const auto v = static_cast<std::size_t>(pixel.example);
    return maps_[v].nearest(variants[v].example, pixel.row, pixel.column);
  }

  /// The same of a provenance (height, width, 3); -1 stays -1.
  Tensor<int, 3, Device> origin(const Tensor<int, 3, Device>& provenance) const {
    std::vector<int> examples;
    for (const Variant& v : variants) examples.push_back(v.example);
    const DeviceArray<detail::PixelMap, Device> maps(maps_, device_);
    const DeviceArray<int, Device> of(examples, device_);
    Tensor<int, 3, Device> origins(provenance.shape(), device_);
    device_.for_each_index(provenance.size() / 3,
                           detail::OriginOfPixel{maps.data(), of.data(), provenance.data(), origins.data()});
    return origins;
  }

  /// The variants of other maps of the examples, of any elements: each pixel is one of the map's, the nearest, so that
  /// labels stay labels. For guides, and for replay() of votes.
  /// \param maps one or a range of them, one for each example, of its size, on the same device
  /// \throws InvalidArgument on another number of maps, or other sizes
  template <class Maps>
  auto like(const Maps& maps) const {
    const auto views = detail::views_of(maps);
    using T = typename std::remove_cvref_t<decltype(views)>::value_type::value_type;
    require(views.size() == example_count_, "like", "number of maps", views.size(), example_count_);
    std::vector<Tensor<T, 3, Device>> all;
    for (std::size_t i = 0; i < maps_.size(); ++i) {
      const auto& view = views[static_cast<std::size_t>(variants[i].example)];
      detail::PixelMap map = maps_[i];
      require(view.shape(0) == map.height && view.shape(1) == map.width, "like", "size of a map",
              std::to_string(view.shape(0)) + " by " + std::to_string(view.shape(1)),
              std::to_string(map.height) + " by " + std::to_string(map.width) + ", that of its example");
      map.whole = true;
      all.push_back(turned(view, map, {{pictures[i].shape(0), pictures[i].shape(1)}}));
    }
    return all;
  }

 private:
  template <class T>
  Tensor<T, 3, Device> turned(const TensorView<const T, 3, Device>& view, const detail::PixelMap& map,
                              const Shape<2>& size) const {
    Tensor<T, 3, Device> picture({size[0], size[1], view.shape(2)}, device_);
    device_.for_each_piece(size[0], size[1] * (map.whole ? 1 : 16) * view.shape(2),
                           detail::TurnRow<T, Device>{map, view, picture.data(), size[1]});
    return picture;
  }

  Device device_;
  std::size_t example_count_;
  std::vector<detail::PixelMap> maps_;
  std::vector<std::vector<std::uint8_t>> masks_;  ///< empty: everything
};

namespace detail {

/// All combinations, each once: those of the examples as they are first.
inline std::vector<Variant> variants_of(const VariantOptions& options, std::size_t examples) {
  const char* const function = "example_variants";
  std::vector<double> angles{0.0}, scales{1.0};
  const auto add = [](std::vector<double>& to, double x) {
    if (std::find(to.begin(), to.end(), x) == to.end()) to.push_back(x);
  };
  for (const double angle : options.angles) {
    require(is_finite(angle), function, "angle", angle, "a finite number of degrees");
    const double turn = std::fmod(angle, 360.0);
    add(angles, turn < 0.0 ? turn + 360.0 : turn);
  }
  for (const double scale : options.scales) {
    require(scale >= 0.1 && scale <= 10.0, function, "scale", scale, "0.1 to 10");
    add(scales, scale);
  }
  const std::size_t count = angles.size() * scales.size() * (options.mirror ? 2 : 1) * examples;
  require(count <= 10000, function, "number of variants", count, "at most 10000");
  std::vector<Variant> all;
  for (const double scale : scales) {
    for (int mirrored = 0; mirrored < (options.mirror ? 2 : 1); ++mirrored) {
      for (const double angle : angles) {
        for (std::size_t e = 0; e < examples; ++e) all.push_back({static_cast<int>(e), angle, scale, mirrored != 0});
      }
    }
  }
  return all;
}

}  // namespace detail

/// Examples with their turned, mirrored and scaled variants, on the device of the examples.
///
/// Mirrored ones and right angles have the pixels of the example, to the bit. Other angles and scales are resampled, by
/// cubic convolution: a little softer, and their pixels are no longer stolen whole. Corners that a turned picture
/// leaves are masked; a variant of which nothing may be stolen is left out.
///
/// \param examples a picture (height, width, channel) or (height, width), or a range of them, of integers of 8 or 16
///                 bits or of scalars, alike in channels. They are copied
/// \param options  angles, scales, mirror
/// \param masks    what may be stolen, one for each example; none: everything
/// \throws InvalidArgument on angles that are not finite, scales out of their range, masks of other sizes
/// \code
/// const auto more = example_variants(pebbles, {.angles = {90, 180, 270}, .mirror = true});
/// auto made = optimize_texture(more.pictures, {.size = {512, 512}, .example_masks = more.masks()});
/// \endcode
template <class Examples>
auto example_variants(const Examples& examples, const VariantOptions& options, const std::vector<Mask2>& masks = {}) {
  const auto views = detail::views_of(examples);
  using View = typename std::remove_cvref_t<decltype(views)>::value_type;
  using E = typename View::value_type;
  using Device = typename View::device_type;
  static_assert(!std::integral<E> || sizeof(E) <= 2,
                "example_variants: integers have 8 or 16 bits; convert_elements() makes them");
  const char* const function = "example_variants";
  require(!views.empty(), function, "number of examples", 0, "at least 1");
  require(masks.empty() || masks.size() == views.size(), function, "number of example masks", masks.size(),
          views.size());
  for (std::size_t e = 0; e < views.size(); ++e) {
    const std::string name = "example " + std::to_string(e);
    require(views[e].size() > 0, function, (name + ", its number of elements").c_str(), views[e].size(), "at least 1");
    require(views[e].dense_from(1), function, (name + ", its pixels").c_str(), "apart in memory",
            "pixels that follow one another in a row");
    if (masks.empty() || masks[e].empty()) continue;
    const bool fits = masks[e].height == views[e].shape(0) && masks[e].width == views[e].shape(1);
    require(fits, function, ("size of the mask of " + name).c_str(),
            std::to_string(masks[e].height) + " by " + std::to_string(masks[e].width),
            std::to_string(views[e].shape(0)) + " by " + std::to_string(views[e].shape(1)) + ", that of the example");
  }
  return ExampleVariants<E, Device>(views, detail::variants_of(options, views.size()), masks,
                                    detail::device_of_examples<Device>(examples));
}

}  // namespace pastiche
