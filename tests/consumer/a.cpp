// Uses the library as a program of someone else would; b.cpp includes the same headers once more.
#include <pastiche/pastiche.hpp>
#if defined(CONSUMER_HAS_EIGEN)
#  include <pastiche/linalg/eigen.hpp>
#endif
#if defined(CONSUMER_HAS_IO)
#  include <pastiche/io/image.hpp>
#endif

std::uint32_t draw(std::uint64_t seed);

int main() {
  const pastiche::Tensor<float, 3, pastiche::Cpu> image({4, 5, 3});
  const bool good = image.size() == 60 && draw(7) == pastiche::CounterRng(7, 0, 0).next();
  return good ? 0 : 1;
}
