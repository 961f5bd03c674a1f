// SPDX-License-Identifier: MIT
/// \file
/// Suffix arrays of tokens in linear time.
///
/// G. Nong, S. Zhang, W. H. Chan, "Two efficient algorithms for linear time suffix array construction", IEEE
/// Transactions on Computers 60(10), 2011, their first: induced sorting of LMS substrings. Here each suffix waits in
/// the array marked by whether its left neighbour is still to be induced (the sign), so that a scan reads the text only
/// for those, and what a scan will read is prefetched.
#pragma once

#include <pastiche/core/error.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace pastiche {

namespace detail {

/// One level of the recursion: sorts the suffixes of text[0, n) of symbols below `alphabet` into suffixes[0, n).
template <class Symbol, std::signed_integral Index>
class InducedSort {
 public:
  InducedSort(const Symbol* text, Index* suffixes, Index n, std::size_t alphabet)
      : text_{text}, suffixes_{suffixes}, n_{n}, counts_(alphabet), heads_(alphabet) {}

  void sort();

 private:
  // Wide alphabets have bucket heads that miss the cache as well.
  static constexpr bool kWide = sizeof(Symbol) > 1;
  static constexpr Index kAhead = 32;

  Index* head(Index i) noexcept { return &heads_[static_cast<std::size_t>(text_[i])]; }

  void set_heads() noexcept {
    Index sum = 0;
    for (std::size_t c = 0; c < counts_.size(); ++c) {
      heads_[c] = sum;
      sum += counts_[c];
    }
  }
  void set_tails() noexcept {
    Index sum = 0;
    for (std::size_t c = 0; c < counts_.size(); ++c) heads_[c] = sum += counts_[c];
  }

  // What the scan will read `kAhead` entries on. `step` is 1 or -1.
  void prefetch(Index i, Index step) const noexcept {
    __builtin_prefetch(suffixes_ + i + 3 * step * kAhead);
    if constexpr (kWide) {
      const Index far = i + 2 * step * kAhead, near = i + step * kAhead;
      if (far >= 0 && far < n_ && suffixes_[far] > 0) __builtin_prefetch(text_ + suffixes_[far] - 1);
      if (near >= 0 && near < n_ && suffixes_[near] > 0) {
        __builtin_prefetch(&heads_[static_cast<std::size_t>(text_[suffixes_[near] - 1])]);
      }
    } else {
      const Index near = i + step * kAhead;
      // A marked or empty entry is prefetched too: a branch costs more than a useless line.
      if (near >= 0 && near < n_) __builtin_prefetch(text_ + suffixes_[near] - 1);
    }
  }

  void find_lms();
  void place_lms();
  void sort_lms_substrings();
  Index name_lms();
  void induce();

  const Symbol* text_;
  Index* suffixes_;
  Index n_;
  std::vector<Index> counts_, heads_;
  std::vector<Index> lms_;  // in text order
};

template <class Symbol, std::signed_integral Index>
void InducedSort<Symbol, Index>::find_lms() {
  for (Index i = 0; i < n_; ++i) ++counts_[static_cast<std::size_t>(text_[i])];
  // From the right, into the free array: a branch less than appending where one is found.
  Index* const end = suffixes_ + n_;
  Index found = 0;
  bool ascends = false;  // suffix i + 1 is smaller than suffix i + 2
  for (Index i = n_ - 1; i-- > 0;) {
    const bool now = (text_[i] < text_[i + 1]) | ((text_[i] == text_[i + 1]) & ascends);
    end[-1 - found] = i + 1;
    found += static_cast<Index>(ascends & !now);
    ascends = now;
  }
  lms_.assign(end - found, end);
}

// LMS suffixes in text order, at the ends of their buckets.
template <class Symbol, std::signed_integral Index>
void InducedSort<Symbol, Index>::place_lms() {
  std::fill(suffixes_, suffixes_ + n_, Index{0});
  set_tails();
  for (std::size_t k = lms_.size(); k-- > 0;) {
    if (kWide && k >= 16) __builtin_prefetch(head(lms_[k - 16]));
    suffixes_[--*head(lms_[k])] = lms_[k];
  }
}

// Leaves the LMS suffixes, sorted by their substrings, at the front of the array.
//
// An entry j > 0: its left neighbour j - 1 is of the type that this scan places. ~j: it is not, and waits for the next.
template <class Symbol, std::signed_integral Index>
void InducedSort<Symbol, Index>::sort_lms_substrings() {
  const auto place = [&](Index p, Index at, bool same_type) { suffixes_[at] = p == 0 ? 0 : same_type ? p : ~p; };
  set_heads();
  const Index last = n_ - 1;
  place(last, (*head(last))++, last > 0 && text_[last - 1] >= text_[last]);
  for (Index i = 0; i < n_; ++i) {
    prefetch(i, 1);
    const Index j = suffixes_[i];
    if (j > 0) {
      const Index p = j - 1;
      suffixes_[i] = 0;
      place(p, (*head(p))++, text_[p - (p > 0)] >= text_[p]);
    } else {
      suffixes_[i] = j < 0 ? ~j : 0;
    }
  }
  set_tails();
  Index* out = suffixes_ + n_;
  for (Index i = n_ - 1; i >= 0; --i) {
    prefetch(i, -1);
    const Index j = suffixes_[i];
    if (j > 0) {
      const Index p = j - 1;
      place(p, --*head(p), text_[p - (p > 0)] <= text_[p]);
    } else if (j < 0) {
      *--out = ~j;  // an LMS suffix; never overtakes the scan
    }
  }
  std::copy(out, suffixes_ + n_, suffixes_);
}

// Replaces the sorted LMS suffixes by names in text order, at suffixes_[lms_.size(), 2 * lms_.size()); returns how many
// names there are. Equal LMS substrings share a name; that of the last, which ends with the text, is its own.
template <class Symbol, std::signed_integral Index>
Index InducedSort<Symbol, Index>::name_lms() {
  const auto m = static_cast<Index>(lms_.size());
  Index* const slots = suffixes_ + m;  // by half the position: LMS suffixes are two apart at least
  for (Index k = 0; k < m; ++k) {
    slots[lms_[static_cast<std::size_t>(k)] / 2] =
        k + 1 < m ? lms_[static_cast<std::size_t>(k) + 1] - lms_[static_cast<std::size_t>(k)] + 1 : 0;
  }
  Index names = 0, before = 0, before_length = 0;
  for (Index k = 0; k < m; ++k) {
    if (k + 2 * kAhead < m) __builtin_prefetch(slots + suffixes_[k + 2 * kAhead] / 2);
    if (k + kAhead < m) __builtin_prefetch(text_ + suffixes_[k + kAhead]);
    const Index position = suffixes_[k], length = slots[position / 2];
    const bool same = length != 0 && length == before_length &&
                      std::equal(text_ + position, text_ + position + length, text_ + before);
    names += static_cast<Index>(!same);
    before = position;
    before_length = length;
    slots[position / 2] = names - 1;
  }
  for (Index k = 0; k < m; ++k) slots[k] = slots[lms_[static_cast<std::size_t>(k)] / 2];
  return names;
}

// All suffixes from the LMS suffixes, which are sorted and stand at the ends of their buckets, zeros elsewhere.
template <class Symbol, std::signed_integral Index>
void InducedSort<Symbol, Index>::induce() {
  set_heads();
  const Index last = n_ - 1;
  suffixes_[(*head(last))++] = last > 0 && text_[last - 1] < text_[last] ? ~last : last;
  for (Index i = 0; i < n_; ++i) {
    prefetch(i, 1);
    const Index j = suffixes_[i];
    suffixes_[i] = ~j;
    if (j > 0) {
      const Index p = j - 1, at = (*head(p))++;
      suffixes_[at] = text_[p - (p > 0)] < text_[p] ? ~p : p;
    }
  }
  set_tails();
  for (Index i = n_ - 1; i >= 0; --i) {
    prefetch(i, -1);
    const Index j = suffixes_[i];
    if (j > 0) {
      const Index p = j - 1, at = --*head(p);
      suffixes_[at] = p == 0 || text_[p - 1] > text_[p] ? ~p : p;
    } else {
      suffixes_[i] = ~j;
    }
  }
}

template <class Symbol, std::signed_integral Index>
void InducedSort<Symbol, Index>::sort() {
  if (n_ == 0) return;
  find_lms();
  const auto m = static_cast<Index>(lms_.size());
  if (m > 1) {
    place_lms();
    sort_lms_substrings();
    const Index names = name_lms();
    Index* const reduced = suffixes_ + m;
    if (names < m) {
      // The names go to the far end, the sorted order to the front.
      std::copy_backward(reduced, reduced + m, suffixes_ + n_);
      InducedSort<Index, Index>(suffixes_ + n_ - m, suffixes_, m, static_cast<std::size_t>(names)).sort();
    } else {
      std::copy_backward(reduced, reduced + m, suffixes_ + n_);
      for (Index k = 0; k < m; ++k) suffixes_[suffixes_[n_ - m + k]] = k;
    }
    std::vector<Index> sorted(lms_.size());
    for (Index k = 0; k < m; ++k) {
      if (k + kAhead < m) __builtin_prefetch(lms_.data() + suffixes_[k + kAhead]);
      sorted[static_cast<std::size_t>(k)] = lms_[static_cast<std::size_t>(suffixes_[k])];
    }
    lms_ = std::move(sorted);
  }
  place_lms();
  lms_ = {};
  induce();
}

}  // namespace detail

/// Sorts the suffixes of `text`, whose symbols are all below `alphabet`, into `suffixes`, of the same length: the
/// positions in the order of what follows them; a suffix that begins another comes before it. Symbols are unsigned;
/// Index is std::int32_t for texts below 2^31, std::int64_t for others. Takes at most three further
/// indices a symbol, for texts that repeat at every scale; a level of the recursion takes half as many as the one
/// above. \throws InvalidArgument where the lengths differ, the text is too long for Index, or a symbol is not below
/// `alphabet`
template <std::unsigned_integral Symbol, std::signed_integral Index>
void sort_suffixes(std::span<const Symbol> text, std::span<Index> suffixes, std::size_t alphabet) {
  require(suffixes.size() == text.size(), "sort_suffixes", "suffixes", suffixes.size(), text.size());
  require(text.size() < static_cast<std::size_t>((std::numeric_limits<Index>::max)()), "sort_suffixes", "text",
          text.size(), "a length that the index type holds");
  Symbol most = 0;
  for (const Symbol symbol : text) most = (std::max)(most, symbol);
  require(text.empty() || most < alphabet, "sort_suffixes", "the largest symbol", most,
          "below " + std::to_string(alphabet));
  detail::InducedSort<Symbol, Index>(text.data(), suffixes.data(), static_cast<Index>(text.size()), alphabet).sort();
}

/// The suffix array of `text`; see sort_suffixes().
template <std::signed_integral Index = std::int32_t, std::unsigned_integral Symbol>
std::vector<Index> suffix_array(std::span<const Symbol> text, std::size_t alphabet) {
  std::vector<Index> suffixes(text.size());
  sort_suffixes(text, std::span<Index>(suffixes), alphabet);
  return suffixes;
}

}  // namespace pastiche
