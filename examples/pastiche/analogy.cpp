// SPDX-License-Identifier: MIT
#include "analogies.hpp"
#include "commands.hpp"
#include "inputs.hpp"
#include "report.hpp"

#include <pastiche/io/npy.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace pastiche::program {

namespace {

using M = AnalogyMethod;
const MethodFlags<M> kAnalogyFlags{{"--style", {M::patches}},
                                   {"--guide", {M::patches}},
                                   {"--weight", {M::patches}},
                                   {"--mask", {M::patches}},
                                   {"--modulation", {M::patches}},
                                   {"--uniformity", {M::patches}},
                                   {"--patchsize", {M::patches}},
                                   {"--searchvoteiters", {M::patches}},
                                   {"--patchmatchiters", {M::patches}},
                                   {"--extrapass3x3", {M::patches}},
                                   {"--scatter", {M::patches}},
                                   {"--soft", {M::patches}},
                                   {"--seed", {M::patches}},
                                   {"--flow", {M::patches}},
                                   {"--flow-weight", {M::patches}},
                                   {"--kappa", {M::classic}},
                                   {"--luminance", {M::classic}},
                                   {"--no-remap", {M::classic}}};

/// The uniformity of ebsynth that is our balance of 1.
constexpr double kUniformity = 7000.0;
/// What either method takes for a pixel of the output, and the classic one for a pixel of A and a channel.
constexpr double kPixelBytes = 140.0, kFeatureBytes = 130.0;

/// Maps of A' and of the output: paths, of folders where there are frames.
struct GuidePair {
  std::string of_style, of_output;
  double weight = -1.0;  ///< negative: not given
};

struct AnalogyArguments {
  CommonArguments common;
  std::vector<std::string> pictures;  ///< A, A', B
  std::vector<std::string> weights;   ///< in their order
  std::vector<GuidePair> guides;
  std::string style, out, mask, modulation, provenance, flow;
  double style_weight = 1.0, flow_weight = 1.0;
  bool frames = false;
  AnalogySettings settings;
};

/// --weight W is that of the --guide or --style before it, as ebsynth has it.
void read_weights(const CLI::App& command, AnalogyArguments& a) {
  const CLI::Option* last = nullptr;
  std::size_t guide = a.pictures.empty() ? 0 : 1, next = guide, weights = 0, guide_values = 0;
  for (const CLI::Option* option : command.parse_order()) {
    const std::string name = option->get_name();
    // The order has an entry for each value, and a guide has two.
    if (name == "--guide" && guide_values++ % 2 == 0) guide = next++;
    if (name == "--guide" || name == "--style") last = option;
    if (name != "--weight") continue;
    const std::string text = a.weights[weights++];
    const double weight = parse_real("--weight", text, 0.0, 100.0);
    if (last == nullptr && a.pictures.empty()) throw UsageError("--weight", text, "--style or --guide before it");
    if (last != nullptr && last->get_name() == "--style") {
      if (weight <= 0.0) throw UsageError("--weight", text, "more than 0 for the style");
      a.style_weight = weight;
    } else {
      a.guides[last == nullptr ? 0 : guide].weight = weight;
    }
  }
}

/// One run of the sub-command.
class AnalogyCommand {
 public:
  explicit AnalogyCommand(AnalogyArguments arguments) : a_{std::move(arguments)}, report_{"analogy", a_.common} {
    if (a_.frames) {
      find_frames();
      check_flows();
    } else {
      frames_.push_back({b_path(), a_.out});
    }
    open_outputs();
  }

  void run() {
    read_style();
    describe();
    report_.stage("read");
    ProgressBar bar("analogy", a_.common.quiet);
    for (std::size_t i = 0; i < frames_.size(); ++i) {
      if (a_.frames) bar.label("frame " + std::to_string(i + 1) + " of " + std::to_string(frames_.size()));
      Synthesized made = make(i, bar);
      report_.data["seconds_of_frames"].push_back(made.seconds);
      outputs_.write(i, encode(format_, made.image));
      if (!a_.provenance.empty()) outputs_.write(frames_.size(), encode_npy(made.provenance));
      last_ = std::move(made.image);
    }
    bar.clear();
    report_.stage(name_of(kAnalogyMethods, a_.settings.method).c_str());
    if (!a_.common.report.empty()) outputs_.write(report_at_, report_.text());
    outputs_.commit();
    if (folder_) folder_->keep();
  }

 private:
  struct Frame {
    std::string in, out;
  };

  std::string b_path() const { return a_.pictures.empty() ? a_.guides[0].of_output : a_.pictures[2]; }
  // The first guide may be A and B, given by their place.
  const char* flag_of(std::size_t guide, const char* place) const {
    return guide == 0 && !a_.pictures.empty() ? place : "--guide";
  }
  std::string style_path() const { return a_.pictures.empty() ? a_.style : a_.pictures[1]; }

  // Frames are the pictures of B's folder, by name; what they become has the same names.
  void find_frames() {
    folder_.emplace(a_.out);
    for (const auto& path : picture_files("--frames", b_path())) {
      frames_.push_back({path.string(), (std::filesystem::path(a_.out) / path.stem()).string() + ".png"});
    }
    for (const GuidePair& guide : a_.guides) {
      guide_frames_.push_back(picture_files("--guide", guide.of_output));
      if (guide_frames_.back().size() != frames_.size()) {
        throw UsageError("number of pictures in --guide " + guide.of_output,
                         std::to_string(guide_frames_.back().size()),
                         std::to_string(frames_.size()) + ", one for each frame");
      }
    }
  }

  // A flow for each frame but the first is there before any work.
  void check_flows() const {
    for (std::size_t i = 1; !a_.flow.empty() && i < frames_.size(); ++i) {
      if (!std::filesystem::exists(flow_path(i))) {
        throw Failure(flow_path(i) + " is missing; expected a flow for each frame but the first");
      }
    }
  }

  std::string flow_path(std::size_t i) const {
    return (std::filesystem::path(a_.flow) / std::filesystem::path(frames_[i].in).stem()).string() + ".npy";
  }

  void open_outputs() {
    format_ = check_format(frames_[0].out);
    outputs_.spare(a_.pictures);
    outputs_.spare(style_path());
    for (const GuidePair& guide : a_.guides) outputs_.spare({guide.of_style, guide.of_output});
    for (const std::string& input : {a_.mask, a_.modulation}) {
      if (!input.empty()) outputs_.spare(input);
    }
    for (const Frame& frame : frames_) outputs_.spare(frame.in);
    for (const Frame& frame : frames_) outputs_.add(frame.out);
    report_at_ = frames_.size();
    if (!a_.provenance.empty()) {
      check_npy("--provenance", a_.provenance);
      outputs_.add(a_.provenance);
      ++report_at_;
    }
    if (!a_.common.report.empty()) outputs_.add(a_.common.report);
  }

  void read_style() {
    a_.settings.patches.provenance = a_.settings.classic.provenance = !a_.provenance.empty();
    if (a_.settings.method == AnalogyMethod::classic) return;
    style_ = read_examples({style_path()}, holds_alpha(format_));
    for (const auto& mask : style_.masks) {
      if (mask) a_.settings.patches.example_masks.push_back(mask_of(*mask));
    }
    for (std::size_t g = 0; g < a_.guides.size(); ++g) {
      style_maps_.push_back(read_map(flag_of(g, "A"), a_.guides[g].of_style, style_.sizes[0], style_path()));
    }
  }

  Synthesized make(std::size_t i, ProgressBar& bar) {
    return a_.settings.method == AnalogyMethod::classic ? make_classic(i, bar) : make_patches(i, bar);
  }

  Synthesized make_classic(std::size_t i, ProgressBar& bar) const {
    std::vector<AnyImage> three;
    for (const std::string& path : {a_.pictures[0], a_.pictures[1], frames_[i].in}) {
      three.push_back(read_any_image(path));
    }
    const Shape<2> a = size_of(three[0]), b = size_of(three[2]);
    check_size(a_.pictures[1], size_of(three[1]), a, a_.pictures[0]);
    check_fits("B", format_, b);
    check_memory(kPixelBytes * static_cast<double>(b[0] * b[1]) + kFeatureBytes * static_cast<double>(a[0] * a[1]));
    return analogous(alike(std::move(three), false), a_.settings, bar);
  }

  Synthesized make_patches(std::size_t i, ProgressBar& bar) {
    StylizeOptions& o = a_.settings.patches;
    std::vector<Pixels<float>> maps;
    o.guides.clear();
    for (std::size_t g = 0; g < a_.guides.size(); ++g) {
      const std::string path = a_.frames ? guide_frames_[g][i].string() : a_.guides[g].of_output;
      maps.push_back(as_floats(read_any_image(path)));
      const std::string flag = flag_of(g, "B");
      check_size(flag + " " + path, {{maps[g].shape(0), maps[g].shape(1)}}, {{maps[0].shape(0), maps[0].shape(1)}},
                 "the first guide");
      if (maps[g].shape(2) != style_maps_[g].shape(2)) {
        throw UsageError("channels of " + flag + " " + path, std::to_string(maps[g].shape(2)),
                         std::to_string(style_maps_[g].shape(2)) + ", as " + a_.guides[g].of_style + " has");
      }
    }
    for (std::size_t g = 0; g < a_.guides.size(); ++g) {
      o.guides.push_back({.examples = {guide_of(style_maps_[g])}, .output = guide_of(maps[g]), .weight = weight(g)});
    }
    o.size = {{maps[0].shape(0), maps[0].shape(1)}};
    check_fits("B", format_, o.size);
    check_memory(kPixelBytes * static_cast<double>(o.size[0] * o.size[1]));
    if (!a_.mask.empty()) {
      mask_ = read_sized_mask("--mask", a_.mask, o.size);
      o.output_mask = mask_of(*mask_);
    }
    if (!a_.modulation.empty()) {
      modulation_ = read_map("--modulation", a_.modulation, o.size);
      o.modulation = guide_of(*modulation_);
      o.modulation.row_stride = o.modulation.width * o.modulation.channels;
      if (o.modulation.channels != 1 && o.modulation.channels != static_cast<index_t>(o.guides.size())) {
        throw UsageError("channels of --modulation " + a_.modulation, std::to_string(o.modulation.channels),
                         "1, or one for each guide");
      }
    }
    if (i == 0 || a_.flow.empty()) return stylized(style_.pictures, a_.settings, nullptr, bar);
    LastFrame last{std::move(*last_), read_flow(flow_path(i), o.size), a_.flow_weight};
    return stylized(style_.pictures, a_.settings, &last, bar);
  }

  // ebsynth shares a weight out among the channels of a guide, and 1 among the guides.
  double weight(std::size_t g) const {
    const double given = a_.guides[g].weight >= 0.0 ? a_.guides[g].weight : 1.0 / static_cast<double>(a_.guides.size());
    const double channels = static_cast<double>(channels_of(style_.pictures));
    return min_of(100.0, given / a_.style_weight * channels / static_cast<double>(style_maps_[g].shape(2)));
  }

  static Pixels<float> read_flow(const std::string& path, const Shape<2>& size) {
    Pixels<float> flow = read_npy<float, 3>(path);
    if (flow.shape(0) != size[0] || flow.shape(1) != size[1] || flow.shape(2) != 2) {
      throw Failure("the flow " + path + " has the shape (" + std::to_string(flow.shape(0)) + ", " +
                    std::to_string(flow.shape(1)) + ", " + std::to_string(flow.shape(2)) + "); expected (" +
                    std::to_string(size[0]) + ", " + std::to_string(size[1]) + ", 2)");
    }
    return flow;
  }

  void describe() {
    auto& p = report_.parameters();
    p["style"] = style_path();
    p["output"] = a_.out;
    p["method"] = name_of(kAnalogyMethods, a_.settings.method);
    p["frames"] = a_.frames;
    if (a_.settings.method == AnalogyMethod::classic) {
      p["pictures"] = a_.pictures;
      p["kappa"] = a_.settings.classic.kappa;
      p["luminance"] = a_.settings.classic.luminance;
      p["remap"] = a_.settings.classic.remap;
      return;
    }
    for (std::size_t g = 0; g < a_.guides.size(); ++g) {
      p["guides"].push_back(
          {{"style", a_.guides[g].of_style}, {"output", a_.guides[g].of_output}, {"weight", weight(g)}});
    }
    const StylizeOptions& o = a_.settings.patches;
    p["style_weight"] = a_.style_weight;
    if (!a_.mask.empty()) p["mask"] = a_.mask;
    if (!a_.modulation.empty()) p["modulation"] = a_.modulation;
    p["uniformity"] = o.balance * kUniformity;
    p["patchsize"] = o.patch;
    p["rounds"] = o.rounds;
    p["sweeps"] = a_.settings.sweeps;
    p["extrapass"] = o.polish_patch > 0;
    p["scatter"] = !o.aligned;
    p["soft"] = !o.steal;
    p["seed"] = o.seed;
    if (!a_.flow.empty()) {
      p["flow"] = a_.flow;
      p["flow_weight"] = a_.flow_weight;
    }
  }

  AnalogyArguments a_;
  Report report_;
  Outputs outputs_;
  std::optional<NewFolder> folder_;
  std::vector<Frame> frames_;
  std::vector<std::vector<std::filesystem::path>> guide_frames_;
  std::size_t report_at_ = 0;
  ImageFormat format_ = ImageFormat::png;
  Examples style_;
  std::vector<Pixels<float>> style_maps_;
  std::optional<MaskPixels> mask_;
  std::optional<Pixels<float>> modulation_;
  std::optional<AnyImage> last_;
};

void check(const CLI::App& command, AnalogyArguments& a) {
  check_method_flags(command, kAnalogyFlags, kAnalogyMethods, a.settings.method);
  if (a.pictures.empty() == a.style.empty()) {
    throw UsageError("A, APRIME and B", a.pictures.empty() ? "missing" : "given with --style",
                     "the three of them, or --style and --guide");
  }
  if (!a.pictures.empty()) a.guides.insert(a.guides.begin(), {a.pictures[0], a.pictures[2]});
  if (a.guides.empty()) throw UsageError("--guide", "missing", "maps of the style and of the output");
  read_weights(command, a);
  if (!a.settings.classic.remap && !a.settings.classic.luminance) {
    throw UsageError("--no-remap", "given without --luminance", "the two together");
  }
  if (!a.frames && !a.flow.empty()) throw UsageError("--flow", "given without --frames", "the two together");
  if (a.flow.empty() && command.count("--flow-weight") > 0) {
    throw UsageError("--flow-weight", "given without --flow", "the two together");
  }
  if (a.frames && !a.provenance.empty()) {
    throw UsageError("--provenance", "given with --frames", "one of the two");
  }
  if (command.count("--soft") > 0 && !a.provenance.empty()) {
    throw UsageError("--provenance", "given with --soft", "one of the two: averages have no source");
  }
}

void add_patches(CLI::App& command, AnalogyArguments& a) {
  StylizeOptions& o = a.settings.patches;
  command.add_option("--style", a.style, "A', where it is not given by its place")->type_name("APRIME");
  command
      .add_option_function<std::vector<std::string>>(
          "--guide",
          [&a](const std::vector<std::string>& paths) {
            for (std::size_t i = 0; i + 1 < paths.size(); i += 2) a.guides.push_back({paths[i], paths[i + 1]});
          },
          "A map of A' and one of the output that say what should be where; may be given again")
      ->type_name("A B")
      ->type_size(2)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("--weight", a.weights,
                  "Of the --guide or --style before it, or of A and B; 1 for the style, 1 shared among the guides")
      ->type_name("W")
      ->allow_extra_args(false);
  command.add_option("--mask", a.mask, "Make only what is white here; the rest is black")->type_name("MASK");
  command
      .add_option(
          "--modulation", a.modulation,
          "How much the guides' weights count at each pixel: white is all; a channel for all guides or for each")
      ->type_name("MAP");
  add_value(command, "--uniformity", "U", "How evenly A' is used; 3500",
            [&o](const std::string& text) { o.balance = parse_real("--uniformity", text, 0.0, 1e6) / kUniformity; });
  add_integer(command, "--patchsize", o.patch, 1, 64, "Side of a patch in pixels; 5");
  add_integer(command, "--searchvoteiters", o.rounds, 1, 1000, "Searches and votes on each level; 4");
  add_integer(command, "--patchmatchiters", a.settings.sweeps, 1, 100, "Sweeps of each search; 2");
  command.add_flag_callback(
      "--extrapass3x3", [&o] { o.polish_patch = 3; }, "Patches of 3 by 3 pixels in the end");
  command.add_flag_callback(
      "--scatter", [&o] { o.aligned = false; }, "Begin with pieces from anywhere instead of the layout of A'");
  command.add_flag_callback(
      "--soft", [&o] { o.steal = false; }, "Pixels are means of patches instead of stolen");
  add_value(command, "--seed", "N", "Another number, another picture; 0",
            [&o](const std::string& text) { o.seed = parse_seed(text); });
}

void add_frames(CLI::App& command, AnalogyArguments& a) {
  command.add_flag("--frames", a.frames, "B, the second map of each guide and OUT are folders of frames");
  command
      .add_option("--flow", a.flow,
                  "A folder of NAME.npy, float32 (height, width, 2): columns and rows from each pixel of a frame to "
                  "where it was in the one before, whose result is then a guide")
      ->type_name("DIR");
  add_value(command, "--flow-weight", "W", "Of that guide; 1",
            [&a](const std::string& text) { a.flow_weight = parse_real("--flow-weight", text, 0.0, 100.0); });
}

}  // namespace

void add_analogy(CLI::App& program) {
  CLI::App& command = *program.add_subcommand("analogy", "Make B' of B as A' was made of A: A : A' :: B : B'");
  const auto arguments = std::make_shared<AnalogyArguments>();
  AnalogyArguments& a = *arguments;
  command.add_option("A_APRIME_B", a.pictures, "A, A' and B: what it was, what it became, what is to become alike")
      ->type_name("FILE")
      ->expected(3);
  command.add_option("-o,--output", a.out, "The picture to write")->type_name("BPRIME")->required();
  add_choice(command, "--method", a.settings.method, kAnalogyMethods,
             "patches, searched and voting, or classic, pixel by pixel; patches");
  add_patches(command, a);
  add_value(command, "--kappa", "K", "classic: more keeps larger pieces of A' whole, less obeys A and B; 2",
            [&a](const std::string& text) { a.settings.classic.kappa = parse_real("--kappa", text, 0.0, 1e6); });
  command.add_flag("--luminance", a.settings.classic.luminance, "classic: compare luma, and keep the chroma of B");
  command.add_flag_callback(
      "--no-remap", [&a] { a.settings.classic.remap = false; },
      "classic, with --luminance: leave the luma of A and A' as it is");
  add_frames(command, a);
  command.add_option("--provenance", a.provenance, "Write example, row and column of every pixel's source (int32)")
      ->type_name("OUT.npy");
  add_common(command, a.common);
  command.callback([arguments, &command] {
    check(command, *arguments);
    AnalogyCommand(std::move(*arguments)).run();
  });
}

}  // namespace pastiche::program
