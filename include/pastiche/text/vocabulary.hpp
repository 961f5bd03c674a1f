// SPDX-License-Identifier: MIT
/// \file
/// Words and their ids.
#pragma once

#include <pastiche/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pastiche {

/// Numbers words 0, 1, 2, ... in the order in which they are first seen. An id stays what it is when more are added,
/// so texts that come later share it.
class Vocabulary {
 public:
  /// The id of a word, which is added where it is new.
  std::uint32_t add(std::string_view word) {
    const auto known = ids_.find(word);
    if (known != ids_.end()) return known->second;
    const auto id = static_cast<std::uint32_t>(words_.size());
    words_.emplace_back(word);
    ids_.emplace(words_.back(), id);
    return id;
  }

  /// The id of a word, or nothing.
  std::optional<std::uint32_t> find(std::string_view word) const {
    const auto known = ids_.find(word);
    return known == ids_.end() ? std::nullopt : std::optional<std::uint32_t>(known->second);
  }

  /// The word of an id.
  /// \throws InvalidArgument where there is no such id
  const std::string& word(std::uint32_t id) const {
    require(id < words_.size(), "Vocabulary::word", "id", id, "below " + std::to_string(words_.size()));
    return words_[id];
  }

  std::size_t size() const noexcept { return words_.size(); }

  /// As bytes, for a file: each word behind its length, 4 bytes, little-endian.
  std::string serialize() const {
    std::string bytes;
    for (const std::string& word : words_) {
      for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(word.size() >> shift & 0xff);
      bytes += word;
    }
    return bytes;
  }

  /// What serialize() gave.
  /// \throws InvalidArgument where the bytes are cut off, or a word comes twice
  static Vocabulary parse(std::string_view bytes) {
    Vocabulary vocabulary;
    while (!bytes.empty()) {
      std::size_t length = 0;
      for (std::size_t i = 0; i < 4 && i < bytes.size(); ++i) {
        length |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
      }
      const bool whole = bytes.size() >= 4 && length <= bytes.size() - 4;
      require(whole, "Vocabulary::parse", "bytes", "cut off", "what serialize() gave");
      const std::size_t id = vocabulary.size();
      require(vocabulary.add(bytes.substr(4, length)) == id, "Vocabulary::parse", "bytes", "a word given twice",
              "what serialize() gave");
      bytes.remove_prefix(4 + length);
    }
    return vocabulary;
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const noexcept { return std::hash<std::string_view>{}(word); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const noexcept { return a == b; }
  };

  std::vector<std::string> words_;
  std::unordered_map<std::string, std::uint32_t, Hash, Equal> ids_;
};

}  // namespace pastiche
