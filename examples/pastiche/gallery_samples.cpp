// SPDX-License-Identifier: MIT
#include "gallery_samples.hpp"

#include "embedded.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace pastiche::program {

namespace {

constexpr int kExampleSide = 192;
constexpr index_t kLongestSide = 256;  // of a user's picture; larger ones are scaled down
constexpr std::size_t kMostSamples = 100;

/// A name that needs no quotes in a shell and has no hyphen, which parts it from what is made of it, and that no other
/// sample has.
std::string plain_name(const std::string& stem, const std::vector<Sample>& taken) {
  std::string name;
  for (const char c : stem) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    name += plain ? c : '_';
  }
  const auto used = [&](const std::string& text) {
    return std::any_of(taken.begin(), taken.end(), [&](const Sample& s) { return s.name == text; });
  };
  std::string unique = name;
  for (int n = 2; used(unique); ++n) unique = name + "_" + std::to_string(n);
  return unique;
}

}  // namespace

std::vector<Sample> procedural_samples(std::uint64_t seed) {
  std::vector<Sample> samples;
  for (const Embedded& texture : embedded_textures()) {
    samples.push_back({texture.name, "", texture.make(kExampleSide, seed)});
  }
  return samples;
}

std::vector<Sample> samples_of_folder(const std::string& folder) {
  const auto paths = picture_files("--from", folder);
  if (paths.size() > kMostSamples) {
    throw Failure("--from " + folder + " has " + std::to_string(paths.size()) + " pictures; expected at most " +
                  std::to_string(kMostSamples) + " for one page");
  }
  std::vector<Sample> samples;
  for (const auto& path : paths) {
    Examples read = read_examples({path.string()}, false);
    if (read.masks[0]) {
      throw Failure(path.string() + " has transparent pixels; expected none (pastiche texture takes them for a mask)");
    }
    const AnyImage picture = std::visit([](auto& all) -> AnyImage { return std::move(all[0]); }, read.pictures);
    Sample sample{plain_name(path.stem().string(), samples), path.string(), to_bytes(picture)};
    sample.original = read.sizes[0];
    sample.pixels = scaled_down(std::move(sample.pixels), kLongestSide);
    samples.push_back(std::move(sample));
  }
  return samples;
}

Pixels<std::uint8_t> rendered(const Preview& preview) {
  std::vector<float> values(static_cast<std::size_t>(preview.height() * preview.width() * preview.channels()));
  preview.render(values.data());
  Pixels<std::uint8_t> picture(Shape<3>{{preview.height(), preview.width(), preview.channels()}});
  std::transform(values.begin(), values.end(), picture.data(), [](float v) { return from_scalar<std::uint8_t>(v); });
  return picture;
}

std::string in_text(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string origin(const Sample& sample) {
  const Shape<2> size{{sample.pixels.shape(0), sample.pixels.shape(1)}};
  if (sample.path.empty()) return size_text(size);
  const std::string file = std::filesystem::path(sample.path).filename().string();
  const bool scaled = sample.original[0] != size[0] || sample.original[1] != size[1];
  return file + ", " + size_text(size) + (scaled ? ", scaled down from " + size_text(sample.original) : "");
}

void GalleryFolder::add(const std::string& name) {
  add_outside(name, path_of(name));
}

void GalleryFolder::add_outside(const std::string& name, const std::string& path) {
  outputs_.add(path);
  numbers_.emplace(name, numbers_.size());
}

std::string GalleryFolder::path_of(const std::string& name) const {
  return (std::filesystem::path(path_) / name).string();
}

PagePicture GalleryFolder::keep(const std::string& name, const Pixels<std::uint8_t>& pixels) {
  PagePicture picture = page_picture(pixels);
  write(name, picture.png);
  return picture;
}

}  // namespace pastiche::program
