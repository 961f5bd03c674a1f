// SPDX-License-Identifier: MIT
/// \file
/// Maps in which a texture and a target can be compared: how bright each is where.
///
/// A. A. Efros, W. T. Freeman, "Image quilting for texture synthesis and transfer", SIGGRAPH 2001, section 3:
/// luminance, or luminance blurred. Beyond the paper: the target's tones may be given the texture's. All is computed in
/// integers, so that the maps are the same on every machine.
#pragma once

#include <pastiche/image/filter.hpp>
#include <pastiche/tensor/pictures.hpp>
#include <pastiche/texture/examples.hpp>
#include <pastiche/texture/patch_levels.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace pastiche {

/// What a texture and a target are compared by.
enum class Correspondence {
  luminance,  ///< Rec. 601 luma of pictures of three or four channels, the mean of all channels of others
  blurred,    ///< the same, smoothed: the shades of the target count, not its lines
};

/// Settings of correspondence_maps().
struct CorrespondenceOptions {
  Correspondence kind = Correspondence::blurred;
  double blur = 2.0;  ///< deviation of the Gaussian in pixels, 0 to 1000
  bool match = true;  ///< a target's pixel is as bright as the texture's of the same rank, and the texture's tones fill
                      ///< [0, 1]: so a pale texture renders a dark target, too
  std::vector<Mask2> example_masks{};  ///< where the textures' tones count, one for each; none: everywhere
  Mask2 output_mask{};                 ///< where the target's do
};

/// A map of each texture and one of the target, (height, width, 1) in [0, 1].
struct CorrespondenceMaps {
  std::vector<detail::HostPicture<float>> examples;
  detail::HostPicture<float> target;

  /// As a guide of any method; the maps must outlive it.
  Guide guide(double weight = 1.0) const& {
    Guide g;
    for (const auto& map : examples) g.examples.push_back({map.values.data(), map.height, map.width, 1});
    g.output = {target.values.data(), target.height, target.width, 1};
    g.weight = weight;
    return g;
  }
  Guide guide(double weight = 1.0) const&& = delete;
};

namespace detail {

/// Brightness in 65535ths.
using Shades = HostPicture<std::uint16_t>;

template <Element E>
std::uint16_t shade(E x) noexcept {
  if constexpr (std::same_as<E, std::uint8_t>) {
    return static_cast<std::uint16_t>(x * 257);
  } else if constexpr (std::same_as<E, std::uint16_t>) {
    return x;
  } else {
    return from_scalar<std::uint16_t>(to_scalar<scalar_t<E>>(x));
  }
}

template <class View, class Device>
Shades shades_of(const View& picture, const Device& device) {
  using E = std::remove_const_t<typename View::value_type>;
  const std::vector<E> values = download(picture, device);
  const index_t channels = picture.shape(2);
  const bool colours = channels == 3 || channels == 4;
  Shades shades(picture.shape(0), picture.shape(1), 1);
  const E* pixel = values.data();
  for (std::uint16_t& to : shades.values) {
    std::int64_t sum = 0;
    for (index_t c = 0; c < channels; ++c) sum += shade(pixel[c]);
    // Rec. 601, in 65536ths.
    to = static_cast<std::uint16_t>(
        colours ? (shade(pixel[0]) * 19595LL + shade(pixel[1]) * 38470LL + shade(pixel[2]) * 7471LL + 32768) >> 16
                : (sum + channels / 2) / channels);
    pixel += channels;
  }
  return shades;
}

/// Smoothed along the rows of (lines, n), and turned: (n, lines).
inline Shades smoothed_turned(const Shades& from, const std::vector<std::int64_t>& taps) {
  const index_t n = from.width, radius = static_cast<index_t>(taps.size()) / 2;
  std::vector<index_t> at;
  for (index_t i = -radius; i < n + radius; ++i) at.push_back(border_index(i, n, Border::mirror));
  Shades to(n, from.height, 1);
  for (index_t y = 0; y < from.height; ++y) {
    for (index_t x = 0; x < n; ++x) {
      std::int64_t sum = 32768;
      for (std::size_t k = 0; k < taps.size(); ++k) sum += taps[k] * from.row(y)[at[static_cast<std::size_t>(x) + k]];
      to.row(x)[y] = static_cast<std::uint16_t>(sum >> 16);
    }
  }
  return to;
}

inline Shades smoothed(const Shades& shades, double sigma) {
  const index_t radius = static_cast<index_t>(3.0 * sigma + 0.5);
  std::vector<std::int64_t> taps;
  std::int64_t left = 65536;
  for (const double weight : gaussian_kernel(sigma, radius)) {
    taps.push_back(static_cast<std::int64_t>(weight * 65536.0 + 0.5));
    left -= taps.back();
  }
  taps[static_cast<std::size_t>(radius)] += left;
  return smoothed_turned(smoothed_turned(shades, taps), taps);
}

/// Adds the shades that a mask allows.
inline void collect(const Shades& shades, const Mask2& mask, std::vector<std::uint16_t>& all) {
  for (index_t y = 0; y < shades.height; ++y) {
    for (index_t x = 0; x < shades.width; ++x) {
      if (mask(y, x)) all.push_back(shades.row(y)[x]);
    }
  }
}

/// Gives each shade that of the same rank among `wanted`; both lists are sorted and not empty.
inline void match_shades(Shades& shades, const std::vector<std::uint16_t>& own,
                         const std::vector<std::uint16_t>& wanted) {
  std::vector<std::uint16_t> of(65536);
  for (std::size_t v = 0; v < of.size(); ++v) {
    const auto [low, high] = std::equal_range(own.begin(), own.end(), static_cast<std::uint16_t>(v));
    const std::size_t rank = static_cast<std::size_t>((low - own.begin()) + (high - own.begin())) / 2;
    of[v] = wanted[(std::min)(rank * wanted.size() / own.size(), wanted.size() - 1)];
  }
  for (std::uint16_t& v : shades.values) v = of[v];
}

/// Shades as floats, `low` as 0 and `high` as 1.
inline HostPicture<float> as_map(const Shades& shades, std::int64_t low, std::int64_t high) {
  HostPicture<float> map(shades.height, shades.width, 1);
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    const std::int64_t v = clamp<std::int64_t>(shades.values[i] - low, 0, high - low);
    map.values[i] = static_cast<float>(v * 65535 / (high - low)) / 65535.0f;
  }
  return map;
}

/// correspondence_maps() for errors that name another function.
template <class Examples, Viewable Target>
CorrespondenceMaps make_correspondence(const char* function, const Examples& examples, const Target& target,
                                       const CorrespondenceOptions& options) {
  const auto views = views_of(examples);
  const auto wanted = picture_view(target);
  using Device = typename std::remove_cvref_t<decltype(views)>::value_type::device_type;
  const auto device = device_of_examples<Device>(examples);
  const auto other = device_of_examples<device_of_t<Target>>(target);
  check_examples(function, views, device, options.example_masks);
  require(wanted.size() > 0, function, "target, its number of elements", wanted.size(), "at least 1");
  index_t bad = 0;
  for (const auto value : download(wanted, other)) bad += is_finite(value) ? 0 : 1;
  require(bad == 0, function, "target, its number of pixels that are NaN or infinite", bad, "none");
  check_output(function, {{wanted.shape(0), wanted.shape(1)}}, options.output_mask);
  require(options.blur >= 0 && options.blur <= 1000, function, "blur", options.blur, "0 to 1000");

  const bool blurs = options.kind == Correspondence::blurred && options.blur > 0.0;
  const auto shades = [&](const auto& view, const auto& where) {
    Shades all = shades_of(view, where);
    return blurs ? smoothed(all, options.blur) : all;
  };
  std::vector<Shades> from;
  std::vector<std::uint16_t> tones, own;
  for (std::size_t e = 0; e < views.size(); ++e) {
    from.push_back(shades(views[e], device));
    collect(from[e], options.example_masks.empty() ? Mask2{} : options.example_masks[e], tones);
  }
  Shades to = shades(wanted, other);
  collect(to, options.output_mask, own);
  std::int64_t low = 0, high = 65535;
  if (options.match && !tones.empty() && !own.empty()) {
    std::sort(tones.begin(), tones.end());
    std::sort(own.begin(), own.end());
    match_shades(to, own, tones);
    // All but the darkest and the brightest hundredth.
    low = tones[tones.size() / 100];
    high = tones[tones.size() - 1 - tones.size() / 100];
    if (high == low) low = 0, high = 65535;
  }
  CorrespondenceMaps maps;
  for (const Shades& s : from) maps.examples.push_back(as_map(s, low, high));
  maps.target = as_map(to, low, high);
  return maps;
}

}  // namespace detail

/// Maps of examples and a target by which methods with a guide render the target in the examples' texture.
///
/// \param examples a picture (height, width, channel) or (height, width) or a range of them, of any element
/// \param target   a picture of any element and number of channels, on any device
/// \param options  what is compared, and how tones are matched
/// \throws InvalidArgument on empty pictures, pixels that are not finite, masks of other sizes, or a blur out of range
template <class Examples, Viewable Target>
CorrespondenceMaps correspondence_maps(const Examples& examples, const Target& target,
                                       const CorrespondenceOptions& options = {}) {
  return detail::make_correspondence("correspondence_maps", examples, target, options);
}

}  // namespace pastiche
