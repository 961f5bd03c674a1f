// SPDX-License-Identifier: MIT
/// \file
/// Compression to the zlib format: hash chains and one step of lazy matching. Faster than stb's, and with smaller
/// results, because each block has a code that fits it.
///
/// Format: P. Deutsch and J.-L. Gailly, ZLIB Compressed Data Format, RFC 1950, 1996.
#pragma once

#include <pastiche/io/deflate_block.hpp>

namespace pastiche::detail::codec {

/// Finds earlier copies of what follows a position, at most 32768 - 258 bytes back.
class MatchFinder {
 public:
  struct Match {
    std::uint32_t length = 0, distance = 0;
  };
  static constexpr std::uint32_t kShortest = 4, kLongest = 258;  // 3 bytes far back cost what they save
  static constexpr std::uint32_t kGood = 32;                     // long enough not to look for a better one

  MatchFinder(std::span<const std::uint8_t> data, int depth)
      : data_{data}, depth_{depth}, head_(kHashes, kNowhere), previous_(kWindow, kNowhere) {}

  void insert(std::size_t at) {
    if (at + kShortest > data_.size()) return;
    std::uint32_t& head = head_[hash(at)];
    previous_[at % kWindow] = head;
    head = static_cast<std::uint32_t>(at);
  }

  /// The longest of the nearest `depth` candidates, before `at` itself is inserted.
  Match find(std::size_t at) const {
    Match best{};
    if (at + kShortest > data_.size()) return best;
    const std::uint32_t most = static_cast<std::uint32_t>((std::min<std::size_t>)(kLongest, data_.size() - at));
    std::uint32_t longest = kShortest - 1;
    std::size_t from = head_[hash(at)];
    for (int tries = depth_; tries > 0 && from != kNowhere && at - from <= kReach; --tries) {
      if (data_[from + longest] == data_[at + longest]) {
        const std::uint32_t length = common(from, at, most);
        if (length > longest) {
          longest = length;
          best = {length, static_cast<std::uint32_t>(at - from)};
          if (length == most) break;
        }
      }
      const std::size_t next = previous_[from % kWindow];
      if (next >= from) break;  // overwritten, or the end of the chain
      from = next;
    }
    return best;
  }

 private:
  static constexpr std::size_t kWindow = 1 << 15, kReach = kWindow - kLongest, kHashes = 1 << 15;
  static constexpr std::uint32_t kNowhere = 0xffffffffu;

  std::size_t hash(std::size_t at) const {
    std::uint32_t word;
    std::memcpy(&word, data_.data() + at, sizeof word);
    return word * 2654435761u >> 17;
  }

  std::uint32_t common(std::size_t a, std::size_t b, std::uint32_t most) const {
    std::uint32_t n = 0;
    for (; n + 8 <= most; n += 8) {
      std::uint64_t x, y;
      std::memcpy(&x, data_.data() + a + n, 8);
      std::memcpy(&y, data_.data() + b + n, 8);
      if (x != y) break;
    }
    while (n < most && data_[a + n] == data_[b + n]) ++n;
    return n;
  }

  std::span<const std::uint8_t> data_;
  int depth_;
  std::vector<std::uint32_t> head_, previous_;
};

/// The checksum of RFC 1950.
inline std::uint32_t adler32(std::span<const std::uint8_t> data) {
  std::uint32_t a = 1, b = 0;
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t end = (std::min<std::size_t>)(data.size(), at + 5552);  // the sums cannot overflow before
    for (; at < end; ++at) b += a += data[at];
    a %= 65521;
    b %= 65521;
  }
  return b << 16 | a;
}

/// `data`, of less than 4 GiB, in the zlib format. `depth` is how many earlier places are tried for a match: more is
/// slower and smaller.
inline std::vector<std::uint8_t> zlib_compress(std::span<const std::uint8_t> data, int depth = 4) {
  std::vector<std::uint8_t> out{0x78, 0x5e};
  out.reserve(data.size() / 2 + 64);
  BitSink sink(out);
  DeflateBlock block;
  MatchFinder finder(data, depth);
  std::size_t start = 0, at = 0;
  MatchFinder::Match match = finder.find(0);
  while (at < data.size()) {
    finder.insert(at);
    const MatchFinder::Match later = match.length < MatchFinder::kGood ? finder.find(at + 1) : MatchFinder::Match{};
    if (match.length == 0 || later.length > match.length) {
      block.literal(data[at++]);
      match = later;
    } else {
      block.match(match.length, match.distance);
      for (std::size_t i = 1; i < match.length; ++i) finder.insert(at + i);
      at += match.length;
      match = finder.find(at);
    }
    if (block.full()) {
      block.flush(sink, data.subspan(start, at - start), false);
      start = at;
    }
  }
  block.flush(sink, data.subspan(start), true);
  sink.to_byte();
  const std::uint32_t sum = adler32(data);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(sum >> shift));
  return out;
}

}  // namespace pastiche::detail::codec
