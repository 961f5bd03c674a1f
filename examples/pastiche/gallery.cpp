// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "embedded.hpp"
#include "page.hpp"
#include "provenance_pictures.hpp"
#include "report.hpp"
#include "synthesis.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace pastiche::program {

namespace {

constexpr int kExampleSide = 192;
constexpr index_t kLongestSide = 256;  // of a user's picture; larger ones are scaled down
constexpr index_t kResultSide = 384, kTileSide = 192;
constexpr std::size_t kMostSamples = 100;

struct GalleryArguments {
  CommonArguments common;
  std::string out, from;
  std::uint64_t seed = 1;
};

struct Sample {
  std::string name, path;  ///< of the file it was read from, if any
  Pixels<std::uint8_t> pixels;
  Shape<2> original{};  ///< its size there
};

std::vector<Sample> procedural_samples(std::uint64_t seed) {
  std::vector<Sample> samples;
  for (const Embedded& texture : embedded_textures()) {
    samples.push_back({texture.name, "", texture.make(kExampleSide, seed)});
  }
  return samples;
}

/// A name that needs no quotes in a shell and has no hyphen, which parts it from what is made of it, and that no other
/// sample has.
std::string plain_name(const std::string& stem, const std::vector<Sample>& taken) {
  std::string name;
  for (const char c : stem) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    name += plain ? c : '_';
  }
  const auto used = [&](const std::string& text) {
    return std::any_of(taken.begin(), taken.end(), [&](const Sample& s) { return s.name == text; });
  };
  std::string unique = name;
  for (int n = 2; used(unique); ++n) unique = name + "_" + std::to_string(n);
  return unique;
}

/// Pictures in a folder, by name.
std::vector<std::filesystem::path> picture_files(const std::string& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (auto at = std::filesystem::directory_iterator(folder, error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    std::string extension = at->path().extension().string();
    for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    for (const char* const known : {".png", ".jpg", ".jpeg", ".bmp", ".tga", ".hdr"}) {
      if (extension == known && at->is_regular_file(error)) paths.push_back(at->path());
    }
  }
  if (error) {
    throw Failure("--from " + folder + " is not read (" + error.message() + "); expected a folder of pictures");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<Sample> samples_of_folder(const std::string& folder) {
  const auto paths = picture_files(folder);
  if (paths.empty()) {
    throw Failure("--from " + folder + " has no .png, .jpg, .bmp, .tga or .hdr; expected at least one");
  }
  if (paths.size() > kMostSamples) {
    throw Failure("--from " + folder + " has " + std::to_string(paths.size()) + " pictures; expected at most " +
                  std::to_string(kMostSamples) + " for one page");
  }
  std::vector<Sample> samples;
  for (const auto& path : paths) {
    Examples read = read_examples({path.string()}, false);
    if (read.masks[0]) {
      throw Failure(path.string() + " has transparent pixels; expected none (pastiche texture takes them for a mask)");
    }
    const AnyImage picture = std::visit([](auto& all) -> AnyImage { return std::move(all[0]); }, read.pictures);
    Sample sample{plain_name(path.stem().string(), samples), path.string(), to_bytes(picture)};
    sample.original = read.sizes[0];
    sample.pixels = scaled_down(std::move(sample.pixels), kLongestSide);
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::string in_text(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// One run of the sub-command.
class GalleryRun {
 public:
  explicit GalleryRun(const GalleryArguments& a)
      : a_{a}, report_{"gallery", a_.common}, bar_{"gallery", a_.common.quiet} {}

  void run() {
    const std::vector<Sample> samples = a_.from.empty() ? procedural_samples(a_.seed) : samples_of_folder(a_.from);
    NewFolder folder(a_.out);
    open_outputs(samples);
    report_.stage("read");
    for (std::uint64_t k = 0; k < 3; ++k) {
      quilting_.figures.head.push_back("seed " + std::to_string(a_.seed + k) + ", ms");
    }
    quilting_.figures.head.push_back("tile, ms");
    for (const Sample& sample : samples) hang(sample, static_cast<index_t>(samples.size()));
    bar_.clear();
    report_.stage("quilt");
    const std::string html = page({quilting_}, foot());
    outputs_.write(numbers_.at(kIndex), html);
    report_.parameters()["output"] = a_.out;
    report_.parameters()["seed"] = a_.seed;
    report_.parameters()["from"] = a_.from;
    report_.stage("write");
    if (!a_.common.report.empty()) outputs_.write(numbers_.size(), report_.text());
    outputs_.commit();
    folder.keep();
    std::printf("%s\n", in_folder(kIndex).c_str());
  }

 private:
  static constexpr const char* kIndex = "index.html";

  std::string in_folder(const std::string& name) const { return (std::filesystem::path(a_.out) / name).string(); }

  // All files of the page, before the work.
  void open_outputs(const std::vector<Sample>& samples) {
    const auto add = [&](const std::string& name) {
      outputs_.add(in_folder(name));
      numbers_.emplace(name, numbers_.size());
    };
    for (const Sample& sample : samples) {
      if (!sample.path.empty()) outputs_.spare(sample.path);
    }
    for (const Sample& sample : samples) {
      for (const char* const ending : {"", "-1", "-2", "-3", "-tile"}) add(sample.name + ending + ".png");
    }
    add(kIndex);
    if (!a_.common.report.empty()) outputs_.add(a_.common.report);
  }

  /// A picture for the page that is a file beside it too.
  PagePicture keep(const std::string& name, const Pixels<std::uint8_t>& pixels) {
    PagePicture picture = page_picture(pixels);
    outputs_.write(numbers_.at(name), picture.png);
    return picture;
  }

  void hang(const Sample& sample, index_t total) {
    const Shape<2> size{{sample.pixels.shape(0), sample.pixels.shape(1)}};
    Room room{.name = sample.name};
    room.stolen_from.push_back(
        {.caption = "The example, " + origin(sample, size),
         .command = sample.path.empty() ? "pastiche examples -o . --seed " + std::to_string(a_.seed) : "",
         .picture = keep(sample.name + ".png", sample.pixels)});
    room.stolen_from.push_back({.caption = "Its places as colours", .picture = page_picture(colour_key(size))});
    const Pictures pictures = std::vector<Pixels<std::uint8_t>>{sample.pixels};
    Times times;
    for (std::uint64_t k = 0; k < 3; ++k) times.push_back(hang_result(room, pictures, a_.seed + k));
    times.push_back(hang_tile(room, pictures));
    add_row(sample, size, times);
    done_ += 1;
    bar_.show(done_, total, clock_.seconds());
    quilting_.rooms.push_back(std::move(room));
  }

  static std::string origin(const Sample& sample, const Shape<2>& size) {
    if (sample.path.empty()) return size_text(size);
    const std::string file = std::filesystem::path(sample.path).filename().string();
    const bool scaled = sample.original[0] != size[0] || sample.original[1] != size[1];
    return file + ", " + size_text(size) + (scaled ? ", scaled down from " + size_text(sample.original) : "");
  }

  struct Made {
    index_t blocks;
    int block, overlap;
    double seconds;
  };
  using Times = std::vector<Made>;

  /// A result, and the first one again with its cuts and its map.
  Made hang_result(Room& room, const Pictures& pictures, std::uint64_t seed) {
    QuiltSettings settings = settings_of(kResultSide, seed, Tiling::none);
    const bool first = seed == a_.seed;
    settings.options.provenance = first;
    const Quilted made = quilt_pictures(pictures, settings, silent_);
    const std::string file = room.name + "-" + std::to_string(seed - a_.seed + 1) + ".png";
    Exhibit exhibit{.caption = "Seed " + std::to_string(seed) + in_text(", made in %.0f ms", 1e3 * made.seconds),
                    .command = command(room.name, file, settings),
                    .picture = keep(file, std::get<Pixels<std::uint8_t>>(made.image))};
    if (first) {
      room.about = "Blocks of " + std::to_string(made.block) + " pixels, " + std::to_string(made.overlap) +
                   " of them shared with each neighbour.";
      const Provenance source = made.provenance.view();
      const Shape<2> example = size_of(std::get<std::vector<Pixels<std::uint8_t>>>(pictures)[0]);
      Exhibit opened{.caption = "Seed " + std::to_string(seed) + ", the evidence",
                     .picture = exhibit.picture,
                     .revealed = {page_picture(source_colours(source, example))},
                     .drawn = {page_picture(seam_lines(source))},
                     .reveals = "Where it was stolen",
                     .draws = "Cuts"};
      add(room, std::move(exhibit), file, made.seconds);
      room.exhibits.push_back(std::move(opened));
    } else {
      add(room, std::move(exhibit), file, made.seconds);
    }
    return {made.blocks, made.block, made.overlap, made.seconds};
  }

  Made hang_tile(Room& room, const Pictures& pictures) {
    const QuiltSettings settings = settings_of(kTileSide, a_.seed, Tiling::xy);
    const Quilted made = quilt_pictures(pictures, settings, silent_);
    const std::string file = room.name + "-tile.png";
    add(room,
        {.caption = "A tile, repeated twice each way" + in_text(", made in %.0f ms", 1e3 * made.seconds),
         .command = command(room.name, file, settings),
         .picture = keep(file, std::get<Pixels<std::uint8_t>>(made.image)),
         .repeated = true},
        file, made.seconds);
    return {made.blocks, made.block, made.overlap, made.seconds};
  }

  QuiltSettings settings_of(index_t side, std::uint64_t seed, Tiling tiling) const {
    QuiltSettings settings{.threads = a_.common.threads};
    settings.options.size = {{side, side}};
    settings.options.seed = seed;
    settings.options.tiling = tiling;
    return settings;
  }

  static std::string command(const std::string& name, const std::string& file, const QuiltSettings& settings) {
    return "pastiche texture " + name + ".png -o " + file + " --size " + size_text(settings.options.size) + " --seed " +
           std::to_string(settings.options.seed) + (settings.options.tiling == Tiling::xy ? " --tile xy" : "");
  }

  void add(Room& room, Exhibit exhibit, const std::string& file, double seconds) {
    report_.data["pictures"].push_back({{"file", file}, {"command", exhibit.command}, {"seconds", seconds}});
    room.exhibits.push_back(std::move(exhibit));
  }

  void add_row(const Sample& sample, const Shape<2>& size, const Times& times) {
    std::vector<std::string> row{sample.name, size_text(size), std::to_string(times[0].block),
                                 std::to_string(times[0].overlap), std::to_string(times[0].blocks)};
    for (const Made& made : times) row.push_back(in_text("%.1f", 1e3 * made.seconds));
    quilting_.figures.rows.push_back(std::move(row));
  }

  std::string foot() const {
    return "pastiche " + report_.data["version"].get<std::string>() + ", " +
           std::to_string(report_.data["threads"].get<int>()) + " threads, " +
           report_.data["instruction_set"].get<std::string>() + in_text(", %.1f s for the page.", clock_.seconds());
  }

  GalleryArguments a_;
  Report report_;
  ProgressBar bar_, silent_{"", true};
  Outputs outputs_;
  std::map<std::string, std::size_t> numbers_;  // of the files in the folder, among the outputs
  Section quilting_{
      .name = "Image quilting",
      .about =
          "Each texture is quilted from the small example under its name: blocks of it that agree where they overlap, "
          "cut along the path where they differ least (Efros & Freeman, 2001). Every pixel is stolen whole; the "
          "map shows where from: the same colour, the same place.",
      .figures = {.head = {"texture", "example", "block", "overlap", "blocks"}, .rows = {}}};
  Stopwatch clock_;
  index_t done_ = 0;
};

}  // namespace

void add_gallery(CLI::App& program) {
  CLI::App& command = *program.add_subcommand("gallery", "Make a web page of what the methods do");
  const auto arguments = std::make_shared<GalleryArguments>();
  GalleryArguments& a = *arguments;
  command.add_option("-o,--output", a.out, "The folder to write to; made if there is none")
      ->type_name("DIR")
      ->required();
  command.add_option("--from", a.from, "Pictures to steal from; the program's own if not given")->type_name("FOLDER");
  add_value(command, "--seed", "N", "Another number, other pictures; 1",
            [&a](const std::string& text) { a.seed = parse_seed(text); });
  add_common(command, a.common);
  command.callback([arguments] { GalleryRun(*arguments).run(); });
}

}  // namespace pastiche::program
