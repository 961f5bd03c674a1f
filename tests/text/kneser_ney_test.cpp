// SPDX-License-Identifier: MIT
// Kneser-Ney perplexity equals that of a slow implementation from the definition, on words and maps.
#include <pastiche/text/kneser_ney.hpp>
#include <pastiche/text/tokens.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/skip.hpp"

#include <fstream>
#include <map>
#include <set>

using namespace pastiche;

namespace {

using Words = std::vector<std::string>;
using Sentences = std::vector<Words>;

// The definition, word for word: p(w | h) = max(a(hw) - D, 0) / sum a(h.) + gamma(h) p(w | h').
class Slow {
 public:
  Slow(const Sentences& sentences, std::size_t order) : order_{order}, counts_(order + 1), discounts_(order + 1) {
    std::map<Words, std::set<std::string>> before;
    std::map<Words, double> raw;
    for (const Words& sentence : sentences) {
      Words padded(1, std::string("<s>"));
      padded.insert(padded.end(), sentence.begin(), sentence.end());
      padded.push_back("</s>");
      for (std::size_t i = 0; i < padded.size(); ++i) {
        for (std::size_t n = 1; n <= order && i + n <= padded.size(); ++n) {
          const Words gram(padded.begin() + static_cast<std::ptrdiff_t>(i),
                           padded.begin() + static_cast<std::ptrdiff_t>(i + n));
          ++raw[gram];
          if (i > 0) before[gram].insert(padded[i - 1]);
        }
      }
    }
    for (const auto& [gram, count] : raw) {
      if (gram.size() == 1 && gram[0] == "<s>") continue;
      const bool full = gram.size() == order || gram[0] == "<s>";
      counts_[gram.size()][gram] = full ? count : static_cast<double>(before[gram].size());
    }
    for (std::size_t n = 1; n <= order; ++n) {
      std::map<double, double> of;
      for (const auto& [gram, count] : counts_[n]) {
        ++of[count];
        auto& sums = sums_[Words(gram.begin(), gram.end() - 1)];
        sums[0] += count;
        ++sums[static_cast<std::size_t>((std::min)(count, 3.0))];
      }
      const double y = of[1] / (of[1] + 2 * of[2]);
      discounts_[n] = {1 - 2 * y * of[2] / of[1], 2 - 3 * y * of[3] / of[2], 3 - 4 * y * of[4] / of[3]};
    }
  }

  bool knows(const std::string& word) const { return counts_[1].count({word}) > 0; }

  double probability(const Words& context, const std::string& word) const {
    const std::size_t n = context.size() + 1;
    const Words shorter = context.empty() ? context : Words(context.begin() + 1, context.end());
    const double lower =
        context.empty() ? 1.0 / (static_cast<double>(counts_[1].size()) + 1) : probability(shorter, word);
    const auto sums = sums_.find(context);
    if (sums == sums_.end()) return lower;
    double gamma = 0.0;
    for (std::size_t k = 1; k <= 3; ++k) gamma += discounts_[n][k - 1] * sums->second[k] / sums->second[0];
    Words gram = context;
    gram.push_back(word);
    const auto found = counts_[n].find(gram);
    if (found == counts_[n].end()) return gamma * lower;
    const double discount = discounts_[n][static_cast<std::size_t>((std::min)(found->second, 3.0)) - 1];
    return (found->second - discount) / sums->second[0] + gamma * lower;
  }

  TextScore score(const Sentences& sentences) const {
    TextScore sum;
    for (const Words& sentence : sentences) {
      Words all(1, std::string("<s>"));
      all.insert(all.end(), sentence.begin(), sentence.end());
      all.push_back("</s>");
      for (std::size_t i = 1; i < all.size(); ++i) {
        const std::size_t from = i >= order_ - 1 ? i - (order_ - 1) : 0;
        const Words context(all.begin() + static_cast<std::ptrdiff_t>(from),
                            all.begin() + static_cast<std::ptrdiff_t>(i));
        const double logarithm = std::log(probability(context, all[i]));
        ++sum.tokens;
        sum.log_probability += logarithm;
        if (knows(all[i])) {
          sum.log_known += logarithm;
        } else {
          ++sum.unknown;
        }
      }
    }
    return sum;
  }

 private:
  std::size_t order_;
  std::vector<std::map<Words, double>> counts_;
  std::map<Words, std::array<double, 4>> sums_;
  std::vector<std::array<double, 3>> discounts_;
};

std::vector<KneserNey::Sentence> ids_of(const Sentences& sentences, Vocabulary& vocabulary) {
  std::vector<KneserNey::Sentence> ids;
  for (const Words& sentence : sentences) {
    ids.emplace_back();
    for (const std::string& word : sentence) ids.back().push_back(vocabulary.add(word));
  }
  return ids;
}

}  // namespace

TEST_CASE("Kneser-Ney on a novel agrees with the definition", "[text][shared]") {
  std::string text;
#if defined(PASTICHE_TEST_DATA)
  std::ifstream file(PASTICHE_TEST_DATA "/text/moby_dick.txt", std::ios::binary);
  text.assign(std::istreambuf_iterator<char>(file), {});
#endif
  if (text.empty()) {
    test::skip("the shared texts are not here: skipped");
    return;
  }
  Sentences training, held_out;
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = (std::min)(text.find('\n', at), text.size());
    const auto words = split_whitespace(std::string_view(text).substr(at, end - at));
    at = end + 1;
    if (words.empty()) continue;
    (++lines % 10 == 0 ? held_out : training).emplace_back(words.begin(), words.end());
  }
  Vocabulary vocabulary;
  const auto seen = ids_of(training, vocabulary), unseen = ids_of(held_out, vocabulary);
  for (const std::size_t order : {2u, 5u}) {
    const KneserNey model(std::span<const KneserNey::Sentence>(seen), order);
    const TextScore fast = model.score(std::span<const KneserNey::Sentence>(unseen));
    const TextScore slow = Slow(training, order).score(held_out);
    CHECK(fast.tokens == slow.tokens);
    CHECK(fast.unknown == slow.unknown);
    CHECK(fast.perplexity() == Approx(slow.perplexity()).epsilon(1e-9));
    CHECK(fast.perplexity_of_known() == Approx(slow.perplexity_of_known()).epsilon(1e-9));
    for (std::size_t n = 1; n <= order; ++n) CHECK_FALSE(model.fell_back(n));
  }
}

TEST_CASE("Kneser-Ney is a distribution, also where discounts fall back", "[text]") {
  const std::vector<KneserNey::Sentence> sentences{{0, 1, 2}, {0, 1, 1, 3}, {}, {2, 0}};
  for (const std::size_t order : {1u, 2u, 4u}) {
    const KneserNey model(std::span<const KneserNey::Sentence>(sentences), order);
    CHECK((order < 4 || model.fell_back(4)));  // each of four tokens comes once
    for (const KneserNey::Sentence& before :
         std::vector<KneserNey::Sentence>{{}, {0}, {0, 1}, {0, 1, 1}, {3, 3, 0, 1}, {9, 0}, {9}}) {
      double total = model.probability(before, KneserNey::kEndOfSentence);
      for (std::uint32_t word = 0; word <= 4; ++word) total += model.probability(before, word);  // 4 is unknown
      CHECK(total == Approx(1.0));
    }
  }
  CHECK_THROWS_AS(KneserNey(std::span<const KneserNey::Sentence>(sentences), 0), InvalidArgument);
  CHECK_THROWS_AS(KneserNey({}, 2), InvalidArgument);
}
