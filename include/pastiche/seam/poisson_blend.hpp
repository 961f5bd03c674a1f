// SPDX-License-Identifier: MIT
/// \file
/// Seams covered in the gradient domain: the steps between pieces are spread over their surroundings.
///
/// A. Agarwala et al., "Interactive digital photomontage", SIGGRAPH 2004, section 5: the gradients of a picture put
/// together from pieces are those of their sources, and the picture is the one that has them most nearly. Beyond it,
/// the difference between two pixels across a seam is the mean of what both sources say rather than 0, and screening
/// holds the colours in place (Bhat et al., ECCV 2008), or texture would drift towards the mean of its neighbourhood.
#pragma once

#include <pastiche/primitive/block_problem.hpp>
#include <pastiche/primitive/poisson.hpp>
#include <pastiche/seam/finishing.hpp>

#include <vector>

namespace pastiche {

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Examples, their masks, and what pixels of a picture were stolen from them.
template <class E, class Device>
struct StolenSources {
  const TensorView<const E, 3, Device>* examples;
  const index_t* mask_first;  ///< where each example's mask begins in `masks`; negative: all of it may be stolen
  const std::uint8_t* masks;
  const int* provenance;
  index_t width;  ///< of the picture

  PASTICHE_HD const int* source(index_t y, index_t x) const noexcept { return provenance + 3 * (y * width + x); }
  PASTICHE_HD bool made(index_t y, index_t x) const noexcept { return source(y, x)[0] >= 0; }
  PASTICHE_HD bool has(int example, index_t y, index_t x) const noexcept {
    const auto& from = examples[example];
    if (y < 0 || x < 0 || y >= from.shape(0) || x >= from.shape(1)) return false;
    return masks == nullptr || mask_first[example] < 0 || masks[mask_first[example] + y * from.shape(1) + x] != 0;
  }

  /// What the pixel q below or beside p should be more than p, by their sources: the mean where both know, 0 where
  /// neither does.
  template <class S>
  PASTICHE_HD S wanted(const int* p, const int* q, int down, int right, index_t channel) const noexcept {
    S sum = 0;
    int known = 0;
    if (has(p[0], p[1] + down, p[2] + right)) {
      sum += value<S>(p[0], p[1] + down, p[2] + right, channel) - value<S>(p[0], p[1], p[2], channel);
      ++known;
    }
    if (has(q[0], q[1] - down, q[2] - right)) {
      sum += value<S>(q[0], q[1], q[2], channel) - value<S>(q[0], q[1] - down, q[2] - right, channel);
      ++known;
    }
    return known == 2 ? sum / S(2) : sum;
  }

 private:
  template <class S>
  PASTICHE_HD S value(int example, index_t y, index_t x, index_t channel) const noexcept {
    return to_scalar<S>(examples[example].row(y, x)[channel]);
  }
};

/// Which pixels are to be found: those that were made.
struct MarkMade {
  const int* provenance;
  std::uint8_t* pixels;
  PASTICHE_HD void operator()(index_t i) const noexcept {
    pixels[i] = static_cast<std::uint8_t>(provenance[3 * i] >= 0 ? PoissonPixel::free : PoissonPixel::absent);
  }
};

/// Start and right side of one channel.
template <class S, class E, class Device>
struct LoadStolen {
  primitive::detail::PoissonGrid grid;
  StolenSources<E, Device> sources;
  TensorView<E, 3, Device> image;
  index_t channel;
  S screening;
  S *u, *b;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t y = i / grid.width, x = i % grid.width;
    if (!sources.made(y, x)) return;
    const index_t below = grid.below(y), beside = grid.beside(x);
    const index_t above = y > 0 ? y - 1 : grid.wrap_rows ? grid.height - 1 : -1;
    const index_t before = x > 0 ? x - 1 : grid.wrap_columns ? grid.width - 1 : -1;
    const int* here = sources.source(y, x);
    const S value = to_scalar<S>(image.row(y, x)[channel]);
    S sum = screening * value;
    if (before >= 0 && sources.made(y, before)) sum += wanted(sources.source(y, before), here, 0, 1);
    if (above >= 0 && sources.made(above, x)) sum += wanted(sources.source(above, x), here, 1, 0);
    if (beside >= 0 && sources.made(y, beside)) sum -= wanted(here, sources.source(y, beside), 0, 1);
    if (below >= 0 && sources.made(below, x)) sum -= wanted(here, sources.source(below, x), 1, 0);
    u[grid.at(y, x)] = value;
    b[grid.at(y, x)] = sum;
  }

 private:
  PASTICHE_HD S wanted(const int* p, const int* q, int down, int right) const noexcept {
    return sources.template wanted<S>(p, q, down, right, channel);
  }
};

/// The solution of one channel as elements.
template <class S, class E, class Device>
struct StoreStolen {
  primitive::detail::PoissonGrid grid;
  const std::uint8_t* pixels;
  const S* u;
  index_t channel;
  TensorView<E, 3, Device> image;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t y = i / grid.width, x = i % grid.width;
    if (pixels[i] == static_cast<std::uint8_t>(PoissonPixel::free)) {
      image.row(y, x)[channel] = from_scalar<E>(u[grid.at(y, x)]);
    }
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

/// Gives a picture of pieces the gradients of their sources, across the seams the mean of both sides' sources.
///
/// What it cannot hide: structure that ends at a seam. A step in colour or brightness becomes a slope of about
/// 1 / sqrt(screening) pixels; where examples are rough no slope is seen. Results are clamped to the range of integer
/// elements. They do not depend on the threads; devices and instruction sets agree to rounding.
struct PoissonBlend {
  double screening = 0.01;  ///< how firmly pixels keep their colours: PoissonOptions::screening; above 0
  double tolerance = 1e-4;  ///< when to stop: the error as a part of what the whole step was

  /// \throws InvalidArgument where a setting is out of range
  void validate(const char* function) const {
    require(screening > 0 && screening <= 1e6, function, "screening", screening, "more than 0, at most 1000000");
    require(tolerance >= 0 && tolerance <= 1, function, "tolerance", tolerance, "0 to 1");
  }

  template <Element E, DevicePolicy Device>
  void finish(const StolenPicture<E, Device>& picture, const Device& device) const {
    using S = scalar_t<E>;
    const index_t height = picture.image.shape(0), width = picture.image.shape(1), n = height * width;
    if (picture.image.size() == 0) return;
    std::vector<index_t> first(picture.examples.size(), -1);
    std::vector<std::uint8_t> masks;
    for (std::size_t e = 0; e < picture.example_masks.size(); ++e) {
      const Mask2& mask = picture.example_masks[e];
      if (mask.empty()) continue;
      first[e] = static_cast<index_t>(masks.size());
      for (index_t i = 0; i < mask.height * mask.width; ++i) {
        masks.push_back(mask(i / mask.width, i % mask.width) ? 1 : 0);
      }
    }
    const DeviceArray<TensorView<const E, 3, Device>, Device> examples(picture.examples, device);
    const DeviceArray<index_t, Device> mask_first(first, device);
    const DeviceArray<std::uint8_t, Device> mask_bytes(masks, device);
    const int* provenance = picture.provenance.data();
    Tensor<std::uint8_t, 1, Device> pixels({n}, device);
    device.for_each_index(n, detail::MarkMade{provenance, pixels.data()});

    const PoissonOptions options{.screening = screening,
                                 .wrap_rows = picture.wrap_rows,
                                 .wrap_columns = picture.wrap_columns,
                                 .tolerance = tolerance};
    primitive::PoissonSolver<S, Device> solver(height, width, pixels.data(), options, device);
    const detail::StolenSources<E, Device> sources{examples.data(), mask_first.data(),
                                                   masks.empty() ? nullptr : mask_bytes.data(), provenance, width};
    for (index_t c = 0; c < picture.image.shape(2); ++c) {
      device.for_each_index(n, detail::LoadStolen<S, E, Device>{solver.grid(), sources, picture.image, c,
                                                                static_cast<S>(screening), solver.u(), solver.b()});
      solver.solve();
      device.for_each_index(
          n, detail::StoreStolen<S, E, Device>{solver.grid(), pixels.data(), solver.u(), c, picture.image});
    }
    device.synchronize();
  }
};

}  // namespace pastiche
