// SPDX-License-Identifier: MIT
// example: libraries=pastiche::io
#include <pastiche/io/image.hpp>
#include <pastiche/texture/quilting.hpp>

int main(int count, char** arguments) {
  if (count != 3) return 2;  // quilt EXAMPLE.png OUT.png
  const auto example = pastiche::read_image<std::uint8_t>(arguments[1]);
  const auto texture = pastiche::quilt(example, {.size = {512, 512}, .seed = 7});
  pastiche::write_image(arguments[2], texture.image);
}
