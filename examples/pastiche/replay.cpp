// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "pictures.hpp"
#include "report.hpp"

#include <pastiche/io/npy.hpp>

#include <memory>

namespace pastiche::program {

namespace {

struct ReplayArguments {
  CommonArguments common;
  std::string provenance, out;
  std::vector<std::string> maps;
};

void replay(const ReplayArguments& a) {
  Report report("replay", a.common);
  const ImageFormat format = check_format(a.out);
  Outputs outputs;
  outputs.spare(a.provenance);
  outputs.spare(a.maps);
  outputs.add(a.out);
  if (!a.common.report.empty()) outputs.add(a.common.report);

  const auto provenance = read_npy<int, 3>(a.provenance);
  if (provenance.shape(2) != 3 || provenance.size() == 0) {
    throw Failure(a.provenance + " is an array of another shape; expected (height, width, 3): example, row, column");
  }
  std::vector<AnyImage> maps;
  for (const std::string& path : a.maps) maps.push_back(read_any_image(path));
  report.parameters()["provenance"] = a.provenance;
  report.parameters()["maps"] = a.maps;
  report.parameters()["output"] = a.out;
  report.parameters()["size"] = size_text({{provenance.shape(0), provenance.shape(1)}});
  report.stage("read");

  const AnyImage image = replayed(provenance.view(), alike(std::move(maps), holds_alpha(format)));
  report.stage("replay");
  outputs.write(0, encode(format, image));
  report.stage("write");
  if (!a.common.report.empty()) outputs.write(1, report.text());
  outputs.commit();
}

}  // namespace

void add_replay(CLI::App& program) {
  CLI::App& command = *program.add_subcommand("replay", "Render other maps of the examples as a texture was made");
  const auto arguments = std::make_shared<ReplayArguments>();
  command.add_option("PROVENANCE", arguments->provenance, "What texture --provenance wrote")->required();
  command.add_option("MAP", arguments->maps, "A map for each example, of its size")->required();
  command.add_option("-o,--output", arguments->out, "The picture to write")->type_name("OUT")->required();
  add_common(command, arguments->common);
  command.callback([arguments] { replay(*arguments); });
}

}  // namespace pastiche::program
