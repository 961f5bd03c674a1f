// SPDX-License-Identifier: MIT
/// \file
/// Files to start fuzzing from: every kind that the readers know, made here, whole ones and damaged ones, and small
/// real ones where there are some.
#pragma once

#include "support/odd_png.hpp"

#include <pastiche/io/image.hpp>
#include <pastiche/io/npy.hpp>

#include <string_view>

namespace pastiche::fuzz {

using test::FileBytes;

inline FileBytes random_bytes(std::size_t n, std::uint64_t seed) {
  CounterRng rng(seed, 5, 0);
  FileBytes bytes(n);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(rng.next());
  return bytes;
}

template <class E>
Tensor<E, 3, Cpu> random_picture(index_t channels) {
  Tensor<E, 3, Cpu> image(Shape<3>{{9, 12, channels}});
  CounterRng rng(static_cast<std::uint64_t>(channels), 6, 0);
  for (index_t i = 0; i < image.size(); ++i) image.data()[i] = from_scalar<E>(rng.uniform());
  return image;
}

inline void append(FileBytes& to, const FileBytes& more) {
  to.insert(to.end(), more.begin(), more.end());
}

inline void put_little(FileBytes& out, std::size_t x, int bytes) {
  for (; bytes > 0; --bytes, x >>= 8) out.push_back(static_cast<std::uint8_t>(x));
}

/// A BMP with a header of any kind; its pixels are noise.
inline FileBytes bitmap(std::size_t header, std::size_t bits, std::size_t compression, std::size_t colours) {
  const std::size_t entry = header == 12 ? 3 : 4, masks = header == 40 && compression == 3 ? 12 : 0;
  FileBytes file{'B', 'M'};
  put_little(file, 0, 8);
  put_little(file, 14 + header + masks + entry * colours, 4);
  put_little(file, header, 4);
  put_little(file, 11, header == 12 ? 2 : 4);
  put_little(file, 7, header == 12 ? 2 : 4);
  put_little(file, 1, 2);
  put_little(file, bits, 2);
  if (header > 12) {
    put_little(file, compression, 4);
    put_little(file, 0, 20);
  }
  if (masks > 0 || header > 40) {
    if (header == 56) put_little(file, 0, 16);
    for (const std::size_t mask : {0xf800u, 0x07e0u, 0x001fu}) put_little(file, mask, 4);
    if (header > 56) put_little(file, bits == 32 ? 0xff000000u : 0, 4);
  }
  file.resize((std::max)(file.size(), 14 + header + masks));
  append(file, random_bytes(entry * colours + 7 * 48, bits));
  return file;
}

/// A TGA with noise for its palette and pixels.
inline FileBytes targa(int type, int bits, int palette_bits) {
  const auto byte = [](int x) { return static_cast<std::uint8_t>(x); };
  const bool indexed = palette_bits > 0;
  FileBytes file{3,          byte(indexed),
                 byte(type), 0,
                 0,          byte(indexed ? 20 : 0),
                 0,          byte(palette_bits),
                 0,          0,
                 0,          0,
                 11,         0,
                 7,          0,
                 byte(bits), byte(bits == 32 ? 8 : 32)};
  append(file, random_bytes(700, static_cast<std::uint64_t>(type + bits)));
  return file;
}

/// The segments of a baseline JPEG with these markers, as they are.
inline FileBytes jpeg_segments(const FileBytes& jpeg, std::string_view markers) {
  FileBytes out;
  for (std::size_t at = 2; at + 4 <= jpeg.size() && jpeg[at + 1] != 0xda;) {
    const std::size_t length = 2 + (static_cast<std::size_t>(jpeg[at + 2]) << 8 | jpeg[at + 3]);
    if (markers.find(static_cast<char>(jpeg[at + 1])) != markers.npos) {
      out.insert(out.end(), &jpeg[at], &jpeg[at] + length);
    }
    at += length;
  }
  return out;
}

/// A JPEG of several scans, progressive or not, whose entropy-coded bits are noise.
inline FileBytes scanned_jpeg(const FileBytes& baseline, int components, bool progressive, std::uint64_t seed) {
  const auto byte = [](int x) { return static_cast<std::uint8_t>(x); };
  FileBytes file{0xff, 0xd8};
  if (components == 4) append(file, {0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 2});
  append(file, jpeg_segments(baseline, "\xdb\xc4"));
  append(file, {0xff, 0xdd, 0, 4, 0, byte(seed % 3 == 0 ? 0 : 200)});  // a restart after so many units
  append(file, {0xff, byte(progressive ? 0xc2 : 0xc1), 0, byte(8 + 3 * components), 8, 0, 21, 0, 30, byte(components)});
  for (int c = 0; c < components; ++c) append(file, {byte(c + 1), byte(c == 0 ? 0x21 : 0x11), byte(c > 0)});
  const auto scan = [&](int first, int count, int from, int to, int bits) {
    append(file, {0xff, 0xda, 0, byte(6 + 2 * count), byte(count)});
    for (int c = first; c < first + count; ++c) append(file, {byte(c + 1), byte(c == 0 ? 0 : 0x11)});
    append(file, {byte(from), byte(to), byte(bits)});
    FileBytes noise = random_bytes(96, ++seed);
    // No marker, no code that there is none of; and in a refinement only coefficients of one bit.
    const bool refines = from > 0 && bits >= 16;
    for (std::uint8_t& x : noise) x = refines ? 0 : byte(x & 0x77);
    append(file, noise);
  };
  if (progressive) {
    scan(0, components, 0, 0, 0x01);
    for (int c = 0; c < components; ++c) scan(c, 1, 1, 5, 0x02);
    scan(0, 1, 1, 5, 0x21);
    scan(0, components, 0, 0, 0x10);
    scan(0, 1, 6, 63, 0x00);
  } else {
    for (int c = 0; c < components; ++c) scan(c, 1, 0, 63, 0);
  }
  append(file, {0xff, 0xd9});
  return file;
}

inline void add_pngs(std::vector<FileBytes>& seeds) {
  for (const test::OddPng& kind : test::all_png_kinds()) seeds.push_back(png_file(png_chunks(kind)));
  test::OddPng split{.width = 20, .height = 9, .idat = 11};
  std::vector<test::PngChunk> chunks = png_chunks(split);
  chunks.insert(chunks.begin() + 1, {{"gAMA", {0, 0, 0xb1, 0x8f}}, {"tEXt", {'a', 0, 'b'}}, {"CgBI", {1, 2, 3, 4}}});
  seeds.push_back(png_file(chunks));
  for (const index_t channels : {1, 2, 3, 4}) {
    seeds.push_back(encode_image(ImageFormat::png, random_picture<std::uint8_t>(channels)));
    seeds.push_back(encode_image(ImageFormat::png, random_picture<std::uint16_t>(channels)));
  }
}

inline void add_jpegs(std::vector<FileBytes>& seeds) {
  for (const int quality : {30, 95}) {
    for (const index_t channels : {1, 3}) {
      seeds.push_back(encode_image(ImageFormat::jpeg, random_picture<std::uint8_t>(channels), {.quality = quality}));
    }
  }
  const FileBytes baseline = seeds.back();
  FileBytes turned = baseline;
  const FileBytes exif{0xff, 0xe1, 0,    34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0,
                       1,    0,    0x12, 1,  3,   0,   1,   0,   0, 0, 6,   0,   0,  0, 0, 0, 0, 0};
  turned.insert(turned.begin() + 2, exif.begin(), exif.end());
  seeds.push_back(turned);
  for (const int components : {1, 3, 4}) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      seeds.push_back(scanned_jpeg(baseline, components, true, 100 * seed));
      seeds.push_back(scanned_jpeg(baseline, components, false, 100 * seed));
    }
  }
}

inline void add_bitmaps(std::vector<FileBytes>& seeds) {
  for (const std::size_t header : {12u, 40u, 56u, 108u, 124u}) {
    for (const std::size_t bits : {1u, 4u, 8u}) {
      for (const std::size_t colours : {std::size_t{1} << bits, std::size_t{1}}) {
        seeds.push_back(bitmap(header, bits, 0, colours));
      }
    }
    for (const std::size_t bits : {16u, 24u, 32u}) {
      for (const std::size_t compression : {0u, 3u}) seeds.push_back(bitmap(header, bits, compression, 0));
    }
  }
  for (const index_t channels : {1, 2, 3, 4}) {
    seeds.push_back(encode_image(ImageFormat::bmp, random_picture<std::uint8_t>(channels)));
  }
}

inline void add_targas(std::vector<FileBytes>& seeds) {
  for (const int run_length : {0, 8}) {
    for (const int palette_bits : {15, 16, 24, 32}) seeds.push_back(targa(1 + run_length, 8, palette_bits));
    seeds.push_back(targa(1 + run_length, 16, 24));
    for (const int bits : {15, 16, 24, 32}) seeds.push_back(targa(2 + run_length, bits, 0));
    for (const int bits : {8, 16}) seeds.push_back(targa(3 + run_length, bits, 0));
  }
  for (const index_t channels : {1, 2, 3, 4}) {
    seeds.push_back(encode_image(ImageFormat::tga, random_picture<std::uint8_t>(channels)));
  }
}

inline void add_rest(std::vector<FileBytes>& seeds) {
  for (const index_t channels : {1, 3}) {
    seeds.push_back(encode_image(ImageFormat::hdr, random_picture<float>(channels)));
  }
  Tensor<float, 3, Cpu> narrow(Shape<3>{{3, 5, 3}});  // not packed
  std::fill_n(narrow.data(), narrow.size(), 0.7f);
  seeds.push_back(encode_image(ImageFormat::hdr, narrow));
  const auto array = [&](auto element) {
    Tensor<decltype(element), 3, Cpu> values(Shape<3>{{2, 3, 2}});
    std::fill_n(values.data(), values.size(), element);
    seeds.push_back(encode_npy(values));
    std::string text(seeds.back().begin(), seeds.back().end());
    text.replace(text.find("False"), 5, "True ");
    seeds.emplace_back(text.begin(), text.end());
  };
  array(std::uint8_t{7});
  array(std::int32_t{-7});
  array(1.5f);
  array(1.5);
}

inline void add_real(std::vector<FileBytes>& seeds) {
  constexpr std::uintmax_t kLargest = 40000;
  std::vector<std::string> paths;
  std::error_code error;
  for (auto at = std::filesystem::recursive_directory_iterator(PASTICHE_TEST_DATA, error);
       !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
    const std::string extension = at->path().extension().string();
    const bool known = extension == ".png" || extension == ".npy" || extension == ".jpg";
    if (known && at->is_regular_file(error) && at->file_size(error) <= kLargest) paths.push_back(at->path().string());
  }
  std::sort(paths.begin(), paths.end());
  for (std::size_t i = 0; i < paths.size(); i += paths.size() / 20 + 1) seeds.push_back(test::get_file(paths[i]));
}

inline std::vector<FileBytes> image_seeds() {
  std::vector<FileBytes> seeds;
  add_pngs(seeds);
  add_jpegs(seeds);
  add_bitmaps(seeds);
  add_targas(seeds);
  add_rest(seeds);
  add_real(seeds);
  const std::size_t whole = seeds.size();
  for (std::size_t i = 0; i < whole; ++i) seeds.push_back(test::damaged(seeds[i], i));
  return seeds;
}

}  // namespace pastiche::fuzz
