// SPDX-License-Identifier: MIT
#include "arguments.hpp"
#include "commands.hpp"
#include "embedded.hpp"
#include "report.hpp"

#include <filesystem>
#include <memory>

namespace pastiche::program {

namespace {

constexpr int kLeastSide = 16, kMostSide = 4096;

struct ExamplesArguments {
  CommonArguments common;
  std::string out;
  std::uint64_t seed = 1;
  int side = 192;
};

void write_examples(const ExamplesArguments& a) {
  Report report("examples", a.common);
  NewFolder folder(a.out);
  std::vector<Embedded> all;
  for (const auto list : {embedded_textures(), embedded_scenes()}) all.insert(all.end(), list.begin(), list.end());
  Outputs outputs;
  for (const Embedded& example : all) {
    outputs.add((std::filesystem::path(a.out) / (std::string(example.name) + ".png")).string());
  }
  if (!a.common.report.empty()) outputs.add(a.common.report);
  report.parameters()["output"] = a.out;
  report.parameters()["seed"] = a.seed;
  report.parameters()["side"] = a.side;
  for (std::size_t i = 0; i < all.size(); ++i) {
    outputs.write(i, encode(ImageFormat::png, all[i].make(a.side, a.seed)));
    report.stage(all[i].name);
  }
  if (!a.common.report.empty()) outputs.write(all.size(), report.text());
  outputs.commit();
  folder.keep();
}

}  // namespace

void add_examples(CLI::App& program) {
  CLI::App& command = *program.add_subcommand("examples", "Write the program's own textures, scenes and maps");
  const auto arguments = std::make_shared<ExamplesArguments>();
  ExamplesArguments& a = *arguments;
  command.add_option("-o,--output", a.out, "The folder to write to; made if there is none")
      ->type_name("DIR")
      ->required();
  add_value(command, "--seed", "N", "Another number, other pictures; 1",
            [&a](const std::string& text) { a.seed = parse_seed(text); });
  add_integer(command, "--side", a.side, kLeastSide, kMostSide, "Pixels of each side; 192");
  add_common(command, a.common);
  command.callback([arguments] { write_examples(*arguments); });
}

}  // namespace pastiche::program
