// error: models none of ElementDistance, Sampler
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

struct MayThrow {
  template <class D>
  void operator()(const pastiche::Overlap<D>&) const {}
};

auto f(const pastiche::Tensor<float, 3, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}}, MayThrow{});
}
