// SPDX-License-Identifier: MIT
/// \file
/// Kernels of the Fourier transforms for any device: a work item is one butterfly of a pass over all lines.
#pragma once

#include <pastiche/primitive/fft_plan.hpp>

namespace pastiche::primitive::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// One pass of Stockham's self-sorting form. Point k of a line is `inner` numbers from the next, so that `inner`
/// lines lie side by side; `outer` such groups follow each other.
template <int R, class T, bool Inverse>
struct FftPass {
  const Complex<T>* from;
  Complex<T>* to;
  const T* roots;
  index_t rest, done, inner;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    using V = simd::Vec<T, 1>;
    const index_t lane = i % inner, turn = i / inner % (rest * done), group = i / inner / (rest * done);
    const index_t q = turn % done, p = turn / done;
    Complex<V> z[R];
    const Complex<T>* x = from + (group * R * rest * done + turn) * inner + lane;
    for (int j = 0; j < R; ++j) {
      const Complex<T> point = x[j * rest * done * inner];
      z[j] = Inverse ? Complex<V>{V(point.im), V(point.re)} : Complex<V>{V(point.re), V(point.im)};
    }
    butterfly<R>(z);
    Complex<T>* y = to + ((group * rest + p) * R * done + q) * inner + lane;
    for (int j = 0; j < R; ++j) {
      const T* root = roots + 2 * j * p * done;
      if (j > 0) z[j] = multiply(z[j], Complex<V>{V(root[0]), V(root[1])});
      y[j * done * inner] = Inverse ? Complex<T>{z[j].im.v, z[j].re.v} : Complex<T>{z[j].re.v, z[j].im.v};
    }
  }
};

/// Pairs of real rows as complex lines, zeros beyond the image.
template <class T, class E>
struct PairRows {
  const E* from;
  index_t image, row, column, height, width;  // of the images: steps and extents
  index_t pairs, n;
  Complex<T>* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t x = i % n, y = i / n % pairs * 2;
    const E* at = from + i / n / pairs * image + y * row + x * column;
    to[i] = {x < width ? static_cast<T>(at[0]) : T(0), x < width && y + 1 < height ? static_cast<T>(at[row]) : T(0)};
  }
};

/// Rows of spectra from the transforms of pairs; rows past the last pair are 0.
template <class T>
struct SplitPairs {
  const Complex<T>* from;
  index_t pairs, n, height, columns;
  Complex<T>* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t k = i % columns, y = i / columns % height;
    const Complex<T>* line = from + (i / columns / height * pairs + y / 2) * n;
    if (y / 2 >= pairs) {
      to[i] = {T(0), T(0)};
    } else {
      const Complex<T> a = line[k], b = line[k == 0 ? 0 : n - k];
      to[i] = y % 2 == 0 ? Complex<T>{T(0.5) * (a.re + b.re), T(0.5) * (a.im - b.im)}
                         : Complex<T>{T(0.5) * (a.im + b.im), T(0.5) * (b.re - a.re)};
    }
  }
};

/// The reverse of SplitPairs.
template <class T>
struct JoinPairs {
  const Complex<T>* from;
  index_t pairs, n, height, columns;
  Complex<T>* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t x = i % n, y = i / n % pairs * 2, k = min_of(x, n - x);
    const Complex<T>* row = from + (i / n / pairs * height + y) * columns + k;
    const T sign = k == 0 || 2 * k == n ? T(0) : (x == k ? T(1) : T(-1));  // such a number of a real line is real
    const Complex<T> a = row[0], b = y + 1 < height ? row[columns] : Complex<T>{T(0), T(0)};
    to[i] = {a.re - sign * b.im, b.re + sign * a.im};
  }
};

/// Scaled real rows from pairs.
template <class T>
struct UnpairRows {
  const Complex<T>* from;
  index_t pairs, n;
  T scale;
  T* to;
  index_t image, row, height, width;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t x = i % width, y = i / width % height, at = i / width / height;
    const Complex<T> z = from[(at * pairs + y / 2) * n + x];
    to[at * image + y * row + x] = scale * (y % 2 == 0 ? z.re : z.im);
  }
};

/// Complex lines with re and im apart, to numbers and back.
template <class T>
struct GatherLines {
  TensorView<const T, 3, void> from;
  Complex<T>* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t n = from.shape(2), line = i / n, k = i % n;
    to[i] = {from(line, 0, k), from(line, 1, k)};
  }
};
template <class T>
struct ScatterLines {
  const Complex<T>* from;
  TensorView<T, 3, void> to;
  T scale;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t n = to.shape(2), line = i / n, k = i % n;
    to(line, 0, k) = scale * from[i].re;
    to(line, 1, k) = scale * from[i].im;
  }
};

/// to[i] = sum over c of a[i channels + c] b[c], or of conj(a) b, for spectra of interleaved numbers.
template <class T>
struct MultiplySpectra {
  TensorView<const T, 2, void> a, b;
  TensorView<T, 2, void> to;
  bool conjugate;

  PASTICHE_HD void operator()(index_t index) const noexcept {
    const index_t size = to.shape(1) / 2, i = index / size, k = 2 * (index % size), channels = b.shape(0);
    const T sign = conjugate ? T(-1) : T(1);
    T re = T(0), im = T(0);
    for (index_t c = 0; c < channels; ++c) {
      const T *p = a.row(i * channels + c) + k, *q = b.row(c) + k;
      re += p[0] * q[0] - sign * p[1] * q[1];
      im += p[0] * q[1] + sign * p[1] * q[0];
    }
    to(i, k) = re;
    to(i, k + 1) = im;
  }
};

PASTICHE_DEVICE_CODE_END

/// The passes over outer * inner lines, between `at` and `other`; returns where the result is.
template <bool Inverse, class T, class Device>
Complex<T>* run_passes(const Device& device, const FftLine<T>& line, index_t outer, index_t inner, Complex<T>* at,
                       Complex<T>* other) {
  index_t rest = line.n, done = 1;
  for (int k = 0; k < line.passes; ++k) {
    const index_t radix = line.radix[k];
    rest /= radix;
    const index_t items = outer * inner * rest * done;
    switch (radix) {
      case 2:
        device.for_each_index(items, FftPass<2, T, Inverse>{at, other, line.roots, rest, done, inner});
        break;
      case 3:
        device.for_each_index(items, FftPass<3, T, Inverse>{at, other, line.roots, rest, done, inner});
        break;
      case 4:
        device.for_each_index(items, FftPass<4, T, Inverse>{at, other, line.roots, rest, done, inner});
        break;
      case 5:
        device.for_each_index(items, FftPass<5, T, Inverse>{at, other, line.roots, rest, done, inner});
        break;
      default:
        device.for_each_index(items, FftPass<8, T, Inverse>{at, other, line.roots, rest, done, inner});
        break;
    }
    done *= radix;
    Complex<T>* const written = other;
    other = at;
    at = written;
  }
  return at;
}

/// The real transform of any device. A spectrum is a dense array of (height, width / 2 + 1) numbers.
template <DevicePolicy Device, Scalar T>
class GenericFft {
 public:
  GenericFft(index_t height, index_t width, const Device& device)
      : device_{device},
        height_{height},
        width_{width},
        down_{height, "height", device},
        along_{width, "width", device} {}

  SpectrumLayout layout() const noexcept { return {1, 2, 2 * columns(), 0, 1}; }
  index_t spectrum_size() const noexcept { return 2 * height_ * columns(); }
  index_t workspace_size(index_t count) const noexcept { return 2 * count * copy_size(); }

  template <class E>
  void forward(const FftImages<const E>& images, TensorView<T, 2, Device> spectra, T* workspace) const {
    const index_t pairs = ceil_div<index_t>(images.height, 2);
    Complex<T>*const first = numbers(workspace), *const second = numbers(workspace + images.count * copy_size());
    device_.for_each_index(images.count * pairs * width_,
                           PairRows<T, E>{images.data, images.image, images.row, images.column, images.height,
                                          images.width, pairs, width_, first});
    const Complex<T>* const lines = run_passes<false>(device_, along_.line(), images.count * pairs, 1, first, second);
    Complex<T>*const free = lines == first ? second : first, *const to = numbers(spectra.data());
    Complex<T>* const start = down_.line().passes % 2 == 0 ? to : free;  // so that the last pass writes to `to`
    device_.for_each_index(images.count * height_ * columns(),
                           SplitPairs<T>{lines, pairs, width_, height_, columns(), start});
    run_passes<false>(device_, down_.line(), images.count, columns(), start, start == to ? free : to);
  }

  void inverse(TensorView<T, 2, Device> spectra, const FftImages<T>& images, T* workspace) const {
    const index_t pairs = ceil_div<index_t>(images.height, 2);
    Complex<T>*const first = numbers(workspace), *const second = numbers(workspace + images.count * copy_size());
    const Complex<T>* const rows =
        run_passes<true>(device_, down_.line(), images.count, columns(), numbers(spectra.data()), first);
    device_.for_each_index(images.count * pairs * width_,
                           JoinPairs<T>{rows, pairs, width_, height_, columns(), second});
    const Complex<T>* const lines = run_passes<true>(device_, along_.line(), images.count * pairs, 1, second, first);
    device_.for_each_index(
        images.count * images.height * images.width,
        UnpairRows<T>{lines, pairs, width_, static_cast<T>(1.0 / static_cast<double>(height_ * width_)), images.data,
                      images.image, images.row, images.height, images.width});
  }

  void multiply(TensorView<const T, 2, Device> a, TensorView<const T, 2, Device> b, TensorView<T, 2, Device> to,
                bool conjugate) const {
    device_.for_each_index(to.size() / 2, MultiplySpectra<T>{{a.data(), a.shape(), a.stride()},
                                                             {b.data(), b.shape(), b.stride()},
                                                             {to.data(), to.shape(), to.stride()},
                                                             conjugate});
  }

 private:
  static Complex<T>* numbers(T* data) noexcept { return reinterpret_cast<Complex<T>*>(data); }
  index_t columns() const noexcept { return width_ / 2 + 1; }
  index_t copy_size() const noexcept { return 2 * max_of(height_ * columns(), (height_ + 1) / 2 * width_); }

  Device device_;
  index_t height_, width_;
  FftTable<T, Device> down_, along_;
};

}  // namespace pastiche::primitive::detail
