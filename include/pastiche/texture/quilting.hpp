// SPDX-License-Identifier: MIT
/// \file
/// Image quilting: a texture of any size from blocks of an example, their edges hidden by cuts of least error.
///
/// A. A. Efros, W. T. Freeman, "Image quilting for texture synthesis and transfer", SIGGRAPH 2001, section 2. Beyond
/// the paper: blocks are spread evenly, so that any size comes out without a cropped rim; the output may tile; places
/// that would continue or repeat a neighbour's source are passed over, because a tolerance alone goes on copying once
/// it has begun; parts of the example that were used more are dearer; blocks that do not touch are placed at the same
/// time.
#pragma once

#include <pastiche/seam/finishing.hpp>
#include <pastiche/searcher/method_call.hpp>
#include <pastiche/texture/block_size.hpp>
#include <pastiche/texture/examples.hpp>
#include <pastiche/texture/quilter.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pastiche {

/// Settings of quilt().
struct QuiltOptions {
  Shape<2> size{0, 0};     ///< (height, width) of the output, in pixels
  int block = 0;           ///< side of a block in pixels; 0 finds one: block_size() of the first example, at most a
                           ///< third of the output's shorter side, and what masks and other examples have room for
  int overlap = 0;         ///< pixels that neighbouring blocks share at least; 0 is a sixth of the block; at most half
                           ///< of it is used where the output tiles
  std::uint64_t seed = 0;  ///< same seed, same output, whatever the threads; and the same on every device and
                           ///< instruction set where distances are SquaredDifference on 8-bit elements
  Tiling tiling = Tiling::none;
  int spacing = 4;       ///< a block comes from this many pixels off where a neighbour repeats or continues, at least;
                         ///< less where an example is too small for it; 0 lets it come from anywhere
  double balance = 0.5;  ///< by how much distances rise where an example was used as often as it is on average
  bool provenance = false;             ///< keep where each pixel came from, 13 bytes a pixel
  std::vector<Mask2> example_masks{};  ///< what may be stolen, one for each example; none: everything
  Mask2 output_mask{};                 ///< what is to be made; pixels it leaves out stay 0
  Guide guide{};  ///< what the output should be like where: every block is compared with it as a whole, by squared
                  ///< differences. AutoSearch is faster than DirectSearch then
  std::vector<double> example_weights{};  ///< how much is stolen from each example, against the others: its share of
                                          ///< the output is weight times pixels; 0: nothing. None: all alike
};

/// One block of the output and where it came from.
struct PlacedBlock {
  int row, column;  ///< of its corner in the output; where that tiles, a block may leave it at the right and below
  BlockSource source;
};

/// What quilt() made.
template <Element E, DevicePolicy Device>
struct QuiltResult {
  Tensor<E, 3, Device> image;  ///< (height, width, channel)
  /// (height, width, 3): example, row and column each pixel was stolen from, the heavier side of the last blend where
  /// several were mixed; -1 where nothing was made. Empty unless asked for.
  Tensor<int, 3, Device> provenance;
  Tensor<std::uint8_t, 2, Device> mixed;  ///< (height, width): 1 where a blend changed a pixel. Empty unless asked for.
  std::vector<PlacedBlock> blocks;        ///< in the order they were placed
  int block_height, block_width, overlap;  ///< in pixels, as resolved from the options
  StopReason reason;
};

namespace detail {

template <class E, class Device>
struct OfBlockSearcher {
  template <class X>
  static constexpr bool holds = BlockSearcher<X, E, Device, SquaredDifference>;
};
template <class S>
struct OfSeam {
  template <class X>
  static constexpr bool holds = Seam<X, S> || Seam<X, std::int64_t>;
};
template <class S>
struct OfBlend {
  template <class X>
  static constexpr bool holds = Blend<X, S> || Blend<X, std::int64_t>;
};
template <class E, class Device>
struct OfFinishing {
  template <class X>
  static constexpr bool holds = FinishingBlend<X, E, Device>;
};

/// The policies quilt() knows.
template <class E, class Device>
using QuiltFamilies = PolicyList<OfDevice, OfDistance<scalar_t<E>>, OfSampler<scalar_t<E>>, OfBlockSearcher<E, Device>,
                                 OfSeam<scalar_t<E>>, OfBlend<scalar_t<E>>, OfFinishing<E, Device>, OfObserver>;

/// Stands for no FinishingBlend.
struct NoFinish {};

/// The block that suits the first example, fits into all, is no large part of the output, and leaves places to choose
/// from where masks are narrow.
template <class E, class Device>
int default_block(const std::vector<TensorView<const E, 3, Device>>& examples, const Device& device,
                  const std::vector<Mask2>& masks, const Shape<2>& size, int side) {
  int room = 0;
  for (std::size_t e = 0; e < masks.size(); ++e) {
    const int most = masks[e].empty() ? side : largest_square(masks[e]);
    room = max_of(room, most - most / 3);
  }
  constexpr int kLeast = 8;
  const int third = static_cast<int>(max_of<index_t>(kLeast, min_of(size[0], size[1]) / 3));
  const int block = min_of(min_of(block_size(examples[0], device), third), side);
  return room > 0 ? min_of(block, room) : block;
}

/// Options with every default resolved, after all checks.
template <class E, class Device>
QuiltSetup quilt_setup(const char* function, const std::vector<TensorView<const E, 3, Device>>& examples,
                       const Device& device, const WeightedExamples& weighted, const QuiltOptions& o) {
  check_output(function, o.size, o.output_mask);
  index_t side = examples[0].shape(0);
  for (const auto& view : examples) side = min_of(side, min_of(view.shape(0), view.shape(1)));
  require(o.block >= 0, function, "block", o.block, "at least 1, or 0 for one that fits the example");
  require(o.block <= side, function, "block", o.block,
          "at most " + std::to_string(side) + ", the smallest side of the examples");
  require(o.block <= 30000, function, "block", o.block, "at most 30000");
  const int block =
      o.block > 0 ? o.block : default_block(examples, device, weighted.masks(), o.size, static_cast<int>(side));
  require(o.overlap >= 0 && o.overlap < max_of(block, 2), function, "overlap", o.overlap,
          "at least 1 and less than the block, " + std::to_string(block) + "; or 0 for a sixth of it");
  require(o.spacing >= 0, function, "spacing", o.spacing, "at least 0");
  require(o.balance >= 0 && o.balance <= 1e3, function, "balance", o.balance, "0 to 1000");
  check_guide(function, examples, o.size, o.guide);
  // Where the output tiles, the overlaps of opposite sides must not meet.
  const int most = o.tiling == Tiling::none ? block - 1 : block / 2;
  QuiltSetup setup{};
  setup.size = o.size;
  setup.block = block;
  setup.overlap = min_of(o.overlap > 0 ? o.overlap : max_of(1, block / 6), most);
  setup.tile_rows = tiles_rows(o.tiling);
  setup.tile_columns = tiles_columns(o.tiling);
  setup.seed = o.seed;
  setup.spacing = o.spacing;
  setup.balance = o.balance;
  setup.provenance = o.provenance;
  setup.example_masks = weighted.masks();
  setup.output_mask = o.output_mask;
  setup.wanted_shares = weighted.wanted();
  if (o.guide.weight > 0) setup.guide = o.guide;
  setup.function = function;
  return setup;
}

/// One quilt: the policies are picked, an observer apart, and what they make is gathered.
///
/// \param before what an earlier pass made, or null: its picture is what blocks are compared with as wholes, and stays
///        where this pass stops early
/// \param last   whether a FinishingBlend is to be applied
template <class E, class Device, class Watch, class... Policies>
QuiltResult<E, Device> run_quilt(const std::vector<TensorView<const E, 3, Device>>& views, const Device& device,
                                 const QuiltSetup& setup, const QuiltResult<E, Device>* before, bool last, Watch& watch,
                                 const Policies&... policies) {
  using S = scalar_t<E>;
  const auto distance = pick<OfDistance<S>>(SquaredDifference{}, policies...);
  const auto sampler = pick<OfSampler<S>>(WithinTolerance{}, policies...);
  const auto searcher = pick<OfBlockSearcher<E, Device>>(DirectSearch{}, policies...);
  const auto seam = pick<OfSeam<S>>(MinCut{}, policies...);
  const auto blend = pick<OfBlend<S>>(NoBlend{}, policies...);
  const auto finishing = pick<OfFinishing<E, Device>>(NoFinish{}, policies...);
  constexpr bool kFinishes = FinishingBlend<std::remove_cv_t<decltype(finishing)>, E, Device>;
  using D = distance_sum_t<std::remove_cv_t<decltype(distance)>, E>;
  static_assert(BlockSearcher<std::remove_cv_t<decltype(searcher)>, E, Device, std::remove_cv_t<decltype(distance)>>,
                "quilt: the BlockSearcher does not know this distance");
  static_assert(Sampler<std::remove_cv_t<decltype(sampler)>, D>, "quilt: the Sampler does not take these distances");
  static_assert(Seam<std::remove_cv_t<decltype(seam)>, D>, "quilt: the Seam does not take these distances");
  static_assert(Blend<std::remove_cv_t<decltype(blend)>, D>, "quilt: the Blend does not take these distances");

  using Run = Quilter<E, Device, std::remove_cv_t<decltype(distance)>, std::remove_cv_t<decltype(sampler)>,
                      std::remove_cv_t<decltype(searcher)>, std::remove_cv_t<decltype(seam)>,
                      std::remove_cv_t<decltype(blend)>>;
  std::optional<TensorView<const E, 3, Device>> draft;
  if (before != nullptr) draft = before->image.view();
  Run quilter(device, views, setup, {distance, sampler, searcher, seam, blend}, draft ? &*draft : nullptr);

  const index_t h = setup.size[0], w = setup.size[1], keep = setup.provenance ? 1 : 0, trace = kFinishes ? 1 : keep;
  QuiltResult<E, Device> result{Tensor<E, 3, Device>({h, w, views[0].shape(2)}, device),
                                Tensor<int, 3, Device>({trace * h, trace * w, 3}, device),
                                Tensor<std::uint8_t, 2, Device>({keep * h, keep * w}, device),
                                {},
                                quilter.block_height(),
                                quilter.block_width(),
                                setup.overlap,
                                StopReason::finished};
  quilter.clear(result.image, result.provenance, result.mixed);
  if (before != nullptr) {
    result.image = before->image;
    if (keep > 0) result.provenance = before->provenance;
    result.mixed = before->mixed;
  }
  result.reason = quilter.run(result.image, result.provenance, result.mixed, watch);
  if constexpr (kFinishes) {
    if (last && result.reason == StopReason::finished) {
      finishing.finish(StolenPicture<E, Device>{result.image.view(), std::as_const(result.provenance).view(), views,
                                                setup.example_masks, setup.tile_rows, setup.tile_columns},
                       device);
    }
    if (keep > 0) {
      quilter.mark_changed(result.image, result.provenance, result.mixed);
    } else {
      result.provenance = Tensor<int, 3, Device>({0, 0, 3}, device);
    }
  }
  const std::vector<BlockSource> sources = quilter.sources();
  for (std::size_t b = 0; b < sources.size(); ++b) {
    if (sources[b].example < 0) continue;  // not placed before the observer stopped
    const BlockQuery& query = quilter.blocks()[b].query;
    result.blocks.push_back({query.row, query.column, sources[b]});
  }
  return result;
}

}  // namespace detail

/// A texture that looks like the examples and is made of their pixels alone.
///
/// Policies may follow the options in any order, at most one a family: an ElementDistance (SquaredDifference), a
/// Sampler (WithinTolerance), a BlockSearcher (DirectSearch), a Seam (MinCut), a Blend (NoBlend), a FinishingBlend
/// (none; PoissonBlend is one), a device (that of the examples if they are tensors, otherwise a default one of their
/// memory) and an Observer, which is called after each front of blocks and may stop the work; pixels not made by then
/// are 0, and nothing is finished.
///
/// \param examples a picture (height, width, channel) or (height, width), of integers of 8 or 16 bits or of scalars,
/// with
///        any number of channels; or a range of pictures. Pixels follow one another in a row, rows may be apart
/// \param options size, seed and the other numbers; only the size has no default
/// \param policies as above, in any order
/// \throws InvalidArgument on empty examples, pixels that are not finite, unequal channels, a block larger than an
///         example, masks of other sizes, or settings out of their range
/// \code
/// auto texture = quilt(bricks, {.size = {512, 512}, .seed = 7}, WithinTolerance{0.1}, Cpu{.threads = 2});
/// \endcode
template <class Examples, class... Policies>
auto quilt(const Examples& examples, const QuiltOptions& options, Policies&&... policies) {
  using Call = detail::MethodCall<detail::QuiltFamilies, Examples, Policies...>;
  using E = typename Call::Element;
  using Device = typename Call::Device;
  PASTICHE_CHECK_CALL(Call, "quilt",
                      "ElementDistance, Sampler, BlockSearcher, Seam, Blend, FinishingBlend, DevicePolicy, Observer");
  const Call call(examples, policies...);
  const auto& views = call.views;
  const Device device = call.device;
  Unobserved nobody;
  auto& watch = pick_reference<detail::OfObserver>(nobody, policies...);
  detail::check_examples("quilt", views, device, options.example_masks);
  const detail::WeightedExamples weighted("quilt", views, options.example_masks, options.example_weights);
  const detail::QuiltSetup setup = detail::quilt_setup("quilt", views, device, weighted, options);
  (validate_policy(policies, "quilt"), ...);
  return detail::run_quilt<E, Device>(views, device, setup, nullptr, true, watch, policies...);
}

}  // namespace pastiche
