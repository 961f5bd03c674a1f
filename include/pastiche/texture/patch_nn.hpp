// SPDX-License-Identifier: MIT
/// \file
/// Patch nearest-neighbour generation: new pictures of the same scene, other sizes of it, its look on another layout.
///
/// N. Granot, B. Feinstein, A. Shocher, S. Bagon, M. Irani, "Drop the GAN: in defense of patches nearest neighbors as
/// single image generative models", CVPR 2022, sections 3 and 4. Patches of a coarse guess are replaced by their
/// nearest in the example and averaged, on levels 4/3 apart; distances are divided by how near a place of the example
/// comes to anything there is already (completeness, 3.2). Where this deviates: the guess passes to the next level as
/// the places its patches came from instead of as a blurred picture, so that no blurred keys are needed; the search is
/// PatchMatch; and in the end pixels are stolen whole.
#pragma once

#include <pastiche/texture/patch_texture.hpp>

namespace pastiche {

/// What patch_nn() begins with.
enum class Layout {
  random,     ///< small pieces from anywhere, or with a guide where that would have them come from: random generation
  stretched,  ///< the first example stretched to the output's size: retargeting
  given       ///< PatchNNOptions::layout: structural analogy
};

/// Settings of patch_nn().
struct PatchNNOptions {
  Shape<2> size{0, 0};  ///< (height, width) of the output, in pixels
  int patch = 7;        ///< as in OptimizeOptions
  int rounds = 4;       ///< searches and votes on each level
  int coarsest = 21;    ///< pixels that the shorter side of examples and output keeps on the coarsest level, at least
  std::uint64_t seed = 0;  ///< as in OptimizeOptions
  Tiling tiling = Tiling::none;
  double completeness = 0.005;  ///< alpha of the paper: the less, the more of the example shows up; 0 turns it off
  Layout start = Layout::random;
  GuideMap layout{};  ///< the picture of Layout::given, of any size, with the channels of the examples, in [0, 1]
  bool steal = true;  ///< as in OptimizeOptions, and those below
  bool provenance = false;
  bool votes = false;
  std::vector<Mask2> example_masks{};
  Mask2 output_mask{};
  Guide guide{};
  std::vector<double> example_weights{};
};

/// A picture all of whose patches are the example's, and that shows all of the example: other policies than those of
/// optimize_texture() it has none, nor other errors, but for a layout that is missing or has other channels.
/// \code
/// auto wider = patch_nn(photo, {.size = {256, 512}, .start = Layout::stretched});
/// \endcode
template <class Examples, class... Policies>
auto patch_nn(const Examples& examples, const PatchNNOptions& options, Policies&&... policies) {
  constexpr const char* kName = "patch_nn";
  using Call = detail::MethodCall<detail::PatchFamilies, Examples, Policies...>;
  using E = typename Call::Element;
  using Device = typename Call::Device;
  using W = detail::searched_t<E>;
  PASTICHE_CHECK_CALL(Call, "patch_nn", "ElementDistance, FieldSearcher, DevicePolicy, Observer");
  const Call call(examples, policies...);
  const auto& views = call.views;
  const Device device = call.device;
  const auto distance = pick<detail::OfDistance<scalar_t<W>>>(SquaredDifference{}, policies...);
  const auto searcher = pick<detail::OfFieldSearcher<W, Device>>(PatchMatch{.sweeps = 2}, policies...);
  Unobserved nobody;
  auto& watch = pick_reference<detail::OfObserver>(nobody, policies...);

  require(options.completeness >= 0 && options.completeness <= 1e6, kName, "completeness", options.completeness,
          "0 to 1000000");
  detail::check_examples(kName, views, device, options.example_masks);
  const detail::WeightedExamples weighted(kName, views, options.example_masks, options.example_weights);
  detail::PatchSetup setup = detail::patch_setup(kName, views, weighted, options);
  setup.guides = detail::checked_guide(kName, views, options.size, options.guide);
  (validate_policy(policies, kName), ...);
  setup.ratio = 4.0 / 3.0;
  setup.completeness = options.completeness;
  setup.guided_start = !setup.guides.empty() && options.start == Layout::random;

  detail::PatchSynthesis<E, W, Device, std::remove_cv_t<decltype(distance)>, std::remove_cv_t<decltype(searcher)>> run(
      device, views, setup, distance, searcher);
  StopReason reason = StopReason::finished;
  if (options.start == Layout::given) {
    const index_t channels = views[0].shape(2);
    require(!options.layout.empty(), kName, "layout", "missing", "a picture, for Layout::given");
    require(options.guide.empty(), kName, "guide", "given with a layout", "one of the two");
    require(options.layout.channels == channels, kName, "number of channels of the layout", options.layout.channels,
            channels);
    reason = run.run_like(detail::picture_of<W>(options.layout), watch);
  } else {
    const auto sizes = run.example_sizes();
    // On the coarsest level a piece is a few pixels wide.
    const index_t piece = max_of<index_t>(1, static_cast<index_t>(3.0 / run.coarsest_scale()));
    detail::SourceGrid from{options.size, options.size[0], options.size[1], 0, sizes, {}};
    if (options.start == Layout::stretched) {
      from = detail::stretched(options.size, sizes);
    } else {
      from = detail::pieces(options.size, sizes, setup.wanted_shares.shares, piece, options.seed);
    }
    reason = run.run(std::move(from), watch);
  }
  return detail::patch_result<E>(device, run, views, setup, options, reason);
}

}  // namespace pastiche
