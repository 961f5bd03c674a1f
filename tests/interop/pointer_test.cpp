// SPDX-License-Identifier: MIT
// test: devices=cpu
// Plain memory becomes a view, or a refusal that says why not.
#include <pastiche/interop/pointer.hpp>

#include "support/catch.hpp"
#include "support/refusal.hpp"

#include <limits>
#include <type_traits>
#include <vector>

using namespace pastiche;
using test::refusal;

TEST_CASE("A pointer and a shape are a row-major view of the same memory") {
  std::vector<float> memory(24);
  const auto view = as_view(memory.data(), Shape<3>{2, 4, 3});
  STATIC_REQUIRE(std::is_same_v<decltype(view), const TensorView<float, 3, Cpu>>);
  CHECK(view.data() == memory.data());
  CHECK(view.stride() == Shape<3>{12, 3, 1});
  view(1, 2, 1) = 5.0f;
  CHECK(memory[19] == 5.0f);

  const std::vector<float>& fixed = memory;
  STATIC_REQUIRE(std::is_same_v<decltype(as_view(fixed.data(), Shape<1>{24})), TensorView<const float, 1, Cpu>>);
  CHECK(as_view(fixed.data(), Shape<1>{24})(19) == 5.0f);
}

TEST_CASE("Strides skip, repeat and reverse rows") {
  std::vector<int> memory(20);
  for (int i = 0; i < 20; ++i) memory[static_cast<std::size_t>(i)] = i;
  CHECK(as_view(memory.data(), Shape<2>{4, 3}, Shape<2>{5, 1})(3, 2) == 17);
  CHECK(as_view(memory.data(), Shape<2>{9, 3}, Shape<2>{0, 1})(8, 2) == 2);
  CHECK(as_view(memory.data() + 15, Shape<2>{4, 5}, Shape<2>{-5, 1})(3, 0) == 0);
  CHECK(as_view(memory.data(), Shape<2>{4, 1}, Shape<2>{5, 7}).stride() == Shape<2>{5, 1});  // one element: no stride
}

TEST_CASE("A view may be empty, then its pointer may be null") {
  CHECK(as_view(static_cast<float*>(nullptr), Shape<2>{0, 3}).size() == 0);
  CHECK(as_view(static_cast<float*>(nullptr), Shape<2>{3, 0}, Shape<2>{3, 1}).size() == 0);
}

TEST_CASE("What cannot be a view is refused") {
  float memory[12] = {};
  constexpr index_t most = (std::numeric_limits<index_t>::max)(), least = (std::numeric_limits<index_t>::min)();
  CHECK(refusal([&] { as_view(memory, Shape<2>{-1, 3}); }) == "as_view: extent is -1; expected at least 0");
  CHECK(refusal([&] {
          as_view(memory, Shape<2>{3, 2}, Shape<2>{4, 2});
        }) == "as_view: innermost stride is 2; expected 1: contiguous rows");
  CHECK(refusal([] { as_view(static_cast<float*>(nullptr), Shape<1>{1}); }) ==
        "as_view: pointer is null; expected the address of the first element");
  float* const odd = reinterpret_cast<float*>(reinterpret_cast<char*>(memory) + 1);
  CHECK(refusal([&] { as_view(odd, Shape<1>{2}); }) ==
        "as_view: address modulo the alignment of an element is 1; expected 0");
  CHECK(refusal([&] { as_view(memory, Shape<2>{most, most}); }) != "");
  CHECK(refusal([&] { as_view(memory, Shape<2>{index_t{1} << 40, index_t{1} << 40}); }) != "");
  CHECK(refusal([&] { as_view(memory, Shape<2>{3, 3}, Shape<2>{most / 2, 1}); }) != "");
  CHECK(refusal([&] { as_view(memory, Shape<2>{3, 3}, Shape<2>{least, 1}); }) != "");
}
