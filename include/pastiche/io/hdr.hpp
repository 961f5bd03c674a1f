// SPDX-License-Identifier: MIT
/// \file
/// Radiance pictures (.hdr): linear light as three 8-bit mantissas and a common exponent. stb's reader of them can be
/// made to loop for ever and its writer truncates, so these are our own.
///
/// Format: G. Ward, Real Pixels, Graphics Gems II, 1991, and the source of Radiance (color.c).
#pragma once

#include <pastiche/core/math.hpp>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pastiche::detail::codec {

/// The size of a Radiance picture and where its pixels start.
struct HdrHeader {
  const char* damage = nullptr;  ///< null if it can be read
  index_t height = 0, width = 0;
  std::size_t pixels = 0;  ///< offset in the file
};

inline HdrHeader read_hdr_header(std::span<const std::uint8_t> file) {
  std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  const auto next_line = [&]() -> std::string_view {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return line;
  };
  next_line();  // "#?RADIANCE", or the name of another program
  bool known = false;
  for (;;) {
    if (text.empty()) return {.damage = "cut off"};
    const std::string_view line = next_line();
    if (line.empty()) break;
    if (line == "FORMAT=32-bit_rle_rgbe") known = true;
  }
  if (!known) return {.damage = "not in the format 32-bit_rle_rgbe"};
  const std::string_view size = next_line();
  const char* const end = size.data() + size.size();
  HdrHeader header;
  if (size.substr(0, 3) != "-Y ") return {.damage = "rows not from top to bottom"};
  const auto rows = std::from_chars(size.data() + 3, end, header.height);
  const std::string_view rest(rows.ptr, static_cast<std::size_t>(end - rows.ptr));
  if (rows.ec != std::errc{} || rest.substr(0, 4) != " +X ") return {.damage = "bad size"};
  const auto columns = std::from_chars(rest.data() + 4, end, header.width);
  if (columns.ec != std::errc{} || columns.ptr != end || header.height < 1 || header.width < 1) {
    return {.damage = "bad size"};
  }
  header.pixels = file.size() - text.size();
  return header;
}

/// Reads rows of a Radiance picture.
class HdrRows {
 public:
  HdrRows(std::span<const std::uint8_t> data, index_t width) : data_{data}, row_(static_cast<std::size_t>(4 * width)) {}

  /// Three floats a pixel to `to`. What is wrong, or null.
  const char* next(float* to) {
    const std::size_t width = row_.size() / 4;
    if (data_.size() < 4) return "cut off";
    const bool packed = width >= 8 && width < 32768 && data_[0] == 2 && data_[1] == 2 && data_[2] < 128;
    if (const char* damage = packed ? unpack(width) : copy(width)) return damage;
    for (std::size_t x = 0; x < width; ++x) {
      const std::uint8_t* const p = &row_[4 * x];
      const float scale = p[3] == 0 ? 0.0f : std::ldexp(1.0f, p[3] - 136);
      for (int c = 0; c < 3; ++c) *to++ = static_cast<float>(p[c]) * scale;
    }
    return nullptr;
  }

 private:
  const char* copy(std::size_t width) {
    if (data_.size() < 4 * width) return "cut off";
    std::memcpy(row_.data(), data_.data(), 4 * width);
    for (std::size_t x = 0; x < width; ++x) {
      const std::uint8_t* const p = &row_[4 * x];
      if (p[0] == 1 && p[1] == 1 && p[2] == 1) return "run lengths of the old kind, which are not read";
    }
    data_ = data_.subspan(4 * width);
    return nullptr;
  }

  // Each channel on its own: 128 + n and a byte is a run, n a list of bytes.
  const char* unpack(std::size_t width) {
    if ((static_cast<std::size_t>(data_[2]) << 8 | data_[3]) != width) return "a row of another width";
    data_ = data_.subspan(4);
    for (std::size_t channel = 0; channel < 4; ++channel) {
      for (std::size_t x = 0; x < width;) {
        if (data_.size() < 2) return "cut off";
        const bool run = data_[0] > 128;
        const std::size_t n = run ? data_[0] - 128u : data_[0];
        if (n == 0 || n > width - x) return "bad run length";
        if (data_.size() < 1 + (run ? 1 : n)) return "cut off";
        for (std::size_t i = 0; i < n; ++i) row_[4 * x++ + channel] = data_[run ? 1 : 1 + i];
        data_ = data_.subspan(run ? 2 : 1 + n);
      }
    }
    return nullptr;
  }

  std::span<const std::uint8_t> data_;
  std::vector<std::uint8_t> row_;  // red, green, blue, exponent
};

/// The nearest RGBE pixel: negative values and NaN become 0, what is too large the largest there is.
inline void to_rgbe(const float rgb[3], std::uint8_t rgbe[4]) {
  float value[3], largest = 0;
  for (int c = 0; c < 3; ++c) {
    value[c] = rgb[c] > 0.0f ? min_of(rgb[c], 0x1.fep126f) : 0.0f;
    largest = max_of(largest, value[c]);
  }
  int exponent = 0;
  static_cast<void>(std::frexp(largest, &exponent));
  if (largest > std::ldexp(255.5f, exponent - 8)) ++exponent;  // would round to 256
  if (largest == 0.0f || exponent < -127) exponent = -128;
  for (int c = 0; c < 3; ++c) {
    rgbe[c] = exponent == -128 ? std::uint8_t{0} : static_cast<std::uint8_t>(std::ldexp(value[c], 8 - exponent) + 0.5f);
  }
  rgbe[3] = static_cast<std::uint8_t>(exponent + 128);
}

/// One channel of a row as runs of at least 3 and lists.
inline void append_hdr_runs(std::vector<std::uint8_t>& out, const std::uint8_t* first, std::size_t width) {
  const auto run_at = [&](std::size_t x) {
    std::size_t n = 1;
    while (x + n < width && n < 127 && first[4 * (x + n)] == first[4 * x]) ++n;
    return n;
  };
  for (std::size_t x = 0; x < width;) {
    const std::size_t run = run_at(x);
    if (run >= 3) {
      out.push_back(static_cast<std::uint8_t>(128 + run));
      out.push_back(first[4 * x]);
      x += run;
      continue;
    }
    const std::size_t start = x;
    while (x < width && x - start < 128 && run_at(x) < 3) ++x;
    out.push_back(static_cast<std::uint8_t>(x - start));
    for (std::size_t i = start; i < x; ++i) out.push_back(first[4 * i]);
  }
}

/// A Radiance picture of linear light; 1 channel becomes three equal ones.
inline std::vector<std::uint8_t> encode_hdr(const float* pixels, index_t height, index_t width, index_t channels) {
  const std::string header =
      "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y " + std::to_string(height) + " +X " + std::to_string(width) + "\n";
  std::vector<std::uint8_t> out(header.begin(), header.end());
  const auto columns = static_cast<std::size_t>(width);
  std::vector<std::uint8_t> row(4 * columns);
  for (index_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < columns; ++x, pixels += channels) {
      const float rgb[3] = {pixels[0], pixels[channels == 3 ? 1 : 0], pixels[channels == 3 ? 2 : 0]};
      to_rgbe(rgb, &row[4 * x]);
    }
    if (width < 8 || width >= 32768) {
      out.insert(out.end(), row.begin(), row.end());
      continue;
    }
    out.insert(out.end(), {2, 2, static_cast<std::uint8_t>(width >> 8), static_cast<std::uint8_t>(width)});
    for (std::size_t channel = 0; channel < 4; ++channel) append_hdr_runs(out, row.data() + channel, columns);
  }
  return out;
}

}  // namespace pastiche::detail::codec
