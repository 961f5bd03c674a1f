// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust optimize=O0,O2,O3 simd_levels
// The matrix product: exact on small integers whatever the shape and order of the factors, its rounding bounded, the
// same bits on any number of threads and on every instruction set that fuses.
#include "support/catch.hpp"
#include "support/devices.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/primitive/matrix_product.hpp>
#include <pastiche/tensor/tensor.hpp>
#if defined(PASTICHE_TEST_CUDA)
#  include <pastiche/primitive/cublas_product.hpp>
#endif

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using namespace pastiche;
using Device = test::TestDevice;
using Product = primitive::MatrixProduct<Device>;

static_assert(Linalg<Product, Device>);
static_assert(Linalg<GenericLinalg, Device>);

// A matrix in rows of `stride` elements; what lies between the rows must stay as it is.
template <class T>
struct Padded {
  index_t rows, columns, stride;
  std::vector<T> values;

  Padded(index_t rows_, index_t columns_, index_t gap, T fill = T(77))
      : rows{rows_},
        columns{columns_},
        stride{columns_ + gap},
        values(static_cast<std::size_t>(rows_ * (columns_ + gap)), fill) {}
  T& operator()(index_t i, index_t j) { return values[static_cast<std::size_t>(i * stride + j)]; }
  T operator()(index_t i, index_t j) const { return values[static_cast<std::size_t>(i * stride + j)]; }
  Tensor<T, 2, Device> upload_to(const Device& device) const {
    return upload<Device>(Shape<2>{rows, stride}, values, device);
  }
  template <class U>
  TensorView<U, 2, Device> window(U* data) const {
    return {data, Shape<2>{rows, columns}, Shape<2>{stride, 1}};
  }
};

// Integers in [-8, 8]: every sum of fewer than 2^18 products is exact in float.
template <class T>
Padded<T> integers(index_t rows, index_t columns, index_t gap, std::uint64_t seed) {
  Padded<T> matrix(rows, columns, gap);
  CounterRng rng(seed, 0, 0);
  for (index_t i = 0; i < rows; ++i) {
    for (index_t j = 0; j < columns; ++j) matrix(i, j) = static_cast<T>(static_cast<int>(rng.below(17)) - 8);
  }
  return matrix;
}

// The product by definition, on integers.
template <class T>
bool is_product(const Padded<T>& a, const Padded<T>& b, const Padded<T>& before, const Padded<T>& c,
                ProductOptions options) {
  const index_t depth = options.transpose_a ? a.rows : a.columns;
  for (index_t i = 0; i < c.rows; ++i) {
    for (index_t j = 0; j < c.stride; ++j) {
      T want = before(i, j);
      if (j < c.columns) {
        if (!options.accumulate) want = T(0);
        for (index_t k = 0; k < depth; ++k) {
          want += (options.transpose_a ? a(k, i) : a(i, k)) * (options.transpose_b ? b(j, k) : b(k, j));
        }
      }
      if (c(i, j) != want) return false;
    }
  }
  return true;
}

template <class T, class L>
bool multiplies(const L& linalg, const Device& device, index_t m, index_t n, index_t k, ProductOptions options,
                index_t gap) {
  const auto a = options.transpose_a ? integers<T>(k, m, gap, 1) : integers<T>(m, k, gap, 1);
  const auto b = options.transpose_b ? integers<T>(n, k, 2 * gap, 2) : integers<T>(k, n, 2 * gap, 2);
  const Padded<T> before(m, n, 3 * gap, T(5));
  Padded<T> c = before;
  const auto a_device = a.upload_to(device), b_device = b.upload_to(device);
  auto c_device = c.upload_to(device);
  linalg.multiply(device, a.window(a_device.data()), b.window(b_device.data()), c.window(c_device.data()), options);
  device.synchronize();
  c.values = download(c_device);
  return is_product(a, b, before, c, options);
}

TEMPLATE_TEST_CASE("Products of integers are exact for every shape, order and stride", "[product]", float, double) {
  for (const Shape<3> s : {Shape<3>{1, 1, 1},
                           {7, 5, 3},
                           {12, 32, 16},
                           {13, 33, 300},
                           {48, 64, 256},
                           {1, 70, 9},
                           {70, 1, 9},
                           {100, 70, 530},
                           {33, 290, 47},
                           {3, 8, 1100}}) {
    for (int order = 0; order < 8; ++order) {
      const ProductOptions options{(order & 1) != 0, (order & 2) != 0, (order & 4) != 0};
      CAPTURE(s[0], s[1], s[2], order);
      CHECK(multiplies<TestType>(Product{}, Device{}, s[0], s[1], s[2], options, 0));
      CHECK(multiplies<TestType>(GenericLinalg{}, Device{}, s[0], s[1], s[2], options, 3));
      CHECK(multiplies<TestType>(Product{}, Device{}, s[0], s[1], s[2], options, 3));
    }
  }
}

TEST_CASE("Products beyond one cache block of lines or depth are exact", "[product]") {
  CHECK(multiplies<float>(Product{}, Device{}, 1100, 1050, 20, {}, 0));
  CHECK(multiplies<float>(Product{}, Device{}, 1050, 1100, 20, {}, 0));
  CHECK(multiplies<float>(Product{}, Device{}, 5, 17, 70000, {}, 0));
  CHECK(multiplies<float>(Product{}, Device{}, 17, 5, 70000, {.accumulate = true}, 0));
}

TEST_CASE("Empty products: nothing to write, or zeros", "[product]") {
  for (const bool accumulate : {false, true}) {
    CHECK(multiplies<float>(Product{}, Device{}, 0, 4, 3, {.accumulate = accumulate}, 0));
    CHECK(multiplies<float>(Product{}, Device{}, 4, 0, 3, {.accumulate = accumulate}, 0));
    CHECK(multiplies<float>(Product{}, Device{}, 5, 40, 0, {.accumulate = accumulate}, 1));
    CHECK(multiplies<float>(Product{}, Device{}, 40, 5, 0, {.accumulate = accumulate}, 1));
  }
}

TEST_CASE("Factors that do not fit are named", "[product]") {
  const Tensor<float, 2, Device> a({3, 4}), b({4, 5}), wrong({6, 7});
  Tensor<float, 2, Device> c({3, 5});
  const auto argument = [&](const auto& left, const auto& right, ProductOptions options = {}) -> std::string {
    try {
      Product{}.multiply(Device{}, left, right, c.view(), options);
    } catch (const InvalidArgument& error) {
      return error.argument();
    }
    return "";
  };
  CHECK(argument(a, b) == "");
  CHECK(argument(wrong, b) == "rows of a");
  CHECK(argument(a, wrong) == "columns of b");
  CHECK(argument(a, b, {.transpose_a = true}) == "rows of a");
  CHECK(argument(a, Tensor<float, 2, Device>({7, 5})) == "rows of b");
}

template <class T>
Tensor<T, 2, Device> noise(index_t rows, index_t columns, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  std::vector<T> values(static_cast<std::size_t>(rows * columns));
  for (T& value : values) value = static_cast<T>(rng.uniform()) - T(0.5);
  return upload<Device>(Shape<2>{rows, columns}, values);
}

template <class T>
std::vector<T> product(const Device& device, const Tensor<T, 2, Device>& a, const Tensor<T, 2, Device>& b) {
  Tensor<T, 2, Device> c({a.shape(0), b.shape(1)}, device);
  Product{}.multiply(device, a, b, c.view());
  return download(c);
}

TEMPLATE_TEST_CASE("Rounding stays below k/4 units for factors in [-1/2, 1/2]", "[product]", float, double) {
  const index_t m = 37, n = 50, k = 700;
  const auto a = noise<TestType>(m, k, 1), b = noise<TestType>(k, n, 2);
  const auto x = download(a), y = download(b), got = product(Device{}, a, b);
  double worst = 0;
  for (index_t i = 0; i < m; ++i) {
    for (index_t j = 0; j < n; ++j) {
      long double want = 0;
      for (index_t d = 0; d < k; ++d) {
        want +=
            static_cast<long double>(x[static_cast<std::size_t>(i * k + d)]) * y[static_cast<std::size_t>(d * n + j)];
      }
      worst = (std::max)(worst, static_cast<double>(std::abs(want - got[static_cast<std::size_t>(i * n + j)])));
    }
  }
  CHECK(worst <= static_cast<double>(k) * 0.25 * static_cast<double>(std::numeric_limits<TestType>::epsilon()));
}

#if !defined(PASTICHE_TEST_CUDA) && !defined(PASTICHE_TEST_THRUST)

using simd::Level;

TEST_CASE("The number of threads does not change a bit, on any level", "[product][simd]") {
  for (const Shape<2> s : {Shape<2>{300, 77}, {77, 1000}}) {
    const auto a = noise<float>(s[0], 600, 3), b = noise<float>(600, s[1], 4);
    for (int level = 0; level <= static_cast<int>(simd::level()); ++level) {
      const auto one = product(Cpu{.threads = 1, .level = static_cast<Level>(level)}, a, b);
      CHECK(product(Cpu{.threads = 2, .level = static_cast<Level>(level)}, a, b) == one);
      CHECK(product(Cpu{.threads = 5, .level = static_cast<Level>(level)}, a, b) == one);
    }
  }
}

#  if defined(__OPTIMIZE__)  // g++ fuses only when it optimises
TEMPLATE_TEST_CASE("AVX2 and AVX-512 agree bit by bit", "[product][simd]", float, double) {
  if (simd::level() < Level::avx512) return;
  for (const Shape<3> s : {Shape<3>{61, 77, 600}, {128, 128, 256}, {3, 200, 1000}}) {
    const auto a = noise<TestType>(s[0], s[2], 3), b = noise<TestType>(s[2], s[1], 4);
    CHECK(product(Cpu{.level = Level::avx2}, a, b) == product(Cpu{.level = Level::avx512}, a, b));
  }
}
#  endif

TEST_CASE("An element depends on its row, its column and k alone", "[product][simd]") {
  const auto a = noise<float>(130, 500, 5), b = noise<float>(500, 140, 6);
  const auto whole = product(Cpu{}, a, b);
  for (const index_t i : {index_t{0}, index_t{64}, index_t{129}}) {
    Tensor<float, 2, Cpu> row({1, 140});
    PackedLinalg{}.multiply(Cpu{}, TensorView<const float, 2, Cpu>{a.view().row(i), {1, 500}}, b, row.view());
    CHECK(std::equal(row.data(), row.data() + 140, whole.begin() + i * 140));
  }
}

#endif

}  // namespace
