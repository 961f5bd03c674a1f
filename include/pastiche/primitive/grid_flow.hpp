// SPDX-License-Identifier: MIT
/// \file
/// Maximum flow, and with it the minimum cut, on a grid whose nodes are joined to their four neighbours.
///
/// Y. Boykov, V. Kolmogorov, "An experimental comparison of min-cut/max-flow algorithms for energy minimization in
/// vision", PAMI 26(9), 2004, section 3: two search trees that are kept from one augmentation to the next, with their
/// marks and distances. Neighbours are implicit, and a node's parent is one of four directions.
#pragma once

#include <pastiche/core/math.hpp>

#include <cstddef>

namespace pastiche::primitive {

PASTICHE_DEVICE_CODE_BEGIN

/// A flow network in memory of the caller, for one worker on any device. D is what capacities are counted in: with
/// integers all is exact, with floats each step is the same on every device.
///
/// Link and tie the nodes once, run(), then ask for sides. Capacities are at least 0 and so small that twice the sum of
/// a node's own fits a D.
template <class D>
class GridFlow {
 public:
  /// Of a node's neighbours; the opposite one is `direction ^ 1`.
  enum Direction : int { left, right, up, down };

  /// Bytes of memory for a grid, to be aligned for D and std::int32_t.
  PASTICHE_HD static constexpr index_t bytes(index_t height, index_t width) noexcept {
    const index_t nodes = (height + 2) * (width + 2);
    return nodes * static_cast<index_t>(5 * sizeof(D) + 4 * sizeof(std::int32_t) + 2);
  }

  /// A grid without links.
  PASTICHE_HD GridFlow(index_t height, index_t width, void* memory) noexcept
      : stride_{static_cast<std::int32_t>(width + 2)}, nodes_{static_cast<std::int32_t>((height + 2) * (width + 2))} {
    residual_ = static_cast<D*>(memory);
    tie_ = residual_ + index_t{4} * nodes_;
    mark_ = reinterpret_cast<std::int32_t*>(tie_ + nodes_);
    distance_ = mark_ + nodes_;
    next_active_ = distance_ + nodes_;
    orphans_ = next_active_ + nodes_;
    parent_ = reinterpret_cast<std::uint8_t*>(orphans_ + nodes_);
    in_new_tree_ = parent_ + nodes_;
    for (index_t i = 0; i < index_t{5} * nodes_; ++i) residual_[i] = D(0);
    for (std::int32_t i = 0; i < nodes_; ++i) {
      parent_[i] = kNone;
      in_new_tree_[i] = 0;
      next_active_[i] = -1;
    }
  }

  PASTICHE_HD std::int32_t node(index_t row, index_t column) const noexcept {
    return static_cast<std::int32_t>((row + 1) * stride_ + column + 1);
  }
  /// Cutting a node from its neighbour costs `capacity`.
  PASTICHE_HD void link(std::int32_t node, Direction direction, D capacity) noexcept {
    residual_[4 * index_t{node} + direction] = capacity;
    residual_[4 * index_t{step(node, direction)} + (direction ^ 1)] = capacity;
  }
  /// Adds to what a node costs on the new side, and on the old one.
  PASTICHE_HD void tie(std::int32_t node, D if_new, D if_old) noexcept { tie_[node] += if_new - if_old; }

  /// Finds the minimum cut.
  PASTICHE_HD void run() noexcept {
    for (std::int32_t i = 0; i < nodes_; ++i) {
      if (tie_[i] == D(0)) continue;
      in_new_tree_[i] = tie_[i] < D(0) ? 1 : 0;
      parent_[i] = kTerminal;
      mark_[i] = 0;
      distance_[i] = 1;
      activate(i);
    }
    std::int32_t node = -1;
    while (true) {
      if (node < 0 || parent_[node] == kNone) node = pop_active();
      if (node < 0) return;
      int direction = -1;
      const bool met = in_new_tree_[node] != 0 ? grow<true>(node, direction) : grow<false>(node, direction);
      if (!met) {
        node = -1;
        continue;
      }
      ++time_;
      if (in_new_tree_[node] != 0) {
        augment(step(node, direction), direction ^ 1);
      } else {
        augment(node, direction);
      }
      while (orphan_count_ > 0) {
        const std::int32_t orphan = pop_orphan();
        if (in_new_tree_[orphan] != 0) {
          adopt<true>(orphan);
        } else {
          adopt<false>(orphan);
        }
      }
    }
  }

  /// After run(): on which side of the cut a node lies. Of several least cuts it is the one with most on the new side.
  PASTICHE_HD bool is_old(std::int32_t node) const noexcept {
    return parent_[node] != kNone && in_new_tree_[node] == 0;
  }

 private:
  static constexpr std::uint8_t kTerminal = 4, kOrphan = 5, kNone = 6;  // a parent that is no direction
  static constexpr std::int32_t kFar = 2147483647;

  PASTICHE_HD std::int32_t step(std::int32_t node, int direction) const noexcept {
    const std::int32_t by = direction < 2 ? 1 : stride_;
    return (direction & 1) != 0 ? node + by : node - by;
  }

  // What may still flow, in the sense of a tree, from a node to its neighbour: the old tree grows with the flow from
  // the old side, the new one against it.
  template <bool New>
  PASTICHE_HD D outward(std::int32_t node, int direction) const noexcept {
    return New ? residual_[4 * index_t{step(node, direction)} + (direction ^ 1)]
               : residual_[4 * index_t{node} + direction];
  }

  PASTICHE_HD void activate(std::int32_t node) noexcept {
    if (next_active_[node] >= 0) return;
    next_active_[node] = node;  // the last one points to itself
    if (last_active_ < 0) {
      first_active_ = node;
    } else {
      next_active_[last_active_] = node;
    }
    last_active_ = node;
  }
  PASTICHE_HD std::int32_t pop_active() noexcept {
    while (first_active_ >= 0) {
      const std::int32_t node = first_active_;
      first_active_ = next_active_[node] == node ? -1 : next_active_[node];
      if (first_active_ < 0) last_active_ = -1;
      next_active_[node] = -1;
      if (parent_[node] != kNone) return node;
    }
    return -1;
  }

  // A node is in the queue at most once, so a ring as large as the grid holds it.
  PASTICHE_HD void push_orphan(std::int32_t node) noexcept {
    parent_[node] = kOrphan;
    std::int32_t at = first_orphan_ + orphan_count_++;
    if (at >= nodes_) at -= nodes_;
    orphans_[at] = node;
  }
  PASTICHE_HD std::int32_t pop_orphan() noexcept {
    const std::int32_t node = orphans_[first_orphan_];
    if (++first_orphan_ == nodes_) first_orphan_ = 0;
    --orphan_count_;
    return node;
  }

  // Takes free neighbours into the node's tree. True where one belongs to the other tree: a path from side to side.
  template <bool New>
  PASTICHE_HD bool grow(std::int32_t node, int& direction) noexcept {
    for (int d = 0; d < 4; ++d) {
      if (!(outward<New>(node, d) > D(0))) continue;
      const std::int32_t other = step(node, d);
      if (parent_[other] == kNone) {
        in_new_tree_[other] = New ? 1 : 0;
        hang(other, node, d);
        activate(other);
      } else if ((in_new_tree_[other] != 0) != New) {
        direction = d;
        return true;
      } else if (mark_[other] <= mark_[node] && distance_[other] > distance_[node]) {
        hang(other, node, d);  // a shorter way to the terminal
      }
    }
    return false;
  }
  PASTICHE_HD void hang(std::int32_t child, std::int32_t node, int direction) noexcept {
    parent_[child] = static_cast<std::uint8_t>(direction ^ 1);
    mark_[child] = mark_[node];
    distance_[child] = distance_[node] + 1;
  }

  // Pushes as much as goes from side to side, through the link by which `node` of the old tree meets the new one.
  PASTICHE_HD void augment(std::int32_t node, int direction) noexcept {
    const std::int32_t other = step(node, direction);
    D most = residual_[4 * index_t{node} + direction];
    std::int32_t i = node;
    for (int p = parent_[i]; p < kTerminal; p = parent_[i]) {
      i = step(i, p);
      most = min_of(most, residual_[4 * index_t{i} + (p ^ 1)]);
    }
    most = min_of(most, tie_[i]);
    i = other;
    for (int p = parent_[i]; p < kTerminal; p = parent_[i]) {
      most = min_of(most, residual_[4 * index_t{i} + p]);
      i = step(i, p);
    }
    most = min_of(most, -tie_[i]);

    residual_[4 * index_t{node} + direction] -= most;
    residual_[4 * index_t{other} + (direction ^ 1)] += most;
    i = node;
    for (int p = parent_[i]; p < kTerminal; p = parent_[i]) {
      const std::int32_t before = step(i, p);
      residual_[4 * index_t{i} + p] += most;
      D& rest = residual_[4 * index_t{before} + (p ^ 1)];
      rest -= most;
      if (rest == D(0)) push_orphan(i);
      i = before;
    }
    tie_[i] -= most;
    if (tie_[i] == D(0)) push_orphan(i);
    i = other;
    for (int p = parent_[i]; p < kTerminal; p = parent_[i]) {
      const std::int32_t after = step(i, p);
      residual_[4 * index_t{after} + (p ^ 1)] += most;
      D& rest = residual_[4 * index_t{i} + p];
      rest -= most;
      if (rest == D(0)) push_orphan(i);
      i = after;
    }
    tie_[i] += most;
    if (tie_[i] == D(0)) push_orphan(i);
  }

  // Finds a new parent for a node that lost its own, the one nearest to the terminal; or sets it free.
  template <bool New>
  PASTICHE_HD void adopt(std::int32_t node) noexcept {
    int best = -1;
    std::int32_t least = kFar;
    for (int d = 0; d < 4; ++d) {
      const std::int32_t other = step(node, d);
      if (!gives<New>(node, d) || !same_tree<New>(other)) continue;
      const std::int32_t far = distance_to_terminal(other);
      if (far >= least) continue;
      least = far;
      best = d;
    }
    if (best >= 0) {
      parent_[node] = static_cast<std::uint8_t>(best);
      mark_[node] = time_;
      distance_[node] = least + 1;
      return;
    }
    parent_[node] = kNone;
    for (int d = 0; d < 4; ++d) {
      const std::int32_t other = step(node, d);
      if (!same_tree<New>(other)) continue;
      if (gives<New>(node, d)) activate(other);
      if (parent_[other] == (d ^ 1)) push_orphan(other);
    }
  }
  // Whether the neighbour's tree could reach the node.
  template <bool New>
  PASTICHE_HD bool gives(std::int32_t node, int direction) const noexcept {
    return New ? residual_[4 * index_t{node} + direction] > D(0)
               : residual_[4 * index_t{step(node, direction)} + (direction ^ 1)] > D(0);
  }
  template <bool New>
  PASTICHE_HD bool same_tree(std::int32_t node) const noexcept {
    return parent_[node] != kNone && (in_new_tree_[node] != 0) == New;
  }

  // Steps from a node to the terminal of its tree; kFar where an orphan lies between. Marks the way, so that it is
  // walked once for all orphans of one augmentation.
  PASTICHE_HD std::int32_t distance_to_terminal(std::int32_t node) noexcept {
    std::int32_t distance = 0;
    for (std::int32_t i = node;; i = step(i, parent_[i])) {
      if (mark_[i] == time_ && parent_[i] != kOrphan) {
        distance += distance_[i];
        break;
      }
      ++distance;
      if (parent_[i] == kOrphan) return kFar;
      if (parent_[i] == kTerminal) {
        mark_[i] = time_;
        distance_[i] = 1;
        break;
      }
    }
    std::int32_t rest = distance;
    for (std::int32_t i = node; mark_[i] != time_; i = step(i, parent_[i])) {
      mark_[i] = time_;
      distance_[i] = rest--;
    }
    return distance;
  }

  std::int32_t stride_, nodes_;  // with a rim of one node that has no links
  std::int32_t first_active_ = -1, last_active_ = -1, first_orphan_ = 0, orphan_count_ = 0, time_ = 0;
  D* residual_;                           // of each node and direction
  D* tie_;                                // what the old terminal still gives; negative: what the new one takes
  std::int32_t *mark_, *distance_;        // when the distance to the terminal was last known, and what it was
  std::int32_t *next_active_, *orphans_;  // two queues
  std::uint8_t *parent_, *in_new_tree_;
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::primitive
