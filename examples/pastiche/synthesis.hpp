// SPDX-License-Identifier: MIT
/// \file
/// Quilting with everything chosen at run time: one instantiation for each depth of pixels.
#pragma once

#include "pictures.hpp"
#include "progress.hpp"

#include <pastiche/seam/blend.hpp>
#include <pastiche/seam/graph_cut.hpp>
#include <pastiche/searcher/fft_search.hpp>
#include <pastiche/texture/quilting.hpp>

namespace pastiche::program {

PASTICHE_DEVICE_CODE_BEGIN

/// A seam by name. One type for all names: a template for each combination would have to be compiled otherwise.
struct AnySeam {
  enum class Kind : int { none, mincut, graphcut };
  Kind kind = Kind::mincut;

  template <class D>
  PASTICHE_HD index_t scratch_bytes(index_t height, index_t width) const noexcept {
    return kind == Kind::graphcut ? seam_scratch_bytes<D>(GraphCut{}, height, width)
                                  : seam_scratch_bytes<D>(MinCut{}, height, width);
  }

  template <class D>
  PASTICHE_HD void operator()(const Overlap<D>& overlap) const noexcept {
    if (kind == Kind::mincut) {
      MinCut{}(overlap);
    } else if (kind == Kind::graphcut) {
      GraphCut{}(overlap);
    } else {
      NoSeam{}(overlap);
    }
  }
};

/// A blend by name.
struct AnyBlend {
  enum class Kind : int { none, feather, poisson };  // poisson: when all is placed
  Kind kind = Kind::none;

  template <class D>
  PASTICHE_HD int operator()(const Overlap<D>& overlap, int row, int column) const noexcept {
    return kind == Kind::feather ? Feather{}(overlap, row, column) : NoBlend{}(overlap, row, column);
  }
};

PASTICHE_DEVICE_CODE_END

static_assert(Seam<AnySeam, float> && Blend<AnyBlend, float>);

/// What quilt() is called with.
struct QuiltSettings {
  QuiltOptions options{};
  double tolerance = 0.1;
  AnySeam seam{};
  AnyBlend blend{};
  int threads = 0;
  Watcher watch{};  ///< beside the bar
};

struct Quilted {
  AnyImage image;
  Tensor<int, 3, Cpu> provenance;
  index_t blocks;
  int block, overlap;  ///< as resolved by quilt()
  double seconds;
};

Quilted quilt_pictures(const Pictures& examples, const QuiltSettings& settings, ProgressBar& bar);

}  // namespace pastiche::program
