// error: two arguments after the options belong to one family of policies
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

auto f(const pastiche::Tensor<float, 3, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}}, pastiche::ArgMin{}, pastiche::MinCut{}, pastiche::WithinTolerance{});
}
