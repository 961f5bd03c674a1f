// SPDX-License-Identifier: MIT
// test: devices=cpu
// Suffix arrays equal those of a plain sort, whatever the text.
#include <pastiche/core/random.hpp>
#include <pastiche/text/suffix_array.hpp>

#include "support/catch.hpp"

#include <numeric>

using namespace pastiche;

namespace {

template <class Symbol>
std::vector<std::int64_t> by_comparison(const std::vector<Symbol>& text) {
  std::vector<std::int64_t> order(text.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return std::lexicographical_compare(text.begin() + a, text.end(), text.begin() + b, text.end());
  });
  return order;
}

template <class Symbol>
bool sorts(const std::vector<Symbol>& text, std::size_t alphabet) {
  const std::span<const Symbol> symbols(text);
  const auto expected = by_comparison(text);
  const auto narrow = suffix_array<std::int32_t>(symbols, alphabet);
  return suffix_array<std::int64_t>(symbols, alphabet) == expected &&
         std::equal(narrow.begin(), narrow.end(), expected.begin(), expected.end());
}

template <class Symbol>
std::vector<Symbol> random_text(std::size_t n, std::uint32_t alphabet, std::uint32_t stream) {
  CounterRng rng(1, stream, n);
  std::vector<Symbol> text(n);
  for (Symbol& symbol : text) symbol = static_cast<Symbol>(rng.below(alphabet));
  return text;
}

}  // namespace

TEST_CASE("all short texts over three symbols", "[text]") {
  for (std::size_t n = 0; n <= 8; ++n) {
    std::size_t texts = 1;
    for (std::size_t i = 0; i < n; ++i) texts *= 3;
    for (std::size_t code = 0; code < texts; ++code) {
      std::vector<std::uint8_t> text(n);
      for (std::size_t i = 0, rest = code; i < n; ++i, rest /= 3) text[i] = static_cast<std::uint8_t>(rest % 3);
      if (!sorts(text, 3)) FAIL("text " << code << " of length " << n);
    }
  }
}

TEMPLATE_TEST_CASE("random texts", "[text]", std::uint8_t, std::uint16_t, std::uint32_t) {
  std::uint32_t stream = 0;
  for (const std::size_t n : {1u, 2u, 10u, 100u, 1000u, 20000u}) {
    for (const std::uint32_t alphabet : {1u, 2u, 4u, 30u, 256u}) {
      if (alphabet == 1 && n > 1000) continue;  // the plain sort would take long
      INFO("length " << n << ", alphabet " << alphabet);
      CHECK(sorts(random_text<TestType>(n, alphabet, ++stream), alphabet));
    }
  }
  CHECK(sorts(random_text<std::uint32_t>(5000, 100000, 1), 100000));
}

TEST_CASE("texts with periods and long repeats", "[text]") {
  for (const std::size_t period : {1u, 2u, 3u, 7u, 64u}) {
    const auto piece = random_text<std::uint8_t>(period, 3, 9);
    std::vector<std::uint8_t> text;
    while (text.size() < 1500) text.insert(text.end(), piece.begin(), piece.end());
    CHECK(sorts(text, 3));
    text.push_back(2);
    text.insert(text.begin(), 0);
    CHECK(sorts(text, 3));
  }
  std::vector<std::uint8_t> a{0}, b{0, 1};  // Fibonacci's word: repeats at every length
  while (b.size() < 3000) {
    std::vector<std::uint8_t> next = b;
    next.insert(next.end(), a.begin(), a.end());
    a = std::move(b);
    b = std::move(next);
  }
  CHECK(sorts(b, 2));
}

TEST_CASE("a symbol beyond the alphabet is refused", "[text]") {
  const std::vector<std::uint8_t> text{0, 3, 1};
  CHECK_THROWS_AS(suffix_array<std::int32_t>(std::span<const std::uint8_t>(text), 3), InvalidArgument);
}
