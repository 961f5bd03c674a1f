// SPDX-License-Identifier: MIT
#include "gallery_analogies.hpp"

#include "embedded.hpp"
#include "provenance_pictures.hpp"

#include <pastiche/image/filter.hpp>
#include <pastiche/image/resample.hpp>

#include <string_view>
#include <utility>

namespace pastiche::program {

namespace {

using Picture = Pixels<std::uint8_t>;

Picture scene(const char* name, int side, std::uint64_t seed) {
  for (const Embedded& e : embedded_scenes()) {
    if (std::string_view(e.name) == name) return e.make(side, seed);
  }
  return Picture(Shape<3>{{1, 1, 3}});
}

/// change(y, x) for every pixel, of grey levels.
template <class Change>
Picture grey_picture(const Shape<2>& size, const Change& change) {
  Picture to(Shape<3>{{size[0], size[1], 3}});
  for (index_t i = 0; i < size.size(); ++i) {
    const int level = clamp(static_cast<int>(change(i / size[1], i % size[1])), 0, 255);
    for (index_t c = 0; c < 3; ++c) to.data()[3 * i + c] = static_cast<std::uint8_t>(level);
  }
  return to;
}

/// Luma of Rec. 601 in integers; the nearest pixel beyond the rim.
int grey_at(const Picture& p, index_t y, index_t x) {
  y = clamp<index_t>(y, 0, p.shape(0) - 1);
  x = clamp<index_t>(x, 0, p.shape(1) - 1);
  const std::uint8_t* rgb = p.data() + (y * p.shape(1) + x) * 3;
  return (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000;
}

Picture grey(const Picture& p) {
  return grey_picture(size_of(p), [&](index_t y, index_t x) { return grey_at(p, y, x); });
}
Picture embossed(const Picture& p) {
  return grey_picture(size_of(p),
                      [&](index_t y, index_t x) { return 128 + grey_at(p, y + 1, x + 1) - grey_at(p, y - 1, x - 1); });
}
Picture edges(const Picture& p) {
  return grey_picture(size_of(p), [&](index_t y, index_t x) {
    const int dx = grey_at(p, y, x + 1) - grey_at(p, y, x - 1), dy = grey_at(p, y + 1, x) - grey_at(p, y - 1, x);
    return 255 - 2 * (abs_of(dx) + abs_of(dy));
  });
}
/// A third of the size, and enlarged again.
Picture coarse(const Picture& p) {
  const Shape<2> size = size_of(p);
  return resize(resize(p, {size[0] / 3, size[1] / 3}), size);
}

Analogy classic(std::string name, std::string about, Picture a, Picture a_prime, Picture b, const std::string& kappa) {
  Analogy made{std::move(name), std::move(about), std::move(a), std::move(a_prime), std::move(b)};
  made.settings.method = AnalogyMethod::classic;
  made.settings.classic.kappa = parse_real("--kappa", kappa, 0.0, 1e6);
  made.flags = " --method classic --kappa " + kappa;
  return made;
}

Analogy patches(std::string name, std::string about, Picture a, Picture a_prime, Picture b) {
  return {std::move(name), std::move(about), std::move(a), std::move(a_prime), std::move(b)};
}

Synthesized answer(Analogy analogy, AnalogySettings& settings) {
  ProgressBar silent("", true);
  std::vector<Picture> pictures;
  if (settings.method == AnalogyMethod::classic) {
    for (Picture* p : {&analogy.a, &analogy.a_prime, &analogy.b}) pictures.push_back(std::move(*p));
    return analogous(Pictures(std::move(pictures)), settings, silent);
  }
  const auto floats_a = as_floats(analogy.a), floats_b = as_floats(analogy.b);
  settings.patches.size = size_of(analogy.b);
  settings.patches.guides = {{.examples = {guide_of(floats_a)}, .output = guide_of(floats_b)}};
  pictures.push_back(std::move(analogy.a_prime));
  return stylized(Pictures(std::move(pictures)), settings, nullptr, silent);
}

}  // namespace

std::vector<Analogy> own_analogies(int side, std::uint64_t seed) {
  const Picture here = scene("landscape", side, seed), there = scene("landscape", side, seed + 1);
  const Picture lesson = grey(here), task = grey(there);
  std::vector<Analogy> all;
  all.push_back(classic("blur", "A filter learnt from one picture: a Gaussian blur of 2.5 pixels.", lesson,
                        gaussian_blur(lesson, 2.5), task, "0.1"));
  all.push_back(
      classic("emboss", "Light from the upper left, learnt from a landscape.", lesson, embossed(lesson), task, "0"));
  all.push_back(classic("edge", "Dark where it changes.", lesson, edges(lesson), task, "0"));
  all.push_back(patches("by_numbers",
                        "Texture by numbers: A and B say in flat colours what is where, and B' is a landscape that "
                        "never was.",
                        scene("landscape_labels", side, seed), here, scene("landscape_target_labels", side, seed)));
  all.push_back(classic("sharper",
                        "Super-resolution by example: A and B were shrunk to a third and enlarged again; A' knows what "
                        "was lost.",
                        coarse(here), here, coarse(there), "0.5"));
  Analogy painted = classic("painted", "A style: A was painted as A', so B is painted alike, in its own colours.", here,
                            scene("landscape_painted", side, seed), there, "5");
  painted.settings.classic.luminance = true;
  painted.flags += " --luminance";
  all.push_back(std::move(painted));
  all.push_back(classic("coloured",
                        "Colours by example: where another landscape is as bright and alike, it is as green.",
                        grey(here), here, grey(there), "1"));
  return all;
}

AnalogySection::AnalogySection(GalleryFolder& files, Report& report, int threads)
    : files_{files},
      report_{report},
      threads_{threads},
      section_{.id = "analogies",
               .name = "Image analogies",
               .about =
                   "A is to A' as B is to B' (Hertzmann et al., 2001): what was done to A is done to B. Every pixel of "
                   "B' is one of A'; the map shows which.",
               .figures = {.head = {"analogy", "method", "seconds"}, .rows = {}}} {}

void AnalogySection::add_files(const Analogy& analogy) {
  for (const char* const ending : {"-a", "-a-prime", "-b", "-b-prime"}) files_.add(analogy.name + ending + ".png");
}

void AnalogySection::hang(Analogy analogy) {
  const std::string name = analogy.name, a = name + "-a.png", a_prime = name + "-a-prime.png", b = name + "-b.png";
  const std::string file = name + "-b-prime.png";
  const std::string flags = analogy.flags;
  Room room{.name = name, .about = analogy.about};
  room.stolen_from.push_back({.caption = "A", .picture = files_.keep(a, analogy.a)});
  room.stolen_from.push_back({.caption = "A'", .picture = files_.keep(a_prime, analogy.a_prime)});
  room.exhibits.push_back({.caption = "B", .picture = files_.keep(b, analogy.b)});
  AnalogySettings settings = analogy.settings;
  settings.threads = threads_;
  settings.classic.provenance = settings.patches.provenance = true;
  const Shape<2> from = size_of(analogy.a);
  Synthesized made = answer(std::move(analogy), settings);
  Exhibit result{.caption = "B'" + in_text(", made in %.3f s", made.seconds),
                 .command = "pastiche analogy " + a + " " + a_prime + " " + b + " -o " + file + flags,
                 .picture = files_.keep(file, std::get<Picture>(made.image))};
  report_.data["pictures"].push_back({{"file", file}, {"command", result.command}, {"seconds", made.seconds}});
  Exhibit evidence{.caption = "Where it was stolen",
                   .picture = result.picture,
                   .revealed = {page_picture(source_colours(std::as_const(made.provenance).view(), from))},
                   .reveals = "Map",
                   .cut = 0};
  section_.figures.rows.push_back({name, name_of(kAnalogyMethods, settings.method), in_text("%.3f", made.seconds)});
  room.exhibits.push_back(std::move(result));
  room.exhibits.push_back(std::move(evidence));
  section_.rooms.push_back(std::move(room));
}

}  // namespace pastiche::program
