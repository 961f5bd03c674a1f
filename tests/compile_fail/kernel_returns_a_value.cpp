// error: Kernel
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>

struct Answering {
  int operator()(pastiche::index_t) const noexcept { return 1; }
};

void f() {
  pastiche::Cpu{}.for_each_piece(1, 1, Answering{});
}
