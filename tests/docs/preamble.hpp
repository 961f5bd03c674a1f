// SPDX-License-Identifier: MIT
/// \file
/// What the blocks of the documentation may take for granted, and how their programs are run.
#pragma once

#include <pastiche/io/image.hpp>
#include <pastiche/texture/cover_seams.hpp>
#include <pastiche/texture/patch_canvas.hpp>
#include <pastiche/texture/quilting.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <vector>

namespace snippets {

/// Names that statements may use. Statements are compiled, not run.
namespace given {

inline pastiche::Tensor<std::uint8_t, 3, pastiche::Cpu> example(pastiche::Shape<3>{64, 64, 3});
inline pastiche::Tensor<std::uint8_t, 3, pastiche::Cpu> bricks(pastiche::Shape<3>{64, 64, 3});

}  // namespace given

/// Bricks with some grain, `shade` 1 or darker.
inline std::vector<std::uint8_t> brick_pixels(int height, int width, double shade) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool mortar = y % 8 == 0 || (x + y / 8 % 2 * 8) % 16 == 0;
      const unsigned grain = pastiche::hash_bits(7, static_cast<std::uint64_t>(y * width + x)) >> 27;
      for (const int channel : {150, 70, 50}) {
        pixels.push_back(static_cast<std::uint8_t>(shade * ((mortar ? 200 : channel) + static_cast<int>(grain))));
      }
    }
  }
  return pixels;
}

/// The pictures that programs and commands of the documentation read, in the current folder.
inline void make_pictures() {
  const auto make = [](const char* name, double shade) {
    pastiche::write_image(
        name, pastiche::upload<pastiche::Cpu>(pastiche::Shape<3>{104, 104, 3}, brick_pixels(104, 104, shade)));
  };
  for (const char* name : {"bricks.png", "weave.png", "wood.png", "pebbles.png", "grass.png", "berries.png", "wall.png",
                           "a.png", "example.png", "marble.png", "hole.png"}) {
    make(name, 1.0);
  }
  for (const char* name : {"wall_height.png", "wall_gloss.png", "b.png"}) make(name, 0.5);
  std::filesystem::create_directories("my_pictures");
  make("my_pictures/wall.png", 1.0);
}

inline int& failures() {
  static int count = 0;
  return count;
}

/// Runs a program of the documentation.
template <class Program>
void run(const char* place, Program program) {
  std::printf("%s\n", place);
  std::fflush(stdout);
  try {
    if (const int status = program(); status != 0) {
      std::printf("%s: the program returned %d\n", place, status);
      ++failures();
    }
  } catch (const std::exception& error) {
    std::printf("%s: %s\n", place, error.what());
    ++failures();
  }
}

}  // namespace snippets
