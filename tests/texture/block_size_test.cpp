// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"
#include "support/textures.hpp"

#include <pastiche/texture/block_size.hpp>

using namespace pastiche;
using test::TestDevice;

namespace {

template <class E>
int size_of(const Tensor<E, 3, TestDevice>& image) {
  return block_size(image);
}

/// A random level for each square of `side` pixels.
Tensor<std::uint8_t, 3, TestDevice> squares(index_t size, index_t side) {
  std::vector<int> levels;
  for (index_t y = 0; y < size; ++y) {
    for (index_t x = 0; x < size; ++x) {
      levels.push_back(static_cast<int>(mix64(static_cast<std::uint64_t>((y / side) * 1000 + x / side + 1)) % 256));
    }
  }
  return test::picture<std::uint8_t>(Shape<3>{size, size, 1}, levels, TestDevice{});
}

}  // namespace

TEST_CASE("where nothing changes, the least block will do", "[block_size]") {
  for (const index_t side : {16, 40, 100}) {
    const std::size_t n = static_cast<std::size_t>(side * side * 3);
    for (const float level : {0.0f, 0.1f, 0.3f, 0.7f, 1.0f}) {
      CHECK(size_of(upload<TestDevice>(Shape<3>{side, side, 3}, std::vector<float>(n, level))) == 8);
      CHECK(size_of(upload<TestDevice>(Shape<3>{side, side, 3}, std::vector<double>(n, level))) == 8);
    }
    CHECK(size_of(upload<TestDevice>(Shape<3>{side, side, 3}, std::vector<std::uint8_t>(n, 77))) == 8);
  }
}

TEST_CASE("the coarser the structure, the larger the block", "[block_size]") {
  const int fine = size_of(test::noise<TestDevice, std::uint8_t>(Shape<3>{200, 200, 3}, 1));
  const int middle = size_of(squares(200, 2)), coarse = size_of(squares(200, 4)), coarser = size_of(squares(200, 20));
  CHECK(fine <= 51);  // the mean of n pixels of noise varies by 1 / n: 0.0005 from 44.7 * 44.7 on
  CHECK(middle > fine);
  CHECK(coarse > middle);
  CHECK(coarser == 108);  // and 54 % of the side at most
}

TEST_CASE("never beyond 54 % of the shorter side, never below 1", "[block_size]") {
  for (const Shape<3>& shape : {Shape<3>{1, 1, 1}, Shape<3>{1, 50, 3}, Shape<3>{50, 1, 3}, Shape<3>{2, 3, 1},
                                Shape<3>{9, 40, 2}, Shape<3>{40, 17, 4}, Shape<3>{33, 100, 1}}) {
    const int most = static_cast<int>(max_of<index_t>(1, 54 * min_of(shape[0], shape[1]) / 100));
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const int size = size_of(test::noise<TestDevice, std::uint8_t>(shape, seed));
      CHECK((size >= 1 && size <= most));
    }
    const auto flat = std::vector<float>(static_cast<std::size_t>(shape.size()), 0.3f);
    CHECK(size_of(upload<TestDevice>(shape, flat)) <= most);
  }
}

TEST_CASE("every element sees the same structure", "[block_size]") {
  const std::vector<int> levels = test::pebble_levels(Shape<3>{90, 90, 3}, 1, 7);
  const int size = size_of(test::picture<std::uint8_t>(Shape<3>{90, 90, 3}, levels, TestDevice{}));
  CHECK(size_of(test::picture<std::uint16_t>(Shape<3>{90, 90, 3}, levels, TestDevice{})) == size);
  CHECK(size_of(test::picture<float>(Shape<3>{90, 90, 3}, levels, TestDevice{})) == size);
  CHECK(size_of(test::picture<double>(Shape<3>{90, 90, 3}, levels, TestDevice{})) == size);
}
