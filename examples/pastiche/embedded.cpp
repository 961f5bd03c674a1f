// SPDX-License-Identifier: MIT
#include "embedded.hpp"

#include "scenes/landscape.hpp"
#include "scenes/shapes.hpp"
#include "scenes/still_life.hpp"
#include "textures/glyphs.hpp"
#include "textures/masonry.hpp"
#include "textures/plants.hpp"
#include "textures/textile.hpp"

namespace pastiche::program {

std::span<const Embedded> embedded_textures() {
  static constexpr Embedded kTextures[] = {
      {"pebbles", pebbles},
      {"grass", grass},
      {"bricks", bricks},
      {"berries", berries},
      {"weave", weave},
      {"wood", wood},
      {"cracked_earth", cracked_earth},
      {"knitted_wool", knitted_wool},
      {"marble", marble},
      {"leaves", leaves},
      {"glyphs", glyphs},
  };
  return kTextures;
}

std::span<const Embedded> embedded_scenes() {
  static constexpr Embedded kScenes[] = {
      {"landscape", landscape},
      {"landscape_labels", landscape_labels},
      {"landscape_target_labels", landscape_target_labels},
      {"landscape_painted", landscape_painted},
      {"still_life", still_life},
      {"still_life_fruit", still_life_fruit},
      {"ball", ball},
      {"face", face},
      {"shapes", shapes},
      {"holes", holes},
  };
  return kScenes;
}

}  // namespace pastiche::program
