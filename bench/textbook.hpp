// SPDX-License-Identifier: MIT
/// \file
/// PatchMatch as the paper has it, the yardstick of patch methods: in place, scan order, one thread, plain scalar loops
/// that end early. Its time makes figures of different machines comparable.
#pragma once

#include "ceiling.hpp"

#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/io/image.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace pastiche::bench {

/// The middle of a photo of the shared data; waves and noise where that is not there.
inline Tensor<std::uint8_t, 3, Cpu> photo(const std::string& name, index_t side, std::uint64_t seed) {
  Tensor<std::uint8_t, 3, Cpu> image({side, side, 3});
  const std::string path = std::string(PASTICHE_TEST_DATA) + "/photos/" + name;
  if (std::filesystem::exists(path)) {
    const auto whole = read_image<std::uint8_t>(path);
    const index_t top = (whole.shape(0) - side) / 2, left = (whole.shape(1) - side) / 2;
    for (index_t y = 0; y < side; ++y) {
      std::copy_n(whole.view().row(top + y, left), side * 3, image.view().row(y));
    }
    return image;
  }
  CounterRng rng(seed, 0, 0);
  float value[3] = {0.5f, 0.5f, 0.5f};
  for (index_t i = 0; i < image.size(); ++i) {
    const index_t row = i / (3 * side);
    const float above = row > 0 ? static_cast<float>(image.data()[i - 3 * side]) / 255.0f : 0.5f;
    value[i % 3] = 0.45f * value[i % 3] + 0.45f * above + 0.1f * rng.uniform() + (rng.below(400) == 0 ? 0.3f : 0.0f);
    image.data()[i] = from_scalar<std::uint8_t>(clamp(value[i % 3], 0.0f, 1.0f));
  }
  return image;
}

/// Barnes et al. 2009, section 3, on 7 by 7 patches of pictures of three channels.
class TextbookPatchMatch {
 public:
  TextbookPatchMatch(const Tensor<std::uint8_t, 3, Cpu>& picture, const Tensor<std::uint8_t, 3, Cpu>& example)
      : a_{picture.data()},
        b_{example.data()},
        a_width_{static_cast<int>(picture.shape(1))},
        b_width_{static_cast<int>(example.shape(1))},
        rows_{static_cast<int>(picture.shape(0)) - kPatch + 1},
        columns_{a_width_ - kPatch + 1},
        places_down_{static_cast<int>(example.shape(0)) - kPatch + 1},
        places_across_{b_width_ - kPatch + 1},
        field_(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_)) {}

  void run(int iterations) {
    for (int y = 0; y < rows_; ++y) {
      for (int x = 0; x < columns_; ++x) {
        Match& match = at(y, x);
        match = {below(places_down_), below(places_across_), 0};
        match.distance = distance(y, x, match.row, match.column, 0x7fffffff);
      }
    }
    for (int i = 0; i < iterations; ++i) sweep(i % 2 == 0 ? 1 : -1);
  }
  double mean() const {
    double sum = 0.0;
    for (const Match& match : field_) sum += match.distance;
    return sum / static_cast<double>(field_.size());
  }

 private:
  static constexpr int kPatch = 7;
  struct Match {
    int row, column, distance;
  };

  Match& at(int y, int x) { return field_[static_cast<std::size_t>(y * columns_ + x)]; }

  int below(int n) {  // xorshift
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return static_cast<int>(state_ % static_cast<std::uint32_t>(n));
  }

  int distance(int y, int x, int v, int u, int limit) const {
    int sum = 0;
    for (int i = 0; i < kPatch; ++i) {
      const std::uint8_t* p = a_ + ((y + i) * a_width_ + x) * 3;
      const std::uint8_t* q = b_ + ((v + i) * b_width_ + u) * 3;
      for (int k = 0; k < kPatch * 3; ++k) {
        const int d = p[k] - q[k];
        sum += d * d;
      }
      if (sum >= limit) return sum;
    }
    return sum;
  }

  void offer(int y, int x, int v, int u) {
    if (v < 0 || u < 0 || v >= places_down_ || u >= places_across_) return;
    Match& match = at(y, x);
    const int d = distance(y, x, v, u, match.distance);
    if (d < match.distance) match = {v, u, d};
  }

  void sweep(int step) {
    for (int i = 0; i < rows_; ++i) {
      for (int j = 0; j < columns_; ++j) {
        const int y = step > 0 ? i : rows_ - 1 - i, x = step > 0 ? j : columns_ - 1 - j;
        if (j > 0) offer(y, x, at(y, x - step).row, at(y, x - step).column + step);
        if (i > 0) offer(y, x, at(y - step, x).row + step, at(y - step, x).column);
        for (int radius = std::max(places_down_, places_across_); radius >= 1; radius /= 2) {
          const Match near = at(y, x);
          const int top = std::max(near.row - radius, 0), bottom = std::min(near.row + radius + 1, places_down_);
          const int left = std::max(near.column - radius, 0),
                    right = std::min(near.column + radius + 1, places_across_);
          offer(y, x, top + below(bottom - top), left + below(right - left));
        }
      }
    }
  }

  const std::uint8_t *a_, *b_;
  int a_width_, b_width_, rows_, columns_, places_down_, places_across_;
  std::vector<Match> field_;
  std::uint32_t state_ = 1;
};

/// Keeps the least processor time of what it runs.
struct Best {
  double seconds = 1e30;
  template <class F>
  void run(F&& f) {
    const double start = thread_seconds_now();
    f();
    seconds = (std::min)(seconds, thread_seconds_now() - start);
  }
};

/// The yardstick: 512 by 512 pixels, 7 by 7 patches, five iterations.
struct Yardstick {
  Tensor<std::uint8_t, 3, Cpu> picture = photo("astronaut.png", 512, 1);
  Tensor<std::uint8_t, 3, Cpu> example = photo("kodim05.png", 512, 2);
  Best best;
  double mean = 0.0;

  void run() {
    TextbookPatchMatch textbook(picture, example);
    best.run([&] { textbook.run(5); });
    mean = textbook.mean();
  }
};

}  // namespace pastiche::bench
