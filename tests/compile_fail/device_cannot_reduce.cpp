// error: reduce_index
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>

struct Partial {
  template <class T, int Rank>
  using Storage = pastiche::CpuStorage<T, Rank>;
  static constexpr bool host_accessible = true;
  template <class K>
  void for_each_index(pastiche::index_t, const K&) const {}
  template <class K>
  void for_each_piece(pastiche::index_t, pastiche::index_t, const K&) const {}
};
static_assert(pastiche::DevicePolicy<Partial>);
