// SPDX-License-Identifier: MIT
/// \file
/// What k-coherence synthesis begins with: at its coarsest level, pieces of the examples side by side.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/image/border.hpp>
#include <pastiche/texture/coherence_levels.hpp>

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

  /// \param tile side of a piece in pixels
  StartingPieces(const AtlasPlan& plan, const Pictures& pictures, const OutputGrid& grid, index_t tile,
                 std::uint64_t seed)
      : plan_{plan},
        pictures_{pictures},
        grid_{grid},
        tile_{tile},
        margin_{max_of<index_t>(2, tile / 4)},
        rows_{max_of<index_t>(1, (grid.height + tile / 2) / tile)},
        columns_{max_of<index_t>(1, (grid.width + tile / 2) / tile)},
        key_{mix64(seed + 0x632be59bd9b4e019u)} {}

  /// The places of the padded output; -1 beyond its edges.
  std::vector<int> sources() {
    sources_.assign(static_cast<std::size_t>((grid_.height + 2 * kCoherencePad) * grid_.stride), -1);
    uses_.assign(plan_.allowed.size(), 0);
    for (index_t r = 0; r < rows_; ++r) {
      for (index_t c = 0; c < columns_; ++c) {
        const Cell cell{r * grid_.height / rows_, c * grid_.width / columns_, (r + 1) * grid_.height / rows_,
                        (c + 1) * grid_.width / columns_};
        place(cell, choose(cell, r * columns_ + c));
      }
    }
    return std::move(sources_);
  }

 private:
  struct Cell {
    index_t top, left, bottom, right;
  };
  /// The corner of a piece.
  struct Piece {
    int example = 0, row = 0, column = 0;
  };
  /// A pixel around a cell that is known, relative to its corner.
  struct Known {
    int row, column, source;
  };

  Piece choose(const Cell& cell, index_t number) {
    const std::vector<Known> known = around(cell);
    const std::vector<std::int64_t> used = sum_uses();
    Piece best;
    Sum least(-1);
    for (int pass = 0; pass < 2 && least < Sum(0); ++pass) {
      std::uint64_t candidate = 0;
      for (std::size_t e = 0; e < plan_.examples.size(); ++e) {
        const AtlasExample& at = plan_.examples[e];
        for (int row = 0; row <= max_of<index_t>(0, at.height - tile_); ++row) {
          for (int column = 0; column <= max_of<index_t>(0, at.width - tile_); ++column, ++candidate) {
            const Piece piece{static_cast<int>(e), row, column};
            // Where nothing else is left anything will do.
            if (pass == 0 && (!open(piece) || follows(piece, known))) continue;
            const std::uint32_t chance = hash_bits(key_ + static_cast<std::uint64_t>(number), candidate) >> 22;
            const Sum cost =
                (error(cell, piece, known) + slack(known)) * Sum(weight(piece, used)) * Sum(1024 + chance / kOrder);
            if (least < Sum(0) || cost < least) {
              least = cost;
              best = piece;
            }
          }
        }
      }
    }
    return best;
  }

  /// The pixels within the margin of a cell that are there already.
  std::vector<Known> around(const Cell& cell) const {
    std::vector<Known> known;
    for (index_t y = cell.top - margin_; y < cell.bottom + margin_; ++y) {
      for (index_t x = cell.left - margin_; x < cell.right + margin_; ++x) {
        if (y >= cell.top && y < cell.bottom && x >= cell.left && x < cell.right) continue;
        if (!grid_.wrap_rows && (y < 0 || y >= grid_.height)) continue;
        if (!grid_.wrap_columns && (x < 0 || x >= grid_.width)) continue;
        const index_t at = grid_.at(wrap(y, grid_.height), wrap(x, grid_.width));
        const int source = sources_[static_cast<std::size_t>(at)];
        if (source >= 0) known.push_back({static_cast<int>(y - cell.top), static_cast<int>(x - cell.left), source});
      }
    }
    return known;
  }

  int atlas_place(const Piece& piece, index_t dy, index_t dx) const {
    const AtlasExample& at = plan_.examples[static_cast<std::size_t>(piece.example)];
    const index_t row = border_index(piece.row + dy, at.height, Border::mirror);
    const index_t column = border_index(piece.column + dx, at.width, Border::mirror);
    return static_cast<int>((at.top + row) * plan_.stride + kCoherencePad + column);
  }

  static Sum difference(const Word* a, const Word* b, index_t first, index_t last) {
    Sum sum(0);
    for (index_t c = first; c < last; ++c) {
      const Sum d = static_cast<Sum>(a[c]) - static_cast<Sum>(b[c]);
      sum += d * d;
    }
    return sum;
  }

  // Of what is known around a cell, and of the guide inside.
  Sum error(const Cell& cell, const Piece& piece, const std::vector<Known>& known) const {
    const Word* atlas = pictures_.atlas.data();
    const index_t channels = pictures_.channels, words = pictures_.words;
    Sum sum(0);
    for (const Known& k : known) {
      sum += difference(atlas + k.source * words, atlas + atlas_place(piece, k.row, k.column) * words, 0, channels);
    }
    if (words == channels) return sum;
    Sum guide(0);
    for (index_t y = cell.top; y < cell.bottom; ++y) {
      for (index_t x = cell.left; x < cell.right; ++x) {
        guide += difference(pictures_.output.data() + grid_.at(y, x) * words,
                            atlas + atlas_place(piece, y - cell.top, x - cell.left) * words, channels, words);
      }
    }
    return sum + (std::integral<Word> ? guide : static_cast<Sum>(pictures_.guide_weight * static_cast<double>(guide)));
  }

  // So that uses and chance decide where errors are nothing: four grey levels squared a pixel.
  Sum slack(const std::vector<Known>& known) const {
    const double white = std::integral<Word> ? 255.0 : 1.0;
    const double pixels = static_cast<double>(known.size()) + 1.0;
    return static_cast<Sum>(16.0 / (255.0 * 255.0) * white * white * pixels) + Sum(std::integral<Word> ? 1 : 0);
  }

  // Half of its pixels may be stolen.
  bool open(const Piece& piece) const {
    index_t n = 0;
    for (index_t k = 0; k < tile_ * tile_; ++k) {
      n += plan_.allowed[static_cast<std::size_t>(atlas_place(piece, k / tile_, k % tile_))];
    }
    return 2 * n > tile_ * tile_;
  }

  // Whether a piece is nearly where a neighbour's source goes on, or nearly the same piece.
  bool follows(const Piece& piece, const std::vector<Known>& known) const {
    const AtlasExample& at = plan_.examples[static_cast<std::size_t>(piece.example)];
    const index_t limit = max_of<index_t>(1, tile_ / 4);
    for (const Known& k : known) {
      const int row = k.source / plan_.stride - at.top, column = k.source % plan_.stride - kCoherencePad;
      if (plan_.example_of_row[static_cast<std::size_t>(k.source / plan_.stride)] != piece.example) continue;
      if (abs_of(piece.row + k.row - row) < limit && abs_of(piece.column + k.column - column) < limit) return true;
    }
    return false;
  }

  /// How often places were used, summed over all above and to the left: one row and column more than the atlas.
  std::vector<std::int64_t> sum_uses() const {
    const std::size_t stride = static_cast<std::size_t>(plan_.stride) + 1;
    std::vector<std::int64_t> sums(stride * (static_cast<std::size_t>(plan_.rows) + 1), 0);
    for (std::size_t y = 0; y < static_cast<std::size_t>(plan_.rows); ++y) {
      std::int64_t row = 0;
      for (std::size_t x = 0; x < static_cast<std::size_t>(plan_.stride); ++x) {
        row += uses_[y * static_cast<std::size_t>(plan_.stride) + x];
        sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
      }
    }
    return sums;
  }

  // 256 for a piece that was not used, twice that for one used as often as the average.
  std::int64_t weight(const Piece& piece, const std::vector<std::int64_t>& used) const {
    if (placed_ == 0) return 256;
    const AtlasExample& at = plan_.examples[static_cast<std::size_t>(piece.example)];
    const index_t stride = plan_.stride + 1, top = at.top + piece.row, left = kCoherencePad + piece.column;
    const index_t bottom = min_of<index_t>(top + tile_, at.top + at.height),
                  right = min_of<index_t>(left + tile_, kCoherencePad + at.width);
    const auto sum = [&](index_t y, index_t x) { return used[static_cast<std::size_t>(y * stride + x)]; };
    const std::int64_t uses = sum(bottom, right) - sum(top, right) - sum(bottom, left) + sum(top, left);
    const std::int64_t area = (bottom - top) * (right - left), all = static_cast<std::int64_t>(plan_.all.size());
    return 256 + min_of<std::int64_t>(kBalance * uses * all / (placed_ * area), 1 << 14);
  }

  void place(const Cell& cell, const Piece& piece) {
    for (index_t y = cell.top; y < cell.bottom; ++y) {
      for (index_t x = cell.left; x < cell.right; ++x) {
        const int place =
            plan_.nearest_allowed[static_cast<std::size_t>(atlas_place(piece, y - cell.top, x - cell.left))];
        sources_[static_cast<std::size_t>(grid_.at(y, x))] = place;
        ++uses_[static_cast<std::size_t>(place)];
        ++placed_;
      }
    }
  }

  static constexpr int kBalance = 256;
  static constexpr std::uint32_t kOrder = 8;  ///< costs are drawn up to an eighth apart

  const AtlasPlan& plan_;
  Pictures pictures_;
  OutputGrid grid_;
  index_t tile_, margin_, rows_, columns_;
  std::uint64_t key_;
  std::vector<int> sources_, uses_;
  std::int64_t placed_ = 0;
};

}  // namespace pastiche::detail
