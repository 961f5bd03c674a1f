// SPDX-License-Identifier: MIT
/// \file
/// Flags that several sub-commands share, and the values of flags as numbers, sizes and names.
#pragma once

#include "failure.hpp"

#include <pastiche/core/element.hpp>
#include <pastiche/tensor/view.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pastiche::program {

/// What every sub-command takes.
struct CommonArguments {
  int threads = 0;  ///< 0: what OpenMP takes, usually one a core
  bool quiet = false;
  std::string report;  ///< empty: none
};

/// Adds --threads, --device, --report and --quiet.
void add_common(CLI::App& command, CommonArguments& arguments);

/// Whole numbers in [least, most]; throws UsageError for all else.
std::int64_t parse_integer(const std::string& flag, const std::string& text, std::int64_t least, std::int64_t most);
std::uint64_t parse_seed(const std::string& text);
/// A finite number in [least, most], with a point whatever the locale.
double parse_real(const std::string& flag, const std::string& text, double least, double most);
/// WIDTHxHEIGHT as (height, width).
Shape<2> parse_size(const std::string& text);

/// An option with one value that `take(text)` reads.
template <class Take>
CLI::Option* add_value(CLI::App& command, const std::string& flag, const std::string& type, const std::string& help,
                       Take take) {
  return command
      .add_option_function<std::string>(
          flag, [take = std::move(take)](const std::string& text) { take(text); }, help)
      ->type_name(type);
}

template <class T>
CLI::Option* add_integer(CLI::App& command, const std::string& flag, T& to, T least, T most, const std::string& help) {
  return add_value(command, flag, "N", help, [&to, flag, least, most](const std::string& text) {
    to = static_cast<T>(parse_integer(flag, text, least, most));
  });
}

/// A name and what it stands for.
template <class T>
using Names = std::vector<std::pair<const char*, T>>;

/// An option whose values have names.
template <class T>
CLI::Option* add_choice(CLI::App& command, const std::string& flag, T& to, Names<T> names, const std::string& help) {
  std::string list;
  for (const auto& [name, value] : names) list += (list.empty() ? "" : "|") + std::string(name);
  return add_value(command, flag, list, help, [&to, flag, names = std::move(names), list](const std::string& text) {
    for (const auto& [name, value] : names) {
      if (text == name) {
        to = value;
        return;
      }
    }
    throw UsageError(flag, text, list);
  });
}

/// The name of a value.
template <class T>
std::string name_of(const Names<T>& names, T value) {
  for (const auto& [name, known] : names) {
    if (known == value) return name;
  }
  return {};
}

/// Flags that only some methods take.
template <class T>
struct MethodFlag {
  const char* flag;
  std::vector<T> methods;
};
template <class T>
using MethodFlags = std::vector<MethodFlag<T>>;

/// A flag that the method does not take is a mistake.
template <class T>
void check_method_flags(const CLI::App& command, const MethodFlags<T>& flags, const Names<T>& names, T method) {
  for (const MethodFlag<T>& known : flags) {
    if (command.count(known.flag) == 0) continue;
    std::string takers;
    bool takes = false;
    for (const T m : known.methods) {
      takers += (takers.empty() ? "--method " : " or ") + name_of(names, m);
      takes = takes || m == method;
    }
    if (!takes) throw UsageError(known.flag, "given with --method " + name_of(names, method), takers);
  }
}

}  // namespace pastiche::program
