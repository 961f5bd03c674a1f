// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "pictures.hpp"
#include "report.hpp"

#include <pastiche/evaluate/provenance.hpp>
#include <pastiche/evaluate/psnr.hpp>
#include <pastiche/evaluate/ssim.hpp>
#include <pastiche/evaluate/statistics.hpp>
#include <pastiche/evaluate/texture.hpp>
#include <pastiche/io/npy.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace pastiche::program {

namespace {

enum class Metric { psnr, ssim, swd, coherence, completeness, acf, copy, repeat, seam, blur, hist, texture };
const Names<Metric> kMetrics{{"psnr", Metric::psnr},
                             {"ssim", Metric::ssim},
                             {"swd", Metric::swd},
                             {"coherence", Metric::coherence},
                             {"completeness", Metric::completeness},
                             {"acf", Metric::acf},
                             {"copy", Metric::copy},
                             {"repeat", Metric::repeat},
                             {"seam", Metric::seam},
                             {"blur", Metric::blur},
                             {"hist", Metric::hist},
                             {"texture", Metric::texture}};
/// What `texture` stands for, in the order in which it is printed.
constexpr Metric kTexture[] = {Metric::swd,    Metric::coherence, Metric::completeness, Metric::acf, Metric::copy,
                               Metric::repeat, Metric::seam,      Metric::blur,         Metric::hist};

std::string metric_names() {
  std::string names;
  for (const auto& [name, metric] : kMetrics) names += (names.empty() ? "" : "|") + std::string(name);
  return names;
}

/// Whether pixels are compared with those in their place, so that sizes must be equal.
bool in_place(Metric metric) {
  return metric == Metric::psnr || metric == Metric::ssim;
}

struct MeasureArguments {
  CommonArguments common;
  std::string first, second, provenance;
  std::vector<Metric> metrics;
  bool statistics = false;
};

/// A name and a value, a line of what is printed.
struct Figure {
  std::string name;
  double value;
  int decimals = 4;
};
using Figures = std::vector<Figure>;

Figure pixels(const char* name, index_t side) {
  return {name, static_cast<double>(side), 0};
}

template <class Picture>
Figure measured(Metric metric, const Picture& a, const Picture& b, const Cpu& device) {
  switch (metric) {
    case Metric::psnr:
      return {"psnr", psnr(a, b, {}, device)};
    case Metric::ssim:
      return {"ssim", ssim(a, b, {}, device)};
    case Metric::swd:
      return {"swd", sliced_wasserstein(a, b, {}, device)};
    case Metric::coherence:
      return {"coherence", coherence(a, b, {}, device)};
    case Metric::completeness:
      return {"completeness", completeness(a, b, {}, device)};
    case Metric::acf:
      return {"acf", autocorrelation_distance(a, b, device)};
    case Metric::copy:
      return pixels("copy", longest_copy(a, b, {}, device).side);
    case Metric::repeat:
      return pixels("repeat", longest_repeat(b, {}, device).side);
    case Metric::seam:
      return {"seam", gradient_ratio(a, b, device)};
    case Metric::blur:
      return {"blur", laplacian_ratio(a, b, device)};
    case Metric::hist:
    case Metric::texture:
      break;
  }
  return {"hist", histogram_distance(a, b, device)};
}

/// The pictures may be too small for a metric.
Figure measured(Metric metric, const Pictures& pictures, const Cpu& device) {
  try {
    return std::visit([&](const auto& two) { return measured(metric, two[0], two[1], device); }, pictures);
  } catch (const InvalidArgument& error) {
    throw UsageError(error.argument(), error.value(), error.expected());
  }
}

void print(const Figures& figures) {
  std::string lines;
  for (const Figure& figure : figures) {
    char line[64];
    std::snprintf(line, sizeof line, "%s %.*f\n", figure.name.c_str(), figure.decimals, figure.value);
    lines += line;
  }
  if (std::fputs(lines.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
    throw Failure("standard output is not written; expected one that takes the figures");
  }
}

/// Of the picture as it is shown: in 8 bits, without alpha.
Figures statistics_of(const std::string& path, const Cpu& device) {
  const Pixels<std::uint8_t> picture = to_bytes(read_any_image(path));
  try {
    const double slope = power_slope(picture, {}, device);
    const ColorSpread spread = color_spread(picture, device);
    return {{"slope", slope}, {"spread_l", spread.l}, {"spread_a", spread.a}, {"spread_b", spread.b}};
  } catch (const InvalidArgument& error) {
    throw UsageError(path + ": " + error.argument(), error.value(), error.expected());
  }
}

void measure_one(const MeasureArguments& a) {
  if (!a.second.empty()) throw UsageError("--statistics", "for one picture, beside " + a.second, "one picture");
  if (!a.metrics.empty()) throw UsageError("--statistics", "given with --metric", "one of the two");
  if (!a.provenance.empty()) throw UsageError("--statistics", "given with --provenance", "one of the two");
  Report report("measure", a.common);
  Outputs outputs;
  outputs.spare(a.first);
  if (!a.common.report.empty()) outputs.add(a.common.report);
  const Figures figures = statistics_of(a.first, Cpu{.threads = a.common.threads});
  report.parameters()["pictures"] = {a.first};
  for (const auto& [name, value, decimals] : figures) report.data["figures"][name] = value;
  report.stage("measure");
  if (!a.common.report.empty()) outputs.write(0, report.text());
  outputs.commit();
  print(figures);
}

/// What the provenance of the second picture says, made from the first.
Figures provenance_of(const MeasureArguments& a, const Shape<2>& example, const Shape<2>& output, const Cpu& device) {
  const auto provenance = read_npy<int, 3>(a.provenance);
  const Shape<2> size{{provenance.shape(0), provenance.shape(1)}};
  if (provenance.shape(2) != 3 || !(size == output)) {
    throw UsageError("--provenance", a.provenance + ", of another shape",
                     "(height, width, 3) of " + a.second + ", " + size_text(output));
  }
  try {
    const ProvenanceFigures f = provenance_figures(provenance, {example}, {}, device);
    return {pixels("stolen_copy", f.copy.side),
            pixels("stolen_repeat", f.repeat.side),
            {"entropy", f.entropy},
            {"unused", f.unused}};
  } catch (const InvalidArgument& error) {
    throw UsageError(a.provenance + ": " + error.argument(), error.value(), error.expected() + ", in " + a.first);
  }
}

/// What is asked for, or what can be said of two pictures of these sizes.
std::vector<Metric> wanted_metrics(const MeasureArguments& a, bool equal_sizes) {
  std::vector<Metric> wanted = a.metrics;
  if (wanted.empty() && equal_sizes && a.provenance.empty()) wanted = {Metric::psnr, Metric::ssim};
  if (wanted.empty()) wanted = {Metric::texture};
  std::vector<Metric> metrics;
  for (const Metric metric : wanted) {
    if (metric == Metric::texture) {
      metrics.insert(metrics.end(), std::begin(kTexture), std::end(kTexture));
    } else {
      metrics.push_back(metric);
    }
  }
  return metrics;
}

void measure_two(const MeasureArguments& a) {
  if (a.second.empty()) throw UsageError("B", "not given", "a second picture, or --statistics for one");
  Report report("measure", a.common);
  Outputs outputs;
  outputs.spare(a.first);
  outputs.spare(a.second);
  if (!a.provenance.empty()) outputs.spare(a.provenance);
  if (!a.common.report.empty()) outputs.add(a.common.report);
  std::vector<AnyImage> two;
  two.push_back(read_any_image(a.first));
  two.push_back(read_any_image(a.second));
  const Shape<2> size = size_of(two[0]), other = size_of(two[1]);
  const std::vector<Metric> metrics = wanted_metrics(a, size == other);
  const bool placed = std::any_of(metrics.begin(), metrics.end(), in_place);
  if (placed && !(size == other)) {
    throw UsageError("size of " + a.second, size_text(other), size_text(size) + ", that of " + a.first);
  }
  // Textures are made of what is seen; alpha is none of it.
  const Pictures with_alpha = placed ? alike(two, true) : Pictures{};
  const Pictures pictures = alike(std::move(two), false);
  report.parameters()["pictures"] = {a.first, a.second};
  if (!a.provenance.empty()) report.parameters()["provenance"] = a.provenance;
  report.data["size"] = size_text(size);
  if (!(size == other)) report.data["output_size"] = size_text(other);
  report.stage("read");

  const Cpu device{.threads = a.common.threads};
  Figures figures;
  const auto add = [&](const Figure& figure) {
    figures.push_back(figure);
    report.data["figures"][figure.name] = figure.value;  // infinity, of equal pictures, has no number in JSON: null
  };
  for (const Metric metric : metrics) {
    add(measured(metric, in_place(metric) ? with_alpha : pictures, device));
    report.stage(figures.back().name.c_str());
  }
  if (!a.provenance.empty()) {
    for (const Figure& figure : provenance_of(a, size, other, device)) add(figure);
    report.stage("provenance");
  }
  if (!a.common.report.empty()) outputs.write(0, report.text());
  outputs.commit();
  print(figures);
}

}  // namespace

void add_measure(CLI::App& program) {
  CLI::App& command = *program.add_subcommand(
      "measure", "Say how alike two pictures are, how true a texture is, or what one picture is like, a figure a line");
  const auto arguments = std::make_shared<MeasureArguments>();
  MeasureArguments& a = *arguments;
  command.add_option("A", a.first, "A picture")->required();
  command.add_option("B", a.second, "Another: of the same size, or a texture made from A");
  command
      .add_option_function<std::vector<std::string>>(
          "--metric",
          [&a](const std::vector<std::string>& names) {
            for (const std::string& name : names) {
              bool known = false;
              for (const auto& [text, metric] : kMetrics) {
                if (name == text) a.metrics.push_back(metric);
                known = known || name == text;
              }
              if (!known) throw UsageError("--metric", name, metric_names());
            }
          },
          "What is measured; may be given again. texture is all of swd to hist, of B as a texture made from A. If not "
          "given, psnr and ssim for equal sizes, else texture")
      ->type_name(metric_names())
      ->allow_extra_args(false);
  command.add_flag("--statistics", a.statistics,
                   "Of A alone: slope of the power spectrum (log power over log frequency, 1/32 to 3/8 cycles per "
                   "pixel), standard deviations in CIE Lab");
  command
      .add_option(
          "--provenance", a.provenance,
          "What texture --provenance wrote of B: adds the largest squares stolen in one piece, and how evenly A "
          "was used")
      ->type_name("P.npy");
  add_common(command, a.common);
  command.callback([arguments] { arguments->statistics ? measure_one(*arguments) : measure_two(*arguments); });
}

}  // namespace pastiche::program
