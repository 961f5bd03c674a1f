// SPDX-License-Identifier: MIT
/// \file
/// The inside of a matrix product: packing into panels, and the product of two panels in registers. For the kernels of
/// matrix products and convolutions; runs inside simd::enter().
///
/// A panel of width W holds W lines (rows of the left factor, columns of the right one) interleaved: all W elements of
/// depth 0, then of depth 1 ... Panels follow each other; the last is filled up with zeros.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/linalg/semiring.hpp>

namespace pastiche::detail {

/// Multiply-adds in one chain, at most: results depend on it.
inline constexpr index_t kProductDepth = 256;

/// The block of c that stays in registers: rows x columns, `vectors` registers a row. A panel of the right factor,
/// kProductDepth deep, is 16 KiB on AVX2, 32 KiB on AVX-512: it stays in L1 or next to it.
template <class Arch, class T>
struct ProductTile {
  using V = simd::Wide<Arch, T>;
  static constexpr int vectors = 2;
  static constexpr int rows = Arch::registers == 32 ? 12 : 6;
  static constexpr int columns = vectors * V::lanes;
};

/// A factor as packing reads it: element k of a line is at data[line * stride + k] if lines run along memory, else at
/// data[k * stride + line].
template <class T>
struct PackSource {
  const T* data;
  index_t stride;
  bool along;

  PASTICHE_INLINE T operator()(index_t line, index_t k) const noexcept {
    return along ? data[line * stride + k] : data[k * stride + line];
  }
};

/// Element by element: what is left over at the edges.
template <class T, int Width>
PASTICHE_INLINE void pack_edge(const PackSource<T>& source, index_t line, index_t lines, index_t k, index_t depth,
                               T* to) noexcept {
  for (index_t d = 0; d < depth; ++d) {
    for (index_t i = 0; i < Width; ++i) to[d * Width + i] = i < lines ? source(line + i, k + d) : T(0);
  }
}

/// Width lines that run along memory: blocks of 4 x 4 are transposed in registers. Where Width is no multiple of 4 the
/// last block overlaps the one before.
template <class T, int Width>
PASTICHE_INLINE void pack_transposed(const T* from, index_t stride, index_t depth, T* to) noexcept {
  using V = simd::Vec<T, 4>;
  index_t d = 0;
  for (; d + 4 <= depth; d += 4) {
    PASTICHE_UNROLL
    for (int block = 0; block < (Width + 3) / 4; ++block) {
      const int line = block * 4 < Width - 4 ? block * 4 : Width - 4;
      const T* at = from + line * stride + d;
      V v[4] = {V::load(at), V::load(at + stride), V::load(at + 2 * stride), V::load(at + 3 * stride)};
      transpose(v);
      PASTICHE_UNROLL
      for (int i = 0; i < 4; ++i) v[i].store(to + (d + i) * Width + line);
    }
  }
  pack_edge<T, Width>({from, stride, true}, 0, Width, d, depth - d, to + d * Width);
}

/// Width elements in the widest registers that divide Width, which is even. Not memcpy: in baseline code g++ decides
/// for narrow moves before it knows the target.
template <class Arch, class T, int Width>
PASTICHE_INLINE void copy_line(const T* from, T* to) noexcept {
  constexpr int kLanes = simd::Wide<Arch, T>::lanes;
  using V = simd::Vec<T, Width % kLanes == 0 ? kLanes : (Width % 4 == 0 ? 4 : 2)>;
  PASTICHE_UNROLL
  for (int i = 0; i < Width; i += V::lanes) V::load(from + i).store(to + i);
}

/// `lines` lines from `line` on, elements [k, k + depth) of each, as panels of Width.
template <class Arch, class T, int Width>
PASTICHE_INLINE void pack_panels(const PackSource<T>& source, index_t line, index_t lines, index_t k, index_t depth,
                                 T* to) noexcept {
  const index_t whole = lines / Width;
  if (source.along) {
    for (index_t p = 0; p < whole; ++p) {
      const T* from = source.data + (line + p * Width) * source.stride + k;
      if constexpr (Width >= 4) {
        pack_transposed<T, Width>(from, source.stride, depth, to + p * Width * depth);
      } else {
        pack_edge<T, Width>({from, source.stride, true}, 0, Width, 0, depth, to + p * Width * depth);
      }
    }
  } else {
    for (index_t d = 0; d < depth; ++d) {
      const T* from = source.data + (k + d) * source.stride + line;
      for (index_t p = 0; p < whole; ++p) {
        copy_line<Arch, T, Width>(from + p * Width, to + (p * depth + d) * Width);
      }
    }
  }
  if (whole * Width < lines) {
    pack_edge<T, Width>(source, line + whole * Width, lines - whole * Width, k, depth, to + whole * Width * depth);
  }
}

/// c = or += left right for the first Rows rows and Vectors registers of two panels. c is written at `to`, rows
/// `stride` apart. One chain of multiply-adds an element, or of what else the semiring has for them.
template <class Ring, class Arch, class T, int Rows, int Vectors>
PASTICHE_INLINE void multiply_tile(const T* left, const T* right, index_t depth, T* to, index_t stride,
                                   bool add) noexcept {
  using Registers = ProductTile<Arch, T>;
  using V = typename Registers::V;
  V sum[Rows][Vectors];
  PASTICHE_UNROLL
  for (int r = 0; r < Rows; ++r) {
    simd::prefetch_write(to + r * stride);
    simd::prefetch_write(to + r * stride + Vectors * V::lanes - 1);
    PASTICHE_UNROLL
    for (int v = 0; v < Vectors; ++v) sum[r][v] = V(Ring::template none<T>());
  }
  for (index_t d = 0; d < depth; ++d, left += Registers::rows, right += Registers::columns) {
    V b[Vectors];
    PASTICHE_UNROLL
    for (int v = 0; v < Vectors; ++v) b[v] = V::load(right + v * V::lanes);
    PASTICHE_UNROLL
    for (int r = 0; r < Rows; ++r) {
      const V a(left[r]);
      PASTICHE_UNROLL
      for (int v = 0; v < Vectors; ++v) sum[r][v] = Ring::step(a, b[v], sum[r][v]);
    }
  }
  PASTICHE_UNROLL
  for (int r = 0; r < Rows; ++r) {
    PASTICHE_UNROLL
    for (int v = 0; v < Vectors; ++v) {
      T* at = to + r * stride + v * V::lanes;
      (add ? Ring::join(V::load(at), sum[r][v]) : sum[r][v]).store(at);
    }
  }
}

/// The tile of at least rows x columns that wastes least.
template <class Ring, class Arch, class T>
PASTICHE_INLINE void multiply_least_tile(const T* left, const T* right, index_t rows, index_t columns, index_t depth,
                                         T* to, index_t stride, bool add) noexcept {
  using Registers = ProductTile<Arch, T>;
  constexpr int kThird = Registers::rows / 3;
  if (columns > Registers::V::lanes) {
    if (rows > 2 * kThird) return multiply_tile<Ring, Arch, T, 3 * kThird, 2>(left, right, depth, to, stride, add);
    if (rows > kThird) return multiply_tile<Ring, Arch, T, 2 * kThird, 2>(left, right, depth, to, stride, add);
    return multiply_tile<Ring, Arch, T, kThird, 2>(left, right, depth, to, stride, add);
  }
  if (rows > 2 * kThird) return multiply_tile<Ring, Arch, T, 3 * kThird, 1>(left, right, depth, to, stride, add);
  if (rows > kThird) return multiply_tile<Ring, Arch, T, 2 * kThird, 1>(left, right, depth, to, stride, add);
  return multiply_tile<Ring, Arch, T, kThird, 1>(left, right, depth, to, stride, add);
}

/// c = or += left right for packed panels of rows and columns: left panels stream past one right panel in L1. Tiles
/// that stick out of c go through memory.
template <class Ring, class Arch, class T>
PASTICHE_INLINE void multiply_packed(const T* left, const T* right, index_t rows, index_t columns, index_t depth, T* c,
                                     index_t stride, bool add) noexcept {
  using Registers = ProductTile<Arch, T>;
  constexpr index_t kThird = Registers::rows / 3, kLanes = Registers::V::lanes;
  alignas(64) T edge[Registers::rows * Registers::columns];
  for (index_t column = 0; column < columns; column += Registers::columns) {
    const index_t width = min_of<index_t>(Registers::columns, columns - column);
    for (index_t row = 0; row < rows; row += Registers::rows) {
      const index_t height = min_of<index_t>(Registers::rows, rows - row);
      const bool fits = height % kThird == 0 && width % kLanes == 0;
      T* const to = c + row * stride + column;
      multiply_least_tile<Ring, Arch, T>(left + row * depth, right + column * depth, height, width, depth,
                                         fits ? to : edge, fits ? stride : Registers::columns, add && fits);
      if (fits) continue;
      for (index_t i = 0; i < height; ++i) {
        for (index_t j = 0; j < width; ++j) {
          const T sum = edge[i * Registers::columns + j];
          to[i * stride + j] = add ? Ring::join(to[i * stride + j], sum) : sum;
        }
      }
    }
  }
}

}  // namespace pastiche::detail
