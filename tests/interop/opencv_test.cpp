// SPDX-License-Identifier: MIT
// test: devices=cpu libraries=pastiche::opencv
// A cv::Mat is read and written where it is; a wrong type, rank or channel count is refused by name.
#include <pastiche/interop/opencv.hpp>

#include "support/catch.hpp"
#include "support/refusal.hpp"

#include <type_traits>
#include <utility>

using namespace pastiche;
using test::refusal;

TEST_CASE("A colour picture is (height, width, channel)") {
  cv::Mat photo(3, 5, CV_8UC3, cv::Scalar(1, 2, 3));
  const auto view = as_view<std::uint8_t, 3>(photo);
  STATIC_REQUIRE(std::is_same_v<decltype(view), const TensorView<std::uint8_t, 3, Cpu>>);
  CHECK(view.shape() == Shape<3>{3, 5, 3});
  CHECK(view(2, 4, 0) == 1);
  CHECK(view(2, 4, 2) == 3);
  view(1, 2, 1) = 99;
  CHECK(photo.at<cv::Vec3b>(1, 2)[1] == 99);

  const cv::Mat& fixed = photo;
  STATIC_REQUIRE(std::is_same_v<decltype(as_view<std::uint8_t, 3>(fixed)), TensorView<const std::uint8_t, 3, Cpu>>);
  CHECK(as_view<std::uint8_t, 3>(fixed)(1, 2, 1) == 99);
  STATIC_REQUIRE(
      std::is_same_v<decltype(as_view<const std::uint8_t, 3>(photo)), TensorView<const std::uint8_t, 3, Cpu>>);
}

TEST_CASE("One channel has rank 2 or 3") {
  cv::Mat_<float> grey(2, 4);
  grey << 0, 1, 2, 3, 4, 5, 6, 7;
  CHECK(as_view<float, 2>(grey)(1, 2) == 6.0f);
  CHECK(as_view<float, 3>(grey).shape() == Shape<3>{2, 4, 1});
  CHECK(as_view<float, 3>(grey)(1, 2, 0) == 6.0f);
}

TEST_CASE("A region of interest keeps the step of its rows") {
  cv::Mat whole(6, 8, CV_16UC2, cv::Scalar(0, 0));
  cv::Mat part = whole(cv::Rect(3, 2, 4, 3));
  const auto view = as_view<std::uint16_t, 3>(part);
  CHECK(view.shape() == Shape<3>{3, 4, 2});
  CHECK(view.stride() == Shape<3>{16, 2, 1});
  view(1, 2, 1) = 500;
  CHECK(whole.at<cv::Vec2w>(3, 5)[1] == 500);
  CHECK(as_view<std::uint16_t, 3>(whole(cv::Rect(5, 3, 1, 1)))(0, 0, 1) == 500);  // a temporary header: read-only
}

TEST_CASE("More axes, and every depth") {
  const int size[] = {2, 3, 4};
  cv::Mat volume(3, size, CV_64F, cv::Scalar(0));
  volume.at<double>(1, 2, 3) = 5.0;
  CHECK(as_view<double, 3>(volume)(1, 2, 3) == 5.0);
  CHECK(as_view<double, 4>(volume).shape() == Shape<4>{2, 3, 4, 1});
  CHECK(as_view<std::int8_t, 2>(cv::Mat(1, 1, CV_8S, cv::Scalar(-3)))(0, 0) == -3);
  CHECK(as_view<std::int16_t, 2>(cv::Mat(1, 1, CV_16S, cv::Scalar(-300)))(0, 0) == -300);
  CHECK(as_view<std::int32_t, 2>(cv::Mat(1, 1, CV_32S, cv::Scalar(-70000)))(0, 0) == -70000);
  cv::Mat_<short> bits(1, 1);
  bits(0, 0) = 0x2e66;
  const cv::Mat halves(1, 1, CV_16F, bits.data);
  CHECK(float(as_view<Half, 2>(halves)(0, 0)) == Approx(0.1f).epsilon(1e-3));
}

TEST_CASE("What does not fit is refused") {
  const cv::Mat photo(3, 5, CV_8UC3, cv::Scalar(1, 2, 3));
  CHECK(refusal([&] { as_view<float, 3>(photo); }) == "as_view: matrix depth is CV_8U; expected CV_32F");
  CHECK(refusal([&] { as_view<std::uint8_t, 2>(photo); }) ==
        "as_view: number of channels is 3; expected 1; a view of rank 3 has an axis for the channels");
  CHECK(refusal([&] { as_view<std::uint8_t, 4>(photo); }) ==
        "as_view: number of matrix axes is 2; expected 4, or one less with the channels as the last axis");
  CHECK(refusal([] { as_view<std::uint8_t, 3>(cv::Mat()); }) ==
        "as_view: matrix is empty; expected one with elements; cv::imread returns an empty one on failure");
}
