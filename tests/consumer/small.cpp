// The shortest program that has an array and a device: enough to see that headers, xtensor and threads arrive.
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

#if defined(CONSUMER_HAS_OPENMP) != defined(_OPENMP)
#  error "pastiche::openmp is linked, but the compiler was not told; or it was told without being asked"
#endif

int main() {
  const pastiche::Cpu two{.threads = 2};
  const pastiche::Tensor<float, 3, pastiche::Cpu> image({4, 5, 3});
#if defined(_OPENMP)
  const int expected = 2;
#else
  const int expected = 1;
#endif
  return image.size() == 60 && two.team() == expected ? 0 : 1;
}
