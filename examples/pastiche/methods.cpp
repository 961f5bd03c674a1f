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
