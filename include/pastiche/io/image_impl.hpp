// SPDX-License-Identifier: MIT
/// \file
/// What io/image.hpp declares, over stb. Include it in exactly one translation unit, one that does not use stb
/// itself; the target pastiche::io is that unit. stb's functions are static here, so that they cannot clash with
/// another copy in the program.
///
/// stb decodes PNG, JPEG, BMP and TGA and encodes JPEG, BMP and TGA; all else is ours. It takes files that are cut
/// off for whole, so they are checked before (PNG, JPEG) or watched while they are read (BMP, TGA). What it allocates
/// is zeroed, because it leaves pixels that a damaged file does not mention as they were, and limited, because a few
/// bytes of PNG can stand for any number of bytes that its picture has no place for.
#pragma once

#include <pastiche/io/bmp.hpp>
#include <pastiche/io/hdr.hpp>
#include <pastiche/io/image.hpp>
#include <pastiche/io/image_source.hpp>
#include <pastiche/io/jpeg.hpp>
#include <pastiche/io/png.hpp>

#include <cstdlib>
#include <limits>
#include <new>

#if defined(STB_IMAGE_IMPLEMENTATION) || defined(STB_IMAGE_WRITE_IMPLEMENTATION)
#  error "pastiche/io/image_impl.hpp: use a translation unit of its own"
#endif
namespace pastiche::detail::codec {

/// The memory stb gets while one picture is decoded.
struct StbMemory {
  std::size_t most = (std::numeric_limits<std::size_t>::max)();  // at once
  bool refused = false, exhausted = false;

  void* allocate(void* known, std::size_t bytes) {
    if (bytes > most) {
      refused = true;
      return nullptr;
    }
    void* const memory = known == nullptr ? std::calloc(bytes, 1) : std::realloc(known, bytes);
    exhausted = exhausted || memory == nullptr;
    return memory;
  }
};
inline thread_local StbMemory stb_memory;

}  // namespace pastiche::detail::codec

#define STBI_MALLOC(bytes) pastiche::detail::codec::stb_memory.allocate(nullptr, bytes)
#define STBI_REALLOC(known, bytes) pastiche::detail::codec::stb_memory.allocate(known, bytes)
#define STBI_FREE(memory) std::free(memory)
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STB_IMAGE_WRITE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_TGA
#define STBI_NO_LINEAR
#define STBI_NO_STDIO
#define STBI_WRITE_NO_STDIO
#define STBI_MAX_DIMENSIONS (1 << 24)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb_image.h>
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace pastiche::detail::codec {

/// Limits stb's memory to what a picture of height x width and a file of `bytes` can need, twice.
inline void allow_stb(std::size_t bytes, index_t height, index_t width, index_t pixel_bytes) {
  constexpr index_t kSlack = 65536, kUnit = 32;  // JPEG pads to whole units of 8 to 32 pixels
  const auto pixels = static_cast<std::size_t>((height + kUnit) * (width + kUnit) * pixel_bytes);
  stb_memory = {2 * (bytes + pixels) + kSlack, false, false};
}

inline RawImage finish(const ImageSource& source, const char* format, void* pixels, int height, int width, int channels,
                       int bits) {
  if (pixels == nullptr) {
    if (stb_memory.exhausted) throw std::bad_alloc();
    source.damaged(format, stb_memory.refused ? "more data than its picture has" : stbi_failure_reason());
  }
  RawImage image{height, width, channels, bits, {}};
  image.pixels.reset(static_cast<std::byte*>(pixels));
  return image;
}

inline RawImage decode_png(const ImageSource& source) {
  if (const char* damage = png_damage(source.file)) source.damaged("PNG", damage);
  constexpr index_t kDensest = 1032;  // deflate: 258 bytes as 2 bits
  const PngHeader header = PngHeader::of(source.file);
  if (const char* damage = header.damage()) source.damaged("PNG", damage);
  source.check_size("PNG", header.height, header.width, 8 * kDensest);
  if (header.data_bytes() / kDensest > static_cast<index_t>(source.file.size())) source.damaged("PNG", "cut off");
  const bool deep = header.depth == 16;
  const std::vector<std::uint8_t> file = png_essentials(source.file);
  allow_stb(file.size(), header.height, header.width, deep ? 8 : 4);
  int width = 0, height = 0, channels = 0;
  const int length = static_cast<int>(file.size());
  void* const pixels =
      deep ? static_cast<void*>(stbi_load_16_from_memory(file.data(), length, &width, &height, &channels, 0))
           : stbi_load_from_memory(file.data(), length, &width, &height, &channels, 0);
  return finish(source, "PNG", pixels, height, width, channels, deep ? 16 : 8);
}

/// The size of a picture as stb reads it, before anything is decoded.
inline Shape<2> stb_size(const ImageSource& source, const char* format) {
  int width = 0, height = 0, channels = 0;
  stb_memory = {};
  if (stbi_info_from_memory(source.file.data(), source.length(), &width, &height, &channels) == 0) {
    if (stb_memory.exhausted) throw std::bad_alloc();
    source.damaged(format, stbi_failure_reason());
  }
  return {{std::abs(static_cast<index_t>(height)), width}};  // BMP: rows from the top are a negative height
}

inline RawImage decode_jpeg(const ImageSource& source) {
  const JpegScan scan = scan_jpeg(source.file);
  if (scan.damage != nullptr) source.damaged("JPEG", scan.damage);
  const Shape<2> size = stb_size(source, "JPEG");
  source.check_size("JPEG", size[0], size[1], 8 * 64);  // a bit a block
  allow_stb(0, size[0], size[1], 4);
  int width = 0, height = 0, channels = 0;
  void* const pixels = stbi_load_from_memory(source.file.data(), source.length(), &width, &height, &channels, 0);
  RawImage image = finish(source, "JPEG", pixels, height, width, channels >= 3 ? 3 : 1, 8);
  if (!source.options.orient || scan.orientation == 1) return image;
  RawImage upright{image.height, image.width, image.channels, 8, {}};
  if (scan.orientation > 4) std::swap(upright.height, upright.width);
  upright.pixels.reset(static_cast<std::byte*>(std::malloc(static_cast<std::size_t>(image.shape().size()))));
  if (upright.pixels == nullptr) throw std::bad_alloc();
  turn_upright(scan.orientation, image.pixels.get(), upright.pixels.get(), height, width, image.channels);
  return upright;
}

inline RawImage decode_watched(const ImageSource& source, const char* format, index_t densest) {
  const Shape<2> size = stb_size(source, format);
  source.check_size(format, size[0], size[1], densest);
  allow_stb(0, size[0], size[1], 4);
  WatchedReader reader{source.file};
  const stbi_io_callbacks calls{WatchedReader::read, WatchedReader::skip, WatchedReader::eof};
  int width = 0, height = 0, channels = 0;
  void* const pixels = stbi_load_from_callbacks(&calls, &reader, &width, &height, &channels, 0);
  RawImage image = finish(source, format, pixels, height, width, channels, 8);
  if (reader.beyond) source.damaged(format, "cut off");
  return image;
}

inline RawImage decode_bmp(const ImageSource& source) {
  constexpr index_t kDensest = 8;
  if (!bmp_is_indexed(source.file)) return decode_watched(source, "BMP", kDensest);
  const std::vector<std::uint8_t> copy = bmp_with_whole_palette(source.file);
  if (copy.empty()) source.damaged("BMP", "no palette, or no pixels");
  return decode_watched({copy, source.name, source.options, source.function}, "BMP", kDensest);
}

inline RawImage decode_tga(const ImageSource& source) {
  // stb asks itself what a file is, and takes some for a JPEG that did not pass our checks of those.
  if (source.file.size() < 18 || source.file[1] > 1) source.damaged("TGA", "bad header");
  return decode_watched(source, "TGA", 64);  // 128 pixels in two bytes
}

inline RawImage decode_hdr(const ImageSource& source) {
  const HdrHeader header = read_hdr_header(source.file);
  if (header.damage != nullptr) source.damaged("HDR", header.damage);
  source.check_size("HDR", header.height, header.width, 16);  // 127 pixels in four runs
  RawImage image{header.height, header.width, 3, 32, {}};
  const auto bytes = static_cast<std::size_t>(image.shape().size()) * sizeof(float);
  image.pixels.reset(static_cast<std::byte*>(std::malloc(bytes)));
  if (image.pixels == nullptr) throw std::bad_alloc();
  HdrRows rows(source.file.subspan(header.pixels), header.width);
  float* to = reinterpret_cast<float*>(image.pixels.get());
  for (index_t y = 0; y < header.height; ++y, to += 3 * header.width) {
    if (const char* damage = rows.next(to)) source.damaged("HDR", damage);
  }
  return image;
}

template <class T>
void drop_opaque_alpha(RawImage& image) {
  T* const pixels = reinterpret_cast<T*>(image.pixels.get());
  const index_t n = image.height * image.width, channels = image.channels;
  for (index_t i = 0; i < n; ++i) {
    if (pixels[i * channels + channels - 1] != (std::numeric_limits<T>::max)()) return;
  }
  for (index_t i = 0; i < n; ++i) std::copy_n(pixels + i * channels, channels - 1, pixels + i * (channels - 1));
  image.channels = channels - 1;
}

inline void append_bytes(void* out, void* data, int size) {
  const auto* const from = static_cast<const std::uint8_t*>(data);
  static_cast<std::vector<std::uint8_t>*>(out)->insert(static_cast<std::vector<std::uint8_t>*>(out)->end(), from,
                                                       from + size);
}

// stb's BMP has colour with or without alpha, no grey: grey and alpha would lose one of the two.
inline std::vector<std::uint8_t> grey_alpha_as_rgba(const RawPixels& image) {
  const auto* from = static_cast<const std::uint8_t*>(image.pixels);
  std::vector<std::uint8_t> rgba;
  rgba.reserve(static_cast<std::size_t>(4 * image.height * image.width));
  for (index_t i = 0; i < image.height * image.width; ++i, from += 2) {
    rgba.insert(rgba.end(), {from[0], from[0], from[0], from[1]});
  }
  return rgba;
}

inline std::vector<std::uint8_t> encode_by_stb(ImageFormat format, const RawPixels& image, int quality) {
  std::vector<std::uint8_t> out;
  const int width = static_cast<int>(image.width), height = static_cast<int>(image.height);
  const int channels = static_cast<int>(image.channels);
  if (format == ImageFormat::jpeg) {
    stbi_write_jpg_to_func(append_bytes, &out, width, height, channels, image.pixels, quality);
  } else if (format == ImageFormat::tga) {
    stbi_write_tga_to_func(append_bytes, &out, width, height, channels, image.pixels);
  } else if (channels == 2) {
    stbi_write_bmp_to_func(append_bytes, &out, width, height, 4, grey_alpha_as_rgba(image).data());
  } else {
    stbi_write_bmp_to_func(append_bytes, &out, width, height, channels, image.pixels);
  }
  return out;
}

}  // namespace pastiche::detail::codec

namespace pastiche {
namespace detail {

RawImage decode_image(std::span<const std::uint8_t> file, const std::string& name, const ImageReadOptions& options,
                      const char* function) {
  const codec::ImageSource source{file, name, options, function};
  const std::optional<ImageFormat> format = codec::format_by_content(file, name);
  if (!format) throw_io(function, name, "not a picture of a known format", "PNG, JPEG, BMP, TGA (.tga) or HDR");
  if (file.size() > 0x7fffffff) throw_io(function, name, "larger than 2 GiB", "a smaller file");
  RawImage image = *format == ImageFormat::png    ? codec::decode_png(source)
                   : *format == ImageFormat::jpeg ? codec::decode_jpeg(source)
                   : *format == ImageFormat::bmp  ? codec::decode_bmp(source)
                   : *format == ImageFormat::tga  ? codec::decode_tga(source)
                                                  : codec::decode_hdr(source);
  if (options.drop_opaque_alpha && image.channels % 2 == 0) {
    image.bits == 16 ? codec::drop_opaque_alpha<std::uint16_t>(image) : codec::drop_opaque_alpha<std::uint8_t>(image);
  }
  return image;
}

std::vector<std::uint8_t> encode_image(ImageFormat format, const RawPixels& image, int quality) {
  const bool by_stb = format != ImageFormat::png && format != ImageFormat::hdr;
  const index_t most = by_stb ? 65535 : 0x7fffffff;
  require(image.height >= 1 && image.height <= most, "encode_image", "height", image.height,
          "1 to " + std::to_string(most) + " in this format");
  require(image.width >= 1 && image.width <= most, "encode_image", "width", image.width,
          "1 to " + std::to_string(most) + " in this format");
  require(!by_stb || image.height * image.width < 0x20000000, "encode_image", "number of pixels",
          image.height * image.width, "fewer than 2^29 in this format");
  require(image.height < 0xf0000000 / (image.width * image.channels * image.bits / 8 + 1), "encode_image",
          "number of bytes", image.height * (image.width * image.channels * image.bits / 8), "less than 4 GiB");
  if (format == ImageFormat::hdr) {
    return codec::encode_hdr(static_cast<const float*>(image.pixels), image.height, image.width, image.channels);
  }
  if (by_stb) return codec::encode_by_stb(format, image, quality);
  return image.bits == 16 ? codec::encode_png(static_cast<const std::uint16_t*>(image.pixels), image.height,
                                              image.width, image.channels)
                          : codec::encode_png(static_cast<const std::uint8_t*>(image.pixels), image.height, image.width,
                                              image.channels);
}

}  // namespace detail

ImageFormat image_format(const std::string& path) {
  const std::optional<ImageFormat> format = detail::codec::format_by_extension(path);
  require(format.has_value(), "image_format", "path", path,
          "a name that ends in .png, .jpg, .jpeg, .bmp, .tga or .hdr");
  return *format;
}

}  // namespace pastiche
