// SPDX-License-Identifier: MIT
/// \file
/// The image of a token index, in memory as in its file: a header of 128 bytes, then sections that start at multiples
/// of 64 bytes: starts of texts, buckets, keys, suffixes, codes, note. Everything is checked before it is trusted.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/io/file.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace pastiche::detail {

static_assert(std::endian::native == std::endian::little);

/// A checksum that no change of a single bit, byte or word leaves as it was: four lanes, each of them a bijection of
/// its state for every word.
inline std::uint64_t checksum_of(std::span<const std::uint8_t> bytes) noexcept {
  std::uint64_t lane[4] = {0x243f6a8885a308d3u, 0x13198a2e03707344u, 0xa4093822299f31d0u, 0x082efa98ec4e6c89u};
  const auto take = [](std::uint64_t& state, std::uint64_t word) {
    state = std::rotl(state ^ word, 29) * 0x9e3779b97f4a7c15u;
  };
  std::size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32) {
    std::uint64_t word[4];
    std::memcpy(word, bytes.data() + at, 32);
    for (int i = 0; i < 4; ++i) take(lane[i], word[i]);
  }
  for (int i = 0; at < bytes.size(); at += 8, ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, bytes.size() - at < 8 ? bytes.size() - at : 8);
    take(lane[i], word);
  }
  std::uint64_t sum = bytes.size();
  for (const std::uint64_t state : lane) sum = mix64(sum ^ state);
  return sum;
}

/// What stands first in the file.
struct IndexHeader {
  char magic[8];
  std::uint32_t byte_order, version;
  std::uint32_t token_bytes, position_bytes;
  std::uint64_t symbols;   ///< codes, separators included
  std::uint64_t alphabet;  ///< all codes are below; 0 separates texts, token t is t + 1
  std::uint64_t texts;
  std::uint64_t note_bytes;  ///< what the user stored beside it, such as a vocabulary
  std::uint64_t file_bytes;
  std::uint64_t body_sum;    ///< checksum of all that follows the header's 128 bytes
  std::uint64_t header_sum;  ///< checksum of this header up to here
};
static_assert(sizeof(IndexHeader) == 80);

inline constexpr std::size_t kIndexHeaderBytes = 128;
inline constexpr char kIndexMagic[8] = {'p', 'a', 's', 't', 'i', 'd', 'x', '\n'};
inline constexpr std::uint32_t kIndexVersion = 1;
inline constexpr std::uint32_t kByteOrder = 0x01020304;
/// Every so many suffixes have a key: their first 8 bytes of codes, so that a search seldom reads the text.
inline constexpr std::size_t kKeyStride = 16;
/// Zero bytes behind the codes, so that a key may be read at any of them.
inline constexpr std::size_t kCodePadding = 8;

inline std::uint64_t header_sum_of(const IndexHeader& header) noexcept {
  return checksum_of({reinterpret_cast<const std::uint8_t*>(&header), offsetof(IndexHeader, header_sum)});
}

/// Where the sections are.
struct IndexLayout {
  std::size_t buckets_size, keys_size;                       // entries
  std::size_t starts, buckets, keys, suffixes, codes, note;  // offsets in bytes
  std::size_t bytes;                                         // of all
};

/// The sizes must have been checked against the limits below.
inline IndexLayout layout_of(const IndexHeader& header) noexcept {
  IndexLayout layout{};
  std::size_t at = kIndexHeaderBytes;
  const auto section = [&at](std::size_t bytes) {
    const std::size_t start = at;
    at += (bytes + 63) / 64 * 64;
    return start;
  };
  const std::size_t n = header.symbols;
  layout.buckets_size = (header.token_bytes == 1 ? std::size_t{1} << 16 : std::size_t{header.alphabet}) + 1;
  layout.keys_size = (n + kKeyStride - 1) / kKeyStride;
  layout.starts = section((header.texts + 1) * header.position_bytes);
  layout.buckets = section(layout.buckets_size * header.position_bytes);
  layout.keys = section(layout.keys_size * 8);
  layout.suffixes = section(n * header.position_bytes);
  layout.codes = section(n * header.token_bytes + kCodePadding);
  layout.note = section(header.note_bytes);
  layout.bytes = at;
  return layout;
}

/// The header of an index file, after all checks that need only it and the sums.
/// \throws IoError
inline IndexHeader check_index_header(std::span<const std::uint8_t> file, const std::string& name,
                                      std::size_t token_bytes, std::size_t position_bytes, const char* function) {
  const auto refuse = [&](const std::string& what, const char* expected) { throw_io(function, name, what, expected); };
  constexpr const char* kWhole = "a whole file that TokenIndex::save wrote";
  IndexHeader header{};
  if (file.size() < sizeof header.magic || std::memcmp(file.data(), kIndexMagic, sizeof header.magic) != 0) {
    refuse("not a token index (bad signature)", kWhole);
  }
  if (file.size() < kIndexHeaderBytes) refuse("a token index that is cut off", kWhole);
  std::memcpy(&header, file.data(), sizeof header);
  if (header.byte_order == 0x04030201) refuse("a token index of the other byte order", "one built on such a machine");
  if (header.byte_order != kByteOrder) refuse("a damaged token index (byte order)", kWhole);
  if (header.version != kIndexVersion) {
    refuse("a token index of version " + std::to_string(header.version), "version 1: build the index again");
  }
  if (header.header_sum != header_sum_of(header)) refuse("a damaged token index (header)", kWhole);
  if (header.token_bytes != token_bytes || header.position_bytes != position_bytes) {
    const auto bits = [](std::size_t bytes) { return std::to_string(8 * bytes); };
    throw_io(
        function, name,
        "an index of " + bits(header.token_bytes) + "-bit tokens at " + bits(header.position_bytes) + "-bit positions",
        bits(token_bytes) + " and " + bits(position_bytes));
  }
  if (file.size() < header.file_bytes) refuse("a token index that is cut off", kWhole);
  if (file.size() > header.file_bytes) refuse("a token index with data behind it", kWhole);
  // Each section is smaller than the file, so sums cannot overflow.
  const bool possible = header.symbols <= file.size() / (token_bytes + position_bytes) && header.symbols >= 1 &&
                        header.texts < header.symbols && header.alphabet >= 1 && header.alphabet <= file.size() &&
                        (token_bytes > 1 || header.alphabet <= 256) && header.note_bytes <= file.size();
  if (!possible || layout_of(header).bytes != file.size()) refuse("a damaged token index (sizes)", kWhole);
  if (header.body_sum != checksum_of(file.subspan(kIndexHeaderBytes))) refuse("a damaged token index (sum)", kWhole);
  return header;
}

}  // namespace pastiche::detail
