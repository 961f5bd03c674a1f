// SPDX-License-Identifier: MIT
/// \file
/// What a call says when it refuses its arguments.
#pragma once

#include <pastiche/core/error.hpp>

#include <string>

namespace pastiche::test {

/// The message of the InvalidArgument that `call` throws; empty if it throws none.
template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

}  // namespace pastiche::test
