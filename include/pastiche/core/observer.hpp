// SPDX-License-Identifier: MIT
/// \file
/// How an iterative method reports progress, shows a preview, and how its caller stops it.
#pragma once

#include <pastiche/core/math.hpp>

#include <chrono>
#include <concepts>
#include <type_traits>

namespace pastiche {

/// What an observer wants next.
enum class Flow { proceed, stop };

/// Why an iterative method returned.
enum class StopReason { finished, converged, observer };

/// A picture of the work so far, rendered only if the observer asks. Valid during the call of the observer.
class Preview {
 public:
  Preview() = default;

  /// `renderer(context, to)` writes height * width * channels floats in [0, 1], row-major, channels last.
  Preview(index_t height, index_t width, index_t channels, void (*renderer)(const void*, float*),
          const void* context) noexcept
      : height_{height}, width_{width}, channels_{channels}, render_{renderer}, context_{context} {}

  bool empty() const noexcept { return render_ == nullptr; }
  index_t height() const noexcept { return height_; }
  index_t width() const noexcept { return width_; }
  index_t channels() const noexcept { return channels_; }

  /// Fills `to`, which has room for height * width * channels floats. What is not made yet is 0.
  void render(float* to) const {
    if (render_ != nullptr) render_(context_, to);
  }

 private:
  index_t height_ = 0, width_ = 0, channels_ = 0;
  void (*render_)(const void*, float*) = nullptr;
  const void* context_ = nullptr;
};

/// State after one step of an iterative method.
struct Progress {
  const char* stage = "";  ///< name of the stage, a literal
  index_t step = 0;        ///< steps of the stage done so far, at least 1
  index_t steps = 0;       ///< steps planned
  double energy = 0.0;     ///< objective after this step; its meaning is the method's
  double seconds = 0.0;    ///< since the method was called
  Preview preview{};       ///< empty where the method has none
};

/// Called after every step on the calling thread. Returns nothing, or a Flow.
template <class W>
concept Observer =
    std::invocable<W&, const Progress&> && (std::is_void_v<std::invoke_result_t<W&, const Progress&>> ||
                                            std::same_as<std::invoke_result_t<W&, const Progress&>, Flow>);

/// The observer that costs nothing.
struct Unobserved {
  static constexpr bool ignores_progress = true;
  void operator()(const Progress&) const noexcept {}
};

/// True where nobody looks, so that energies need not be computed nor the device waited for.
template <class W>
inline constexpr bool ignores_progress = requires { requires W::ignores_progress; };

/// Calls `watch`, treating a void return as Flow::proceed.
template <Observer W>
Flow notify(W& watch, const Progress& progress) {
  if constexpr (std::is_void_v<std::invoke_result_t<W&, const Progress&>>) {
    watch(progress);
    return Flow::proceed;
  } else {
    return watch(progress);
  }
}

/// Seconds since it was made.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

static_assert(Observer<Unobserved>);

}  // namespace pastiche
