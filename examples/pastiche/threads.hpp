// SPDX-License-Identifier: MIT
/// \file
/// The threads that parallel regions take, started where it can still be said that there is no room for them.
#pragma once

namespace pastiche::program {

/// Starts `threads` threads, 0 for as many as there would be. Throws Failure if they do not start: the runtime of
/// OpenMP would end the program in words of its own.
void start_threads(int threads);

}  // namespace pastiche::program
