// SPDX-License-Identifier: MIT
/// \file
/// What measures of textures look at: pictures in grey levels at several scales, and a fixed choice of their patches.
#pragma once

#include <pastiche/core/random.hpp>
#include <pastiche/image/pyramid.hpp>
#include <pastiche/primitive/packed_product.hpp>

#include <string>
#include <type_traits>
#include <vector>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Pixels of [0, 1] as grey levels, 0 to 255.
template <class View>
struct GreyLevels {
  View from;
  float* to;

  PASTICHE_HD void operator()(index_t row) const noexcept {
    float* out = to + row * from.shape(1) * from.shape(2);
    for (index_t x = 0; x < from.shape(1); ++x) {
      for (index_t c = 0; c < from.shape(2); ++c) *out++ = 255.0f * to_scalar<float>(from(row, x, c));
    }
  }
};

template <class View>
struct CountOdd {
  View image;

  /// How many elements of a row are NaN or infinite.
  PASTICHE_HD index_t operator()(index_t row) const noexcept {
    index_t n = 0;
    for (index_t x = 0; x < image.shape(1); ++x) {
      for (index_t c = 0; c < image.shape(2); ++c) n += is_finite(image(row, x, c)) ? 0 : 1;
    }
    return n;
  }
};

struct AddOddCounts {
  PASTICHE_HD index_t operator()(index_t a, index_t b) const noexcept { return a + b; }
};

/// `count` of the patches of a picture, one from each of as many equal runs of them: the same for equal sizes.
struct PatchSample {
  index_t rows, columns;  ///< places of patches
  index_t count;
  std::uint64_t key;

  PASTICHE_HD index_t operator()(index_t i) const noexcept {
    const index_t all = rows * columns, first = all * i / count, next = all * (i + 1) / count;
    return first + static_cast<index_t>(hash_bits(key, static_cast<std::uint64_t>(i))) % (next - first);
  }
};

/// Patch first + i of the sample, as a row of a matrix, minus a constant.
template <class View>
struct SampledPatches {
  View image;
  PatchSample sample;
  index_t patch, first;
  float centre;
  float* to;  ///< (patches, patch * patch * channels)

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t at = sample(first + i), run = patch * image.shape(2);
    float* out = to + i * patch * run;
    for (index_t dy = 0; dy < patch; ++dy) {
      const float* from = image.row(at / sample.columns + dy, at % sample.columns);
      for (index_t k = 0; k < run; ++k) *out++ = from[k] - centre;
    }
  }
};

PASTICHE_DEVICE_CODE_END

/// The product that needs nothing but the device.
template <class Device>
using PatchProduct = std::conditional_t<VectorDevice<Device>, PackedLinalg, GenericLinalg>;

/// The sample of at most `most` patches; 0 is all of them.
template <class View>
PatchSample patch_sample(const View& image, index_t patch, index_t most, std::uint64_t seed) {
  const index_t rows = image.shape(0) - patch + 1, columns = image.shape(1) - patch + 1, all = rows * columns;
  return {rows, columns, most > 0 ? min_of(most, all) : all, mix64(seed)};
}

/// Rows of a matrix: patches first to first + to.shape(0) of the sample.
template <class Device>
void gather_patches(const Tensor<float, 3, Device>& image, const PatchSample& sample, index_t patch, index_t first,
                    float centre, const TensorView<float, 2, Device>& to, const Device& device) {
  using View = TensorView<const float, 3, Device>;
  device.for_each_piece(to.shape(0), to.shape(1),
                        SampledPatches<View>{image.view(), sample, patch, first, centre, to.data()});
}

/// Checks an example and an output: of one kind, with sides of at least `side` pixels, and finite.
template <class A, class B, class Device>
void check_texture_pair(const char* function, const A& example, const B& output, index_t side, const Device& device) {
  static_assert(A::rank == 3 && B::rank == 3, "pastiche: an image has three axes: height, width, channel");
  static_assert(std::is_same_v<typename A::value_type, typename B::value_type>,
                "pastiche: images to compare have the same elements; convert one of them");
  static_assert(std::is_same_v<typename A::device_type, Device> && std::is_same_v<typename B::device_type, Device>,
                "pastiche: images to compare live on the device that compares");
  const std::string least = "at least " + std::to_string(side);
  const auto check = [&](const auto& image, const char* shorter, const char* odd) {
    require(min_of(image.shape(0), image.shape(1)) >= side, function, shorter, min_of(image.shape(0), image.shape(1)),
            least);
    if constexpr (!std::integral<typename A::value_type>) {
      using View = std::remove_cvref_t<decltype(image)>;
      const index_t n = device.reduce_index(image.shape(0), index_t{0}, CountOdd<View>{image}, AddOddCounts{});
      require(n == 0, function, odd, n, 0);
    }
  };
  require(example.shape(2) >= 1, function, "channels of the example", example.shape(2), "at least 1");
  require(output.shape(2) == example.shape(2), function, "channels of the output", output.shape(2), example.shape(2));
  check(example, "shorter side of the example", "number of pixels of the example that are not finite");
  check(output, "shorter side of the output", "number of pixels of the output that are not finite");
}

/// Pictures of a pair at the same scales, finest first: as many as both have.
template <class Device>
struct PyramidPair {
  std::vector<Tensor<float, 3, Device>> example, output;
};

/// Gaussian pyramids in grey levels, of at most `levels`; levels but the finest have sides of at least 24 pixels, or
/// two patches where that is more.
template <class A, class B, class Device>
PyramidPair<Device> pyramid_pair(const A& example, const B& output, index_t levels, index_t patch,
                                 const Device& device) {
  const auto finest = [&](const auto& view) {
    Tensor<float, 3, Device> grey(view.shape(), device);
    device.for_each_piece(view.shape(0), view.shape(1) * view.shape(2),
                          GreyLevels<std::remove_cvref_t<decltype(view)>>{view, grey.data()});
    return grey;
  };
  PyramidPair<Device> pair;
  pair.example.push_back(finest(example));
  pair.output.push_back(finest(output));
  const index_t least = max_of<index_t>(24, 2 * patch);
  const auto half = [](const auto& image) { return ceil_div<index_t>(min_of(image.shape(0), image.shape(1)), 2); };
  while (static_cast<index_t>(pair.example.size()) < levels && half(pair.example.back()) >= least &&
         half(pair.output.back()) >= least) {
    pair.example.push_back(pyramid_reduce(pair.example.back(), Border::reflect, device));
    pair.output.push_back(pyramid_reduce(pair.output.back(), Border::reflect, device));
  }
  return pair;
}

}  // namespace detail

}  // namespace pastiche
