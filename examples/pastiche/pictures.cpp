// SPDX-License-Identifier: MIT
#include "pictures.hpp"

#include "failure.hpp"

#include <pastiche/image/color_models.hpp>
#include <pastiche/image/resample.hpp>
#include <pastiche/io/alpha.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace pastiche::program {

namespace {

/// One channel as another element; the float of an integer is its linear light, and back.
template <class To, class From>
To converted(From x) {
  if constexpr (std::integral<From> && !std::integral<To>) {
    return static_cast<To>(linear_from_srgb(to_scalar<float>(x)));
  } else if constexpr (!std::integral<From> && std::integral<To>) {
    return from_scalar<To>(srgb_from_linear(clamp(x, From(0), From(1))));
  } else if constexpr (sizeof(To) > sizeof(From)) {
    return static_cast<To>(x * 257);
  } else if constexpr (sizeof(To) < sizeof(From)) {
    return static_cast<To>((x + 128) / 257);
  } else {
    return x;
  }
}

/// `channels` of the picture: the first ones, or grey repeated.
template <class To, class From>
Pixels<To> converted(const Pixels<From>& image, index_t channels) {
  Pixels<To> out(Shape<3>{{image.shape(0), image.shape(1), channels}});
  const index_t pixels = image.shape(0) * image.shape(1), given = image.shape(2);
  const bool grey = given <= 2;
  for (index_t i = 0; i < pixels; ++i) {
    const From* const from = image.data() + i * given;
    for (index_t c = 0; c < channels; ++c) {
      const bool alpha = channels % 2 == 0 && c + 1 == channels;
      out.data()[i * channels + c] = converted<To>(from[alpha ? given - 1 : grey ? 0 : c]);
    }
  }
  return out;
}

index_t channels_of(const AnyImage& image) {
  return std::visit([](const auto& pixels) { return pixels.shape(2); }, image);
}

template <class E>
Pictures all_as(const std::vector<AnyImage>& pictures, index_t channels) {
  std::vector<Pixels<E>> out;
  for (const AnyImage& picture : pictures) {
    out.push_back(std::visit([&](const auto& pixels) { return converted<E>(pixels, channels); }, picture));
  }
  return out;
}

std::optional<MaskPixels> mask_by_alpha(const AnyImage& image) {
  return std::visit([](const auto& pixels) { return alpha_mask(pixels); }, image);
}

// What `source` points to, in one of the maps; null where nothing was made.
template <class E>
const E* replayed_pixel(const int* source, const std::vector<Pixels<E>>& maps) {
  if (source[0] == -1) return nullptr;
  if (source[0] < 0 || source[1] < 0 || source[2] < 0) {
    throw Failure("the provenance points to example " + std::to_string(source[0]) + ", row " +
                  std::to_string(source[1]) + ", column " + std::to_string(source[2]) +
                  "; expected none below 0, or example -1 where nothing was made");
  }
  if (source[0] >= static_cast<int>(maps.size())) {
    throw UsageError("number of maps", std::to_string(maps.size()),
                     "at least " + std::to_string(source[0] + 1) + ", one for each example of the provenance");
  }
  const Pixels<E>& map = maps[static_cast<std::size_t>(source[0])];
  if (source[1] >= map.shape(0) || source[2] >= map.shape(1)) {
    throw UsageError("size of map " + std::to_string(source[0] + 1), size_text({{map.shape(0), map.shape(1)}}),
                     "that of its example: the provenance points to row " + std::to_string(source[1]) + ", column " +
                         std::to_string(source[2]));
  }
  return map.data() + (source[1] * map.shape(1) + source[2]) * map.shape(2);
}

}  // namespace

ImageFormat check_format(const std::string& path) {
  return image_format(path);
}

void check_fits(const char* flag, ImageFormat format, const Shape<2>& size) {
  const index_t most = format == ImageFormat::png || format == ImageFormat::hdr ? 0x7fffffff : 65535;
  if (size[0] > most || size[1] > most) {
    throw UsageError(flag, size_text(size), "at most " + std::to_string(most) + " pixels a side in this format");
  }
}

void check_npy(const char* flag, const std::string& path) {
  std::error_code ignored;
  const bool to_device = std::filesystem::is_character_file(path, ignored);
  if (!to_device && !path.ends_with(".npy")) throw UsageError(flag, path, "a name that ends in .npy");
}

bool holds_alpha(ImageFormat format) {
  return format != ImageFormat::jpeg && format != ImageFormat::hdr;
}

Pictures alike(std::vector<AnyImage> pictures, bool keep_alpha) {
  std::size_t widest = 0;
  bool colour = false, alpha = keep_alpha;
  for (const AnyImage& picture : pictures) {
    widest = (std::max)(widest, picture.index());
    colour = colour || channels_of(picture) >= 3;
    alpha = alpha && channels_of(picture) % 2 == 0;
  }
  const index_t channels = (colour ? 3 : 1) + (alpha && widest < 2 ? 1 : 0);
  if (widest == 0) return all_as<std::uint8_t>(pictures, channels);
  if (widest == 1) return all_as<std::uint16_t>(pictures, channels);
  return all_as<float>(pictures, channels);
}

Examples read_examples(const std::vector<std::string>& paths, Alpha alpha) {
  Examples examples;
  bool keep_alpha = alpha != Alpha::none;
  std::vector<AnyImage> pictures;
  for (const std::string& path : paths) {
    pictures.push_back(read_any_image(path));
    examples.masks.push_back(mask_by_alpha(pictures.back()));
    examples.sizes.push_back(size_of(pictures.back()));
    keep_alpha = keep_alpha && (alpha == Alpha::all || !examples.masks.back());
  }
  examples.pictures = alike(std::move(pictures), keep_alpha);
  return examples;
}

std::vector<std::filesystem::path> picture_files(const std::string& what, const std::string& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (auto at = std::filesystem::directory_iterator(folder, error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    std::string extension = at->path().extension().string();
    for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    for (const char* const known : {".png", ".jpg", ".jpeg", ".bmp", ".tga", ".hdr"}) {
      if (extension == known && at->is_regular_file(error)) paths.push_back(at->path());
    }
  }
  if (error) {
    throw Failure(what + " " + folder + " is not read (" + error.message() + "); expected a folder of pictures");
  }
  if (paths.empty()) {
    throw Failure(what + " " + folder + " has no .png, .jpg, .bmp, .tga or .hdr; expected at least one");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

MaskPixels read_mask(const std::string& path) {
  const auto picture = without_alpha(read_image<std::uint8_t>(path));
  MaskPixels mask(Shape<2>{{picture.shape(0), picture.shape(1)}});
  const index_t channels = picture.shape(2);
  for (index_t i = 0; i < mask.size(); ++i) {
    index_t sum = 0;
    for (index_t c = 0; c < channels; ++c) sum += picture.data()[i * channels + c];
    mask.data()[i] = 2 * sum >= 255 * channels ? 1 : 0;
  }
  return mask;
}

std::vector<std::uint8_t> encode(ImageFormat format, const AnyImage& image) {
  const bool linear = image.index() == 2, hdr = format == ImageFormat::hdr;
  if (hdr || (linear && format == ImageFormat::png)) {
    const index_t channels = hdr && channels_of(image) > 2 ? 3 : channels_of(image);
    return std::visit(
        [&](const auto& pixels) {
          if (hdr) return encode_image(format, converted<float>(pixels, channels));
          return encode_image(format, converted<std::uint16_t>(pixels, channels));
        },
        image);
  }
  if (linear) return encode_image(format, to_bytes(image));
  return std::visit([&](const auto& pixels) { return encode_image(format, pixels); }, image);
}

Pixels<std::uint8_t> to_bytes(const AnyImage& image) {
  return std::visit([](const auto& pixels) { return converted<std::uint8_t>(pixels, pixels.shape(2) >= 3 ? 3 : 1); },
                    image);
}

Pixels<float> as_floats(const AnyImage& image) {
  return std::visit(
      [](const auto& pixels) {
        Pixels<float> result(pixels.shape());
        for (index_t i = 0; i < pixels.size(); ++i) result.data()[i] = to_scalar<float>(pixels.data()[i]);
        return result;
      },
      image);
}

Pixels<std::uint8_t> scaled_down(Pixels<std::uint8_t> image, index_t longest) {
  const index_t height = image.shape(0), width = image.shape(1), side = max_of(height, width);
  if (side <= longest) return image;
  const auto scaled = [&](index_t n) { return max_of<index_t>(1, (n * longest + side / 2) / side); };
  return resize(image, Shape<2>{{scaled(height), scaled(width)}});
}

Shape<2> size_of(const AnyImage& image) {
  return std::visit([](const auto& pixels) { return Shape<2>{{pixels.shape(0), pixels.shape(1)}}; }, image);
}

index_t channels_of(const Pictures& pictures) {
  return std::visit([](const auto& all) { return all.front().shape(2); }, pictures);
}

std::string size_text(const Shape<2>& size) {
  return std::to_string(size[1]) + "x" + std::to_string(size[0]);
}

AnyImage replayed(const TensorView<const int, 3, Cpu>& provenance, const Pictures& maps) {
  return std::visit(
      [&]<class E>(const std::vector<Pixels<E>>& all) -> AnyImage {
        const index_t channels = all.front().shape(2), pixels = provenance.shape(0) * provenance.shape(1);
        Pixels<E> image(Shape<3>{{provenance.shape(0), provenance.shape(1), channels}});
        for (index_t i = 0; i < pixels; ++i) {
          E* const to = image.data() + i * channels;
          const E* const from = replayed_pixel(provenance.data() + 3 * i, all);
          if (from != nullptr) {
            std::copy_n(from, channels, to);
          } else {
            std::fill_n(to, channels, E{});
          }
        }
        return image;
      },
      maps);
}

}  // namespace pastiche::program
