// SPDX-License-Identifier: MIT
/// \file
/// What texture optimisation and patch nearest-neighbour generation share: policies, checks, results, replay.
#pragma once

#include <pastiche/searcher/method_call.hpp>
#include <pastiche/searcher/patch_match.hpp>
#include <pastiche/texture/patch_synthesis.hpp>
#include <pastiche/texture/result.hpp>

#include <string>
#include <utility>
#include <vector>

namespace pastiche {

namespace detail {

/// What pixels are searched as: bytes as they are, all else as scalars.
template <Element E>
using searched_t = std::conditional_t<std::same_as<E, std::uint8_t>, E, scalar_t<E>>;

/// The policies of patch methods.
template <class E, class Device>
using PatchFamilies =
    PolicyList<OfDevice, OfDistance<scalar_t<searched_t<E>>>, OfFieldSearcher<searched_t<E>, Device>, OfObserver>;

/// Fills in what all options share, after their checks.
template <class E, class Device, class Options>
PatchSetup patch_setup(const char* function, const std::vector<TensorView<const E, 3, Device>>& examples,
                       const WeightedExamples& weighted, const Options& o) {
  check_output(function, o.size, o.output_mask);
  require(o.patch >= 1 && o.patch <= 64, function, "patch", o.patch, "1 to 64");
  require(o.rounds >= 1 && o.rounds <= 1000, function, "rounds", o.rounds, "1 to 1000");
  require(o.coarsest >= 1, function, "coarsest", o.coarsest, "at least 1");
  // No patch is larger than the output, nor than every example.
  index_t room = 0;
  for (const auto& view : examples) room = max_of(room, min_of(view.shape(0), view.shape(1)));
  room = min_of(room, min_of(o.size[0], o.size[1]));
  const std::vector<Mask2>& masks = weighted.masks();
  if (!masks.empty()) {
    index_t widest = 0;
    for (std::size_t e = 0; e < examples.size(); ++e) {
      const Mask2& mask = masks[e];
      const index_t side = min_of(examples[e].shape(0), examples[e].shape(1));
      widest = max_of(widest, mask.empty() ? side : index_t{largest_square(mask)});
    }
    require(widest > 0, function, "number of pixels that the example masks allow", 0, "at least 1");
    room = min_of(room, widest);
  }
  PatchSetup setup{};
  setup.function = function;
  setup.size = o.size;
  setup.wrap_rows = tiles_rows(o.tiling);
  setup.wrap_columns = tiles_columns(o.tiling);
  setup.patch = static_cast<int>(min_of<index_t>(o.patch, room));
  setup.rounds = o.rounds;
  setup.coarsest = o.coarsest;
  setup.seed = o.seed;
  setup.example_masks = masks;
  setup.wanted_shares = weighted.wanted();
  setup.output_mask = o.output_mask;
  return setup;
}

/// A guide after its checks, as PatchSetup has it: one without weight is none.
template <class E, class Device>
std::vector<Guide> checked_guide(const char* function, const std::vector<TensorView<const E, 3, Device>>& examples,
                                 const Shape<2>& size, const Guide& guide) {
  check_guide(function, examples, size, guide);
  if (guide.empty() || guide.weight <= 0.0) return {};
  return {guide};
}

/// Sets all values of a pixel to `nothing` where it is not wanted.
template <class T, class Device>
void forget_unwanted(const Device& device, const Mask2& mask, T nothing, Tensor<T, 3, Device>& picture) {
  if (mask.empty()) return;
  std::vector<T> values = download(picture);
  const index_t channels = picture.shape(2);
  for (index_t y = 0, i = 0; y < mask.height; ++y) {
    for (index_t x = 0; x < mask.width; ++x, i += channels) {
      if (mask(y, x)) continue;
      for (index_t k = 0; k < channels; ++k) values[static_cast<std::size_t>(i + k)] = nothing;
    }
  }
  picture = upload<Device>(picture.shape(), values, device);
}

/// The mask as an array of its own; empty if it says yes everywhere.
inline std::vector<std::uint8_t> copy_of(const Mask2& mask) {
  std::vector<std::uint8_t> copy;
  if (mask.empty()) return copy;
  for (index_t y = 0; y < mask.height; ++y) {
    for (index_t x = 0; x < mask.width; ++x) copy.push_back(mask(y, x) ? 1 : 0);
  }
  return copy;
}

/// What a run made, in the form that is returned.
template <class E, class Device, class Run, class Options>
PatchTextureResult<E, Device> patch_result(const Device& device, const Run& run,
                                           const std::vector<TensorView<const E, 3, Device>>& examples,
                                           const PatchSetup& setup, const Options& o, StopReason reason) {
  const index_t h = o.size[0], w = o.size[1], channels = examples[0].shape(2);
  const index_t rows = run.field().sources.shape(0), columns = run.field().sources.shape(1);
  PatchTextureResult<E, Device> result{
      Tensor<E, 3, Device>({0, 0, channels}, device),
      Tensor<int, 3, Device>({0, 0, 3}, device),
      {run.patch(), setup.wrap_rows, setup.wrap_columns, o.size, Tensor<int, 3, Device>({0, 0, 3}, device),
       Tensor<std::int32_t, 2, Device>({0, 0}, device)},
      reason};
  if (o.steal) {
    // What is not wanted has a source, too, where patches reach over the edge of the mask.
    Tensor<int, 3, Device> provenance = run.steal();
    forget_unwanted(device, o.output_mask, -1, provenance);
    const DeviceArray<TensorView<const E, 3, Device>, Device> views(examples, device);
    result.image = Tensor<E, 3, Device>({h, w, channels}, device);
    device.for_each_piece(h * w, 8 * channels,
                          StealPixels<E, Device>{views.data(), provenance.data(), result.image.data(), channels});
    if (o.provenance) result.provenance = std::move(provenance);
  } else {
    result.image = run.mean();
    forget_unwanted(device, o.output_mask, E{}, result.image);
  }
  if (o.votes) {
    result.votes.sources = upload<Device>(Shape<3>{{rows, columns, 3}}, download(run.field().sources), device);
    result.votes.weights = upload<Device>(Shape<2>{{rows, columns}}, run.weights().download(), device);
    result.votes.wanted = copy_of(o.output_mask);
  }
  return result;
}

}  // namespace detail

/// Other maps of the examples, one for each and of their sizes, averaged as the votes of an output say: the means that
/// a patch method saw, of heights, labels, or the examples themselves. Pixels without a vote, and those that the output
/// mask left out, are 0.
///
/// \param votes of an output made with .votes = true
/// \param maps one map, or a range of them: (height, width, channel) or (height, width), on the device of the votes
/// \throws InvalidArgument if votes were not asked for, or unless there is a map for each example that the votes name,
///         large enough for its sources
template <DevicePolicy Device, class Maps>
auto replay(const TextureVotes<Device>& votes, const Maps& maps) {
  const auto views = detail::views_of(maps);
  using View = typename std::remove_cvref_t<decltype(views)>::value_type;
  using E = std::remove_const_t<typename View::value_type>;
  static_assert(std::same_as<typename View::device_type, Device>, "replay: maps and votes live on the same device");
  const Device& device = votes.sources.device();
  require(votes.sources.size() > 0, "replay", "number of votes", 0, "those of an output made with .votes = true");
  require(!views.empty(), "replay", "number of maps", 0, "at least 1");
  const std::vector<int> sources = download(votes.sources);
  for (std::size_t i = 0; i < sources.size(); i += 3) {
    if (sources[i] < 0) continue;
    require(static_cast<std::size_t>(sources[i]) < views.size(), "replay", "number of maps", views.size(),
            "one for each example");
    const auto& view = views[static_cast<std::size_t>(sources[i])];
    const bool inside = sources[i + 1] >= 0 && sources[i + 2] >= 0 && sources[i + 1] + votes.patch <= view.shape(0) &&
                        sources[i + 2] + votes.patch <= view.shape(1);
    require(inside, "replay", ("size of map " + std::to_string(sources[i])).c_str(),
            detail::extent_text(view.shape(0), view.shape(1)), "that of its example");
  }
  const index_t channels = views[0].shape(2);
  for (const auto& view : views) {
    require(view.shape(2) == channels, "replay", "number of channels of a map", view.shape(2), channels);
  }
  const std::vector<E> nothing(static_cast<std::size_t>(votes.size.size() * channels), E{});
  auto image = upload<Device>(Shape<3>{{votes.size[0], votes.size[1], channels}}, nothing, device);
  const detail::PatchVotes how{reinterpret_cast<const BlockSource*>(votes.sources.data()),
                               votes.weights.data(),
                               votes.weights.shape(0),
                               votes.weights.shape(1),
                               votes.wrap_rows,
                               votes.wrap_columns,
                               votes.patch};
  detail::vote_means(device, how, views, image.view());
  if (!votes.wanted.empty()) {
    detail::forget_unwanted(device, Mask2{votes.wanted.data(), votes.size[0], votes.size[1]}, E{}, image);
  }
  return image;
}

}  // namespace pastiche
