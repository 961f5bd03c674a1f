// SPDX-License-Identifier: MIT
/// \file
/// A page of writing that nobody can read: an alphabet of invented strokes for each seed.
#pragma once

#include "random.hpp"

namespace pastiche::program {

/// Letters of two or three bent strokes between nine places.
class Alphabet {
 public:
  static constexpr int kLetters = 22;

  explicit Alphabet(Dice& dice) {
    for (Letter& letter : letters_) {
      letter.width = dice(0.6, 1.05);
      const int strokes = 2 + dice.below(2);
      int from = dice.below(9);
      for (int i = 0; i < strokes; ++i) {
        const int to = (from + 2 + dice.below(6)) % 9;
        const double bow = dice(-0.55, 0.55);  // never straight
        letter.strokes.push_back({anchor(from), anchor(to), bow < 0.0 ? bow - 0.2 : bow + 0.2});
        from = dice.below(3) > 0 ? to : dice.below(9);
      }
      set_tight(letter);
      const double tail = dice();
      if (tail < 0.22) letter.strokes.push_back({{0.1, 1.0}, {0.1, -0.65}, 0.0});
      if (tail > 0.85) letter.strokes.push_back({{0.9, 0.2}, {0.7, 1.6}, 0.2});
    }
  }

  /// Writes a letter with its upper left at (x, y); returns how far the next one is.
  template <class Ink>
  double write(int which, double x, double y, double size, const Ink& ink) const {
    const Letter& letter = letters_[which];
    const double width = 0.72 * letter.width * size;
    for (const Stroke& s : letter.strokes) {
      const double dx = s.to.x - s.from.x, dy = s.to.y - s.from.y;
      const double length = size * std::sqrt(dx * dx + dy * dy);
      for (double at = 0.0; at <= length; at += 0.3) {
        const double t = at / length, bow = 4.0 * s.bow * t * (1.0 - t);
        ink(x + width * (s.from.x + dx * t + bow * dy), y + size * (s.from.y + dy * t - bow * dx));
      }
    }
    return width * letter.room + 0.42 * size;
  }

 private:
  struct Stroke {
    Direction from, to;
    double bow;
  };
  struct Letter {
    double width = 1.0, room = 1.0;  ///< of a unit, and units
    std::vector<Stroke> strokes;
  };

  /// Moves the strokes to the left, and the next letter close to them.
  static void set_tight(Letter& letter) {
    double left = 1.0, right = 0.0;
    for (const Stroke& s : letter.strokes) {
      left = (std::min)({left, s.from.x, s.to.x});
      right = (std::max)({right, s.from.x, s.to.x});
    }
    for (Stroke& s : letter.strokes) {
      s.from.x -= left;
      s.to.x -= left;
    }
    letter.room = (std::max)(0.45, right - left);
  }
  static Direction anchor(int i) { return {0.5 * (i % 3), 0.5 * (i / 3)}; }

  Letter letters_[kLetters];
};

/// Lines of words in ink on old paper.
inline Pixels<std::uint8_t> glyphs(int side, std::uint64_t seed) {
  const Noise noise(seed);
  Dice dice(seed, 15);
  const Alphabet alphabet(dice);
  Canvas canvas(side);
  canvas.fill([&](double x, double y) {
    const double fibre = noise.octaves(x / 5, y / 3, 3), broad = noise.clouds(x / 55, y / 55, 3);
    return mix({0.91, 0.86, 0.75}, {0.74, 0.64, 0.48}, 0.30 + 0.5 * broad) * (1.0 + 0.035 * fibre);
  });
  constexpr double kSize = 6.6, kLine = 14.5;
  for (double line = -dice(2, 8); line < side + kLine; line += kLine + dice(-0.6, 0.6)) {
    double x = -dice(0, 30);
    while (x < side + 10) {
      const double tilt = dice(-0.3, 0.3), heavy = dice(0.85, 1.15);
      const int more = dice.below(3);
      for (int left = 2 + more + dice.below(5); left > 0; --left) {
        const double y = line + 1.6 * noise(x / 60, line / 40) + tilt;
        // Some letters are more frequent, as in any language.
        const double often = dice();
        const int letter = static_cast<int>(Alphabet::kLetters * often * std::sqrt(often));
        x += alphabet.write(letter, x, y, kSize * dice(0.95, 1.05), [&](double px, double py) {
          const double wet = 0.70 + 0.28 * noise(px / 9, py / 9 + 30);
          const double radius = heavy * (0.62 + 0.12 * noise(px / 4, py / 4 + 70));
          canvas.around(px, py, radius, [&](double sx, double sy, Colour& sample) {
            const double d = (sx - px) * (sx - px) + (sy - py) * (sy - py);
            if (d <= radius * radius) sample = mix(sample, {0.16, 0.11, 0.13}, 0.75 * wet);
          });
        });
      }
      x += dice(3.5, 6.0);
      if (dice() < 0.035) x += dice(14, 40);  // a sentence ends
    }
  }
  return canvas.pixels();
}

}  // namespace pastiche::program
