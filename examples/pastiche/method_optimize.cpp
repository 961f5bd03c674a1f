// SPDX-License-Identifier: MIT
#include "methods.hpp"

#include <pastiche/texture/optimization.hpp>

namespace pastiche::program {

Synthesized optimize_pictures(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar) {
  const Stopwatch clock;
  auto options = common_options<OptimizeOptions>(settings);
  options.block = settings.quilt.options.block;
  options.steal = !settings.soft;
  options.votes = settings.votes;
  if (settings.piece > 0.0) options.piece = settings.piece;
  if (settings.balance >= 0.0) options.balance = settings.balance;
  if (settings.coarsest > 0) options.coarsest = settings.coarsest;
  if (settings.patch > 0) options.patch = settings.patch;
  return std::visit(
      [&](const auto& all) {
        auto result = optimize_texture(all, options, Cpu{.threads = settings.quilt.threads},
                                       WatchWith{&bar, &settings.quilt.watch});
        return synthesized(std::move(result), settings, clock.seconds());
      },
      examples);
}

AnyImage averaged(const TextureVotes<Cpu>& votes, const Pictures& maps) {
  return std::visit([&](const auto& all) -> AnyImage { return replay(votes, all); }, maps);
}

}  // namespace pastiche::program
