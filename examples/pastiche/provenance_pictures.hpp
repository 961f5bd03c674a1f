// SPDX-License-Identifier: MIT
/// \file
/// Pictures of where pixels were stolen.
#pragma once

#include "pictures.hpp"

namespace pastiche::program {

using Provenance = TensorView<const int, 3, Cpu>;

/// A colour for each place of an example of this size: blue at the upper left, redder to the right, greener below.
Pixels<std::uint8_t> source_colours(const Provenance& source, const Shape<2>& example);

/// The colours of the example itself: the key.
Pixels<std::uint8_t> colour_key(const Shape<2>& example);

/// Lines along the cuts, RGBA: where neighbours in the output are none in the example.
Pixels<std::uint8_t> seam_lines(const Provenance& source);

}  // namespace pastiche::program
