// SPDX-License-Identifier: MIT
/// \file
/// Temporary folders, damaged copies of files, and what an IoError must look like.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/core/random.hpp>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace pastiche::test {

using FileBytes = std::vector<std::uint8_t>;

/// A fresh folder that goes with its content when the object does.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pastiche-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  /// The path of `name` in the folder.
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

  /// How many files, folders and links there are, hidden ones too.
  std::size_t entries() const {
    std::size_t n = 0;
    for (auto at = std::filesystem::directory_iterator(path_); at != std::filesystem::directory_iterator(); ++at) ++n;
    return n;
  }

 private:
  std::filesystem::path path_;
};

/// Puts bytes into a file, without the library.
inline void put_file(const std::string& path, const FileBytes& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// The bytes of a file, without the library.
inline FileBytes get_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return FileBytes(std::istreambuf_iterator<char>(file), {});
}

/// The first `n` bytes.
inline FileBytes cut(FileBytes bytes, std::size_t n) {
  bytes.resize(n < bytes.size() ? n : bytes.size());
  return bytes;
}

/// One of several kinds of damage: a few changed bytes, a cut, bytes inserted, or a range zeroed.
inline FileBytes damaged(FileBytes bytes, std::uint64_t seed) {
  if (bytes.empty()) return bytes;
  CounterRng rng(seed, 0, 0);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(rng.next() % (n > 0 ? n : 1)); };
  const std::size_t kind = below(8);
  if (kind == 0) return cut(bytes, below(bytes.size()));
  if (kind == 1) {
    bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size())), below(64),
                 static_cast<std::uint8_t>(rng.next()));
  } else if (kind == 2) {
    const std::size_t from = below(bytes.size());
    for (std::size_t i = from; i < bytes.size() && i < from + 8; ++i) bytes[i] = 0;
  } else {
    // Headers are where damage is interesting.
    const std::size_t reach = kind < 6 ? (bytes.size() < 96 ? bytes.size() : 96) : bytes.size();
    for (std::size_t flips = 1 + below(4); flips > 0; --flips) {
      bytes[below(reach)] = static_cast<std::uint8_t>(rng.next());
    }
  }
  return bytes;
}

/// The message of the IoError that `call` throws; empty if it throws nothing.
template <class Call>
std::string io_error(const Call& call) {
  try {
    call();
  } catch (const IoError& error) {
    return error.what();
  }
  return "";
}

/// A message of one line that names the path and says what would be right.
inline bool well_formed(const std::string& message, const std::string& path) {
  return !message.empty() && message.find('\n') == std::string::npos && message.find(path) != std::string::npos &&
         message.find("; expected ") != std::string::npos;
}

}  // namespace pastiche::test
