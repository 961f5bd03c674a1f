// SPDX-License-Identifier: MIT
#pragma once

#include <pastiche/core/policy.hpp>
#include <pastiche/texture/coherence_run.hpp>
#include <pastiche/texture/result.hpp>

namespace pastiche {

/// Settings of coherent_texture().
struct CoherenceOptions {
  Shape<2> size{0, 0};
  std::uint64_t seed = 0;
  Tiling tiling = Tiling::none;
  int neighbourhood = 7;
  int nearest = 4;
  double kappa = 0.5;
  double jitter = 0;
  double balance = 0.5;
  int passes = 2;
  int levels = 0;
  bool provenance = false;
  std::vector<Mask2> example_masks{};
  Mask2 output_mask{};
  Guide guide{};
};

template <class Examples, class... Policies>
auto coherent_texture(const Examples& examples, const CoherenceOptions& o, Policies&&... policies) {
  const auto views = detail::views_of(examples);
  using View = typename std::remove_cvref_t<decltype(views)>::value_type;
  using E = typename View::value_type;
  using Device = typename View::device_type;
  const auto device = detail::device_of_examples<Device>(examples);
  Unobserved watch;
  detail::check_examples("coherent_texture", views, device, o.example_masks);
  const detail::CoherenceSetup setup{o.size,
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
                                     o.example_masks,
                                     o.output_mask,
                                     o.guide};
  detail::CoherenceRun<E, Device, SquaredDifference> run(device, views, setup, {});
  const index_t h = o.size[0], w = o.size[1], keep = o.provenance ? 1 : 0;
  TextureResult<E, Device> result{Tensor<E, 3, Device>({h, w, views[0].shape(2)}, device),
                                  Tensor<int, 3, Device>({keep * h, keep * w, 3}, device), StopReason::finished};
  result.reason = run.run(result.image, result.provenance, watch);
  return result;
}

}  // namespace pastiche
