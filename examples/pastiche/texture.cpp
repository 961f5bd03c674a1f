// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "report.hpp"
#include "synthesis.hpp"

#include <pastiche/io/npy.hpp>

#include <memory>
#include <new>

#include <unistd.h>

namespace pastiche::program {

namespace {

enum class Method { quilt };

const Names<Method> kMethods{{"quilt", Method::quilt}};
const Names<AnySeam::Kind> kSeams{
    {"none", AnySeam::Kind::none}, {"mincut", AnySeam::Kind::mincut}, {"graphcut", AnySeam::Kind::graphcut}};
const Names<AnyBlend::Kind> kBlends{
    {"none", AnyBlend::Kind::none}, {"feather", AnyBlend::Kind::feather}, {"poisson", AnyBlend::Kind::poisson}};
const Names<Tiling> kTilings{{"x", Tiling::x}, {"y", Tiling::y}, {"xy", Tiling::xy}};

/// What Poisson's blend takes for a pixel: about twenty floats.
constexpr double kCoverBytes = 80.0;

/// A --replay MAP=OUT: one map for each example.
struct ReplayRequest {
  std::vector<std::string> maps;
  std::string out;
};

struct TextureArguments {
  CommonArguments common;
  Method method = Method::quilt;
  std::vector<std::string> examples, example_masks, replays;
  std::string out, mask, provenance;
  QuiltSettings settings;
};

ReplayRequest parse_replay(const std::string& text, std::size_t examples) {
  const std::size_t equals = text.rfind('=');
  ReplayRequest request;
  if (equals != std::string::npos) {
    request.out = text.substr(equals + 1);
    std::string rest = text.substr(0, equals);
    // A comma parts maps only where there must be several.
    for (std::size_t comma; examples > 1 && (comma = rest.find(',')) != std::string::npos;) {
      request.maps.push_back(rest.substr(0, comma));
      rest.erase(0, comma + 1);
    }
    request.maps.push_back(rest);
  }
  if (request.out.empty() || request.maps.size() != examples || request.maps.back().empty()) {
    throw UsageError("--replay", text, examples > 1 ? "MAP,MAP,...=OUT with a map for each example" : "MAP=OUT");
  }
  return request;
}

/// One run of the sub-command.
class TextureRun {
 public:
  explicit TextureRun(TextureArguments arguments) : a_{std::move(arguments)}, report_{"texture", a_.common} {
    for (const std::string& text : a_.replays) replays_.push_back(parse_replay(text, a_.examples.size()));
    if (!a_.example_masks.empty() && a_.example_masks.size() != a_.examples.size()) {
      throw UsageError("number of --example-mask", std::to_string(a_.example_masks.size()),
                       std::to_string(a_.examples.size()) + ", one for each example");
    }
    open_outputs();
  }

  void run() {
    read();
    check_memory();
    describe();
    report_.stage("read");
    ProgressBar bar("texture", a_.common.quiet);
    const Quilted made = quilt_pictures(examples_.pictures, a_.settings, bar);
    bar.clear();
    report_.data["blocks"] = made.blocks;
    report_.parameters()["block"] = made.block;
    report_.parameters()["overlap"] = made.overlap;
    report_.stage("quilt");
    write(made);
  }

 private:
  void open_outputs() {
    format_ = check_format(a_.out);
    outputs_.spare(a_.examples);
    outputs_.spare(a_.example_masks);
    outputs_.spare(a_.mask);
    for (const ReplayRequest& replay : replays_) {
      check_format(replay.out);
      outputs_.spare(replay.maps);
    }
    if (!a_.provenance.empty()) check_npy("--provenance", a_.provenance);
    outputs_.add(a_.out);
    if (!a_.provenance.empty()) outputs_.add(a_.provenance);
    for (const ReplayRequest& replay : replays_) outputs_.add(replay.out);
    if (!a_.common.report.empty()) outputs_.add(a_.common.report);
  }

  void read() {
    QuiltOptions& o = a_.settings.options;
    examples_ = read_examples(a_.examples, holds_alpha(format_));
    read_example_masks();
    if (!a_.mask.empty()) {
      mask_ = read_mask(a_.mask);
      const Shape<2> given{{mask_->shape(0), mask_->shape(1)}};
      if (o.size[0] == 0) o.size = given;
      if (given[0] != o.size[0] || given[1] != o.size[1]) {
        throw UsageError("size of --mask " + a_.mask, size_text(given), size_text(o.size) + ", that of the output");
      }
      o.output_mask = mask_of(*mask_);
    }
    if (o.size[0] == 0) o.size = {{2 * examples_.sizes[0][0], 2 * examples_.sizes[0][1]}};
    check_fits("--size", format_, o.size);
    for (const ReplayRequest& replay : replays_) check_fits("--size", check_format(replay.out), o.size);
    o.provenance = !a_.provenance.empty() || !replays_.empty();
    for (const ReplayRequest& replay : replays_) maps_.push_back(read_maps(replay));
  }

  // The mask of an example is where both its own and its alpha channel say yes.
  void read_example_masks() {
    bool any = false;
    for (std::size_t e = 0; e < a_.example_masks.size(); ++e) {
      MaskPixels mask = read_mask(a_.example_masks[e]);
      const Shape<2> given{{mask.shape(0), mask.shape(1)}}, size = examples_.sizes[e];
      if (given[0] != size[0] || given[1] != size[1]) {
        throw UsageError("size of --example-mask " + a_.example_masks[e], size_text(given),
                         size_text(size) + ", that of " + a_.examples[e]);
      }
      auto& known = examples_.masks[e];
      for (index_t i = 0; known && i < mask.size(); ++i) {
        if (known->data()[i] == 0) mask.data()[i] = 0;
      }
      known = std::move(mask);
    }
    for (const auto& mask : examples_.masks) any = any || mask.has_value();
    if (!any) return;
    for (const auto& mask : examples_.masks) {
      a_.settings.options.example_masks.push_back(mask ? mask_of(*mask) : Mask2{});
    }
  }

  Pictures read_maps(const ReplayRequest& replay) {
    std::vector<AnyImage> maps;
    for (std::size_t e = 0; e < replay.maps.size(); ++e) {
      maps.push_back(read_any_image(replay.maps[e]));
      const Shape<2> given = size_of(maps.back()), size = examples_.sizes[e];
      if (given[0] != size[0] || given[1] != size[1]) {
        throw UsageError("size of --replay " + replay.maps[e], size_text(given),
                         size_text(size) + ", that of " + a_.examples[e]);
      }
    }
    return alike(std::move(maps), holds_alpha(check_format(replay.out)));
  }

  // The system hands out more memory than there is and ends the program when it is used.
  void check_memory() const {
    const double pixels = static_cast<double>(a_.settings.options.size[0] * a_.settings.options.size[1]);
    const double element = examples_.pictures.index() == 0 ? 1.0 : examples_.pictures.index() == 1 ? 2.0 : 4.0;
    const double image = element * static_cast<double>(channels_of(examples_.pictures));
    const double block = a_.settings.options.block, step = block - a_.settings.options.overlap;
    // The plan takes about as much a block, and deep overlaps make for many.
    const double plan = block > 0.0 && step > 0.0 ? 512.0 / (step * step) : 0.0;
    const bool covers = a_.settings.blend.kind == AnyBlend::Kind::poisson;
    const double trace = a_.settings.options.provenance || covers ? 25.0 : 0.0;
    const double bytes = pixels * (3.0 * image + trace + (covers ? kCoverBytes : 0.0) + plan);
    const double room = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
    if (room > 0.0 && bytes > room) throw std::bad_alloc();
  }

  void describe() {
    const QuiltOptions& o = a_.settings.options;
    auto& p = report_.parameters();
    p["examples"] = a_.examples;
    p["output"] = a_.out;
    p["size"] = size_text(o.size);
    p["method"] = name_of(kMethods, a_.method);
    p["tolerance"] = a_.settings.tolerance;
    p["seam"] = name_of(kSeams, a_.settings.seam.kind);
    p["blend"] = name_of(kBlends, a_.settings.blend.kind);
    p["tile"] = o.tiling == Tiling::none ? "none" : name_of(kTilings, o.tiling);
    p["seed"] = o.seed;
    for (const Shape<2>& size : examples_.sizes) report_.data["example_sizes"].push_back(size_text(size));
  }

  void write(const Quilted& made) {
    std::size_t next = 0;
    outputs_.write(next++, encode(format_, made.image));
    if (!a_.provenance.empty()) outputs_.write(next++, encode_npy(made.provenance));
    for (std::size_t r = 0; r < replays_.size(); ++r) {
      outputs_.write(next++, encode(check_format(replays_[r].out), replayed(made.provenance.view(), maps_[r])));
    }
    report_.stage("write");
    if (!a_.common.report.empty()) outputs_.write(next++, report_.text());
    outputs_.commit();
  }

  TextureArguments a_;
  Report report_;
  std::vector<ReplayRequest> replays_;
  Outputs outputs_;
  ImageFormat format_ = ImageFormat::png;
  Examples examples_;
  std::optional<MaskPixels> mask_;
  std::vector<Pictures> maps_;
};

void add_quilting(CLI::App& command, TextureArguments& a) {
  QuiltOptions& o = a.settings.options;
  constexpr int kMostBlock = 30000;
  add_integer(command, "--block", o.block, 0, kMostBlock, "Side of a block in pixels; 0 finds one from the example");
  add_integer(command, "--overlap", o.overlap, 0, kMostBlock,
              "Pixels that neighbouring blocks share; 0 is a sixth of the block");
  add_value(command, "--tolerance", "X", "Blocks this much worse than the best may be taken; 0.1",
            [&a](const std::string& text) { a.settings.tolerance = parse_real("--tolerance", text, 0.0, 1e6); });
  add_choice(command, "--seam", a.settings.seam.kind, kSeams, "Which side of an overlap wins; mincut");
  add_choice(command, "--blend", a.settings.blend.kind, kBlends, "How the sides are joined; none");
}

}  // namespace

void add_texture(CLI::App& program) {
  CLI::App& command = *program.add_subcommand("texture", "Make a texture of any size from examples of it");
  const auto arguments = std::make_shared<TextureArguments>();
  TextureArguments& a = *arguments;
  QuiltOptions& o = a.settings.options;
  command.add_option("EXAMPLE", a.examples, "Pictures to steal from; alpha 0 is left alone")
      ->type_name("FILE")
      ->required();
  command.add_option("-o,--output", a.out, "The picture to write")->type_name("OUT")->required();
  add_value(command, "--size", "WxH", "Size of the output; twice the first example, or that of --mask, if not given",
            [&o](const std::string& text) { o.size = parse_size(text); });
  add_choice(command, "--method", a.method, kMethods, "How it is made; quilt");
  add_quilting(command, a);
  add_choice(command, "--tile", o.tiling, kTilings, "The axes along which the output continues at its other side");
  command.add_option("--mask", a.mask, "Make only what is white here; the rest is black")->type_name("MASK");
  command
      .add_option("--example-mask", a.example_masks,
                  "Steal only what is white here; given once for each example, in order")
      ->type_name("MASK")
      ->allow_extra_args(false);
  command.add_option("--provenance", a.provenance, "Write example, row and column of every pixel's source (int32)")
      ->type_name("OUT.npy");
  command
      .add_option("--replay", a.replays,
                  "Write what becomes of a map of the example: its heights, its labels; MAP,MAP=OUT of two examples. "
                  "May be given again")
      ->type_name("MAP=OUT")
      ->allow_extra_args(false);
  add_value(command, "--seed", "N", "Another number, another texture; 0",
            [&o](const std::string& text) { o.seed = parse_seed(text); });
  add_common(command, a.common);
  command.callback([arguments] { TextureRun(*arguments).run(); });
}

}  // namespace pastiche::program
