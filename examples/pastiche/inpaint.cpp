// SPDX-License-Identifier: MIT
#include "inpainting.hpp"

#include "arguments.hpp"
#include "commands.hpp"
#include "report.hpp"

#include <pastiche/io/npy.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pastiche::program {

namespace {

const Names<Tiling> kAxes{{"x", Tiling::x}, {"y", Tiling::y}, {"xy", Tiling::xy}};

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

  Pictures read(const std::vector<std::string>& others) const {
    std::vector<AnyImage> all{read_any_image(a_.picture)};
    for (const std::string& path : others) all.push_back(read_any_image(path));
    return alike(std::move(all), holds_alpha(format_));
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

void check_size(const std::string& what, const Shape<2>& given, const Shape<2>& size, const std::string& whose) {
  if (given[0] != size[0] || given[1] != size[1]) {
    throw UsageError("size of " + what, size_text(given), size_text(size) + ", that of " + whose);
  }
}

MaskPixels read_mask_of(const std::string& flag, const std::string& path, const Shape<2>& size,
                        const std::string& whose) {
  MaskPixels mask = read_mask(path);
  check_size(flag + " " + path, {{mask.shape(0), mask.shape(1)}}, size, whose);
  return mask;
}

/// Maps of the picture, of each other one, and of the picture as it should become.
std::vector<Pixels<float>> read_guides(const InpaintArguments& a, const std::vector<Shape<2>>& sizes) {
  std::vector<Pixels<float>> maps;
  if (!a.guides.empty() && a.guides.size() != sizes.size() + 1) {
    throw UsageError("number of --guide", std::to_string(a.guides.size()),
                     std::to_string(sizes.size() + 1) + ", one for each picture and one for the output");
  }
  for (std::size_t g = 0; g < a.guides.size(); ++g) {
    maps.push_back(as_floats(read_any_image(a.guides[g])));
    const std::size_t of = g < sizes.size() ? g : 0;
    check_size("--guide " + a.guides[g], {{maps[g].shape(0), maps[g].shape(1)}}, sizes[of],
               of == 0 ? a.picture : a.others[of - 1]);
    if (maps[g].shape(2) != maps[0].shape(2)) {
      throw UsageError("channels of --guide " + a.guides[g], std::to_string(maps[g].shape(2)),
                       std::to_string(maps[0].shape(2)) + ", as the first guide has");
    }
  }
  return maps;
}

void run_inpaint(InpaintArguments& a) {
  if (a.guide_weight >= 0.0 && a.guides.empty()) throw UsageError("--guide-weight", "given without --guide", "both");
  std::vector<std::string> inputs = a.others;
  inputs.insert(inputs.end(), a.guides.begin(), a.guides.end());
  for (const std::string& path : {a.mask, a.donor}) {
    if (!path.empty()) inputs.push_back(path);
  }
  FillRun run("inpaint", a, inputs);
  const Pictures pictures = run.read(a.others);
  std::vector<Shape<2>> sizes;
  std::visit(
      [&](const auto& all) {
        for (const auto& p : all) sizes.push_back({{p.shape(0), p.shape(1)}});
      },
      pictures);
  MaskPixels hole = read_mask_of("--mask", a.mask, sizes[0], a.picture);
  index_t pixels = 0;
  for (index_t i = 0; i < hole.size(); ++i) {
    if (a.inverted) hole.data()[i] = hole.data()[i] != 0 ? 0 : 1;
    pixels += hole.data()[i];
  }
  std::optional<MaskPixels> donor;
  if (!a.donor.empty()) {
    donor = read_mask_of("--donor", a.donor, sizes[0], a.picture);
    a.options.donors.assign(sizes.size(), Mask2{});
    a.options.donors[0] = mask_of(*donor);
  }
  const std::vector<Pixels<float>> guides = read_guides(a, sizes);
  for (std::size_t g = 0; g + 1 < guides.size(); ++g) a.options.guide.examples.push_back(guide_of(guides[g]));
  if (!guides.empty()) a.options.guide.output = guide_of(guides.back());
  if (a.guide_weight >= 0.0) a.options.guide.weight = a.guide_weight;
  a.options.provenance = !a.provenance.empty();
  auto& p = run.report().parameters();
  p["mask"] = a.mask;
  p["inverted"] = a.inverted;
  p["method"] = name_of(kInpaintMethods, a.options.method);
  if (!a.donor.empty()) p["donor"] = a.donor;
  if (!a.others.empty()) p["from"] = a.others;
  if (!a.guides.empty()) p["guides"] = a.guides;
  p["tile"] = a.options.tiling == Tiling::none ? "none" : name_of(kAxes, a.options.tiling);
  p["seed"] = a.options.seed;
  run.report().data["filled_pixels"] = pixels;
  run.report().stage("read");
  run.write(inpaint_pictures(pictures, mask_of(hole), a.options, a.common.threads, run.watch()), "inpaint");
}

void run_tile(TileArguments& a) {
  FillRun run("tile", a, {});
  const Pictures pictures = run.read({});
  a.options.provenance = !a.provenance.empty();
  auto& p = run.report().parameters();
  p["axes"] = name_of(kAxes, a.options.axes);
  if (a.options.band > 0) p["band"] = a.options.band;
  p["seed"] = a.options.seed;
  run.report().stage("read");
  run.write(tile_picture(pictures, a.options, a.common.threads, run.watch()), "tile");
}

template <class Options>
void add_fill(CLI::App& command, FillArguments& a, Options& o) {
  command.add_option("IMAGE", a.picture, "The picture")->type_name("FILE")->required();
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
  command.add_option("--from", a.others, "Another picture to copy from, too; may be given again")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_choice(command, "--method", a.options.method, kInpaintMethods,
             "patches: coarse to fine, for nearly everything; structure: lines first; pixel: fine grain; patches");
  add_integer(command, "--patch", a.options.patch, 1, 64,
              "Side in pixels of what is compared; 7 of patches, 9 of structure, 11 of pixel, there odd");
  add_integer(
      command, "--reach", a.options.reach, 1, 1000000,
      "Copy only what is so many pixels from the hole; if not given as many as the hole is wide, at least 64, or "
      "all with --donor or --from");
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
    const InpaintMethod method = arguments->options.method;
    if (command.count("--roughness") > 0 && method != InpaintMethod::patches) {
      throw UsageError("--roughness", "given with --method " + name_of(kInpaintMethods, method), "--method patches");
    }
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
