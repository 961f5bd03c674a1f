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
  random,     ///< small pieces from anywhere: random generation
  stretched,  ///< the first example stretched to the output's size: retargeting
  given       ///< PatchNNOptions::layout: structural analogy
};

/// Settings of patch_nn().
struct PatchNNOptions {
  Shape<2> size{0, 0};  ///< (height, width) of the output, in pixels
  int patch = 7;        ///< side of a patch in pixels, at most 64; smaller where examples, masks or output are
  int rounds = 4;       ///< searches and votes on each level
  int coarsest = 21;    ///< pixels that the shorter side of examples and output keeps on the coarsest level, at least
  std::uint64_t seed = 0;  ///< as in OptimizeOptions
  Tiling tiling = Tiling::none;
  double completeness = 0.005;  ///< alpha of the paper: the less, the more of the example must show up; 0 for none
  Layout start = Layout::random;
  GuideMap layout{};  ///< the picture of Layout::given, of any size, with the channels of the examples, in [0, 1]
  bool steal = true;  ///< as in OptimizeOptions, and those below
  bool provenance = false;
  bool votes = false;
  std::vector<Mask2> example_masks{};
  Mask2 output_mask{};
  Guide guide{};
};

/// A picture all of whose patches are the example's, and that shows all of the example: other policies than those of
/// optimize_texture() it has none, nor other errors, but for a layout that is missing or has other channels.
/// \code
/// auto wider = patch_nn(photo, {.size = {256, 512}, .start = Layout::stretched});
/// \endcode
template <class Examples, class... Policies>
auto patch_nn(const Examples& examples, const PatchNNOptions& options, Policies&&... policies) {
  constexpr const char* kName = "patch_nn";
  const auto views = detail::views_of(examples);
  using View = typename std::remove_cvref_t<decltype(views)>::value_type;
  using E = typename View::value_type;
  using Device = typename View::device_type;
  static_assert(!std::integral<E> || sizeof(E) <= 2,
                "patch_nn: integers have 8 or 16 bits; convert_elements() makes them");
  using F = detail::PatchFamilies<E, Device>;
  static_assert(F::List::template all_known<Policies...>,
                "patch_nn: an argument after the options models none of ElementDistance, FieldSearcher, DevicePolicy, "
                "Observer");
  static_assert(F::List::template none_ambiguous<Policies...>,
                "patch_nn: an argument after the options models more than one family of policies");
  static_assert(F::List::template none_twice<Policies...>,
                "patch_nn: two arguments after the options belong to one family of policies");
  const auto device = pick<typename F::OfDevice>(detail::device_of_examples<Device>(examples), policies...);
  static_assert(std::same_as<std::remove_cv_t<decltype(device)>, Device>,
                "patch_nn: the device is not the one whose memory holds the examples");
  const auto distance = pick<typename F::OfDistance>(SquaredDifference{}, policies...);
  const auto searcher = pick<typename F::OfSearcher>(PatchMatch{.sweeps = 2}, policies...);
  Unobserved nobody;
  auto& watch = pick_reference<typename F::OfObserver>(nobody, policies...);

  require(options.completeness >= 0 && options.completeness <= 1e6, kName, "completeness", options.completeness,
          "0 to 1000000");
  detail::PatchSetup setup = detail::patch_setup(kName, views, device, options);
  detail::check_guide(kName, views, options.size, options.guide);
  if (!options.guide.empty()) setup.guides = {options.guide};
  (validate_policy(policies, kName), ...);
  setup.ratio = 4.0 / 3.0;
  setup.completeness = options.completeness;

  using W = detail::searched_t<E>;
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
    reason = run.run(options.start == Layout::stretched ? detail::stretched(options.size, sizes)
                                                        : detail::pieces(options.size, sizes, piece, options.seed),
                     watch);
  }
  return detail::patch_result<E>(device, run, views, setup, options, reason);
}

}  // namespace pastiche
