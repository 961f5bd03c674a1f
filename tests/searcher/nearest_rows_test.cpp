// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust simd_levels
#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"
#include "support/textures.hpp"

#include <pastiche/searcher/nearest_rows.hpp>

#include <algorithm>
#include <utility>

using namespace pastiche;
using test::TestDevice;

TEMPLATE_TEST_CASE("the nearest rows are those that plain loops find", "[searcher]", float, double) {
  using T = TestType;
  struct Size {
    index_t n, m, d, k;
  };
  for (const Size& s :
       {Size{40, 300, 17, 3}, Size{3, 2500, 5, 1}, Size{1030, 9, 2, 4}, Size{4, 3, 1, 5}, Size{0, 3, 2, 1}}) {
    const auto queries = test::noise<TestDevice, T, 2>({s.n, s.d}, 1),
               keys = test::noise<TestDevice, T, 2>({s.m, s.d}, 2);
    const auto q = download(queries), k = download(keys);
    std::uint64_t hash = 0;
    for (const TestDevice& device : test::device_variants()) {
      const auto found = nearest_rows(queries, keys, s.k, device);
      REQUIRE(found.rows.shape() == Shape<2>{s.n, s.k});
      const auto rows = download(found.rows);
      const auto distances = download(found.distances);
      for (index_t i = 0; i < s.n; ++i) {
        std::vector<std::pair<double, int>> all;
        for (index_t j = 0; j < s.m; ++j) {
          double sum = 0;
          for (index_t c = 0; c < s.d; ++c) {
            const double d =
                static_cast<double>(q[std::size_t(i * s.d + c)]) - static_cast<double>(k[std::size_t(j * s.d + c)]);
            sum += d * d;
          }
          all.emplace_back(sum, int(j));
        }
        std::sort(all.begin(), all.end());
        for (index_t n = 0; n < s.k; ++n) {
          const std::size_t at = static_cast<std::size_t>(i * s.k + n);
          if (n >= s.m) {
            REQUIRE(rows[at] == -1);
            REQUIRE(distances[at] == kFarthest<T>);
            continue;
          }
          // Of nearly equal ones any: its distance tells.
          const auto it = std::find_if(all.begin(), all.end(), [&](const auto& x) { return x.second == rows[at]; });
          REQUIRE(it != all.end());
          REQUIRE(std::abs(it->first - all[std::size_t(n)].first) < 1e-5);
          REQUIRE(std::abs(static_cast<double>(distances[at]) - it->first) < 1e-5);
        }
      }
      const std::uint64_t now = s.n > 0 ? test::hash_of(found.rows) : 1;
      REQUIRE((hash == 0 || hash == now));
      hash = now;
    }
  }
}

TEST_CASE("rows of other lengths and too many neighbours are refused", "[searcher]") {
  const auto a = test::noise<TestDevice, float, 2>({4, 3}, 1), b = test::noise<TestDevice, float, 2>({4, 2}, 1);
  CHECK_THROWS_AS(nearest_rows(a, b, 1), InvalidArgument);
  CHECK_THROWS_AS(nearest_rows(a, a, 0), InvalidArgument);
  CHECK_THROWS_AS(nearest_rows(a, Tensor<float, 2, TestDevice>({0, 3}), 1), InvalidArgument);
}
