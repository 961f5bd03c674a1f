// SPDX-License-Identifier: MIT
/// \file
/// Pictures as the program handles them: read as they are stored, brought to one kind, written with the depth they
/// have.
///
/// Pixels of 8 and 16 bits are sRGB-encoded, floats are linear light, as in the files.
#pragma once

#include <pastiche/io/image.hpp>
#include <pastiche/tensor/mask.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pastiche::program {

template <class E>
using Pixels = Tensor<E, 3, Cpu>;
using MaskPixels = Tensor<std::uint8_t, 2, Cpu>;

/// Pictures of one element and one number of channels.
using Pictures =
    std::variant<std::vector<Pixels<std::uint8_t>>, std::vector<Pixels<std::uint16_t>>, std::vector<Pixels<float>>>;

/// What may be stolen: pictures, and for each the mask that its alpha channel makes.
struct Examples {
  Pictures pictures;
  std::vector<std::optional<MaskPixels>> masks;
  std::vector<Shape<2>> sizes;
};

/// Throws InvalidArgument unless `path` has an extension that pictures are written by.
ImageFormat check_format(const std::string& path);
bool holds_alpha(ImageFormat format);
/// Throws UsageError, naming the flag, where a picture of this size cannot be written.
void check_fits(const char* flag, ImageFormat format, const Shape<2>& size);
/// Throws UsageError, naming the flag, unless `path` ends in .npy.
void check_npy(const char* flag, const std::string& path);

/// Pictures at one depth, the widest of theirs, all grey or all colour. Alpha is kept if `keep_alpha` and all have it.
Pictures alike(std::vector<AnyImage> pictures, bool keep_alpha);

/// What becomes of alpha channels that all examples have.
enum class Alpha {
  none,      ///< left out
  unmasked,  ///< kept, but left out where one of them has zeros
  all        ///< kept
};

/// Reads examples. An alpha channel with zeros becomes a mask, kept or not.
Examples read_examples(const std::vector<std::string>& paths, Alpha alpha);
/// The same with Alpha::unmasked or Alpha::none.
inline Examples read_examples(const std::vector<std::string>& paths, bool keep_alpha) {
  return read_examples(paths, keep_alpha ? Alpha::unmasked : Alpha::none);
}

/// The pictures of a folder, by name; `what` is whom errors name. Throws Failure where there are none.
std::vector<std::filesystem::path> picture_files(const std::string& what, const std::string& folder);

/// A mask picture: 1 where it is at least half bright.
MaskPixels read_mask(const std::string& path);

/// The file that holds the picture. Linear light becomes sRGB, 16 bits where the format has them, for all but .hdr;
/// integers become linear light for .hdr.
std::vector<std::uint8_t> encode(ImageFormat format, const AnyImage& image);

/// The picture in 8 bits, without alpha.
Pixels<std::uint8_t> to_bytes(const AnyImage& image);

/// The values as they are stored, integers as shares of white.
Pixels<float> as_floats(const AnyImage& image);

/// The picture itself, or scaled so that its longer side is `longest`.
Pixels<std::uint8_t> scaled_down(Pixels<std::uint8_t> image, index_t longest);

Shape<2> size_of(const AnyImage& image);
index_t channels_of(const Pictures& pictures);

/// "WIDTHxHEIGHT", as the command line has it.
std::string size_text(const Shape<2>& size);

/// The maps, one for each example, rendered again through a provenance (height, width, 3); 0 where nothing was made.
/// Throws UsageError where it points beyond the maps, Failure where it is none.
AnyImage replayed(const TensorView<const int, 3, Cpu>& provenance, const Pictures& maps);

}  // namespace pastiche::program
