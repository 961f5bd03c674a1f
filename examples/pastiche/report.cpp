// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/version.hpp>

#include <filesystem>

namespace pastiche::program {

namespace {

std::string same_name(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored).string();
}

bool is_special(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_character_file(path, ignored) || std::filesystem::is_fifo(path, ignored);
}

}  // namespace

void Outputs::add(const std::string& path) {
  for (const std::string& input : inputs_) {
    if (same_name(input) == same_name(path) && !is_special(path)) {
      throw UsageError("output " + path, "an input too", "another name, or it would be lost");
    }
  }
  for (const std::string& other : paths_) {
    if (same_name(other) == same_name(path) && !is_special(path)) {
      throw UsageError(path, "the name of two outputs", "one name for each");
    }
  }
  files_.push_back(std::make_unique<OutputFile>(path, "pastiche"));
  paths_.push_back(path);
}

void Outputs::write(std::size_t i, std::span<const std::uint8_t> bytes) {
  files_[i]->write(bytes.data(), bytes.size());
}

void Outputs::write(std::size_t i, const std::string& text) {
  files_[i]->write(text);
}

void Outputs::commit() {
  for (const auto& file : files_) file->commit();
}

NewFolder::NewFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::path absent = std::filesystem::absolute(path, error);
  while (!error && absent.has_relative_path() && !std::filesystem::exists(absent, error)) {
    made_.push_back(absent);
    absent = absent.parent_path();
  }
  std::filesystem::create_directories(path, error);
  if (error) {
    undo();
    throw Failure(path + " is not made (" + error.message() + "); expected a folder or a new name for one");
  }
}

void NewFolder::undo() const {
  std::error_code ignored;
  for (const auto& folder : made_) std::filesystem::remove(folder, ignored);  // only if it is empty
}

Report::Report(const std::string& command, const CommonArguments& arguments) {
  constexpr const char* kLevels[] = {"baseline", "avx2", "avx512"};
  data["program"] = "pastiche";
  data["version"] = std::to_string(PASTICHE_VERSION_MAJOR) + "." + std::to_string(PASTICHE_VERSION_MINOR) + "." +
                    std::to_string(PASTICHE_VERSION_PATCH);
  data["command"] = command;
  data["device"] = "cpu";
  data["threads"] = Cpu{.threads = arguments.threads}.team();
  data["instruction_set"] = kLevels[static_cast<int>(simd::level())];
  data["parameters"] = nlohmann::ordered_json::object();
  data["seconds"] = nlohmann::ordered_json::object();
}

void Report::stage(const char* name) {
  const double now = clock_.seconds();
  data["seconds"][name] = now - last_;
  data["seconds"]["total"] = now;
  last_ = now;
}

}  // namespace pastiche::program
