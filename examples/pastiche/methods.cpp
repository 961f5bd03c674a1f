// SPDX-License-Identifier: MIT
#include "methods.hpp"

namespace pastiche::program {

namespace {

Synthesized quilted(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar) {
  QuiltSettings quilt = settings.quilt;
  quilt.options.guide = settings.guide;
  Quilted made = quilt_pictures(examples, quilt, bar);
  return {std::move(made.image),
          std::move(made.provenance),
          {{"blocks", static_cast<double>(made.blocks)},
           {"block", static_cast<double>(made.block)},
           {"overlap", static_cast<double>(made.overlap)}},
          made.seconds};
}

}  // namespace

void add_looks(CLI::App& command, QuiltSettings& settings) {
  add_value(command, "--tolerance", "X", "Blocks this much worse than the best may be taken; 0.1",
            [&settings](const std::string& text) { settings.tolerance = parse_real("--tolerance", text, 0.0, 1e6); });
  add_choice(command, "--seam", settings.seam.kind, kSeams, "Which side of an overlap wins; mincut");
  add_choice(command, "--blend", settings.blend.kind, kBlends, "How the sides are joined; none");
}

Synthesized synthesize(const Pictures& examples, const MethodSettings& settings, ProgressBar& bar) {
  switch (settings.method) {
    case Method::quilt:
      return quilted(examples, settings, bar);
    case Method::pixel:
      return grow_pictures(examples, settings, bar);
    case Method::coherence:
      return coherent_pictures(examples, settings, bar);
    case Method::patchnn:
      return patch_nn_pictures(examples, settings, bar);
    case Method::optimize:
      break;
  }
  return optimize_pictures(examples, settings, bar);
}

}  // namespace pastiche::program
