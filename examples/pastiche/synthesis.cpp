// SPDX-License-Identifier: MIT
#include "synthesis.hpp"

#include "failure.hpp"

#include <utility>

namespace pastiche::program {

Quilted quilt_pictures(const Pictures& examples, const QuiltSettings& settings, ProgressBar& bar) {
  const Stopwatch clock;
  return std::visit(
      [&](const auto& all) {
        auto result = quilt(all, settings.options, WithinTolerance{settings.tolerance}, AutoSearch{}, settings.seam,
                            settings.blend, Cpu{.threads = settings.threads}, WatchWith{&bar});
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
