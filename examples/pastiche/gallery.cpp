// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "embedded.hpp"
#include "page.hpp"
#include "report.hpp"
#include "synthesis.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace pastiche::program {

namespace {

constexpr int kExampleSide = 192;
constexpr index_t kLongestSide = 256;  // of a user's picture; larger ones are scaled down
constexpr index_t kResultSide = 384, kTileSide = 192;

struct GalleryArguments {
  CommonArguments common;
  std::string out, from;
  std::uint64_t seed = 1;
};

struct Sample {
  std::string name;
  Pixels<std::uint8_t> pixels;
};

std::vector<Sample> procedural_samples(std::uint64_t seed) {
  std::vector<Sample> samples;
  for (const Embedded& texture : embedded_textures()) {
    samples.push_back({texture.name, texture.make(kExampleSide, seed)});
  }
  return samples;
}

/// A name that needs no quotes in a shell, and that no other sample has.
std::string plain_name(const std::string& stem, const std::vector<Sample>& taken) {
  std::string name;
  for (const char c : stem) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    name += plain || (c == '-' && !name.empty()) ? c : '_';
  }
  const auto used = [&](const std::string& text) {
    return std::any_of(taken.begin(), taken.end(), [&](const Sample& s) { return s.name == text; });
  };
  std::string unique = name;
  for (int n = 2; used(unique); ++n) unique = name + "_" + std::to_string(n);
  return unique;
}

std::vector<Sample> samples_of_folder(const std::string& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (auto at = std::filesystem::directory_iterator(folder, error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    const std::string extension = at->path().extension().string();
    for (const char* const known : {".png", ".jpg", ".jpeg", ".bmp", ".tga", ".hdr", ".PNG", ".JPG", ".JPEG"}) {
      if (extension == known && at->is_regular_file(error)) paths.push_back(at->path());
    }
  }
  if (error)
    throw Failure("--from " + folder + " is not read (" + error.message() + "); expected a folder of pictures");
  if (paths.empty())
    throw Failure("--from " + folder + " has no .png, .jpg, .bmp, .tga or .hdr; expected at least one");
  std::sort(paths.begin(), paths.end());
  std::vector<Sample> samples;
  for (const auto& path : paths) {
    auto pixels = scaled_down(to_bytes(read_any_image(path.string())), kLongestSide);
    samples.push_back({plain_name(path.stem().string(), samples), std::move(pixels)});
  }
  return samples;
}

/// A colour for each place of the example.
Pixels<std::uint8_t> source_colours(const TensorView<const int, 3, Cpu>& source, const Shape<2>& example) {
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

/// The map of the example itself: the key to the colours.
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

/// One run of the sub-command.
class GalleryRun {
 public:
  explicit GalleryRun(const GalleryArguments& a)
      : a_{a}, report_{"gallery", a_.common}, bar_{"gallery", a_.common.quiet} {}

  void run() {
    if (!a_.common.report.empty()) outputs_.add(a_.common.report);
    const std::vector<Sample> samples = a_.from.empty() ? procedural_samples(a_.seed) : samples_of_folder(a_.from);
    make_folder();
    report_.stage("read");
    for (const Sample& sample : samples) hang(sample, static_cast<index_t>(samples.size()));
    bar_.clear();
    report_.stage("quilt and write");
    const std::string index = (std::filesystem::path(a_.out) / "index.html").string();
    write_file(index, page(rooms_, foot()));
    report_.parameters()["output"] = a_.out;
    report_.parameters()["seed"] = a_.seed;
    report_.parameters()["from"] = a_.from;
    if (!a_.common.report.empty()) outputs_.write(0, report_.text());
    outputs_.commit();
    std::printf("%s\n", index.c_str());
  }

 private:
  void make_folder() const {
    std::error_code error;
    std::filesystem::create_directories(a_.out, error);
    if (error)
      throw Failure(a_.out + " is not made (" + error.message() + "); expected a folder or a new name for one");
  }

  void keep(const std::string& name, const Pixels<std::uint8_t>& pixels) const {
    write_image((std::filesystem::path(a_.out) / name).string(), pixels);
  }

  void hang(const Sample& sample, index_t total) {
    const Shape<2> size{{sample.pixels.shape(0), sample.pixels.shape(1)}};
    const std::string file = sample.name + ".png";
    keep(file, sample.pixels);
    keep(sample.name + "-key.png", colour_key(size));
    Room room{sample.name, {}, {}};
    room.exhibits.push_back({file, "The example, " + size_text(size), {}, size});
    room.exhibits.push_back({sample.name + "-key.png", "Its places as colours", {}, size});

    Pictures pictures = std::vector<Pixels<std::uint8_t>>{sample.pixels};
    for (int variant = 0; variant < 3; ++variant) {
      const bool tile = variant == 2;
      const index_t side = tile ? kTileSide : kResultSide;
      const std::uint64_t seed = a_.seed + static_cast<std::uint64_t>(tile ? 0 : variant);
      const std::string name = sample.name + (tile ? "-tile" : "-" + std::to_string(variant + 1)) + ".png";
      QuiltSettings settings{.threads = a_.common.threads};
      settings.options.size = {{side, side}};
      settings.options.seed = seed;
      settings.options.tiling = tile ? Tiling::xy : Tiling::none;
      settings.options.provenance = variant == 0;
      const Quilted made = quilt_pictures(pictures, settings, silent_);
      if (room.about.empty()) {
        room.about = "Blocks of " + std::to_string(made.block) + " pixels, " + std::to_string(made.overlap) +
                     " of them shared with each neighbour.";
      }
      keep(name, std::get<Pixels<std::uint8_t>>(made.image));
      const std::string command = "pastiche texture " + file + " -o " + name + " --size " +
                                  size_text(settings.options.size) + " --seed " + std::to_string(seed) +
                                  (tile ? " --tile xy" : "");
      add(room, {name, caption(settings, made.seconds), command, settings.options.size, tile}, made.seconds);
      if (variant == 0) {
        const std::string map = sample.name + "-1-map.png";
        keep(map, source_colours(made.provenance.view(), size));
        room.exhibits.push_back({map, "Where its pixels were stolen", {}, settings.options.size});
      }
      ++done_;
      bar_.show(done_, 3 * total, clock_.seconds());
    }
    rooms_.push_back(std::move(room));
  }

  static std::string caption(const QuiltSettings& settings, double seconds) {
    char time[48];
    std::snprintf(time, sizeof time, ", made in %.0f ms", 1e3 * seconds);
    const bool tile = settings.options.tiling == Tiling::xy;
    return (tile ? "A tile, repeated twice each way" : "Seed " + std::to_string(settings.options.seed)) + time;
  }

  void add(Room& room, Exhibit exhibit, double seconds) {
    report_.data["pictures"].push_back({{"file", exhibit.file}, {"command", exhibit.command}, {"seconds", seconds}});
    room.exhibits.push_back(std::move(exhibit));
  }

  std::string foot() const {
    char total[64];
    std::snprintf(total, sizeof total, "%.1f s for the page", clock_.seconds());
    return "pastiche " + report_.data["version"].get<std::string>() + ", " +
           std::to_string(report_.data["threads"].get<int>()) + " threads, " +
           report_.data["instruction_set"].get<std::string>() + ", " + total +
           ". The commands are to be run in the folder of this page; they make the same pictures, byte for byte, on a "
           "machine with any number of cores.";
  }

  GalleryArguments a_;
  Report report_;
  ProgressBar bar_, silent_{"", true};
  Outputs outputs_;
  std::vector<Room> rooms_;
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
