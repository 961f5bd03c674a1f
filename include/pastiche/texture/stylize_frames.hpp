// SPDX-License-Identifier: MIT
/// \file
/// A style over frames: each is guided by the one before, moved along a flow, so that strokes stay where they are on
/// what moves instead of being drawn anew.
///
/// After O. Jamriska et al., "Stylizing video by example", SIGGRAPH 2019, section 3.2: the style itself is the map of
/// the example, and the last result along the flow that of the output.
#pragma once

#include <pastiche/image/warp.hpp>
#include <pastiche/texture/stylize.hpp>

#include <string>
#include <vector>

namespace pastiche {

namespace detail {

/// Elements as floats, sums of shares of white.
template <class E>
std::vector<float> as_shares(const std::vector<E>& values) {
  std::vector<float> shares;
  shares.reserve(values.size());
  for (const E& v : values) shares.push_back(static_cast<float>(to_scalar<scalar_t<E>>(v)));
  return shares;
}

/// The modulation of all guides and of one more, which counts where it is known.
inline std::vector<float> with_one_more(const GuideMap& modulation, index_t guides,
                                        const std::vector<std::uint8_t>& known, index_t width) {
  std::vector<float> all;
  for (std::size_t i = 0; i < known.size(); ++i) {
    const index_t y = static_cast<index_t>(i) / width, x = static_cast<index_t>(i) % width;
    for (index_t g = 0; g < guides; ++g) {
      const index_t from = modulation.channels == 1 ? 0 : g;
      all.push_back(modulation.empty() ? 1.0f : modulation.row(y)[x * modulation.channels + from]);
    }
    all.push_back(known[i] != 0 ? 1.0f : 0.0f);
  }
  return all;
}

}  // namespace detail

/// The next frame: stylize() with one more guide, the result of the frame before along a flow. Where the flow points
/// out of it, or is not finite, that guide does not count.
///
/// \param style, options, policies as of stylize(), for this frame
/// \param previous result of the frame before, (height, width, channel), on the device of the style
/// \param flow (height, width, 2) floats there, of the size of this frame: see warp()
/// \param weight of the guide
/// \throws InvalidArgument as stylize(), and where previous, flow or weight do not fit
/// \code
/// auto second = stylize_next(style, first.image, flow, 1.0, {.guides = {...}});
/// \endcode
template <class Examples, Viewable Previous, Viewable Flow, class... Policies>
auto stylize_next(const Examples& style, const Previous& previous, const Flow& flow, double weight,
                  const StylizeOptions& options, Policies&&... policies) {
  constexpr const char* kName = "stylize_next";
  const auto views = detail::views_of(style);
  using E = typename std::remove_cvref_t<decltype(views)>::value_type::value_type;
  using Device = device_of_t<Previous>;
  static_assert(std::same_as<std::remove_const_t<E>, element_of_t<Previous>>,
                "stylize_next: the frame before has the elements of the style");
  const auto device = detail::device_of_examples<Device>(previous);
  require(!views.empty() && views[0].shape(2) == view_of(previous).shape(2), kName,
          "number of channels of the frame before", view_of(previous).shape(2), "as many as the style has");
  require(weight >= 0 && weight <= 100, kName, "weight of the frame before", weight, "0 to 100");
  const auto moved = warp(previous, flow, device);
  const index_t height = moved.image.shape(0), width = moved.image.shape(1), channels = moved.image.shape(2);
  StylizeOptions o = options;
  if (o.size[0] == 0 && o.size[1] == 0) {
    const bool guided = !o.guides.empty() && !o.guides[0].empty();
    o.size = guided ? Shape<2>{{o.guides[0].output.height, o.guides[0].output.width}} : Shape<2>{{height, width}};
  }
  require(o.size[0] == height && o.size[1] == width, kName, "size of the flow", detail::extent_text(height, width),
          detail::extent_text(o.size[0], o.size[1]) + ", that of the frame");
  const GuideMap& m = o.modulation;
  const index_t guides = static_cast<index_t>(o.guides.size());
  require(m.empty() || (m.height == height && m.width == width && (m.channels == 1 || m.channels == guides)), kName,
          "size of the modulation", detail::extent_text(m.height, m.width),
          detail::extent_text(height, width) + ", with a channel, or one for each guide");

  std::vector<std::vector<float>> maps;
  for (const auto& view : views) maps.push_back(detail::as_shares(download(view, device)));
  const std::vector<float> wanted = detail::as_shares(download(moved.image));
  index_t bad = 0;
  for (const float v : wanted) bad += is_finite(v) ? 0 : 1;
  require(bad == 0, kName, "frame before, its number of values that are NaN or infinite", bad, "none");
  Guide guide{.output = {wanted.data(), height, width, channels, 0}, .weight = weight};
  for (std::size_t e = 0; e < maps.size(); ++e) {
    guide.examples.push_back({maps[e].data(), views[e].shape(0), views[e].shape(1), channels, 0});
  }
  const std::vector<float> modulation = detail::with_one_more(m, guides, download(moved.known), width);
  o.guides.push_back(guide);
  o.modulation = {modulation.data(), height, width, guides + 1, 0};
  return stylize(style, o, policies...);
}

}  // namespace pastiche
