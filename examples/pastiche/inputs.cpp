// SPDX-License-Identifier: MIT
#include "inputs.hpp"

#include "failure.hpp"

#include <new>
#include <utility>

#include <unistd.h>

namespace pastiche::program {

void read_masks(const char* flag, const std::vector<std::string>& files, const std::vector<std::string>& examples,
                Examples& to) {
  if (!files.empty() && files.size() != examples.size()) {
    throw UsageError("number of " + std::string(flag), std::to_string(files.size()),
                     std::to_string(examples.size()) + ", one for each example");
  }
  for (std::size_t e = 0; e < files.size(); ++e) {
    narrow(to.masks[e], read_sized_mask(flag, files[e], to.sizes[e], examples[e]));
  }
}

void narrow(std::optional<MaskPixels>& to, MaskPixels by) {
  for (index_t i = 0; to && i < by.size(); ++i) {
    if (to->data()[i] == 0) by.data()[i] = 0;
  }
  to = std::move(by);
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

void check_size(const std::string& what, const Shape<2>& given, const Shape<2>& size, const std::string& whose) {
  if (given[0] == size[0] && given[1] == size[1]) return;
  throw UsageError("size of " + what, size_text(given), size_text(size) + ", that of " + whose);
}

MaskPixels read_sized_mask(const char* flag, const std::string& file, const Shape<2>& size, const std::string& whose) {
  MaskPixels mask = read_mask(file);
  check_size(flag + (" " + file), {{mask.shape(0), mask.shape(1)}}, size, whose);
  return mask;
}

Pixels<float> read_map(const char* flag, const std::string& file, const Shape<2>& size, const std::string& whose) {
  Pixels<float> map = as_floats(read_any_image(file));
  check_size(flag + (" " + file), {{map.shape(0), map.shape(1)}}, size, whose);
  return map;
}

std::vector<Pixels<float>> read_guide(const char* flag, const std::vector<std::string>& files,
                                      const std::vector<std::string>& examples, const std::vector<Shape<2>>& sizes,
                                      const Shape<2>& output, const char* kind) {
  const std::string name(flag);
  if (files.size() != examples.size() + 1) {
    throw UsageError("number of " + name, std::to_string(files.size()),
                     std::to_string(examples.size() + 1) + ", one for each " + kind + " and one for the output");
  }
  std::vector<Pixels<float>> maps;
  for (std::size_t g = 0; g < files.size(); ++g) {
    const bool last = g + 1 == files.size();
    maps.push_back(read_map(flag, files[g], last ? output : sizes[g], last ? "the output" : examples[g]));
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
