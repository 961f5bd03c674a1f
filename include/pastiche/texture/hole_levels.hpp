// SPDX-License-Identifier: MIT
/// \file
/// Pictures with holes from coarse to fine: what a hole holds never shows in a smaller picture, and what the texture is
/// like stands beside the colours, for coarse levels have lost it.
#pragma once

#include <pastiche/primitive/field_problem.hpp>
#include <pastiche/primitive/patch_vote.hpp>
#include <pastiche/texture/patch_levels.hpp>

#include <algorithm>
#include <vector>

namespace pastiche::detail {

/// Along one axis of `n` pixels: 1 within `reach` of a 1.
inline void widen(std::vector<std::uint8_t>& values, index_t first, index_t step, index_t n, index_t reach,
                  bool wraps) {
  std::vector<index_t> before{0};  // how many there are before each pixel, twice around
  for (index_t i = 0; i < 2 * n; ++i) {
    before.push_back(before.back() + values[static_cast<std::size_t>(first + i % n * step)]);
  }
  const auto count = [&](index_t from, index_t to) {
    return to > from ? before[static_cast<std::size_t>(to)] - before[static_cast<std::size_t>(from)] : 0;
  };
  for (index_t i = 0; i < n; ++i) {
    index_t seen = count(max_of<index_t>(i - reach, 0), min_of(i + reach + 1, wraps ? 2 * n : n));
    if (wraps && i < reach) seen += count(max_of<index_t>(n + i - reach, 0), n);
    values[static_cast<std::size_t>(first + i * step)] = seen > 0 ? 1 : 0;
  }
}

/// 1 within `reach` rows and columns of a hole, row by row.
inline std::vector<std::uint8_t> around_hole(const Mask2& hole, index_t reach, bool wrap_rows, bool wrap_columns) {
  std::vector<std::uint8_t> near;
  for (index_t i = 0; i < hole.height * hole.width; ++i) near.push_back(hole(i / hole.width, i % hole.width) ? 1 : 0);
  for (index_t y = 0; y < hole.height; ++y) widen(near, y * hole.width, 1, hole.width, reach, wrap_columns);
  for (index_t x = 0; x < hole.width; ++x) widen(near, x, hole.width, hole.height, reach, wrap_rows);
  return near;
}

/// shrunk() of the known pixels alone; 0 where no pixel of a triangle is known.
template <class E>
HostPicture<E> shrunk_known(const HostPicture<E>& from, const Mask2& known, index_t height, index_t width) {
  if (height == from.height && width == from.width) return from;
  using A = std::conditional_t<std::integral<E>, std::int64_t, double>;
  const std::vector<ShrinkTaps> rows = shrink_taps(from.height, height), columns = shrink_taps(from.width, width);
  HostPicture<E> to(height, width, from.channels);
  const std::size_t stride = static_cast<std::size_t>(from.channels) + 1;  // the last holds the weight
  std::vector<A> line(static_cast<std::size_t>(from.width) * stride), sum(stride);
  for (index_t y = 0; y < height; ++y) {
    const ShrinkTaps& down = rows[static_cast<std::size_t>(y)];
    std::fill(line.begin(), line.end(), A(0));
    for (index_t k = 0; k < down.count; ++k) {
      const E* source = from.row(down.first + k);
      const A w = static_cast<A>(down.weights[static_cast<std::size_t>(k)]);
      for (index_t x = 0; x < from.width; ++x, source += from.channels) {
        if (!known(down.first + k, x)) continue;
        A* at = line.data() + static_cast<std::size_t>(x) * stride;
        for (std::size_t c = 0; c + 1 < stride; ++c) at[c] += w * static_cast<A>(source[c]);
        at[stride - 1] += w;
      }
    }
    for (index_t x = 0; x < width; ++x) {
      const ShrinkTaps& across = columns[static_cast<std::size_t>(x)];
      std::fill(sum.begin(), sum.end(), A(0));
      for (index_t k = 0; k < across.count; ++k) {
        const A w = static_cast<A>(across.weights[static_cast<std::size_t>(k)]);
        const A* at = line.data() + static_cast<std::size_t>(across.first + k) * stride;
        for (std::size_t c = 0; c < stride; ++c) sum[c] += w * at[c];
      }
      const A weight = sum[stride - 1];
      if (weight <= A(0)) continue;
      for (index_t c = 0; c < from.channels; ++c) {
        const A value = sum[static_cast<std::size_t>(c)];
        if constexpr (std::integral<E>) {
          to.row(y)[x * from.channels + c] = static_cast<E>((value + weight / 2) / weight);
        } else {
          to.row(y)[x * from.channels + c] = static_cast<E>(value / weight);
        }
      }
    }
  }
  return to;
}

/// How rough a picture is across and down, as two channels: `scale` times the mean difference of neighbours, of the
/// mean of all channels, over squares of 2 `reach` + 1 pixels; known pixels alone count.
///
/// A. Newson, A. Almansa, M. Fradet, Y. Gousseau, P. Perez, "Video inpainting of complex scenes", SIAM J. Imaging
/// Sciences 7(4), 2014, section 3.2: such features, taken at full size, keep apart on coarse levels what only differs
/// in texture. Here bytes saturate at 255.
template <class W>
HostPicture<W> roughness(const HostPicture<W>& from, const Mask2& known, double scale, index_t reach) {
  using A = std::conditional_t<std::integral<W>, std::int64_t, double>;
  const index_t h = from.height, w = from.width;
  HostPicture<W> to(h, w, 2);
  std::vector<A> grey(static_cast<std::size_t>(h * w), A(0));
  for (std::size_t i = 0; i < grey.size(); ++i) {
    for (index_t c = 0; c < from.channels; ++c) {
      grey[i] += static_cast<A>(from.values[i * static_cast<std::size_t>(from.channels) + static_cast<std::size_t>(c)]);
    }
  }
  // Sums and counts of everything above and left.
  std::vector<A> sums(static_cast<std::size_t>((h + 1) * (w + 1)), A(0)), counts(sums.size(), A(0));
  const auto at = [w](std::vector<A>& table, index_t y, index_t x) -> A& {
    return table[static_cast<std::size_t>(y * (w + 1) + x)];
  };
  for (index_t k = 0; k < 2; ++k) {
    for (index_t y = 0; y < h; ++y) {
      for (index_t x = 0; x < w; ++x) {
        const index_t v = y + k, u = x + 1 - k;
        const bool both = v < h && u < w && known(y, x) && known(v, u);
        const A d =
            both ? abs_of(grey[static_cast<std::size_t>(v * w + u)] - grey[static_cast<std::size_t>(y * w + x)]) : A(0);
        at(sums, y + 1, x + 1) = d + at(sums, y, x + 1) + at(sums, y + 1, x) - at(sums, y, x);
        at(counts, y + 1, x + 1) =
            (both ? A(1) : A(0)) + at(counts, y, x + 1) + at(counts, y + 1, x) - at(counts, y, x);
      }
    }
    for (index_t y = 0; y < h; ++y) {
      const index_t top = max_of<index_t>(y - reach, 0), bottom = min_of(y + reach + 1, h);
      for (index_t x = 0; x < w; ++x) {
        const index_t left = max_of<index_t>(x - reach, 0), right = min_of(x + reach + 1, w);
        const auto over = [&](std::vector<A>& table) {
          return at(table, bottom, right) - at(table, top, right) - at(table, bottom, left) + at(table, top, left);
        };
        const A count = over(counts);
        if (count <= A(0)) continue;
        const double mean = static_cast<double>(over(sums)) / static_cast<double>(count * A(from.channels)) * scale;
        if constexpr (std::integral<W>) {
          to.row(y)[2 * x + k] = static_cast<W>(min_of(mean + 0.5, 255.0));
        } else {
          to.row(y)[2 * x + k] = static_cast<W>(mean);
        }
      }
    }
  }
  return to;
}

/// The first channels of a picture to those of another of its size, from channel `first` on.
template <class W>
void copy_channels(const HostPicture<W>& from, index_t count, HostPicture<W>& to, index_t first = 0) {
  for (index_t i = 0; i < from.height * from.width; ++i) {
    std::copy_n(from.values.data() + i * from.channels, count, to.values.data() + i * to.channels + first);
  }
}

/// Two pictures' channels side by side.
template <class W>
HostPicture<W> beside(const HostPicture<W>& a, const HostPicture<W>& b) {
  HostPicture<W> all(a.height, a.width, a.channels + b.channels);
  copy_channels(a, a.channels, all);
  copy_channels(b, b.channels, all, a.channels);
  return all;
}

/// exp(-d / 2 s), s the distance that three patches in four do not exceed, as integers up to kMostVote: Y. Wexler, E.
/// Shechtman, M. Irani, "Space-time completion of video", PAMI 29(3), 2007, section 3.2. The exponential is (1 -
/// x/64)^64, products alone, so that it rounds alike everywhere. \param sources (patches, 3); patches without one have
/// no vote
template <class D>
std::vector<std::int32_t> gaussian_votes(const std::vector<D>& distances, const std::vector<int>& sources) {
  std::vector<D> known;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    if (sources[3 * i] >= 0) known.push_back(distances[i]);
  }
  std::vector<std::int32_t> weights(distances.size(), 0);
  if (known.empty()) return weights;
  const auto nth = known.begin() + static_cast<std::ptrdiff_t>(3 * (known.size() - 1) / 4);
  std::nth_element(known.begin(), nth, known.end());
  const double unit = *nth > D(0) ? 0.5 / static_cast<double>(*nth) : 0.0;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    if (sources[3 * i] < 0) continue;
    double e = max_of(1.0 - static_cast<double>(distances[i]) * unit / 64.0, 0.0);
    for (int k = 0; k < 6; ++k) e *= e;
    weights[i] = max_of(1, static_cast<std::int32_t>(kMostVote * e));
  }
  return weights;
}

/// Moves sources (patches, 3) that are not allowed to an allowed place within two pixels, or to one from anywhere.
template <Element E, class Device>
void settle_sources(const FieldProblem<E, Device>& problem, std::vector<int>& sources) {
  const int patch = problem.options.patch;
  std::vector<index_t> first;
  index_t n = 0;
  for (const auto& example : problem.examples) {
    first.push_back(n);
    n += max_of<index_t>(example.shape(0) - patch + 1, 0) * max_of<index_t>(example.shape(1) - patch + 1, 0);
  }
  std::vector<index_t> open;
  for (index_t i = 0; i < n; ++i) {
    if (problem.allowed[static_cast<std::size_t>(i)] != 0) open.push_back(i);
  }
  const auto allowed = [&](const int* source, int dy, int dx) {
    const auto& example = problem.examples[static_cast<std::size_t>(source[0])];
    const index_t rows = example.shape(0) - patch + 1, columns = example.shape(1) - patch + 1;
    const index_t y = source[1] + dy, x = source[2] + dx;
    if (y < 0 || x < 0 || y >= rows || x >= columns) return false;
    return problem.allowed[static_cast<std::size_t>(first[static_cast<std::size_t>(source[0])] + y * columns + x)] != 0;
  };
  for (std::size_t i = 0; i < sources.size(); i += 3) {
    int* source = sources.data() + i;
    if (source[0] < 0 || problem.wanted.empty() || problem.wanted[i / 3] == 0 || allowed(source, 0, 0)) continue;
    bool found = false;
    for (int reach = 1; reach <= 2 && !found; ++reach) {
      for (int k = 0; k < (2 * reach + 1) * (2 * reach + 1) && !found; ++k) {
        const int dy = k / (2 * reach + 1) - reach, dx = k % (2 * reach + 1) - reach;
        if (!allowed(source, dy, dx)) continue;
        source[1] += dy;
        source[2] += dx;
        found = true;
      }
    }
    if (found) continue;
    const std::uint64_t bits = mix64(problem.options.seed + i);
    index_t place = open[static_cast<std::size_t>(bits % open.size())];
    std::size_t e = 0;
    while (e + 1 < first.size() && first[e + 1] <= place) ++e;
    place -= first[e];
    const index_t columns = problem.examples[e].shape(1) - patch + 1;
    source[0] = static_cast<int>(e);
    source[1] = static_cast<int>(place / columns);
    source[2] = static_cast<int>(place % columns);
  }
}

PASTICHE_DEVICE_CODE_BEGIN

/// What is not to be changed is as it was.
template <class W, class Device>
struct RestoreKnown {
  TensorView<const W, 3, Device> original;
  const std::uint8_t* wanted;  ///< one a pixel
  TensorView<W, 3, Device> image;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    if (wanted[i] != 0) return;
    const W* from = original.row(i / image.shape(1), i % image.shape(1));
    W* to = image.row(i / image.shape(1), i % image.shape(1));
    for (index_t c = 0; c < image.shape(2); ++c) to[c] = from[c];
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::detail
