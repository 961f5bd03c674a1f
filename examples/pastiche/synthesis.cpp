// SPDX-License-Identifier: MIT
#include "synthesis.hpp"

#include "failure.hpp"

#include <utility>

namespace pastiche::program {

void resolve(QuiltSettings& settings, const Pictures& examples) {
  QuiltOptions& o = settings.options;
  std::visit(
      [&](const auto& all) {
        index_t side = all.front().shape(0);
        for (const auto& picture : all) side = min_of(side, min_of(picture.shape(0), picture.shape(1)));
        if (o.block == 0) {
          o.block = min_of(block_size(all.front().view(), Cpu{.threads = settings.threads}), static_cast<int>(side));
        }
      },
      examples);
  if (o.overlap >= max_of(o.block, 2)) {
    throw UsageError("--overlap", std::to_string(o.overlap), "less than the block, " + std::to_string(o.block));
  }
  if (o.overlap == 0) o.overlap = min_of(max_of(1, o.block / 6), o.block - 1);
}

Quilted quilt_pictures(const Pictures& examples, const QuiltSettings& settings, ProgressBar& bar) {
  const Stopwatch clock;
  return std::visit(
      [&](const auto& all) {
        auto result = quilt(all, settings.options, WithinTolerance{settings.tolerance}, settings.seam, settings.blend,
                            Cpu{.threads = settings.threads}, WatchWith{&bar});
        return Quilted{std::move(result.image), std::move(result.provenance),
                       static_cast<index_t>(result.blocks.size()), clock.seconds()};
      },
      examples);
}

}  // namespace pastiche::program
