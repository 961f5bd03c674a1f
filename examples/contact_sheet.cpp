// SPDX-License-Identifier: MIT
// example: libraries=pastiche::io
// Pictures side by side in one, row by row and a fraction of their size, to look at many results at once:
//   contact_sheet OUT COLUMNS FRACTION PICTURE...
// A negative number of columns sets them without gaps, as tiles lie.
#include <pastiche/image/resample.hpp>
#include <pastiche/io/image.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

using namespace pastiche;

namespace {

using Picture = Tensor<std::uint8_t, 3, Cpu>;

Picture shrunk(const Picture& picture, double fraction) {
  const auto side = [&](int axis) {
    return (std::max)(index_t{1},
                      static_cast<index_t>(std::lround(fraction * static_cast<double>(picture.shape(axis)))));
  };
  return resize(picture, {{side(0), side(1)}}, Box{});
}

void paste(const Picture& picture, Picture& sheet, index_t top, index_t left) {
  const bool grey = picture.shape(2) < 3;
  for (index_t y = 0; y < picture.shape(0); ++y) {
    for (index_t x = 0; x < picture.shape(1); ++x) {
      for (index_t c = 0; c < 3; ++c) sheet.view()(top + y, left + x, c) = picture.view()(y, x, grey ? 0 : c);
    }
  }
}

Picture sheet_of(const std::vector<Picture>& pictures, index_t columns, index_t gap) {
  index_t height = 0, width = 0;
  for (const Picture& picture : pictures) {
    height = (std::max)(height, picture.shape(0) + gap);
    width = (std::max)(width, picture.shape(1) + gap);
  }
  const index_t rows = ceil_div(static_cast<index_t>(pictures.size()), columns);
  Picture sheet({rows * height - gap, columns * width - gap, 3});
  std::fill_n(sheet.data(), sheet.size(), std::uint8_t{255});
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const index_t n = static_cast<index_t>(i);
    paste(pictures[i], sheet, n / columns * height, n % columns * width);
  }
  return sheet;
}

}  // namespace

int main(int count, char** arguments) {
  const int given = count > 4 ? std::atoi(arguments[2]) : 0, columns = std::abs(given);
  const double fraction = count > 4 ? std::atof(arguments[3]) : 0.0;
  if (columns < 1 || !(fraction > 0.0 && fraction <= 1.0)) {
    std::fputs("contact_sheet OUT COLUMNS FRACTION PICTURE...\n", stderr);
    return 2;
  }
  try {
    std::vector<Picture> pictures;
    for (int i = 4; i < count; ++i) pictures.push_back(shrunk(read_image<std::uint8_t>(arguments[i]), fraction));
    write_image(arguments[1], sheet_of(pictures, columns, given < 0 ? 0 : 4), {.quality = 60});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "contact_sheet: %s\n", error.what());
    return 1;
  }
}
