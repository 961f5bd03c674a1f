// SPDX-License-Identifier: MIT
// test: devices=cpu,thrust,cuda
// What a tensor promises on every device: aligned memory, deep copies, transfers, and refusals of absurd shapes.
#include <pastiche/device/cpu.hpp>
#include <pastiche/tensor/tensor.hpp>

#include "support/catch.hpp"
#include "support/devices.hpp"
#include "support/images.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace pastiche;
using test::TestDevice;
template <class T, int Rank>
using Array = Tensor<T, Rank, TestDevice>;

struct Fill {
  TensorView<float, 3, TestDevice> to;
  PASTICHE_HD void operator()(index_t y) const noexcept {
    for (index_t i = 0; i < to.shape(1) * to.shape(2); ++i) to.row(y)[i] = static_cast<float>(100 * y + i);
  }
};

std::vector<float> counted(std::size_t n, float first) {
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = first + static_cast<float>(i);
  return values;
}

template <int Rank>
std::string refusal(const Shape<Rank>& shape) {
  try {
    const Array<double, Rank> tensor(shape);
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("A tensor has its shape, 64-byte aligned memory and can be written") {
  Array<float, 3> tensor({3, 2, 5});
  CHECK(tensor.shape() == Shape<3>{3, 2, 5});
  CHECK(tensor.shape(2) == 5);
  CHECK(tensor.size() == 30);
  CHECK(reinterpret_cast<std::uintptr_t>(tensor.data()) % 64 == 0);
  CHECK(tensor.view().data() == tensor.data());
  CHECK(tensor.view().stride() == Shape<3>{10, 5, 1});
  tensor.device().for_each_index(3, Fill{tensor.view()});
  const auto values = download(tensor);
  CHECK(values[0] == 0.0f);
  CHECK(values[19] == 109.0f);
  CHECK(values[29] == 209.0f);
  for (const index_t n : {1, 3, 17, 1000}) {
    CHECK(reinterpret_cast<std::uintptr_t>(Array<std::uint8_t, 1>({n}).data()) % 64 == 0);
  }
}

TEST_CASE("Constness of a tensor is that of its elements") {
  using Image = Array<float, 3>;
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<Image&>().view()), TensorView<float, 3, TestDevice>>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<const Image&>().view()), TensorView<const float, 3, TestDevice>>);
  STATIC_REQUIRE(std::is_same_v<view_of_t<Image>, TensorView<const float, 3, TestDevice>>);
  STATIC_REQUIRE(std::is_same_v<decltype(mutable_view_of(std::declval<Image&>())), TensorView<float, 3, TestDevice>>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<const Image&>().data()), const float*>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<Image>);
  STATIC_REQUIRE(std::is_nothrow_move_assignable_v<Image>);
}

TEST_CASE("What is uploaded is downloaded, in every element type") {
  const std::vector<std::uint8_t> bytes{0, 1, 127, 128, 255, 9};
  CHECK(download(upload<TestDevice>(Shape<2>{2, 3}, bytes)) == bytes);
  const std::vector<double> doubles{-0.5, 1e300, 0.1};
  CHECK(download(upload<TestDevice>(Shape<1>{3}, doubles)) == doubles);
  const std::vector<pastiche::Half> halves{pastiche::Half(0.5f), pastiche::Half(-2.0f)};
  CHECK(download(upload<TestDevice>(Shape<1>{2}, halves)) == halves);
  const std::vector<std::int64_t> wide{(std::numeric_limits<std::int64_t>::min)(), 3};
  CHECK(download(upload<TestDevice>(Shape<1>{2}, wide)) == wide);
  CHECK_THROWS_AS(upload<TestDevice>(Shape<2>{2, 3}, doubles), InvalidArgument);
  CHECK_THROWS_AS(upload<TestDevice>(Shape<2>{-1, -3}, doubles), InvalidArgument);
}

TEST_CASE("A copy is deep, a move takes the memory") {
  Array<float, 2> a = upload<TestDevice>(Shape<2>{2, 3}, counted(6, 0.0f));
  Array<float, 2> b = a;
  CHECK(b.data() != a.data());
  CHECK(download(b) == counted(6, 0.0f));
  a = upload<TestDevice>(Shape<2>{1, 4}, counted(4, 10.0f));
  CHECK(a.shape() == Shape<2>{1, 4});
  CHECK(download(a) == counted(4, 10.0f));
  CHECK(download(b) == counted(6, 0.0f));
  b = a;
  CHECK(b.shape() == Shape<2>{1, 4});
  CHECK(b.data() != a.data());
  CHECK(download(b) == counted(4, 10.0f));
  Array<float, 2>& same = b;
  b = same;
  CHECK(download(b) == counted(4, 10.0f));

  const float* memory = a.data();
  const Array<float, 2> moved = std::move(a);
  CHECK(moved.data() == memory);
  CHECK(download(moved) == counted(4, 10.0f));
  CHECK(a.size() == 0);  // NOLINT: what the documentation promises
  CHECK(download(a).empty());
  const Array<float, 2> copy_of_moved = a;
  CHECK(copy_of_moved.size() == 0);
  a = b;
  CHECK(download(a) == counted(4, 10.0f));
  b = std::move(a);
  CHECK(b.shape() == Shape<2>{1, 4});
  CHECK(a.size() == 0);  // NOLINT
}

TEST_CASE("to_device copies there, back and in place") {
  const auto here = test::noise<Cpu, float, 3>(Shape<3>{3, 4, 2}, 1);
  const auto there = to_device<TestDevice>(here);
  const auto back = to_device<Cpu>(there);
  CHECK(back.shape() == here.shape());
  CHECK(download(back) == download(here));
  const auto twin = to_device<TestDevice>(there);
  CHECK(twin.data() != there.data());
  CHECK(download(twin) == download(here));
}

TEST_CASE("A tensor may be empty") {
  const Array<float, 3> none({0, 4, 3});
  CHECK(none.size() == 0);
  CHECK(download(none).empty());
  const Array<float, 3> copy = none;
  CHECK(copy.shape() == Shape<3>{0, 4, 3});
  CHECK(download(upload<TestDevice>(Shape<2>{5, 0}, std::vector<float>{})).empty());
  CHECK(to_device<Cpu>(none).shape() == Shape<3>{0, 4, 3});
}

TEST_CASE("Shapes that cannot be are refused in one line") {
  constexpr index_t most = (std::numeric_limits<index_t>::max)();
  CHECK(refusal(Shape<2>{-1, 4}) == "Tensor: extent is -1; expected at least 0");
  CHECK(refusal(Shape<2>{4, -7}) == "Tensor: extent is -7; expected at least 0");
  CHECK(refusal(Shape<2>{0, -7}) == "Tensor: extent is -7; expected at least 0");
  CHECK(refusal(Shape<1>{most}) == "Tensor: extent is 9223372036854775807; expected a size that fits into memory");
  CHECK(refusal(Shape<2>{index_t{1} << 32, index_t{1} << 32}).find("fits into memory") != std::string::npos);
  CHECK(refusal(Shape<3>{index_t{1} << 21, index_t{1} << 21, index_t{1} << 21}).find("fits") != std::string::npos);
}

#if !defined(PASTICHE_TEST_CUDA) && !defined(PASTICHE_TEST_THRUST)
TEST_CASE("On the host a tensor is an xtensor") {
  Array<float, 3> tensor({2, 3, 4});
  auto& array = tensor.native();
  CHECK(array.dimension() == 3);
  CHECK(array.shape(1) == 3);
  CHECK(&array(0, 0, 0) == tensor.data());
  array.fill(2.0f);
  array(1, 2, 3) = 5.0f;
  CHECK(tensor.view()(1, 2, 3) == 5.0f);
  const auto& fixed = std::as_const(tensor).native();
  CHECK(fixed(0, 0, 0) == 2.0f);
}
#endif
