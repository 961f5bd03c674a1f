// SPDX-License-Identifier: MIT
/// \file
/// In which order a hole is filled so that lines that end at its rim are continued first.
///
/// A. Criminisi, P. Perez, K. Toyama, "Region filling and object removal by exemplar-based image inpainting", IEEE
/// Transactions on Image Processing 13(9), 2004, section III: of the pixels at the rim the one next whose patch is
/// known best (confidence) and meets the strongest line head on (data).
#pragma once

#include <pastiche/texture/growth_order.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// The front of a hole, one pixel after the other. An order of PixelGrower.
class StructureOrder {
 public:
  using Settings = GrowthOrder::Settings;
  using Batch = GrowthOrder::Batch;

  /// \param state of each pixel: 0 is never made nor compared, 1 is to be made, 2 is known
  StructureOrder(const Settings& settings, std::vector<std::uint8_t> state)
      : s_{settings}, state_{std::move(state)}, confidence_(state_.size(), 0.0) {
    for (std::size_t p = 0; p < state_.size(); ++p) {
      if (state_[p] == kKnown) confidence_[p] = 1.0;
      if (state_[p] == kWanted) wanted_.push_back(static_cast<index_t>(p));
    }
    left_ = static_cast<index_t>(wanted_.size());
  }

  index_t left() const noexcept { return left_; }

  /// Takes note of what the picture looks like now: the mean of the channels, of pixels in [0, 1].
  template <class E>
  void look(const std::vector<E>& pixels) {
    const std::size_t channels = pixels.size() / state_.size();
    const auto take = [&](std::size_t p) {
      double sum = 0.0;
      for (std::size_t c = 0; c < channels; ++c) sum += static_cast<double>(to_scalar<float>(pixels[p * channels + c]));
      grey_[p] = sum / static_cast<double>(channels);
    };
    for (const index_t p : fresh_) take(static_cast<std::size_t>(p));
    fresh_.clear();
    if (!grey_.empty()) return;
    grey_.resize(state_.size());
    for (std::size_t p = 0; p < state_.size(); ++p) take(p);
  }

  /// The pixel of the front that comes next; where nothing is known, the first that is wanted.
  Batch next(index_t) {
    wanted_.erase(std::remove_if(wanted_.begin(), wanted_.end(), [&](index_t p) { return known(p); }), wanted_.end());
    index_t best = -1;
    double most = -1.0;
    for (const index_t p : wanted_) {
      if (!at_rim(p)) continue;
      const double c = confidence(p), priority = c * (data(p) + kLeastData);
      if (priority <= most) continue;
      most = priority;
      best = p;
      chosen_ = c;
    }
    if (best >= 0) return {{query(best)}, false};
    if (wanted_.empty()) return {};
    chosen_ = 0.0;
    return {{query(wanted_.front())}, true};
  }

  /// Takes note that a pixel is known now: as sure as the middle of its patch was.
  void place(const WindowQuery& q) {
    const index_t p = q.row * s_.width + q.column;
    if (at(state_, p) == kKnown) return;
    at(state_, p) = kKnown;
    confidence_[static_cast<std::size_t>(p)] = chosen_;
    fresh_.push_back(p);
    --left_;
  }
  void refuse(const WindowQuery&) {}
  void readmit() {}

  bool is_wanted(const WindowQuery& q) const { return at(state_, q.row * s_.width + q.column) == kWanted; }

 private:
  enum : std::uint8_t { kNever = 0, kWanted = 1, kKnown = 2 };
  static constexpr double kLeastData = 1e-3;  // a flat rim moves inwards, too

  template <class T>
  static T& at(std::vector<T>& table, index_t p) {
    return table[static_cast<std::size_t>(p)];
  }
  template <class T>
  static const T& at(const std::vector<T>& table, index_t p) {
    return table[static_cast<std::size_t>(p)];
  }
  WindowQuery query(index_t p) const noexcept {
    return {static_cast<int>(p / s_.width), static_cast<int>(p % s_.width)};
  }
  index_t beside(index_t p, index_t dy, index_t dx) const noexcept {
    return WindowReach{s_.height, s_.width, s_.wrap_rows, s_.wrap_columns}.pixel(p / s_.width + dy, p % s_.width + dx);
  }
  bool known(index_t p) const { return p >= 0 && at(state_, p) == kKnown; }

  bool at_rim(index_t p) const {
    return known(beside(p, -1, 0)) || known(beside(p, 1, 0)) || known(beside(p, 0, -1)) || known(beside(p, 0, 1));
  }

  double confidence(index_t p) const {
    double sum = 0.0, n = 0.0;
    for (index_t dy = -s_.half; dy <= s_.half; ++dy) {
      for (index_t dx = -s_.half; dx <= s_.half; ++dx) {
        const index_t q = beside(p, dy, dx);
        if (q < 0) continue;
        sum += at(confidence_, q);
        n += 1.0;
      }
    }
    return sum / n;
  }

  // How strong a line meets the rim, and how squarely: the strongest slope of the known part of the patch, turned a
  // quarter, along the normal of the rim.
  double data(index_t p) const {
    double down = 0.0, right = 0.0, strongest = 0.0;
    for (index_t dy = -s_.half; dy <= s_.half; ++dy) {
      for (index_t dx = -s_.half; dx <= s_.half; ++dx) {
        const index_t q = beside(p, dy, dx);
        if (q < 0) continue;
        const index_t up = beside(q, -1, 0), below = beside(q, 1, 0), left = beside(q, 0, -1), after = beside(q, 0, 1);
        if (!known(up) || !known(below) || !known(left) || !known(after)) continue;
        const double gy = at(grey_, below) - at(grey_, up), gx = at(grey_, after) - at(grey_, left);
        if (gy * gy + gx * gx <= strongest) continue;
        strongest = gy * gy + gx * gx;
        down = gy;
        right = gx;
      }
    }
    double ny = 0.0, nx = 0.0;
    for (index_t dy = -1; dy <= 1; ++dy) {
      for (index_t dx = -1; dx <= 1; ++dx) {
        if (!known(beside(p, dy, dx))) continue;
        ny += static_cast<double>(dy);
        nx += static_cast<double>(dx);
      }
    }
    const double length = std::sqrt(ny * ny + nx * nx);
    return length > 0.0 ? std::abs(right * ny - down * nx) / length : 0.0;
  }

  Settings s_;
  std::vector<std::uint8_t> state_;
  std::vector<double> confidence_, grey_;
  std::vector<index_t> wanted_;  ///< all that are left, and some that are known by now
  std::vector<index_t> fresh_;   ///< known since look()
  index_t left_ = 0;
  double chosen_ = 0.0;
};

}  // namespace pastiche::detail
