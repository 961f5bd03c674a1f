// SPDX-License-Identifier: MIT
/// \file
/// Host-side errors. Each says where (function), what (argument, value) and what would be right. Device code
/// never throws: kernels are noexcept and report through their outputs.
#pragma once

#include <charconv>
#include <concepts>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace pastiche {

/// Root of everything this library throws. `what()` is one line: "quilt: block is 64; expected at most 40".
class Error : public std::runtime_error {
 public:
  Error(std::string function, std::string argument, std::string value, std::string expected)
      : std::runtime_error(sentence(function, argument, value, expected)),
        function_{std::move(function)},
        argument_{std::move(argument)},
        value_{std::move(value)},
        expected_{std::move(expected)} {}

  const std::string& function() const noexcept { return function_; }  ///< the public function that refused
  const std::string& argument() const noexcept { return argument_; }  ///< the argument, option or file
  const std::string& value() const noexcept { return value_; }        ///< what it was
  const std::string& expected() const noexcept { return expected_; }  ///< what would be right

 private:
  static std::string sentence(const std::string& function, const std::string& argument, const std::string& value,
                              const std::string& expected) {
    std::string text = function + ": " + argument;
    if (!value.empty()) text += " is " + value;
    if (!expected.empty()) text += "; expected " + expected;
    for (char& c : text) {  // a value may come from a file: no line breaks, nothing that steers a terminal
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return text;
  }

  std::string function_, argument_, value_, expected_;
};

/// A precondition of a public function was not met.
class InvalidArgument : public Error {
 public:
  using Error::Error;
};

/// A file could not be read or written; `argument()` is its path.
class IoError : public Error {
 public:
  using Error::Error;
};

/// A device or its runtime reported a failure.
class DeviceError : public Error {
 public:
  using Error::Error;
};

namespace detail {

inline std::string describe(std::string_view text) {
  return std::string(text);
}
template <class N>
  requires std::is_arithmetic_v<N>
std::string describe(N number) {
  if constexpr (std::floating_point<N>) {
    char text[64];  // the shortest that reads back as the same number, whatever the locale
    return std::string(text, std::to_chars(text, text + sizeof text, number).ptr);
  } else {
    return std::to_string(number);
  }
}

[[noreturn]] inline void throw_invalid(const char* function, const char* argument, std::string value,
                                       std::string expected) {
  throw InvalidArgument(function, argument, std::move(value), std::move(expected));
}

}  // namespace detail

/// Throws InvalidArgument unless `condition` holds. The strings are made only then.
template <class Value, class Expected>
void require(bool condition, const char* function, const char* argument, const Value& value, const Expected& expected) {
  if (!condition) detail::throw_invalid(function, argument, detail::describe(value), detail::describe(expected));
}

}  // namespace pastiche
