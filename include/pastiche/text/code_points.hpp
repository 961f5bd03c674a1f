// SPDX-License-Identifier: MIT
/// \file
/// Text as Unicode code points: strict UTF-8 in, UTF-8 out.
///
/// The Unicode Standard 15.0, table 3-7 (well-formed byte sequences) and section 3.9, "U+FFFD substitution of maximal
/// subparts".
#pragma once

#include <pastiche/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pastiche {

/// What to do with bytes that are no UTF-8.
enum class InvalidUtf8 {
  refuse,   ///< throw; the error names the offset of the byte
  replace,  ///< take U+FFFD for each longest part that could have begun a code point
};

namespace detail {

/// A code point and the bytes it took; `valid` is false where they are none, and then `bytes` is how many to replace.
struct Utf8Step {
  std::uint32_t code_point = 0xFFFD;
  std::uint32_t bytes = 1;
  bool valid = false;
};

/// The code point that begins at text[0]; the text is not empty.
inline Utf8Step decode_utf8(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::uint32_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return {};
  // No overlong forms, no surrogates, nothing beyond U+10FFFF.
  std::uint32_t least = 0x80, most = 0xBF;
  if (first == 0xE0) least = 0xA0;
  if (first == 0xED) most = 0x9F;
  if (first == 0xF0) least = 0x90;
  if (first == 0xF4) most = 0x8F;
  std::uint32_t code_point = first & (0x7Fu >> length);
  for (std::uint32_t i = 1; i < length; ++i) {
    if (i >= text.size() || byte(i) < least || byte(i) > most) return {0xFFFD, i, false};
    code_point = code_point << 6 | (byte(i) & 0x3F);
    least = 0x80;
    most = 0xBF;
  }
  return {code_point, length, true};
}

/// Calls visit(code point, bytes) for each in turn.
template <class Visit>
void for_each_code_point(std::string_view text, InvalidUtf8 invalid, const char* function, Visit&& visit) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = decode_utf8(text.substr(at));
    if (!step.valid && invalid == InvalidUtf8::refuse) {
      throw_invalid(function, "text", "not UTF-8 at byte " + std::to_string(at), "UTF-8, or InvalidUtf8::replace");
    }
    visit(step.code_point, text.substr(at, step.bytes));
    at += step.bytes;
  }
}

}  // namespace detail

/// The code points of UTF-8 text.
/// \throws InvalidArgument where bytes are no UTF-8, with the offset of the first, unless they are to be replaced
inline std::vector<std::uint32_t> code_points(std::string_view text, InvalidUtf8 invalid = InvalidUtf8::refuse) {
  std::vector<std::uint32_t> points;
  points.reserve(text.size());
  detail::for_each_code_point(text, invalid, "code_points",
                              [&](std::uint32_t point, std::string_view) { points.push_back(point); });
  return points;
}

/// Appends a code point as UTF-8; U+FFFD for a surrogate or what lies beyond U+10FFFF.
inline void append_utf8(std::string& text, std::uint32_t point) {
  if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) point = 0xFFFD;
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

/// Code points as UTF-8.
inline std::string to_utf8(std::span<const std::uint32_t> points) {
  std::string text;
  text.reserve(points.size());
  for (const std::uint32_t point : points) append_utf8(text, point);
  return text;
}

}  // namespace pastiche
