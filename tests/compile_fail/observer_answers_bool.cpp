// error: Observer
// SPDX-License-Identifier: MIT
#include <pastiche/core/observer.hpp>

bool go_on(const pastiche::Progress&) {
  return true;
}

void f() {
  pastiche::notify(go_on, {});
}
