// SPDX-License-Identifier: MIT
#include "analogies.hpp"

#include <pastiche/texture/stylize_frames.hpp>

#include <utility>

namespace pastiche::program {

Synthesized stylized(const Pictures& a_prime, const AnalogySettings& settings, const LastFrame* last,
                     ProgressBar& bar) {
  const Stopwatch clock;
  const WatchWith watch{&bar, &settings.watch};
  const PatchMatch search{.sweeps = settings.sweeps};
  const Cpu device{.threads = settings.threads};
  return std::visit(
      [&](const auto& style) {
        using Picture = typename std::remove_cvref_t<decltype(style)>::value_type;
        auto result = last == nullptr ? stylize(style, settings.patches, search, device, watch)
                                      : stylize_next(style, std::get<Picture>(last->image), last->flow, last->weight,
                                                     settings.patches, search, device, watch);
        return Synthesized{std::move(result.image), std::move(result.provenance), {}, clock.seconds()};
      },
      a_prime);
}

Synthesized analogous(const Pictures& pictures, const AnalogySettings& settings, ProgressBar& bar) {
  const Stopwatch clock;
  return std::visit(
      [&](const auto& all) {
        auto result = image_analogy(all[0], all[1], all[2], settings.classic, Cpu{.threads = settings.threads},
                                    WatchWith{&bar, &settings.watch});
        return Synthesized{std::move(result.image), std::move(result.provenance), {}, clock.seconds()};
      },
      pictures);
}

}  // namespace pastiche::program
