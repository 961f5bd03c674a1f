// error: models none of ElementDistance, Sampler
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

struct Weight {
  template <class D>
  float operator()(const pastiche::Overlap<D>&, int, int) const noexcept {
    return 0.5f;
  }
};

auto f(const pastiche::Tensor<float, 3, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}}, Weight{});
}
