// SPDX-License-Identifier: MIT
// test: devices=cpu
// Counts equal those of a plain search; no context crosses a boundary; a file comes back as it was or is refused.
#include <pastiche/core/random.hpp>
#include <pastiche/text/index.hpp>
#include <pastiche/text/tokens.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"

#include <map>

using namespace pastiche;
using namespace pastiche::test;

namespace {

template <class Token>
using Texts = std::vector<std::vector<Token>>;

template <class Token, class Position = std::int32_t>
TokenIndex<Token, Position> index_of(const Texts<Token>& texts, std::string_view note = {}) {
  const std::vector<std::span<const Token>> spans(texts.begin(), texts.end());
  return TokenIndex<Token, Position>(std::span<const std::span<const Token>>(spans), note);
}

template <class Token>
Texts<Token> random_texts(std::size_t texts, std::size_t length, std::uint32_t alphabet, std::uint32_t stream) {
  CounterRng rng(5, stream, 0);
  Texts<Token> result(texts);
  for (auto& text : result) {
    text.resize(rng.below(static_cast<std::uint32_t>(length + 1)));
    for (Token& token : text) token = static_cast<Token>(rng.below(alphabet));
  }
  return result;
}

template <class Token>
std::uint64_t brute_count(const Texts<Token>& texts, std::span<const Token> context) {
  std::uint64_t count = 0;
  for (const auto& text : texts) {
    const std::size_t ends = text.size() + (context.empty() ? 0 : 1);  // the empty one stands before each token
    for (std::size_t i = 0; i + context.size() < ends; ++i) {
      count += std::equal(context.begin(), context.end(), text.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return count;
}

template <class Token>
std::map<Token, std::uint64_t> brute_successors(const Texts<Token>& texts, std::span<const Token> context) {
  std::map<Token, std::uint64_t> counts;
  for (const auto& text : texts) {
    for (std::size_t i = 0; i + context.size() < text.size(); ++i) {
      if (std::equal(context.begin(), context.end(), text.begin() + static_cast<std::ptrdiff_t>(i))) {
        ++counts[text[i + context.size()]];
      }
    }
  }
  return counts;
}

// A context taken from a text, or a random one, and sometimes spoilt.
template <class Token>
std::vector<Token> query(const Texts<Token>& texts, std::uint32_t alphabet, CounterRng& rng) {
  const std::size_t length = rng.below(4) == 0 ? rng.below(24) : 1 + rng.below(6);
  std::vector<Token> context(length);
  for (Token& token : context) token = static_cast<Token>(rng.below(alphabet + 1));
  const auto& text = texts[rng.below(static_cast<std::uint32_t>(texts.size()))];
  if (rng.below(8) != 0 && text.size() > length) {
    const auto from = text.begin() + rng.below(static_cast<std::uint32_t>(text.size() - length));
    context.assign(from, from + static_cast<std::ptrdiff_t>(length));
    if (length > 0 && rng.below(4) == 0) context.back() = static_cast<Token>(rng.below(alphabet));
  }
  return context;
}

template <class Token, class Position>
int wrong_answers(std::size_t count, std::size_t length, std::uint32_t alphabet, std::uint32_t stream, int queries) {
  auto texts = random_texts<Token>(count, length, alphabet, stream);
  const auto index = index_of<Token, Position>(texts);
  CounterRng rng(6, stream, 1);
  int wrong = 0;
  for (int i = 0; i < queries; ++i) {
    const auto context = query(texts, alphabet, rng);
    const std::span<const Token> span(context);
    wrong += index.count(span) != brute_count(texts, span);
    if (i % 16 != 0) continue;
    std::map<Token, std::uint64_t> counts;
    for (const auto& next : index.successors(span)) counts[next.token] = next.count;
    wrong += counts != brute_successors(texts, span);
  }
  return wrong;
}

const Texts<std::uint8_t> kSmall{{1, 2, 3, 1, 2}, {}, {3, 1, 2, 3}, {2}};

std::string refusal_of(const FileBytes& file) {
  return io_error([&] { TokenIndex<std::uint8_t>::parse(file, "x.idx"); });
}

FileBytes small_file() {
  const auto index = index_of(kSmall, "a note");
  return FileBytes(index.file_bytes().begin(), index.file_bytes().end());
}

bool says(const std::string& message, const char* what) {
  INFO(message);
  return message.find(what) != message.npos;
}

}  // namespace

TEST_CASE("counts and successors are those of a plain search", "[text]") {
  std::uint32_t stream = 0;
  for (const std::uint32_t alphabet : {1u, 2u, 3u, 26u, 250u}) {
    for (const std::size_t texts : {1u, 3u, 12u}) {
      ++stream;
      INFO("alphabet " << alphabet << ", texts " << texts);
      CHECK((wrong_answers<std::uint8_t, std::int32_t>(texts, 1200 / texts, alphabet, stream, 3000)) == 0);
      CHECK((wrong_answers<std::uint16_t, std::int64_t>(texts, 900 / texts, alphabet, stream, 2000)) == 0);
      CHECK((wrong_answers<std::uint32_t, std::int32_t>(texts, 900 / texts, 20 * alphabet, stream, 2000)) == 0);
    }
  }
}

TEST_CASE("contexts cross no boundary", "[text]") {
  const auto index = index_of(kSmall);
  CHECK(index.texts() == 4);
  CHECK(index.tokens() == 10);
  CHECK(index.token_limit() == 4);
  CHECK(index.count(std::vector<std::uint8_t>{1, 2}) == 3);
  CHECK(index.count(std::vector<std::uint8_t>{2, 3}) == 2);
  CHECK(index.count(std::vector<std::uint8_t>{2, 3, 1}) == 1);
  CHECK(index.count(std::vector<std::uint8_t>{3, 2}) == 0);  // only across a boundary
  CHECK(index.count(std::vector<std::uint8_t>{255}) == 0);
  CHECK(index.count({}) == 10);
  const std::vector<std::uint8_t> context{1, 2};
  CHECK(index.successors(context) == std::vector<Successor<std::uint8_t>>{{3, 2}});
  CHECK(index.text(2) == kSmall[2]);
  const auto last = index.find(std::vector<std::uint8_t>{3, 1, 2, 3});
  CHECK(index.locate(index.suffix(last.first)) == TextPosition{2, 0});
}

TEST_CASE("empty and one-token texts", "[text]") {
  const auto none = index_of<std::uint8_t>({});
  CHECK(none.tokens() == 0);
  CHECK(none.count(std::vector<std::uint8_t>{0}) == 0);
  CHECK(none.successors({}).empty());
  const auto empty = index_of<std::uint8_t>({{}, {}});
  CHECK(empty.texts() == 2);
  CHECK(empty.successors({}).empty());
  const auto one = index_of<std::uint32_t>({{7}});
  CHECK(one.count(std::vector<std::uint32_t>{7}) == 1);
  CHECK(one.successors({}) == std::vector<Successor<std::uint32_t>>{{7, 1}});
  CHECK(one.successors(std::vector<std::uint32_t>{7}).empty());
}

TEST_CASE("the largest value is no token", "[text]") {
  CHECK_THROWS_AS(index_of<std::uint8_t>({{1, 255}}), InvalidArgument);
  CHECK_THROWS_AS(index_of<std::uint32_t>({{0xffffffffu}}), InvalidArgument);
}

TEST_CASE("an index comes back from its file", "[text]") {
  const TemporaryFolder folder;
  const auto texts = random_texts<std::uint32_t>(5, 400, 30, 77);
  const auto index = index_of(texts, "words and such");
  index.save(folder / "a.idx");
  const auto again = TokenIndex<std::uint32_t>::open(folder / "a.idx");
  CHECK(again.note() == "words and such");
  CHECK(again.tokens() == index.tokens());
  for (std::uint32_t token = 0; token < 31; ++token) {
    const std::vector<std::uint32_t> context{token};
    CHECK(again.successors(context) == index.successors(context));
  }
  CHECK(says(io_error([&] { TokenIndex<std::uint8_t>::open(folder / "a.idx"); }), "32-bit tokens"));
  CHECK(says(io_error([&] { TokenIndex<std::uint32_t, std::int64_t>::open(folder / "a.idx"); }), "32-bit positions"));
  CHECK(says(io_error([&] { TokenIndex<std::uint8_t>::open(folder / "b.idx"); }), "missing"));
}

TEST_CASE("damaged files are refused", "[text]") {
  const FileBytes file = small_file();
  CHECK(says(refusal_of({}), "bad signature"));
  CHECK(says(refusal_of({'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0}), "bad signature"));
  for (std::size_t length = 0; length < file.size(); length += length < 200 ? 1 : 997) {
    const std::string message = refusal_of(FileBytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length)));
    if (!says(message, length < 8 ? "bad signature" : "cut off")) FAIL("length " << length << ": " << message);
  }
  FileBytes longer = file;
  longer.push_back(0);
  CHECK(says(refusal_of(longer), "data behind it"));
  FileBytes turned = file;
  std::reverse(turned.begin() + 8, turned.begin() + 12);
  CHECK(says(refusal_of(turned), "other byte order"));
  FileBytes newer = file;
  newer[12] = 9;
  CHECK(says(refusal_of(newer), "version 9"));
}

TEST_CASE("every flipped bit is seen", "[text]") {
  FileBytes file = small_file();
  std::size_t unseen = 0;
  CounterRng rng(3, 0, 0);
  for (std::size_t i = 0; i < 3000; ++i) {
    // Of the header all that has a meaning, and many of the rest.
    const std::size_t bit = i < 8 * 80 ? i : 8 * 128 + rng.below(static_cast<std::uint32_t>(8 * (file.size() - 128)));
    file[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    unseen += refusal_of(file).empty();
    file[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
  CHECK(unseen == 0);
  CHECK_NOTHROW(TokenIndex<std::uint8_t>::parse(file, "x.idx"));
}
