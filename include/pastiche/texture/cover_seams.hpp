// SPDX-License-Identifier: MIT
/// \file
/// Covers the seams of any texture whose pixels are known by their sources.
#pragma once

#include <pastiche/seam/poisson_blend.hpp>
#include <pastiche/texture/examples.hpp>

#include <concepts>
#include <vector>

namespace pastiche {

/// Settings of cover_seams().
struct CoverOptions {
  Tiling tiling = Tiling::none;
  std::vector<Mask2> example_masks{};  ///< what may be looked at, one for each example; none: everything
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// 1 for a pixel whose source lies in no example.
template <class E, class Device>
struct CountSourcesOutside {
  const TensorView<const E, 3, Device>* examples;
  int count;
  const int* provenance;
  PASTICHE_HD std::int64_t operator()(index_t i) const noexcept {
    const int* source = provenance + 3 * i;
    if (source[0] < 0) return 0;
    if (source[0] >= count) return 1;
    const auto& from = examples[source[0]];
    return source[1] < 0 || source[2] < 0 || source[1] >= from.shape(0) || source[2] >= from.shape(1) ? 1 : 0;
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

/// The picture after a FinishingBlend, by default PoissonBlend. What was not made stays as it is.
///
/// \param image (height, width, channel): made by quilt() or any method that keeps provenance
/// \param provenance (height, width, 3): example, row and column of each pixel; example -1 where nothing was made
/// \param examples one picture or a range of them, as the method was given
/// \param options tiling and masks, as the method was given
/// \param blend what is done
/// \throws InvalidArgument where sizes or channels do not fit, or a source lies in no example
template <Element E, DevicePolicy Device, class Examples, class Blend = PoissonBlend>
Tensor<E, 3, Device> cover_seams(const Tensor<E, 3, Device>& image, const Tensor<int, 3, Device>& provenance,
                                 const Examples& examples, const CoverOptions& options = {}, const Blend& blend = {}) {
  const auto views = detail::views_of(examples);
  static_assert(std::same_as<decltype(views), const std::vector<TensorView<const E, 3, Device>>>,
                "cover_seams: examples have the elements and the device of the image");
  static_assert(FinishingBlend<Blend, E, Device>, "cover_seams: the last argument models no FinishingBlend");
  const Device& device = image.device();
  detail::check_examples("cover_seams", views, device, options.example_masks);
  if constexpr (requires { blend.validate("cover_seams"); }) blend.validate("cover_seams");
  require(image.shape(2) == views[0].shape(2), "cover_seams", "number of channels", image.shape(2), views[0].shape(2));
  const bool fits = provenance.shape() == Shape<3>{{image.shape(0), image.shape(1), 3}};
  require(fits, "cover_seams", "size of the provenance",
          detail::extent_text(provenance.shape(0), provenance.shape(1)) + " by " + std::to_string(provenance.shape(2)),
          detail::extent_text(image.shape(0), image.shape(1)) + " by 3");
  const DeviceArray<TensorView<const E, 3, Device>, Device> table(views, device);
  const std::int64_t outside = device.reduce_index(
      image.shape(0) * image.shape(1), std::int64_t{0},
      detail::CountSourcesOutside<E, Device>{table.data(), static_cast<int>(views.size()), provenance.data()},
      detail::AddCounts{});
  require(outside == 0, "cover_seams", "number of sources in no example", outside, "none");

  Tensor<E, 3, Device> covered = image;
  blend.finish(StolenPicture<E, Device>{covered.view(), provenance.view(), views, options.example_masks,
                                        tiles_rows(options.tiling), tiles_columns(options.tiling)},
               device);
  return covered;
}

}  // namespace pastiche
