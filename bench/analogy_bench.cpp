// SPDX-License-Identifier: MIT
// bench: libraries=pastiche::io
// Image analogies and texture transfer beside the textbook's PatchMatch, in turns in one run, by processor time of one
// thread; the best of each is kept. Texture by numbers is that of the shared data, and left out where that is not
// there.
#include "textbook.hpp"

#include <pastiche/image/filter.hpp>
#include <pastiche/texture/image_analogy.hpp>
#include <pastiche/texture/stylize.hpp>
#include <pastiche/texture/transfer.hpp>

#include <benchmark/benchmark.h>

namespace {

using namespace pastiche;
using bench::Best;
using bench::Yardstick;

using Picture = Tensor<std::uint8_t, 3, Cpu>;

template <class F>
void compare(benchmark::State& state, const F& make) {
  Yardstick textbook;
  Best ours;
  for (auto _ : state) {
    textbook.run();
    ours.run([&] { benchmark::DoNotOptimize(make().image.data()); });
  }
  state.counters["cpu_s"] = ours.seconds;
  state.counters["textbook_cpu_s"] = textbook.best.seconds;
  state.counters["textbooks"] = ours.seconds / textbook.best.seconds;
}

Tensor<float, 3, Cpu> floats(const Picture& picture) {
  Tensor<float, 3, Cpu> map(picture.shape());
  for (index_t i = 0; i < map.size(); ++i) map.data()[i] = to_scalar<float>(picture.data()[i]);
  return map;
}

void by_numbers(benchmark::State& state) {
  const std::string set = std::string(PASTICHE_TEST_DATA) + "/analogies/texbynum_";
  if (!std::filesystem::exists(set + "source_photo.png")) return state.SkipWithError("no shared data");
  const auto style = read_image<std::uint8_t>(set + "source_photo.png");
  const auto a = floats(read_image<std::uint8_t>(set + "source_segment.png"));
  const auto b = floats(read_image<std::uint8_t>(set + "target_segment.png"));
  StylizeOptions o;
  o.guides = {{.examples = {guide_of(a)}, .output = guide_of(b), .weight = 0.2}};
  o.patch = static_cast<int>(state.range(0));
  o.rounds = static_cast<int>(state.range(1));
  o.coarsest = 32;
  o.balance = 0.7;
  compare(state, [&] { return stylize(style, o, Cpu{.threads = 1}); });
}

/// A blur learnt in grey, of pictures of a side.
void classic(benchmark::State& state) {
  const index_t side = state.range(0);
  const auto grey = [&](const char* name, std::uint64_t seed) {
    const Picture colours = bench::photo(name, side, seed);
    Picture picture({side, side, 1});
    for (index_t i = 0; i < picture.size(); ++i) picture.data()[i] = colours.data()[3 * i + 1];
    return picture;
  };
  const Picture a = grey("kodim05.png", 1), b = grey("kodim13.png", 2);
  const Picture a_prime = gaussian_blur(a, 2.5);
  compare(state, [&] { return image_analogy(a, a_prime, b, {}, Cpu{.threads = 1}); });
}

/// A photograph of a side in the texture of another.
void transferred(benchmark::State& state) {
  const index_t side = state.range(0);
  const Picture texture = bench::photo("kodim05.png", 256, 1), target = bench::photo("kodim13.png", side, 2);
  TransferOptions o;
  o.passes = static_cast<int>(state.range(1));
  compare(state, [&] { return transfer(texture, target, o, Cpu{.threads = 1}); });
}

BENCHMARK(by_numbers)
    ->ArgNames({"patch", "rounds"})
    ->Args({5, 4})
    ->Args({3, 12})
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(classic)->ArgName("side")->Arg(256)->Arg(512)->Iterations(2)->Unit(benchmark::kMillisecond);
BENCHMARK(transferred)
    ->ArgNames({"side", "passes"})
    ->Args({256, 1})
    ->Args({256, 5})
    ->Args({512, 5})
    ->Iterations(2)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
