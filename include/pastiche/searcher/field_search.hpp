// SPDX-License-Identifier: MIT
/// \file
/// Nearest-neighbour fields: the concept of their searchers, and the call.
#pragma once

#include <pastiche/core/policy.hpp>
#include <pastiche/primitive/field_problem.hpp>

#include <string>
#include <utility>

namespace pastiche {

namespace detail {

/// What a searcher returns. By a name of its own: see SearchEngine in block_search.hpp.
template <class S, class E, class Device, class Distance>
using FieldOf = decltype(std::declval<const S&>().search(std::declval<const FieldProblem<E, Device>&>(),
                                                         std::declval<const Distance&>()));

}  // namespace detail

/// `searcher.search(problem, distance)` returns a NearestField<patch_distance_t<Distance, E>, Device>.
template <class S, class E, class Device, class Distance>
concept FieldSearcher =
    std::copyable<S> && requires(const S& searcher, const FieldProblem<E, Device>& problem, const Distance& distance) {
      { searcher.search(problem, distance) } -> std::same_as<NearestField<patch_distance_t<Distance, E>, Device>>;
    };

namespace detail {

/// The family of field searchers, for PolicyList.
template <class E, class Device>
struct OfFieldSearcher {
  template <class X>
  static constexpr bool holds = FieldSearcher<X, E, Device, SquaredDifference>;
};

/// For each patch of a picture whether it touches a wanted pixel. Empty where all pixels are wanted.
inline std::vector<std::uint8_t> touching_patches(const Mask2& mask, index_t rows, index_t columns, int patch) {
  std::vector<std::uint8_t> touches;
  if (mask.empty()) return touches;
  touches.assign(static_cast<std::size_t>(rows * columns), std::uint8_t{0});
  // Along rows first: does the run of `patch` pixels from here touch one?
  std::vector<std::uint8_t> run(static_cast<std::size_t>(mask.height * columns), std::uint8_t{0});
  for (index_t y = 0; y < mask.height; ++y) {
    for (index_t x = 0; x < columns; ++x) {
      for (index_t j = 0; j < patch; ++j) {
        if (mask(y, wrap(x + j, mask.width))) run[static_cast<std::size_t>(y * columns + x)] = 1;
      }
    }
  }
  for (index_t y = 0; y < rows; ++y) {
    for (index_t j = 0; j < patch; ++j) {
      const std::uint8_t* from = run.data() + wrap(y + j, mask.height) * columns;
      for (index_t x = 0; x < columns; ++x) touches[static_cast<std::size_t>(y * columns + x)] |= from[x];
    }
  }
  return touches;
}

/// The problem of a search, after all checks. `function` is whom errors name.
template <class E, class Device>
FieldProblem<E, Device> field_problem(const char* function, const Device& device,
                                      const TensorView<const E, 3, Device>& picture,
                                      const std::vector<TensorView<const E, 3, Device>>& examples,
                                      const FieldOptions& o) {
  require(!examples.empty(), function, "number of examples", 0, "at least 1");
  require(o.patch >= 1, function, "patch", o.patch, "at least 1");
  require(o.nearest >= 1 && o.nearest <= 1024, function, "nearest", o.nearest, "1 to 1024");
  require(o.window >= 0, function, "window", o.window, "at least 0");
  require(o.apart >= 0, function, "apart", o.apart, "at least 0");
  const index_t channels = picture.shape(2), most = kMostPatchElements;
  require(channels >= 1 && o.patch <= 1000 && o.patch * o.patch * channels <= most, function, "elements of a patch",
          index_t{o.patch} * o.patch * channels, "1 to " + std::to_string(most));
  require(picture.dense_from(1), function, "pixels of the picture", "apart in memory",
          "pixels that follow one another in a row");
  require(picture.shape(0) >= (o.wrap_rows ? 1 : o.patch) && picture.shape(1) >= (o.wrap_columns ? 1 : o.patch),
          function, "shorter side of the picture", min_of(picture.shape(0), picture.shape(1)),
          "at least the patch, " + std::to_string(o.patch));
  for (std::size_t e = 0; e < examples.size(); ++e) {
    const std::string name = "example " + std::to_string(e);
    require(examples[e].shape(2) == channels, function, (name + ", its number of channels").c_str(),
            examples[e].shape(2), channels);
    require(examples[e].dense_from(1), function, (name + ", its pixels").c_str(), "apart in memory",
            "pixels that follow one another in a row");
  }
  require(o.example_masks.empty() || o.example_masks.size() == examples.size(), function, "number of example masks",
          o.example_masks.size(), examples.size());
  for (std::size_t e = 0; e < o.example_masks.size(); ++e) {
    const Mask2& mask = o.example_masks[e];
    const bool fits = mask.empty() || (mask.height == examples[e].shape(0) && mask.width == examples[e].shape(1));
    require(fits, function, "size of an example's mask", mask.height * mask.width, "that of the example");
  }
  const bool fits =
      o.query_mask.empty() || (o.query_mask.height == picture.shape(0) && o.query_mask.width == picture.shape(1));
  require(fits, function, "size of the query mask", o.query_mask.height * o.query_mask.width, "that of the picture");

  FieldProblem<E, Device> problem{device, picture, examples, o, Places(examples, o.patch, o.patch), {}, {}};
  require(problem.places.size() > 0, function, "number of patches in the examples", 0,
          "an example with both sides at least the patch, " + std::to_string(o.patch));
  require(problem.places.size() <= 2147483647, function, "number of patches in the examples", problem.places.size(),
          "at most 2147483647");
  problem.allowed = allowed_places(problem.places, o.example_masks, o.patch, o.patch);
  bool any = problem.allowed.empty();
  for (const std::uint8_t yes : problem.allowed) any = any || yes != 0;
  require(any, function, "number of patches that the example masks allow", 0, "at least 1");
  problem.wanted = touching_patches(o.query_mask, problem.rows(), problem.columns(), o.patch);
  return problem;
}

}  // namespace detail

}  // namespace pastiche
