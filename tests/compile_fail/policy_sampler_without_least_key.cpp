// error: models none of ElementDistance, Sampler
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

struct Unbounded {
  float limit(const pastiche::DrawContext<float>& context) const noexcept { return context.least; }
  std::int64_t key(const pastiche::DrawContext<float>&, float, std::uint32_t bits) const noexcept { return bits; }
};

auto f(const pastiche::Tensor<float, 3, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}}, Unbounded{});
}
