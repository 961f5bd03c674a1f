// SPDX-License-Identifier: MIT
/// \file
/// The section of the gallery that renders a picture in several textures.
#pragma once

#include "gallery_samples.hpp"
#include "method_transfer.hpp"

#include <string>
#include <vector>

namespace pastiche::program {

/// Renders the program's own face in some of its own textures.
class TransferSection {
 public:
  TransferSection(GalleryFolder& files, Report& report, std::uint64_t seed, int threads);

  /// Those of the samples that it uses: none where they are a user's own, which have no target.
  static std::vector<const Sample*> choice(const std::vector<Sample>& samples);

  /// Opens the files that hang() writes.
  void add_files(const std::vector<const Sample*>& textures);
  void hang(const std::vector<const Sample*>& textures);

  const Section& section() const noexcept { return section_; }

 private:
  Group column(const Sample& texture, const Pixels<std::uint8_t>& target, Group& strip);

  GalleryFolder& files_;
  Report& report_;
  std::uint64_t seed_;
  int threads_;
  Section section_;
};

}  // namespace pastiche::program
