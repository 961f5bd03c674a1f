// error: no match
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

float f(const pastiche::Tensor<float, 3, pastiche::Cpu>& image) {
  return image.view()(1, 2);
}
