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

inline double smooth(double from, double to, double x) {
  const double t = clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3.0 - 2.0 * t);
}

/// Random functions of the plane.
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : key_{mix64(seed + 1)} {}

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
    const double above = std::lerp(slope(left, top, u, v), slope(left + 1, top, u - 1, v), s);
    const double below = std::lerp(slope(left, top + 1, u, v - 1), slope(left + 1, top + 1, u - 1, v - 1), s);
    return 1.5 * std::lerp(above, below, t);
  }
  /// Octaves of it, each twice as fine and half as strong.
  double octaves(double x, double y, int count) const {
    double sum = 0.0;
    for (double scale = 1.0; count > 0; --count, scale *= 2.0)
      sum += (*this)(x * scale + 17.3 * count, y * scale) / scale;
    return sum;
  }

 private:
  double slope(double column, double row, double x, double y) const {
    const double angle = 6.283185307179586 * at(column, row, 99);
    return std::cos(angle) * x + std::sin(angle) * y;
  }

  std::uint64_t key_;
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
  /// colour(dx, dy) for the samples of a disc around (x, y) in pixels, dx and dy in radii.
  template <class F>
  void disc(double x, double y, double radius, const F& colour) {
    const auto reach = [&](double at) { return clamp(static_cast<int>(std::floor(at * kFine)), 0, fine_side()); };
    for (int row = reach(y - radius); row < reach(y + radius + 1.0); ++row) {
      for (int column = reach(x - radius); column < reach(x + radius + 1.0); ++column) {
        const double dx = ((column + 0.5) / kFine - x) / radius, dy = ((row + 0.5) / kFine - y) / radius;
        if (dx * dx + dy * dy <= 1.0) (*this)(column, row) = colour(dx, dy);
      }
    }
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
