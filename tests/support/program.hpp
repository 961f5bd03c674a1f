// SPDX-License-Identifier: MIT
/// \file
/// Runs the program pastiche as a user does, and keeps what it said.
#pragma once

#include "support/files.hpp"

#include <array>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pastiche::test {

/// What a run left behind, beside files.
struct ProgramRun {
  int code;  ///< the exit code; 128 and the signal's number where it was killed
  std::string out, err;
};

/// Everything from a descriptor up to its end; a terminal's end is an error.
inline std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t n; (n = ::read(descriptor, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

/// Replaces the process by the program, in `folder`.
[[noreturn]] inline void become_program(const std::vector<std::string>& arguments, const std::string& folder) {
  std::string program = PASTICHE_PROGRAM;
  std::vector<char*> pointers{program.data()};
  std::vector<std::string> copies(arguments);
  for (std::string& argument : copies) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  ::unsetenv("OMP_WAIT_POLICY");  // the program sees to it itself
  if (::chdir(folder.c_str()) == 0) ::execv(program.c_str(), pointers.data());
  ::_exit(126);
}

inline int exit_code(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Starts `pastiche arguments...` in `folder`, its output into the files `out` and `err`. `prepare` is called in the
/// new process before it becomes the program: to limit it, for example.
inline pid_t start_program(const std::string& folder, const std::vector<std::string>& arguments, const std::string& out,
                           const std::string& err, const std::function<void()>& prepare = {}) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT, 0600), 1);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT, 0600), 2);
    if (prepare) prepare();
    become_program(arguments, folder);
  }
  return child;
}

/// `pastiche arguments...` in `folder`, its output into files beside the folder.
inline ProgramRun run_program(const TemporaryFolder& folder, const std::vector<std::string>& arguments,
                              const std::function<void()>& prepare = {}) {
  const TemporaryFolder said;
  const std::string out = said / "out", err = said / "err";
  const int code = exit_code(start_program(folder.path().string(), arguments, out, err, prepare));
  const auto text = [](const FileBytes& bytes) { return std::string(bytes.begin(), bytes.end()); };
  return {code, text(get_file(out)), text(get_file(err))};
}

}  // namespace pastiche::test
