// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io
// BMP, TGA and JPEG files that no common program writes; some of them are what fuzzing found.
#include "fuzz/seeds.hpp"
#include "support/catch.hpp"

using namespace pastiche;
using namespace pastiche::test;

namespace {

std::string refusal(const FileBytes& file, const std::string& name) {
  return io_error([&] { decode_image<float>(file, name); });
}

/// A pixel of a file that must be read.
std::vector<int> pixel(const FileBytes& file, const std::string& name, index_t y, index_t x) {
  const auto image = decode_image<std::uint8_t>(file, name);
  const std::uint8_t* const p = image.view().row(y, x);
  return std::vector<int>(p, p + image.shape(2));
}

/// An OS/2 bitmap of 2 x 1 pixels, whose palette has two colours.
FileBytes os2_bitmap(std::uint8_t bits, std::uint8_t pixels) {
  return {'B', 'M', 0, 0, 0, 0, 0,    0, 0,  0,  32, 0,  0,  0,  12,     0, 0, 0,
          2,   0,   1, 0, 1, 0, bits, 0, 30, 20, 10, 60, 50, 40, pixels, 0, 0, 0};
}

}  // namespace

TEST_CASE("BMP: the palette of OS/2, and an index beyond the palette, which is black") {
  CHECK(pixel(os2_bitmap(1, 0x40), "a.bmp", 0, 0) == std::vector<int>{10, 20, 30});
  CHECK(pixel(os2_bitmap(1, 0x40), "a.bmp", 0, 1) == std::vector<int>{40, 50, 60});
  CHECK(pixel(os2_bitmap(4, 0x1f), "a.bmp", 0, 0) == std::vector<int>{40, 50, 60});
  CHECK(pixel(os2_bitmap(4, 0x1f), "a.bmp", 0, 1) == std::vector<int>{0, 0, 0});
  FileBytes none = os2_bitmap(4, 0);
  none[10] = 26;  // pixels where the palette should be
  CHECK(well_formed(refusal(none, "a.bmp"), "a.bmp"));
}

TEST_CASE("BMP: a header of no known size is refused") {
  const FileBytes good = fuzz::bitmap(40, 8, 0, 256);
  REQUIRE(refusal(good, "a.bmp").empty());
  for (const int size : {0, 7, 20, 41, 60, 100, 125}) {
    FileBytes file = good;
    file[14] = static_cast<std::uint8_t>(size);
    CAPTURE(size);
    CHECK(well_formed(refusal(file, "a.bmp"), "a.bmp"));
  }
}

TEST_CASE("BMP: rows from the top are a negative height") {
  FileBytes file = fuzz::bitmap(40, 24, 0, 0);
  const auto up = decode_image<std::uint8_t>(file, "a.bmp");
  REQUIRE(up.shape(0) == 7);
  for (std::size_t i = 0; i < 4; ++i) file[22 + i] = static_cast<std::uint8_t>(0xfffffff9u >> 8 * i);
  const auto down = decode_image<std::uint8_t>(file, "a.bmp");
  REQUIRE(down.shape(0) == 7);
  for (index_t y = 0; y < 7; ++y) CHECK(std::equal(up.view().row(y), up.view().row(y) + 33, down.view().row(6 - y)));
}

TEST_CASE("TGA: a row that is cut off anywhere is noticed") {
  for (const int bits : {24, 32}) {
    const FileBytes noise = fuzz::targa(2, bits, 0);
    const std::size_t whole = 18 + 3 + 11 * 7 * static_cast<std::size_t>(bits) / 8;
    CHECK(refusal(cut(noise, whole), "a.tga") == "");
    for (std::size_t n = 0; n < whole; ++n) {
      CAPTURE(n);
      REQUIRE(well_formed(refusal(cut(noise, n), "a.tga"), "a.tga"));
    }
  }
}

TEST_CASE("TGA: what stb would take for a JPEG is refused") {
  FileBytes jpeg = encode_image(ImageFormat::jpeg, fuzz::random_picture<std::uint8_t>(3));
  jpeg.insert(jpeg.begin(), 20, 0xff);
  CHECK(well_formed(refusal(jpeg, "a.tga"), "a.tga"));
}

TEST_CASE("JPEG: what no scan mentions is the same each time") {
  // The second component of three is declared and never sent.
  const FileBytes baseline = encode_image(ImageFormat::jpeg, fuzz::random_picture<std::uint8_t>(3), {.quality = 95});
  for (const bool progressive : {false, true}) {
    FileBytes file = fuzz::scanned_jpeg(baseline, 3, progressive, 7);
    const FileBytes scan{0xff, 0xda, 0, 8, 1, 2};
    for (;;) {
      const auto at = std::search(file.begin(), file.end(), scan.begin(), scan.end());
      if (at == file.end()) break;
      file.erase(at, std::search(at + 2, file.end(), scan.begin(), scan.begin() + 2));
    }
    const auto once = decode_image<std::uint8_t>(file, "a.jpg");
    for (int again = 0; again < 8; ++again) {
      {
        const FileBytes soil(std::size_t{1000} << again, static_cast<std::uint8_t>(again));
      }
      REQUIRE(download(decode_image<std::uint8_t>(file, "a.jpg")) == download(once));
    }
  }
}

TEST_CASE("JPEG: data that end early, before a marker, are grey or refused") {
  const FileBytes whole = encode_image(ImageFormat::jpeg, fuzz::random_picture<std::uint8_t>(3), {.quality = 95});
  const FileBytes scan{0xff, 0xda}, end{0xff, 0xd9};
  const auto start = std::search(whole.begin(), whole.end(), scan.begin(), scan.end()) + 14;
  for (auto stop = start; stop < whole.end() - 2; ++stop) {
    FileBytes file(whole.begin(), stop);
    fuzz::append(file, end);
    const std::string message = refusal(file, "a.jpg");
    REQUIRE((message.empty() || well_formed(message, "a.jpg")));
  }
}

TEST_CASE("every seed of the fuzz target is read or refused in one line") {
  int read = 0;
  for (const FileBytes& file : fuzz::image_seeds()) {
    const std::string message = refusal(file, "a.tga");
    if (message.empty()) ++read;
    REQUIRE((message.empty() || well_formed(message, "a.tga")));
  }
  CHECK(read > 150);
}
