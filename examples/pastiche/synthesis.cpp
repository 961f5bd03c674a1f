// SPDX-License-Identifier: MIT
#include "synthesis.hpp"

#include "failure.hpp"

#include <pastiche/texture/cover_seams.hpp>

#include <utility>

namespace pastiche::program {

Quilted quilt_pictures(const Pictures& examples, const QuiltSettings& settings, ProgressBar& bar) {
  const Stopwatch clock;
  return std::visit(
      [&](const auto& all) {
        QuiltOptions options = settings.options;
        const bool covers = settings.blend.kind == AnyBlend::Kind::poisson;
        options.provenance = options.provenance || covers;
        auto result = quilt(all, options, WithinTolerance{settings.tolerance}, AutoSearch{}, settings.seam,
                            settings.blend, Cpu{.threads = settings.threads}, WatchWith{&bar, &settings.watch});
        if (covers) {
          result.image = cover_seams(result.image, result.provenance, all,
                                     {.tiling = options.tiling, .example_masks = options.example_masks});
        }
        return Quilted{std::move(result.image),
                       std::move(result.provenance),
                       static_cast<index_t>(result.blocks.size()),
                       result.block_height,
                       result.overlap,
                       clock.seconds()};
      },
      examples);
}

}  // namespace pastiche::program
