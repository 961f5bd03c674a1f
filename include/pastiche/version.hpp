// SPDX-License-Identifier: MIT
/// \file
/// The version of pastiche. CMake reads it from here: it is written nowhere else.
#pragma once

#define PASTICHE_VERSION_MAJOR 0
#define PASTICHE_VERSION_MINOR 1
#define PASTICHE_VERSION_PATCH 0
