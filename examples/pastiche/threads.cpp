// SPDX-License-Identifier: MIT
#include "threads.hpp"

#include "failure.hpp"

#include <pastiche/device/cpu.hpp>

#include <atomic>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace pastiche::program {

namespace {

/// Are there ever `n` threads at once beside this one?
bool can_start(int n) {
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(n));
  std::atomic<bool> go{false};
  bool fine = true;
  try {
    for (int i = 0; i < n; ++i) threads.emplace_back([&go] { go.wait(false); });
  } catch (const std::system_error&) {
    fine = false;
  }
  go = true;
  go.notify_all();
  for (std::thread& thread : threads) thread.join();
  return fine;
}

}  // namespace

void start_threads(int threads) {
  // Not every step is told how many threads to take.
  const int team = max_of(Cpu{.threads = threads}.team(), Cpu{}.team());
  if (!can_start(team - 1)) {
    throw Failure("out of memory for " + std::to_string(team) + " threads; expected fewer --threads or more memory");
  }
#if defined(_OPENMP)
  // They stay, or at least their stacks do, when later memory is short.
#  pragma omp parallel num_threads(team)
  {}
#endif
}

}  // namespace pastiche::program
