// SPDX-License-Identifier: MIT
/// \file
/// One run of k-coherence synthesis, level by level. The public function is in coherence.hpp.
#pragma once

#include <pastiche/core/observer.hpp>
#include <pastiche/texture/coherence_levels.hpp>
#include <pastiche/texture/examples.hpp>

#include <cstdlib>
#include <string>

namespace pastiche::detail {

/// The settings of a run, complete and valid.
struct CoherenceSetup {
  Shape<2> size;
  std::uint64_t seed;
  bool tile_rows, tile_columns, provenance;
  int neighbourhood, nearest, passes, levels;
  double kappa, jitter, balance;
  std::vector<Mask2> example_masks;
  Mask2 output_mask;
  Guide guide;
};

PASTICHE_DEVICE_CODE_BEGIN

/// One row of the result, from sources at a level: pixels of finer levels continue them.
template <class E, class Device>
struct RenderRow {
  Atlas atlas, finest;
  OutputGrid grid;
  const int* sources;
  int level;
  const TensorView<const E, 3, Device>* examples;
  const std::uint8_t* wanted;
  TensorView<E, 3, Device> image;
  int* provenance;

  PASTICHE_HD void operator()(index_t y) const noexcept {
    const index_t channels = image.shape(2), width = image.shape(1);
    const index_t rest = (index_t{1} << level) - 1;
    for (index_t x = 0; x < width; ++x) {
      E* to = image.row(y) + x * channels;
      int* from = provenance != nullptr ? provenance + (y * width + x) * 3 : nullptr;
      if (wanted != nullptr && wanted[y * width + x] == 0) {
        for (index_t c = 0; c < channels; ++c) to[c] = E{};
        if (from != nullptr) from[0] = from[1] = from[2] = -1;
        continue;
      }
      Atlas::Pixel p = atlas.pixel(sources[grid.at(y >> level, x >> level)]);
      if (level > 0) {
        p = finest.pixel(finest.place(p.example, (p.row << level) + static_cast<int>(y & rest),
                                      (p.column << level) + static_cast<int>(x & rest)));
      }
      const E* pixel = examples[p.example].row(p.row) + p.column * channels;
      for (index_t c = 0; c < channels; ++c) to[c] = pixel[c];
      if (from != nullptr) {
        from[0] = p.example;
        from[1] = p.row;
        from[2] = p.column;
      }
    }
  }
};

template <class T>
struct FillWith {
  T* to;
  T value;
  PASTICHE_HD void operator()(index_t i) const noexcept { to[i] = value; }
};

PASTICHE_DEVICE_CODE_END

/// The state of one run of coherent_texture().
template <class E, class Device, class Distance>
class CoherenceRun {
 public:
  using Word = neighbourhood_word_t<Distance, E>;
  using View = TensorView<const E, 3, Device>;
  using Level = CoherenceLevel<Word, Device>;

  CoherenceRun(const Device& device, const std::vector<View>& examples, const CoherenceSetup& setup,
               const Distance& distance)
      : device_{device},
        setup_{setup},
        distance_{distance},
        views_{examples},
        channels_{examples[0].shape(2)},
        words_{channels_ + (setup.guide.empty() ? 0 : setup.guide.output.channels)},
        weights_(neighbourhood_weights(), device),
        examples_(examples, device),
        wanted_(wanted(), device) {
    make_levels();
    make_guides();
    for (int l = static_cast<int>(levels_.size()) - 1; l >= 0; --l) find_similar(l);
    std::size_t most = 0;
    for (const Level& level : levels_) most = max_of(most, static_cast<std::size_t>(level.places()));
    uses_ = DeviceArray<int, Device>(static_cast<index_t>(most), device_);
    factors_ = DeviceArray<int, Device>(static_cast<index_t>(most), device_);
    const OutputGrid finest = grid(0);
    const index_t padded = (finest.height + 2 * kCoherencePad) * finest.stride;
    sources_ = DeviceArray<int, Device>(padded, device_);
    above_ = DeviceArray<int, Device>(padded, device_);
    chosen_ = DeviceArray<int, Device>(finest.height * finest.width, device_);
    output_ = DeviceArray<Word, Device>(padded * words_ + Level::kSlack, device_);
    device_.for_each_index(output_.size(), FillWith<Word>{output_.data(), Word(0)});
  }

  template <class Watch>
  StopReason run(Tensor<E, 3, Device>& image, Tensor<int, 3, Device>& provenance, Watch& watch) {
    const Stopwatch clock;
    const int top = static_cast<int>(levels_.size()) - 1;
    index_t step = 0, steps = 0;
    for (int l = top; l >= 0; --l) steps += passes(l);
    StopReason reason = StopReason::finished;
    int level = top;
    for (; level >= 0; --level) {
      begin(level);
      for (int pass = 0; pass < passes(level) && reason == StopReason::finished; ++pass) {
        correct(level);
        ++step;
        if constexpr (!ignores_progress<Watch>) {
          device_.synchronize();
          const PreviewSource source{this, level};
          const Progress progress{
              .stage = "coherence", .step = step, .steps = steps, .seconds = clock.seconds(), .preview = source()};
          if (notify(watch, progress) == Flow::stop) reason = StopReason::observer;
        }
      }
      if (reason != StopReason::finished || level == 0) break;
    }
    render(level, image, provenance.size() > 0 ? provenance.data() : nullptr);
    device_.synchronize();
    return reason;
  }

 private:
  static constexpr index_t kExhaustive = 1100;  ///< places of a level that are compared with all others
  static constexpr int kStep = 2;               ///< of sub-passes

  /// What an observer may ask to see.
  struct PreviewSource {
    const CoherenceRun* run;
    int level;
    Preview operator()() const { return {run->setup_.size[0], run->setup_.size[1], run->channels_, &render, this}; }
    static void render(const void* from, float* to) {
      const auto* self = static_cast<const PreviewSource*>(from);
      const CoherenceRun& run = *self->run;
      Tensor<E, 3, Device> image({run.setup_.size[0], run.setup_.size[1], run.channels_}, run.device_);
      run.render(self->level, image, nullptr);
      for (const E value : download(image)) *to++ = to_scalar<float>(value);
    }
  };

  int passes(int level) const noexcept {
    return level + 1 == static_cast<int>(levels_.size()) ? 2 * setup_.passes : setup_.passes;
  }

  OutputGrid grid(int level) const noexcept {
    const index_t scale = index_t{1} << level;
    const index_t h = ceil_div(setup_.size[0], scale), w = ceil_div(setup_.size[1], scale);
    return {h, w, w + 2 * kCoherencePad, setup_.tile_rows, setup_.tile_columns};
  }

  // Integers weigh differences before they are squared: as finely as the sum has room for.
  std::vector<Word> neighbourhood_weights() const {
    const int side = setup_.neighbourhood, half = side / 2;
    const double guides = static_cast<double>(words_ - channels_);
    const double sigma = 0.4 * side;
    const auto falloff = [&](int i) {
      const int y = i / side - half, x = i % side - half;
      return std::exp(-(x * x + y * y) / (2 * sigma * sigma));
    };
    double scale = 8.0;
    if constexpr (std::integral<Word>) {
      for (; scale > 1.0; scale /= 2) {
        double sum = 0;
        for (int i = 0; i < side * side; ++i) {
          const double w = std::round(scale * std::sqrt(falloff(i)));
          sum += (std::max)(1.0, w * w);
        }
        if (sum * (static_cast<double>(channels_) * 255.0 * 255.0 + guides * 1023.0 * 1023.0) < 2147483647.0) break;
      }
    }
    const index_t row = NeighbourhoodDistance<simd::Scalar, Word, Distance>::padded(side * words_);
    std::vector<Word> weights(static_cast<std::size_t>(side * row), Word(0));
    for (int i = 0; i < side * side; ++i) {
      for (index_t c = 0; c < words_; ++c) {
        Word& to = weights[static_cast<std::size_t>(i / side * row + i % side * words_ + c)];
        if constexpr (std::integral<Word>) {
          to = static_cast<Word>((std::max)(1.0, std::round(scale * std::sqrt(falloff(i)))));
        } else {
          to = static_cast<Word>(falloff(i));
          to *= c < channels_ ? static_cast<Word>(channel_weight_of(distance_, c))
                              : static_cast<Word>(setup_.guide.weight);
        }
      }
    }
    return weights;
  }

  std::vector<std::uint8_t> wanted() const {
    std::vector<std::uint8_t> all;
    if (setup_.output_mask.empty()) return all;
    for (index_t y = 0; y < setup_.size[0]; ++y) {
      for (index_t x = 0; x < setup_.size[1]; ++x) all.push_back(setup_.output_mask(y, x) ? 1 : 0);
    }
    return all;
  }

  /// Levels from fine to coarse, until the examples or what masks leave of them become too small.
  void make_levels() {
    std::vector<Shape<2>> sizes;
    std::vector<std::vector<std::uint8_t>> masks(views_.size());
    index_t side = 0;
    for (std::size_t e = 0; e < views_.size(); ++e) {
      sizes.push_back({views_[e].shape(0), views_[e].shape(1)});
      side = max_of(side, min_of(sizes[e][0], sizes[e][1]));
      if (setup_.example_masks.empty() || setup_.example_masks[e].empty()) continue;
      for (index_t y = 0; y < sizes[e][0]; ++y) {
        for (index_t x = 0; x < sizes[e][1]; ++x) masks[e].push_back(setup_.example_masks[e](y, x) ? 1 : 0);
      }
    }
    side = min_of(side, min_of(setup_.size[0], setup_.size[1]));
    std::vector<Tensor<E, 3, Device>> reduced;
    for (int level = 0;; ++level) {
      AtlasPlan plan(sizes, masks);
      const index_t open = static_cast<index_t>(plan.all.size());
      if (level == 0) {
        require(open > 0, "coherent_texture", "number of pixels that the example masks allow", open, "at least 1");
      } else if (open < 16) {
        break;
      }
      levels_.emplace_back(std::move(plan), words_, setup_.nearest, device_);
      for (std::size_t e = 0; e < views_.size(); ++e) {
        if (level == 0) {
          lay_out(levels_.back(), e, views_[e], 0, 1.0f, 0.0f);
        } else {
          auto next =
              pyramid_reduce(level == 1 ? views_[e] : View(std::as_const(reduced[e]).view()), Border::mirror, device_);
          if (level == 1) {
            reduced.push_back(std::move(next));
          } else {
            reduced[e] = std::move(next);
          }
          lay_out(levels_.back(), e, View(std::as_const(reduced[e]).view()), 0, 1.0f, 0.0f);
        }
      }
      side = ceil_div<index_t>(side, 2);
      if (setup_.levels > 0 ? level + 1 >= setup_.levels : side < coarsest_side()) break;
      masks = coarser_masks(sizes, masks);
      for (Shape<2>& size : sizes) size = {ceil_div<index_t>(size[0], 2), ceil_div<index_t>(size[1], 2)};
    }
  }

  static index_t coarsest_side() {
    const char* s = std::getenv("CO_SIDE");
    return s ? std::atoi(s) : 12;
  }

  template <class View3>
  void lay_out(Level& level, std::size_t e, const View3& image, index_t first, float scale, float offset) {
    const AtlasExample at = level.plan.examples[e];
    using T = typename View3::value_type;
    device_.for_each_piece(at.height + 2 * kCoherencePad, 4 * level.plan.stride * words_,
                           LayOutWords<Word, T, Device>{
                               image, Border::mirror, Border::mirror, level.plan.stride, words_, first, scale, offset,
                               level.words.data() + index_t{at.top - kCoherencePad} * level.plan.stride * words_});
  }

  void make_guides() {
    // TODO
  }

  template <class Arch>
  NeighbourhoodDistance<Arch, Word, Distance> neighbourhood() const noexcept {
    return {weights_.data(), setup_.neighbourhood, setup_.neighbourhood * words_, distance_};
  }

  template <class F>
  void with_arch(F&& f) const {
    if constexpr (VectorDevice<Device>) {
      device_.dispatch(f);
    } else {
      f(simd::Scalar{});
    }
  }

  std::uint64_t key(int stream, int level) const noexcept {
    return mix64(mix64(setup_.seed + 0x9e3779b97f4a7c15u) + static_cast<std::uint64_t>(64 * stream + level));
  }

  void find_similar(int l) {
    Level& level = levels_[static_cast<std::size_t>(l)];
    const bool coarsest = l + 1 == static_cast<int>(levels_.size());
    const Level* above = coarsest ? nullptr : &levels_[static_cast<std::size_t>(l) + 1];
    const bool exhaustive = static_cast<index_t>(level.plan.all.size()) <= kExhaustive;
    index_t side = 0;
    for (const AtlasExample& e : level.plan.examples) side = max_of<index_t>(side, min_of(e.height, e.width));
    const int apart = max_of(1, static_cast<int>(side / 20));
    DeviceArray<int, Device> before(exhaustive ? 0 : level.similar.size(), device_);
    const int rounds = exhaustive ? 1 : coarsest ? 6 : 2;
    for (int round = 0; round < rounds; ++round) {
      if (round > 0) device_.copy(level.similar.data(), before.data(), level.similar.size());
      with_arch([&](auto arch) {
        device_.for_each_piece(
            level.plan.rows, 100 * level.plan.stride * words_ * setup_.neighbourhood,
            FindSimilar<decltype(arch), Word, Distance>{
                neighbourhood<decltype(arch)>(), level.atlas(), above != nullptr ? above->atlas() : level.atlas(),
                words_, level.words.data(), level.all.data(), static_cast<int>(level.all.size()), exhaustive,
                round == 0 && above != nullptr ? above->similar.data() : nullptr, round > 0 ? before.data() : nullptr,
                above == nullptr || round > 0 ? 8 : 2, mix64(static_cast<std::uint64_t>(8 * l + round)), setup_.nearest,
                apart, level.similar.data()});
      });
    }
  }

  /// Sources of a level before its first correction.
  void begin(int l) {
    const OutputGrid to = grid(l);
    const Level& level = levels_[static_cast<std::size_t>(l)];
    if (l + 1 == static_cast<int>(levels_.size())) {
      const std::vector<int> first = first_sources(to, level.plan);
      device_.copy_from_host(first.data(), sources_.data(), static_cast<index_t>(first.size()));
    } else {
      std::swap(sources_, above_);
      device_.for_each_piece(to.height, 20 * to.width,
                             RefineSources{levels_[static_cast<std::size_t>(l) + 1].atlas(), level.atlas(), grid(l + 1),
                                           to, jitter(l), key(1, l), above_.data(), sources_.data()});
    }
    device_.for_each_piece(to.height, 4 * words_ * to.width,
                           PaintRow<Word>{to, words_, channels_, level.words.data(), sources_.data(), output_.data()});
    fill_border(l);
  }

  int jitter(int l) const noexcept { return l >= 2 ? static_cast<int>(setup_.jitter) : 0; }

  void fill_border(int l) {
    const OutputGrid to = grid(l);
    const Level& level = levels_[static_cast<std::size_t>(l)];
    device_.for_each_piece(to.height + 2 * kCoherencePad, 100 * words_,
                           FillBorder<Word>{to, words_, channels_, level.plan.stride, level.words.data(),
                                            sources_.data(), output_.data()});
  }

  /// Pieces of the examples side by side, spread evenly over the examples.
  std::vector<int> first_sources(const OutputGrid& to, const AtlasPlan& plan) const {
    index_t side = 0;
    for (const AtlasExample& e : plan.examples) side = max_of<index_t>(side, min_of(e.height, e.width));
    const char* s = std::getenv("CO_TILE");
    const index_t tile =
        max_of<index_t>(2, static_cast<index_t>(std::lround(static_cast<double>(side) * (s ? std::atof(s) : 0.45))));
    struct Piece {
      int example, row, column;
    };
    std::vector<Piece> pieces;
    for (int round = 0; round < 2 && pieces.empty(); ++round) {
      for (std::size_t e = 0; e < plan.examples.size(); ++e) {
        const AtlasExample& at = plan.examples[e];
        const index_t rows = ceil_div<index_t>(at.height, tile), columns = ceil_div<index_t>(at.width, tile);
        for (index_t i = 0; i < rows * columns; ++i) {
          const index_t free_rows = max_of<index_t>(0, at.height - tile),
                        free_columns = max_of<index_t>(0, at.width - tile);
          const Piece piece{static_cast<int>(e),
                            static_cast<int>(rows > 1 ? free_rows * (i / columns) / (rows - 1) : 0),
                            static_cast<int>(columns > 1 ? free_columns * (i % columns) / (columns - 1) : 0)};
          index_t open = 0;
          for (index_t k = 0; k < tile * tile; ++k) {
            const index_t y = min_of<index_t>(piece.row + k / tile, at.height - 1),
                          x = min_of<index_t>(piece.column + k % tile, at.width - 1);
            open += plan.allowed[static_cast<std::size_t>((at.top + y) * plan.stride + kCoherencePad + x)];
          }
          if (2 * open > tile * tile || round == 1) pieces.push_back(piece);
        }
      }
    }
    CounterRng rng(setup_.seed, 0, 0);
    const index_t rows = max_of<index_t>(1, (to.height + tile / 2) / tile),
                  columns = max_of<index_t>(1, (to.width + tile / 2) / tile);
    std::vector<Piece> order;
    std::vector<Piece> placed;
    for (index_t i = 0; i < rows * columns; ++i) {
      if (order.empty()) {
        order = pieces;
        for (std::size_t k = order.size(); k > 1; --k)
          std::swap(order[k - 1], order[rng.below(static_cast<std::uint32_t>(k))]);
      }
      Piece p = order.back();
      order.pop_back();
      const int move = static_cast<int>(tile / 4);
      p.row += static_cast<int>(rng.below(static_cast<std::uint32_t>(2 * move + 1))) - move;
      p.column += static_cast<int>(rng.below(static_cast<std::uint32_t>(2 * move + 1))) - move;
      placed.push_back(p);
    }
    std::vector<int> sources(static_cast<std::size_t>((to.height + 2 * kCoherencePad) * to.stride), -1);
    for (index_t y = 0; y < to.height; ++y) {
      for (index_t x = 0; x < to.width; ++x) {
        const index_t r = y * rows / to.height, c = x * columns / to.width;
        const Piece& p = placed[static_cast<std::size_t>(r * columns + c)];
        const AtlasExample& at = plan.examples[static_cast<std::size_t>(p.example)];
        // Mirrored where a piece leaves its example.
        const index_t row = border_index(p.row + y - ceil_div(r * to.height, rows), at.height, Border::mirror);
        const index_t column = border_index(p.column + x - ceil_div(c * to.width, columns), at.width, Border::mirror);
        sources[static_cast<std::size_t>(to.at(y, x))] =
            plan.nearest_allowed[static_cast<std::size_t>((at.top + row) * plan.stride + kCoherencePad + column)];
      }
    }
    return sources;
  }

  /// One pass over all pixels of a level.
  void correct(int l) {
    const OutputGrid to = grid(l);
    const Level& level = levels_[static_cast<std::size_t>(l)];
    weigh_uses(l);
    const SubPass order[4] = {{0, 0, kStep}, {1, 1, kStep}, {0, 1, kStep}, {1, 0, kStep}};
    const int dearer = static_cast<int>(std::lround(256.0 * (1.0 + setup_.kappa)));
    for (const SubPass& pass : order) {
      if (pass.row >= to.height || pass.column >= to.width) continue;
      with_arch([&](auto arch) {
        device_.for_each_piece(
            pass.rows(to.height), to.width * 50 * words_,
            CorrectPixels<decltype(arch), Word, Distance>{
                neighbourhood<decltype(arch)>(), level.atlas(), to, pass, words_, level.words.data(), output_.data(),
                sources_.data(), level.similar.data(), setup_.balance > 0 ? factors_.data() : nullptr, nullptr,
                setup_.nearest, dearer, chosen_.data()});
      });
      device_.for_each_piece(pass.rows(to.height), to.width * words_,
                             PlacePixels<Word>{to, pass, words_, channels_, chosen_.data(), level.words.data(),
                                               sources_.data(), output_.data()});
      fill_border(l);
    }
  }

  void weigh_uses(int l) {
    if (setup_.balance <= 0) return;
    const OutputGrid to = grid(l);
    const Level& level = levels_[static_cast<std::size_t>(l)];
    device_.for_each_index(level.places(), FillWith<int>{uses_.data(), 0});
    device_.for_each_piece(to.height, 4 * to.width, CountPlaces{to, sources_.data(), uses_.data()});
    const double mean = static_cast<double>(to.height * to.width) / static_cast<double>(level.plan.all.size());
    device_.for_each_piece(level.plan.rows, 60 * level.plan.stride,
                           WeighUses{level.atlas(), uses_.data(), mean, 256.0 * setup_.balance, factors_.data()});
  }

  void render(int l, Tensor<E, 3, Device>& image, int* provenance) const {
    const Level& level = levels_[static_cast<std::size_t>(l)];
    device_.for_each_piece(
        setup_.size[0], 10 * setup_.size[1] * channels_,
        RenderRow<E, Device>{level.atlas(), levels_[0].atlas(), grid(l), sources_.data(), l, examples_.data(),
                             wanted_.size() > 0 ? wanted_.data() : nullptr, image.view(), provenance});
  }

  Device device_;
  CoherenceSetup setup_;
  Distance distance_;
  std::vector<View> views_;
  index_t channels_, words_;  ///< of a pixel: its own, and with those of the guide
  DeviceArray<Word, Device> weights_;
  DeviceArray<View, Device> examples_;
  DeviceArray<std::uint8_t, Device> wanted_;
  std::vector<Level> levels_;  ///< from fine to coarse
  DeviceArray<int, Device> uses_{0, Device{}}, factors_{0, Device{}}, sources_{0, Device{}}, above_{0, Device{}},
      chosen_{0, Device{}};
  DeviceArray<Word, Device> output_{0, Device{}};
};

}  // namespace pastiche::detail
