// SPDX-License-Identifier: MIT
// test: devices=cpu libraries=pastiche::io
// The bicubic row of every super-resolution table: Set14 shrunk and enlarged again, luma, border of `scale` shaved.
// Published, e.g. in table 2 of J. Kim et al., "Accurate image super-resolution using very deep convolutional
// networks", CVPR 2016: 30.24 / 0.8688, 27.55 / 0.7742, 26.00 / 0.7027.
#include "support/catch.hpp"
#include "support/skip.hpp"

#include <pastiche/device/cpu.hpp>
#include <pastiche/evaluate/ssim.hpp>
#include <pastiche/image/color.hpp>
#include <pastiche/image/crop.hpp>
#include <pastiche/image/resample.hpp>
#include <pastiche/io/image.hpp>

#include <filesystem>
#include <string>
#include <vector>

using namespace pastiche;

namespace {

std::vector<Tensor<std::uint8_t, 3, Cpu>> set14() {
  std::vector<Tensor<std::uint8_t, 3, Cpu>> images;
#if defined(PASTICHE_TEST_DATA)
  const std::filesystem::path folder = std::filesystem::path(PASTICHE_TEST_DATA) / "sr" / "set14";
  if (!std::filesystem::is_directory(folder)) return images;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".png") images.push_back(read_image<std::uint8_t>(entry.path().string()));
  }
#endif
  return images;
}

struct Row {
  index_t scale;
  double psnr, ssim;
};

}  // namespace

TEST_CASE("bicubic enlargement of Set14 measures what the tables say", "[set14]") {
  const auto images = set14();
  if (images.size() != 14) {
    test::skip("Set14 is not here: skipped");
    return;
  }
  for (const Row& row : {Row{2, 30.24, 0.8688}, Row{3, 27.55, 0.7742}, Row{4, 26.00, 0.7027}}) {
    double decibels = 0.0, similarity = 0.0;
    for (const auto& image : images) {
      const auto original = crop_to_multiple(image.view(), row.scale);
      const index_t height = original.shape(0), width = original.shape(1);
      const auto result = resize(resize(original, {height / row.scale, width / row.scale}), {height, width});
      decibels += psnr(original, result, {.shave = row.scale, .on = CompareOn::studio_luma}) / 14;
      similarity += ssim(original, result, {.shave = row.scale, .on = CompareOn::studio_luma}) / 14;
    }
    INFO("scale " << row.scale);
    CHECK(decibels == Approx(row.psnr).margin(0.02));
    CHECK(similarity == Approx(row.ssim).margin(0.001));
  }
}
