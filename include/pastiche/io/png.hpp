// SPDX-License-Identifier: MIT
/// \file
/// PNG beside the decoder: a writer of 8 and 16 bits, and a check of all chunks before anything is decoded.
///
/// Format: Portable Network Graphics (PNG) Specification, Second Edition, W3C Recommendation, 2003; the choice of
/// filters is its §12.8.
#pragma once

#include <pastiche/core/math.hpp>
#include <pastiche/io/deflate.hpp>

#include <string_view>

namespace pastiche::detail::codec {

/// CRC-32 tables for eight bytes at a time.
struct CrcTables {
  std::uint32_t entry[8][256];

  constexpr CrcTables() : entry{} {
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t c = i;
      for (int bit = 0; bit < 8; ++bit) c = (c & 1u) != 0 ? 0xedb88320u ^ c >> 1 : c >> 1;
      entry[0][i] = c;
    }
    for (int slice = 1; slice < 8; ++slice) {
      for (int i = 0; i < 256; ++i) {
        const std::uint32_t c = entry[slice - 1][i];
        entry[slice][i] = entry[0][c & 255u] ^ c >> 8;
      }
    }
  }
};
inline constexpr CrcTables kCrcTables{};

/// The CRC-32 of PNG chunks.
inline std::uint32_t crc32(std::span<const std::uint8_t> data) {
  const auto& table = kCrcTables.entry;
  std::uint32_t c = 0xffffffffu;
  std::size_t i = 0;
  for (; i + 8 <= data.size(); i += 8) {
    const std::uint8_t* const d = data.data() + i;
    c = table[7][d[0] ^ (c & 255u)] ^ table[6][d[1] ^ (c >> 8 & 255u)] ^ table[5][d[2] ^ (c >> 16 & 255u)] ^
        table[4][d[3] ^ c >> 24] ^ table[3][d[4]] ^ table[2][d[5]] ^ table[1][d[6]] ^ table[0][d[7]];
  }
  for (; i < data.size(); ++i) c = table[0][(c ^ data[i]) & 255u] ^ c >> 8;
  return ~c;
}

inline constexpr std::uint8_t kPngSignature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

inline std::uint32_t big_endian_32(const std::uint8_t* from) {
  return static_cast<std::uint32_t>(from[0]) << 24 | static_cast<std::uint32_t>(from[1]) << 16 |
         static_cast<std::uint32_t>(from[2]) << 8 | from[3];
}

/// What is wrong with the chunks of a file that starts like a PNG; null where nothing is. Lengths, order and
/// checksums of all chunks up to IEND are checked, the length of the header, and that there is no chunk without which
/// the picture cannot be shown and that is not of this specification.
inline const char* png_damage(std::span<const std::uint8_t> file) {
  if (file.size() < 8) return "cut off";
  if (!std::equal(std::begin(kPngSignature), std::end(kPngSignature), file.begin())) return "bad signature";
  bool data_seen = false, palette_seen = false;
  std::string_view last;
  for (std::size_t at = 8;;) {
    if (file.size() - at < 12) return "cut off";
    const std::size_t length = big_endian_32(&file[at]);
    if (length > file.size() - at - 12) return "cut off, or a chunk with a bad length";
    const std::string_view type(reinterpret_cast<const char*>(&file[at + 4]), 4);
    if ((at == 8) != (type == "IHDR") || (type == "IHDR" && length != 13)) return "bad header";
    if (crc32(file.subspan(at + 4, length + 4)) != big_endian_32(&file[at + 8 + length])) return "bad checksum";
    if (type == "PLTE" && (data_seen || palette_seen)) return "a palette in a wrong place";
    if (type == "tRNS" && data_seen) return "transparency after the image data";
    if (type == "IDAT" && data_seen && last != "IDAT") return "image data in two places";
    const bool critical = (file[at + 4] & 0x20u) == 0;
    if (critical && type != "IHDR" && type != "PLTE" && type != "IDAT" && type != "IEND") {
      return "an unknown critical chunk";
    }
    data_seen = data_seen || type == "IDAT";
    palette_seen = palette_seen || type == "PLTE";
    if (type == "IEND") return data_seen ? nullptr : "no image data";
    last = type;
    at += length + 12;
  }
}

/// What the header of a PNG says, in a file that png_damage() found whole.
struct PngHeader {
  index_t width, height;
  int depth, colour_type;
  bool interlaced;
  int methods;  // 0 if all are known

  static PngHeader of(std::span<const std::uint8_t> file) {
    return {big_endian_32(&file[16]),           big_endian_32(&file[20]), file[24], file[25], file[28] != 0,
            file[26] | file[27] | file[28] >> 1};
  }
  /// What is wrong with it beside the size, or null.
  const char* damage() const {
    const bool power = depth > 0 && depth <= 16 && (depth & (depth - 1)) == 0;
    const bool known = colour_type == 0 || (colour_type == 3 && depth <= 8) ||
                       ((colour_type == 2 || colour_type == 4 || colour_type == 6) && depth >= 8);
    if (!power || !known) return "no such combination of bit depth and colour type";
    if (methods != 0) return "an unknown method of compression, filtering or interlacing";
    return nullptr;
  }
  int samples() const { return colour_type == 2 ? 3 : colour_type == 4 ? 2 : colour_type == 6 ? 4 : 1; }

  /// Bytes of the rows with their filters, before compression. The size has to be a possible one.
  index_t data_bytes() const {
    if (!interlaced) return pass_bytes(width, height);
    // Adam7, §8.2: where each pass starts, and its steps.
    constexpr int kPass[7][4] = {{0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4},
                                 {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}};
    index_t bytes = 0;
    for (const auto& [top, left, down, right] : kPass) {
      bytes += pass_bytes((width - left + right - 1) / right, (height - top + down - 1) / down);
    }
    return bytes;
  }

 private:
  index_t pass_bytes(index_t columns, index_t rows) const {
    return columns < 1 || rows < 1 ? 0 : rows * (1 + (columns * depth * samples() + 7) / 8);
  }
};

/// What stb has to see of a file that png_damage() found whole, without checksums, which it skips: the header, the
/// palette, transparency, and the image data in one piece. Whatever else there is it may take for what it is not, or
/// copy to a null pointer. A palette has all 256 colours, those that were not given black: for an index beyond it
/// stb 2.27 reads what is on the stack.
inline std::vector<std::uint8_t> png_essentials(std::span<const std::uint8_t> file) {
  constexpr std::size_t kPalette = 3 * 256, kMostData = std::size_t{1} << 30;
  const bool indexed = PngHeader::of(file).colour_type == 3;
  std::vector<std::uint8_t> out(file.begin(), file.begin() + 33);
  out.reserve(file.size() + kPalette);
  const auto append = [&](std::span<const std::uint8_t> bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
  const auto set_length = [&](std::size_t at, std::size_t length) {
    for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
  };
  std::size_t data = 0, data_length = 0;  // the open IDAT
  std::size_t colours = 256;              // of the palette
  for (std::size_t at = 33;;) {
    const std::size_t length = big_endian_32(&file[at]);
    const std::string_view type(reinterpret_cast<const char*>(&file[at + 4]), 4);
    if (type == "IEND") break;
    if (type == "IDAT" && data > 0 && data_length + length <= kMostData) {
      out.resize(out.size() - 4);
      append(file.subspan(at + 8, length + 4));
      set_length(data, data_length += length);
    } else if (type == "IDAT" && length > 0) {
      data = out.size();
      data_length = length;
      append(file.subspan(at, length + 12));
    } else if (type == "tRNS" && indexed && length > colours) {
      // More than there are colours: libpng ignores all of it.
    } else if (type == "tRNS" || (type == "PLTE" && indexed)) {
      if (type == "PLTE") colours = length / 3;
      const std::size_t start = out.size();
      append(file.subspan(at, length + 12));
      if (type == "PLTE" && length < kPalette && length % 3 == 0 && length > 0) {
        out.insert(out.end() - 4, kPalette - length, std::uint8_t{0});  // before the checksum
        set_length(start, kPalette);
      }
    }
    at += length + 12;
  }
  append(std::array<std::uint8_t, 12>{0, 0, 0, 0, 'I', 'E', 'N', 'D'});
  return out;
}

/// Filters rows of a PNG, each with what makes the sum of absolute residuals least.
class PngFilter {
 public:
  /// `row_bytes` of a row; `pixel_bytes` between samples of one channel.
  PngFilter(std::size_t row_bytes, std::size_t pixel_bytes)
      : step_{pixel_bytes},
        bytes_{row_bytes},
        stride_{round_up(row_bytes, kLanes) + pixel_bytes},
        rows_(2 * stride_),
        tried_(5 * stride_) {}

  /// Where the next row goes, before append().
  std::uint8_t* row() { return rows_.data() + (odd_ ? stride_ : 0) + step_; }

  /// Appends the filter's number and the filtered row.
  void append(std::vector<std::uint8_t>& out) {
    index_t weight[5] = {};
    for (std::size_t first = 0; first < bytes_; first += kBlock) {
      try_filters(first, (std::min)(first + kBlock, bytes_), weight);
    }
    const auto best = static_cast<std::size_t>(std::min_element(weight, weight + 5) - weight);
    const std::uint8_t* const filtered = tried_.data() + best * stride_;
    out.push_back(static_cast<std::uint8_t>(best));
    out.insert(out.end(), filtered, filtered + bytes_);
    odd_ = !odd_;
  }

 private:
  static constexpr std::size_t kLanes = 8;
  static constexpr std::size_t kBlock = 128 * kLanes;  // so that 16-bit sums of 128 cannot overflow

  // GNU vectors, because g++ does not vectorise this at -O2; seven times as fast.
  typedef std::uint8_t Bytes __attribute__((vector_size(kLanes)));
  typedef std::int16_t Words __attribute__((vector_size(2 * kLanes)));

  PASTICHE_INLINE static void load(const std::uint8_t* from, Words& to) {
    Bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    to = __builtin_convertvector(bytes, Words);
  }
  PASTICHE_INLINE static void set_abs(Words& x) { x = x < 0 ? -x : x; }

  // Stores x - predicted modulo 256 and adds its absolute value as a signed byte.
  PASTICHE_INLINE static void keep(const Words& residual, std::uint8_t* to, Words& sum) {
    const Bytes bytes = __builtin_convertvector(residual, Bytes);
    std::memcpy(to, &bytes, sizeof bytes);
    Words wrapped = residual << 8 >> 8;
    set_abs(wrapped);
    sum += wrapped;
  }

  // Rows start after a pixel of zeros and end in zeros up to whole vectors; residuals there weigh on the choice alone.
  void try_filters(std::size_t first, std::size_t last, index_t weight[5]) {
    const std::uint8_t* const row = rows_.data() + (odd_ ? stride_ : 0);
    const std::uint8_t* const row_above = rows_.data() + (odd_ ? 0 : stride_);
    std::uint8_t* const to = tried_.data();
    Words sum[5] = {};
    for (std::size_t i = first; i < last; i += kLanes) {
      Words x, left, up, corner;
      load(row + step_ + i, x);
      load(row + i, left);
      load(row_above + step_ + i, up);
      load(row_above + i, corner);
      Words to_left = up - corner, to_up = left - corner, to_corner = to_left + to_up;
      set_abs(to_left);
      set_abs(to_up);
      set_abs(to_corner);
      const Words upper = to_up <= to_corner ? up : corner;
      const Words nearest = to_left <= to_corner ? left : upper;
      const Words paeth = to_left <= to_up ? nearest : upper;
      keep(x, to + i, sum[0]);
      keep(x - left, to + stride_ + i, sum[1]);
      keep(x - up, to + 2 * stride_ + i, sum[2]);
      keep(x - ((left + up) >> 1), to + 3 * stride_ + i, sum[3]);
      keep(x - paeth, to + 4 * stride_ + i, sum[4]);
    }
    for (int filter = 0; filter < 5; ++filter) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) weight[filter] += sum[filter][lane];
    }
  }

  std::size_t step_, bytes_, stride_;
  std::vector<std::uint8_t> rows_;   // this one and the one before
  std::vector<std::uint8_t> tried_;  // by filter: none, left, up, average, Paeth
  bool odd_ = false;
};

inline void append_big_endian(std::vector<std::uint8_t>& out, std::uint32_t x) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(x >> shift));
}

inline void append_chunk(std::vector<std::uint8_t>& out, std::string_view type, std::span<const std::uint8_t> data) {
  append_big_endian(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t start = out.size();
  out.insert(out.end(), type.begin(), type.end());
  out.insert(out.end(), data.begin(), data.end());
  append_big_endian(out, crc32(std::span<const std::uint8_t>(out).subspan(start)));
}

/// A PNG file of height x width pixels of 1 to 4 channels (grey, grey and alpha, RGB, RGBA), dense and row-major;
/// T is std::uint8_t or std::uint16_t.
template <class T>
std::vector<std::uint8_t> encode_png(const T* pixels, index_t height, index_t width, index_t channels) {
  constexpr std::uint8_t colour_type[] = {0, 4, 2, 6};
  const auto samples = static_cast<std::size_t>(width * channels);
  PngFilter filter(samples * sizeof(T), static_cast<std::size_t>(channels) * sizeof(T));
  std::vector<std::uint8_t> filtered;
  filtered.reserve(static_cast<std::size_t>(height) * (samples * sizeof(T) + 1));
  for (index_t y = 0; y < height; ++y, pixels += samples) {
    std::uint8_t* const row = filter.row();
    if constexpr (sizeof(T) == 1) {
      std::copy_n(pixels, samples, row);
    } else {
      for (std::size_t i = 0; i < samples; ++i) {
        row[2 * i] = static_cast<std::uint8_t>(pixels[i] >> 8);
        row[2 * i + 1] = static_cast<std::uint8_t>(pixels[i]);
      }
    }
    filter.append(filtered);
  }
  std::vector<std::uint8_t> header;
  append_big_endian(header, static_cast<std::uint32_t>(width));
  append_big_endian(header, static_cast<std::uint32_t>(height));
  header.insert(header.end(), {8 * sizeof(T), colour_type[channels - 1], 0, 0, 0});

  std::vector<std::uint8_t> file(std::begin(kPngSignature), std::end(kPngSignature));
  append_chunk(file, "IHDR", header);
  const std::vector<std::uint8_t> data = zlib_compress(filtered);
  constexpr std::size_t kChunk = std::size_t{1} << 30;  // a chunk's length has 31 bits
  for (std::size_t at = 0; at < data.size(); at += kChunk) {
    append_chunk(file, "IDAT", std::span(data).subspan(at, (std::min)(kChunk, data.size() - at)));
  }
  append_chunk(file, "IEND", {});
  return file;
}

}  // namespace pastiche::detail::codec
