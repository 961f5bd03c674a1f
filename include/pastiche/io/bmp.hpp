// SPDX-License-Identifier: MIT
/// \file
/// BMP beside the codec: palettes.
///
/// Format: Microsoft, BITMAPINFOHEADER structure (wingdi.h); IBM, OS/2 bitmap files of version 1 (a header of 12
/// bytes).
#pragma once

#include <pastiche/core/math.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pastiche::detail::codec {

/// Little-endian number of `bytes` bytes; what is beyond the end of the file is 0.
inline std::uint32_t bmp_number(std::span<const std::uint8_t> file, std::size_t at, std::size_t bytes) {
  std::uint32_t x = 0;
  for (std::size_t i = bytes; i-- > 0;) x = x << 8 | (at + i < file.size() ? file[at + i] : 0u);
  return x;
}

/// Does the file have a palette, as far as its header says?
inline bool bmp_is_indexed(std::span<const std::uint8_t> file) {
  const std::uint32_t bits = bmp_number(file, bmp_number(file, 14, 4) == 12 ? 24 : 28, 2);
  return bits == 1 || bits == 4 || bits == 8;
}

/// An indexed file with a header of 40 bytes and a palette of 256 colours, those that were not given black; empty if
/// it has none. stb 2.27 reads what is on the stack for an index beyond the palette, and it miscounts that of OS/2.
inline std::vector<std::uint8_t> bmp_with_whole_palette(std::span<const std::uint8_t> file) {
  constexpr std::size_t kHeaders = 54, kColours = 256;
  const std::size_t pixels = bmp_number(file, 10, 4), header = bmp_number(file, 14, 4);
  const bool os2 = header == 12;
  const std::size_t entry = os2 ? 3 : 4, palette = 14 + header;
  constexpr std::size_t kKnown[] = {12, 40, 52, 56, 64, 108, 124};
  bool known = false;
  for (const std::size_t size : kKnown) known = known || header == size;
  if (!known || pixels < palette + entry || pixels >= file.size()) return {};
  std::vector<std::uint8_t> out(kHeaders + 4 * kColours);
  const auto put = [&](std::size_t at, std::uint32_t x) {
    for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<std::uint8_t>(x >> 8 * i);
  };
  out[0] = 'B';
  out[1] = 'M';
  put(10, static_cast<std::uint32_t>(out.size()));
  put(14, 40);
  put(18, os2 ? bmp_number(file, 18, 2) : bmp_number(file, 18, 4));
  put(22, os2 ? bmp_number(file, 20, 2) : bmp_number(file, 22, 4));
  put(26, bmp_number(file, os2 ? 22 : 26, 4));  // planes and bits
  put(30, os2 ? 0 : bmp_number(file, 30, 4));   // compression
  const std::size_t given = (std::min)((pixels - palette) / entry, kColours);
  for (std::size_t i = 0; i < given; ++i) std::copy_n(&file[palette + entry * i], 3, &out[kHeaders + 4 * i]);
  out.insert(out.end(), file.begin() + static_cast<std::ptrdiff_t>(pixels), file.end());
  return out;
}

}  // namespace pastiche::detail::codec
