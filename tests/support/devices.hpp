// SPDX-License-Identifier: MIT
/// \file
/// The device a test file is built for. CMake compiles every device test up to three times.
#pragma once

#if defined(PASTICHE_TEST_CUDA)
#  include <pastiche/device/cuda.hpp>
#elif defined(PASTICHE_TEST_THRUST)
#  include <pastiche/device/thrust.hpp>
#else
#  include <pastiche/device/cpu.hpp>
#endif

#include <vector>

namespace pastiche::test {

#if defined(PASTICHE_TEST_CUDA)
using TestDevice = Cuda;
#elif defined(PASTICHE_TEST_THRUST)
using TestDevice = ThrustDefault;
#else
using TestDevice = Cpu;
#endif

/// The device in each form in which a result must be the same: on the CPU with 1, 2 and 5 threads.
inline std::vector<TestDevice> device_variants() {
#if defined(PASTICHE_TEST_CUDA) || defined(PASTICHE_TEST_THRUST)
  return {TestDevice{}};
#else
  return {TestDevice{.threads = 1}, TestDevice{.threads = 2}, TestDevice{.threads = 5}};
#endif
}

}  // namespace pastiche::test
