// SPDX-License-Identifier: MIT
/// \file
/// Where things lie: rows of unequal width, points that keep their distance, stones that lie side by side.
#pragma once

#include "../canvas.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pastiche::program {

/// Uniform numbers, one after the other: never two in one expression, whose order is up to the compiler.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint32_t purpose) : rng_(seed, purpose, 0) {}
  /// In [from, to).
  double operator()(double from = 0.0, double to = 1.0) { return from + (to - from) * rng_.uniform(); }
  int below(int n) { return static_cast<int>(rng_.below(static_cast<std::uint32_t>(n))); }

 private:
  CounterRng rng_;
};

/// A slot of a row of slots: which, how wide, and how far one is in it.
struct Slot {
  double index, width, from;
};

/// Slots about 1 wide whose borders are moved by up to `loose` / 2, other ones in each row.
inline Slot slot(const Noise& noise, double x, double row, int what, double loose) {
  const auto border = [&](double i) { return i + loose * (noise.at(i, row, what) - 0.5); };
  double index = std::floor(x);
  if (x < border(index)) index -= 1.0;
  if (x >= border(index + 1.0)) index += 1.0;
  return {index, border(index + 1.0) - border(index), x - border(index)};
}

struct Disc {
  double x, y, radius;
};

/// Discs that do not touch, at most `tries` of them thrown from the largest to the smallest; some lie past the rim.
inline std::vector<Disc> scattered(double side, double largest, double smallest, int tries, Dice& dice) {
  const double margin = largest;
  const int cells = static_cast<int>((side + 2.0 * margin) / (2.0 * largest)) + 1;
  std::vector<std::vector<Disc>> grid(static_cast<std::size_t>(cells * cells));
  const auto cell = [&](double x) { return clamp(static_cast<int>((x + margin) / (2.0 * largest)), 0, cells - 1); };
  const auto touches = [&](const Disc& disc) {
    const int column = cell(disc.x), row = cell(disc.y);
    for (int y = (std::max)(0, row - 1); y <= (std::min)(cells - 1, row + 1); ++y) {
      for (int x = (std::max)(0, column - 1); x <= (std::min)(cells - 1, column + 1); ++x) {
        for (const Disc& other : grid[static_cast<std::size_t>(y * cells + x)]) {
          const double dx = disc.x - other.x, dy = disc.y - other.y, reach = disc.radius + other.radius;
          if (dx * dx + dy * dy < reach * reach) return true;
        }
      }
    }
    return false;
  };
  std::vector<Disc> discs;
  for (int i = 0; i < tries; ++i) {
    const double x = dice(-margin, side + margin), y = dice(-margin, side + margin), done = i / (1.0 * tries);
    const Disc disc{x, y, smallest + (largest - smallest) * power(1.0 - done, 6)};
    if (touches(disc)) continue;
    discs.push_back(disc);
    grid[static_cast<std::size_t>(cell(y) * cells + cell(x))].push_back(disc);
  }
  return discs;
}

/// The plane divided among points: each place belongs to the nearest.
class Plates {
 public:
  /// What a place belongs to, and how far the border is, in pixels.
  struct Place {
    int plate;
    double border;
  };

  /// Points at least `spacing` pixels apart.
  Plates(double side, double spacing, Dice& dice) : cell_{spacing}, cells_{static_cast<int>(side / spacing) + 7} {
    const int tries = 12 * cells_ * cells_;
    points_ = scattered(side + 4.0 * spacing, 0.5 * spacing, 0.5 * spacing, tries, dice);
    grid_.resize(static_cast<std::size_t>(cells_ * cells_));
    for (Disc& point : points_) {
      point.x -= 2.0 * spacing;
      point.y -= 2.0 * spacing;
      grid_[at(index(point.x), index(point.y))].push_back(static_cast<int>(&point - points_.data()));
    }
  }
  Place operator()(double x, double y) const {
    Place place{0, 1e9};
    double nearest = 1e9;
    each_near(x, y, [&](int i, double dx, double dy) {
      if (dx * dx + dy * dy >= nearest) return;
      nearest = dx * dx + dy * dy;
      place.plate = i;
    });
    const Disc& own = points_[static_cast<std::size_t>(place.plate)];
    each_near(x, y, [&](int i, double dx, double dy) {
      if (i == place.plate) return;
      const double ax = x + dx - own.x, ay = y + dy - own.y;
      place.border = (std::min)(place.border, 0.5 * (dx * dx + dy * dy - nearest) / std::sqrt(ax * ax + ay * ay));
    });
    return place;
  }
  const Disc& point(int i) const { return points_[static_cast<std::size_t>(i)]; }

 private:
  int index(double x) const { return clamp(static_cast<int>(std::floor(x / cell_)) + 3, 0, cells_ - 1); }
  std::size_t at(int column, int row) const { return static_cast<std::size_t>(row * cells_ + column); }
  template <class F>
  void each_near(double x, double y, const F& visit) const {
    const int column = index(x), row = index(y);
    for (int v = (std::max)(0, row - 2); v <= (std::min)(cells_ - 1, row + 2); ++v) {
      for (int u = (std::max)(0, column - 2); u <= (std::min)(cells_ - 1, column + 2); ++u) {
        for (const int i : grid_[at(u, v)]) visit(i, point(i).x - x, point(i).y - y);
      }
    }
  }

  double cell_;
  int cells_;
  std::vector<Disc> points_;
  std::vector<std::vector<int>> grid_;
};

}  // namespace pastiche::program
