// SPDX-License-Identifier: MIT
#include "provenance_pictures.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pastiche::program {

Pixels<std::uint8_t> source_colours(const Provenance& source, const Shape<2>& example) {
  Pixels<std::uint8_t> image(Shape<3>{{source.shape(0), source.shape(1), 3}});
  std::uint8_t* to = image.data();
  for (index_t i = 0; i < source.shape(0) * source.shape(1); ++i) {
    const float y = static_cast<float>(source.data()[3 * i + 1]) / static_cast<float>(example[0]);
    const float x = static_cast<float>(source.data()[3 * i + 2]) / static_cast<float>(example[1]);
    for (const float channel : {0.15f + 0.8f * x, 0.2f + 0.7f * y, 0.85f - 0.35f * (x + y)}) {
      *to++ = from_scalar<std::uint8_t>(channel);
    }
  }
  return image;
}

Pixels<std::uint8_t> colour_key(const Shape<2>& example) {
  Tensor<int, 3, Cpu> itself(Shape<3>{{example[0], example[1], 3}});
  int* to = itself.data();
  for (index_t y = 0; y < example[0]; ++y) {
    for (index_t x = 0; x < example[1]; ++x) {
      *to++ = 0;
      *to++ = static_cast<int>(y);
      *to++ = static_cast<int>(x);
    }
  }
  return source_colours(std::as_const(itself).view(), example);
}

Pixels<std::uint8_t> seam_lines(const Provenance& source) {
  const index_t height = source.shape(0), width = source.shape(1);
  const auto follows = [&](index_t y, index_t x, index_t down, index_t right) {
    const int* const here = source.row(y, x);
    const int* const next = source.row(y + down, x + right);
    return next[0] == here[0] && next[1] - here[1] == down && next[2] - here[2] == right;
  };
  constexpr std::array<std::uint8_t, 4> kLine{255, 72, 30, 255};
  Pixels<std::uint8_t> lines(Shape<3>{{height, width, 4}});
  std::uint8_t* to = lines.data();
  for (index_t y = 0; y < height; ++y) {
    for (index_t x = 0; x < width; ++x, to += 4) {
      const bool cut = (x + 1 < width && !follows(y, x, 0, 1)) || (y + 1 < height && !follows(y, x, 1, 0));
      if (cut) {
        std::copy(kLine.begin(), kLine.end(), to);
      } else {
        std::fill_n(to, 4, std::uint8_t{0});
      }
    }
  }
  return lines;
}

}  // namespace pastiche::program
