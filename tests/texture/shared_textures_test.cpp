// SPDX-License-Identifier: MIT
// test: devices=cpu libraries=pastiche::io
// Real textures tile as well as they hold together.
#include "support/catch.hpp"
#include "support/skip.hpp"
#include "texture/quilt_seams.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/image/crop.hpp>
#include <pastiche/io/image.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace pastiche;

namespace {

constexpr index_t kLongest = 192;
// Sanitizers slow a search tenfold.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kEvery = 6;
#else
constexpr std::size_t kEvery = 1;
#endif

/// At most kLongest pixels each way, out of the middle.
TensorView<const std::uint8_t, 3, Cpu> middle(const Tensor<std::uint8_t, 3, Cpu>& image) {
  const index_t h = min_of(image.shape(0), kLongest), w = min_of(image.shape(1), kLongest);
  return crop(image.view(), {(image.shape(0) - h) / 2, (image.shape(1) - w) / 2, h, w});
}

/// The files of the textures, by name. Empty where the folder does not exist.
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
    test::skip("the textures are not here: skipped");
    return;
  }
  for (std::size_t f = 0; f < files.size(); f += kEvery) {
    const auto image = read_image<std::uint8_t>(files[f]);
    const auto example = middle(image);
    // The block that is found for each texture, and one that is too narrow for some: few pixels to fit by.
    const int quarter = static_cast<int>(min_of(example.shape(0), example.shape(1)) / 4);
    for (const int block : {block_size(example), max_of(8, quarter)}) {
      const index_t side = max_of(96, 3 * block);
      const auto error =
          test::tiling_error(example, {.size = {side, side}, .block = block, .tiling = Tiling::xy}, Cpu{.threads = 1});
      INFO(files[f] << ", block " << block);
      CHECK(error.ratio() < 1.2);
    }
  }
}
