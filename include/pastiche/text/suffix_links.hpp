// SPDX-License-Identifier: MIT
/// \file
/// How a generator moves from context to context without a search: for each suffix the rank of the one that starts a
/// token later, and how many codes it shares with the suffix before it in the array.
///
/// The first is the function psi of K. Sadakane, "New text indexing functionalities of the compressed suffix arrays",
/// Journal of Algorithms 48(2), 2003; the second is computed in text order as by J. Kaerkkaeinen, G. Manzini, S. J.
/// Puglisi, "Permuted longest-common-prefix array", CPM 2009, here for one part of the text after the other, so that
/// little memory is needed at a time.
#pragma once

#include <pastiche/text/index.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace pastiche {

/// Takes as many bytes for a symbol as hold a position (3 up to 16 million), one for the shared length, and 1/64.
class SuffixLinks {
 public:
  /// Contexts are no longer than this.
  static constexpr std::size_t kDeepest = 254;

  template <class Token, class Position>
  explicit SuffixLinks(const TokenIndex<Token, Position>& index) : n_{index.symbols()} {
    link(index);
    share(index);
    least_.assign(kVector, 0);
    for (std::size_t i = 0; i < n_; i += kBlock) {
      least_.push_back(*std::min_element(shared_.data() + i, shared_.data() + (std::min)(n_, i + kBlock)));
    }
    least_.resize(least_.size() + kVector, 0);
  }

  /// The rank of the suffix that starts one code after that of rank `rank`, which is not the last of the text.
  std::size_t next(std::size_t rank) const noexcept {
    std::uint64_t word;
    std::memcpy(&word, next_.data() + rank * width_, 8);
    return static_cast<std::size_t>(word & mask_);
  }

  /// The suffixes that share `depth` codes with that of rank `rank`; depth is 1 to kDeepest + 1.
  SuffixInterval around(std::size_t rank, std::size_t depth) const noexcept {
    return {first(rank, depth), last(rank, depth)};
  }

  /// Whether more than `limit` - 1 different codes follow the `depth` that the suffixes of an interval share.
  bool distinct(SuffixInterval interval, std::size_t depth, std::size_t limit) const noexcept {
    std::size_t found = 1;
    for (std::size_t i = interval.first + 1; i < interval.last && found < limit; ++i) found += shared_[i] <= depth;
    return found >= limit && !interval.empty();
  }

  std::size_t bytes() const noexcept { return next_.size() + shared_.size() + least_.size(); }

 private:
  static constexpr std::size_t kBlock = 64;   // suffixes for each entry of least_
  static constexpr std::size_t kVector = 32;  // entries looked at together; as many zeros stand at both ends

  // The last i <= rank where less than `depth` codes are shared with i - 1.
  std::size_t first(std::size_t rank, std::size_t depth) const noexcept {
    const std::uint8_t* const shared = shared_.data();
    std::size_t i = rank;
    const std::size_t start = rank / kBlock * kBlock;
    while (i > start && shared[i] >= depth) --i;
    if (shared[i] < depth) return i;
    const std::uint8_t* least = least_.data() + kVector + start / kBlock;  // the first of all is 0, so there is one
    while (!any_below(least - kVector, depth)) least -= kVector;
    do --least;
    while (*least >= depth);
    i = (static_cast<std::size_t>(least - least_.data()) - kVector + 1) * kBlock - 1;
    while (shared[i] >= depth) --i;
    return i;
  }

  // The first i > rank where less than `depth` codes are shared with i - 1, or the end.
  std::size_t last(std::size_t rank, std::size_t depth) const noexcept {
    const std::uint8_t* const shared = shared_.data();
    std::size_t i = rank + 1;
    const std::size_t end = (std::min)(n_, (i + kBlock - 1) / kBlock * kBlock);
    while (i < end && shared[i] >= depth) ++i;
    if (i < end || end == n_) return i;
    const std::uint8_t* least = least_.data() + kVector + end / kBlock;
    while (!any_below(least, depth)) least += kVector;
    while (*least >= depth) ++least;
    i = (static_cast<std::size_t>(least - least_.data()) - kVector) * kBlock;
    while (i < n_ && shared[i] >= depth) ++i;
    return (std::min)(i, n_);
  }

  // Of kVector bytes; a form that compilers turn into vector code.
  static bool any_below(const std::uint8_t* bytes, std::size_t depth) noexcept {
    const auto limit = static_cast<std::uint8_t>(depth);
    std::uint8_t any = 0;
    for (std::size_t i = 0; i < kVector; ++i) any = static_cast<std::uint8_t>(any | (bytes[i] < limit));
    return any != 0;
  }

  template <class Index>
  void link(const Index& index) {
    width_ = (static_cast<std::size_t>(std::bit_width(n_)) + 7) / 8;
    mask_ = width_ < 8 ? (std::uint64_t{1} << 8 * width_) - 1 : ~std::uint64_t{0};
    next_.resize(n_ * width_ + 8);
    // Of the suffixes that begin with one code, those whose rest is smaller come first.
    std::vector<std::size_t> heads(index.token_limit() + 1);
    for (std::size_t code = 0; code < heads.size(); ++code) heads[code] = index.bucket(code).first;
    if (n_ > 0) ++heads[0];  // the last separator stands first in its bucket; nothing follows it
    for (std::size_t rank = 0; rank < n_; ++rank) {
      if (rank + 32 < n_) __builtin_prefetch(index.codes() + index.suffix(rank + 32) - 1);
      const std::size_t position = index.suffix(rank);
      if (position == 0) continue;
      const std::size_t from = heads[index.codes()[position - 1]]++;
      if (from < n_) std::memcpy(next_.data() + from * width_, &rank, width_);
    }
  }

  template <class Index>
  void share(const Index& index) {
    const std::size_t part = n_ / 8 + 1;
    std::vector<std::uint8_t> in_text_order(n_);
    std::vector<typename Index::position_type> before(part);
    constexpr std::size_t kMost = kDeepest + 1;
    std::size_t length = 0;
    for (std::size_t from = 0; from < n_; from += part) {
      const std::size_t to = (std::min)(n_, from + part);
      std::fill(before.begin(), before.end(), typename Index::position_type{-1});
      for (std::size_t rank = 1; rank < n_; ++rank) {
        const std::size_t at = index.suffix(rank) - from;
        if (at < part) before[at] = index.suffixes()[rank - 1];
      }
      for (std::size_t i = from; i < to; ++i) {
        if (i + 16 < to) __builtin_prefetch(index.codes() + before[i + 16 - from]);
        if (before[i - from] < 0) {
          length = 0;
        } else {
          const auto other = static_cast<std::size_t>(before[i - from]);
          const std::size_t room = (std::min)(kMost, n_ - (std::max)(i, other));
          while (length < room && index.codes()[i + length] == index.codes()[other + length]) ++length;
          length = (std::min)(length, room);
        }
        in_text_order[i] = static_cast<std::uint8_t>(length);
        length -= length > 0;
      }
    }
    before = {};
    shared_.resize(n_);
    for (std::size_t rank = 0; rank < n_; ++rank) {
      if (rank + 32 < n_) __builtin_prefetch(in_text_order.data() + index.suffix(rank + 32));
      shared_[rank] = rank == 0 ? 0 : in_text_order[index.suffix(rank)];
    }
  }

  std::size_t n_ = 0, width_ = 0;
  std::uint64_t mask_ = 0;
  std::vector<std::uint8_t> next_, shared_, least_;
};

}  // namespace pastiche
