// SPDX-License-Identifier: MIT
/// \file
/// A balanced tree over feature vectors of bytes, for approximate nearest neighbours by integers alone: the same answer
/// on every device and instruction set.
///
/// Each node parts its vectors in halves along the line between the two means that they gather round, as
/// tree-structured vector quantization does (L.-Y. Wei, M. Levoy, "Fast texture synthesis using tree-structured vector
/// quantization", SIGGRAPH 2000, section 3.2, after A. Gersho, R. Gray); a query descends, then looks where it passed
/// closest to the border between two halves (best bin first, J. Beis, D. Lowe, CVPR 1997).
#pragma once

#include <pastiche/primitive/block_problem.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// What a search found.
struct FeatureMatch {
  std::int32_t item;      ///< number of a vector; -1 for none
  std::int32_t distance;  ///< weighted sum of squared differences
};

/// The tree in device memory. Node k of depth d holds the vectors from count k / 2^d to count (k + 1) / 2^d.
struct FeatureTree {
  const std::uint8_t* vectors;  ///< (count, width) in the order of the leaves
  const std::int32_t* items;    ///< (count): their numbers
  const std::int32_t* slots;    ///< (count): where each number stands
  const std::int16_t* weights;  ///< (width), 0 to 16
  const std::int16_t* normals;  ///< (nodes, width), weights included
  const std::int32_t* borders;  ///< (nodes): a product with the normal below this goes left
  const float* lengths;         ///< (nodes): of the normals; 1 where it is 0
  index_t count, width;
  int depth;   ///< of the leaves
  int leaves;  ///< looked at for each query

  PASTICHE_HD std::int32_t distance(const std::uint8_t* a, const std::uint8_t* b, std::int32_t limit) const noexcept {
    std::int32_t sum = 0;
    for (index_t k = 0; k < width;) {
      const index_t end = min_of<index_t>(k + 16, width);
      for (; k < end; ++k) {
        const std::int32_t d = std::int32_t{a[k]} - std::int32_t{b[k]};
        sum += weights[k] * d * d;
      }
      if (sum > limit) return sum;
    }
    return sum;
  }
  /// From a vector to the one with a number.
  PASTICHE_HD std::int32_t distance_to(const std::uint8_t* query, std::int32_t item,
                                       std::int32_t limit) const noexcept {
    return distance(query, vectors + slots[item] * width, limit);
  }

  /// A vector that is near the query, most often the nearest; of equal ones that with the lower number.
  PASTICHE_HD FeatureMatch nearest(const std::uint8_t* query) const noexcept {
    constexpr int kMostBranches = 96;
    std::int32_t branch[kMostBranches];
    float margin[kMostBranches];
    int branches = 0;
    FeatureMatch best{-1, 2147483647};
    index_t node = 0;
    for (int leaf = 0; leaf < leaves; ++leaf) {
      if (leaf > 0) {
        if (branches == 0) break;
        int next = 0;
        for (int i = 1; i < branches; ++i) next = margin[i] < margin[next] ? i : next;
        node = branch[next];
        --branches;
        branch[next] = branch[branches];
        margin[next] = margin[branches];
      }
      const index_t inner = (index_t{1} << depth) - 1;
      while (node < inner) {
        const std::int32_t off = product(normals + node * width, query) - borders[node];
        const index_t near = 2 * node + (off < 0 ? 1 : 2), far = 2 * node + (off < 0 ? 2 : 1);
        if (branches < kMostBranches) {
          branch[branches] = static_cast<std::int32_t>(far);
          margin[branches] = static_cast<float>(off < 0 ? -off : off) / lengths[node];
          ++branches;
        }
        node = near;
      }
      search_leaf(node - inner, query, best);
    }
    return best;
  }

  PASTICHE_HD std::int32_t product(const std::int16_t* normal, const std::uint8_t* query) const noexcept {
    std::int32_t sum = 0;
    for (index_t k = 0; k < width; ++k) sum += std::int32_t{normal[k]} * query[k];
    return sum;
  }

 private:
  PASTICHE_HD void search_leaf(index_t leaf, const std::uint8_t* query, FeatureMatch& best) const noexcept {
    for (index_t i = count * leaf >> depth; i < count * (leaf + 1) >> depth; ++i) {
      const std::int32_t d = distance(query, vectors + i * width, best.distance);
      if (d > best.distance || (d == best.distance && best.item >= 0 && items[i] > best.item)) continue;
      best = {items[i], d};
    }
  }
};

PASTICHE_DEVICE_CODE_END

/// Builds a tree on the host.
class FeatureTreePlan {
 public:
  /// Sums of squared differences of so many elements, with weights of 16, fit into 31 bits.
  static constexpr index_t kMostWidth = 2000;

  /// \param vectors (count, width)
  FeatureTreePlan(std::vector<std::uint8_t> vectors, std::vector<std::int16_t> weights)
      : given_{std::move(vectors)},
        weights_{std::move(weights)},
        width_{static_cast<index_t>(weights_.size())},
        count_{static_cast<index_t>(given_.size()) / width_} {
    while ((count_ >> (depth_ + 1)) >= kLeaf && depth_ < 24) ++depth_;
    const std::size_t nodes = (std::size_t{1} << depth_) - 1;
    normals_.assign(nodes * size(width_), std::int16_t{0});
    borders_.assign(nodes, 0);
    lengths_.assign(nodes, 1.0f);
    order_.resize(size(count_));
    for (index_t i = 0; i < count_; ++i) order_[size(i)] = static_cast<std::int32_t>(i);
    keys_.resize(order_.size());
    for (int d = 0; d < depth_; ++d) {
      for (index_t k = 0; k < (index_t{1} << d); ++k) part(d, k);
    }
  }

  index_t width() const noexcept { return width_; }

  template <class Device>
  struct Stored {
    DeviceArray<std::uint8_t, Device> vectors;
    DeviceArray<std::int32_t, Device> items, slots;
    DeviceArray<std::int16_t, Device> weights, normals;
    DeviceArray<std::int32_t, Device> borders;
    DeviceArray<float, Device> lengths;
    index_t count, width;
    int depth;

    FeatureTree tree(int leaves) const noexcept {
      return {vectors.data(), items.data(), slots.data(), weights.data(), normals.data(), borders.data(),
              lengths.data(), count,        width,        depth,          leaves};
    }
  };

  template <class Device>
  Stored<Device> store(const Device& device) const {
    std::vector<std::uint8_t> sorted(given_.size());
    std::vector<std::int32_t> slots(order_.size());
    for (index_t i = 0; i < count_; ++i) {
      std::copy_n(given_.data() + index_t{order_[size(i)]} * width_, width_, sorted.data() + i * width_);
      slots[size(order_[size(i)])] = static_cast<std::int32_t>(i);
    }
    return {{sorted, device},
            {order_, device},
            {slots, device},
            {weights_, device},
            {normals_, device},
            {borders_, device},
            {lengths_, device},
            count_,
            width_,
            depth_};
  }

 private:
  static constexpr index_t kLeaf = 12;    // vectors, at least
  static constexpr index_t kSample = 96;  // of a node: they tell the direction

  static std::size_t size(index_t n) noexcept { return static_cast<std::size_t>(n); }
  const std::uint8_t* vector(std::int32_t item) const noexcept { return given_.data() + index_t{item} * width_; }

  std::int64_t distance(const std::uint8_t* a, const std::vector<std::int32_t>& b) const noexcept {
    std::int64_t sum = 0;
    for (index_t k = 0; k < width_; ++k) {
      const std::int64_t d = std::int64_t{a[k]} - b[size(k)];
      sum += weights_[size(k)] * d * d;
    }
    return sum;
  }

  // Halves a node along the line between the means of two clusters.
  void part(int d, index_t k) {
    const index_t first = count_ * k >> d, last = count_ * (k + 1) >> d, middle = count_ * (2 * k + 1) >> (d + 1);
    const std::size_t node = (std::size_t{1} << d) - 1 + size(k);
    std::int16_t* normal = normals_.data() + node * size(width_);
    direction(first, last, normal);
    std::int64_t square = 0;
    for (index_t c = 0; c < width_; ++c) square += std::int64_t{normal[c]} * normal[c];
    if (square > 0) lengths_[node] = static_cast<float>(std::sqrt(static_cast<double>(square)));
    for (index_t i = first; i < last; ++i) {
      const std::int32_t item = order_[size(i)];
      std::int32_t sum = 0;
      for (index_t c = 0; c < width_; ++c) sum += std::int32_t{normal[c]} * vector(item)[c];
      keys_[size(i)] = {sum, item};
    }
    std::nth_element(keys_.begin() + first, keys_.begin() + middle, keys_.begin() + last);
    for (index_t i = first; i < last; ++i) order_[size(i)] = keys_[size(i)].second;
    borders_[node] = keys_[size(middle)].first;
  }

  void direction(index_t first, index_t last, std::int16_t* normal) const {
    const index_t n = min_of(last - first, kSample);
    std::vector<const std::uint8_t*> some;
    for (index_t i = 0; i < n; ++i) some.push_back(vector(order_[size(first + i * (last - first) / n)]));
    std::vector<std::int32_t> ends[2] = {mean(some), {}};
    ends[0] = as_values(farthest(some, ends[0]));
    ends[1] = as_values(farthest(some, ends[0]));
    for (int round = 0; round < 3; ++round) {
      std::vector<const std::uint8_t*> near[2];
      for (const std::uint8_t* v : some) near[distance(v, ends[0]) <= distance(v, ends[1]) ? 0 : 1].push_back(v);
      for (int side = 0; side < 2; ++side) {
        if (!near[side].empty()) ends[side] = mean(near[side]);
      }
    }
    for (index_t k = 0; k < width_; ++k) {
      normal[k] = static_cast<std::int16_t>((ends[1][size(k)] - ends[0][size(k)]) * weights_[size(k)]);
    }
  }

  std::vector<std::int32_t> as_values(const std::uint8_t* v) const { return {v, v + width_}; }
  std::vector<std::int32_t> mean(const std::vector<const std::uint8_t*>& all) const {
    std::vector<std::int32_t> sum(size(width_), 0);
    for (const std::uint8_t* v : all) {
      for (index_t k = 0; k < width_; ++k) sum[size(k)] += v[k];
    }
    for (std::int32_t& s : sum) s /= static_cast<std::int32_t>(all.size());
    return sum;
  }
  const std::uint8_t* farthest(const std::vector<const std::uint8_t*>& all,
                               const std::vector<std::int32_t>& from) const {
    const std::uint8_t* best = all[0];
    std::int64_t most = -1;
    for (const std::uint8_t* v : all) {
      const std::int64_t d = distance(v, from);
      if (d > most) {
        most = d;
        best = v;
      }
    }
    return best;
  }

  std::vector<std::uint8_t> given_;
  std::vector<std::int16_t> weights_;
  index_t width_, count_;
  int depth_ = 0;
  std::vector<std::int16_t> normals_;
  std::vector<std::int32_t> borders_, order_;
  std::vector<float> lengths_;
  std::vector<std::pair<std::int32_t, std::int32_t>> keys_;
};

}  // namespace pastiche::detail
