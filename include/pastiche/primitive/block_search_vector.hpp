// SPDX-License-Identifier: MIT
/// \file
/// Block search in vector registers. Included by block_search.hpp.
///
/// Lanes are neighbouring places, so a known part of any shape keeps every lane busy. The examples are laid out once so
/// that each element of the template meets contiguous memory: word x of plane p of an image row belongs to the element
/// `channels * x + p` of that row. Squared differences of 8-bit elements are expanded, and their products summed as
/// pairs of int16: a word holds an element and its successor.
#pragma once

#include <pastiche/core/simd.hpp>
#include <pastiche/primitive/block_search.hpp>
#include <pastiche/primitive/block_search_tables.hpp>
#include <pastiche/primitive/search_terms.hpp>

#include <utility>
#include <vector>

namespace pastiche {

namespace detail {

/// The planes of one image row: see the top of the file.
template <class Term, class E>
struct LayOutRow {
  using Word = typename Term::word_type;
  const E* const* image_rows;
  const index_t* widths;
  index_t channels, stride;
  Word* planes;

  void operator()(index_t row) const noexcept {
    const index_t elements = widths[row] * channels;
    for (index_t p = 0; p < channels; ++p) {
      Word* to = planes + (row * channels + p) * stride;
      index_t flat = p;
      for (; flat < elements; flat += channels) *to++ = Term::word(image_rows[row] + flat, flat + 1 == elements);
    }
  }
};

/// The template of one query, box by box, and the sum of squares of each part.
template <class Term, class E, class Device>
struct GatherTemplate {
  using Word = typename Term::word_type;
  TensorView<const E, 3, Device> output;
  const BlockQuery* queries;
  const ShapeParts* shapes;
  const ShapePart* parts;
  const TemplateBox* boxes;
  index_t most_words, most_parts;
  Word* words;              ///< most_words a query
  std::uint32_t* energies;  ///< most_parts a query

  void operator()(index_t q) const noexcept {
    const BlockQuery query = queries[q];
    const ShapeParts shape = shapes[query.shape];
    for (index_t p = shape.first; p < shape.last; ++p) {
      std::uint32_t energy = 0;
      for (index_t b = parts[p].first_box; b < parts[p].last_box; ++b) {
        Word* to = words + q * most_words + boxes[b].first_word;
        for (int y = 0; y < boxes[b].height; ++y, to += boxes[b].row_words) {
          energy += gather_row(query, boxes[b].row + y, boxes[b], to);
        }
      }
      energies[q * most_parts + p - shape.first] = energy;
    }
  }

 private:
  std::uint32_t gather_row(const BlockQuery& query, int row, const TemplateBox& box, Word* to) const noexcept {
    const index_t channels = output.shape(2), width = output.shape(1);
    const index_t y = wrap(index_t{query.row} + row, output.shape(0));
    index_t x = wrap(index_t{query.column} + box.column, width);
    std::uint32_t energy = 0;
    E held{};  // the first of a pair whose second comes next
    bool waiting = false;
    for (index_t i = 0; i < box.width; ++i, x = x + 1 == width ? 0 : x + 1) {
      const E* pixel = output.row(y, x);
      for (index_t c = 0; c < channels; ++c) {
        if constexpr (Term::step == 1) {
          *to++ = Term::word(pixel + c, true);
        } else {
          energy += static_cast<std::uint32_t>(pixel[c]) * static_cast<std::uint32_t>(pixel[c]);
          const E pair[2] = {held, pixel[c]};
          if (waiting) *to++ = Term::word(pair, false);
          held = pixel[c];
          waiting = !waiting;
        }
      }
    }
    if (waiting) *to = Term::word(&held, true);
    return energy;
  }
};

/// One or two neighbouring rows of places of one example.
struct RowPair {
  index_t row;        ///< of places, the upper one
  index_t image_row;  ///< its number among the rows of all examples
  int count;          ///< 1 or 2
};

/// Two rows of places under one query: what is loaded of the examples serves both.
template <class Arch, class Term, class Sum>
struct SearchRows {
  using arch = Arch;
  using Word = typename Term::word_type;
  using V = simd::Wide<Arch, Word>;
  // Sums at once: enough to hide the latency of an addition, few enough for the registers.
  static constexpr int kMostVectors = Arch::registers == 32 ? 7 : Arch::bytes > 16 ? 5 : 4;

  const BlockQuery* queries;
  const ShapeParts* shapes;
  const ShapePart* parts;
  const TemplateBox* boxes;
  const std::int32_t* offsets;
  const float* weights;
  const PlaceRow* rows;
  const RowPair* pairs;
  index_t pair_count, places;
  const Word* planes;
  index_t row_words;             ///< words of planes from one image row to the next
  const std::uint32_t* squares;  ///< sums of squares over all pixels above and to the left
  index_t squares_stride;
  const Word* words;
  const std::uint32_t* energies;
  index_t most_words, most_parts;
  Sum* sums;
  Term term;

  PASTICHE_INLINE void operator()(index_t i) const noexcept {
    const index_t q = i / pair_count;
    const RowPair pair = pairs[i % pair_count];
    const index_t columns = rows[pair.row + 1].first - rows[pair.row].first;
    const ShapeParts shape = shapes[queries[q].shape];
    Sum* to = sums + q * places + rows[pair.row].first;
    if (shape.first == shape.last) {
      for (index_t x = 0; x < pair.count * columns; ++x) to[x] = Sum(0);
      return;
    }
    for (index_t p = shape.first; p < shape.last; ++p) {
      const Target target{q * most_words, energies[q * most_parts + p - shape.first], p > shape.first, columns, to};
      // The vectors of a row in tiles of about equal width.
      index_t column = 0, left = ceil_div(columns, index_t{V::lanes});
      while (left > 0) {
        const index_t width = ceil_div(left, ceil_div(left, index_t{kMostVectors}));
        // Few widths are compiled; one that is missing runs as the next larger, its surplus unused.
        if constexpr (kMostVectors > 5) {
          if (width > 5) tile<kMostVectors>(pair, parts[p], target, column, width);
        }
        if constexpr (kMostVectors > 4) {
          if (width == 5) tile<5>(pair, parts[p], target, column, width);
        }
        if (width <= 4) tile<4>(pair, parts[p], target, column, width);
        column += width * V::lanes;
        left -= width;
      }
    }
  }

 private:
  struct Target {
    index_t first_word;
    std::uint32_t energy;
    bool more;  ///< adds to what other parts left
    index_t columns;
    Sum* sums;
  };

  // `width` vectors of places, at most Width; what is computed beyond them belongs to the next tile.
  template <int Width>
  PASTICHE_INLINE void tile(const RowPair& pair, const ShapePart& part, const Target& target, index_t column,
                            index_t width) const noexcept {
    V sum[2][Width];
    PASTICHE_UNROLL
    for (int v = 0; v < 2 * Width; ++v) sum[v / Width][v % Width] = V(Word(0));
    for (index_t b = part.first_box; b < part.last_box; ++b) {
      const TemplateBox box = boxes[b];
      const Word* could = planes + (pair.image_row + box.row) * row_words + column;
      const Word* have = words + target.first_word + box.first_word;
      // Row i of the box under the upper places lies where row i - 1 lies under the lower ones.
      add<true, false>(sum, could, have, box);
      for (int i = 1; i < box.height; ++i) {
        could += row_words;
        have += box.row_words;
        add<true, true>(sum, could, have, box);
      }
      add<false, true>(sum, could + row_words, have + box.row_words, box);
    }
    for (int r = 0; r < pair.count; ++r) {
      alignas(64) Word dots[Width * V::lanes];
      PASTICHE_UNROLL
      for (int v = 0; v < Width; ++v) (r == 0 ? sum[0][v] : sum[1][v]).store(dots + v * V::lanes);
      finish(pair, r, column, min_of<index_t>(target.columns - column, width * V::lanes), part, target, dots);
    }
  }

  // One row of the examples against row `have` of the box for the upper places, the row before it for the lower ones.
  template <bool Upper, bool Lower, int Width>
  PASTICHE_INLINE void add(V (&sum)[2][Width], const Word* could, const Word* have,
                           const TemplateBox& box) const noexcept {
    const std::int32_t* offset = offsets + box.first_offset;
    const float* weight = weights + box.first_offset;
    for (index_t k = 0; k < box.row_words; ++k) {
      const Word* from = could + offset[k];
      const V upper(Upper ? have[k] : Word(0)), lower(Lower ? have[k - box.row_words] : Word(0));
      const float w = Term::weighted ? weight[k] : 1.0f;
      PASTICHE_UNROLL
      for (int v = 0; v < Width; ++v) {
        const V element = V::load(from + v * V::lanes);
        if constexpr (Upper) sum[0][v] = term(sum[0][v], element, upper, w);
        if constexpr (Lower) sum[1][v] = term(sum[1][v], element, lower, w);
      }
    }
  }

  // From sums of products to sums of squared differences, and into the table.
  PASTICHE_INLINE void finish(const RowPair& pair, int r, index_t column, index_t count, const ShapePart& part,
                              const Target& target, Word* dots) const noexcept {
    if constexpr (std::integral<Sum>) {
      using U = simd::Wide<Arch, std::uint32_t>;
      // Each example has one row of `squares` more than pixels, so rows of later ones stand lower.
      const std::uint32_t* corner = squares + (pair.image_row + r + rows[pair.row].example) * squares_stride + column;
      // Modulo 2^32 throughout; only the final value is known to fit. Beyond `count` it is rubbish, unused.
      for (index_t x = 0; x < count; x += U::lanes) {
        const U dot = U::load(reinterpret_cast<const std::uint32_t*>(dots + x));
        U total = U(target.energy) - (dot + dot);
        for (index_t b = part.first_box; b < part.last_box; ++b) {
          const TemplateBox& box = boxes[b];
          const std::uint32_t* top = corner + box.row * squares_stride + x + box.column;
          const std::uint32_t* end = top + box.height * squares_stride;
          total = total + (U::load(end + box.width) - U::load(end)) - (U::load(top + box.width) - U::load(top));
        }
        total.store(reinterpret_cast<std::uint32_t*>(dots + x));
      }
    } else {
      static_cast<void>(pair), static_cast<void>(part);
    }
    Sum* to = target.sums + r * target.columns + column;
    if (target.more) {
      for (index_t x = 0; x < count; ++x) to[x] += static_cast<Sum>(dots[x]);
    } else {
      for (index_t x = 0; x < count; ++x) to[x] = static_cast<Sum>(dots[x]);
    }
  }
};

}  // namespace detail

namespace primitive {

template <Element E, VectorDevice Device, ElementDistance<scalar_t<E>> Distance>
class BlockSearch<E, Device, Distance> {
 public:
  using distance_type = distance_sum_t<Distance, E>;

  BlockSearch(const BlockProblem<E, Device>& problem, const Distance& distance)
      : device_{problem.device},
        term_{make_term(distance)},
        channels_{problem.channels()},
        places_{problem.places.size()},
        rows_{problem.places.table()} {
    index_t widest = 0, image_rows = 0;
    std::vector<index_t> first_row;
    for (const auto& example : problem.examples) {
      first_row.push_back(image_rows);
      image_rows += example.shape(0);
      widest = max_of(widest, example.shape(1));
    }
    for (std::size_t r = 0; r + 1 < rows_.size(); r += static_cast<std::size_t>(pairs_.back().count)) {
      const PlaceRow& row = rows_[r];
      pairs_.push_back({static_cast<index_t>(r), first_row[static_cast<std::size_t>(row.example)] + row.row,
                        rows_[r + 1].example == row.example ? 2 : 1});
    }
    stride_ = round_up<index_t>(widest, 16);
    tables_ = pastiche::detail::search_tables(problem.shapes, channels_, stride_, Term::step, distance);
    lay_out(problem, image_rows);
    if constexpr (std::integral<distance_type>) sum_squares(problem, image_rows, widest);
    words_.resize(static_cast<std::size_t>(tables_.most_words * problem.batch));
    energies_.resize(static_cast<std::size_t>(tables_.most_parts * problem.batch));
  }

  void operator()(const TensorView<const E, 3, Device>& output, const BlockQuery* queries, index_t count,
                  distance_type* sums) {
    const auto& t = tables_;
    device_.for_each_piece(count, 2 * t.most_words,
                           pastiche::detail::GatherTemplate<Term, E, Device>{
                               output, queries, t.shapes.data(), t.parts.data(), t.boxes.data(), t.most_words,
                               t.most_parts, words_.data(), energies_.data()});
    const index_t pairs = static_cast<index_t>(pairs_.size());
    device_.dispatch([&](auto arch) {
      device_.for_each_piece(count * pairs, t.most_words * (places_ / max_of<index_t>(pairs, 1)) / 8,
                             pastiche::detail::SearchRows<decltype(arch), Term, distance_type>{queries,
                                                                                               t.shapes.data(),
                                                                                               t.parts.data(),
                                                                                               t.boxes.data(),
                                                                                               t.offsets.data(),
                                                                                               t.weights.data(),
                                                                                               rows_.data(),
                                                                                               pairs_.data(),
                                                                                               pairs,
                                                                                               places_,
                                                                                               planes_.data(),
                                                                                               channels_ * stride_,
                                                                                               squares_.data(),
                                                                                               squares_stride_,
                                                                                               words_.data(),
                                                                                               energies_.data(),
                                                                                               t.most_words,
                                                                                               t.most_parts,
                                                                                               sums,
                                                                                               term_});
    });
  }

 private:
  using Term = std::conditional_t<std::integral<distance_type>, pastiche::detail::PairTerm,
                                  pastiche::detail::DistanceTerm<scalar_t<E>, Distance>>;
  using Word = typename Term::word_type;
  static constexpr index_t kSlack = 8 * 64;  // words a row of sums may read beyond its last place

  static Term make_term(const Distance& distance) {
    if constexpr (std::integral<distance_type>) {
      static_cast<void>(distance);
      return {};
    } else {
      return {distance};
    }
  }

  void lay_out(const BlockProblem<E, Device>& problem, index_t image_rows) {
    std::vector<const E*> from;
    std::vector<index_t> widths;
    for (const auto& example : problem.examples) {
      for (index_t y = 0; y < example.shape(0); ++y) {
        from.push_back(example.row(y));
        widths.push_back(example.shape(1));
      }
    }
    // One row more, which the second of a pair may reach where there is none.
    planes_.resize(static_cast<std::size_t>((image_rows + 1) * channels_ * stride_ + kSlack));
    device_.for_each_piece(
        image_rows, 2 * channels_ * stride_,
        pastiche::detail::LayOutRow<Term, E>{from.data(), widths.data(), channels_, stride_, planes_.data()});
  }

  void sum_squares(const BlockProblem<E, Device>& problem, index_t image_rows, index_t widest) {
    squares_stride_ = round_up<index_t>(widest + 1, 16);
    const index_t rows = image_rows + static_cast<index_t>(problem.examples.size());
    squares_.resize(static_cast<std::size_t>(rows * squares_stride_ + kSlack));
    std::uint32_t* above = squares_.data();
    for (const auto& example : problem.examples) {
      for (index_t y = 0; y < example.shape(0); ++y, above += squares_stride_) {
        std::uint32_t* to = above + squares_stride_;
        const E* from = example.row(y);
        std::uint32_t sum = 0;
        for (index_t x = 0; x < example.shape(1); ++x) {
          to[x] = above[x] + sum;
          for (index_t c = 0; c < channels_; ++c, ++from) {
            sum += static_cast<std::uint32_t>(*from) * static_cast<std::uint32_t>(*from);
          }
        }
        to[example.shape(1)] = above[example.shape(1)] + sum;
      }
      above += squares_stride_;
    }
  }

  Device device_;
  Term term_;
  index_t channels_, places_, stride_ = 0, squares_stride_ = 0;
  std::vector<PlaceRow> rows_;
  std::vector<pastiche::detail::RowPair> pairs_;
  pastiche::detail::SearchTables tables_;
  std::vector<Word> planes_, words_;
  std::vector<std::uint32_t> squares_, energies_;
};

}  // namespace primitive

}  // namespace pastiche
