// SPDX-License-Identifier: MIT
/// \file
/// Texture transfer: a target picture rendered in the texture of another.
///
/// A. A. Efros, W. T. Freeman, "Image quilting for texture synthesis and transfer", SIGGRAPH 2001, section 3: several
/// passes of quilting with ever smaller blocks, in which a block must fit its neighbours, what the pass before left in
/// its place, and the target. Where this deviates: what quilt() does beyond the paper, and the tones of the target,
/// see correspondence.hpp.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/searcher/fft_search.hpp>
#include <pastiche/texture/correspondence.hpp>
#include <pastiche/texture/quilting.hpp>

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace pastiche {

/// Settings of transfer(). The output has the size of the target.
struct TransferOptions {
  int block = 0;       ///< side of a block in the first pass, in pixels; each pass takes two thirds of the one before,
                       ///< at least 4; 0 finds one: a tenth of the target's shorter side, 12 at least
  int overlap = 0;     ///< pixels that blocks of the first pass share, of others in proportion; 0 is a sixth
  int passes = 5;      ///< 1 to 20
  double alpha = 0.0;  ///< 0.01 to 1: how much texture counts in every pass, the rest is the target's; 0 is the
                       ///< paper's: from 0.1 in the first pass to 0.9 in the last
  Correspondence correspondence = Correspondence::blurred;  ///< what texture and target are compared by
  double blur = 2.0;                                        ///< see CorrespondenceOptions
  bool match = true;                                        ///< see CorrespondenceOptions
  Guide maps{};  ///< instead of `correspondence`: maps of the textures and of the target, any channels; its weight
                 ///< counts beside that of alpha, 1 as it is
  std::uint64_t seed = 0;  ///< as that of quilt()
  Tiling tiling = Tiling::none;
  int spacing = 0;                     ///< as that of quilt()
  double balance = 0.0;                ///< as that of quilt()
  bool provenance = false;             ///< keep where each pixel came from, 13 bytes a pixel
  std::vector<Mask2> example_masks{};  ///< what may be stolen, one for each texture; none: everything
  Mask2 output_mask{};                 ///< what is to be made; pixels it leaves out stay 0
};

/// What transfer() made.
template <Element E, DevicePolicy Device>
struct TransferResult {
  Tensor<E, 3, Device> image;  ///< (height, width, channel); 0 where nothing was made
  /// (height, width, 3): texture, row and column each pixel was stolen from, the heavier side of the last blend where
  /// several were mixed; -1 where nothing was made. Empty unless asked for.
  Tensor<int, 3, Device> provenance;
  Tensor<std::uint8_t, 2, Device> mixed;  ///< (height, width): 1 where a blend changed a pixel. Empty unless asked for.
  std::vector<int> blocks;                ///< side of a block in each pass that was begun, in pixels
  StopReason reason;
};

namespace detail {

/// Tells an observer of one quilt of what all passes have done.
template <class Watch>
struct WatchPass {
  static constexpr bool ignores_progress = pastiche::ignores_progress<Watch>;
  static constexpr index_t kParts = 1000;  ///< steps a pass
  Watch* watch;
  const Stopwatch* clock;
  index_t pass, passes;

  Flow operator()(const Progress& p) {
    Progress all = p;
    all.step = pass * kParts + ceil_div(kParts * p.step, p.steps);
    all.steps = passes * kParts;
    all.seconds = clock->seconds();
    return notify(*watch, all);
  }
};

/// The paper's section 3: alpha_i = 0.8 (i - 1) / (N - 1) + 0.1.
inline double transfer_alpha(double given, int pass, int passes) noexcept {
  if (given > 0.0) return given;
  return passes > 1 ? 0.8 * pass / (passes - 1) + 0.1 : 0.1;
}

/// Options of one pass.
inline QuiltOptions transfer_pass(const TransferOptions& o, const Shape<2>& size, int first, int pass) {
  const double share = std::pow(2.0 / 3.0, pass);
  QuiltOptions q;
  q.size = size;
  q.block = max_of(static_cast<int>(std::lround(first * share)), min_of(first, 4));
  if (o.overlap > 0) q.overlap = clamp(static_cast<int>(std::lround(o.overlap * share)), 1, max_of(1, q.block - 1));
  if (pass == 0 && o.overlap != 0) q.overlap = o.overlap;  // to be refused if it cannot be
  q.seed = pass == 0 ? o.seed : mix64(o.seed + 0x9e3779b97f4a7c15u * static_cast<std::uint64_t>(pass));
  q.tiling = o.tiling;
  q.spacing = o.spacing;
  q.balance = o.balance;
  q.provenance = o.provenance;
  q.example_masks = o.example_masks;
  q.output_mask = o.output_mask;
  return q;
}

/// The block of the first pass where none is given: it fits into the examples and their masks.
template <class View>
int transfer_block(const std::vector<View>& examples, const std::vector<Mask2>& masks, const Shape<2>& size) {
  index_t side = max_of<index_t>(12, min_of(size[0], size[1]) / 10), room = 0;
  for (const View& view : examples) side = min_of(side, min_of(view.shape(0), view.shape(1)));
  for (const Mask2& mask : masks) room = max_of(room, mask.empty() ? side : index_t{largest_square(mask)});
  return static_cast<int>(masks.empty() ? side : max_of<index_t>(1, min_of(side, room)));
}

}  // namespace detail

/// The target, made of blocks of the textures.
///
/// Policies may follow the options in any order, as those of quilt(); the BlockSearcher is AutoSearch if none is given.
/// A FinishingBlend is applied after the last pass. The observer is called after each front of blocks, with steps that
/// are thousandths of a pass; where it stops the work, the output is what the pass before had made, with the blocks of
/// this one that were placed.
///
/// \param examples the texture, (height, width, channel) or (height, width), of integers of 8 or 16 bits or of scalars,
///        or a range of textures
/// \param target   a picture of any element and number of channels, whose size the output has
/// \param options  what there is to choose; nothing must be given
/// \param policies as above, in any order
/// \throws InvalidArgument as quilt() and correspondence_maps(), and on settings out of their range
/// \code
/// auto portrait = transfer(rice, face, {.passes = 5, .seed = 7});
/// \endcode
template <class Examples, Viewable Target, class... Policies>
auto transfer(const Examples& examples, const Target& target, const TransferOptions& options, Policies&&... policies) {
  constexpr const char* kName = "transfer";
  using Call = detail::MethodCall<detail::QuiltFamilies, Examples, Policies...>;
  using E = typename Call::Element;
  using Device = typename Call::Device;
  PASTICHE_CHECK_CALL(Call, "transfer",
                      "ElementDistance, Sampler, BlockSearcher, Seam, Blend, FinishingBlend, DevicePolicy, Observer");
  const Call call(examples, policies...);
  const auto& views = call.views;
  const Device device = call.device;
  Unobserved nobody;
  auto& watch = pick_reference<detail::OfObserver>(nobody, policies...);

  require(options.passes >= 1 && options.passes <= 20, kName, "passes", options.passes, "1 to 20");
  require(options.alpha == 0.0 || (options.alpha >= 0.01 && options.alpha <= 1.0), kName, "alpha", options.alpha,
          "0.01 to 1, or 0 for one that rises from pass to pass");
  (validate_policy(policies, kName), ...);
  CorrespondenceMaps maps;
  Guide guide = options.maps;
  if (guide.empty() && guide.examples.empty()) {
    maps = detail::make_correspondence(
        kName, examples, target,
        {options.correspondence, options.blur, options.match, options.example_masks, options.output_mask});
    guide = std::as_const(maps).guide(guide.weight);
  }
  const auto wanted = detail::picture_view(target);
  const Shape<2> size{{wanted.shape(0), wanted.shape(1)}};
  detail::check_examples(kName, views, device, options.example_masks);
  const detail::WeightedExamples weighted(kName, views, options.example_masks, {});
  const int first = options.block != 0 ? options.block : detail::transfer_block(views, options.example_masks, size);

  const Stopwatch clock;
  std::optional<QuiltResult<E, Device>> made;
  std::vector<int> blocks;
  for (int pass = 0; pass < options.passes && (!made || made->reason == StopReason::finished); ++pass) {
    QuiltOptions quilted = detail::transfer_pass(options, size, first, pass);
    quilted.guide = guide;
    detail::QuiltSetup setup = detail::quilt_setup(kName, views, device, weighted, quilted);
    const double alpha = detail::transfer_alpha(options.alpha, pass, options.passes);
    // All channels of the maps together weigh as much as all of the textures.
    const double channels = static_cast<double>(views[0].shape(2)) / static_cast<double>(guide.output.channels);
    setup.guide.weight *= (1.0 - alpha) / alpha * channels;
    detail::WatchPass<std::remove_reference_t<decltype(watch)>> pass_watch{&watch, &clock, pass, options.passes};
    const QuiltResult<E, Device>* before = made ? &*made : nullptr;
    const bool last = pass + 1 == options.passes;
    if constexpr (detail::count_in_family<detail::OfBlockSearcher<E, Device>, Policies...> == 0) {
      made = detail::run_quilt<E, Device>(views, device, setup, before, last, pass_watch, AutoSearch{}, policies...);
    } else {
      made = detail::run_quilt<E, Device>(views, device, setup, before, last, pass_watch, policies...);
    }
    blocks.push_back(setup.block);
  }
  return TransferResult<E, Device>{std::move(made->image), std::move(made->provenance), std::move(made->mixed),
                                   std::move(blocks), made->reason};
}

}  // namespace pastiche
