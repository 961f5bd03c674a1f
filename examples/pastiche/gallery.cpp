// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "gallery_analogies.hpp"
#include "gallery_inpaint.hpp"
#include "gallery_methods.hpp"
#include "gallery_samples.hpp"
#include "gallery_transfer.hpp"
#include "provenance_pictures.hpp"
#include "report.hpp"
#include "synthesis.hpp"

#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

namespace pastiche::program {

namespace {

constexpr index_t kResultSide = 384, kTileSide = 192;
constexpr int kSceneSide = 160;

struct GalleryArguments {
  CommonArguments common;
  std::string out, from;
  std::uint64_t seed = 1;
};

/// One run of the sub-command.
class GalleryRun {
 public:
  explicit GalleryRun(const GalleryArguments& a)
      : a_{a},
        report_{"gallery", a_.common},
        bar_{"gallery", a_.common.quiet},
        files_(a_.out),
        methods_(files_, report_, a_.seed, a_.common.threads),
        inpaint_(files_, report_, a_.seed, a_.common.threads),
        transfer_(files_, report_, a_.seed, a_.common.threads),
        analogies_(files_, report_, a_.common.threads) {}

  void run() {
    const std::vector<Sample> samples = a_.from.empty() ? procedural_samples(a_.seed) : samples_of_folder(a_.from);
    NewFolder folder(a_.out);
    const std::vector<const Sample*> compared = MethodSection::choice(samples);
    const std::vector<const Sample*> transferred = TransferSection::choice(samples);
    // Those of other pictures nobody knows.
    std::vector<Analogy> analogies;
    if (a_.from.empty()) analogies = own_analogies(kSceneSide, a_.seed);
    open_outputs(samples, compared, analogies);
    transfer_.add_files(transferred);
    report_.stage("read");
    const auto total = static_cast<index_t>(samples.size() + compared.size() + analogies.size());
    for (const Sample* sample : compared) {
      methods_.hang(*sample);
      bar_.show(++done_, total, clock_.seconds());
    }
    report_.stage("methods");
    if (a_.from.empty()) inpaint_.hang();
    report_.stage("inpainting");
    transfer_.hang(transferred);
    report_.stage("transfer");
    for (Analogy& analogy : analogies) {
      analogies_.hang(std::move(analogy));
      bar_.show(++done_, total, clock_.seconds());
    }
    report_.stage("analogies");
    for (std::uint64_t k = 0; k < 3; ++k) {
      quilting_.figures.head.push_back("seed " + std::to_string(a_.seed + k) + ", ms");
    }
    quilting_.figures.head.push_back("tile, ms");
    for (const Sample& sample : samples) {
      hang(sample);
      bar_.show(++done_, total, clock_.seconds());
    }
    bar_.clear();
    report_.stage("quilt");
    std::vector<Section> sections{methods_.section(), quilting_};
    if (a_.from.empty()) sections.push_back(inpaint_.section());
    if (!transferred.empty()) sections.push_back(transfer_.section());
    if (!analogies.empty()) sections.insert(sections.begin() + 1, analogies_.section());
    const std::string html = page(sections, foot());
    files_.write(kIndex, html);
    report_.parameters()["output"] = a_.out;
    report_.parameters()["seed"] = a_.seed;
    report_.parameters()["from"] = a_.from;
    report_.stage("write");
    if (!a_.common.report.empty()) files_.write(kReport, report_.text());
    files_.commit();
    folder.keep();
    std::printf("%s\n", files_.path_of(kIndex).c_str());
  }

 private:
  static constexpr const char* kIndex = "index.html";
  static constexpr const char* kReport = "--report";  // no name of a file in the folder

  // All files of the page, before the work.
  void open_outputs(const std::vector<Sample>& samples, const std::vector<const Sample*>& compared,
                    const std::vector<Analogy>& analogies) {
    for (const Sample& sample : samples) {
      if (!sample.path.empty()) files_.spare(sample.path);
    }
    for (const Sample& sample : samples) {
      for (const char* const ending : {"", "-1", "-2", "-3", "-tile"}) files_.add(sample.name + ending + ".png");
    }
    for (const Sample* sample : compared) methods_.add_files(*sample);
    if (a_.from.empty()) inpaint_.add_files();
    for (const Analogy& analogy : analogies) analogies_.add_files(analogy);
    files_.add(kIndex);
    if (!a_.common.report.empty()) files_.add_outside(kReport, a_.common.report);
  }

  void hang(const Sample& sample) {
    const Shape<2> size{{sample.pixels.shape(0), sample.pixels.shape(1)}};
    Room room{.name = sample.name};
    room.stolen_from.push_back(
        {.caption = "The example, " + origin(sample),
         .command = sample.path.empty() ? "pastiche examples -o . --seed " + std::to_string(a_.seed) : "",
         .picture = files_.keep(sample.name + ".png", sample.pixels)});
    room.stolen_from.push_back({.caption = "Its places as colours", .picture = page_picture(colour_key(size))});
    const Pictures pictures = std::vector<Pixels<std::uint8_t>>{sample.pixels};
    Times times;
    for (std::uint64_t k = 0; k < 3; ++k) times.push_back(hang_result(room, pictures, a_.seed + k));
    times.push_back(hang_tile(room, pictures));
    add_row(sample, size, times);
    quilting_.rooms.push_back(std::move(room));
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
                    .picture = files_.keep(file, std::get<Pixels<std::uint8_t>>(made.image))};
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
         .picture = files_.keep(file, std::get<Pixels<std::uint8_t>>(made.image)),
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
    return "pastiche texture " + name + ".png -o " + file + " --method quilt --size " +
           size_text(settings.options.size) + " --seed " + std::to_string(settings.options.seed) +
           (settings.options.tiling == Tiling::xy ? " --tile xy" : "");
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
  GalleryFolder files_;
  MethodSection methods_;
  InpaintSection inpaint_;
  TransferSection transfer_;
  AnalogySection analogies_;
  Section quilting_{
      .id = "quilting",
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
