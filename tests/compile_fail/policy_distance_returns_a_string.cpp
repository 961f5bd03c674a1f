// error: models none of ElementDistance, Sampler
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

#include <string>

struct NotADistance {
  std::string operator()(float, float) const noexcept;
};

auto f(const pastiche::Tensor<float, 3, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}}, NotADistance{});
}
