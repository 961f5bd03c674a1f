// SPDX-License-Identifier: MIT
/// \file
/// Fourier transforms in vector registers: many lines side by side, a lane for each. Lines that lie along memory go
/// through transposed tiles; spectra are kept in blocks of columns, so that columns need none.
#pragma once

#include <pastiche/primitive/fft_plan.hpp>

#include <cstddef>
#include <type_traits>
#include <utility>

namespace pastiche::primitive::detail {

/// Columns of a spectrum that lie side by side: 64 bytes, whatever the instruction set.
template <class T>
inline constexpr index_t kFftBlock = 64 / static_cast<index_t>(sizeof(T));

/// Points of lines side by side: lane l of point i is (at[i step + l], at[i step + l + im]).
template <class T>
struct FftPoints {
  T* at;
  index_t step, im;
};

/// All passes over Wide<Arch, T>::lanes lines: Stockham's self-sorting form by decimation in frequency. Pass k writes
/// to work[k + first is odd], the last one to `to`, which may be `from`.
template <class Arch, class T>
struct FftPasses {
  using V = simd::Wide<Arch, T>;
  FftLine<T> line;
  FftPoints<const T> from;
  FftPoints<T> to;
  T* work[2];
  int first;

  PASTICHE_INLINE void operator()(index_t) const noexcept {
    FftPoints<const T> x = from;
    index_t rest = line.n, done = 1;
    for (int k = 0; k < line.passes; ++k) {
      const bool last = k + 1 == line.passes;
      const FftPoints<T> y = last ? to : FftPoints<T>{work[(k + first) & 1], 2 * V::lanes, V::lanes};
      rest /= line.radix[k];
      switch (line.radix[k]) {
        case 2:
          pass<2>(x, y, rest, done, last);
          break;
        case 3:
          pass<3>(x, y, rest, done, last);
          break;
        case 4:
          pass<4>(x, y, rest, done, last);
          break;
        case 5:
          pass<5>(x, y, rest, done, last);
          break;
        default:
          pass<8>(x, y, rest, done, last);
          break;
      }
      done *= line.radix[k];
      x = {y.at, y.step, y.im};
    }
  }

 private:
  template <int R>
  PASTICHE_INLINE void pass(const FftPoints<const T>& x, const FftPoints<T>& y, index_t rest, index_t done,
                            bool last) const noexcept {
    if (last) {
      turn<R, true>(x, y, 0, rest, done);
    } else {
      for (index_t p = 0; p < rest; ++p) turn<R, false>(x, y, p, rest, done);
    }
  }

  // The butterflies that share the roots of p. Those of the last pass are 1.
  template <int R, bool Last>
  PASTICHE_INLINE void turn(const FftPoints<const T>& x, const FftPoints<T>& y, index_t p, index_t rest,
                            index_t done) const noexcept {
    Complex<V> root[R];
    if constexpr (!Last) {
      PASTICHE_UNROLL
      for (int j = 1; j < R; ++j) {
        const T* at = line.roots + 2 * j * p * done;
        root[j].re = V(at[0]);
        root[j].im = V(at[1]);
      }
    }
    const T* from_point = x.at + p * done * x.step;
    T* to_point = y.at + R * p * done * y.step;
    const index_t from_hop = rest * done * x.step, to_hop = done * y.step;
    for (index_t q = 0; q < done; ++q, from_point += x.step, to_point += y.step) {
      Complex<V> z[R];
      PASTICHE_UNROLL
      for (int j = 0; j < R; ++j) {
        z[j].re = V::load(from_point + j * from_hop);
        z[j].im = V::load(from_point + j * from_hop + x.im);
      }
      butterfly<R>(z);
      PASTICHE_UNROLL
      for (int j = 0; j < R; ++j) {
        if constexpr (!Last) {
          if (j > 0) z[j] = multiply(z[j], root[j]);
        }
        z[j].re.store(to_point + j * to_hop);
        z[j].im.store(to_point + j * to_hop + y.im);
      }
    }
  }
};

#if !defined(__CUDACC__)
template <int Half, class T, int N, int... Lane>
PASTICHE_INLINE void exchange(simd::Vec<T, N>& a, simd::Vec<T, N>& b, std::integer_sequence<int, Lane...>) noexcept {
  const simd::Vec<T, N> old = a;
  a.v = __builtin_shufflevector(old.v, b.v, ((Lane & Half) != 0 ? N + (Lane ^ Half) : Lane)...);
  b.v = __builtin_shufflevector(old.v, b.v, ((Lane & Half) != 0 ? N + Lane : (Lane | Half))...);
}
template <int Half, class T, int N>
PASTICHE_INLINE void transpose_halves(simd::Vec<T, N>* x) noexcept {
  if constexpr (Half > 0) {
    PASTICHE_UNROLL
    for (int i = 0; i < N; ++i) {
      if ((i & Half) == 0) exchange<Half>(x[i], x[i | Half], std::make_integer_sequence<int, N>{});
    }
    transpose_halves<Half / 2>(x);
  }
}
#endif

/// Transposes N vectors of N lanes.
template <class T, int N>
PASTICHE_INLINE void transpose_tile(simd::Vec<T, N>* x) noexcept {
#if defined(__CUDACC__)  // nvcc cannot expand a pack in a builtin
  T in[N * N], out[N];
  for (int i = 0; i < N; ++i) x[i].store(in + i * N);
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) out[j] = in[j * N + i];
    x[i] = simd::Vec<T, N>::load(out);
  }
#else
  transpose_halves<N / 2>(x);
#endif
}

/// Lines along memory that become the lanes of a tile: element k of part c of line l is
/// data[l line + c part + k step]. Lines past `lines[c]` and elements past `length` read as 0 and are not written.
template <class E>
struct FftLines {
  E* data;
  index_t line, part, step, lines[2], length;
};

/// Reads lines first, first + 1, ... into n points at `work`, 2 lanes apart.
template <class V, class E>
PASTICHE_INLINE void load_tile(const FftLines<E>& from, index_t first, index_t n,
                               typename V::value_type* work) noexcept {
  using T = typename V::value_type;
  constexpr index_t lanes = V::lanes;
  for (index_t k = 0; k < n; k += lanes) {
    const index_t width = clamp<index_t>(from.length - k, 0, lanes);
    for (index_t c = 0; c < 2; ++c) {
      V x[lanes];
      PASTICHE_UNROLL
      for (index_t l = 0; l < lanes; ++l) {
        const index_t valid = first + l < from.lines[c] ? width : 0;
        const E* at = from.data + (first + l) * from.line + c * from.part + k * from.step;
        if constexpr (std::is_same_v<std::remove_const_t<E>, T>) {
          if (valid == lanes && from.step == 1) {
            x[l] = V::load(at);
            continue;
          }
        }
        T row[lanes];
        for (index_t j = 0; j < lanes; ++j) row[j] = j < valid ? static_cast<T>(at[j * from.step]) : T(0);
        x[l] = V::load(row);
      }
      transpose_tile(x);
      for (index_t j = 0; j < min_of(lanes, n - k); ++j) x[j].store(work + (k + j) * 2 * lanes + c * lanes);
    }
  }
}

/// The reverse, times `scale`.
template <class V, class T = typename V::value_type>
PASTICHE_INLINE void store_tile(const T* work, index_t im, T scale, const FftLines<T>& to, index_t first) noexcept {
  constexpr index_t lanes = V::lanes;
  for (index_t k = 0; k < to.length; k += lanes) {
    const index_t width = min_of(to.length - k, lanes);
    for (index_t c = 0; c < 2; ++c) {
      V x[lanes];
      for (index_t j = 0; j < lanes; ++j) {
        x[j] = V::load(work + (k + min_of(j, width - 1)) * 2 * lanes + (c == 0 ? 0 : im)) * V(scale);
      }
      transpose_tile(x);
      for (index_t l = 0; l < min_of(lanes, to.lines[c] - first); ++l) {
        T* at = to.data + (first + l) * to.line + c * to.part + k;
        if (width == lanes) {
          x[l].store(at);
        } else {
          T row[lanes];
          x[l].store(row);
          for (index_t j = 0; j < width; ++j) at[j] = row[j];
        }
      }
    }
  }
}

/// Room for two copies of n points, apart by a few lines of the cache so that they do not alias.
template <class V, class T = typename V::value_type>
struct FftScratch {
  static constexpr index_t bytes(index_t n) noexcept {
    return static_cast<index_t>(sizeof(T)) * (4 * n * V::lanes + 6 * kFftBlock<T>);
  }
  PASTICHE_INLINE static T* second(T* work, index_t n) noexcept { return work + 2 * n * V::lanes + 6 * kFftBlock<T>; }
};

/// Runs the passes as a call: one body for an arch, whoever needs it. Under nvcc a kernel is device code too and may
/// not call a host function; there they are inlined.
template <class Arch, class T>
PASTICHE_INLINE void run(const FftPasses<Arch, T>& passes) noexcept {
#if defined(__CUDACC__)
  passes(0);
#else
  simd::enter(Arch{}, passes, 0, 1);
#endif
}

/// Runs the passes over a tile at `work`; returns where the result is.
template <class Arch, class T>
PASTICHE_INLINE FftPoints<T> transform_tile(const FftLine<T>& line, T* work) noexcept {
  using V = simd::Wide<Arch, T>;
  T* other = FftScratch<V>::second(work, line.n);
  const FftPoints<T> to{line.passes % 2 == 0 ? work : other, 2 * V::lanes, V::lanes};
  run(FftPasses<Arch, T>{line, {work, 2 * V::lanes, V::lanes}, to, {work, other}, 1});
  return to;
}

/// Complex lines along memory, re and im apart.
template <class Arch, class T>
struct TransformLines {
  using arch = Arch;
  using V = simd::Wide<Arch, T>;
  FftLine<T> line;
  FftLines<const T> from;
  FftLines<T> to;
  bool inverse;
  T scale;

  index_t scratch() const noexcept { return FftScratch<V>::bytes(line.n); }
  PASTICHE_INLINE void operator()(index_t tile, std::byte* memory) const noexcept {
    T* work = reinterpret_cast<T*>(memory);
    FftLines<const T> in = from;
    FftLines<T> out = to;
    if (inverse) {  // exchanging re and im conjugates the transform
      in.data += in.part, in.part = -in.part;
      out.data += out.part, out.part = -out.part;
    }
    load_tile<V>(in, tile * V::lanes, line.n, work);
    const FftPoints<T> done = transform_tile<Arch>(line, work);
    store_tile<V>(done.at, done.im, scale, out, tile * V::lanes);
  }
};

}  // namespace pastiche::primitive::detail
