// SPDX-License-Identifier: MIT
/// \file
/// The methods of `pastiche analogy` with everything chosen at run time, compiled for every depth of pixels.
#pragma once

#include "methods.hpp"

#include <pastiche/texture/image_analogy.hpp>
#include <pastiche/texture/stylize.hpp>

namespace pastiche::program {

enum class AnalogyMethod { patches, classic };

inline const Names<AnalogyMethod> kAnalogyMethods{{"patches", AnalogyMethod::patches},
                                                  {"classic", AnalogyMethod::classic}};

/// What either of the methods is called with.
struct AnalogySettings {
  AnalogyMethod method = AnalogyMethod::patches;
  StylizeOptions patches{};
  AnalogyOptions classic{};
  int sweeps = 2;  ///< of PatchMatch, in each search
  int threads = 0;
  Watcher watch{};  ///< beside the bar
};

/// The frame before, and the way back to it.
struct LastFrame {
  AnyImage image;
  Pixels<float> flow;
  double weight;  ///< of the guide that it is
};

/// B' from A' and the guides of the settings; `last` may be null.
Synthesized stylized(const Pictures& a_prime, const AnalogySettings& settings, const LastFrame* last, ProgressBar& bar);

/// B' from A, A' and B, in this order.
Synthesized analogous(const Pictures& pictures, const AnalogySettings& settings, ProgressBar& bar);

}  // namespace pastiche::program
