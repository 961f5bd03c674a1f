// SPDX-License-Identifier: MIT
#include "arguments.hpp"

#include "threads.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace pastiche::program {

namespace {

constexpr int kMostThreads = 256;
constexpr std::int64_t kMostPixels = 2147483647;

// All of `text` as a number; false if it is none or out of range of T.
template <class T>
bool read_all(std::string_view text, T& to) {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, to);
  return read.ec == std::errc{} && read.ptr == end;
}

std::string short_number(double x) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, x).ptr);
}

}  // namespace

void add_common(CLI::App& command, CommonArguments& arguments) {
  command.parse_complete_callback([&arguments] { start_threads(arguments.threads); });
  add_integer(command, "--threads", arguments.threads, 1, kMostThreads, "Threads; the result does not depend on them");
  add_value(command, "--device", "cpu|cuda", "Where the work is done", [](const std::string& text) {
    if (text == "cuda") throw UsageError("--device", "cuda, and this program was built without CUDA", "cpu");
    if (text != "cpu") throw UsageError("--device", text, "cpu");
  });
  command.add_option("--report", arguments.report, "Write parameters and times to this file, as JSON")
      ->type_name("FILE.json");
  command.add_flag("--quiet,-q", arguments.quiet, "Show no progress");
}

std::int64_t parse_integer(const std::string& flag, const std::string& text, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  if (read_all(text, value) && value >= least && value <= most) return value;
  throw UsageError(flag, text, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

std::uint64_t parse_seed(const std::string& text) {
  std::uint64_t value = 0;
  if (read_all(text, value)) return value;
  const std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)();
  throw UsageError("--seed", text, "a whole number from 0 to " + std::to_string(most));
}

double parse_real(const std::string& flag, const std::string& text, double least, double most) {
  double value = 0.0;
  if (read_all(text, value) && value >= least && value <= most) return value;
  throw UsageError(flag, text, "a number from " + short_number(least) + " to " + short_number(most));
}

Shape<2> parse_size(const std::string& text) {
  const std::size_t cross = text.find('x');
  std::int64_t width = 0, height = 0;
  const bool numbers = cross != std::string::npos && read_all(std::string_view(text).substr(0, cross), width) &&
                       read_all(std::string_view(text).substr(cross + 1), height);
  if (!numbers || width < 1 || height < 1) {
    throw UsageError("--size", text, "WIDTHxHEIGHT in pixels, both at least 1, as in 512x384");
  }
  if (height > kMostPixels / width) {
    throw UsageError("--size", text, "at most " + std::to_string(kMostPixels) + " pixels in all");
  }
  return {{height, width}};
}

}  // namespace pastiche::program
