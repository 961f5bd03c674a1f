// SPDX-License-Identifier: MIT
/// \file
/// Inpainting with everything chosen at run time: one instantiation for each depth of pixels.
#pragma once

#include "arguments.hpp"
#include "pictures.hpp"
#include "progress.hpp"

#include <pastiche/texture/tileable.hpp>

#include <vector>

namespace pastiche::program {

inline const Names<InpaintMethod> kInpaintMethods{
    {"patches", InpaintMethod::patches}, {"structure", InpaintMethod::structure}, {"pixel", InpaintMethod::pixel}};

struct Inpainted {
  AnyImage image;
  Tensor<int, 3, Cpu> provenance;
  double seconds;
};

/// The first picture with its hole filled from all of them.
Inpainted inpaint_pictures(const Pictures& pictures, const Mask2& hole, const InpaintOptions& options, int threads,
                           const WatchWith& watch);

/// The first picture made tileable.
Inpainted tile_picture(const Pictures& pictures, const TileableOptions& options, int threads, const WatchWith& watch);

}  // namespace pastiche::program
