// SPDX-License-Identifier: MIT
// test: devices=cpu
// Files are read whole and written whole or not at all, whatever goes wrong.
#include <pastiche/io/file.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"

#include <algorithm>
#include <csignal>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>

using namespace pastiche;
using namespace pastiche::test;

namespace {

bool all_equal(const FileBytes& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [&](std::uint8_t b) { return b == bytes[0]; });
}

unsigned mode_of(const std::string& path) {
  struct stat known {};
  return ::stat(path.c_str(), &known) == 0 ? known.st_mode & 07777u : 0u;
}

}  // namespace

TEST_CASE("a file is read as it was written") {
  const TemporaryFolder folder;
  const FileBytes bytes{0, 1, 2, 255, 10, 13, 0};
  write_file(folder / "a.bin", bytes);
  CHECK(read_file(folder / "a.bin") == bytes);
  CHECK(get_file(folder / "a.bin") == bytes);
  CHECK(folder.entries() == 1);

  const FileBytes large(3'000'000, 7);
  write_file(folder / "a.bin", large);
  CHECK(read_file(folder / "a.bin") == large);
  CHECK(folder.entries() == 1);

  write_file(folder / "text", "two\nlines");
  CHECK(get_file(folder / "text") == FileBytes{'t', 'w', 'o', '\n', 'l', 'i', 'n', 'e', 's'});
}

TEST_CASE("what cannot be read says so") {
  const TemporaryFolder folder;
  put_file(folder / "empty", {});
  put_file(folder / "ten", FileBytes(10, 1));
  const std::string missing = io_error([&] { read_file(folder / "missing"); });
  CHECK(well_formed(missing, folder / "missing"));
  CHECK(missing.find("is missing") != std::string::npos);
  CHECK(io_error([&] { read_file(folder / "ten/below"); }).find("is missing") != std::string::npos);
  CHECK(io_error([&] { read_file(folder / ""); }).find("is a folder") != std::string::npos);
  CHECK(io_error([&] { read_file(folder / "empty"); }).find("is empty") != std::string::npos);
  CHECK(io_error([&] { read_file(""); }).find("the path is missing") != std::string::npos);
  CHECK(io_error([&] { read_file(folder / "ten", 9); }).find("larger than 9 bytes") != std::string::npos);
  CHECK(read_file(folder / "ten", 10).size() == 10);
  CHECK(io_error([&] { read_file("/dev/zero", 5000); }).find("larger than 5000 bytes") != std::string::npos);
  if (::geteuid() != 0) {
    ::chmod((folder / "ten").c_str(), 0);
    CHECK(io_error([&] { read_file(folder / "ten"); }).find("unreadable") != std::string::npos);
  }
}

TEST_CASE("what cannot be written says so and leaves nothing behind") {
  const TemporaryFolder folder;
  put_file(folder / "file", {1});
  const std::string no_folder = folder / "no/such/out.png";
  CHECK(well_formed(io_error([&] { write_file(no_folder, "x"); }), no_folder));
  CHECK(io_error([&] { write_file(no_folder, "x"); }).find("folder that does not exist") != std::string::npos);
  CHECK(io_error([&] { write_file(folder / "file/out", "x"); }).find("not a folder") != std::string::npos);
  CHECK(io_error([&] { write_file(folder / "", "x"); }).find("is a folder") != std::string::npos);
  CHECK(io_error([&] { write_file(folder / "new/", "x"); }) != "");
  CHECK(io_error([&] { write_file("", "x"); }) != "");
  CHECK(io_error([&] { write_file(folder / std::string(300, 'n'), "x"); }).find("too long") != std::string::npos);
  CHECK(io_error([&] { write_file(folder / "no/two\nlines", "x"); }).find('\n') == std::string::npos);
  std::filesystem::create_symlink("nowhere", folder / "link");
  CHECK(io_error([&] { write_file(folder / "link", "x"); }).find("link") != std::string::npos);
  CHECK(folder.entries() == 2);
  CHECK(get_file(folder / "file") == FileBytes{1});
}

TEST_CASE("a name as long as the file system allows can be written") {
  const TemporaryFolder folder;
  write_file(folder / std::string(255, 'n'), "x");
  CHECK(folder.entries() == 1);
}

TEST_CASE("without commit the name keeps what it had") {
  const TemporaryFolder folder;
  put_file(folder / "old", {1, 2});
  {
    OutputFile old(folder / "old"), fresh(folder / "fresh");
    old.write("half");
    fresh.write("half");
    CHECK(get_file(folder / "old") == FileBytes{1, 2});
    CHECK_FALSE(std::filesystem::exists(folder / "fresh"));
  }
  CHECK(get_file(folder / "old") == FileBytes{1, 2});
  CHECK(folder.entries() == 1);
}

TEST_CASE("a disk that fills up leaves the old file and nothing else") {
  const TemporaryFolder folder;
  put_file(folder / "old", {1, 2});
  struct rlimit before {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const struct rlimit tight {
    100'000, before.rlim_max
  };
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &tight);
  const std::string replaced = io_error([&] { write_file(folder / "old", FileBytes(200'000, 9)); });
  const std::string fresh = io_error([&] { write_file(folder / "new", FileBytes(200'000, 9)); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(well_formed(replaced, folder / "old"));
  CHECK(fresh.find("enough free space") != std::string::npos);
  CHECK(get_file(folder / "old") == FileBytes{1, 2});
  CHECK(folder.entries() == 1);
}

TEST_CASE("devices are written directly") {
  if (!std::filesystem::exists("/dev/full")) return;
  CHECK(io_error([] { write_file("/dev/full", "x"); }).find("enough free space") != std::string::npos);
  write_file("/dev/null", "x");
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("permissions and links survive a replacement") {
  const TemporaryFolder folder;
  const mode_t mask = ::umask(027);
  write_file(folder / "new", "x");
  CHECK(mode_of(folder / "new") == 0640);
  ::chmod((folder / "new").c_str(), 0604);
  write_file(folder / "new", "y");
  CHECK(mode_of(folder / "new") == 0604);
  ::umask(mask);

  std::filesystem::create_symlink("new", folder / "link");
  write_file(folder / "link", "z");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(get_file(folder / "new") == FileBytes{'z'});
}

TEST_CASE("what is write-protected is not replaced") {
  if (::geteuid() == 0) {
    WARN("skipped: root may write everywhere");
    return;
  }
  const TemporaryFolder folder;
  put_file(folder / "old", {1});
  ::chmod((folder / "old").c_str(), 0444);
  CHECK(io_error([&] { write_file(folder / "old", "x"); }).find("may write") != std::string::npos);
  ::chmod(folder.path().c_str(), 0555);
  CHECK(io_error([&] { write_file(folder / "new", "x"); }).find("may write") != std::string::npos);
  ::chmod(folder.path().c_str(), 0755);
  CHECK(folder.entries() == 1);
}

TEST_CASE("concurrent writers of one name leave one whole file") {
  const TemporaryFolder folder;
  std::vector<std::thread> writers;
  for (std::uint8_t id = 1; id <= 4; ++id) {
    writers.emplace_back([&folder, id] {
      for (int i = 0; i < 40; ++i) write_file(folder / "out", FileBytes(100'000, id));
    });
  }
  bool whole = true;
  for (int i = 0; i < 40; ++i) {
    const FileBytes seen = get_file(folder / "out");
    whole = whole && (seen.empty() || (seen.size() == 100'000 && all_equal(seen)));
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(whole);
  CHECK(get_file(folder / "out").size() == 100'000);
  CHECK(all_equal(get_file(folder / "out")));
  CHECK(folder.entries() == 1);
}

TEST_CASE("a writer that is killed leaves the old file or the new one") {
  const TemporaryFolder folder;
  put_file(folder / "out", FileBytes(1'000'000, 0));
  for (int attempt = 0; attempt < 10; ++attempt) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      for (std::uint8_t id = 1;; ++id) write_file(folder / "out", FileBytes(1'000'000, id));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + attempt));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    const FileBytes seen = get_file(folder / "out");
    REQUIRE(seen.size() == 1'000'000);
    REQUIRE(all_equal(seen));
  }
}
