// SPDX-License-Identifier: MIT
/// \file
/// What the vector form of block search knows of each shape of a template, as flat tables for its kernels.
#pragma once

#include <pastiche/distance/distance.hpp>
#include <pastiche/primitive/block_problem.hpp>

#include <vector>

namespace pastiche::detail {

/// A rectangle of known pixels of a block, and its words in the tables: the template's row by row, the offsets once.
struct TemplateBox {
  int row, column, height, width;
  index_t first_word;    ///< in the template of its shape
  index_t first_offset;  ///< in the list of all offsets
  index_t row_words;     ///< template words a row
};

/// Consecutive boxes whose squares sum to less than 2^31.
struct ShapePart {
  index_t first_box, last_box;
};

/// Where the parts of a shape stand in the list of all.
struct ShapeParts {
  index_t first, last;
};

/// How a template of each shape is compared, flattened for kernels.
struct SearchTables {
  std::vector<ShapeParts> shapes;
  std::vector<ShapePart> parts;
  std::vector<TemplateBox> boxes;
  std::vector<std::int32_t> offsets;  ///< of a template word from the first word of its row of the block, in the planes
  std::vector<float> weights;         ///< of each of them, by channel
  index_t most_words = 0, most_parts = 0;
};

inline constexpr index_t kMostElementsInPart = 33'000;  // times 255^2 stays below 2^31

/// Runs cut into pieces that fit into a part each.
inline std::vector<PixelRun> in_pieces(const std::vector<PixelRun>& runs, index_t channels) {
  const int most = static_cast<int>(max_of<index_t>(1, kMostElementsInPart / channels));
  std::vector<PixelRun> pieces;
  for (PixelRun run : runs) {
    for (; run.length > most; run.column += most, run.length -= most) pieces.push_back({run.row, run.column, most});
    pieces.push_back(run);
  }
  return pieces;
}

/// Runs as few rectangles: those of equal extent in consecutive rows are one.
inline std::vector<Tile> rectangles(const std::vector<PixelRun>& runs) {
  std::vector<Tile> boxes;
  for (const PixelRun& run : runs) {
    bool grown = false;
    for (std::size_t i = boxes.size(); i-- > 0 && !grown && boxes[i].row + boxes[i].height + 1 >= run.row;) {
      Tile& box = boxes[i];
      if (box.column != run.column || box.width != run.length || box.row + box.height != run.row) continue;
      ++box.height;
      grown = true;
    }
    if (!grown) boxes.push_back({run.row, run.column, 1, run.length});
  }
  return boxes;
}

/// Appends one rectangle to the tables.
template <class Distance>
void add_box(SearchTables& t, const Tile& box, index_t channels, index_t stride, index_t step, index_t first_word,
             const Distance& distance) {
  const index_t elements = box.width * channels;
  t.boxes.push_back({static_cast<int>(box.row), static_cast<int>(box.column), static_cast<int>(box.height),
                     static_cast<int>(box.width), first_word, static_cast<index_t>(t.offsets.size()),
                     ceil_div(elements, step)});
  for (index_t e = 0; e < elements; e += step) {
    const index_t flat = box.column * channels + e;
    t.offsets.push_back(static_cast<std::int32_t>(flat % channels * stride + flat / channels));
    t.weights.push_back(channel_weight_of(distance, flat % channels));
  }
}

/// \param stride words of a plane in an image row
/// \param step   elements a word of the planes
template <class Distance>
SearchTables search_tables(const std::vector<BlockShape>& shapes, index_t channels, index_t stride, index_t step,
                           const Distance& distance) {
  SearchTables t;
  for (const BlockShape& shape : shapes) {
    const index_t first_part = static_cast<index_t>(t.parts.size());
    index_t words = 0, elements = 0;
    for (Tile box : rectangles(in_pieces(shape.runs, channels))) {
      const index_t most = max_of<index_t>(1, kMostElementsInPart / (box.width * channels));
      for (index_t left = box.height; left > 0; box.row += box.height) {
        box.height = min_of(left, most);
        left -= box.height;
        const bool fresh = static_cast<index_t>(t.parts.size()) == first_part ||
                           elements + box.height * box.width * channels > kMostElementsInPart;
        if (fresh) {
          t.parts.push_back({static_cast<index_t>(t.boxes.size()), 0});
          elements = 0;
        }
        elements += box.height * box.width * channels;
        add_box(t, box, channels, stride, step, words, distance);
        words += box.height * t.boxes.back().row_words;
        t.parts.back().last_box = static_cast<index_t>(t.boxes.size());
      }
    }
    t.shapes.push_back({first_part, static_cast<index_t>(t.parts.size())});
    t.most_words = max_of(t.most_words, words);
    t.most_parts = max_of(t.most_parts, t.shapes.back().last - first_part);
  }
  return t;
}

}  // namespace pastiche::detail
