// SPDX-License-Identifier: MIT
/// \file
/// What pictures are painted with: colours, random functions of the plane, a canvas of samples.
#pragma once

#include "pictures.hpp"

#include <pastiche/core/random.hpp>

#include <cmath>
#include <vector>

namespace pastiche::program {

struct Colour {
  double r, g, b;

  friend Colour operator*(const Colour& c, double s) { return {c.r * s, c.g * s, c.b * s}; }
  friend Colour operator+(const Colour& c, const Colour& d) { return {c.r + d.r, c.g + d.g, c.b + d.b}; }
};

inline Colour mix(const Colour& a, const Colour& b, double t) {
  return a * (1.0 - t) + b * t;
}

/// The sine of x turns, by its series: with nothing but sums and products a seed gives the same bytes on every machine.
inline double sine(double x) {
  double t = x - std::floor(x + 0.5);
  if (t > 0.25) t = 0.5 - t;
  if (t < -0.25) t = -0.5 - t;
  const double a = 6.283185307179586 * t, b = a * a;
  return a * (1 - b / 6 * (1 - b / 20 * (1 - b / 42 * (1 - b / 72 * (1 - b / 110)))));
}

struct Direction {
  double x, y;
};

/// The direction after x turns from the x axis.
inline Direction direction(double x) {
  return {sine(x + 0.25), sine(x)};
}

inline double power(double x, int n) {
  double product = 1.0;
  for (; n > 0; --n) product *= x;
  return product;
}

inline double smooth(double from, double to, double x) {
  const double t = clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3.0 - 2.0 * t);
}

/// Random functions of the plane.
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : key_{mix64(seed + 1)} {
    for (int i = 0; i < kDirections; ++i) directions_.push_back(direction((i + 0.5) / kDirections));
  }

  /// Uniform in [0, 1) at a lattice point; `what` tells several apart.
  double at(double x, double y, int what = 0) const {
    const auto column = static_cast<std::uint32_t>(static_cast<std::int32_t>(x));
    const auto row = static_cast<std::uint32_t>(static_cast<std::int32_t>(y));
    const std::uint64_t stream = key_ + static_cast<std::uint64_t>(what) * 0x9e3779b97f4a7c15u;
    return hash_bits(mix64(stream), std::uint64_t{row} << 32 | column) * 0x1p-32;
  }
  /// Slopes at lattice points, joined smoothly; about [-1, 1].
  double operator()(double x, double y) const {
    const double left = std::floor(x), top = std::floor(y), u = x - left, v = y - top;
    const double s = u * u * u * (u * (6.0 * u - 15.0) + 10.0), t = v * v * v * (v * (6.0 * v - 15.0) + 10.0);
    const double above = between(slope(left, top, u, v), slope(left + 1, top, u - 1, v), s);
    const double below = between(slope(left, top + 1, u, v - 1), slope(left + 1, top + 1, u - 1, v - 1), s);
    return 1.5 * between(above, below, t);
  }
  /// Octaves of it, each twice as fine and half as strong.
  double octaves(double x, double y, int count) const {
    double sum = 0.0;
    for (double scale = 1.0; count > 0; --count, scale *= 2.0)
      sum += (*this)(x * scale + 17.3 * count, y * scale) / scale;
    return sum;
  }
  /// The same, each octave turned against the last, so that no axis shows.
  double clouds(double x, double y, int count) const {
    double sum = 0.0;
    for (double share = 1.0; count > 0; --count, share *= 0.5) {
      sum += share * (*this)(x, y);
      const double turned = 1.6 * x + 1.2 * y + 9.7;
      y = 1.6 * y - 1.2 * x + 4.1;
      x = turned;
    }
    return sum;
  }

 private:
  static double between(double a, double b, double t) { return a + t * (b - a); }
  double slope(double column, double row, double x, double y) const {
    const Direction& to = directions_[static_cast<std::size_t>(at(column, row, 99) * kDirections)];
    return to.x * x + to.y * y;
  }

  static constexpr int kDirections = 128;

  std::uint64_t key_;
  std::vector<Direction> directions_;
};

/// Samples at twice the resolution, averaged in the end.
class Canvas {
 public:
  static constexpr int kFine = 2;

  explicit Canvas(int side) : side_{side}, fine_(static_cast<std::size_t>(side * side * kFine * kFine)) {}

  int fine_side() const { return side_ * kFine; }
  Colour& operator()(int x, int y) { return fine_[static_cast<std::size_t>(y * fine_side() + x)]; }
  /// colour(x, y) of every sample, in pixels.
  template <class F>
  void fill(const F& colour) {
    for (int y = 0; y < fine_side(); ++y) {
      for (int x = 0; x < fine_side(); ++x) (*this)(x, y) = colour((x + 0.5) / kFine, (y + 0.5) / kFine);
    }
  }
  /// change(x, y, sample) for the samples around (x, y), up to `reach` pixels on each side.
  template <class F>
  void around(double x, double y, double reach, const F& change) {
    const auto bound = [&](double at) { return clamp(static_cast<int>(std::floor(at * kFine)), 0, fine_side()); };
    for (int row = bound(y - reach); row < bound(y + reach + 1.0); ++row) {
      for (int column = bound(x - reach); column < bound(x + reach + 1.0); ++column) {
        change((column + 0.5) / kFine, (row + 0.5) / kFine, (*this)(column, row));
      }
    }
  }
  /// colour(dx, dy) for the samples of a disc around (x, y) in pixels, dx and dy in radii.
  template <class F>
  void disc(double x, double y, double radius, const F& colour) {
    around(x, y, radius, [&](double sx, double sy, Colour& sample) {
      const double dx = (sx - x) / radius, dy = (sy - y) / radius;
      if (dx * dx + dy * dy <= 1.0) sample = colour(dx, dy);
    });
  }
  Pixels<std::uint8_t> pixels() {
    Pixels<std::uint8_t> out(Shape<3>{{side_, side_, 3}});
    std::uint8_t* to = out.data();
    for (int y = 0; y < side_; ++y) {
      for (int x = 0; x < side_; ++x) {
        Colour sum{};
        for (int i = 0; i < kFine * kFine; ++i) sum = sum + (*this)(kFine * x + i % kFine, kFine * y + i / kFine);
        for (const double channel : {sum.r, sum.g, sum.b}) {
          *to++ = from_scalar<std::uint8_t>(channel / (kFine * kFine));
        }
      }
    }
    return out;
  }

 private:
  int side_;
  std::vector<Colour> fine_;
};

}  // namespace pastiche::program
