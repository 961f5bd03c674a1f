// SPDX-License-Identifier: MIT
/// \file
/// Probabilities of words by interpolated modified Kneser-Ney smoothing, and perplexity.
///
/// S. F. Chen, J. Goodman, "An empirical study of smoothing techniques for language modeling", Harvard TR-10-98, 1998,
/// section 3; as estimated by K. Heafield, I. Pouzyrevsky, J. H. Clark, P. Koehn, "Scalable modified Kneser-Ney
/// language model estimation", ACL 2013: sentences between `<s>` and `</s>`, adjusted counts but for n-grams that begin
/// with `<s>`, discounts of each order, nothing pruned, unigrams and `<unk>` interpolated with the uniform
/// distribution.
#pragma once

#include <pastiche/core/error.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace pastiche {

/// The score of text under a model; logarithms are natural.
struct TextScore {
  double log_probability = 0.0;  ///< of all tokens, each end of a sentence among them
  double log_known = 0.0;        ///< of those that the model knows
  std::uint64_t tokens = 0;      ///< with the ends of sentences
  std::uint64_t unknown = 0;     ///< that the model does not know

  /// With unknown tokens, at the probability of `<unk>`.
  double perplexity() const { return std::exp(-log_probability / static_cast<double>(tokens)); }
  /// Without unknown tokens, which still end the context of what follows.
  double perplexity_of_known() const { return std::exp(-log_known / static_cast<double>(tokens - unknown)); }
};

/// A model of sentences of word ids, such as those of a Vocabulary.
class KneserNey {
 public:
  using Sentence = std::vector<std::uint32_t>;

  /// What is taken off counts of 1, 2, and 3 or more.
  using Discounts = std::array<double, 3>;
  /// Where an order has no n-gram seen once, twice or three times, or its discounts would not be between 0 and the
  /// count, as in small corpora, these are taken: the fall-back of Heafield's program.
  static constexpr Discounts kFallback{0.5, 1.0, 1.5};

  /// Counts sentences. Word ids are below 2^32 - 3.
  /// \throws InvalidArgument where the order is not 1 to 16, there is no sentence, or an id is too large
  KneserNey(std::span<const Sentence> sentences, std::size_t order) {
    require(order >= 1 && order <= 16, "KneserNey", "order", order, "1 to 16");
    require(!sentences.empty(), "KneserNey", "sentences", "none", "at least one");
    levels_.resize(order + 1);
    discounts_.resize(order + 1);
    count(sentences);
    adjust();
    for (std::size_t n = 1; n <= order; ++n) discount(n);
    for (std::size_t n = 1; n <= order; ++n) interpolate(n);
  }

  std::size_t order() const noexcept { return levels_.size() - 1; }
  /// n-grams of a length from 1 to order().
  std::size_t size(std::size_t length) const { return levels_.at(length).nodes.size(); }
  const Discounts& discounts(std::size_t length) const { return discounts_.at(length).amounts; }
  bool fell_back(std::size_t length) const { return discounts_.at(length).fallback; }

  /// The end of a sentence, as a word for probability().
  static constexpr std::uint32_t kEndOfSentence = 0xffffffffu;

  /// The probability that a sentence that begins with `before` goes on with `word`; what is unknown has that of
  /// `<unk>`.
  double probability(std::span<const std::uint32_t> before, std::uint32_t word) const {
    Walk walk(*this);
    for (const std::uint32_t earlier : before) walk.step(code_of(earlier));
    return walk.step(word == kEndOfSentence ? kEnd : code_of(word)).first;
  }

  /// The score of one sentence; its words need not be known.
  TextScore score(std::span<const std::uint32_t> sentence) const {
    TextScore sum;
    Walk walk(*this);
    for (std::size_t i = 0; i <= sentence.size(); ++i) {
      const auto [probability, known] = walk.step(i == sentence.size() ? kEnd : code_of(sentence[i]));
      const double logarithm = std::log(probability);
      ++sum.tokens;
      sum.unknown += !known;
      sum.log_probability += logarithm;
      if (known) sum.log_known += logarithm;
    }
    return sum;
  }
  TextScore score(std::span<const Sentence> sentences) const {
    TextScore sum;
    for (const Sentence& sentence : sentences) {
      const TextScore one = score(std::span<const std::uint32_t>(sentence));
      sum.log_probability += one.log_probability;
      sum.log_known += one.log_known;
      sum.tokens += one.tokens;
      sum.unknown += one.unknown;
    }
    return sum;
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffu, kUnknown = 0, kBegin = 1, kEnd = 2;

  // A sentence as it goes on: of each length, the node of the last tokens, or none.
  class Walk {
   public:
    explicit Walk(const KneserNey& model) : model_{model}, context_(model.order(), kNone), next_(model.order(), kNone) {
      context_[0] = 0;
      if (model.order() > 1) context_[1] = model.child(1, 0, kBegin);
    }
    // The probability of a token, and whether it is known.
    std::pair<double, bool> step(std::uint32_t code) {
      const auto result = model_.look_up(context_, code, next_);
      std::swap(context_, next_);
      return result;
    }

   private:
    const KneserNey& model_;
    std::vector<std::uint32_t> context_, next_;
  };

  struct Node {
    std::uint32_t parent, suffix;  // the n-gram without its last token, and without its first
    bool begins;                   // with <s>
    std::uint64_t count = 0;
    double probability = 0.0;
    double total = 0.0, backoff = 1.0;  // as a context
    std::array<std::uint64_t, 3> kinds{};
  };
  struct Level {
    std::vector<Node> nodes;
    std::unordered_map<std::uint64_t, std::uint32_t> children;  // of the level above, by node and token
  };
  struct OrderDiscounts {
    Discounts amounts{};
    bool fallback = false;
  };

  static std::uint32_t code_of(std::uint32_t word) noexcept { return word < kNone - 3 ? word + 3 : kUnknown; }
  static std::uint64_t key(std::uint32_t parent, std::uint32_t code) noexcept {
    return std::uint64_t{parent} << 32 | code;
  }
  std::uint32_t child(std::size_t length, std::uint32_t parent, std::uint32_t code) const {
    const auto found = levels_[length].children.find(key(parent, code));
    return found == levels_[length].children.end() ? kNone : found->second;
  }

  void count(std::span<const Sentence> sentences) {
    levels_[0].nodes.push_back({kNone, kNone, false});
    std::vector<std::uint32_t> codes, shorter, longer;
    for (const Sentence& sentence : sentences) {
      codes.assign(1, kBegin);
      for (const std::uint32_t word : sentence) {
        require(word < kNone - 3, "KneserNey", "a word id", word, "below 4294967292");
        codes.push_back(word + 3);
      }
      codes.push_back(kEnd);
      shorter.assign(codes.size() + 1, 0);  // nodes of the n-grams that start at each token
      for (std::size_t n = 1; n <= order() && n <= codes.size(); ++n) {
        Level& level = levels_[n];
        longer.clear();
        for (std::size_t i = 0; i + n <= codes.size(); ++i) {
          const auto [place, fresh] = level.children.try_emplace(key(shorter[i], codes[i + n - 1]),
                                                                 static_cast<std::uint32_t>(level.nodes.size()));
          if (fresh) level.nodes.push_back({shorter[i], shorter[i + 1], i == 0});
          ++level.nodes[place->second].count;
          longer.push_back(place->second);
        }
        std::swap(shorter, longer);
      }
    }
  }

  // Below the highest order an n-gram counts how many different tokens stand before it, unless it begins with <s>.
  void adjust() {
    for (std::size_t n = 1; n < order(); ++n) {
      for (Node& node : levels_[n].nodes) {
        if (!node.begins) node.count = 0;
      }
      for (const Node& node : levels_[n + 1].nodes) ++levels_[n].nodes[node.suffix].count;  // no suffix begins with <s>
    }
    for (Node& node : levels_[1].nodes) {
      if (node.begins) node.count = 0;  // <s> itself is never drawn
    }
  }

  void discount(std::size_t n) {
    std::array<double, 5> seen{};
    for (const Node& node : levels_[n].nodes) {
      if (node.count >= 1 && node.count <= 4) ++seen[node.count];
    }
    OrderDiscounts& result = discounts_[n];
    const double y = seen[1] / (seen[1] + 2 * seen[2]);
    for (std::size_t k = 1; k <= 3; ++k) {
      const auto times = static_cast<double>(k);
      result.amounts[k - 1] = times - (times + 1) * y * seen[k + 1] / seen[k];
      const bool sound = seen[k] > 0 && result.amounts[k - 1] >= 0 && result.amounts[k - 1] <= times;
      result.fallback = result.fallback || !sound;
    }
    if (result.fallback) result.amounts = kFallback;
  }

  void interpolate(std::size_t n) {
    std::vector<Node>& contexts = levels_[n - 1].nodes;
    const Discounts& amounts = discounts_[n].amounts;
    for (const Node& node : levels_[n].nodes) {
      if (node.count == 0) continue;
      contexts[node.parent].total += static_cast<double>(node.count);
      ++contexts[node.parent].kinds[(std::min)(node.count, std::uint64_t{3}) - 1];
    }
    for (Node& context : contexts) {
      if (context.total == 0.0) continue;
      double left = 0.0;
      for (std::size_t k = 0; k < 3; ++k) left += amounts[k] * static_cast<double>(context.kinds[k]);
      context.backoff = left / context.total;
    }
    // All words and </s>, which level 1 has with <s> too, and <unk>.
    const double uniform = 1.0 / static_cast<double>(levels_[1].nodes.size());
    if (n == 1) unknown_ = contexts[0].backoff * uniform;
    for (Node& node : levels_[n].nodes) {
      if (node.count == 0) continue;
      const Node& context = contexts[node.parent];
      const double taken = amounts[static_cast<std::size_t>((std::min)(node.count, std::uint64_t{3})) - 1];
      const double lower = n == 1 ? uniform : levels_[n - 1].nodes[node.suffix].probability;
      node.probability = (static_cast<double>(node.count) - taken) / context.total + context.backoff * lower;
    }
  }

  // The probability of a token and whether it is known; `next` becomes the context behind it.
  std::pair<double, bool> look_up(const std::vector<std::uint32_t>& context, std::uint32_t code,
                                  std::vector<std::uint32_t>& next) const {
    double probability = 0.0, backoff = 1.0;
    bool found = false;
    for (std::size_t length = order(); length-- > 0;) {
      const std::uint32_t from = context[length], to = from == kNone ? kNone : child(length + 1, from, code);
      if (length + 1 < order()) next[length + 1] = to;
      if (found || from == kNone) continue;
      found = to != kNone;
      if (found) {
        probability = backoff * levels_[length + 1].nodes[to].probability;
      } else if (length > 0) {
        backoff *= levels_[length].nodes[from].backoff;
      }
    }
    next[0] = 0;
    return {found ? probability : backoff * unknown_, found};
  }

  std::vector<Level> levels_;  // by length of n-grams
  std::vector<OrderDiscounts> discounts_;
  double unknown_ = 0.0;
};

}  // namespace pastiche
