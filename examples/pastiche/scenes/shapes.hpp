// SPDX-License-Identifier: MIT
/// \file
/// Bodies and masks for methods that follow another picture: each a function of (side, seed).
#pragma once

#include "../textures/random.hpp"

namespace pastiche::program {

/// A smooth body: its height above the ground in pixels, 0 beside it.
template <class Height>
Pixels<std::uint8_t> relief(int side, const Colour& clay, const Colour& ground, const Height& height) {
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    const double h = height(x, y), dx = height(x + 0.5, y) - height(x - 0.5, y);
    const double dy = height(x, y + 0.5) - height(x, y - 0.5), norm = std::sqrt(1.0 + dx * dx + dy * dy);
    const double light = (std::max)(0.0, (0.70 + 0.45 * dx + 0.55 * dy) / norm);
    if (h > 0.0) return clay * (0.13 + 0.80 * light) + Colour{1.0, 0.98, 0.94} * (0.45 * power(light, 30));
    // A shadow: whatever stands between this place and the light.
    double shade = 0.0;
    for (double step = 2.0; step < 0.35 * side; step += 2.0) {
      const double above = height(x - 0.45 * step, y - 0.55 * step) - 0.70 * step;
      shade = (std::max)(shade, smooth(-3.0, 6.0, above));
    }
    return ground * (1.05 - 0.18 * (x + y) / side) * (1.0 - 0.55 * shade);
  });
  return canvas.pixels();
}

/// A ball on a table.
inline Pixels<std::uint8_t> ball(int side, std::uint64_t seed) {
  Dice dice(seed, 21);
  const double x0 = (0.48 + dice(-0.02, 0.02)) * side, y0 = (0.47 + dice(-0.02, 0.02)) * side, radius = 0.32 * side;
  return relief(side, {0.80, 0.77, 0.72}, {0.66, 0.65, 0.63}, [=](double x, double y) {
    const double dx = x - x0, dy = y - y0, rest = radius * radius - dx * dx - dy * dy;
    return rest > 0.0 ? std::sqrt(rest) : 0.0;
  });
}

/// A mask such as hangs on a wall: forehead, brows, eyes, nose, cheeks, mouth, chin, out of smooth lumps.
inline Pixels<std::uint8_t> face(int side, std::uint64_t seed) {
  Dice dice(seed, 22);
  const double scale = side / 100.0, wide = dice(0.95, 1.05), eyes = dice(13.0, 14.5), nose = dice(0.9, 1.15);
  const double smile = dice(-0.5, 2.5), brow = dice(2.2, 3.4);
  const auto lump = [](double dx, double dy) { return power((std::max)(0.0, 1.0 - 0.25 * (dx * dx + dy * dy)), 4); };
  return relief(side, {0.82, 0.70, 0.58}, {0.43, 0.45, 0.47}, [=](double px, double py) {
    const double x = (px / scale - 50.0) / wide, y = py / scale - 48.0, a = std::fabs(x);
    const double jaw = 30.0 - (y > 0.0 ? 0.0042 * y * y : 0.0),
                 rest = 1.0 - x * x / (jaw * jaw) - y * y / (41.0 * 41.0);
    if (rest <= 0.0) return 0.0;
    double z = 24.0 * std::sqrt(rest);
    z -= 4.6 * lump((a - eyes) / 5.5, (y + 7.0) / 4.0);                      // sockets
    z += 2.9 * lump((a - eyes) / 3.4, (y + 6.5) / 2.2);                      // lids
    z += brow * lump((a - eyes) / 6.5, (y + 14.5 - 0.08 * a) / 2.0);         // brows
    z += 7.5 * nose * lump(x / (2.2 + 0.10 * (y + 10.0)), (y - 2.0) / 7.5);  // nose
    z += 2.6 * nose * lump((a - 4.0) / 1.9, (y - 8.2) / 1.8);                // nostrils
    z += 2.6 * lump((a - 16.0) / 5.5, (y - 8.0) / 5.0);                      // cheeks
    const double lips = y - 18.5 + 0.010 * smile * a * a;
    z += 2.5 * lump(x / 6.5, (lips + 1.7) / 1.15) + 2.8 * lump(x / 5.5, (lips - 1.9) / 1.3);
    z -= 2.4 * lump(x / 6.5, lips / 0.6);
    return (z + 2.6 * lump(x / 5.0, (y - 31.0) / 3.6)) * scale;  // chin
  });
}

/// What a mask of two levels shows: 1 inside, 0 outside.
template <class Inside>
Pixels<std::uint8_t> mask_of(int side, const Inside& inside) {
  Pixels<std::uint8_t> out(Shape<3>{{side, side, 3}});
  for (index_t i = 0; i < out.size(); ++i) {
    const index_t pixel = i / 3;
    const bool white = inside(static_cast<double>(pixel % side) + 0.5, static_cast<double>(pixel / side) + 0.5);
    out.data()[i] = white ? 255 : 0;
  }
  return out;
}

/// White shapes on black: a star, a ring, a disc, a bar with round ends. For `texture --mask`.
inline Pixels<std::uint8_t> shapes(int side, std::uint64_t seed) {
  Dice dice(seed, 23);
  const double turn = dice(), bar = dice(-0.1, 0.1);
  return mask_of(side, [=](double px, double py) {
    const double x = px / side, y = py / side;
    const auto squared = [](double dx, double dy) { return dx * dx + dy * dy; };
    const double ring = squared(x - 0.72, y - 0.29);
    if ((ring < 0.0361 && ring > 0.0100) || squared(x - 0.25, y - 0.74) < 0.0225) return true;
    const Direction axis = direction(bar);
    const double along = clamp((x - 0.70) * axis.x + (y - 0.75) * axis.y, -0.17, 0.17);
    if (squared(x - 0.70 - along * axis.x, y - 0.75 - along * axis.y) < 0.0042) return true;
    for (int point = 0; point < 5; ++point) {  // a triangle from the middle of the star to each point
      const Direction to = direction(turn + 0.2 * point);
      const double u = (x - 0.29) * to.x + (y - 0.29) * to.y, v = std::fabs((y - 0.29) * to.x - (x - 0.29) * to.y);
      if (u > 0.0 && u + 2.6 * v < 0.215) return true;
    }
    return false;
  });
}

/// Holes to fill, white: blots and two scratches. For `inpaint --mask`, and for `texture --mask`, which makes what is
/// white.
inline Pixels<std::uint8_t> holes(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Dice dice(seed, 24);
  std::vector<Disc> blots = scattered(side, 0.16 * side, 0.10 * side, 12, dice);
  const double first = dice(0.2, 0.45) * side, second = dice(0.55, 0.8) * side;
  return mask_of(side, [&](double x, double y) {
    const double scale = side / 192.0, u = x / scale, v = y / scale;
    for (const Disc& blot : blots) {
      const double dx = x - blot.x, dy = y - blot.y,
                   reach = blot.radius * (0.55 + 0.25 * noise.clouds(u / 16, v / 16, 2));
      if (dx * dx + dy * dy < reach * reach) return true;
    }
    const double bend = 9.0 * scale * noise.clouds(u / 40, v / 40, 3), width = (1.6 + noise(u / 15, v / 15)) * scale;
    return std::fabs(y - first - 0.3 * x + bend) < width || std::fabs(x - second + 0.2 * y + bend) < width;
  });
}

}  // namespace pastiche::program
