// SPDX-License-Identifier: MIT
// test: devices=cpu libraries=pastiche::io
// Pictures survive a round trip through every format, and files of other programs are read as they meant them.
#include <pastiche/io/alpha.hpp>
#include <pastiche/io/image.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"

#include <cmath>

using namespace pastiche;
using namespace pastiche::test;

namespace {

/// Gradients, noise and flat parts, so that every filter and every kind of token of a PNG is used.
template <class T>
Tensor<T, 3, Cpu> picture(index_t height, index_t width, index_t channels, std::uint64_t seed = 1) {
  Tensor<T, 3, Cpu> image(Shape<3>{height, width, channels});
  CounterRng rng(seed, 0, 0);
  for (index_t y = 0; y < height; ++y) {
    for (index_t x = 0; x < width; ++x) {
      for (index_t c = 0; c < channels; ++c) {
        const float ramp = static_cast<float>((x + 2 * y + 3 * c) % 97) / 96.0f;
        const float value = y % 16 < 8 ? ramp : x % 32 < 16 ? rng.uniform() : 0.25f;
        image.view()(y, x, c) = from_scalar<T>(value);
      }
    }
  }
  return image;
}

template <class T, class X>
std::vector<T> through(ImageFormat format, const X& image, const ImageWriteOptions& options = {}) {
  return download(decode_image<T>(encode_image(format, image, options), "x.tga"));
}

template <class T>
double largest_difference(const std::vector<T>& a, const std::vector<T>& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    most = (std::max)(most, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  }
  return most;
}

FileBytes bytes_of_hex(std::string_view hex) {
  FileBytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

}  // namespace

TEST_CASE("PNG is lossless in 8 and 16 bits, for every number of channels and any size") {
  for (index_t channels = 1; channels <= 4; ++channels) {
    for (const Shape<2>& size : {Shape<2>{1, 1}, Shape<2>{1, 300}, Shape<2>{300, 1}, Shape<2>{67, 129}}) {
      CAPTURE(channels, size[0], size[1]);
      const auto narrow = picture<std::uint8_t>(size[0], size[1], channels);
      const auto wide = picture<std::uint16_t>(size[0], size[1], channels);
      CHECK(through<std::uint8_t>(ImageFormat::png, narrow) == download(narrow));
      CHECK(through<std::uint16_t>(ImageFormat::png, wide) == download(wide));
    }
  }
}

TEST_CASE("PNG is lossless for data that test the compressor") {
  Tensor<std::uint8_t, 3, Cpu> image(Shape<3>{256, 1024, 3});
  std::fill_n(image.data(), image.size(), std::uint8_t{9});
  CHECK(through<std::uint8_t>(ImageFormat::png, image) == download(image));
  CHECK(encode_image(ImageFormat::png, image).size() < 4000);

  CounterRng rng(5, 0, 0);  // does not compress: stored as it is
  for (index_t i = 0; i < image.size(); ++i) image.data()[i] = static_cast<std::uint8_t>(rng.next());
  CHECK(through<std::uint8_t>(ImageFormat::png, image) == download(image));
  CHECK(encode_image(ImageFormat::png, image).size() < 256 * 1024 * 3 + 1000);

  for (index_t i = 0; i < image.size(); ++i) {  // counts like Fibonacci's make the longest Huffman codes
    image.data()[i] = static_cast<std::uint8_t>(std::log(1.0f + rng.uniform() * 1e7f) * 15.0f);
  }
  CHECK(through<std::uint8_t>(ImageFormat::png, image) == download(image));
}

TEST_CASE("BMP and TGA are lossless in 8 bits; a grey BMP comes back as RGB") {
  for (index_t channels = 1; channels <= 4; ++channels) {
    CAPTURE(channels);
    const auto image = picture<std::uint8_t>(13, 37, channels);
    CHECK(through<std::uint8_t>(ImageFormat::tga, image) == download(image));
    if (channels >= 3) CHECK(through<std::uint8_t>(ImageFormat::bmp, image) == download(image));
  }
  const auto pair = picture<std::uint8_t>(5, 4, 2);
  const auto read = decode_image<std::uint8_t>(encode_image(ImageFormat::bmp, pair), "x.bmp");
  REQUIRE(read.shape() == Shape<3>{5, 4, 4});
  for (index_t i = 0; i < 20; ++i) {
    for (index_t c = 0; c < 3; ++c) CHECK(read.data()[4 * i + c] == pair.data()[2 * i]);
    CHECK(read.data()[4 * i + 3] == pair.data()[2 * i + 1]);
  }
  const auto grey = picture<std::uint8_t>(5, 4, 1);
  CHECK(decode_image<std::uint8_t>(encode_image(ImageFormat::bmp, grey), "x.bmp").shape() == Shape<3>{5, 4, 3});
}

TEST_CASE("JPEG is close") {
  Tensor<float, 3, Cpu> smooth(Shape<3>{48, 64, 3});
  for (index_t y = 0; y < 48; ++y) {
    for (index_t x = 0; x < 64; ++x) {
      for (index_t c = 0; c < 3; ++c) smooth.view()(y, x, c) = static_cast<float>(x + y * (c + 1)) / 255.0f;
    }
  }
  const auto back = through<float>(ImageFormat::jpeg, smooth, {.quality = 95});
  CHECK(largest_difference(back, download(smooth)) < 4.0 / 255);
  CHECK(encode_image(ImageFormat::jpeg, smooth, {.quality = 40}).size() <
        encode_image(ImageFormat::jpeg, smooth, {.quality = 95}).size());
}

TEST_CASE("HDR keeps linear light to one part in 256 of the largest channel") {
  for (const index_t width : {3, 300}) {
    Tensor<float, 3, Cpu> light(Shape<3>{5, width, 3});
    CounterRng rng(3, 0, 0);
    for (index_t i = 0; i < light.size(); ++i) {
      light.data()[i] = i % 30 < 15 ? 4.0f : std::exp(40.0f * rng.uniform() - 20.0f);
    }
    const auto back = through<float>(ImageFormat::hdr, light);
    for (index_t i = 0; i < light.size(); i += 3) {
      const float* const x = light.data() + i;
      const float most = (std::max)({x[0], x[1], x[2]});
      for (index_t c = 0; c < 3; ++c) REQUIRE(std::abs(back[static_cast<std::size_t>(i + c)] - x[c]) <= most / 256);
    }
  }
  const std::vector<float> odd{-1.0f, NAN, 0.5f, INFINITY, 0.0f, 1e-39f};
  const auto back = through<float>(ImageFormat::hdr, upload<Cpu>(Shape<3>{1, 2, 3}, odd));
  CHECK(back[0] == 0);
  CHECK(back[1] == 0);
  CHECK(back[2] == 0.5f);
  CHECK(back[3] == 0x1.fep126f);
  CHECK(back[5] == 0);
}

TEST_CASE("elements convert with white at white") {
  const std::vector<std::uint8_t> bytes{0, 1, 127, 128, 254, 255};
  const auto image = upload<Cpu>(Shape<3>{2, 3, 1}, bytes);
  const FileBytes file = encode_image(ImageFormat::png, image);
  const auto wide = download(decode_image<std::uint16_t>(file, "x"));
  const auto floats = download(decode_image<float>(file, "x"));
  const auto doubles = download(decode_image<double>(file, "x"));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    CHECK(wide[i] == 257 * bytes[i]);
    CHECK(floats[i] == Approx(bytes[i] / 255.0f).epsilon(1e-6));
    CHECK(doubles[i] == Approx(bytes[i] / 255.0).epsilon(1e-12));
  }
  CHECK(download(decode_image<Half>(file, "x"))[5] == Half(1.0f));
  CHECK(through<std::uint8_t>(ImageFormat::png, decode_image<float>(file, "x")) == bytes);
  CHECK(through<std::uint8_t>(ImageFormat::png, decode_image<Half>(file, "x")) == bytes);
  CHECK(through<std::uint16_t>(ImageFormat::png, decode_image<float>(file, "x"), {.bits = 16}) == wide);
  CHECK(through<std::uint8_t>(ImageFormat::png, upload<Cpu>(Shape<3>{2, 3, 1}, wide)) == bytes);
  CHECK(through<std::uint8_t>(ImageFormat::png,
                              upload<Cpu>(Shape<3>{1, 3, 1}, std::vector<std::uint16_t>{128, 129, 65407})) ==
        std::vector<std::uint8_t>{0, 1, 255});
  const std::vector<float> beyond{-0.5f, 1.5f, NAN};
  CHECK(through<std::uint8_t>(ImageFormat::png, upload<Cpu>(Shape<3>{1, 3, 1}, beyond)) ==
        std::vector<std::uint8_t>{0, 255, 0});
}

TEST_CASE("views with gaps, and images of two axes") {
  const auto image = picture<std::uint8_t>(20, 30, 3);
  const TensorView<const std::uint8_t, 3, Cpu> window(image.view().row(2, 4), {{10, 12, 3}}, image.view().stride());
  const auto read = decode_image<std::uint8_t>(encode_image(ImageFormat::png, window), "x");
  for (index_t y = 0; y < 10; ++y) {
    for (index_t x = 0; x < 12; ++x) REQUIRE(read.view()(y, x, 1) == image.view()(y + 2, x + 4, 1));
  }
  const auto mask = upload<Cpu>(Shape<2>{2, 2}, std::vector<std::uint8_t>{0, 255, 255, 0});
  CHECK(through<std::uint8_t>(ImageFormat::png, mask) == download(mask));
}

TEST_CASE("read_any_image keeps the elements of the file") {
  const TemporaryFolder folder;
  write_image(folder / "a.png", picture<std::uint8_t>(4, 4, 3));
  write_image(folder / "b.PNG", picture<std::uint16_t>(4, 4, 1));
  write_image(folder / "c.hdr", picture<float>(4, 4, 3));
  CHECK(read_any_image(folder / "a.png").index() == 0);
  CHECK(read_any_image(folder / "b.PNG").index() == 1);
  CHECK(read_any_image(folder / "c.hdr").index() == 2);
  CHECK(folder.entries() == 3);
}

TEST_CASE("an opaque alpha is dropped, another stays and masks") {
  auto image = picture<std::uint8_t>(3, 4, 4);
  for (index_t i = 0; i < 12; ++i) image.data()[4 * i + 3] = 255;
  const FileBytes opaque = encode_image(ImageFormat::png, image);
  CHECK(decode_image<std::uint8_t>(opaque, "x").shape(2) == 3);
  CHECK(decode_image<std::uint8_t>(opaque, "x", {.drop_opaque_alpha = false}).shape(2) == 4);
  CHECK(download(decode_image<std::uint8_t>(opaque, "x")) == download(without_alpha(image)));
  CHECK_FALSE(alpha_mask(image).has_value());
  CHECK_FALSE(alpha_mask(without_alpha(image)).has_value());

  image.data()[4 * 5 + 3] = 0;
  image.data()[4 * 6 + 3] = 1;
  const auto read = decode_image<float>(encode_image(ImageFormat::png, image), "x");
  REQUIRE(read.shape(2) == 4);
  const auto mask = alpha_mask(read);
  REQUIRE(mask.has_value());
  for (index_t i = 0; i < 12; ++i) CHECK(mask->data()[i] == (i == 5 ? 0 : 255));
}

TEST_CASE("what a format cannot hold is refused, not dropped") {
  const TemporaryFolder folder;
  const auto rgba = picture<std::uint8_t>(4, 4, 4);
  CHECK_THROWS_AS(write_image(folder / "a.jpg", rgba), InvalidArgument);
  CHECK_THROWS_AS(write_image(folder / "a.hdr", picture<float>(4, 4, 2)), InvalidArgument);
  CHECK_THROWS_AS(write_image(folder / "a.hdr", picture<std::uint8_t>(4, 4, 3)), InvalidArgument);
  CHECK_THROWS_AS(write_image(folder / "a.bmp", rgba, {.bits = 16}), InvalidArgument);
  CHECK_THROWS_AS(write_image(folder / "a.png", rgba, {.bits = 12}), InvalidArgument);
  CHECK_THROWS_AS(write_image(folder / "a.jpg", picture<float>(4, 4, 3), {.quality = 0}), InvalidArgument);
  CHECK_THROWS_AS(write_image(folder / "a.png", picture<float>(4, 4, 5)), InvalidArgument);
  CHECK_THROWS_AS(write_image(folder / "a.png", picture<float>(0, 4, 3)), InvalidArgument);
  CHECK_THROWS_AS(write_image(folder / "a.tga", picture<std::uint8_t>(1, 70'000, 1)), InvalidArgument);
  CHECK_THROWS_AS(write_image(folder / "a", rgba), InvalidArgument);
  try {
    write_image(folder / "a.gif", rgba);
    FAIL();
  } catch (const InvalidArgument& error) {
    CHECK(error.expected() == "a name that ends in .png, .jpg, .jpeg, .bmp, .tga or .hdr");
  }
  CHECK(folder.entries() == 0);
}

TEST_CASE("files of other programs") {
  // Files by Pillow 13.0.0, pixels as Pillow and NumPy see them.
  {  // Pillow: a palette, one entry of it transparent
    const FileBytes file = bytes_of_hex(
        "89504e470d0a1a0a0000000d4948445200000003000000020803000000aaaa962800000300504c54450a141ec8643200"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000006756e383000000"
        "0374524e53ffff00d7ca0d410000001049444154789c63606064626062640000002000071d2b70a00000000049454e44"
        "ae426082");
    const auto image = decode_image<std::uint8_t>(file, "x");
    REQUIRE(image.shape() == Shape<3>{2, 3, 4});
    CHECK(download(image) == std::vector<std::uint8_t>{10, 20, 30, 255, 200, 100, 50, 255, 0,  0,  0,  0,
                                                       0,  0,  0,  0,   200, 100, 50, 255, 10, 20, 30, 255});
  }
  {  // Pillow: one bit a pixel
    const FileBytes file = bytes_of_hex(
        "89504e470d0a1a0a0000000d4948445200000009000000020100000000a22dcb7e0000000e49444154789c63dc789e21"
        "940100076701d7516d7ca80000000049454e44ae426082");
    const auto image = decode_image<std::uint8_t>(file, "x");
    REQUIRE(image.shape() == Shape<3>{2, 9, 1});
    CHECK(download(image) ==
          std::vector<std::uint8_t>{255, 0, 255, 255, 0, 0, 0, 255, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0});
  }
  {  // Pillow: 16-bit grey
    const FileBytes file = bytes_of_hex(
        "89504e470d0a1a0a0000000d4948445200000003000000021000000000e88fe5850000001649444154789c6364606060"
        "646464f8ff5fc8a48101000d1002c9fcab1a530000000049454e44ae426082");
    const auto image = decode_image<std::uint16_t>(file, "x");
    REQUIRE(image.shape() == Shape<3>{2, 3, 1});
    CHECK(download(image) == std::vector<std::uint16_t>{0, 1, 258, 65535, 4660, 32768});
  }
  {  // interlaced (Adam7), made with zlib and read alike by Pillow
    const FileBytes file = bytes_of_hex(
        "89504e470d0a1a0a0000000d4948445200000005000000030800000001095aaab20000001e49444154789c6360607060"
        "50605870e001838001c3860b0c0109050d130039e6069126f1a4030000000049454e44ae426082");
    const auto image = decode_image<std::uint8_t>(file, "x");
    REQUIRE(image.shape() == Shape<3>{3, 5, 1});
    CHECK(download(image) ==
          std::vector<std::uint8_t>{0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224});
  }
  {  // Pillow: TGA with runs
    const FileBytes file = bytes_of_hex(
        "00000a0000000000000000000300020018008209090900030201810780fa000000000000000054525545564953494f4e"
        "2d5846494c452e00");
    const auto image = decode_image<std::uint8_t>(file, "x.tga");
    REQUIRE(image.shape() == Shape<3>{2, 3, 3});
    CHECK(download(image) == std::vector<std::uint8_t>{1, 2, 3, 250, 128, 7, 250, 128, 7, 9, 9, 9, 9, 9, 9, 9, 9, 9});
  }
  {  // Pillow: BMP
    const FileBytes file = bytes_of_hex(
        "424d4e0000000000000036000000280000000300000002000000010018000000000018000000c40e0000c40e00000000"
        "0000000000000909090909090909090000000302010780fa0780fa000000");
    const auto image = decode_image<std::uint8_t>(file, "x");
    REQUIRE(image.shape() == Shape<3>{2, 3, 3});
    CHECK(download(image) == std::vector<std::uint8_t>{1, 2, 3, 250, 128, 7, 250, 128, 7, 9, 9, 9, 9, 9, 9, 9, 9, 9});
  }
}
