// SPDX-License-Identifier: MIT
/// \file
/// Nearest-neighbour fields made by plain loops on the host, and what is compared with them.
#pragma once

#include <pastiche/searcher/field_search.hpp>

#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <vector>

namespace pastiche::test {

/// A picture on the host.
template <class E>
struct HostPicture {
  Shape<3> shape;
  std::vector<E> values;

  template <class Device>
  explicit HostPicture(const Tensor<E, 3, Device>& image) : shape{image.shape()}, values{download(image)} {}
  E operator()(index_t y, index_t x, index_t c) const {
    return values[static_cast<std::size_t>((y * shape[1] + x) * shape[2] + c)];
  }
};

/// A neighbour: its rank first, then its place in the order of places.
struct HostNeighbour {
  double rank;
  int example, row, column;
  double distance;
  bool operator<(const HostNeighbour& o) const {
    return std::tie(rank, example, row, column) < std::tie(o.rank, o.example, o.row, o.column);
  }
};

/// What a search is to be told beside the options.
struct Rating {
  std::vector<float> factors;
  float bias = 0.0f;
};

/// All neighbours of one patch, nearest first. Exact where E is 8 bits and the distance squared.
template <class E, class Distance>
std::vector<HostNeighbour> all_neighbours(const HostPicture<E>& picture, const std::vector<HostPicture<E>>& examples,
                                          const FieldOptions& o, const Distance& distance, const Rating& rating,
                                          index_t y, index_t x) {
  using Sum = patch_distance_t<Distance, E>;
  std::vector<HostNeighbour> found;
  std::size_t place = 0;
  for (int e = 0; e < static_cast<int>(examples.size()); ++e) {
    const auto& example = examples[static_cast<std::size_t>(e)];
    for (index_t r = 0; r + o.patch <= example.shape[0]; ++r) {
      for (index_t c = 0; c + o.patch <= example.shape[1]; ++c, ++place) {
        const index_t off = std::max(std::abs(r - y), std::abs(c - x));
        if ((o.window > 0 && off > o.window) || (e == 0 && off < o.apart)) continue;
        Sum sum = 0;
        bool allowed = true;
        for (index_t i = 0; i < o.patch; ++i) {
          for (index_t j = 0; j < o.patch; ++j) {
            if (!o.example_masks.empty()) allowed &= o.example_masks[static_cast<std::size_t>(e)](r + i, c + j);
            for (index_t k = 0; k < picture.shape[2]; ++k) {
              const E a = picture(wrap(y + i, picture.shape[0]), wrap(x + j, picture.shape[1]), k);
              const E b = example(r + i, c + j, k);
              if constexpr (std::integral<Sum>) {
                sum += (int{a} - int{b}) * (int{a} - int{b});
              } else {
                sum += distance(to_scalar<Sum>(a), to_scalar<Sum>(b)) * Sum(channel_weight_of(distance, k));
              }
            }
          }
        }
        using R = std::conditional_t<std::same_as<Sum, double>, double, float>;
        const double rank = rating.factors.empty()
                                ? static_cast<double>(sum)
                                : static_cast<double>((R(sum) + R(rating.bias)) * R(rating.factors[place]));
        if (allowed) found.push_back({rank, e, int(r), int(c), static_cast<double>(sum)});
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// How a field differs from the exact one.
struct FieldErrors {
  index_t sources = 0;    ///< neighbours that are others
  double rank = 0.0;      ///< by how much a rank is more than it should be, in parts of it, at most
  double distance = 0.0;  ///< by how much a distance is not that of its source, in parts of it, at most
  index_t unfit = 0;      ///< sources that the options do not allow, or missing or surplus ones
};

template <class E, class Device, class Distance>
FieldErrors errors_of(const NearestField<patch_distance_t<Distance, E>, Device>& field, const HostPicture<E>& picture,
                      const std::vector<HostPicture<E>>& examples, const FieldOptions& o, const Distance& distance,
                      const Rating& rating = {}, const std::vector<std::uint8_t>& wanted = {}) {
  FieldErrors errors;
  const auto sources = download(field.sources);
  const auto distances = download(field.distances);
  const index_t rows = field.sources.shape(0), columns = field.sources.shape(1);
  std::size_t at = 0;
  for (index_t i = 0; i < rows * columns; ++i) {
    std::vector<HostNeighbour> all;
    if (wanted.empty() || wanted[static_cast<std::size_t>(i)] != 0) {
      all = all_neighbours(picture, examples, o, distance, rating, i / columns, i % columns);
    }
    for (std::size_t k = 0; k < static_cast<std::size_t>(o.nearest); ++k, ++at) {
      const int e = sources[3 * at], r = sources[3 * at + 1], c = sources[3 * at + 2];
      if (k >= all.size()) {
        if (e != -1 || r != -1 || c != -1 || distances[at] != kFarthest<patch_distance_t<Distance, E>>) ++errors.unfit;
        continue;
      }
      const auto same = [&](const HostNeighbour& n) { return n.example == e && n.row == r && n.column == c; };
      if (!same(all[k])) ++errors.sources;
      const auto it = std::find_if(all.begin(), all.end(), same);
      if (it == all.end()) {
        ++errors.unfit;
        continue;
      }
      errors.rank = std::max(errors.rank, (it->rank - all[k].rank) / std::max(std::abs(all[k].rank), 1e-3));
      errors.distance = std::max(
          errors.distance, std::abs(static_cast<double>(distances[at]) - it->distance) / std::max(it->distance, 1e-3));
    }
  }
  return errors;
}

}  // namespace pastiche::test
