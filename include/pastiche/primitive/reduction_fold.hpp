// SPDX-License-Identifier: MIT
/// \file
/// What a reduction adds up or compares, element by element or in lanes, and how it walks the rows of a view.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/core/simd.hpp>
#include <pastiche/device/device.hpp>
#include <pastiche/tensor/view.hpp>

#include <limits>
#include <type_traits>

namespace pastiche::primitive::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Rows of any view of rank 1 to 3; all of it is one row where it is dense.
template <class E>
struct Rows {
  const E* data;
  index_t inner, outer_stride, inner_stride, length;

  template <class T, int Rank, class Device>
  static Rows of(const TensorView<T, Rank, Device>& view) noexcept {
    static_assert(Rank <= 3, "reductions take views of rank 1 to 3");
    const auto& shape = view.shape();
    const auto& stride = view.stride();
    if (Rank == 1 || view.dense_from(0)) return {view.data(), 1, 0, 0, view.size()};
    if constexpr (Rank == 1) {
      return {};
    } else if constexpr (Rank == 2) {
      return {view.data(), 1, stride[0], 0, shape[1]};
    } else if (view.dense_from(1)) {
      return {view.data(), 1, stride[0], 0, shape[1] * shape[2]};
    } else {
      return {view.data(), shape[1], stride[0], stride[1], shape[2]};
    }
  }
  PASTICHE_HD const E* at(index_t i) const noexcept {
    const index_t row = i / length;
    return data + row / inner * outer_stride + row % inner * inner_stride + i % length;
  }
};

template <class Lane, class E>
PASTICHE_HD constexpr Lane lane_of(E x) noexcept {
  if constexpr (std::is_same_v<E, Half>) {
    return static_cast<Lane>(static_cast<float>(x));
  } else {
    return static_cast<Lane>(x);
  }
}

struct Adds {
  template <class V>
  PASTICHE_INLINE static V combine(const V& a, const V& b) noexcept {
    return a + b;
  }
};

/// Sum of the elements. Elements of up to 16 bits gather in 32 bits, a run at a time.
template <class E>
struct SumFold : Adds {
  using Result = accumulate_t<E>;
  using Lane = std::conditional_t<std::integral<E> && sizeof(E) <= 2, std::int32_t, Result>;
  PASTICHE_HD static constexpr Result zero() noexcept { return Result(0); }
  template <class V>
  PASTICHE_INLINE V operator()(const V& a, const V&) const noexcept {
    return a;
  }
};

/// Sum in double.
template <class E>
struct DoubleFold : Adds {
  using Result = double;
  using Lane = double;
  PASTICHE_HD static constexpr double zero() noexcept { return 0.0; }
  template <class V>
  PASTICHE_INLINE V operator()(const V& a, const V&) const noexcept {
    return a;
  }
};

/// Sum of squared deviations from `mean`, in double.
template <class E>
struct DeviationFold : DoubleFold<E> {
  double mean;
  explicit DeviationFold(double m) noexcept : mean{m} {}
  template <class V>
  PASTICHE_INLINE V operator()(const V& a, const V&) const noexcept {
    const V d = a - V(mean);
    return d * d;
  }
};

/// Sum of squared differences: exact for elements of 8 and 16 bits, else in double.
template <class E>
struct DifferenceFold : Adds {
  static constexpr bool kExact = std::integral<E> && sizeof(E) <= 2;
  using Result = std::conditional_t<kExact, std::int64_t, double>;
  using Lane = std::conditional_t<sizeof(E) == 1, std::int32_t, double>;  // a run of either is exact
  PASTICHE_HD static constexpr Result zero() noexcept { return Result(0); }
  template <class V>
  PASTICHE_INLINE V operator()(const V& a, const V& b) const noexcept {
    const V d = a - b;
    return d * d;
  }
};

/// The least element, or with Sign = -1 the greatest. NaN is less than nothing and equal to nothing: it is skipped.
template <class E, int Sign>
struct ExtremeFold {
  using Lane = std::conditional_t<std::is_same_v<E, Half>, float, E>;
  using Result = Lane;
  using Limits = std::numeric_limits<Lane>;
  static constexpr Lane kMost = Limits::has_infinity ? Limits::infinity() : (Limits::max)();
  static constexpr Lane kLeast = Limits::has_infinity ? static_cast<Lane>(-Limits::infinity()) : (Limits::min)();
  PASTICHE_HD static constexpr Result zero() noexcept { return Sign > 0 ? kMost : kLeast; }
  template <class V>
  PASTICHE_INLINE V operator()(const V& a, const V&) const noexcept {
    return a;
  }
  // Where b is NaN the comparison fails and a stays; a never is.
  template <class V>
  PASTICHE_INLINE static V combine(const V& a, const V& b) noexcept {
    if constexpr (Sign > 0) {
      return select(b < a, b, a);
    } else {
      return select(a < b, b, a);
    }
  }
};

/// The parts a device's reduce_index() takes.
template <class E, class Fold>
struct FoldMap {
  Rows<E> a, b;
  Fold fold;
  PASTICHE_HD typename Fold::Result operator()(index_t i) const noexcept {
    using V = simd::Vec<typename Fold::Lane, 1>;
    using L = typename Fold::Lane;
    return static_cast<typename Fold::Result>(fold(V(lane_of<L>(*a.at(i))), V(lane_of<L>(*b.at(i)))).v);
  }
};
template <class Fold>
struct FoldCombine {
  using R = typename Fold::Result;
  PASTICHE_HD R operator()(R a, R b) const noexcept {
    using V = simd::Vec<R, 1>;
    return Fold::combine(V(a), V(b)).v;
  }
};

/// The first index whose element equals `value`, from n of them.
template <class E, class Lane>
struct FirstEqual {
  Rows<E> rows;
  Lane value;
  index_t n;
  PASTICHE_HD index_t operator()(index_t i) const noexcept { return lane_of<Lane>(*rows.at(i)) == value ? i : n; }
};
struct Least {
  PASTICHE_HD index_t operator()(index_t a, index_t b) const noexcept { return min_of(a, b); }
};

PASTICHE_DEVICE_CODE_END

/// Block b of a reduction over n elements, in lanes: the same blocks as reduce_index(), each in an order of its own
/// that depends on the width of a register alone.
template <class Arch, class E, class Fold>
struct FoldRuns {
  using arch = Arch;
  using Lane = typename Fold::Lane;
  using Result = typename Fold::Result;
  using V = simd::Wide<Arch, Lane>;
  static constexpr index_t kRun = 4096;  // elements: sums of squared bytes stay in 32 bits

  Rows<E> a, b;
  Fold fold;
  index_t n, blocks;
  Result* partial;

  PASTICHE_INLINE void operator()(index_t block) const noexcept {
    Result total = Fold::zero();
    const index_t end = n * (block + 1) / blocks;
    for (index_t i = n * block / blocks; i < end;) {
      const index_t row = min_of(a.length - i % a.length, b.length - i % b.length),
                    count = min_of(min_of(end - i, row), kRun);
      const Result part = run(a.at(i), b.at(i), count);
      total = FoldCombine<Fold>{}(total, part);
      i += count;
    }
    partial[block] = total;
  }

 private:
  // The next four vectors; elements that share a word come in the order of their bits, which no exact sum minds.
  PASTICHE_INLINE static void load(const E* from, V* x) noexcept {
    if constexpr (std::is_same_v<E, Lane>) {
      for (int k = 0; k < 4; ++k) x[k] = V::load(from + k * V::lanes);
    } else if constexpr (std::is_same_v<Lane, std::int32_t>) {
      constexpr int width = 8 * static_cast<int>(sizeof(E)), share = 32 / width;
      for (int k = 0; k < 4; k += share) {
        V word;
        __builtin_memcpy(&word.v, from + k * V::lanes, sizeof word.v);
        PASTICHE_UNROLL
        for (int j = 0; j < share; ++j) {
          if constexpr (std::is_signed_v<E>) {
            x[k + j].v = word.v << (32 - width - width * j) >> (32 - width);
          } else {
            x[k + j].v = word.v >> (width * j) & ((1 << width) - 1);
          }
        }
      }
    } else {
      Lane lane[4 * V::lanes];
      for (int j = 0; j < 4 * V::lanes; ++j) lane[j] = lane_of<Lane>(from[j]);
      for (int k = 0; k < 4; ++k) x[k] = V::load(lane + k * V::lanes);
    }
  }

  PASTICHE_INLINE Result run(const E* p, const E* q, index_t count) const noexcept {
    constexpr index_t step = 4 * V::lanes;
    const Lane zero = start();
    V sum[4] = {V(zero), V(zero), V(zero), V(zero)};
    index_t i = 0;
    for (; i + step <= count; i += step) {
      V x[4], y[4];
      load(p + i, x);
      load(q + i, y);
      PASTICHE_UNROLL
      for (int k = 0; k < 4; ++k) sum[k] = Fold::combine(sum[k], fold(x[k], y[k]));
    }
    sum[0] = Fold::combine(Fold::combine(sum[0], sum[1]), Fold::combine(sum[2], sum[3]));
    Lane lane[V::lanes];
    sum[0].store(lane);
    Result total = Fold::zero();
    for (int j = 0; j < V::lanes; ++j) total = FoldCombine<Fold>{}(total, static_cast<Result>(lane[j]));
    const FoldMap<E, Fold> one{{p, 1, 0, 0, count}, {q, 1, 0, 0, count}, fold};
    for (; i < count; ++i) total = FoldCombine<Fold>{}(total, one(i));
    return total;
  }

  PASTICHE_HD static constexpr Lane start() noexcept {
    if constexpr (std::is_same_v<Lane, Result>) {
      return Fold::zero();
    } else {
      return Lane(0);
    }
  }
};

}  // namespace pastiche::primitive::detail
