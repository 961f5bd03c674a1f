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

/// For each pixel of each example whether it may be stolen; empty where all may.
using StealMasks = std::vector<std::vector<std::uint8_t>>;

/// Where the examples lie at one level, and what may be stolen: in host memory.
struct AtlasPlan {
  std::vector<AtlasExample> examples;
  std::vector<AtlasPart> parts;
  std::vector<int> part_of_row;
  std::vector<std::uint8_t> allowed;  ///< of each place
  std::vector<int> nearest_allowed;   ///< of each place
  std::vector<int> all;               ///< the places that are allowed
  std::vector<int> squares;           ///< those of them that are the first of a square
  int rows = 0, stride = 0, level = 0;

  /// \param sizes (height, width) of each example
  AtlasPlan(const std::vector<Shape<2>>& sizes, const StealMasks& masks, int of_level) : level{of_level} {
    const int scale = 1 << level;
    for (const Shape<2>& size : sizes) {
      stride = max_of(stride, static_cast<int>(ceil_div<index_t>(size[1], scale)) + 2 * kCoherencePad);
      const int height = static_cast<int>(size[0]), width = static_cast<int>(size[1]);
      const int example = static_cast<int>(examples.size());
      examples.push_back({height, width, static_cast<int>(parts.size())});
      for (int i = 0; i < scale * scale; ++i) {
        const int y = i / scale, x = i % scale;
        const AtlasPart part{example,
                             y,
                             x,
                             rows + kCoherencePad,
                             ceil_div(max_of(0, height - y), scale),
                             ceil_div(max_of(0, width - x), scale)};
        parts.push_back(part);
        rows += part.height + 2 * kCoherencePad;
        part_of_row.resize(static_cast<std::size_t>(rows), static_cast<int>(parts.size()) - 1);
      }
    }
    allowed.assign(static_cast<std::size_t>(rows) * static_cast<std::size_t>(stride), std::uint8_t{0});
    nearest_allowed.assign(allowed.size(), -1);
    for (int e = 0; e < static_cast<int>(examples.size()); ++e) allow(e, masks[static_cast<std::size_t>(e)]);
    for (int e = 0; e < static_cast<int>(examples.size()) && !all.empty(); ++e) {
      find_nearest(e, masks[static_cast<std::size_t>(e)]);
    }
  }

  /// How many places there would be.
  static index_t places(const std::vector<Shape<2>>& sizes, int level) noexcept {
    const index_t scale = index_t{1} << level;
    index_t rows = 0, columns = 0;
    for (const Shape<2>& size : sizes) {
      rows += (size[0] + 2 * kCoherencePad * scale) * scale;
      columns = max_of<index_t>(columns, ceil_div(size[1], scale) + 2 * kCoherencePad);
    }
    return rows * columns;
  }

  Atlas view() const noexcept {
    return {examples.data(), parts.data(), part_of_row.data(), allowed.data(), nearest_allowed.data(), rows,
            stride,          level};
  }
  /// The shorter side of the largest example, in pixels of the level.
  index_t side() const noexcept {
    int most = 0;
    for (const AtlasExample& e : examples) most = max_of(most, min_of(e.height, e.width));
    return ceil_div(most, 1 << level);
  }

 private:
  void allow(int e, const std::vector<std::uint8_t>& mask) {
    const AtlasExample size = examples[static_cast<std::size_t>(e)];
    const int rest = (1 << level) - 1;
    for (int i = 0; i < size.height * size.width; ++i) {
      if (!mask.empty() && mask[static_cast<std::size_t>(i)] == 0) continue;
      const int y = i / size.width, x = i % size.width, place = view().place_of(e, y, x);
      allowed[static_cast<std::size_t>(place)] = 1;
      all.push_back(place);
      if (((y | x) & rest) == 0) squares.push_back(place);
    }
  }

  // Breadth first from all allowed pixels at once. An example without any takes the first of all.
  void find_nearest(int e, const std::vector<std::uint8_t>& mask) {
    const AtlasExample size = examples[static_cast<std::size_t>(e)];
    std::vector<int> nearest(static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width), -1), queue;
    for (int i = 0; i < size.height * size.width; ++i) {
      if (mask.empty() || mask[static_cast<std::size_t>(i)] != 0) {
        nearest[static_cast<std::size_t>(i)] = view().place_of(e, i / size.width, i % size.width);
        if (!mask.empty()) queue.push_back(i);
      }
    }
    for (std::size_t i = 0; i < queue.size(); ++i) {
      for (int n = 0; n < 9; ++n) {
        const int y = queue[i] / size.width + n / 3 - 1, x = queue[i] % size.width + n % 3 - 1;
        if (y < 0 || y >= size.height || x < 0 || x >= size.width) continue;
        int& to = nearest[static_cast<std::size_t>(y * size.width + x)];
        if (to >= 0) continue;
        to = nearest[static_cast<std::size_t>(queue[i])];
        queue.push_back(y * size.width + x);
      }
    }
    for (int i = 0; i < size.height * size.width; ++i) {
      const int place = view().place_of(e, i / size.width, i % size.width), to = nearest[static_cast<std::size_t>(i)];
      nearest_allowed[static_cast<std::size_t>(place)] = to < 0 ? all.front() : to;
    }
  }
};

/// What may be stolen a level above: pixels none of whose children is left out.
inline StealMasks coarser_masks(const std::vector<Shape<2>>& sizes, const StealMasks& masks, int level) {
  StealMasks coarse(masks.size());
  const index_t scale = index_t{1} << level;
  for (std::size_t e = 0; e < masks.size(); ++e) {
    if (masks[e].empty()) continue;
    const index_t h = sizes[e][0], w = sizes[e][1];
    for (index_t i = 0; i < h * w; ++i) {
      bool open = true;
      for (int k = 0; k < 4; ++k) {
        const index_t y = i / w + k / 2 * scale, x = i % w + k % 2 * scale;
        if (y < h && x < w) open = open && masks[e][static_cast<std::size_t>(y * w + x)] != 0;
      }
      coarse[e].push_back(open ? 1 : 0);
    }
  }
  return coarse;
}

/// Taps of (1 4 6 4 1) / 16 with `scale` samples between them: one level of smoothing that drops nothing.
template <Scalar S>
primitive::AxisTaps<S> smoothing_taps(index_t n, index_t scale) {
  primitive::AxisTaps<S> taps{n, n, 5, {}, {}};
  for (index_t i = 0; i < n; ++i) {
    for (index_t k = 0; k < 5; ++k) {
      taps.index.push_back(static_cast<std::int32_t>(border_index(i + (k - 2) * scale, n, Border::mirror)));
      taps.weight.push_back(static_cast<S>(kBurt[k]));
    }
  }
  return taps;
}

/// The picture one level coarser, at the size it has.
template <class T, class Device>
Tensor<T, 3, Device> smoothed(const TensorView<const T, 3, Device>& image, int level, const Device& device) {
  const index_t scale = index_t{1} << level;
  return resample<T>(image, smoothing_taps<scalar_t<T>>(image.shape(0), scale),
                     smoothing_taps<scalar_t<T>>(image.shape(1), scale), device);
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
      const E* pixel = from + border_index(x - kCoherencePad, image.shape(1), columns) * image.stride()[1];
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
  DeviceArray<AtlasPart, Device> parts;
  DeviceArray<int, Device> part_of_row, nearest_allowed, all, squares, similar;
  DeviceArray<std::uint8_t, Device> allowed;
  DeviceArray<Word, Device> words;

  static constexpr index_t kSlack = 64;  ///< words that a register may read beyond the last

  CoherenceLevel(AtlasPlan from, index_t pixel_words, int nearest, const Device& device)
      : plan{std::move(from)},
        examples(plan.examples, device),
        parts(plan.parts, device),
        part_of_row(plan.part_of_row, device),
        nearest_allowed(plan.nearest_allowed, device),
        all(plan.all, device),
        squares(plan.squares, device),
        similar(index_t{plan.rows} * plan.stride * nearest, device),
        allowed(plan.allowed, device),
        words(index_t{plan.rows} * plan.stride * pixel_words + kSlack, device) {}

  Atlas atlas() const noexcept {
    return {examples.data(),        parts.data(), part_of_row.data(), allowed.data(),
            nearest_allowed.data(), plan.rows,    plan.stride,        plan.level};
  }
  index_t places() const noexcept { return index_t{plan.rows} * plan.stride; }
};

}  // namespace pastiche::detail
