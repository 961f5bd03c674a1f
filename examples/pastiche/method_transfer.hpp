// SPDX-License-Identifier: MIT
/// \file
/// Texture transfer with everything chosen at run time.
#pragma once

#include "methods.hpp"

#include <pastiche/texture/transfer.hpp>

namespace pastiche::program {

/// What a transfer is called with. Its masks, seed and provenance are those of `options`.
struct TransferSettings {
  Method method = Method::quilt;  ///< or optimize
  TransferOptions options{};
  QuiltSettings looks{};  ///< tolerance, seam, blend, threads, and who looks on
};

/// The target in the textures of the examples. Of `optimize`, alpha 0 is kOptimizeAlpha.
Synthesized transfer_pictures(const Pictures& examples, const Pixels<float>& target, const TransferSettings& settings,
                              ProgressBar& bar);

inline constexpr double kOptimizeAlpha = 0.3;

}  // namespace pastiche::program
