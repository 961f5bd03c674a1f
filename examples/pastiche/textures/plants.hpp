// SPDX-License-Identifier: MIT
/// \file
/// Grass, leaves, berries, wood: each a function of (side, seed).
#pragma once

#include "random.hpp"

namespace pastiche::program {

/// Blades one over the other, the lower ones in the dark, in tufts.
inline Pixels<std::uint8_t> grass(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Dice dice(seed, 11);
  Canvas canvas(side);
  canvas.fill([](double, double) { return Colour{0.05, 0.08, 0.03}; });
  const int blades = side * side / 14;
  for (int blade = 0; blade < blades; ++blade) {
    const double above = static_cast<double>(blade) / blades;
    double x = dice(-20, side + 20), y = dice(-10, side + 30), angle = 0.42 * dice(-0.5, 0.5);
    const double tuft = noise.clouds(x / 45, y / 45, 2), bend = 0.016 * dice(-0.5, 0.5);
    const double length = dice(11, 26) * (1.0 + 0.3 * tuft), dry = dice() + 0.10 * tuft, wide = dice(0.9, 1.5);
    angle += 0.10 * noise(x / 30 + 50, y / 30);
    const Colour fresh = mix({0.23, 0.42, 0.11}, {0.48, 0.64, 0.20}, dice() + 0.4 * tuft);
    const Colour body = mix(fresh, {0.76, 0.70, 0.40}, dry > 0.88 ? 0.8 : 0.15 * dry);
    const double shade = (0.26 + 0.80 * above) * (1.0 + 0.22 * tuft);
    for (double along = 0.0; along < length; along += 0.35) {
      const double share = along / length, radius = wide * (1.0 - share) + 0.35;
      const Colour tone = body * (shade * (0.72 + 0.48 * share));
      const Direction up = direction(angle);
      canvas.disc(x, y, radius, [&](double dx, double) { return tone * (1.0 - 0.25 * dx); });
      x += 0.35 * up.y;
      y -= 0.35 * up.x;
      angle += 0.35 * bend;
    }
  }
  return canvas.pixels();
}

/// A heap of shiny berries.
inline Pixels<std::uint8_t> berries(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Dice dice(seed, 12);
  Canvas canvas(side);
  canvas.fill([](double, double) { return Colour{0.06, 0.03, 0.04}; });
  for (int berry = 0; berry < side * side / 45; ++berry) {
    const double x = dice(-10, side + 10), y = dice(-10, side + 10), radius = dice(6.0, 10.0), turn = dice(0, 40);
    const double ripe = clamp(0.5 + 0.35 * noise.clouds(x / 40, y / 40, 2) + dice(-0.5, 0.5), 0.0, 1.0);
    const Colour skin = mix(mix({0.85, 0.36, 0.13}, {0.66, 0.08, 0.10}, smooth(0.0, 0.5, ripe)), {0.33, 0.04, 0.15},
                            smooth(0.5, 1.0, ripe));
    canvas.around(x + 1.2, y + 1.6, 1.15 * radius, [&](double sx, double sy, Colour& sample) {
      const double dx = (sx - x - 1.2) / radius, dy = (sy - y - 1.6) / radius;
      sample = sample * (1.0 - 0.55 * smooth(1.3, 0.8, dx * dx + dy * dy));
    });
    canvas.disc(x, y, radius, [&](double dx, double dy) {
      const double up = std::sqrt((std::max)(0.0, 1.0 - dx * dx - dy * dy));
      const double light = (std::max)(0.0, 0.74 * up - 0.45 * dx - 0.50 * dy);
      const double shine = power(light, 26), speckle = noise.clouds(2.8 * dx + turn, 2.8 * dy + 2 * turn, 3);
      const Colour lit = skin * ((0.16 + 0.95 * light) * smooth(0.0, 0.45, up) * (1.0 + 0.40 * speckle) + 0.05);
      return lit + Colour{0.75, 0.70, 0.68} * (0.8 * shine);
    });
  }
  return canvas.pixels();
}

/// Growth rings around a few knots, fibres and pores.
inline Pixels<std::uint8_t> wood(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Dice dice(seed, 13);
  std::vector<Disc> knots = scattered(side, 34.0, 28.0, 60, dice);
  for (Disc& knot : knots) knot.radius = dice(1.8, 3.6);

  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    // The rings flow around a knot as water around a pole, and circle within it.
    double bent = y + 8.0 * noise(x / 120, y / 40) + 1.8 * noise(x / 50 + 20, y / 11), knot = 0.0, within = 0.0;
    for (const Disc& k : knots) {
      const double dx = (x - k.x) / 2.3 + 0.8 * noise(x / 9, y / 7), dy = y - k.y + 0.8 * noise(x / 9 + 20, y / 7);
      const double far = (dx * dx + dy * dy) / (k.radius * k.radius);
      bent -= dy / (std::max)(1.0, far);
      knot = (std::max)(knot, smooth(1.9, 0.7, far));
      if (far < 1.0) within = 0.6 + 2.6 * std::sqrt(far) + k.x;
    }
    const double depth = within > 0.0 ? within : bent / 8.2;
    const double year = noise.at(std::floor(depth), 0, 10), ring = depth - std::floor(depth);
    // Rings fade in and out along the grain.
    const double fading = 0.2 + 0.8 * smooth(-0.6, 0.5, noise(x / 28, 1.7 * std::floor(depth)) + 0.5 * (year - 0.5));
    const double late = smooth(0.1 + 0.2 * year, 0.85, ring) * smooth(1.0, 0.82, ring) * fading;
    const double fibre = noise.octaves(x / 24, y / 1.5 + 2 * depth, 2);
    const double pore = smooth(0.35, 0.6, noise(x / 11 + 5, y / 0.9)), broad = noise.clouds(x / 60, depth / 1.5 + 9, 2);
    Colour timber = mix({0.84, 0.67, 0.46}, {0.45, 0.24, 0.10}, 0.95 * late);
    timber = mix(timber, {0.64, 0.40, 0.19}, 0.75 * smooth(-0.7, 0.8, broad));
    timber = mix(timber, {0.36, 0.19, 0.10}, 0.75 * knot);
    return timber * (0.97 + 0.16 * fibre - 0.24 * pore + 0.10 * broad);
  });
  return canvas.pixels();
}

/// A fallen leaf: an outline with teeth, a midrib and side veins, bent along its length.
class Leaf {
 public:
  Leaf(double side, double above, Dice& dice)
      : x_{dice(-15, side + 15)}, y_{dice(-15, side + 15)}, half_{dice(14, 24)}, wide_{dice(0.34, 0.52)} {
    along_ = direction(dice());
    bend_ = dice(-0.25, 0.25);
    veins_ = dice(4.5, 7.0);
    const double age = dice(), light = dice(0.8, 1.15) * (0.45 + 0.6 * above);
    Colour body = mix({0.45, 0.47, 0.16}, {0.82, 0.61, 0.17}, smooth(0.0, 0.35, age));
    body = mix(body, {0.72, 0.30, 0.10}, smooth(0.3, 0.65, age));
    body_ = mix(body, {0.37, 0.21, 0.13}, smooth(0.65, 1.0, age)) * light;
    spots_ = dice(0, 50);
  }
  void paint(Canvas& canvas, const Noise& noise) const {
    canvas.around(x_ + 1.6, y_ + 2.2, 1.15 * half_, [&](double x, double y, Colour& sample) {
      const Place p = place(x - 1.6, y - 2.2);
      sample = sample * (1.0 - 0.5 * smooth(-0.06, 0.08, p.inside));
    });
    canvas.around(x_, y_, 1.15 * half_, [&](double x, double y, Colour& sample) {
      const Place p = place(x, y);
      const double stalk = std::fabs(p.v) * half_;
      if (p.inside > 0.0 || (p.u < -0.9 && p.u > -1.15 && stalk < 0.7)) sample = colour(p, x, y, noise);
    });
  }

 private:
  struct Place {
    double u, v, inside;  ///< along, across, how far from the outline, in half lengths
  };

  Place place(double x, double y) const {
    const double dx = (x - x_) / half_, dy = (y - y_) / half_;
    const double u = along_.x * dx + along_.y * dy, v = along_.x * dy - along_.y * dx - bend_ * (u * u - 0.3);
    if (u <= -1.0 || u >= 1.0) return {u, v, -1.0};
    const double tooth = std::fabs(veins_ * 2.0 * u - std::floor(veins_ * 2.0 * u) - 0.5);
    const double width = wide_ * (1.0 - u * u) * (1.12 - 0.35 * u) * (0.94 + 0.14 * tooth);
    return {u, v, width - std::fabs(v)};
  }
  Colour colour(const Place& p, double x, double y, const Noise& noise) const {
    const double off = std::fabs(p.v), rib = smooth(0.065, 0.02, off + 0.02 * p.u);
    const double phase = veins_ * (p.u - 0.75 * off) + (p.v < 0.0 ? 0.5 : 0.0);
    const double between = std::fabs(phase - std::floor(phase) - 0.5);
    const double vein = smooth(0.40, 0.5, between) * smooth(0.0, 0.12, p.inside);
    const double grain = noise.clouds(x / 2.6 + spots_, y / 2.6, 2), blotch = noise.clouds(x / 11, y / 11 + spots_, 2);
    Colour leaf = mix(body_, body_ * 0.45, smooth(0.25, 0.8, blotch));
    leaf = mix(leaf, body_ * 1.35 + Colour{0.06, 0.06, 0.02}, 0.55 * (std::max)(rib, 0.7 * vein));
    const double tilt = -(along_.x * p.v) / wide_ * 0.35 + 0.14 * (p.v < 0.0 ? 1.0 : -1.0) * along_.x;
    const double puff = 0.12 * (0.5 - between), rim = -0.18 * smooth(0.05, 0.0, p.inside);
    return leaf * (1.0 + tilt + puff + rim + 0.27 * grain);
  }

  double x_, y_, half_, wide_, bend_, veins_, spots_;
  Direction along_;
  Colour body_;
};

/// Leaves on the ground in autumn.
inline Pixels<std::uint8_t> leaves(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Dice dice(seed, 14);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    return Colour{0.13, 0.09, 0.06} * (1.0 + 0.5 * noise.clouds(x / 4, y / 4, 3));
  });
  const int count = side * side / 140;
  for (int i = 0; i < count; ++i) Leaf(side, static_cast<double>(i) / count, dice).paint(canvas, noise);
  return canvas.pixels();
}

}  // namespace pastiche::program
