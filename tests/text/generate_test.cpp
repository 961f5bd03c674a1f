// SPDX-License-Identifier: MIT
// test: devices=cpu
// Generated text has the successors of its sources, quotes no more than allowed, and says where each token is from.
#include <pastiche/core/random.hpp>
#include <pastiche/text/generate.hpp>
#include <pastiche/text/tokens.hpp>

#include "support/catch.hpp"

#include <map>

using namespace pastiche;

namespace {

using Bytes = std::vector<std::uint8_t>;
using Index = TokenIndex<std::uint8_t>;
using Generator = TextGenerator<Index>;
using Options = GenerateOptions<std::uint8_t>;

// A text with a structure of its own: each token mostly depends on the two before it.
Bytes source(std::size_t n, std::uint32_t alphabet, std::uint32_t stream) {
  CounterRng rng(11, stream, 0);
  Bytes text{1, 2};
  while (text.size() < n) {
    const std::uint32_t a = text[text.size() - 2], b = text.back();
    const std::uint32_t next = rng.below(3) == 0 ? rng.below(alphabet) : (a * 3 + b * 5 + rng.below(3)) % alphabet;
    text.push_back(static_cast<std::uint8_t>(next));
  }
  return text;
}

Index index_of(const Bytes& text) {
  return Index(std::span<const std::uint8_t>(text));
}

// Sum over contexts of chi^2 of what followed them, less the degrees of freedom, in standard deviations of it.
template <class S>
double excess(const Index& index, const Bytes& output, std::size_t order, const S& sampler) {
  const std::size_t context = order > 0 ? order - 1 : 0;
  std::map<Bytes, std::map<std::uint8_t, int>> seen;
  for (std::size_t i = context; i < output.size(); ++i) {
    const auto at = output.begin() + static_cast<std::ptrdiff_t>(i);
    ++seen[Bytes(at - static_cast<std::ptrdiff_t>(context), at)][output[i]];
  }
  double chi = 0.0, freedom = 0.0;
  for (const auto& [before, drawn] : seen) {
    const auto successors = index.successors(before);
    std::vector<std::uint64_t> counts;
    for (const auto& next : successors) counts.push_back(next.count);
    std::vector<double> weights(counts.size(), 1.0);
    if (order > 0) sampler.weigh(counts, weights);
    double total = 0.0, draws = 0.0;
    for (const double weight : weights) total += weight;
    for (const auto& [token, count] : drawn) draws += count;
    std::size_t known = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto found = drawn.find(successors[i].token);
      const double observed = found == drawn.end() ? 0.0 : found->second, expected = draws * weights[i] / total;
      if (found != drawn.end()) ++known;
      if (expected == 0.0 && observed > 0.0) return 1e9;
      if (expected < 5.0) continue;
      chi += (observed - expected) * (observed - expected) / expected;
      freedom += 1.0 - weights[i] / total;
    }
    if (known != drawn.size()) return 1e9;  // what never follows did
  }
  return (chi - freedom) / std::sqrt(2.0 * freedom + 1.0);
}

template <class S>
void check_orders(const S& sampler) {
  const Bytes text = source(3000, 7, 1);
  const Index index = index_of(text);
  const Generator generator(index);
  for (const std::size_t order : {0u, 1u, 2u, 3u}) {
    const auto result = generator.generate({.length = 60000, .order = order, .seed = 4}, sampler);
    REQUIRE(result.tokens.size() == 60000);
    INFO("order " << order);
    CHECK(excess(index, result.tokens, order, sampler) < 4.0);
    CHECK(excess(index, result.tokens, order, sampler) > -4.0);
  }
}

// How many runs of `length` tokens stand in the index just so.
std::size_t quotations(const Generator& generator, const Bytes& output, std::size_t length) {
  std::size_t found = 0;
  for (std::size_t i = 0; i + length <= output.size(); ++i) {
    const std::span<const std::uint8_t> run(output.data() + i, length);
    for (std::size_t s = 0; s < generator.shards(); ++s) found += generator.index(s).count(run) > 0;
  }
  return found;
}

}  // namespace

TEST_CASE("successors follow the counts, for every order and sampler", "[text]") {
  check_orders(Proportional{});
  check_orders(Temperature{0.6});
  check_orders(Temperature{2.0});
  check_orders(TopK{3});
  check_orders(Nucleus{0.8});
}

TEST_CASE("Shannon's own procedure takes the first place behind a random one", "[text]") {
  const Bytes text = source(400, 5, 2);
  const std::size_t draws = 40000;
  const auto result = Generator(index_of(text)).generate({.length = draws, .order = 2, .seed = 1, .read_on = true});
  REQUIRE(result.tokens.size() == draws);
  // So a place is taken in proportion to how far it is from the one before it, round the text and its two ends.
  const std::size_t round = text.size() + 2;
  double chi = 0.0, freedom = 0.0;
  for (std::uint8_t before = 0; before < 5; ++before) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      if (text[i] == before) places.push_back(i);
    }
    REQUIRE(!places.empty());
    std::map<std::uint8_t, double> share, drawn;
    for (std::size_t k = 0; k < places.size(); ++k) {
      const std::size_t last = k == 0 ? places.back() : places[k - 1];
      const std::size_t gap = (places[k] + round - last - 1) % round + 1;
      share[text[places[k] + 1]] += static_cast<double>(gap) / static_cast<double>(round);
    }
    double all = 0.0;
    for (std::size_t i = 1; i < draws; ++i) {
      if (result.tokens[i - 1] != before) continue;
      ++drawn[result.tokens[i]];
      ++all;
    }
    for (const auto& [token, count] : drawn) REQUIRE(share.count(token) == 1);
    for (const auto& [token, part] : share) {
      REQUIRE(all * part > 5.0);
      chi += (drawn[token] - all * part) * (drawn[token] - all * part) / (all * part);
    }
    freedom += static_cast<double>(share.size()) - 1.0;
  }
  CHECK(chi < freedom + 4.0 * std::sqrt(2.0 * freedom));
  CHECK(chi > freedom - 4.0 * std::sqrt(2.0 * freedom));
}

TEST_CASE("from the start of a text on, a source's context is tokens of the output", "[text]") {
  std::vector<Bytes> texts;
  for (std::uint32_t i = 0; i < 40; ++i) texts.push_back(source(60, 6, 20 + i));
  const std::vector<std::span<const std::uint8_t>> spans(texts.begin(), texts.end());
  const Generator generator{Index{std::span<const std::span<const std::uint8_t>>(spans)}};
  for (const std::size_t limit : {0u, 6u}) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const auto result = generator.generate({.length = 30,
                                              .order = kUnbounded,
                                              .max_copy = limit,
                                              .seed = seed,
                                              .start = TextStart::sentence,
                                              .provenance = true});
      REQUIRE(result.tokens.size() == 30);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < result.sources.size(); ++i) {
        const TokenSource& from = result.sources[i];
        for (std::size_t k = 0; k <= from.context; ++k) {
          wrong += k > from.offset || k > i || texts[from.text][from.offset - k] != result.tokens[i - k];
        }
      }
      INFO("limit " << limit << ", seed " << seed);
      CHECK(wrong == 0);
      CHECK(result.sources[0].context == 0);
      if (limit > 0) CHECK(quotations(generator, result.tokens, limit + 1) == 0);
    }
  }
}

TEST_CASE("one seed, one text", "[text]") {
  const Generator generator(index_of(source(5000, 20, 3)));
  const auto once = generator.generate({.length = 5000, .order = kUnbounded, .min_support = 3, .seed = 8});
  CHECK(once.tokens == generator.generate({.length = 5000, .order = kUnbounded, .min_support = 3, .seed = 8}).tokens);
  CHECK(once.tokens != generator.generate({.length = 5000, .order = kUnbounded, .min_support = 3, .seed = 9}).tokens);
}

TEST_CASE("no run of more tokens than the limit stands in the texts", "[text]") {
  const Generator generator(index_of(source(200000, 30, 4)));
  for (const std::size_t order : {std::size_t{4}, kUnbounded}) {
    for (const std::size_t limit : {4u, 7u}) {
      INFO("order " << order << ", limit " << limit);
      const auto result = generator.generate({.length = 250000, .order = order, .max_copy = limit, .seed = 2});
      CHECK(result.tokens.size() == 250000);
      CHECK(quotations(generator, result.tokens, limit + 1) == 0);
      CHECK(result.longest_copy == limit);
      CHECK(generator.longest_copy(result.tokens) == limit);
    }
  }
  const auto cooler = generator.generate({.length = 20000, .order = 5, .max_copy = 6, .seed = 2}, Nucleus{0.7});
  CHECK(quotations(generator, cooler.tokens, 7) == 0);
}

TEST_CASE("a limit that leaves nothing is said", "[text]") {
  const Generator generator(index_of({0, 1, 0, 1, 1, 0, 0, 1}));  // holds all pairs
  const auto result = generator.generate({.length = 100, .order = 2, .max_copy = 1});
  CHECK(result.stop == TextStop::no_continuation);
  CHECK(result.tokens.size() == 1);
  CHECK(Generator(index_of({})).generate({}).stop == TextStop::no_continuation);
  CHECK(Generator(index_of({5})).generate({.length = 3}).tokens == Bytes{5, 5, 5});
}

TEST_CASE("each token says where it is from, with its context", "[text]") {
  const std::vector<Bytes> texts{source(3000, 12, 5), source(100, 12, 6), {3}, source(2000, 12, 7)};
  const std::vector<std::span<const std::uint8_t>> two(texts.begin(), texts.begin() + 2),
      others(texts.begin() + 2, texts.end());
  const std::vector<Index> shards{Index(std::span<const std::span<const std::uint8_t>>(two)),
                                  Index(std::span<const std::span<const std::uint8_t>>(others))};
  const Generator generator{std::span<const Index>(shards)};
  for (const std::size_t limit : {0u, 9u}) {
    const auto result = generator.generate({.length = 20000,
                                            .order = kUnbounded,
                                            .min_support = 2,
                                            .min_continuations = 2,
                                            .max_copy = limit,
                                            .seed = 3,
                                            .provenance = true});
    REQUIRE(result.sources.size() == 20000);
    std::size_t wrong = 0, context = 0;
    std::map<std::uint32_t, int> used;
    for (std::size_t i = 0; i < result.sources.size(); ++i) {
      const TokenSource& from = result.sources[i];
      ++used[from.text];
      context += from.context;
      for (std::size_t k = 0; k <= from.context; ++k) {
        wrong += k > from.offset || k > i || texts[from.text][from.offset - k] != result.tokens[i - k];
      }
    }
    CHECK(wrong == 0);
    CHECK(used.size() >= 3);
    CHECK(context > 20000);
    CHECK(result.longest_run >= 2);
    if (limit > 0) CHECK(quotations(generator, result.tokens, limit + 1) == 0);
  }
}

TEST_CASE("shards give the successors of their sum", "[text]") {
  const Bytes a = source(1500, 6, 8), b = source(900, 6, 9);
  const std::vector<Index> shards{index_of(a), index_of(b)};
  const std::vector<std::span<const std::uint8_t>> both{a, b};
  const Index sum{std::span<const std::span<const std::uint8_t>>(both)};
  const auto result = Generator{std::span<const Index>(shards)}.generate({.length = 60000, .order = 3, .seed = 4});
  CHECK(excess(sum, result.tokens, 3, Proportional{}) < 4.0);
  const auto cooler = Generator{std::span<const Index>(shards)}.generate({.length = 60000, .seed = 4}, TopK{3});
  CHECK(excess(sum, cooler.tokens, 3, TopK{3}) < 4.0);
}

TEST_CASE("sentences start, end and hold what they must", "[text]") {
  Vocabulary vocabulary;
  const auto tokens =
      words("The cat sat. The dog ran. A cat ran and sat. The bird sat and the dog saw a bird. The end.", vocabulary);
  const TextGenerator generator{TokenIndex<std::uint32_t>{std::span<const std::uint32_t>(tokens)}};
  const std::uint32_t stop = *vocabulary.find(". ");
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto result = generator.generate({.length = 50,
                                            .order = 2,
                                            .seed = seed,
                                            .start = TextStart::sentence,
                                            .start_after = {stop},
                                            .stop_after = {stop}});
    const std::string& first = vocabulary.word(result.tokens.front());
    CHECK((first == "The" || first == "A"));
    CHECK(result.stop == TextStop::stop_token);
    CHECK(result.tokens.back() == stop);
    const auto holding = generator.generate(
        {.length = 12, .order = 2, .seed = seed, .required = {*vocabulary.find("bird"), *vocabulary.find("cat")}});
    CHECK(holding.missing.empty());
    CHECK(holding.tokens.size() == 12);
    const auto bird = std::find(holding.tokens.begin(), holding.tokens.end(), *vocabulary.find("bird"));
    CHECK(std::find(bird, holding.tokens.end(), *vocabulary.find("cat")) != holding.tokens.end());
  }
  const auto prompted =
      generator.generate({.length = 1, .order = 3, .prompt = {*vocabulary.find("and"), *vocabulary.find("the")}});
  CHECK(vocabulary.word(prompted.tokens[0]) == "dog");
  const auto ended = generator.generate({.length = 1000, .order = 3, .stop_at_text_end = true});
  CHECK(ended.stop == TextStop::text_end);
}

TEST_CASE("options without sense are refused", "[text]") {
  const Generator generator(index_of({1, 2, 3}));
  CHECK_THROWS_AS(generator.generate({.order = 255}), InvalidArgument);
  CHECK_THROWS_AS(generator.generate({.max_copy = 255}), InvalidArgument);
  CHECK_THROWS_AS(generator.generate({.min_support = 0}), InvalidArgument);
  CHECK_THROWS_AS(generator.generate({.length = 1, .required = {1, 2}}), InvalidArgument);
  CHECK_THROWS_AS(generator.generate({.required = {9}}), InvalidArgument);
  CHECK_THROWS_AS(generator.generate({.max_copy = 3, .read_on = true}), InvalidArgument);
  CHECK_THROWS_AS(generator.generate({}, TopK{0}), InvalidArgument);
  CHECK_THROWS_AS(Generator(std::span<const Index>{}), InvalidArgument);
}
