// SPDX-License-Identifier: MIT
// Tokens: UTF-8 is strict and says where it is broken; words come back as the text they were.
#include <pastiche/text/tokens.hpp>

#include "support/catch.hpp"

using namespace pastiche;

namespace {

std::vector<std::string> cut(std::string_view text, const WordOptions& options = {}) {
  Vocabulary vocabulary;
  std::vector<std::string> tokens;
  for (const std::uint32_t id : words(text, vocabulary, options)) tokens.push_back(vocabulary.word(id));
  return tokens;
}

std::string round_trip(std::string_view text, const WordOptions& options = {}) {
  Vocabulary vocabulary;
  return join_words(words(text, vocabulary, options), vocabulary);
}

std::string refusal(std::string_view text) {
  try {
    code_points(text);
  } catch (const InvalidArgument& error) {
    return error.value();
  }
  return "";
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("UTF-8 round trips at the ends of every length", "[text]") {
  const std::vector<std::uint32_t> points{0, 1, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
  CHECK(code_points(to_utf8(points)) == points);
  CHECK(code_points("").empty());
  CHECK(to_utf8(std::vector<std::uint32_t>{0xD800, 0x110000}) == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("broken UTF-8 names its byte", "[text]") {
  CHECK(refusal("abc\x80") == "not UTF-8 at byte 3");
  CHECK(refusal("\xC0\x80") == "not UTF-8 at byte 0");              // overlong
  CHECK(refusal("\xC3\xA9\xE0\x9F\xBF") == "not UTF-8 at byte 2");  // overlong
  CHECK(refusal("a\xED\xA0\x80") == "not UTF-8 at byte 1");         // a surrogate
  CHECK(refusal("\xF4\x90\x80\x80") == "not UTF-8 at byte 0");      // beyond U+10FFFF
  CHECK(refusal("ab\xE2\x82") == "not UTF-8 at byte 2");            // cut off
  CHECK(refusal("\xFF") == "not UTF-8 at byte 0");
  // The Unicode Standard's own example of maximal subparts.
  const auto replaced = code_points("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64", InvalidUtf8::replace);
  CHECK(replaced == std::vector<std::uint32_t>{0x61, 0xFFFD, 0xFFFD, 0xFFFD, 0x62, 0xFFFD, 0x63, 0xFFFD, 0xFFFD, 0x64});
}

TEST_CASE("words of English, Spanish and Russian", "[text]") {
  CHECK(cut("Call me Ishmael.") == Strings{"Call", "me", "Ishmael", ". "});
  CHECK(cut("\"Don't,\" he said--twice.") == Strings{" \"", "Don't", ",", "\" ", "he", "said", "--", "twice", ". "});
  CHECK(cut("¿Qué niño, señor?") == Strings{" ¿", "Qué", "niño", ", ", "señor", "? "});
  CHECK(cut("Кто-нибудь придёт? «Да» — сказал он.") ==
        Strings{"Кто-нибудь", "придёт", "? ", " «", "Да", "» ", " — ", "сказал", "он", ". "});
  CHECK(cut("l’eau costs 3.14 or 1,000.") == Strings{"l’eau", "costs", "3.14", "or", "1,000", ". "});
  CHECK(cut("wait... what") == Strings{"wait", "... ", "what"});
  CHECK(cut("").empty());
  CHECK(cut(" \n ").empty());
}

TEST_CASE("words read back as they were", "[text]") {
  for (const std::string_view text :
       {"Call me Ishmael. Some years ago--never mind how long precisely--having little or no money",
        "\"I say,\" cried he, \"don't!\" (He didn't.) 'Tis well; 'tis all.", "— ¡Vaya! —dijo Sancho—. ¿Qué es esto?",
        "«Все счастливые семьи похожи друг на друга», — писал он в 1873-м.", "a , b ; 50% of $3.50, e.g. this/that",
        "One.\n\nTwo.", "x"}) {
    CHECK(round_trip(text) == text);
  }
  CHECK(round_trip("  two   spaces\tand\r\nbreaks ") == "two spaces and breaks");
  CHECK(round_trip("To be,\nor not\n\n\nto be", {.line_breaks = LineBreaks::keep}) == "To be,\nor not\n\n\nto be");
  CHECK(round_trip("To be,\n\nor not", {.line_breaks = LineBreaks::drop}) == "To be, or not");
}

TEST_CASE("a vocabulary keeps its ids, also through bytes", "[text]") {
  Vocabulary vocabulary;
  const auto first = words("the cat and the dog", vocabulary);
  CHECK(first == std::vector<std::uint32_t>{0, 1, 2, 0, 3});
  CHECK(words("dog the", vocabulary) == std::vector<std::uint32_t>{3, 0});
  CHECK(vocabulary.find("cat") == 1u);
  CHECK_FALSE(vocabulary.find("cow").has_value());
  CHECK_THROWS_AS(vocabulary.word(4), InvalidArgument);
  const Vocabulary again = Vocabulary::parse(vocabulary.serialize());
  CHECK(again.size() == 4);
  CHECK(again.find("dog") == 3u);
  CHECK_THROWS_AS(Vocabulary::parse(vocabulary.serialize().substr(0, 9)), InvalidArgument);
  CHECK_THROWS_AS(Vocabulary::parse(vocabulary.serialize() + vocabulary.serialize()), InvalidArgument);
}

TEST_CASE("whitespace splits words for scoring", "[text]") {
  CHECK(split_whitespace(" a, b\t\nc ") == std::vector<std::string_view>{"a,", "b", "c"});
  CHECK(split_whitespace(" ").empty());
}
