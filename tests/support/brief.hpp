// SPDX-License-Identifier: MIT
/// \file
/// Types to test with. The builds at other optimisation levels than the usual one are there for what compilers make of
/// vector registers, which some types show as well as all.
#pragma once

#include <tuple>
#include <type_traits>

namespace pastiche::test {

#if defined(PASTICHE_TEST_BRIEF)
inline constexpr bool kBrief = true;
#else
inline constexpr bool kBrief = false;
#endif

/// For TEMPLATE_LIST_TEST_CASE: all types, or in a brief build some.
template <class All, class Some>
using Types = std::conditional_t<kBrief, Some, All>;

}  // namespace pastiche::test
