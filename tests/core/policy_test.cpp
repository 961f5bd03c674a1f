// SPDX-License-Identifier: MIT
// test: devices=cpu
// Policies come in any order, at most one of a family, the rest by default.
#include <pastiche/core/policy.hpp>

#include "support/catch.hpp"

#include <type_traits>

namespace {

using namespace pastiche;

struct Red {
  static constexpr bool is_colour = true;
  int shade = 0;
};
struct Blue {
  static constexpr bool is_colour = true;
  int shade = 0;
};
struct Round {
  static constexpr bool is_form = true;
  double radius = 0.0;
};
struct Chameleon {
  static constexpr bool is_colour = true, is_form = true;
};

struct Colours {
  template <class X>
  static constexpr bool holds = requires { X::is_colour; };
};
struct Forms {
  template <class X>
  static constexpr bool holds = requires { X::is_form; };
};
using Families = PolicyList<Colours, Forms>;

template <class... Policies>
int shade(const Policies&... policies) {
  return pick<Colours>(Red{7}, policies...).shade;
}

}  // namespace

TEST_CASE("The argument of a family is found wherever it stands") {
  CHECK(shade() == 7);
  CHECK(shade(Round{}) == 7);
  CHECK(shade(Blue{3}) == 3);
  CHECK(shade(Round{}, Blue{3}) == 3);
  CHECK(shade(Blue{3}, Round{}) == 3);
  STATIC_REQUIRE(pick<Forms>(Round{1.0}, Blue{}, Round{2.0}).radius == 2.0);
  STATIC_REQUIRE(std::is_same_v<decltype(pick<Colours>(Red{}, Round{}, Blue{})), Blue>);
  STATIC_REQUIRE(std::is_same_v<decltype(pick<Colours>(Red{}, Round{})), Red>);
}

TEST_CASE("Strangers, twins and those at home in two families are known at compile time") {
  STATIC_REQUIRE(Families::all_known<>);
  STATIC_REQUIRE(Families::all_known<Round, Red>);
  STATIC_REQUIRE(Families::all_known<const Round&, Red&&>);
  STATIC_REQUIRE_FALSE(Families::all_known<Round, int>);
  STATIC_REQUIRE(Families::none_twice<Round, Red>);
  STATIC_REQUIRE_FALSE(Families::none_twice<Blue, Round, Red>);
  STATIC_REQUIRE(Families::none_ambiguous<Round, Red>);
  STATIC_REQUIRE_FALSE(Families::none_ambiguous<Chameleon>);
}
