#include <pastiche/pastiche.hpp>
#if defined(CONSUMER_HAS_EIGEN)
#  include <pastiche/linalg/eigen.hpp>
#endif
#if defined(CONSUMER_HAS_IO)
#  include <pastiche/io/image.hpp>
#endif

std::uint32_t draw(std::uint64_t seed) {
  return pastiche::CounterRng(seed, 0, 0).next();
}
