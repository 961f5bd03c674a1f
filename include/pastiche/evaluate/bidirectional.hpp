// SPDX-License-Identifier: MIT
/// \file
/// Bidirectional similarity: coherence and completeness.
///
/// D. Simakov, Y. Caspi, E. Shechtman, M. Irani, "Summarizing visual data using bidirectional similarity", CVPR 2008,
/// section 2: an output is coherent if each of its patches is found in the example, complete if each patch of the
/// example is found in it. Deviations: root mean square over the elements of a patch instead of a sum of squares, so
/// that the unit is a grey level; the two terms are not added; 1/2 and 1/4 size instead of all scales, because at full
/// size noise decides and copied pixels are alike anyway; a fixed sample of the patches that are looked up, each
/// compared with all patches of the other picture, so that the nearest is the nearest.
#pragma once

#include <pastiche/evaluate/patch_sample.hpp>
#include <pastiche/evaluate/psnr.hpp>

#include <cmath>
#include <limits>

namespace pastiche {

/// Options of coherence() and completeness().
struct BidirectionalOptions {
  int patch = 7;           ///< side of a patch in pixels
  index_t samples = 2000;  ///< patches at most that are looked up at a scale; 0 looks up all
  std::uint64_t seed = 5;  ///< of the sample
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Sum of squares of row i.
struct SquaredNorm {
  const float* rows;
  index_t depth;
  float* to;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    float sum = 0.0f;
    for (index_t k = 0; k < depth; ++k) sum += rows[i * depth + k] * rows[i * depth + k];
    to[i] = sum;
  }
};

/// Lowers the distance of query i to the nearest of a block of patches. Products say how far a patch is but for
/// rounding; those that may be nearer than the nearest so far are then compared element by element.
struct LowerNearest {
  const float *queries, *query_norms;  ///< (n, depth), (n)
  const float *stock, *stock_norms;    ///< (count, depth), (count)
  const float* products;               ///< (n, count)
  index_t depth, count;
  double* nearest;  ///< squared

  PASTICHE_HD void operator()(index_t i) const noexcept {
    // Rounding of a sum of n terms is below n * 2^-24 of the sum of their magnitudes.
    const float error = static_cast<float>(depth + 8) * 0x1p-23f;
    const float* const query = queries + i * depth;
    double least = nearest[i];
    float limit = static_cast<float>(least);
    for (index_t j = 0; j < count; ++j) {
      const float norms = query_norms[i] + stock_norms[j];
      if (norms - 2.0f * products[i * count + j] - error * norms > limit) continue;
      const double exact = squared_distance(query, stock + j * depth);
      if (exact >= least) continue;
      least = exact;
      limit = static_cast<float>(exact);
    }
    nearest[i] = least;
  }

 private:
  PASTICHE_HD double squared_distance(const float* a, const float* b) const noexcept {
    double sum = 0.0;
    for (index_t k = 0; k < depth; ++k) {
      const double d = static_cast<double>(a[k]) - static_cast<double>(b[k]);
      sum += d * d;
    }
    return sum;
  }
};

struct FillDoubles {
  double* to;
  double value;
  PASTICHE_HD void operator()(index_t i) const noexcept { to[i] = value; }
};

struct RootMean {
  const double* squares;
  double depth;
  PASTICHE_HD double operator()(index_t i) const noexcept { return std::sqrt(squares[i] / depth); }
};

struct FloatAt {
  const float* values;
  PASTICHE_HD double operator()(index_t i) const noexcept { return static_cast<double>(values[i]); }
};

PASTICHE_DEVICE_CODE_END

/// Mean RMS distance of a sample of the patches of `picture` from the nearest patches of `stock`.
template <class Device>
double mean_nearest(const Tensor<float, 3, Device>& picture, const Tensor<float, 3, Device>& stock,
                    const BidirectionalOptions& o, const Device& device) {
  constexpr index_t kBlock = 256;  // patches of the stock at a time, so that the products stay in the cache
  const index_t depth = index_t{o.patch} * o.patch * picture.shape(2);
  const PatchSample wanted = patch_sample(picture.view(), o.patch, o.samples, o.seed);
  const PatchSample all = patch_sample(stock.view(), o.patch, 0, 0);
  // Small numbers have small errors.
  const auto centre = static_cast<float>(device.reduce_index(stock.size(), 0.0, FloatAt{stock.data()}, AddDoubles{}) /
                                         static_cast<double>(stock.size()));
  Tensor<float, 2, Device> queries({wanted.count, depth}, device), block({kBlock, depth}, device);
  Tensor<float, 1, Device> query_norms({wanted.count}, device), norms({kBlock}, device);
  Tensor<float, 2, Device> products({wanted.count, kBlock}, device);
  Tensor<double, 1, Device> nearest({wanted.count}, device);
  gather_patches(picture, wanted, o.patch, 0, centre, queries.view(), device);
  device.for_each_piece(wanted.count, depth, SquaredNorm{queries.data(), depth, query_norms.data()});
  device.for_each_index(wanted.count, FillDoubles{nearest.data(), (std::numeric_limits<float>::max)()});
  for (index_t first = 0; first < all.count; first += kBlock) {
    const index_t count = min_of(kBlock, all.count - first);
    const TensorView<float, 2, Device> patches{block.data(), {{count, depth}}};
    const TensorView<float, 2, Device> found{products.data(), {{wanted.count, count}}};
    gather_patches(stock, all, o.patch, first, centre, patches, device);
    device.for_each_piece(count, depth, SquaredNorm{block.data(), depth, norms.data()});
    PatchProduct<Device>{}.multiply(device, queries, patches, found, {.transpose_b = true});
    device.for_each_piece(wanted.count, 2 * count,
                          LowerNearest{queries.data(), query_norms.data(), block.data(), norms.data(), products.data(),
                                       depth, count, nearest.data()});
  }
  return device.reduce_index(wanted.count, 0.0, RootMean{nearest.data(), static_cast<double>(depth)}, AddDoubles{}) /
         static_cast<double>(wanted.count);
}

template <class A, class B, class Device>
double directed_similarity(const char* function, const A& picture, const B& stock, const BidirectionalOptions& o,
                           const Device& device) {
  require(o.patch >= 1, function, "patch", o.patch, "at least 1");
  require(o.samples >= 0, function, "samples", o.samples, "at least 0");
  const auto pair = pyramid_pair(picture, stock, 3, o.patch, device);
  const std::size_t levels = pair.example.size(), first = levels > 1 ? 1 : 0;
  double sum = 0.0;
  for (std::size_t level = first; level < levels; ++level) {
    sum += mean_nearest(pair.example[level], pair.output[level], o, device);
  }
  return sum / static_cast<double>(levels - first);
}

}  // namespace detail

/// Mean RMS distance, in grey levels (pixels of [0, 1] times 255), from patches of the output to the nearest of the
/// example, at 1/2 and 1/4 size (at full size where a side is below 47 pixels): 0 where all of the output is found in
/// the example, larger the more of it was invented or broken.
///
/// Images are (height, width, channel) of one element; throws InvalidArgument as sliced_wasserstein().
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
double coherence(const A& example, const B& output, const BidirectionalOptions& options = {},
                 const Device& device = {}) {
  detail::check_texture_pair("coherence", view_of(example), view_of(output), options.patch, device);
  return detail::directed_similarity("coherence", view_of(output), view_of(example), options, device);
}

/// The same from patches of the example to the nearest of the output: 0 where all of the example is found in the
/// output, larger the more of it was lost. `completeness(a, b)` is `coherence(b, a)`.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
double completeness(const A& example, const B& output, const BidirectionalOptions& options = {},
                    const Device& device = {}) {
  detail::check_texture_pair("completeness", view_of(example), view_of(output), options.patch, device);
  return detail::directed_similarity("completeness", view_of(example), view_of(output), options, device);
}

}  // namespace pastiche
