// SPDX-License-Identifier: MIT
/// \file
/// The pyramid that k-coherence synthesis works on: at each level all examples in one padded picture, and what may be
/// stolen of it.
#pragma once

#include <pastiche/image/pyramid.hpp>
#include <pastiche/primitive/block_problem.hpp>
#include <pastiche/primitive/similar_places.hpp>
#include <pastiche/texture/guide.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// Where the examples lie at one level, and what may be stolen: in host memory.
struct AtlasPlan {
  std::vector<AtlasExample> examples;
  std::vector<int> example_of_row;
  std::vector<std::uint8_t> allowed;  ///< of each place
  std::vector<int> nearest_allowed;   ///< of each place
  std::vector<int> all;               ///< the places that are allowed
  int rows = 0, stride = 0;

  /// The shorter side of the largest example.
  index_t side() const noexcept {
    int most = 0;
    for (const AtlasExample& e : examples) most = max_of(most, min_of(e.height, e.width));
    return most;
  }

  /// \param sizes (height, width) of each example
  /// \param masks (height, width) bytes of each example, empty for one that may be stolen whole
  AtlasPlan(const std::vector<Shape<2>>& sizes, const std::vector<std::vector<std::uint8_t>>& masks) {
    index_t widest = 0;
    for (const Shape<2>& size : sizes) widest = max_of(widest, size[1]);
    stride = static_cast<int>(widest) + 2 * kCoherencePad;
    for (const Shape<2>& size : sizes) {
      examples.push_back({rows + kCoherencePad, static_cast<int>(size[0]), static_cast<int>(size[1])});
      rows += static_cast<int>(size[0]) + 2 * kCoherencePad;
      example_of_row.resize(static_cast<std::size_t>(rows), static_cast<int>(examples.size()) - 1);
    }
    allowed.assign(static_cast<std::size_t>(rows) * static_cast<std::size_t>(stride), std::uint8_t{0});
    for (std::size_t e = 0; e < examples.size(); ++e) {
      for (int y = 0; y < examples[e].height; ++y) {
        for (int x = 0; x < examples[e].width; ++x) {
          const bool open =
              masks[e].empty() || masks[e][static_cast<std::size_t>(y) * static_cast<std::size_t>(examples[e].width) +
                                           static_cast<std::size_t>(x)] != 0;
          if (!open) continue;
          const int place = (examples[e].top + y) * stride + kCoherencePad + x;
          allowed[static_cast<std::size_t>(place)] = 1;
          all.push_back(place);
        }
      }
    }
    if (!all.empty()) find_nearest();
  }

 private:
  // Breadth first from all allowed places at once, each example by itself; one without any takes the first of all.
  void find_nearest() {
    nearest_allowed.assign(allowed.size(), -1);
    std::vector<int> queue = all;
    for (const int place : all) nearest_allowed[static_cast<std::size_t>(place)] = place;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const int place = queue[i], row = place / stride, column = place % stride;
      for (int n = 0; n < 9; ++n) {
        const int y = row + n / 3 - 1, x = column + n % 3 - 1;
        if (y < 0 || y >= rows || x < 0 || x >= stride) continue;
        if (example_of_row[static_cast<std::size_t>(y)] != example_of_row[static_cast<std::size_t>(row)]) continue;
        int& nearest = nearest_allowed[static_cast<std::size_t>(y * stride + x)];
        if (nearest >= 0) continue;
        nearest = nearest_allowed[static_cast<std::size_t>(place)];
        queue.push_back(y * stride + x);
      }
    }
    for (int& nearest : nearest_allowed) nearest = nearest < 0 ? all.front() : nearest;
  }
};

/// What may be stolen of pictures half the size: pixels none of whose children is left out.
inline std::vector<std::vector<std::uint8_t>> coarser_masks(const std::vector<Shape<2>>& sizes,
                                                            const std::vector<std::vector<std::uint8_t>>& masks) {
  std::vector<std::vector<std::uint8_t>> coarse(masks.size());
  for (std::size_t e = 0; e < masks.size(); ++e) {
    if (masks[e].empty()) continue;
    const index_t h = sizes[e][0], w = sizes[e][1];
    for (index_t y = 0; y < h; y += 2) {
      for (index_t x = 0; x < w; x += 2) {
        bool open = true;
        for (int k = 0; k < 4; ++k) {
          const index_t at = min_of(y + k / 2, h - 1) * w + min_of(x + k % 2, w - 1);
          open = open && masks[e][static_cast<std::size_t>(at)] != 0;
        }
        coarse[e].push_back(open ? 1 : 0);
      }
    }
  }
  return coarse;
}

/// Guides are kept in integers up to here: white at weight 16.
inline constexpr int kMostGuide = 1023;

PASTICHE_DEVICE_CODE_BEGIN

template <class T>
struct FillWith {
  T* to;
  T value;
  PASTICHE_HD void operator()(index_t i) const noexcept { to[i] = value; }
};

/// A row of pixels as words, with what lies beyond its ends and those of the picture.
template <class Word, class E, class Device>
struct LayOutWords {
  TensorView<const E, 3, Device> image;
  Border rows, columns;
  index_t stride, words, first;  ///< pixels of the padded picture, words of a pixel, the first of these channels
  float scale, offset;           ///< of integers made of scalars
  Word* to;

  PASTICHE_HD void operator()(index_t row) const noexcept {
    const E* from = image.row(border_index(row - kCoherencePad, image.shape(0), rows));
    const index_t channels = image.shape(2);
    for (index_t x = 0; x < stride; ++x) {
      const E* pixel = from + border_index(x - kCoherencePad, image.shape(1), columns) * channels;
      Word* word = to + (row * stride + x) * words + first;
      for (index_t c = 0; c < channels; ++c) word[c] = convert(pixel[c]);
    }
  }

 private:
  PASTICHE_HD Word convert(E x) const noexcept {
    if constexpr (std::integral<Word> && std::integral<E>) {
      return static_cast<Word>(x);
    } else if constexpr (std::integral<Word>) {
      return static_cast<Word>(clamp((x - offset) * scale + 0.5f, 0.0f, static_cast<float>(kMostGuide)));
    } else {
      return to_scalar<Word>(x);
    }
  }
};

PASTICHE_DEVICE_CODE_END

/// The examples at one level in device memory.
template <class Word, class Device>
struct CoherenceLevel {
  AtlasPlan plan;
  DeviceArray<AtlasExample, Device> examples;
  DeviceArray<int, Device> example_of_row, nearest_allowed, all, similar;
  DeviceArray<std::uint8_t, Device> allowed;
  DeviceArray<Word, Device> words;

  static constexpr index_t kSlack = 64;  ///< words that a register may read beyond the last

  CoherenceLevel(AtlasPlan from, index_t pixel_words, int nearest, const Device& device)
      : plan{std::move(from)},
        examples(plan.examples, device),
        example_of_row(plan.example_of_row, device),
        nearest_allowed(plan.nearest_allowed, device),
        all(plan.all, device),
        similar(index_t{plan.rows} * plan.stride * nearest, device),
        allowed(plan.allowed, device),
        words(index_t{plan.rows} * plan.stride * pixel_words + kSlack, device) {}

  Atlas atlas() const noexcept {
    return {examples.data(), example_of_row.data(), allowed.data(), nearest_allowed.data(), plan.rows, plan.stride};
  }
  index_t places() const noexcept { return index_t{plan.rows} * plan.stride; }
};

}  // namespace pastiche::detail
