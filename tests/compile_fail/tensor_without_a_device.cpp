// error: DevicePolicy
// SPDX-License-Identifier: MIT
#include <pastiche/tensor/tensor.hpp>

struct NotADevice {};

void f() {
  pastiche::Tensor<float, 2, NotADevice> image({4, 4});
}
