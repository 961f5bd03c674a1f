// SPDX-License-Identifier: MIT
/// \file
/// Arrays in NumPy's .npy format, versions 1.0 and 2.0.
///
/// Format: numpy.lib.format (NEP 1, R. Kern, 2007). Structured, object, text and complex types are refused, and so
/// is version 3.0, which exists for field names beyond ASCII.
#pragma once

#include <pastiche/core/element.hpp>
#include <pastiche/device/cpu.hpp>
#include <pastiche/io/file.hpp>
#include <pastiche/io/npy_header.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <algorithm>
#include <cstring>

namespace pastiche {

namespace detail::npy {

/// True if every value of From is one of To.
template <Element From, Element To>
constexpr bool lossless() {
  if constexpr (std::same_as<From, To>) {
    return true;
  } else if constexpr (std::integral<From> && std::integral<To>) {
    return sizeof(To) > sizeof(From) && (std::is_signed_v<To> || std::is_unsigned_v<From>);
  } else if constexpr (std::integral<From>) {
    return !std::same_as<To, Half> && 2 * sizeof(From) <= sizeof(To);
  } else {
    return !std::integral<To> && sizeof(To) > sizeof(From);
  }
}

template <Element From, Element To>
To widen(From x) noexcept {
  if constexpr (std::same_as<From, To>) {
    return x;
  } else if constexpr (std::same_as<From, Half>) {
    return static_cast<To>(static_cast<float>(x));
  } else {
    return static_cast<To>(x);
  }
}

/// An element of a file: any address, either byte order.
template <Element From>
From load_element(const std::uint8_t* from, bool swapped) noexcept {
  std::uint8_t bytes[sizeof(From)];
  std::memcpy(bytes, from, sizeof bytes);
  if (swapped) std::reverse(bytes, bytes + sizeof bytes);
  From x;
  std::memcpy(&x, bytes, sizeof x);
  return x;
}

/// Calls f with a value of the type that the code ("f4") means; false if there is none.
template <class F>
bool visit_type(std::string_view code, F&& f) {
  const auto is = [&](std::string_view name) { return code == name; };
  if (is("u1") || is("b1")) return f(std::uint8_t{}), true;
  if (is("i1")) return f(std::int8_t{}), true;
  if (is("u2")) return f(std::uint16_t{}), true;
  if (is("i2")) return f(std::int16_t{}), true;
  if (is("u4")) return f(std::uint32_t{}), true;
  if (is("i4")) return f(std::int32_t{}), true;
  if (is("u8")) return f(std::uint64_t{}), true;
  if (is("i8")) return f(std::int64_t{}), true;
  if (is("f2")) return f(Half{}), true;
  if (is("f4")) return f(float{}), true;
  if (is("f8")) return f(double{}), true;
  return false;
}

template <Element T>
constexpr const char* type_code() noexcept {
  constexpr const char* unsigned_codes[] = {"u1", "u2", "", "u4", "", "", "", "u8"};
  constexpr const char* signed_codes[] = {"i1", "i2", "", "i4", "", "", "", "i8"};
  if constexpr (std::integral<T>) return (std::is_signed_v<T> ? signed_codes : unsigned_codes)[sizeof(T) - 1];
  return sizeof(T) == 2 ? "f2" : sizeof(T) == 4 ? "f4" : "f8";
}

/// Elements of a file to row-major order. `stride` counts elements of the file for a step along each axis.
template <class From, class To, int Rank>
void copy_elements(const std::uint8_t* from, bool swapped, const Shape<Rank>& shape, const Shape<Rank>& stride,
                   To* to) {
  const index_t inner = shape[Rank - 1], step = stride[Rank - 1];
  const index_t rows = inner > 0 ? shape.size() / inner : 0;
  for (index_t row = 0; row < rows; ++row) {
    index_t offset = 0, rest = row;
    for (int axis = Rank - 2; axis >= 0; --axis) {
      offset += rest % shape[axis] * stride[axis];
      rest /= shape[axis];
    }
    for (index_t i = 0; i < inner; ++i) {
      const std::uint8_t* const at = from + (offset + i * step) * static_cast<index_t>(sizeof(From));
      *to++ = widen<From, To>(load_element<From>(at, swapped));
    }
  }
}

}  // namespace detail::npy

/// The array in a .npy file's bytes; `name` stands for the path in errors. See read_npy().
template <Element T, int Rank, DevicePolicy Device = Cpu>
Tensor<T, Rank, Device> decode_npy(std::span<const std::uint8_t> file, const std::string& name,
                                   const Device& device = {}, const char* function = "decode_npy") {
  static_assert(std::endian::native == std::endian::little);
  if constexpr (!Device::host_accessible) {
    return to_device(decode_npy<T, Rank>(file, name, Cpu{}, function), device);
  } else {
    const NpyHeader header = parse_npy_header(file, name, function);
    if (static_cast<int>(header.shape.size()) != Rank) {
      detail::throw_io(function, name, "an array of " + std::to_string(header.shape.size()) + " axes",
                       std::to_string(Rank));
    }
    Shape<Rank> shape{}, stride{};
    std::copy(header.shape.begin(), header.shape.end(), shape.extent);
    stride = row_major(shape);
    for (index_t axis = 0, step = 1; header.fortran_order && axis < Rank; ++axis) {
      stride.extent[axis] = step;
      step *= shape.extent[axis];
    }
    Tensor<T, Rank, Device> tensor(shape, device);
    detail::npy::visit_type(header.type, [&]<class From>(From) {
      if constexpr (detail::npy::lossless<From, T>()) {
        detail::npy::copy_elements<From>(file.data() + header.data, header.big_endian, shape, stride, tensor.data());
      } else {
        detail::throw_io(function, name, "an array of " + header.type,
                         std::string(detail::npy::type_code<T>()) + ", or what converts to it without loss");
      }
    });
    return tensor;
  }
}

/// The array in the .npy file at `path`. What the file stores must be T or convert to it without loss (u1 to f4, f2
/// to f8; booleans are u1). Either byte order is read; an array in Fortran order arrives with the same element at
/// the same index. Throws IoError if the file is damaged, cut off, too long, has another rank, or stores what T
/// cannot hold.
template <Element T, int Rank, DevicePolicy Device = Cpu>
Tensor<T, Rank, Device> read_npy(const std::string& path, std::size_t limit = kFileLimit, const Device& device = {}) {
  return decode_npy<T, Rank>(read_file(path, limit, "read_npy"), path, device, "read_npy");
}

/// The bytes of a .npy file (version 1.0, little-endian, row-major) with the array: what numpy.save() would write.
template <Viewable X>
std::vector<std::uint8_t> encode_npy(const X& array) {
  using View = view_of_t<X>;
  using T = typename View::value_type;
  static_assert(View::device_type::host_accessible, "arrays are written from the host: copy it with to_device<Cpu>()");
  static_assert(std::endian::native == std::endian::little);
  const View view = view_of(array);
  std::vector<std::uint8_t> file = npy_preamble(detail::npy::type_code<T>(), std::span(view.shape().extent));
  const index_t inner = view.shape(View::rank - 1), rows = inner > 0 ? view.size() / inner : 0;
  file.reserve(file.size() + static_cast<std::size_t>(view.size()) * sizeof(T));
  for (index_t row = 0; row < rows; ++row) {
    index_t offset = 0, rest = row;
    for (int axis = View::rank - 2; axis >= 0; --axis) {
      offset += rest % view.shape(axis) * view.stride()[axis];
      rest /= view.shape(axis);
    }
    const auto* const from = reinterpret_cast<const std::uint8_t*>(view.data() + offset);
    file.insert(file.end(), from, from + static_cast<std::size_t>(inner) * sizeof(T));
  }
  return file;
}

/// Writes an array to `path`, whole or not at all; see encode_npy(). Throws IoError.
template <Viewable X>
void write_npy(const std::string& path, const X& array) {
  write_file(path, encode_npy(array), "write_npy");
}

}  // namespace pastiche
