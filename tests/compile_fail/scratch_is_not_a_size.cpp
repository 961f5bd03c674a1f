// error: ScratchKernel
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>

struct Scratching {
  double scratch() const noexcept { return 1.0; }
  void operator()(pastiche::index_t, std::byte*) const noexcept {}
};

void f() {
  pastiche::Cpu{}.for_each_piece(1, 1, Scratching{});
}
