// SPDX-License-Identifier: MIT
/// \file
/// Search and vote from coarse to fine: the loop behind texture optimisation and patch nearest-neighbour generation.
#pragma once

#include <pastiche/core/observer.hpp>
#include <pastiche/primitive/patch_vote.hpp>
#include <pastiche/searcher/field_search.hpp>
#include <pastiche/texture/block_size.hpp>
#include <pastiche/texture/example_weights.hpp>
#include <pastiche/texture/examples.hpp>
#include <pastiche/texture/guide_channels.hpp>
#include <pastiche/texture/hole_levels.hpp>
#include <pastiche/texture/patch_factors.hpp>
#include <pastiche/texture/patch_levels.hpp>
#include <pastiche/texture/patch_start.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// The settings of a run, complete and valid.
struct PatchSetup {
  const char* function;  ///< whom errors name
  Shape<2> size;
  bool wrap_rows, wrap_columns;
  int patch, rounds;
  index_t coarsest;     ///< the shorter side of examples and output at the coarsest level is at least this
  double ratio;         ///< of the sides of a level to those of the next coarser one
  double balance;       ///< see use_factors(), or reuse_factors() where a hole is filled
  double bias = 2e-5;   ///< a place that agrees exactly is worth a better balanced one that is so far off, too: a
                        ///< mean squared difference of pixels in [0, 1]
  double completeness;  ///< alpha of completeness_factors(); 0 for none
  bool robust;          ///< near patches vote with more weight
  std::uint64_t seed;
  std::vector<Mask2> example_masks;
  Mask2 output_mask;
  std::vector<Guide> guides;
  GuideMap modulation;        ///< see modulation_picture(); empty: all guides count everywhere
  int polish_patch = 0;       ///< side of patches of more rounds at the full size; 0 for none
  bool guided_start = false;  ///< the coarsest level begins where guides alone would have patches come from
  WantedShares wanted_shares;
  /// The output begins as example 0 with a hole, the output's mask: what else there is stays as it is.
  bool fill = false;
  double roughness = 0.0;  ///< how much roughness() counts against colours; 0 for none
};

/// One level: examples and output at a size.
template <class W, class Device>
struct PatchLevel {
  std::vector<Tensor<W, 3, Device>> examples;                     ///< colours, and channels of the guides
  std::vector<std::vector<std::uint8_t>> masks;                   ///< of the examples; none: everything
  std::vector<std::uint8_t> wanted;                               ///< of the output; empty: everything
  Tensor<W, 3, Device> output;                                    ///< colours, and channels of the guides
  std::optional<Tensor<W, 3, Device>> wanted_guides, modulation;  ///< where guides do not count everywhere

  index_t height() const noexcept { return output.shape(0); }
  index_t width() const noexcept { return output.shape(1); }

  /// `count` channels of the examples from channel `first` on.
  std::vector<TensorView<const W, 3, Device>> channels(index_t first, index_t count) const {
    std::vector<TensorView<const W, 3, Device>> all;
    for (const auto& example : examples) all.push_back(part(example.view(), first, count));
    return all;
  }
  template <class T>
  static TensorView<T, 3, Device> part(const TensorView<T, 3, Device>& view, index_t first, index_t count) {
    return {view.data() + first, {view.shape(0), view.shape(1), count}, view.stride()};
  }
  Mask2 mask(std::size_t e) const {
    if (masks.empty() || masks[e].empty()) return {};
    return {masks[e].data(), examples[e].shape(0), examples[e].shape(1)};
  }
  Mask2 hole() const { return wanted.empty() ? Mask2{} : Mask2{wanted.data(), height(), width()}; }
  std::vector<Shape<2>> sizes() const {
    std::vector<Shape<2>> all;
    for (const auto& example : examples) all.push_back({{example.shape(0), example.shape(1)}});
    return all;
  }
};

/// The state of a run. E is stored, W is what is searched: bytes as they are, all else as scalars.
template <class E, class W, class Device, class Distance, class Searcher>
class PatchSynthesis {
 public:
  using D = patch_distance_t<Distance, W>;
  using Field = NearestField<D, Device>;
  using View = TensorView<const W, 3, Device>;

  PatchSynthesis(const Device& device, const std::vector<TensorView<const E, 3, Device>>& examples,
                 const PatchSetup& setup, const Distance& distance, const Searcher& searcher)
      : device_{device},
        setup_{setup},
        distance_{distance},
        searcher_{searcher},
        channels_{examples[0].shape(2)},
        voted_{channels_ + (setup.roughness > 0.0 ? 2 : 0)},
        shares_(setup.wanted_shares.shares) {
    for (index_t i = 0; setup.fill && i < setup.size.size(); ++i) {
      known_.push_back(setup.output_mask(i / setup.size[1], i % setup.size[1]) ? 0 : 1);
    }
    for (std::size_t e = 0; e < examples.size(); ++e) {
      HostPicture<W> host(examples[e].shape(0), examples[e].shape(1), channels_);
      const std::vector<E> values = download(examples[e], device);
      for (std::size_t i = 0; i < values.size(); ++i) host.values[i] = working(values[i]);
      if (setup.roughness > 0.0) host = beside(host, roughness(host, known(e), setup.roughness, setup.patch));
      originals_.push_back(with_guides(host, example_maps(setup.guides, e), setup.guides));
    }
    plan_levels();
  }

  std::size_t levels() const noexcept { return scales_.size(); }
  /// Of the coarsest level, as a share of the full size.
  double coarsest_scale() const noexcept { return scales_.back(); }
  std::vector<Shape<2>> example_sizes() const {
    std::vector<Shape<2>> all;
    for (const auto& o : originals_) all.push_back({{o.height, o.width}});
    return all;
  }

  /// All levels, from a first guess. With a guided start only what guides leave open remains of it, and there may be
  /// none.
  template <class Watch>
  StopReason run(SourceGrid from, Watch& watch) {
    StopReason reason = StopReason::finished;
    for (std::size_t l = levels(); l-- > 0;) {
      enter(l);
      if (!from.sources.empty()) take(patch_sources(grid(), from));
      if (setup_.fill) settle();
      if (l + 1 == levels() && setup_.guided_start) search_guides();
      vote(false);
      reason = refine(reason, levels() - 1 - l, watch);
      from = reached();
    }
    if (polishes_) {
      setup_.patch = setup_.polish_patch;
      number_ = levels();
      take(patch_sources(grid(), from));
      vote(false);
      reason = refine(reason, levels(), watch);
    }
    return reason;
  }

  /// All levels, from a picture (height, width, channel) whose layout the output takes.
  template <class Watch>
  StopReason run_like(const HostPicture<W>& layout, Watch& watch) {
    enter(levels() - 1);
    HostPicture<W> coarse = shrunk(layout, level_->height(), level_->width());
    level_->output = upload<Device>(Shape<3>{{coarse.height, coarse.width, coarse.channels}}, coarse.values, device_);
    search(0);
    return run(reached(), watch);
  }

  /// The coarsest level, as run() will find it.
  const PatchLevel<W, Device>& coarsest() {
    enter(levels() - 1);
    return *level_;
  }
  /// Some channels by themselves.
  Tensor<W, 3, Device> packed(const View& view, index_t first, index_t count) const {
    const View part = level_->part(view, first, count);
    return upload<Device>(part.shape(), download(part, device_), device_);
  }
  /// Channels that patches vote for: colours, and roughness(); behind them are those of the guide.
  index_t voted() const noexcept { return voted_; }

  /// The source of each pixel of the output: of those that voted the one nearest to their mean.
  Tensor<int, 3, Device> steal() const {
    Tensor<int, 3, Device> provenance({level_->height(), level_->width(), 3}, device_);
    const DeviceArray<View, Device> examples(level_->channels(0, channels_), device_);
    device_.for_each_piece(level_->height(), level_->width() * setup_.patch * setup_.patch * 8,
                           StealRow<W, Device>{votes(), examples.data(), View(colours()), provenance.data()});
    return provenance;
  }

  /// The means that were voted for, (height, width, channel).
  Tensor<E, 3, Device> mean() const {
    const std::vector<W> values = download(View(colours()), device_);
    std::vector<E> image;
    image.reserve(values.size());
    for (const W& value : values) image.push_back(stored(value));
    return upload<Device>(Shape<3>{{level_->height(), level_->width(), channels_}}, image, device_);
  }

  const Field& field() const noexcept { return *field_; }
  /// Side of its patches.
  int patch() const noexcept { return setup_.patch; }
  const DeviceArray<std::int32_t, Device>& weights() const noexcept { return *weights_; }

 private:
  static W working(E x) noexcept {
    if constexpr (std::same_as<E, W>) {
      return x;
    } else {
      return to_scalar<W>(x);
    }
  }
  static E stored(W x) noexcept {
    if constexpr (std::same_as<E, W>) {
      return x;
    } else {
      return from_scalar<E>(x);
    }
  }

  // Level 0 is the full size; coarser ones while examples and output have room for some patches.
  void plan_levels() {
    const index_t patch = setup_.patch;
    index_t side = min_of(setup_.size[0], setup_.size[1]);
    for (const auto& o : originals_) {
      if (min_of(o.height, o.width) >= patch) side = min_of(side, min_of(o.height, o.width));
    }
    const index_t least = max_of<index_t>(setup_.coarsest, patch + 3);
    double scale = 1.0;
    do {
      scales_.push_back(scale);
      scale /= setup_.ratio;
    } while (static_cast<double>(side) * scale >= static_cast<double>(least) && places_left(scale));
  }

  bool places_left(double scale) const {
    if (setup_.example_masks.empty()) return true;
    for (std::size_t e = 0; e < originals_.size(); ++e) {
      const Mask2& mask = setup_.example_masks[e];
      const index_t h = scaled(originals_[e].height, scale), w = scaled(originals_[e].width, scale);
      if (min_of(h, w) < setup_.patch) continue;
      if (mask.empty()) return true;
      const std::vector<std::uint8_t> coarse = shrunk_mask(mask, h, w, true);
      if (largest_square(Mask2{coarse.data(), h, w}) >= setup_.patch) return true;
    }
    return false;
  }

  static index_t scaled(index_t n, double scale) {
    return max_of<index_t>(1, static_cast<index_t>(std::lround(static_cast<double>(n) * scale)));
  }

  void enter(std::size_t l) {
    const double scale = scales_[l];
    const index_t height = scaled(setup_.size[0], scale), width = scaled(setup_.size[1], scale);
    const auto uploaded = [&](const HostPicture<W>& p) {
      return upload<Device>(Shape<3>{{p.height, p.width, p.channels}}, p.values, device_);
    };
    std::vector<Tensor<W, 3, Device>> examples;
    std::vector<std::vector<std::uint8_t>> masks;
    for (std::size_t e = 0; e < originals_.size(); ++e) {
      const index_t h = scaled(originals_[e].height, scale), w = scaled(originals_[e].width, scale);
      examples.push_back(
          uploaded(e == 0 && setup_.fill ? shrunk_known(originals_[0], known(0), h, w) : shrunk(originals_[e], h, w)));
      if (setup_.example_masks.empty()) continue;
      const Mask2& mask = setup_.example_masks[e];
      masks.push_back(mask.empty() ? std::vector<std::uint8_t>{} : shrunk_mask(mask, h, w, true));
    }
    HostPicture<W> output(height, width, voted_);
    if (!setup_.guides.empty()) {
      const HostPicture<W> blank(setup_.size[0], setup_.size[1], voted_);
      output = shrunk(with_guides(blank, output_maps(setup_.guides), setup_.guides), height, width);
    }
    if (setup_.fill) copy_channels(shrunk_known(originals_[0], known(0), height, width), voted_, output);
    std::vector<std::uint8_t> wanted;
    if (!setup_.output_mask.empty()) wanted = shrunk_mask(setup_.output_mask, height, width, false);
    level_.emplace(PatchLevel<W, Device>{std::move(examples), std::move(masks), std::move(wanted), uploaded(output),
                                         std::nullopt, std::nullopt});
    number_ = l;
    if (setup_.fill) hole_.emplace(level_->wanted, device_);
    if (setup_.modulation.empty() || setup_.guides.empty()) return;
    level_->wanted_guides = packed(std::as_const(level_->output).view(), voted_, guide_count());
    level_->modulation = uploaded(shrunk(modulation_picture<W>(setup_.modulation, setup_.guides), height, width));
  }

  // What of an example is no hole.
  Mask2 known(std::size_t e) const {
    return e == 0 && setup_.fill ? Mask2{known_.data(), setup_.size[0], setup_.size[1]} : Mask2{};
  }

  // Channels of the guides, behind those that are voted for.
  index_t guide_count() const { return level_->output.shape(2) - voted_; }

  PatchGrid grid() const {
    return {
        {{level_->height(), level_->width()}}, setup_.patch, setup_.wrap_rows, setup_.wrap_columns, level_->sizes()};
  }

  void take(const std::vector<int>& sources) {
    const PatchGrid g = grid();
    field_.emplace(Field{setup_.patch, upload<Device>(Shape<4>{{g.rows(), g.columns(), 1, 3}}, sources, device_),
                         Tensor<D, 3, Device>({g.rows(), g.columns(), 1}, device_)});
  }

  // The places that the patches of the level come from.
  SourceGrid reached() const {
    return {{{level_->height(), level_->width()}},
            field_->sources.shape(0),
            field_->sources.shape(1),
            setup_.patch / 2,
            level_->sizes(),
            download(field_->sources)};
  }

  template <class Watch>
  StopReason refine(StopReason reason, std::size_t stages_before, Watch& watch) {
    const std::size_t stages = levels() + (polishes_ ? 1 : 0);
    const index_t done = static_cast<index_t>(stages_before) * setup_.rounds;
    for (int round = 0; reason == StopReason::finished && round < setup_.rounds; ++round) {
      search(round);
      vote(setup_.robust);
      if constexpr (!ignores_progress<Watch>) {
        const Progress progress{setup_.function, done + round + 1, static_cast<index_t>(stages) * setup_.rounds,
                                energy(),        clock_.seconds(), preview()};
        if (notify(watch, progress) == Flow::stop) reason = StopReason::observer;
      }
    }
    return reason;
  }

  // The mean squared difference of patches and their sources, of pixels in [0, 1].
  double energy() const {
    double sum = 0.0, n = 0.0;
    for (const D d : download(field_->distances)) {
      if (d == kFarthest<D>) continue;
      sum += static_cast<double>(d);
      n += 1.0;
    }
    return n > 0.0 ? sum / n * mean_unit() : 0.0;
  }

  Preview preview() const { return {level_->height(), level_->width(), channels_, &render, this}; }
  static void render(const void* from, float* to) {
    const auto& self = *static_cast<const PatchSynthesis*>(from);
    for (const W value : download(View(self.colours()), self.device_)) *to++ = to_scalar<float>(value);
  }

  TensorView<W, 3, Device> colours() const { return output(channels_); }
  TensorView<W, 3, Device> output(index_t channels) const {
    auto& output = const_cast<Tensor<W, 3, Device>&>(level_->output);  // a view of what is ours
    return PatchLevel<W, Device>::part(output.view(), 0, channels);
  }

  // What is not made shows nothing of an example. Where no patch is made as a whole, all of it counts.
  std::vector<Mask2> shown() const {
    if (level_->wanted.empty() || largest_square(level_->hole()) < setup_.patch) return {};
    return {level_->hole()};
  }

  FieldProblem<W, Device> problem(std::uint64_t stream, const View& picture, const std::vector<View>& examples) const {
    FieldOptions o;
    o.patch = setup_.patch;
    o.wrap_rows = setup_.wrap_rows;
    o.wrap_columns = setup_.wrap_columns;
    o.seed = mix64(setup_.seed + 0x9e3779b97f4a7c15u * (stream + 1));
    if (!level_->masks.empty()) {
      for (std::size_t e = 0; e < examples.size(); ++e) o.example_masks.push_back(level_->mask(e));
    }
    o.query_mask = level_->hole();
    return field_problem<W, Device>(setup_.function, device_, picture, examples, o);
  }

  void search(int round) {
    const std::uint64_t stream = 2 * (number_ * 4096 + static_cast<std::uint64_t>(round));
    auto asked = problem(stream, std::as_const(level_->output).view(), level_->channels(0, level_->output.shape(2)));
    std::vector<float> factors;
    if (field_) {
      asked.start = field_->sources.data();
      factors = place_factors(asked, stream + 1);
      weigh_examples(asked, factors);
      if (!factors.empty()) asked.factors = factors.data();
    }
    asked.bias = static_cast<float>(setup_.bias / mean_unit());
    Field found = searcher_.search(asked, distance_);
    field_.emplace(std::move(found));
  }

  // Where the guides alone would have patches come from; what they leave open stays as it is.
  void search_guides() {
    std::vector<Tensor<W, 3, Device>> examples;
    std::vector<View> views;
    for (const auto& example : level_->examples) examples.push_back(packed(example.view(), voted_, guide_count()));
    for (const auto& example : examples) views.push_back(example.view());
    const Tensor<W, 3, Device> picture = packed(std::as_const(level_->output).view(), voted_, guide_count());
    auto asked = problem(1, picture.view(), views);
    if (field_) asked.start = field_->sources.data();
    Field found = searcher_.search(asked, distance_);
    field_.emplace(std::move(found));
  }

  std::vector<float> place_factors(const FieldProblem<W, Device>& asked, std::uint64_t stream) const {
    if (setup_.completeness > 0.0) {
      std::vector<double> nearest;
      for (const View& example : asked.examples) {
        if (example.shape(0) < setup_.patch || example.shape(1) < setup_.patch) continue;
        FieldOptions o;
        o.patch = setup_.patch;
        o.seed = mix64(setup_.seed + 0x9e3779b97f4a7c15u * (stream + 1));
        o.example_masks = shown();
        const auto back = field_problem<W, Device>(setup_.function, device_, example, {asked.picture}, o);
        const Field found = searcher_.search(back, distance_);
        for (const D d : download(found.distances)) nearest.push_back(static_cast<double>(d) * mean_unit());
      }
      return completeness_factors(nearest, setup_.completeness);
    }
    if (setup_.balance > 0.0) {
      const std::vector<int> sources = download(field_->sources);
      return setup_.fill ? reuse_factors(asked, sources, setup_.balance)
                         : use_factors(asked, sources, setup_.balance, setup_.wanted_shares.densities);
    }
    return {};
  }

  // Makes examples dearer that have more than their share.
  void weigh_examples(const FieldProblem<W, Device>& asked, std::vector<float>& factors) {
    if (shares_.empty()) return;
    shares_.forget();
    const std::vector<int> sources = download(field_->sources);
    for (std::size_t i = 0; i < sources.size(); i += 3) {
      if (sources[i] >= 0) shares_.add(sources[i]);
    }
    const std::vector<int> of_example = shares_.steer();
    if (factors.empty()) factors.assign(static_cast<std::size_t>(asked.places.size()), 1.0f);
    const std::vector<PlaceRow>& rows = asked.places.table();
    for (std::size_t r = 0; r + 1 < rows.size(); ++r) {
      const float factor = static_cast<float>(of_example[static_cast<std::size_t>(rows[r].example)]) / 256.0f;
      for (index_t i = rows[r].first; i < rows[r + 1].first; ++i) factors[static_cast<std::size_t>(i)] *= factor;
    }
  }

  // Times the distance of two patches: its mean over their elements, of pixels in [0, 1].
  double mean_unit() const {
    const double elements = static_cast<double>(setup_.patch) * setup_.patch;
    return 1.0 / (elements * static_cast<double>(level_->output.shape(2)) * (std::integral<D> ? 255.0 * 255.0 : 1.0));
  }

  PatchVotes votes() const {
    return {reinterpret_cast<const BlockSource*>(field_->sources.data()),
            weights_->data(),
            field_->sources.shape(0),
            field_->sources.shape(1),
            setup_.wrap_rows,
            setup_.wrap_columns,
            setup_.patch};
  }

  void vote(bool robust) {
    const index_t n = field_->sources.size() / 3;
    if (robust && setup_.fill) {
      weights_.emplace(gaussian_votes(download(field_->distances), download(field_->sources)), device_);
    } else {
      weights_.emplace(n, device_);
      device_.for_each_index(
          n, WeighVotes<D>{field_->distances.data(), static_cast<float>(mean_unit()), kVoteFloor, robust,
                           reinterpret_cast<const BlockSource*>(field_->sources.data()), weights_->data()});
    }
    vote_means(device_, votes(), level_->channels(0, voted_), output(voted_));
    if (level_->modulation) modulate();
    if (setup_.fill) {
      device_.for_each_index(level_->height() * level_->width(),
                             RestoreKnown<W, Device>{level_->channels(0, voted_)[0], hole_->data(), output(voted_)});
    }
  }

  void modulate() {
    const index_t count = guide_count();
    const auto guides = PatchLevel<W, Device>::part(level_->output.view(), voted_, count);
    vote_means(device_, votes(), level_->channels(voted_, count), guides);
    device_.for_each_index(level_->height() * level_->width(),
                           BlendGuides<W, Device>{std::as_const(*level_->wanted_guides).view(),
                                                  std::as_const(*level_->modulation).view(), guides});
  }

  // Sources that are not allowed are moved to the nearest places that are.
  void settle() {
    const auto asked = problem(0, std::as_const(level_->output).view(), level_->channels(0, level_->output.shape(2)));
    if (asked.allowed.empty()) return;
    std::vector<int> sources = download(field_->sources);
    settle_sources(asked, sources);
    take(sources);
  }

  // About what noise a camera leaves: nearer than this is near enough.
  static constexpr float kVoteFloor = 1e-3f;

  Device device_;
  PatchSetup setup_;
  bool polishes_ = setup_.polish_patch > 0 && setup_.polish_patch < setup_.patch;
  Distance distance_;
  Searcher searcher_;
  index_t channels_;                 ///< of the examples
  index_t voted_;                    ///< channels that patches vote for: colours and roughness
  std::vector<std::uint8_t> known_;  ///< of the output at full size, where it is filled
  std::vector<HostPicture<W>> originals_;
  std::vector<double> scales_;  ///< of the levels, 1 first
  std::size_t number_ = 0;      ///< of the level
  std::optional<PatchLevel<W, Device>> level_;
  std::optional<DeviceArray<std::uint8_t, Device>> hole_;  ///< of the level
  std::optional<Field> field_;
  std::optional<DeviceArray<std::int32_t, Device>> weights_;
  ExampleShares shares_;
  Stopwatch clock_;
};

}  // namespace pastiche::detail
