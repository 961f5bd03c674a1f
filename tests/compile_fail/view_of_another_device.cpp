// error: (could not convert|no viable conversion|no matching function).*TensorView<
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

struct Elsewhere : pastiche::Cpu {};
void runs_elsewhere(pastiche::TensorView<const float, 2, Elsewhere>);

void f(const pastiche::Tensor<float, 2, pastiche::Cpu>& here) {
  runs_elsewhere(here.view());
}
