// error: models none of ElementDistance, Sampler
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

struct NoEngine {
  template <class Problem, class Distance>
  int prepare(const Problem&, const Distance&) const {
    return 0;
  }
};

auto f(const pastiche::Tensor<float, 3, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}}, NoEngine{});
}
