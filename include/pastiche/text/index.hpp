// SPDX-License-Identifier: MIT
/// \file
/// One index of tokens that serves every order: a suffix array with a table of buckets and keys for the search.
///
/// The continuations of a context are an interval of the array: U. Manber, G. Myers, "Suffix arrays: a new method for
/// on-line string searches", SIAM Journal on Computing 22(5), 1993. J. Liu et al., "Infini-gram", COLM 2024, count
/// n-grams of any order by it.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/io/file.hpp>
#include <pastiche/io/mapped_file.hpp>
#include <pastiche/text/index_file.hpp>
#include <pastiche/text/suffix_array.hpp>

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pastiche {

/// Suffixes [first, last) of the array: the occurrences of a context.
struct SuffixInterval {
  std::size_t first = 0, last = 0;

  std::size_t size() const noexcept { return last - first; }
  bool empty() const noexcept { return first >= last; }
  bool operator==(const SuffixInterval&) const = default;
};

/// A token and how often it follows.
template <class Token>
struct Successor {
  Token token{};
  std::uint64_t count = 0;

  bool operator==(const Successor&) const = default;
};

/// A place in the texts of an index.
struct TextPosition {
  std::size_t text = 0;    ///< which of them
  std::size_t offset = 0;  ///< tokens before it

  bool operator==(const TextPosition&) const = default;
};

/// An index of one or more texts. Contexts cross no boundary between texts. It is immutable; copies share its memory.
///
/// Token: an unsigned type of 8, 16 or 32 bits: bytes, code points, ids of a Vocabulary. The largest value of the type
/// is no token, and what is wider than a byte should be dense, for there is a bucket for each value up to the largest.
/// Position: std::int32_t for up to 2^31 tokens, std::int64_t beyond. Memory and file: for each token itself, a
/// position and half a byte; 256 KiB of buckets for bytes, else a position for each value.
template <std::unsigned_integral Token, std::signed_integral Position = std::int32_t>
  requires(sizeof(Token) <= 4 && sizeof(Position) >= 4)
class TokenIndex {
 public:
  using token_type = Token;
  using position_type = Position;

  /// Indexes texts; some may be empty.
  /// \throws InvalidArgument where a token is the largest value of its type, or there are too many for Position
  explicit TokenIndex(std::span<const std::span<const Token>> texts, std::string_view note = {}) { build(texts, note); }
  explicit TokenIndex(std::span<const Token> text, std::string_view note = {}) { build({&text, 1}, note); }

  /// The index in a file that save() wrote, which is mapped, not read: it must stay as it is.
  /// \throws IoError where it is missing, cut off, damaged, of another kind, version or byte order
  static TokenIndex open(const std::string& path) {
    auto storage = std::make_shared<Storage>();
    storage->mapped.emplace(path, "TokenIndex::open");
    storage->bytes = storage->mapped->bytes();
    return TokenIndex(std::move(storage), path, "TokenIndex::open");
  }
  /// The same of the bytes of such a file, which are copied; `name` stands for the path in errors.
  static TokenIndex parse(std::span<const std::uint8_t> file, const std::string& name) {
    auto storage = std::make_shared<Storage>();
    storage->own(file.size());
    if (!file.empty()) std::memcpy(storage->owned.data(), file.data(), file.size());
    return TokenIndex(std::move(storage), name, "TokenIndex::parse");
  }
  /// Writes the index, whole or not at all.
  /// \throws IoError
  void save(const std::string& path) const { write_file(path, storage_->bytes, "TokenIndex::save"); }
  /// What save() writes.
  std::span<const std::uint8_t> file_bytes() const noexcept { return storage_->bytes; }

  std::size_t texts() const noexcept { return header_.texts; }
  /// Tokens of all texts.
  std::size_t tokens() const noexcept { return symbols() - header_.texts - 1; }
  /// All tokens are below.
  std::size_t token_limit() const noexcept { return header_.alphabet - 1; }
  /// What was given to be kept with it, such as a serialised vocabulary.
  std::string_view note() const noexcept {
    return {reinterpret_cast<const char*>(storage_->bytes.data()) + layout_.note, header_.note_bytes};
  }
  /// A text's tokens, copied.
  std::vector<Token> text(std::size_t which) const {
    require(which < texts(), "TokenIndex::text", "text", which, "below " + std::to_string(texts()));
    const auto begin = static_cast<std::size_t>(starts_[which]), end = static_cast<std::size_t>(starts_[which + 1]) - 1;
    std::vector<Token> copy(codes_ + begin, codes_ + end);
    for (Token& token : copy) --token;
    return copy;
  }

  /// How often a context occurs; the empty one stands before every token.
  std::uint64_t count(std::span<const Token> context) const noexcept {
    return context.empty() ? tokens() : find(context).size();
  }
  /// The suffixes that begin with a context.
  SuffixInterval find(std::span<const Token> context) const noexcept {
    return find_codes(context.size(), [context](std::size_t i) { return std::size_t{context[i]} + 1; });
  }
  /// Those among `interval`, of a context of `depth` tokens, that go on with a token.
  SuffixInterval narrow(SuffixInterval interval, std::size_t depth, Token token) const noexcept {
    return narrow_code(interval, depth, std::size_t{token} + 1);
  }
  /// What follows a context, in the order of tokens, with counts; ends of texts are left out.
  std::vector<Successor<Token>> successors(std::span<const Token> context) const {
    return successors(find(context), context.size());
  }
  std::vector<Successor<Token>> successors(SuffixInterval interval, std::size_t depth) const {
    std::vector<Successor<Token>> list;
    std::size_t at = narrow_code(interval, depth, 0).last;
    if (at < interval.first) at = interval.first;
    while (at < interval.last) {
      const std::size_t code = code_at(suffix(at) + depth), end = run_end(at, interval.last, depth, code);
      list.push_back({static_cast<Token>(code - 1), end - at});
      at = end;
    }
    return list;
  }

  // What generators use: codes are tokens plus one, 0 stands before, between and behind texts.

  std::size_t symbols() const noexcept { return header_.symbols; }
  std::size_t suffix(std::size_t rank) const noexcept { return static_cast<std::size_t>(suffixes_[rank]); }
  const Position* suffixes() const noexcept { return suffixes_; }
  const Token* codes() const noexcept { return codes_; }
  std::size_t code_at(std::size_t position) const noexcept {
    return position < symbols() ? std::size_t{codes_[position]} : 0;
  }
  /// Of the code at a position that is no separator.
  TextPosition locate(std::size_t position) const noexcept {
    const Position* const after = std::upper_bound(starts_ + 1, starts_ + texts(), static_cast<Position>(position));
    const auto which = static_cast<std::size_t>(after - starts_) - 1;
    return {which, position - static_cast<std::size_t>(starts_[which])};
  }
  SuffixInterval whole() const noexcept { return {0, symbols()}; }
  /// The suffixes that begin with a code.
  SuffixInterval bucket(std::size_t code) const noexcept {
    if (code >= header_.alphabet) return {};
    const std::size_t step = kPairs ? 256 : 1;
    return {static_cast<std::size_t>(buckets_[code * step]), static_cast<std::size_t>(buckets_[(code + 1) * step])};
  }
  SuffixInterval narrow_code(SuffixInterval interval, std::size_t depth, std::size_t code) const noexcept {
    if (depth == 0 && interval == whole()) return bucket(code);
    const std::size_t first =
        partition(interval.first, interval.last, [&](std::size_t i) { return code_at(suffix(i) + depth) < code; });
    const bool found = first < interval.last && code_at(suffix(first) + depth) == code;
    return {first, found ? run_end(first, interval.last, depth, code) : first};
  }
  /// The suffixes that begin with `length` codes, code(i) each; only the first may be 0.
  template <class Code>
  SuffixInterval find_codes(std::size_t length, const Code& code) const noexcept;

 private:
  static constexpr bool kPairs = sizeof(Token) == 1;  // buckets of two codes
  static constexpr std::size_t kKeyCodes = 8 / sizeof(Token);

  struct Storage {
    std::vector<std::uint64_t> owned;
    std::optional<MappedFile> mapped;
    std::span<const std::uint8_t> bytes;

    std::uint8_t* own(std::size_t size) {
      owned.assign((size + 7) / 8, 0);
      auto* const start = reinterpret_cast<std::uint8_t*>(owned.data());
      bytes = {start, size};
      return start;
    }
  };

  TokenIndex(std::shared_ptr<Storage> storage, const std::string& name, const char* function)
      : storage_{std::move(storage)} {
    header_ = detail::check_index_header(storage_->bytes, name, sizeof(Token), sizeof(Position), function);
    attach(storage_->bytes.data());
    if (const char* const what = contradiction(); what != nullptr) {
      detail::throw_io(function, name, std::string("a damaged token index (") + what + ")",
                       "a whole file that TokenIndex::save wrote");
    }
  }

  void attach(const std::uint8_t* image) noexcept {
    layout_ = detail::layout_of(header_);
    starts_ = reinterpret_cast<const Position*>(image + layout_.starts);
    buckets_ = reinterpret_cast<const Position*>(image + layout_.buckets);
    keys_ = reinterpret_cast<const std::uint64_t*>(image + layout_.keys);
    suffixes_ = reinterpret_cast<const Position*>(image + layout_.suffixes);
    codes_ = reinterpret_cast<const Token*>(image + layout_.codes);
  }

  void build(std::span<const std::span<const Token>> texts, std::string_view note);
  const char* contradiction() const noexcept;

  std::uint64_t key_at(std::size_t position) const noexcept {
    std::uint64_t key = 0;
    if constexpr (kPairs) {
      std::memcpy(&key, codes_ + position, 8);
      return __builtin_bswap64(key);
    }
    for (std::size_t i = 0; i < kKeyCodes; ++i) key = (key << (8 * sizeof(Token) - 1) << 1) | codes_[position + i];
    return key;
  }

  // The first i in [first, last) for which less(i) is false.
  template <class Less>
  static std::size_t partition(std::size_t first, std::size_t last, const Less& less) noexcept {
    std::size_t size = first < last ? last - first : 0;
    while (size > 0) {
      const std::size_t half = size / 2;
      const bool right = less(first + half);
      first = right ? first + half + 1 : first;
      size = right ? size - half - 1 : half;
    }
    return first;
  }

  // Where the run of suffixes that go on with `code` at `depth` ends; [first] is one of them. Runs are short as a rule.
  std::size_t run_end(std::size_t first, std::size_t last, std::size_t depth, std::size_t code) const noexcept {
    const auto inside = [&](std::size_t i) { return code_at(suffix(i) + depth) <= code; };
    std::size_t step = 1;
    while (step < last - first && inside(first + step)) step *= 2;
    return partition(first + step / 2 + 1, (std::min)(first + step, last), inside);
  }

  std::shared_ptr<Storage> storage_;
  detail::IndexHeader header_{};
  detail::IndexLayout layout_{};
  const Position* starts_ = nullptr;
  const Position* buckets_ = nullptr;
  const std::uint64_t* keys_ = nullptr;
  const Position* suffixes_ = nullptr;
  const Token* codes_ = nullptr;
};

template <std::unsigned_integral Token, std::signed_integral Position>
  requires(sizeof(Token) <= 4 && sizeof(Position) >= 4)
template <class Code>
SuffixInterval TokenIndex<Token, Position>::find_codes(std::size_t length, const Code& code) const noexcept {
  if (length == 0) return whole();
  for (std::size_t i = 0; i < length; ++i) {
    if (code(i) >= header_.alphabet) return {};
  }
  SuffixInterval interval = bucket(code(0));
  if (kPairs && length > 1) {
    const std::size_t pair = 256 * code(0) + code(1);
    interval = {static_cast<std::size_t>(buckets_[pair]), static_cast<std::size_t>(buckets_[pair + 1])};
  }
  if (interval.empty() || length <= (kPairs ? 2 : 1)) return interval;

  std::uint64_t low = 0, high = 0;
  for (std::size_t i = 0; i < kKeyCodes; ++i) {
    const std::uint64_t c = i < length ? code(i) : 0;
    constexpr std::uint64_t kMost = (std::numeric_limits<Token>::max)();
    low = (low << (8 * sizeof(Token) - 1) << 1) | c;
    high = (high << (8 * sizeof(Token) - 1) << 1) | (i < length ? c : kMost);
  }
  // -1, 0 or 1: before, among or behind the suffixes looked for.
  const auto side = [&](std::size_t rank, std::uint64_t key) {
    if (key < low) return -1;
    if (key > high) return 1;
    const std::size_t position = suffix(rank);
    for (std::size_t i = kKeyCodes; i < length; ++i) {
      const std::size_t c = code_at(position + i);
      if (c != code(i)) return c < code(i) ? -1 : 1;
    }
    return 0;
  };
  constexpr std::size_t kStride = detail::kKeyStride;
  const std::size_t end = (interval.last + kStride - 1) / kStride;
  // Two partitions of the sampled suffixes, then of the few between two of them.
  const bool deep = length > kKeyCodes;
  std::size_t a =
      partition((interval.first + kStride - 1) / kStride, end, [&](std::size_t s) { return keys_[s] < low; });
  std::size_t b = partition(a, end, [&](std::size_t s) { return keys_[s] <= high; });
  if (deep) {
    const std::size_t from = a, to = b;
    a = partition(from, to, [&](std::size_t s) { return side(s * kStride, keys_[s]) < 0; });
    b = partition(a, to, [&](std::size_t s) { return side(s * kStride, keys_[s]) <= 0; });
  }
  const auto window = [&](std::size_t s) {
    return SuffixInterval{(std::max)(interval.first, s > 0 ? (s - 1) * kStride : 0),
                          (std::min)(interval.last, s * kStride)};
  };
  const SuffixInterval front = window(a), back = window(b);
  for (std::size_t i = front.first; i < front.last; ++i) __builtin_prefetch(codes_ + suffix(i));
  if (a != b) {
    for (std::size_t i = back.first; i < back.last; ++i) __builtin_prefetch(codes_ + suffix(i));
  }
  const std::size_t first =
      partition(front.first, front.last, [&](std::size_t i) { return side(i, key_at(suffix(i))) < 0; });
  const std::size_t last = partition((std::max)(first, back.first), back.last,
                                     [&](std::size_t i) { return side(i, key_at(suffix(i))) <= 0; });
  return {first, (std::max)(first, last)};
}

template <std::unsigned_integral Token, std::signed_integral Position>
  requires(sizeof(Token) <= 4 && sizeof(Position) >= 4)
void TokenIndex<Token, Position>::build(std::span<const std::span<const Token>> texts, std::string_view note) {
  constexpr Token kNone = (std::numeric_limits<Token>::max)();
  std::size_t n = 1;
  Token most = 0;
  for (std::size_t which = 0; which < texts.size(); ++which) {
    n += texts[which].size() + 1;
    for (std::size_t i = 0; i < texts[which].size(); ++i) {
      const Token token = texts[which][i];
      if (token == kNone) {
        detail::throw_invalid("TokenIndex", "a token",
                              std::to_string(token) + " at " + std::to_string(i) + " of text " + std::to_string(which),
                              "below it: take a wider type for such data");
      }
      most = (std::max)(most, token);
    }
  }
  require(n < static_cast<std::size_t>((std::numeric_limits<Position>::max)()), "TokenIndex", "the number of tokens", n,
          "less than " + std::to_string((std::numeric_limits<Position>::max)()) + ", or 64-bit positions");
  std::memcpy(header_.magic, detail::kIndexMagic, sizeof header_.magic);
  header_.byte_order = detail::kByteOrder;
  header_.version = detail::kIndexVersion;
  header_.token_bytes = sizeof(Token);
  header_.position_bytes = sizeof(Position);
  header_.symbols = n;
  header_.alphabet = n == texts.size() + 1 ? 1 : std::uint64_t{most} + 2;
  header_.texts = texts.size();
  header_.note_bytes = note.size();
  header_.file_bytes = detail::layout_of(header_).bytes;

  storage_ = std::make_shared<Storage>();
  std::uint8_t* const image = storage_->own(header_.file_bytes);
  attach(image);
  const auto starts = reinterpret_cast<Position*>(image + layout_.starts);
  const auto buckets = reinterpret_cast<Position*>(image + layout_.buckets);
  const auto keys = reinterpret_cast<std::uint64_t*>(image + layout_.keys);
  const auto suffixes = reinterpret_cast<Position*>(image + layout_.suffixes);
  const auto codes = reinterpret_cast<Token*>(image + layout_.codes);
  if (!note.empty()) std::memcpy(image + layout_.note, note.data(), note.size());

  std::size_t at = 1;
  starts[0] = 1;
  for (std::size_t which = 0; which < texts.size(); ++which) {
    for (const Token token : texts[which]) codes[at++] = static_cast<Token>(token + 1);
    starts[which + 1] = static_cast<Position>(++at);
  }
  sort_suffixes(std::span<const Token>(codes, n), std::span<Position>(suffixes, n), header_.alphabet);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t code = kPairs ? 256 * std::size_t{codes[i]} + codes[i + 1] : std::size_t{codes[i]};
    ++buckets[code + 1];
  }
  for (std::size_t c = 1; c < layout_.buckets_size; ++c) buckets[c] += buckets[c - 1];
  for (std::size_t s = 0; s < layout_.keys_size; ++s) {
    if (s + 16 < layout_.keys_size) __builtin_prefetch(codes + suffixes[(s + 16) * detail::kKeyStride]);
    keys[s] = key_at(suffix(s * detail::kKeyStride));
  }
  header_.body_sum = detail::checksum_of(storage_->bytes.subspan(detail::kIndexHeaderBytes));
  header_.header_sum = detail::header_sum_of(header_);
  std::memcpy(image, &header_, sizeof header_);
}

/// What of the sections cannot be, or nullptr. Whoever forged the sums as well gets wrong counts, but reads nothing
/// outside the file.
template <std::unsigned_integral Token, std::signed_integral Position>
  requires(sizeof(Token) <= 4 && sizeof(Position) >= 4)
const char* TokenIndex<Token, Position>::contradiction() const noexcept {
  const auto n = static_cast<Position>(header_.symbols);
  std::size_t separators = 0;
  for (std::size_t i = 0; i < header_.symbols; ++i) {
    separators += codes_[i] == 0;
    if (codes_[i] >= header_.alphabet) return "a code beyond the alphabet";
  }
  const auto* const padding = reinterpret_cast<const std::uint8_t*>(codes_ + header_.symbols);
  for (std::size_t i = 0; i < detail::kCodePadding; ++i) {
    if (padding[i] != 0) return "no end";
  }
  if (codes_[0] != 0 || separators != texts() + 1 || starts_[0] != 1 || starts_[texts()] != n) return "texts";
  for (std::size_t which = 0; which < texts(); ++which) {
    const Position next = starts_[which + 1];
    if (next <= starts_[which] || next > n || codes_[next - 1] != 0) return "texts";
  }
  if (buckets_[0] != 0 || buckets_[layout_.buckets_size - 1] != n) return "buckets";
  for (std::size_t c = 1; c < layout_.buckets_size; ++c) {
    if (buckets_[c] < buckets_[c - 1]) return "buckets";
  }
  for (std::size_t i = 0; i < header_.symbols; ++i) {
    if (suffixes_[i] < 0 || suffixes_[i] >= n) return "suffixes";
  }
  return nullptr;
}

}  // namespace pastiche
