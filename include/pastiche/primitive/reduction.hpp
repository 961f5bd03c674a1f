// SPDX-License-Identifier: MIT
/// \file
/// Sums, extremes and moments of whole tensors, with the same result for every number of threads.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/primitive/reduction_fold.hpp>

#include <vector>

namespace pastiche::primitive {

/// An element and where it is: `index` counts in row-major order over the view's shape.
template <class T>
struct Located {
  T value;
  index_t index;
};

/// Mean and population variance.
struct Moments {
  double mean, variance;
};

/// Reductions over views of rank 1 to 3, rows strided as they like. They wait for the device.
///
/// Work is cut into detail::kReduceBlocks blocks that are folded in order: results do not depend on the threads.
/// Integers are exact on every device; sums of floats agree across devices and instruction sets to rounding.
template <DevicePolicy Device>
class Reduction {
 public:
  explicit Reduction(const Device& device = {}) : device_{device} {}

  /// Sum in accumulate_t: 64-bit integers, exact; the scalar itself otherwise (float for half).
  template <class T, int Rank, class E = std::remove_const_t<T>>
  accumulate_t<E> sum(const TensorView<T, Rank, Device>& x) const {
    return fold(x, x, detail::SumFold<E>{});
  }

  /// The least and greatest element; NaN is skipped. Infinity of the other sign where there is nothing else.
  template <class T, int Rank, class E = std::remove_const_t<T>>
  E minimum(const TensorView<T, Rank, Device>& x) const {
    return static_cast<E>(extreme<1>(x, "minimum"));
  }
  template <class T, int Rank, class E = std::remove_const_t<T>>
  E maximum(const TensorView<T, Rank, Device>& x) const {
    return static_cast<E>(extreme<-1>(x, "maximum"));
  }

  /// The least element, and of equal ones the first. The index is -1 where all are NaN.
  template <class T, int Rank, class E = std::remove_const_t<T>>
  Located<E> arg_minimum(const TensorView<T, Rank, Device>& x) const {
    return located<1>(x, "arg_minimum");
  }
  /// The greatest element, and of equal ones the first.
  template <class T, int Rank, class E = std::remove_const_t<T>>
  Located<E> arg_maximum(const TensorView<T, Rank, Device>& x) const {
    return located<-1>(x, "arg_maximum");
  }

  /// Mean, computed in double (from the exact sum for integers).
  template <class T, int Rank, class E = std::remove_const_t<T>>
  double mean(const TensorView<T, Rank, Device>& x) const {
    require(x.size() > 0, "mean", "number of elements", x.size(), "at least 1");
    using Fold = std::conditional_t<std::integral<E>, detail::SumFold<E>, detail::DoubleFold<E>>;
    return static_cast<double>(fold(x, x, Fold{})) / static_cast<double>(x.size());
  }

  /// Mean and variance in two passes, in double.
  template <class T, int Rank, class E = std::remove_const_t<T>>
  Moments moments(const TensorView<T, Rank, Device>& x) const {
    const double m = mean(x);
    return {m, fold(x, x, detail::DeviationFold<E>{m}) / static_cast<double>(x.size())};
  }

  /// Sum of (a - b)^2, what PSNR needs: an exact std::int64_t for elements of 8 and 16 bits, else a double.
  template <class Ta, class Tb, int Rank, class E = std::remove_const_t<Ta>>
  auto squared_difference(const TensorView<Ta, Rank, Device>& a, const TensorView<Tb, Rank, Device>& b) const {
    static_assert(std::is_same_v<E, std::remove_const_t<Tb>>, "both views hold elements of one type");
    require(a.shape() == b.shape(), "squared_difference", "number of elements", b.size(),
            "the shape of the other view");
    return fold(a, b, detail::DifferenceFold<E>{});
  }

 private:
  template <class View, class Other, class Fold>
  typename Fold::Result fold(const View& x, const Other& y, const Fold& fold) const {
    using E = typename View::value_type;
    const index_t n = x.size();
    if (n == 0) return Fold::zero();
    const detail::Rows<E> a = detail::Rows<E>::of(x), b = detail::Rows<E>::of(y);
    if constexpr (VectorDevice<Device>) {
      typename Fold::Result total = Fold::zero();
      for (const auto part : fold_blocks(n, a, b, fold)) total = detail::FoldCombine<Fold>{}(total, part);
      return total;
    } else {
      return device_.reduce_index(n, Fold::zero(), detail::FoldMap<E, Fold>{a, b, fold}, detail::FoldCombine<Fold>{});
    }
  }

  template <class E, class Fold>
  std::vector<typename Fold::Result> fold_blocks(index_t n, const detail::Rows<E>& a, const detail::Rows<E>& b,
                                                 const Fold& fold) const {
    const index_t blocks = min_of(n, pastiche::detail::kReduceBlocks);
    std::vector<typename Fold::Result> partial(static_cast<std::size_t>(blocks));
    device_.dispatch([&](auto arch) {
      const detail::FoldRuns<decltype(arch), E, Fold> runs{a, b, fold, n, blocks, partial.data()};
      device_.for_each_piece(blocks, n / blocks, runs);
    });
    return partial;
  }

  template <int Sign, class View>
  auto extreme(const View& x, const char* function) const {
    require(x.size() > 0, function, "number of elements", x.size(), "at least 1");
    return fold(x, x, detail::ExtremeFold<typename View::value_type, Sign>{});
  }

  template <int Sign, class View>
  Located<typename View::value_type> located(const View& x, const char* function) const {
    using E = typename View::value_type;
    using Fold = detail::ExtremeFold<E, Sign>;
    const index_t n = x.size();
    require(n > 0, function, "number of elements", n, "at least 1");
    const detail::Rows<E> rows = detail::Rows<E>::of(x);
    auto best = Fold::zero();
    if constexpr (VectorDevice<Device>) {
      const auto partial = fold_blocks(n, rows, rows, Fold{});
      for (const auto part : partial) best = detail::FoldCombine<Fold>{}(best, part);
      index_t block = 0;
      while (partial[static_cast<std::size_t>(block)] != best) ++block;
      const detail::FirstEqual<E, typename Fold::Lane> first{rows, best, n};
      for (index_t i = n * block / static_cast<index_t>(partial.size()); i < n; ++i) {
        if (first(i) == i) return {static_cast<E>(best), i};
      }
      return {static_cast<E>(best), -1};
    } else {
      best = fold(x, x, Fold{});
      const detail::FirstEqual<E, typename Fold::Lane> first{rows, best, n};
      const index_t index = device_.reduce_index(n, n, first, detail::Least{});
      return {static_cast<E>(best), index == n ? -1 : index};
    }
  }

  Device device_;
};

}  // namespace pastiche::primitive
