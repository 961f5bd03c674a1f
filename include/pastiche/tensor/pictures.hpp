// SPDX-License-Identifier: MIT
/// \file
/// Pictures as methods take them: anything viewable of two or three axes, one or several.
#pragma once

#include <pastiche/tensor/view.hpp>

#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace pastiche::detail {

/// A picture as a view (height, width, channel); an array of two axes is a picture of one channel.
template <Viewable Example>
auto picture_view(const Example& example) {
  const auto view = view_of(example);
  using View = view_of_t<Example>;
  static_assert(View::rank == 2 || View::rank == 3,
                "pastiche: an example is an array of three axes (height, width, channel), or of two");
  if constexpr (View::rank == 3) {
    return view;
  } else {
    using Picture = TensorView<const typename View::value_type, 3, typename View::device_type>;
    return Picture(view.data(), {view.shape(0), view.shape(1), 1}, {view.stride()[0], view.stride()[1], 1});
  }
}

/// One example or a range of them, as views.
template <class Examples>
auto views_of(const Examples& examples) {
  if constexpr (Viewable<Examples>) {
    return std::vector{picture_view(examples)};
  } else {
    using Each = std::remove_cvref_t<decltype(*std::begin(examples))>;
    static_assert(
        Viewable<Each>,
        "pastiche: an example is a Tensor, a view, or an array with ViewTraits (those of other libraries are in "
        "pastiche/interop); or a range of them");
    std::vector<decltype(picture_view(std::declval<const Each&>()))> views;
    for (const Each& example : examples) views.push_back(picture_view(example));
    return views;
  }
}

/// The device that made the examples, threads and stream included, where they are tensors; otherwise a default one.
template <class Device, class Examples>
Device device_of_examples(const Examples& examples) {
  if constexpr (requires { Device(examples.device()); }) {
    return examples.device();
  } else if constexpr (requires { Device(std::begin(examples)->device()); }) {
    return std::begin(examples) != std::end(examples) ? std::begin(examples)->device() : Device{};
  } else {
    return Device{};
  }
}

}  // namespace pastiche::detail
