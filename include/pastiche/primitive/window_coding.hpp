// SPDX-License-Identifier: MIT
/// \file
/// How the vector form of window search lays out pixels and what it multiplies them by.
///
/// Squared differences of 8-bit elements are expanded, w (q - v)^2 = w q^2 - 2 w q v + w v^2, with q and v about 128,
/// so that all of it is products of 16-bit integers: the channels of a pixel and the sum of their squares, two to a
/// word. The sum of squares of three channels, about its middle, still has 16 bits, so a pixel of RGB is two words and
/// costs two instructions where one for each channel would need three.
#pragma once

#include <pastiche/core/vec.hpp>
#include <pastiche/primitive/window_problem.hpp>

namespace pastiche::detail {

/// Exact sums over 8-bit elements.
struct PairCoding {
  using Word = std::int32_t;         ///< a pair of int16
  using Coefficient = std::int32_t;  ///< another
  static constexpr int kMiddle = 128, kGroup = 3, kMiddleOfSquares = 24576;

  PASTICHE_HD static constexpr int groups(int channels) noexcept { return ceil_div(channels, kGroup); }
  /// Words of a pixel.
  PASTICHE_HD static constexpr int words(int channels) noexcept { return ceil_div(channels + groups(channels), 2); }

  /// The words of a pixel; `spread` is null where the pixel is there.
  static void encode(const std::int32_t* values, const std::int32_t* spread, int channels, index_t stride,
                     Word* to) noexcept {
    Pairs pairs{to, stride};
    for (int c = 0; c < channels; ++c) pairs.add(values[c] - kMiddle);
    for (int g = 0; g < groups(channels); ++g) {
      int sum = -kMiddleOfSquares;
      for (int c = kGroup * g; c < min_of(channels, kGroup * (g + 1)); ++c) {
        sum += squared(values[c]) + (spread != nullptr ? spread[c] : 0);
      }
      pairs.add(sum);
    }
    pairs.finish();
  }

  /// What the words of a known pixel of the output multiply those of the examples by. Returns what the product lacks.
  static std::uint32_t multiply_by(const std::int32_t* values, int channels, std::int32_t weight,
                                   Coefficient* to) noexcept {
    Pairs pairs{to, 1};
    std::int32_t rest = groups(channels) * kMiddleOfSquares;
    for (int c = 0; c < channels; ++c) {
      pairs.add(-2 * weight * (values[c] - kMiddle));
      rest += squared(values[c]);
    }
    for (int g = 0; g < groups(channels); ++g) pairs.add(weight);
    pairs.finish();
    return static_cast<std::uint32_t>(rest) * static_cast<std::uint32_t>(weight);
  }

  struct Term {
    template <class V>
    PASTICHE_INLINE V operator()(const V& sum, const V& could, const Coefficient& by) const noexcept {
      return sum + dot_pairs(could, V(by));
    }
  };

 private:
  static std::int32_t squared(std::int32_t value) noexcept { return (value - kMiddle) * (value - kMiddle); }

  struct Pairs {
    Word* to;
    index_t stride;
    int held = 0;
    bool waiting = false;

    void add(int x) noexcept {
      if (waiting) {
        *to = static_cast<Word>((static_cast<std::uint32_t>(held) & 0xffffu) | static_cast<std::uint32_t>(x) << 16);
        to += stride;
      }
      held = x;
      waiting = !waiting;
    }
    void finish() noexcept {
      if (waiting) *to = static_cast<Word>(static_cast<std::uint32_t>(held) & 0xffffu);
    }
  };
};

/// A value of the output and its weight.
template <class S>
struct WeightedValue {
  S have, weight;
};

/// Scalars under any distance: a plane a channel.
template <class S>
struct ScalarCoding {
  using Word = S;
  using Coefficient = WeightedValue<S>;

  template <class Distance>
  struct Term {
    Distance distance;
    template <class V>
    PASTICHE_INLINE V operator()(const V& sum, const V& could, const Coefficient& by) const noexcept {
      return fma(V(by.weight), simd::zip(distance, V(by.have), could), sum);
    }
  };
  /// What pixels cost that an example lacks, beyond the difference from the mean one.
  struct SpreadTerm {
    template <class V>
    PASTICHE_INLINE V operator()(const V& sum, const V& spread, const Coefficient& by) const noexcept {
      return fma(V(by.weight), spread, sum);
    }
  };
};

}  // namespace pastiche::detail
