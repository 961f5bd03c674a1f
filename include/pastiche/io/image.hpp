// SPDX-License-Identifier: MIT
/// \file
/// Pictures in files: PNG, JPEG, BMP, TGA and Radiance HDR. Link pastiche::io, or include io/image_impl.hpp in
/// exactly one translation unit.
///
/// Pixels are (height, width, channel) with 1 to 4 channels: grey, grey and alpha, RGB, RGBA. Those of 8 and 16 bits
/// are sRGB-encoded and become floats in [0, 1] that still are; those of .hdr are linear light without an upper end
/// and are read and written as floating point alone. Colour profiles and gamma chunks are ignored.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/core/error.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/io/file.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace pastiche {

/// What a pixel's channel may be in memory.
template <class T>
concept PixelElement =
    std::same_as<T, std::uint8_t> || std::same_as<T, std::uint16_t> || std::same_as<T, Half> || Scalar<T>;

/// How pictures are read.
struct ImageReadOptions {
  index_t most_pixels = index_t{1} << 28;  ///< height * width; larger pictures are refused before they are decoded
  bool orient = true;                      ///< turns JPEG pictures upright as their EXIF data say
  bool drop_opaque_alpha = true;           ///< leaves an alpha channel away that is opaque everywhere
};

/// How pictures are written.
struct ImageWriteOptions {
  int bits = 0;      ///< of PNG: 8 or 16; 0 takes 16 for std::uint16_t, else 8
  int quality = 92;  ///< of JPEG, 1 to 100; colour has half the resolution up to 90
};

/// The kinds of files that pictures are written as.
enum class ImageFormat { png, jpeg, bmp, tga, hdr };

/// The format by the extension of `path`, in any case. Throws InvalidArgument if there is none for it.
ImageFormat image_format(const std::string& path);

namespace detail {

struct FreeMemory {
  void operator()(void* memory) const noexcept { std::free(memory); }
};

/// A decoded picture. What passes between this header and the implementation names no device, because the two may
/// be compiled with and without OpenMP.
struct RawImage {
  index_t height = 0, width = 0, channels = 0;
  int bits = 8;  // 8 and 16: integers; 32: float
  std::unique_ptr<std::byte[], FreeMemory> pixels;

  Shape<3> shape() const noexcept { return {{height, width, channels}}; }
};

/// Dense pixels to be encoded.
struct RawPixels {
  const void* pixels;
  index_t height, width, channels;
  int bits;
};

RawImage decode_image(std::span<const std::uint8_t> file, const std::string& name, const ImageReadOptions& options,
                      const char* function);
std::vector<std::uint8_t> encode_image(ImageFormat format, const RawPixels& image, int quality);

/// A channel as another element: integers scale so that white stays white, rounded to nearest.
template <PixelElement To, PixelElement From>
To convert_pixel(From x) noexcept {
  if constexpr (std::same_as<To, From>) {
    return x;
  } else if constexpr (std::integral<To> && std::integral<From>) {
    if constexpr (sizeof(To) > sizeof(From)) return static_cast<To>(x * 257);
    return static_cast<To>((x + 128) / 257);
  } else {
    using S = std::conditional_t<std::same_as<To, double> || std::same_as<From, double>, double, float>;
    return from_scalar<To>(to_scalar<S>(x));
  }
}

template <PixelElement To, PixelElement From>
void convert_pixels(const From* from, To* to, index_t n) noexcept {
  for (index_t i = 0; i < n; ++i) to[i] = convert_pixel<To>(from[i]);
}

/// Calls f with a pointer to the pixels in their own type.
template <class F>
decltype(auto) visit_pixels(const RawImage& image, F&& f) {
  const std::byte* const p = image.pixels.get();
  if (image.bits == 8) return f(reinterpret_cast<const std::uint8_t*>(p));
  if (image.bits == 16) return f(reinterpret_cast<const std::uint16_t*>(p));
  return f(reinterpret_cast<const float*>(p));
}

template <class T, class Device>
Tensor<T, 3, Device> to_tensor(const RawImage& image, const Device& device) {
  if constexpr (Device::host_accessible) {
    Tensor<T, 3, Device> tensor(image.shape(), device);
    visit_pixels(image, [&](auto* from) { convert_pixels(from, tensor.data(), tensor.size()); });
    return tensor;
  } else {
    return to_device(to_tensor<T>(image, Cpu{}), device);
  }
}

/// The element that a format stores, as a number of bits. Throws InvalidArgument for what it cannot hold.
template <PixelElement T>
int stored_bits(const char* function, ImageFormat format, const ImageWriteOptions& options, index_t channels) {
  require(channels >= 1 && channels <= 4, function, "number of channels", channels, "1 to 4");
  require(options.bits == 0 || options.bits == 8 || options.bits == 16, function, "bits", options.bits, "8 or 16");
  require(options.quality >= 1 && options.quality <= 100, function, "quality", options.quality, "1 to 100");
  const bool alpha = channels == 2 || channels == 4;
  require(!alpha || (format != ImageFormat::jpeg && format != ImageFormat::hdr), function, "image",
          "one with an alpha channel", "a format that holds alpha (.png, .tga, .bmp), or an image without");
  if (format == ImageFormat::hdr) {
    require(!std::integral<T>, function, "image", "one of integers", "linear floating point for .hdr");
    return 32;
  }
  if (format == ImageFormat::png) return options.bits != 0 ? options.bits : std::same_as<T, std::uint16_t> ? 16 : 8;
  require(options.bits != 16, function, "bits", 16, "8, or .png");
  return 8;
}

/// The view's rows, converted and without gaps.
template <class To, class View>
std::vector<To> dense_pixels(const View& view, index_t row_length) {
  std::vector<To> pixels(static_cast<std::size_t>(view.size()));
  To* to = pixels.data();
  for (index_t y = 0; y < view.shape(0); ++y) {
    if constexpr (View::rank == 2) {
      convert_pixels(view.row(y), to, row_length);
      to += row_length;
    } else {
      for (index_t x = 0; x < view.shape(1); ++x, to += view.shape(2))
        convert_pixels(view.row(y, x), to, view.shape(2));
    }
  }
  return pixels;
}

template <class X>
std::vector<std::uint8_t> encode(const char* function, ImageFormat format, const X& image,
                                 const ImageWriteOptions& options) {
  using View = view_of_t<X>;
  using T = typename View::value_type;
  static_assert(View::rank == 3 || View::rank == 2, "an image is (height, width, channel) or (height, width)");
  static_assert(View::device_type::host_accessible, "images are written from the host: copy it with to_device<Cpu>()");
  const View view = view_of(image);
  index_t channels = 1;
  if constexpr (View::rank == 3) channels = view.shape(2);
  const int bits = stored_bits<T>(function, format, options, channels);
  const auto encode_as = [&]<class To>(To) {
    RawPixels raw{view.data(), view.shape(0), view.shape(1), channels, bits};
    if (std::same_as<To, T> && view.dense_from(0)) return encode_image(format, raw, options.quality);
    const std::vector<To> pixels = dense_pixels<To>(view, view.shape(1));
    raw.pixels = pixels.data();
    return encode_image(format, raw, options.quality);
  };
  if (bits == 32) return encode_as(float{});
  return bits == 16 ? encode_as(std::uint16_t{}) : encode_as(std::uint8_t{});
}

}  // namespace detail

/// A picture in memory, the content of a file; `name` stands for the path in errors, and its extension tells a TGA.
/// Integers scale so that white stays white (8 to 16 bits: times 257), floats are in [0, 1]. Throws IoError if it
/// is damaged, cut off, too large or of no known format, or if it is .hdr and T an integer.
template <PixelElement T, DevicePolicy Device = Cpu>
Tensor<T, 3, Device> decode_image(std::span<const std::uint8_t> file, const std::string& name,
                                  const ImageReadOptions& options = {}, const Device& device = {},
                                  const char* function = "decode_image") {
  const detail::RawImage raw = detail::decode_image(file, name, options, function);
  if (raw.bits == 32 && std::integral<T>) {
    detail::throw_io(function, name, "a picture of linear light", "one of 8 or 16 bits, or to be read as float");
  }
  return detail::to_tensor<T>(raw, device);
}

/// The picture at `path`; see decode_image(). Throws IoError.
template <PixelElement T, DevicePolicy Device = Cpu>
Tensor<T, 3, Device> read_image(const std::string& path, const ImageReadOptions& options = {},
                                const Device& device = {}) {
  return decode_image<T>(read_file(path, kFileLimit, "read_image"), path, options, device, "read_image");
}

inline namespace PASTICHE_CPU_ABI {

/// A picture with the elements of its file: 8 bits, 16 bits, or float where it is linear light.
using AnyImage = std::variant<Tensor<std::uint8_t, 3, Cpu>, Tensor<std::uint16_t, 3, Cpu>, Tensor<float, 3, Cpu>>;

/// The picture at `path` as it is stored. Throws IoError as read_image() does.
inline AnyImage read_any_image(const std::string& path, const ImageReadOptions& options = {}) {
  const auto file = read_file(path, kFileLimit, "read_any_image");
  const detail::RawImage raw = detail::decode_image(file, path, options, "read_any_image");
  return detail::visit_pixels(raw, [&]<class T>(const T*) -> AnyImage { return detail::to_tensor<T>(raw, Cpu{}); });
}

}  // namespace PASTICHE_CPU_ABI

/// The file that write_image() would write, in memory: a page embeds it, a stream takes it.
template <Viewable X>
  requires PixelElement<element_of_t<X>>
std::vector<std::uint8_t> encode_image(ImageFormat format, const X& image, const ImageWriteOptions& options = {}) {
  return detail::encode("encode_image", format, image, options);
}

/// Writes a (height, width, channel) or (height, width) image to `path`, whole or not at all, in the format of its
/// extension. Floats in [0, 1] are rounded to the bits of the file; those beyond are clamped, NaN becomes 0; .hdr
/// takes linear floats as they are. Throws IoError if the file cannot be written, InvalidArgument if the format is
/// unknown or cannot hold the image.
template <Viewable X>
  requires PixelElement<element_of_t<X>>
void write_image(const std::string& path, const X& image, const ImageWriteOptions& options = {}) {
  write_file(path, detail::encode("write_image", image_format(path), image, options), "write_image");
}

}  // namespace pastiche
