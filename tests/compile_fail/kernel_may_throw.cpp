// error: noexcept
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>

struct Throwing {
  void operator()(pastiche::index_t) const {}
};

void f() {
  pastiche::Cpu{}.for_each_index(1, Throwing{});
}
