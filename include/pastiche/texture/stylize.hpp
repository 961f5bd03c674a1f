// SPDX-License-Identifier: MIT
/// \file
/// Image analogies by search and vote: a style painted anew where guides say, any number of them.
///
/// The problem is that of A. Hertzmann, C. Jacobs, N. Oliver, B. Curless, D. Salesin, "Image analogies", SIGGRAPH 2001:
/// A is to A' as B is to B'. The way is that of J. Fiser et al., "StyLit: illumination-guided example-based stylization
/// of 3D renderings", SIGGRAPH 2016, and its heir ebsynth: A' is the style, maps of it and of the output are guides,
/// and patches of both are searched and vote from coarse to fine. Where this deviates from them: the first field is
/// that of the guides alone; no place is used up, as places used much become dearer (LazyFluids, 2015); votes have
/// robust weights; where the guides alone leave a choice the
/// layout of the style decides; a modulation blends guides (see BlendGuides); and in the end pixels are stolen whole.
#pragma once

#include <pastiche/texture/patch_texture.hpp>

#include <string>
#include <vector>

namespace pastiche {

/// Settings of stylize().
struct StylizeOptions {
  Shape<2> size{0, 0};  ///< (height, width) of the output in pixels; 0 by 0 is that of the first guide
  /// What the output should be like where: each with maps of every example and of the output, channels and a weight of
  /// its own. The weights of differences are relative to 1 for the colours of the style.
  std::vector<Guide> guides{};
  /// Of the output: how much of the guides' weights counts at each pixel, 0 to 1; one channel for all guides, or one
  /// for each. Empty: all of it.
  GuideMap modulation{};
  int patch = 5;         ///< side of a patch in pixels, at most 64; smaller where examples, masks or output are
  int rounds = 4;        ///< searches and votes on each level
  int polish_patch = 0;  ///< side of patches of as many rounds more at the full size, less than `patch`; 0 for none
  int coarsest = 24;     ///< pixels that the shorter side of examples and output keeps on the coarsest level, at least
  bool aligned = true;   ///< where guides leave a choice, begin with what lies there in the first picture of the style;
                         ///< else with small pieces from anywhere
  std::uint64_t seed = 0;  ///< as in OptimizeOptions
  Tiling tiling = Tiling::none;
  double balance = 0.5;  ///< uniformity: as in OptimizeOptions
  bool steal = true;     ///< as in OptimizeOptions, and those below
  bool provenance = false;
  bool votes = false;
  std::vector<Mask2> example_masks{};
  Mask2 output_mask{};
};

namespace detail {

template <class E, class Device>
void check_guides(const char* function, const std::vector<TensorView<const E, 3, Device>>& examples,
                  const StylizeOptions& o) {
  for (std::size_t g = 0; g < o.guides.size(); ++g) {
    const std::string name = "guide " + std::to_string(g);
    require(!o.guides[g].empty(), function, name.c_str(), "empty", "maps for the examples and one for the output");
    check_guide(function, examples, o.size, o.guides[g], name);
  }
  const GuideMap& m = o.modulation;
  if (m.empty()) return;
  require(m.height == o.size[0] && m.width == o.size[1], function, "size of the modulation",
          extent_text(m.height, m.width), extent_text(o.size[0], o.size[1]) + ", that of the output");
  const index_t guides = static_cast<index_t>(o.guides.size());
  require(m.channels == 1 || m.channels == guides, function, "number of channels of the modulation", m.channels,
          "1, or one for each guide");
  index_t bad = 0;
  for (index_t y = 0; y < m.height; ++y) {
    for (index_t i = 0; i < m.width * m.channels; ++i) bad += is_finite(m.row(y)[i]) ? 0 : 1;
  }
  require(bad == 0, function, "modulation, its number of values that are NaN or infinite", bad, "none");
}

}  // namespace detail

/// A picture made of the pixels of a style, that is to its guides as the style is to its own: B' of A : A' :: B : B'
/// with A' the style, A and B a guide's maps.
///
/// Policies are those of optimize_texture(). Without guides it is a texture.
///
/// \param style a picture (height, width, channel) or (height, width), of integers of 8 or 16 bits or of scalars, with
///        any number of channels; or a range of pictures
/// \param options guides, seed and the other numbers; a guide or a size has to be given
/// \param policies as above, in any order
/// \throws InvalidArgument as optimize_texture(), and on guides or a modulation of other sizes or channels, by number
/// \code
/// auto b_prime = stylize(a_prime, {.guides = {{.examples = {guide_of(a)}, .output = guide_of(b)}}});
/// \endcode
template <class Examples, class... Policies>
auto stylize(const Examples& style, const StylizeOptions& options, Policies&&... policies) {
  constexpr const char* kName = "stylize";
  using Call = detail::MethodCall<detail::PatchFamilies, Examples, Policies...>;
  using E = typename Call::Element;
  using Device = typename Call::Device;
  using W = detail::searched_t<E>;
  PASTICHE_CHECK_CALL(Call, "stylize", "ElementDistance, FieldSearcher, DevicePolicy, Observer");
  const Call call(style, policies...);
  const auto& views = call.views;
  const Device device = call.device;
  const auto distance = pick<detail::OfDistance<scalar_t<W>>>(SquaredDifference{}, policies...);
  const auto searcher = pick<detail::OfFieldSearcher<W, Device>>(PatchMatch{.sweeps = 2}, policies...);
  Unobserved nobody;
  auto& watch = pick_reference<detail::OfObserver>(nobody, policies...);

  StylizeOptions o = options;
  if (o.size[0] == 0 && o.size[1] == 0 && !o.guides.empty()) {
    o.size = {{o.guides[0].output.height, o.guides[0].output.width}};
  }
  require(o.balance >= 0 && o.balance <= 1e3, kName, "balance", o.balance, "0 to 1000");
  require(o.polish_patch >= 0 && o.polish_patch <= 64, kName, "polish_patch", o.polish_patch, "0 to 64");
  detail::check_examples(kName, views, device, o.example_masks);
  const detail::WeightedExamples weighted(kName, views, o.example_masks, {});
  detail::PatchSetup setup = detail::patch_setup(kName, views, weighted, o);
  detail::check_guides(kName, views, o);
  (validate_policy(policies, kName), ...);
  setup.ratio = 2.0;
  setup.balance = o.balance;
  setup.robust = true;
  bool guided = false;  // guides without any weight are none
  for (const Guide& g : o.guides) guided = guided || g.weight > 0.0;
  if (guided) setup.guides = o.guides;
  setup.guided_start = guided;
  setup.modulation = o.modulation;
  setup.polish_patch = o.polish_patch;

  detail::PatchSynthesis<E, W, Device, std::remove_cv_t<decltype(distance)>, std::remove_cv_t<decltype(searcher)>> run(
      device, views, setup, distance, searcher);
  // On the coarsest level a piece is a few pixels wide.
  const index_t piece = max_of<index_t>(1, static_cast<index_t>(3.0 / run.coarsest_scale()));
  const auto sizes = run.example_sizes();
  const StopReason reason = run.run(
      o.aligned && guided ? detail::stretched(o.size, sizes) : detail::pieces(o.size, sizes, {}, piece, o.seed), watch);
  return detail::patch_result<E>(device, run, views, setup, o, reason);
}

}  // namespace pastiche
