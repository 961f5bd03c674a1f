// SPDX-License-Identifier: MIT
/// \file
/// What the implementation of io/image.hpp needs beside the codecs: which format a file has, and what is wrong with it.
#pragma once

#include <pastiche/io/image.hpp>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pastiche::detail::codec {

/// The formats by name, those of an extension first.
struct FormatName {
  const char* extension;
  ImageFormat format;
};
inline constexpr FormatName kFormatNames[] = {{".png", ImageFormat::png},   {".jpg", ImageFormat::jpeg},
                                              {".jpeg", ImageFormat::jpeg}, {".bmp", ImageFormat::bmp},
                                              {".tga", ImageFormat::tga},   {".hdr", ImageFormat::hdr}};

inline std::optional<ImageFormat> format_by_extension(const std::string& path) {
  for (const FormatName& name : kFormatNames) {
    const std::size_t length = std::strlen(name.extension);
    if (path.size() < length) continue;
    const bool same = std::equal(path.end() - static_cast<std::ptrdiff_t>(length), path.end(), name.extension,
                                 [](unsigned char a, char b) { return std::tolower(a) == b; });
    if (same) return name.format;
  }
  return std::nullopt;
}

inline bool starts_with(std::span<const std::uint8_t> file, std::string_view magic) {
  return file.size() >= magic.size() && std::memcmp(file.data(), magic.data(), magic.size()) == 0;
}

/// TGA has no magic number: it is what is called so.
inline std::optional<ImageFormat> format_by_content(std::span<const std::uint8_t> file, const std::string& name) {
  if (starts_with(file, "\x89PNG")) return ImageFormat::png;
  if (starts_with(file, "\xff\xd8")) return ImageFormat::jpeg;
  if (starts_with(file, "BM")) return ImageFormat::bmp;
  if (starts_with(file, "#?")) return ImageFormat::hdr;
  if (format_by_extension(name) == ImageFormat::tga) return ImageFormat::tga;
  return std::nullopt;
}

/// A file on its way to a RawImage.
struct ImageSource {
  std::span<const std::uint8_t> file;
  const std::string& name;
  const ImageReadOptions& options;
  const char* function;

  [[noreturn]] void damaged(const char* format, const char* what) const {
    throw_io(function, name, std::string("a damaged ") + format + " file (" + (what != nullptr ? what : "") + ")",
             "a complete picture");
  }
  /// Before memory is asked for. `densest` is how many pixels a byte of the format can stand for.
  void check_size(const char* format, index_t height, index_t width, index_t densest) const {
    if (height < 1 || width < 1) damaged(format, "no pixels");
    if (height > options.most_pixels / width) {
      throw_io(function, name, std::to_string(width) + " x " + std::to_string(height) + " pixels",
               "at most " + std::to_string(options.most_pixels) + " pixels");
    }
    if (height * width / densest > static_cast<index_t>(file.size())) damaged(format, "cut off");
  }
  int length() const { return static_cast<int>(file.size()); }
};

/// What stb reads through where it is to be seen whether the file was long enough.
struct WatchedReader {
  std::span<const std::uint8_t> file;
  std::size_t at = 0;
  bool beyond = false;           // something was asked for after the end
  const char* buffer = nullptr;  // stb's own, which it fills ahead of what it needs

  static int read(void* self, char* to, int size) {
    WatchedReader& r = *static_cast<WatchedReader*>(self);
    const std::size_t asked = static_cast<std::size_t>((std::max)(size, 0));
    const std::size_t n = (std::min)(asked, r.file.size() - r.at);
    std::memcpy(to, r.file.data() + r.at, n);
    r.at += n;
    if (r.buffer == nullptr) r.buffer = to;  // the first thing it does
    r.beyond = r.beyond || (to == r.buffer ? n == 0 && asked > 0 : n < asked);
    return static_cast<int>(n);
  }
  static void skip(void* self, int n) {
    WatchedReader& r = *static_cast<WatchedReader*>(self);
    const std::size_t back = n < 0 ? static_cast<std::size_t>(-static_cast<index_t>(n)) : 0;
    r.at = n < 0 ? r.at - (std::min)(back, r.at) : r.at + (std::min)(static_cast<std::size_t>(n), r.file.size() - r.at);
  }
  static int eof(void* self) {
    const WatchedReader& r = *static_cast<WatchedReader*>(self);
    return r.at == r.file.size() ? 1 : 0;
  }
};

}  // namespace pastiche::detail::codec
