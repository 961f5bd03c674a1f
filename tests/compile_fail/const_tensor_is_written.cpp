// error: mutable_view_of
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

void f(const pastiche::Tensor<float, 2, pastiche::Cpu>& fixed) {
  pastiche::mutable_view_of(fixed)(0, 0) = 1.0f;
}
