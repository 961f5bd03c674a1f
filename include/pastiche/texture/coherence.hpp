// SPDX-License-Identifier: MIT
/// \file
/// A texture of any size, pixel by pixel and coarse to fine, by k-coherence: each pixel continues what its neighbours
/// were stolen from, or takes a place that looks alike.
///
/// S. Lefebvre, H. Hoppe, "Parallel controllable texture synthesis", SIGGRAPH 2005: the state is where each pixel comes
/// from; it is upsampled, jittered and corrected in sub-passes whose pixels do not depend on each other. It rests on
/// L.-Y. Wei, M. Levoy, "Fast texture synthesis using tree-structured vector quantization", SIGGRAPH 2000 (a pyramid,
/// whole neighbourhoods), M. Ashikhmin, "Synthesizing natural textures", I3D 2001 (candidates from the neighbours'
/// sources) and X. Tong et al., "Synthesis of bidirectional texture functions on arbitrary surfaces", SIGGRAPH 2002
/// (the k places most like each of them).
///
/// Unlike there, examples need not tile: their pyramid is a plain one, and nothing beyond an example's edge is stolen.
/// The start is no noise but pieces of the examples fitted to each other at the coarsest level, as in quilting, and
/// places used more than others become dearer (after Kopf et al., "Solid texture synthesis from 2D exemplars", SIGGRAPH
/// 2007): so rare parts stay, and lattices hold. Neighbourhoods are compared whole instead of by principal components,
/// in integers where pixels have 8 bits.
#pragma once

#include <pastiche/searcher/method_call.hpp>
#include <pastiche/texture/coherence_run.hpp>
#include <pastiche/texture/examples.hpp>
#include <pastiche/texture/result.hpp>

#include <string>
#include <vector>

namespace pastiche {

/// Settings of coherent_texture().
struct CoherenceOptions {
  Shape<2> size{0, 0};     ///< (height, width) of the output, in pixels
  std::uint64_t seed = 0;  ///< same seed, same output, whatever the threads; and the same on every device and
                           ///< instruction set where distances are SquaredDifference on 8-bit elements
  Tiling tiling = Tiling::none;
  int neighbourhood = 7;    ///< side in pixels of what is compared: 3, 5 or 7
  int nearest = 4;          ///< places kept as most alike for each place of the examples, 0 to 16
  double kappa = 0.5;       ///< by how much a place that continues no neighbour is dearer: higher copies larger pieces
  double piece = 0.4;       ///< side of the pieces it begins with, of the examples' shorter side: higher keeps larger
                            ///< structure and repeats it, lower invents
  double jitter = 0.0;      ///< pixels, at most, by which sources move at random at each level but the two finest
  double balance = 0.5;     ///< by how much distances rise where an example was used twice as often as on average
  int passes = 2;           ///< corrections of every pixel at each level; twice as many at the coarsest
  int levels = 0;           ///< at most so many, each half the size of the one below; 0: until examples are 48 to 95
                            ///< pixels wide
  bool provenance = false;  ///< keep where each pixel came from, 12 bytes a pixel
  std::vector<Mask2> example_masks{};     ///< what may be stolen, one for each example; none: everything
  Mask2 output_mask{};                    ///< what is to be made; pixels it leaves out stay 0
  Guide guide{};                          ///< what the output should be like where. With 8-bit pixels its values are
                                          ///< rounded to 1/255 / sqrt(weight), and end at 1023 of those
  std::vector<double> example_weights{};  ///< as in QuiltOptions
};

namespace detail {

/// The policies coherent_texture() knows.
template <class E, class>
using CoherenceFamilies = PolicyList<OfDevice, OfDistance<scalar_t<E>>, OfObserver>;

/// Options after all checks.
template <class E, class Device>
CoherenceSetup coherence_setup(const std::vector<TensorView<const E, 3, Device>>& examples,
                               const WeightedExamples& weighted, const CoherenceOptions& o) {
  const char* f = "coherent_texture";
  check_output(f, o.size, o.output_mask);
  require(o.neighbourhood == 3 || o.neighbourhood == 5 || o.neighbourhood == 7, f, "neighbourhood", o.neighbourhood,
          "3, 5 or 7");
  require(o.nearest >= 0 && o.nearest <= kMostSimilar, f, "nearest", o.nearest, "0 to 16");
  require(o.kappa >= 0 && o.kappa <= 1e3, f, "kappa", o.kappa, "0 to 1000");
  require(o.piece > 0 && o.piece <= 1, f, "piece", o.piece, "more than 0, at most 1");
  require(o.jitter >= 0 && o.jitter <= 1e3, f, "jitter", o.jitter, "0 to 1000");
  require(o.balance >= 0 && o.balance <= 1e3, f, "balance", o.balance, "0 to 1000");
  require(o.passes >= 1 && o.passes <= 1000, f, "passes", o.passes, "1 to 1000");
  require(o.levels >= 0 && o.levels <= 30, f, "levels", o.levels, "1 to 30, or 0 for as many as suit the examples");
  constexpr index_t kMostPixels = 2147483647;  // they are numbered by int
  index_t rows = 0, widest = 0;
  for (const auto& view : examples) {
    // In this order, so that the sum cannot overflow.
    require(view.shape(0) < kMostPixels && view.shape(1) < kMostPixels, f, "side of an example",
            max_of(view.shape(0), view.shape(1)), "less than 2147483647");
    rows += view.shape(0) + 2 * kCoherencePad;
    widest = max_of(widest, view.shape(1) + 2 * kCoherencePad);
    require(rows <= kMostPixels / widest, f, "pixels of the examples", extent_text(rows, widest),
            "examples that fit into 2147483647 pixels one below the other");
  }
  check_guide(f, examples, o.size, o.guide);
  return {o.size,
          o.seed,
          tiles_rows(o.tiling),
          tiles_columns(o.tiling),
          o.provenance,
          o.neighbourhood,
          o.nearest,
          o.passes,
          o.levels,
          o.kappa,
          o.jitter,
          o.balance,
          o.piece,
          weighted.masks(),
          o.output_mask,
          o.guide,
          weighted.wanted()};
}

}  // namespace detail

/// A texture that looks like the examples, each pixel stolen whole from one place of them.
///
/// Policies may follow the options in any order, at most one a family: an ElementDistance (SquaredDifference), a device
/// (that of the examples if they are tensors, otherwise a default one of their memory) and an Observer, which is called
/// after each pass and may stop the work: the result is then what the level reached, drawn at full size.
///
/// \param examples a picture (height, width, channel) or (height, width), of integers of 8 or 16 bits or of scalars,
///        with any number of channels; or a range of pictures. Pixels follow one another in a row, rows may be apart.
///        With 8-bit pixels and SquaredDifference at most 673 channels fit into 7 by 7 neighbourhoods
/// \param options size, seed and the other numbers; only the size has no default
/// \param policies as above, in any order
/// \throws InvalidArgument on empty examples, pixels that are not finite, unequal channels, masks that leave nothing,
///         masks or guides of other sizes, or settings out of their range
/// \code
/// auto texture = coherent_texture(pebbles, {.size = {512, 512}, .seed = 7}, Cpu{.threads = 2});
/// \endcode
template <class Examples, class... Policies>
auto coherent_texture(const Examples& examples, const CoherenceOptions& options, Policies&&... policies) {
  using Call = detail::MethodCall<detail::CoherenceFamilies, Examples, Policies...>;
  using E = typename Call::Element;
  using Device = typename Call::Device;
  PASTICHE_CHECK_CALL(Call, "coherent_texture", "ElementDistance, DevicePolicy, Observer");
  const Call call(examples, policies...);
  const auto& views = call.views;
  const Device device = call.device;
  const auto distance = pick<detail::OfDistance<scalar_t<E>>>(SquaredDifference{}, policies...);
  Unobserved nobody;
  auto& watch = pick_reference<detail::OfObserver>(nobody, policies...);

  detail::check_examples("coherent_texture", views, device, options.example_masks);
  const detail::WeightedExamples weighted("coherent_texture", views, options.example_masks, options.example_weights);
  const detail::CoherenceSetup setup = detail::coherence_setup(views, weighted, options);
  (validate_policy(policies, "coherent_texture"), ...);
  detail::CoherenceRun<E, Device, std::remove_cv_t<decltype(distance)>> run(device, views, setup, distance);
  const index_t h = setup.size[0], w = setup.size[1], keep = setup.provenance ? 1 : 0;
  TextureResult<E, Device> result{Tensor<E, 3, Device>({h, w, views[0].shape(2)}, device),
                                  Tensor<int, 3, Device>({keep * h, keep * w, 3}, device), StopReason::finished};
  result.reason = run.run(result.image, result.provenance, watch);
  return result;
}

}  // namespace pastiche
