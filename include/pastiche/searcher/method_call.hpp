// SPDX-License-Identifier: MIT
/// \file
/// How every method over pictures begins: pictures become views, policies are told apart, and what does not fit is
/// refused in a sentence that names the method.
#pragma once

#include <pastiche/core/observer.hpp>
#include <pastiche/core/policy.hpp>
#include <pastiche/device/device.hpp>
#include <pastiche/distance/distance.hpp>
#include <pastiche/sampler/sampler.hpp>
#include <pastiche/tensor/pictures.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

/// The sentences for a MethodCall that does not fit. A macro, as `function` and `families` must stay literals.
#define PASTICHE_CHECK_CALL(Call, function, families)                                                                \
  static_assert(Call::elements_fit, function ": integers have 8 or 16 bits; convert_elements() makes them");         \
  static_assert(Call::all_known, function ": an argument after the options models none of " families);               \
  static_assert(Call::none_ambiguous, function ": an argument after the options models more than one of " families); \
  static_assert(Call::none_twice, function ": two arguments after the options belong to one family of policies");    \
  static_assert(Call::device_fits, function ": the device is not the one whose memory holds the examples")

namespace pastiche::detail {

// Families that many methods know; those of one method stand beside it.

struct OfDevice {
  template <class X>
  static constexpr bool holds = DevicePolicy<X>;
};
template <class S>
struct OfDistance {
  template <class X>
  static constexpr bool holds = ElementDistance<X, S>;
};
/// Whatever distances are summed in: which of them is known only with the distance.
template <class S>
struct OfSampler {
  template <class X>
  static constexpr bool holds = Sampler<X, S> || Sampler<X, std::int64_t>;
};
struct OfObserver {
  template <class X>
  static constexpr bool holds = Observer<X>;
};

/// A method called with pictures and policies. `Families<E, Device>` is its PolicyList.
template <template <class, class> class Families, class Pictures, class... Policies>
struct MethodCall {
  using Views = std::remove_cv_t<decltype(views_of(std::declval<const Pictures&>()))>;
  using View = typename Views::value_type;
  using Element = typename View::value_type;
  using Device = typename View::device_type;
  using List = Families<Element, Device>;

  static constexpr bool elements_fit = !std::integral<Element> || sizeof(Element) <= 2;
  static constexpr bool all_known = List::template all_known<Policies...>;
  static constexpr bool none_ambiguous = List::template none_ambiguous<Policies...>;
  static constexpr bool none_twice = List::template none_twice<Policies...>;
  static constexpr bool device_fits =
      std::same_as<decltype(pick<OfDevice>(std::declval<Device>(), std::declval<const Policies&>()...)), Device>;

  Views views;
  /// That of the policies; else the one that made the pictures; else a default one of their memory.
  Device device;

  explicit MethodCall(const Pictures& pictures, const Policies&... policies)
      : views(views_of(pictures)), device(pick<OfDevice>(device_of_examples<Device>(pictures), policies...)) {}
};

}  // namespace pastiche::detail
