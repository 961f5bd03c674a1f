// error: sizeof.*4096
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>

struct Table {
  float values[2000];
  void operator()(pastiche::index_t) const noexcept {}
};

void f() {
  pastiche::Cpu{}.for_each_index(1, Table{});
}
