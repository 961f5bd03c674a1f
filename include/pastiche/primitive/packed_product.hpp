// SPDX-License-Identifier: MIT
/// \file
/// A matrix product of the library's own, fast without a compiler flag: loops over cache blocks.
///
/// K. Goto, R. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008: factors packed
/// into caches around outer products in registers (product_tile.hpp). Here the smaller side is packed once, shared by
/// all threads, and each piece of the larger side packs its own part and keeps it in its L2 cache.
#pragma once

#include <pastiche/linalg/linalg.hpp>
#include <pastiche/primitive/product_tile.hpp>

#include <cstddef>

namespace pastiche {

namespace detail {

// Elements of a packed factor: what a thread keeps in its L2 cache, and what all share in the last one.
inline constexpr index_t kSharedLines = 1024, kSharedElements = index_t{1} << 20;
inline constexpr index_t kPieceRows = 96;           // a multiple of every tile
inline constexpr index_t kPieceBytes = 256 * 1024;  // of packed columns

/// Extent of the blocks when n is cut into the fewest of at most `limit`, all alike, in multiples of `step`.
constexpr index_t even_blocks(index_t n, index_t limit, index_t step) noexcept {
  const index_t blocks = max_of<index_t>(1, ceil_div(n, limit));
  return max_of(step, round_up(ceil_div(n, blocks), step));
}

/// Packs one block of the shared factor: panel groups of each depth block in turn.
template <class Arch, class T, int Width>
struct PackShared {
  using arch = Arch;
  static constexpr index_t kGroup = 8;  // panels; longer runs of memory, fewer page misses
  PackSource<T> source;
  index_t line, lines, first, depth, block;
  T* packed;

  index_t groups() const noexcept { return ceil_div(lines, kGroup * Width); }
  PASTICHE_INLINE void operator()(index_t i) const noexcept {
    const index_t groups = ceil_div(lines, kGroup * Width);
    const index_t k = i / groups * block, from = i % groups * (kGroup * Width);
    const index_t deep = min_of(block, depth - k);
    T* to = packed + k * round_up<index_t>(lines, Width) + from * deep;
    pack_panels<Arch, T, Width>(source, line + from, min_of(kGroup * Width, lines - from), first + k, deep, to);
  }
};

/// What a piece of the product has in common with the others: c is the part of the result that the shared factor
/// reaches, depth the slice of k in it, block the depth of one chain of multiply-adds.
template <class T>
struct ProductSlice {
  PackSource<T> own;
  const T* shared;
  T* c;
  index_t stride, rows, columns, first, depth, block, piece;
  bool add;
};

/// A block of rows: packs them, against the shared right factor.
template <class Ring, class Arch, class T>
struct RowPiece {
  using arch = Arch;
  using Registers = ProductTile<Arch, T>;
  ProductSlice<T> s;

  index_t size() const noexcept { return ceil_div(s.rows, s.piece); }
  index_t scratch() const noexcept { return s.piece * s.block * static_cast<index_t>(sizeof(T)); }
  PASTICHE_INLINE void operator()(index_t i, std::byte* memory) const noexcept {
    T* left = reinterpret_cast<T*>(memory);
    const index_t row = i * s.piece, rows = min_of(s.piece, s.rows - row);
    const index_t width = round_up<index_t>(s.columns, Registers::columns);
    index_t k = 0;
    do {  // at least once: a product of depth 0 is zero
      const index_t depth = min_of(s.block, s.depth - k);
      pack_panels<Arch, T, Registers::rows>(s.own, row, rows, s.first + k, depth, left);
      multiply_packed<Ring, Arch, T>(left, s.shared + k * width, rows, s.columns, depth, s.c + row * s.stride, s.stride,
                                     s.add || k > 0);
      k += s.block;
    } while (k < s.depth);
  }
};

/// A block of columns: packs them, against the shared left factor.
template <class Ring, class Arch, class T>
struct ColumnPiece {
  using arch = Arch;
  using Registers = ProductTile<Arch, T>;
  ProductSlice<T> s;

  index_t size() const noexcept { return ceil_div(s.columns, s.piece); }
  index_t scratch() const noexcept { return s.piece * s.block * static_cast<index_t>(sizeof(T)); }
  PASTICHE_INLINE void operator()(index_t i, std::byte* memory) const noexcept {
    T* right = reinterpret_cast<T*>(memory);
    const index_t column = i * s.piece, columns = min_of(s.piece, s.columns - column);
    const index_t height = round_up<index_t>(s.rows, Registers::rows);
    index_t k = 0;
    do {
      const index_t depth = min_of(s.block, s.depth - k);
      pack_panels<Arch, T, Registers::columns>(s.own, column, columns, s.first + k, depth, right);
      for (index_t row = 0; row < s.rows; row += kPieceRows) {
        multiply_packed<Ring, Arch, T>(s.shared + k * height + row * depth, right, min_of(kPieceRows, s.rows - row),
                                       columns, depth, s.c + row * s.stride + column, s.stride, s.add || k > 0);
      }
      k += s.block;
    } while (k < s.depth);
  }
};

}  // namespace detail

/// Products on the host in vector registers, by instruction sets found at run time, over a semiring.
///
/// The bits of a result depend on the factors and on whether the instruction set fuses multiply-adds, not on the
/// number of threads, nor on the shape of the product beyond k: every element is one chain of multiply-adds for each
/// of the ceil(k / 256) even blocks of k, and the chains are added in order. AVX2 and AVX-512 agree bit by bit in
/// optimised builds. Takes memory for at most 2^20 packed scalars, and 256 KiB a thread.
template <class Ring>
struct PackedProduct {
  template <VectorDevice Device, Viewable A, Viewable B, Scalar T>
  void multiply(const Device& device, const A& a, const B& b, const TensorView<T, 2, Device>& c,
                ProductOptions options = {}) const {
    static_assert(detail::check_factors<Device, A, B, T>());
    const auto left = view_of(a), right = view_of(b);
    const ProductShape shape = detail::checked_product<T, Device>(left, right, c, options);
    if (shape.rows == 0 || shape.columns == 0) return;
    const detail::PackSource<T> rows{left.data(), left.stride()[0], !options.transpose_a};
    const detail::PackSource<T> columns{right.data(), right.stride()[0], options.transpose_b};
    device.dispatch([&](auto arch) {
      using Arch = decltype(arch);
      if (shape.rows >= shape.columns) {
        by_rows<Arch, T>(device, rows, columns, c, shape, options.accumulate);
      } else {
        by_columns<Arch, T>(device, rows, columns, c, shape, options.accumulate);
      }
    });
  }

 private:
  static constexpr index_t kVectorGain = 16;  // multiply-adds in the time of one scalar operation, roughly

  template <class Arch, class T, class Device>
  static void by_rows(const Device& device, const detail::PackSource<T>& left, const detail::PackSource<T>& right,
                      const TensorView<T, 2, Device>& c, const ProductShape& shape, bool accumulate) {
    using Registers = detail::ProductTile<Arch, T>;
    const index_t piece = detail::even_blocks(shape.rows, detail::kPieceRows, Registers::rows);
    slices<Arch, T, Registers::columns>(
        device, right, shape.columns, shape.depth,
        [&](const T* packed, index_t line, index_t lines, index_t first, index_t depth, index_t block) {
          run(device, detail::RowPiece<Ring, Arch, T>{{left, packed, c.data() + line, c.stride()[0], shape.rows, lines,
                                                       first, depth, block, piece, accumulate || first > 0}});
        });
  }

  template <class Arch, class T, class Device>
  static void by_columns(const Device& device, const detail::PackSource<T>& left, const detail::PackSource<T>& right,
                         const TensorView<T, 2, Device>& c, const ProductShape& shape, bool accumulate) {
    using Registers = detail::ProductTile<Arch, T>;
    constexpr index_t kMost = detail::kPieceBytes / (detail::kProductDepth * static_cast<index_t>(sizeof(T)));
    const index_t piece = detail::even_blocks(shape.columns, kMost, Registers::columns);
    slices<Arch, T, Registers::rows>(
        device, left, shape.rows, shape.depth,
        [&](const T* packed, index_t line, index_t lines, index_t first, index_t depth, index_t block) {
          run(device,
              detail::ColumnPiece<Ring, Arch, T>{{right, packed, c.data() + line * c.stride()[0], c.stride()[0], lines,
                                                  shape.columns, first, depth, block, piece, accumulate || first > 0}});
        });
  }

  /// Packs the factor that all pieces share, slice by slice, and hands each to `use`.
  template <class Arch, class T, int Width, class Device, class Use>
  static void slices(const Device& device, const detail::PackSource<T>& source, index_t lines, index_t depth,
                     const Use& use) {
    const index_t width = detail::even_blocks(lines, detail::kSharedLines, Width);
    const index_t block = detail::even_blocks(depth, detail::kProductDepth, 1);
    const index_t deep =
        min_of(max_of<index_t>(1, detail::kSharedElements / (width * block)) * block, round_up(depth, block));
    typename Device::template Storage<T, 1> packed(Shape<1>{width * deep}, device);
    for (index_t line = 0; line < lines; line += width) {
      index_t first = 0;
      do {
        const detail::PackShared<Arch, T, Width> pack{
            source, line, min_of(width, lines - line), first, min_of(deep, depth - first), block, packed.data()};
        device.for_each_piece(ceil_div(pack.depth, block) * pack.groups(), pack.kGroup * Width * block, pack);
        use(static_cast<const T*>(packed.data()), line, pack.lines, first, pack.depth, block);
        first += deep;
      } while (first < depth);
    }
  }

  template <class Piece, class Device>
  static void run(const Device& device, const Piece& piece) {
    const index_t work = piece.s.rows * piece.s.columns / piece.size() * piece.s.depth;
    device.for_each_piece(piece.size(), work / kVectorGain, piece);
  }
};

/// Sums of products.
using PackedLinalg = PackedProduct<SumOfProducts>;

}  // namespace pastiche
