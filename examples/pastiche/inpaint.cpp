// SPDX-License-Identifier: MIT
#include "inpainting.hpp"

#include "arguments.hpp"
#include "commands.hpp"
#include "inputs.hpp"
#include "report.hpp"

#include <pastiche/io/npy.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pastiche::program {

namespace {

const Names<Tiling> kAxes{{"x", Tiling::x}, {"y", Tiling::y}, {"xy", Tiling::xy}};

/// What a pixel of the picture takes, and one of another picture: of 8 bits, and of more.
constexpr double kFillBytes = 135.0, kDeepFillBytes = 220.0, kOtherBytes = 40.0, kDeepOtherBytes = 80.0;

/// What both sub-commands take.
struct FillArguments {
  CommonArguments common;
  std::string picture, out, provenance;
};

struct InpaintArguments : FillArguments {
  std::string mask, donor;
  std::vector<std::string> others, guides;
  bool inverted = false;
  double guide_weight = -1.0;  ///< negative where it was not given
  InpaintOptions options{};
};

struct TileArguments : FillArguments {
  TileableOptions options{};
};

/// The files of a run and its report.
class FillRun {
 public:
  FillRun(const char* command, const FillArguments& a, const std::vector<std::string>& inputs)
      : a_{a}, report_{command, a.common}, bar_{command, a.common.quiet}, format_{check_format(a.out)} {
    outputs_.spare(a.picture);
    outputs_.spare(inputs);
    if (!a.provenance.empty()) check_npy("--provenance", a.provenance);
    outputs_.add(a.out);
    if (!a.provenance.empty()) outputs_.add(a.provenance);
    if (!a.common.report.empty()) outputs_.add(a.common.report);
  }

  Report& report() { return report_; }
  WatchWith watch() { return {&bar_, &nobody_}; }

  /// The picture and others, with room for the work.
  Examples read(const std::vector<std::string>& others) const {
    std::vector<std::string> paths{a_.picture};
    paths.insert(paths.end(), others.begin(), others.end());
    Examples all = read_examples(paths, holds_alpha(format_) ? Alpha::all : Alpha::none);
    const bool deep = all.pictures.index() > 0;
    double bytes = 0.0, each = deep ? kDeepFillBytes : kFillBytes;
    for (const Shape<2>& size : all.sizes) {
      bytes += each * static_cast<double>(size[0]) * static_cast<double>(size[1]);
      each = deep ? kDeepOtherBytes : kOtherBytes;
    }
    check_memory(bytes);
    return all;
  }

  void write(const Inpainted& made, const char* stage) {
    bar_.clear();
    report_.parameters()["picture"] = a_.picture;
    report_.parameters()["output"] = a_.out;
    report_.stage(stage);
    std::size_t next = 0;
    outputs_.write(next++, encode(format_, made.image));
    if (!a_.provenance.empty()) outputs_.write(next++, encode_npy(made.provenance));
    report_.stage("write");
    if (!a_.common.report.empty()) outputs_.write(next++, report_.text());
    outputs_.commit();
  }

 private:
  const FillArguments& a_;
  Report report_;
  ProgressBar bar_;
  Watcher nobody_{};
  ImageFormat format_;
  Outputs outputs_;
};

void describe(const InpaintArguments& a, Report& report) {
  const InpaintMethod method = a.options.method;
  auto& p = report.parameters();
  p["mask"] = a.mask;
  p["inverted"] = a.inverted;
  p["method"] = name_of(kInpaintMethods, method);
  p["patch"] = detail::fill_patch(a.options);
  p["reach"] = a.options.reach;
  if (method == InpaintMethod::patches) p["roughness"] = a.options.roughness;
  if (!a.donor.empty()) p["donor"] = a.donor;
  if (!a.others.empty()) p["from"] = a.others;
  if (!a.guides.empty()) {
    p["guides"] = a.guides;
    p["guide_weight"] = a.options.guide.weight;
  }
  p["tile"] = a.options.tiling == Tiling::none ? "none" : name_of(kAxes, a.options.tiling);
  p["seed"] = a.options.seed;
}

/// A flag that the method does not take, or a value of it.
void check_method(const CLI::App& command, const InpaintOptions& o) {
  const std::string method = name_of(kInpaintMethods, o.method);
  if (command.count("--roughness") > 0 && o.method != InpaintMethod::patches) {
    throw UsageError("--roughness", "given with --method " + method, "--method patches");
  }
  if (o.method == InpaintMethod::pixel && command.count("--patch") > 0 && (o.patch < 3 || o.patch % 2 == 0)) {
    throw UsageError("--patch", std::to_string(o.patch), "an odd number, 3 to 63, with --method pixel");
  }
}

void run_inpaint(InpaintArguments& a) {
  if (a.guide_weight >= 0.0 && a.guides.empty()) throw UsageError("--guide-weight", "given without --guide", "both");
  std::vector<std::string> inputs = a.others;
  inputs.insert(inputs.end(), a.guides.begin(), a.guides.end());
  for (const std::string& path : {a.mask, a.donor}) {
    if (!path.empty()) inputs.push_back(path);
  }
  FillRun run("inpaint", a, inputs);
  Examples pictures = run.read(a.others);
  MaskPixels hole = read_sized_mask("--mask", a.mask, pictures.sizes[0], a.picture);
  index_t pixels = 0;
  for (index_t i = 0; i < hole.size(); ++i) {
    if (a.inverted) hole.data()[i] = hole.data()[i] != 0 ? 0 : 1;
    pixels += hole.data()[i];
  }
  const char* const white = a.inverted ? "black" : "white";
  if (pixels == 0) {
    throw UsageError("number of " + std::string(white) + " pixels in --mask " + a.mask, "0",
                     "at least 1; white is luma of 128 or more");
  }
  if (pixels == hole.size() && a.others.empty()) {
    throw UsageError("--mask " + a.mask, "all " + std::string(white), "known pixels to copy, or --from");
  }
  if (!a.donor.empty()) {
    narrow(pictures.masks[0], read_sized_mask("--donor", a.donor, pictures.sizes[0], a.picture));
  }
  a.options.donors = masks_of(pictures);
  std::vector<Pixels<float>> guides;
  if (!a.guides.empty()) {
    std::vector<std::string> names{a.picture};
    names.insert(names.end(), a.others.begin(), a.others.end());
    guides = read_guide("--guide", a.guides, names, pictures.sizes, pictures.sizes[0], "picture");
    for (std::size_t g = 0; g + 1 < guides.size(); ++g) a.options.guide.examples.push_back(guide_of(guides[g]));
    a.options.guide.output = guide_of(guides.back());
  }
  if (a.guide_weight >= 0.0) a.options.guide.weight = a.guide_weight;
  a.options.provenance = !a.provenance.empty();
  describe(a, run.report());
  run.report().data["filled_pixels"] = pixels;
  run.report().stage("read");
  run.write(inpaint_pictures(pictures.pictures, mask_of(hole), a.options, a.common.threads, run.watch()), "inpaint");
}

void run_tile(TileArguments& a) {
  FillRun run("tile", a, {});
  const Examples pictures = run.read({});
  a.options.donors = masks_of(pictures);
  a.options.provenance = !a.provenance.empty();
  auto& p = run.report().parameters();
  p["axes"] = name_of(kAxes, a.options.axes);
  p["band"] = a.options.band;
  p["roughness"] = a.options.roughness;
  p["seed"] = a.options.seed;
  run.report().stage("read");
  run.write(tile_picture(pictures.pictures, a.options, a.common.threads, run.watch()), "tile");
}

template <class Options>
void add_fill(CLI::App& command, FillArguments& a, Options& o) {
  command.add_option("IMAGE", a.picture, "The picture; what has alpha 0 is not copied")->type_name("FILE")->required();
  command.add_option("-o,--output", a.out, "The picture to write")->type_name("OUT")->required();
  add_value(command, "--roughness", "X",
            "What a difference in roughness counts against one in colour; 7. More keeps textures apart, 0 ignores them",
            [&o](const std::string& text) { o.roughness = parse_real("--roughness", text, 0.0, 1000.0); });
  command.add_option("--provenance", a.provenance, "Write example, row and column of every pixel's source (int32)")
      ->type_name("OUT.npy");
  add_value(command, "--seed", "N", "Another number, another filling; 0",
            [&o](const std::string& text) { o.seed = parse_seed(text); });
  add_common(command, a.common);
}

}  // namespace

void add_inpaint(CLI::App& program) {
  CLI::App& command = *program.add_subcommand("inpaint", "Fill a hole of a picture with what else it shows");
  const auto arguments = std::make_shared<InpaintArguments>();
  InpaintArguments& a = *arguments;
  command.add_option("--mask", a.mask, "The hole: fill what is white here")->type_name("MASK")->required();
  command.add_flag("--invert-mask", a.inverted, "Fill what is black instead");
  command.add_option("--donor", a.donor, "Copy only from what is white here; else from all that is known")
      ->type_name("MASK");
  command
      .add_option("--from", a.others, "Another picture to copy from, too, but not where alpha is 0; may be given again")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_choice(command, "--method", a.options.method, kInpaintMethods,
             "patches: coarse to fine, for nearly everything; structure: lines first; pixel: fine grain; patches");
  add_integer(command, "--patch", a.options.patch, 1, 64,
              "Side in pixels of what is compared; 7 of patches, 9 of structure, 11 of pixel, there odd");
  add_integer(
      command, "--reach", a.options.reach, 1, 1000000,
      "Copy only what is so many pixels from the hole; if not given as many as the hole is wide, at least 64, or "
      "all with --donor, --from or pixels whose alpha is 0");
  add_choice(command, "--tile", a.options.tiling, kAxes,
             "The axes along which the picture continues at its other side");
  command
      .add_option("--guide", a.guides,
                  "Maps that say what should be where: given once for each picture, in order, and once for the output")
      ->type_name("MAP")
      ->allow_extra_args(false);
  add_value(command, "--guide-weight", "W", "What a difference of the guide counts against one of the pixels; 1",
            [&a](const std::string& text) { a.guide_weight = parse_real("--guide-weight", text, 0.0, 100.0); });
  add_fill(command, a, a.options);
  command.callback([arguments, &command] {
    check_method(command, arguments->options);
    run_inpaint(*arguments);
  });
}

void add_tile(CLI::App& program) {
  CLI::App& command = *program.add_subcommand("tile", "Make a picture tileable: fill a band along its edges anew");
  const auto arguments = std::make_shared<TileArguments>();
  TileArguments& a = *arguments;
  add_choice(command, "--axes", a.options.axes, kAxes, "Along which it is to continue at its other side; xy");
  add_integer(command, "--band", a.options.band, 2, 30000,
              "Pixels across an edge that are made anew; a sixth of the side if not given");
  add_fill(command, a, a.options);
  command.callback([arguments] { run_tile(*arguments); });
}

}  // namespace pastiche::program
