// SPDX-License-Identifier: MIT
// Whatever the bytes are, reading them as a token index gives one that can be asked and generated from, or throws an
// IoError of one line. See driver.hpp for how it is run.
#include <pastiche/text/generate.hpp>

#include "fuzz/driver.hpp"

namespace {

using namespace pastiche;
using fuzz::FileBytes;
using Index = TokenIndex<std::uint8_t>;

void check(std::span<const std::uint8_t> file) {
  try {
    const Index index = Index::parse(file, "fuzz.idx");
    for (std::uint8_t token = 0; token < 5; ++token) {
      for (std::size_t length = 0; length < 12; ++length) {
        const std::vector<std::uint8_t> context(length, token);
        static_cast<void>(index.count(context));
        static_cast<void>(index.successors(context));
      }
    }
    const TextGenerator<Index> generator(index);
    static_cast<void>(generator.generate({.length = 50, .order = kUnbounded, .max_copy = 4, .provenance = true}));
  } catch (const IoError& error) {
    if (!test::well_formed(error.what(), "fuzz.idx")) {
      std::fprintf(stderr, "token_index_fuzz: %s\n", error.what());
      std::abort();
    }
  }
}

// So that damage gets past the sums.
void repair(FileBytes& file) {
  if (file.size() < detail::kIndexHeaderBytes) return;
  detail::IndexHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  header.file_bytes = file.size();
  header.body_sum = detail::checksum_of(std::span<const std::uint8_t>(file).subspan(detail::kIndexHeaderBytes));
  header.header_sum = detail::header_sum_of(header);
  std::memcpy(file.data(), &header, sizeof header);
}

}  // namespace

#if defined(PASTICHE_LIBFUZZER)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FileBytes file(data, data + size);
  repair(file);
  check(file);
  check({data, size});
  return 0;
}

#else

int main(int count, char** words) {
  const std::vector<std::uint8_t> text{1, 2, 3, 1, 2, 4, 1, 2, 3, 3, 3, 1, 2}, other{2, 2, 2};
  const std::vector<std::span<const std::uint8_t>> texts{text, {}, other};
  std::vector<FileBytes> seeds;
  for (const Index& index : {Index(std::span<const std::uint8_t>(text)),
                             Index(std::span<const std::span<const std::uint8_t>>(texts), "note")}) {
    seeds.emplace_back(index.file_bytes().begin(), index.file_bytes().end());
  }
  return fuzz::drive(count, words, seeds, check, repair);
}

#endif
