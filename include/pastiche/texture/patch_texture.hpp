// SPDX-License-Identifier: MIT
/// \file
/// What texture optimisation and patch nearest-neighbour generation share: policies, checks, results, replay.
#pragma once

#include <pastiche/core/policy.hpp>
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

/// The policies of patch methods, by what their concept says of these examples.
template <class E, class Device>
struct PatchFamilies {
  using W = searched_t<E>;
  struct OfDevice {
    template <class X>
    static constexpr bool holds = DevicePolicy<X>;
  };
  struct OfDistance {
    template <class X>
    static constexpr bool holds = ElementDistance<X, scalar_t<W>>;
  };
  struct OfSearcher {
    template <class X>
    static constexpr bool holds = FieldSearcher<X, W, Device, SquaredDifference>;
  };
  struct OfObserver {
    template <class X>
    static constexpr bool holds = Observer<X>;
  };
  using List = PolicyList<OfDevice, OfDistance, OfSearcher, OfObserver>;
};

/// Fills in what all options share, after their checks.
template <class E, class Device, class Options>
PatchSetup patch_setup(const char* function, const std::vector<TensorView<const E, 3, Device>>& examples,
                       const Device& device, const Options& o) {
  check_examples(function, examples, device, o.example_masks);
  check_output(function, o.size, o.output_mask);
  require(o.patch >= 1 && o.patch <= 64, function, "patch", o.patch, "1 to 64");
  require(o.rounds >= 0 && o.rounds <= 1000, function, "rounds", o.rounds, "0 to 1000");
  require(o.coarsest >= 1, function, "coarsest", o.coarsest, "at least 1");
  // No patch is larger than the output, nor than every example.
  index_t room = 0;
  for (const auto& view : examples) room = max_of(room, min_of(view.shape(0), view.shape(1)));
  room = min_of(room, min_of(o.size[0], o.size[1]));
  if (!o.example_masks.empty()) {
    index_t widest = 0;
    for (std::size_t e = 0; e < examples.size(); ++e) {
      const Mask2& mask = o.example_masks[e];
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
  setup.example_masks = o.example_masks;
  setup.output_mask = o.output_mask;
  return setup;
}

/// Sets provenance to -1 where nothing is wanted.
template <class Device>
void forget_unwanted(const Device& device, const Mask2& mask, Tensor<int, 3, Device>& provenance) {
  if (mask.empty()) return;
  std::vector<int> values = download(provenance);
  for (index_t y = 0, i = 0; y < mask.height; ++y) {
    for (index_t x = 0; x < mask.width; ++x, i += 3) {
      if (mask(y, x)) continue;
      for (index_t k = 0; k < 3; ++k) values[static_cast<std::size_t>(i + k)] = -1;
    }
  }
  provenance = upload<Device>(provenance.shape(), values, device);
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
    forget_unwanted(device, o.output_mask, provenance);
    const DeviceArray<TensorView<const E, 3, Device>, Device> views(examples, device);
    result.image = Tensor<E, 3, Device>({h, w, channels}, device);
    device.for_each_piece(h * w, 8 * channels,
                          StealPixels<E, Device>{views.data(), provenance.data(), result.image.data(), channels});
    if (o.provenance) result.provenance = std::move(provenance);
  } else {
    std::vector<E> pixels = download(run.mean());
    for (index_t i = 0; i < static_cast<index_t>(pixels.size()); ++i) {
      const index_t pixel = i / channels;
      if (!o.output_mask(pixel / w, pixel % w)) pixels[static_cast<std::size_t>(i)] = E{};
    }
    result.image = upload<Device>(Shape<3>{{h, w, channels}}, pixels, device);
  }
  if (o.votes) {
    result.votes.sources = upload<Device>(Shape<3>{{rows, columns, 3}}, download(run.field().sources), device);
    result.votes.weights = upload<Device>(Shape<2>{{rows, columns}}, run.weights().download(), device);
  }
  return result;
}

}  // namespace detail

/// Other maps of the examples, one for each and of their sizes, averaged as the votes of an output say: the means that
/// a patch method saw, of heights, labels, or the examples themselves. Pixels without a vote are 0.
///
/// \throws InvalidArgument unless there is a map for each example that the votes name, large enough for its sources
template <Viewable Map, DevicePolicy Device>
auto replay(const TextureVotes<Device>& votes, const std::vector<Map>& maps, const Device& device = {}) {
  using E = element_of_t<Map>;
  static_assert(std::same_as<device_of_t<Map>, Device>, "replay: maps and votes live on the same device");
  require(!maps.empty(), "replay", "number of maps", 0, "at least 1");
  std::vector<TensorView<const E, 3, Device>> views;
  for (const Map& map : maps) views.push_back(detail::picture_view(map));
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
  return image;
}

}  // namespace pastiche
