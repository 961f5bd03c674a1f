// SPDX-License-Identifier: MIT
/// \file
/// Poisson's equation on a grid: the picture whose differences between neighbours are nearest to given ones.
///
/// P. Perez, M. Gangnet, A. Blake, "Poisson image editing", SIGGRAPH 2003, section 2 (fixed values outside a region);
/// P. Bhat, B. Curless, M. Cohen, C. L. Zitnick, "Fourier analysis of the 2D screened Poisson equation for gradient
/// domain problems", ECCV 2008 (screening). Solved by conjugate gradients, each step preconditioned by one multigrid
/// cycle: regions of any shape, borders that end or wrap, the same number of steps at every size.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/primitive/poisson_kernels.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <cmath>
#include <vector>

namespace pastiche {

/// What a pixel is to solve_poisson().
enum class PoissonPixel : std::uint8_t {
  free,   ///< to be found
  fixed,  ///< known: its neighbours are found to suit it
  absent  ///< no pixel: nothing is joined here
};

/// Settings of solve_poisson().
struct PoissonOptions {
  double screening = 0.0;  ///< weight of a squared difference from the given picture, beside 1 for one of a gradient;
                           ///< 1 / sqrt(screening) is how far, in pixels, changes reach; 0 is no hold at all
  bool wrap_rows = false;  ///< the row below the last is the first
  bool wrap_columns = false;  ///< the column beside the last is the first
  double tolerance = 1e-5;    ///< of the error, as a part of the one at the start
  int iterations = 100;       ///< at most
};

/// How far solve_poisson() came.
struct PoissonOutcome {
  int iterations;  ///< of the channel that took most
  double error;    ///< as a part of that at the start, estimated, greatest of all channels
};

namespace primitive {

/// The equation of one region, to be solved for any number of right sides.
///
/// Everything but the sums that stop it is computed in the same order whatever the threads, and those are folded in a
/// fixed one. Memory: 16 scalars a pixel.
template <Scalar S, DevicePolicy Device>
class PoissonSolver {
 public:
  using Grid = detail::PoissonGrid;

  /// Makes the matrices of all grids; `pixels` is (height, width) of PoissonPixel on the device, or null where all are
  /// free.
  PoissonSolver(index_t height, index_t width, const std::uint8_t* pixels, const PoissonOptions& options,
                const Device& device)
      : device_{device}, options_{options}, r_(fresh(grid_of(height, width))), p_(r_), q_(r_), u_(r_), b_(r_) {
    add_level(height, width);
    const Level& first = levels_.front();
    Links fine(*this, first.grid), coarse = fine;
    device_.for_each_index(
        height * width,
        detail::LinkPoisson<S>{first.grid, pixels, static_cast<S>(options.screening), levels_.front().right.data(),
                               levels_.front().down.data(), fine.anchor.data(), fine.screen.data()});
    finish(levels_.front(), fine);
    while (max_of(levels_.back().grid.height, levels_.back().grid.width) > 2) {
      const std::size_t n = levels_.size();
      add_level(ceil_div<index_t>(levels_[n - 1].grid.height, 2), ceil_div<index_t>(levels_[n - 1].grid.width, 2));
      const Level& from = levels_[n - 1];
      Level& to = levels_[n];
      coarse = Links(*this, to.grid);
      device_.for_each_index(to.grid.height * to.grid.width,
                             detail::CoarsenPoisson<S>{from.grid, to.grid, from.right.data(), from.down.data(),
                                                       fine.anchor.data(), fine.screen.data(), to.right.data(),
                                                       to.down.data(), coarse.anchor.data(), coarse.screen.data()});
      finish(to, coarse);
      fine = std::move(coarse);
    }
    device_.synchronize();
  }

  /// How the arrays below lie in memory.
  const Grid& grid() const noexcept { return levels_.front().grid; }
  /// The start, and after solve() the solution; 0 where pixels are not free.
  S* u() noexcept { return u_.data(); }
  /// The right side: screening times the picture, plus the sum of wanted differences from all neighbours, plus the
  /// values of fixed ones; 0 where pixels are not free.
  S* b() noexcept { return b_.data(); }

  PoissonOutcome solve() {
    Level& top = levels_.front();
    publish(u_.data());
    apply(b_.data(), u_.data(), r_.data(), nullptr);
    double rz = precondition();
    const double start = rz;
    PoissonOutcome outcome{0, start > 0 ? 1.0 : 0.0};
    if (!(start > 0)) return outcome;
    device_.copy(top.x.data(), p_.data(), p_.size());
    while (outcome.iterations < options_.iterations && outcome.error > options_.tolerance) {
      apply(nullptr, p_.data(), q_.data(), sums_.data());
      const double pq = total();
      if (!(pq > 0)) break;
      add(p_.data(), u_.data(), rz / pq, false);
      add(q_.data(), r_.data(), -rz / pq, false);
      const double next = precondition();
      ++outcome.iterations;
      outcome.error = std::sqrt(max_of(next, 0.0) / start);
      if (!(next > 0)) break;
      add(top.x.data(), p_.data(), next / rz, true);
      rz = next;
    }
    device_.synchronize();
    return outcome;
  }

 private:
  using Array = Tensor<S, 1, Device>;
  // Pieces of rows on registers, of few pixels where neighbouring threads should read neighbouring ones.
  static constexpr index_t kPiece = VectorDevice<Device> ? 0 : 4;
  static constexpr index_t kCost = 4;  // scalar operations a pixel, in registers

  struct Level {
    Grid grid;
    Array right, down, diagonal, inverse;  // of the matrix
    Array x, other, b;                     // the solution, room for the next one, the right side
    detail::PoissonMatrix<S> matrix() const { return {right.data(), down.data(), diagonal.data(), inverse.data()}; }
  };
  struct Links {
    Array anchor, screen;
    Links(const PoissonSolver& solver, const Grid& grid) : anchor(solver.fresh(grid)), screen(anchor) {}
  };

  Grid grid_of(index_t height, index_t width) const {
    return Grid(height, width, options_.wrap_rows, options_.wrap_columns, kPiece);
  }
  Array fresh(const Grid& grid) const {
    Array array({grid.elements()}, device_);
    device_.for_each_index(array.size(), detail::ZeroPoisson<S>{array.data()});
    return array;
  }
  void add_level(index_t height, index_t width) {
    const Grid grid = grid_of(height, width);
    const Array zero = fresh(grid);
    // The right side of the first level is the residual.
    levels_.push_back({grid, zero, zero, zero, zero, zero, zero, levels_.empty() ? Array({0}, device_) : zero});
    if (levels_.size() == 1) sums_ = Tensor<double, 1, Device>({grid.pieces()}, device_);
  }
  void finish(Level& level, const Links& links) {
    device_.for_each_index(
        level.grid.height * level.grid.width,
        detail::SumPoissonRows<S>{level.grid, level.right.data(), level.down.data(), links.anchor.data(),
                                  links.screen.data(), level.diagonal.data(), level.inverse.data()});
  }

  // Runs `make(arch)` over all pieces of a grid.
  template <class Make>
  void sweep(const Grid& grid, const Make& make) const {
    if constexpr (VectorDevice<Device>) {
      device_.dispatch([&](auto arch) { device_.for_each_piece(grid.pieces(), kCost * grid.piece, make(arch)); });
    } else {
      device_.for_each_piece(grid.pieces(), kCost * grid.piece, make(simd::Scalar{}));
    }
  }

  // One cycle for A z = r from z = 0; z is the first level's x. Returns r z.
  double precondition() {
    cycle(0);
    const S *r = r_.data(), *z = levels_.front().x.data();
    sweep(grid(), [&](auto arch) { return detail::DotPoisson<decltype(arch), S>{{grid()}, r, z, sums_.data()}; });
    return total();
  }

  // Two sweeps with the weights of Chebyshev's polynomial over the upper three quarters of the spectrum, the rest on
  // the next grid, and the sweeps in turn: symmetric, as conjugate gradients want it.
  void cycle(std::size_t l) {
    Level& level = levels_[l];
    const S* b = l == 0 ? r_.data() : level.b.data();
    relax(level, b, nullptr, level.other.data(), kWeights[0]);
    relax(level, b, level.other.data(), level.x.data(), kWeights[1]);
    if (l + 1 == levels_.size()) {
      for (int i = 0; i < 4; ++i) {
        relax(level, b, level.x.data(), level.other.data(), kWeights[1]);
        relax(level, b, level.other.data(), level.x.data(), kWeights[0]);
        relax(level, b, level.x.data(), level.other.data(), kWeights[0]);
        relax(level, b, level.other.data(), level.x.data(), kWeights[1]);
      }
    } else {
      Level& coarse = levels_[l + 1];
      apply(level, b, level.x.data(), level.other.data(), nullptr);
      device_.for_each_piece(coarse.grid.pieces(), 6 * coarse.grid.piece,
                             detail::RestrictPoisson<S>{level.grid, coarse.grid, level.other.data(), coarse.b.data()});
      cycle(l + 1);
      device_.for_each_piece(
          level.grid.pieces(), 2 * level.grid.piece,
          detail::ProlongPoisson<S>{level.grid, coarse.grid, coarse.x.data(), level.inverse.data(), level.x.data()});
    }
    relax(level, b, level.x.data(), level.other.data(), kWeights[1]);
    relax(level, b, level.other.data(), level.x.data(), kWeights[0]);
  }

  void relax(Level& level, const S* b, const S* from, S* to, double weight) const {
    sweep(level.grid, [&](auto arch) {
      return detail::RelaxPoisson<decltype(arch), S>{{level.grid}, level.matrix(), b, from, to, static_cast<S>(weight)};
    });
  }
  void apply(const Level& level, const S* b, const S* u, S* to, double* sums) const {
    sweep(level.grid, [&](auto arch) {
      return detail::ApplyPoisson<decltype(arch), S>{{level.grid}, level.matrix(), b, u, to, sums};
    });
  }
  void apply(const S* b, const S* u, S* to, double* sums) const { apply(levels_.front(), b, u, to, sums); }
  void add(const S* u, S* to, double weight, bool scale_to) const {
    sweep(grid(), [&](auto arch) {
      return detail::AddPoisson<decltype(arch), S>{{grid()}, u, to, static_cast<S>(weight), scale_to};
    });
  }
  // Its rim, after a caller has written the inside.
  void publish(S* u) const { add(u, u, 0.0, false); }
  double total() const {
    return device_.reduce_index(grid().pieces(), 0.0, detail::PieceSum{sums_.data()}, detail::AddSums{});
  }

  static constexpr double kWeights[2] = {0.5614, 1.3898};  // 1 / (1.25 +- 0.75 cos(pi / 4))

  Device device_;
  PoissonOptions options_;
  Array r_, p_, q_, u_, b_;
  std::vector<Level> levels_;
  Tensor<double, 1, Device> sums_{{0}, device_};
};

namespace detail {

PASTICHE_DEVICE_CODE_BEGIN

/// Start and right side of one channel.
template <class S, class Device>
struct LoadPoisson {
  PoissonGrid grid;
  const std::uint8_t* pixels;
  TensorView<const S, 3, Device> image, dx, dy;
  index_t channel;
  S screening;
  S *u, *b;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t y = i / grid.width, x = i % grid.width;
    if (state(y, x) != 0) return;
    const index_t at = grid.at(y, x), below = grid.below(y), beside = grid.beside(x);
    const index_t above = y > 0 ? y - 1 : grid.wrap_rows ? grid.height - 1 : -1;
    const index_t before = x > 0 ? x - 1 : grid.wrap_columns ? grid.width - 1 : -1;
    const S here = image(y, x, channel);
    S sum = screening * here;
    if (before >= 0) sum += from(y, before, dx, y, before, S(1));
    if (beside >= 0) sum += from(y, beside, dx, y, x, S(-1));
    if (above >= 0) sum += from(above, x, dy, above, x, S(1));
    if (below >= 0) sum += from(below, x, dy, y, x, S(-1));
    u[at] = here;
    b[at] = sum;
  }

 private:
  PASTICHE_HD int state(index_t y, index_t x) const noexcept {
    return pixels == nullptr ? 0 : pixels[y * grid.width + x];
  }
  // What the neighbour (y, x) contributes, over which the difference d(gy, gx) leads here.
  PASTICHE_HD S from(index_t y, index_t x, const TensorView<const S, 3, Device>& d, index_t gy, index_t gx,
                     S sign) const noexcept {
    const int other = state(y, x);
    if (other == 2) return S(0);
    const S value = other == 1 ? image(y, x, channel) : S(0);
    return d.size() > 0 ? value + sign * d(gy, gx, channel) : value;
  }
};

/// The solution of one channel back into the picture.
template <class S, class Device>
struct StorePoisson {
  PoissonGrid grid;
  const std::uint8_t* pixels;
  const S* u;
  index_t channel;
  TensorView<S, 3, Device> image;

  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t y = i / grid.width, x = i % grid.width;
    if (pixels == nullptr || pixels[i] == 0) image(y, x, channel) = u[grid.at(y, x)];
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace detail

}  // namespace primitive

namespace detail {

inline void check_poisson(const char* function, const PoissonOptions& o) {
  require(o.screening >= 0 && o.screening <= 1e6, function, "screening", o.screening, "0 to 1000000");
  require(o.tolerance >= 0 && o.tolerance <= 1, function, "tolerance", o.tolerance, "0 to 1");
  require(o.iterations >= 1, function, "iterations", o.iterations, "at least 1");
}

}  // namespace detail

/// Finds the free pixels of a picture so that the squared differences of its gradients from the wanted ones, between
/// all neighbours of which one is free, and `screening` times those from the picture itself, sum to the least.
///
/// Without screening, each connected part of the free pixels should touch a fixed one; of others the mean is arbitrary.
///
/// \param image (height, width, channel): fixed values, what screening holds on to, and the start; free pixels are
///        written
/// \param pixels (height, width), row-major: what each pixel is; empty where all are free
/// \param dx, dy (height, width, channel): wanted image(y, x + 1) - image(y, x) and image(y + 1, x) - image(y, x);
/// those
///        of the last column and row are read where they wrap. Views of no elements are 0 everywhere
/// \param options screening, wrapping, and when to stop
/// \param device what it runs on
/// \throws InvalidArgument where sizes differ, settings are out of range, or nothing holds the picture
template <Scalar S, DevicePolicy Device>
PoissonOutcome solve_poisson(const TensorView<S, 3, Device>& image, const std::vector<PoissonPixel>& pixels,
                             const TensorView<const S, 3, Device>& dx, const TensorView<const S, 3, Device>& dy,
                             const PoissonOptions& options = {}, const Device& device = {}) {
  const index_t height = image.shape(0), width = image.shape(1), n = height * width;
  detail::check_poisson("solve_poisson", options);
  require(dx.size() == 0 || dx.shape() == image.shape(), "solve_poisson", "number of elements of dx", dx.size(),
          image.size());
  require(dy.size() == 0 || dy.shape() == image.shape(), "solve_poisson", "number of elements of dy", dy.size(),
          image.size());
  require(pixels.empty() || static_cast<index_t>(pixels.size()) == n, "solve_poisson", "number of pixels",
          pixels.size(), n);
  if (image.size() == 0) return {0, 0.0};
  std::vector<std::uint8_t> states;
  bool held = options.screening > 0;
  for (const PoissonPixel pixel : pixels) {
    states.push_back(static_cast<std::uint8_t>(pixel));
    held = held || pixel == PoissonPixel::fixed;
  }
  require(held, "solve_poisson", "screening", options.screening, "more than 0 where no pixel is fixed");
  const auto on_device = upload<Device>(Shape<1>{{static_cast<index_t>(states.size())}}, states, device);
  const std::uint8_t* mask = states.empty() ? nullptr : on_device.data();

  primitive::PoissonSolver<S, Device> solver(height, width, mask, options, device);
  PoissonOutcome worst{0, 0.0};
  for (index_t c = 0; c < image.shape(2); ++c) {
    device.for_each_index(
        n, primitive::detail::LoadPoisson<S, Device>{solver.grid(), mask, image, dx, dy, c,
                                                     static_cast<S>(options.screening), solver.u(), solver.b()});
    const PoissonOutcome outcome = solver.solve();
    worst = {max_of(worst.iterations, outcome.iterations), max_of(worst.error, outcome.error)};
    device.for_each_index(n, primitive::detail::StorePoisson<S, Device>{solver.grid(), mask, solver.u(), c, image});
  }
  device.synchronize();
  return worst;
}

}  // namespace pastiche
