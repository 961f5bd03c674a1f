// SPDX-License-Identifier: MIT
/// \file
/// JPEG beside the codec: is the file whole, and which way up is it (EXIF).
///
/// Formats: ITU-T T.81, annex B; CIPA DC-008 (Exif 2.3), §4.6.
#pragma once

#include <pastiche/core/math.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace pastiche::detail::codec {

/// Reads the numbers of a TIFF structure in its byte order; 0 beyond its end.
struct TiffReader {
  std::span<const std::uint8_t> data;
  bool big;

  std::uint32_t number(std::size_t at, std::size_t bytes) const {
    if (at > data.size() || bytes > data.size() - at) return 0;
    std::uint32_t x = 0;
    for (std::size_t i = 0; i < bytes; ++i) x = x << 8 | data[at + (big ? i : bytes - 1 - i)];
    return x;
  }
};

/// The orientation (1 to 8) in the payload of an APP1 segment; 0 if there is none.
inline int exif_orientation(std::span<const std::uint8_t> payload) {
  constexpr std::string_view kExif("Exif\0\0", 6);
  if (payload.size() < 14 || std::memcmp(payload.data(), kExif.data(), kExif.size()) != 0) return 0;
  const std::span<const std::uint8_t> tiff = payload.subspan(6);
  const bool big = tiff[0] == 'M' && tiff[1] == 'M';
  if (!big && !(tiff[0] == 'I' && tiff[1] == 'I')) return 0;
  const TiffReader reader{tiff, big};
  if (reader.number(2, 2) != 42) return 0;
  const std::size_t directory = reader.number(4, 4);
  const std::size_t entries = reader.number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.size()) return 0;
    if (reader.number(entry, 2) != 0x0112 || reader.number(entry + 2, 2) != 3) continue;
    const std::uint32_t orientation = reader.number(entry + 8, 2);
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 0;
  }
  return 0;
}

/// Does every Huffman table of a DHT segment have at most 256 codes and lie within it? stb 2.27 writes beyond its
/// arrays where one has more.
inline bool huffman_tables_fit(std::span<const std::uint8_t> payload) {
  while (!payload.empty()) {
    if (payload.size() < 17) return false;
    std::size_t codes = 0;
    for (std::size_t length = 1; length <= 16; ++length) codes += payload[length];
    if (codes > 256 || codes > payload.size() - 17) return false;
    payload = payload.subspan(17 + codes);
  }
  return true;
}

/// What the markers of a JPEG file say.
struct JpegScan {
  const char* damage = nullptr;  ///< null if the file is whole
  int orientation = 1;           ///< EXIF: 1 is upright
};

/// Walks the markers from SOI to EOI; what follows EOI (other pictures, in some cameras' files) is not looked at.
inline JpegScan scan_jpeg(std::span<const std::uint8_t> file) {
  JpegScan scan;
  bool scan_seen = false, orientation_seen = false;
  const auto stop = [&](const char* damage) {
    scan.damage = damage;
    return scan;
  };
  if (file.size() < 4 || file[0] != 0xff || file[1] != 0xd8) return stop("cut off");
  for (std::size_t at = 2;;) {
    // Entropy-coded data contain no marker but restarts (d0 to d7) and a stuffed 0.
    while (scan_seen && at + 1 < file.size() &&
           (file[at] != 0xff || file[at + 1] == 0 || (file[at + 1] & 0xf8u) == 0xd0)) {
      ++at;
    }
    while (at + 1 < file.size() && file[at] == 0xff && file[at + 1] == 0xff) ++at;
    if (at + 1 >= file.size()) return stop("cut off");
    if (file[at] != 0xff) return stop("no marker where one must be");
    const std::uint8_t marker = file[at + 1];
    if (marker == 0xd9) return scan_seen ? scan : stop("no image data");
    at += 2;
    if (file.size() - at < 2) return stop("cut off");
    const std::size_t length = static_cast<std::size_t>(file[at]) << 8 | file[at + 1];
    if (length < 2) return stop("bad segment length");
    if (length > file.size() - at) return stop("cut off");
    const std::span<const std::uint8_t> payload = file.subspan(at + 2, length - 2);
    if (marker == 0xc4 && !huffman_tables_fit(payload)) return stop("bad Huffman table");
    if (marker == 0xe1 && !orientation_seen) {
      const int found = exif_orientation(payload);
      if (found > 0) scan.orientation = found;
      orientation_seen = found > 0;
    }
    scan_seen = scan_seen || marker == 0xda;
    at += length;
  }
}

/// Turns height x width pixels of `pixel_bytes` upright: `to` has room for them, with height and width exchanged
/// where the orientation is above 4.
inline void turn_upright(int orientation, const std::byte* from, std::byte* to, index_t height, index_t width,
                         index_t pixel_bytes) {
  const bool transpose = orientation > 4;
  const bool flip_rows = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool flip_columns = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const index_t out_height = transpose ? width : height, out_width = transpose ? height : width;
  for (index_t y = 0; y < out_height; ++y) {
    for (index_t x = 0; x < out_width; ++x, to += pixel_bytes) {
      const index_t row = transpose ? x : y, column = transpose ? y : x;
      const index_t pixel = (flip_rows ? height - 1 - row : row) * width + (flip_columns ? width - 1 - column : column);
      std::copy_n(from + pixel * pixel_bytes, pixel_bytes, to);
    }
  }
}

}  // namespace pastiche::detail::codec
