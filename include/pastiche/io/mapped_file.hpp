// SPDX-License-Identifier: MIT
/// \file
/// A file as memory, read where it is touched.
#pragma once

#include <pastiche/io/file.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <sys/mman.h>

namespace pastiche {

/// Maps a file for reading. Whoever shortens the file meanwhile ends this process: replace it instead, as OutputFile
/// does.
class MappedFile {
 public:
  /// \throws IoError where the file is missing, a folder, unreadable or empty
  explicit MappedFile(const std::string& path, const char* function = "MappedFile") {
    const detail::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat known {};
    if (!file.open() || ::fstat(file.number(), &known) != 0) detail::throw_unreadable(function, path, errno);
    if (S_ISDIR(known.st_mode)) detail::throw_unreadable(function, path, EISDIR);
    if (known.st_size <= 0) detail::throw_io(function, path, "empty", "a file with content");
    size_ = static_cast<std::size_t>(known.st_size);
    void* const memory = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file.number(), 0);
    if (memory == MAP_FAILED) detail::throw_unreadable(function, path, errno);
    data_ = static_cast<const std::uint8_t*>(memory);
  }
  MappedFile(MappedFile&& other) noexcept
      : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<std::uint8_t*>(data_), size_);
  }

  std::span<const std::uint8_t> bytes() const noexcept { return {data_, size_}; }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace pastiche
