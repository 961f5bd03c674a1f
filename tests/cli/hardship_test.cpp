// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io,nlohmann_json::nlohmann_json program
// Killed, out of memory or on a full disk, the program leaves no part of an output behind, and where it can still
// speak it says what is wrong in one line.
#include "support/catch.hpp"
#include "support/program.hpp"

#include <pastiche/io/image.hpp>
#include <pastiche/io/npy.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#  define PASTICHE_TEST_ASAN 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define PASTICHE_TEST_ASAN 1
#  endif
#endif

using namespace pastiche;
using namespace pastiche::test;

namespace {

using Words = std::vector<std::string>;

struct Workshop {
  TemporaryFolder folder;

  Workshop() {
    write_image(folder / "wall.png", noise(48, 64));
    std::filesystem::create_directory(folder / "mine");
    write_image(folder / "mine/wall.png", noise(24, 32));  // small: the gallery runs every method
  }

  static Tensor<std::uint8_t, 3, Cpu> noise(index_t height, index_t width) {
    Tensor<std::uint8_t, 3, Cpu> wall(Shape<3>{{height, width, 3}});
    CounterRng rng(3, 0, 0);
    for (index_t i = 0; i < wall.size(); ++i) wall.data()[i] = static_cast<std::uint8_t>(rng.next());
    return wall;
  }
};

const Words kTexture{"texture",  "wall.png",           "-o",      "out.png", "--size",       "400x300",
                     "--replay", "wall.png=again.bmp", "--block", "12",      "--provenance", "from.npy",
                     "--report", "report.json"};
const Words kGallery{"gallery", "-o", "page", "--from", "mine", "--report", "report.json"};

/// Is the file whole? Each kind is read to its end.
bool is_whole(const std::filesystem::path& path) {
  const FileBytes bytes = get_file(path.string());
  const std::string extension = path.extension().string(), text(bytes.begin(), bytes.end());
  if (extension == ".npy") return io_error([&] { decode_npy<int, 3>(bytes, "a.npy"); }).empty();
  if (extension == ".json") return nlohmann::json::accept(text);
  if (extension == ".html") return text.size() > 8 && text.compare(text.size() - 8, 8, "</html>\n") == 0;
  return io_error([&] { decode_image<float>(bytes, path.string()); }).empty();
}

/// What lies in the folder and below it, hidden files too.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

/// ".NAME.XXXX.partial", which a killed program leaves behind where the file system has no unnamed files.
bool is_named_partial(const std::filesystem::path& path) {
  return path.filename().string().front() == '.' && path.extension() == ".partial";
}

/// Kills the program `times` times, at moments spread over its run, and looks at what is left each time.
void kill_often(const Words& words, int times) {
  using Clock = std::chrono::steady_clock;
  Workshop w;
  const auto start = Clock::now();
  REQUIRE(run_program(w.folder, words).code == 0);
  const auto whole_run = Clock::now() - start;
  const std::size_t all = files_below(w.folder.path()).size();
  int killed = 0;
  for (int i = 0; i < times; ++i) {
    Workshop fresh;
    const TemporaryFolder said;
    CounterRng rng(static_cast<std::uint64_t>(i), 8, 0);
    const double moment = 1.05 * (i + static_cast<double>(rng.uniform())) / times;
    const pid_t child = start_program(fresh.folder.path().string(), words, said / "out", said / "err");
    std::this_thread::sleep_for(std::chrono::duration<double>(whole_run) * moment);
    ::kill(child, SIGKILL);
    if (exit_code(child) != 0) ++killed;
    const auto files = files_below(fresh.folder.path());
    CHECK(files.size() <= all);
    for (const auto& file : files) {
      CAPTURE(i, file.string());
      REQUIRE((is_named_partial(file) || is_whole(file)));
    }
  }
  CHECK(killed > times / 3);  // otherwise this test tests nothing
}

/// The refusal has one line and the form of the others; nothing was written.
void check_refusal(const Workshop& w, const ProgramRun& run) {
  CHECK(run.code == 1);
  CHECK(run.out.empty());
  CHECK(run.err.rfind("pastiche: ", 0) == 0);
  CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
  CHECK(run.err.find("expected ") != std::string::npos);
  CHECK(files_below(w.folder.path()).size() == 2);  // what the workshop began with
}

void limit(int resource, std::uint64_t bytes) {
  const rlimit both{bytes, bytes};
  ::setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

}  // namespace

TEST_CASE("killed at any moment, the program leaves whole files or none") {
  kill_often(kTexture, 30);
  kill_often(kGallery, 20);
}

TEST_CASE("a file that may not grow further: killed while it is written, or an error") {
  for (const std::uint64_t bytes : {0u, 1000u, 30000u, 100000u, 400000u}) {
    CAPTURE(bytes);
    Workshop killed, told;
    const ProgramRun silent = run_program(killed.folder, kTexture, [&] {
      limit(RLIMIT_CORE, 0);
      limit(RLIMIT_FSIZE, bytes);
    });
    CHECK(silent.code == 128 + SIGXFSZ);
    for (const auto& file : files_below(killed.folder.path())) CHECK((is_named_partial(file) || is_whole(file)));

    int report[2];  // what the program says must not be limited
    REQUIRE(::pipe(report) == 0);
    const ProgramRun run = run_program(told.folder, kTexture, [&] {
      ::signal(SIGXFSZ, SIG_IGN);
      ::dup2(report[1], 2);
      limit(RLIMIT_FSIZE, bytes);
    });
    ::close(report[1]);
    const std::string said = read_all(report[0]);
    ::close(report[0]);
    INFO(said);
    check_refusal(told, {run.code, run.out, said});
    CHECK(said.find("enough free space") != std::string::npos);
  }
}

TEST_CASE("a full device is named, and no other output appears") {
  const auto refused = [](const Words& words) {
    Workshop w;
    const ProgramRun run = run_program(w.folder, words);
    INFO(run.err);
    check_refusal(w, run);
    CHECK(run.err.find("/dev/full") != std::string::npos);
  };
  refused({"texture", "wall.png", "-o", "out.png", "--provenance", "/dev/full"});
  refused({"texture", "wall.png", "-o", "out.png", "--report", "/dev/full"});
  refused({"measure", "wall.png", "wall.png", "--report", "/dev/full"});
}

TEST_CASE("what cannot be printed is an error too") {
  for (const Words& words : std::vector<Words>{{"measure", "wall.png", "wall.png"}, {"--help"}, {"--version"}}) {
    Workshop w;
    const ProgramRun run = run_program(w.folder, words, [] { ::dup2(::open("/dev/full", O_WRONLY), 1); });
    INFO(run.err);
    check_refusal(w, run);
  }
}

TEST_CASE("on a full disk the outputs are missing, not cut off") {
  Workshop w;
  std::filesystem::create_directory(w.folder / "disk");
  Words words = kTexture;
  for (std::string& word : words) {
    const bool output = word == "out.png" || word == "from.npy" || word == "report.json";
    word = output ? "disk/" + word : word == "wall.png=again.bmp" ? "wall.png=disk/again.bmp" : word;
  }
  // A small disk of its own, which nobody else sees; 99 where this user may not have one.
  const TemporaryFolder said;
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string disk = w.folder / "disk";
    const bool there = ::unshare(CLONE_NEWNS) == 0 &&
                       ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                       ::mount("none", disk.c_str(), "tmpfs", 0, "size=256k") == 0;
    if (!there) ::_exit(99);
    const int code = exit_code(start_program(w.folder.path().string(), words, said / "out", said / "err"));
    ::_exit(files_below(disk).empty() ? code : 98);
  }
  const int code = exit_code(child);
  if (code == 99) {
    WARN("no disk to fill: that needs root");
    return;
  }
  const FileBytes err = get_file(said / "err");
  const std::string line(err.begin(), err.end());
  INFO(line);
  check_refusal(w, {code, "", line});
  CHECK(line.find("enough free space") != std::string::npos);
}

#if !defined(PASTICHE_TEST_ASAN)  // which reserves more addresses than there is memory
TEST_CASE("out of memory is one line, however little there is") {
  const auto within = [](std::uint64_t bytes) { return [=] { limit(RLIMIT_AS, bytes); }; };
  constexpr std::uint64_t kStep = 1 << 19;
  // Below this the program does not even load.
  std::uint64_t least = kStep;
  {
    const Workshop w;
    while (run_program(w.folder, {"--version"}, within(least)).code != 0) least += kStep;
  }
  Words words = kTexture;
  words[5] = "700x500";
  for (const char* const threads : {"1", "4"}) {
    words.insert(words.end(), {"--threads", threads});
    int refusals = 0, done = 0;
    // The last bound only ends a run that never would be done.
    for (std::uint64_t more = 0; done < 2 && more < 4000 * kStep; more += (more / 8 / kStep + 1) * kStep) {
      Workshop w;
      const ProgramRun run = run_program(w.folder, words, within(least + more));
      CAPTURE(more, threads, run.err);
      if (run.code == 0) {
        ++done;
        continue;
      }
      ++refusals;
      check_refusal(w, run);
      REQUIRE(run.err.find("memory") != std::string::npos);
    }
    CHECK(refusals > 3);
    CHECK(done > 0);
    words.resize(words.size() - 2);
  }
}
#endif
