// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// Searchers a user writes, in quilt().
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"
#include "texture/quilt_checks.hpp"

using namespace pastiche;
using test::HostQuilt;
using test::TestDevice;

namespace {

PASTICHE_DEVICE_CODE_BEGIN

/// Puts all places out of reach but every `step`-th.
template <class D>
struct LeaveOut {
  index_t places, step;
  D* sums;
  PASTICHE_HD void operator()(index_t i) const noexcept {
    if (step == 0 || i % places % step != 0) sums[i] = kFarthest<D>;
  }
};

PASTICHE_DEVICE_CODE_END

/// Every `step`-th place only; with step 0 none at all.
struct EveryFew {
  index_t step = 2;

  template <class E, class Device, class Distance>
  struct Engine {
    using distance_type = distance_sum_t<Distance, E>;
    primitive::BlockSearch<E, Device, Distance> all;
    Device device;
    index_t places, step;

    void operator()(const TensorView<const E, 3, Device>& output, const BlockQuery* queries, index_t count,
                    distance_type* sums) {
      all(output, queries, count, sums);
      device.for_each_index(count * places, LeaveOut<distance_type>{places, step, sums});
    }
  };

  template <Element E, DevicePolicy Device, class Distance>
  Engine<E, Device, Distance> prepare(const BlockProblem<E, Device>& problem, const Distance& distance) const {
    return {primitive::BlockSearch<E, Device, Distance>(problem, distance), problem.device, problem.places.size(),
            step};
  }
};

static_assert(BlockSearcher<DirectSearch, float, TestDevice, SquaredDifference>);
static_assert(BlockSearcher<EveryFew, float, TestDevice, AbsoluteDifference>);
static_assert(!BlockSearcher<SquaredDifference, float, TestDevice, SquaredDifference>);

constexpr QuiltOptions kOptions{.size = {64, 70}, .block = 12, .overlap = 4, .spacing = 2, .provenance = true};

}  // namespace

TEST_CASE("places a searcher leaves out are not chosen", "[searcher]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{50, 51, 3}, 1, device);  // 40 places a row
  const auto result = quilt(example, kOptions, EveryFew{2}, device);
  CHECK(test::wrong_pixels(HostQuilt<std::uint8_t>(result), {test::on_host(example)}) == 0);
  for (const PlacedBlock& block : result.blocks) CHECK(block.source.column % 2 == 0);
}

TEST_CASE("a searcher that changes nothing changes nothing", "[searcher]") {
  const TestDevice device;
  const auto example = test::pebbles<float>(Shape<3>{50, 51, 3}, 1, device);
  const auto a = quilt(example, kOptions, EveryFew{1}, AbsoluteDifference{}, device);
  const auto b = quilt(example, kOptions, AbsoluteDifference{}, device);
  CHECK(test::hash_of(a.image) == test::hash_of(b.image));
}

TEST_CASE("where a searcher leaves nothing, the mask is still obeyed", "[searcher]") {
  const TestDevice device;
  const auto example = test::pebbles(Shape<3>{50, 51, 3}, 1, device);
  std::vector<std::uint8_t> mask(50 * 51, 1);
  for (std::size_t i = 0; i < 50 * 20; ++i) mask[i] = 0;
  QuiltOptions options = kOptions;
  options.example_masks = {{mask.data(), 50, 51, 51}};
  for (const index_t step : {0, 7, 100000}) {
    const auto result = quilt(example, options, EveryFew{step}, device);
    const HostQuilt<std::uint8_t> q(result);
    CHECK(test::wrong_pixels(q, {test::on_host(example)}) == 0);
    CHECK(test::empty_pixels(q) == 0);
    int stolen = 0;
    for (std::size_t i = 0; i < q.provenance.size(); i += 3) {
      if (mask[static_cast<std::size_t>(q.provenance[i + 1] * 51 + q.provenance[i + 2])] == 0) ++stolen;
    }
    CHECK(stolen == 0);
  }
}
