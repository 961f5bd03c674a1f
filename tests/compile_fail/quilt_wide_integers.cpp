// error: integers have 8 or 16 bits
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

auto f(const pastiche::Tensor<int, 3, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}});
}
