// SPDX-License-Identifier: MIT
/// \file
/// Bricks, pebbles, cracked earth, marble: each a function of (side, seed).
#pragma once

#include "random.hpp"

namespace pastiche::program {

/// Courses of bricks of unequal length with worn edges, lit from the upper left.
inline Pixels<std::uint8_t> bricks(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    constexpr double kWidth = 37.0, kHeight = 15.5;
    const double wornx = x + 1.2 * noise(x / 7, y / 7 + 50) + 1.5 * noise(x / 60, y / 40);
    const double worny = y + 0.9 * noise(x / 8 + 90, y / 6) + 1.8 * noise(x / 75 + 7, y / 90);
    const Slot course = slot(noise, worny / kHeight, 0.0, 1, 0.14);
    const double bond = 0.5 * std::fmod(std::fabs(course.index), 2.0) + 0.2 * noise.at(course.index, 0, 2);
    Slot brick = slot(noise, wornx / kWidth + bond, course.index, 3, 0.24);
    const double half = 0.4 + 0.2 * noise.at(brick.index, course.index, 4);
    if (noise.at(brick.index, course.index, 5) < 0.14) {  // two short ones in the place of a long one
      if (brick.from < half * brick.width) {
        brick.width *= half;
      } else {
        brick = {brick.index + 0.5, (1.0 - half) * brick.width, brick.from - half * brick.width};
      }
    }
    const double column = 2.0 * brick.index, row = course.index;
    const double joint = 1.0 + 0.7 * noise.at(column, row, 6) + 0.4 * noise(x / 12, y / 12 + 30);
    const double u = brick.from * kWidth, v = course.from * kHeight;
    const double lit = (std::min)(u, v) - joint;
    const double dark = (std::min)(brick.width * kWidth - u, course.width * kHeight - v) - joint;
    const double grain = noise.clouds(x / 6, y / 5, 4), stain = noise.clouds(x / 45 + 3, y / 45, 2);
    if ((std::min)(lit, dark) < 0.0) {
      return Colour{0.64, 0.60, 0.54} * (0.82 + 0.17 * grain + 0.20 * stain - 0.16 * smooth(-0.2, -1.4, lit));
    }
    const double tone = noise.at(column, row, 7), fire = noise.at(column, row, 8);
    Colour clay = mix(mix({0.64, 0.34, 0.26}, {0.47, 0.25, 0.21}, tone), {0.70, 0.49, 0.36}, 0.7 * fire * fire);
    if (noise.at(column, row, 9) < 0.08) clay = mix(clay, {0.30, 0.20, 0.20}, 0.7);                        // burnt
    clay = mix(clay, {0.80, 0.74, 0.68}, 0.42 * smooth(0.25, 1.0, noise.clouds(x / 24 + 70, y / 24, 3)));  // lime
    const double edge = 0.22 * smooth(2.0, 0.0, lit) - 0.30 * smooth(2.5, 0.0, dark);
    const double pits = smooth(0.45, 0.75, noise(x / 2.2 + 7, y / 2.2));
    return clay * (0.95 + 0.22 * grain + 0.14 * stain + edge - 0.25 * pits);
  });
  return canvas.pixels();
}

/// One stone: a dome with an outline of its own.
class Pebble {
 public:
  Pebble(const Disc& disc, const Noise& noise, Dice& dice) : disc_{disc}, noise_{noise}, seed_{dice(0.0, 90.0)} {
    const Colour grey = mix({0.36, 0.37, 0.39}, {0.76, 0.74, 0.70}, dice());
    const double tint = dice();
    rock_ = mix(grey, tint < 0.45 ? Colour{0.62, 0.46, 0.33} : Colour{0.36, 0.42, 0.47}, 0.75 * dice());
    veined_ = dice() < 0.25;
  }
  /// 0 on the rim, 1 in the middle; negative outside.
  double height(double x, double y) const {
    const double dx = (x - disc_.x) / disc_.radius, dy = (y - disc_.y) / disc_.radius;
    const double d = std::sqrt(dx * dx + dy * dy) + 1e-9;
    const double rim = 1.0 + 0.24 * noise_(1.1 * dx / d + seed_, 1.1 * dy / d + seed_);
    return 1.0 - power(d / rim, 2);
  }
  void paint(Canvas& canvas) const {
    const double reach = 1.4 * disc_.radius, step = 0.09 * disc_.radius;
    canvas.around(disc_.x + 1.5, disc_.y + 2.0, reach, [&](double x, double y, Colour& sample) {
      const double h = height(x - 1.5, y - 2.0);
      if (h > 0.0) sample = sample * (1.0 - 0.6 * smooth(0.0, 0.5, h));
    });
    canvas.around(disc_.x, disc_.y, reach, [&](double x, double y, Colour& sample) {
      const double h = height(x, y);
      if (h <= 0.0) return;
      const double dome = std::sqrt(h), slope = dome - std::sqrt((std::max)(0.0, height(x - step, y - 1.2 * step)));
      sample = colour(x, y) * (0.42 + 0.50 * dome + 1.7 * clamp(slope, -0.15, 0.22));
    });
  }

 private:
  Colour colour(double px, double py) const {
    const Direction to = direction(seed_ / 90.0);  // each stone is turned its own way
    const double x = to.x * px + to.y * py, y = to.x * py - to.y * px;
    const double grain = noise_.clouds(x / 2.6 + seed_, y / 2.6, 3), mottle = noise_.clouds(x / 15, y / 15 + seed_, 2);
    Colour rock = rock_ * (1.0 + 0.34 * grain + 0.14 * mottle);
    if (veined_) {
      const double vein = std::fabs(noise_(x / 22 + seed_, y / 7) + 0.2 * noise_(x / 5, y / 5));
      rock = mix(rock * 0.5 + Colour{0.40, 0.39, 0.37}, rock, smooth(0.02, 0.12, vein));
    }
    return rock;
  }

  Disc disc_;
  const Noise& noise_;
  double seed_;
  Colour rock_{};
  bool veined_;
};

/// Stones of many sizes on coarse sand.
inline Pixels<std::uint8_t> pebbles(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Dice dice(seed, 6);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    const double grain = noise.clouds(x / 3, y / 3, 2), broad = noise(x / 40, y / 40);
    return Colour{0.34, 0.29, 0.23} * (1.0 + 0.45 * grain + 0.2 * broad);
  });
  std::vector<Disc> discs = scattered(side, 13.0, 2.2, side * side / 3, dice);
  std::reverse(discs.begin(), discs.end());  // the small ones lie lower
  for (Disc disc : discs) {
    disc.radius *= 1.12;
    Pebble(disc, noise, dice).paint(canvas);
  }
  return canvas.pixels();
}

/// Dry plates with curled rims; finer cracks across some of them.
inline Pixels<std::uint8_t> cracked_earth(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Dice dice(seed, 7);
  const Plates coarse(side, 23.0, dice), fine(side, 9.0, dice);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    const double roughx = 4.0 * noise.clouds(x / 14, y / 14, 3), roughy = 4.0 * noise.clouds(x / 14 + 40, y / 14, 3);
    const double bentx = x + roughx, benty = y + roughy;
    const Plates::Place here = coarse(bentx, benty), inner = fine(x - 0.8 * roughy, y + 0.8 * roughx);
    const double grain = noise.clouds(x / 5, y / 5, 4), broad = noise.clouds(x / 60, y / 60, 3);
    const double width = 1.1 + 0.7 * noise(x / 30 + 5, y / 30);
    const double depth = here.border - width;
    const double across = inner.border - 0.75 * smooth(-0.1, 0.35, noise(x / 26, y / 26 + 9));
    const double tone = noise.at(here.plate, 0, 1), lift = coarse(bentx + 0.9, benty + 1.1).border - here.border;
    const Colour mud = mix(mix({0.69, 0.57, 0.43}, {0.58, 0.42, 0.31}, tone), {0.76, 0.71, 0.60}, 0.4 + 0.6 * broad);
    const double rim = smooth(7.0, 0.0, depth), lit = clamp(lift, -1.3, 1.3) * smooth(5.0, 0.5, depth);
    double light = 0.94 + 0.05 * rim + 0.19 * lit + 0.14 * grain + 0.10 * broad;
    light *= 1.0 - 0.45 * smooth(0.5, -0.3, across);
    light *= 1.0 - 0.25 * smooth(0.45, 0.8, noise(x / 2.3, y / 2.3 + 70));
    const Colour gap = Colour{0.17, 0.12, 0.09} * (1.0 + 0.4 * grain);
    return mix(mud * light, gap, smooth(0.5, -0.6, depth));
  });
  return canvas.pixels();
}

/// Polished stone: clouds drawn out, broken by veins.
inline Pixels<std::uint8_t> marble(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    const double a = 0.82 * x + 0.57 * y, b = 0.82 * y - 0.57 * x;
    const double warpa = 13.0 * noise.clouds(a / 60, b / 40, 4), warpb = 11.0 * noise.clouds(a / 55 + 30, b / 36, 5);
    const auto vein = [&](double length, double width, double turn, double thin) {
      const double u = a + turn * b + warpa, v = b - turn * a + 1.2 * warpb;
      const double level = noise(u / length + 3 * turn, v / width + 11 * length);
      // Finer changes keep veins thin where the coarse ones leave the ground level.
      return smooth(thin, 0.0, std::fabs(level + 0.09 * noise(u / 14, v / 6)));
    };
    const double broad = noise.clouds((a + 2 * warpa) / 64, (b + 2 * warpb) / 21, 4);
    const double fine = noise.clouds(x / 3.5, y / 3.5, 3);
    Colour stone = mix({0.86, 0.83, 0.78}, {0.54, 0.56, 0.60}, smooth(-0.5, 0.75, broad));
    stone = mix(stone, {0.80, 0.63, 0.48}, 0.6 * smooth(0.1, 0.8, noise.clouds(a / 34 + 60, b / 18 + 1, 3)));
    stone = mix(stone, {0.33, 0.34, 0.37},
                0.55 * vein(56.0, 16.0, 0.12, 0.075) * smooth(-0.3, 0.3, noise(a / 24, b / 24 + 80)) *
                    (1.0 - 0.6 * smooth(0.0, 0.6, broad)));
    stone = mix(stone, {0.47, 0.45, 0.44}, 0.55 * vein(36.0, 12.0, -0.35, 0.06));
    stone = mix(stone, {0.94, 0.92, 0.89}, 0.70 * vein(50.0, 13.0, 0.45, 0.05));
    return stone * (1.0 + 0.05 * fine + 0.04 * noise.clouds(x / 9, y / 9, 2));
  });
  return canvas.pixels();
}

}  // namespace pastiche::program
