// SPDX-License-Identifier: MIT
/// \file
/// The owning array of the library. Needs a device header for the policy it is instantiated with.
#pragma once

#include <pastiche/core/error.hpp>
#include <pastiche/device/device.hpp>
#include <pastiche/tensor/view.hpp>

#include <limits>
#include <utility>
#include <vector>

namespace pastiche {

namespace detail {

/// The shape, after a check that its extents are not negative and its bytes can be counted.
template <class T, int Rank>
const Shape<Rank>& checked_shape(const Shape<Rank>& shape) {
  index_t room = (std::numeric_limits<index_t>::max)() / static_cast<index_t>(sizeof(T));
  for (int axis = 0; axis < Rank; ++axis) {
    require(shape[axis] >= 0, "Tensor", "extent", shape[axis], "at least 0");
    require(shape[axis] <= room, "Tensor", "extent", shape[axis], "a size that fits into memory");
    if (shape[axis] > 0) room /= shape[axis];
  }
  return shape;
}

}  // namespace detail

/// Owning, dense, row-major, 64-byte aligned, contents unspecified when made. Images are (height, width, channel).
/// A copy is deep; a moved-from tensor has no elements.
///
/// \tparam T      element type
/// \tparam Rank   number of axes
/// \tparam Device where the elements live: Cpu stores an xtensor, Cuda memory of its stream's pool
template <Element T, int Rank, DevicePolicy Device>
class Tensor {
 public:
  using value_type = T;
  using device_type = Device;
  using storage_type = typename Device::template Storage<T, Rank>;
  static constexpr int rank = Rank;

  explicit Tensor(const Shape<Rank>& shape, const Device& device = {})
      : storage_{detail::checked_shape<T>(shape), device}, device_{device}, shape_{shape} {}

  Tensor(const Tensor&) = default;
  Tensor& operator=(const Tensor&) = default;
  Tensor(Tensor&& other) noexcept
      : storage_{std::move(other.storage_)}, device_{other.device_}, shape_{std::exchange(other.shape_, {})} {}
  Tensor& operator=(Tensor&& other) noexcept {
    storage_ = std::move(other.storage_);
    device_ = other.device_;
    shape_ = std::exchange(other.shape_, {});
    return *this;
  }
  ~Tensor() = default;

  const Shape<Rank>& shape() const noexcept { return shape_; }
  index_t shape(int axis) const noexcept { return shape_[axis]; }
  index_t size() const noexcept { return shape_.size(); }
  const Device& device() const noexcept { return device_; }

  T* data() noexcept { return storage_.data(); }
  const T* data() const noexcept { return storage_.data(); }
  TensorView<T, Rank, Device> view() noexcept { return {storage_.data(), shape_}; }
  TensorView<const T, Rank, Device> view() const noexcept { return {storage_.data(), shape_}; }

  /// The device's own array: an xtensor on Cpu. Its elements may be written, its shape must stay.
  auto& native() noexcept
    requires requires(storage_type& s) { s.native(); }
  {
    return storage_.native();
  }
  const auto& native() const noexcept
    requires requires(const storage_type& s) { s.native(); }
  {
    return storage_.native();
  }

 private:
  storage_type storage_;  // first: if an assignment throws here, all three are as they were
  Device device_;
  Shape<Rank> shape_;
};

template <class T, int Rank, class Device>
struct ViewTraits<Tensor<T, Rank, Device>> {
  static TensorView<const T, Rank, Device> view(const Tensor<T, Rank, Device>& t) { return t.view(); }
  static TensorView<T, Rank, Device> mutable_view(Tensor<T, Rank, Device>& t) { return t.view(); }
};

/// A tensor on `device` with a copy of `values`, given in row-major order.
template <DevicePolicy Device, Element T, int Rank>
Tensor<T, Rank, Device> upload(const Shape<Rank>& shape, const std::vector<T>& values, const Device& device = {}) {
  const index_t size = detail::checked_shape<T>(shape).size();
  require(static_cast<index_t>(values.size()) == size, "upload", "number of values", values.size(), size);
  Tensor<T, Rank, Device> tensor(shape, device);
  device.copy_from_host(values.data(), tensor.data(), size);
  return tensor;
}

/// The elements in row-major order, on the host. Waits for the tensor's device.
template <Element T, int Rank, DevicePolicy Device>
std::vector<T> download(const Tensor<T, Rank, Device>& tensor) {
  std::vector<T> values(static_cast<std::size_t>(tensor.size()));
  tensor.device().copy_to_host(tensor.data(), values.data(), tensor.size());
  return values;
}

/// The elements of a view in row-major order, on the host, whatever its strides. Waits for `device`.
template <class T, int Rank, DevicePolicy Device>
std::vector<std::remove_const_t<T>> download(const TensorView<T, Rank, Device>& view, const Device& device = {}) {
  using E = std::remove_const_t<T>;
  std::vector<E> values(static_cast<std::size_t>(view.size()));
  int dense = 0;  // the first axis from which on the elements are contiguous
  while (dense < Rank - 1 && !view.dense_from(dense)) ++dense;
  index_t run = 1;
  for (int axis = dense; axis < Rank; ++axis) run *= view.shape(axis);
  for (index_t i = 0, runs = run > 0 ? view.size() / run : 0; i < runs; ++i) {
    index_t offset = 0, rest = i;
    for (int axis = dense - 1; axis >= 0; --axis) {
      offset += rest % view.shape(axis) * view.stride()[axis];
      rest /= view.shape(axis);
    }
    device.copy_to_host(static_cast<const E*>(view.data() + offset), values.data() + i * run, run);
  }
  return values;
}

/// A copy on another device (or the same).
template <DevicePolicy To, Element T, int Rank, DevicePolicy From>
Tensor<T, Rank, To> to_device(const Tensor<T, Rank, From>& tensor, const To& device = {}) {
  Tensor<T, Rank, To> copy(tensor.shape(), device);
  if constexpr (From::host_accessible) {
    device.copy_from_host(tensor.data(), copy.data(), tensor.size());
  } else if constexpr (To::host_accessible) {
    tensor.device().copy_to_host(tensor.data(), copy.data(), tensor.size());
  } else {
    const std::vector<T> values = download(tensor);
    device.copy_from_host(values.data(), copy.data(), tensor.size());
  }
  return copy;
}

}  // namespace pastiche
