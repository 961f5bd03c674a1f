// SPDX-License-Identifier: MIT
/// \file
/// What texture methods return, and how it is replayed on other maps.
#pragma once

#include <pastiche/core/observer.hpp>
#include <pastiche/tensor/tensor.hpp>

namespace pastiche {

/// A texture whose pixels are each stolen whole from one place.
template <Element E, DevicePolicy Device>
struct TextureResult {
  Tensor<E, 3, Device> image;  ///< (height, width, channel); 0 where nothing was made
  /// (height, width, 3): example, row and column each pixel was stolen from; -1 where nothing was made. Empty unless
  /// asked for.
  Tensor<int, 3, Device> provenance;
  StopReason reason;
};

}  // namespace pastiche
