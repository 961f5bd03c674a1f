// SPDX-License-Identifier: MIT
/// \file
/// Seams of any shape by minimum cut: as a policy of quilting, and for regions of any kind.
///
/// V. Kwatra, A. Schoedl, I. Essa, G. Turk, A. Bobick, "Graphcut textures: image and video synthesis using graph cuts",
/// SIGGRAPH 2003, section 3. Neighbouring pixels s and t of which one is old and the other new cost d(s) + d(t), d the
/// distance between old and new pixel. Their d is a norm, ours whatever the overlap holds, by default its square; their
/// division by gradients (section 3.1, equation 2) is left out.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/core/error.hpp>
#include <pastiche/primitive/grid_flow.hpp>
#include <pastiche/seam/seam.hpp>
#include <pastiche/tensor/view.hpp>

#include <vector>

namespace pastiche {

PASTICHE_DEVICE_CODE_BEGIN

/// Which side a pixel lies on: to be found, or as it must be.
enum class CutSide : std::uint8_t {
  free,    ///< old and new picture are both known: the cut decides
  old,     ///< the old one stays; its distance counts in the links of its neighbours
  fresh,   ///< the new one wins; likewise
  absent,  ///< no pixel: nothing is joined here
};

namespace detail {

/// Distances are clamped to this, so that sums of a few neither overflow nor become infinite.
template <class D>
inline constexpr D kMostCut = static_cast<D>(std::is_integral_v<D> ? 0x1p40 : 1e30);

template <class D>
PASTICHE_HD constexpr D cut_distance(D d) noexcept {
  return d < kMostCut<D> ? d : kMostCut<D>;  // also for NaN
}

/// A picture of which part is cut. `Region` answers `side(row, column)` and `distance(row, column)` inside.
///
/// Where a pixel has no distance, because only one picture is known there, a link to it counts its neighbour's twice.
template <class D, class Region>
PASTICHE_HD void cut_region(int height, int width, const Region& region, void* memory,
                            std::uint8_t* takes_new) noexcept {
  using Flow = primitive::GridFlow<D>;
  Flow flow(height, width, memory);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (region.side(y, x) != CutSide::free) continue;
      const std::int32_t node = flow.node(y, x);
      const D here = region.distance(y, x);
      for (int d = 0; d < 4; ++d) {
        const int v = y + (d == 2 ? -1 : d == 3 ? 1 : 0), u = x + (d == 0 ? -1 : d == 1 ? 1 : 0);
        const CutSide other = region.side(v, u);
        if (other == CutSide::absent) continue;
        const D cost = here + (region.has_distance(v, u) ? region.distance(v, u) : here);
        if (other == CutSide::old) flow.tie(node, cost, D(0));
        if (other == CutSide::fresh) flow.tie(node, D(0), cost);
        if (other == CutSide::free && (d & 1) != 0) flow.link(node, static_cast<typename Flow::Direction>(d), cost);
      }
    }
  }
  flow.run();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const CutSide side = region.side(y, x);
      takes_new[y * width + x] =
          side == CutSide::fresh || (side == CutSide::free && !flow.is_old(flow.node(y, x))) ? 1 : 0;
    }
  }
}

/// What a cut costs: the sum over neighbours on different sides. In the type D, in row order.
template <class D, class Region>
PASTICHE_HD D cut_energy(int height, int width, const Region& region, const std::uint8_t* takes_new) noexcept {
  D sum = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (region.side(y, x) == CutSide::absent) continue;
      for (int d = 0; d < 4; ++d) {
        const int v = y + (d == 2 ? -1 : d == 3 ? 1 : 0), u = x + (d == 0 ? -1 : d == 1 ? 1 : 0);
        const bool inside = v >= 0 && u >= 0 && v < height && u < width;
        if ((inside && (d & 1) == 0) || region.side(v, u) == CutSide::absent) continue;
        const bool other_new = inside ? takes_new[v * width + u] != 0 : region.side(v, u) == CutSide::fresh;
        if ((takes_new[y * width + x] != 0) == other_new) continue;
        const bool here = region.has_distance(y, x), there = region.has_distance(v, u);
        if (!here && !there) continue;
        const D a = here ? region.distance(y, x) : region.distance(v, u);
        sum += a + (there ? region.distance(v, u) : a);
      }
    }
  }
  return sum;
}

/// The region of a block about to be pasted. New are the pixels where nothing is known and those deeper inside than
/// every overlap; old is what lies beyond a side that overlaps; the rest is free.
template <class D>
struct OverlapRegion {
  const Overlap<D>& o;
  int top, bottom, left, right;  // of what is deeper inside: rows [top, bottom), columns [left, right)

  PASTICHE_HD explicit OverlapRegion(const Overlap<D>& overlap) noexcept
      : o{overlap}, top{o.top}, bottom{o.height - o.bottom}, left{o.left}, right{o.width - o.right} {
    // Where overlaps of opposite sides meet, their innermost lines are new, as MinCut has it.
    if (top >= bottom) {
      top = max_of(o.top - 1, 0);
      bottom = min_of(o.height - o.bottom + 1, o.height);
    }
    if (left >= right) {
      left = max_of(o.left - 1, 0);
      right = min_of(o.width - o.right + 1, o.width);
    }
  }

  PASTICHE_HD CutSide side(int y, int x) const noexcept {
    if (!inside(y, x)) return old_beyond(y, x) ? CutSide::old : CutSide::absent;
    if (o.known[y * o.width + x] == 0) return CutSide::fresh;
    return y >= top && y < bottom && x >= left && x < right ? CutSide::fresh : CutSide::free;
  }
  PASTICHE_HD bool has_distance(int y, int x) const noexcept { return inside(y, x) && o.known[y * o.width + x] != 0; }
  PASTICHE_HD D distance(int y, int x) const noexcept { return cut_distance(o.error[y * o.width + x]); }

 private:
  PASTICHE_HD bool old_beyond(int y, int x) const noexcept {
    if (o.around != nullptr) return o.around[(y + 1) * (o.width + 2) + x + 1] != 0;
    return (y < 0 && o.top > 0) || (x < 0 && o.left > 0) || (y >= o.height && o.bottom > 0) ||
           (x >= o.width && o.right > 0);
  }
  PASTICHE_HD bool inside(int y, int x) const noexcept { return y >= 0 && x >= 0 && y < o.height && x < o.width; }
};

/// A region given by arrays.
template <class D>
struct ArrayRegion {
  int height, width;
  const D* error;
  const CutSide* sides;

  PASTICHE_HD CutSide side(int y, int x) const noexcept {
    return y >= 0 && x >= 0 && y < height && x < width ? sides[y * width + x] : CutSide::absent;
  }
  PASTICHE_HD bool has_distance(int, int) const noexcept { return true; }
  PASTICHE_HD D distance(int y, int x) const noexcept { return cut_distance(error[y * width + x]); }
};

}  // namespace detail

/// The cheapest of all seams: the cut of least summed d(s) + d(t) over neighbours s, t on different sides, whatever
/// its shape and however many sides overlap. Of several that cost the same, the one that leaves most to the new block.
///
/// Beyond the rim of the block lies old picture alone and beyond the overlap new picture alone; there is no d there,
/// and a link across counts the d of its other end twice: a seam on the rim is free where old and new agree.
struct GraphCut {
  /// Bytes that Overlap::scratch must have.
  template <class D>
  PASTICHE_HD static constexpr index_t scratch_bytes(index_t height, index_t width) noexcept {
    return primitive::GridFlow<D>::bytes(height, width);
  }

  template <class D>
  PASTICHE_HD void operator()(const Overlap<D>& overlap) const noexcept {
    detail::cut_region<D>(overlap.height, overlap.width, detail::OverlapRegion<D>(overlap), overlap.scratch,
                          overlap.takes_new);
  }
};

/// What GraphCut makes least: the sum of d(s) + d(t) over neighbours of which one is old and the other new, those
/// beyond the block's rim included. Any seam can be measured by it.
template <class D>
PASTICHE_HD D seam_energy(const Overlap<D>& overlap) noexcept {
  return detail::cut_energy<D>(overlap.height, overlap.width, detail::OverlapRegion<D>(overlap), overlap.takes_new);
}

PASTICHE_DEVICE_CODE_END

static_assert(Seam<GraphCut, float> && Seam<GraphCut, double> && Seam<GraphCut, std::int64_t>);

/// A minimum cut.
template <class D>
struct Cut {
  std::vector<std::uint8_t> takes_new;  ///< (height, width), row-major: 1 where the new picture wins
  D energy;                             ///< summed d(s) + d(t) over neighbours on different sides
};

/// Cuts a region of any shape on the host: a band around a hole, a slice of a video, the overlap of two frames.
///
/// \param error (height, width): the distance between old and new at each pixel, at least 0, finite; that of pixels
///        that must be old or new counts in the links to their neighbours
/// \param sides (height, width): what each pixel must be
/// \throws InvalidArgument where the sizes differ or exceed what 32 bits can number
template <Viewable Error>
auto min_cut(const Error& error, const std::vector<CutSide>& sides) {
  using View = view_of_t<Error>;
  using D = typename View::value_type;
  static_assert(View::rank == 2 && View::device_type::host_accessible && (Scalar<D> || std::same_as<D, std::int64_t>),
                "min_cut: distances are a rank-2 array of float, double or std::int64_t in host memory");
  const auto view = view_of(error);
  const index_t height = view.shape(0), width = view.shape(1);
  constexpr index_t kMostNodes = 1 << 30;
  require(height <= kMostNodes && width <= kMostNodes && (height + 2) * (width + 2) <= kMostNodes, "min_cut",
          "number of pixels", height * width, "at most 2^30");
  require(static_cast<index_t>(sides.size()) == height * width, "min_cut", "number of sides", sides.size(),
          height * width);
  std::vector<D> dense;
  for (index_t y = 0; y < height; ++y) dense.insert(dense.end(), view.row(y), view.row(y) + width);
  std::vector<D> memory(static_cast<std::size_t>(
      ceil_div<index_t>(primitive::GridFlow<D>::bytes(height, width), static_cast<index_t>(sizeof(D)))));
  Cut<D> cut{std::vector<std::uint8_t>(dense.size()), D(0)};
  const detail::ArrayRegion<D> region{static_cast<int>(height), static_cast<int>(width), dense.data(), sides.data()};
  detail::cut_region<D>(region.height, region.width, region, memory.data(), cut.takes_new.data());
  cut.energy = detail::cut_energy<D>(region.height, region.width, region, cut.takes_new.data());
  return cut;
}

}  // namespace pastiche
