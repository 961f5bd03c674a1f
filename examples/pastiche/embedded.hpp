// SPDX-License-Identifier: MIT
/// \file
/// Examples made by the program itself, so that nothing needs files: each a function of (side, seed).
#pragma once

#include "pictures.hpp"

#include <span>

namespace pastiche::program {

struct Embedded {
  const char* name;
  Pixels<std::uint8_t> (*make)(int side, std::uint64_t seed);  ///< (side, side, 3), sRGB
};

/// Textures, to be quilted.
std::span<const Embedded> embedded_textures();

/// Scenes, their label maps, shapes and masks.
std::span<const Embedded> embedded_scenes();

}  // namespace pastiche::program
