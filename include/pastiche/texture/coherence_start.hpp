// SPDX-License-Identifier: MIT
/// \file
/// What k-coherence synthesis begins with: at its coarsest level, pieces of the examples side by side.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/image/border.hpp>
#include <pastiche/texture/coherence_levels.hpp>
#include <pastiche/texture/example_weights.hpp>

#include <algorithm>
#include <vector>

namespace pastiche::detail {

/// Lays pieces out row by row. Each is the one that suits best what lies around it already, as in image quilting (Efros
/// & Freeman 2001), but for those that would continue or repeat a neighbour; parts of the examples that were used more
/// are dearer. Host memory throughout: the level is small.
template <class Word>
class StartingPieces {
 public:
  using Sum = std::conditional_t<std::integral<Word>, std::int64_t, double>;

  /// The pictures of a level, `words` a pixel, of which those from `channels` on are a guide.
  struct Pictures {
    const std::vector<Word>& atlas;
    const std::vector<Word>& output;  ///< padded; only its guide is read
    index_t channels, words;
    double guide_weight;
  };

  /// \param tile    side of a piece in pixels
  /// \param balance by how much a piece is dearer that was used half as often as the average
  StartingPieces(const AtlasPlan& plan, const Pictures& pictures, const OutputGrid& grid, index_t tile, double balance,
                 const WantedShares& wanted, std::uint64_t seed)
      : plan_{plan},
        atlas_{plan.view()},
        pictures_{pictures},
        grid_{grid},
        tile_{tile},
        margin_{max_of<index_t>(2, tile / 4)},
        rows_{max_of<index_t>(1, (grid.height + tile / 2) / tile)},
        columns_{max_of<index_t>(1, (grid.width + tile / 2) / tile)},
        balance_{static_cast<std::int64_t>(512.0 * balance)},
        wanted_{wanted},
        shares_(wanted.shares, static_cast<double>(tile * tile)),
        key_{mix64(seed + 0x632be59bd9b4e019u)} {
    index_t pixels = 0;
    for (const AtlasExample& e : plan.examples) pixels += index_t{e.height} * e.width;
    all_open_ = static_cast<index_t>(plan.all.size()) == pixels;
  }

  /// The places of the padded output; -1 beyond its edges.
  std::vector<int> sources() {
    sources_.assign(static_cast<std::size_t>((grid_.height + 2 * kCoherencePad) * grid_.stride), -1);
    uses_.assign(plan_.allowed.size(), 0);
    // Where the output tiles, its edges are no place of their own.
    CounterRng rng(key_, 0, 0);
    const index_t top = grid_.wrap_rows ? rng.below(static_cast<std::uint32_t>(grid_.height)) : 0;
    const index_t left = grid_.wrap_columns ? rng.below(static_cast<std::uint32_t>(grid_.width)) : 0;
    for (index_t r = 0; r < rows_; ++r) {
      for (index_t c = 0; c < columns_; ++c) {
        const Cell cell{top + r * grid_.height / rows_, left + c * grid_.width / columns_,
                        top + (r + 1) * grid_.height / rows_, left + (c + 1) * grid_.width / columns_};
        place(cell, choose(cell, r * columns_ + c));
      }
    }
    return std::move(sources_);
  }

 private:
  struct Cell {
    index_t top, left, bottom, right;
  };
  /// The corner of a piece, in pixels of its example at full size.
  struct Piece {
    int example = 0, row = 0, column = 0;
    bool operator==(const Piece&) const = default;
  };
  /// Known pixels side by side around a cell, relative to its corner, and where their colours begin.
  struct Run {
    int row, column, length;
    std::size_t first;
  };
  /// What lies around a cell already.
  struct Known {
    std::vector<Run> runs;
    std::vector<Word> colours;   ///< without the guide
    std::vector<Piece> origins;  ///< where the cell's corner would be if it continued what lies there: each once
    index_t pixels = 0;
  };
  struct Candidate {
    Piece piece;
    Sum cost;
  };

  // The best of those a whole number of pixels of the level apart, then of those between them, in ever finer steps.
  Piece choose(const Cell& cell, index_t number) {
    const Known known = around(cell);
    const Uses used = sum_uses();
    if (!shares_.empty()) example_factors_ = shares_.factors();
    const int scale = 1 << atlas_.level;
    std::vector<Candidate> best;
    for (int pass = 0; pass < 2 && best.empty(); ++pass) {
      std::uint64_t numbered = 0;
      for (int e = 0; e < static_cast<int>(plan_.examples.size()); ++e) {
        const AtlasExample& at = plan_.examples[static_cast<std::size_t>(e)];
        for (int row = 0; row == 0 || row + tile_ * scale <= at.height; row += scale) {
          for (int column = 0; column == 0 || column + tile_ * scale <= at.width; column += scale, ++numbered) {
            const Piece piece{e, row, column};
            // Where nothing else is left anything will do.
            if (pass == 0 && (!open(piece) || follows(piece, known))) continue;
            const std::uint64_t stream = key_ + static_cast<std::uint64_t>(number);
            const Sum chance = Sum(1024 + (hash_bits(stream, numbered) >> 22) / kOrder);
            const Sum factor = Sum(weight(piece, used)) * chance;
            const Sum most = best.size() < kKept ? Sum(-1) : best.back().cost / factor;
            keep(best, {piece, (error(cell, piece, known, most) + slack(known)) * factor});
          }
        }
      }
    }
    Candidate least = best.front();
    for (std::size_t i = 0; i < best.size(); ++i) {
      Candidate here{best[i].piece, cost(cell, best[i].piece, known, used)};
      for (int step = scale / 2; step > 0; step /= 2) improve(here, cell, step, known, used);
      if (i == 0 || here.cost < least.cost) least = here;
    }
    return least.piece;
  }

  static void keep(std::vector<Candidate>& best, const Candidate& candidate) {
    std::size_t at = best.size();
    while (at > 0 && candidate.cost < best[at - 1].cost) --at;
    if (at >= kKept) return;
    best.insert(best.begin() + static_cast<std::ptrdiff_t>(at), candidate);
    if (best.size() > kKept) best.pop_back();
  }

  struct Uses;
  void improve(Candidate& here, const Cell& cell, int step, const Known& known, const Uses& used) const {
    Candidate best = here;
    for (int n = 0; n < 9; ++n) {
      const Piece piece{here.piece.example, here.piece.row + (n / 3 - 1) * step,
                        here.piece.column + (n % 3 - 1) * step};
      if (n == 4 || piece.row < 0 || piece.column < 0) continue;
      const Sum sum = cost(cell, piece, known, used);
      if (sum < best.cost) best = {piece, sum};
    }
    // Only where that is worth it: pieces a whole number of pixels apart fit on all levels alike.
    if (best.cost < here.cost - here.cost / 8) here = best;
  }

  Sum cost(const Cell& cell, const Piece& piece, const Known& known, const Uses& used) const {
    return (error(cell, piece, known, Sum(-1)) + slack(known)) * Sum(weight(piece, used));
  }

  /// The pixels within the margin of a cell that are there already.
  Known around(const Cell& cell) const {
    Known known;
    for (index_t y = cell.top - margin_; y < cell.bottom + margin_; ++y) {
      bool runs = false;
      for (index_t x = cell.left - margin_; x < cell.right + margin_; ++x) {
        const int place = source(cell, y, x);
        if (place < 0) {
          runs = false;
          continue;
        }
        const int row = static_cast<int>(y - cell.top), column = static_cast<int>(x - cell.left);
        if (!runs) known.runs.push_back({row, column, 0, known.colours.size()});
        runs = true;
        ++known.runs.back().length;
        ++known.pixels;
        const Word* pixel = pictures_.atlas.data() + place * pictures_.words;
        known.colours.insert(known.colours.end(), pixel, pixel + pictures_.channels);
        const Atlas::Pixel p = atlas_.pixel(place);
        const Piece origin{p.example, p.row - (row << atlas_.level), p.column - (column << atlas_.level)};
        if (std::find(known.origins.begin(), known.origins.end(), origin) == known.origins.end()) {
          known.origins.push_back(origin);
        }
      }
    }
    return known;
  }

  index_t at_wrapped(index_t y, index_t x) const { return grid_.at(wrap(y, grid_.height), wrap(x, grid_.width)); }

  // The place of a pixel that is known; -1 inside the cell and where nothing is.
  int source(const Cell& cell, index_t y, index_t x) const {
    if (y >= cell.top && y < cell.bottom && x >= cell.left && x < cell.right) return -1;
    if (!grid_.wrap_rows && (y < 0 || y >= grid_.height)) return -1;
    if (!grid_.wrap_columns && (x < 0 || x >= grid_.width)) return -1;
    return sources_[static_cast<std::size_t>(at_wrapped(y, x))];
  }

  // The place so many pixels of the level from a piece's corner; mirrored where that is beyond the example.
  int place_in(const Piece& piece, index_t dy, index_t dx) const {
    const AtlasExample& at = plan_.examples[static_cast<std::size_t>(piece.example)];
    index_t row = piece.row + dy * (index_t{1} << atlas_.level),
            column = piece.column + dx * (index_t{1} << atlas_.level);
    if (row < 0 || row >= at.height) row = border_index(row, at.height, Border::mirror);
    if (column < 0 || column >= at.width) column = border_index(column, at.width, Border::mirror);
    return atlas_.place_of(piece.example, static_cast<int>(row), static_cast<int>(column));
  }

  // Of what is known around a cell, and of the guide inside. Not to the end where it exceeds `most`, if that is not
  // negative.
  Sum error(const Cell& cell, const Piece& piece, const Known& known, Sum most) const {
    const Word* atlas = pictures_.atlas.data();
    const index_t channels = pictures_.channels, words = pictures_.words;
    const AtlasExample& at = plan_.examples[static_cast<std::size_t>(piece.example)];
    Sum sum(0);
    for (const Run& run : known.runs) {
      const Word* colours = known.colours.data() + run.first;
      const index_t first = piece.column + index_t{run.column} * (index_t{1} << atlas_.level);
      const index_t last = first + index_t{run.length - 1} * (index_t{1} << atlas_.level);
      if (first >= 0 && last < at.width && words == channels && run.length * words <= kMostAtOnce) {
        sum += squared_differences(colours, atlas + place_in(piece, run.row, run.column) * words, run.length * words);
      } else {
        for (int x = 0; x < run.length; ++x) {
          const Word* other = atlas + place_in(piece, run.row, run.column + x) * words;
          sum += squared_differences(colours + x * channels, other, channels);
        }
      }
      if (most >= Sum(0) && most < sum) return sum;
    }
    if (words == channels) return sum;
    Sum guide(0);
    for (index_t y = cell.top; y < cell.bottom; ++y) {
      for (index_t x = cell.left; x < cell.right; ++x) {
        guide += squared_differences(pictures_.output.data() + at_wrapped(y, x) * words + channels,
                                     atlas + place_in(piece, y - cell.top, x - cell.left) * words + channels,
                                     words - channels);
      }
    }
    return sum + (std::integral<Word> ? guide : static_cast<Sum>(pictures_.guide_weight * static_cast<double>(guide)));
  }

  // So that uses and chance decide where errors are nothing: four grey levels squared a pixel.
  Sum slack(const Known& known) const {
    const double white = std::integral<Word> ? 255.0 : 1.0;
    const double pixels = static_cast<double>(known.pixels) + 1.0;
    return static_cast<Sum>(16.0 / (255.0 * 255.0) * white * white * pixels) + Sum(std::integral<Word> ? 1 : 0);
  }

  // Half of its pixels may be stolen.
  bool open(const Piece& piece) const {
    if (all_open_) return true;
    index_t n = 0;
    for (index_t k = 0; k < tile_ * tile_; ++k) {
      n += plan_.allowed[static_cast<std::size_t>(place_in(piece, k / tile_, k % tile_))];
    }
    return 2 * n > tile_ * tile_;
  }

  // Whether a piece is nearly where a neighbour's source goes on, or nearly the same piece.
  bool follows(const Piece& piece, const Known& known) const {
    const int limit = max_of(1, (static_cast<int>(tile_) << atlas_.level) / 4);
    for (const Piece& origin : known.origins) {
      if (origin.example == piece.example && abs_of(piece.row - origin.row) < limit &&
          abs_of(piece.column - origin.column) < limit) {
        return true;
      }
    }
    return false;
  }

  /// For each example how often its squares were used, summed over all above and to the left: one row and one column
  /// more than it has squares.
  struct Uses {
    std::vector<std::vector<std::int64_t>> sums;
  };
  Uses sum_uses() const {
    Uses all;
    for (const AtlasExample& e : plan_.examples) {
      const AtlasPart& first = plan_.parts[static_cast<std::size_t>(e.first_part)];
      const std::size_t stride = static_cast<std::size_t>(first.width) + 1;
      std::vector<std::int64_t> sums(stride * (static_cast<std::size_t>(first.height) + 1), 0);
      for (int y = 0; y < first.height; ++y) {
        std::int64_t row = 0;
        for (int x = 0; x < first.width; ++x) {
          row += uses_[static_cast<std::size_t>((first.top + y) * plan_.stride + kCoherencePad + x)];
          const std::size_t at = (static_cast<std::size_t>(y) + 1) * stride + static_cast<std::size_t>(x) + 1;
          sums[at] = sums[at - stride] + row;
        }
      }
      all.sums.push_back(std::move(sums));
    }
    return all;
  }

  // 256 for a piece that was not used, more for one that was; less where its example lacks pixels.
  std::int64_t weight(const Piece& piece, const Uses& used) const {
    if (shares_.empty()) return use_weight(piece, used);
    const std::int64_t factor = example_factors_[static_cast<std::size_t>(piece.example)];
    return max_of<std::int64_t>(1, use_weight(piece, used) * factor >> 8);
  }
  std::int64_t use_weight(const Piece& piece, const Uses& used) const {
    if (placed_ == 0) return 256;
    const std::size_t e = static_cast<std::size_t>(piece.example);
    const AtlasPart& first = plan_.parts[static_cast<std::size_t>(plan_.examples[e].first_part)];
    const index_t stride = first.width + 1, top = piece.row >> atlas_.level, left = piece.column >> atlas_.level;
    const index_t bottom = min_of<index_t>(top + tile_, first.height),
                  right = min_of<index_t>(left + tile_, first.width);
    const auto sum = [&](index_t y, index_t x) { return used.sums[e][static_cast<std::size_t>(y * stride + x)]; };
    const std::int64_t uses = sum(bottom, right) - sum(top, right) - sum(bottom, left) + sum(top, left);
    const std::int64_t area = max_of<index_t>(1, (bottom - top) * (right - left));
    std::int64_t all = static_cast<std::int64_t>(plan_.squares.size());
    if (!wanted_.empty()) all = static_cast<std::int64_t>(static_cast<double>(all) / wanted_.densities[e]);
    return 256 + min_of<std::int64_t>(balance_ * uses * all / (placed_ * area), 1 << 14);
  }

  void place(const Cell& cell, const Piece& piece) {
    for (index_t y = cell.top; y < cell.bottom; ++y) {
      for (index_t x = cell.left; x < cell.right; ++x) {
        const int place = plan_.nearest_allowed[static_cast<std::size_t>(place_in(piece, y - cell.top, x - cell.left))];
        sources_[static_cast<std::size_t>(at_wrapped(y, x))] = place;
        ++uses_[static_cast<std::size_t>(first_place(atlas_, atlas_.pixel(place)))];
        if (!shares_.empty()) shares_.add(atlas_.pixel(place).example);
        ++placed_;
      }
    }
  }

  static constexpr std::size_t kKept = 6;        ///< candidates that are moved between pixels
  static constexpr index_t kMostAtOnce = 16000;  ///< words whose differences are summed in 31 bits
  static constexpr std::uint32_t kOrder = 8;     ///< costs are drawn up to an eighth apart

  const AtlasPlan& plan_;
  Atlas atlas_;
  Pictures pictures_;
  OutputGrid grid_;
  index_t tile_, margin_, rows_, columns_;
  std::int64_t balance_;
  WantedShares wanted_;
  ExampleShares shares_;
  std::vector<int> example_factors_;
  std::uint64_t key_;
  std::vector<int> sources_, uses_;
  std::int64_t placed_ = 0;
  bool all_open_;
};

}  // namespace pastiche::detail
