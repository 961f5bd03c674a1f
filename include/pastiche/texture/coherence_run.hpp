// SPDX-License-Identifier: MIT
/// \file
/// One run of k-coherence synthesis, level by level. The public function is in coherence.hpp.
#pragma once

#include <pastiche/core/observer.hpp>
#include <pastiche/texture/coherence_pyramid.hpp>
#include <pastiche/texture/coherence_start.hpp>
#include <pastiche/texture/examples.hpp>

#include <cmath>
#include <utility>
#include <vector>

namespace pastiche::detail {

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
        p = finest.pixel(
            finest.place(p.example, p.row + static_cast<int>(y & rest), p.column + static_cast<int>(x & rest)));
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

PASTICHE_DEVICE_CODE_END

/// For each pixel of a level whether it is within `reach` of one that is wanted; empty where all are.
inline std::vector<std::uint8_t> active_pixels(const std::vector<std::uint8_t>& wanted, const OutputGrid& grid,
                                               index_t reach) {
  std::vector<std::uint8_t> rows(wanted.size(), std::uint8_t{0}), active(wanted.size(), std::uint8_t{0});
  const auto spread = [&](const std::vector<std::uint8_t>& from, std::vector<std::uint8_t>& to, index_t dy,
                          index_t dx) {
    for (index_t i = 0; i < static_cast<index_t>(from.size()); ++i) {
      if (from[static_cast<std::size_t>(i)] == 0) continue;
      for (index_t k = -reach; k <= reach; ++k) {
        index_t y = i / grid.width + k * dy, x = i % grid.width + k * dx;
        if (grid.wrap_rows) y = wrap(y, grid.height);
        if (grid.wrap_columns) x = wrap(x, grid.width);
        if (y < 0 || y >= grid.height || x < 0 || x >= grid.width) continue;
        to[static_cast<std::size_t>(y * grid.width + x)] = 1;
      }
    }
  };
  spread(wanted, rows, 0, 1);
  spread(rows, active, 1, 0);
  return active;
}

/// The state of one run of coherent_texture().
template <class E, class Device, class Distance>
class CoherenceRun {
 public:
  using Pyramid = CoherencePyramid<E, Device, Distance>;
  using Word = typename Pyramid::Word;
  using View = TensorView<const E, 3, Device>;
  using Level = CoherenceLevel<Word, Device>;

  CoherenceRun(const Device& device, const std::vector<View>& examples, const CoherenceSetup& setup,
               const Distance& distance)
      : device_{device},
        setup_{setup},
        pyramid_(device, examples, setup, distance),
        examples_(examples, device),
        wanted_(wanted(), device),
        uses_(places(), device),
        factors_(places(), device),
        sources_(padded_pixels(), device),
        above_(padded_pixels(), device),
        chosen_(setup.size.size(), device),
        output_(padded_pixels() * pyramid_.words() + Level::kSlack, device),
        shares_(setup.wanted_shares.shares),
        densities_(setup.wanted_shares.densities, device),
        example_factors_(static_cast<index_t>(shares_.size()), device) {
    device_.for_each_index(output_.size(), FillWith<Word>{output_.data(), Word(0)});
    for (int l = 0; l < pyramid_.size(); ++l) active_.emplace_back(active(l), device_);
  }

  /// Fills the image, and `provenance` where it is not empty.
  template <class Watch>
  StopReason run(Tensor<E, 3, Device>& image, Tensor<int, 3, Device>& provenance, Watch& watch) {
    const Stopwatch clock;
    index_t step = 0, steps = 0;
    for (int l = 0; l < pyramid_.size(); ++l) steps += passes(l);
    StopReason reason = StopReason::finished;
    int level = pyramid_.size();
    while (level > 0 && reason == StopReason::finished) {
      begin(--level);
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
    }
    render(level, image, provenance.size() > 0 ? provenance.data() : nullptr);
    device_.synchronize();
    return reason;
  }

 private:
  static constexpr int kStep = 2;  // of the pixels that are corrected at the same time

  /// What an observer may ask to see.
  struct PreviewSource {
    const CoherenceRun* run;
    int level;
    Preview operator()() const {
      return {run->setup_.size[0], run->setup_.size[1], run->pyramid_.channels(), &draw, this};
    }
    static void draw(const void* from, float* to) {
      const auto* self = static_cast<const PreviewSource*>(from);
      const CoherenceRun& run = *self->run;
      Tensor<E, 3, Device> image({run.setup_.size[0], run.setup_.size[1], run.pyramid_.channels()}, run.device_);
      run.render(self->level, image, nullptr);
      for (const E value : download(image)) *to++ = to_scalar<float>(value);
    }
  };

  // The coarsest level has most to mend and fewest pixels.
  int passes(int level) const noexcept { return level + 1 == pyramid_.size() ? 2 * setup_.passes : setup_.passes; }

  OutputGrid grid(int level) const noexcept { return output_grid(setup_, level); }
  index_t padded_pixels() const noexcept { return (grid(0).height + 2 * kCoherencePad) * grid(0).stride; }
  index_t places() const noexcept {
    index_t most = 0;
    for (int l = 0; l < pyramid_.size(); ++l) most = max_of(most, pyramid_[l].places());
    return setup_.balance > 0 || !setup_.wanted_shares.empty() ? most : 0;
  }
  std::uint64_t key(int level) const noexcept {
    return mix64(mix64(setup_.seed + 0x9e3779b97f4a7c15u) + static_cast<std::uint64_t>(level));
  }

  std::vector<std::uint8_t> wanted() const {
    std::vector<std::uint8_t> all;
    if (setup_.output_mask.empty()) return all;
    for (index_t y = 0; y < setup_.size[0]; ++y) {
      for (index_t x = 0; x < setup_.size[1]; ++x) all.push_back(setup_.output_mask(y, x) ? 1 : 0);
    }
    return all;
  }

  std::vector<std::uint8_t> active(int level) const {
    if (setup_.output_mask.empty()) return {};
    const OutputGrid to = grid(level);
    std::vector<std::uint8_t> some(static_cast<std::size_t>(to.height * to.width), std::uint8_t{0});
    for (index_t y = 0; y < setup_.size[0]; ++y) {
      for (index_t x = 0; x < setup_.size[1]; ++x) {
        if (setup_.output_mask(y, x)) some[static_cast<std::size_t>((y >> level) * to.width + (x >> level))] = 1;
      }
    }
    return active_pixels(some, to, kCoherencePad + 1);
  }

  /// Sources of a level before its first correction.
  void begin(int l) {
    const OutputGrid to = grid(l);
    const Level& level = pyramid_[l];
    pyramid_.guide_output(l, output_.data());
    if (l + 1 == pyramid_.size()) {
      const std::vector<Word> words = level.words.download(), guide = output_.download();
      const index_t piece =
          max_of<index_t>(2, static_cast<index_t>(std::lround(static_cast<double>(level.plan.side()) * setup_.piece)));
      const std::vector<int> first =
          StartingPieces<Word>(level.plan, {words, guide, pyramid_.channels(), pyramid_.words(), setup_.guide.weight},
                               to, piece, setup_.balance, setup_.wanted_shares, setup_.seed)
              .sources();
      device_.copy_from_host(first.data(), sources_.data(), static_cast<index_t>(first.size()));
    } else {
      std::swap(sources_, above_);
      const int jitter = l >= 2 ? static_cast<int>(std::lround(setup_.jitter * (1 << l))) : 0;
      device_.for_each_piece(to.height, 20 * to.width,
                             RefineSources{pyramid_[l + 1].atlas(), level.atlas(), grid(l + 1), to, jitter, key(l),
                                           above_.data(), sources_.data()});
    }
    device_.for_each_piece(
        to.height, 4 * pyramid_.words() * to.width,
        PaintRow<Word>{to, pyramid_.words(), pyramid_.channels(), level.words.data(), sources_.data(), output_.data()});
    fill_border(l);
  }

  void fill_border(int l) {
    const OutputGrid to = grid(l);
    device_.for_each_piece(to.height + 2 * kCoherencePad, 8 * kCoherencePad * pyramid_.words(),
                           FillBorder<Word>{to, pyramid_.words(), pyramid_.channels(), pyramid_[l].plan.stride,
                                            pyramid_[l].words.data(), sources_.data(), output_.data()});
  }

  /// One pass over all pixels of a level.
  void correct(int l) {
    weigh_uses(l);
    const OutputGrid to = grid(l);
    const Level& level = pyramid_[l];
    const int dearer = static_cast<int>(std::lround(256.0 * (1.0 + setup_.kappa)));
    const index_t words = pyramid_.words(), cost = to.width * setup_.neighbourhood * setup_.neighbourhood * words;
    const DeviceArray<std::uint8_t, Device>& active = active_[static_cast<std::size_t>(l)];
    for (const SubPass& pass : {SubPass{0, 0, kStep}, {1, 1, kStep}, {0, 1, kStep}, {1, 0, kStep}}) {
      if (pass.row >= to.height || pass.column >= to.width) continue;
      with_arch(device_, [&](auto arch) {
        using Arch = decltype(arch);
        device_.for_each_piece(
            pass.rows(to.height), cost,
            CorrectPixels<Arch, Word, Distance>{
                pyramid_.template neighbourhood<Arch>(), level.atlas(), to, pass, words, level.words.data(),
                output_.data(), sources_.data(), level.similar.data(), factors_.size() > 0 ? factors_.data() : nullptr,
                active.size() > 0 ? active.data() : nullptr, setup_.nearest, dearer, chosen_.data()});
      });
      device_.for_each_piece(pass.rows(to.height), to.width * words,
                             PlacePixels<Word>{to, pass, words, pyramid_.channels(), chosen_.data(), level.words.data(),
                                               sources_.data(), output_.data()});
      fill_border(l);
    }
  }

  void weigh_uses(int l) {
    if (factors_.size() == 0) return;
    const OutputGrid to = grid(l);
    const Level& level = pyramid_[l];
    device_.for_each_index(level.places(), FillWith<int>{uses_.data(), 0});
    device_.for_each_piece(to.height, 4 * to.width, CountPlaces{level.atlas(), to, sources_.data(), uses_.data()});
    const double mean = static_cast<double>(to.height * to.width) /
                        static_cast<double>(max_of<std::size_t>(1, level.plan.squares.size()));
    device_.for_each_piece(level.plan.rows, 60 * level.plan.stride,
                           WeighUses{level.atlas(), uses_.data(), mean, 256.0 * setup_.balance, weigh_examples(level),
                                     densities_.data(), factors_.data()});
  }

  // What distances of each example are multiplied by at the next pass; null where examples have no weights.
  const int* weigh_examples(const Level& level) {
    if (shares_.empty()) return nullptr;
    shares_.forget();
    const std::vector<int> uses = uses_.download();
    for (std::size_t i = 0; i < static_cast<std::size_t>(level.places()); ++i) {
      const std::size_t row = i / static_cast<std::size_t>(level.plan.stride);
      const AtlasPart& part = level.plan.parts[static_cast<std::size_t>(level.plan.part_of_row[row])];
      if (uses[i] > 0) shares_.add(part.example, uses[i]);
    }
    const std::vector<int> factors = shares_.steer();
    device_.copy_from_host(factors.data(), example_factors_.data(), static_cast<index_t>(factors.size()));
    return example_factors_.data();
  }

  void render(int l, Tensor<E, 3, Device>& image, int* provenance) const {
    device_.for_each_piece(
        setup_.size[0], 10 * setup_.size[1] * pyramid_.channels(),
        RenderRow<E, Device>{pyramid_[l].atlas(), pyramid_[0].atlas(), grid(l), sources_.data(), l, examples_.data(),
                             wanted_.size() > 0 ? wanted_.data() : nullptr, image.view(), provenance});
  }

  Device device_;
  CoherenceSetup setup_;
  Pyramid pyramid_;
  DeviceArray<View, Device> examples_;
  DeviceArray<std::uint8_t, Device> wanted_;
  std::vector<DeviceArray<std::uint8_t, Device>> active_;  ///< of each level
  DeviceArray<int, Device> uses_, factors_, sources_, above_, chosen_;
  DeviceArray<Word, Device> output_;
  ExampleShares shares_;
  DeviceArray<double, Device> densities_;
  DeviceArray<int, Device> example_factors_;
};

}  // namespace pastiche::detail
