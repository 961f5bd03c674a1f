// SPDX-License-Identifier: MIT
#include "inpainting.hpp"

#include <span>
#include <utility>

namespace pastiche::program {

Inpainted inpaint_pictures(const Pictures& pictures, const Mask2& hole, const InpaintOptions& options, int threads,
                           const WatchWith& watch) {
  const Stopwatch clock;
  return std::visit(
      [&](const auto& all) {
        auto made = inpaint(all.front(), hole, std::span(all).subspan(1), options, Cpu{.threads = threads}, watch);
        return Inpainted{std::move(made.image), std::move(made.provenance), clock.seconds()};
      },
      pictures);
}

Inpainted tile_picture(const Pictures& pictures, const TileableOptions& options, int threads, const WatchWith& watch) {
  const Stopwatch clock;
  return std::visit(
      [&](const auto& all) {
        auto made = make_tileable(all.front(), options, Cpu{.threads = threads}, watch);
        return Inpainted{std::move(made.image), std::move(made.provenance), clock.seconds()};
      },
      pictures);
}

}  // namespace pastiche::program
