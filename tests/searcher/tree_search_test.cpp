// SPDX-License-Identifier: MIT
// test: libraries=pastiche::nanoflann
#include "searcher/field_checks.hpp"
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/textures.hpp"

#include <pastiche/searcher/nearest_field.hpp>
#include <pastiche/searcher/tree_search.hpp>

using namespace pastiche;
using test::HostPicture;

static_assert(FieldSearcher<TreeSearch, std::uint8_t, Cpu, SquaredDifference>);
static_assert(FieldSearcher<TreeSearch, double, Cpu, AbsoluteDifference>);

namespace {

const std::vector<Tensor<std::uint8_t, 3, Cpu>>& examples() {
  static const std::vector<Tensor<std::uint8_t, 3, Cpu>> all{test::pebbles(Shape<3>{40, 45, 3}, 1, Cpu{}),
                                                             test::pebbles(Shape<3>{30, 50, 3}, 2, Cpu{})};
  return all;
}

template <class Distance>
test::FieldErrors errors(const NearestField<patch_distance_t<Distance, std::uint8_t>, Cpu>& field,
                         const Tensor<std::uint8_t, 3, Cpu>& picture, const FieldOptions& options,
                         const Distance& distance) {
  return test::errors_of(field, HostPicture<std::uint8_t>(picture),
                         {HostPicture<std::uint8_t>(examples()[0]), HostPicture<std::uint8_t>(examples()[1])}, options,
                         distance);
}

}  // namespace

TEST_CASE("with all components and many candidates the tree finds the nearest", "[searcher]") {
  const auto picture = test::pebbles(Shape<3>{22, 24, 3}, 3, Cpu{});
  const FieldOptions options{.patch = 3, .nearest = 2, .wrap_columns = true};
  const auto found = errors(nearest_field(picture, examples(), options, TreeSearch{.components = 27, .checks = 8}),
                            picture, options, SquaredDifference{});
  CHECK(found.unfit == 0);
  CHECK(found.distance == 0.0);
  CHECK(found.sources == 0);
}

TEST_CASE("with few components distances are true and nearly least", "[searcher]") {
  const auto picture = test::pebbles(Shape<3>{30, 34, 3}, 3, Cpu{});
  const FieldOptions options{.patch = 5};
  const auto exact = nearest_field(picture, examples(), options),
             near = nearest_field(picture, examples(), options, TreeSearch{});
  CHECK(errors(near, picture, options, SquaredDifference{}).distance == 0.0);
  double sum = 0, least = 0;
  for (index_t i = 0; i < exact.distances.size(); ++i) {
    sum += near.distances.data()[i];
    least += exact.distances.data()[i];
    REQUIRE(near.distances.data()[i] >= exact.distances.data()[i]);
  }
  CHECK(sum <= 1.03 * least);
}

TEST_CASE("a patch whose candidates are all forbidden is searched exhaustively", "[searcher]") {
  const auto& picture = examples()[0];
  const FieldOptions options{.patch = 4, .nearest = 2, .window = 6, .apart = 3};
  const auto found = errors(nearest_field(picture, examples(), options, TreeSearch{.checks = 2}), picture, options,
                            SquaredDifference{});
  CHECK(found.unfit == 0);
  CHECK(found.distance == 0.0);
}

TEST_CASE("masks are obeyed, other distances rank, and threads change nothing", "[searcher]") {
  const auto picture = test::pebbles(Shape<3>{22, 24, 3}, 3, Cpu{});
  std::vector<std::uint8_t> mask(40 * 45, 1), looked(22 * 24, 0);
  for (std::size_t i = 0; i < 20 * 45; ++i) mask[i] = 0;
  looked[5 * 24 + 7] = 1;
  FieldOptions options{.patch = 5, .nearest = 2};
  options.example_masks = {{mask.data(), 40, 45}, {}};
  options.query_mask = {looked.data(), 22, 24};
  std::uint64_t hash = 0;
  for (const Cpu& device : test::device_variants()) {
    const auto field = nearest_field(picture, examples(), options, device, TreeSearch{}, AbsoluteDifference{});
    const auto found =
        test::errors_of(field, HostPicture<std::uint8_t>(picture),
                        {HostPicture<std::uint8_t>(examples()[0]), HostPicture<std::uint8_t>(examples()[1])}, options,
                        AbsoluteDifference{}, {}, detail::touching_patches(options.query_mask, 18, 20, 5));
    CHECK(found.unfit == 0);
    CHECK(found.distance < 1e-5);
    CHECK(found.rank < 0.5);
    const std::uint64_t now = test::hash_of(field.sources);
    CHECK((hash == 0 || now == hash));
    hash = now;
  }
}

TEST_CASE("a constant example and one with a single patch make a tree", "[searcher]") {
  const auto flat = test::picture<std::uint8_t>(Shape<3>{9, 9, 3}, std::vector<int>(243, 9), Cpu{});
  const auto picture = test::pebbles(Shape<3>{9, 9, 3}, 3, Cpu{});
  const auto field = nearest_field(picture, flat, {.patch = 3, .nearest = 3}, TreeSearch{});
  CHECK(field.sources.data()[0] == 0);
  const auto one = nearest_field(picture, flat, {.patch = 9, .nearest = 2}, TreeSearch{});
  CHECK(download(one.sources) == std::vector<int>{0, 0, 0, -1, -1, -1});
  CHECK_THROWS_AS(nearest_field(picture, flat, {.patch = 3}, TreeSearch{.components = 0}), InvalidArgument);
}
