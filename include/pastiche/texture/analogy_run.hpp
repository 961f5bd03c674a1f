// SPDX-License-Identifier: MIT
/// \file
/// One run of the classic form of image analogies: coarse to fine, pixel by pixel, front by front.
#pragma once

#include <pastiche/core/observer.hpp>
#include <pastiche/primitive/feature_tree.hpp>
#include <pastiche/tensor/tensor.hpp>
#include <pastiche/texture/analogy_features.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// The settings of a run, complete and valid.
struct AnalogySetup {
  double kappa;
  int levels;
  int leaves;  ///< of the tree, looked at for each pixel
};

PASTICHE_DEVICE_CODE_BEGIN

/// A front: pixels (y, front - 3 y), which know all that is above and left of them and nothing of each other.
/// Hertzmann et al. 2001, sections 3.2 and 3.3.
struct AnalogyFront {
  AnalogyWindows target;  ///< B and B'
  BytePicture example;    ///< A'
  FeatureTree tree;
  std::int32_t* sources;  ///< (height, width): pixel of A
  double coherence;       ///< 1 + 2^(l - L) kappa
  std::int32_t front, first_row;

  PASTICHE_HD index_t scratch() const noexcept { return tree.width; }

  PASTICHE_HD void operator()(index_t i, std::byte* memory) const noexcept {
    const std::int32_t y = first_row + static_cast<std::int32_t>(i), x = front - 3 * y;
    auto* query = reinterpret_cast<std::uint8_t*>(memory);
    target.gather(y, x, query);
    FeatureMatch best = tree.nearest(query);
    const FeatureMatch coherent = nearest_coherent(y, x, query);
    if (coherent.item >= 0 && coherent.distance <= best.distance * coherence) best = coherent;
    sources[index_t{y} * target.source.width + x] = best.item;
    const std::uint8_t* from = example.data + index_t{best.item} * example.channels;
    std::uint8_t* to = target.filtered.at(y, x);
    for (int c = 0; c < example.channels; ++c) to[c] = from[c];
  }

 private:
  // Of the pixels that continue what those above and left of this one were taken from: M. Ashikhmin, "Synthesizing
  // natural textures", I3D 2001.
  PASTICHE_HD FeatureMatch nearest_coherent(std::int32_t y, std::int32_t x, const std::uint8_t* query) const noexcept {
    FeatureMatch best{-1, 2147483647};
    for (int k = 0; k < AnalogyWindows::kCausal; ++k) {
      const std::int32_t dy = k / 5 - 2, dx = k % 5 - 2;
      if (y + dy < 0 || x + dx < 0 || x + dx >= target.source.width) continue;
      const std::int32_t from = sources[index_t{y + dy} * target.source.width + x + dx];
      const std::int32_t row = from / example.width - dy, column = from % example.width - dx;
      if (row < 0 || row >= example.height || column < 0 || column >= example.width) continue;
      const std::int32_t item = row * example.width + column;
      if (item == best.item) continue;
      const std::int32_t d = tree.distance_to(query, item, best.distance);
      if (d < best.distance || (d == best.distance && item < best.item)) best = {item, d};
    }
    return best;
  }
};

PASTICHE_DEVICE_CODE_END

/// The state of a run, on pictures of bytes.
template <class Device>
class AnalogyRun {
 public:
  AnalogyRun(const Device& device, HostPicture<std::uint8_t> a, HostPicture<std::uint8_t> a_prime,
             HostPicture<std::uint8_t> b, const AnalogySetup& setup)
      : device_{device}, setup_{setup} {
    add(std::move(a), a_);
    add(std::move(a_prime), a_prime_);
    add(std::move(b), b_);
  }

  /// Fills `sources`: of each pixel of B' the pixel of A' at full size.
  template <class Watch>
  StopReason run(std::vector<std::int32_t>& sources, Watch& watch) {
    StopReason reason = StopReason::finished;
    for (int l = setup_.levels; l-- > 0;) {
      start_level(l, sources);
      if (reason == StopReason::finished) reason = fill_level(l, watch);
      sources = sources_->download();
      coarse_output_ = output_->download();
    }
    return reason;
  }

 private:
  using Picture = HostPicture<std::uint8_t>;
  using Bytes = DeviceArray<std::uint8_t, Device>;

  static std::size_t size(index_t n) noexcept { return static_cast<std::size_t>(n); }

  void add(Picture picture, std::vector<Picture>& levels) const {
    levels.push_back(std::move(picture));
    while (static_cast<int>(levels.size()) < setup_.levels) {
      const Picture& last = levels.back();
      levels.push_back(shrunk(last, ceil_div<index_t>(last.height, 2), ceil_div<index_t>(last.width, 2)));
    }
  }

  // The sources of the coarser level at twice the size, as a first guess of what the front has not reached.
  void start_level(int l, const std::vector<std::int32_t>& coarse) {
    const Picture &b = b_[size(l)], &a_prime = a_prime_[size(l)];
    std::vector<std::int32_t> sources;
    std::vector<std::uint8_t> output;
    const bool coarsest = l + 1 == setup_.levels;
    for (index_t y = 0; y < b.height; ++y) {
      for (index_t x = 0; x < b.width; ++x) {
        index_t row = y * a_prime.height / b.height, column = x * a_prime.width / b.width;
        if (!coarsest) {
          const index_t from = coarse[size(y / 2 * b_[size(l + 1)].width + x / 2)], w = a_prime_[size(l + 1)].width;
          row = min_of(from / w * 2 + y % 2, a_prime.height - 1);
          column = min_of(from % w * 2 + x % 2, a_prime.width - 1);
        }
        sources.push_back(static_cast<std::int32_t>(row * a_prime.width + column));
        const std::uint8_t* pixel = a_prime.row(row) + column * a_prime.channels;
        output.insert(output.end(), pixel, pixel + a_prime.channels);
      }
    }
    sources_.emplace(sources, device_);
    output_.emplace(output, device_);
  }

  static BytePicture described(Bytes& bytes, const Picture& p) {
    return {bytes.data(), static_cast<std::int32_t>(p.height), static_cast<std::int32_t>(p.width),
            static_cast<std::int32_t>(p.channels)};
  }
  BytePicture described_output(Bytes& bytes, int l) const {
    return {bytes.data(), static_cast<std::int32_t>(b_[size(l)].height), static_cast<std::int32_t>(b_[size(l)].width),
            static_cast<std::int32_t>(a_prime_[size(l)].channels)};
  }

  template <class Watch>
  StopReason fill_level(int l, Watch& watch) {
    const bool coarsest = l + 1 == setup_.levels;
    const std::size_t above = size(coarsest ? l : l + 1);
    Bytes a(a_[size(l)].values, device_), a_prime(a_prime_[size(l)].values, device_), b(b_[size(l)].values, device_);
    Bytes a_above(a_[above].values, device_), a_prime_above(a_prime_[above].values, device_);
    Bytes b_above(b_[above].values, device_), output_above(coarse_output_, device_);
    AnalogyWindows example{described(a, a_[size(l)]), described(a_prime, a_prime_[size(l)]), {}, {}};
    AnalogyWindows target{described(b, b_[size(l)]), described_output(*output_, l), {}, {}};
    if (!coarsest) {
      example.coarse_source = described(a_above, a_[above]);
      example.coarse_filtered = described(a_prime_above, a_prime_[above]);
      target.coarse_source = described(b_above, b_[above]);
      target.coarse_filtered = described_output(output_above, l + 1);
    }
    const auto plan = plan_tree(example, !coarsest).template store<Device>(device_);
    AnalogyFront front{
        target, example.filtered, plan.tree(setup_.leaves), sources_->data(), 1.0 + std::ldexp(setup_.kappa, -l), 0, 0};
    const index_t height = b_[size(l)].height, width = b_[size(l)].width, fronts = width + 3 * (height - 1);
    for (index_t t = 0; t < fronts; ++t) {
      const index_t first = max_of<index_t>(0, ceil_div<index_t>(t - width + 1, 3)), last = min_of(t / 3, height - 1);
      front.front = static_cast<std::int32_t>(t);
      front.first_row = static_cast<std::int32_t>(first);
      device_.for_each_piece(last - first + 1, front.tree.width * 100, front);
      if constexpr (!ignores_progress<Watch>) {
        if (t % kFrontsBetweenLooks != kFrontsBetweenLooks - 1 && t + 1 != fronts) continue;
        device_.synchronize();
        const double share = static_cast<double>(t + 1) / static_cast<double>(fronts);
        const Progress progress{.stage = "analogy",
                                .step = steps_before(l) + static_cast<index_t>(share * steps_of(l)),
                                .steps = steps_before(-1),
                                .seconds = clock_.seconds(),
                                .preview = {height, width, target.filtered.channels, &render, this}};
        if (notify(watch, progress) == Flow::stop) return StopReason::observer;
      }
    }
    device_.synchronize();
    return StopReason::finished;
  }

  FeatureTreePlan plan_tree(const AnalogyWindows& example, bool coarse) const {
    const index_t n = index_t{example.source.height} * example.source.width, width = example.width();
    Bytes vectors(n * width, device_);
    device_.for_each_piece(n, width * 4, GatherFeatures{example, width, vectors.data()});
    return {vectors.download(), feature_weights(example.source.channels, example.filtered.channels, coarse)};
  }

  // Steps are pixels.
  double steps_of(int l) const { return static_cast<double>(b_[size(l)].height * b_[size(l)].width); }
  index_t steps_before(int l) const {
    index_t n = 0;
    for (int i = setup_.levels - 1; i > l; --i) n += b_[size(i)].height * b_[size(i)].width;
    return n;
  }

  static void render(const void* from, float* to) {
    for (const std::uint8_t v : static_cast<const AnalogyRun*>(from)->output_->download()) *to++ = to_scalar<float>(v);
  }

  static constexpr index_t kFrontsBetweenLooks = 64;

  Device device_;
  AnalogySetup setup_;
  std::vector<Picture> a_, a_prime_, b_;
  std::vector<std::uint8_t> coarse_output_;
  std::optional<DeviceArray<std::int32_t, Device>> sources_;
  std::optional<Bytes> output_;
  Stopwatch clock_;
};

}  // namespace pastiche::detail
