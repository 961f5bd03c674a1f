// error: (could not convert|no viable conversion|conversion from).*TensorView<
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

void writes(pastiche::TensorView<float, 2, pastiche::Cpu>);

void f(const pastiche::Tensor<float, 2, pastiche::Cpu>& fixed) {
  writes(fixed.view());
}
