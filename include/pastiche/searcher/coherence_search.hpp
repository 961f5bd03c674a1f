// SPDX-License-Identifier: MIT
/// \file
/// k-coherence: neighbours of a patch are looked for where its neighbours came from, and where that looks alike.
///
/// X. Tong, J. Zhang, L. Liu, X. Wang, B. Guo, H.-Y. Shum, "Synthesis of bidirectional texture functions on arbitrary
/// surfaces", SIGGRAPH 2002, section 4. Beyond the paper: a whole field at a time, each sweep from the one before, so
/// that the result does not depend on an order.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/primitive/place_lookup.hpp>
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
template <class Distance, class E, class Device>
struct CoherenceSweep {
  using Sum = patch_distance_t<Distance, E>;
  PatchDistance<Distance, E, Device> patch_distance;
  const TensorView<const E, 3, Device>* examples;
  PlaceLookup lookup;
  index_t height, width;  ///< of the field
  bool wrap_rows, wrap_columns;
  const std::uint8_t* wanted;
  NeighbourRange in_range;
  PlaceRank<Sum> rank;
  const int* similar;
  index_t similar_count;
  const int* before;  ///< places of the sweep before: (patch, neighbour)
  KeptNeighbours<Sum> kept;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    kept.clear(i);
    if (wanted != nullptr && wanted[i] == 0) {  // not searched, but its neighbours may continue it
      for (index_t k = i * kept.nearest; k < (i + 1) * kept.nearest; ++k) kept.places[k] = before[k];
      return;
    }
    const index_t row = i / width, column = i % width;
    try_place(i, row, column, before + i * kept.nearest, 0, 0, false);  // its own first: they end most others early
    for (index_t down = -1; down <= 1; ++down) {
      for (index_t right = -1; right <= 1; ++right) {
        index_t y = row + down, x = column + right;
        if (wrap_rows) y = wrap(y, height);
        if (wrap_columns) x = wrap(x, width);
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        try_place(i, row, column, before + (y * width + x) * kept.nearest, down, right, true);
      }
    }
  }

 private:
  // The places of a neighbour, and those alike, moved back by as much as it is off.
  PASTICHE_HD void try_place(index_t i, index_t row, index_t column, const int* places, index_t down, index_t right,
                             bool alike) const noexcept {
    for (index_t k = 0; k < kept.nearest; ++k) {
      if (places[k] < 0) continue;
      try_moved(i, row, column, places[k], down, right);
      for (index_t s = 0; alike && s < similar_count; ++s) {
        const int other = similar[places[k] * similar_count + s];
        if (other >= 0) try_moved(i, row, column, other, down, right);
      }
    }
  }

  PASTICHE_HD void try_moved(index_t i, index_t row, index_t column, index_t from, index_t down,
                             index_t right) const noexcept {
    const BlockSource s = lookup.source(from);
    const index_t y = s.row - down, x = s.column - right, place = lookup.place(s.example, y, x);
    if (place < 0 || !in_range(s.example, y - row, x - column)) return;
    if (!kept.takes(i, rank(Sum(0), place), place)) return;  // found before
    const Sum sum =
        patch_distance(row, column, examples[s.example], y, x, StopBeyondRank<Sum>{rank, place, kept.last(i)});
    kept.insert_once(i, rank(sum, place), place, sum);
  }
};

/// What the first sweep begins with: given sources, or places drawn by chance.
struct BeginPlaces {
  PlaceLookup lookup;
  index_t places;
  const int* start;  ///< sources, or null
  std::uint64_t seed;
  int* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    to[i] =
        start != nullptr ? static_cast<int>(lookup.place(start[3 * i], start[3 * i + 1], start[3 * i + 2])) : drawn(i);
  }

 private:
  // Some draws may hit what is not allowed: then the first place after the last of them that is.
  PASTICHE_HD int drawn(index_t i) const noexcept {
    CounterRng rng(seed, 0, static_cast<std::uint64_t>(i));
    index_t place = 0;
    for (int turn = 0; turn < 8; ++turn) {
      place = rng.below(static_cast<std::uint32_t>(places));
      if (lookup.allowed == nullptr || lookup.allowed[place] != 0) return static_cast<int>(place);
    }
    for (index_t n = 0; n < places && lookup.allowed[place] == 0; ++n) place = place + 1 == places ? 0 : place + 1;
    return static_cast<int>(place);
  }
};

/// Sources of places; none of patches that are not wanted.
struct WriteSources {
  PlaceLookup lookup;
  const std::uint8_t* wanted;
  index_t nearest;
  const int* places;
  int* sources;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const bool none = places[i] < 0 || (wanted != nullptr && wanted[i / nearest] == 0);
    const BlockSource s = none ? BlockSource{-1, -1, -1} : lookup.source(places[i]);
    sources[3 * i] = s.example;
    sources[3 * i + 1] = s.row;
    sources[3 * i + 2] = s.column;
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

    const Device& device = problem.device;
    const index_t h = problem.rows(), w = problem.columns(), nearest = problem.options.nearest;
    const detail::PlaceTables<Device> tables(problem);
    const DeviceArray<TensorView<const E, 3, Device>, Device> examples(problem.examples, device);
    const DeviceArray<std::uint8_t, Device> wanted(problem.wanted, device);
    const DeviceArray<int, Device> alike_places(known->places, device);
    const index_t rated = problem.factors != nullptr ? problem.places.size() : 0;
    const DeviceArray<float, Device> factors(std::vector<float>(problem.factors, problem.factors + rated), device);
    DeviceArray<int, Device> before(h * w * nearest, device), after(h * w * nearest, device);
    Tensor<double, 1, Device> ranks({h * w * nearest}, device);
    NearestField<Sum, Device> field{problem.options.patch, Tensor<int, 4, Device>({h, w, nearest, 3}, device),
                                    Tensor<Sum, 3, Device>({h, w, nearest}, device)};

    device.for_each_index(h * w * nearest, detail::BeginPlaces{tables.lookup(), problem.places.size(), problem.start,
                                                               problem.options.seed, after.data()});
    const index_t side = problem.options.patch;
    const index_t cost = 9 * nearest * (1 + known->count) * side * side * problem.channels();
    for (int sweep = 0; sweep < sweeps; ++sweep) {
      std::swap(before, after);
      device.for_each_piece(
          h * w, cost,
          detail::CoherenceSweep<Distance, E, Device>{{distance, problem.picture, problem.options.patch},
                                                      examples.data(),
                                                      tables.lookup(),
                                                      h,
                                                      w,
                                                      problem.options.wrap_rows,
                                                      problem.options.wrap_columns,
                                                      problem.wanted.empty() ? nullptr : wanted.data(),
                                                      {problem.options.window, problem.options.apart},
                                                      {rated > 0 ? factors.data() : nullptr, problem.bias},
                                                      alike_places.data(),
                                                      known->count,
                                                      before.data(),
                                                      {nearest, ranks.data(), after.data(), field.distances.data()}});
    }
    device.for_each_index(h * w * nearest,
                          detail::WriteSources{tables.lookup(), problem.wanted.empty() ? nullptr : wanted.data(),
                                               nearest, after.data(), field.sources.data()});
    return field;
  }
};

}  // namespace pastiche
