// SPDX-License-Identifier: MIT
/// \file
/// Inpainting: holes of a picture filled with what else it shows, so that nobody notices.
///
/// InpaintMethod::patches searches and votes from coarse to fine: Y. Wexler, E. Shechtman, M. Irani, "Space-time
/// completion of video", PAMI 29(3), 2007, sections 3 and 4, with PatchMatch, features of the texture beside the
/// colours and a start from the rim inwards as in A. Newson et al., "Video inpainting of complex scenes", SIAM J.
/// Imaging Sciences 7(4), 2014, sections 3.1 to 3.3. Where this deviates: the start grows pixel by pixel (Efros and
/// Leung) instead of patch by patch; a vote's weight does not depend on how far it lies from the rim; and in the end
/// pixels are stolen whole. InpaintMethod::structure is A. Criminisi, P. Perez, K. Toyama, "Region filling and object
/// removal by exemplar-based image inpainting", IEEE TIP 13(9), 2004, section III, with windows that are weighted by a
/// Gaussian and twice as wide as what is copied. InpaintMethod::pixel is efros_leung_fill().
#pragma once

#include <pastiche/texture/hole_start.hpp>
#include <pastiche/texture/patch_texture.hpp>
#include <pastiche/texture/structure_order.hpp>

#include <concepts>
#include <string>
#include <utility>
#include <vector>

namespace pastiche {

/// How inpaint() fills a hole.
enum class InpaintMethod {
  patches,    ///< search and vote from coarse to fine: the whole hole at once, for nearly everything
  structure,  ///< patch after patch from the rim, lines first: keeps long straight lines, never looks back
  pixel       ///< pixel after pixel from the rim, with chance: fine grain, small holes
};

/// Settings of inpaint().
struct InpaintOptions {
  InpaintMethod method = InpaintMethod::patches;
  int patch = 0;      ///< side of what is compared and copied, in pixels, at most 64, and smaller where donors are;
                      ///< of InpaintMethod::pixel the window, odd, 3 to 255; 0 is 7, 9 for structure, 11 for pixel
  int rounds = 6;     ///< patches: searches and votes on each level
  int coarsest = 32;  ///< patches: pixels that the shorter side of all pictures keeps on the coarsest level
  double roughness = 7.0;  ///< patches: how much a difference in roughness (the mean step from pixel to pixel
                           ///< around) counts against one in colour; 0 for none
  double balance = 0.3;    ///< patches: by how much dearer a place is for each further copy of it
  int reach = 0;           ///< pixels from the hole to what is copied, at most: what is near is most alike. 0 is as far
                           ///< as the hole is wide, at least 64, or anywhere if donor masks or other pictures are given
  std::uint64_t seed = 0;  ///< same seed, same output, whatever the threads; and the same on every device and
                           ///< instruction set where distances are SquaredDifference on 8-bit elements
  Tiling tiling = Tiling::none;  ///< the picture continues at its other side, and goes on to do so
  bool steal = true;             ///< patches: pixels are stolen whole from what voted; else they are means, and softer
  bool provenance = false;       ///< keep where each pixel came from, 12 bytes a pixel; not of means
  std::vector<Mask2> donors{};   ///< what may be copied, of the picture and then of each other one; none: all that is
                                 ///< known
  Guide guide{};                 ///< what the hole should be like where: maps of the picture and of each other one as
                                 ///< donors, and one of the picture as it should become
};

namespace detail {

/// Side of what is compared, in pixels.
constexpr int fill_patch(const InpaintOptions& o) noexcept {
  if (o.patch != 0) return o.patch;
  return o.method == InpaintMethod::patches ? 7 : o.method == InpaintMethod::structure ? 9 : 11;
}

/// What patch_setup() reads.
struct FillOptions {
  Shape<2> size;
  int patch, rounds, coarsest;
  std::uint64_t seed;
  Tiling tiling;
  std::vector<Mask2> example_masks;
  Mask2 output_mask;
  Guide guide;
};

/// Everything about a hole that does not depend on the method: pictures without what the hole holds, donor masks.
template <class E, class Device>
struct Hole {
  using View = TensorView<const E, 3, Device>;
  Shape<2> size;
  Mask2 mask;
  Tensor<E, 3, Device> picture;  ///< 0 in the hole, so that nothing there matters
  std::vector<View> examples;    ///< the picture first
  std::vector<std::uint8_t> known;
  std::vector<Mask2> donors;

  Hole(const char* function, const View& from, const std::vector<View>& others, const Mask2& hole,
       const InpaintOptions& o, const Device& device)
      : size{from.shape(0), from.shape(1)}, mask{hole}, picture({0, 0, 1}, device) {
    require(from.size() > 0, function, "number of elements of the picture", from.size(), "at least 1");
    require(!hole.empty(), function, "hole", "missing", "a mask of the picture's size");
    require(hole.height == size[0] && hole.width == size[1], function, "size of the hole",
            extent_text(hole.height, hole.width), extent_text(size[0], size[1]) + ", that of the picture");
    require(o.donors.empty() || o.donors.size() == others.size() + 1, function, "number of donor masks",
            o.donors.size(), std::to_string(others.size() + 1) + ", one for each picture");
    const Mask2 own = o.donors.empty() ? Mask2{} : o.donors[0];
    require(own.empty() || (own.height == size[0] && own.width == size[1]), function, "size of the donor mask",
            extent_text(own.height, own.width), extent_text(size[0], size[1]) + ", that of the picture");
    std::vector<E> values = download(from, device);
    const index_t channels = from.shape(2);
    for (index_t i = 0; i < size.size(); ++i) {
      const index_t y = i / size[1], x = i % size[1];
      known.push_back(!hole(y, x) && own(y, x) ? 1 : 0);
      for (index_t c = 0; hole(y, x) && c < channels; ++c) values[static_cast<std::size_t>(i * channels + c)] = E{};
    }
    picture = upload<Device>(from.shape(), values, device);
    if (o.reach > 0 || (o.donors.empty() && others.empty())) keep_near(o);
    examples.push_back(std::as_const(picture).view());
    donors.push_back({known.data(), size[0], size[1]});
    for (std::size_t e = 0; e < others.size(); ++e) {
      examples.push_back(others[e]);
      donors.push_back(o.donors.empty() ? Mask2{} : o.donors[e + 1]);
    }
    check_examples(function, examples, device, donors);
    bool any = false;
    for (const std::uint8_t yes : known) any = any || yes != 0;
    for (std::size_t e = 1; e < examples.size(); ++e) {
      for (index_t i = 0; !any && i < examples[e].shape(0) * examples[e].shape(1); ++i) {
        any = donors[e](i / examples[e].shape(1), i % examples[e].shape(1));
      }
    }
    require(any, function, "number of pixels that may be copied", 0,
            "at least 1, outside of the hole where donor masks allow it, or in other pictures");
  }
  Hole(const Hole&) = delete;  // the views are of its own members
  Hole& operator=(const Hole&) = delete;

  // Leaves the donors near the hole, where there is room for patches among them.
  void keep_near(const InpaintOptions& o) {
    constexpr index_t kLeastReach = 64, kLeastRoom = 16;
    const index_t reach = o.reach > 0 ? o.reach : max_of<index_t>(largest_square(mask), kLeastReach);
    std::vector<std::uint8_t> near = around_hole(mask, reach, tiles_rows(o.tiling), tiles_columns(o.tiling));
    for (std::size_t i = 0; i < near.size(); ++i) near[i] = near[i] != 0 && known[i] != 0 ? 1 : 0;
    if (o.reach > 0 || largest_square(Mask2{near.data(), size[0], size[1]}) >= kLeastRoom) known = std::move(near);
  }

  bool wanted() const {
    for (index_t i = 0; i < size.size(); ++i) {
      if (mask(i / size[1], i % size[1])) return true;
    }
    return false;
  }
};

/// The picture that sources (height, width, 3) make.
template <class E, class Device>
TextureResult<E, Device> filled(const Hole<E, Device>& hole, std::vector<int> sources, bool keep, StopReason reason,
                                const Device& device) {
  complete_sources(hole.mask, hole.donors, sources);
  const index_t h = hole.size[0], w = hole.size[1], channels = hole.picture.shape(2);
  auto provenance = upload<Device>(Shape<3>{{h, w, 3}}, sources, device);
  Tensor<E, 3, Device> image({h, w, channels}, device);
  const DeviceArray<TensorView<const E, 3, Device>, Device> views(hole.examples, device);
  device.for_each_piece(h * w, 8 * channels,
                        StealPixels<E, Device>{views.data(), provenance.data(), image.data(), channels});
  device.synchronize();
  if (!keep) provenance = Tensor<int, 3, Device>({0, 0, 3}, device);
  return {std::move(image), std::move(provenance), reason};
}

template <class E, class Device, class Distance, class Searcher, class Watch>
TextureResult<E, Device> fill_by_patches(const char* function, const Hole<E, Device>& hole, const InpaintOptions& o,
                                         const Distance& distance, const Searcher& searcher, const Device& device,
                                         Watch& watch) {
  const FillOptions f{hole.size, fill_patch(o), o.rounds,  o.coarsest, o.seed,
                      o.tiling,  hole.donors,   hole.mask, o.guide};
  const WeightedExamples weighted(function, hole.examples, hole.donors, {});
  PatchSetup setup = patch_setup(function, hole.examples, weighted, f);
  setup.guides = checked_guide(function, hole.examples, hole.size, o.guide);
  setup.fill = true;
  setup.ratio = 2.0;
  setup.robust = true;
  setup.roughness = o.roughness;
  setup.balance = o.balance;
  using W = searched_t<E>;
  PatchSynthesis<E, W, Device, Distance, Searcher> run(device, hole.examples, setup, distance, searcher);
  const StopReason reason = run.run(onion_peel(run, setup, distance, device), watch);
  auto result = filled(hole, download(run.steal()), o.provenance && o.steal, reason, device);
  if (o.steal) return result;
  std::vector<E> values = download(result.image);
  const std::vector<E> means = download(run.mean());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const index_t pixel = static_cast<index_t>(i) / hole.picture.shape(2);
    if (hole.mask(pixel / hole.size[1], pixel % hole.size[1])) values[i] = means[i];
  }
  result.image = upload<Device>(result.image.shape(), values, device);
  return result;
}

/// Lines first: the order of StructureOrder, in which PixelGrower copies whole patches.
template <class E, class Device, class Distance, class Watch>
TextureResult<E, Device> fill_by_structure(const char* function, const Hole<E, Device>& hole, const InpaintOptions& o,
                                           const Distance& distance, const Device& device, Watch& watch) {
  const int patch = fill_patch(o), half = max_of(1, patch - 1);
  require(patch >= 1 && patch <= 64, function, "patch", patch, "1 to 64");
  WindowProblem<E, Device, Distance> problem(device, hole.examples, hole.donors, distance, half, hole.size,
                                             tiles_rows(o.tiling), tiles_columns(o.tiling),
                                             window_guide(function, o.guide, hole.examples, hole.size));
  require(problem.fits(), function, "number of channels", problem.channels(),
          "fewer for 8-bit elements and so large a patch: their sums are kept in 31 bits");
  GrowthSetup setup{patch, 1e300, o.seed, {}, {}, patch};
  for (index_t i = 0; i < hole.size.size(); ++i) {
    setup.state.push_back(hole.mask(i / hole.size[1], i % hole.size[1]) ? 1 : 2);
  }
  auto image = upload<Device>(hole.picture.shape(), download(hole.picture), device);
  Tensor<int, 3, Device> provenance({hole.size[0], hole.size[1], 3}, device);
  device.for_each_index(provenance.size(), SetAll<int>{provenance.data(), -1});
  PixelGrower<E, Device, Distance, ArgMin, StructureOrder> grower(problem, setup, ArgMin{});
  const StopReason reason = grower.run(image, provenance, watch);
  return filled(hole, download(provenance), o.provenance, reason, device);
}

template <class E, class Device, class Distance, class Watch>
TextureResult<E, Device> fill_by_pixels(const Hole<E, Device>& hole, const InpaintOptions& o, const Distance& distance,
                                        const Device& device, Watch& watch) {
  EfrosLeungOptions e{.window = fill_patch(o),
                      .seed = o.seed,
                      .tiling = o.tiling,
                      .provenance = true,
                      .example_masks = hole.donors,
                      .output_mask = hole.mask,
                      .guide = o.guide};
  const auto made = efros_leung_fill(hole.picture, hole.examples, e, distance, device, watch);
  return filled(hole, download(made.provenance), o.provenance, made.reason, device);
}

template <class Picture, class View, class... Policies>
auto inpaint_views(const Picture& owner, const View& picture, const std::vector<View>& others, const Mask2& hole,
                   const InpaintOptions& o, Policies&... policies) {
  constexpr const char* kName = "inpaint";
  using E = typename View::value_type;
  using Device = typename View::device_type;
  using Call = MethodCall<PatchFamilies, Picture, Policies...>;
  PASTICHE_CHECK_CALL(Call, "inpaint", "ElementDistance, FieldSearcher, DevicePolicy, Observer");
  const Device device = Call(owner, policies...).device;
  const auto distance = pick<OfDistance<scalar_t<searched_t<E>>>>(SquaredDifference{}, policies...);
  const auto searcher = pick<OfFieldSearcher<searched_t<E>, Device>>(PatchMatch{.sweeps = 2}, policies...);
  Unobserved nobody;
  auto& watch = pick_reference<OfObserver>(nobody, policies...);
  (validate_policy(policies, kName), ...);
  require(o.roughness >= 0 && o.roughness <= 1000, kName, "roughness", o.roughness, "0 to 1000");
  require(o.balance >= 0 && o.balance <= 1000, kName, "balance", o.balance, "0 to 1000");
  require(o.reach >= 0, kName, "reach", o.reach, "at least 0");
  const bool odd = o.patch == 0 || (o.patch >= 3 && o.patch <= 255 && o.patch % 2 == 1);
  require(o.method != InpaintMethod::pixel || odd, kName, "patch", o.patch,
          "an odd number, 3 to 255, for the method pixel; or 0 for 11");
  const Hole<E, Device> all(kName, picture, others, hole, o, device);
  check_guide(kName, all.examples, all.size, o.guide);
  if (!all.wanted()) {
    return filled(all, std::vector<int>(static_cast<std::size_t>(3 * all.size.size()), -1), o.provenance,
                  StopReason::finished, device);
  }
  if (o.method == InpaintMethod::structure) return fill_by_structure(kName, all, o, distance, device, watch);
  if (o.method == InpaintMethod::pixel) return fill_by_pixels(all, o, distance, device, watch);
  return fill_by_patches(kName, all, o, distance, searcher, device, watch);
}

}  // namespace detail

/// A picture whose hole is filled with copies of what else it shows. All other pixels stay as they are, to the bit, and
/// what the hole holds does not matter.
///
/// Policies may follow the options in any order, at most one a family: an ElementDistance (SquaredDifference), a
/// FieldSearcher (PatchMatch with two sweeps), a device (that of the picture if it is a tensor, otherwise a default one
/// of its memory) and an Observer, which is called after each round and may stop the work: the output then is what
/// there was, at full size.
///
/// \param picture (height, width, channel) or (height, width), of integers of 8 or 16 bits or of scalars, with any
/// number
///        of channels
/// \param hole (height, width) of the picture: nonzero where it is to be filled
/// \param options method, seed, donors and the other settings
/// \param policies as above, in any order
/// \return TextureResult: the picture; where each pixel came from if asked for (a known pixel from itself; example 0 is
///         the picture, the others follow); reason
/// \throws InvalidArgument on empty pictures, known pixels that are not finite, masks or guides of other sizes, no
/// pixel
///         to copy from, or settings out of their range
/// \code
/// auto without = inpaint(photo, mask_of(mask), {.seed = 7});
/// \endcode
template <class Picture, class... Policies>
auto inpaint(const Picture& picture, const Mask2& hole, const InpaintOptions& options = {}, Policies&&... policies) {
  const auto view = detail::picture_view(picture);
  return detail::inpaint_views(picture, view, std::vector<std::remove_cv_t<decltype(view)>>{}, hole, options,
                               policies...);
}

/// The same with other pictures to copy from beside the picture itself; a donor mask of zeros leaves that out.
/// \param picture, hole, options, policies as above
/// \param others a range of pictures, of the picture's elements, channels and memory
template <class Picture, class Others, class... Policies>
  requires requires(const Others& others) { std::begin(others); }
auto inpaint(const Picture& picture, const Mask2& hole, const Others& others, const InpaintOptions& options,
             Policies&&... policies) {
  const auto view = detail::picture_view(picture);
  const auto views = detail::views_of(others);
  using View = std::remove_cv_t<decltype(view)>;
  static_assert(std::same_as<View, typename std::remove_cvref_t<decltype(views)>::value_type>,
                "inpaint: the other pictures have other elements or lie in other memory than the picture");
  return detail::inpaint_views(picture, view, views, hole, options, policies...);
}

}  // namespace pastiche
