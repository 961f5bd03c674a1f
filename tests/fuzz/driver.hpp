// SPDX-License-Identifier: MIT
/// \file
/// Runs a fuzz target without libFuzzer, with any compiler:
///
///     fuzz.NAME [--seconds S] [--seed N]   mutates the seeds for S seconds (2) and prints the number of executions
///     fuzz.NAME FILE...                    runs the target once with each file, such as one that failed before
///     fuzz.NAME --write FOLDER             writes the seeds, for libFuzzer to start from
///
/// Execution i depends on the seed and i alone. What ends the program is left behind as fuzz-crash.
#pragma once

#include "support/files.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <span>

#include <fcntl.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#  define PASTICHE_FUZZ_ASAN 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define PASTICHE_FUZZ_ASAN 1
#  endif
#endif
#if defined(PASTICHE_FUZZ_ASAN)
// Of sanitizer/allocator_interface.h and common_interface_defs.h, which g++ does not come with.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*taken)(const volatile void*, std::size_t),
                                                         void (*released)(const volatile void*));
extern "C" std::size_t __sanitizer_get_allocated_size(const volatile void*);
extern "C" void __sanitizer_set_death_callback(void (*)());
#endif

namespace pastiche::fuzz {

using test::FileBytes;

inline std::span<const std::uint8_t> current_input;

inline void leave_input() {
  const int file = ::open("fuzz-crash", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const ssize_t written = ::write(file, current_input.data(), current_input.size());
  const char* const said = written < 0 ? "The input is lost.\n" : "The input is in the file fuzz-crash.\n";
  static_cast<void>(!::write(2, said, std::strlen(said)));
}

inline void catch_crashes() {
#if defined(PASTICHE_FUZZ_ASAN)
  __sanitizer_set_death_callback(leave_input);
#endif
  const auto caught = [](int signal) {
    std::signal(signal, SIG_DFL);
    leave_input();
    std::raise(signal);
  };
  for (const int signal : {SIGABRT, SIGALRM}) std::signal(signal, caught);
#if !defined(PASTICHE_FUZZ_ASAN)
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, caught);
#endif
}

/// Damage of execution `i`: one to four pieces of it, some of them taken from another seed.
template <class Repair>
FileBytes mutated(const std::vector<FileBytes>& seeds, std::uint64_t seed, std::uint64_t i, const Repair& repair) {
  CounterRng rng(seed, 0, i);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(rng.below(static_cast<std::uint32_t>(n))); };
  FileBytes file = seeds[pick(seeds.size())];
  const bool repaired = pick(4) > 0;
  for (std::size_t pieces = 1 + pick(4); pieces > 0 && !file.empty(); --pieces) {
    const std::size_t at = pick(file.size());
    switch (pick(8)) {
      case 0: {  // a piece of another file
        const FileBytes& other = seeds[pick(seeds.size())];
        const std::size_t from = pick(other.size() + 1), n = (std::min)(pick(64), other.size() - from);
        std::copy_n(other.begin() + static_cast<std::ptrdiff_t>(from), (std::min)(n, file.size() - at),
                    file.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      }
      case 1:  // a number that is often wrong
        for (std::size_t n = std::size_t{1} << pick(3), k = 0; k < n && at + k < file.size(); ++k) {
          constexpr std::uint8_t kExtremes[] = {0, 0xff, 0x7f, 0x80};
          file[at + k] = kExtremes[pick(4)];
        }
        break;
      case 2:
        file[at] = static_cast<std::uint8_t>(file[at] ^ 1u << pick(8));
        break;
      case 3:
        file[at] = static_cast<std::uint8_t>(file[at] + pick(5) - 2);
        break;
      default:
        file = test::damaged(std::move(file), std::uint64_t{rng.next()} << 32 | rng.next());
    }
  }
  if (repaired) repair(file);
  return file;
}

/// Runs the target on mutated seeds; for main().
template <class Target, class Repair>
int drive(int count, char** words, const std::vector<FileBytes>& seeds, const Target& target, const Repair& repair) {
  double seconds = 2;
  std::uint64_t seed = 0, runs = 0;
  catch_crashes();
  const auto run = [&](const FileBytes& file) {
    current_input = file;
    ::alarm(60);  // nothing may take so long
    target(file);
    ++runs;
  };
  bool files_given = false;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i], value = i + 1 < count ? words[i + 1] : "";
    if (word == "--seconds") {
      seconds = std::strtod(value.c_str(), nullptr);
      ++i;
    } else if (word == "--seed") {
      seed = std::strtoull(value.c_str(), nullptr, 10);
      ++i;
    } else if (word == "--write") {
      std::filesystem::create_directories(value);
      for (std::size_t s = 0; s < seeds.size(); ++s) test::put_file(value + "/seed-" + std::to_string(s), seeds[s]);
      return 0;
    } else {
      run(test::get_file(word));
      files_given = true;
    }
  }
  if (files_given) return 0;
  for (const FileBytes& file : seeds) run(file);
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  for (std::uint64_t i = 0; elapsed() < seconds; ++i) run(mutated(seeds, seed, i, repair));
  std::printf("%llu executions in %.1f s, %zu of them seeds; seed %llu\n", static_cast<unsigned long long>(runs),
              elapsed(), seeds.size(), static_cast<unsigned long long>(seed));
  return 0;
}

}  // namespace pastiche::fuzz
