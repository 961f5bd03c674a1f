// SPDX-License-Identifier: MIT
/// \file
/// Distances between elements: the concept and the models that ship with the library.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/core/error.hpp>

#include <concepts>
#include <limits>

namespace pastiche {

/// A non-negative cost of matching one element with another. Patch costs are sums of it over all elements.
///
/// A model is trivially copyable (it travels to the device by value), const and noexcept, and its call operator is
/// marked PASTICHE_HD. One that is written with operators, `select` and `abs_of` only, is a PASTICHE_INLINE template
/// and says `static constexpr bool takes_vectors = true` is called on whole registers; any other lane by lane. A model
/// may have `channel_weight(channel)`, by which kernels multiply its values.
template <class M, class S>
concept ElementDistance = KernelCopyable<M> && Scalar<S> && requires(const M& distance, S a, S b) {
  { distance(a, b) } noexcept -> std::convertible_to<S>;
};

PASTICHE_DEVICE_CODE_BEGIN

/// (a - b)^2, the distance of Efros & Leung, "Texture synthesis by non-parametric sampling", ICCV 1999. Searchers know
/// its algebra: on 8-bit elements its sums are exact integers.
struct SquaredDifference {
  static constexpr bool takes_vectors = true;
  template <class V>
  PASTICHE_INLINE constexpr V operator()(const V& a, const V& b) const noexcept {
    const V d = a - b;
    return d * d;
  }
};

/// |a - b|, less drawn to outliers than SquaredDifference.
struct AbsoluteDifference {
  static constexpr bool takes_vectors = true;
  template <class V>
  PASTICHE_INLINE constexpr V operator()(const V& a, const V& b) const noexcept {
    return abs_of(a - b);
  }
};

/// Another distance with a weight for each of the first eight channels; further channels have weight 1.
template <class Inner = SquaredDifference>
struct ChannelWeighted {
  static constexpr bool takes_vectors = requires { requires Inner::takes_vectors; };
  float weight[8] = {1, 1, 1, 1, 1, 1, 1, 1};  ///< at least 0
  Inner inner{};

  template <class V>
  PASTICHE_INLINE constexpr V operator()(const V& a, const V& b) const noexcept {
    return inner(a, b);
  }
  /// \throws InvalidArgument where a weight is negative or not finite
  void validate(const char* function) const {
    for (const float w : weight) require(w >= 0.0f && is_finite(w), function, "channel weight", w, "at least 0");
  }
  PASTICHE_HD constexpr float channel_weight(index_t channel) const noexcept {
    return channel < 8 ? weight[channel] : 1.0f;
  }
};

/// The weight `distance` gives to a channel: 1 unless it says otherwise.
template <class M>
PASTICHE_HD constexpr float channel_weight_of(const M& distance, index_t channel) noexcept {
  if constexpr (requires { distance.channel_weight(channel); }) {
    return static_cast<float>(distance.channel_weight(channel));
  } else {
    static_cast<void>(distance);
    static_cast<void>(channel);
    return 1.0f;
  }
}

PASTICHE_DEVICE_CODE_END

static_assert(ElementDistance<SquaredDifference, float> && ElementDistance<SquaredDifference, double>);
static_assert(ElementDistance<AbsoluteDifference, float> && ElementDistance<AbsoluteDifference, double>);
static_assert(ElementDistance<ChannelWeighted<>, float>);

/// The distance of a place that must not be chosen: nothing exceeds it. A constant of numeric_limits holds in device
/// code too.
template <class D>
inline constexpr D kFarthest = (std::numeric_limits<D>::max)();

/// What sums of Distance over elements E are kept in: exact integers for squared differences of 8-bit elements, else
/// the scalar of E.
template <class Distance, Element E>
using distance_sum_t = std::conditional_t<std::same_as<Distance, SquaredDifference> && std::same_as<E, std::uint8_t>,
                                          std::int64_t, scalar_t<E>>;

}  // namespace pastiche
