// SPDX-License-Identifier: MIT
/// \file
/// Files as bytes: read whole, up to a limit; written whole or not at all.
#pragma once

#include <pastiche/core/error.hpp>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pastiche {

/// The largest file that is read unless the caller says otherwise.
inline constexpr std::size_t kFileLimit = std::size_t{1} << 32;

namespace detail {

/// Throws IoError. Control characters of the path are replaced, so that the message stays one line.
[[noreturn]] inline void throw_io(const char* function, std::string path, std::string value, std::string expected) {
  for (char& c : path) {
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = '?';
  }
  throw IoError(function, path.empty() ? "the path" : std::move(path), std::move(value), std::move(expected));
}

/// Throws the IoError for what the system said about writing to `path`.
[[noreturn]] inline void throw_unwritable(const char* function, const std::string& path, int code) {
  if (code == ENOENT) throw_io(function, path, "in a folder that does not exist", "an existing folder");
  if (code == ENOTDIR) throw_io(function, path, "below something that is not a folder", "an existing folder");
  if (code == EISDIR) throw_io(function, path, "a folder", "the name of a file");
  const std::string cause = std::system_category().message(code);
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  const bool refused = code == EACCES || code == EPERM || code == EROFS;
  throw_io(function, path, "not written (" + cause + ")",
           full      ? "enough free space"
           : refused ? "a place that this user may write to"
                     : "a file that can be written");
}

/// Throws the IoError for what the system said about reading `path`.
[[noreturn]] inline void throw_unreadable(const char* function, const std::string& path, int code) {
  if (code == ENOENT || code == ENOTDIR) throw_io(function, path, "missing", "an existing file");
  if (code == EISDIR) throw_io(function, path, "a folder", "a file");
  throw_io(function, path, "unreadable (" + std::system_category().message(code) + ")", "a file this user may read");
}

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_{number} {}
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  bool open() const noexcept { return number_ >= 0; }
  int number() const noexcept { return number_; }
  /// 0, or the error. An interrupted close has closed on Linux.
  int close() noexcept {
    if (number_ < 0) return 0;
    return ::close(std::exchange(number_, -1)) == 0 || errno == EINTR ? 0 : errno;
  }

 private:
  int number_;
};

}  // namespace detail

/// A file being written. It appears under its name when commit() returns, complete; without commit(), and after any
/// failure, the name keeps what it had before.
///
/// The bytes go to an unnamed file in the same folder where the file system has such (nothing is left even by a
/// killed process), else to ".NAME.XXXX.partial", which only a killed process leaves behind. A file that is
/// replaced passes its permissions on; a new one gets those of the umask; of a symbolic link, the target is
/// replaced. A path to a device or a pipe is written directly. Nothing is synced: that is for whoever fears a power
/// failure.
class OutputFile {
 public:
  /// Throws IoError where `path` cannot be written. `function` is named in all errors.
  explicit OutputFile(std::string path, const char* function = "OutputFile")
      : function_{function}, path_{std::move(path)}, target_{path_} {
    struct stat known {};
    if (::stat(path_.c_str(), &known) == 0) {
      if (S_ISDIR(known.st_mode)) fail(EISDIR);
      if (::access(path_.c_str(), W_OK) != 0) fail(errno);
      direct_ = !S_ISREG(known.st_mode);
      if (direct_) {
        open_directly();
        return;
      }
      mode_ = static_cast<int>(known.st_mode & 07777u);
      resolve();
    } else if (errno != ENOENT) {
      fail(errno);
    } else if (struct stat link{}; ::lstat(path_.c_str(), &link) == 0) {
      detail::throw_io(function_, path_, "a link to a file that does not exist", "a file or a new name");
    }
    create();
  }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile() { discard(); }

  /// Appends; unbuffered, so give it large pieces. Throws IoError, after which the file is gone.
  void write(const void* data, std::size_t bytes) {
    const char* from = static_cast<const char*>(data);
    while (bytes > 0) {
      const ssize_t done = ::write(file_.number(), from, bytes);
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) fail(done < 0 ? errno : ENOSPC);
      from += done;
      bytes -= static_cast<std::size_t>(done);
    }
  }
  void write(std::string_view text) { write(text.data(), text.size()); }

  /// Gives the file its name. Throws IoError and leaves the name as it was if that fails. Nothing follows it.
  void commit() {
    if (!direct_) {
      if (mode_ >= 0) static_cast<void>(::fchmod(file_.number(), static_cast<mode_t>(mode_)));
      if (temporary_.empty()) give_name();
    }
    if (const int code = file_.close(); code != 0) fail(code);
    if (direct_) return;
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno);
    temporary_.clear();
  }

 private:
  [[noreturn]] void fail(int code) {
    discard();
    detail::throw_unwritable(function_, path_, code);
  }

  void discard() noexcept {
    static_cast<void>(file_.close());
    if (!temporary_.empty()) static_cast<void>(::unlink(temporary_.c_str()));
    temporary_.clear();
  }

  void open_directly() {
    file_ = detail::Descriptor(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file_.open()) fail(errno);
  }

  void resolve() {
    char* const real = ::realpath(path_.c_str(), nullptr);
    if (real == nullptr) fail(errno);
    target_ = real;
    std::free(real);
  }

  std::size_t name_start() const noexcept { return target_.rfind('/') + 1; }  // npos + 1 is 0

  void create() {
    if (name_start() == target_.size()) fail(target_.empty() ? ENOENT : EISDIR);
#if defined(O_TMPFILE)
    if (::access("/proc/self/fd", X_OK) == 0) {  // the way back to a name
      const std::string folder = target_.substr(0, name_start());
      file_ = detail::Descriptor(::open(folder.empty() ? "." : folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
      if (file_.open()) return;
    }
#endif
    for (int attempt = 0; !file_.open(); ++attempt) {
      temporary_ = fresh_name();
      file_ = detail::Descriptor(::open(temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666));
      if (!file_.open() && (errno != EEXIST || attempt == kAttempts)) abandon(errno);
    }
  }

  // The unnamed file under a name of its own: a link cannot replace a file, a rename can.
  void give_name() {
    const std::string unnamed = "/proc/self/fd/" + std::to_string(file_.number());
    for (int attempt = 0;; ++attempt) {
      temporary_ = fresh_name();
      if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) == 0) return;
      if (errno != EEXIST || attempt == kAttempts) abandon(errno);
    }
  }

  // A name that could not be taken is not ours to remove.
  [[noreturn]] void abandon(int code) {
    temporary_.clear();
    fail(code);
  }

  std::string fresh_name() const {
    static std::atomic<unsigned> counter{0};
    const std::string name = target_.substr(name_start(), kLongestName);
    return target_.substr(0, name_start()) + "." + name + "." + std::to_string(::getpid()) + "-" +
           std::to_string(counter.fetch_add(1, std::memory_order_relaxed)) + ".partial";
  }

  static constexpr int kAttempts = 1000;
  static constexpr std::size_t kLongestName = 200;  // leaves room for the rest in the usual 255

  const char* function_;
  std::string path_, target_, temporary_;
  detail::Descriptor file_;
  int mode_ = -1;  // of the file that is replaced
  bool direct_ = false;
};

/// Writes `bytes` to `path`, whole or not at all; see OutputFile. Throws IoError.
inline void write_file(const std::string& path, std::span<const std::uint8_t> bytes,
                       const char* function = "write_file") {
  OutputFile file(path, function);
  file.write(bytes.data(), bytes.size());
  file.commit();
}

/// The same for text, byte for byte.
inline void write_file(const std::string& path, std::string_view text, const char* function = "write_file") {
  OutputFile file(path, function);
  file.write(text);
  file.commit();
}

/// All bytes of the file at `path`; a pipe is read to its end. Throws IoError if it is missing, a folder,
/// unreadable, empty, or larger than `limit` bytes.
inline std::vector<std::uint8_t> read_file(const std::string& path, std::size_t limit = kFileLimit,
                                           const char* function = "read_file") {
  const detail::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat known {};
  if (!file.open() || ::fstat(file.number(), &known) != 0) detail::throw_unreadable(function, path, errno);
  if (S_ISDIR(known.st_mode)) detail::throw_unreadable(function, path, EISDIR);
  std::size_t room = S_ISREG(known.st_mode) ? static_cast<std::size_t>(known.st_size) : 0;
  std::vector<std::uint8_t> bytes;
  for (std::size_t filled = 0;;) {
    if (room > limit || filled > limit) {
      detail::throw_io(function, path, "larger than " + std::to_string(limit) + " bytes", "a smaller file");
    }
    if (filled == bytes.size()) bytes.resize(filled < room ? room + 1 : 2 * filled + 4096);  // one more finds the end
    const ssize_t done = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) detail::throw_unreadable(function, path, errno);
    if (done == 0) {
      if (filled == 0) detail::throw_io(function, path, "empty", "a file with content");
      bytes.resize(filled);
      return bytes;
    }
    filled += static_cast<std::size_t>(done);
  }
}

}  // namespace pastiche
