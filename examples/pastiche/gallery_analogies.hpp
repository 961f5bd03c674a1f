// SPDX-License-Identifier: MIT
/// \file
/// The section of the gallery that has image analogies, on the program's own scenes.
#pragma once

#include "analogies.hpp"
#include "gallery_samples.hpp"

#include <string>
#include <vector>

namespace pastiche::program {

/// A : A' :: B : B', and how B' is made.
struct Analogy {
  std::string name, about;
  Pixels<std::uint8_t> a, a_prime, b;
  AnalogySettings settings{};
  std::string flags{};  ///< of the command, the same settings
};

/// Filters, numbers, super-resolution, a style, colours: of the scenes of a seed and of the next one.
std::vector<Analogy> own_analogies(int side, std::uint64_t seed);

/// Hangs analogies.
class AnalogySection {
 public:
  AnalogySection(GalleryFolder& files, Report& report, int threads);

  /// Opens the files that hang() writes.
  void add_files(const Analogy& analogy);
  void hang(Analogy analogy);

  const Section& section() const noexcept { return section_; }

 private:
  GalleryFolder& files_;
  Report& report_;
  int threads_;
  Section section_;
};

}  // namespace pastiche::program
