// SPDX-License-Identifier: MIT
/// \file
/// What a generator of text is asked for, and what it returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace pastiche {

/// An order without bound.
inline constexpr std::size_t kUnbounded = (std::numeric_limits<std::size_t>::max)();

/// Where generated text begins.
enum class TextStart {
  anywhere,  ///< as if in the middle of a text
  sentence,  ///< as a text begins, or as one goes on behind a token of `start_after`
};

/// Options of TextGenerator::generate().
template <class Token>
struct GenerateOptions {
  std::size_t length = 100;  ///< tokens, at most
  /// A token depends on order - 1 before it; 0: all tokens alike. kUnbounded: on as many as occur, up to 254.
  std::size_t order = 3;
  std::size_t min_support = 1;        ///< a context counts only if it occurs so often, else a shorter one does
  std::size_t min_continuations = 1;  ///< ... and is followed by so many different tokens (an end counts as one)
  std::size_t max_copy = 0;           ///< no run of more tokens stands anywhere in the texts; 1 to 254, 0: no limit
  std::uint64_t seed = 0;
  TextStart start = TextStart::anywhere;
  std::vector<Token> start_after{};  ///< tokens that end a sentence; a start of a text always counts
  std::vector<Token> prompt{};       ///< what comes before the output and is not repeated in it; overrides start
  std::vector<Token> stop_after{};   ///< the text ends behind such a token ...
  std::size_t min_length = 0;        ///< ... once it has so many
  bool stop_at_text_end = false;     ///< a text may end where one of the sources does; else they go on
  std::vector<Token> required{};     ///< tokens that must come, in this order
  /// Shannon's own procedure: from a random place, read on until the context comes, take the token behind it. Slow.
  bool read_on = false;
  bool provenance = false;      ///< fill GeneratedText::sources
  bool measure_copies = false;  ///< fill GeneratedText::longest_copy; a limit does so too
};

/// Where a token was taken from. Texts are numbered through all indexes.
struct TokenSource {
  std::uint64_t offset = 0;   ///< tokens before it in its text
  std::uint32_t text = 0;     ///< which text
  std::uint32_t context = 0;  ///< how many tokens before it are those before it in the output
};

/// Why a text ended.
enum class TextStop {
  length,           ///< it is as long as was asked
  stop_token,       ///< at a token of stop_after
  text_end,         ///< where a source ends
  no_continuation,  ///< every token would have made a longer quotation than max_copy allows, or there is none at all
};

/// What TextGenerator::generate() returns.
template <class Token>
struct GeneratedText {
  std::vector<Token> tokens{};
  std::vector<TokenSource> sources{};  ///< one a token, if asked for
  TextStop stop = TextStop::length;
  std::size_t longest_copy = 0;  ///< tokens; the longest run that stands in the texts, if measured or limited
  std::size_t longest_run = 0;   ///< tokens; the longest taken from one place, with provenance
  std::size_t shortened = 0;  ///< how often max_copy left a context without a continuation, so a shorter one was taken
  std::vector<Token> missing{};  ///< tokens of `required` that found no place
};

}  // namespace pastiche
