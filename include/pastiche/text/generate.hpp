// SPDX-License-Identifier: MIT
/// \file
/// Text by a Markov chain of any order, bounded or not, with provenance and a limit on what is quoted.
///
/// C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27, 1948, sections 2-3: his
/// order N draws a token given the N - 1 before it, from all places where they occur. Such places are one interval of
/// the suffix array, and a uniform element of it is his draw. Unbounded: the longest context that occurs often enough.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/core/policy.hpp>
#include <pastiche/sampler/count_sampler.hpp>
#include <pastiche/text/generator_run.hpp>
#include <pastiche/text/index.hpp>
#include <pastiche/text/suffix_links.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace pastiche {

/// Generates text from one index or several, whose counts are added, so that texts are appended by an index of their
/// own. Making it takes memory beside the indexes, see SuffixLinks; generating is const and may be done by many
/// threads.
template <class Index>
class TextGenerator {
 public:
  using Token = typename Index::token_type;

  explicit TextGenerator(Index index) { shards_.emplace_back(std::move(index)); }
  /// \throws InvalidArgument where there is no index
  explicit TextGenerator(std::span<const Index> indexes) {
    require(!indexes.empty(), "TextGenerator", "indexes", "empty", "at least one");
    for (const Index& index : indexes) shards_.emplace_back(index);
  }

  /// Draws tokens. The same seed gives the same text.
  /// \throws InvalidArgument where an option is out of its range, or a token of the options is in no text
  template <CountSampler Sampler = Proportional>
  GeneratedText<Token> generate(const GenerateOptions<Token>& options, const Sampler& sampler = {}) const {
    constexpr const char* kName = "TextGenerator::generate";
    validate_policy(sampler, kName);
    validate(options, kName);
    return detail::GeneratorRun<Index, Sampler>(shards_, options, sampler).run();
  }

  /// The longest run of `tokens` that stands in the indexes just so; of what is longer than SuffixLinks::kDeepest,
  /// that.
  std::size_t longest_copy(std::span<const Token> tokens) const {
    std::size_t longest = 0;
    for (const auto& shard : shards_) {
      detail::CopyTracker<Index> tracker(shard, SuffixLinks::kDeepest);
      for (const Token token : tokens) {
        tracker.add(std::size_t{token} + 1);
        longest = (std::max)(longest, tracker.depth());
      }
    }
    return longest;
  }

  std::size_t shards() const noexcept { return shards_.size(); }
  const Index& index(std::size_t shard) const { return shards_[shard].index; }
  /// Bytes of the links, beside the indexes.
  std::size_t link_bytes() const noexcept {
    std::size_t bytes = 0;
    for (const auto& shard : shards_) bytes += shard.links.bytes();
    return bytes;
  }

 private:
  void validate(const GenerateOptions<Token>& options, const char* function) const {
    constexpr std::size_t kDeepest = SuffixLinks::kDeepest;
    require(options.order == kUnbounded || options.order <= kDeepest, function, "order", options.order,
            "0 to " + std::to_string(kDeepest) + ", or kUnbounded");
    require(options.max_copy <= kDeepest, function, "max_copy", options.max_copy,
            "1 to " + std::to_string(kDeepest) + ", or 0 for no limit");
    require(options.min_support >= 1, function, "min_support", options.min_support, "at least 1");
    require(options.min_continuations >= 1, function, "min_continuations", options.min_continuations, "at least 1");
    require(options.required.size() <= options.length, function, "required", options.required.size(),
            "at most as many as the length, " + std::to_string(options.length));
    require(!options.read_on || (options.max_copy == 0 && options.order != 0), function, "read_on", "set",
            "no max_copy and an order of at least 1 beside it");
    const auto known = [&](const std::vector<Token>& tokens, const char* name) {
      for (const Token token : tokens) {
        bool found = false;
        for (const auto& shard : shards_) found = found || !shard.index.bucket(std::size_t{token} + 1).empty();
        require(found, function, name, token, "tokens that occur in the texts");
      }
    };
    known(options.required, "a token of required");
    known(options.start_after, "a token of start_after");
  }

  std::vector<detail::TextShard<Index>> shards_;
};

}  // namespace pastiche
