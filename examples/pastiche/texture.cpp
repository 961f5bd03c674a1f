// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "inputs.hpp"
#include "methods.hpp"
#include "report.hpp"
#include "variants.hpp"

#include <pastiche/io/npy.hpp>

#include <memory>

namespace pastiche::program {

namespace {

const MethodFlags<Method> kMethodFlags{{"--block", {Method::quilt, Method::optimize}},
                                       {"--overlap", {Method::quilt}},
                                       {"--tolerance", {Method::quilt, Method::pixel}},
                                       {"--seam", {Method::quilt}},
                                       {"--blend", {Method::quilt}},
                                       {"--window", {Method::pixel}},
                                       {"--neighbourhood", {Method::coherence}},
                                       {"--patch", {Method::optimize, Method::patchnn}},
                                       {"--piece", {Method::coherence, Method::optimize}},
                                       {"--soft", {Method::optimize, Method::patchnn}},
                                       {"--completeness", {Method::patchnn}},
                                       {"--balance", {Method::optimize}},
                                       {"--coarsest", {Method::optimize, Method::patchnn}},
                                       {"--stretch", {Method::patchnn}},
                                       {"--layout", {Method::patchnn}}};
const Names<Tiling> kTilings{{"x", Tiling::x}, {"y", Tiling::y}, {"xy", Tiling::xy}};

/// What Poisson's blend takes for a pixel: about twenty floats.
constexpr double kCoverBytes = 80.0;
/// What patch methods take for a pixel.
constexpr double kPatchBytes = 100.0;

/// A --replay MAP=OUT: one map for each example.
struct ReplayRequest {
  std::vector<std::string> maps;
  std::string out;
};

struct TextureArguments {
  CommonArguments common;
  std::vector<std::string> examples, example_masks, example_weights, replays, guides;
  std::string out, mask, provenance, layout;
  MethodSettings settings;
  VariantOptions variants;
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
    check_number("--example-mask", a_.example_masks, 0);
    check_number("--example-weight", a_.example_weights, 0);
    check_number("--guide", a_.guides, 1);
    read_weights();
    open_outputs();
  }

  void run() {
    read();
    check_room();
    describe();
    report_.stage("read");
    ProgressBar bar("texture", a_.common.quiet);
    const Synthesized made = synthesize_varied(examples_.pictures, a_.variants, a_.settings, bar);
    bar.clear();
    for (const auto& [name, value] : made.resolved) {
      (name == "blocks" ? report_.data : report_.parameters())[name] = static_cast<std::int64_t>(value);
    }
    report_.stage(name_of(kMethods, a_.settings.method).c_str());
    write(made);
  }

 private:
  // Flags that are given once for each example come so many times, and `more`, or not at all.
  void check_number(const char* flag, const std::vector<std::string>& given, std::size_t more) const {
    const std::size_t examples = a_.examples.size();
    if (given.empty() || given.size() == examples + more) return;
    throw UsageError(
        std::string("number of ") + flag, std::to_string(given.size()),
        std::to_string(examples + more) + ", one for each example" +
            (more > 0 ? " and one for the output, each after a " + std::string(flag) + " of its own" : ""));
  }

  void read_weights() {
    std::vector<double>& weights = a_.settings.quilt.options.example_weights;
    bool any = a_.example_weights.empty();
    for (const std::string& text : a_.example_weights) {
      weights.push_back(parse_real("--example-weight", text, 0.0, 1e6));
      any = any || weights.back() > 0.0;
    }
    if (!any) throw UsageError("--example-weight", "0 for every example", "one above 0");
  }

  void open_outputs() {
    format_ = check_format(a_.out);
    outputs_.spare(a_.examples);
    outputs_.spare(a_.example_masks);
    outputs_.spare(a_.mask);
    outputs_.spare(a_.guides);
    outputs_.spare(a_.layout);
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
    QuiltOptions& o = a_.settings.quilt.options;
    examples_ = read_examples(a_.examples, holds_alpha(format_));
    read_masks("--example-mask", a_.example_masks, a_.examples, examples_);
    o.example_masks = masks_of(examples_);
    if (!a_.mask.empty()) {
      mask_ = read_mask(a_.mask);
      const Shape<2> given{{mask_->shape(0), mask_->shape(1)}};
      if (o.size[0] == 0) o.size = given;
      if (given[0] != o.size[0] || given[1] != o.size[1]) {
        throw UsageError("size of --mask " + a_.mask, size_text(given), size_text(o.size) + ", that of the output");
      }
      o.output_mask = mask_of(*mask_);
    }
    if (o.size[0] == 0 && !a_.guides.empty()) o.size = size_of(read_any_image(a_.guides.back()));
    if (o.size[0] == 0) o.size = {{2 * examples_.sizes[0][0], 2 * examples_.sizes[0][1]}};
    check_fits("--size", format_, o.size);
    for (const ReplayRequest& replay : replays_) check_fits("--size", check_format(replay.out), o.size);
    o.provenance = !a_.provenance.empty() || !replays_.empty();
    a_.settings.votes = a_.settings.soft && !replays_.empty();
    for (const ReplayRequest& replay : replays_) maps_.push_back(read_maps(replay));
    read_guides();
  }

  // Guides say what is where; a layout says what the picture is like.
  void read_guides() {
    if (!a_.guides.empty()) {
      guides_ = read_guide("--guide", a_.guides, a_.examples, examples_.sizes, a_.settings.quilt.options.size);
    }
    if (!guides_.empty()) {
      for (std::size_t e = 0; e + 1 < guides_.size(); ++e) {
        a_.settings.guide.examples.push_back(guide_of(guides_[e]));
      }
      a_.settings.guide.output = guide_of(guides_.back());
    }
    if (a_.layout.empty()) return;
    layout_ = as_floats(read_any_image(a_.layout));
    const index_t channels = channels_of(examples_.pictures);
    if (layout_->shape(2) != channels) {
      throw UsageError("channels of --layout " + a_.layout, std::to_string(layout_->shape(2)),
                       std::to_string(channels) + ", as the examples have");
    }
    a_.settings.layout = guide_of(*layout_);
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

  void check_room() const {
    const double pixels = static_cast<double>(a_.settings.quilt.options.size[0] * a_.settings.quilt.options.size[1]);
    const double element = examples_.pictures.index() == 0 ? 1.0 : examples_.pictures.index() == 1 ? 2.0 : 4.0;
    const double image = element * static_cast<double>(channels_of(examples_.pictures));
    const double block = a_.settings.quilt.options.block, step = block - a_.settings.quilt.options.overlap;
    // The plan takes about as much a block, and deep overlaps make for many.
    const double plan = block > 0.0 && step > 0.0 ? 512.0 / (step * step) : 0.0;
    const bool covers = a_.settings.quilt.blend.kind == AnyBlend::Kind::poisson;
    // Fields of patches, before and after a sweep, and what is searched.
    const bool patches = a_.settings.method != Method::quilt && a_.settings.method != Method::pixel;
    const double trace = a_.settings.quilt.options.provenance || covers ? 25.0 : 0.0;
    const double bytes =
        pixels * (3.0 * image + trace + (covers ? kCoverBytes : 0.0) + (patches ? kPatchBytes : 0.0) + plan);
    check_memory(bytes);
  }

  void describe() {
    const QuiltOptions& o = a_.settings.quilt.options;
    auto& p = report_.parameters();
    p["examples"] = a_.examples;
    p["output"] = a_.out;
    p["size"] = size_text(o.size);
    p["method"] = name_of(kMethods, a_.settings.method);
    if (a_.settings.method == Method::quilt) {
      p["tolerance"] = a_.settings.quilt.tolerance;
      p["seam"] = name_of(kSeams, a_.settings.quilt.seam.kind);
      p["blend"] = name_of(kBlends, a_.settings.quilt.blend.kind);
    }
    if (!o.example_weights.empty()) p["example_weights"] = o.example_weights;
    if (!a_.variants.empty()) {
      p["turn"] = a_.variants.angles;
      p["mirror"] = a_.variants.mirror;
      p["scales"] = a_.variants.scales;
    }
    if (!a_.guides.empty()) p["guides"] = a_.guides;
    if (!a_.layout.empty()) p["layout"] = a_.layout;
    p["tile"] = o.tiling == Tiling::none ? "none" : name_of(kTilings, o.tiling);
    p["seed"] = o.seed;
    for (const Shape<2>& size : examples_.sizes) report_.data["example_sizes"].push_back(size_text(size));
  }

  void write(const Synthesized& made) {
    std::size_t next = 0;
    outputs_.write(next++, encode(format_, made.image));
    if (!a_.provenance.empty()) outputs_.write(next++, encode_npy(made.provenance));
    for (std::size_t r = 0; r < replays_.size(); ++r) {
      const AnyImage map = made.votes ? averaged(*made.votes, maps_[r]) : replayed(made.provenance.view(), maps_[r]);
      outputs_.write(next++, encode(check_format(replays_[r].out), map));
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
  std::vector<Pixels<float>> guides_;
  std::optional<Pixels<float>> layout_;
};

void add_quilting(CLI::App& command, TextureArguments& a) {
  QuiltOptions& o = a.settings.quilt.options;
  constexpr int kMostBlock = 30000;
  add_integer(command, "--block", o.block, 0, kMostBlock,
              "quilt, optimize: side of a block in pixels; 0 finds one from the example");
  add_integer(command, "--overlap", o.overlap, 0, kMostBlock,
              "quilt: pixels that neighbouring blocks share; 0 is a sixth of the block");
  add_looks(command, a.settings.quilt);
}

void add_methods(CLI::App& command, TextureArguments& a) {
  MethodSettings& m = a.settings;
  add_value(command, "--window", "N", "pixel: side of the neighbourhood in pixels, odd; 11",
            [&m](const std::string& text) {
              m.window = static_cast<int>(parse_integer("--window", text, 3, 255));
              if (m.window % 2 == 0) throw UsageError("--window", text, "an odd number, 3 to 255");
            });
  add_value(command, "--neighbourhood", "N", "coherence: side of the neighbourhood in pixels, 3, 5 or 7; 7",
            [&m](const std::string& text) {
              m.neighbourhood = static_cast<int>(parse_integer("--neighbourhood", text, 3, 7));
              if (m.neighbourhood % 2 == 0) throw UsageError("--neighbourhood", text, "3, 5 or 7");
            });
  add_integer(command, "--patch", m.patch, 1, 64, "optimize, patchnn: side of a patch in pixels; 7");
  add_value(
      command, "--piece", "X",
      "Side of the pieces it begins with. optimize: of the block that quilting would take, 0.85; coherence: of the "
      "examples' shorter side, 0.4. Less gives variety, more keeps regular patterns together",
      [&m](const std::string& text) { m.piece = parse_real("--piece", text, 0.01, 1.0); });
  command.add_flag("--soft", m.soft, "optimize, patchnn: pixels are means of patches instead of stolen");
  add_value(command, "--completeness", "A",
            "patchnn: the less, the more of the example shows up, 0 turns it off; 0.005",
            [&m](const std::string& text) { m.completeness = parse_real("--completeness", text, 0.0, 1e6); });
  add_value(command, "--balance", "X",
            "optimize: how much dearer parts of the example get that were used much; 0 turns it off; 0.5",
            [&m](const std::string& text) { m.balance = parse_real("--balance", text, 0.0, 1000.0); });
  add_integer(command, "--coarsest", m.coarsest, 1, 30000,
              "optimize, patchnn: pixels that the shorter side keeps on the coarsest level; 32, 21");
  command.add_flag("--stretch", m.stretch, "patchnn: begin with the first example stretched to the size: retargeting");
  command.add_option("--layout", a.layout, "patchnn: begin with this picture: structural analogy")
      ->type_name("PICTURE");
  command
      .add_option("--guide", a.guides,
                  "Maps that say what should be where: given once for each example, in order, and once for the output")
      ->type_name("MAP")
      ->allow_extra_args(false);
  add_value(command, "--guide-weight", "W", "What a difference of the guide counts against one of the pixels; 1",
            [&m](const std::string& text) { m.guide.weight = parse_real("--guide-weight", text, 0.0, 100.0); });
}

void check_flags(const CLI::App& command, Method method) {
  check_method_flags(command, kMethodFlags, kMethods, method);
  const auto together = [&](const char* flag, const char* other, const char* expected) {
    if (command.count(flag) > 0 && command.count(other) > 0) {
      throw UsageError(flag, std::string("given with ") + other, expected);
    }
  };
  together("--stretch", "--layout", "one of the two");
  together("--guide", "--layout", "one of the two");
  together("--provenance", "--soft", "one of the two: means have no single source; --replay renders maps");
  for (const char* const flag : {"--turn", "--mirror", "--scales"}) {
    if (command.count("--soft") > 0) together("--replay", flag, "stolen pixels: without --soft");
  }
  if (command.count("--guide-weight") > 0 && command.count("--guide") == 0) {
    throw UsageError("--guide-weight", "given without --guide", "both");
  }
}

}  // namespace

void add_texture(CLI::App& program) {
  CLI::App& command = *program.add_subcommand("texture", "Make a texture of any size from examples of it");
  const auto arguments = std::make_shared<TextureArguments>();
  TextureArguments& a = *arguments;
  QuiltOptions& o = a.settings.quilt.options;
  command.add_option("EXAMPLE", a.examples, "Pictures to steal from; alpha 0 is left alone")
      ->type_name("FILE")
      ->required();
  command.add_option("-o,--output", a.out, "The picture to write")->type_name("OUT")->required();
  add_value(command, "--size", "WxH",
            "Size of the output; if not given that of --mask or of the output's guide, else twice the first example",
            [&o](const std::string& text) { o.size = parse_size(text); });
  add_choice(command, "--method", a.settings.method, kMethods, "How it is made; optimize");
  add_quilting(command, a);
  add_methods(command, a);
  add_choice(command, "--tile", o.tiling, kTilings, "The axes along which the output continues at its other side");
  command.add_option("--mask", a.mask, "Make only what is white here; the rest is black")->type_name("MASK");
  command
      .add_option("--example-mask", a.example_masks,
                  "Steal only what is white here; given once for each example, in order")
      ->type_name("MASK")
      ->allow_extra_args(false);
  command
      .add_option("--example-weight", a.example_weights,
                  "How much is stolen from an example, against the others: its share is weight times pixels, 0 is "
                  "nothing; given once for each example, in order")
      ->type_name("W")
      ->allow_extra_args(false);
  add_variants(command, a.variants);
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
  command.callback([arguments, &command] {
    check_flags(command, arguments->settings.method);
    TextureRun(*arguments).run();
  });
}

}  // namespace pastiche::program
