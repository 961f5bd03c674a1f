// SPDX-License-Identifier: MIT
/// \file
/// Blends that look at the whole picture once all of it is placed: the concept.
#pragma once

#include <pastiche/device/device.hpp>
#include <pastiche/tensor/mask.hpp>
#include <pastiche/tensor/view.hpp>

#include <concepts>
#include <vector>

namespace pastiche {

/// A picture put together from examples, and where its pixels are from.
template <Element E, class Device>
struct StolenPicture {
  TensorView<E, 3, Device> image;               ///< (height, width, channel), to be changed in place
  TensorView<const int, 3, Device> provenance;  ///< (height, width, 3): example, row, column; example -1: not made
  std::vector<TensorView<const E, 3, Device>> examples;
  std::vector<Mask2> example_masks;              ///< what may be stolen, one for each example; none: everything
  bool wrap_rows = false, wrap_columns = false;  ///< axes along which the picture continues at its other side
};

/// A rule that changes a picture so that its seams show less. It must leave alone what was not made.
template <class B, class E, class Device>
concept FinishingBlend = requires(const B& blend, const StolenPicture<E, Device>& picture, const Device& device) {
  { blend.finish(picture, device) } -> std::same_as<void>;
};

}  // namespace pastiche
