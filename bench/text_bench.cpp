// SPDX-License-Identifier: MIT
// bench: peers=divsufsort
// Text: index build (and libdivsufsort's, where it is found), counts, and generation, on 10 MB of words that are drawn
// by Zipf's law, or on the file that PASTICHE_BENCH_TEXT names. One thread.
#include <pastiche/core/random.hpp>
#include <pastiche/text/generate.hpp>
#include <pastiche/text/tokens.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#if defined(PASTICHE_BENCH_DIVSUFSORT)
#  include <divsufsort.h>
#endif

namespace {

using namespace pastiche;

constexpr std::size_t kBytes = 10'000'000;

const std::string& text() {
  static const std::string made = [] {
    if (const char* const path = std::getenv("PASTICHE_BENCH_TEXT"); path != nullptr) {
      const auto bytes = read_file(path);
      return std::string(bytes.begin(), bytes.end());
    }
    CounterRng rng(1, 0, 0);
    std::vector<std::string> words(30000);
    for (std::string& word : words) {
      for (std::uint32_t i = 2 + rng.below(7); i > 0; --i) word += static_cast<char>('a' + rng.below(26));
    }
    std::string made_up;
    std::size_t last = 0;
    while (made_up.size() < kBytes) {
      // What follows a word is mostly one of eight, so that there are contexts to find.
      const auto drawn = static_cast<std::size_t>(std::pow(30000.0, static_cast<double>(rng.uniform())));
      last = rng.below(3) == 0 ? drawn % words.size() : (last * 31 + rng.below(8)) % words.size();
      made_up += words[last] + (rng.below(12) == 0 ? ". " : " ");
    }
    return made_up;
  }();
  return made;
}

const TokenIndex<std::uint8_t>& byte_index() {
  static const TokenIndex<std::uint8_t> index{bytes_of(text())};
  return index;
}

const TextGenerator<TokenIndex<std::uint32_t>>& word_generator() {
  static const TextGenerator<TokenIndex<std::uint32_t>> generator = [] {
    Vocabulary vocabulary;
    const auto tokens = words(text(), vocabulary, {.invalid = InvalidUtf8::replace});
    return TextGenerator<TokenIndex<std::uint32_t>>{TokenIndex<std::uint32_t>{std::span<const std::uint32_t>(tokens)}};
  }();
  return generator;
}

void suffixes(benchmark::State& state) {
  std::vector<std::int32_t> array(text().size());
  for (auto _ : state) sort_suffixes(bytes_of(text()), std::span<std::int32_t>(array), 256);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text().size()));
}
BENCHMARK(suffixes)->Name("text/suffix_array")->Unit(benchmark::kMillisecond)->UseRealTime();

#if defined(PASTICHE_BENCH_DIVSUFSORT)
void divsufsort_suffixes(benchmark::State& state) {
  std::vector<std::int32_t> array(text().size());
  for (auto _ : state) {
    divsufsort(bytes_of(text()).data(), array.data(), static_cast<std::int32_t>(text().size()));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text().size()));
}
BENCHMARK(divsufsort_suffixes)->Name("text/suffix_array/divsufsort")->Unit(benchmark::kMillisecond)->UseRealTime();
#endif

void build(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(TokenIndex<std::uint8_t>{bytes_of(text())});
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text().size()));
}
BENCHMARK(build)->Name("text/index")->Unit(benchmark::kMillisecond)->UseRealTime();

void count(benchmark::State& state) {
  const auto length = static_cast<std::size_t>(state.range(0));
  std::uint64_t query = 0, found = byte_index().tokens();  // built before the clock runs
  for (auto _ : state) {
    const std::size_t at = mix64(++query) % (text().size() - length);
    found += byte_index().count(bytes_of(text()).subspan(at, length));
  }
  benchmark::DoNotOptimize(found);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(count)->Name("text/count")->Arg(4)->Arg(8)->Arg(16)->UseRealTime();

void order_3_words(benchmark::State& state) {
  constexpr std::size_t kTokens = 1'000'000;
  const auto limit = static_cast<std::size_t>(state.range(0));
  std::uint64_t seed = word_generator().shards() - 1;  // built before the clock runs
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        word_generator().generate({.length = kTokens, .order = 3, .max_copy = limit, .seed = ++seed}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kTokens));
}
BENCHMARK(order_3_words)->Name("text/words_order_3")->Arg(0)->Arg(8)->Unit(benchmark::kMillisecond)->UseRealTime();

void unbounded_bytes(benchmark::State& state) {
  constexpr std::size_t kTokens = 1'000'000;
  static const TextGenerator<TokenIndex<std::uint8_t>> generator{byte_index()};
  const auto limit = static_cast<std::size_t>(state.range(0));
  std::uint64_t seed = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(generator.generate(
        {.length = kTokens, .order = kUnbounded, .min_support = 4, .max_copy = limit, .seed = ++seed}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kTokens));
  state.counters["bytes/symbol"] = static_cast<double>(byte_index().file_bytes().size() + generator.link_bytes()) /
                                   static_cast<double>(text().size());
}
BENCHMARK(unbounded_bytes)->Name("text/bytes_unbounded")->Arg(0)->Arg(24)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
