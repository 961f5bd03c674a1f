// SPDX-License-Identifier: MIT
/// \file
/// A progress bar with the time left, on a terminal alone.
#pragma once

#include <pastiche/core/observer.hpp>

#include <functional>
#include <string>

namespace pastiche::program {

/// One line on standard error that is drawn over itself and gone at the end. Draws nothing where standard error is not
/// a terminal.
class ProgressBar {
 public:
  ProgressBar(std::string label, bool quiet);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { clear(); }

  void label(std::string text) { label_ = std::move(text); }
  /// `done` of `total` steps took `seconds`.
  void show(index_t done, index_t total, double seconds);
  void clear();

 private:
  std::string label_;
  bool visible_;
  bool drawn_ = false;
  Stopwatch clock_{};
  double last_ = -1.0;
};

/// Who else looks at the work as it goes on: at previews.
using Watcher = std::function<void(const Progress&)>;

/// What a method is given to report to.
struct WatchWith {
  ProgressBar* bar;
  const Watcher* watcher;
  void operator()(const Progress& progress) const {
    bar->show(progress.step, progress.steps, progress.seconds);
    if (*watcher) (*watcher)(progress);
  }
};

}  // namespace pastiche::program
