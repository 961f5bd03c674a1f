// SPDX-License-Identifier: MIT
/// \file
/// Policies in any order: each argument after the options is recognised by the concept it models.
///
/// A family is a struct with `template <class X> static constexpr bool holds` (does X model the concept?). A method
/// lists its families once; pick<>() then finds each family's argument or the method's default.
#pragma once

#include <type_traits>

namespace pastiche {

namespace detail {

template <class Family, class... Policies>
inline constexpr int count_in_family =
    (0 + ... + static_cast<int>(Family::template holds<std::remove_cvref_t<Policies>>));

}  // namespace detail

/// The families a method knows.
template <class... Families>
struct PolicyList {
  /// In how many of the families X could stand.
  template <class X>
  static constexpr int homes = (0 + ... + static_cast<int>(Families::template holds<std::remove_cvref_t<X>>));

  template <class... Policies>
  static constexpr bool all_known = ((homes<Policies> >= 1) && ...);
  template <class... Policies>
  static constexpr bool none_ambiguous = ((homes<Policies> <= 1) && ...);
  template <class... Policies>
  static constexpr bool none_twice = ((detail::count_in_family<Families, Policies...> <= 1) && ...);
};

/// The argument that belongs to Family, or `fallback` where there is none.
template <class Family, class Default>
constexpr Default pick(Default fallback) {
  return fallback;
}
template <class Family, class Default, class First, class... Rest>
constexpr auto pick(Default fallback, const First& first, const Rest&... rest) {
  if constexpr (Family::template holds<First>) {
    return first;
  } else {
    return pick<Family>(fallback, rest...);
  }
}

/// Lets a policy that has a `validate(function)` refuse settings that make no sense.
template <class Policy>
void validate_policy(const Policy& policy, const char* function) {
  if constexpr (requires { policy.validate(function); }) policy.validate(function);
}

/// As pick(), but the argument itself: for policies with state, such as observers.
template <class Family, class Default>
constexpr Default& pick_reference(Default& fallback) {
  return fallback;
}
template <class Family, class Default, class First, class... Rest>
constexpr auto& pick_reference(Default& fallback, First& first, Rest&... rest) {
  if constexpr (Family::template holds<std::remove_cvref_t<First>>) {
    return first;
  } else {
    return pick_reference<Family>(fallback, rest...);
  }
}

}  // namespace pastiche
