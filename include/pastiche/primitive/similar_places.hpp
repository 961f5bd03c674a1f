// SPDX-License-Identifier: MIT
/// \file
/// For each place of the examples the places most like it, coarse to fine.
#pragma once

#include <pastiche/primitive/coherence_kernels.hpp>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// The places like those of one row of the atlas.
///
/// At the coarsest level every place is compared with every other. Below, candidates are the likes of the place above,
/// and then those that neighbours found, moved along (the propagation of PatchMatch, Barnes et al. 2009), and a few
/// drawn at random. The likes of a place lie apart from it and from each other, as in Lefebvre & Hoppe 2005, or they
/// would all be its neighbours.
template <class Arch, class Word, class Distance>
struct FindSimilar {
  using arch = Arch;
  using Sum = neighbourhood_sum_t<Word>;

  NeighbourhoodDistance<Arch, Word, Distance> distance;
  Atlas atlas, coarse;
  index_t words;
  const Word* examples;
  const int* all;  ///< the places that may be stolen
  int all_count;
  bool exhaustive;
  const int* above;   ///< likes at the coarser level; null: none
  const int* before;  ///< likes found so far at this one; null: none
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
      List list{{}, {}, {}, {}, 0, place, static_cast<int>(row), x};
      if (exhaustive) {
        for (int i = 0; i < all_count; ++i) offer(list, all[i]);
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
    int place[kMostSimilar], row[kMostSimilar], column[kMostSimilar];
    Sum sum[kMostSimilar];
    int count;
    int own, own_row, own_column;
  };

  PASTICHE_INLINE void offer_from_above(List& list) const noexcept {
    const Atlas::Pixel own = atlas.pixel(list.own);
    const int* like = above + index_t{coarse.place(own.example, own.row / 2, own.column / 2)} * nearest;
    for (int j = 0; j < nearest && like[j] >= 0; ++j) {
      const Atlas::Pixel p = coarse.pixel(like[j]);
      const int row = 2 * p.row + (own.row & 1), column = 2 * p.column + (own.column & 1);
      for (int k = 0; k < 9; ++k) offer(list, atlas.place(p.example, row + k / 3 - 1, column + k % 3 - 1));
    }
  }

  PASTICHE_INLINE void offer_neighbours(List& list) const noexcept {
    const int* own = before + index_t{list.own} * nearest;
    for (int j = 0; j < nearest && own[j] >= 0; ++j) offer(list, own[j]);
    const int step[4] = {1, -1, atlas.stride, -atlas.stride};
    for (int n = 0; n < 4; ++n) {
      const int* like = before + index_t{list.own + step[n]} * nearest;
      for (int j = 0; j < nearest && like[j] >= 0; ++j) {
        if (atlas.allowed[like[j] - step[n]] != 0) offer(list, like[j] - step[n]);
      }
    }
  }

  PASTICHE_INLINE bool close(int row, int column, int other_row, int other_column) const noexcept {
    return abs_of(row - other_row) < apart && abs_of(column - other_column) < apart;
  }

  PASTICHE_INLINE void offer(List& list, int place) const noexcept {
    for (int i = 0; i < list.count; ++i) {
      if (list.place[i] == place) return;
    }
    const int row = place / atlas.stride, column = place - row * atlas.stride;
    if (close(row, column, list.own_row, list.own_column)) return;
    const int half = distance.side / 2;
    const index_t corner = (half * index_t{atlas.stride} + half) * words, stride = atlas.stride * words;
    const Sum sum = distance(examples + list.own * words - corner, stride, examples + place * words - corner, stride);
    if (list.count == nearest && !(sum < list.sum[nearest - 1])) return;
    for (int i = 0; i < list.count; ++i) {
      if (!(sum < list.sum[i]) && close(row, column, list.row[i], list.column[i])) return;
    }
    // Those close to it are all worse: they go. What stays keeps its order.
    int kept = 0;
    for (int i = 0; i < list.count; ++i) {
      if (!close(row, column, list.row[i], list.column[i])) move(list, i, kept++);
    }
    list.count = min_of(kept, nearest - 1);
    int at = list.count++;
    for (; at > 0 && sum < list.sum[at - 1]; --at) move(list, at - 1, at);
    list.place[at] = place;
    list.row[at] = row;
    list.column[at] = column;
    list.sum[at] = sum;
  }

  PASTICHE_INLINE static void move(List& list, int from, int to) noexcept {
    list.place[to] = list.place[from];
    list.row[to] = list.row[from];
    list.column[to] = list.column[from];
    list.sum[to] = list.sum[from];
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::detail
