// SPDX-License-Identifier: MIT
/// \file
/// The files a run writes, and its report.
#pragma once

#include "arguments.hpp"

#include <pastiche/core/observer.hpp>
#include <pastiche/io/file.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace pastiche::program {

/// All files of a run. Each is opened before the work begins, so that what cannot be written is known then, and none
/// appears before all are complete.
class Outputs {
 public:
  /// Names what is read: no output may take its place.
  void spare(const std::string& input) { inputs_.push_back(input); }
  void spare(const std::vector<std::string>& inputs) { inputs_.insert(inputs_.end(), inputs.begin(), inputs.end()); }
  /// Throws IoError if `path` cannot be written, UsageError if it was added before or is an input.
  void add(const std::string& path);
  /// The whole content of the i-th added.
  void write(std::size_t i, std::span<const std::uint8_t> bytes);
  void write(std::size_t i, const std::string& text);
  void commit();

 private:
  std::vector<std::string> paths_, inputs_;
  std::vector<std::unique_ptr<OutputFile>> files_;
};

/// A folder to write to. Those a run makes for it go again if it fails: what is left behind is whole or nothing.
class NewFolder {
 public:
  /// Throws Failure where there can be none.
  explicit NewFolder(const std::string& path);
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  ~NewFolder() { undo(); }
  void keep() { made_.clear(); }

 private:
  void undo() const;

  std::vector<std::filesystem::path> made_;
};

/// What --report writes: version, command, parameters, seconds by stage and what else is put into `data`.
class Report {
 public:
  Report(const std::string& command, const CommonArguments& arguments);

  nlohmann::ordered_json data;

  nlohmann::ordered_json& parameters() { return data["parameters"]; }
  /// Ends a stage: it took the time since the last one ended.
  void stage(const char* name);
  std::string text() const { return data.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"; }

 private:
  Stopwatch clock_{};
  double last_ = 0.0;
};

}  // namespace pastiche::program
