// SPDX-License-Identifier: MIT
/// \file
/// For each place of the examples the places most like it, coarse to fine.
#pragma once

#include <pastiche/primitive/coherence_kernels.hpp>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// The places like those of one row of the atlas.
///
/// At the coarsest level the first pixel of each square is compared with those of the others, and the rest of the
/// square follows it. Below, candidates are the likes at the level above. Then come those of neighbours, moved along, a
/// step beside those found, and a few drawn at random: PatchMatch (Barnes et al. 2009), each place from the sweep
/// before. The likes of a place lie apart from it and from each other, as in Lefebvre & Hoppe 2005, section 3.2, or
/// they would all be its neighbours.
template <class Arch, class Word, class Distance>
struct FindSimilar {
  using arch = Arch;
  using Sum = neighbourhood_sum_t<Word>;

  static constexpr int kMostTried = 1024;

  NeighbourhoodDistance<Arch, Word, Distance> distance;
  Atlas atlas, coarse;
  index_t words;
  const Word* examples;
  const int* all;  ///< places to draw from, or to try all
  int all_count;
  bool squares;       ///< only first pixels of squares, with all of `all`
  const int* above;   ///< likes in `coarse`; null: none
  const int* before;  ///< likes found so far at this level; null: none
  int probes;         ///< random places
  std::uint64_t key;
  int nearest, apart;
  int* similar;  ///< `nearest` of each place, the most alike first; -1 after the last

  PASTICHE_INLINE void operator()(index_t row) const noexcept {
    for (int x = 0; x < atlas.stride; ++x) {
      const int place = static_cast<int>(row) * atlas.stride + x;
      int* to = similar + index_t{place} * nearest;
      if (atlas.allowed[place] == 0) {
        for (int j = 0; j < nearest; ++j) to[j] = -1;
        continue;
      }
      const Atlas::Pixel own = atlas.pixel(place);
      List list{{}, {}, {}, 0, place, own};
      const int rest = (1 << atlas.level) - 1;
      if (squares) {
        const int tried = ((own.row | own.column) & rest) == 0 ? min_of(all_count, kMostTried) : 0;
        for (int i = 0; i < tried; ++i) offer(list, all[std::int64_t{i} * all_count / tried]);
      } else {
        if (above != nullptr) offer_from_above(list);
        if (before != nullptr) offer_neighbours(list);
        for (int i = 0; i < probes; ++i) {
          const std::uint64_t bits = hash_bits(key + static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(place));
          offer(list, all[bits * static_cast<std::uint64_t>(all_count) >> 32]);
        }
      }
      for (int j = 0; j < nearest; ++j) to[j] = j < list.count ? list.place[j] : -1;
    }
  }

 private:
  struct List {
    int place[kMostSimilar];
    Atlas::Pixel pixel[kMostSimilar];
    Sum sum[kMostSimilar];
    int count;
    int own;
    Atlas::Pixel at;
  };

  PASTICHE_INLINE void offer_from_above(List& list) const noexcept {
    // Where that is this level itself, the likes of the square's first pixel.
    const int rest = coarse.level == atlas.level ? (1 << atlas.level) - 1 : 0;
    const int dy = list.at.row & rest, dx = list.at.column & rest;
    const int from = coarse.place_of(list.at.example, list.at.row - dy, list.at.column - dx);
    const int* like = above + index_t{from} * nearest;
    for (int j = 0; j < nearest && like[j] >= 0; ++j) {
      const Atlas::Pixel p = coarse.pixel(like[j]);
      offer_around(list, {p.example, p.row + dy, p.column + dx}, max_of(1, rest / 2));
    }
  }

  PASTICHE_INLINE void offer_around(List& list, const Atlas::Pixel& p, int step) const noexcept {
    for (int k = 0; k < 9; ++k) {
      offer(list, atlas.place(p.example, p.row + (k / 3 - 1) * step, p.column + (k % 3 - 1) * step));
    }
  }

  PASTICHE_INLINE void offer_neighbours(List& list) const noexcept {
    const int* own = before + index_t{list.own} * nearest;
    for (int j = 0; j < nearest && own[j] >= 0; ++j) offer_around(list, atlas.pixel(own[j]), 1);
    const AtlasExample size = atlas.examples[list.at.example];
    for (int n = 0; n < 4; ++n) {
      const int dy = n < 2 ? 2 * n - 1 : 0, dx = n < 2 ? 0 : 2 * n - 5;
      const int y = list.at.row + dy, x = list.at.column + dx;
      if (y < 0 || y >= size.height || x < 0 || x >= size.width) continue;
      const int* like = before + index_t{atlas.place_of(list.at.example, y, x)} * nearest;
      for (int j = 0; j < nearest && like[j] >= 0; ++j) {
        const Atlas::Pixel p = atlas.pixel(like[j]);
        offer(list, atlas.place(p.example, p.row - dy, p.column - dx));
      }
    }
  }

  PASTICHE_INLINE bool close(const Atlas::Pixel& a, const Atlas::Pixel& b) const noexcept {
    return a.example == b.example && abs_of(a.row - b.row) < apart && abs_of(a.column - b.column) < apart;
  }

  PASTICHE_INLINE void offer(List& list, int place) const noexcept {
    for (int i = 0; i < list.count; ++i) {
      if (list.place[i] == place) return;
    }
    const Atlas::Pixel p = atlas.pixel(place);
    if (close(p, list.at)) return;
    const int half = distance.side / 2;
    const index_t corner = (half * index_t{atlas.stride} + half) * words, stride = atlas.stride * words;
    const Sum sum = distance(examples + list.own * words - corner, stride, examples + place * words - corner, stride);
    if (list.count == nearest && !(sum < list.sum[nearest - 1])) return;
    for (int i = 0; i < list.count; ++i) {
      if (!(sum < list.sum[i]) && close(p, list.pixel[i])) return;
    }
    // Those close to it are all worse: they go. What stays keeps its order.
    int kept = 0;
    for (int i = 0; i < list.count; ++i) {
      if (!close(p, list.pixel[i])) move(list, i, kept++);
    }
    list.count = min_of(kept, nearest - 1);
    int at = list.count++;
    for (; at > 0 && sum < list.sum[at - 1]; --at) move(list, at - 1, at);
    list.place[at] = place;
    list.pixel[at] = p;
    list.sum[at] = sum;
  }

  PASTICHE_INLINE static void move(List& list, int from, int to) noexcept {
    list.place[to] = list.place[from];
    list.pixel[to] = list.pixel[from];
    list.sum[to] = list.sum[from];
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::detail
