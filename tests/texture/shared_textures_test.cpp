// SPDX-License-Identifier: MIT
// test: devices=cpu libraries=pastiche::io
// Real textures tile as well as they hold together.
#include "support/catch.hpp"
#include "texture/quilt_seams.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/io/image.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace pastiche;

namespace {

constexpr std::uintmax_t kMostPixels = 120 * 120;

/// The files of the smaller textures, by name. Empty where the folder does not exist.
std::vector<std::string> texture_files() {
  std::vector<std::string> files;
#if defined(PASTICHE_TEST_DATA)
  const std::filesystem::path folder = std::filesystem::path(PASTICHE_TEST_DATA) / "textures";
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".png") files.push_back(entry.path().string());
  }
#endif
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("real textures tile as well as they hold together", "[quilt][tiling][data]") {
  const auto files = texture_files();
  if (files.empty()) {
    WARN("the textures are not here: skipped");
    return;
  }
  int tested = 0;
  for (const std::string& file : files) {
    const auto example = read_image<std::uint8_t>(file);
    if (example.shape(0) * example.shape(1) > static_cast<index_t>(kMostPixels)) continue;
    ++tested;
    // The block that is found for each texture, and one that is too narrow for some: few pixels to fit by.
    const int quarter = static_cast<int>(max_of<index_t>(8, min_of(example.shape(0), example.shape(1)) / 4));
    for (const int block : {0, quarter}) {
      const auto error =
          test::tiling_error(example, {.size = {96, 96}, .block = block, .tiling = Tiling::xy}, Cpu{.threads = 1});
      INFO(file << ", block " << block);
      CHECK(error.ratio() < 1.2);
    }
  }
  CHECK(tested >= 8);
}
