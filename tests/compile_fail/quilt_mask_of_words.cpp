// error: a mask is a rank-2 array of bytes
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/mask.hpp>
#include <pastiche/tensor/tensor.hpp>

auto f(const pastiche::Tensor<std::uint16_t, 2, pastiche::Cpu>& mask) {
  return pastiche::mask_of(mask);
}
