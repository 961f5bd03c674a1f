// SPDX-License-Identifier: MIT
/// \file
/// How unlike two square neighbourhoods of pixels are: what pixel synthesis asks millions of times.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/distance/distance.hpp>

#include <cstdint>
#include <type_traits>

namespace pastiche {

namespace detail {

/// What neighbourhoods are stored in to be compared: 16-bit integers where distances are to be exact, else the scalar.
template <class Distance, Element E>
using neighbourhood_word_t =
    std::conditional_t<std::same_as<Distance, SquaredDifference> && std::same_as<E, std::uint8_t>, std::int16_t,
                       scalar_t<E>>;

/// What the distance of two neighbourhoods is kept in.
template <class Word>
using neighbourhood_sum_t = std::conditional_t<std::integral<Word>, std::int32_t, Word>;

PASTICHE_DEVICE_CODE_BEGIN

/// The weighted distance of two neighbourhoods given by their first words. Rows are read in whole registers: words
/// beyond a row's end are read, and weigh nothing.
///
/// Weights of integers multiply differences before they are squared, weights of scalars the distances.
template <class Arch, class Word, class Distance>
struct NeighbourhoodDistance {
  using Sum = neighbourhood_sum_t<Word>;
  /// Words of weights from row to row, and how many words beyond the last row may be read: whole registers of any arch.
  PASTICHE_HD static constexpr index_t padded(index_t row_words) noexcept { return round_up<index_t>(row_words, 32); }

  const Word* weights;  ///< `side` rows of padded(row_words)
  int side;             ///< of a neighbourhood in pixels
  index_t row_words;    ///< side times the words of a pixel
  Distance distance;

  PASTICHE_INLINE Sum operator()(const Word* a, index_t a_stride, const Word* b, index_t b_stride) const noexcept {
    if constexpr (Arch::bytes <= static_cast<int>(sizeof(Word))) {
      return one_by_one(a, a_stride, b, b_stride);
    } else {
      if constexpr (std::integral<Word> && Arch::bytes == 64) {
        // Half a register holds a row of 5 x 5 RGB.
        if (row_words <= 16) return in_registers<32>(a, a_stride, b, b_stride);
      }
      return in_registers<Arch::bytes>(a, a_stride, b, b_stride);
    }
  }

 private:
  PASTICHE_INLINE Sum one_by_one(const Word* a, index_t a_stride, const Word* b, index_t b_stride) const noexcept {
    Sum sum(0);
    const Word* w = weights;
    for (int y = 0; y < side; ++y, a += a_stride, b += b_stride, w += padded(row_words)) {
      for (index_t x = 0; x < row_words; ++x) {
        if constexpr (std::integral<Word>) {
          const Sum d = (Sum{a[x]} - Sum{b[x]}) * Sum{w[x]};
          sum += d * d;
        } else {
          sum += static_cast<Sum>(distance(a[x], b[x])) * w[x];
        }
      }
    }
    return sum;
  }

  template <int Bytes>
  PASTICHE_INLINE Sum in_registers(const Word* a, index_t a_stride, const Word* b, index_t b_stride) const noexcept {
    using V = simd::Vec<Word, Bytes / static_cast<int>(sizeof(Word))>;
    using S = simd::Vec<Sum, Bytes / static_cast<int>(sizeof(Sum))>;
    S sum(Sum(0));
    const Word* w = weights;
    for (int y = 0; y < side; ++y, a += a_stride, b += b_stride, w += padded(row_words)) {
      for (index_t x = 0; x < row_words; x += V::lanes) {
        const V p = V::load(a + x), q = V::load(b + x), weight = V::load(w + x);
        if constexpr (std::integral<Word>) {
          const V d = (p - q) * weight;
          S pairs;
          pairs.v = (typename S::type)d.v;
          sum = sum + dot_pairs(pairs, pairs);
        } else {
          sum = fma(simd::zip(distance, p, q), weight, sum);
        }
      }
    }
    return simd::sum(sum);
  }
};

PASTICHE_DEVICE_CODE_END

/// Sum of squared differences of n words, in host code: of integers exact, up to 16000 of 8-bit pixels at once.
template <class Word>
auto squared_differences(const Word* a, const Word* b, index_t n) noexcept {
  if constexpr (std::integral<Word>) {
    using V = simd::Wide<simd::Baseline, Word>;
    using S = simd::Wide<simd::Baseline, std::int32_t>;
    S sums(0);
    index_t i = 0;
    for (; i + V::lanes <= n; i += V::lanes) {
      const V d = V::load(a + i) - V::load(b + i);
      S pairs;
      pairs.v = (typename S::type)d.v;
      sums = sums + dot_pairs(pairs, pairs);
    }
    std::int32_t sum = simd::sum(sums);
    for (; i < n; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return std::int64_t{sum};
  } else {
    double sum = 0.0;
    for (index_t i = 0; i < n; ++i) {
      const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
      sum += d * d;
    }
    return sum;
  }
}

}  // namespace detail

}  // namespace pastiche
