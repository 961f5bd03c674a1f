// SPDX-License-Identifier: MIT
/// \file
/// The header of NumPy's .npy format: a Python dictionary of three known keys, read strictly.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/core/math.hpp>
#include <pastiche/io/file.hpp>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pastiche {

/// What a .npy file says about its array.
struct NpyHeader {
  std::string type;            ///< kind and bytes of an element: "u1", "f4", ...
  bool big_endian = false;     ///< byte order of the elements
  bool fortran_order = false;  ///< the first axis varies fastest
  std::vector<index_t> shape;  ///< extents, outermost first; empty for a single number
  std::size_t data = 0;        ///< offset of the first element in the file
};

namespace detail {

/// Reads the dictionary. Each function answers nothing where the text is not what it reads.
class NpyDictionary {
 public:
  explicit NpyDictionary(std::string_view text) : text_{text} {}

  /// Each key exactly once, in any order, then only blanks and a newline.
  bool parse(NpyHeader& header) {
    if (!take('{')) return false;
    bool type = false, order = false, shape = false;
    while (!take('}')) {
      const std::optional<std::string_view> key = quoted();
      if (!key || !take(':')) return false;
      bool fine = false;
      if (*key == "descr" && !type) fine = type = parse_type(header);
      if (*key == "fortran_order" && !order) fine = order = parse_order(header);
      if (*key == "shape" && !shape) fine = shape = parse_shape(header);
      if (!fine) return false;
      if (!take(',') && peek() != '}') return false;
    }
    skip_blanks();
    return type && order && shape && (text_.empty() || text_ == "\n");
  }

 private:
  void skip_blanks() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
  }
  char peek() {
    skip_blanks();
    return text_.empty() ? '\0' : text_.front();
  }
  bool take(char c) {
    if (peek() != c || text_.empty()) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    skip_blanks();
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  std::optional<std::string_view> quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') return std::nullopt;
    const std::size_t end = text_.find(quote, 1);
    if (end == text_.npos) return std::nullopt;
    const std::string_view inside = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return inside;
  }

  // '<f4', '|u1', '>i2'; without an order for single bytes alone.
  bool parse_type(NpyHeader& header) {
    const std::optional<std::string_view> text = quoted();
    if (!text || text->size() < 3) return false;
    const char order = text->front();
    header.type = text->substr(1);
    header.big_endian = order == '>';
    return order == '<' || order == '>' || (order == '|' && header.type[1] == '1');
  }

  bool parse_order(NpyHeader& header) {
    header.fortran_order = take("True");
    return header.fortran_order || take("False");
  }

  // (), (3,), (3, 4), (3, 4,)
  bool parse_shape(NpyHeader& header) {
    if (!take('(')) return false;
    bool comma = true;
    while (!take(')')) {
      index_t extent = 0;
      skip_blanks();
      const char* const end = text_.data() + text_.size();
      const auto read = std::from_chars(text_.data(), end, extent);
      if (!comma || read.ec != std::errc{} || extent < 0) return false;
      text_.remove_prefix(static_cast<std::size_t>(read.ptr - text_.data()));
      header.shape.push_back(extent);
      comma = take(',');
    }
    return comma || header.shape.size() > 1;  // (3) is a number, no tuple
  }

  std::string_view text_;
};

/// The bytes of the elements, if they can be counted.
inline std::optional<std::size_t> npy_bytes(const NpyHeader& header) {
  std::size_t bytes = static_cast<std::size_t>(header.type[1] - '0');
  bool zero = false;
  for (const index_t extent : header.shape) {
    if (extent == 0) zero = true;
    if (extent > 0 && bytes > (std::numeric_limits<std::size_t>::max)() / 2 / static_cast<std::size_t>(extent)) {
      return std::nullopt;
    }
    if (extent > 0) bytes *= static_cast<std::size_t>(extent);
  }
  return zero ? 0 : bytes;
}

}  // namespace detail

/// The header of a .npy file, given all its bytes, after a check that the elements are all there and nothing follows
/// them. `name` stands for the path in errors. Throws IoError.
inline NpyHeader parse_npy_header(std::span<const std::uint8_t> file, const std::string& name,
                                  const char* function = "parse_npy_header") {
  const auto refuse = [&](const char* what) {
    detail::throw_io(function, name, std::string("not a .npy array (") + what + ")",
                     "a whole file of version 1.0 or 2.0");
  };
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.substr(0, 6) != "\x93NUMPY") refuse("bad signature");
  if (file.size() < 12) refuse("cut off");
  if ((file[6] != 1 && file[6] != 2) || file[7] != 0) refuse("unknown version");
  const std::size_t start = file[6] == 1 ? 10 : 12;
  std::size_t length = static_cast<std::size_t>(file[8] | file[9] << 8);
  if (start == 12) length |= static_cast<std::size_t>(file[10]) << 16 | static_cast<std::size_t>(file[11]) << 24;
  if (length > file.size() - start) refuse("cut off");
  const std::string_view dictionary = text.substr(start, length);
  for (const char& c : dictionary) {
    const bool last = &c == &dictionary.back();
    if ((c < ' ' || c > '~') && !(last && c == '\n')) refuse("a header that is not ASCII");
  }
  NpyHeader header;
  if (!detail::NpyDictionary(dictionary).parse(header)) refuse("bad header");
  constexpr std::string_view kTypes = "b1 u1 i1 u2 i2 f2 u4 i4 f4 u8 i8 f8";
  if (kTypes.find(header.type) == kTypes.npos || header.type.find(' ') != header.type.npos) {
    detail::throw_io(function, name, "an array of " + header.type, std::string(kTypes));
  }
  header.data = start + length;
  const std::optional<std::size_t> bytes = detail::npy_bytes(header);
  if (!bytes || *bytes > file.size() - header.data) refuse("cut off");
  if (*bytes < file.size() - header.data) refuse("data after the last element");
  return header;
}

/// What stands before the elements in a file of version 1.0: `type` as in NpyHeader, little-endian, row-major, with
/// NumPy's padding. The length is a multiple of 64, so that the elements are aligned when the file is mapped.
inline std::vector<std::uint8_t> npy_preamble(const std::string& type, std::span<const index_t> shape) {
  std::string text =
      "{'descr': '" + std::string(type.back() == '1' ? "|" : "<") + type + "', 'fortran_order': False, 'shape': (";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += (axis > 0 ? ", " : "") + std::to_string(shape[axis]);
  }
  text += shape.size() == 1 ? ",), }" : "), }";
  if (!shape.empty()) text.append(21 - std::to_string(shape[0]).size(), ' ');  // room to append along the first axis
  text.append(64 - (10 + text.size() + 1) % 64, ' ');
  text += '\n';
  const std::string start = {
      '\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0, static_cast<char>(text.size()), static_cast<char>(text.size() >> 8)};
  std::vector<std::uint8_t> out(start.size() + text.size());
  std::copy(text.begin(), text.end(), std::copy(start.begin(), start.end(), out.begin()));
  return out;
}

}  // namespace pastiche
