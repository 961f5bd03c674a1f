// SPDX-License-Identifier: MIT
/// \file
/// The examples that the gallery steals from, and the folder that holds what it makes of them.
#pragma once

#include "page.hpp"
#include "report.hpp"

#include <map>
#include <string>
#include <vector>

namespace pastiche::program {

struct Sample {
  std::string name, path;  ///< of the file it was read from, if any
  Pixels<std::uint8_t> pixels;
  Shape<2> original{};  ///< its size there
};

/// The program's own textures.
std::vector<Sample> procedural_samples(std::uint64_t seed);

/// The pictures of a folder, large ones scaled down. Throws Failure where it is none of theirs.
std::vector<Sample> samples_of_folder(const std::string& folder);

/// Where a sample is from and how large it is, for a caption.
std::string origin(const Sample& sample);

/// What an observer is shown, in 8 bits.
Pixels<std::uint8_t> rendered(const Preview& preview);

/// A printf of one number.
std::string in_text(const char* format, double value);

/// The files of the page: all are opened before the work, and appear when it is done.
class GalleryFolder {
 public:
  explicit GalleryFolder(std::string path) : path_{std::move(path)} {}

  void spare(const std::string& input) { outputs_.spare(input); }
  /// A file in the folder.
  void add(const std::string& name);
  /// A file elsewhere that is written by this name.
  void add_outside(const std::string& name, const std::string& path);
  /// Where a file lies.
  std::string path_of(const std::string& name) const;

  void write(const std::string& name, const std::string& text) { outputs_.write(numbers_.at(name), text); }
  /// A picture for the page that is a file beside it too.
  PagePicture keep(const std::string& name, const Pixels<std::uint8_t>& pixels);
  void commit() { outputs_.commit(); }

 private:
  std::string path_;
  Outputs outputs_;
  std::map<std::string, std::size_t> numbers_;  // of the files, among the outputs
};

}  // namespace pastiche::program
