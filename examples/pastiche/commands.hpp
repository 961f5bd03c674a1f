// SPDX-License-Identifier: MIT
/// \file
/// The sub-commands. Each adds its flags to the program and runs once they are parsed.
#pragma once

#include <CLI/CLI.hpp>

namespace pastiche::program {

void add_texture(CLI::App& program);
void add_analogy(CLI::App& program);
void add_transfer(CLI::App& program);
void add_replay(CLI::App& program);
void add_inpaint(CLI::App& program);
void add_tile(CLI::App& program);
void add_measure(CLI::App& program);
void add_gallery(CLI::App& program);
void add_examples(CLI::App& program);

}  // namespace pastiche::program
