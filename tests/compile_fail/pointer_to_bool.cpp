// error: a view holds integers of 8 to 64 bits, half, float or double
// SPDX-License-Identifier: MIT
#include <pastiche/interop/pointer.hpp>

void f(bool* mask) {
  pastiche::as_view(mask, pastiche::Shape<1>{4});
}
