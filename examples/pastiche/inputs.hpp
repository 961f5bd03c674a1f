// SPDX-License-Identifier: MIT
/// \file
/// What sub-commands read beside their examples: masks and maps of the right size.
#pragma once

#include "pictures.hpp"

#include <optional>
#include <string>
#include <vector>

namespace pastiche::program {

/// Adds the masks in `files`, one for each example, to those that alpha channels made: what may be stolen is where both
/// say yes. Throws UsageError, naming the flag, where their number or a size is wrong.
void read_masks(const char* flag, const std::vector<std::string>& files, const std::vector<std::string>& examples,
                Examples& to);

/// Takes from what may be stolen what `by` says no to.
void narrow(std::optional<MaskPixels>& to, MaskPixels by);

/// The masks of the examples as methods take them: none where everything may be stolen.
std::vector<Mask2> masks_of(const Examples& examples);

/// Throws UsageError unless `given` is `size`, which is that of `whose`.
void check_size(const std::string& what, const Shape<2>& given, const Shape<2>& size, const std::string& whose);

/// A mask of a size, that of `whose`; throws UsageError, naming the flag, where it has another.
MaskPixels read_sized_mask(const char* flag, const std::string& file, const Shape<2>& size,
                           const std::string& whose = "the output");

/// A map of a size, as read_sized_mask().
Pixels<float> read_map(const char* flag, const std::string& file, const Shape<2>& size,
                       const std::string& whose = "the output");

/// Maps of the examples and, last, of the output, alike in channels. Throws UsageError, naming the flag, where there
/// are not as many as that, or a size is wrong. `kind` is what errors call an example.
std::vector<Pixels<float>> read_guide(const char* flag, const std::vector<std::string>& files,
                                      const std::vector<std::string>& examples, const std::vector<Shape<2>>& sizes,
                                      const Shape<2>& output, const char* kind = "example");

/// Throws std::bad_alloc where the machine has less: the system hands out more memory than there is and ends the
/// program when it is used.
void check_memory(double bytes);

}  // namespace pastiche::program
