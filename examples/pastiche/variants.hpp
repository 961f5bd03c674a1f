// SPDX-License-Identifier: MIT
/// \file
/// Textures from examples and their turned, mirrored and scaled variants.
#pragma once

#include "methods.hpp"

#include <pastiche/image/example_variants.hpp>

#include <CLI/CLI.hpp>

namespace pastiche::program {

/// Adds --turn, --mirror and --scales.
void add_variants(CLI::App& command, VariantOptions& options);

/// synthesize() with variants of the examples as further ones, their masks and guides turned along; the provenance is
/// that of the examples.
Synthesized synthesize_varied(const Pictures& examples, const VariantOptions& options, MethodSettings settings,
                              ProgressBar& bar);

}  // namespace pastiche::program
