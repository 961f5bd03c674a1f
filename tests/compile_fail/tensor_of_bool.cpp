// error: Element
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

void f() {
  pastiche::Tensor<bool, 2, pastiche::Cpu> mask({4, 4});
}
