// SPDX-License-Identifier: MIT
/// \file
/// Kernels of the transforms of vector devices. Two real rows ride on one complex line; a spectrum is stored in blocks
/// of 64 bytes of columns, rows within a block, re before im, so that a block of columns is one run of memory.
#pragma once

#include <pastiche/primitive/fft_lanes.hpp>

namespace pastiche::primitive::detail {

/// Where a spectrum has its numbers; `rows` tells how many of its rows have been written, the rest counts as 0.
template <class T>
struct FftBlocks {
  T* data;
  index_t image, height, columns, rows;

  PASTICHE_INLINE index_t blocks() const noexcept { return ceil_div(columns, kFftBlock<T>); }
  PASTICHE_INLINE T* at(index_t i, index_t y, index_t x) const noexcept {
    return data + i * image + ((x / kFftBlock<T>)*height + y) * 2 * kFftBlock<T> + x % kFftBlock<T>;
  }
};

/// Real rows to rows of spectra: a pair of rows is one complex line.
template <class Arch, class T, class E>
struct RealRows {
  using arch = Arch;
  using V = simd::Wide<Arch, T>;
  FftLine<T> line;
  FftLines<const E> from;  // of the first image
  index_t image;           // elements from image to image
  FftBlocks<T> to;

  index_t scratch() const noexcept { return FftScratch<V>::bytes(line.n); }
  PASTICHE_INLINE index_t tiles() const noexcept { return ceil_div(from.lines[0], index_t{V::lanes}); }
  PASTICHE_INLINE void operator()(index_t piece, std::byte* memory) const noexcept {
    const index_t i = piece / tiles(), first = piece % tiles() * V::lanes;
    FftLines<const E> rows = from;
    rows.data += i * image;
    T* work = reinterpret_cast<T*>(memory);
    load_tile<V>(rows, first, line.n, work);
    const T* z = transform_tile<Arch>(line, work).at;
    for (index_t k = 0; k < to.blocks() * kFftBlock<T>; k += V::lanes) {
      part<0, 0>(z, i, first, k);
      part<0, 1>(z, i, first, k);
      part<1, 0>(z, i, first, k);
      part<1, 1>(z, i, first, k);
    }
  }

 private:
  // re or im of the first or second rows of the pairs, from Z[k] and Z[-k]; past the last column, zeros.
  template <int Row, int Part>
  PASTICHE_INLINE void part(const T* z, index_t i, index_t first, index_t k) const noexcept {
    constexpr index_t lanes = V::lanes;
    V x[lanes];
    for (index_t j = 0; j < lanes; ++j) {
      const index_t at = min_of(k + j, to.columns - 1), mirror = at == 0 ? 0 : line.n - at;
      const T *a = z + at * 2 * lanes, *b = z + mirror * 2 * lanes;
      constexpr index_t offset = Row == Part ? 0 : lanes;
      const V p = V::load(a + offset), q = V::load(b + offset);
      const V half(k + j < to.columns ? T(0.5) : T(0));
      if constexpr (Row == 0) {
        x[j] = half * (Part == 0 ? p + q : p - q);
      } else {
        x[j] = half * (Part == 0 ? q + p : q - p);
      }
    }
    transpose_tile(x);
    for (index_t l = 0; l < lanes; ++l) {
      const index_t y = 2 * (first + l) + Row;
      if (y < to.rows) x[l].store(to.at(i, y, k) + Part * kFftBlock<T>);
    }
  }
};

/// Rows of spectra back to real rows.
template <class Arch, class T>
struct SpectrumRows {
  using arch = Arch;
  using V = simd::Wide<Arch, T>;
  FftLine<T> line;
  FftBlocks<const T> from;
  FftLines<T> to;  // of the first image
  index_t image;
  T scale;

  index_t scratch() const noexcept { return FftScratch<V>::bytes(line.n); }
  PASTICHE_INLINE index_t tiles() const noexcept { return ceil_div(to.lines[0], index_t{V::lanes}); }
  PASTICHE_INLINE void operator()(index_t piece, std::byte* memory) const noexcept {
    const index_t i = piece / tiles(), first = piece % tiles() * V::lanes;
    T* work = reinterpret_cast<T*>(memory);
    for (index_t k = 0; k < from.columns; k += V::lanes) join(work, i, first, k);
    const FftPoints<T> done = transform_tile<Arch>(line, work);
    FftLines<T> rows = to;
    rows.data += i * image;
    store_tile<V>(done.at + V::lanes, -index_t{V::lanes}, scale, rows, first);
  }

 private:
  // Z[k] = A[k] + i B[k] and Z[-k] = conj A[k] + i conj B[k], with re and im exchanged for the inverse.
  PASTICHE_INLINE void join(T* work, index_t i, index_t first, index_t k) const noexcept {
    constexpr index_t lanes = V::lanes;
    V x[2][2][lanes];
    for (index_t row = 0; row < 2; ++row) {
      for (index_t part = 0; part < 2; ++part) {
        for (index_t l = 0; l < lanes; ++l) {
          const index_t y = 2 * (first + l) + row;
          x[row][part][l] = y < from.rows ? V::load(from.at(i, y, k) + part * kFftBlock<T>) : V(T(0));
        }
        transpose_tile(x[row][part]);
      }
    }
    for (index_t j = 0; j < min_of(lanes, from.columns - k); ++j) {
      const index_t at = k + j, mirror = line.n - at;
      T *a = work + at * 2 * lanes, *b = work + mirror * 2 * lanes;
      if (at == 0 || at == mirror) {  // such a number of a real line is real
        x[0][0][j].store(a + lanes);
        x[1][0][j].store(a);
      } else {
        (x[0][0][j] - x[1][1][j]).store(a + lanes);
        (x[0][1][j] + x[1][0][j]).store(a);
        (x[0][0][j] + x[1][1][j]).store(b + lanes);
        (x[1][0][j] - x[0][1][j]).store(b);
      }
    }
  }
};

/// Columns of spectra in place.
template <class Arch, class T>
struct SpectrumColumns {
  using arch = Arch;
  using V = simd::Wide<Arch, T>;
  FftLine<T> line;
  FftBlocks<T> spectra;
  bool inverse;

  index_t scratch() const noexcept { return FftScratch<V>::bytes(line.n); }
  PASTICHE_INLINE void operator()(index_t piece, std::byte* memory) const noexcept {
    constexpr index_t block = kFftBlock<T>;
    T* work = reinterpret_cast<T*>(memory);
    T* data = spectra.at(piece / spectra.blocks(), 0, piece % spectra.blocks() * block);
    for (index_t y = spectra.rows; y < spectra.height; ++y) {
      for (index_t c = 0; c < 2 * block; c += V::lanes) V(T(0)).store(data + 2 * y * block + c);
    }
    for (index_t c = 0; c < block; c += V::lanes) {
      FftPoints<T> points{data + c, 2 * block, block};
      if (inverse) points = {points.at + block, 2 * block, -block};
      run(FftPasses<Arch, T>{
          line, {points.at, points.step, points.im}, points, {work, FftScratch<V>::second(work, line.n)}, 0});
    }
  }
};

/// to[i] = sum over c of a[i channels + c] b[c], or of conj(a) b.
template <class Arch, class T>
struct SpectrumProduct {
  using arch = Arch;
  using V = simd::Wide<Arch, T>;
  static constexpr index_t kBlocks = 64;  // of one piece
  TensorView<const T, 2, void> a, b;
  TensorView<T, 2, void> to;
  bool conjugate;

  PASTICHE_INLINE index_t pieces() const noexcept { return ceil_div(to.shape(1), kBlocks * 2 * kFftBlock<T>); }
  PASTICHE_INLINE void operator()(index_t piece) const noexcept {
    constexpr index_t block = kFftBlock<T>;
    const index_t i = piece / pieces(), start = piece % pieces() * kBlocks * 2 * block;
    const index_t end = min_of(start + kBlocks * 2 * block, to.shape(1)), channels = b.shape(0);
    const V sign(conjugate ? T(-1) : T(1));
    for (index_t at = start; at < end; at += 2 * block) {
      for (index_t l = at; l < at + block; l += V::lanes) {
        Complex<V> sum{V(T(0)), V(T(0))};
        for (index_t c = 0; c < channels; ++c) {
          const T *p = a.row(i * channels + c) + l, *q = b.row(c) + l;
          const V re = V::load(p), im = sign * V::load(p + block), x = V::load(q), y = V::load(q + block);
          sum.re = sum.re + difference_of_products(re, x, im, y);
          sum.im = sum.im + sum_of_products(re, y, im, x);
        }
        sum.re.store(to.row(i) + l);
        sum.im.store(to.row(i) + l + block);
      }
    }
  }
};

}  // namespace pastiche::primitive::detail
