// SPDX-License-Identifier: MIT
/// \file
/// How a stream of distances becomes one choice: the concept and its models.
///
/// A sampler is a keyed reduction. Every candidate gets an integer key from its distance and 32 random bits, which are
/// a pure function of (seed, draw, candidate); the smallest key wins. So sampling streams with the search, in any order
/// and on any number of threads, and no table of probabilities is ever built.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/core/error.hpp>
#include <pastiche/core/random.hpp>
#include <pastiche/distance/distance.hpp>

#include <concepts>
#include <cstdint>
#include <limits>

namespace pastiche {

/// What is known of all candidates of one draw before keys are made. D is std::int64_t, float or double.
template <class D>
struct DrawContext {
  D least;      ///< the smallest distance
  double unit;  ///< times a distance: the mean over the elements compared, of pixels in [0, 1]
};

/// A rule of choice. `limit(context)`: candidates farther than this are out. `key(context, distance, bits)`: smallest
/// wins, 32 uniform random `bits`. `least_key(context, distance)`: no key of a candidate at this distance or farther is
/// smaller, whatever its bits; it saves the work on those that cannot win.
template <class S, class D>
concept Sampler =
    KernelCopyable<S> && requires(const S& sampler, DrawContext<D> context, D distance, std::uint32_t bits) {
      { sampler.limit(context) } noexcept -> std::same_as<D>;
      { sampler.key(context, distance, bits) } noexcept -> std::same_as<std::int64_t>;
      { sampler.least_key(context, distance) } noexcept -> std::same_as<std::int64_t>;
    };

PASTICHE_DEVICE_CODE_BEGIN

namespace detail {

/// An integer that orders as the non-negative distance does.
template <class D>
PASTICHE_HD constexpr std::int64_t ordered(D distance) noexcept {
  if constexpr (std::same_as<D, float>) {
    return bits_as<std::int32_t>(distance);
  } else if constexpr (std::same_as<D, double>) {
    return bits_as<std::int64_t>(distance);
  } else {
    return distance;
  }
}

/// The nearest distance that D holds; kFarthest beyond all of them.
template <class D>
PASTICHE_HD constexpr D to_distance(double x) noexcept {
  return x < static_cast<double>(kFarthest<D>) ? static_cast<D>(x) : kFarthest<D>;
}

/// log2(x) for x >= 1, with 24 fractional bits, by repeated squaring. In integers, so that every device agrees.
PASTICHE_HD constexpr std::int64_t log2_fixed(std::uint64_t x) noexcept {
  int whole = 0;
  for (int step = 32; step > 0; step /= 2) {
    if (x >> (whole + step) != 0) whole += step;
  }
  // The mantissa in [1, 2) with 31 fractional bits.
  std::uint64_t mantissa = whole >= 31 ? x >> (whole - 31) : x << (31 - whole);
  std::int64_t result = whole;
  for (int bit = 0; bit < 24; ++bit) {
    mantissa = mantissa * mantissa >> 31;
    result *= 2;
    if (mantissa >> 32 != 0) {
      mantissa >>= 1;
      ++result;
    }
  }
  return result;
}

/// log2 of an exponentially distributed variate of mean 1 / ln 2, with 24 fractional bits: minus a Gumbel variate, up
/// to a constant.
PASTICHE_HD constexpr std::int64_t log2_exponential(std::uint32_t bits) noexcept {
  const std::int64_t uniform = log2_fixed(2 * std::uint64_t{bits} + 1);  // of (bits + 1/2) / 2^32, plus 33
  const std::int64_t rate = (std::int64_t{33} << 24) - uniform;
  return log2_fixed(static_cast<std::uint64_t>(rate > 0 ? rate : 1)) - (std::int64_t{24} << 24);
}

inline constexpr std::int64_t kLeastLog2Exponential = -(std::int64_t{24} << 24);

}  // namespace detail

/// The nearest candidate; equals are settled by the bits.
struct ArgMin {
  template <class D>
  PASTICHE_HD constexpr D limit(const DrawContext<D>& context) const noexcept {
    return context.least;
  }
  template <class D>
  PASTICHE_HD constexpr std::int64_t key(const DrawContext<D>&, D, std::uint32_t bits) const noexcept {
    return bits;
  }
  template <class D>
  PASTICHE_HD constexpr std::int64_t least_key(const DrawContext<D>&, D) const noexcept {
    return 0;
  }
};

/// Any of those within (1 + tolerance) of the least distance, all equally likely: Efros & Freeman, "Image quilting for
/// texture synthesis and transfer", SIGGRAPH 2001, section 2.1 (their "within some error tolerance", 0.1).
struct WithinTolerance {
  double tolerance = 0.1;  ///< 0 to 10^6

  /// \throws InvalidArgument where the tolerance is not between 0 and 10^6
  void validate(const char* function) const {
    require(tolerance >= 0 && tolerance <= 1e6, function, "tolerance", tolerance, "0 to 1000000");
  }

  template <class D>
  PASTICHE_HD constexpr D limit(const DrawContext<D>& context) const noexcept {
    return detail::to_distance<D>(static_cast<double>(context.least) * (1.0 + tolerance));
  }
  template <class D>
  PASTICHE_HD constexpr std::int64_t key(const DrawContext<D>&, D, std::uint32_t bits) const noexcept {
    return bits;
  }
  template <class D>
  PASTICHE_HD constexpr std::int64_t least_key(const DrawContext<D>&, D) const noexcept {
    return 0;
  }
};

/// Candidate i with probability proportional to exp(-d_i / sigma), d the mean distance an element of pixels in [0, 1]:
/// Schoedl, Szeliski, Salesin & Essa, "Video textures", SIGGRAPH 2000, section 3.1. Drawn by the Gumbel-max trick.
struct ExpDistance {
  double sigma = 1e-3;  ///< 10^-12 to 10^12

  /// \throws InvalidArgument where sigma is not between 10^-12 and 10^12
  void validate(const char* function) const {
    require(sigma >= 1e-12 && sigma <= 1e12, function, "sigma", sigma, "1e-12 to 1e12");
  }

  template <class D>
  PASTICHE_HD constexpr D limit(const DrawContext<D>&) const noexcept {
    return kFarthest<D>;
  }
  template <class D>
  PASTICHE_HD constexpr std::int64_t key(const DrawContext<D>& context, D distance, std::uint32_t bits) const noexcept {
    return exponent(context, distance) + detail::log2_exponential(bits);
  }
  template <class D>
  PASTICHE_HD constexpr std::int64_t least_key(const DrawContext<D>& context, D distance) const noexcept {
    return exponent(context, distance) + detail::kLeastLog2Exponential;
  }

 private:
  // (d - least) / (sigma ln 2) with 24 fractional bits. Farther than 2^24 sigma is never drawn, nor what is infinite.
  template <class D>
  PASTICHE_HD constexpr std::int64_t exponent(const DrawContext<D>& context, D distance) const noexcept {
    const double steps = static_cast<double>(distance - context.least) * (context.unit / (sigma * 0.6931471805599453));
    return static_cast<std::int64_t>((steps < 0x1p24 ? steps : 0x1p24) * 0x1p24);
  }
};

/// The best candidate so far. Ordered by (key, bits, candidate), so that the least of a set does not depend on the
/// order in which it is seen.
struct Choice {
  std::int64_t key = (std::numeric_limits<std::int64_t>::max)();
  std::uint32_t bits = 0;
  index_t candidate = -1;  ///< -1 where there was none

  PASTICHE_HD constexpr bool beats(const Choice& other) const noexcept {
    if (other.candidate < 0) return candidate >= 0;
    if (candidate < 0) return false;
    if (key != other.key) return key < other.key;
    if (bits != other.bits) return bits < other.bits;
    return candidate < other.candidate;
  }
};

/// A draw in progress: offer() it the candidates in any order.
template <class S, class D>
struct Draw {
  S sampler;
  DrawContext<D> context;
  std::uint64_t stream;  ///< of random bits: a function of the seed and of what is drawn
  Choice best{};

  PASTICHE_HD constexpr D limit() const noexcept { return sampler.limit(context); }
  /// Whether a candidate this near could still win.
  PASTICHE_HD constexpr bool open_to(D distance) const noexcept {
    return best.candidate < 0 || sampler.least_key(context, distance) <= best.key;
  }
  PASTICHE_HD constexpr void offer(D distance, index_t candidate) noexcept {
    if (!open_to(distance)) return;
    const std::uint32_t bits = hash_bits(stream, static_cast<std::uint64_t>(candidate));
    const Choice choice{sampler.key(context, distance, bits), bits, candidate};
    if (choice.beats(best)) best = choice;
  }
};

PASTICHE_DEVICE_CODE_END

static_assert(Sampler<ArgMin, std::int64_t> && Sampler<ArgMin, float>);
static_assert(Sampler<WithinTolerance, std::int64_t> && Sampler<WithinTolerance, float>);
static_assert(Sampler<ExpDistance, std::int64_t> && Sampler<ExpDistance, double>);

}  // namespace pastiche
