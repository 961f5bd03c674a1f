// SPDX-License-Identifier: MIT
/// \file
/// The section of the gallery where holes are filled and pictures made tileable: the program's own alone, for they have
/// masks.
#pragma once

#include "gallery_samples.hpp"
#include "inpainting.hpp"

#include <string>

namespace pastiche::program {

/// Fills the holes that the program draws by each method, and makes textures tileable.
class InpaintSection {
 public:
  InpaintSection(GalleryFolder& files, Report& report, std::uint64_t seed, int threads);

  /// Opens the files that hang() writes.
  void add_files();
  void hang();

  const Section& section() const noexcept { return section_; }

 private:
  void hang_hole(const std::string& name, const std::string& mask, const std::string& about);
  void hang_tile(const std::string& name);
  void add(Room& room, Exhibit exhibit, const std::string& file, double seconds);

  GalleryFolder& files_;
  Report& report_;
  std::uint64_t seed_;
  int threads_;
  Watcher nobody_{};
  ProgressBar silent_{"", true};
  Section section_;
};

}  // namespace pastiche::program
