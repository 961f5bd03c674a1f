// SPDX-License-Identifier: MIT
#include "methods.hpp"

#include <pastiche/texture/optimization.hpp>

namespace pastiche::program {

Synthesized optimize_pictures(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar) {
  const Stopwatch clock;
  auto options = common_options<OptimizeOptions>(settings);
  options.block = settings.quilt.options.block;
  options.steal = !settings.soft;
  if (settings.piece > 0.0) options.piece = settings.piece;
  if (settings.patch > 0) options.patch = settings.patch;
  return std::visit(
      [&](const auto& all) {
        auto result = optimize_texture(all, options, Cpu{.threads = settings.quilt.threads},
                                       WatchWith{&bar, &settings.quilt.watch});
        return Synthesized{std::move(result.image), std::move(result.provenance), {}, clock.seconds()};
      },
      examples);
}

}  // namespace pastiche::program
