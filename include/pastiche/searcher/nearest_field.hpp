// SPDX-License-Identifier: MIT
/// \file
/// The nearest patches of every patch of a picture, in one call.
#pragma once

#include <pastiche/core/policy.hpp>
#include <pastiche/searcher/exhaustive.hpp>
#include <pastiche/searcher/field_search.hpp>
#include <pastiche/tensor/pictures.hpp>

#include <type_traits>

namespace pastiche {

namespace detail {

/// The policies nearest_field() knows, by what their concept says of this picture.
template <class E, class Device>
struct FieldFamilies {
  struct OfDevice {
    template <class X>
    static constexpr bool holds = DevicePolicy<X>;
  };
  struct OfDistance {
    template <class X>
    static constexpr bool holds = ElementDistance<X, scalar_t<E>>;
  };
  struct OfSearcher {
    template <class X>
    static constexpr bool holds = FieldSearcher<X, E, Device, SquaredDifference>;
  };
  using List = PolicyList<OfDevice, OfDistance, OfSearcher>;
};

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
  const auto view = detail::picture_view(picture);
  const auto views = detail::views_of(examples);
  using View = std::remove_cv_t<decltype(view)>;
  using E = typename View::value_type;
  using Device = typename View::device_type;
  static_assert(!std::integral<E> || sizeof(E) <= 2,
                "nearest_field: integers have 8 or 16 bits; convert_elements() makes them");
  static_assert(std::same_as<std::vector<TensorView<const E, 3, Device>>, std::remove_cv_t<decltype(views)>>,
                "nearest_field: the examples have the elements and the device of the picture");
  using F = detail::FieldFamilies<E, Device>;
  static_assert(F::List::template all_known<Policies...>,
                "nearest_field: an argument after the options models none of ElementDistance, FieldSearcher, "
                "DevicePolicy");
  static_assert(F::List::template none_ambiguous<Policies...>,
                "nearest_field: an argument after the options models more than one of ElementDistance, FieldSearcher, "
                "DevicePolicy");
  static_assert(F::List::template none_twice<Policies...>,
                "nearest_field: two arguments after the options belong to one family of policies");

  const auto device = pick<typename F::OfDevice>(detail::device_of_examples<Device>(picture), policies...);
  static_assert(std::same_as<std::remove_cv_t<decltype(device)>, Device>,
                "nearest_field: the device is not the one whose memory holds the picture");
  const auto distance = pick<typename F::OfDistance>(SquaredDifference{}, policies...);
  const auto searcher = pick<typename F::OfSearcher>(ExhaustiveSearch{}, policies...);
  static_assert(FieldSearcher<std::remove_cv_t<decltype(searcher)>, E, Device, std::remove_cv_t<decltype(distance)>>,
                "nearest_field: the FieldSearcher does not know this distance");
  (validate_policy(policies, "nearest_field"), ...);
  return searcher.search(detail::field_problem("nearest_field", device, view, views, options), distance);
}

}  // namespace pastiche
