// SPDX-License-Identifier: MIT
/// \file
/// What the program refuses, beside the errors of the library. Each is one line: what, and what would be right.
#pragma once

#include <stdexcept>
#include <string>

namespace pastiche::program {

/// The command line asks for what cannot be: exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  UsageError(const std::string& flag, const std::string& value, const std::string& expected)
      : std::runtime_error(flag + " is " + (value.empty() ? "empty" : value) + "; expected " + expected) {}
};

/// A file or the machine does not do: exit code 1.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace pastiche::program
