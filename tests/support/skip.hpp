// SPDX-License-Identifier: MIT
/// \file
/// Tests that need what a clone does not have.
#pragma once

#include "support/catch.hpp"

namespace pastiche::test {

/// Whether a test of this program was skipped: it then exits with 77, which ctest reports.
inline bool skipped_one = false;

/// Says why the test that calls it goes no further.
inline void skip(const char* why) {
  WARN(why);
  skipped_one = true;
}

}  // namespace pastiche::test
