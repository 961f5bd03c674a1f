// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io
// PNG files that no common program writes: which are refused, and what is said of them.
#include "support/odd_png.hpp"
#include "support/catch.hpp"

#include <pastiche/io/image.hpp>

using namespace pastiche;
using namespace pastiche::test;

namespace {

std::string refusal(const FileBytes& file, const ImageReadOptions& options = {}) {
  return io_error([&] { decode_image<float>(file, "odd.png", options); });
}

bool refused(const FileBytes& file, const std::string& because) {
  const std::string message = refusal(file);
  INFO(message);
  CHECK(well_formed(message, "odd.png"));
  CHECK(message.find(because) != std::string::npos);
  return !message.empty();
}

using Chunks = std::vector<PngChunk>;

Chunks::iterator find(Chunks& chunks, const std::string& type) {
  return std::find_if(chunks.begin(), chunks.end(), [&](const PngChunk& chunk) { return chunk.type == type; });
}

/// The file with `change` done to its chunks, checksums right.
template <class Change>
FileBytes changed(const OddPng& png, const Change& change) {
  Chunks chunks = png_chunks(png);
  change(chunks);
  return png_file(chunks);
}

/// The file with one byte of the header changed, checksums right.
FileBytes with_header(const OddPng& png, std::size_t at, int value) {
  return changed(png, [&](Chunks& chunks) { chunks[0].data[at] = static_cast<std::uint8_t>(value); });
}

constexpr OddPng kColour{};
constexpr OddPng kIndexed{.depth = 4, .colour_type = 3, .palette = 16};

}  // namespace

TEST_CASE("every kind of PNG is read at every small size") {
  for (OddPng kind : all_png_kinds()) {
    for (kind.height = 1; kind.height <= 8; ++kind.height) {
      for (kind.width = 1; kind.width <= 8; ++kind.width) {
        CAPTURE(kind.depth, kind.colour_type, kind.interlaced, kind.transparent, kind.width, kind.height);
        REQUIRE(refusal(png_file(png_chunks(kind))) == "");
      }
    }
  }
}

TEST_CASE("transparency of more colours than there are is ignored, as libpng does") {
  OddPng two = kIndexed;
  two.palette = 2;
  two.transparent = true;
  const auto channels = [&](std::size_t alphas) {
    const FileBytes file = changed(two, [&](Chunks& c) { find(c, "tRNS")->data.assign(alphas, std::uint8_t{0}); });
    return decode_image<std::uint8_t>(file, "odd.png").shape(2);
  };
  CHECK(channels(2) == 4);
  CHECK(channels(3) == 3);
  CHECK(channels(5) == 3);
}

TEST_CASE("a file without pixels is refused") {
  for (const OddPng& kind : all_png_kinds()) {
    OddPng no_width = kind, no_height = kind;
    no_width.width = no_height.height = 0;
    REQUIRE(refused(png_file(png_chunks(no_width)), "no pixels"));
    REQUIRE(refused(png_file(png_chunks(no_height)), "no pixels"));
  }
}

TEST_CASE("a header that cannot be is refused") {
  const std::string combination = "no such combination", method = "an unknown method";
  for (const int depth : {0, 3, 5, 7, 32, 128, 255}) refused(with_header(kColour, 8, depth), combination);
  for (const int depth : {1, 2, 4}) refused(with_header(kColour, 8, depth), combination);
  refused(with_header(kIndexed, 8, 16), combination);
  for (const int type : {1, 5, 7, 255}) refused(with_header(kColour, 9, type), combination);
  refused(with_header(kColour, 10, 1), method);
  refused(with_header(kColour, 11, 1), method);
  refused(with_header(kColour, 12, 2), method);
  refused(changed(kColour, [](Chunks& c) { c[0].data.pop_back(); }), "bad header");
  refused(changed(kColour, [](Chunks& c) { c[0].data.push_back(0); }), "bad header");
  refused(changed(kColour, [](Chunks& c) { c.insert(c.begin(), c[1]); }), "bad header");
  refused(changed(kColour, [](Chunks& c) { c.insert(c.begin(), c[0]); }), "bad header");
}

TEST_CASE("chunks that are wrong, missing or out of place are refused") {
  const OddPng split{.idat = 20};
  refused(changed(kColour, [](Chunks& c) { c.pop_back(); }), "cut off");
  refused(changed(kColour, [](Chunks& c) { c.erase(find(c, "IDAT")); }), "no image data");
  refused(changed(kColour, [](Chunks& c) { find(c, "IDAT")->data.clear(); }), "");
  refused(changed(kColour, [](Chunks& c) { c.insert(c.begin() + 1, {"ABCD", {1}}); }), "an unknown critical chunk");
  refused(changed(kColour, [](Chunks& c) { c.insert(c.begin() + 1, {"CgBI", {1}}); }), "an unknown critical chunk");
  refused(changed(split, [](Chunks& c) { c.insert(find(c, "IDAT") + 1, {"tEXt", {'a', 0}}); }), "in two places");
  refused(changed(kIndexed, [](Chunks& c) { c.erase(find(c, "PLTE")); }), "PLTE");
  refused(changed(kIndexed, [](Chunks& c) { std::swap(c[1], c[2]); }), "a palette in a wrong place");
  refused(changed(kIndexed, [](Chunks& c) { c.insert(c.begin() + 1, c[1]); }), "a palette in a wrong place");
  refused(changed(kIndexed, [](Chunks& c) { c[1].data.pop_back(); }), "PLTE");
  refused(changed(kIndexed, [](Chunks& c) { c[1].data.clear(); }), "PLTE");
  refused(changed(kIndexed, [](Chunks& c) { c[1].data.resize(3 * 257); }), "PLTE");
  refused(changed(kIndexed, [](Chunks& c) { c.insert(c.end() - 1, {"tRNS", {1}}); }), "after the image data");
  refused(changed(kColour, [](Chunks& c) { c.insert(c.begin() + 1, {"tRNS", {1}}); }), "tRNS");
  refused(changed({.colour_type = 6}, [](Chunks& c) { c.insert(c.begin() + 1, {"tRNS", {0, 1}}); }), "tRNS");
}

TEST_CASE("a wrong checksum of any chunk is noticed") {
  Chunks chunks = png_chunks(kIndexed);
  chunks.insert(chunks.begin() + 1, {"tEXt", {'a', 0, 'b'}});
  const FileBytes whole = png_file(chunks);
  REQUIRE(refusal(whole) == "");
  std::size_t at = 8;
  for (const PngChunk& chunk : chunks) {
    FileBytes file = whole;
    at += 12 + chunk.data.size();
    file[at - 1] = static_cast<std::uint8_t>(file[at - 1] ^ 1u);
    INFO(chunk.type);
    REQUIRE(refused(file, "bad checksum"));
  }
}

TEST_CASE("a file that went through a conversion of line ends is refused") {
  FileBytes file = png_file(png_chunks(kColour));
  file.erase(file.begin() + 4);
  refused(file, "bad signature");
}

TEST_CASE("image data that are no rows are refused") {
  const auto with_data = [](const FileBytes& data) {
    return changed(kColour, [&](Chunks& chunks) { find(chunks, "IDAT")->data = data; });
  };
  const FileBytes rows = png_rows(kColour);
  REQUIRE(refusal(with_data(zlib_stored(rows))) == "");
  FileBytes odd_filter = rows;
  odd_filter[0] = 5;
  refused(with_data(zlib_stored(odd_filter)), "filter");
  refused(with_data(zlib_stored(cut(rows, rows.size() - 1))), "not enough pixels");
  refused(with_data({}), "");
  FileBytes data = zlib_stored(rows);
  data[0] = 0x79;
  refused(with_data(data), "zlib");
  data = zlib_stored(rows);
  data[3] = 0xff;  // a length that its complement does not fit
  refused(with_data(data), "zlib");
}

TEST_CASE("a small file cannot claim or unfold more than its picture") {
  const FileBytes bomb = detail::codec::zlib_compress(FileBytes(std::size_t{32} << 20));
  refused(changed(kColour, [&](Chunks& chunks) { find(chunks, "IDAT")->data = bomb; }), "more data than its picture");

  // Pixels of 8 bytes, which a bit cannot stand for: 2057 x 2057 are 34 MB, a kilobyte unfolds to 1 MB.
  FileBytes file = png_file(png_chunks({.width = 9, .height = 9, .depth = 16, .colour_type = 6}));
  file[18] = file[22] = 8;
  fix_checksums(file);
  refused(file, "cut off");
}
