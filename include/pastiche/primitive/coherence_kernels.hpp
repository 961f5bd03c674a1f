// SPDX-License-Identifier: MIT
/// \file
/// The kernels of k-coherence synthesis: pixels are numbers of places in one padded picture that holds all examples.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/primitive/neighbourhood.hpp>

#include <cstdint>

namespace pastiche::detail {

/// Pixels that both pictures have beyond their edges: the most a neighbourhood reaches.
inline constexpr int kCoherencePad = 3;
/// Places kept for each place as its like, at most.
inline constexpr int kMostSimilar = 16;

PASTICHE_DEVICE_CODE_BEGIN

/// Adds to a counter that others add to at the same time. Sums of integers do not depend on the order.
PASTICHE_HD inline void add_atomically(int* counter, int x) noexcept {
#if defined(__CUDA_ARCH__)
  atomicAdd(counter, x);
#else
  __atomic_fetch_add(counter, x, __ATOMIC_RELAXED);
#endif
}

/// An example at full size.
struct AtlasExample {
  int height, width;
  int first_part;  ///< of the parts it is cut into
};

/// One part of an example: of every `scale`-th row every `scale`-th pixel.
struct AtlasPart {
  int example, row, column;  ///< and the first of them
  int top, height, width;    ///< in the atlas
};

/// The examples at one level: smoothed, but at full size, and cut into scale x scale parts, so that pixels `scale`
/// apart lie side by side. The parts stand below each other in one picture, each with a border of kCoherencePad pixels.
/// A place is the number of a pixel of that picture, row by row.
struct Atlas {
  const AtlasExample* examples;
  const AtlasPart* parts;
  const int* part_of_row;
  const std::uint8_t* allowed;  ///< for each place whether it may be stolen; not beyond the edges of parts
  const int* nearest_allowed;   ///< for each place the nearest that may
  int rows, stride;             ///< in pixels
  int level;                    ///< scale is 2^level

  struct Pixel {
    int example, row, column;
  };
  /// Where a pixel of an example stands. It must lie inside.
  PASTICHE_HD int place_of(int example, int row, int column) const noexcept {
    const int rest = (1 << level) - 1;
    const AtlasPart& part = parts[examples[example].first_part + ((row & rest) << level) + (column & rest)];
    return (part.top + (row >> level)) * stride + kCoherencePad + (column >> level);
  }
  /// The place of a pixel of an example, of the nearest one inside, of the nearest that may be stolen.
  PASTICHE_HD int place(int example, int row, int column) const noexcept {
    const AtlasExample e = examples[example];
    return nearest_allowed[place_of(example, clamp(row, 0, e.height - 1), clamp(column, 0, e.width - 1))];
  }
  PASTICHE_HD Pixel pixel(int place) const noexcept {
    const int row = place / stride;
    const AtlasPart& part = parts[part_of_row[row]];
    return {part.example, part.row + ((row - part.top) << level),
            part.column + ((place - row * stride - kCoherencePad) << level)};
  }
};

/// The output at one level, with a border of kCoherencePad pixels.
struct OutputGrid {
  index_t height, width, stride;  ///< stride of the padded picture in pixels
  bool wrap_rows, wrap_columns;

  PASTICHE_HD index_t at(index_t y, index_t x) const noexcept {
    return (y + kCoherencePad) * stride + x + kCoherencePad;
  }
};

/// The pixels of a level that are corrected at the same time: every `step`-th of every `step`-th row.
struct SubPass {
  int row, column, step;

  PASTICHE_HD index_t rows(index_t height) const noexcept { return ceil_div<index_t>(height - row, step); }
};

/// For each pixel of a row of a sub-pass the place whose neighbourhood suits it best, among those its neighbours
/// suggest.
template <class Arch, class Word, class Distance>
struct CorrectPixels {
  using arch = Arch;
  using Sum = neighbourhood_sum_t<Word>;
  using Cost = std::conditional_t<std::integral<Sum>, std::int64_t, Sum>;

  NeighbourhoodDistance<Arch, Word, Distance> distance;
  Atlas atlas;
  OutputGrid grid;
  SubPass pass;
  index_t words;         ///< of a pixel
  const Word* examples;  ///< the atlas
  const Word* output;
  const int* sources;          ///< of each pixel of the padded output; -1 beyond its edges
  const int* similar;          ///< `nearest` of each place; -1 after the last
  const int* factors;          ///< of each place: what its distance is multiplied by, in 256ths; null: all 256
  const std::uint8_t* active;  ///< of each output pixel; null: all
  int nearest;
  int dearer;   ///< what distances of places that continue no neighbour are multiplied by, in 256ths
  int* chosen;  ///< for each pixel of the output

  PASTICHE_INLINE void operator()(index_t i) const noexcept {
    const index_t y = pass.row + i * pass.step;
    for (index_t x = pass.column; x < grid.width; x += pass.step) {
      if (active != nullptr && active[y * grid.width + x] == 0) {
        chosen[y * grid.width + x] = sources[grid.at(y, x)];
      } else {
        chosen[y * grid.width + x] = correct(grid.at(y, x));
      }
    }
  }

 private:
  struct Best {
    int place;
    Cost cost;
  };
  /// Places tried so far: enough to find most that come again.
  struct Tried {
    static constexpr int kMost = 48;
    int place[kMost];
    int count = 0;
    PASTICHE_INLINE bool add(int p) noexcept {
      for (int i = 0; i < count; ++i) {
        if (place[i] == p) return false;
      }
      if (count < kMost) place[count++] = p;
      return true;
    }
  };

  PASTICHE_INLINE int correct(index_t at) const noexcept {
    const int half = distance.side / 2;
    const Word* here = output + (at - half * grid.stride - half) * words;
    Tried tried;
    Best best{sources[at], Cost(-1)};
    // The pixel's own source first, so that it stays where others are merely as good.
    for (int k = 0; k < 9; ++k) {
      const int n = k == 0 ? 4 : k <= 4 ? k - 1 : k;
      const int place = continued(at, n);
      if (place >= 0 && atlas.allowed[place] != 0 && tried.add(place)) attempt(best, here, place, 256);
    }
    const int coherent = tried.count;
    if (best.cost == Cost(0)) return best.place;
    for (int k = 0; k < coherent; ++k) {
      const int* like = similar + index_t{tried.place[k]} * nearest;
      for (int j = 0; j < nearest && like[j] >= 0; ++j) {
        if (tried.add(like[j])) attempt(best, here, like[j], dearer);
      }
    }
    return best.place;
  }

  // Where the source of neighbour n (row by row, 4 is the pixel itself) goes on at the pixel.
  PASTICHE_INLINE int continued(index_t at, int n) const noexcept {
    const int dy = n / 3 - 1, dx = n % 3 - 1;
    const int source = sources[at + dy * grid.stride + dx];
    return source < 0 ? -1 : source - dy * atlas.stride - dx;
  }

  PASTICHE_INLINE void attempt(Best& best, const Word* here, int place, std::int64_t factor) const noexcept {
    const int half = distance.side / 2;
    const Word* there = examples + (index_t{place} - half * atlas.stride - half) * words;
    if (factors != nullptr) factor = factor * factors[place] >> 8;
    const Sum sum = distance(here, grid.stride * words, there, index_t{atlas.stride} * words);
    Cost cost;
    if constexpr (std::integral<Sum>) {
      cost = Cost{sum} * factor;
    } else {
      cost = sum * (static_cast<Cost>(factor) * Cost(1.0 / 256));
    }
    if (best.cost < Cost(0) || cost < best.cost) best = {place, cost};
  }
};

/// Gives the pixels of a row of a sub-pass the sources that were chosen, and their colours.
template <class Word>
struct PlacePixels {
  OutputGrid grid;
  SubPass pass;
  index_t words, channels;
  const int* chosen;
  const Word* examples;
  int* sources;
  Word* output;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t y = pass.row + i * pass.step;
    for (index_t x = pass.column; x < grid.width; x += pass.step) {
      const int place = chosen[y * grid.width + x];
      const index_t at = grid.at(y, x);
      if (sources[at] == place) continue;
      sources[at] = place;
      const Word* from = examples + index_t{place} * words;
      for (index_t c = 0; c < channels; ++c) output[at * words + c] = from[c];
    }
  }
};

/// What lies beyond the edges of the output: its other side where it tiles, else what follows in the example.
template <class Word>
struct FillBorder {
  OutputGrid grid;
  index_t words, channels, atlas_stride;
  const Word* examples;
  int* sources;
  Word* output;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t y = i - kCoherencePad;
    const bool outside = y < 0 || y >= grid.height;
    for (index_t x = -kCoherencePad; x < grid.width + kCoherencePad; ++x) {
      if (!outside && x == 0) x = grid.width;
      fill(y, x);
    }
  }

 private:
  PASTICHE_HD void fill(index_t y, index_t x) const noexcept {
    const index_t inner_y = grid.wrap_rows ? wrap(y, grid.height) : clamp<index_t>(y, 0, grid.height - 1);
    const index_t inner_x = grid.wrap_columns ? wrap(x, grid.width) : clamp<index_t>(x, 0, grid.width - 1);
    const index_t dy = grid.wrap_rows ? 0 : y - inner_y, dx = grid.wrap_columns ? 0 : x - inner_x;
    const index_t at = grid.at(y, x);
    const int source = sources[grid.at(inner_y, inner_x)];
    sources[at] = dy == 0 && dx == 0 ? source : -1;
    const Word* from = examples + (source + dy * atlas_stride + dx) * words;
    for (index_t c = 0; c < channels; ++c) output[at * words + c] = from[c];
  }
};

/// A row of a level from the level above: children continue their parent's source, moved at random.
struct RefineSources {
  Atlas coarse, fine;
  OutputGrid from_grid, grid;
  int jitter;  ///< pixels at most
  std::uint64_t key;
  const int* from;
  int* sources;

  PASTICHE_HD void operator()(index_t y) const noexcept {
    for (index_t x = 0; x < grid.width; ++x) {
      const Atlas::Pixel parent = coarse.pixel(from[from_grid.at(y / 2, x / 2)]);
      int row = parent.row + (static_cast<int>(y & 1) << fine.level);
      int column = parent.column + (static_cast<int>(x & 1) << fine.level);
      if (jitter > 0) {
        const std::uint32_t bits = hash_bits(key, static_cast<std::uint64_t>(y * grid.width + x));
        const std::uint32_t span = static_cast<std::uint32_t>(2 * jitter + 1);
        row += static_cast<int>((bits & 0xffffu) * span >> 16) - jitter;
        column += static_cast<int>((bits >> 16) * span >> 16) - jitter;
      }
      sources[grid.at(y, x)] = fine.place(parent.example, row, column);
    }
  }
};

/// Colours of a row from its sources.
template <class Word>
struct PaintRow {
  OutputGrid grid;
  index_t words, channels;
  const Word* examples;
  const int* sources;
  Word* output;

  PASTICHE_HD void operator()(index_t y) const noexcept {
    for (index_t x = 0; x < grid.width; ++x) {
      const index_t at = grid.at(y, x);
      const Word* from = examples + index_t{sources[at]} * words;
      for (index_t c = 0; c < channels; ++c) output[at * words + c] = from[c];
    }
  }
};

/// The place that stands for the square of a pixel.
PASTICHE_HD inline int first_place(const Atlas& atlas, const Atlas::Pixel& p) noexcept {
  return atlas.place_of(p.example, p.row >> atlas.level << atlas.level, p.column >> atlas.level << atlas.level);
}

/// How often the pixels of a row use each part of the examples: squares of `scale` pixels, counted at their first.
struct CountPlaces {
  Atlas atlas;
  OutputGrid grid;
  const int* sources;
  int* uses;

  PASTICHE_HD void operator()(index_t y) const noexcept {
    for (index_t x = 0; x < grid.width; ++x) {
      const Atlas::Pixel p = atlas.pixel(sources[grid.at(y, x)]);
      add_atomically(uses + first_place(atlas, p), 1);
    }
  }
};

/// By how much distances rise where an example is used more than on average: what is used twice as often is dearer by
/// `balance`. Uses are counted over 5 x 5 squares.
struct WeighUses {
  Atlas atlas;
  const int* uses;
  double mean;                 ///< uses of a square on average
  double balance;              ///< in 256ths
  const int* example_factors;  ///< in 256ths, on top; null: none
  const double* densities;     ///< with those: how much more often each example is to be used than the average
  int* factors;

  PASTICHE_HD void operator()(index_t row) const noexcept {
    const AtlasPart part = atlas.parts[atlas.part_of_row[row]];
    for (int x = 0; x < atlas.stride; ++x) {
      const int place = static_cast<int>(row) * atlas.stride + x;
      factors[place] = 256;
      if (atlas.allowed[place] == 0) continue;
      // The same square's first place, in the example's first part.
      const AtlasPart& first = atlas.parts[atlas.examples[part.example].first_part];
      factors[place] = weigh(place + (first.top - part.top) * atlas.stride, part.example);
    }
  }

 private:
  PASTICHE_HD int weigh(int square, int example) const noexcept {
    constexpr int kReach = 2;
    int sum = 0, squares = 0;
    for (int dy = -kReach; dy <= kReach; ++dy) {
      for (int dx = -kReach; dx <= kReach; ++dx) {
        const int at = square + dy * atlas.stride + dx;  // the border is wide enough
        if (atlas.allowed[at] == 0) continue;
        sum += uses[at];
        ++squares;
      }
    }
    if (squares == 0) return example_factors == nullptr ? 256 : example_factors[example];
    const double expected = example_factors == nullptr ? mean : mean * densities[example];
    const double excess = static_cast<double>(sum) / (expected * squares) - 1.0;
    const int factor = 256 + static_cast<int>(clamp(excess, 0.0, 16.0) * balance);
    return example_factors == nullptr ? factor : max_of(1, factor * example_factors[example] >> 8);
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::detail
