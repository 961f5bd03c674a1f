// SPDX-License-Identifier: MIT
/// \file
/// Texture synthesis pixel by pixel: each is stolen from where its known neighbours look most alike.
///
/// A. A. Efros, T. K. Leung, "Texture synthesis by non-parametric sampling", ICCV 1999. Beyond the paper: every pixel
/// of an example can be stolen, not only those whose whole window lies inside: a neighbour that the example lacks costs
/// what a random pixel of it would. Pixels that are not in one another's window are made at once. The output may tile,
/// a guide may say what it should be like where.
#pragma once

#include <pastiche/searcher/method_call.hpp>
#include <pastiche/texture/examples.hpp>
#include <pastiche/texture/guide.hpp>
#include <pastiche/texture/pixel_grower.hpp>

#include <string>
#include <type_traits>
#include <vector>

namespace pastiche {

/// Settings of efros_leung() and efros_leung_fill().
struct EfrosLeungOptions {
  Shape<2> size{0, 0};  ///< (height, width) of the output, in pixels; efros_leung_fill() takes that of its picture
  int window = 11;      ///< side of the neighbourhood that is compared, in pixels, odd: about as large as the largest
                        ///< regular feature of the texture
  int seed_size = 3;    ///< side of what is copied in one piece to begin with, in pixels
  double threshold = 0.3;  ///< the largest mean squared difference (of pixels in [0, 1]) of a place that is stolen
                           ///< from; it grows by a tenth whenever no pixel can be made
  std::uint64_t seed = 0;  ///< same seed, same output, whatever the threads; and the same on every device and
                           ///< instruction set where distances are SquaredDifference on 8-bit elements
  Tiling tiling = Tiling::none;
  bool provenance = false;             ///< keep where each pixel came from, 12 bytes a pixel
  std::vector<Mask2> example_masks{};  ///< what may be stolen and compared, one for each example; none: everything
  Mask2 output_mask{};  ///< what is to be made; what it leaves out stays 0 and is not compared, or is what
                        ///< efros_leung_fill() fills the holes of
  Guide
      guide{};  ///< compared over the whole window; on 8-bit elements in 256 steps, and weights below 0.004 count as 0
  std::vector<double> example_weights{};  ///< as in QuiltOptions
};

namespace detail {

/// The policies efros_leung() knows.
template <class E, class>
using EfrosLeungFamilies = PolicyList<OfDevice, OfDistance<scalar_t<E>>, OfSampler<scalar_t<E>>, OfObserver>;

inline void check_efros_leung(const char* function, const EfrosLeungOptions& o) {
  require(o.window >= 3 && o.window <= 255 && o.window % 2 == 1, function, "window", o.window,
          "an odd number, 3 to 255");
  require(o.seed_size >= 1 && o.seed_size <= 255, function, "seed size", o.seed_size, "1 to 255");
  require(o.threshold > 0 && o.threshold <= 1e6, function, "threshold", o.threshold, "above 0, at most 1000000");
  check_output(function, o.size, o.output_mask);
}

inline void append_guide(const GuideMap& map, std::vector<float>& to) {
  for (index_t y = 0; y < map.height; ++y) to.insert(to.end(), map.row(y), map.row(y) + map.width * map.channels);
}

template <class View>
WindowGuide window_guide(const char* function, const Guide& guide, const std::vector<View>& examples,
                         const Shape<2>& size) {
  WindowGuide made;
  check_guide(function, examples, size, guide);
  if (guide.empty()) return made;
  require(guide.output.channels <= 1000, function, "number of channels of the guide", guide.output.channels,
          "at most 1000");
  made.channels = static_cast<int>(guide.output.channels);
  made.weight = guide.weight;
  append_guide(guide.output, made.output);
  for (const GuideMap& map : guide.examples) append_guide(map, made.examples);
  return made;
}

template <class View>
void check_stealable(const char* function, const std::vector<View>& examples, const std::vector<Mask2>& masks) {
  if (masks.empty()) return;
  for (std::size_t e = 0; e < examples.size(); ++e) {
    for (index_t y = 0; y < examples[e].shape(0); ++y) {
      for (index_t x = 0; x < examples[e].shape(1); ++x) {
        if (masks[e](y, x)) return;
      }
    }
  }
  require(false, function, "example mask", "empty", "at least one pixel that may be stolen");
}

template <class View, class Device>
void check_start(const char* function, const View& start, index_t channels, const Device& device) {
  using E = typename View::value_type;
  require(start.shape(2) == channels, function, "number of channels of the picture", start.shape(2), channels);
  require(start.dense_from(1), function, "the picture's pixels", "apart in memory",
          "pixels that follow one another in a row");
  if constexpr (!std::integral<E>) {
    const std::int64_t bad =
        device.reduce_index(start.size(), std::int64_t{0}, CountNotFinite<E, Device>{start}, AddCounts{});
    require(bad == 0, function, "the picture's number of pixels that are NaN or infinite", bad, "none");
  }
}

/// As many pixels at once as a front around the whole output has, or as tables of 64 MiB have room for.
template <class Problem>
int growth_batch(const Problem& p) {
  constexpr index_t kTableBytes = index_t{64} << 20;
  const index_t table = p.places.rows() * round_up<index_t>(p.places.widest_row(), 16);
  const index_t lists = index_t{3} * p.window() * (p.window() + 1) * (p.pixels.channels + p.guide.channels + 2);
  const index_t bytes = static_cast<index_t>(sizeof(typename Problem::Value)) * (table + 3 * lists);
  const index_t front = 2 * (p.size[0] + p.size[1]) / (p.half + 1) + 4;
  return static_cast<int>(clamp<index_t>(kTableBytes / bytes, 1, min_of<index_t>(front, 4096)));
}

/// Both public functions. `start` is null where nothing is known from the start.
template <class Examples, class View, class... Policies>
auto grow(const char* function, const View* start, const Examples& examples, const EfrosLeungOptions& options,
          Policies&... policies) {
  using Call = MethodCall<EfrosLeungFamilies, Examples, Policies...>;
  using E = typename Call::Element;
  using Device = typename Call::Device;
  PASTICHE_CHECK_CALL(Call, "efros_leung", "ElementDistance, Sampler, DevicePolicy, Observer");
  const Call call(examples, policies...);
  const auto& views = call.views;
  const Device device = call.device;
  const auto distance = pick<OfDistance<scalar_t<E>>>(SquaredDifference{}, policies...);
  const auto sampler = pick<OfSampler<scalar_t<E>>>(WithinTolerance{}, policies...);
  Unobserved nobody;
  auto& watch = pick_reference<OfObserver>(nobody, policies...);
  using Distance = std::remove_cv_t<decltype(distance)>;
  using S = std::remove_cv_t<decltype(sampler)>;
  static_assert(Sampler<S, distance_sum_t<Distance, E>>, "efros_leung: the Sampler does not take these distances");

  check_examples(function, views, device, options.example_masks);
  const WeightedExamples weighted(function, views, options.example_masks, options.example_weights);
  check_stealable(function, views, weighted.masks());
  check_efros_leung(function, options);
  if (start != nullptr) check_start(function, *start, views.front().shape(2), device);
  (validate_policy(policies, function), ...);
  const WindowGuide guide = window_guide(function, options.guide, views, options.size);
  WindowProblem<E, Device, Distance> problem(device, views, weighted.masks(), distance, options.window / 2,
                                             options.size, tiles_rows(options.tiling), tiles_columns(options.tiling),
                                             guide);
  require(problem.fits(), function, "number of channels", problem.channels(),
          "fewer for 8-bit elements and so large a window: their sums are kept in 31 bits");
  problem.batch = growth_batch(problem);
  GrowthSetup setup{options.seed_size, options.threshold, options.seed, {}, weighted.wanted()};
  for (index_t y = 0; y < options.size[0]; ++y) {
    for (index_t x = 0; x < options.size[1]; ++x) {
      setup.state.push_back(options.output_mask(y, x) ? 1 : start != nullptr ? 2 : 0);
    }
  }

  const index_t h = options.size[0], w = options.size[1], keep = options.provenance ? 1 : 0;
  TextureResult<E, Device> result{Tensor<E, 3, Device>({h, w, views[0].shape(2)}, device),
                                  Tensor<int, 3, Device>({keep * h, keep * w, 3}, device), StopReason::finished};
  if (start != nullptr) {
    device.for_each_index(result.image.size(), CopyPicture<E, Device>{*start, result.image.view()});
  } else {
    device.for_each_index(result.image.size(), SetAll<E>{result.image.data(), E{}});
  }
  device.for_each_index(result.provenance.size(), SetAll<int>{result.provenance.data(), -1});
  PixelGrower<E, Device, Distance, S> grower(problem, setup, sampler);
  result.reason = grower.run(result.image, result.provenance, watch);
  return result;
}

}  // namespace detail

/// A texture that looks like the examples, grown pixel by pixel from a small piece of them.
///
/// Policies may follow the options in any order, at most one a family: an ElementDistance (SquaredDifference), a
/// Sampler (WithinTolerance), a device (that of the examples if they are tensors, otherwise a default one of their
/// memory) and an Observer, which is called after each batch of pixels and may stop the work; pixels not made by then
/// are 0.
///
/// \param examples a picture (height, width, channel) or (height, width), of integers of 8 or 16 bits or of scalars,
///        with any number of channels; or a range of pictures. Pixels follow one another in a row, rows may be apart
/// \param options size, window, seed and the other settings; only the size has no default
/// \param policies as above, in any order
/// \return TextureResult: image, provenance where asked for, reason
/// \throws InvalidArgument on empty examples, pixels that are not finite, unequal channels, masks or guides of other
///         sizes, masks that leave nothing to steal, or settings out of their range
/// \code
/// auto texture = efros_leung(bricks, {.size = {192, 192}, .window = 15, .seed = 7}, Cpu{.threads = 2});
/// \endcode
template <class Examples, class... Policies>
auto efros_leung(const Examples& examples, const EfrosLeungOptions& options, Policies&&... policies) {
  using View = typename decltype(detail::views_of(examples))::value_type;
  return detail::grow("efros_leung", static_cast<const View*>(nullptr), examples, options, policies...);
}

/// A picture whose holes are filled from the examples, pixel by pixel from their rims inwards: the same loop as
/// efros_leung(), with what is known to begin with.
///
/// To fill a picture from itself, give it as the example too, with a mask of its known part.
///
/// \param picture (height, width, channel) or (height, width), of the examples' elements, channels and memory
/// \param examples as of efros_leung()
/// \param options as of efros_leung(); `output_mask` says what the holes are, and the size is that of the picture
/// \param policies as of efros_leung()
/// \return TextureResult: the picture, filled; provenance is -1 where it was known
/// \throws InvalidArgument as efros_leung() does, and without an output mask or where the picture's size or channels
///         are not those of the options and the examples
template <class Picture, class Examples, class... Policies>
auto efros_leung_fill(const Picture& picture, const Examples& examples, EfrosLeungOptions options,
                      Policies&&... policies) {
  constexpr const char* kFunction = "efros_leung_fill";
  const auto start = detail::picture_view(picture);
  using View = typename decltype(detail::views_of(examples))::value_type;
  static_assert(std::same_as<std::remove_cv_t<decltype(start)>, View>,
                "efros_leung_fill: the picture has other elements or lies in other memory than the examples");
  const Shape<2> size{start.shape(0), start.shape(1)};
  if (options.size == Shape<2>{0, 0}) options.size = size;
  require(options.size == size, kFunction, "size", detail::extent_text(options.size[0], options.size[1]),
          detail::extent_text(size[0], size[1]) + ", that of the picture, or none");
  require(!options.output_mask.empty(), kFunction, "output mask", "missing", "the pixels to be filled");
  return detail::grow(kFunction, &start, examples, options, policies...);
}

}  // namespace pastiche
