// SPDX-License-Identifier: MIT
#include "gallery_methods.hpp"

#include "provenance_pictures.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pastiche::program {

namespace {

constexpr index_t kPartSide = 112;   // of what is stolen from: results twice as large hang five in a row
constexpr index_t kStageSide = 140;  // as shown: eight in a row
constexpr std::size_t kMostStages = 8;
constexpr std::size_t kMostCompared = 6;

/// One of the program's own, and what there is to see.
struct Lesson {
  const char *name, *about;
};

constexpr std::array<Lesson, 6> kLessons{
    {{"bricks",
      "Regular: courses must stay level. Methods that keep large pieces of the wall keep its courses: quilt, coherence "
      "and optimize. Pixel loses them outside of its first copy, and sets bricks on end; with patchnn they sway, and "
      "the dark bricks are gone."},
     {"knitted_wool",
      "Regular, with a few bright stitches. The rows are easy; the rare is not. Patchnn all but forgets the bright "
      "stitches; pixel and coherence break some and grow two into one."},
     {"pebbles",
      "Irregular: closed shapes of all sizes. Quilt and coherence keep most stones whole; optimize and patchnn melt "
      "some into each other, and pixel makes heaps without outlines."},
     {"wood",
      "Fibres, long and nearly level. Optimize joins them best; quilt and coherence show upright steps where pieces "
      "meet, pixel draws some straight lines, and with patchnn nearly all knots are gone."},
     {"grass",
      "Stochastic: nothing is larger than a blade, and nearly all do well, pixel too. Look for the same tuft twice; "
      "patchnn evens out light and dark."},
     {"glyphs",
      "Like text: lines of signs. What copies pieces keeps signs whole and repeats words: quilt most of all. Coherence "
      "may set lines too close, pixel scatters signs that no one wrote, and with patchnn the ink grows pale."}}};

Pixels<std::uint8_t> middle(const Pixels<std::uint8_t>& image) {
  const index_t height = min_of(image.shape(0), kPartSide), width = min_of(image.shape(1), kPartSide);
  const index_t top = (image.shape(0) - height) / 2, left = (image.shape(1) - width) / 2, channels = image.shape(2);
  Pixels<std::uint8_t> part(Shape<3>{{height, width, channels}});
  for (index_t y = 0; y < height; ++y) {
    const std::uint8_t* const from = image.data() + ((top + y) * image.shape(1) + left) * channels;
    std::copy_n(from, width * channels, part.data() + y * width * channels);
  }
  return part;
}

bool equal(const Pixels<std::uint8_t>& a, const Pixels<std::uint8_t>& b) {
  return a.shape(0) == b.shape(0) && a.shape(1) == b.shape(1) &&
         std::equal(a.data(), a.data() + a.size(), b.data(), b.data() + b.size());
}

bool goes_from_coarse_to_fine(Method method) {
  return method == Method::coherence || method == Method::optimize || method == Method::patchnn;
}

std::string file_of(const Sample& sample, const std::string& ending) {
  return sample.name + "-" + ending + ".png";
}

Section empty_section() {
  Section section{
      .id = "methods",
      .name = "All methods",
      .about =
          "The same small example, made twice as high and wide by every method with its defaults. Under each result is "
          "a map of where its pixels were stolen: what has smooth colours was copied whole. Below, the methods that go "
          "from coarse to fine, step by step, with the pixels that each step has.",
      .terms =
          {{"quilt",
            "Lays blocks of the example side by side and cuts them where they overlap and differ least (Efros & "
            "Freeman, 2001). The fastest, and sharp; but whole pieces return, and where no cut is good it shows."},
           {"pixel",
            "Grows the texture from a seed, each pixel chosen by what surrounds it so far (Efros & Leung, 1999). "
            "Invents most, and takes longest; but it copies the example until its edge is reached, and beyond may "
            "lose all structure larger than its window."},
           {"coherence",
            "Begins with pieces and chooses each pixel again and again, from coarse to fine, among those that "
            "continue what is beside them (Ashikhmin, 2001; Tong et al., 2002). Sharp; but it is content where "
            "good pieces meet badly."},
           {"optimize",
            "Begins with a coarse quilt and mends it: each patch finds the most similar in the example, and all "
            "vote (Kwatra et al., 2005). Structure stays and seams go; but large pieces of the quilt remain, and "
            "return."},
           {"patchnn",
            "Begins with small pieces and matches their patches to the example's from coarse to fine (GPNN: Granot et "
            "al., 2022). Each seed is another arrangement; but what is rare may be lost, and large shapes melt."}},
      .figures = {.head = {"seconds", "example", "output"}, .rows = {}}};
  for (const auto& [name, method] : kMethods) section.figures.head.push_back(name);
  return section;
}

}  // namespace

MethodSection::MethodSection(GalleryFolder& files, Report& report, std::uint64_t seed, int threads)
    : files_{files}, report_{report}, seed_{seed}, threads_{threads}, section_{empty_section()} {}

std::vector<const Sample*> MethodSection::choice(const std::vector<Sample>& samples) {
  std::vector<const Sample*> chosen;
  for (const Lesson& lesson : kLessons) {
    for (const Sample& sample : samples) {
      if (sample.path.empty() && sample.name == lesson.name) chosen.push_back(&sample);
    }
  }
  for (const Sample& sample : samples) {
    if (!sample.path.empty() && chosen.size() < kMostCompared) chosen.push_back(&sample);
  }
  return chosen;
}

void MethodSection::add_files(const Sample& sample) {
  files_.add(file_of(sample, "part"));
  for (const auto& [name, method] : kMethods) files_.add(file_of(sample, name));
}

void MethodSection::hang(const Sample& sample) {
  const Pixels<std::uint8_t> part = middle(sample.pixels);
  const Shape<2> size{{part.shape(0), part.shape(1)}}, twice{{2 * size[0], 2 * size[1]}};
  Room room{.name = sample.name};
  for (const Lesson& lesson : kLessons) {
    if (sample.path.empty() && sample.name == lesson.name) room.about = lesson.about;
  }
  const std::string part_file = file_of(sample, "part");
  const std::string whole = equal(part, sample.pixels) ? "all of " : "the middle of ";
  room.stolen_from.push_back({.caption = "The example, " + size_text(size) + ", " + whole + sample.name + ".png",
                              .picture = files_.keep(part_file, part)});
  room.stolen_from.push_back({.caption = "Its places as colours", .picture = page_picture(colour_key(size))});
  const Pictures examples = std::vector<Pixels<std::uint8_t>>{part};
  std::vector<std::string> row{sample.name, size_text(size), size_text(twice)};
  for (const auto& [name, method] : kMethods) {
    const Made made = make(method, examples, twice);
    room.columns.push_back(column(name, made, part_file, file_of(sample, name)));
    row.push_back(in_text("%.3f", made.seconds));
    if (goes_from_coarse_to_fine(method)) room.strips.push_back(strip(name, made));
  }
  section_.figures.rows.push_back(std::move(row));
  section_.rooms.push_back(std::move(room));
}

MethodSection::Made MethodSection::make(Method method, const Pictures& examples, const Shape<2>& size) const {
  MethodSettings settings{.method = method};
  settings.quilt.threads = threads_;
  settings.quilt.options.size = size;
  settings.quilt.options.seed = seed_;
  settings.quilt.options.provenance = true;
  std::vector<Stage> stages;
  if (goes_from_coarse_to_fine(method)) {
    settings.quilt.watch = [&](const Progress& progress) {
      stages.push_back({"Step " + std::to_string(progress.step), rendered(progress.preview)});
    };
  }
  ProgressBar silent("", true);
  Synthesized made = synthesize(examples, settings, silent);
  const Shape<2> example = size_of(std::get<std::vector<Pixels<std::uint8_t>>>(examples)[0]);
  return {std::get<Pixels<std::uint8_t>>(std::move(made.image)),
          source_colours(std::as_const(made.provenance).view(), example), std::move(stages), made.seconds};
}

Group MethodSection::column(const std::string& method, const Made& made, const std::string& part,
                            const std::string& file) {
  const Shape<2> size = size_of(made.image);
  Exhibit result{.caption = in_text("Made in %.3f s", made.seconds),
                 .command = "pastiche texture " + part + " -o " + file + " --size " + size_text(size) + " --method " +
                            method + " --seed " + std::to_string(seed_),
                 .picture = files_.keep(file, made.image)};
  Exhibit evidence{.caption = "Where it was stolen",
                   .picture = result.picture,
                   .revealed = {page_picture(made.map)},
                   .reveals = "Map",
                   .cut = 0};
  report_.data["pictures"].push_back({{"file", file}, {"command", result.command}, {"seconds", made.seconds}});
  return {.name = method, .exhibits = {std::move(result), std::move(evidence)}};
}

Group MethodSection::strip(const std::string& method, const Made& made) {
  Group strip{.name = method + ", from coarse to fine"};
  for (std::size_t i = 0; i < made.stages.size(); ++i) {
    const bool last = i + 1 == made.stages.size();
    const Pixels<std::uint8_t>& picture = last ? made.image : made.stages[i].picture;
    const Shape<2> size = size_of(picture);
    // Where there are many, the last of each level.
    const bool ends_level = last || made.stages[i + 1].picture.shape(0) != size[0];
    if (made.stages.size() > kMostStages && !ends_level) continue;
    strip.exhibits.push_back({.caption = made.stages[i].name + ", " + size_text(size),
                              .picture = page_picture(picture),
                              .width = kStageSide,
                              .full = made.image.shape(1)});
  }
  return strip;
}

}  // namespace pastiche::program
