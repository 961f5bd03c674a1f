// SPDX-License-Identifier: MIT
/// \file
/// What field_sweep.hpp prepares: pictures as planes of words, energies of patches, tiles.
#pragma once

#include <pastiche/primitive/field_sweep_kernel.hpp>
#include <pastiche/primitive/patch_distance.hpp>

#include <vector>

namespace pastiche::detail {

/// One row of a picture as planes of words. It goes on from its beginning where it ends.
template <class Term, class E, class Device>
struct LayOutPlanes {
  using Word = typename Term::word_type;
  TensorView<const E, 3, Device> picture;
  index_t plane_count, stride;
  Word scale;
  Word* planes;

  void operator()(index_t row) const noexcept {
    const E* from = picture.row(row % picture.shape(0));
    const index_t channels = picture.shape(2), width = picture.shape(1);
    for (index_t p = 0; p < plane_count; ++p) {
      Word* to = planes + (row * plane_count + p) * stride;
      const index_t first = p * Term::step;
      const index_t once = min_of(width, stride);
      for (index_t x = 0; x < once; ++x) {
        to[x] = static_cast<Word>(scale * Term::word(from + x * channels + first, first + 1 == channels));
      }
      for (index_t x = once; x < stride; ++x) to[x] = to[x - width];
    }
  }
};

/// Sums of squares over the patches of an 8-bit picture, which goes on from its beginning where it ends.
template <class Device>
std::vector<std::int32_t> patch_energies(const TensorView<const std::uint8_t, 3, Device>& picture, index_t rows,
                                         index_t columns, index_t patch) {
  std::vector<std::int32_t> along(static_cast<std::size_t>((rows + patch - 1) * columns));
  std::vector<std::int32_t> pixel(static_cast<std::size_t>(columns + patch - 1));
  for (index_t y = 0; y < rows + patch - 1; ++y) {
    const std::uint8_t* from = picture.row(y % picture.shape(0));
    std::int32_t sum = 0;
    for (index_t x = 0, at = 0; x < columns + patch - 1; ++x, at = at + 1 == picture.shape(1) ? 0 : at + 1) {
      std::int32_t square = 0;
      for (index_t c = 0; c < picture.shape(2); ++c) {
        const std::int32_t v = from[at * picture.shape(2) + c];
        square += v * v;
      }
      pixel[static_cast<std::size_t>(x)] = square;
      sum += square;
      if (x + 1 < patch) continue;
      along[static_cast<std::size_t>(y * columns + x + 1 - patch)] = sum;
      sum -= pixel[static_cast<std::size_t>(x + 1 - patch)];
    }
  }
  std::vector<std::int32_t> energies(static_cast<std::size_t>(rows * columns));
  for (index_t x = 0; x < columns; ++x) {
    std::int32_t sum = 0;
    for (index_t y = 0; y < rows + patch - 1; ++y) {
      sum += along[static_cast<std::size_t>(y * columns + x)];
      if (y + 1 < patch) continue;
      energies[static_cast<std::size_t>((y + 1 - patch) * columns + x)] = sum;
      sum -= along[static_cast<std::size_t>((y + 1 - patch) * columns + x)];
    }
  }
  return energies;
}

/// Cuts an area of patches into tiles of at most `side`; into more of at least half of it, where they would be few.
/// Where only some are wanted, each tile is the smallest that holds its own, and again cut where that saves work.
class SweepTiling {
 public:
  SweepTiling(index_t rows, index_t columns, index_t patch, const std::vector<std::uint8_t>& wanted)
      : columns_{columns}, halo_{patch - 1}, wanted_{wanted} {
    const index_t strips = ceil_div(columns, kSide);
    const index_t bands = max_of(ceil_div(rows, kSide), min_of(ceil_div(kFew, strips), rows / (kSide / 2)));
    for (index_t b = 0; b < bands; ++b) {
      for (index_t s = 0; s < strips; ++s) {
        const index_t top = rows * b / bands, left = columns * s / strips;
        cut({top, left, rows * (b + 1) / bands - top, columns * (s + 1) / strips - left});
      }
    }
  }

  const std::vector<SweepTile>& tiles() const noexcept { return tiles_; }
  index_t most_height() const noexcept {
    index_t most = 1;
    for (const SweepTile& t : tiles_) most = max_of(most, t.height);
    return most;
  }
  index_t most_width() const noexcept {
    index_t most = 1;
    for (const SweepTile& t : tiles_) most = max_of(most, t.width);
    return most;
  }

 private:
  static constexpr index_t kSide = 64, kFew = 8;

  index_t work(const SweepTile& t) const noexcept { return t.height > 0 ? (t.height + halo_) * (t.width + halo_) : 0; }

  SweepTile shrunk(const SweepTile& t) const noexcept {
    if (wanted_.empty()) return t;
    index_t top = t.row + t.height, bottom = t.row, left = t.column + t.width, right = t.column;
    for (index_t y = t.row; y < t.row + t.height; ++y) {
      for (index_t x = t.column; x < t.column + t.width; ++x) {
        if (wanted_[static_cast<std::size_t>(y * columns_ + x)] == 0) continue;
        top = min_of(top, y);
        bottom = max_of(bottom, y + 1);
        left = min_of(left, x);
        right = max_of(right, x + 1);
      }
    }
    return {top, left, max_of<index_t>(0, bottom - top), max_of<index_t>(0, right - left)};
  }

  void cut(const SweepTile& whole) {
    const SweepTile t = shrunk(whole);
    if (t.height == 0) return;
    if (!wanted_.empty() && t.height * t.width > 1) {
      const index_t h = t.height / 2, w = t.width / 2;
      const SweepTile quarters[4] = {{t.row, t.column, h, w},
                                     {t.row, t.column + w, h, t.width - w},
                                     {t.row + h, t.column, t.height - h, w},
                                     {t.row + h, t.column + w, t.height - h, t.width - w}};
      index_t sum = 0;
      for (const SweepTile& q : quarters) sum += work(shrunk(q));
      if (sum < work(t)) {
        for (const SweepTile& q : quarters) cut(q);
        return;
      }
    }
    tiles_.push_back(t);
  }

  index_t columns_, halo_;
  const std::vector<std::uint8_t>& wanted_;
  std::vector<SweepTile> tiles_;
};

/// From the places kept to sources and distances, a row of patches at a time.
template <class Distance, class E, class Device, class Word>
struct WriteField {
  using Sum = patch_distance_t<Distance, E>;
  PatchDistance<Distance, E, Device> patch_distance;
  PlaceLookup lookup;
  index_t columns, nearest;
  const Word* ranks;
  const std::int32_t* energies;  ///< what ranks lack to be distances; null where they are something else
  const int* places;
  BlockSource* sources;
  Sum* distances;

  void operator()(index_t row) const noexcept {
    for (index_t i = row * columns * nearest; i < (row + 1) * columns * nearest; ++i) {
      const index_t patch = i / nearest;
      BlockSource& to = sources[i];
      if (places[i] < 0) {
        to = {-1, -1, -1};
        distances[i] = kFarthest<Sum>;
        continue;
      }
      to = lookup.source(places[i]);
      if (energies != nullptr) {
        distances[i] = static_cast<Sum>(ranks[i]) + static_cast<Sum>(energies[patch]);
      } else {
        distances[i] = patch_distance(row, patch - row * columns, to, NeverStop{});
      }
    }
  }
};

}  // namespace pastiche::detail
