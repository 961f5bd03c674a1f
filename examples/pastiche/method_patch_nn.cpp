// SPDX-License-Identifier: MIT
#include "methods.hpp"

#include <pastiche/texture/patch_nn.hpp>

namespace pastiche::program {

Synthesized patch_nn_pictures(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar) {
  const Stopwatch clock;
  auto options = common_options<PatchNNOptions>(settings);
  options.steal = !settings.soft;
  options.votes = settings.votes;
  if (settings.coarsest > 0) options.coarsest = settings.coarsest;
  if (settings.patch > 0) options.patch = settings.patch;
  if (settings.completeness >= 0.0) options.completeness = settings.completeness;
  if (settings.stretch) options.start = Layout::stretched;
  if (!settings.layout.empty()) {
    options.start = Layout::given;
    options.layout = settings.layout;
  }
  return std::visit(
      [&](const auto& all) {
        auto result =
            patch_nn(all, options, Cpu{.threads = settings.quilt.threads}, WatchWith{&bar, &settings.quilt.watch});
        return synthesized(std::move(result), settings, clock.seconds());
      },
      examples);
}

}  // namespace pastiche::program
