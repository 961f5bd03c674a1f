// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust simd_levels
// Block search by Fourier transforms gives the distances of the direct search: exactly on 8-bit elements, to rounding
// on floats; and the choice between the two depends on sizes alone.
#include <pastiche/searcher/fft_search.hpp>
#include <pastiche/texture/quilting.hpp>

#include "support/catch.hpp"
#include "support/devices.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using namespace pastiche;
using Device = test::TestDevice;

template <class E>
Tensor<E, 3, Device> noise(const Shape<3>& shape, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  std::vector<E> values(static_cast<std::size_t>(shape.size()));
  for (E& value : values) value = from_scalar<E>(rng.uniform());
  return upload<Device>(shape, values);
}

/// Two examples of different sizes, two shapes (an L and scattered runs), two queries, one of which wraps.
template <class E>
struct Case {
  std::vector<Tensor<E, 3, Device>> examples;
  Tensor<E, 3, Device> output;
  BlockProblem<E, Device> problem;

  explicit Case(index_t channels)
      : examples{noise<E>({29, 41, channels}, 1), noise<E>({17, 23, channels}, 2)},
        output(noise<E>({40, 37, channels}, 3)),
        problem{Device{}, {examples[0].view(), examples[1].view()}, 9, 11, places(), shapes(), 2} {}

  template <class Searcher>
  auto sums(const Searcher& searcher) {
    auto engine = searcher.prepare(problem, SquaredDifference{});
    using D = typename decltype(engine)::distance_type;
    const DeviceArray<BlockQuery, Device> queries(std::vector<BlockQuery>{{5, 7, 0}, {36, 31, 1}}, Device{});
    DeviceArray<D, Device> result(2 * problem.places.size(), Device{});
    engine(std::as_const(output).view(), queries.data(), 2, result.data());
    return result.download();
  }

 private:
  Places places() const {
    return Places(std::vector<TensorView<const E, 3, Device>>{examples[0].view(), examples[1].view()}, 9, 11);
  }
  static std::vector<BlockShape> shapes() {
    BlockShape corner, scattered{{{0, 1, 2}, {0, 7, 4}, {1, 1, 2}, {4, 0, 11}, {8, 10, 1}}};
    for (int y = 0; y < 9; ++y) corner.runs.push_back({y, 0, y < 2 ? 11 : 3});
    return {corner, scattered};
  }
};

TEST_CASE("distances by transforms are exact on 8-bit elements", "[searcher][fft]") {
  for (const index_t channels : {1, 2, 3, 5}) {
    Case<std::uint8_t> c(channels);
    CHECK(c.sums(FftSearch{}) == c.sums(DirectSearch{}));
  }
}

TEMPLATE_TEST_CASE("distances by transforms are right to rounding on others", "[searcher][fft]", std::uint16_t,
                   pastiche::Half, float, double) {
  Case<TestType> c(3);
  const auto by_fft = c.sums(FftSearch{}), direct = c.sums(DirectSearch{});
  REQUIRE(by_fft.size() == direct.size());
  // Up to 140 elements are summed one after the other in the scalar of the element; all values are at most 1.
  using S = scalar_t<TestType>;
  const double bound = 140.0 * 140.0 * static_cast<double>(std::numeric_limits<S>::epsilon());
  double worst = 0.0;
  for (std::size_t i = 0; i < direct.size(); ++i) {
    worst = (std::max)(worst, std::abs(static_cast<double>(by_fft[i]) - static_cast<double>(direct[i])));
  }
  CHECK(worst <= bound);
}

TEST_CASE("the searcher does not show in a texture", "[searcher][fft]") {
  const auto example = noise<std::uint8_t>({40, 48, 3}, 4);
  const QuiltOptions options{.size = {90, 75}, .block = 16, .seed = 5};
  const auto direct = download(quilt(example, options, DirectSearch{}).image);
  CHECK(download(quilt(example, options, FftSearch{}).image) == direct);
  CHECK(download(quilt(example, options, AutoSearch{}).image) == direct);
}

TEST_CASE("small overlaps are searched directly, large ones by transforms", "[searcher][fft]") {
  const auto cost = [](index_t side, int block, int overlap) {
    const auto example = noise<std::uint8_t>({side, side, 3}, 6);
    BlockShape shape;
    for (int y = 0; y < block; ++y) shape.runs.push_back({y, 0, y < overlap ? block : overlap});
    const std::vector<TensorView<const std::uint8_t, 3, Device>> views{example.view()};
    return detail::search_cost(
        BlockProblem<std::uint8_t, Device>{Device{}, views, block, block, Places(views, block, block), {shape}, 1});
  };
  const auto few = cost(64, 8, 1), many = cost(512, 200, 60);
  CHECK(few.direct < few.transform);
  CHECK(many.direct > many.transform);
}

}  // namespace
