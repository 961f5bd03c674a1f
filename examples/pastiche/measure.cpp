// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "pictures.hpp"
#include "report.hpp"

#include <pastiche/evaluate/psnr.hpp>
#include <pastiche/evaluate/ssim.hpp>
#include <pastiche/evaluate/statistics.hpp>

#include <cmath>
#include <cstdio>
#include <memory>

namespace pastiche::program {

namespace {

enum class Metric { psnr, ssim };
const Names<Metric> kMetrics{{"psnr", Metric::psnr}, {"ssim", Metric::ssim}};

struct MeasureArguments {
  CommonArguments common;
  std::string first, second;
  std::vector<Metric> metrics;
  bool statistics = false;
};

double measured(Metric metric, const Pictures& pictures, const Cpu& device) {
  return std::visit(
      [&](const auto& two) {
        if (metric == Metric::psnr) return psnr(two[0], two[1], {}, device);
        return ssim(two[0], two[1], {}, device);
      },
      pictures);
}

/// Names and values, a line each.
using Figures = std::vector<std::pair<std::string, double>>;

void print(const Figures& figures) {
  std::string lines;
  for (const auto& [name, value] : figures) {
    char line[64];
    std::snprintf(line, sizeof line, "%s %.4f\n", name.c_str(), value);
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
  Report report("measure", a.common);
  Outputs outputs;
  if (!a.common.report.empty()) outputs.add(a.common.report);
  const Figures figures = statistics_of(a.first, Cpu{.threads = a.common.threads});
  report.parameters()["pictures"] = {a.first};
  for (const auto& [name, value] : figures) report.data["figures"][name] = value;
  report.stage("measure");
  if (!a.common.report.empty()) outputs.write(0, report.text());
  outputs.commit();
  print(figures);
}

void measure_two(const MeasureArguments& a) {
  if (a.second.empty()) throw UsageError("B", "not given", "a second picture, or --statistics for one");
  Report report("measure", a.common);
  Outputs outputs;
  if (!a.common.report.empty()) outputs.add(a.common.report);
  std::vector<AnyImage> two;
  two.push_back(read_any_image(a.first));
  two.push_back(read_any_image(a.second));
  const Shape<2> size = size_of(two[0]), other = size_of(two[1]);
  if (size[0] != other[0] || size[1] != other[1]) {
    throw UsageError("size of " + a.second, size_text(other), size_text(size) + ", that of " + a.first);
  }
  const Pictures pictures = alike(std::move(two), true);
  report.parameters()["pictures"] = {a.first, a.second};
  report.data["size"] = size_text(size);
  report.stage("read");

  std::vector<Metric> metrics = a.metrics;
  if (metrics.empty()) metrics = {Metric::psnr, Metric::ssim};
  Figures figures;
  for (const Metric metric : metrics) {
    const std::string name = name_of(kMetrics, metric);
    const double value = measured(metric, pictures, Cpu{.threads = a.common.threads});
    figures.emplace_back(name, value);
    report.data["figures"][name] = value;  // infinity, of equal pictures, has no number in JSON: null
    report.stage(name.c_str());
  }
  if (!a.common.report.empty()) outputs.write(0, report.text());
  outputs.commit();
  print(figures);
}

}  // namespace

void add_measure(CLI::App& program) {
  CLI::App& command =
      *program.add_subcommand("measure", "Say how alike two pictures are, or what one is like, a figure a line");
  const auto arguments = std::make_shared<MeasureArguments>();
  MeasureArguments& a = *arguments;
  command.add_option("A", a.first, "A picture")->required();
  command.add_option("B", a.second, "Another of the same size");
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
              if (!known) throw UsageError("--metric", name, "psnr|ssim");
            }
          },
          "What is measured; may be given again; all if not given")
      ->type_name("psnr|ssim")
      ->allow_extra_args(false);
  command.add_flag("--statistics", a.statistics,
                   "Of A alone: slope of the power spectrum (log power over log frequency, 1/32 to 3/8 cycles per "
                   "pixel), standard deviations in CIE Lab");
  add_common(command, a.common);
  command.callback([arguments] { arguments->statistics ? measure_one(*arguments) : measure_two(*arguments); });
}

}  // namespace pastiche::program
