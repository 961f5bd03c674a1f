// SPDX-License-Identifier: MIT
/// \file
/// One run of texture synthesis pixel by pixel, batch by batch. The public functions are in efros_leung.hpp.
#pragma once

#include <pastiche/core/observer.hpp>
#include <pastiche/texture/example_weights.hpp>
#include <pastiche/texture/grow_kernels.hpp>
#include <pastiche/texture/growth_order.hpp>
#include <pastiche/texture/result.hpp>

#include <limits>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// The settings of a run, complete and valid.
struct GrowthSetup {
  int seed_size;
  double threshold;
  std::uint64_t seed;
  std::vector<std::uint8_t> state;  ///< of each pixel: 0 is never made, 1 is to be made, 2 is known from the start
  WantedShares wanted_shares;
  int piece = 1;  ///< side of what is copied with each pixel
};

/// The state of one run of efros_leung(), or of another order of growth.
template <class E, class Device, class Distance, class S, class Order = GrowthOrder>
class PixelGrower {
 public:
  using Problem = WindowProblem<E, Device, Distance>;
  using Search = primitive::WindowSearch<E, Device, Distance>;
  using Value = typename Problem::Value;
  using Sum = typename Problem::Numbers::Sum;
  using View = TensorView<const E, 3, Device>;

  PixelGrower(const Problem& problem, const GrowthSetup& setup, const S& sampler)
      : device_{problem.device},
        setup_{setup},
        sampler_{sampler},
        reach_{problem.size[0], problem.size[1], problem.wrap_rows, problem.wrap_columns},
        order_({problem.size[0], problem.size[1], problem.half, problem.wrap_rows, problem.wrap_columns, setup.seed},
               setup.state),
        batch_{problem.batch},
        search_(problem),
        rows_(problem.places.table(), device_),
        examples_(problem.examples, device_),
        allowed_(problem.allowed, device_),
        queries_(problem.batch, device_),
        grown_(problem.batch, device_),
        state_(setup.state, device_),
        known_(known(setup.state), device_),
        can_steal_(problem),
        shares_(setup.wanted_shares.shares, kPatience),
        example_factors_(static_cast<index_t>(shares_.size()), device_) {}

  /// Fills the image where it is to be made; and `provenance` where it is not empty.
  template <class Watch>
  StopReason run(Tensor<E, 3, Device>& image, Tensor<int, 3, Device>& provenance, Watch& watch) {
    const Stopwatch clock;
    const index_t all = order_.left();
    double threshold = setup_.threshold;
    while (order_.left() > 0) {
      if constexpr (requires { order_.look(std::vector<E>()); }) order_.look(download(image));
      const typename Order::Batch batch = order_.next(batch_);
      if (batch.queries.empty()) {  // all that are left were refused
        // Rounds that would still place nothing are skipped.
        while (!any_placed_ && threshold < least_refused_) threshold *= kThresholdGrowth;
        any_placed_ = false;
        least_refused_ = kNoThreshold;
        order_.readmit();
        continue;
      }
      grow(image, provenance, batch, threshold);
      if constexpr (!ignores_progress<Watch>) {
        device_.synchronize();
        const Progress progress{.stage = "grow",
                                .step = all - order_.left(),
                                .steps = all,
                                .seconds = clock.seconds(),
                                .preview = PreviewSource{&image}()};
        if (notify(watch, progress) == Flow::stop) return StopReason::observer;
      }
    }
    device_.synchronize();
    return StopReason::finished;
  }

 private:
  static constexpr double kThresholdGrowth = 1.1;
  static constexpr double kPatience = 64.0;  // pixels before which shares say little
  static constexpr double kNoThreshold = (std::numeric_limits<double>::max)();

  /// What an observer may ask to see.
  struct PreviewSource {
    const Tensor<E, 3, Device>* image;
    Preview operator()() const { return {image->shape(0), image->shape(1), image->shape(2), &render, image}; }
    static void render(const void* from, float* to) {
      for (const E value : download(*static_cast<const Tensor<E, 3, Device>*>(from))) *to++ = to_scalar<float>(value);
    }
  };

  static std::vector<std::uint8_t> known(const std::vector<std::uint8_t>& state) {
    std::vector<std::uint8_t> all;
    for (const std::uint8_t s : state) all.push_back(s == 2 ? 1 : 0);
    return all;
  }

  // Searches a batch, draws and places.
  void grow(Tensor<E, 3, Device>& image, Tensor<int, 3, Device>& provenance, const typename Order::Batch& batch,
            double threshold) {
    const index_t count = static_cast<index_t>(batch.queries.size());
    device_.copy_from_host(reinterpret_cast<const unsigned char*>(batch.queries.data()),
                           reinterpret_cast<unsigned char*>(queries_.data()),
                           count * static_cast<index_t>(sizeof(WindowQuery)));
    const auto found = search_(WindowCanvas<E, Device>{image.view(), known_.data()}, queries_.data(), count);
    const int side = batch.is_seed ? setup_.seed_size : setup_.piece, before = (side - 1) / 2, after = side / 2;
    const double white = std::integral<Sum> ? kWhite<E> * kWhite<E> : 1.0;
    device_.for_each_piece(count, found.rows * 8 + 200,
                           GrowPixel<S, Sum, E, Device, Value>{sampler_,
                                                               setup_.seed,
                                                               white,
                                                               batch.is_seed ? kNoThreshold : threshold,
                                                               before,
                                                               after,
                                                               reach_,
                                                               found,
                                                               queries_.data(),
                                                               rows_.data(),
                                                               examples_.data(),
                                                               allowed_.size() > 0 ? allowed_.data() : nullptr,
                                                               weigh_examples(),
                                                               {image.view(), state_.data(), known_.data(),
                                                                provenance.size() > 0 ? provenance.data() : nullptr},
                                                               grown_.data()});
    std::vector<GrownPixel> grown(batch.queries.size());
    device_.copy_to_host(reinterpret_cast<const unsigned char*>(grown_.data()),
                         reinterpret_cast<unsigned char*>(grown.data()),
                         count * static_cast<index_t>(sizeof(GrownPixel)));
    take_note(batch, grown, before, after);
  }

  // What distances of each example are multiplied by; null where examples have no weights.
  const int* weigh_examples() {
    if (shares_.empty()) return nullptr;
    const std::vector<int> factors = shares_.factors();
    device_.copy_from_host(factors.data(), example_factors_.data(), static_cast<index_t>(factors.size()));
    return example_factors_.data();
  }

  // Tells the front what GrowPixel did.
  void take_note(const typename Order::Batch& batch, const std::vector<GrownPixel>& grown, int before, int after) {
    for (std::size_t q = 0; q < grown.size(); ++q) {
      const WindowQuery& query = batch.queries[q];
      if (grown[q].accepted == 0) {
        order_.refuse(query);
        least_refused_ = min_of(least_refused_, grown[q].error);
        continue;
      }
      any_placed_ = true;
      for (int dy = -before; dy <= after; ++dy) {
        for (int dx = -before; dx <= after; ++dx) {
          const index_t at = reach_.pixel(index_t{query.row} + dy, index_t{query.column} + dx);
          if (at < 0 || !can_steal_(grown[q].source, dy, dx)) continue;
          const WindowQuery other{static_cast<int>(at / reach_.width), static_cast<int>(at % reach_.width)};
          if (!order_.is_wanted(other)) continue;
          order_.place(other);
          if (!shares_.empty()) shares_.add(grown[q].source.example);
        }
      }
    }
  }

  /// Which pixels of the examples may be stolen, for the host.
  struct CanSteal {
    explicit CanSteal(const Problem& problem) : allowed(problem.allowed) {
      index_t first = 0;
      for (const View& view : problem.examples) {
        sizes.push_back({view.shape(0), view.shape(1)});
        first_place.push_back(first);
        first += view.shape(0) * view.shape(1);
      }
    }
    bool operator()(const BlockSource& source, int dy, int dx) const {
      const std::size_t e = static_cast<std::size_t>(source.example);
      const index_t y = index_t{source.row} + dy, x = index_t{source.column} + dx;
      if (y < 0 || y >= sizes[e][0] || x < 0 || x >= sizes[e][1]) return false;
      return allowed.empty() || allowed[static_cast<std::size_t>(first_place[e] + y * sizes[e][1] + x)] != 0;
    }
    std::vector<std::uint8_t> allowed;
    std::vector<Shape<2>> sizes;
    std::vector<index_t> first_place;
  };

  Device device_;
  GrowthSetup setup_;
  S sampler_;
  WindowReach reach_;
  Order order_;
  index_t batch_;
  Search search_;
  DeviceArray<PlaceRow, Device> rows_;
  DeviceArray<View, Device> examples_;
  DeviceArray<std::uint8_t, Device> allowed_;
  DeviceArray<WindowQuery, Device> queries_;
  DeviceArray<GrownPixel, Device> grown_;
  DeviceArray<std::uint8_t, Device> state_, known_;
  CanSteal can_steal_;
  ExampleShares shares_;
  DeviceArray<int, Device> example_factors_;
  // Since all that were refused were admitted again:
  bool any_placed_ = false;
  double least_refused_ = kNoThreshold;
};

}  // namespace pastiche::detail
