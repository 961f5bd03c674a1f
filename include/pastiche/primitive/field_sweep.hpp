// SPDX-License-Identifier: MIT
/// \file
/// The exhaustive field in vector registers, by a sweep over offsets. Included by exhaustive_field.hpp.
///
/// Patches that overlap share the distances of their pixels. For one offset between the picture and an example each
/// pixel is compared once, and the sums over patches follow by adding what enters and subtracting what leaves: a few
/// operations a pair of patches, whatever their size. Lanes are neighbouring offsets. Columns of an example go round,
/// so that every offset meets a whole row; sums that reach over its seam are of no place. Rows of offsets rise, so that
/// of equal places the first is found first, whatever the tiles and threads. Squared differences of 8-bit elements are
/// expanded: products are summed, and energies of patches added at the end.
#pragma once

#include <pastiche/primitive/exhaustive_field.hpp>
#include <pastiche/primitive/field_sweep_tables.hpp>

#include <vector>

namespace pastiche {

namespace detail {

template <class Distance, Element E, VectorDevice Device>
class FieldSweep {
 public:
  using Sum = patch_distance_t<Distance, E>;
  static constexpr bool kExact = std::integral<Sum>;
  using Term = std::conditional_t<kExact, PairTerm, DistanceTerm<scalar_t<E>, Distance>>;
  using Word = typename Term::word_type;
  using Factor = rank_scalar_t<Word>;
  using View = TensorView<const E, 3, Device>;

  FieldSweep(const FieldProblem<E, Device>& problem, const Distance& distance)
      : problem_{problem},
        distance_{distance},
        patch_{problem.options.patch},
        rows_{problem.rows()},
        columns_{problem.columns()},
        plane_count_{ceil_div(problem.channels(), Term::step)},
        tiling_(rows_, columns_, patch_, problem.wanted) {
    const index_t across = columns_ + patch_ - 1;
    stride_ = across;
    planes_.resize(size(rows_ + patch_ - 1) * size(plane_count_ * stride_));
    lay_out(problem.picture, rows_ + patch_ - 1, stride_, Word(kExact ? 2 : 1), planes_);
    if constexpr (kExact) energies_ = patch_energies(problem.picture, rows_, columns_, patch_);
    for (index_t p = 0; p < plane_count_; ++p) weights_.push_back(channel_weight_of(distance, p));
    tables_.resize(problem.examples.size());
    for (std::size_t e = 0; e < tables_.size(); ++e)
      add_example(problem.examples[e], problem.places.grids()[e], tables_[e]);
  }

  NearestField<Sum, Device> run() {
    const index_t nearest = problem_.options.nearest;
    std::vector<Word> ranks(size(rows_ * columns_ * nearest), unfound());
    std::vector<int> places(ranks.size(), -1);
    constexpr int kColour = kExact ? 2 : 3;
    if (plane_count_ == kColour) {
      sweep<kColour>(ranks, places);
    } else {
      sweep<0>(ranks, places);
    }
    auto field = empty_field<Sum>(problem_);
    const PlaceLookup lookup{problem_.places.grids().data(), static_cast<int>(problem_.examples.size()), nullptr};
    problem_.device.for_each_piece(
        rows_, columns_ * nearest * 20,
        WriteField<Distance, E, Device, Word>{{distance_, problem_.picture, problem_.examples.data(), patch_},
                                              lookup,
                                              columns_,
                                              nearest,
                                              ranks.data(),
                                              kExact && !ranked() ? energies_.data() : nullptr,
                                              places.data(),
                                              lists_of(field).sources,
                                              field.distances.data()});
    return field;
  }

 private:
  /// What one example is made into.
  struct Table {
    std::vector<Word> planes, energies;
    std::vector<Factor> factors;
    SweepExample<Word> example;
  };

  static std::size_t size(index_t n) noexcept { return static_cast<std::size_t>(n); }

  bool ranked() const noexcept { return problem_.factors != nullptr; }

  /// The rank of what is not there: greater than all others.
  Word unfound() const noexcept {
    if constexpr (kExact) {
      return ranked() ? bits_as<Word>(kFarthest<float>) : kUnfound<Word>;
    } else {
      return kUnfound<Word>;
    }
  }

  static Term make_term(const Distance& distance) {
    if constexpr (kExact) {
      static_cast<void>(distance);
      return {};
    } else {
      return {distance};
    }
  }

  void lay_out(const View& picture, index_t rows, index_t stride, Word scale, std::vector<Word>& to) const {
    problem_.device.for_each_piece(rows, 2 * plane_count_ * stride,
                                   LayOutPlanes<Term, E, Device>{picture, plane_count_, stride, scale, to.data()});
  }

  void add_example(const View& view, const PlaceGrid& grid, Table& table) {
    const index_t rows = grid.rows, columns = grid.columns;
    const index_t stride = view.shape(1) + tiling_.most_width() + patch_ - 1 + kSweepLanes<Word>;
    if (rows > 0) {
      table.planes.resize(size(view.shape(0) * plane_count_ * stride));
      lay_out(view, view.shape(0), stride, Word(1), table.planes);
      table.energies.resize(size(rows * stride), kNoPlace<Word>);
      if (ranked()) table.factors.resize(size(rows * stride), (std::numeric_limits<Factor>::infinity)());
      std::vector<std::int32_t> energies;
      if constexpr (kExact) energies = patch_energies(view, rows, columns, patch_);
      for (index_t y = 0; y < rows; ++y) add_places(grid, y, view.shape(1), stride, energies, table);
    }
    table.example = {view.shape(1),       rows, columns, grid.first, table.planes.data(), stride, table.energies.data(),
                     table.factors.data()};
  }

  void add_places(const PlaceGrid& grid, index_t y, index_t width, index_t stride,
                  const std::vector<std::int32_t>& energies, Table& table) const {
    const index_t columns = grid.columns;
    for (index_t s = 0, x = 0; s < stride; ++s, x = x + 1 == width ? 0 : x + 1) {
      const index_t place = grid.first + y * columns + x;
      if (x >= columns || (!problem_.allowed.empty() && problem_.allowed[size(place)] == 0)) continue;
      table.energies[size(y * stride + s)] = kExact ? static_cast<Word>(energies[size(y * columns + x)]) : Word(0);
      if (ranked()) table.factors[size(y * stride + s)] = static_cast<Factor>(problem_.factors[place]);
    }
  }

  template <int Planes>
  void sweep(std::vector<Word>& ranks, std::vector<int>& places) const {
    std::vector<SweepExample<Word>> examples;
    for (const Table& table : tables_) examples.push_back(table.example);
    problem_.device.dispatch([&](auto arch) {
      problem_.device.for_each_piece(
          static_cast<index_t>(tiling_.tiles().size()), problem_.places.size() * 1000,
          SweepTiles<decltype(arch), Term, Planes>{tiling_.tiles().data(),
                                                   tiling_.most_height(),
                                                   tiling_.most_width(),
                                                   patch_,
                                                   plane_count_,
                                                   planes_.data(),
                                                   stride_,
                                                   energies_.data(),
                                                   columns_,
                                                   weights_.data(),
                                                   examples.data(),
                                                   static_cast<index_t>(examples.size()),
                                                   {problem_.options.window, problem_.options.apart},
                                                   ranked(),
                                                   problem_.bias,
                                                   problem_.wanted.empty() ? nullptr : problem_.wanted.data(),
                                                   problem_.options.nearest,
                                                   ranks.data(),
                                                   places.data(),
                                                   make_term(distance_)});
    });
  }

  const FieldProblem<E, Device>& problem_;
  Distance distance_;
  int patch_;
  index_t rows_, columns_, plane_count_, stride_ = 0;
  SweepTiling tiling_;
  std::vector<Word> planes_;
  std::vector<std::int32_t> energies_;
  std::vector<float> weights_;
  std::vector<Table> tables_;
};

}  // namespace detail

namespace primitive {

template <Element E, VectorDevice Device, ElementDistance<scalar_t<E>> Distance>
struct ExhaustiveField<E, Device, Distance> {
  Distance distance;

  NearestField<patch_distance_t<Distance, E>, Device> operator()(const FieldProblem<E, Device>& problem) const {
    const index_t side = problem.options.patch, elements = side * side * problem.channels();
    if (std::integral<patch_distance_t<Distance, E>> && elements > pastiche::detail::kMostSweepElements) {
      return pastiche::detail::find_neighbours(problem, distance);
    }
    return pastiche::detail::FieldSweep<Distance, E, Device>(problem, distance).run();
  }
};

}  // namespace primitive

}  // namespace pastiche
