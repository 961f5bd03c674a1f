// SPDX-License-Identifier: MIT
/// \file
/// Texture optimisation: a quilt whose seams are searched away, patch by patch, from coarse to fine.
///
/// V. Kwatra, I. Essa, A. Bobick, N. Kwatra, "Texture optimization for example-based synthesis", SIGGRAPH 2005: the
/// picture and the nearest patches of the example are improved in turn (section 3), with robust weights (3.1), over
/// several resolutions (3.3). Where this deviates: patches lie at every pixel and have one size, as a pyramid widens
/// what they see; the search is PatchMatch; weights are d^(-5/8) of squared distances instead of d^(-3/5), for square
/// roots round alike everywhere; it begins with a quilt instead of noise, which brings the large structure; parts of
/// the example that were used more are dearer; and in the end pixels are not averages but stolen.
#pragma once

#include <pastiche/searcher/fft_search.hpp>
#include <pastiche/texture/patch_texture.hpp>
#include <pastiche/texture/quilting.hpp>

namespace pastiche {

/// Settings of optimize_texture().
struct OptimizeOptions {
  Shape<2> size{0, 0};  ///< (height, width) of the output, in pixels
  int patch = 7;   ///< side of a patch in pixels, at most 64; smaller where the output is, or all that may be stolen:
                   ///< of an example without room for it nothing is taken while another has room
  int rounds = 4;  ///< searches and votes on each level
  int coarsest = 32;    ///< pixels that the shorter side of examples and output keeps on the coarsest level, at least
  int block = 0;        ///< of the quilt that it begins with, in pixels; 0 finds one
  double piece = 0.85;  ///< side of the block that is found, of the one that quilt() would find: less gives more
                        ///< variety, more keeps a regular pattern together; above 0, at most 1
  std::uint64_t seed = 0;  ///< same seed, same output, whatever the threads; and the same on every device and
                           ///< instruction set where distances are SquaredDifference on 8-bit elements
  Tiling tiling = Tiling::none;
  double balance = 0.5;     ///< by how much distances rise where an example was used as often as it is on average
  bool steal = true;        ///< pixels are stolen whole from what voted; else they are means, and a little soft
  bool provenance = false;  ///< keep where each pixel was stolen from, 12 bytes a pixel
  bool votes = false;       ///< keep where each patch came from, 16 bytes a pixel
  std::vector<Mask2> example_masks{};     ///< what may be stolen, one for each example; none: everything
  Mask2 output_mask{};                    ///< what is to be made; pixels it leaves out stay 0
  Guide guide{};                          ///< what the output should be like where
  std::vector<double> example_weights{};  ///< as in QuiltOptions
};

namespace detail {

/// The quilt that texture optimisation begins with.
template <class E, class Device>
QuiltOptions first_quilt(const std::vector<TensorView<const E, 3, Device>>& examples, const Device& device,
                         const std::vector<Mask2>& masks, const OptimizeOptions& o) {
  index_t side = examples[0].shape(0);
  for (const auto& view : examples) side = min_of(side, min_of(view.shape(0), view.shape(1)));
  require(o.block >= 0 && o.block <= side, "optimize_texture", "block", o.block,
          "0 to " + std::to_string(side) + ", the smallest side of the examples");
  QuiltOptions first{.size = o.size, .block = o.block, .seed = o.seed, .tiling = o.tiling};
  if (o.block == 0) {
    const int found = default_block(examples, device, masks, o.size, static_cast<int>(side));
    first.block = max_of(1, static_cast<int>(o.piece * found));
  }
  first.provenance = true;
  first.example_masks = o.example_masks;
  first.example_weights = o.example_weights;
  first.output_mask = o.output_mask;
  first.guide = o.guide;
  return first;
}

}  // namespace detail

/// A texture of which every patch looks like one of the examples', and which is made of their pixels alone.
///
/// Policies may follow the options in any order, at most one a family: an ElementDistance (SquaredDifference), a
/// FieldSearcher (PatchMatch with two sweeps), a device (that of the examples if they are tensors, otherwise a default
/// one of their memory) and an Observer, which is called after each round and may stop the work: the output then is
/// what there was, at full size. The quilt that it begins with follows the guide, and is searched under the same
/// distance, before the first call.
///
/// \param examples a picture (height, width, channel) or (height, width), of integers of 8 or 16 bits or of scalars,
///        with any number of channels; or a range of pictures
/// \param options size, seed and the other numbers; only the size has no default
/// \param policies as above, in any order
/// \throws InvalidArgument on empty examples, pixels that are not finite, unequal channels, masks or guides of other
///         sizes, masks that leave nothing, or settings out of their range
/// \code
/// auto texture = optimize_texture(bricks, {.size = {512, 512}, .seed = 7});
/// \endcode
template <class Examples, class... Policies>
auto optimize_texture(const Examples& examples, const OptimizeOptions& options, Policies&&... policies) {
  constexpr const char* kName = "optimize_texture";
  using Call = detail::MethodCall<detail::PatchFamilies, Examples, Policies...>;
  using E = typename Call::Element;
  using Device = typename Call::Device;
  using W = detail::searched_t<E>;
  PASTICHE_CHECK_CALL(Call, "optimize_texture", "ElementDistance, FieldSearcher, DevicePolicy, Observer");
  const Call call(examples, policies...);
  const auto& views = call.views;
  const Device device = call.device;
  const auto distance = pick<detail::OfDistance<scalar_t<W>>>(SquaredDifference{}, policies...);
  const auto searcher = pick<detail::OfFieldSearcher<W, Device>>(PatchMatch{.sweeps = 2}, policies...);
  Unobserved nobody;
  auto& watch = pick_reference<detail::OfObserver>(nobody, policies...);

  require(options.balance >= 0 && options.balance <= 1e3, kName, "balance", options.balance, "0 to 1000");
  require(options.piece > 0 && options.piece <= 1, kName, "piece", options.piece, "above 0, at most 1");
  detail::check_examples(kName, views, device, options.example_masks);
  const detail::WeightedExamples weighted(kName, views, options.example_masks, options.example_weights);
  detail::PatchSetup setup = detail::patch_setup(kName, views, weighted, options);
  setup.guides = detail::checked_guide(kName, views, options.size, options.guide);
  (validate_policy(policies, kName), ...);
  setup.ratio = 2.0;
  setup.balance = options.balance;
  setup.robust = true;

  detail::PatchSynthesis<E, W, Device, std::remove_cv_t<decltype(distance)>, std::remove_cv_t<decltype(searcher)>> run(
      device, views, setup, distance, searcher);
  detail::SourceGrid from{options.size, options.size[0], options.size[1], 0, run.example_sizes(), {}};
  const QuiltOptions first = detail::first_quilt(views, device, weighted.masks(), options);
  from.sources = download(quilt(examples, first, device, distance, AutoSearch{}).provenance);
  const StopReason reason = run.run(std::move(from), watch);
  return detail::patch_result<E>(device, run, views, setup, options, reason);
}

}  // namespace pastiche
