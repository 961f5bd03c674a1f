// error: an argument after the options models more than one of ElementDistance, Sampler
// SPDX-License-Identifier: MIT
#include <pastiche/device/cpu.hpp>
#include <pastiche/texture/quilting.hpp>

struct Both : pastiche::SquaredDifference, pastiche::MinCut {
  using pastiche::SquaredDifference::operator();
  using pastiche::MinCut::operator();
};

auto f(const pastiche::Tensor<float, 3, pastiche::Cpu>& image) {
  return pastiche::quilt(image, {.size = {8, 8}}, Both{});
}
