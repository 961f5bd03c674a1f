// SPDX-License-Identifier: MIT
/// \file
/// A writer of PNG files of every kind that there is, whole or wrong on purpose. It shares no code with the
/// library's writer but the compression and the checksum.
///
/// Format: Portable Network Graphics (PNG) Specification, Second Edition, W3C Recommendation, 2003.
#pragma once

#include "support/files.hpp"

#include <pastiche/io/png.hpp>

#include <algorithm>

namespace pastiche::test {

enum class PngData { stored, deflated };

/// What to write. Samples are drawn from the seed.
struct OddPng {
  std::uint32_t width = 5, height = 3;
  int depth = 8, colour_type = 2;
  bool interlaced = false, transparent = false;  // transparent: a tRNS chunk
  int palette = 0;                               // colours of PLTE; 0 writes none
  std::size_t idat = 0;                          // bytes of an IDAT; 0 writes one; an empty one goes first otherwise
  PngData data = PngData::stored;
  std::uint64_t seed = 1;

  unsigned samples() const { return colour_type == 2 ? 3 : colour_type == 4 ? 2 : colour_type == 6 ? 4 : 1; }
};

struct PngChunk {
  std::string type;
  FileBytes data;
};

inline constexpr std::uint32_t kTransparentByte = 0x5a;

inline void put_number(FileBytes& out, std::uint32_t x, int bytes = 4) {
  while (bytes-- > 0) out.push_back(static_cast<std::uint8_t>(x >> 8 * bytes));
}

/// Data as zlib's blocks that store, each of at most `most` bytes.
inline FileBytes zlib_stored(const FileBytes& data, std::size_t most = 65535) {
  FileBytes out{0x78, 0x01};
  std::size_t at = 0;
  do {
    const std::size_t n = (std::min)(most, data.size() - at);
    out.push_back(at + n == data.size() ? 1 : 0);
    for (const std::size_t x : {n, n ^ 65535u}) {
      out.push_back(static_cast<std::uint8_t>(x));
      out.push_back(static_cast<std::uint8_t>(x >> 8));
    }
    out.insert(out.end(), data.begin() + static_cast<std::ptrdiff_t>(at),
               data.begin() + static_cast<std::ptrdiff_t>(at + n));
    at += n;
  } while (at < data.size());
  put_number(out, detail::codec::adler32(data));
  return out;
}

/// Filtered rows of random bits, pass by pass: each row has a filter of its own, and any bytes undo to some samples.
/// Where one colour is transparent there are few colours, and indices stay within the palette.
inline FileBytes png_rows(const OddPng& png) {
  static constexpr std::uint32_t kPass[8][4] = {{0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4},
                                                {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}, {0, 0, 1, 1}};
  CounterRng rng(png.seed, 3, 0);
  const bool indexed = png.colour_type == 3, few = png.transparent && !indexed;
  const auto byte = [&] {
    if (few) return kTransparentByte * rng.below(2);
    if (indexed && png.depth == 8) return rng.below(static_cast<std::uint32_t>(png.palette));
    return rng.next() & 255u;
  };
  FileBytes rows;
  for (int p = png.interlaced ? 0 : 7; p < (png.interlaced ? 7 : 8); ++p) {
    const auto [top, left, down, right] = kPass[p];
    if (png.width <= left) continue;
    const std::size_t columns = (png.width - left + right - 1) / right;
    const std::size_t bytes = (columns * png.samples() * static_cast<unsigned>(png.depth) + 7) / 8;
    for (std::uint32_t y = top; y < png.height; y += down) {
      rows.push_back(few || indexed ? std::uint8_t{0} : static_cast<std::uint8_t>(rng.below(5)));
      for (std::size_t i = 0; i < bytes; ++i) rows.push_back(static_cast<std::uint8_t>(byte()));
    }
  }
  return rows;
}

/// A tRNS chunk: alpha for half the palette, or a colour that occurs.
inline FileBytes png_transparency(const OddPng& png, CounterRng& rng) {
  FileBytes data;
  for (int i = 0; png.colour_type == 3 && i < (png.palette + 1) / 2; ++i) {
    data.push_back(static_cast<std::uint8_t>(rng.next()));
  }
  for (unsigned i = 0; png.colour_type != 3 && i < png.samples(); ++i) {
    const std::uint32_t low = kTransparentByte * rng.below(2), high = kTransparentByte * rng.below(2);
    put_number(data, (high << 8 | low) & ((1u << png.depth) - 1), 2);
  }
  return data;
}

/// The chunks of a whole file.
inline std::vector<PngChunk> png_chunks(const OddPng& png) {
  CounterRng rng(png.seed, 4, 0);
  FileBytes header;
  put_number(header, png.width);
  put_number(header, png.height);
  for (const int x : {png.depth, png.colour_type, 0, 0, png.interlaced ? 1 : 0}) {
    header.push_back(static_cast<std::uint8_t>(x));
  }
  std::vector<PngChunk> chunks{{"IHDR", header}};
  if (png.palette > 0) {
    FileBytes colours(3 * static_cast<std::size_t>(png.palette));
    for (std::uint8_t& x : colours) x = static_cast<std::uint8_t>(rng.next());
    chunks.push_back({"PLTE", colours});
  }
  if (png.transparent) chunks.push_back({"tRNS", png_transparency(png, rng)});
  const FileBytes rows = png_rows(png);
  const FileBytes data = png.data == PngData::stored ? zlib_stored(rows, 37) : detail::codec::zlib_compress(rows);
  if (png.idat == 0) chunks.push_back({"IDAT", data});
  for (std::size_t at = 0; png.idat > 0 && at < data.size(); at += png.idat) {
    chunks.push_back({"IDAT", {}});
    const std::size_t n = (std::min)(png.idat, data.size() - at);
    const auto first = data.begin() + static_cast<std::ptrdiff_t>(at);
    chunks.push_back({"IDAT", FileBytes(first, first + static_cast<std::ptrdiff_t>(n))});
  }
  chunks.push_back({"IEND", {}});
  return chunks;
}

inline FileBytes png_file(const std::vector<PngChunk>& chunks) {
  FileBytes file{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  for (const PngChunk& chunk : chunks) {
    put_number(file, static_cast<std::uint32_t>(chunk.data.size()));
    const std::size_t start = file.size();
    file.insert(file.end(), chunk.type.begin(), chunk.type.end());
    file.insert(file.end(), chunk.data.begin(), chunk.data.end());
    put_number(file, detail::codec::crc32(std::span<const std::uint8_t>(file).subspan(start)));
  }
  return file;
}

/// Every kind of PNG: depth, colour type, interlacing, transparency; palettes whole and short.
inline std::vector<OddPng> all_png_kinds() {
  std::vector<OddPng> kinds;
  const auto add = [&](OddPng png) {
    for (const bool interlaced : {false, true}) {
      for (const bool transparent : {false, true}) {
        if (transparent && (png.colour_type == 4 || png.colour_type == 6)) continue;
        png.interlaced = interlaced;
        png.transparent = transparent;
        png.seed = kinds.size() + 1;
        png.data = kinds.size() % 2 == 0 ? PngData::stored : PngData::deflated;
        kinds.push_back(png);
      }
    }
  };
  for (const int depth : {1, 2, 4, 8, 16}) add({.depth = depth, .colour_type = 0});
  for (const int colour_type : {2, 4, 6}) {
    for (const int depth : {8, 16}) add({.depth = depth, .colour_type = colour_type});
  }
  for (const int depth : {1, 2, 4, 8}) add({.depth = depth, .colour_type = 3, .palette = 1 << depth});
  add({.depth = 8, .colour_type = 3, .palette = 7});
  return kinds;
}

/// Makes the checksums of a PNG's chunks right, so that damage gets past them.
inline void fix_checksums(FileBytes& file) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t length = detail::codec::big_endian_32(&file[at]);
    if (length > file.size() - at - 12) return;
    const std::uint32_t sum = detail::codec::crc32(std::span<const std::uint8_t>(file).subspan(at + 4, length + 4));
    for (std::size_t i = 0; i < 4; ++i) file[at + 8 + length + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    at += length + 12;
  }
}

}  // namespace pastiche::test
