// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// DLPack tensors are read and written where they are, and given away without a copy. The structs below have the layout
// of DLPack's, under names of our own: any struct with these members will do.
#include <pastiche/interop/dlpack.hpp>

#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/refusal.hpp"

#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace pastiche;
using test::refusal;
using test::TestDevice;

enum Where : std::int32_t { kHost = 1, kGpu = 2, kPinned = 3, kVulkan = 7, kManaged = 13 };
struct Place {
  Where device_type;
  std::int32_t device_id;
};
struct Kind {
  std::uint8_t code, bits;
  std::uint16_t lanes;
};
struct Array {
  void* data;
  Place device;
  std::int32_t ndim;
  Kind dtype;
  std::int64_t* shape;
  std::int64_t* strides;
  std::uint64_t byte_offset;
};
struct Managed {
  Array dl_tensor;
  void* manager_ctx;
  void (*deleter)(Managed*);
};

constexpr Kind kFloat32{2, 32, 1}, kUInt8{1, 8, 1}, kInt16{0, 16, 1}, kFloat16{2, 16, 1};

struct Fixture {
  std::vector<float> memory = std::vector<float>(24);
  std::int64_t shape[3] = {2, 4, 3}, strides[3] = {12, 3, 1};
  Array array{memory.data(), {kHost, 0}, 3, kFloat32, shape, strides, 0};

  Fixture() {
    for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<float>(i);
  }
  template <class T = float, int Rank = 3, class Device = Cpu>
  std::string why_not() const {
    return refusal([&] { as_view<T, Rank, Device>(array); });
  }
};

}  // namespace

TEST_CASE("A DLPack tensor is a view of the same memory") {
  Fixture f;
  const auto view = as_view<float, 3>(f.array);
  STATIC_REQUIRE(std::is_same_v<decltype(view), const TensorView<float, 3, Cpu>>);
  CHECK(view.data() == f.memory.data());
  CHECK(view(1, 2, 1) == 19.0f);
  view(0, 0, 0) = -1.0f;
  CHECK(f.memory[0] == -1.0f);
  STATIC_REQUIRE(std::is_same_v<decltype(as_view<const float, 3>(f.array)), TensorView<const float, 3, Cpu>>);

  f.array.strides = nullptr;  // row-major
  CHECK(as_view<const float, 3>(f.array)(1, 2, 1) == 19.0f);
  f.array.byte_offset = 4 * sizeof(float);
  f.shape[0] = 1;
  CHECK(as_view<const float, 3>(f.array)(0, 0, 0) == 4.0f);
  f.array.device.device_type = kPinned;
  CHECK(f.why_not() == "");
  f.shape[0] = 0;
  f.array.data = nullptr;
  CHECK(as_view<const float, 3>(f.array).size() == 0);
}

TEST_CASE("Strides of slices, flips and broadcasts are kept") {
  Fixture f;
  f.strides[0] = 0;
  CHECK(as_view<const float, 3>(f.array)(1, 3, 2) == 11.0f);
  f.strides[0] = -12;
  f.array.byte_offset = 12 * sizeof(float);
  CHECK(as_view<const float, 3>(f.array)(1, 0, 0) == 0.0f);
}

TEST_CASE("Types are matched by code, bits and lanes") {
  std::int64_t shape[1] = {2};
  std::uint8_t bytes[4] = {1, 2, 3, 4};
  alignas(2) std::uint16_t words[2] = {0x3c00, 0xffff};
  CHECK(as_view<const std::uint8_t, 1>(Array{bytes, {kHost, 0}, 1, kUInt8, shape, nullptr, 1})(1) == 3);
  CHECK(as_view<const std::int16_t, 1>(Array{words, {kHost, 0}, 1, kInt16, shape, nullptr, 0})(1) == -1);
  CHECK(float(as_view<const pastiche::Half, 1>(Array{words, {kHost, 0}, 1, kFloat16, shape, nullptr, 0})(0)) == 1.0f);
  CHECK(refusal([&] {
          as_view<const std::int8_t, 1>(Array{bytes, {kHost, 0}, 1, kUInt8, shape, nullptr, 0});
        }) == "as_view: DLPack element type is uint8; expected int8");
}

TEST_CASE("What does not fit is refused") {
  Fixture f;
  CHECK(f.why_not<double>() == "as_view: DLPack element type is float32; expected float64");
  CHECK(f.why_not<std::int32_t>() == "as_view: DLPack element type is float32; expected int32");
  CHECK(f.why_not<float, 2>() == "as_view: number of DLPack axes is 3; expected 2");
  f.array.dtype.lanes = 4;
  CHECK(f.why_not() == "as_view: DLPack element type is float32x4; expected float32");
  f.array.dtype = {4, 16, 1};
  CHECK(f.why_not() == "as_view: DLPack element type is code 4 of bits 16; expected float32");
  f.array.dtype = kFloat32;
  f.strides[2] = 2;
  CHECK(f.why_not() == "as_view: innermost stride is 2; expected 1: contiguous rows");
  f.strides[2] = 1;
  f.array.byte_offset = 2;
  CHECK(f.why_not() == "as_view: address modulo the alignment of an element is 2; expected 0");
  f.array.byte_offset = 0;
  f.array.device.device_type = kGpu;
  CHECK(f.why_not() == "as_view: DLPack device type is 2; expected 1 (CPU), 3 (pinned) or 13 (managed)");
  f.array.device.device_type = kVulkan;
  CHECK(f.why_not() != "");
  CHECK(f.why_not<float, 3, TestDevice>() != "");
}

TEST_CASE("A tensor is given away, and its memory freed by the deleter") {
  const std::vector<float> values{0, 1, 2, 3, 4, 5};
  auto tensor = upload<TestDevice>(Shape<2>{2, 3}, values);
  const float* memory = tensor.data();
  Managed* managed = to_dlpack<Managed>(std::move(tensor));
  const Array& array = managed->dl_tensor;
  CHECK(array.data == memory);
  CHECK(array.ndim == 2);
  CHECK((array.shape[0] == 2 && array.shape[1] == 3));
  CHECK((array.strides[0] == 3 && array.strides[1] == 1));
  CHECK((array.dtype.code == 2 && array.dtype.bits == 32 && array.dtype.lanes == 1));

  const auto view = as_view<const float, 2, TestDevice>(array);
  std::vector<float> back(6);
  TestDevice{}.copy_to_host(view.data(), back.data(), 6);
  CHECK(back == values);
  managed->deleter(managed);
}
