// SPDX-License-Identifier: MIT
#include "gallery_inpaint.hpp"

#include "embedded.hpp"
#include "provenance_pictures.hpp"

#include <array>
#include <span>
#include <utility>

namespace pastiche::program {

namespace {

constexpr int kSide = 192;

/// A picture of the program's own with a hole.
struct Lesson {
  const char *picture, *mask, *about;
};
constexpr std::array<Lesson, 3> kLessons{
    {{"still_life", "still_life_fruit",
      "An object is taken away, with its shadow: the grain of the table goes on where it lay, and so does the foot of "
      "the jug. Lines first, or pixel by pixel, a scrap of something else may stay beside the jug."},
     {"landscape", "holes", "Damage: blots and two scratches, over cloud, hills, trees and grass."},
     {"leaves", "holes",
      "The same holes in a texture. What is filled in consists of leaves: whole ones, as far as the hole has room."}}};
constexpr std::array<const char*, 3> kTiles{"wood", "marble", "landscape"};
constexpr std::array<const char*, 4> kInputs{"still_life", "still_life_fruit", "landscape", "holes"};

Pixels<std::uint8_t> own(const std::string& name, std::uint64_t seed) {
  for (const auto list : {embedded_textures(), embedded_scenes()}) {
    for (const Embedded& example : list) {
      if (name == example.name) return example.make(kSide, seed);
    }
  }
  throw Failure("the program draws no " + name);
}

/// The picture with its hole in black.
Pixels<std::uint8_t> with_hole(Pixels<std::uint8_t> picture, const Pixels<std::uint8_t>& mask) {
  for (index_t i = 0; i < picture.size(); ++i) {
    if (mask.data()[i] != 0) picture.data()[i] = 0;
  }
  return picture;
}

Section empty_section() {
  return {.id = "inpainting",
          .name = "Inpainting",
          .about =
              "Holes are filled with copies of what else the picture shows; what lies outside of them stays as it is. "
              "The map shows where each pixel came from. Below, pictures are made tileable: a band along the edges is "
              "filled so that it fits at the other side.",
          .terms = {{"patches",
                     "The whole hole at once, from coarse to fine: every patch finds the most similar one outside, and "
                     "all vote (Wexler et al., 2007; Newson et al., 2014). Best for nearly everything."},
                    {"structure",
                     "Patch after patch from the rim, where a line meets it first (Criminisi et al., 2004). Lines stay "
                     "straight; but what was placed once is never mended."},
                    {"pixel",
                     "Pixel after pixel from the rim (Efros & Leung, 1999). Fine grain in small holes; loses itself in "
                     "large ones."}},
          .figures = {.head = {"picture", "method", "seconds"}, .rows = {}}};
}

}  // namespace

InpaintSection::InpaintSection(GalleryFolder& files, Report& report, std::uint64_t seed, int threads)
    : files_{files}, report_{report}, seed_{seed}, threads_{threads}, section_{empty_section()} {}

void InpaintSection::add_files() {
  for (const char* const name : kInputs) files_.add(std::string(name) + ".png");
  for (const Lesson& lesson : kLessons) {
    for (const auto& [method, value] : kInpaintMethods) {
      files_.add(std::string(lesson.picture) + "-without-" + method + ".png");
    }
  }
  for (const char* const name : kTiles) files_.add(std::string(name) + "-tileable.png");
}

void InpaintSection::hang() {
  for (const char* const name : kInputs) files_.keep(std::string(name) + ".png", own(name, seed_));
  for (const Lesson& lesson : kLessons) hang_hole(lesson.picture, lesson.mask, lesson.about);
  for (const char* const name : kTiles) hang_tile(name);
}

void InpaintSection::hang_hole(const std::string& name, const std::string& mask, const std::string& about) {
  const Pixels<std::uint8_t> picture = own(name, seed_), white = own(mask, seed_);
  Room room{.name = name, .about = about};
  room.stolen_from.push_back({.caption = "The picture", .picture = page_picture(picture)});
  room.stolen_from.push_back({.caption = "Its hole, white", .picture = page_picture(white)});
  MaskPixels hole(Shape<2>{{kSide, kSide}});
  for (index_t i = 0; i < hole.size(); ++i) hole.data()[i] = white.data()[3 * i] != 0 ? 1 : 0;
  const Pictures pictures = std::vector<Pixels<std::uint8_t>>{picture};
  for (const auto& [method, value] : kInpaintMethods) {
    const InpaintOptions options{.method = value, .seed = seed_, .provenance = true};
    const Inpainted made = inpaint_pictures(pictures, mask_of(hole), options, threads_, {&silent_, &nobody_});
    const std::string file = name + "-without-" + method + ".png";
    const Pixels<std::uint8_t>& filled = std::get<Pixels<std::uint8_t>>(made.image);
    const Pixels<std::uint8_t> map = source_colours(std::as_const(made.provenance).view(), Shape<2>{{kSide, kSide}});
    Exhibit result{.caption = std::string(method) + in_text(", in %.3f s", made.seconds),
                   .command = "pastiche inpaint " + name + ".png --mask " + mask + ".png -o " + file + " --method " +
                              method + " --seed " + std::to_string(seed_),
                   .picture = files_.keep(file, filled),
                   .revealed = {page_picture(value == InpaintMethod::patches ? with_hole(picture, white) : map)},
                   .reveals = value == InpaintMethod::patches ? "With the hole" : "Map",
                   .cut = 0};
    section_.figures.rows.push_back({name, method, in_text("%.3f", made.seconds)});
    add(room, std::move(result), file, made.seconds);
    if (value != InpaintMethod::patches) continue;
    room.exhibits.push_back({.caption = "patches: where it was stolen",
                             .picture = page_picture(filled),
                             .revealed = {page_picture(map)},
                             .reveals = "Map"});
  }
  section_.rooms.push_back(std::move(room));
}

void InpaintSection::hang_tile(const std::string& name) {
  const Pixels<std::uint8_t> picture = own(name, seed_);
  Room room{.name = name + ", tileable", .about = "Repeated twice each way, as it is and made tileable."};
  room.exhibits.push_back({.caption = "As it is", .picture = page_picture(picture), .repeated = true});
  const TileableOptions options{.seed = seed_};
  const Inpainted made =
      tile_picture(std::vector<Pixels<std::uint8_t>>{picture}, options, threads_, {&silent_, &nobody_});
  const std::string file = name + "-tileable.png";
  add(room,
      {.caption = in_text("Made tileable in %.3f s", made.seconds),
       .command = "pastiche tile " + name + ".png -o " + file + " --seed " + std::to_string(seed_),
       .picture = files_.keep(file, std::get<Pixels<std::uint8_t>>(made.image)),
       .repeated = true},
      file, made.seconds);
  section_.figures.rows.push_back({name, "tile", in_text("%.3f", made.seconds)});
  section_.rooms.push_back(std::move(room));
}

void InpaintSection::add(Room& room, Exhibit exhibit, const std::string& file, double seconds) {
  report_.data["pictures"].push_back({{"file", file}, {"command", exhibit.command}, {"seconds", seconds}});
  room.exhibits.push_back(std::move(exhibit));
}

}  // namespace pastiche::program
