// error: this xtensor is column-major
// SPDX-License-Identifier: MIT
#include <pastiche/interop/xtensor.hpp>

auto f(const xt::xtensor<float, 2, xt::layout_type::column_major>& x) {
  return pastiche::view_of(x);
}
