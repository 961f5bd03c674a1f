// SPDX-License-Identifier: MIT
/// \file
/// Blocks of deflate: literals and matches under a Huffman code of their own.
///
/// Format: P. Deutsch, DEFLATE Compressed Data Format Specification version 1.3, RFC 1951, 1996.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

namespace pastiche::detail::codec {

/// Bits to bytes, the lowest first.
class BitSink {
 public:
  explicit BitSink(std::vector<std::uint8_t>& out) : out_{out} {}

  /// Up to 32 bits.
  void put(std::uint32_t bits, int count) {
    held_ |= static_cast<std::uint64_t>(bits) << filled_;
    filled_ += count;
    if (filled_ < 32) return;
    const std::uint8_t word[4] = {byte(0), byte(8), byte(16), byte(24)};
    out_.insert(out_.end(), word, word + 4);
    held_ >>= 32;
    filled_ -= 32;
  }
  /// Whole bytes after to_byte() or 32 bits more.
  void append(std::span<const std::uint8_t> bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  /// Fills the last byte with zeros; all bytes are out.
  void to_byte() {
    for (; filled_ > 0; filled_ -= 8, held_ >>= 8) out_.push_back(byte(0));
    filled_ = 0;
  }

 private:
  std::uint8_t byte(int shift) const { return static_cast<std::uint8_t>(held_ >> shift); }

  std::vector<std::uint8_t>& out_;
  std::uint64_t held_ = 0;
  int filled_ = 0;
};

/// A canonical Huffman code over N symbols.
template <std::size_t N>
struct HuffmanCode {
  std::array<std::uint8_t, N> length{};
  std::array<std::uint16_t, N> bits{};  // first bit lowest

  /// The best code for the counts with no length above `limit`, or nearly so: counts are halved until it fits. At
  /// least two symbols get a code, which every decoder accepts.
  static HuffmanCode make(std::array<std::uint32_t, N> count, int limit) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (std::count_if(count.begin(), count.end(), [](std::uint32_t c) { return c > 0; }) < 2) {
        count[i] = (std::max)(count[i], 1u);
      }
    }
    HuffmanCode code;
    while (code.assign_lengths(count) > limit) {
      for (std::uint32_t& c : count) c = c / 2 + c % 2;
    }
    code.assign_bits();
    return code;
  }

  void put(BitSink& sink, std::size_t symbol) const { sink.put(bits[symbol], length[symbol]); }

 private:
  // Leaves in rising order and inner nodes as they are made are two sorted queues. The longest length is returned.
  int assign_lengths(const std::array<std::uint32_t, N>& count) {
    std::array<std::uint16_t, N> leaf;
    std::size_t leaves = 0;
    for (std::size_t i = 0; i < N; ++i) {
      length[i] = 0;
      if (count[i] > 0) leaf[leaves++] = static_cast<std::uint16_t>(i);
    }
    const auto end = leaf.begin() + static_cast<std::ptrdiff_t>(leaves);
    std::sort(leaf.begin(), end, [&](auto a, auto b) { return count[a] != count[b] ? count[a] < count[b] : a < b; });
    std::array<std::uint64_t, 2 * N> weight{};
    std::array<std::uint16_t, 2 * N> parent{};
    for (std::size_t i = 0; i < leaves; ++i) weight[i] = count[leaf[i]];
    const std::size_t nodes = 2 * leaves - 1;
    std::size_t next_leaf = 0, next_inner = leaves;
    for (std::size_t made = leaves; made < nodes; ++made) {
      for (int child = 0; child < 2; ++child) {
        const bool take_leaf = next_leaf < leaves && (next_inner >= made || weight[next_leaf] <= weight[next_inner]);
        const std::size_t taken = take_leaf ? next_leaf++ : next_inner++;
        weight[made] += weight[taken];
        parent[taken] = static_cast<std::uint16_t>(made);
      }
    }
    std::array<std::uint8_t, 2 * N> depth{};
    int longest = 0;
    for (std::size_t i = nodes - 1; i-- > 0;) {
      depth[i] = static_cast<std::uint8_t>(depth[parent[i]] + 1);
      if (i < leaves) length[leaf[i]] = depth[i];
      longest = (std::max)(longest, static_cast<int>(depth[i]));
    }
    return longest;
  }

  void assign_bits() {
    unsigned next = 0;
    for (int bits_long = 1; bits_long <= 15; ++bits_long, next *= 2) {
      for (std::size_t i = 0; i < N; ++i) {
        if (length[i] != bits_long) continue;
        unsigned reversed = 0;
        for (int b = 0; b < bits_long; ++b) reversed |= (next >> b & 1u) << (bits_long - 1 - b);
        bits[i] = static_cast<std::uint16_t>(reversed);
        ++next;
      }
    }
  }
};

/// A length or a distance as its symbol and the extra bits that follow.
struct DeflateSymbol {
  std::size_t symbol;
  std::uint32_t extra;
  int extra_bits;

  static DeflateSymbol of_length(std::uint32_t length) {
    const std::uint32_t x = length - 3;
    if (length == 258) return {285, 0, 0};
    if (x < 8) return {257 + x, 0, 0};
    const int bits = static_cast<int>(std::bit_width(x)) - 3;
    return {static_cast<std::size_t>(261 + 4 * bits) + (x >> bits & 3u), x & ((1u << bits) - 1), bits};
  }
  static DeflateSymbol of_distance(std::uint32_t distance) {
    const std::uint32_t x = distance - 1;
    if (x < 4) return {x, 0, 0};
    const int bits = static_cast<int>(std::bit_width(x)) - 2;
    return {static_cast<std::size_t>(2 * bits + 2) + (x >> bits & 1u), x & ((1u << bits) - 1), bits};
  }
};

/// One block: literals and matches, and the bytes they stand for.
class DeflateBlock {
 public:
  static constexpr std::size_t kTokens = 1 << 15;

  DeflateBlock() { tokens_.reserve(kTokens); }
  bool full() const { return tokens_.size() == kTokens; }
  void literal(std::uint8_t byte) {
    ++literals_[byte];
    tokens_.push_back(byte);
  }
  void match(std::uint32_t length, std::uint32_t distance) {
    ++literals_[DeflateSymbol::of_length(length).symbol];
    ++distances_[DeflateSymbol::of_distance(distance).symbol];
    tokens_.push_back(length << 16 | distance);
  }

  /// Writes the block with a code of its own, or `bytes` as they are where that is shorter, and starts anew.
  void flush(BitSink& sink, std::span<const std::uint8_t> bytes, bool last) {
    ++literals_[256];
    const auto literal = HuffmanCode<286>::make(literals_, 15);
    const auto distance = HuffmanCode<30>::make(distances_, 15);
    if (coded_bits(literal, distance) / 8 >= bytes.size()) {
      store(sink, bytes, last);
    } else {
      sink.put(last ? 1 : 0, 1);
      sink.put(2, 2);
      put_lengths(sink, literal, distance);
      for (const std::uint32_t token : tokens_) put_token(sink, literal, distance, token);
      literal.put(sink, 256);
    }
    tokens_.clear();
    literals_ = {};
    distances_ = {};
  }

 private:
  // Without the extra bits and the tables: it decides about data that hardly compress, which have few of either.
  std::size_t coded_bits(const HuffmanCode<286>& literal, const HuffmanCode<30>& distance) const {
    std::size_t bits = 0;
    for (std::size_t i = 0; i < 286; ++i) bits += std::size_t{literals_[i]} * literal.length[i];
    for (std::size_t i = 0; i < 30; ++i) bits += std::size_t{distances_[i]} * distance.length[i];
    return bits;
  }

  static void store(BitSink& sink, std::span<const std::uint8_t> bytes, bool last) {
    do {
      const std::size_t n = (std::min<std::size_t>)(bytes.size(), 65535);
      sink.put(last && n == bytes.size() ? 1 : 0, 1);
      sink.put(0, 2);
      sink.to_byte();
      sink.put(static_cast<std::uint32_t>(n | (n ^ 65535u) << 16), 32);
      sink.append(bytes.first(n));
      bytes = bytes.subspan(n);
    } while (!bytes.empty());
  }

  // The code lengths, coded themselves: 16 repeats the last 3 to 6 times, 17 and 18 are 3 to 138 zeros.
  static void put_lengths(BitSink& sink, const HuffmanCode<286>& literal, const HuffmanCode<30>& distance) {
    std::array<std::uint8_t, 316> all;
    std::copy(distance.length.begin(), distance.length.end(),
              std::copy(literal.length.begin(), literal.length.end(), all.begin()));
    struct Item {
      std::uint8_t symbol, extra, extra_bits;
    };
    std::vector<Item> items;
    std::array<std::uint32_t, 19> count{};
    for (std::size_t i = 0; i < all.size();) {
      std::size_t run = 1;
      while (i + run < all.size() && all[i + run] == all[i]) ++run;
      Item item{all[i], 0, 0};
      if (all[i] == 0 && run >= 3) {
        run = (std::min<std::size_t>)(run, 138);
        item = run < 11 ? Item{17, static_cast<std::uint8_t>(run - 3), 3}
                        : Item{18, static_cast<std::uint8_t>(run - 11), 7};
      } else if (run >= 3 && i > 0 && all[i] == all[i - 1]) {
        run = (std::min<std::size_t>)(run, 6);
        item = {16, static_cast<std::uint8_t>(run - 3), 2};
      } else {
        run = 1;
      }
      items.push_back(item);
      ++count[item.symbol];
      i += run;
    }
    constexpr std::uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    const auto code = HuffmanCode<19>::make(count, 7);
    sink.put(286 - 257, 5);
    sink.put(30 - 1, 5);
    sink.put(19 - 4, 4);
    for (const std::uint8_t symbol : order) sink.put(code.length[symbol], 3);
    for (const Item& item : items) {
      code.put(sink, item.symbol);
      sink.put(item.extra, item.extra_bits);
    }
  }

  static void put_token(BitSink& sink, const HuffmanCode<286>& literal, const HuffmanCode<30>& distance,
                        std::uint32_t token) {
    if (token < 256) return literal.put(sink, token);
    const DeflateSymbol length = DeflateSymbol::of_length(token >> 16);
    const DeflateSymbol back = DeflateSymbol::of_distance(token & 0xffffu);
    literal.put(sink, length.symbol);
    sink.put(length.extra, length.extra_bits);
    distance.put(sink, back.symbol);
    sink.put(back.extra, back.extra_bits);
  }

  std::vector<std::uint32_t> tokens_;  // a literal, or length << 16 | distance
  std::array<std::uint32_t, 286> literals_{};
  std::array<std::uint32_t, 30> distances_{};
};

}  // namespace pastiche::detail::codec
