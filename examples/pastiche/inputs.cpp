// SPDX-License-Identifier: MIT
#include "inputs.hpp"

#include "failure.hpp"

#include <new>

#include <unistd.h>

namespace pastiche::program {

namespace {

bool same(const Shape<2>& a, const Shape<2>& b) {
  return a[0] == b[0] && a[1] == b[1];
}

}  // namespace

void read_masks(const char* flag, const std::vector<std::string>& files, const std::vector<std::string>& examples,
                Examples& to) {
  if (!files.empty() && files.size() != examples.size()) {
    throw UsageError("number of " + std::string(flag), std::to_string(files.size()),
                     std::to_string(examples.size()) + ", one for each example");
  }
  for (std::size_t e = 0; e < files.size(); ++e) {
    MaskPixels mask = read_mask(files[e]);
    const Shape<2> given{{mask.shape(0), mask.shape(1)}}, size = to.sizes[e];
    if (!same(given, size)) {
      throw UsageError("size of " + std::string(flag) + " " + files[e], size_text(given),
                       size_text(size) + ", that of " + examples[e]);
    }
    auto& known = to.masks[e];
    for (index_t i = 0; known && i < mask.size(); ++i) {
      if (known->data()[i] == 0) mask.data()[i] = 0;
    }
    known = std::move(mask);
  }
}

std::vector<Mask2> masks_of(const Examples& examples) {
  bool any = false;
  for (const auto& mask : examples.masks) any = any || mask.has_value();
  std::vector<Mask2> all;
  for (std::size_t e = 0; any && e < examples.masks.size(); ++e) {
    all.push_back(examples.masks[e] ? mask_of(*examples.masks[e]) : Mask2{});
  }
  return all;
}

MaskPixels read_output_mask(const std::string& file, const Shape<2>& size) {
  MaskPixels mask = read_mask(file);
  const Shape<2> given{{mask.shape(0), mask.shape(1)}};
  if (!same(given, size)) {
    throw UsageError("size of --mask " + file, size_text(given), size_text(size) + ", that of the output");
  }
  return mask;
}

std::vector<Pixels<float>> read_guide(const char* flag, const std::vector<std::string>& files,
                                      const std::vector<std::string>& examples, const std::vector<Shape<2>>& sizes,
                                      const Shape<2>& output) {
  const std::string name(flag);
  if (files.size() != examples.size() + 1) {
    throw UsageError("number of " + name, std::to_string(files.size()),
                     std::to_string(examples.size() + 1) + ", one for each example and one for the output");
  }
  std::vector<Pixels<float>> maps;
  for (std::size_t g = 0; g < files.size(); ++g) {
    maps.push_back(as_floats(read_any_image(files[g])));
    const bool last = g + 1 == files.size();
    const Shape<2> size = last ? output : sizes[g], given{{maps[g].shape(0), maps[g].shape(1)}};
    if (!same(given, size)) {
      throw UsageError("size of " + name + " " + files[g], size_text(given),
                       size_text(size) + ", that of " + (last ? "the output" : examples[g]));
    }
    if (maps[g].shape(2) != maps[0].shape(2)) {
      throw UsageError("channels of " + name + " " + files[g], std::to_string(maps[g].shape(2)),
                       std::to_string(maps[0].shape(2)) + ", as the first guide has");
    }
  }
  return maps;
}

void check_memory(double bytes) {
  const double room = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (room > 0.0 && bytes > room) throw std::bad_alloc();
}

}  // namespace pastiche::program
