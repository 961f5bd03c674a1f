// SPDX-License-Identifier: MIT
/// \file
/// What every form of the Fourier transform shares: sizes, roots of unity, and the butterflies of one pass.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/core/simd.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <cmath>
#include <vector>

namespace pastiche::primitive {

/// A complex number as kernels pass it; std::complex is host-only under nvcc.
template <class T>
struct Complex {
  T re, im;
};

/// The smallest 2^a 3^b 5^c that is at least n: the lengths the transforms know. At least 1.
constexpr index_t good_size(index_t n) noexcept {
  for (index_t size = n < 1 ? 1 : n;; ++size) {
    index_t rest = size;
    for (const index_t factor : {2, 3, 5}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1) return size;
  }
}

/// Where a plan keeps number (y, x) of a spectrum: re at this offset in the row of the tensor, im `part` further.
struct SpectrumLayout {
  index_t width;                     ///< columns of a block
  index_t block, row, column, part;  ///< steps

  PASTICHE_HD constexpr index_t operator()(index_t y, index_t x) const noexcept {
    return x / width * block + y * row + x % width * column;
  }
};

namespace detail {

/// Images or channels of one image: extents and steps.
template <class E>
struct FftImages {
  E* data;
  index_t count, height, width;
  index_t image, row, column;
};

/// One length: its passes, and exp(-2 pi i k / n) as n pairs (re, im) in device memory.
template <class T>
struct FftLine {
  index_t n;
  int passes;
  signed char radix[40];
  const T* roots;
};

/// exp(-2 pi i k / n) for k in [0, n), rounded once: the angle is reduced to an eighth of a turn in integers.
template <Scalar T>
std::vector<T> fft_roots(index_t n) {
  constexpr long double kTurn = 6.28318530717958647692528676655900577L;
  std::vector<T> roots(static_cast<std::size_t>(2 * n));
  for (index_t k = 0; k < n; ++k) {
    index_t a = 8 * k;  // in 1 / (8 n) of a turn
    const bool below = a > 4 * n;
    if (below) a = 8 * n - a;
    const bool left = a > 2 * n;
    if (left) a = 4 * n - a;
    const bool steep = a > n;
    if (steep) a = 2 * n - a;
    const long double angle = kTurn * static_cast<long double>(a) / static_cast<long double>(8 * n);
    const long double re = steep ? std::sin(angle) : std::cos(angle), im = steep ? std::cos(angle) : std::sin(angle);
    roots[static_cast<std::size_t>(2 * k)] = static_cast<T>(left ? -re : re);
    roots[static_cast<std::size_t>(2 * k + 1)] = static_cast<T>(below ? im : -im);
  }
  return roots;
}

/// Factors and roots of one length, on a device.
template <Scalar T, DevicePolicy Device>
class FftTable {
 public:
  FftTable(index_t n, const char* argument, const Device& device)
      : line_{factored(n, argument)}, roots_{upload<Device>(Shape<1>{2 * n}, fft_roots<T>(n), device)} {}

  FftLine<T> line() const noexcept {
    FftLine<T> line = line_;
    line.roots = roots_.data();
    return line;
  }

 private:
  static FftLine<T> factored(index_t n, const char* argument) {
    require(n >= 1 && n <= index_t{1} << 30 && good_size(n) == n, "Fft", argument, n, "a good_size() up to 2^30");
    FftLine<T> line{n, 0, {}, nullptr};
    for (const int radix : {8, 4, 2, 3, 5}) {
      for (; n % radix == 0; n /= radix) line.radix[line.passes++] = static_cast<signed char>(radix);
    }
    return line;
  }

  FftLine<T> line_;
  Tensor<T, 1, Device> roots_;
};

PASTICHE_DEVICE_CODE_BEGIN

// a b - c d and a b + c d, each one expression, so that compilers fuse the second product.
template <class V>
PASTICHE_INLINE V difference_of_products(const V& a, const V& b, const V& c, const V& d) noexcept {
  V r;
  r.v = a.v * b.v - c.v * d.v;
  return r;
}
template <class V>
PASTICHE_INLINE V sum_of_products(const V& a, const V& b, const V& c, const V& d) noexcept {
  V r;
  r.v = a.v * b.v + c.v * d.v;
  return r;
}

template <class V>
PASTICHE_INLINE Complex<V> add(const Complex<V>& a, const Complex<V>& b) noexcept {
  return {a.re + b.re, a.im + b.im};
}
template <class V>
PASTICHE_INLINE Complex<V> subtract(const Complex<V>& a, const Complex<V>& b) noexcept {
  return {a.re - b.re, a.im - b.im};
}
/// a + i b
template <class V>
PASTICHE_INLINE Complex<V> add_turned(const Complex<V>& a, const Complex<V>& b) noexcept {
  return {a.re - b.im, a.im + b.re};
}
/// a - i b
template <class V>
PASTICHE_INLINE Complex<V> subtract_turned(const Complex<V>& a, const Complex<V>& b) noexcept {
  return {a.re + b.im, a.im - b.re};
}
template <class V>
PASTICHE_INLINE Complex<V> multiply(const Complex<V>& a, const Complex<V>& b) noexcept {
  return {difference_of_products(a.re, b.re, a.im, b.im), sum_of_products(a.re, b.im, a.im, b.re)};
}
/// a + s b for a real s.
template <class V>
PASTICHE_INLINE Complex<V> add_scaled(const Complex<V>& a, const V& s, const Complex<V>& b) noexcept {
  return {fma(s, b.re, a.re), fma(s, b.im, a.im)};
}

/// Replaces z[0..R) by their discrete Fourier transform with exp(-2 pi i / R). V is a Vec.
template <int R, class V>
PASTICHE_INLINE void butterfly(Complex<V>* z) noexcept {
  using T = typename V::value_type;
  if constexpr (R == 2) {
    const Complex<V> a = z[0], b = z[1];
    z[0] = add(a, b);
    z[1] = subtract(a, b);
  } else if constexpr (R == 3) {
    const Complex<V> sum = add(z[1], z[2]), turn = subtract(z[1], z[2]);
    const V sine(static_cast<T>(0.866025403784438646763723170752936183));
    const Complex<V> scaled{sine * turn.re, sine * turn.im}, middle = add_scaled(z[0], V(T(-0.5)), sum);
    z[0] = add(z[0], sum);
    z[1] = subtract_turned(middle, scaled);
    z[2] = add_turned(middle, scaled);
  } else if constexpr (R == 4) {
    const Complex<V> a = add(z[0], z[2]), b = add(z[1], z[3]), c = subtract(z[0], z[2]), d = subtract(z[1], z[3]);
    z[0] = add(a, b);
    z[1] = subtract_turned(c, d);
    z[2] = subtract(a, b);
    z[3] = add_turned(c, d);
  } else if constexpr (R == 5) {
    const V c1(static_cast<T>(0.309016994374947424102293417182819059)),
        s1(static_cast<T>(0.951056516295153572116439333379382143));
    const V c2(static_cast<T>(-0.809016994374947424102293417182819059)),
        s2(static_cast<T>(0.587785252292473129168705954639072769));
    const Complex<V> a = add(z[1], z[4]), b = add(z[2], z[3]), c = subtract(z[1], z[4]), d = subtract(z[2], z[3]);
    const Complex<V> near = add_scaled(add_scaled(z[0], c1, a), c2, b),
                     far = add_scaled(add_scaled(z[0], c2, a), c1, b);
    const Complex<V> steep{sum_of_products(s1, c.re, s2, d.re), sum_of_products(s1, c.im, s2, d.im)};
    const Complex<V> flat{difference_of_products(s2, c.re, s1, d.re), difference_of_products(s2, c.im, s1, d.im)};
    z[0] = add(z[0], add(a, b));
    z[1] = subtract_turned(near, steep);
    z[2] = subtract_turned(far, flat);
    z[3] = add_turned(far, flat);
    z[4] = add_turned(near, steep);
  } else {
    static_assert(R == 8);
    Complex<V> even[4] = {add(z[0], z[4]), add(z[1], z[5]), add(z[2], z[6]), add(z[3], z[7])};
    const Complex<V> d0 = subtract(z[0], z[4]), d1 = subtract(z[1], z[5]);
    const Complex<V> d2 = subtract(z[2], z[6]), d3 = subtract(z[3], z[7]);
    butterfly<4>(even);
    const V half(static_cast<T>(0.707106781186547524400844362104849039));
    // d1 (1 - i) / sqrt 2 = (p1, q1); d3 (-1 - i) / sqrt 2 = (p3, -q3)
    const V p1 = half * (d1.re + d1.im), q1 = half * (d1.im - d1.re);
    const V p3 = half * (d3.im - d3.re), q3 = half * (d3.re + d3.im);
    const Complex<V> a = subtract_turned(d0, d2), b = add_turned(d0, d2);
    const Complex<V> c{p1 + p3, q1 - q3}, d{p1 - p3, q1 + q3};
    z[0] = even[0];
    z[1] = add(a, c);
    z[2] = even[1];
    z[3] = subtract_turned(b, d);
    z[4] = even[2];
    z[5] = subtract(a, c);
    z[6] = even[3];
    z[7] = add_turned(b, d);
  }
}

PASTICHE_DEVICE_CODE_END

}  // namespace detail

}  // namespace pastiche::primitive
