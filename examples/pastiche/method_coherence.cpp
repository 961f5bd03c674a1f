// SPDX-License-Identifier: MIT
#include "methods.hpp"

#include <pastiche/texture/coherence.hpp>

namespace pastiche::program {

Synthesized coherent_pictures(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar) {
  const Stopwatch clock;
  auto options = common_options<CoherenceOptions>(settings);
  if (settings.piece > 0.0) options.piece = settings.piece;
  if (settings.neighbourhood > 0) options.neighbourhood = settings.neighbourhood;
  return std::visit(
      [&](const auto& all) {
        auto result = coherent_texture(all, options, Cpu{.threads = settings.quilt.threads},
                                       WatchWith{&bar, &settings.quilt.watch});
        return Synthesized{std::move(result.image), std::move(result.provenance), {}, clock.seconds()};
      },
      examples);
}

}  // namespace pastiche::program
