// SPDX-License-Identifier: MIT
/// \file
/// Woven and knitted threads: each a function of (side, seed).
#pragma once

#include "random.hpp"

namespace pastiche::program {

/// Hand-spun threads over and under each other, no two as thick or as light.
inline Pixels<std::uint8_t> weave(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    constexpr double kThread = 11.5;
    const double bentx = x + 1.5 * noise(x / 40, y / 23) + 3.0 * noise(x / 110, y / 95 + 3);
    const double benty = y + 1.5 * noise(x / 23 + 40, y / 40) + 3.0 * noise(x / 95, y / 110 + 60);
    const Slot warp = slot(noise, bentx / kThread, 0, 1, 0.34), weft = slot(noise, benty / kThread, 0, 2, 0.34);
    const bool across = std::fmod(std::fabs(warp.index + weft.index), 2.0) == 0.0;  // which thread lies on top
    const Slot& thread = across ? weft : warp;
    const Slot& under = across ? warp : weft;
    const double along = across ? x : y, off = across ? y : x;
    const double t = 2.0 * thread.from / thread.width - 1.0, s = 2.0 * under.from / under.width - 1.0;
    const double thick = 0.86 + 0.16 * noise(along / 17 + 40 * thread.index, across ? 5 : 9);
    const double round = std::sqrt((std::max)(0.0, 1.0 - t * t / (thick * thick))), bulge = 1.0 - 0.5 * s * s;
    const double twist = noise.octaves(along / 8 + 31 * thread.index, off / 1.0 + 0.4 * along, 2);
    const double tone = 0.5 * noise.at(thread.index, 0, across ? 3 : 4) + 0.5 * noise.at(warp.index, weft.index, 5);
    const double fading = noise.clouds(x / 70, y / 70, 3) + 0.4 * noise(along / 45 + 50 * thread.index, 3);
    const Colour warm = mix({0.80, 0.68, 0.48}, {0.64, 0.47, 0.28}, tone);
    const Colour cool = mix({0.43, 0.49, 0.53}, {0.28, 0.34, 0.42}, tone);
    const double light = (0.34 + 0.70 * round - 0.10 * t) * bulge + 0.30 * twist * bulge + 0.12 * fading;
    return (across ? warm : cool) * (std::max)(0.06, light);
  });
  return canvas.pixels();
}

/// A jumper: columns of stitches, each of two legs of twisted yarn, heathered flecked with white.
inline Pixels<std::uint8_t> knitted_wool(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Canvas canvas(side);
  const double turn = noise.at(1, 1, 1);
  const auto yarn = [&](double column, double row) {
    const Colour base = mix({0.27, 0.40, 0.54}, {0.50, 0.33, 0.42}, turn);
    const double fleck = noise.at(column, row, 2);
    if (fleck < 0.10) return mix({0.84, 0.80, 0.71}, {0.76, 0.66, 0.50}, noise.at(column, row, 3));
    return mix(base, {0.24, 0.22, 0.32}, smooth(0.45, 1.0, fleck));
  };
  canvas.fill([&](double x, double y) {
    constexpr double kWide = 14.0, kHigh = 10.5;
    const double bentx = x + 1.0 * noise(x / 15, y / 13) + 3.0 * noise(x / 90, y / 80);
    const double benty = y + 1.1 * noise(x / 14 + 60, y / 12) + 3.0 * noise(x / 80, y / 90 + 20);
    const Slot stitch = slot(noise, bentx / kWide, 0, 5, 0.16);
    const double leg = 2.0 * stitch.from / stitch.width - 1.0, s = std::fabs(leg);
    // Legs climb from the middle to the sides: rows are counted along them.
    const double lifted = benty / kHigh + 0.85 * s + 0.12 * noise.at(stitch.index, 0, 6);
    const Slot row = slot(noise, lifted, stitch.index, 7, 0.20);
    const double t = 2.0 * row.from / row.width - 1.0, u = 2.0 * s - 1.0;
    const double thick = 0.95 - 0.20 * power(u, 4) + 0.10 * noise(x / 6, y / 6 + 11);
    const double shape = 1.0 - t * t / (thick * thick) - 0.75 * power(u, 6);
    const double round = std::sqrt((std::max)(0.0, shape));
    const double turned = 0.9 * s * (leg < 0 ? 1.0 : -1.0) + 0.35 * t;
    const double ply = sine(1.7 * turned + noise.at(stitch.index, row.index, 8));
    const double fuzz = noise.octaves(x / 2.6 + 3 * t, y / 2.6, 2), heather = noise(x / 5 + 90, y / 3.2);
    const double broad = noise.clouds(x / 65, y / 65 + 33, 3);
    const double red = 0.05 * heather + 0.03 * broad;  // fibres of several dyes
    const Colour wool = yarn(stitch.index, row.index) + Colour{red, -0.3 * red, -0.2 * red};
    const double light = 0.22 + 0.80 * round - 0.13 * t * round + 0.10 * ply * round + 0.13 * fuzz + 0.11 * broad;
    return wool * ((std::max)(0.07, light) * (1.0 + 0.16 * heather));
  });
  return canvas.pixels();
}

}  // namespace pastiche::program
