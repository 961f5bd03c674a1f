// SPDX-License-Identifier: MIT
/// \file
/// k-coherence: neighbours of a patch are looked for where its neighbours came from, and where that looks alike.
///
/// X. Tong, J. Zhang, L. Liu, X. Wang, B. Guo, H.-Y. Shum, "Synthesis of bidirectional texture functions on arbitrary
/// surfaces", SIGGRAPH 2002, section 4. Beyond the paper: a whole field at a time, each sweep from the one before, so
/// that the result does not depend on an order.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/primitive/neighbour_candidates.hpp>
#include <pastiche/primitive/patch_distance.hpp>
#include <pastiche/searcher/exhaustive.hpp>
#include <pastiche/searcher/field_search.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace pastiche {

/// For each place of the examples the places that look most alike, within its own example.
struct SimilarPlaces {
  int patch;                ///< side of the patches compared, in pixels
  int count;                ///< alike ones of each place
  std::vector<int> places;  ///< (place, count): numbers of places, -1 where there is none
};

namespace detail {

/// The exhaustive answer for each example within itself.
template <class E, class Device, class Distance>
std::shared_ptr<const SimilarPlaces> similar_places(const FieldProblem<E, Device>& problem, const Distance& distance,
                                                    int count, int apart) {
  auto similar = std::make_shared<SimilarPlaces>(SimilarPlaces{problem.options.patch, count, {}});
  index_t first = 0;
  for (std::size_t e = 0; e < problem.examples.size(); ++e) {
    const auto& view = problem.examples[e];
    if (min_of(view.shape(0), view.shape(1)) < problem.options.patch) continue;
    FieldOptions options{.patch = problem.options.patch, .nearest = count, .apart = apart};
    FieldProblem<E, Device> within{
        problem.device, view, {view}, options, Places(std::vector{view}, options.patch, options.patch), {}, {}};
    const index_t size = within.places.size(), columns = within.columns();
    if (!problem.allowed.empty()) {
      within.allowed.assign(problem.allowed.begin() + first, problem.allowed.begin() + first + size);
    }
    const std::vector<int> sources = download(ExhaustiveSearch{}.search(within, distance).sources);
    for (std::size_t i = 0; i < sources.size(); i += 3) {
      const index_t place = first + sources[i + 1] * columns + sources[i + 2];
      similar->places.push_back(sources[i] < 0 ? -1 : static_cast<int>(place));
    }
    first += size;
  }
  return similar;
}

PASTICHE_DEVICE_CODE_BEGIN

/// One sweep: every patch tries what its neighbours' places say.
template <class Candidates>
struct CoherenceSweep {
  using Sum = typename Candidates::Sum;
  Candidates candidates;
  index_t height, width;  ///< of the field
  bool wrap_rows, wrap_columns;
  const std::uint8_t* wanted;
  const int* similar;
  index_t similar_count;
  const BlockSource* before;  ///< of the sweep before: (patch, neighbour)
  NeighbourLists<Sum> after;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const int nearest = candidates.nearest;
    BlockSource* sources = after.sources + i * nearest;
    Sum* distances = after.distances + i * nearest;
    candidates.clear(sources, distances);
    if (wanted != nullptr && wanted[i] == 0) {  // not searched, but its neighbours may continue it
      for (int k = 0; k < nearest; ++k) sources[k] = before[i * nearest + k];
      return;
    }
    const index_t row = i / width, column = i % width;
    // Its own first: they end most others early.
    try_neighbour({row, column, sources, distances}, before + i * nearest, 0, 0, false);
    for (int down = -1; down <= 1; ++down) {
      for (int right = -1; right <= 1; ++right) {
        index_t y = row + down, x = column + right;
        if (wrap_rows) y = wrap(y, height);
        if (wrap_columns) x = wrap(x, width);
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        try_neighbour({row, column, sources, distances}, before + (y * width + x) * nearest, down, right, true);
      }
    }
  }

 private:
  struct Patch {
    index_t row, column;
    BlockSource* sources;
    Sum* distances;
  };

  // The places of a neighbour, and those alike, moved back by as much as it is off.
  PASTICHE_HD void try_neighbour(const Patch& patch, const BlockSource* from, int down, int right,
                                 bool alike) const noexcept {
    const index_t others = alike ? similar_count : 0;
    for (int k = 0; k < candidates.nearest; ++k) {
      if (from[k].example < 0) continue;
      const int* likes = others > 0 ? similar + candidates.places.number(from[k]) * similar_count : nullptr;
      for (index_t s = -1; s < others; ++s) {
        if (s >= 0 && likes[s] < 0) continue;
        BlockSource place = s < 0 ? from[k] : candidates.places.source(likes[s]);
        place.row -= down;
        place.column -= right;
        candidates.offer(patch.row, patch.column, place, patch.sources, patch.distances);
      }
    }
  }
};

/// What the first sweep begins with: given sources, or places drawn by chance.
struct BeginPlaces {
  PlaceLookup lookup;
  index_t places;
  index_t width, nearest;  ///< of the field
  NeighbourRange in_range;
  const BlockSource* start;  ///< or null
  std::uint64_t seed;
  BlockSource* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    if (start == nullptr) {
      to[i] = in_range.window > 0 ? drawn_near(i) : lookup.source(drawn(i));
    } else {
      const bool known = start[i].example >= 0 && start[i].example < lookup.examples && lookup.holds(start[i]);
      to[i] = known ? start[i] : BlockSource{-1, -1, -1};
    }
  }

 private:
  // Nothing where no draw hits what is allowed.
  PASTICHE_HD BlockSource drawn_near(index_t i) const noexcept {
    const index_t row = i / nearest / width, column = i / nearest % width;
    BlockSource place{};
    for (int turn = 0; turn < 16; ++turn) {
      const std::uint64_t bits = mix64(seed + 0x9e3779b97f4a7c15u * (static_cast<std::uint64_t>(i * 16 + turn + 1)));
      place = lookup.near(row, column, in_range.window, bits);
      if (lookup.holds(place) && in_range(place.example, place.row - row, place.column - column)) return place;
    }
    return {-1, -1, -1};
  }

  // Some draws may hit what is not allowed: then the first place after the last of them that is.
  PASTICHE_HD index_t drawn(index_t i) const noexcept {
    CounterRng rng(seed, 0, static_cast<std::uint64_t>(i));
    index_t place = 0;
    for (int turn = 0; turn < 8; ++turn) {
      place = rng.below(static_cast<std::uint32_t>(places));
      if (lookup.allowed == nullptr || lookup.allowed[place] != 0) return place;
    }
    for (index_t n = 0; n < places && lookup.allowed[place] == 0; ++n) place = place + 1 == places ? 0 : place + 1;
    return place;
  }
};

/// Patches that are not wanted have no sources.
struct ForgetUnwanted {
  const std::uint8_t* wanted;
  index_t nearest;
  BlockSource* sources;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    if (wanted[i / nearest] == 0) sources[i] = {-1, -1, -1};
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

/// Looks only where the neighbours of a patch point to in `start` (or at first by chance, from the seed), and at what
/// is alike there. Finds what continues well; not the nearest, where no neighbour points near it.
///
/// What is alike is found by an exhaustive search of the examples within themselves, for each call again unless
/// `similar` holds it: `search.similar = search.prepare(problem, distance)`.
struct CoherenceSearch {
  int alike = 4;   ///< alike places of each that are tried; 0 is Ashikhmin's coherence
  int apart = 3;   ///< so many rows or columns off its own place a place counts as another, at least
  int sweeps = 4;  ///< by each of them what is found spreads by a pixel
  std::shared_ptr<const SimilarPlaces> similar{};  ///< of the same examples, masks, patch and distance

  /// \throws InvalidArgument
  void validate(const char* function) const {
    require(alike >= 0 && alike <= 64, function, "alike", alike, "0 to 64");
    require(apart >= 1, function, "apart", apart, "at least 1");
    require(sweeps >= 1, function, "sweeps", sweeps, "at least 1");
  }

  /// What is alike in the examples of a problem.
  template <Element E, DevicePolicy Device, class Distance>
  std::shared_ptr<const SimilarPlaces> prepare(const FieldProblem<E, Device>& problem, const Distance& distance) const {
    if (alike == 0) return std::make_shared<SimilarPlaces>(SimilarPlaces{problem.options.patch, 0, {}});
    return detail::similar_places(problem, distance, alike, apart);
  }

  template <Element E, DevicePolicy Device, class Distance>
  NearestField<patch_distance_t<Distance, E>, Device> search(const FieldProblem<E, Device>& problem,
                                                             const Distance& distance) const {
    using Sum = patch_distance_t<Distance, E>;
    validate("CoherenceSearch");
    const auto known = similar != nullptr ? similar : prepare(problem, distance);
    const index_t expected = problem.places.size() * known->count;
    require(known->patch == problem.options.patch && static_cast<index_t>(known->places.size()) == expected,
            "CoherenceSearch", "number of similar places", known->places.size(), expected);

    using Cost = detail::PatchDistance<Distance, E, Device>;
    using Candidates = detail::NeighbourCandidates<Cost, detail::Ties::lowest>;
    const Device& device = problem.device;
    const index_t h = problem.rows(), w = problem.columns(), nearest = problem.options.nearest;
    const detail::CandidateTables<E, Device> tables(problem);
    const Cost cost{distance, problem.picture, tables.examples(), problem.options.patch};
    const Candidates candidates = tables.template candidates<detail::Ties::lowest>(problem, cost);
    const DeviceArray<int, Device> alike_places(known->places, device);
    auto field = detail::empty_field<Sum>(problem);
    Tensor<int, 4, Device> before(field.sources.shape(), device);
    const detail::NeighbourLists<Sum> lists = detail::lists_of(field);

    device.for_each_index(h * w * nearest, detail::BeginPlaces{tables.places(),
                                                               problem.places.size(),
                                                               w,
                                                               nearest,
                                                               {problem.options.window, problem.options.apart},
                                                               reinterpret_cast<const BlockSource*>(problem.start),
                                                               problem.options.seed,
                                                               lists.sources});
    const index_t side = problem.options.patch;
    const index_t price = 9 * nearest * (1 + known->count) * side * side * problem.channels();
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      device.copy(field.sources.data(), before.data(), before.size());
      device.for_each_piece(
          h * w, price,
          detail::CoherenceSweep<Candidates>{candidates, h, w, problem.options.wrap_rows, problem.options.wrap_columns,
                                             tables.wanted(), alike_places.data(), known->count,
                                             reinterpret_cast<const BlockSource*>(before.data()), lists});
    }
    if (tables.wanted() != nullptr) {
      device.for_each_index(h * w * nearest, detail::ForgetUnwanted{tables.wanted(), nearest, lists.sources});
    }
    return field;
  }
};

}  // namespace pastiche
