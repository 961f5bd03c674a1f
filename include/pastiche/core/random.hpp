// SPDX-License-Identifier: MIT
/// \file
/// Counter-based random numbers: a pure function of (seed, stream, position), so a result depends
/// neither on the device nor on the number of threads.
///
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011:
/// Philox 4x32 with 10 rounds.
#pragma once

#include <pastiche/core/config.hpp>

#include <cstdint>

namespace pastiche {

/// 128 random bits.
struct PhiloxBlock {
  std::uint32_t word[4];
};

/// Philox 4x32-10 of a 128-bit counter under a 64-bit key (section 3.3 of the paper).
PASTICHE_HD constexpr PhiloxBlock philox4x32(PhiloxBlock counter, std::uint32_t key0, std::uint32_t key1) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * counter.word[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * counter.word[2];
    counter = {{static_cast<std::uint32_t>(p1 >> 32) ^ counter.word[1] ^ key0, static_cast<std::uint32_t>(p1),
                static_cast<std::uint32_t>(p0 >> 32) ^ counter.word[3] ^ key1, static_cast<std::uint32_t>(p0)}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

/// A sequence of a counter-based generator. The seed is Philox's key; `stream` names the purpose (a sweep, a
/// pass), `position` the work item, and both are part of the counter, so no two sequences overlap.
class CounterRng {
 public:
  PASTICHE_HD constexpr CounterRng(std::uint64_t seed, std::uint32_t stream, std::uint64_t position) noexcept
      : seed_{seed}, position_{position}, stream_{stream} {}

  /// 32 uniform bits.
  PASTICHE_HD constexpr std::uint32_t next() noexcept {
    const unsigned lane = static_cast<unsigned>(drawn_ & 3u);
    if (lane == 0) {
      const PhiloxBlock counter{{static_cast<std::uint32_t>(drawn_ >> 2), stream_,
                                 static_cast<std::uint32_t>(position_), static_cast<std::uint32_t>(position_ >> 32)}};
      block_ = philox4x32(counter, static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32));
    }
    ++drawn_;
    return block_.word[lane];
  }

  /// Uniform integer in [0, bound), bound > 0. Multiply-shift: the bias is below bound / 2^32.
  PASTICHE_HD constexpr std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>((std::uint64_t{next()} * bound) >> 32);
  }

  /// Uniform float in [0, 1) with 24 random bits.
  PASTICHE_HD constexpr float uniform() noexcept { return static_cast<float>(next() >> 8) * 0x1p-24f; }

 private:
  std::uint64_t seed_, position_, drawn_ = 0;
  std::uint32_t stream_;
  PhiloxBlock block_{};
};

/// The 64-bit finaliser of splitmix64 (Steele, Lea & Flood, OOPSLA 2014): a bijection that mixes every bit.
PASTICHE_HD constexpr std::uint64_t mix64(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// A hash of (seed, stream, position) where Philox would cost more than the work it serves: one value for each of
/// millions of candidates. `stream_key` is mix64 of seed and stream: keys that were not mixed give shifted sequences.
PASTICHE_HD constexpr std::uint32_t hash_bits(std::uint64_t stream_key, std::uint64_t position) noexcept {
  return static_cast<std::uint32_t>(mix64(stream_key + 0x9e3779b97f4a7c15u * (position + 1)) >> 32);
}

}  // namespace pastiche
