// error: deleted function
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/mask.hpp>
#include <pastiche/tensor/tensor.hpp>

auto f() {
  return pastiche::mask_of(pastiche::Tensor<std::uint8_t, 2, pastiche::Cpu>({4, 4}));
}
