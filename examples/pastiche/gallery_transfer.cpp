// SPDX-License-Identifier: MIT
#include "gallery_transfer.hpp"

#include "embedded.hpp"
#include "provenance_pictures.hpp"

#include <array>
#include <cstring>
#include <utility>

namespace pastiche::program {

namespace {

constexpr int kTargetSide = 192;
constexpr index_t kStageSide = 140;  // as shown
constexpr const char* kTarget = "face";
constexpr std::array<const char*, 4> kTextures{"pebbles", "cracked_earth", "weave", "glyphs"};

Pixels<std::uint8_t> target_picture(std::uint64_t seed) {
  for (const Embedded& scene : embedded_scenes()) {
    if (std::strcmp(scene.name, kTarget) == 0) return scene.make(kTargetSide, seed);
  }
  return embedded_scenes().front().make(kTargetSide, seed);
}

std::string file_of(const Sample& texture) {
  return std::string(kTarget) + "-" + texture.name + ".png";
}

}  // namespace

TransferSection::TransferSection(GalleryFolder& files, Report& report, std::uint64_t seed, int threads)
    : files_{files},
      report_{report},
      seed_{seed},
      threads_{threads},
      section_{.id = "transfer",
               .name = "Texture transfer",
               .about =
                   "A face rendered in textures: blocks that fit their neighbours, what the pass before left in their "
                   "place, and the shades of the face, in five passes with ever smaller blocks (Efros & Freeman, "
                   "2001). Every pixel is the texture's own; the map shows where it was stolen.",
               .figures = {.head = {"texture", "target", "first block", "last block", "seconds"}, .rows = {}}} {}

std::vector<const Sample*> TransferSection::choice(const std::vector<Sample>& samples) {
  std::vector<const Sample*> chosen;
  for (const char* const name : kTextures) {
    for (const Sample& sample : samples) {
      if (sample.path.empty() && sample.name == name) chosen.push_back(&sample);
    }
  }
  return chosen;
}

void TransferSection::add_files(const std::vector<const Sample*>& textures) {
  if (textures.empty()) return;
  files_.add(std::string(kTarget) + ".png");
  for (const Sample* texture : textures) files_.add(file_of(*texture));
}

void TransferSection::hang(const std::vector<const Sample*>& textures) {
  if (textures.empty()) return;
  const Pixels<std::uint8_t> target = target_picture(seed_);
  Room room{.name = kTarget,
            .about =
                "Dark must be dark and bright must be bright, in the texture's own tones. Pebbles and cracks find "
                "something for every shade; the weave has few shades and draws the face with its threads; glyphs "
                "have only paper and ink."};
  room.stolen_from.push_back({.caption = "The target, " + size_text({{kTargetSide, kTargetSide}}),
                              .command = "pastiche examples -o . --seed " + std::to_string(seed_),
                              .picture = files_.keep(std::string(kTarget) + ".png", target)});
  for (const Sample* texture : textures) {
    Group strip{.name = texture->name + ", pass by pass"};
    room.columns.push_back(column(*texture, target, strip));
    if (texture == textures.front()) room.strips.push_back(std::move(strip));
  }
  section_.rooms.push_back(std::move(room));
}

Group TransferSection::column(const Sample& texture, const Pixels<std::uint8_t>& target, Group& strip) {
  TransferSettings settings;
  settings.options.seed = seed_;
  settings.options.provenance = true;
  settings.looks.threads = threads_;
  settings.looks.watch = [&](const Progress& progress) {
    if (progress.step % 1000 != 0) return;
    strip.exhibits.push_back({.caption = "Pass " + std::to_string(progress.step / 1000),
                              .picture = page_picture(rendered(progress.preview)),
                              .width = kStageSide});
  };
  ProgressBar silent("", true);
  const Synthesized made = transfer_pictures(std::vector<Pixels<std::uint8_t>>{texture.pixels},
                                             as_floats(AnyImage{target}), settings, silent);
  const Shape<2> size{{texture.pixels.shape(0), texture.pixels.shape(1)}};
  const std::string file = file_of(texture);
  Exhibit result{.caption = in_text("Made in %.2f s", made.seconds),
                 .command = "pastiche transfer --texture " + texture.name + ".png --target " + kTarget + ".png -o " +
                            file + " --seed " + std::to_string(seed_),
                 .picture = files_.keep(file, std::get<Pixels<std::uint8_t>>(made.image))};
  Exhibit evidence{.caption = "Where it was stolen",
                   .picture = result.picture,
                   .revealed = {page_picture(source_colours(made.provenance.view(), size))},
                   .reveals = "Map",
                   .cut = 0};
  report_.data["pictures"].push_back({{"file", file}, {"command", result.command}, {"seconds", made.seconds}});
  section_.figures.rows.push_back({texture.name, size_text({{kTargetSide, kTargetSide}}),
                                   in_text("%.0f", made.resolved[0].second), in_text("%.0f", made.resolved[1].second),
                                   in_text("%.2f", made.seconds)});
  return {.name = texture.name, .exhibits = {std::move(result), std::move(evidence)}};
}

}  // namespace pastiche::program
