// SPDX-License-Identifier: MIT
/// \file
/// Fruit and a jug on a table before a wall: a function of (side, seed).
#pragma once

#include "../textures/random.hpp"
#include "shapes.hpp"

namespace pastiche::program {

/// Bodies that light from the upper left models, in units of the side.
class StillLife {
 public:
  explicit StillLife(std::uint64_t seed) : noise_(seed) {
    Dice dice(seed, 33);
    jug_ = dice(0.30, 0.38);
    const Colour kinds[] = {
        {0.78, 0.16, 0.13}, {0.90, 0.52, 0.12}, {0.62, 0.68, 0.20}, {0.86, 0.72, 0.22}, {0.45, 0.14, 0.30}};
    const double places[][3] = {{0.57, 0.60, 0.105}, {0.78, 0.63, 0.095}, {0.22, 0.70, 0.085},
                                {0.66, 0.74, 0.100}, {0.44, 0.76, 0.080}, {0.86, 0.78, 0.060}};
    const int first = dice.below(5);
    for (int i = 0; i < 6; ++i) {
      const Disc disc{places[i][0] + dice(-0.02, 0.02), places[i][1] + dice(-0.015, 0.015),
                      places[i][2] * dice(0.9, 1.1)};
      fruits_.push_back({disc, kinds[(first + 2 * i) % 5], dice(0, 40)});
    }
  }

  Colour colour(double x, double y) const {
    for (auto fruit = fruits_.rbegin(); fruit != fruits_.rend(); ++fruit) {
      if (on(*fruit, x, y)) return skin(*fruit, x, y);
    }
    const double across = (x - jug_) / profile(y);
    if (y > 0.17 && y < 0.66 + 0.012 * (1.0 - across * across) && std::fabs(across) < 1.0) return glaze(x, y, across);
    const double dx = (x - jug_ + 0.13) / 0.085, dy = (y - 0.36) / 0.12, ring = std::sqrt(dx * dx + dy * dy);
    if (std::fabs(ring - 1.0) < 0.16 && x < jug_ - 0.05) return glaze(x, y, -0.2 + 3.0 * (ring - 1.0));
    return ground(x, y);
  }

  /// Whether one fruit, at the left before the jug, or its shadow is seen at a point or next to it.
  bool is_left_fruit(double x, double y) const {
    for (std::size_t above = 3; above < fruits_.size(); ++above) {
      if (on(fruits_[above], x, y)) return false;
    }
    Fruit wide = fruits_[2];
    wide.disc.radius *= 1.1;
    return on(wide, x, y) || (y > 0.55 && shadow(fruits_[2].disc, x, y) > 0.05);
  }

 private:
  struct Fruit {
    Disc disc;
    Colour skin;
    double turn;
  };

  static bool on(const Fruit& fruit, double x, double y) {
    const double dx = (x - fruit.disc.x) / fruit.disc.radius, dy = (y - fruit.disc.y) / fruit.disc.radius;
    return dx * dx + dy * dy * 1.06 < 1.0 || (std::fabs(dx - 0.10 * (dy + 0.8)) < 0.05 && dy < -0.8 && dy > -1.28);
  }
  /// Half the width of the jug at a height.
  static double profile(double y) {
    const double belly = (y - 0.50) / 0.20, neck = (y - 0.24) / 0.10, lip = (y - 0.18) / 0.03;
    return 0.070 + 0.085 / (1.0 + power(belly, 2) + power(belly, 4)) - 0.012 / (1.0 + neck * neck) +
           0.025 / (1.0 + lip * lip);
  }
  Colour skin(const Fruit& fruit, double x, double y) const {
    const double dx = (x - fruit.disc.x) / fruit.disc.radius, dy = (y - fruit.disc.y) / fruit.disc.radius;
    if (dx * dx + dy * dy * 1.06 >= 1.0) return {0.27, 0.18, 0.10};
    const double up = std::sqrt((std::max)(0.0, 1.0 - dx * dx - dy * dy));
    const double light = (std::max)(0.0, 0.66 * up - 0.50 * dx - 0.56 * dy),
                 back = (std::max)(0.0, 0.5 * dx + 0.6 * dy);
    const double blush = noise_.clouds(1.3 * dx + fruit.turn, 1.3 * dy, 3);
    const double specks = smooth(0.45, 0.7, noise_(9 * dx + fruit.turn, 9 * dy));
    const double hollow = smooth(0.30, 0.0, dx * dx + 4.0 * power(dy + 0.82, 2));
    Colour body = mix(fruit.skin, {0.86, 0.62, 0.22}, 0.45 * smooth(0.1, 0.7, blush));
    body = mix(body, {0.93, 0.86, 0.62}, 0.25 * specks);
    const Colour shaded = body * ((0.15 + 0.92 * light) * (1.0 - 0.45 * hollow) + 0.12 * back);
    return shaded + Colour{1.0, 0.97, 0.9} * (0.65 * power(light, 22));
  }
  Colour glaze(double x, double y, double across) const {
    const double up = std::sqrt((std::max)(0.0, 1.0 - across * across)),
                 light = (std::max)(0.0, 0.75 * up - 0.62 * across);
    const double crackle = noise_.clouds(30 * x, 30 * y, 3), run = noise_.clouds(16 * x, 3 * y + 8, 3);
    Colour clay = mix({0.27, 0.42, 0.50}, {0.66, 0.70, 0.66}, smooth(-0.15, 0.35, run + 2.4 * (0.36 - y)));
    if (std::fabs(y - 0.42 - 0.006 * noise_(20 * x, 1)) < 0.012) clay = {0.24, 0.20, 0.30};
    const double gleam = power((std::max)(0.0, 1.0 - std::fabs(across + 0.45)), 14) * smooth(0.25, 0.45, y);
    return clay * ((0.18 + 0.86 * light) * (1.0 + 0.10 * crackle)) + Colour{0.9, 0.93, 0.95} * (0.5 * gleam);
  }
  Colour ground(double x, double y) const {
    double shade = 0.0;
    for (const Fruit& fruit : fruits_) shade = (std::max)(shade, shadow(fruit.disc, x, y));
    shade = (std::max)(shade, shadow({jug_, 0.60, 0.15}, x, y));
    const double edge = 0.55 + 0.01 * noise_(3 * x, 50);
    if (y < edge) {
      const double plaster = noise_.clouds(9 * x, 9 * y, 5), glow = 1.12 - 0.55 * x - 0.25 * y;
      return Colour{0.62, 0.56, 0.47} * (glow * (1.0 + 0.09 * plaster)) * (1.0 - 0.35 * wall_shadow(x, y));
    }
    const double grain = noise_.octaves(4 * x + 7, 60 * y, 4), board = smooth(0.004, 0.0, std::fabs(y - 0.83));
    const Colour wood = mix({0.52, 0.34, 0.20}, {0.35, 0.21, 0.12}, smooth(-0.5, 0.8, grain));
    return wood * ((1.15 - 0.35 * x) * (1.0 - 0.5 * board) * (1.0 - 0.68 * shade));
  }
  static double shadow(const Disc& disc, double x, double y) {
    const double dx = (x - disc.x) / disc.radius - 0.75, dy = (y - disc.y) / disc.radius - 0.78;
    const double turned = dx - 0.9 * dy;
    return smooth(1.25, 0.45, 0.45 * turned * turned + 5.5 * dy * dy);
  }
  double wall_shadow(double x, double y) const {
    return smooth(0.03, -0.02, std::fabs(x - jug_ - 0.17 - 0.1 * (y - 0.2)) - profile(y)) * smooth(0.16, 0.24, y);
  }

  Noise noise_;
  double jug_;
  std::vector<Fruit> fruits_;
};

inline Pixels<std::uint8_t> still_life(int side, std::uint64_t seed) {
  const StillLife scene(seed);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) { return scene.colour(x / side, y / side); });
  return canvas.pixels();
}

/// What to remove from still_life(), white: one fruit and its shadow. For `inpaint --mask`.
inline Pixels<std::uint8_t> still_life_fruit(int side, std::uint64_t seed) {
  const StillLife scene(seed);
  return mask_of(side, [&](double x, double y) { return scene.is_left_fruit(x / side, y / side); });
}

}  // namespace pastiche::program
