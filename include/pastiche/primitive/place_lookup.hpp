// SPDX-License-Identifier: MIT
/// \file
/// From numbers of places to examples, rows and columns and back, on any device.
#pragma once

#include <pastiche/primitive/field_neighbours.hpp>

#include <vector>

namespace pastiche::detail {

PASTICHE_DEVICE_CODE_BEGIN

/// The places of a problem in device memory.
struct PlaceLookup {
  const PlaceRow* rows;
  index_t row_count;
  const index_t* first_rows;  ///< of each example, among `rows`; one more at the end
  const std::uint8_t* allowed;

  PASTICHE_HD BlockSource source(index_t place) const noexcept {
    index_t low = 0, high = row_count;  // the last row that begins at or before the place
    while (high - low > 1) {
      const index_t middle = (low + high) / 2;
      (rows[middle].first <= place ? low : high) = middle;
    }
    return {rows[low].example, rows[low].row, static_cast<int>(place - rows[low].first)};
  }
  /// -1 where there is none, or none that is allowed.
  PASTICHE_HD index_t place(int example, index_t row, index_t column) const noexcept {
    if (example < 0 || row < 0 || column < 0) return -1;
    const index_t r = first_rows[example] + row;
    if (r >= first_rows[example + 1] || column >= rows[r + 1].first - rows[r].first) return -1;
    const index_t number = rows[r].first + column;
    return allowed == nullptr || allowed[number] != 0 ? number : -1;
  }
};

PASTICHE_DEVICE_CODE_END

/// What a PlaceLookup points to.
template <class Device>
class PlaceTables {
 public:
  template <class E>
  explicit PlaceTables(const FieldProblem<E, Device>& problem)
      : rows_(problem.places.table(), problem.device),
        first_rows_(first_rows(problem.places, problem.examples.size()), problem.device),
        allowed_(problem.allowed, problem.device),
        limited_{!problem.allowed.empty()} {}

  PlaceLookup lookup() const noexcept {
    return {rows_.data(), rows_.size() - 1, first_rows_.data(), limited_ ? allowed_.data() : nullptr};
  }

 private:
  static std::vector<index_t> first_rows(const Places& places, std::size_t examples) {
    std::vector<index_t> first(examples + 1, 0);
    for (index_t r = 0; r < places.rows(); ++r) {
      ++first[static_cast<std::size_t>(places.table()[static_cast<std::size_t>(r)].example) + 1];
    }
    for (std::size_t e = 0; e < examples; ++e) first[e + 1] += first[e];
    return first;
  }

  DeviceArray<PlaceRow, Device> rows_;
  DeviceArray<index_t, Device> first_rows_;
  DeviceArray<std::uint8_t, Device> allowed_;
  bool limited_;
};

}  // namespace pastiche::detail
