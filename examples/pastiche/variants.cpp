// SPDX-License-Identifier: MIT
#include "variants.hpp"

#include "failure.hpp"

#include <utility>

namespace pastiche::program {

namespace {

// N, 2 N, ... below a whole turn.
std::vector<double> turns(const std::string& text) {
  const double step = parse_real("--turn", text, 1.0, 180.0);
  std::vector<double> angles;
  for (int i = 1; i * step < 360.0; ++i) angles.push_back(i * step);
  return angles;
}

std::vector<double> scales(const std::string& text) {
  std::vector<double> all;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = (std::min)(text.find(',', from), text.size());
    all.push_back(parse_real("--scales", text.substr(from, comma - from), 0.1, 10.0));
    from = comma + 1;
  }
  return all;
}

TensorView<const float, 3, Cpu> view_of_map(const GuideMap& map) {
  const index_t stride = map.row_stride != 0 ? map.row_stride : map.width * map.channels;
  return {map.data, {map.height, map.width, map.channels}, {stride, map.channels, 1}};
}

}  // namespace

void add_variants(CLI::App& command, VariantOptions& options) {
  add_value(command, "--turn", "DEGREES", "Steal from the examples turned by multiples of this as well, 1 to 180: 90",
            [&options](const std::string& text) { options.angles = turns(text); });
  command.add_flag("--mirror", options.mirror, "Steal from the examples mirrored left to right as well");
  add_value(command, "--scales", "X,X,...", "Steal from the examples at other sizes as well, 0.1 to 10 times their own",
            [&options](const std::string& text) { options.scales = scales(text); });
}

Synthesized synthesize_varied(const Pictures& examples, const VariantOptions& options, MethodSettings settings,
                              ProgressBar& bar) {
  if (options.empty()) return synthesize(examples, settings, bar);
  return std::visit(
      [&](const auto& all) {
        auto varied = example_variants(all, options, settings.quilt.options.example_masks);
        settings.quilt.options.example_masks = varied.masks();
        const std::vector<double> weights = std::exchange(settings.quilt.options.example_weights, {});
        for (const Variant& v : varied.variants) {
          if (!weights.empty()) {
            settings.quilt.options.example_weights.push_back(weights[static_cast<std::size_t>(v.example)]);
          }
        }
        std::vector<Pixels<float>> guides;
        if (!settings.guide.empty()) {
          std::vector<TensorView<const float, 3, Cpu>> maps;
          for (const GuideMap& map : settings.guide.examples) maps.push_back(view_of_map(map));
          guides = varied.like(maps);
          settings.guide.examples.clear();
          for (const auto& guide : guides) settings.guide.examples.push_back(guide_of(guide));
        }
        const Pictures pictures(std::move(varied.pictures));
        Synthesized made = synthesize(pictures, settings, bar);
        if (made.provenance.size() > 0) made.provenance = varied.origin(made.provenance);
        return made;
      },
      examples);
}

}  // namespace pastiche::program
