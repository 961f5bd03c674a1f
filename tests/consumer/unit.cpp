// One unit of a program whose units have different -march flags. UNIT is the name of its function.
#include <pastiche/core/random.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

std::uint64_t UNIT();

// A hash of a texture of 8-bit pixels: their choices are whole numbers, equal on every instruction set.
std::uint64_t UNIT() {
  using namespace pastiche;
  Tensor<std::uint8_t, 3, Cpu> example({40, 48, 3});
  CounterRng draw(3, 0, 0);
  for (index_t i = 0; i < example.size(); ++i) example.data()[i] = static_cast<std::uint8_t>(draw.next() >> 24);
  const auto made = quilt(example, {.size = {60, 70}, .seed = 5}, Cpu{.threads = 2});
  std::uint64_t hash = 0;
  for (index_t i = 0; i < made.image.size(); ++i) hash = (hash ^ made.image.data()[i]) * 1099511628211U;
  return hash;
}
