// SPDX-License-Identifier: MIT
/// \file
/// Sliced Wasserstein distance between the patches of two textures.
///
/// J. Rabin, G. Peyré, J. Delon, M. Bernot, "Wasserstein barycenter and its application to texture mixing", SSVM 2011,
/// section 2.2: the mean, over directions, of the Wasserstein distance between two sets of points seen along one line,
/// which sorting gives. N. Bonneel, J. Rabin, G. Peyré, H. Pfister, "Sliced and Radon Wasserstein barycenters of
/// measures", J. Math. Imaging and Vision 51, 2015. Here of exponent 1, so that the unit is a grey level; of 7 x 7
/// patches at several scales, as T. Karras et al., "Progressive growing of GANs", ICLR 2018, section 5, compare
/// pictures, but on a Gaussian pyramid and without normalising colours: a shift of brightness is a fault of a texture.
/// Directions at right angles to each other say more than as many independent ones: M. Rowland, J. Hron, Y. Tang,
/// K. Choromanski, T. Sarlos, A. Weller, "Orthogonal estimation of Wasserstein distances", AISTATS 2019.
#pragma once

#include <pastiche/evaluate/patch_sample.hpp>
#include <pastiche/evaluate/psnr.hpp>

#include <cmath>
#include <numbers>

namespace pastiche {

/// Options of sliced_wasserstein().
struct SlicedWassersteinOptions {
  int patch = 7;            ///< side of a patch in pixels
  int levels = 4;           ///< of the Gaussian pyramid; fewer where a side would be less than 24 pixels
  int projections = 128;    ///< directions
  int quantiles = 1000;     ///< of the projected patches of a picture, so that sizes may differ
  index_t samples = 20000;  ///< patches at most taken from a level; 0 takes all
  std::uint64_t seed = 7;   ///< of directions and samples
};

namespace detail {

/// Takes from `row` what lies along the rows before it, all of unit length and at right angles to each other.
inline void take_away(const std::vector<std::vector<double>>& before, std::vector<double>& row) {
  for (const std::vector<double>& other : before) {
    double along = 0.0;
    for (std::size_t k = 0; k < row.size(); ++k) along += other[k] * row[k];
    for (std::size_t k = 0; k < row.size(); ++k) row[k] -= along * other[k];
  }
}

/// `count` unit vectors of n elements as rows of a matrix, each uniform over the sphere, n at a time at right angles to
/// each other.
inline std::vector<float> unit_vectors(index_t count, index_t n, std::uint64_t seed) {
  constexpr std::uint32_t kStream = 0x53574431;
  std::vector<float> rows;
  std::vector<std::vector<double>> frame;
  std::vector<double> row(static_cast<std::size_t>(n));
  for (index_t j = 0; j < count; ++j) {
    if (static_cast<index_t>(frame.size()) == n) frame.clear();
    CounterRng rng(seed, kStream, static_cast<std::uint64_t>(j));
    for (double& x : row) {  // Box and Muller: numbers of a Gaussian have no preferred direction
      const double radius = std::sqrt(-2.0 * std::log(1.0 - static_cast<double>(rng.uniform())));
      x = radius * std::cos(2.0 * std::numbers::pi * static_cast<double>(rng.uniform()));
    }
    take_away(frame, row);
    take_away(frame, row);  // once more: the last of a frame are small, and rounding is not
    double squares = 0.0;
    for (const double x : row) squares += x * x;
    for (double& x : row) x /= std::sqrt(squares);
    for (const double x : row) rows.push_back(static_cast<float>(x));
    frame.push_back(row);
  }
  return rows;
}

PASTICHE_DEVICE_CODE_BEGIN

/// Quantiles (i + 1/2) / quantiles of row j of a matrix: the row is sorted by three passes of counting.
struct RowQuantiles {
  const float* rows;
  index_t n, quantiles;
  float* to;

  static constexpr index_t kBits = 11, kBins = index_t{1} << kBits;

  PASTICHE_HD index_t scratch() const noexcept { return 4 * (2 * n + 3 * kBins); }

  PASTICHE_HD void operator()(index_t j, std::byte* memory) const noexcept {
    auto* const counts = reinterpret_cast<std::uint32_t*>(memory);
    std::uint32_t* keys = counts + 3 * kBins;
    std::uint32_t* other = keys + n;
    for (index_t i = 0; i < 3 * kBins; ++i) counts[i] = 0;
    for (index_t i = 0; i < n; ++i) {
      const std::uint32_t bits = bits_as<std::uint32_t>(rows[j * n + i]);
      const std::uint32_t key = bits ^ (bits >> 31 != 0 ? 0xffffffffu : 0x80000000u);  // ordered as the floats
      keys[i] = key;
      for (index_t pass = 0; pass < 3; ++pass) ++counts[pass * kBins + digit(key, pass)];
    }
    for (index_t pass = 0; pass < 3; ++pass) {
      std::uint32_t* const at = counts + pass * kBins;
      std::uint32_t sum = 0;
      for (index_t b = 0; b < kBins; ++b) {
        const std::uint32_t count = at[b];
        at[b] = sum;
        sum += count;
      }
      for (index_t i = 0; i < n; ++i) other[at[digit(keys[i], pass)]++] = keys[i];
      std::uint32_t* const swapped = keys;
      keys = other;
      other = swapped;
    }
    for (index_t q = 0; q < quantiles; ++q) {
      const std::uint32_t key = keys[(2 * q + 1) * n / (2 * quantiles)];
      to[j * quantiles + q] = bits_as<float>(key ^ (key >> 31 != 0 ? 0x80000000u : 0xffffffffu));
    }
  }

 private:
  PASTICHE_HD static index_t digit(std::uint32_t key, index_t pass) noexcept {
    return static_cast<index_t>(key >> (kBits * pass)) & (kBins - 1);
  }
};

struct QuantileDifference {
  const float *a, *b;

  PASTICHE_HD double operator()(index_t i) const noexcept {
    return abs_of(static_cast<double>(a[i]) - static_cast<double>(b[i]));
  }
};

PASTICHE_DEVICE_CODE_END

/// (projections, quantiles) of the patches of a picture.
template <class Device>
Tensor<float, 2, Device> projected_quantiles(const Tensor<float, 3, Device>& image,
                                             const Tensor<float, 2, Device>& directions,
                                             const SlicedWassersteinOptions& o, const Device& device) {
  const PatchSample sample = patch_sample(image.view(), o.patch, o.samples, o.seed);
  Tensor<float, 2, Device> patches({sample.count, directions.shape(1)}, device);
  gather_patches(image, sample, o.patch, 0, 0.0f, patches.view(), device);
  Tensor<float, 2, Device> projected({directions.shape(0), sample.count}, device);
  PatchProduct<Device>{}.multiply(device, directions, patches, projected.view(), {.transpose_b = true});
  Tensor<float, 2, Device> quantiles({directions.shape(0), o.quantiles}, device);
  device.for_each_piece(directions.shape(0), 16 * sample.count,
                        RowQuantiles{projected.data(), sample.count, o.quantiles, quantiles.data()});
  return quantiles;
}

}  // namespace detail

/// How far the patches of an output are from those of an example, as sets, in grey levels (pixels of [0, 1] times 255):
/// the mean, over scales, directions and quantiles, of how far apart the quantiles of both sets are. 0 for equal
/// pictures; symmetric; the same for any order of a picture's patches, so blind to where things are.
///
/// Images are (height, width, channel) of one element, of any sizes of at least the patch; throws InvalidArgument for
/// smaller ones, for unlike channels, and for pixels that are not finite. Takes about 20 MB.
template <Viewable A, Viewable B, DevicePolicy Device = device_of_t<A>>
double sliced_wasserstein(const A& example, const B& output, const SlicedWassersteinOptions& options = {},
                          const Device& device = {}) {
  constexpr const char* kName = "sliced_wasserstein";
  const auto a = view_of(example);
  const auto b = view_of(output);
  require(options.patch >= 1, kName, "patch", options.patch, "at least 1");
  require(options.levels >= 1, kName, "levels", options.levels, "at least 1");
  require(options.projections >= 1, kName, "projections", options.projections, "at least 1");
  require(options.quantiles >= 1, kName, "quantiles", options.quantiles, "at least 1");
  require(options.samples >= 0, kName, "samples", options.samples, "at least 0");
  detail::check_texture_pair(kName, a, b, options.patch, device);
  const auto pair = detail::pyramid_pair(a, b, options.levels, options.patch, device);
  const index_t n = index_t{options.patch} * options.patch * a.shape(2);
  const auto directions = upload<Device>(Shape<2>{{options.projections, n}},
                                         detail::unit_vectors(options.projections, n, options.seed), device);
  double sum = 0.0;
  for (std::size_t level = 0; level < pair.example.size(); ++level) {
    const auto p = detail::projected_quantiles(pair.example[level], directions, options, device);
    const auto q = detail::projected_quantiles(pair.output[level], directions, options, device);
    sum += device.reduce_index(p.size(), 0.0, detail::QuantileDifference{p.data(), q.data()}, detail::AddDoubles{}) /
           static_cast<double>(p.size());
  }
  return sum / static_cast<double>(pair.example.size());
}

}  // namespace pastiche
