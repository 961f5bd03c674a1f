// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io,PNG::PNG
// Odd PNG files are read as libpng reads them: a set in the manner of W. van Schaik's PngSuite, made here.
#include "support/catch.hpp"
#include "support/odd_png.hpp"

#include <pastiche/io/image.hpp>

#include <csetjmp>

#include <png.h>

using namespace pastiche;
using namespace pastiche::test;

namespace {

/// What libpng makes of a file: samples of 8 or 16 bits, alpha where there is transparency.
struct Reference {
  std::string error;
  unsigned width = 0, height = 0, channels = 0, bits = 0;
  std::vector<std::uint8_t> bytes;  // rows, in the byte order of this machine
  std::vector<png_bytep> rows;
};

struct Source {
  const FileBytes& file;
  std::size_t at = 0;
};

void feed(png_structp png, png_bytep to, std::size_t n) {
  Source& source = *static_cast<Source*>(png_get_io_ptr(png));
  if (n > source.file.size() - source.at) png_error(png, "the end of the file");
  std::copy_n(source.file.begin() + static_cast<std::ptrdiff_t>(source.at), n, to);
  source.at += n;
}

void keep_error(png_structp png, png_const_charp text) {
  static_cast<Reference*>(png_get_error_ptr(png))->error = text;
  png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

// Between setjmp() and a jump nothing may be made that has to be destroyed.
void read_with(png_structp png, png_infop info, Reference& result) {
  if (setjmp(png_jmpbuf(png)) != 0) return;
  png_read_info(png, info);
  png_set_expand(png);
  png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  result.width = png_get_image_width(png, info);
  result.height = png_get_image_height(png, info);
  result.channels = png_get_channels(png, info);
  result.bits = png_get_bit_depth(png, info);
  const std::size_t row = png_get_rowbytes(png, info);
  result.bytes.resize(row * result.height);
  for (unsigned y = 0; y < result.height; ++y) result.rows.push_back(result.bytes.data() + row * y);
  png_read_image(png, result.rows.data());
  png_read_end(png, nullptr);
}

Reference read_by_libpng(const FileBytes& file) {
  Reference result;
  Source source{file};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &result, keep_error, ignore_warning);
  png_infop info = png_create_info_struct(png);
  png_set_read_fn(png, &source, feed);
  read_with(png, info, result);
  png_destroy_read_struct(&png, &info, nullptr);
  return result;
}

template <class T>
bool equal_pixels(const FileBytes& file, const Reference& reference) {
  const auto image = decode_image<T>(file, "odd.png", {.drop_opaque_alpha = false});
  const bool same_shape =
      image.shape(0) == reference.height && image.shape(1) == reference.width && image.shape(2) == reference.channels;
  return same_shape && reference.bytes.size() == static_cast<std::size_t>(image.size()) * sizeof(T) &&
         std::memcmp(image.data(), reference.bytes.data(), reference.bytes.size()) == 0;
}

bool as_libpng_reads_it(const FileBytes& file) {
  const Reference reference = read_by_libpng(file);
  INFO(reference.error);
  REQUIRE(reference.error.empty());
  return reference.bits == 16 ? equal_pixels<std::uint16_t>(file, reference)
                              : equal_pixels<std::uint8_t>(file, reference);
}

}  // namespace

TEST_CASE("every depth, colour type, interlacing and transparency at sizes of 1x1 to 8x8") {
  int files = 0;
  for (OddPng kind : all_png_kinds()) {
    for (kind.height = 1; kind.height <= 8; ++kind.height) {
      for (kind.width = 1; kind.width <= 8; ++kind.width, ++files, ++kind.seed) {
        CAPTURE(kind.depth, kind.colour_type, kind.interlaced, kind.transparent, kind.palette, kind.width, kind.height);
        REQUIRE(as_libpng_reads_it(png_file(png_chunks(kind))));
      }
    }
  }
  CHECK(files > 2000);
}

TEST_CASE("larger pictures, in which filters and passes meet all their neighbours") {
  for (OddPng kind : all_png_kinds()) {
    kind.width = 67;
    kind.height = 41;
    CAPTURE(kind.depth, kind.colour_type, kind.interlaced, kind.transparent);
    REQUIRE(as_libpng_reads_it(png_file(png_chunks(kind))));
  }
}

TEST_CASE("image data in many chunks, empty ones among them") {
  for (OddPng kind : all_png_kinds()) {
    for (const std::size_t length : {1u, 2u, 7u, 64u}) {
      kind.idat = length;
      CAPTURE(kind.depth, kind.colour_type, length);
      REQUIRE(as_libpng_reads_it(png_file(png_chunks(kind))));
    }
    auto chunks = png_chunks(kind);
    chunks.insert(chunks.end() - 1, {"IDAT", {}});
    REQUIRE(as_libpng_reads_it(png_file(chunks)));
  }
}

TEST_CASE("ancillary chunks change nothing, known or not") {
  const std::vector<PngChunk> before{{"gAMA", {0, 0, 0x1f, 0x40}},
                                     {"sBIT", {5, 6, 5}},
                                     {"cHRM", FileBytes(32, 1)},
                                     {"pHYs", {0, 0, 0, 1, 0, 0, 0, 7, 0}},
                                     {"tIME", {7, 0xd0, 2, 3, 4, 5, 6}},
                                     {"tEXt", {'T', 'i', 't', 'l', 'e', 0, 'x'}},
                                     {"zTXt", {'a', 0, 0, 0x78, 0x9c, 3, 0, 0, 0, 0, 1}},
                                     {"abCd", FileBytes(300, 9)},
                                     {"zzZz", {}}};
  for (const OddPng& kind : {OddPng{}, OddPng{.depth = 16, .colour_type = 2, .interlaced = true}}) {
    const Reference plain = read_by_libpng(png_file(png_chunks(kind)));
    for (const PngChunk& chunk : before) {
      auto chunks = png_chunks(kind);
      chunks.insert(chunks.begin() + 1, chunk);
      if (chunk.type == "tEXt" || chunk.type == "zzZz") chunks.insert(chunks.end() - 1, chunk);
      INFO(chunk.type);
      const FileBytes file = png_file(chunks);
      REQUIRE(as_libpng_reads_it(file));
      REQUIRE(read_by_libpng(file).bytes == plain.bytes);
    }
  }
  // Suggested colours of a picture that has its own.
  auto chunks = png_chunks(OddPng{});
  chunks.insert(chunks.begin() + 1, {"PLTE", FileBytes(9, 200)});
  REQUIRE(as_libpng_reads_it(png_file(chunks)));
}

TEST_CASE("an index beyond the palette is black") {
  for (const bool transparent : {false, true}) {
    OddPng kind{.width = 16, .height = 16, .colour_type = 3, .transparent = transparent, .palette = 200};
    auto chunks = png_chunks(kind);
    chunks[1].data.resize(3 * 120);
    if (transparent) chunks[2].data.resize(100);
    CAPTURE(transparent);
    REQUIRE(as_libpng_reads_it(png_file(chunks)));
  }
}

TEST_CASE("what the library writes is read by libpng as it is") {
  for (const index_t channels : {1, 2, 3, 4}) {
    Tensor<std::uint16_t, 3, Cpu> image(Shape<3>{{13, 10, channels}});
    CounterRng rng(static_cast<std::uint64_t>(channels), 0, 0);
    for (index_t i = 0; i < image.size(); ++i) image.data()[i] = static_cast<std::uint16_t>(rng.next());
    REQUIRE(as_libpng_reads_it(encode_image(ImageFormat::png, image)));
    REQUIRE(as_libpng_reads_it(encode_image(ImageFormat::png, image, {.bits = 8})));
  }
}
