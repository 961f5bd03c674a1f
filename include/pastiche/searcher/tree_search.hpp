// SPDX-License-Identifier: MIT
/// \file
/// Nearest patches by a k-d tree over the principal components of the examples' patches. Needs Eigen and nanoflann:
/// link pastiche::nanoflann.
///
/// J. H. Friedman, J. L. Bentley, R. A. Finkel, "An algorithm for finding best matches in logarithmic expected time",
/// ACM TOMS 3(3), 1977; S. Arya, D. M. Mount, "Algorithms for fast vector quantization", DCC 1993, for searches that
/// pass over what is nearer by less than a factor 1 + epsilon.
#pragma once

#if !__has_include(<nanoflann.hpp>)
#  error "pastiche: tree_search.hpp needs nanoflann.hpp (Debian: libnanoflann-dev); link pastiche::nanoflann"
#endif

#include <pastiche/linalg/pca.hpp>
#include <pastiche/primitive/field_neighbours.hpp>
#include <pastiche/primitive/matrix_product.hpp>
#include <pastiche/searcher/field_search.hpp>

#include <algorithm>
#include <memory>
#include <nanoflann.hpp>
#include <vector>

namespace pastiche {

namespace detail {

/// Points as nanoflann reads them.
struct TreePoints {
  const float* values;
  std::size_t count, dimensions;

  std::size_t kdtree_get_point_count() const { return count; }
  float kdtree_get_pt(std::size_t point, std::size_t dimension) const { return values[point * dimensions + dimension]; }
  template <class Box>
  bool kdtree_get_bbox(Box&) const {
    return false;
  }
};

using PatchTree =
    nanoflann::KDTreeSingleIndexAdaptor<nanoflann::L2_Simple_Adaptor<float, TreePoints>, TreePoints, -1, std::uint32_t>;
#if NANOFLANN_VERSION >= 0x150
using TreeParameters = nanoflann::SearchParameters;
#else
using TreeParameters = nanoflann::SearchParams;
#endif

inline TreeParameters tree_parameters(float epsilon) {
  TreeParameters parameters;
  parameters.eps = epsilon;
  return parameters;
}

/// A patch as a row of scalars in [0, 1], its channels weighted as squared differences of the distance would be.
template <class E, class Device>
struct GatherPatches {
  const TensorView<const E, 3, Device>* pictures;
  const BlockSource* corners;
  int patch;
  const float* scales;  ///< of channels
  const float* mean;    ///< taken off, or null
  index_t width;        ///< of a row
  float* rows;

  void operator()(index_t i) const noexcept {
    const BlockSource at = corners[i];
    const TensorView<const E, 3, Device>& picture = pictures[at.example];
    float* to = rows + i * width;
    for (index_t y = 0; y < patch; ++y) {
      const E* row = picture.row(wrap(at.row + y, picture.shape(0)));
      index_t x = at.column;
      for (index_t j = 0; j < patch; ++j, x = x + 1 == picture.shape(1) ? 0 : x + 1) {
        for (index_t c = 0; c < picture.shape(2); ++c) {
          *to++ = static_cast<float>(to_scalar<scalar_t<E>>(row[x * picture.shape(2) + c])) * scales[c];
        }
      }
    }
    for (index_t k = 0; mean != nullptr && k < width; ++k) rows[i * width + k] -= mean[k];
  }
};

/// The neighbours of a patch among what the tree finds, ranked by their true distances.
template <class Candidates>
struct AskTree {
  using Sum = typename Candidates::Sum;
  FindNeighbours<Candidates> exhaustive;  ///< for a patch of which the tree finds too few
  const PatchTree* tree;
  const float* points;  ///< of the patches looked up
  index_t dimensions, proposed;
  const int* patch_numbers;    ///< of those points
  const BlockSource* sources;  ///< of the points in the tree
  float epsilon;

  index_t scratch() const noexcept { return proposed * static_cast<index_t>(sizeof(std::uint32_t) + sizeof(float)); }

  void operator()(index_t i, std::byte* memory) const noexcept {
    auto* indices = reinterpret_cast<std::uint32_t*>(memory);
    auto* distances = reinterpret_cast<float*>(indices + proposed);
    nanoflann::KNNResultSet<float, std::uint32_t> found(static_cast<std::size_t>(proposed));
    found.init(indices, distances);
    tree->findNeighbors(found, points + i * dimensions, tree_parameters(epsilon));
    const index_t patch = patch_numbers[i], y = patch / exhaustive.columns, x = patch % exhaustive.columns;
    const Candidates& candidates = exhaustive.candidates;
    BlockSource* kept = exhaustive.lists.sources + patch * candidates.nearest;
    Sum* kept_distances = exhaustive.lists.distances + patch * candidates.nearest;
    candidates.clear(kept, kept_distances);
    for (std::size_t k = 0; k < found.size(); ++k) {
      candidates.offer_new(y, x, sources[indices[k]], kept, kept_distances);
    }
    if (kept[candidates.nearest - 1].example < 0) exhaustive(patch);
  }
};

/// Builds the tree of a problem and asks it.
template <class Distance, class E, class Device>
class TreeField {
 public:
  using Sum = patch_distance_t<Distance, E>;
  using View = TensorView<const E, 3, Device>;

  TreeField(const FieldProblem<E, Device>& problem, const Distance& distance, int components, int leaf)
      : problem_{problem}, distance_{distance} {
    for (index_t c = 0; c < problem.channels(); ++c) scales_.push_back(std::sqrt(channel_weight_of(distance, c)));
    for (index_t r = 0; r < problem.places.rows(); ++r) {
      const PlaceRow& row = problem.places.table()[size(r)];
      for (index_t place = row.first; place < problem.places.table()[size(r + 1)].first; ++place) {
        if (!problem.allowed.empty() && problem.allowed[size(place)] == 0) continue;
        sources_.push_back({row.example, row.row, static_cast<int>(place - row.first)});
      }
    }
    width_ = index_t{problem.options.patch} * problem.options.patch * problem.channels();
    make_basis(min_of<index_t>(components, width_));
    points_ = coordinates(problem.examples, sources_);
    tree_points_ = {points_.data(), sources_.size(), static_cast<std::size_t>(dimensions())};
    tree_ = std::make_unique<PatchTree>(dimensions(), tree_points_,
                                        nanoflann::KDTreeSingleIndexAdaptorParams(static_cast<std::size_t>(leaf)));
    tree_->buildIndex();
  }
  TreeField(const TreeField&) = delete;
  TreeField& operator=(const TreeField&) = delete;

  NearestField<Sum, Device> ask(index_t checks, float epsilon) const {
    using Cost = PatchDistance<Distance, E, Device>;
    using Candidates = NeighbourCandidates<Cost, Ties::lowest>;
    const index_t columns = problem_.columns(), nearest = problem_.options.nearest;
    auto field = empty_field<Sum>(problem_);
    std::vector<int> patches;
    std::vector<BlockSource> corners;
    for (index_t i = 0; i < problem_.rows() * columns; ++i) {
      if (!problem_.wanted.empty() && problem_.wanted[size(i)] == 0) continue;
      patches.push_back(static_cast<int>(i));
      corners.push_back({0, static_cast<int>(i / columns), static_cast<int>(i % columns)});
    }
    const std::vector<float> asked = coordinates({problem_.picture}, corners);
    std::fill_n(field.sources.data(), field.sources.size(), -1);
    std::fill_n(field.distances.data(), field.distances.size(), kFarthest<Sum>);
    const CandidateTables<E, Device> tables(problem_);
    const Cost cost{distance_, problem_.picture, tables.examples(), problem_.options.patch};
    const FindNeighbours<Candidates> exhaustive{tables.template candidates<Ties::lowest>(problem_, cost), columns,
                                                nullptr, lists_of(field)};
    const index_t proposed = min_of(max_of(checks, nearest), static_cast<index_t>(sources_.size()));
    problem_.device.for_each_piece(static_cast<index_t>(patches.size()), proposed * width_,
                                   AskTree<Candidates>{exhaustive, tree_.get(), asked.data(), dimensions(), proposed,
                                                       patches.data(), sources_.data(), epsilon});
    return field;
  }

 private:
  static std::size_t size(index_t n) noexcept { return static_cast<std::size_t>(n); }
  index_t dimensions() const noexcept { return basis_->components.shape(0); }

  void gather(const std::vector<View>& pictures, const BlockSource* corners, index_t count, const float* mean,
              float* rows) const {
    problem_.device.for_each_piece(
        count, 2 * width_,
        GatherPatches<E, Device>{pictures.data(), corners, problem_.options.patch, scales_.data(), mean, width_, rows});
  }

  // Of patches spread evenly over all: some thousands tell the directions.
  void make_basis(index_t components) {
    constexpr index_t kSample = 8192;
    const index_t all = static_cast<index_t>(sources_.size()), some = min_of(all, kSample);
    std::vector<BlockSource> corners;
    for (index_t i = 0; i < some; ++i) corners.push_back(sources_[size(i * all / some)]);
    if (some == 1) corners.push_back(corners[0]);
    Tensor<float, 2, Cpu> rows({static_cast<index_t>(corners.size()), width_});
    gather(problem_.examples, corners.data(), rows.shape(0), nullptr, rows.data());
    basis_ = std::make_unique<Pca<float>>(pca(rows, components));
  }

  // (patch, component)
  std::vector<float> coordinates(const std::vector<View>& pictures, const std::vector<BlockSource>& corners) const {
    constexpr index_t kBlock = 4096;  // patches at once
    const index_t count = static_cast<index_t>(corners.size()), dims = dimensions();
    std::vector<float> points(size(count * dims));
    Tensor<float, 2, Device> rows({min_of(count, kBlock), width_}, problem_.device);
    for (index_t i = 0; i < count; i += kBlock) {
      const index_t some = min_of(kBlock, count - i);
      gather(pictures, corners.data() + i, some, basis_->mean.data(), rows.data());
      const TensorView<const float, 2, Device> block(rows.data(), {some, width_});
      primitive::MatrixProduct<Device>{}.multiply(problem_.device, block, basis_->components,
                                                  TensorView<float, 2, Device>(points.data() + i * dims, {some, dims}),
                                                  {.transpose_b = true});
    }
    return points;
  }

  const FieldProblem<E, Device>& problem_;
  Distance distance_;
  index_t width_ = 0;
  std::vector<float> scales_, points_;
  std::vector<BlockSource> sources_;  ///< of the points
  std::unique_ptr<Pca<float>> basis_;
  TreePoints tree_points_{};
  std::unique_ptr<PatchTree> tree_;
};

}  // namespace detail

/// A k-d tree over a few principal components proposes places, their true distances rank them. Pays back where examples
/// are large and neighbours near. With `apart`, a window or factors of places the tree knows nothing of them: what it
/// proposes is sifted, and a patch of which too few are left is searched exhaustively.
struct TreeSearch {
  int components = 16;   ///< dimensions of the tree
  int leaf = 16;         ///< places in a leaf
  int checks = 8;        ///< places proposed for each patch, at least as many as neighbours are asked for
  float epsilon = 0.0f;  ///< the tree may pass over what is nearer by a factor of less than 1 + epsilon

  /// \throws InvalidArgument
  void validate(const char* function) const {
    require(components >= 1 && components <= 256, function, "components", components, "1 to 256");
    require(leaf >= 1, function, "leaf", leaf, "at least 1");
    require(checks >= 1 && checks <= 4096, function, "checks", checks, "1 to 4096");
    require(epsilon >= 0.0f && is_finite(epsilon), function, "epsilon", epsilon, "at least 0");
  }

  template <Element E, class Distance>
  NearestField<patch_distance_t<Distance, E>, Cpu> search(const FieldProblem<E, Cpu>& problem,
                                                          const Distance& distance) const {
    validate("TreeSearch");
    return detail::TreeField<Distance, E, Cpu>(problem, distance, components, leaf).ask(checks, epsilon);
  }
};

}  // namespace pastiche
