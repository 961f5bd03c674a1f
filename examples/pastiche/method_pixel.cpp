// SPDX-License-Identifier: MIT
#include "methods.hpp"

#include <pastiche/texture/efros_leung.hpp>

namespace pastiche::program {

Synthesized grow_pictures(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar) {
  const Stopwatch clock;
  auto options = common_options<EfrosLeungOptions>(settings);
  if (settings.window > 0) options.window = settings.window;
  return std::visit(
      [&](const auto& all) {
        auto result = efros_leung(all, options, WithinTolerance{settings.quilt.tolerance},
                                  Cpu{.threads = settings.quilt.threads}, WatchWith{&bar, &settings.quilt.watch});
        return Synthesized{std::move(result.image), std::move(result.provenance), {}, clock.seconds()};
      },
      examples);
}

}  // namespace pastiche::program
