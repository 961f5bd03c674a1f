// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust optimize=O0,O2,O3 simd_levels
// Transforms against the sum that defines them (in long double), their identities, and what block search relies on:
// correlations of 8-bit images that round to the exact integers.
#include "support/catch.hpp"
#include "support/devices.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/primitive/fft.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <vector>

namespace {

using namespace pastiche;
using primitive::Fft;
using primitive::LineFft;
using test::TestDevice;
using Number = std::complex<long double>;
using Grid = std::vector<Number>;

template <class T>
std::vector<T> noise(index_t n, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  std::vector<T> values(static_cast<std::size_t>(n));
  for (T& value : values) value = static_cast<T>(rng.uniform()) - T(0.5);
  return values;
}
std::vector<std::uint8_t> bytes(index_t n, std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  std::vector<std::uint8_t> values(static_cast<std::size_t>(n));
  for (auto& value : values) value = static_cast<std::uint8_t>(rng.next() >> 24);
  return values;
}

// The definition, along one axis of a grid of (outer, n, inner).
Grid direct(const Grid& x, index_t outer, index_t n, index_t inner) {
  const long double turn = -2.0L * std::acos(-1.0L) / static_cast<long double>(n);
  Grid y(x.size());
  for (index_t o = 0; o < outer; ++o) {
    for (index_t i = 0; i < inner; ++i) {
      for (index_t k = 0; k < n; ++k) {
        Number sum = 0;
        for (index_t j = 0; j < n; ++j) {
          sum += x[static_cast<std::size_t>((o * n + j) * inner + i)] *
                 std::polar(1.0L, turn * static_cast<long double>(j * k % n));
        }
        y[static_cast<std::size_t>((o * n + k) * inner + i)] = sum;
      }
    }
  }
  return y;
}

// |a - b| / |b| in the Euclidean norm, in units of eps log2(2 n): a transform's rounding grows no faster.
template <class T>
double error_of(const Grid& a, const Grid& b) {
  long double error = 0, norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    error += std::norm(a[i] - b[i]);
    norm += std::norm(b[i]);
  }
  const auto unit = static_cast<long double>(std::numeric_limits<T>::epsilon()) *
                    std::log2(2.0L * static_cast<long double>(a.size()));
  return norm == 0 ? static_cast<double>(error) : static_cast<double>(std::sqrt(error / norm) / unit);
}
// Measured: at most 0.33. Half a unit is half an eps for each halving of the length.
constexpr double kError = 0.5;

template <class T, class Device>
struct Lines {
  index_t count, n;
  Tensor<T, 3, Device> values;
  Lines(index_t lines, index_t length, const std::vector<T>& from, const Device& device)
      : count{lines}, n{length}, values{upload<Device>(Shape<3>{lines, 2, length}, from, device)} {}
  Grid grid() const {
    const std::vector<T> x = download(values);
    Grid g(static_cast<std::size_t>(count * n));
    for (index_t i = 0; i < count * n; ++i) {
      const auto at = static_cast<std::size_t>(i / n * 2 * n + i % n);
      g[static_cast<std::size_t>(i)] = {x[at], x[at + static_cast<std::size_t>(n)]};
    }
    return g;
  }
};

// Half of a spectrum, read through its layout.
template <class Plan, class T, class Device>
Grid grid_of(const Plan& plan, const Tensor<T, 2, Device>& spectra, index_t i = 0) {
  const std::vector<T> x = download(spectra);
  const auto layout = plan.layout();
  Grid g;
  for (index_t y = 0; y < plan.height(); ++y) {
    for (index_t k = 0; k < plan.columns(); ++k) {
      const auto at = static_cast<std::size_t>(i * plan.spectrum_size() + layout(y, k));
      g.push_back({x[at], x[at + static_cast<std::size_t>(layout.part)]});
    }
  }
  return g;
}

template <class T>
Grid direct_half(const std::vector<T>& image, index_t height, index_t width) {
  const Grid full = direct(direct(Grid(image.begin(), image.end()), height, width, 1), 1, height, width);
  Grid half;
  for (index_t y = 0; y < height; ++y) {
    for (index_t k = 0; k <= width / 2; ++k) half.push_back(full[static_cast<std::size_t>(y * width + k)]);
  }
  return half;
}

template <class T, class Device, class Form = typename primitive::FftForm<Device, T>::type>
std::vector<T> spectrum(const std::vector<T>& image, index_t height, index_t width, const Device& device) {
  const Fft<Device, T, Form> plan(height, width, device);
  auto in = upload<Device>(Shape<3>{1, height, width}, image, device);
  Tensor<T, 2, Device> out({1, plan.spectrum_size()}, device);
  plan.forward(in.view(), out.view());
  return download(out);
}

}  // namespace

TEST_CASE("good_size is the next product of 2, 3 and 5") {
  const index_t expected[][2] = {{-3, 1},  {0, 1},    {1, 1},     {7, 8},       {11, 12},    {13, 15},
                                 {31, 32}, {97, 100}, {511, 512}, {1025, 1080}, {2049, 2160}};
  for (const auto& pair : expected) CHECK(primitive::good_size(pair[0]) == pair[1]);
  static_assert(primitive::good_size(17) == 18);
}

TEMPLATE_TEST_CASE("complex lines agree with the definition at every size", "", float, double) {
  const TestDevice device{};
  std::vector<index_t> sizes{100, 125, 128, 243, 360, 512, 1000};
  for (index_t n = 1; n <= 64; n = primitive::good_size(n + 1)) sizes.push_back(n);
  for (const index_t n : sizes) {
    CAPTURE(n);
    const index_t count = n % 2 == 0 ? 3 : 19;
    Lines<TestType, TestDevice> x(count, n, noise<TestType>(count * 2 * n, 1), device), y = x;
    const LineFft<TestDevice, TestType> plan(n, device);
    plan.forward(x.values.view(), y.values.view());
    const Grid expected = direct(x.grid(), count, n, 1);
    CHECK(error_of<TestType>(y.grid(), expected) < kError);
    plan.inverse(y.values.view(), y.values.view());  // in place
    CHECK(error_of<TestType>(y.grid(), x.grid()) < kError);
  }
}

TEMPLATE_TEST_CASE("spectra of real images agree with the definition, and come back", "", float, double) {
  const TestDevice device{};
  const index_t sizes[][2] = {{1, 1},  {1, 8},   {5, 1},   {2, 2},   {3, 5},  {6, 10},
                              {9, 15}, {16, 12}, {25, 30}, {27, 64}, {64, 48}};
  for (const auto& size : sizes) {
    CAPTURE(size[0], size[1]);
    const auto image = noise<TestType>(size[0] * size[1], 2);
    const Fft<TestDevice, TestType> plan(size[0], size[1], device);
    auto in = upload<TestDevice>(Shape<3>{1, size[0], size[1]}, image, device);
    Tensor<TestType, 3, TestDevice> back({1, size[0], size[1]}, device);
    Tensor<TestType, 2, TestDevice> out({1, plan.spectrum_size()}, device);
    plan.forward(in.view(), out.view());
    CHECK(error_of<TestType>(grid_of(plan, out), direct_half(image, size[0], size[1])) < kError);
    plan.inverse(out.view(), back.view());
    const auto result = download(back);
    CHECK(error_of<TestType>(Grid(result.begin(), result.end()), Grid(image.begin(), image.end())) < kError);
  }
}

TEST_CASE("an impulse is a wave, and energy is kept") {
  const TestDevice device{};
  const index_t height = 40, width = 54;
  const Fft<TestDevice, double> plan(height, width, device);
  std::vector<double> image(static_cast<std::size_t>(2 * height * width), 0.0);
  image[3 * width + 5] = 1.0;
  const auto texture = noise<double>(height * width, 3);
  std::copy(texture.begin(), texture.end(), image.begin() + height * width);
  auto in = upload<TestDevice>(Shape<3>{2, height, width}, image, device);
  Tensor<double, 2, TestDevice> out({2, plan.spectrum_size()}, device);
  plan.forward(in.view(), out.view());
  const Grid wave = grid_of(plan, out, 0), noisy = grid_of(plan, out, 1);
  long double energy = 0, expected = 0;
  for (index_t y = 0; y < height; ++y) {
    for (index_t x = 0; x <= width / 2; ++x) {
      const auto at = static_cast<std::size_t>(y * plan.columns() + x);
      const long double angle = -2.0L * std::acos(-1.0L) * (3.0L * y / height + 5.0L * x / width);
      REQUIRE(std::abs(wave[at] - std::polar(1.0L, angle)) < 1e-15L);
      energy += std::norm(noisy[at]) * (x == 0 || 2 * x == width ? 1 : 2);  // the other half are conjugates
      if (x == 0 || 2 * x == width) {                                       // columns that are their own mirror
        const auto mirror = static_cast<std::size_t>((height - y) % height * plan.columns() + x);
        REQUIRE(std::abs(noisy[at] - std::conj(noisy[mirror])) < 1e-13L);
      }
    }
  }
  for (const double value : texture) expected += static_cast<long double>(value) * value;
  CHECK(static_cast<double>(energy / (expected * height * width)) == Approx(1.0).epsilon(1e-14));
}

TEST_CASE("smaller images count as followed by zeros, channels as planes, and inverse crops") {
  const TestDevice device{};
  const index_t height = 45, width = 48, h = 21, w = 37;
  const auto pixels = bytes(h * w * 3, 4);
  std::vector<double> planes(static_cast<std::size_t>(3 * height * width), 0.0);
  for (index_t i = 0; i < h * w * 3; ++i) {
    planes[static_cast<std::size_t>((i % 3 * height + i / 3 / w) * width + i / 3 % w)] =
        pixels[static_cast<std::size_t>(i)];
  }
  auto image = upload<TestDevice>(Shape<3>{h, w, 3}, pixels, device);
  auto padded = upload<TestDevice>(Shape<3>{3, height, width}, planes, device);
  const Fft<TestDevice, double> plan(height, width, device);
  Tensor<double, 2, TestDevice> a({3, plan.spectrum_size()}, device), b({3, plan.spectrum_size()}, device);
  Tensor<double, 1, TestDevice> workspace({max_of<index_t>(plan.workspace_size(3), 1)}, device);
  plan.forward_channels(image.view(), a.view(), workspace.view());
  plan.forward(padded.view(), b.view());
  for (index_t c = 0; c < 3; ++c) CHECK((grid_of(plan, a, c) == grid_of(plan, b, c)));

  Tensor<double, 3, TestDevice> corner({3, h, w}, device);
  plan.inverse(a.view(), corner.view(), workspace.view());
  const auto result = download(corner);
  for (index_t i = 0; i < 3 * h * w; ++i) {
    const index_t c = i / (h * w), at = i % (h * w);
    REQUIRE(std::lround(result[static_cast<std::size_t>(i)]) == pixels[static_cast<std::size_t>(at * 3 + c)]);
  }
}

TEST_CASE("correlations and convolutions are the sums they stand for") {
  const TestDevice device{};
  const index_t height = 30, width = 36, side = 7, blocks = 2;
  const auto example = bytes(height * width * 3, 5), templates = bytes(blocks * 3 * side * side, 6);
  auto in = upload<TestDevice>(Shape<3>{height, width, 3}, example, device);
  auto small_in = upload<TestDevice>(Shape<3>{blocks * 3, side, side}, templates, device);
  const Fft<TestDevice, double> plan(height, width, device);
  Tensor<double, 2, TestDevice> a({blocks * 3, plan.spectrum_size()}, device), b({3, plan.spectrum_size()}, device);
  Tensor<double, 2, TestDevice> product({blocks, plan.spectrum_size()}, device);
  Tensor<double, 3, TestDevice> places({blocks, height, width}, device);
  plan.forward(small_in.view(), a.view());
  plan.forward_channels(in.view(), b.view());
  for (const bool correlate : {true, false}) {
    correlate ? plan.correlate(a.view(), b.view(), product.view()) : plan.convolve(a.view(), b.view(), product.view());
    plan.inverse(product.view(), places.view());
    const auto result = download(places);
    const index_t sign = correlate ? 1 : -1;
    for (index_t i = 0; i < blocks * height * width; ++i) {
      const index_t y = i / width % height, x = i % width;
      std::int64_t sum = 0;
      for (index_t t = 0; t < 3 * side * side; ++t) {
        const index_t c = t / (side * side), v = t / side % side, u = t % side;
        const index_t at = (wrap(y + sign * v, height) * width + wrap(x + sign * u, width)) * 3 + c;
        sum += std::int64_t{templates[static_cast<std::size_t>(i / (height * width) * 3 * side * side + t)]} *
               example[static_cast<std::size_t>(at)];
      }
      REQUIRE(std::abs(result[static_cast<std::size_t>(i)] - static_cast<double>(sum)) < 1e-6);
    }
  }
}

TEST_CASE("the correlation of 8-bit images is exact when rounded, up to 2048 x 2048") {
  const TestDevice device{};
  const index_t sizes[][2] = {{2048, 2048}, {1215, 1500}};
  for (const auto& size : sizes) {
    const index_t height = size[0], width = size[1], side = 96;
    auto example = bytes(height * width, 7);
    const auto block = bytes(side * side, 8);
    for (index_t i = 0; i < height * width; ++i) {  // strong low frequencies: white, black and noise in stripes
      const index_t stripe = (i / width / 100 + i % width / 70) % 3;
      if (stripe != 2) example[static_cast<std::size_t>(i)] = stripe == 0 ? 255 : 0;
    }
    auto in = upload<TestDevice>(Shape<3>{1, height, width}, example, device);
    auto block_in = upload<TestDevice>(Shape<3>{1, side, side}, block, device);
    const Fft<TestDevice, double> plan(height, width, device);
    Tensor<double, 2, TestDevice> a({1, plan.spectrum_size()}, device), b({1, plan.spectrum_size()}, device);
    Tensor<double, 3, TestDevice> places({1, height, width}, device);
    plan.forward(block_in.view(), a.view());
    plan.forward(in.view(), b.view());
    plan.correlate(a.view(), b.view(), a.view());
    plan.inverse(a.view(), places.view());
    const auto result = download(places);
    double worst = 0, most = 0;
    CounterRng rng(9, 0, 0);
    for (int trial = 0; trial < 500; ++trial) {
      const auto y = static_cast<index_t>(rng.below(static_cast<std::uint32_t>(height)));
      const auto x = static_cast<index_t>(rng.below(static_cast<std::uint32_t>(width)));
      std::int64_t sum = 0;
      for (index_t v = 0; v < side; ++v) {
        for (index_t u = 0; u < side; ++u) {
          sum += std::int64_t{block[static_cast<std::size_t>(v * side + u)]} *
                 example[static_cast<std::size_t>((y + v) % height * width + (x + u) % width)];
        }
      }
      most = (std::max)(most, static_cast<double>(sum));
      worst = (std::max)(worst, std::abs(result[static_cast<std::size_t>(y * width + x)] - static_cast<double>(sum)));
    }
    CHECK(most > 2e8);
    // Rounding is relative to the root mean square of the result: eps log2(2 2048^2) kError 2e8 is 5e-7. Rounding to
    // integers allows 0.25.
    CHECK(worst < 5e-7);
  }
}

#if !defined(PASTICHE_TEST_THRUST) && !defined(PASTICHE_TEST_CUDA)
TEST_CASE("vector forms agree with the generic form at every level, and threads change no bit") {
  const index_t sizes[][2] = {{48, 80}, {75, 45}, {128, 256}, {32, 2}};
  for (const auto& size : sizes) {
    const auto image = noise<float>(size[0] * size[1], 10);
    const Fft<Cpu, float, primitive::detail::GenericFft<Cpu, float>> generic(size[0], size[1]);
    Tensor<float, 2, Cpu> reference({1, generic.spectrum_size()});
    generic.forward(upload<Cpu>(Shape<3>{1, size[0], size[1]}, image).view(), reference.view());
    const Grid expected = grid_of(generic, reference);
    for (const auto level : {simd::Level::baseline, simd::Level::avx2, simd::Level::avx512}) {
      const Cpu one{.threads = 1, .level = level};
      const Fft<Cpu, float> plan(size[0], size[1], one);
      const auto values = spectrum(image, size[0], size[1], one);
      const auto fast = upload<Cpu>(Shape<2>{1, plan.spectrum_size()}, values);
      CHECK(error_of<float>(grid_of(plan, fast), expected) < kError);
      for (const int threads : {2, 5}) {
        CHECK((spectrum(image, size[0], size[1], Cpu{.threads = threads, .level = level}) == values));
      }
    }
  }
}
#endif

TEST_CASE("wrong sizes are refused with the argument's name") {
  CHECK_THROWS_AS((Fft<TestDevice>(7, 8)), InvalidArgument);
  CHECK_THROWS_AS((Fft<TestDevice>(8, 0)), InvalidArgument);
  CHECK_THROWS_AS((LineFft<TestDevice>(22)), InvalidArgument);
  const Fft<TestDevice> plan(8, 8);
  Tensor<double, 3, TestDevice> image({1, 9, 8});
  Tensor<double, 2, TestDevice> out({1, plan.spectrum_size()}), less({1, plan.spectrum_size() - 1});
  CHECK_THROWS_AS(plan.forward(image.view(), out.view()), InvalidArgument);
  CHECK_THROWS_AS(plan.correlate(out.view(), out.view(), less.view()), InvalidArgument);
}
