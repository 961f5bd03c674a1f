// error: describe
// SPDX-License-Identifier: MIT
#include <pastiche/core/error.hpp>

#include <vector>

void f(const std::vector<int>& sizes) {
  pastiche::require(false, "f", "sizes", sizes, "two");
}
