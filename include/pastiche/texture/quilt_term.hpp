// SPDX-License-Identifier: MIT
/// \file
/// What a block of a quilt should be like as a whole, beside fitting its overlaps: the map of a guide, or the picture
/// that an earlier pass left. One more block search, whose sums are added to those of the overlaps.
#pragma once

#include <pastiche/searcher/block_search.hpp>
#include <pastiche/texture/patch_levels.hpp>
#include <pastiche/texture/quilt_plan.hpp>

#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// A weight times a sum: for integers, whose weights are in 2^-16, exact down to the last unit.
template <class D>
PASTICHE_HD constexpr D times_weight(D sum, double weight, std::int64_t fixed) noexcept {
  if constexpr (std::integral<D>) {
    static_cast<void>(weight);
    return (sum >> 16) * fixed + ((sum & 0xffff) * fixed >> 16);
  } else {
    static_cast<void>(fixed);
    return sum * static_cast<D>(weight);
  }
}

/// Adds sums of one kind to those of another; what must not be chosen stays out of reach.
template <class E, class D, class G>
struct AddWeighed {
  const G* more;
  double weight;
  std::int64_t fixed;  ///< the weight in 2^-16
  D* sums;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    if (sums[i] == kFarthest<D>) return;
    if (more[i] == kFarthest<G>) {
      sums[i] = kFarthest<D>;
    } else if constexpr (std::same_as<D, G>) {
      sums[i] += times_weight(more[i], weight, fixed);
    } else {
      // Exact sums of grey levels meet those of another distance, of pixels in [0, 1].
      sums[i] += static_cast<D>(static_cast<double>(more[i]) * (weight / (kWhite<E> * kWhite<E>)));
    }
  }
};

PASTICHE_DEVICE_CODE_END

/// The pixels of each block that are wanted: what a whole block is compared by.
struct WholeBlocks {
  std::vector<BlockShape> shapes;
  std::vector<BlockQuery> queries;  ///< of all blocks of the plan

  WholeBlocks(const QuiltPlan& plan, const Shape<2>& size, const Mask2& mask) {
    std::map<std::vector<int>, int> numbers;
    for (const QuiltBlock& block : plan.blocks) {
      BlockQuery query = block.query;
      query.shape = 0;
      if (!mask.empty() || shapes.empty()) {
        BlockShape shape = wanted(plan, query, size, mask);
        std::vector<int> name;
        for (const PixelRun& run : shape.runs) name.insert(name.end(), {run.row, run.column, run.length});
        const auto [at, added] = numbers.try_emplace(std::move(name), static_cast<int>(shapes.size()));
        if (added) shapes.push_back(std::move(shape));
        query.shape = at->second;
      }
      queries.push_back(query);
    }
  }

 private:
  static BlockShape wanted(const QuiltPlan& plan, const BlockQuery& query, const Shape<2>& size, const Mask2& mask) {
    BlockShape shape;
    for (int y = 0; y < plan.height; ++y) {
      int run = 0;
      for (int x = 0; x <= plan.width; ++x) {
        if (x < plan.width && mask((query.row + y) % size[0], (query.column + x) % size[1])) {
          ++run;
          continue;
        }
        if (run > 0) shape.runs.push_back({y, x - run, run});
        run = 0;
      }
    }
    return shape;
  }
};

/// A search for what blocks should be like, and what its sums count.
template <class E, class Device, class Searcher, class Distance>
class QuiltTerm {
 public:
  using Engine = SearchEngine<Searcher, E, Device, Distance>;
  using G = typename Engine::distance_type;
  using View = TensorView<const E, 3, Device>;

  /// \param problem that of the overlaps, whose places, block and batch this one shares
  /// \param sources what is at each pixel of the examples
  /// \param target  what should be at each pixel of the output
  QuiltTerm(const BlockProblem<E, Device>& problem, const WholeBlocks& blocks, const std::vector<View>& sources,
            const View& target, double weight, const Searcher& searcher, const Distance& distance)
      : device_{problem.device},
        places_{problem.places.size()},
        target_{target},
        weight_{weight},
        engine_{searcher.prepare(BlockProblem<E, Device>{problem.device, sources, problem.height, problem.width,
                                                         problem.places, blocks.shapes, problem.batch},
                                 distance)},
        queries_(blocks.queries, device_),
        sums_(places_ * problem.batch, device_) {}

  /// Adds what the term says of `count` blocks from number `first` on.
  template <class D>
  void add(index_t first, index_t count, D* sums) {
    engine_(target_, queries_.data() + first, count, sums_.data());
    device_.for_each_index(
        count * places_,
        AddWeighed<E, D, G>{sums_.data(), weight_, static_cast<std::int64_t>(std::llround(weight_ * 65536.0)), sums});
  }

  /// Elements a block, each as often as it counts.
  double elements(double pixels) const noexcept { return weight_ * pixels * static_cast<double>(target_.shape(2)); }

 private:
  Device device_;
  index_t places_;
  View target_;
  double weight_;
  Engine engine_;
  DeviceArray<BlockQuery, Device> queries_;
  DeviceArray<G, Device> sums_;
};

/// The maps of a guide on a device, as elements.
template <class E, class Device>
struct GuideTensors {
  std::vector<Tensor<E, 3, Device>> examples;
  std::vector<Tensor<E, 3, Device>> output;  ///< one, or none where nothing guides

  GuideTensors(const Guide& guide, const Device& device) {
    if (guide.empty()) return;
    for (const GuideMap& map : guide.examples) examples.push_back(uploaded(map, device));
    output.push_back(uploaded(guide.output, device));
  }
  std::vector<TensorView<const E, 3, Device>> views() const {
    std::vector<TensorView<const E, 3, Device>> all;
    for (const auto& example : examples) all.push_back(example.view());
    return all;
  }

 private:
  static Tensor<E, 3, Device> uploaded(const GuideMap& map, const Device& device) {
    const HostPicture<E> picture = picture_of<E>(map);
    return upload<Device>(Shape<3>{{picture.height, picture.width, picture.channels}}, picture.values, device);
  }
};

}  // namespace pastiche::detail
