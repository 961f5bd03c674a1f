// SPDX-License-Identifier: MIT
#include "progress.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sys/ioctl.h>
#include <unistd.h>

namespace pastiche::program {

namespace {

constexpr double kSecondsBetween = 0.1;

bool on_terminal() {
  const char* const kind = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) != 0 && (kind == nullptr || std::strcmp(kind, "dumb") != 0);
}

index_t columns() {
  struct winsize window {};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
  return known ? window.ws_col : 80;
}

std::string time_text(double seconds) {
  char text[32];
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole < 60) {
    std::snprintf(text, sizeof text, "%llds", whole);
  } else if (whole < 3600) {
    std::snprintf(text, sizeof text, "%lldm%02llds", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lldh%02lldm", whole / 3600, whole / 60 % 60);
  }
  return text;
}

}  // namespace

ProgressBar::ProgressBar(std::string label, bool quiet) : label_{std::move(label)}, visible_{!quiet && on_terminal()} {}

void ProgressBar::show(index_t done, index_t total, double seconds) {
  if (!visible_ || done < 1 || total < done) return;
  const double now = clock_.seconds();
  if (drawn_ && now - last_ < kSecondsBetween) return;
  last_ = now;
  const double share = static_cast<double>(done) / static_cast<double>(total);
  const std::string left = time_text(seconds / share - seconds) + " left";
  const index_t room = columns() - 1 - static_cast<index_t>(label_.size() + left.size()) - 10;
  const auto width = static_cast<std::size_t>(clamp<index_t>(room, 0, 40));
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
  const std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
  std::fprintf(stderr, "\r%s [%s] %3d%% %s\x1b[K", label_.c_str(), bar.c_str(), static_cast<int>(100.0 * share),
               left.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressBar::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace pastiche::program
