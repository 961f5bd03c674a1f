// SPDX-License-Identifier: MIT
/// \file
/// What k-coherence synthesis prepares before the first pixel: the levels of the examples and of the guide, and for
/// each place the places like it.
#pragma once

#include <pastiche/texture/coherence_levels.hpp>
#include <pastiche/texture/example_weights.hpp>
#include <pastiche/texture/examples.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// The settings of a run, complete and valid.
struct CoherenceSetup {
  Shape<2> size;
  std::uint64_t seed;
  bool tile_rows, tile_columns, provenance;
  int neighbourhood, nearest, passes, levels;
  double kappa, jitter, balance, piece;
  std::vector<Mask2> example_masks;
  Mask2 output_mask;
  Guide guide;
  WantedShares wanted_shares;
};

/// The output at a level.
inline OutputGrid output_grid(const CoherenceSetup& setup, int level) noexcept {
  const index_t scale = index_t{1} << level;
  const index_t h = ceil_div(setup.size[0], scale), w = ceil_div(setup.size[1], scale);
  return {h, w, w + 2 * kCoherencePad, setup.tile_rows, setup.tile_columns};
}

/// Calls `f` with the arch that kernels of a device are made for.
template <class Device, class F>
void with_arch(const Device& device, F&& f) {
  if constexpr (VectorDevice<Device>) {
    device.dispatch(f);
  } else {
    f(simd::Scalar{});
  }
}

/// The levels, from fine to coarse.
template <class E, class Device, class Distance>
class CoherencePyramid {
 public:
  using Word = neighbourhood_word_t<Distance, E>;
  using View = TensorView<const E, 3, Device>;
  using Level = CoherenceLevel<Word, Device>;

  CoherencePyramid(const Device& device, const std::vector<View>& examples, const CoherenceSetup& setup,
                   const Distance& distance)
      : device_{device},
        setup_{setup},
        distance_{distance},
        channels_{examples[0].shape(2)},
        words_{channels_ + (setup.guide.empty() ? 0 : setup.guide.output.channels)},
        weights_(neighbourhood_weights(), device) {
    plan(examples);
    for (std::size_t e = 0; e < examples.size(); ++e) lay_out_example(e, examples[e]);
    if (!setup.guide.empty()) lay_out_guides();
    for (int l = size() - 1; l >= 0; --l) find_similar(l);
  }

  int size() const noexcept { return static_cast<int>(levels_.size()); }
  const Level& operator[](int level) const noexcept { return levels_[static_cast<std::size_t>(level)]; }
  /// Of a pixel: the words of its channels, and with those of the guide.
  index_t channels() const noexcept { return channels_; }
  index_t words() const noexcept { return words_; }

  template <class Arch>
  NeighbourhoodDistance<Arch, Word, Distance> neighbourhood() const noexcept {
    return {weights_.data(), setup_.neighbourhood, setup_.neighbourhood * words_, distance_};
  }

  /// Puts the guide of the output at a level into its pixels, and beyond its edges.
  void guide_output(int level, Word* output) const {
    if (setup_.guide.empty()) return;
    const OutputGrid grid = output_grid(setup_, level);
    const auto rule = [](bool wraps) { return wraps ? Border::wrap : Border::mirror; };
    lay_out(output_guides_[static_cast<std::size_t>(level)].view(), rule(grid.wrap_rows), rule(grid.wrap_columns),
            grid.stride, channels_, output);
  }

 private:
  static constexpr index_t kCoarsestSide = 48;  // no level is made of smaller examples
  static constexpr index_t kMostPlaces = 2147483647;
  static constexpr index_t kFewestPlaces = 64;  // nor of fewer places that masks leave
  static constexpr double kFalloff = 0.4;       // standard deviation of the weights, of the neighbourhood's side

  // Integers weigh differences before they are squared: as finely as their sum has room for.
  std::vector<Word> neighbourhood_weights() const {
    const int side = setup_.neighbourhood;
    double scale = 8.0;
    if constexpr (std::integral<Word>) {
      const double guides = static_cast<double>(words_ - channels_);
      const double most = static_cast<double>(channels_) * 255.0 * 255.0 + guides * kMostGuide * kMostGuide;
      const auto sum = [&] {
        double total = 0;
        for (int i = 0; i < side * side; ++i) total += std::pow(integer_weight(i, scale), 2.0);
        return total;
      };
      while (scale > 1.0 && sum() * most > 2147483647.0) scale /= 2;
      require(sum() * most <= 2147483647.0, "coherent_texture", "channels of example and guide", words_,
              "fewer, so that distances fit into 31 bits");
    }
    const index_t row = NeighbourhoodDistance<simd::Scalar, Word, Distance>::padded(side * words_);
    std::vector<Word> weights(static_cast<std::size_t>(side * row), Word(0));
    for (int i = 0; i < side * side; ++i) {
      for (index_t c = 0; c < words_; ++c) {
        Word& to = weights[static_cast<std::size_t>(i / side * row + i % side * words_ + c)];
        if constexpr (std::integral<Word>) {
          to = static_cast<Word>(integer_weight(i, scale));
        } else {
          const double channel = c < channels_ ? channel_weight_of(distance_, c) : setup_.guide.weight;
          to = static_cast<Word>(falloff(i) * channel);
        }
      }
    }
    return weights;
  }

  double falloff(int i) const {
    const int side = setup_.neighbourhood, y = i / side - side / 2, x = i % side - side / 2;
    const double sigma = kFalloff * side;
    return std::exp(-(x * x + y * y) / (2 * sigma * sigma));
  }
  double integer_weight(int i, double scale) const {
    return (std::max)(1.0, std::round(scale * std::sqrt(falloff(i))));
  }

  // Levels until the examples, or what masks leave of them, would become too small.
  void plan(const std::vector<View>& examples) {
    std::vector<Shape<2>> sizes;
    StealMasks masks(examples.size());
    index_t side = 0;
    for (std::size_t e = 0; e < examples.size(); ++e) {
      const index_t h = examples[e].shape(0), w = examples[e].shape(1);
      sizes.push_back({h, w});
      side = max_of(side, min_of(h, w));
      if (setup_.example_masks.empty() || setup_.example_masks[e].empty()) continue;
      for (index_t i = 0; i < h * w; ++i) masks[e].push_back(setup_.example_masks[e](i / w, i % w) ? 1 : 0);
    }
    for (int level = 0;; ++level, side = ceil_div<index_t>(side, 2)) {
      if (level > 0 && AtlasPlan::places(sizes, level) > kMostPlaces) return;
      AtlasPlan plan(sizes, masks, level);
      const index_t open = static_cast<index_t>(level == 0 ? plan.all.size() : plan.squares.size());
      if (level == 0) {
        require(open > 0, "coherent_texture", "number of pixels that the example masks allow", open, "at least 1");
      } else if (setup_.levels > 0 ? level >= setup_.levels || open == 0 || side < 2
                                   : side < kCoarsestSide || open < kFewestPlaces) {
        return;
      }
      levels_.emplace_back(std::move(plan), words_, setup_.nearest, device_);
      device_.for_each_index(levels_.back().words.size(), FillWith<Word>{levels_.back().words.data(), Word(0)});
      masks = coarser_masks(sizes, masks, level);
    }
  }

  void lay_out_example(std::size_t e, const View& example) { lay_out_levels(e, example, 0); }

  /// One picture, or guide, at all levels.
  template <class T>
  void lay_out_levels(std::size_t e, const TensorView<const T, 3, Device>& image, index_t first) {
    lay_out_level(0, e, image, first);
    if (size() == 1) return;
    auto coarse = smoothed(image, 0, device_);
    for (int l = 1; l < size(); ++l) {
      if (l > 1) coarse = smoothed(std::as_const(coarse).view(), l - 1, device_);
      lay_out_level(l, e, std::as_const(coarse).view(), first);
    }
  }

  /// Words `first` and on of all pixels of a padded picture.
  template <class T>
  void lay_out(const TensorView<const T, 3, Device>& image, Border rows, Border columns, index_t stride, index_t first,
               Word* to) const {
    device_.for_each_piece(
        image.shape(0) + 2 * kCoherencePad, 4 * stride * words_,
        LayOutWords<Word, T, Device>{image, rows, columns, stride, words_, first, guide_scale_, guide_offset_, to});
  }
  template <class T>
  void lay_out_level(int l, std::size_t e, const TensorView<const T, 3, Device>& image, index_t first) {
    Level& level = levels_[static_cast<std::size_t>(l)];
    const index_t scale = index_t{1} << l, stride = level.plan.stride;
    const std::size_t begin = static_cast<std::size_t>(level.plan.examples[e].first_part);
    for (std::size_t p = begin; p < begin + static_cast<std::size_t>(scale * scale); ++p) {
      const AtlasPart part = level.plan.parts[p];
      if (part.height == 0 || part.width == 0) continue;
      const TensorView<const T, 3, Device> pixels(image.row(part.row) + part.column * image.stride()[1],
                                                  {part.height, part.width, image.shape(2)},
                                                  {scale * image.stride()[0], scale * image.stride()[1], 1});
      lay_out(pixels, Border::mirror, Border::mirror, stride, first,
              level.words.data() + index_t{part.top - kCoherencePad} * stride * words_);
    }
  }

  static std::vector<float> values(const GuideMap& map) {
    std::vector<float> all;
    for (index_t y = 0; y < map.height; ++y) all.insert(all.end(), map.row(y), map.row(y) + map.width * map.channels);
    return all;
  }

  // Guides are words like pixels. As integers they are counted from the least value of all maps.
  void lay_out_guides() {
    const Guide& guide = setup_.guide;
    guide_offset_ = guide.output.data[0];
    const auto lower = [&](const GuideMap& map) {
      for (const float value : values(map)) guide_offset_ = min_of(guide_offset_, value);
    };
    for (const GuideMap& map : guide.examples) lower(map);
    lower(guide.output);
    guide_scale_ = static_cast<float>(255.0 * std::sqrt(guide.weight));
    for (std::size_t e = 0; e < guide.examples.size(); ++e) {
      const auto map =
          upload<Device>(Shape<3>{guide.examples[e].height, guide.examples[e].width, guide.output.channels},
                         values(guide.examples[e]), device_);
      lay_out_levels(e, map.view(), channels_);
    }
    output_guides_ = gaussian_pyramid(
        upload<Device>(Shape<3>{setup_.size[0], setup_.size[1], guide.output.channels}, values(guide.output), device_),
        size(), Border::mirror, device_);
  }

  void find_similar(int l) {
    Level& level = levels_[static_cast<std::size_t>(l)];
    if (setup_.nearest == 0) return;
    const Level* above = l + 1 < size() ? &levels_[static_cast<std::size_t>(l) + 1] : nullptr;
    DeviceArray<int, Device> before(level.similar.size(), device_);
    const int rounds = above == nullptr ? 3 : 2;
    for (int round = 0; round < rounds; ++round) {
      if (round > 0) device_.copy(level.similar.data(), before.data(), level.similar.size());
      const bool squares = round == 0 && above == nullptr;
      const Level& from = above != nullptr ? *above : level;
      const int* likes = round == 0 && above != nullptr   ? above->similar.data()
                         : round == 1 && above == nullptr ? before.data()
                                                          : nullptr;
      with_arch(device_, [&](auto arch) {
        using Arch = decltype(arch);
        const auto& drawn = squares ? level.squares : level.all;
        device_.for_each_piece(
            level.plan.rows, 40 * level.plan.stride * words_ * setup_.neighbourhood,
            FindSimilar<Arch, Word, Distance>{
                neighbourhood<Arch>(), level.atlas(), from.atlas(), words_, level.words.data(), drawn.data(),
                static_cast<int>(drawn.size()), squares, likes, round > 0 ? before.data() : nullptr, 2,
                mix64(static_cast<std::uint64_t>(64 * l + 8 * round)), setup_.nearest,
                max_of(1, static_cast<int>(level.plan.side() << l) / 20), level.similar.data()});
      });
    }
  }

  Device device_;
  CoherenceSetup setup_;
  Distance distance_;
  index_t channels_, words_;
  float guide_scale_ = 1.0f, guide_offset_ = 0.0f;
  DeviceArray<Word, Device> weights_;
  std::vector<Level> levels_;
  std::vector<Tensor<float, 3, Device>> output_guides_;
};

}  // namespace pastiche::detail
