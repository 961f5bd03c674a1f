// SPDX-License-Identifier: MIT
/// \file
/// The steps of quilting one front of blocks, as kernels for any device.
#pragma once

#include <pastiche/primitive/block_search.hpp>
#include <pastiche/sampler/sampler.hpp>
#include <pastiche/seam/blend.hpp>
#include <pastiche/texture/quilt_plan.hpp>
#include <pastiche/texture/use_counter.hpp>

#include <cstddef>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// A distance times a weight in 256ths.
template <class D>
PASTICHE_HD constexpr D weighed(D distance, int weight) noexcept {
  if (distance == kFarthest<D>) return distance;
  if constexpr (std::integral<D>) {
    return distance * weight >> 8;
  } else {
    return distance * (static_cast<D>(weight) / D(256));
  }
}

/// Weighs the distances of a row of places, puts those that must not be chosen out of reach, and finds the least.
///
/// A neighbour forbids its own source (or the block would be repeated next to itself) and the place that lies to it as
/// the block does to the neighbour (or the example would be copied on and on).
template <class D>
struct WeighDistances {
  const QuiltBlock* blocks;  ///< of this batch
  const QuiltNeighbour* neighbours;
  const BlockSource* sources;
  const PlaceRow* rows;
  const std::uint8_t* allowed;  ///< one a place, or null
  const int* weights;           ///< one a place, or null
  index_t row_count, places;
  int radius;  ///< of what is forbidden around a source; negative forbids nothing
  D* sums;
  D* row_least;
  const int* example_factors;  ///< of each block for each example, in 256ths; or null
  index_t examples;
  const double* units;  ///< of each shape

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const QuiltBlock& block = blocks[i / row_count];
    const PlaceRow row = rows[i % row_count];
    const index_t columns = rows[i % row_count + 1].first - row.first;
    D* sum = sums + i / row_count * places + row.first;
    if (weights != nullptr) {
      for (index_t x = 0; x < columns; ++x) sum[x] = weighed(sum[x], weights[row.first + x]);
    }
    if (example_factors != nullptr) {
      const int factor = example_factors[i / row_count * examples + row.example];
      const D slack = slack_of(units[block.query.shape]);
      for (index_t x = 0; x < columns; ++x) {
        if (sum[x] < kFarthest<D> - slack) sum[x] = weighed(sum[x] + slack, factor);
      }
    }
    for (index_t n = block.first_neighbour; n < block.last_neighbour && radius >= 0; ++n) {
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
    row_least[i] = least_of(sum, columns);
  }

 private:
  // So that factors decide where nothing differs: about a grey level squared an element.
  PASTICHE_HD static D slack_of(double unit) noexcept {
    const double slack = 2e-5 / unit;
    return static_cast<D>(std::integral<D> ? max_of(slack, 256.0) : slack);
  }

  PASTICHE_HD void forbid(D* sum, index_t columns, int at, int row, int column) const noexcept {
    if (abs_of(at - row) > radius) return;
    const index_t from = max_of(index_t{column} - radius, index_t{0});
    const index_t to = min_of(index_t{column} + radius + 1, columns);
    for (index_t x = from; x < to; ++x) sum[x] = kFarthest<D>;
  }

  // In four chains of minima, so that one does not wait for the other.
  PASTICHE_HD static D least_of(const D* sum, index_t columns) noexcept {
    D least[4] = {kFarthest<D>, kFarthest<D>, kFarthest<D>, kFarthest<D>};
    index_t x = 0;
    for (; x + 4 <= columns; x += 4) {
      for (int k = 0; k < 4; ++k) least[k] = min_of(least[k], sum[x + k]);
    }
    for (; x < columns; ++x) least[0] = min_of(least[0], sum[x]);
    return min_of(min_of(least[0], least[1]), min_of(least[2], least[3]));
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
  std::uint64_t seed;
  BlockSource* sources;  ///< of this batch

  PASTICHE_HD void operator()(index_t q) const noexcept {
    const QuiltBlock& block = blocks[q];
    const D* least = row_least + q * row_count;
    DrawContext<D> context{kFarthest<D>, units[block.query.shape]};
    for (index_t r = 0; r < row_count; ++r) context.least = min_of(context.least, least[r]);
    const PhiloxBlock random = philox4x32({{static_cast<std::uint32_t>(block.raster), 0, 0, 0}},
                                          static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32));
    Draw<S, D> draw{sampler, context, std::uint64_t{random.word[0]} << 32 | random.word[1]};
    const D limit = min_of(draw.limit(), before_farthest());
    for (index_t r = 0; r < row_count; ++r) {
      if (least[r] > limit || !draw.open_to(least[r])) continue;
      for (index_t place = rows[r].first; place < rows[r + 1].first; ++place) {
        const D sum = sums[q * places + place];
        if (sum <= limit) draw.offer(sum, place);
      }
    }
    const index_t chosen = draw.best.candidate >= 0 ? draw.best.candidate : any_place(q, draw.stream);
    index_t row = 0;
    while (row + 1 < row_count && rows[row + 1].first <= chosen) ++row;
    sources[q] = {rows[row].example, rows[row].row, static_cast<int>(chosen - rows[row].first)};
  }

 private:
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
    return seam_scratch_bytes<D>(seam, height, width) + index_t{height} * width * static_cast<index_t>(sizeof(D) + 2);
  }

  PASTICHE_HD void operator()(index_t q, std::byte* memory) const noexcept {
    const QuiltBlock& block = blocks[q];
    const BlockSource source = sources[q];
    const int area = height * width;
    D* scratch = reinterpret_cast<D*>(memory);
    D* error = reinterpret_cast<D*>(memory + seam_scratch_bytes<D>(seam, height, width));
    std::uint8_t* known = reinterpret_cast<std::uint8_t*>(error + area);
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
    const Overlap<D> overlap{height,    width,       error,        known,   block.left,
                             block.top, block.right, block.bottom, scratch, takes_new};
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

/// 1 where a pixel is not that of its source.
template <class E, class Device>
struct MarkChanged {
  const TensorView<const E, 3, Device>* examples;
  TensorView<const E, 3, Device> image;
  const int* provenance;
  std::uint8_t* mixed;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const int* source = provenance + 3 * i;
    bool changed = false;
    if (source[0] >= 0) {
      const E* from = examples[source[0]].row(source[1], source[2]);
      const E* to = image.row(i / image.shape(1), i % image.shape(1));
      for (index_t c = 0; c < image.shape(2); ++c) changed = changed || !(from[c] == to[c]);
    }
    mixed[i] = changed ? 1 : 0;
  }
};

/// Sets n values.
template <class T>
struct Fill {
  T* to;
  T value;
  PASTICHE_HD void operator()(index_t i) const noexcept { to[i] = value; }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

}  // namespace pastiche
