// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "inputs.hpp"
#include "method_transfer.hpp"
#include "report.hpp"

#include <pastiche/io/npy.hpp>

#include <memory>

namespace pastiche::program {

namespace {

const Names<Method> kTransferMethods{{"quilt", Method::quilt}, {"optimize", Method::optimize}};
const Names<Correspondence> kCorrespondences{{"luminance", Correspondence::luminance},
                                             {"blurred", Correspondence::blurred}};

/// What a pixel takes at most: pictures before and after a pass, maps, sources, patches.
constexpr double kTransferBytes = 150.0;

struct TransferArguments {
  CommonArguments common;
  std::vector<std::string> textures, texture_masks, correspondence;
  std::string target, out, mask, provenance;
  bool no_match = false;
  TransferSettings settings;
};

/// One run of the sub-command.
class TransferRun {
 public:
  explicit TransferRun(TransferArguments arguments) : a_{std::move(arguments)}, report_{"transfer", a_.common} {
    TransferOptions& o = a_.settings.options;
    a_.settings.looks.threads = a_.common.threads;
    o.match = !a_.no_match;
    o.provenance = !a_.provenance.empty();
    name_correspondence();
    open_outputs();
  }

  void run() {
    read();
    describe();
    report_.stage("read");
    ProgressBar bar("transfer", a_.common.quiet);
    const Synthesized made = transfer_pictures(examples_.pictures, *target_, a_.settings, bar);
    bar.clear();
    for (const auto& [name, value] : made.resolved) report_.parameters()[name] = static_cast<std::int64_t>(value);
    report_.stage("transfer");
    outputs_.write(0, encode(format_, made.image));
    std::size_t next = 1;
    if (!a_.provenance.empty()) outputs_.write(next++, encode_npy(made.provenance));
    report_.stage("write");
    if (!a_.common.report.empty()) outputs_.write(next++, report_.text());
    outputs_.commit();
  }

 private:
  // One name, or else files.
  void name_correspondence() {
    if (a_.correspondence.size() != 1) return;
    for (const auto& [name, kind] : kCorrespondences) {
      if (a_.correspondence[0] != name) continue;
      a_.settings.options.correspondence = kind;
      a_.correspondence.clear();
      return;
    }
    throw UsageError("--correspondence", a_.correspondence[0],
                     "luminance, blurred, or a map of each texture and one of "
                     "the target");
  }

  void open_outputs() {
    format_ = check_format(a_.out);
    for (const auto* inputs : {&a_.textures, &a_.texture_masks, &a_.correspondence}) outputs_.spare(*inputs);
    outputs_.spare(a_.target);
    outputs_.spare(a_.mask);
    if (!a_.provenance.empty()) check_npy("--provenance", a_.provenance);
    for (const std::string& path : {a_.out, a_.provenance, a_.common.report}) {
      if (!path.empty()) outputs_.add(path);
    }
  }

  void read() {
    TransferOptions& o = a_.settings.options;
    examples_ = read_examples(a_.textures, holds_alpha(format_));
    read_masks("--texture-mask", a_.texture_masks, a_.textures, examples_);
    o.example_masks = masks_of(examples_);
    std::vector<AnyImage> targets;
    targets.push_back(read_any_image(a_.target));
    target_ = std::visit([](const auto& all) { return as_floats(AnyImage{all[0]}); }, alike(std::move(targets), false));
    const Shape<2> size{{target_->shape(0), target_->shape(1)}};
    check_fits("size of --target", format_, size);
    check_memory(kTransferBytes * static_cast<double>(size[0]) * static_cast<double>(size[1]));
    if (!a_.mask.empty()) {
      mask_ = read_sized_mask("--mask", a_.mask, size);
      o.output_mask = mask_of(*mask_);
    }
    if (a_.correspondence.empty()) return;
    maps_ = read_guide("--correspondence", a_.correspondence, a_.textures, examples_.sizes, size);
    for (std::size_t e = 0; e + 1 < maps_.size(); ++e) o.maps.examples.push_back(guide_of(maps_[e]));
    o.maps.output = guide_of(maps_.back());
  }

  void describe() {
    const TransferOptions& o = a_.settings.options;
    auto& p = report_.parameters();
    p["textures"] = a_.textures;
    p["target"] = a_.target;
    p["output"] = a_.out;
    p["size"] = size_text({{target_->shape(0), target_->shape(1)}});
    p["method"] = name_of(kTransferMethods, a_.settings.method);
    if (a_.correspondence.empty()) {
      p["correspondence"] = name_of(kCorrespondences, o.correspondence);
    } else {
      p["correspondence"] = a_.correspondence;
    }
    p["passes"] = o.passes;
    p["alpha"] = o.alpha;
    p["seed"] = o.seed;
  }

  TransferArguments a_;
  Report report_;
  Outputs outputs_;
  ImageFormat format_ = ImageFormat::png;
  Examples examples_;
  std::optional<Pixels<float>> target_;
  std::optional<MaskPixels> mask_;
  std::vector<Pixels<float>> maps_;
};

void add_correspondence(CLI::App& command, TransferArguments& a) {
  TransferOptions& o = a.settings.options;
  command
      .add_option(
          "--correspondence", a.correspondence,
          "What textures and target are compared by: luminance, blurred (if not given), or a map of each texture "
          "and one of the target")
      ->type_name("luminance|blurred|MAP MAP")
      ->expected(1, 1000);
  add_value(command, "--blur", "X", "Deviation of the blur in pixels; 2",
            [&o](const std::string& text) { o.blur = parse_real("--blur", text, 0.0, 1000.0); });
  command.add_flag("--no-match", a.no_match, "Compare tones as they are; else the target gets those of the textures");
  add_value(
      command, "--alpha", "A",
      "How much the texture counts, 0.01 to 1, the rest is the target's. quilt: from 0.1 in the first pass to 0.9 "
      "in the last, if not given; optimize: 0.3",
      [&o](const std::string& text) { o.alpha = parse_real("--alpha", text, 0.01, 1.0); });
}

/// A flag that the method or the correspondence does not take is a mistake. Maps are compared as they are.
void check_flags(const CLI::App& command, const TransferArguments& a) {
  const Method method = a.settings.method;
  const bool maps = a.correspondence.size() > 1;
  for (const char* const flag : {"--blur", "--no-match"}) {
    if (maps && command.count(flag) > 0) {
      throw UsageError(flag, "given with maps for --correspondence", "--correspondence luminance or blurred");
    }
  }
  if (command.count("--blur") > 0 && a.correspondence == std::vector<std::string>{"luminance"}) {
    throw UsageError("--blur", "given with --correspondence luminance", "--correspondence blurred");
  }
  if (method == Method::quilt) return;
  for (const char* const flag : {"--overlap", "--passes", "--tolerance", "--seam", "--blend"}) {
    if (command.count(flag) > 0) throw UsageError(flag, "given with --method optimize", "--method quilt");
  }
}

}  // namespace

void add_transfer(CLI::App& program) {
  CLI::App& command = *program.add_subcommand("transfer", "Render a picture in the texture of another");
  const auto arguments = std::make_shared<TransferArguments>();
  TransferArguments& a = *arguments;
  TransferOptions& o = a.settings.options;
  constexpr int kMostBlock = 30000;
  command.add_option("--texture", a.textures, "A picture to steal from; alpha 0 is left alone. May be given again")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->required();
  command.add_option("--target", a.target, "The picture to render")->type_name("FILE")->required();
  command.add_option("-o,--output", a.out, "The picture to write, of the target's size")->type_name("OUT")->required();
  add_choice(command, "--method", a.settings.method, kTransferMethods, "How it is made; quilt");
  add_integer(command, "--block", o.block, 0, kMostBlock,
              "Side of a block in the first pass, in pixels; a tenth of the target's shorter side if not given");
  add_integer(command, "--overlap", o.overlap, 0, kMostBlock,
              "Pixels that blocks of the first pass share; 0 is a sixth of the block");
  add_integer(command, "--passes", o.passes, 1, 20, "Passes, each with blocks a third smaller; 5");
  add_correspondence(command, a);
  add_looks(command, a.settings.looks);
  command.add_option("--mask", a.mask, "Make only what is white here; the rest is black")->type_name("MASK");
  command
      .add_option("--texture-mask", a.texture_masks,
                  "Steal only what is white here; given once for each texture, in order")
      ->type_name("MASK")
      ->allow_extra_args(false);
  command.add_option("--provenance", a.provenance, "Write texture, row and column of every pixel's source (int32)")
      ->type_name("OUT.npy");
  add_value(command, "--seed", "N", "Another number, another picture; 0",
            [&o](const std::string& text) { o.seed = parse_seed(text); });
  add_common(command, a.common);
  command.callback([arguments, &command] {
    check_flags(command, *arguments);
    TransferRun(*arguments).run();
  });
}

}  // namespace pastiche::program
