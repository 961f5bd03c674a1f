// SPDX-License-Identifier: MIT
/// \file
/// A picture that patches are pasted on: from anywhere to anywhere, over whatever is there already.
///
/// V. Kwatra, A. Schoedl, I. Essa, G. Turk, A. Bobick, "Graphcut textures: image and video synthesis using graph cuts",
/// SIGGRAPH 2003, sections 2 and 3: a patch is laid somewhere over the picture, and a cut decides which of its pixels
/// are copied. Old seams are not cut again as in their section 3.1: a later patch simply wins or loses against them.
#pragma once

#include <pastiche/core/policy.hpp>
#include <pastiche/primitive/block_search.hpp>
#include <pastiche/seam/blend.hpp>
#include <pastiche/seam/graph_cut.hpp>
#include <pastiche/texture/examples.hpp>

#include <cstddef>

namespace pastiche {

/// A rectangle of an example.
struct Patch {
  int example = 0;  ///< its number, for the provenance
  index_t row = 0, column = 0, height = 0, width = 0;
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Lays one patch over the canvas and cuts it in. One piece, because a cut is one worker's.
template <class Distance, class SeamPolicy, class BlendPolicy, class E, class Device>
struct PastePatch {
  using D = distance_sum_t<Distance, E>;
  BlockDistance<Distance, E, Device> block_distance;
  SeamPolicy seam;
  BlendPolicy blend;
  TensorView<const E, 3, Device> example;
  Patch patch;
  index_t row, column;  ///< of the patch on the canvas
  int deepest;          ///< how far from each side a seam may run
  bool wrap_rows, wrap_columns;
  TensorView<E, 3, Device> image;
  int* provenance;
  std::uint8_t* known;
  double* energy;

  PASTICHE_HD index_t area() const noexcept { return patch.height * patch.width; }
  PASTICHE_HD index_t ring() const noexcept { return (patch.height + 2) * (patch.width + 2); }
  PASTICHE_HD index_t scratch() const noexcept {
    return seam_scratch_bytes<D>(seam, patch.height, patch.width) + area() * static_cast<index_t>(sizeof(D) + 2) +
           ring();
  }

  PASTICHE_HD void operator()(index_t, std::byte* memory) const noexcept {
    D* error = reinterpret_cast<D*>(memory + seam_scratch_bytes<D>(seam, patch.height, patch.width));
    std::uint8_t* old = reinterpret_cast<std::uint8_t*>(error + area());
    std::uint8_t* takes_new = old + area();
    std::uint8_t* around = takes_new + area();
    for (index_t y = -1; y <= patch.height; ++y) {
      for (index_t x = -1; x <= patch.width; ++x) {
        const index_t at = pixel(y, x);
        const std::uint8_t is_old = at >= 0 ? known[at] : std::uint8_t{0};
        around[(y + 1) * (patch.width + 2) + x + 1] = is_old;
        if (y < 0 || x < 0 || y == patch.height || x == patch.width) continue;
        old[y * patch.width + x] = is_old;
        error[y * patch.width + x] = is_old != 0 ? pixel_error(y, x, at) : D(0);
      }
    }
    const int height = static_cast<int>(patch.height), width = static_cast<int>(patch.width);
    const Overlap<D> overlap{height,
                             width,
                             error,
                             old,
                             breadth(around, 1, 0, width + 2, 1, height, width),
                             breadth(around, 0, 1, 1, width + 2, width, height),
                             breadth(around, 1, width + 1, width + 2, -1, height, width),
                             breadth(around, height + 1, 1, 1, -(width + 2), width, height),
                             reinterpret_cast<D*>(memory),
                             takes_new,
                             around};
    seam(overlap);
    energy[0] = static_cast<double>(seam_energy(overlap));
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) paste(y, x, blend(overlap, y, x));
    }
  }

 private:
  // Number of a pixel of the canvas; -1 beyond its border.
  PASTICHE_HD index_t pixel(index_t y, index_t x) const noexcept {
    index_t v = row + y, u = column + x;
    if (wrap_rows) v = wrap(v, image.shape(0));
    if (wrap_columns) u = wrap(u, image.shape(1));
    return v < 0 || u < 0 || v >= image.shape(0) || u >= image.shape(1) ? -1 : v * image.shape(1) + u;
  }
  PASTICHE_HD E* at_pixel(index_t number) const noexcept {
    return image.row(number / image.shape(1), number % image.shape(1));
  }

  // How deep the old picture reaches in from a side, over all its lines that go on beyond the side; at most `deepest`
  // and at most half of the patch. `along` and `across` are strides in the ring's table.
  PASTICHE_HD int breadth(const std::uint8_t* around, int first_row, int first_column, int along, int across,
                          int length, int depth) const noexcept {
    const std::uint8_t* line = around + first_row * (patch.width + 2) + first_column;
    const int most = min_of(deepest, max_of(depth / 2, 1));
    int broadest = 0;
    for (int i = 0; i < length; ++i, line += along) {
      if (line[0] == 0) continue;
      int run = 0;
      while (run < most && line[(run + 1) * across] != 0) ++run;
      broadest = max_of(broadest, run);
    }
    return broadest;
  }

  PASTICHE_HD D pixel_error(index_t y, index_t x, index_t at) const noexcept {
    const E* have = at_pixel(at);
    const E* fresh = example.row(patch.row + y, patch.column + x);
    D sum = 0;
    for (index_t c = 0; c < image.shape(2); ++c) sum += block_distance.term(have[c], fresh[c], c);
    return sum;
  }

  PASTICHE_HD void paste(index_t y, index_t x, int weight) const noexcept {
    const index_t at = pixel(y, x);
    if (weight == 0) return;
    const E* fresh = example.row(patch.row + y, patch.column + x);
    E* to = at_pixel(at);
    for (index_t c = 0; c < image.shape(2); ++c) to[c] = blended(fresh[c], to[c], weight);
    known[at] = 1;
    if (weight < 128) return;
    provenance[3 * at] = patch.example;
    provenance[3 * at + 1] = static_cast<int>(patch.row + y);
    provenance[3 * at + 2] = static_cast<int>(patch.column + x);
  }
};

template <class T>
struct FillCanvas {
  T* to;
  T value;
  PASTICHE_HD void operator()(index_t i) const noexcept { to[i] = value; }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

/// An empty picture, filled patch by patch. It keeps where each pixel came from, as the results of texture methods do.
template <Element E, DevicePolicy Device>
class PatchCanvas {
 public:
  /// \param shape (height, width, channel)
  /// \param tiling axes along which patches that leave the canvas come in again at its other side
  /// \param device where it lies
  /// \throws InvalidArgument where the canvas has no pixels
  explicit PatchCanvas(const Shape<3>& shape, Tiling tiling = Tiling::none, const Device& device = {})
      : device_{device},
        tiling_{tiling},
        image_(checked(shape), device),
        provenance_({shape[0], shape[1], 3}, device),
        known_({shape[0], shape[1]}, device),
        energy_({1}, device) {
    device_.for_each_index(image_.size(), detail::FillCanvas<E>{image_.data(), E{}});
    device_.for_each_index(provenance_.size(), detail::FillCanvas<int>{provenance_.data(), -1});
    device_.for_each_index(known_.size(), detail::FillCanvas<std::uint8_t>{known_.data(), 0});
  }

  /// Pastes a patch so that its corner comes to lie at (row, column), which may be anywhere: what sticks out is cut
  /// off, or wraps where the canvas tiles. From every side beyond which there is old picture, the seam may run as deep
  /// into the patch as that reaches, at most `overlap` pixels and half of the patch; further inside the patch wins.
  ///
  /// \param example (height, width, channel), with the canvas's elements, channels and device
  /// \param patch what is taken of it
  /// \param row, column of the patch's corner on the canvas
  /// \param overlap in pixels; 0 is half of the patch's shorter side
  /// \param seam, blend, distance policies, as those of quilting
  /// \returns the energy of the cut, seam_energy(): 0 where nothing was overlapped or both agree along it
  /// \throws InvalidArgument where the patch lies not within the example, not on the canvas, or is larger than a canvas
  ///         that tiles
  template <Viewable Example, class SeamPolicy = GraphCut, class BlendPolicy = NoBlend,
            class Distance = SquaredDifference>
  double paste(const Example& example, Patch patch, index_t row, index_t column, int overlap = 0,
               const SeamPolicy& seam = {}, const BlendPolicy& blend = {}, const Distance& distance = {}) {
    const auto view = detail::picture_view(example);
    static_assert(std::same_as<decltype(view), const TensorView<const E, 3, Device>>,
                  "PatchCanvas: the example has the elements and the device of the canvas");
    using D = distance_sum_t<Distance, E>;
    static_assert(Seam<SeamPolicy, D>, "PatchCanvas: the Seam does not take these distances");
    static_assert(Blend<BlendPolicy, D>, "PatchCanvas: the Blend does not take these distances");
    check(view, patch, overlap);
    validate_policy(seam, "PatchCanvas");
    validate_policy(blend, "PatchCanvas");
    const int deepest =
        overlap > 0 ? overlap : static_cast<int>(max_of<index_t>(1, min_of(patch.height, patch.width) / 2));
    cut_off(patch.row, patch.height, row, image_.shape(0), tiles_rows(tiling_));
    cut_off(patch.column, patch.width, column, image_.shape(1), tiles_columns(tiling_));
    require(patch.height > 0 && patch.width > 0, "PatchCanvas", "place of the patch", "beside the canvas",
            "at least one pixel on it");
    device_.for_each_piece(1, 64 * patch.height * patch.width,
                           detail::PastePatch<Distance, SeamPolicy, BlendPolicy, E, Device>{{distance},
                                                                                            seam,
                                                                                            blend,
                                                                                            view,
                                                                                            patch,
                                                                                            row,
                                                                                            column,
                                                                                            deepest,
                                                                                            tiles_rows(tiling_),
                                                                                            tiles_columns(tiling_),
                                                                                            image_.view(),
                                                                                            provenance_.data(),
                                                                                            known_.data(),
                                                                                            energy_.data()});
    double energy = 0;
    device_.copy_to_host(energy_.data(), &energy, 1);
    return energy;
  }

  const Tensor<E, 3, Device>& image() const noexcept { return image_; }              ///< 0 where nothing was pasted
  const Tensor<int, 3, Device>& provenance() const noexcept { return provenance_; }  ///< -1 where nothing was pasted
  const Tensor<std::uint8_t, 2, Device>& known() const noexcept { return known_; }   ///< 1 where something was pasted

 private:
  static const Shape<3>& checked(const Shape<3>& shape) {
    require(shape[0] >= 1 && shape[1] >= 1 && shape[2] >= 1, "PatchCanvas", "least extent",
            min_of(min_of(shape[0], shape[1]), shape[2]), "at least 1");
    return shape;
  }

  void check(const TensorView<const E, 3, Device>& view, const Patch& patch, int overlap) const {
    require(view.shape(2) == image_.shape(2), "PatchCanvas", "number of channels of the example", view.shape(2),
            image_.shape(2));
    require(view.dense_from(1), "PatchCanvas", "pixels of the example", "apart in memory",
            "pixels that follow one another in a row");
    require(patch.example >= 0, "PatchCanvas", "number of the example", patch.example, "at least 0");
    require(overlap >= 0, "PatchCanvas", "overlap", overlap, "at least 0");
    const bool inside = patch.row >= 0 && patch.column >= 0 && patch.height >= 1 && patch.width >= 1 &&
                        patch.height <= view.shape(0) - patch.row && patch.width <= view.shape(1) - patch.column;
    require(inside, "PatchCanvas", "patch",
            detail::extent_text(patch.height, patch.width) + " at " + std::to_string(patch.row) + ", " +
                std::to_string(patch.column),
            "a rectangle within the example, " + detail::extent_text(view.shape(0), view.shape(1)));
    require(patch.height <= 30000 && patch.width <= 30000, "PatchCanvas", "patch",
            detail::extent_text(patch.height, patch.width), "at most 30000 by 30000");
    const bool fits = (!tiles_rows(tiling_) || patch.height <= image_.shape(0)) &&
                      (!tiles_columns(tiling_) || patch.width <= image_.shape(1));
    require(fits, "PatchCanvas", "patch", detail::extent_text(patch.height, patch.width),
            "at most as large as a canvas that tiles, " + detail::extent_text(image_.shape(0), image_.shape(1)));
  }

  // Leaves of a span what lies on the canvas.
  static void cut_off(index_t& from, index_t& length, index_t& at, index_t size, bool wraps) {
    if (wraps) {
      at = wrap(at, size);
      return;
    }
    if (at >= size || at <= -length) {
      length = 0;
      return;
    }
    if (at < 0) {
      from -= at;
      length += at;
      at = 0;
    }
    length = min_of(length, size - at);
  }

  Device device_;
  Tiling tiling_;
  Tensor<E, 3, Device> image_;
  Tensor<int, 3, Device> provenance_;
  Tensor<std::uint8_t, 2, Device> known_;
  Tensor<double, 1, Device> energy_;
};

}  // namespace pastiche
