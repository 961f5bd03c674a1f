// error: an example is an array of three axes
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

auto f(const pastiche::Tensor<float, 4, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}});
}
