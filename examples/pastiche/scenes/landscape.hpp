// SPDX-License-Identifier: MIT
/// \file
/// A landscape, its label map, and the same as if painted: each a function of (side, seed).
#pragma once

#include "../textures/random.hpp"

namespace pastiche::program {

/// Sky, far and near hills, a meadow, a river that winds down to the viewer, trees.
class Landscape {
 public:
  enum Label { kSky, kFar, kNear, kMeadow, kRiver, kTrees, kLabels };

  explicit Landscape(std::uint64_t seed) : noise_(seed), dice_(seed, 31) {
    horizon_ = dice_(0.42, 0.50);
    source_ = dice_(0.35, 0.65);
    mouth_ = dice_(0.30, 0.70);
    sun_ = dice_(0.15, 0.85);
    for (int i = 0; i < 400 && trees_.size() < 26; ++i) {
      const double x = dice_(), depth = dice_(), scale = dice_(0.8, 1.25);
      plant(x, depth, scale);
    }
    std::sort(trees_.begin(), trees_.end(), [](const Disc& a, const Disc& b) { return a.y < b.y; });
  }

  /// What is to be seen at a place, x and y in [0, 1].
  Label label(double x, double y) const {
    for (const Disc& tree : trees_) {
      if (crown(tree, x, y) > 0.0 || trunk(tree, x, y)) return kTrees;
    }
    if (y < far_hills(x)) return kSky;
    if (y < near_hills(x)) return kFar;
    if (y < meadow(x)) return kNear;
    return bank(x, y) < 0.0 ? kRiver : kMeadow;
  }

  Colour colour(double x, double y) const {
    for (auto tree = trees_.rbegin(); tree != trees_.rend(); ++tree) {
      if (crown(*tree, x, y) > 0.0) return foliage(*tree, x, y);
      if (trunk(*tree, x, y)) return Colour{0.30, 0.21, 0.15} * (1.0 + 0.3 * noise_(260 * x, 70 * y));
    }
    if (y < far_hills(x)) return sky(x, y);
    if (y < near_hills(x)) return hill(x, y, far_hills(x), {0.50, 0.58, 0.66}, {0.42, 0.52, 0.50}, 30.0);
    if (y < meadow(x)) return hill(x, y, near_hills(x), {0.36, 0.47, 0.33}, {0.27, 0.38, 0.18}, 22.0);
    return bank(x, y) < 0.0 ? water(x, y) : grassland(x, y);
  }

  /// Which way strokes go that follow what is painted.
  Direction flow(double x, double y) const {
    const Label here = label(x, y);
    const double wind = 0.10 * noise_.clouds(4 * x, 4 * y, 2);
    if (here == kTrees) return direction(0.25 + 2.0 * wind);
    if (here == kMeadow) return direction(0.04 + 1.5 * wind);
    if (here == kFar || here == kNear) {
      const double rise = (near_hills(x + 0.02) - near_hills(x - 0.02)) / 0.04;
      return unit({1.0, rise + wind});
    }
    return direction(here == kSky ? 0.8 * wind : 0.2 * wind);
  }

 private:
  static Direction unit(const Direction& d) {
    const double norm = std::sqrt(d.x * d.x + d.y * d.y);
    return {d.x / norm, d.y / norm};
  }
  double far_hills(double x) const { return horizon_ - 0.13 + 0.10 * noise_.clouds(2.1 * x, 3.0, 4); }
  double near_hills(double x) const { return horizon_ - 0.02 + 0.07 * noise_.clouds(2.6 * x, 11.0, 3); }
  double meadow(double x) const { return horizon_ + 0.07 + 0.02 * noise_.clouds(3.0 * x, 21.0, 2); }
  /// Negative on the water.
  double bank(double x, double y) const {
    const double near = clamp((y - horizon_ - 0.05) / (0.95 - horizon_), 0.0, 1.0);
    const double middle = source_ + (mouth_ - source_) * near + 0.17 * noise_(3.4 * near * (1.6 - 0.5 * near), 40.0);
    const double wide = 0.012 + 0.15 * near * near + 0.006 * noise_(40 * x, 40 * y);
    return std::fabs(x - middle) - wide;
  }
  void plant(double x, double depth, double scale) {
    const double y = horizon_ + 0.08 + depth * depth * 0.5, size = scale * (0.018 + 0.20 * (y - horizon_ - 0.05));
    if (y > 1.0 || bank(x, y) < 1.1 * size || noise_.clouds(2.5 * x, 2.5 * y + 60, 2) < 0.05 - 0.4 * (0.5 - depth))
      return;
    trees_.push_back({x, y, size});
  }
  static bool trunk(const Disc& tree, double x, double y) {
    return std::fabs(x - tree.x) < 0.10 * tree.radius && y < tree.y && y > tree.y - 1.2 * tree.radius;
  }
  /// Positive within: lumps of leaves above the trunk.
  double crown(const Disc& tree, double x, double y) const {
    const double dx = (x - tree.x) / tree.radius, dy = (y - tree.y) / tree.radius + 1.75;
    if (dx * dx + dy * dy > 2.4) return -1.0;
    const double lumps = noise_.clouds(1.7 * dx + 70 * tree.x, 1.7 * dy + 70 * tree.y, 3);
    return 1.0 + 0.5 * lumps - dx * dx - 0.75 * dy * dy;
  }
  Colour foliage(const Disc& tree, double x, double y) const {
    const double dx = (x - tree.x) / tree.radius, dy = (y - tree.y) / tree.radius + 1.75;
    const double leaf = noise_.clouds(7 * dx + 70 * tree.x, 7 * dy, 3), side = (sun_ - 0.5 > 0 ? 1.0 : -1.0) * dx;
    const double light = 0.84 + 0.34 * leaf + 0.22 * side - 0.26 * dy;
    const Colour tone = mix({0.20, 0.37, 0.15}, {0.47, 0.44, 0.15}, noise_.at(std::floor(997 * tree.x), 1, 1));
    return mix(tone * light, {0.55, 0.62, 0.66}, 0.35 * smooth(0.25, 0.0, tree.y - horizon_));
  }
  Colour sky(double x, double y) const {
    const double down = y / horizon_, dx = x - sun_, dy = y - 0.5 * horizon_;
    const double cloud = noise_.clouds(2.6 * x + 5, 6.5 * y / (0.5 + 0.5 * down), 5);
    Colour blue = mix({0.28, 0.48, 0.78}, {0.80, 0.86, 0.90}, smooth(0.0, 1.0, down));
    blue = mix(blue, {0.98, 0.92, 0.76}, 0.6 * smooth(0.30, 0.0, dx * dx + dy * dy));
    const double shade = noise_.clouds(2.6 * x + 5, 6.5 * (y + 0.03) / (0.5 + 0.5 * down), 3);
    return mix(blue, mix({0.97, 0.96, 0.94}, {0.74, 0.77, 0.82}, smooth(0.0, 0.9, shade)), smooth(0.0, 0.6, cloud));
  }
  Colour hill(double x, double y, double top, const Colour& high, const Colour& low, double wood) const {
    const double ground = noise_.clouds(wood * x, 1.6 * wood * y, 4), slope = noise_.clouds(5 * x + 9, 5 * y, 2);
    return mix(high, low, smooth(0.0, 0.14, y - top)) * (1.0 + 0.14 * ground + 0.14 * slope);
  }
  Colour grassland(double x, double y) const {
    const double near = smooth(horizon_, 1.0, y), broad = noise_.clouds(5 * x, 14 * y, 3);
    const double fine = noise_.octaves(95 * x, 70 * y, 2), coarse = noise_.octaves(55 * x + 9, 24 * y, 3);
    const double blades = fine + near * (coarse - fine), flower = noise_(95 * x, 120 * y);
    Colour green = mix({0.45, 0.55, 0.22}, {0.60, 0.58, 0.27}, smooth(-0.2, 0.6, broad));
    green = mix(green, {0.82, 0.72, 0.58}, 0.8 * smooth(0.014, 0.0, bank(x, y)));
    if (flower > 0.78 && broad > 0.0) return mix(green, {0.88, 0.36, 0.26}, 0.8);
    return green * (0.92 + 0.20 * blades + 0.12 * broad);
  }
  Colour water(double x, double y) const {
    const double near = 0.2 + 2.2 * (y - horizon_), ripple = noise_.octaves(16 * x / near, 95 * y / near, 3);
    const Colour deep = mix({0.62, 0.73, 0.80}, {0.20, 0.34, 0.44}, smooth(horizon_, 1.05, y));
    return mix(deep * (1.0 + 0.12 * ripple), {0.92, 0.94, 0.94}, smooth(0.45, 0.95, ripple));
  }

  Noise noise_;
  Dice dice_;
  double horizon_, source_, mouth_, sun_;
  std::vector<Disc> trees_;
};

inline Pixels<std::uint8_t> landscape(int side, std::uint64_t seed) {
  const Landscape scene(seed);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) { return scene.colour(x / side, y / side); });
  return canvas.pixels();
}

/// A flat colour for each label, without mixtures at their borders: what is compared by colour needs no more.
inline Pixels<std::uint8_t> landscape_labels(int side, std::uint64_t seed) {
  static constexpr std::uint8_t kColours[Landscape::kLabels][3] = {{135, 190, 235}, {140, 130, 180}, {90, 110, 60},
                                                                   {170, 210, 90},  {30, 80, 200},   {20, 120, 50}};
  const Landscape scene(seed);
  Pixels<std::uint8_t> out(Shape<3>{{side, side, 3}});
  for (index_t i = 0; i < out.size(); i += 3) {
    const double x = (static_cast<double>(i / 3 % side) + 0.5) / side,
                 y = (static_cast<double>(i / 3 / side) + 0.5) / side;
    std::copy_n(kColours[scene.label(x, y)], 3, out.data() + i);
  }
  return out;
}

/// The labels of another landscape: what a method makes a picture of, after the example of the first.
inline Pixels<std::uint8_t> landscape_target_labels(int side, std::uint64_t seed) {
  return landscape_labels(side, mix64(seed ^ 0x5eed));
}

/// The landscape in oil: strokes along what they show, coarse ones first.
inline Pixels<std::uint8_t> landscape_painted(int side, std::uint64_t seed) {
  const Landscape scene(seed);
  const Noise noise(seed + 1);
  Dice dice(seed, 32);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) { return scene.colour(x / side, y / side) * 0.85; });
  for (const double width : {7.0, 4.2, 2.6}) {
    const int strokes = static_cast<int>(2.2 * side * side / (width * width * 3.0));
    for (int i = 0; i < strokes; ++i) {
      const double x = dice(-4, side + 4), y = dice(-4, side + 4), half = width * dice(1.3, 2.1),
                   seedling = dice(0, 90);
      const double sx = clamp(x / side, 0.0, 1.0), sy = clamp(y / side, 0.0, 1.0);
      const Direction to = scene.flow(sx, sy);
      const double light = dice(0.88, 1.12), warm = dice(-0.05, 0.05);
      const Colour paint = scene.colour(sx, sy) * light + Colour{warm, 0.0, -warm};
      canvas.around(x, y, half + width, [&](double px, double py, Colour& sample) {
        const double u = (to.x * (px - x) + to.y * (py - y)) / half,
                     v = 2.0 * (to.x * (py - y) - to.y * (px - x)) / width;
        const double ragged = noise(3.0 * v + seedling, 0.8 * u), bristle = noise(4.5 * v + seedling, 0.5 * u + 30);
        if (u * u * (1.0 + 0.5 * ragged) + power(v, 4) > 1.0) return;
        sample = paint * (1.0 + 0.13 * bristle - 0.10 * v * to.x + 0.08 * power(v, 3));
      });
    }
  }
  return canvas.pixels();
}

}  // namespace pastiche::program
