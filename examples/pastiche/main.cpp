// SPDX-License-Identifier: MIT
/// \file
/// The program: finds the sub-command, and turns every failure into one line and an exit code.
#include "commands.hpp"
#include "failure.hpp"

#include <pastiche/core/error.hpp>
#include <pastiche/version.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <new>
#include <string>
#include <system_error>

#include <unistd.h>

namespace pastiche::program {

namespace {

constexpr int kFailed = 1, kMisused = 2;

// GNU OpenMP reads its settings before main(), so they take a second start. Threads that spin while they wait
// make everything on a busy machine slow, this program too.
void wait_passively([[maybe_unused]] char** arguments) {
#if defined(_OPENMP)
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  if (::setenv("OMP_WAIT_POLICY", "passive", 1) == 0) ::execv("/proc/self/exe", arguments);
#endif
}

int fail(int code, std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = c == '\n' ? ' ' : '?';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  std::fprintf(stderr, "pastiche: %s\n", text.c_str());
  return code;
}

// What was printed may not have arrived, and only the last flush says so.
int finish(int code) {
  std::cout.flush();
  const bool lost = std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || !std::cout;
  if (!lost) return code;
  return fail(kFailed, "standard output is not written (" + std::generic_category().message(errno) +
                           "); expected a place with enough free space");
}

// Errors of the library in the words of the command line: flags for options, no C++ names.
std::string in_words(const Error& error) {
  std::string subject = error.argument();
  if (error.function() == "quilt" || error.function() == "transfer" || error.function() == "correspondence_maps" ||
      error.function() == "optimize_texture") {
    for (const char* const flag : {"size", "block", "overlap", "tolerance", "passes", "alpha", "blur"}) {
      if (subject == flag) subject = "--" + subject;
    }
  } else if (error.function() == "inpaint" && subject == "patch") {
    subject = "--patch";
  } else if (error.function() == "image_format") {
    return "output " + error.value() + " is of no known kind; expected " + error.expected();
  }
  if (!error.value().empty()) subject += " is " + error.value();
  if (!error.expected().empty()) subject += "; expected " + error.expected();
  return subject;
}

int run(int count, char** arguments) {
  CLI::App program("Steal as much as possible from visual data that already exists, and then cover up the evidence.");
  program.name("pastiche");
  program.require_subcommand(1);
  program.set_version_flag("--version", "pastiche " + std::to_string(PASTICHE_VERSION_MAJOR) + "." +
                                            std::to_string(PASTICHE_VERSION_MINOR) + "." +
                                            std::to_string(PASTICHE_VERSION_PATCH));
  add_texture(program);
  add_analogy(program);
  add_transfer(program);
  add_replay(program);
  add_inpaint(program);
  add_tile(program);
  add_measure(program);
  add_gallery(program);
  add_examples(program);
  try {
    program.parse(count, arguments);
    return finish(0);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return finish(program.exit(error));  // --help, --version
    const auto chosen = program.get_subcommands();
    const std::string help = chosen.empty() ? "pastiche" : "pastiche " + chosen.front()->get_name();
    if (chosen.empty() && count > 1) {
      return fail(kMisused, std::string(arguments[1]) +
                                " is no command; expected texture, transfer, analogy, inpaint, tile, replay, measure, "
                                "gallery or examples");
    }
    return fail(kMisused, std::string(error.what()) + "; expected what '" + help + " --help' lists");
  }
}

}  // namespace

}  // namespace pastiche::program

int main(int count, char** arguments) {
  using namespace pastiche;
  using namespace pastiche::program;
  wait_passively(arguments);
  try {
    return run(count, arguments);
  } catch (const UsageError& error) {
    return fail(kMisused, error.what());
  } catch (const InvalidArgument& error) {
    return fail(kMisused, in_words(error));
  } catch (const Error& error) {
    return fail(kFailed, in_words(error));
  } catch (const std::bad_alloc&) {
    return fail(kFailed, "out of memory; expected a smaller --size or smaller pictures");
  } catch (const std::exception& error) {
    return fail(kFailed, error.what());
  }
}
