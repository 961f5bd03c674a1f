// SPDX-License-Identifier: MIT
/// \file
/// The nearest patches of every patch of a picture, in one call.
#pragma once

#include <pastiche/searcher/exhaustive.hpp>
#include <pastiche/searcher/field_search.hpp>
#include <pastiche/searcher/method_call.hpp>

#include <type_traits>

namespace pastiche {

namespace detail {

/// The policies nearest_field() knows.
template <class E, class Device>
using FieldFamilies = PolicyList<OfDevice, OfDistance<scalar_t<E>>, OfFieldSearcher<E, Device>>;

}  // namespace detail

/// For every patch of `picture` the nearest patches of the examples.
///
/// Policies may follow the options in any order, at most one a family: an ElementDistance (SquaredDifference), a
/// FieldSearcher (ExhaustiveSearch), and a device (that of the picture if it is a tensor, otherwise a default one of
/// its memory).
///
/// \param picture  (height, width, channel) or (height, width), of integers of 8 or 16 bits or of scalars, with any
///                 number of channels. Pixels follow one another in a row, rows may be apart
/// \param examples a picture of the same elements, device and channels, or a range of pictures. May be `picture`
///                 itself: then `apart` keeps a patch from finding itself
/// \param options  side of a patch, number of neighbours, masks, window
/// \param policies as above, in any order
/// \throws InvalidArgument on unequal channels, pictures smaller than a patch, masks of other sizes or that leave
///         nothing, or settings out of their range
/// \code
/// auto field = nearest_field(photo, bricks, {.patch = 7, .nearest = 2}, Cpu{.threads = 2});
/// \endcode
template <Viewable Picture, class Examples, class... Policies>
auto nearest_field(const Picture& picture, const Examples& examples, const FieldOptions& options,
                   const Policies&... policies) {
  using Call = detail::MethodCall<detail::FieldFamilies, Picture, Policies...>;
  using E = typename Call::Element;
  using Device = typename Call::Device;
  PASTICHE_CHECK_CALL(Call, "nearest_field", "ElementDistance, FieldSearcher, DevicePolicy");
  const Call call(picture, policies...);
  const Device device = call.device;
  const auto views = detail::views_of(examples);
  static_assert(std::same_as<typename Call::Views, std::remove_cv_t<decltype(views)>>,
                "nearest_field: the examples have the elements and the device of the picture");
  const auto distance = pick<detail::OfDistance<scalar_t<E>>>(SquaredDifference{}, policies...);
  const auto searcher = pick<detail::OfFieldSearcher<E, Device>>(ExhaustiveSearch{}, policies...);
  static_assert(FieldSearcher<std::remove_cv_t<decltype(searcher)>, E, Device, std::remove_cv_t<decltype(distance)>>,
                "nearest_field: the FieldSearcher does not know this distance");
  (validate_policy(policies, "nearest_field"), ...);
  return searcher.search(detail::field_problem("nearest_field", device, call.views[0], views, options), distance);
}

}  // namespace pastiche
