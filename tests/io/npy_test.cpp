// SPDX-License-Identifier: MIT
// test: devices=cpu
// Arrays survive a round trip, match NumPy's bytes, and damage is an IoError.
#include <pastiche/io/npy.hpp>

#include "support/catch.hpp"
#include "support/files.hpp"

#include <string_view>

using namespace pastiche;
using namespace pastiche::test;

namespace {

// A file as NumPy 2.4.6 writes it: numpy.save(). The header is padded to 128 bytes, the elements follow.
FileBytes numpy_file(const std::string& dictionary, const FileBytes& elements) {
  std::string text("\x93NUMPY\x01\0v\0", 10);
  text += dictionary;
  text.resize(127, ' ');
  text += '\n';
  FileBytes file(text.begin(), text.end());
  file.insert(file.end(), elements.begin(), elements.end());
  return file;
}

// numpy.array([[1.5, -2], [0.25, 3e8]], numpy.float32)
const FileBytes kFloats = numpy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }",
                                     {0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0x80, 0x3e, 0x18, 0x0d, 0x8f, 0x4d});

template <class T>
void round_trip() {
  const TemporaryFolder folder;
  Tensor<T, 3, Cpu> array(Shape<3>{2, 3, 5});
  for (index_t i = 0; i < array.size(); ++i) array.data()[i] = static_cast<T>(static_cast<float>(3 * i));
  write_npy(folder / "a.npy", array);
  CHECK(download(read_npy<T, 3>(folder / "a.npy")) == download(array));
  CHECK(std::filesystem::file_size(folder / "a.npy") == 128 + 30 * sizeof(T));
  CHECK(folder.entries() == 1);
}

std::string refusal(const FileBytes& file) {
  return io_error([&] { decode_npy<float, 2>(file, "x.npy"); });
}

FileBytes with_dictionary(const std::string& dictionary) {
  return numpy_file(dictionary, FileBytes(16, 0));
}

}  // namespace

TEST_CASE("every element survives a round trip") {
  round_trip<std::uint8_t>();
  round_trip<std::int8_t>();
  round_trip<std::uint16_t>();
  round_trip<std::int16_t>();
  round_trip<std::uint32_t>();
  round_trip<std::int32_t>();
  round_trip<std::uint64_t>();
  round_trip<std::int64_t>();
  round_trip<Half>();
  round_trip<float>();
  round_trip<double>();
}

TEST_CASE("bytes are NumPy's, both ways") {
  const auto floats = decode_npy<float, 2>(kFloats, "x.npy");
  CHECK(download(floats) == std::vector<float>{1.5f, -2.0f, 0.25f, 3e8f});
  CHECK(encode_npy(floats) == kFloats);

  // numpy.arange(24, dtype='u1').reshape(2, 3, 4)
  FileBytes elements;
  for (std::uint8_t i = 0; i < 24; ++i) elements.push_back(i);
  const FileBytes cube = numpy_file("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }", elements);
  CHECK(encode_npy(decode_npy<std::uint8_t, 3>(cube, "x.npy")) == cube);

  // numpy.zeros((0, 3)), numpy.array([True, False]), numpy.arange(3, dtype='f2')
  const FileBytes none = numpy_file("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), }", {});
  CHECK(encode_npy(decode_npy<double, 2>(none, "x.npy")) == none);
  const FileBytes truth = numpy_file("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", {1, 0});
  CHECK(download(decode_npy<std::uint8_t, 1>(truth, "x.npy")) == std::vector<std::uint8_t>{1, 0});
  const FileBytes halves =
      numpy_file("{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }", {0, 0, 0, 0x3c, 0, 0x40});
  CHECK(encode_npy(decode_npy<Half, 1>(halves, "x.npy")) == halves);
  CHECK(download(decode_npy<float, 1>(halves, "x.npy")) == std::vector<float>{0, 1, 2});
}

TEST_CASE("byte order and Fortran order leave every element at its index") {
  // numpy.asfortranarray(numpy.arange(6, dtype='>i2').reshape(2, 3))
  const FileBytes file =
      numpy_file("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", {0, 0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5});
  CHECK(download(decode_npy<std::int16_t, 2>(file, "x.npy")) == std::vector<std::int16_t>{0, 1, 2, 3, 4, 5});
  CHECK(download(decode_npy<float, 2>(file, "x.npy")) == std::vector<float>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("a strided view is written without its gaps") {
  Tensor<float, 2, Cpu> array(Shape<2>{4, 6});
  for (index_t i = 0; i < array.size(); ++i) array.data()[i] = static_cast<float>(i);
  const TensorView<const float, 2, Cpu> window(array.data() + 7, {{2, 3}}, {{6, 1}});
  const auto read = decode_npy<float, 2>(encode_npy(window), "x.npy");
  CHECK(download(read) == std::vector<float>{7, 8, 9, 13, 14, 15});
}

TEST_CASE("version 2.0 has a longer length") {
  FileBytes file = kFloats;
  file[6] = 2;
  file.insert(file.begin() + 10, {0, 0});
  CHECK(download(decode_npy<float, 2>(file, "x.npy")) == std::vector<float>{1.5f, -2.0f, 0.25f, 3e8f});
}

TEST_CASE("elements convert where nothing is lost") {
  CHECK_NOTHROW(decode_npy<double, 2>(kFloats, "x.npy"));
  const std::string loss = io_error([] { decode_npy<Half, 2>(kFloats, "x.npy"); });
  CHECK(well_formed(loss, "x.npy"));
  CHECK(loss.find("an array of f4; expected f2") != std::string::npos);
  CHECK(io_error([] { decode_npy<std::int64_t, 2>(kFloats, "x.npy"); }) != "");
  CHECK(io_error([] { decode_npy<float, 3>(kFloats, "x.npy"); }).find("of 2 axes; expected 3") != std::string::npos);
}

TEST_CASE("headers are read strictly") {
  const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
  REQUIRE(refusal(with_dictionary(good)) == "");
  CHECK(refusal(with_dictionary("{\"shape\":(2,2),\"descr\":\"<f4\",\"fortran_order\":False}")) == "");
  for (const char* bad : {
           "{'descr': '<f4', 'fortran_order': False}",                                      // no shape
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'more': 1}",          // another key
           "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}",     // twice
           "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2)}",                         // no boolean
           "{'descr': '<f4', 'fortran_order': False, 'shape': (4)}",                        // no tuple
           "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -2)}",                   // negative
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2 2)}",                      // no comma
           "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1)}",  // beyond 64 bits
           "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}",   // overflows to 0
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)} x",                   // more after it
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)",                      // not closed
           "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2)}",            // structured
           "{'descr': '|f4', 'fortran_order': False, 'shape': (2, 2)}",                     // no byte order
           "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 1)}",                     // complex
           "{'descr': '|O', 'fortran_order': False, 'shape': (2, 2)}",                      // pickled objects
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",                     // more than there is
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1)}",                     // less than there is
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)\n}",                   // a line break inside
           "",
       }) {
    INFO(bad);
    CHECK(well_formed(refusal(with_dictionary(bad)), "x.npy"));
  }
}

TEST_CASE("files that are cut off or damaged are refused") {
  for (std::size_t n = 0; n < kFloats.size(); ++n) {
    INFO(n);
    REQUIRE(well_formed(refusal(cut(kFloats, n)), "x.npy"));
  }
  FileBytes longer = kFloats;
  longer.push_back(0);
  CHECK(refusal(longer).find("data after the last element") != std::string::npos);
  FileBytes version = kFloats;
  version[6] = 3;
  CHECK(refusal(version).find("unknown version") != std::string::npos);
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    const std::string message = refusal(damaged(kFloats, seed));
    REQUIRE((message.empty() || well_formed(message, "x.npy")));
  }
}

TEST_CASE("a size limit holds") {
  const TemporaryFolder folder;
  put_file(folder / "a.npy", kFloats);
  CHECK_NOTHROW(read_npy<float, 2>(folder / "a.npy", kFloats.size()));
  CHECK(io_error([&] { read_npy<float, 2>(folder / "a.npy", kFloats.size() - 1); }).find("larger") !=
        std::string::npos);
}
