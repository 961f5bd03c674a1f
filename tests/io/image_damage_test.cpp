// SPDX-License-Identifier: MIT
// test: devices=cpu libraries=pastiche::io
// A damaged, foreign or hostile picture is an IoError of one line, and a JPEG arrives upright.
#include <pastiche/io/image.hpp>
#include <pastiche/io/png.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"

#include <chrono>

using namespace pastiche;
using namespace pastiche::test;

namespace {

Tensor<std::uint8_t, 3, Cpu> picture(index_t height, index_t width, index_t channels) {
  Tensor<std::uint8_t, 3, Cpu> image(Shape<3>{height, width, channels});
  CounterRng rng(7, 0, 0);
  for (index_t i = 0; i < image.size(); ++i) {
    image.data()[i] = static_cast<std::uint8_t>(i % 40 < 20 ? 60 : rng.next() & 255u);
  }
  return image;
}

struct Sample {
  std::string name;
  FileBytes file;
};

std::vector<Sample> samples() {
  const auto rgb = picture(19, 24, 3);
  Tensor<float, 3, Cpu> light(Shape<3>{19, 24, 3});
  Tensor<std::uint16_t, 3, Cpu> deep(rgb.shape());
  for (index_t i = 0; i < rgb.size(); ++i) {
    light.data()[i] = static_cast<float>(rgb.data()[i]) / 100.0f;
    deep.data()[i] = static_cast<std::uint16_t>(rgb.data()[i] * 200);
  }
  return {{"a.png", encode_image(ImageFormat::png, rgb)},
          {"deep.png", encode_image(ImageFormat::png, deep)},
          {"alpha.png", encode_image(ImageFormat::png, picture(19, 24, 4))},
          {"a.jpg", encode_image(ImageFormat::jpeg, rgb)},
          {"a.bmp", encode_image(ImageFormat::bmp, rgb)},
          {"alpha.bmp", encode_image(ImageFormat::bmp, picture(19, 24, 4))},
          {"a.tga", encode_image(ImageFormat::tga, rgb)},
          {"grey.tga", encode_image(ImageFormat::tga, picture(19, 24, 1))},
          {"a.hdr", encode_image(ImageFormat::hdr, light)}};
}

std::string refusal(const FileBytes& file, const std::string& name, const ImageReadOptions& options = {}) {
  return io_error([&] { decode_image<float>(file, name, options); });
}

void put_big_endian(FileBytes& file, std::size_t at, std::uint32_t x) {
  for (int i = 0; i < 4; ++i) file[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(x >> (24 - 8 * i));
}

/// Makes the checksums of a PNG's chunks right, so that damage gets past them.
void fix_checksums(FileBytes& file) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t length = detail::codec::big_endian_32(&file[at]);
    if (length > file.size() - at - 12) return;
    put_big_endian(file, at + 8 + length, detail::codec::crc32(std::span(file).subspan(at + 4, length + 4)));
    at += length + 12;
  }
}

/// An APP1 segment with the orientation as a TIFF directory of two entries, after the SOI of a JPEG.
FileBytes with_orientation(FileBytes jpeg, std::uint8_t orientation, bool big_endian) {
  const FileBytes intel{0xff, 0xe1, 0, 46, 'E', 'x', 'i', 'f', 0,           0, 'I', 'I', 42, 0, 8, 0, 0, 0, 2, 0,  //
                        0x0f, 0x01, 2, 0,  1,   0,   0,   0,   65,          0, 0,   0,  // maker
                        0x12, 0x01, 3, 0,  1,   0,   0,   0,   orientation, 0, 0,   0,   0,  0, 0, 0};
  const FileBytes motorola{0xff, 0xe1, 0, 46, 'E',  'x',  'i', 'f', 0, 0,           'M', 'M', 0,  42, 0, 0,
                           0,    8,    0, 2,  0x01, 0x0f, 0,   2,   0, 0,           0,   1,   65, 0,  0, 0,  //
                           0x01, 0x12, 0, 3,  0,    0,    0,   1,   0, orientation, 0,   0,   0,  0,  0, 0};
  const FileBytes& segment = big_endian ? motorola : intel;
  jpeg.insert(jpeg.begin() + 2, segment.begin(), segment.end());
  return jpeg;
}

}  // namespace

TEST_CASE("damage to any format is an error that names the file") {
  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    REQUIRE(refusal(sample.file, sample.name) == "");
    for (std::size_t n = 0; n < sample.file.size(); n += n < 200 ? 1 : 13) {
      CAPTURE(n);
      REQUIRE(well_formed(refusal(cut(sample.file, n), sample.name), sample.name));
    }
    if (sample.name.find(".tga") == std::string::npos) {  // which may end in a footer
      REQUIRE(well_formed(refusal(cut(sample.file, sample.file.size() - 1), sample.name), sample.name));
    }
  }
}

TEST_CASE("what is no picture is refused from the path on") {
  const TemporaryFolder folder;
  FileBytes noise(5000);
  CounterRng rng(2, 0, 0);
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(rng.next());
  put_file(folder / "noise.png", noise);
  put_file(folder / "empty.png", {});
  put_file(folder / "text.jpg", {'h', 'e', 'l', 'l', 'o'});
  std::filesystem::create_directory(folder / "folder.png");
  for (const char* name : {"noise.png", "empty.png", "text.jpg", "folder.png", "missing.png"}) {
    const std::string message = io_error([&] { read_image<std::uint8_t>(folder / name); });
    INFO(message);
    CHECK(well_formed(message, folder / name));
    CHECK(message.substr(0, 12) == "read_image: ");
  }
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CounterRng more(seed, 1, 0);
    for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(more.next());
    REQUIRE(well_formed(refusal(noise, "x.png"), "x.png"));
    const std::string as_tga = refusal(noise, "x.tga", {.most_pixels = 1 << 20});  // which has no magic number
    REQUIRE((as_tga.empty() || well_formed(as_tga, "x.tga")));
  }
}

TEST_CASE("PNG: one flipped bit anywhere is noticed") {
  const FileBytes whole = encode_image(ImageFormat::png, picture(9, 11, 3));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    FileBytes file = whole;
    file[i] = static_cast<std::uint8_t>(file[i] ^ 1u << i % 8);
    CAPTURE(i);
    REQUIRE(refusal(file, "x.png") != "");
  }
}

TEST_CASE("PNG: damage behind right checksums") {
  const FileBytes whole = encode_image(ImageFormat::png, picture(9, 11, 3));
  FileBytes cut_data = whole;  // half of the image data gone, lengths and checksums right
  const std::size_t length = detail::codec::big_endian_32(&whole[33]);
  cut_data.erase(cut_data.begin() + 41, cut_data.begin() + 41 + static_cast<std::ptrdiff_t>(length / 2));
  put_big_endian(cut_data, 33, static_cast<std::uint32_t>(length - length / 2));
  fix_checksums(cut_data);
  CHECK(well_formed(refusal(cut_data, "x.png"), "x.png"));

  FileBytes no_data = whole;
  no_data.erase(no_data.begin() + 33, no_data.end() - 12);
  CHECK(refusal(no_data, "x.png").find("no image data") != std::string::npos);

  FileBytes no_end = cut(whole, whole.size() - 12);
  CHECK(refusal(no_end, "x.png").find("cut off") != std::string::npos);
}

TEST_CASE("sizes are checked before memory is asked for") {
  FileBytes huge = encode_image(ImageFormat::png, picture(9, 11, 3));
  put_big_endian(huge, 16, 0x7fffffff);
  put_big_endian(huge, 20, 0x7fffffff);
  fix_checksums(huge);
  const std::string message = refusal(huge, "x.png");
  CHECK(well_formed(message, "x.png"));
  CHECK(message.find("2147483647 x 2147483647 pixels") != std::string::npos);
  put_big_endian(huge, 16, 0);
  fix_checksums(huge);
  CHECK(well_formed(refusal(huge, "x.png"), "x.png"));

  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    CHECK(refusal(sample.file, sample.name, {.most_pixels = 19 * 24}) == "");
    CHECK(refusal(sample.file, sample.name, {.most_pixels = 19 * 24 - 1}).find("at most 455 pixels") !=
          std::string::npos);
  }
  FileBytes bitmap = encode_image(ImageFormat::bmp, picture(9, 11, 3));
  for (const std::size_t size : {std::size_t{0}, std::size_t{0x4000}}) {  // little-endian width and height
    bitmap[19] = bitmap[23] = static_cast<std::uint8_t>(size >> 8);
    bitmap[18] = bitmap[22] = 0;
    CHECK(well_formed(refusal(bitmap, "x.bmp"), "x.bmp"));
  }
  const std::string hdr = "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9000000000000000000 +X 9000000000000000000\n";
  CHECK(refusal(FileBytes(hdr.begin(), hdr.end()), "x.hdr").find("pixels") != std::string::npos);
}

TEST_CASE("JPEG: pictures are turned upright") {
  // Four quadrants of different grey, 16 x 32: what is where says how the picture was turned.
  Tensor<std::uint8_t, 3, Cpu> image(Shape<3>{16, 32, 1});
  for (index_t y = 0; y < 16; ++y) {
    for (index_t x = 0; x < 32; ++x)
      image.view()(y, x, 0) = static_cast<std::uint8_t>(40 + 100 * (y / 8) + 50 * (x / 16));
  }
  const FileBytes upright = encode_image(ImageFormat::jpeg, image, {.quality = 100});
  // Exif 2.3, table 5: rows: the quadrants top left, top right, bottom left, bottom right, as they must be seen.
  constexpr int seen[8][4] = {{0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1},
                              {0, 2, 1, 3}, {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool big_endian : {false, true}) {
      CAPTURE(orientation, big_endian);
      const FileBytes file = with_orientation(upright, static_cast<std::uint8_t>(orientation), big_endian);
      const auto turned = decode_image<std::uint8_t>(file, "x.jpg");
      const index_t height = turned.shape(0), width = turned.shape(1);
      REQUIRE(height == (orientation > 4 ? 32 : 16));
      for (int quadrant = 0; quadrant < 4; ++quadrant) {
        const index_t y = (quadrant / 2 * 2 + 1) * height / 4, x = (quadrant % 2 * 2 + 1) * width / 4;
        CHECK(std::abs(turned.view()(y, x, 0) - (40 + 50 * seen[orientation - 1][quadrant])) <= 3);
      }
      CHECK(decode_image<std::uint8_t>(file, "x.jpg", {.orient = false}).shape(0) == 16);
    }
  }
  for (const int nonsense : {0, 9, 255}) {
    const FileBytes file = with_orientation(upright, static_cast<std::uint8_t>(nonsense), false);
    CHECK(decode_image<std::uint8_t>(file, "x.jpg").shape(0) == 16);
  }
}

TEST_CASE("JPEG: without its end marker, or with other data after it") {
  const FileBytes whole = encode_image(ImageFormat::jpeg, picture(16, 16, 3));
  CHECK(refusal(cut(whole, whole.size() - 2), "x.jpg").find("cut off") != std::string::npos);
  FileBytes more = whole;
  more.insert(more.end(), 100, 0);
  CHECK(refusal(more, "x.jpg") == "");
}

TEST_CASE("HDR: headers and runs that lie") {
  const auto file_of = [](const std::string& text, const FileBytes& data) {
    FileBytes file(text.begin(), text.end());
    file.insert(file.end(), data.begin(), data.end());
    return file;
  };
  const std::string head = "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n";
  CHECK(refusal(file_of(head + "-Y 1 +X 1\n", {128, 64, 0, 129}), "x.hdr") == "");
  CHECK(refusal(file_of(head + "-Y 1 +X 3\n", {128, 64, 0, 129, 1, 1, 1, 2, 9, 9, 9, 9}), "x.hdr").find("old kind") !=
        std::string::npos);
  for (const char* size : {"+Y 1 +X 1\n", "-Y 0 +X 1\n", "-Y 1 +X -1\n", "-Y 1\n", "-Y 1 +X 1 \n", "-Y x +X 1\n", ""}) {
    CAPTURE(size);
    CHECK(well_formed(refusal(file_of(head + size, {1, 2, 3, 4}), "x.hdr"), "x.hdr"));
  }
  // A run of no bytes, for which some readers wait for ever; one that is too long; a row of another width.
  CHECK(refusal(file_of(head + "-Y 1 +X 8\n", {2, 2, 0, 8, 0, 0, 0, 0, 0, 0}), "x.hdr") != "");
  CHECK(refusal(file_of(head + "-Y 1 +X 8\n", {2, 2, 0, 8, 137, 1, 136, 1, 136, 1, 136, 1}), "x.hdr") != "");
  CHECK(refusal(file_of(head + "-Y 1 +X 8\n", {2, 2, 0, 9, 136, 1, 136, 1, 136, 1, 136, 1}), "x.hdr") != "");
  CHECK(refusal(file_of(head + "-Y 1 +X 8\n", {2, 2, 0, 8, 136, 1, 136, 1, 136, 1, 136, 1}), "x.hdr") == "");
  CHECK(io_error([&] {
          decode_image<std::uint8_t>(file_of(head + "-Y 1 +X 1\n", {1, 2, 3, 4}), "x.hdr");
        }).find("linear light") != std::string::npos);
}

TEST_CASE("random damage never does more than throw an IoError") {
  const auto start = std::chrono::steady_clock::now();
  const ImageReadOptions options{.most_pixels = 1 << 16};
  for (const Sample& sample : samples()) {
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
      if (seed % 64 == 0 && std::chrono::steady_clock::now() - start > std::chrono::seconds(60)) return;
      FileBytes file = damaged(sample.file, seed);
      if (seed % 2 == 0 && detail::codec::png_damage(sample.file) == nullptr) fix_checksums(file);
      const std::string message = refusal(file, sample.name, options);
      if (!message.empty() && !well_formed(message, sample.name)) {
        CAPTURE(sample.name, seed, message);
        REQUIRE(false);
      }
    }
  }
}
