// SPDX-License-Identifier: MIT
/// \file
/// The section of the gallery that has all methods of texture side by side.
#pragma once

#include "gallery_samples.hpp"
#include "methods.hpp"

#include <string>
#include <vector>

namespace pastiche::program {

/// Makes the same texture by every method from the middle of each sample that it is given.
class MethodSection {
 public:
  MethodSection(GalleryFolder& files, Report& report, std::uint64_t seed, int threads);

  /// Those of the samples that it has time for: few, and unlike each other where they are the program's own.
  static std::vector<const Sample*> choice(const std::vector<Sample>& samples);

  /// Opens the files that hang() writes.
  void add_files(const Sample& sample);
  void hang(const Sample& sample);

  const Section& section() const noexcept { return section_; }

 private:
  struct Stage {
    std::string name;
    Pixels<std::uint8_t> picture;
  };
  struct Made {
    Pixels<std::uint8_t> image, map;
    std::vector<Stage> stages;
    double seconds;
  };

  Made make(Method method, const Pictures& examples, const Shape<2>& size) const;
  Group column(const std::string& method, const Made& made, const std::string& part, const std::string& file);
  static Group strip(const std::string& method, const Made& made);

  GalleryFolder& files_;
  Report& report_;
  std::uint64_t seed_;
  int threads_;
  Section section_;
};

}  // namespace pastiche::program
