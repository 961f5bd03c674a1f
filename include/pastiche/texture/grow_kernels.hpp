// SPDX-License-Identifier: MIT
/// \file
/// Drawing and placing the pixels of one batch of a growing texture, as a kernel for any device.
#pragma once

#include <pastiche/primitive/window_search.hpp>
#include <pastiche/sampler/sampler.hpp>

namespace pastiche::detail {

/// What became of one pixel.
struct GrownPixel {
  BlockSource source;
  int accepted;  ///< 0 where even the chosen place is beyond the threshold, and nothing was made
  double error;  ///< mean squared difference of the chosen place, of pixels in [0, 1]
};

PASTICHE_DEVICE_CODE_BEGIN

/// Sets n values.
template <class T>
struct SetAll {
  T* to;
  T value;
  PASTICHE_HD void operator()(index_t i) const noexcept { to[i] = value; }
};

/// Element i of a picture to where it belongs in another.
template <class E, class Device>
struct CopyPicture {
  TensorView<const E, 3, Device> from;
  TensorView<E, 3, Device> to;
  PASTICHE_HD void operator()(index_t i) const noexcept {
    const index_t channels = to.shape(2), x = i / channels % to.shape(1), y = i / channels / to.shape(1);
    to.row(y, x)[i % channels] = from.row(y, x)[i % channels];
  }
};

/// An output in the making.
template <class E, class Device>
struct GrowthCanvas {
  TensorView<E, 3, Device> image;
  std::uint8_t* state;  ///< of each pixel: 0 is not to be made, 1 is, 2 is made
  std::uint8_t* known;  ///< of each pixel whether it may be compared
  int* provenance;      ///< (height, width, 3), or null
};

/// Draws a place for each pixel of a batch and copies what lies there.
template <class S, class Sum, class E, class Device, class Value>
struct GrowPixel {
  S sampler;
  std::uint64_t seed;
  double white;       ///< what distances count for 1
  double threshold;   ///< the largest mean squared difference at which a pixel is placed
  int before, after;  ///< how many more pixels are copied with it, above and left, below and right
  WindowReach reach;
  WindowSums<Value> found;
  const WindowQuery* queries;
  const PlaceRow* rows;
  const TensorView<const E, 3, Device>* examples;
  const std::uint8_t* allowed;  ///< one a place, or null
  const int* example_factors;   ///< what the distances of each example count for in the draw, in 256ths; or null
  GrowthCanvas<E, Device> canvas;
  GrownPixel* grown;

  PASTICHE_HD void operator()(index_t q) const noexcept {
    const WindowQuery query = queries[q];
    const Value* least = found.least + q * found.rows;
    const double mass = static_cast<double>(found.mass[q]);
    DrawContext<Sum> context{static_cast<Sum>(kBarred<Value>), mass > 0 ? 1.0 / (mass * white) : 1.0};
    const Sum slack = slack_of(context.unit);
    for (index_t r = 0; r < found.rows; ++r) context.least = min_of(context.least, weighed(least[r], r, slack));
    const index_t at = query.row * reach.width + query.column;
    const PhiloxBlock random = philox4x32({{static_cast<std::uint32_t>(at), 1, 0, 0}}, static_cast<std::uint32_t>(seed),
                                          static_cast<std::uint32_t>(seed >> 32));
    Draw<S, Sum> draw{sampler, context, std::uint64_t{random.word[0]} << 32 | random.word[1]};
    const Sum limit = min_of(draw.limit(), farthest());
    for (index_t r = 0; r < found.rows; ++r) {
      const Sum nearest = weighed(least[r], r, slack);
      if (nearest > limit || !draw.open_to(nearest)) continue;
      const Value* sums = found.sums + (q * found.rows + r) * found.stride;
      const index_t columns = rows[r + 1].first - rows[r].first;
      for (index_t x = 0; x < columns; ++x) {
        const Sum sum = weighed(sums[x], r, slack);
        if (sum <= limit) draw.offer(sum, rows[r].first + x);
      }
    }
    const bool any = draw.best.candidate >= 0;
    const BlockSource source = source_of(any ? draw.best.candidate : any_place(draw.stream));
    const double error = any ? static_cast<double>(sum_at(q, draw.best.candidate)) * context.unit : threshold;
    grown[q] = {source, error <= threshold ? 1 : 0, error};
    if (error <= threshold) place(query, source);
  }

 private:
  // A distance times the factor of its example.
  PASTICHE_HD Sum weighed(Value distance, index_t row, Sum slack) const noexcept {
    const Sum sum = static_cast<Sum>(distance);
    if (example_factors == nullptr || sum > farthest()) return sum;
    const int factor = example_factors[rows[row].example];
    if constexpr (std::integral<Sum>) {
      return (sum + slack) * factor >> 8;
    } else {
      return (sum + slack) * (static_cast<Sum>(factor) / Sum(256));
    }
  }
  // So that factors decide where nothing differs: about a grey level squared an element.
  PASTICHE_HD static Sum slack_of(double unit) noexcept {
    const double slack = 2e-5 / unit;
    return static_cast<Sum>(std::integral<Sum> ? max_of(slack, 256.0) : slack);
  }
  PASTICHE_HD static constexpr Sum farthest() noexcept {
    if constexpr (std::integral<Sum>) {
      return static_cast<Sum>(kBarred<Value>) - 1;
    } else {
      return static_cast<Sum>(kBarred<Value>) / 2;
    }
  }

  PASTICHE_HD index_t row_of(index_t place) const noexcept {
    index_t low = 0, high = found.rows;  // the last row that begins at or before the place
    while (high - low > 1) {
      const index_t middle = (low + high) / 2;
      (rows[middle].first <= place ? low : high) = middle;
    }
    return low;
  }
  PASTICHE_HD BlockSource source_of(index_t place) const noexcept {
    const PlaceRow row = rows[row_of(place)];
    return {row.example, row.row, static_cast<int>(place - row.first)};
  }
  PASTICHE_HD Value sum_at(index_t q, index_t place) const noexcept {
    const index_t r = row_of(place);
    return found.sums[(q * found.rows + r) * found.stride + place - rows[r].first];
  }

  // Where no place is within the limit (sums of huge pixels are infinite): any that may be stolen.
  PASTICHE_HD index_t any_place(std::uint64_t stream) const noexcept {
    Choice best{};
    for (index_t place = 0; place < rows[found.rows].first; ++place) {
      if (allowed != nullptr && allowed[place] == 0) continue;
      const Choice choice{0, hash_bits(stream, static_cast<std::uint64_t>(place)), place};
      if (choice.beats(best)) best = choice;
    }
    return best.candidate;
  }

  PASTICHE_HD void place(const WindowQuery& query, const BlockSource& source) const noexcept {
    const TensorView<const E, 3, Device>& example = examples[source.example];
    const index_t first = rows[row_of_example(source)].first - source.row * example.shape(1);
    for (int dy = -before; dy <= after; ++dy) {
      for (int dx = -before; dx <= after; ++dx) {
        const index_t at = reach.pixel(index_t{query.row} + dy, index_t{query.column} + dx);
        const int y = source.row + dy, x = source.column + dx;
        if (at < 0 || canvas.state[at] != 1 || y < 0 || y >= example.shape(0) || x < 0 || x >= example.shape(1)) {
          continue;
        }
        if (allowed != nullptr && allowed[first + y * example.shape(1) + x] == 0) continue;
        copy(at, source.example, y, x, example.row(y, x));
      }
    }
  }
  PASTICHE_HD index_t row_of_example(const BlockSource& source) const noexcept {
    index_t r = 0;
    while (rows[r].example != source.example) r += examples[rows[r].example].shape(0);
    return r + source.row;
  }

  PASTICHE_HD void copy(index_t at, int example, int y, int x, const E* from) const noexcept {
    E* to = canvas.image.row(at / reach.width, at % reach.width);
    for (index_t c = 0; c < canvas.image.shape(2); ++c) to[c] = from[c];
    canvas.state[at] = 2;
    canvas.known[at] = 1;
    if (canvas.provenance != nullptr) {
      canvas.provenance[3 * at] = example;
      canvas.provenance[3 * at + 1] = y;
      canvas.provenance[3 * at + 2] = x;
    }
  }
};

PASTICHE_DEVICE_CODE_END

}  // namespace pastiche::detail
