// error: the Sampler does not take these distances
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

/// Knows floats alone; distances of bytes are integers.
struct OfFloats {
  using Context = pastiche::DrawContext<float>;
  float limit(const Context& context) const noexcept { return context.least; }
  std::int64_t key(const Context&, float, std::uint32_t bits) const noexcept { return bits; }
  std::int64_t least_key(const Context&, float) const noexcept { return 0; }
};

auto f(const pastiche::Tensor<std::uint8_t, 3, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}}, OfFloats{});
}
