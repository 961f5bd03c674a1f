// SPDX-License-Identifier: MIT
#include "method_transfer.hpp"

#include <pastiche/texture/cover_seams.hpp>

#include <utility>

namespace pastiche::program {

namespace {

Synthesized quilted(const Pictures& examples, const Pixels<float>& target, const TransferSettings& settings,
                    ProgressBar& bar) {
  const Stopwatch clock;
  return std::visit(
      [&](const auto& all) {
        TransferOptions options = settings.options;
        const bool covers = settings.looks.blend.kind == AnyBlend::Kind::poisson;
        options.provenance = options.provenance || covers;
        auto result = transfer(all, target, options, WithinTolerance{settings.looks.tolerance}, settings.looks.seam,
                               settings.looks.blend, Cpu{.threads = settings.looks.threads},
                               WatchWith{&bar, &settings.looks.watch});
        if (covers) {
          result.image = cover_seams(result.image, result.provenance, all, {.example_masks = options.example_masks});
        }
        return Synthesized{std::move(result.image),
                           std::move(result.provenance),
                           {{"block", static_cast<double>(result.blocks.front())},
                            {"last_block", static_cast<double>(result.blocks.back())}},
                           clock.seconds()};
      },
      examples);
}

// Texture optimisation with the correspondence as its guide. All channels of the maps weigh as much as all colours.
Synthesized optimized(const Pictures& examples, const Pixels<float>& target, const TransferSettings& settings,
                      ProgressBar& bar) {
  const TransferOptions& o = settings.options;
  CorrespondenceMaps maps;
  MethodSettings method{.method = Method::optimize, .quilt = settings.looks, .guide = o.maps};
  if (method.guide.empty()) {
    maps = std::visit(
        [&](const auto& all) {
          return correspondence_maps(all, target, {o.correspondence, o.blur, o.match, o.example_masks, o.output_mask});
        },
        examples);
    method.guide = std::as_const(maps).guide(o.maps.weight);
  }
  const double alpha = o.alpha > 0.0 ? o.alpha : kOptimizeAlpha;
  const double channels =
      static_cast<double>(channels_of(examples)) / static_cast<double>(method.guide.output.channels);
  method.guide.weight = min_of(method.guide.weight * (1.0 - alpha) / alpha * channels, 100.0);
  QuiltOptions& quilt = method.quilt.options;
  quilt.size = {{target.shape(0), target.shape(1)}};
  quilt.block = o.block;
  quilt.seed = o.seed;
  quilt.provenance = o.provenance;
  quilt.example_masks = o.example_masks;
  quilt.output_mask = o.output_mask;
  return optimize_pictures(examples, method, bar);
}

}  // namespace

Synthesized transfer_pictures(const Pictures& examples, const Pixels<float>& target, const TransferSettings& settings,
                              ProgressBar& bar) {
  return settings.method == Method::optimize ? optimized(examples, target, settings, bar)
                                             : quilted(examples, target, settings, bar);
}

}  // namespace pastiche::program
