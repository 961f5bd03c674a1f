// error: KernelCopyable
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>

#include <vector>

struct Owning {
  std::vector<float> values;
  void operator()(pastiche::index_t) const noexcept {}
};

void f() {
  pastiche::Cpu{}.for_each_index(1, Owning{});
}
