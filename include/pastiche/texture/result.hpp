// SPDX-License-Identifier: MIT
/// \file
/// What texture methods return, and how it is replayed on other maps.
#pragma once

#include <pastiche/core/observer.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <cstdint>
#include <vector>

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

/// Where the patches of an output come from, and what the vote of each counts. replay() of texture/patch_texture.hpp
/// averages other maps of the examples by them.
template <DevicePolicy Device>
struct TextureVotes {
  int patch;                                ///< side in pixels
  bool wrap_rows, wrap_columns;             ///< patches go on at the other side of the output
  Shape<2> size;                            ///< of the output
  Tensor<int, 3, Device> sources;           ///< (rows, columns, 3): example, row, column of the corner; -1: none
  Tensor<std::int32_t, 2, Device> weights;  ///< (rows, columns), 0 to 2047
  /// (height, width), row by row in host memory: 0 where nothing was made. Empty: everything was.
  std::vector<std::uint8_t> wanted{};
};

/// A texture that patches voted for.
template <Element E, DevicePolicy Device>
struct PatchTextureResult {
  Tensor<E, 3, Device> image;  ///< (height, width, channel); 0 where nothing was made
  /// (height, width, 3): example, row and column each pixel was stolen from; -1 where nothing was made. Empty unless
  /// asked for, and where pixels are averages.
  Tensor<int, 3, Device> provenance;
  TextureVotes<Device> votes;  ///< empty unless asked for
  StopReason reason;
};

}  // namespace pastiche
