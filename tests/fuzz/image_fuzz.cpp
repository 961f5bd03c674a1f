// SPDX-License-Identifier: MIT
// fuzz: libraries=pastiche::io
// Whatever the bytes are, reading them as a picture or as a .npy array gives one or throws an IoError of one line, the
// same each time, and takes no more memory than docs/io.md says. See driver.hpp for how it is run.
#include "fuzz/driver.hpp"
#include "fuzz/seeds.hpp"

#include <malloc.h>
#include <sys/resource.h>

namespace {

using namespace pastiche;
using fuzz::FileBytes;

constexpr index_t kMostPixels = index_t{1} << 16;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "image_fuzz: %s\n", what);
  std::abort();
}

// What docs/io.md allows for a picture.
constexpr std::size_t memory_for(index_t height, index_t width, std::size_t file_size) {
  return 32 * static_cast<std::size_t>((height + 32) * (width + 32)) + 4 * file_size + (std::size_t{1} << 20);
}
// A line of pixels is padded most.
constexpr std::size_t kMostMemory = memory_for(1, kMostPixels, 0);

#if defined(PASTICHE_FUZZ_ASAN)
std::size_t allocated = 0, allocated_before = 0, most_allocated = 0;

void count_allocation(const volatile void*, std::size_t bytes) {
  allocated += bytes;
  most_allocated = (std::max)(most_allocated, allocated);
}
void count_release(const volatile void* memory) {
  if (memory != nullptr) allocated -= __sanitizer_get_allocated_size(memory);
}
void start_count() {
  most_allocated = allocated;
  allocated_before = allocated;
}
void check_memory(std::size_t most) {
  if (most_allocated - allocated_before > most) fail("too much memory");
}
void watch_memory() {
  if (__sanitizer_install_malloc_and_free_hooks(count_allocation, count_release) == 0) fail("no hooks");
}
#else
void start_count() {}
void check_memory(std::size_t) {}
void watch_memory() {
  const rlimit limit{kMostMemory + (std::size_t{128} << 20), RLIM_INFINITY};
  ::setrlimit(RLIMIT_AS, &limit);
}
#endif

// What a decoder leaves unwritten, on the heap or on the stack, differs between two runs.
[[gnu::noinline]] void soil_memory(int with) {
  ::mallopt(M_PERTURB, with);
  volatile unsigned char stack[1 << 15];
  for (volatile unsigned char& byte : stack) byte = static_cast<unsigned char>(with);
}

template <class T>
std::vector<T> read_picture(std::span<const std::uint8_t> file, std::string& message) {
  try {
    const auto image = decode_image<T>(file, "fuzz.tga", {.most_pixels = kMostPixels});
    check_memory(memory_for(image.shape(0), image.shape(1), file.size()) +
                 2 * sizeof(T) * static_cast<std::size_t>(image.size()));
    if (image.size() < 1 || image.shape(0) * image.shape(1) > kMostPixels || image.shape(2) > 4) fail("a bad shape");
    return download(image);
  } catch (const IoError& error) {
    message = error.what();
    if (!test::well_formed(message, "fuzz.tga")) fail(error.what());
    return {};
  }
}

template <class T, int Rank>
void read_array(std::span<const std::uint8_t> file) {
  try {
    const auto array = decode_npy<T, Rank>(file, "fuzz.npy");
    if (array.size() > static_cast<index_t>(file.size())) fail("more elements than bytes");
  } catch (const IoError& error) {
    if (!test::well_formed(error.what(), "fuzz.npy")) fail(error.what());
  }
}

void check(std::span<const std::uint8_t> file) {
  std::string said, said_again;
  if (file.size() > 1 && file[0] == 0x93) {
    read_array<std::uint8_t, 3>(file);
    read_array<double, 3>(file);
    read_array<std::int64_t, 1>(file);
    return;
  }
  soil_memory(0x55);
  start_count();
  const std::vector<float> once = read_picture<float>(file, said);
  check_memory(kMostMemory + 4 * file.size());
  soil_memory(0xaa);
  const std::vector<float> again = read_picture<float>(file, said_again);
  const bool same = once.size() == again.size() && said == said_again &&
                    (once.empty() || std::memcmp(once.data(), again.data(), once.size() * sizeof(float)) == 0);
  if (!same) fail("two results for one file");
}

// So that damage gets past the checksums.
void repair(FileBytes& file) {
  if (file.size() > 8 && file[0] == 0x89) test::fix_checksums(file);
}

}  // namespace

#if defined(PASTICHE_LIBFUZZER)

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  watch_memory();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({data, size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  const std::size_t n = LLVMFuzzerMutate(data, size, most);
  if (seed % 4 == 0) return n;
  FileBytes file(data, data + n);
  repair(file);
  std::copy(file.begin(), file.end(), data);
  return n;
}

#else

int main(int count, char** words) {
  const std::vector<FileBytes> seeds = fuzz::image_seeds();
  watch_memory();
  return fuzz::drive(count, words, seeds, check, repair);
}

#endif
