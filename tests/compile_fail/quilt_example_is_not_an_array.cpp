// error: an example is a Tensor, a view, or an array with ViewTraits
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

#include <vector>

auto f(const std::vector<float>& image) {
  return pastiche::quilt(image, {.size = {8, 8}});
}
