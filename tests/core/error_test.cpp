// SPDX-License-Identifier: MIT
// test: devices=cpu
// A refusal is one line that says where, what and what would be right, and the same in fields.
#include <pastiche/core/error.hpp>

#include "support/catch.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace {

using namespace pastiche;

template <class Value, class Expected>
std::string message(const Value& value, const Expected& expected) {
  try {
    require(false, "quilt", "block", value, expected);
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("require() throws an InvalidArgument with its fields") {
  CHECK_NOTHROW(require(true, "quilt", "block", 64, "at most 40"));
  try {
    require(false, "quilt", "block", 64, "at most 40");
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(dynamic_cast<const InvalidArgument*>(&error) != nullptr);
    CHECK(error.function() == "quilt");
    CHECK(error.argument() == "block");
    CHECK(error.value() == "64");
    CHECK(error.expected() == "at most 40");
    CHECK(std::string(error.what()) == "quilt: block is 64; expected at most 40");
  }
}

TEST_CASE("Numbers and text print as they are") {
  CHECK(message(std::string("x"), 3) == "quilt: block is x; expected 3");
  CHECK(message(std::int64_t{-9223372036854775807}, "y") == "quilt: block is -9223372036854775807; expected y");
  CHECK(message(std::uint8_t{65}, "y") == "quilt: block is 65; expected y");
  CHECK(message(0.1, "y") == "quilt: block is 0.1; expected y");
  CHECK(message(0.1f, "y") == "quilt: block is 0.1; expected y");
  CHECK(message(2.0, "y") == "quilt: block is 2; expected y");
  CHECK(message(1e-9, "more than 0") == "quilt: block is 1e-09; expected more than 0");
  CHECK(message(std::nan(""), "finite") == "quilt: block is nan; expected finite");
  CHECK(message(-std::numeric_limits<double>::infinity(), "finite") == "quilt: block is -inf; expected finite");
}

TEST_CASE("What is empty is left out of the sentence") {
  CHECK(std::string(InvalidArgument("f", "x", "", "").what()) == "f: x");
  CHECK(std::string(InvalidArgument("f", "x", "", "y").what()) == "f: x; expected y");
}

TEST_CASE("The sentence is one line, whatever the value; the field keeps it") {
  const IoError error("load", "a\nb.png", "tag \x1b[2J\r\n", "");
  CHECK(std::string(error.what()) == "load: a b.png is tag  [2J  ");
  CHECK(error.argument() == "a\nb.png");
}

TEST_CASE("All errors are caught as Error and as std::runtime_error") {
  CHECK_THROWS_AS(throw IoError("load", "a.png", "truncated", "a whole file"), Error);
  CHECK_THROWS_AS(throw DeviceError("cudaMalloc", "CUDA", "out of memory", "success"), Error);
  CHECK_THROWS_AS(throw DeviceError("cudaMalloc", "CUDA", "out of memory", "success"), std::runtime_error);
  const IoError original("load", "a.png", "truncated", "a whole file");
  const IoError copy = original;
  CHECK(copy.argument() == "a.png");
  CHECK(std::string(copy.what()) == original.what());
}
