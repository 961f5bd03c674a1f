// SPDX-License-Identifier: MIT
/// \file
/// The steps of quilting one front of blocks, as kernels for any device.
#pragma once

#include <pastiche/primitive/block_search.hpp>
#include <pastiche/sampler/sampler.hpp>
#include <pastiche/seam/blend.hpp>
#include <pastiche/texture/quilt_plan.hpp>

#include <cstddef>

namespace pastiche {

/// Where a block came from: its corner in an example.
struct BlockSource {
  int example = -1, row = 0, column = 0;
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// How often each part of the examples has been used, as sums over all pixels above and to the left. Distances of
/// places used more than others are raised, so that no part of an example is lost.
struct UseTable {
  const std::int64_t* sums = nullptr;   ///< null where use does not count
  const index_t* image_rows = nullptr;  ///< first row of each example in the table: one more than its pixels have
  index_t stride = 0;
  int height = 0, width = 0;   ///< of a block
  std::int64_t rate = 0;       ///< added to a weight of 2^8 for each use, in units of 2^-32
  std::int64_t most_uses = 0;  ///< beyond which uses count no more, so that the product with the rate fits

  /// The distance with its penalty. Never less than without; in integers up to the last step, so that every device
  /// agrees.
  template <class D>
  PASTICHE_HD D operator()(D distance, int example, index_t row, index_t column) const noexcept {
    if (sums == nullptr || distance == kFarthest<D>) return distance;
    const std::int64_t* top = sums + (image_rows[example] + row) * stride + column;
    const std::int64_t* end = top + height * stride;
    const std::int64_t uses = (end[width] - end[0]) - (top[width] - top[0]);
    const std::int64_t weight = 256 + min_of<std::int64_t>(min_of(uses, most_uses) * rate >> 32, 1 << 16);
    if constexpr (std::integral<D>) {
      return distance * weight >> 8;
    } else {
      return distance * (static_cast<D>(weight) / D(256));
    }
  }
};

/// Counts the blocks of a batch that cover each pixel of an image row and sums along it.
struct CountUses {
  const BlockSource* sources;  ///< of this batch
  index_t count;
  const int* example_of;      ///< of each row of the table
  const index_t* image_rows;  ///< as in UseTable
  const index_t* widths;      ///< of each example
  index_t stride;
  int height, width;
  int* uses;           ///< of each pixel; row r of the table has those of the image row above it
  std::int64_t* sums;  ///< sums along the row, one further than the pixels

  PASTICHE_HD void operator()(index_t row) const noexcept {
    const int example = example_of[row];
    const index_t y = row - image_rows[example] - 1;
    std::int64_t* to = sums + row * stride;
    if (y < 0) {
      for (index_t x = 0; x <= widths[example]; ++x) to[x] = 0;
      return;
    }
    int* use = uses + row * stride;
    for (index_t q = 0; q < count; ++q) {
      const BlockSource source = sources[q];
      if (source.example != example || y < source.row || y >= source.row + height) continue;
      for (index_t x = source.column; x < source.column + width; ++x) ++use[x];
    }
    std::int64_t sum = 0;
    for (index_t x = 0; x < widths[example]; ++x) {
      to[x] = sum;
      sum += use[x];
    }
    to[widths[example]] = sum;
  }
};

/// Sums along columns what CountUses summed along rows, a strip of columns at a time.
struct SumUseColumns {
  static constexpr index_t kStrip = 16;
  index_t rows, stride;
  const int* example_of;
  std::int64_t* sums;

  PASTICHE_HD void operator()(index_t strip) const noexcept {
    const index_t last = min_of((strip + 1) * kStrip, stride);
    for (index_t row = 1; row < rows; ++row) {
      if (example_of[row] != example_of[row - 1]) continue;
      std::int64_t* to = sums + row * stride;
      for (index_t x = strip * kStrip; x < last; ++x) to[x] += to[x - stride];
    }
  }
};

/// Puts the places that must not be chosen out of reach and finds the least distance of each row, before penalties.
///
/// A neighbour forbids its own source (or the block would be repeated next to itself) and the place that lies to it as
/// the block does to the neighbour (or the example would be copied on and on).
template <class D>
struct ForbidPlaces {
  const QuiltBlock* blocks;  ///< of this batch
  const QuiltNeighbour* neighbours;
  const BlockSource* sources;
  const PlaceRow* rows;
  const std::uint8_t* allowed;  ///< one a place, or null
  index_t row_count, places;
  int radius;  ///< of what is forbidden around a source; negative forbids nothing
  D* sums;
  D* row_least;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const QuiltBlock& block = blocks[i / row_count];
    const PlaceRow row = rows[i % row_count];
    const index_t columns = rows[i % row_count + 1].first - row.first;
    D* sum = sums + i / row_count * places + row.first;
    for (int n = block.first_neighbour; n < block.last_neighbour && radius >= 0; ++n) {
      const QuiltNeighbour neighbour = neighbours[n];
      const BlockSource source = sources[neighbour.block];
      if (source.example != row.example) continue;
      forbid(sum, columns, row.row, source.row, source.column);
      forbid(sum, columns, row.row, source.row + neighbour.row, source.column + neighbour.column);
    }
    if (allowed != nullptr) {
      for (index_t x = 0; x < columns; ++x) {
        if (allowed[row.first + x] == 0) sum[x] = kFarthest<D>;
      }
    }
    // Four chains of minima, so that one does not wait for the other.
    D least[4] = {kFarthest<D>, kFarthest<D>, kFarthest<D>, kFarthest<D>};
    index_t x = 0;
    for (; x + 4 <= columns; x += 4) {
      for (int k = 0; k < 4; ++k) least[k] = min_of(least[k], sum[x + k]);
    }
    for (; x < columns; ++x) least[0] = min_of(least[0], sum[x]);
    row_least[i] = min_of(min_of(least[0], least[1]), min_of(least[2], least[3]));
  }

 private:
  PASTICHE_HD void forbid(D* sum, index_t columns, int at, int row, int column) const noexcept {
    if (abs_of(at - row) > radius) return;
    const index_t from = max_of(index_t{column} - radius, index_t{0});
    const index_t to = min_of(index_t{column} + radius + 1, columns);
    for (index_t x = from; x < to; ++x) sum[x] = kFarthest<D>;
  }
};

/// Draws the source of each block of a batch.
template <class S, class D>
struct ChooseSource {
  S sampler;
  const QuiltBlock* blocks;
  const PlaceRow* rows;
  const double* units;          ///< of each shape, for DrawContext
  const std::uint8_t* allowed;  ///< one a place, or null
  index_t row_count, places;
  const D* sums;
  const D* row_least;
  UseTable uses;
  std::uint64_t seed;
  BlockSource* sources;  ///< of this batch

  PASTICHE_HD void operator()(index_t q) const noexcept {
    const QuiltBlock& block = blocks[q];
    const D* least = row_least + q * row_count;
    DrawContext<D> context{kFarthest<D>, units[block.query.shape]};
    // Penalties only raise: rows and places that are not less without one need not be looked at. The most promising row
    // comes first, so that few others remain.
    index_t nearest = 0;
    for (index_t r = 1; r < row_count; ++r) nearest = least[r] < least[nearest] ? r : nearest;
    scan_row(q, nearest, context.least);
    for (index_t r = 0; r < row_count; ++r) {
      if (least[r] < context.least) scan_row(q, r, context.least);
    }
    const PhiloxBlock random = philox4x32({{static_cast<std::uint32_t>(block.raster), 0, 0, 0}},
                                          static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
    Draw<S, D> draw{sampler, context, std::uint64_t{random.word[0]} << 32 | random.word[1]};
    const D limit = min_of(draw.limit(), before_farthest());
    for (index_t r = 0; r < row_count; ++r) {
      if (least[r] > limit || !draw.open_to(least[r])) continue;
      for (index_t place = rows[r].first; place < rows[r + 1].first; ++place) {
        const D raw = sums[q * places + place];
        if (raw > limit) continue;
        const D sum = penalised(raw, r, place);
        if (sum <= limit) draw.offer(sum, place);
      }
    }
    const index_t chosen = draw.best.candidate >= 0 ? draw.best.candidate : any_place(q, draw.stream);
    index_t row = 0;
    while (row + 1 < row_count && rows[row + 1].first <= chosen) ++row;
    sources[q] = {rows[row].example, rows[row].row, static_cast<int>(chosen - rows[row].first)};
  }

 private:
  PASTICHE_HD void scan_row(index_t q, index_t r, D& least) const noexcept {
    for (index_t place = rows[r].first; place < rows[r + 1].first; ++place) {
      const D sum = sums[q * places + place];
      if (sum < least) least = min_of(least, penalised(sum, r, place));
    }
  }
  PASTICHE_HD D penalised(D sum, index_t r, index_t place) const noexcept {
    return uses(sum, rows[r].example, rows[r].row, place - rows[r].first);
  }

  // Where no place is within the limit (sums of huge pixels are infinite, a searcher may leave out what is not
  // forbidden): one that may be stolen from, if possible one that was not put out of reach.
  PASTICHE_HD index_t any_place(index_t q, std::uint64_t stream) const noexcept {
    Choice best{};
    for (index_t place = 0; place < places; ++place) {
      if (allowed != nullptr && allowed[place] == 0) continue;
      const Choice choice{sums[q * places + place] == kFarthest<D> ? 1 : 0,
                          hash_bits(stream, static_cast<std::uint64_t>(place)), place};
      if (choice.beats(best)) best = choice;
    }
    return best.candidate;
  }
  PASTICHE_HD static constexpr D before_farthest() noexcept {
    if constexpr (std::integral<D>) {
      return kFarthest<D> - 1;
    } else {
      return kFarthest<D> / 2;
    }
  }
};

/// Cuts the seams of each block of a batch and pastes it.
template <class Distance, class SeamPolicy, class BlendPolicy, class E, class Device>
struct PasteBlock {
  using D = distance_sum_t<Distance, E>;
  BlockDistance<Distance, E, Device> block_distance;
  SeamPolicy seam;
  BlendPolicy blend;
  int height, width;
  const QuiltBlock* blocks;
  const BlockSource* sources;
  const TensorView<const E, 3, Device>* examples;
  const ShapeRuns* shapes;
  const PixelRun* runs;
  const std::uint8_t* wanted;  ///< one a pixel of the output, or null
  TensorView<E, 3, Device> output;
  int* provenance;      ///< (height, width, 3), or null
  std::uint8_t* mixed;  ///< (height, width), or null

  PASTICHE_HD index_t scratch() const noexcept {
    return index_t{height} * width * static_cast<index_t>(2 * sizeof(D) + 2);
  }

  PASTICHE_HD void operator()(index_t q, std::byte* memory) const noexcept {
    const QuiltBlock& block = blocks[q];
    const BlockSource source = sources[q];
    const int area = height * width;
    D* error = reinterpret_cast<D*>(memory);
    std::uint8_t* known = reinterpret_cast<std::uint8_t*>(error + 2 * area);
    std::uint8_t* takes_new = known + area;
    for (int i = 0; i < area; ++i) {
      error[i] = D(0);
      known[i] = 0;
    }
    const ShapeRuns shape = shapes[block.query.shape];
    for (const PixelRun* run = runs + shape.first; run != runs + shape.last; ++run) {
      for (int x = run->column; x < run->column + run->length; ++x) {
        known[run->row * width + x] = 1;
        error[run->row * width + x] = pixel_error(block, source, run->row, x);
      }
    }
    const Overlap<D> overlap{height,    width,       error,        known,        block.left,
                             block.top, block.right, block.bottom, error + area, takes_new};
    seam(overlap);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) paste(block, source, y, x, blend(overlap, y, x));
    }
  }

 private:
  PASTICHE_HD index_t out_row(const QuiltBlock& block, int y) const noexcept {
    const index_t row = index_t{block.query.row} + y;
    return row < output.shape(0) ? row : row - output.shape(0);
  }
  PASTICHE_HD index_t out_column(const QuiltBlock& block, int x) const noexcept {
    const index_t column = index_t{block.query.column} + x;
    return column < output.shape(1) ? column : column - output.shape(1);
  }

  PASTICHE_HD D pixel_error(const QuiltBlock& block, const BlockSource& source, int y, int x) const noexcept {
    const E* have = output.row(out_row(block, y), out_column(block, x));
    const E* fresh = examples[source.example].row(source.row + y, source.column + x);
    D sum = 0;
    for (index_t c = 0; c < output.shape(2); ++c) sum += block_distance.term(have[c], fresh[c], c);
    return sum;
  }

  PASTICHE_HD void paste(const QuiltBlock& block, const BlockSource& source, int y, int x, int weight) const noexcept {
    const index_t row = out_row(block, y), column = out_column(block, x), at = row * output.shape(1) + column;
    if (weight == 0 || (wanted != nullptr && wanted[at] == 0)) return;
    const E* fresh = examples[source.example].row(source.row + y, source.column + x);
    E* to = output.row(row, column);
    for (index_t c = 0; c < output.shape(2); ++c) to[c] = blended(fresh[c], to[c], weight);
    if (provenance != nullptr && weight >= 128) {
      provenance[3 * at] = source.example;
      provenance[3 * at + 1] = source.row + y;
      provenance[3 * at + 2] = source.column + x;
    }
    if (mixed != nullptr) mixed[at] = weight < 256 ? 1 : 0;
  }
};

/// Sets n values.
template <class T>
struct Fill {
  T* to;
  T value;
  PASTICHE_HD void operator()(index_t i) const noexcept { to[i] = value; }
};

/// 1 for an element that is NaN or infinite.
template <class E, class Device>
struct CountNotFinite {
  TensorView<const E, 3, Device> image;
  PASTICHE_HD std::int64_t operator()(index_t i) const noexcept {
    const index_t width = image.shape(1) * image.shape(2);
    return is_finite(image.row(i / width)[i % width]) ? 0 : 1;
  }
};

struct AddCounts {
  PASTICHE_HD std::int64_t operator()(std::int64_t a, std::int64_t b) const noexcept { return a + b; }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

}  // namespace pastiche
