// SPDX-License-Identifier: MIT
/// \file
/// Text as tokens: bytes, code points (code_points.hpp), words that read back as text, words split at whitespace.
///
/// A word token is a word without spaces, or a punctuation mark with the spaces that stood beside it: `", "`, `" ("`,
/// `" — "`, `" ¿"`. Between two tokens there is a space if one of them brings it, or if both are words. So text comes
/// back as it was but for runs of spaces, and generated text is spaced as its source.
#pragma once

#include <pastiche/text/code_points.hpp>
#include <pastiche/text/vocabulary.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pastiche {

/// What becomes of line breaks when text is split into words.
enum class LineBreaks {
  paragraphs,  ///< an empty line is a token "\n\n", a single break is a space: for prose broken at a width
  keep,        ///< each break is a token: for verse and plays
  drop,        ///< all are spaces
};

/// Options of words().
struct WordOptions {
  LineBreaks line_breaks = LineBreaks::paragraphs;
  InvalidUtf8 invalid = InvalidUtf8::refuse;
};

namespace detail {

enum class CharacterClass { space, newline, letter, digit, mark };

constexpr bool between(std::uint32_t c, std::uint32_t first, std::uint32_t last) noexcept {
  return c >= first && c <= last;
}

/// Whatever is beyond ASCII and neither a space nor a known mark counts as a letter: accents, Cyrillic, all scripts.
constexpr CharacterClass class_of(std::uint32_t c) noexcept {
  if (c == '\n') return CharacterClass::newline;
  if (c == ' ' || between(c, 9, 13) || c == 0x85 || c == 0xA0 || c == 0x1680 || between(c, 0x2000, 0x200B) ||
      between(c, 0x2028, 0x2029) || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF) {
    return CharacterClass::space;
  }
  if (between(c, '0', '9')) return CharacterClass::digit;
  if (between(c, 'A', 'Z') || between(c, 'a', 'z') || c == '_') return CharacterClass::letter;
  const bool other_letter = c >= 0xC0 || c == 0xAA || c == 0xB5 || c == 0xBA || c == 0xAD;
  const bool mark = c == 0xD7 || c == 0xF7 || between(c, 0x200E, 0x206F) || between(c, 0x20A0, 0x20CF) ||
                    between(c, 0x2190, 0x2BFF) || between(c, 0x2E00, 0x2E7F) || between(c, 0x3001, 0x303F) ||
                    between(c, 0xFF01, 0xFF0F) || between(c, 0xFF1A, 0xFF20) || c == 0xFFFD;
  return other_letter && !mark ? CharacterClass::letter : CharacterClass::mark;
}

/// Joins letters on both sides of it into one word: don't, l’eau, кто-нибудь.
constexpr bool joins_letters(std::uint32_t c) noexcept {
  return c == '\'' || c == 0x2019 || c == '-' || c == 0x2010 || c == 0x2011;
}
/// Joins digits on both sides of it into one number: 3.14, 1,000, 10:30.
constexpr bool joins_digits(std::uint32_t c) noexcept {
  return c == '.' || c == ',' || c == ':';
}

struct Character {
  std::uint32_t point;
  std::uint32_t offset, bytes;  // in the UTF-8 text
  CharacterClass kind;
};

/// Cuts text into word tokens; feed() takes the text, take(token) is called for each.
class WordCutter {
 public:
  WordCutter(std::string_view text, const WordOptions& options, const char* function) : options_{options} {
    characters_.reserve(text.size());
    for_each_code_point(text, options.invalid, function, [&](std::uint32_t point, std::string_view) {
      const auto offset = static_cast<std::uint32_t>(text_.size());
      append_utf8(text_, point);
      characters_.push_back({point, offset, static_cast<std::uint32_t>(text_.size() - offset), class_of(point)});
    });
  }

  template <class Take>
  void cut(Take&& take) const {
    std::string token;
    for (std::size_t at = 0; at < characters_.size();) {
      const std::size_t start = at;
      const CharacterClass kind = characters_[at].kind;
      if (kind == CharacterClass::letter || kind == CharacterClass::digit) {
        at = word_end(at);
        take(slice(start, at));
      } else if (kind == CharacterClass::mark) {
        while (at < characters_.size() && characters_[at].point == characters_[start].point) ++at;
        token.assign(start == 0 || blank(start - 1) ? " " : "");
        token += slice(start, at);
        if (at == characters_.size() || blank(at)) token += ' ';
        take(std::string_view(token));
      } else {
        int breaks = 0;
        for (; at < characters_.size() && blank(at); ++at) {
          if (characters_[at].kind == CharacterClass::newline) ++breaks;
        }
        if (start == 0 || at == characters_.size()) continue;  // none at the ends
        if (options_.line_breaks == LineBreaks::keep) {
          for (; breaks > 0; --breaks) take(std::string_view("\n"));
        } else if (options_.line_breaks == LineBreaks::paragraphs && breaks > 1) {
          take(std::string_view("\n\n"));
        }
      }
    }
  }

 private:
  bool blank(std::size_t i) const noexcept {
    return characters_[i].kind == CharacterClass::space || characters_[i].kind == CharacterClass::newline;
  }
  std::string_view slice(std::size_t from, std::size_t to) const noexcept {
    const std::size_t begin = characters_[from].offset, end = characters_[to - 1].offset + characters_[to - 1].bytes;
    return std::string_view(text_).substr(begin, end - begin);
  }
  bool is(std::size_t i, CharacterClass kind) const noexcept {
    return i < characters_.size() && characters_[i].kind == kind;
  }
  bool part(std::size_t i) const noexcept { return is(i, CharacterClass::letter) || is(i, CharacterClass::digit); }

  std::size_t word_end(std::size_t at) const noexcept {
    while (at < characters_.size()) {
      if (part(at)) {
        ++at;
      } else if (joins_letters(characters_[at].point) && part(at + 1)) {
        at += 2;
      } else if (joins_digits(characters_[at].point) && is(at - 1, CharacterClass::digit) &&
                 is(at + 1, CharacterClass::digit)) {
        at += 2;
      } else {
        break;
      }
    }
    return at;
  }

  WordOptions options_;
  std::string text_;
  std::vector<Character> characters_;
};

}  // namespace detail

/// The word tokens of UTF-8 text, as ids of `vocabulary`, which grows by what is new. Words keep their inner
/// apostrophes and hyphens, numbers their inner points; a mark repeated ("...", "--") is one token. Text of at most 4
/// GiB. \throws InvalidArgument where bytes are no UTF-8, with the offset of the first, unless they are to be replaced
inline std::vector<std::uint32_t> words(std::string_view text, Vocabulary& vocabulary,
                                        const WordOptions& options = {}) {
  require(text.size() < (std::size_t{1} << 32), "words", "text", std::to_string(text.size()) + " bytes long",
          "less than 4 GiB");
  std::vector<std::uint32_t> tokens;
  detail::WordCutter(text, options, "words").cut([&](std::string_view token) {
    tokens.push_back(vocabulary.add(token));
  });
  return tokens;
}

/// Word tokens as text.
/// \throws InvalidArgument where an id is not in the vocabulary
inline std::string join_words(std::span<const std::uint32_t> tokens, const Vocabulary& vocabulary) {
  std::string text;
  bool owes_space = false;  // what came last brings a space
  bool after_word = false;  // what came last is a word
  bool fresh = true;        // at the start of the text or of a line
  for (const std::uint32_t id : tokens) {
    std::string_view token = vocabulary.word(id);
    if (token.empty()) continue;
    if (token.front() == '\n') {
      text += token;
      fresh = true;
      continue;
    }
    const bool leads = token.front() == ' ', trails = token.size() > 1 && token.back() == ' ';
    if (leads) token.remove_prefix(1);
    if (trails) token.remove_suffix(1);
    const auto step = detail::decode_utf8(token);
    const detail::CharacterClass kind = detail::class_of(step.code_point);
    const bool word = kind == detail::CharacterClass::letter || kind == detail::CharacterClass::digit;
    if (!fresh && (owes_space || leads || (word && after_word))) text += ' ';
    text += token;
    owes_space = trails;
    after_word = word;
    fresh = false;
  }
  return text;
}

/// The words of text split at whitespace (ASCII), as views into it: what perplexities are counted on.
inline std::vector<std::string_view> split_whitespace(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != text.npos;) {
    const std::size_t end = text.find_first_of(kBlanks, at);
    parts.push_back(text.substr(at, end == text.npos ? end : end - at));
    at = end == text.npos ? end : text.find_first_not_of(kBlanks, end);
  }
  return parts;
}

/// Text as bytes; index them as they are. The byte 255, which no UTF-8 has, is refused by the index.
inline std::span<const std::uint8_t> bytes_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace pastiche
