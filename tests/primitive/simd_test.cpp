// SPDX-License-Identifier: MIT
// test: optimize=O0,O2,O3 simd_levels
// What a kernel author relies on: every operation is right on every level, a lower level can be forced, the thread
// count changes nothing, and a user's functor is right however it is written.
#include "support/catch.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace pastiche;
using simd::Level;

constexpr index_t kSize = 256;  // a multiple of the lanes of every level

std::vector<Level> levels() {
  std::vector<Level> found{Level::baseline};
  if (simd::level() >= Level::avx2) found.push_back(Level::avx2);
  if (simd::level() >= Level::avx512) found.push_back(Level::avx512);
  return found;
}

template <class T>
std::vector<T> numbers(std::uint64_t seed) {
  CounterRng rng(seed, 0, 0);
  std::vector<T> values(static_cast<std::size_t>(kSize));
  for (T& value : values) {
    value = std::is_integral_v<T> ? static_cast<T>(static_cast<int>(rng.below(21)) - 10)
                                  : static_cast<T>(rng.uniform()) - T(0.5);
  }
  return values;
}

// The operations; for_each() is the same on a register and on one element.
enum Operation { kAdd, kSubtract, kMultiply, kFma, kLess, kLessEqual, kMin, kMax, kAbs, kSplat, kOperations };

template <class Arch, class T>
struct Operate {
  using arch = Arch;
  const T *a, *b;
  T* out;  // (operation, kSize)

  PASTICHE_INLINE void operator()(index_t i) const noexcept {
    using V = simd::Wide<Arch, T>;
    const index_t at = i * V::lanes;
    const V x = V::load(a + at), y = V::load(b + at), one(T(1)), zero(T(0));
    (x + y).store(out + kAdd * kSize + at);
    (x - y).store(out + kSubtract * kSize + at);
    (x * y).store(out + kMultiply * kSize + at);
    fma(x, y, one).store(out + kFma * kSize + at);
    select(x < y, one, zero).store(out + kLess * kSize + at);
    select(x <= x, one, zero).store(out + kLessEqual * kSize + at);
    min_of(x, y).store(out + kMin * kSize + at);
    max_of(x, y).store(out + kMax * kSize + at);
    abs_of(x).store(out + kAbs * kSize + at);
    V(a[0]).store(out + kSplat * kSize + at);
  }
};

template <class Kernel>
void run(const Kernel& kernel, index_t n) {
  simd::enter(typename Kernel::arch{}, kernel, 0, n);
}

TEMPLATE_TEST_CASE("Operators are those of the element, lane by lane", "[simd]", float, double, std::int16_t,
                   std::int32_t, std::int64_t) {
  const auto a = numbers<TestType>(1), b = numbers<TestType>(2);
  for (const Level level : levels()) {
    std::vector<TestType> out(static_cast<std::size_t>(kOperations * kSize));
    simd::dispatch(level, [&](auto arch) {
      run(Operate<decltype(arch), TestType>{a.data(), b.data(), out.data()},
          kSize / simd::Wide<decltype(arch), TestType>::lanes);
    });
    const auto got = [&](Operation operation, std::size_t i) {
      return out[static_cast<std::size_t>(operation * kSize) + i];
    };
    bool right = true;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const TestType x = a[i], y = b[i];
      right = right && got(kAdd, i) == static_cast<TestType>(x + y) &&
              got(kSubtract, i) == static_cast<TestType>(x - y) && got(kMultiply, i) == static_cast<TestType>(x * y) &&
              got(kLess, i) == TestType(x < y) && got(kLessEqual, i) == TestType(1) && got(kMin, i) == min_of(x, y) &&
              got(kMax, i) == max_of(x, y) && got(kAbs, i) == abs_of(x) && got(kSplat, i) == a[0];
      const double fused = static_cast<double>(x) * static_cast<double>(y) + 1.0;
      right = right && std::abs(static_cast<double>(got(kFma, i)) - fused) <=
                           (std::is_integral_v<TestType> ? 0 : double(std::numeric_limits<TestType>::epsilon()));
    }
    CHECK(right);
  }
}

template <class Arch>
struct FuseOnce {
  using arch = Arch;
  const float* x;  // 1 + 2^-13, 1 - 2^-13, -1
  float* out;
  PASTICHE_INLINE void operator()(index_t) const noexcept {
    using V = simd::Wide<Arch, float>;
    fma(V(x[0]), V(x[1]), V(x[2])).store(out);
  }
};

TEST_CASE("fma rounds once on AVX2 and AVX-512", "[simd]") {
  const float x[3] = {1.0f + 0x1p-13f, 1.0f - 0x1p-13f, -1.0f};
  for (const Level level : levels()) {
    float out[16];
    simd::dispatch(level, [&](auto arch) { run(FuseOnce<decltype(arch)>{x, out}, 1); });
    if (level == Level::baseline) continue;
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)  // g++ fuses only when it optimises and nothing intervenes
    CHECK(out[0] == -0x1p-26f);
#endif
  }
}

template <class Arch, class To, class From>
struct Convert {
  using arch = Arch;
  static constexpr int lanes = simd::Wide<Arch, float>::lanes;
  const From* from;
  To* to;
  PASTICHE_INLINE void operator()(index_t i) const noexcept {
    simd::convert<To>(simd::Vec<From, lanes>::load(from + i * lanes)).store(to + i * lanes);
  }
};

template <class To, class From>
bool converts(const std::vector<From>& from) {
  bool right = true;
  for (const Level level : levels()) {
    std::vector<To> to(from.size());
    simd::dispatch(level, [&](auto arch) {
      using K = Convert<decltype(arch), To, From>;
      run(K{from.data(), to.data()}, static_cast<index_t>(from.size()) / K::lanes);
    });
    for (std::size_t i = 0; i < from.size(); ++i) right = right && to[i] == static_cast<To>(from[i]);
  }
  return right;
}

TEST_CASE("convert is static_cast, lane by lane", "[simd]") {
  std::vector<std::uint8_t> bytes;
  std::vector<float> fractions;
  for (int i = 0; i < 256; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(i));
    fractions.push_back(static_cast<float>(i - 128) * 0.37f);
  }
  CHECK(converts<float>(bytes));
  CHECK(converts<std::int32_t>(bytes));
  CHECK(converts<std::int16_t>(bytes));
  CHECK(converts<std::int32_t>(fractions));
  CHECK(converts<double>(fractions));
  CHECK(converts<std::uint8_t>(std::vector<std::int32_t>(bytes.begin(), bytes.end())));
  CHECK(converts<std::int64_t>(std::vector<std::int32_t>(64, -7)));
}

template <class Arch>
struct DotPairs {
  using arch = Arch;
  const std::int32_t *a, *b;
  std::int32_t* out;
  PASTICHE_INLINE void operator()(index_t i) const noexcept {
    using V = simd::Wide<Arch, std::int32_t>;
    dot_pairs(V::load(a + i * V::lanes), V::load(b + i * V::lanes)).store(out + i * V::lanes);
  }
};

TEST_CASE("dot_pairs multiplies signed 16-bit pairs exactly", "[simd]") {
  const auto pair = [](int low, int high) { return static_cast<std::int32_t>((low & 0xffff) | high * 65536); };
  std::vector<std::int32_t> a, b, want;
  CounterRng rng(3, 0, 0);
  for (index_t i = 0; i < kSize; ++i) {
    const auto draw = [&] { return static_cast<int>(rng.below(65535)) - 32767; };
    const int a0 = i == 0 ? 32767 : draw(), a1 = i == 0 ? 32767 : draw(), b0 = i == 0 ? 32767 : draw(),
              b1 = i == 0 ? -32768 : draw();
    a.push_back(pair(a0, a1));
    b.push_back(pair(b0, b1));
    want.push_back(static_cast<std::int32_t>(std::int64_t{a0} * b0 + std::int64_t{a1} * b1));
  }
  for (const Level level : levels()) {
    std::vector<std::int32_t> out(a.size());
    simd::dispatch(level, [&](auto arch) {
      run(DotPairs<decltype(arch)>{a.data(), b.data(), out.data()},
          kSize / simd::Wide<decltype(arch), std::int32_t>::lanes);
    });
    CHECK(out == want);
  }
}

template <class Arch, class T>
struct Transpose {
  using arch = Arch;
  T* matrix;  // (4, 4)
  PASTICHE_INLINE void operator()(index_t) const noexcept {
    using V = simd::Vec<T, 4>;
    V rows[4] = {V::load(matrix), V::load(matrix + 4), V::load(matrix + 8), V::load(matrix + 12)};
    transpose(rows);
    for (int i = 0; i < 4; ++i) rows[i].store(matrix + 4 * i);
  }
};

TEMPLATE_TEST_CASE("transpose and the sum over the lanes", "[simd]", float, double, std::int32_t) {
  for (const Level level : levels()) {
    TestType matrix[16];
    for (int i = 0; i < 16; ++i) matrix[i] = static_cast<TestType>(i);
    simd::dispatch(level, [&](auto arch) { run(Transpose<decltype(arch), TestType>{matrix}, 1); });
    bool right = true;
    for (int i = 0; i < 16; ++i) right = right && matrix[i] == static_cast<TestType>(i % 4 * 4 + i / 4);
    CHECK(right);
  }
  CHECK(simd::sum(simd::Vec<TestType, 4>::iota()) == TestType(6));
  CHECK(simd::sum(simd::Vec<TestType, 2>::iota()) == TestType(1));
  CHECK(simd::sum(simd::Vec<TestType, 1>(TestType(3))) == TestType(3));
}

// Two spellings of one distance: for scalars only, and for whatever has the operators.
struct ScalarHuber {
  float delta;
  PASTICHE_HD float operator()(float a, float b) const noexcept {
    const float d = a < b ? b - a : a - b;
    return d <= delta ? 0.5f * d * d : delta * (d - 0.5f * delta);
  }
};
struct Huber {
  static constexpr bool takes_vectors = true;
  float delta;
  template <class V>
  PASTICHE_INLINE V operator()(const V& a, const V& b) const noexcept {
    const V d = abs_of(a - b), limit(delta);
    return select(d <= limit, V(0.5f) * d * d, limit * (d - V(0.5f) * limit));
  }
};
// Compiles on Vec, is not inlined, and did not ask for vectors: it gets scalars.
struct FarAway {
  template <class V>
  PASTICHE_HD __attribute__((noinline)) V operator()(V a, V b) const noexcept {
    return (a - b) * (a - b);
  }
};

template <class Arch, class Distance>
struct ZipKernel {
  using arch = Arch;
  const float *a, *b;
  float* out;
  Distance distance;
  PASTICHE_INLINE void operator()(index_t i) const noexcept {
    using V = simd::Wide<Arch, float>;
    zip(distance, V::load(a + i * V::lanes), V::load(b + i * V::lanes)).store(out + i * V::lanes);
  }
};

template <class Distance>
std::vector<float> zipped(const Cpu& cpu, const std::vector<float>& a, const std::vector<float>& b, Distance distance) {
  std::vector<float> out(a.size());
  cpu.dispatch([&](auto arch) {
    using Arch = decltype(arch);
    const index_t n = static_cast<index_t>(a.size()) / simd::Wide<Arch, float>::lanes;
    cpu.for_each_piece(n, 1'000'000, ZipKernel<Arch, Distance>{a.data(), b.data(), out.data(), distance});
  });
  return out;
}

TEST_CASE("A functor is right whether it takes vectors or scalars, inlined or not", "[simd]") {
  const auto a = numbers<float>(5), b = numbers<float>(6);
  for (const Level level : levels()) {
    const Cpu cpu{.threads = 1, .level = level};
    const auto scalar = zipped(cpu, a, b, ScalarHuber{0.2f}), vector = zipped(cpu, a, b, Huber{0.2f});
    const auto far = zipped(cpu, a, b, FarAway{});
    for (std::size_t i = 0; i < a.size(); ++i) {
      CHECK(vector[i] == Approx(scalar[i]).epsilon(1e-6));
      CHECK(far[i] == (a[i] - b[i]) * (a[i] - b[i]));
    }
  }
}

TEST_CASE("The number of threads does not change a bit", "[simd]") {
  const auto a = numbers<float>(7), b = numbers<float>(8);
  for (const Level level : levels()) {
    const auto one = zipped(Cpu{.threads = 1, .level = level}, a, b, Huber{0.1f});
    CHECK(zipped(Cpu{.threads = 2, .level = level}, a, b, Huber{0.1f}) == one);
    CHECK(zipped(Cpu{.threads = 5, .level = level}, a, b, Huber{0.1f}) == one);
  }
}

TEST_CASE("A level can be lowered and never raised", "[simd]") {
  using simd::detail::limit;
  CHECK(limit(Level::avx512, nullptr) == Level::avx512);
  CHECK(limit(Level::avx512, "baseline") == Level::baseline);
  CHECK(limit(Level::avx512, "avx2") == Level::avx2);
  CHECK(limit(Level::avx512, "avx512") == Level::avx512);
  CHECK(limit(Level::avx2, "avx512") == Level::avx2);
  CHECK(limit(Level::baseline, "avx2") == Level::baseline);

  const char* named = std::getenv("PASTICHE_SIMD");
  CHECK(simd::level() == limit(simd::detail::detect(), named));
  if (named != nullptr && std::string(named) == "baseline") CHECK(simd::level() == Level::baseline);
  if (named != nullptr && std::string(named) == "avx2") CHECK(simd::level() <= Level::avx2);

  for (const Level asked : {Level::baseline, Level::avx2, Level::avx512}) {
    const Level taken = Cpu{.level = asked}.dispatch([](auto arch) { return decltype(arch)::level; });
    CHECK(taken == (asked < simd::level() ? asked : simd::level()));
  }
}

}  // namespace
