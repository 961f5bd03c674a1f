// SPDX-License-Identifier: MIT
/// \file
/// One run of image quilting, front by front. The public function is in quilting.hpp.
#pragma once

#include <pastiche/core/observer.hpp>
#include <pastiche/searcher/block_search.hpp>
#include <pastiche/texture/example_weights.hpp>
#include <pastiche/texture/quilt_kernels.hpp>
#include <pastiche/texture/quilt_term.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// The settings of a run, complete and valid.
struct QuiltSetup {
  Shape<2> size;
  int block, overlap;
  bool tile_rows, tile_columns;
  std::uint64_t seed;
  int spacing;
  double balance;
  bool provenance;
  std::vector<Mask2> example_masks;
  Mask2 output_mask;
  WantedShares wanted_shares;
  Guide guide{};
  const char* function = "quilt";  ///< whom progress and errors name
};

/// The state of one run of quilt().
template <class E, class Device, class Distance, class S, class Searcher, class SeamPolicy, class BlendPolicy>
class Quilter {
 public:
  using D = distance_sum_t<Distance, E>;
  using View = TensorView<const E, 3, Device>;
  using Engine = decltype(std::declval<const Searcher&>().prepare(std::declval<const BlockProblem<E, Device>&>(),
                                                                  std::declval<const Distance&>()));
  static_assert(std::same_as<typename Engine::distance_type, D>,
                "quilt: the BlockSearcher sums distances in another type than distance_sum_t");

  struct Policies {
    Distance distance;
    S sampler;
    Searcher searcher;
    SeamPolicy seam;
    BlendPolicy blend;
  };

  /// \param draft where not null, a picture of the output's size that blocks are compared with as wholes
  Quilter(const Device& device, const std::vector<View>& examples, const QuiltSetup& setup, const Policies& policies,
          const View* draft = nullptr)
      : device_{device},
        setup_{setup},
        policies_{policies},
        plan_{QuiltPlanner({setup.size[0], setup.block, setup.overlap, setup.tile_rows},
                           {setup.size[1], setup.block, setup.overlap, setup.tile_columns}, setup.output_mask)
                  .make()},
        problem_{problem(device, examples, plan_, (setup.guide.empty() ? 1 : 2) + (draft == nullptr ? 0 : 1))},
        allowed_places_{allowed_places(problem_.places, setup.example_masks, plan_.height, plan_.width)},
        engine_{policies.searcher.prepare(problem_, policies.distance)},
        uses_(problem_, setup.balance, setup.wanted_shares.densities),
        shares_(setup.wanted_shares.shares),
        guide_maps_(setup.guide, device) {
    add_terms(draft);
    memory_.emplace(*this);
    index_t open = problem_.places.size();
    if (!allowed_places_.empty()) open = std::count(allowed_places_.begin(), allowed_places_.end(), std::uint8_t{1});
    require(
        open > 0, setup.function, "example mask", "too narrow",
        "room for at least one whole block, " + std::to_string(plan_.height) + " by " + std::to_string(plan_.width));
    // At least half of the places stay open, however many neighbours there are.
    index_t most = 1;
    for (const QuiltBlock& block : plan_.blocks) most = max_of(most, block.last_neighbour - block.first_neighbour);
    const double side = std::sqrt(static_cast<double>(open) / (4.0 * static_cast<double>(most)));
    spacing_ = min_of(setup.spacing, static_cast<int>((side + 1.0) / 2.0)) - 1;
  }

  int block_height() const noexcept { return plan_.height; }
  int block_width() const noexcept { return plan_.width; }
  const std::vector<QuiltBlock>& blocks() const noexcept { return plan_.blocks; }
  std::vector<BlockSource> sources() const { return memory_->sources.download(); }

  /// What a run begins with: nothing.
  void clear(Tensor<E, 3, Device>& image, Tensor<int, 3, Device>& provenance,
             Tensor<std::uint8_t, 2, Device>& mixed) const {
    device_.for_each_index(image.size(), Fill<E>{image.data(), E{}});
    device_.for_each_index(provenance.size(), Fill<int>{provenance.data(), -1});
    device_.for_each_index(mixed.size(), Fill<std::uint8_t>{mixed.data(), 0});
  }

  /// Places all blocks in the image; notes them in `provenance` and `mixed` where these are not empty.
  template <class Watch>
  StopReason run(Tensor<E, 3, Device>& image, Tensor<int, 3, Device>& provenance,
                 Tensor<std::uint8_t, 2, Device>& mixed, Watch& watch) {
    const Stopwatch clock;
    const PreviewSource preview{&image};
    for (std::size_t f = 0; f + 1 < plan_.fronts.size(); ++f) {
      for (index_t first = plan_.fronts[f]; first < plan_.fronts[f + 1]; first += problem_.batch) {
        place(image, provenance, mixed, first, min_of<index_t>(problem_.batch, plan_.fronts[f + 1] - first));
      }
      if constexpr (!ignores_progress<Watch>) {
        device_.synchronize();
        const Progress progress{.stage = setup_.function,
                                .step = plan_.fronts[f + 1],
                                .steps = plan_.fronts.back(),
                                .seconds = clock.seconds(),
                                .preview = preview()};
        if (notify(watch, progress) == Flow::stop) return StopReason::observer;
      }
    }
    device_.synchronize();
    return StopReason::finished;
  }

  /// Marks the pixels that are not those of their source.
  void mark_changed(const Tensor<E, 3, Device>& image, const Tensor<int, 3, Device>& provenance,
                    Tensor<std::uint8_t, 2, Device>& mixed) {
    device_.for_each_index(
        mixed.size(), MarkChanged<E, Device>{memory_->examples.data(), image.view(), provenance.data(), mixed.data()});
    device_.synchronize();
  }

 private:
  static constexpr index_t kTableBytes = index_t{64} << 20;  // of distances at once

  /// What an observer may ask to see.
  struct PreviewSource {
    const Tensor<E, 3, Device>* image;
    Preview operator()() const { return {image->shape(0), image->shape(1), image->shape(2), &render, image}; }
    static void render(const void* from, float* to) {
      for (const E value : download(*static_cast<const Tensor<E, 3, Device>*>(from))) *to++ = to_scalar<float>(value);
    }
  };

  /// Device memory of a run.
  struct Memory {
    DeviceArray<QuiltBlock, Device> blocks;
    DeviceArray<BlockQuery, Device> queries;
    DeviceArray<QuiltNeighbour, Device> neighbours;
    DeviceArray<PlaceRow, Device> rows;
    DeviceArray<View, Device> examples;
    DeviceArray<ShapeRuns, Device> shapes;
    DeviceArray<PixelRun, Device> runs;
    DeviceArray<double, Device> units;
    DeviceArray<std::uint8_t, Device> allowed, wanted;
    DeviceArray<BlockSource, Device> sources;
    DeviceArray<D, Device> sums, row_least;
    DeviceArray<int, Device> example_factors;

    explicit Memory(const Quilter& q) : Memory(q, flatten(q.plan_.shapes)) {}

   private:
    Memory(const Quilter& q, const std::pair<std::vector<ShapeRuns>, std::vector<PixelRun>>& flat)
        : blocks(q.plan_.blocks, q.device_),
          queries(q.queries(), q.device_),
          neighbours(q.plan_.neighbours, q.device_),
          rows(q.problem_.places.table(), q.device_),
          examples(q.problem_.examples, q.device_),
          shapes(flat.first, q.device_),
          runs(flat.second, q.device_),
          units(q.units(), q.device_),
          allowed(q.allowed_places_, q.device_),
          wanted(q.wanted(), q.device_),
          sources(std::vector<BlockSource>(q.plan_.blocks.size()), q.device_),
          sums(q.problem_.places.size() * q.problem_.batch, q.device_),
          row_least(q.problem_.places.rows() * q.problem_.batch, q.device_),
          example_factors(static_cast<index_t>(q.shares_.size()) * q.problem_.batch, q.device_) {}
  };

  static BlockProblem<E, Device> problem(const Device& device, const std::vector<View>& examples, const QuiltPlan& plan,
                                         index_t tables) {
    BlockProblem<E, Device> p{device,      examples, plan.height, plan.width, Places(examples, plan.height, plan.width),
                              plan.shapes, 1};
    const index_t room = kTableBytes / (tables * static_cast<index_t>(sizeof(D)) * max_of<index_t>(p.places.size(), 1));
    p.batch = static_cast<int>(clamp<index_t>(room, 1, plan.widest_front()));
    return p;
  }

  void add_terms(const View* draft) {
    const bool guided = !setup_.guide.empty() && setup_.guide.weight > 0.0;
    if (!guided && draft == nullptr) return;
    const WholeBlocks blocks(plan_, setup_.size, setup_.output_mask);
    if (guided) {
      guide_.emplace(problem_, blocks, guide_maps_.views(), std::as_const(guide_maps_.output.front()).view(),
                     setup_.guide.weight, policies_.searcher, SquaredDifference{});
    }
    if (draft != nullptr) {
      draft_.emplace(problem_, blocks, problem_.examples, *draft, 1.0, policies_.searcher, policies_.distance);
    }
  }

  void place(Tensor<E, 3, Device>& image, Tensor<int, 3, Device>& provenance, Tensor<std::uint8_t, 2, Device>& mixed,
             index_t first, index_t count) {
    Memory& m = *memory_;
    const index_t row_count = problem_.places.rows(), places = problem_.places.size();
    engine_(View(image.view()), m.queries.data() + first, count, m.sums.data());
    if (guide_) guide_->add(first, count, m.sums.data());
    if (draft_) draft_->add(first, count, m.sums.data());
    device_.for_each_piece(
        count * row_count, problem_.places.widest_row(),
        WeighDistances<D>{m.blocks.data() + first, m.neighbours.data(), m.sources.data(), m.rows.data(),
                          allowed_places_.empty() ? nullptr : m.allowed.data(), uses_.weights(), row_count, places,
                          spacing_, m.sums.data(), m.row_least.data(), weigh_examples(count),
                          static_cast<index_t>(shares_.size()), m.units.data()});
    device_.for_each_piece(
        count, row_count + 8 * problem_.places.widest_row(),
        ChooseSource<S, D>{policies_.sampler, m.blocks.data() + first, m.rows.data(), m.units.data(),
                           allowed_places_.empty() ? nullptr : m.allowed.data(), row_count, places, m.sums.data(),
                           m.row_least.data(), setup_.seed, m.sources.data() + first});
    device_.for_each_piece(
        count, 8 * index_t{plan_.height} * plan_.width,
        PasteBlock<Distance, SeamPolicy, BlendPolicy, E, Device>{{policies_.distance},
                                                                 policies_.seam,
                                                                 policies_.blend,
                                                                 plan_.height,
                                                                 plan_.width,
                                                                 m.blocks.data() + first,
                                                                 m.sources.data() + first,
                                                                 m.examples.data(),
                                                                 m.shapes.data(),
                                                                 m.runs.data(),
                                                                 setup_.output_mask.empty() ? nullptr : m.wanted.data(),
                                                                 image.view(),
                                                                 provenance.size() > 0 ? provenance.data() : nullptr,
                                                                 mixed.size() > 0 ? mixed.data() : nullptr});
    uses_.count(m.sources.data() + first, count);
    count_examples(first, count);
  }

  // What distances of each example are multiplied by, for each block of a batch: it is taken that those before it come
  // from whichever example lacked most. Null where examples have no weights.
  const int* weigh_examples(index_t count) {
    if (shares_.empty()) return nullptr;
    ExampleShares planned = shares_;
    std::vector<int> factors;
    for (index_t q = 0; q < count; ++q) {
      const std::vector<int> of_block = planned.factors();
      factors.insert(factors.end(), of_block.begin(), of_block.end());
      planned.add(planned.neediest());
    }
    device_.copy_from_host(factors.data(), memory_->example_factors.data(), static_cast<index_t>(factors.size()));
    return memory_->example_factors.data();
  }

  void count_examples(index_t first, index_t count) {
    if (shares_.empty()) return;
    std::vector<BlockSource> sources(static_cast<std::size_t>(count));
    device_.copy_to_host(reinterpret_cast<const unsigned char*>(memory_->sources.data() + first),
                         reinterpret_cast<unsigned char*>(sources.data()),
                         count * static_cast<index_t>(sizeof(BlockSource)));
    for (const BlockSource& source : sources) shares_.add(source.example);
  }

  std::vector<BlockQuery> queries() const {
    std::vector<BlockQuery> all;
    for (const QuiltBlock& block : plan_.blocks) all.push_back(block.query);
    return all;
  }

  // 8-bit distances count grey levels squared, all others are of pixels in [0, 1].
  std::vector<double> units() const {
    std::vector<double> all;
    const double area = static_cast<double>(plan_.height) * plan_.width;
    const double whole = (guide_ ? guide_->elements(area) : 0.0) + (draft_ ? draft_->elements(area) : 0.0);
    for (const BlockShape& shape : plan_.shapes) {
      const double known = static_cast<double>(shape.pixels() * problem_.channels());
      const double elements = (std::max)(1.0, known + whole);
      all.push_back(1.0 / (elements * (std::integral<D> ? kWhite<E> * kWhite<E> : 1.0)));
    }
    return all;
  }

  std::vector<std::uint8_t> wanted() const {
    std::vector<std::uint8_t> all;
    if (setup_.output_mask.empty()) return all;
    for (index_t y = 0; y < setup_.size[0]; ++y) {
      for (index_t x = 0; x < setup_.size[1]; ++x) all.push_back(setup_.output_mask(y, x) ? 1 : 0);
    }
    return all;
  }

  Device device_;
  QuiltSetup setup_;
  Policies policies_;
  QuiltPlan plan_;
  BlockProblem<E, Device> problem_;
  std::vector<std::uint8_t> allowed_places_;
  Engine engine_;
  UseCounter<Device> uses_;
  ExampleShares shares_;
  GuideTensors<E, Device> guide_maps_;
  std::optional<QuiltTerm<E, Device, Searcher, SquaredDifference>> guide_;
  std::optional<QuiltTerm<E, Device, Searcher, Distance>> draft_;
  std::optional<Memory> memory_;
  int spacing_ = -1;
};

}  // namespace pastiche::detail
