// SPDX-License-Identifier: MIT
/// \file
/// The known pixels of a window as lists of (offset into the planes of the examples, factor), which the vector form of
/// window search runs over all places.
#pragma once

#include <pastiche/primitive/window_coding.hpp>

#include <cstddef>

namespace pastiche::detail {

/// Where in the planes a pixel of a window lies, seen from the upper of two neighbouring rows of places, and by what it
/// is multiplied under each of them: as the pixel of one row of the window, and of the row above.
template <class Coefficient>
struct WindowEntry {
  std::int32_t offset;
  Coefficient upper, lower;
};

/// The lists of a query: entries that count for both rows of places, for the upper, for the lower one.
struct WindowList {
  std::int32_t count[3];
};

/// What is compared alike: planes of the examples and when they are known.
struct WindowPlanes {
  int first_plane, planes;
  index_t first_entry;  ///< of its three lists among those of a query, each as long as the window can be
  bool is_guide;        ///< compared all over the window, not only where pixels are known
};

/// Makes the lists of one query.
template <class Distance, class E, class Device>
struct ListWindow {
  using Numbers = WindowNumbers<Distance, E>;
  using Value = typename Numbers::Value;
  using Coding = std::conditional_t<Numbers::exact, PairCoding, ScalarCoding<Value>>;
  using Coefficient = typename Coding::Coefficient;
  using Entry = WindowEntry<Coefficient>;
  static constexpr int kParts = Numbers::exact ? 2 : 4;  // pixels, guide; and of scalars their spreads

  int half;
  WindowReach reach;
  WindowCanvas<E, Device> canvas;
  const WindowQuery* queries;
  int channels, guide_channels;
  const Value *weights, *guide_weights, *guide_output;
  const float* channel_weights;
  const WindowPlanes* parts;
  index_t plane_words;  ///< from plane to plane
  index_t row_words;    ///< from image row to image row
  index_t entries_a_query;
  Entry* entries;
  WindowList* lists;  ///< kParts a query
  Value* mass;
  Value* rest;  ///< what the sums of a query begin with

  PASTICHE_HD index_t scratch() const noexcept {
    const index_t pixels = index_t{2 * half + 1} * (2 * half + 1);
    return pixels * 2 + 64 + static_cast<index_t>(sizeof(Coefficient)) * pixels * most_planes() +
           static_cast<index_t>(sizeof(Value)) * (channels + 16);
  }

  void operator()(index_t q, std::byte* memory) const noexcept {
    const int side = 2 * half + 1, pixels = side * side;
    Coefficient* factors = reinterpret_cast<Coefficient*>(memory);
    Value* values = reinterpret_cast<Value*>(factors + pixels * most_planes());
    std::uint8_t* known = reinterpret_cast<std::uint8_t*>(values + channels);
    mass[q] = 0;
    std::uint32_t lacking = 0;
    for (int p = 0; p < kParts; ++p) {
      WindowList& list = lists[q * kParts + p];
      for (int& count : list.count) count = 0;
      if (parts[p].planes == 0) continue;
      lacking += gather(q, p, values, known, factors);
      enlist(parts[p], known, factors, entries + q * entries_a_query + parts[p].first_entry, list);
    }
    rest[q] = static_cast<Value>(lacking);
  }

 private:
  PASTICHE_HD int most_planes() const noexcept {
    int most = 1;
    for (int p = 0; p < kParts; ++p) most = max_of(most, parts[p].planes);
    return most;
  }

  // Which pixels of the window are known, and their factors. Returns what the products lack.
  std::uint32_t gather(index_t q, int part, Value* values, std::uint8_t* known, Coefficient* factors) const noexcept {
    const int planes = parts[part].planes;
    const bool is_guide = parts[part].is_guide;
    const Value* weight = is_guide ? guide_weights : weights;
    const Value elements = static_cast<Value>(part == 0 ? channels : part == 1 ? guide_channels : 0);
    std::uint32_t lacking = 0;
    for (int dy = -half; dy <= half; ++dy) {
      const index_t y = reach.row(index_t{queries[q].row} + dy);
      for (int dx = -half; dx <= half; ++dx, ++known, ++weight, factors += planes) {
        const index_t x = reach.column(index_t{queries[q].column} + dx), at = y * reach.width + x;
        *known = *weight != Value(0) && y >= 0 && x >= 0 && (is_guide || canvas.known[at] != 0) ? 1 : 0;
        if (*known == 0) continue;
        lacking += factor(part, y, x, *weight, values, factors);
        mass[q] += *weight * elements;
      }
    }
    return lacking;
  }

  // The factors of one known pixel of the window.
  std::uint32_t factor(int part, index_t y, index_t x, Value weight, Value* values, Coefficient* to) const noexcept {
    const bool is_guide = parts[part].is_guide;
    const int count = is_guide ? guide_channels : channels;
    const E* pixel = canvas.image.row(y, x);
    const Value* guide = guide_output + (y * reach.width + x) * guide_channels;
    if constexpr (Numbers::exact) {
      if (is_guide) return Coding::multiply_by(guide, count, weight, to);
      for (int c = 0; c < count; ++c) values[c] = WindowTerm<Distance, E>::value(pixel[c]);
      return Coding::multiply_by(values, count, weight, to);
    } else {
      static_cast<void>(values);
      if (part >= 2) {  // the plane of spreads
        to[0] = {Value(0), weight};
        return 0;
      }
      for (int c = 0; c < count; ++c) {
        to[c] = is_guide ? Coefficient{guide[c], weight}
                         : Coefficient{WindowTerm<Distance, E>::value(pixel[c]),
                                       weight * static_cast<Value>(channel_weights[c])};
      }
      return 0;
    }
  }

  // Row r of the window under the upper places lies where row r - 1 lies under the lower ones.
  void enlist(const WindowPlanes& part, const std::uint8_t* known, const Coefficient* factors, Entry* to,
              WindowList& list) const noexcept {
    const int side = 2 * half + 1;
    const index_t room = index_t{side + 1} * side * part.planes;
    Entry* end[3] = {to, to + room, to + 2 * room};
    for (int r = 0; r <= side; ++r) {
      for (int x = 0; x < side; ++x) {
        const int k = r * side + x, above = k - side;
        const bool upper = r < side && known[k] != 0, lower = r > 0 && known[above] != 0;
        if (!upper && !lower) continue;
        const int kind = upper && lower ? 0 : upper ? 1 : 2;
        for (int plane = 0; plane < part.planes; ++plane) {
          const index_t offset = r * row_words + (part.first_plane + plane) * plane_words + x;
          *end[kind]++ = {static_cast<std::int32_t>(offset), upper ? factors[k * part.planes + plane] : Coefficient{},
                          lower ? factors[above * part.planes + plane] : Coefficient{}};
        }
      }
    }
    for (int kind = 0; kind < 3; ++kind) list.count[kind] = static_cast<std::int32_t>(end[kind] - (to + kind * room));
  }
};

}  // namespace pastiche::detail
