// SPDX-License-Identifier: MIT
/// \file
/// The web page of the gallery.
#pragma once

#include <pastiche/tensor/view.hpp>

#include <string>
#include <vector>

namespace pastiche::program {

/// A picture on the page and how it came about.
struct Exhibit {
  std::string file, caption, command;
  Shape<2> size;
  bool repeated = false;  ///< shown two by two
};

/// A row of the page: what one texture became.
struct Room {
  std::string name, about;
  std::vector<Exhibit> exhibits;
};

/// The page as HTML. Pictures are named relative to it.
std::string page(const std::vector<Room>& rooms, const std::string& foot);

}  // namespace pastiche::program
