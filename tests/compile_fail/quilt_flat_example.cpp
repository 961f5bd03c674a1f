// error: an example is a rank-3 image
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

auto f(const pastiche::Tensor<float, 2, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}});
}
