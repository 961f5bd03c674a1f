// SPDX-License-Identifier: MIT
/// \file
/// What must hold of every texture stolen pixel by pixel: each pixel is that of its source.
#pragma once

#include "texture/quilt_checks.hpp"

#include <pastiche/texture/result.hpp>

#include <vector>

namespace pastiche::test {

/// The number of elements that are not those of their source, and of pixels without a source that are not 0.
template <Element E, DevicePolicy Device>
index_t wrong_elements(const TextureResult<E, Device>& result, const std::vector<HostPicture>& examples) {
  const HostPicture image = on_host(result.image);
  const std::vector<int> provenance = download(result.provenance);
  if (static_cast<index_t>(provenance.size()) != 3 * image.height * image.width) return -1;
  index_t wrong = 0;
  for (index_t i = 0; i < image.height * image.width; ++i) {
    const int* from = provenance.data() + 3 * i;
    for (index_t c = 0; c < image.channels; ++c) {
      const double value = image(i / image.width, i % image.width, c);
      double expected = 0.0;
      if (from[0] >= 0) {
        const HostPicture& example = examples[static_cast<std::size_t>(from[0])];
        if (from[1] < 0 || from[1] >= example.height || from[2] < 0 || from[2] >= example.width) return -1;
        expected = example(from[1], from[2], c);
      }
      wrong += value == expected ? 0 : 1;
    }
  }
  return wrong;
}

}  // namespace pastiche::test
