// Prints the hash of its units, which must agree.
#include <cstdint>
#include <cstdio>

std::uint64_t quilt_plain();
#if defined(MIXED)
std::uint64_t quilt_x86_64_v3();
#endif

int main() {
  const std::uint64_t hash = quilt_plain();
#if defined(MIXED)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && quilt_x86_64_v3() != hash) {
    std::puts("units of different -march disagree");
    return 1;
  }
#endif
  std::printf("%016llx\n", static_cast<unsigned long long>(hash));
  return 0;
}
