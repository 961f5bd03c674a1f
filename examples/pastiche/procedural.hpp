// SPDX-License-Identifier: MIT
/// \file
/// Example textures made by the program itself, so that the gallery needs no files: each a function of (side, seed).
#pragma once

#include "canvas.hpp"

#include <algorithm>
#include <cmath>

namespace pastiche::program {

/// Rows of bricks with worn edges, lit from the upper left.
inline Pixels<std::uint8_t> bricks(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    constexpr double kWidth = 38.4, kHeight = 16.0;
    const double wornx = x + 1.1 * noise(x / 7, y / 7 + 50), worny = y + 0.9 * noise(x / 8 + 90, y / 6);
    const double row = std::floor(worny / kHeight);
    const double along = wornx / kWidth + 0.5 * std::fmod(row, 2.0) + 0.09 * noise.at(row, 0, 1);
    const double column = std::floor(along), u = (along - column) * kWidth, v = worny - row * kHeight;
    const double joint = 1.3 + 0.6 * noise.at(column, row, 2);
    const double lit = (std::min)(u, v) - joint, dark = (std::min)(kWidth - u, kHeight - v) - joint;
    const double inside = (std::min)(lit, dark), grain = noise.octaves(x / 5, y / 4, 4);
    if (inside < 0.0) return Colour{0.66, 0.62, 0.56} * (0.86 + 0.16 * grain + 0.12 * smooth(0.0, -1.5, dark));
    const double tone = noise.at(column, row, 3), fire = noise.at(column, row, 4);
    const Colour clay = mix(mix({0.66, 0.31, 0.22}, {0.50, 0.21, 0.17}, tone), {0.72, 0.46, 0.30}, 0.6 * fire * fire);
    const double edge = 0.22 * smooth(2.0, 0.0, lit) - 0.30 * smooth(2.5, 0.0, dark);
    const double pits = smooth(0.45, 0.75, noise(x / 2.2 + 7, y / 2.2));
    return clay * (0.92 + 0.22 * grain + edge - 0.25 * pits);
  });
  return canvas.pixels();
}

/// Thick threads over and under each other.
inline Pixels<std::uint8_t> weave(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    constexpr double kThread = 12.0;
    const double wavyx = (x + 1.3 * noise(x / 40, y / 23)) / kThread;
    const double wavyy = (y + 1.3 * noise(x / 23 + 40, y / 40)) / kThread;
    const double column = std::floor(wavyx), row = std::floor(wavyy);
    const bool across = std::fmod(column + row, 2.0) == 0.0;  // which thread lies on top
    const double thread = across ? row : column;
    const double t = 2.0 * ((across ? wavyy - row : wavyx - column) - 0.5);
    const double s = 2.0 * ((across ? wavyx - column : wavyy - row) - 0.5);
    const double round = std::sqrt((std::max)(0.0, 1.0 - 0.92 * t * t)), bulge = 1.0 - 0.45 * s * s;
    const double along = across ? x : y, off = across ? y : x;
    const double fibre = noise.octaves(along / 9 + (across ? 0.0 : 300.0), off / 1.1 + 0.25 * along / 3, 2);
    const double tone = noise.at(thread, across ? 0 : 1, 5);
    const Colour warm = mix({0.78, 0.66, 0.45}, {0.62, 0.47, 0.28}, tone);
    const Colour cool = mix({0.42, 0.47, 0.50}, {0.27, 0.33, 0.40}, tone);
    const double light = (0.30 + 0.75 * round) * bulge + 0.13 * fibre + 0.05 * noise(x / 30, y / 30);
    return (across ? warm : cool) * (std::max)(0.05, light);
  });
  return canvas.pixels();
}

/// Rounded stones with sand between them.
inline Pixels<std::uint8_t> pebbles(int side, std::uint64_t seed) {
  const Noise noise(seed);
  constexpr double kCell = 17.0;
  struct Stone {
    double height, column, row;
  };
  const auto stone = [&](double x, double y) {
    const double u = x / kCell + 0.13 * noise(x / 9, y / 9), v = y / kCell + 0.13 * noise(x / 9 + 60, y / 9);
    double nearest = 9.0, second = 9.0;
    Stone found{};
    for (double row = std::floor(v) - 1; row <= std::floor(v) + 1; ++row) {
      for (double column = std::floor(u) - 1; column <= std::floor(u) + 1; ++column) {
        const double dx = column + 0.5 + 0.85 * (noise.at(column, row, 6) - 0.5) - u;
        const double dy = row + 0.5 + 0.85 * (noise.at(column, row, 7) - 0.5) - v;
        const double d = std::sqrt(dx * dx + dy * dy);
        if (d < nearest) found = {0.0, column, row};
        second = (std::min)(second, (std::max)(d, nearest));
        nearest = (std::min)(nearest, d);
      }
    }
    const double edge = (std::max)(0.0, second - nearest - 0.07);
    found.height = std::sqrt((std::min)(1.0, edge / 0.55));
    return found;
  };
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    const Stone here = stone(x, y);
    const double grain = noise.octaves(x / 4, y / 4, 3);
    if (here.height <= 0.0) return Colour{0.20, 0.17, 0.14} * (1.0 + 0.5 * grain);
    const double slope = 1.6 * (here.height - stone(x - 0.7, y - 0.9).height);
    const double tone = noise.at(here.column, here.row, 8), tint = noise.at(here.column, here.row, 9);
    const Colour grey = mix({0.42, 0.43, 0.45}, {0.74, 0.72, 0.68}, tone);
    const Colour rock =
        mix(grey, tint < 0.5 ? Colour{0.63, 0.50, 0.38} : Colour{0.40, 0.46, 0.50}, std::fabs(tint - 0.5));
    const double veins = smooth(0.86, 1.0, 1.0 - std::fabs(noise(x / 7 + 31 * tone, y / 5 + 31 * tint)));
    return rock * ((0.45 + 0.45 * here.height) * (1.0 + clamp(slope, -0.5, 0.6)) + 0.08 * grain + 0.08 * veins);
  });
  return canvas.pixels();
}

/// Growth rings, fibres and pores.
inline Pixels<std::uint8_t> wood(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    const double depth = y / 9.0 + 2.6 * noise(x / 120, y / 38) + 0.5 * noise(x / 60 + 20, y / 12);
    const double ring = depth - std::floor(depth), year = noise.at(std::floor(depth), 0, 10);
    const double late = smooth(0.25 + 0.3 * year, 0.95, ring) * smooth(1.0, 0.93, ring) * (0.6 + 0.4 * year);
    const double fibre = noise.octaves(x / 34, y / 1.3, 2), pore = smooth(0.35, 0.6, noise(x / 11 + 5, y / 0.9));
    const Colour timber = mix({0.80, 0.60, 0.38}, {0.52, 0.31, 0.16}, late);
    return timber * (0.97 + 0.09 * fibre - 0.22 * pore + 0.06 * noise(x / 50, y / 20 + 9));
  });
  return canvas.pixels();
}

/// Blades one over the other, the lower ones in the dark.
inline Pixels<std::uint8_t> grass(int side, std::uint64_t seed) {
  Canvas canvas(side);
  canvas.fill([](double, double) { return Colour{0.05, 0.09, 0.03}; });
  CounterRng rng(seed, 11, 0);
  const auto uniform = [&] { return static_cast<double>(rng.uniform()); };
  const int blades = side * side / 14;
  for (int blade = 0; blade < blades; ++blade) {
    const double above = static_cast<double>(blade) / blades;
    double x = uniform() * (side + 40) - 20, y = uniform() * (side + 40) - 10, angle = 2.6 * (uniform() - 0.5);
    const double bend = 0.10 * (uniform() - 0.5), length = 12.0 + 14.0 * uniform(), dry = uniform();
    const Colour fresh = mix({0.25, 0.45, 0.12}, {0.46, 0.63, 0.20}, uniform());
    const Colour body = mix(fresh, {0.74, 0.68, 0.36}, dry > 0.88 ? 0.8 : 0.15 * dry) * (0.30 + 0.75 * above);
    for (double along = 0.0; along < length; along += 0.35) {
      const double share = along / length, radius = 1.25 * (1.0 - share) + 0.35;
      const Colour tone = body * (0.75 + 0.45 * share);
      canvas.disc(x, y, radius, [&](double dx, double) { return tone * (1.0 - 0.25 * dx); });
      x += 0.35 * std::sin(angle);
      y -= 0.35 * std::cos(angle);
      angle += 0.35 * bend;
    }
  }
  return canvas.pixels();
}

/// A heap of shiny berries.
inline Pixels<std::uint8_t> berries(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Canvas canvas(side);
  canvas.fill([](double, double) { return Colour{0.06, 0.03, 0.04}; });
  CounterRng rng(seed, 12, 0);
  const auto uniform = [&] { return static_cast<double>(rng.uniform()); };
  for (int berry = 0; berry < side * side / 45; ++berry) {
    const double x = uniform() * (side + 20) - 10, y = uniform() * (side + 20) - 10, radius = 6.5 + 3.5 * uniform();
    const Colour skin =
        mix(mix({0.62, 0.07, 0.10}, {0.38, 0.05, 0.16}, uniform()), {0.86, 0.36, 0.12}, 0.5 * uniform());
    const double turn = 40.0 * uniform();
    canvas.disc(x, y, radius, [&](double dx, double dy) {
      const double up = std::sqrt((std::max)(0.0, 1.0 - dx * dx - dy * dy));
      const double light = (std::max)(0.0, 0.74 * up - 0.45 * dx - 0.50 * dy);
      const double shine = std::pow(light, 26.0), speckle = noise(2.2 * dx + turn, 2.2 * dy + 2 * turn);
      const Colour lit = skin * ((0.16 + 0.95 * light) * smooth(0.0, 0.45, up) * (1.0 + 0.15 * speckle) + 0.05);
      return lit + Colour{0.75, 0.70, 0.68} * (0.8 * shine);
    });
  }
  return canvas.pixels();
}

}  // namespace pastiche::program
