// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda optimize=O0,O2
// The promises of the device concept, on every device: each piece of work once, reductions in one order, copies.
#include <pastiche/tensor/tensor.hpp>

#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

using namespace pastiche;
using test::TestDevice;

// Counts in memory of its own for every index; a second visit, or one by another thread, shows.
struct Visit {
  TensorView<std::int32_t, 1, TestDevice> visits;
  PASTICHE_HD void operator()(index_t i) const noexcept { visits(i) += 1 + static_cast<std::int32_t>(i % 7); }
};

// Fills its scratch with what only it knows, then counts the bytes that are still so.
struct OwnsScratch {
  TensorView<std::int64_t, 1, TestDevice> intact;
  index_t bytes;
  PASTICHE_HD index_t scratch() const noexcept { return bytes; }
  PASTICHE_HD void operator()(index_t i, std::byte* memory) const noexcept {
    std::int64_t same = 0;
    for (int round = 0; round < 10; ++round) {
      for (index_t b = 0; b < bytes; ++b) memory[b] = pattern(i, b);
      same = 0;
      for (index_t b = 0; b < bytes; ++b) same += memory[b] == pattern(i, b) ? 1 : 0;
      if (same != bytes) break;
    }
    const bool aligned = reinterpret_cast<std::uintptr_t>(memory) % 64 == 0;
    intact(i) += aligned ? same : -1;
  }
  PASTICHE_HD static std::byte pattern(index_t i, index_t b) noexcept {
    return static_cast<std::byte>((i * 31 + b) & 255);
  }
};

struct Square {
  PASTICHE_HD std::int64_t operator()(index_t i) const noexcept { return i * i; }
};
struct Sum {
  template <class T>
  PASTICHE_HD T operator()(T a, T b) const noexcept {
    return a + b;
  }
};
struct Larger {
  PASTICHE_HD float operator()(float a, float b) const noexcept { return max_of(a, b); }
};
struct ElementAt {
  TensorView<const float, 1, TestDevice> values;
  PASTICHE_HD float operator()(index_t i) const noexcept { return values(i); }
};

template <class T>
Tensor<T, 1, TestDevice> zeros(index_t n, const TestDevice& device) {
  return upload<TestDevice>(Shape<1>{n}, std::vector<T>(static_cast<std::size_t>(n)), device);
}

bool once_each(const Tensor<std::int32_t, 1, TestDevice>& visits) {
  const auto count = download(visits);
  for (std::size_t i = 0; i < count.size(); ++i) {
    if (count[i] != 1 + static_cast<std::int32_t>(i % 7)) return false;
  }
  return true;
}

constexpr index_t kSizes[] = {0, 1, 2, 7, 4095, 4096, 4097, 100'003};

}  // namespace

TEST_CASE("for_each_index visits every index once") {
  for (const TestDevice& device : test::device_variants()) {
    for (const index_t n : kSizes) {
      auto visits = zeros<std::int32_t>(n, device);
      device.for_each_index(n, Visit{visits.view()});
      CHECK(once_each(visits));
    }
  }
}

TEST_CASE("for_each_piece visits every piece once, whatever it says it costs") {
  for (const TestDevice& device : test::device_variants()) {
    for (const index_t n : kSizes) {
      for (const index_t cost : {index_t{0}, index_t{1}, index_t{1000}, index_t{1} << 62}) {
        auto visits = zeros<std::int32_t>(n, device);
        device.for_each_piece(n, cost, Visit{visits.view()});
        CHECK(once_each(visits));
      }
    }
  }
}

TEST_CASE("Nothing is done for less than one item") {
  for (const TestDevice& device : test::device_variants()) {
    auto visits = zeros<std::int32_t>(4, device);
    device.for_each_index(-3, Visit{visits.view()});
    device.for_each_piece(-3, 1 << 20, Visit{visits.view()});
    device.for_each_piece(0, 1 << 20, OwnsScratch{zeros<std::int64_t>(1, device).view(), 64});
    CHECK(download(visits) == std::vector<std::int32_t>(4, 0));
    CHECK(device.reduce_index(0, std::int64_t{0}, Square{}, Sum{}) == 0);
  }
}

TEST_CASE("A piece's scratch is aligned and its own") {
  for (const TestDevice& device : test::device_variants()) {
    for (const index_t bytes : {index_t{0}, index_t{1}, index_t{63}, index_t{64}, index_t{65}, index_t{5000}}) {
      constexpr index_t n = 501;
      auto intact = zeros<std::int64_t>(n, device);
      device.for_each_piece(n, index_t{1} << 30, OwnsScratch{intact.view(), bytes});
      CHECK(download(intact) == std::vector<std::int64_t>(n, bytes));
    }
  }
}

TEST_CASE("An integer reduction is exact for every size") {
  for (const TestDevice& device : test::device_variants()) {
    for (const index_t n : {1, 2, 1023, 1024, 1025, 4096, 100'003}) {
      const std::int64_t closed = (n - 1) * n * (2 * n - 1) / 6;
      CHECK(device.reduce_index(n, std::int64_t{0}, Square{}, Sum{}) == closed);
    }
  }
}

TEST_CASE("A float reduction folds blocks of n / 1024 in order") {
  constexpr index_t n = 50'021, blocks = 1024;
  const auto values = test::noise<TestDevice, float, 1>(Shape<1>{n}, 11);
  const std::vector<float> host = download(values);
  float total = 0.0f;
  for (index_t block = 0; block < blocks; ++block) {
    float sum = 0.0f;
    for (index_t i = n * block / blocks; i < n * (block + 1) / blocks; ++i) sum += host[static_cast<std::size_t>(i)];
    total += sum;
  }
  for (const TestDevice& device : test::device_variants()) {
    const ElementAt map{values.view()};
    CHECK(device.reduce_index(n, 0.0f, map, Sum{}) == total);
    CHECK(device.reduce_index(n, -1.0f, map, Larger{}) == *std::max_element(host.begin(), host.end()));
  }
}

TEST_CASE("Copies move what they are told and no more") {
  const TestDevice device{};
  const std::vector<std::uint16_t> source{1, 2, 3, 4, 5};
  Tensor<std::uint16_t, 1, TestDevice> a({5}, device), b({5}, device);
  device.copy_from_host(source.data(), a.data(), 5);
  device.copy_from_host(std::vector<std::uint16_t>(5, 9).data(), b.data(), 5);
  device.copy(static_cast<const std::uint16_t*>(a.data()) + 1, b.data(), 3);
  std::vector<std::uint16_t> back(6, 7);
  device.copy_to_host(static_cast<const std::uint16_t*>(b.data()), back.data(), 5);
  device.copy(static_cast<const std::uint16_t*>(a.data()), b.data(), 0);
  CHECK(back == std::vector<std::uint16_t>{2, 3, 4, 9, 9, 7});
}

TEST_CASE("The tiles of a grid cover the area, each pixel once") {
  for (const TileGrid grid : {TileGrid{10, 7, 3, 4}, TileGrid{1, 1, 8, 8}, TileGrid{16, 16, 8, 4}, TileGrid{5, 9, 5, 9},
                              TileGrid{13, 6, 1, 100}}) {
    std::vector<int> covered(static_cast<std::size_t>(grid.height * grid.width));
    for (index_t i = 0; i < grid.size(); ++i) {
      const Tile tile = grid[i];
      CHECK((tile.height >= 1 && tile.height <= grid.tile_height));
      CHECK((tile.width >= 1 && tile.width <= grid.tile_width));
      for (index_t y = tile.row; y < tile.row + tile.height; ++y) {
        for (index_t x = tile.column; x < tile.column + tile.width; ++x) {
          ++covered[static_cast<std::size_t>(y * grid.width + x)];
        }
      }
    }
    CHECK(covered == std::vector<int>(covered.size(), 1));
  }
  CHECK(TileGrid{0, 7, 3, 4}.size() == 0);
  CHECK(TileGrid{7, 0, 3, 4}.size() == 0);
}
