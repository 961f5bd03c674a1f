// SPDX-License-Identifier: MIT
/// \file
/// DLPack tensors (PyTorch, CuPy, JAX, NumPy exchange them) as views, and tensors of this library as DLPack tensors,
/// both without a copy. Include your `dlpack.h`: the structs are template parameters here.
///
/// Names, codes and ownership follow the DLPack specification, version 1.0, https://dmlc.github.io/dlpack.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/interop/pointer.hpp>
#include <pastiche/tensor/tensor.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace pastiche {

/// A struct with the members of DLPack's DLTensor.
template <class D>
concept DlpackTensor = requires(const D& d) {
  { d.data } -> std::convertible_to<void*>;
  { d.shape } -> std::convertible_to<const std::int64_t*>;
  { d.strides } -> std::convertible_to<const std::int64_t*>;
  { d.ndim } -> std::convertible_to<int>;
  { d.byte_offset } -> std::convertible_to<std::uint64_t>;
  { d.dtype.code } -> std::convertible_to<int>;
  { d.dtype.bits } -> std::convertible_to<int>;
  { d.dtype.lanes } -> std::convertible_to<int>;
  static_cast<int>(d.device.device_type);
  d.device.device_id;
};

/// A struct with the members of DLPack's DLManagedTensor.
template <class M>
concept DlpackManagedTensor = DlpackTensor<decltype(M::dl_tensor)> && requires(M& m) {
  m.manager_ctx = static_cast<void*>(nullptr);
  m.deleter = static_cast<void (*)(M*)>(nullptr);
};

namespace detail {

enum DlpackDevice : int { kDlCpu = 1, kDlCuda = 2, kDlCudaHost = 3, kDlCudaManaged = 13 };
enum DlpackCode : int { kDlInt = 0, kDlUInt = 1, kDlFloat = 2 };

/// A policy with a stream runs on CUDA. The Thrust host systems reach what the host reaches.
template <class Device>
inline constexpr bool kOnCuda = requires(const Device& d) { d.stream; };

template <class T>
inline constexpr DlpackCode kDlCode = !std::integral<T>     ? kDlFloat
                                      : std::is_signed_v<T> ? kDlInt
                                                            : kDlUInt;

template <class Device>
constexpr bool reaches(int memory) {
  return memory == (kOnCuda<Device> ? kDlCuda : kDlCpu) || memory == kDlCudaHost || memory == kDlCudaManaged;
}

inline std::string dlpack_type_name(int code, int bits, int lanes) {
  constexpr const char* kind[] = {"int", "uint", "float"};
  const std::string name = code >= 0 && code < 3 ? kind[code] : "code " + std::to_string(code) + " of bits ";
  return name + std::to_string(bits) + (lanes == 1 ? "" : "x" + std::to_string(lanes));
}

}  // namespace detail

/// A DLPack tensor as a view, with a const T read-only: `as_view<const float, 3>(managed->dl_tensor)`, on a GPU
/// `as_view<const float, 3, Cuda>(...)`. The exporter's deleter must not run before the last use of the view. Memory of
/// a GPU is taken to be on the current one, and its producer's stream to be done, or ours to wait for it.
///
/// \throws InvalidArgument on another element type or rank, memory that Device cannot reach, an innermost stride but 1
template <class T, int Rank, class Device = Cpu, DlpackTensor D>
TensorView<T, Rank, Device> as_view(const D& tensor) {
  using Value = std::remove_const_t<T>;
  static_assert(Element<Value>, "a view holds integers of 8 to 64 bits, half, float or double");
  const int code = static_cast<int>(tensor.dtype.code), bits = static_cast<int>(tensor.dtype.bits),
            lanes = static_cast<int>(tensor.dtype.lanes), memory = static_cast<int>(tensor.device.device_type);
  constexpr int wanted_bits = static_cast<int>(8 * sizeof(Value));
  require(code == detail::kDlCode<Value> && bits == wanted_bits && lanes == 1, "as_view", "DLPack element type",
          detail::dlpack_type_name(code, bits, lanes),
          detail::dlpack_type_name(detail::kDlCode<Value>, wanted_bits, 1));
  require(static_cast<int>(tensor.ndim) == Rank, "as_view", "number of DLPack axes", static_cast<int>(tensor.ndim),
          Rank);
  require(detail::reaches<Device>(memory), "as_view", "DLPack device type", memory,
          detail::kOnCuda<Device> ? "2 (CUDA), 3 (pinned) or 13 (managed)" : "1 (CPU), 3 (pinned) or 13 (managed)");
  Shape<Rank> shape{}, stride{};
  for (int axis = 0; axis < Rank; ++axis) {
    shape.extent[axis] = tensor.shape[axis];
    if (tensor.strides != nullptr) stride.extent[axis] = tensor.strides[axis];
  }
  char* bytes = static_cast<char*>(static_cast<void*>(tensor.data));
  T* first = bytes == nullptr ? nullptr : reinterpret_cast<T*>(bytes + tensor.byte_offset);
  return tensor.strides == nullptr ? as_view<Device>(first, shape)
                                   : detail::checked_view<Device>("as_view", first, shape, stride);
}

namespace detail {

// What a consumer of DLPack holds: the struct first, then what it points to.
template <class Managed, class T, int Rank, class Device>
struct DlpackExport {
  Managed managed{};
  Tensor<T, Rank, Device> tensor;
  Shape<Rank> shape, stride;

  explicit DlpackExport(Tensor<T, Rank, Device>&& source)
      : tensor{std::move(source)}, shape{tensor.shape()}, stride{row_major(shape)} {}

  static void destroy(Managed* managed) { delete static_cast<DlpackExport*>(managed->manager_ctx); }
};

}  // namespace detail

/// A tensor given away as a DLPack tensor: `to_dlpack<DLManagedTensor>(std::move(result))`. Whoever receives it calls
/// its deleter once. Work on a GPU is finished first; `gpu` is the number of the one the tensor is on.
template <DlpackManagedTensor Managed, Element T, int Rank, DevicePolicy Device>
Managed* to_dlpack(Tensor<T, Rank, Device>&& tensor, int gpu = 0) {
  using Export = detail::DlpackExport<Managed, T, Rank, Device>;
  tensor.device().synchronize();
  auto owner = std::make_unique<Export>(std::move(tensor));
  Managed& managed = owner->managed;
  auto& to = managed.dl_tensor;
  to.data = owner->tensor.data();
  to.device.device_type =
      static_cast<decltype(to.device.device_type)>(detail::kOnCuda<Device> ? detail::kDlCuda : detail::kDlCpu);
  to.device.device_id = detail::kOnCuda<Device> ? gpu : 0;
  to.ndim = Rank;
  to.dtype.code = static_cast<decltype(to.dtype.code)>(detail::kDlCode<T>);
  to.dtype.bits = static_cast<decltype(to.dtype.bits)>(8 * sizeof(T));
  to.dtype.lanes = 1;
  to.shape = owner->shape.extent;
  to.strides = owner->stride.extent;
  to.byte_offset = 0;
  managed.manager_ctx = owner.get();
  managed.deleter = &Export::destroy;
  return &owner.release()->managed;
}

}  // namespace pastiche
