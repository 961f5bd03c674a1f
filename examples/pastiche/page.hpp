// SPDX-License-Identifier: MIT
/// \file
/// The web page of the gallery: one file with all its pictures in it, for a browser without a network.
#pragma once

#include "pictures.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pastiche::program {

/// A picture as the page holds it: a PNG file and its size in pixels.
struct PagePicture {
  std::string png;
  Shape<2> size;
};

PagePicture page_picture(const Pixels<std::uint8_t>& pixels);

/// A picture on the page and how it came about.
struct Exhibit {
  std::string caption;
  std::string command{};  ///< what makes it, ready to copy; empty where nothing does
  PagePicture picture;
  std::vector<PagePicture> revealed{};  ///< what a slider uncovers, at most one, of the picture's shape
  std::vector<PagePicture> drawn{};     ///< what a switch draws over it, at most one, mostly transparent
  std::string reveals{}, draws{};       ///< the names of the slider and the switch
  bool repeated = false;                ///< shown two by two
  int cut = 50;                         ///< where the slider begins, in percent
  index_t width = 0;                    ///< in the page, in pixels of the screen; 0: its own
  index_t full = 0;                     ///< at 100 % when it is enlarged; 0: its own
};

/// Exhibits under a name: hung one below the other, or in a row.
struct Group {
  std::string name{}, about{};
  std::vector<Exhibit> exhibits{};
};

/// What one example became.
struct Room {
  std::string name{}, about{};
  std::vector<Exhibit> stolen_from{};  ///< hung small, under the name
  std::vector<Exhibit> exhibits{};
  std::vector<Group> columns{};  ///< side by side
  std::vector<Group> strips{};   ///< each a row
};

/// Rows of text under a head, as wide as the head.
struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
};

/// A method, or several beside each other.
struct Section {
  std::string id{}, name{}, about{};
  std::vector<std::pair<std::string, std::string>> terms{};  ///< what words of it mean
  std::vector<Room> rooms{};
  Table figures{};
};

/// The page as HTML.
std::string page(const std::vector<Section>& sections, const std::string& foot);

}  // namespace pastiche::program
