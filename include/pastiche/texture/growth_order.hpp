// SPDX-License-Identifier: MIT
/// \file
/// In which order the pixels of a texture are grown: those with the most known neighbours first, from a seed outwards,
/// as many at once as do not see one another.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/primitive/window_problem.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// The front of a growing texture. It depends on sizes, masks and the seed, and on which pixels were refused; so on
/// neither the device nor its threads.
class GrowthOrder {
 public:
  struct Settings {
    index_t height, width;
    int half;  ///< of the window
    bool wrap_rows, wrap_columns;
    std::uint64_t seed;
  };
  struct Batch {
    std::vector<WindowQuery> queries;
    bool is_seed = false;  ///< one pixel that has no known neighbour
  };

  /// \param state of each pixel: 0 is never made nor compared, 1 is to be made, 2 is known
  GrowthOrder(const Settings& settings, std::vector<std::uint8_t> state)
      : s_{settings},
        key_{mix64(settings.seed + kTies)},
        state_{std::move(state)},
        in_front_(state_.size()),
        known_(state_.size()),
        stamp_(state_.size()) {
    for (index_t p = 0; p < pixels(); ++p) {
      if (at(state_, p) == kKnown) spread(p);
      if (at(state_, p) == kWanted) ++left_;
    }
  }

  index_t left() const noexcept { return left_; }

  /// The next pixels to search, at most `most`; nothing where all that are left were refused. They lie more than half
  /// a window apart, so that none is in the window of another and their order does not matter.
  Batch next(index_t most) {
    Batch batch;
    drop_placed();
    if (front_.empty()) {
      if (left_ > 0) batch = {{query(next_seed())}, true};
      return batch;
    }
    std::vector<std::pair<std::uint64_t, index_t>>& order = order_;
    order.clear();
    for (const index_t p : front_) {
      if (at(state_, p) != kWanted) continue;
      order.emplace_back(std::uint64_t{at(known_, p)} << 32 | hash_bits(key_, static_cast<std::uint64_t>(p)), p);
    }
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a > b; });
    ++now_;
    for (const auto& [key, p] : order) {
      if (at(stamp_, p) == now_) continue;
      batch.queries.push_back(query(p));
      if (static_cast<index_t>(batch.queries.size()) == most) break;
      over_window(p, s_.half, [&](index_t other) { at(stamp_, other) = now_; });
    }
    return batch;
  }

  /// Takes note that a pixel is known now.
  void place(const WindowQuery& q) {
    const index_t p = pixel(q);
    if (at(state_, p) == kKnown) return;
    at(state_, p) = kKnown;
    --left_;
    spread(p);
  }
  /// A pixel that is passed over until readmit().
  void refuse(const WindowQuery& q) { at(state_, pixel(q)) = kRefused; }
  void readmit() {
    for (const index_t p : front_) {
      if (at(state_, p) == kRefused) at(state_, p) = kWanted;
    }
  }

  bool is_wanted(const WindowQuery& q) const { return at(state_, pixel(q)) == kWanted; }

 private:
  enum : std::uint8_t { kNever = 0, kWanted = 1, kKnown = 2, kRefused = 3 };
  static constexpr std::uint64_t kTies = 0x7469657323u, kSeeds = 0x7365656473u;

  index_t pixels() const noexcept { return s_.height * s_.width; }
  template <class T>
  static T& at(std::vector<T>& table, index_t p) {
    return table[static_cast<std::size_t>(p)];
  }
  template <class T>
  static const T& at(const std::vector<T>& table, index_t p) {
    return table[static_cast<std::size_t>(p)];
  }
  index_t pixel(const WindowQuery& q) const noexcept { return q.row * s_.width + q.column; }
  WindowQuery query(index_t p) const noexcept {
    return {static_cast<int>(p / s_.width), static_cast<int>(p % s_.width)};
  }

  // Calls visit(pixel) for those within `radius` rows and columns.
  template <class Visit>
  void over_window(index_t p, index_t radius, const Visit& visit) const {
    const index_t row = p / s_.width, column = p % s_.width;
    for (index_t y = row - radius; y <= row + radius; ++y) {
      if (!s_.wrap_rows && (y < 0 || y >= s_.height)) continue;
      const index_t first = wrap(y, s_.height) * s_.width;
      for (index_t x = column - radius; x <= column + radius; ++x) {
        if (x >= 0 && x < s_.width) {
          visit(first + x);
        } else if (s_.wrap_columns) {
          visit(first + wrap(x, s_.width));
        }
      }
    }
  }

  // What a known pixel means to those around it.
  void spread(index_t p) {
    over_window(p, s_.half, [&](index_t other) { ++at(known_, other); });
    over_window(p, 1, [&](index_t other) {
      if (at(state_, other) != kWanted || at(in_front_, other) != 0) return;
      front_.push_back(other);
      at(in_front_, other) = 1;
    });
  }

  void drop_placed() {
    front_.erase(std::remove_if(front_.begin(), front_.end(), [&](index_t p) { return at(state_, p) == kKnown; }),
                 front_.end());
  }

  // The first seed is next to the middle, others anywhere.
  index_t next_seed() {
    if (!seeded_) {
      seeded_ = true;
      return nearest_to_middle();
    }
    if (seeds_.empty()) {
      for (index_t p = 0; p < pixels(); ++p) {
        if (at(state_, p) == kWanted) seeds_.push_back(p);
      }
      const std::uint64_t key = mix64(s_.seed + kSeeds);
      std::sort(seeds_.begin(), seeds_.end(), [&](index_t a, index_t b) {
        const std::uint32_t x = hash_bits(key, static_cast<std::uint64_t>(a));
        const std::uint32_t y = hash_bits(key, static_cast<std::uint64_t>(b));
        return x != y ? x > y : a > b;
      });
    }
    while (at(state_, seeds_.back()) != kWanted) seeds_.pop_back();
    return seeds_.back();
  }
  index_t nearest_to_middle() const {
    index_t best = -1, least = 0;
    for (index_t p = 0; p < pixels(); ++p) {
      if (at(state_, p) != kWanted) continue;
      const index_t dy = 2 * (p / s_.width) + 1 - s_.height, dx = 2 * (p % s_.width) + 1 - s_.width;
      const index_t d = dy * dy + dx * dx;
      if (best < 0 || d < least) best = p, least = d;
    }
    return best;
  }

  Settings s_;
  std::uint64_t key_;
  std::vector<std::uint8_t> state_, in_front_;
  std::vector<std::uint32_t> known_;  // pixels of the window around each that are known
  std::vector<std::uint32_t> stamp_;  // the last batch in which each was seen by a pixel of it
  std::vector<index_t> front_, seeds_;
  std::vector<std::pair<std::uint64_t, index_t>> order_;
  index_t left_ = 0;
  std::uint32_t now_ = 0;
  bool seeded_ = false;
};

}  // namespace pastiche::detail
