// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io,nlohmann_json::nlohmann_json program
// The commands inpaint and tile: what they write, and what they refuse.
#include "support/catch.hpp"
#include "support/program.hpp"

#include <pastiche/io/image.hpp>
#include <pastiche/io/npy.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace pastiche;
using namespace pastiche::test;

namespace {

using Words = std::vector<std::string>;
using Picture = Tensor<std::uint8_t, 3, Cpu>;

/// A folder with the program's own pictures, 64 by 64.
struct Studio {
  TemporaryFolder folder;

  Studio() { done({"examples", "-o", ".", "--side", "64"}); }
  void done(const Words& words) {
    const ProgramRun run = run_program(folder, words);
    INFO(run.err);
    REQUIRE(run.code == 0);
    CHECK(run.err.empty());
  }
  void refused(const Words& words, const std::string& message) {
    const ProgramRun run = run_program(folder, words);
    CHECK(run.code == 2);
    CHECK(run.err == "pastiche: " + message + "\n");
  }
  nlohmann::json parameters() const {
    const FileBytes text = get_file(folder / "r.json");
    return nlohmann::json::parse(text.begin(), text.end())["parameters"];
  }
  Picture image(const std::string& name) const { return read_image<std::uint8_t>(folder / name); }
  bool white(const Picture& mask, index_t pixel) const { return mask.data()[pixel * mask.shape(2)] > 127; }
};

}  // namespace

TEST_CASE("inpaint changes what is white, by copies that the provenance names") {
  Studio s;
  const Picture before = s.image("leaves.png"), mask = s.image("holes.png");
  for (const char* const method : {"patches", "structure", "pixel"}) {
    s.done({"inpaint", "leaves.png", "--mask", "holes.png",    "-o",     "out.png",  "--method",
            method,    "--seed",     "3",      "--provenance", "p.npy",  "--report", "r.json",
            "--donor", "shapes.png", "--from", "grass.png",    "--from", "wood.png"});
    const Picture after = s.image("out.png"), donors = s.image("shapes.png");
    const std::vector<Picture> all{before, s.image("grass.png"), s.image("wood.png")};
    const auto from = read_npy<int, 3>(s.folder / "p.npy");
    index_t wrong = 0, filled = 0;
    for (index_t i = 0; i < 64 * 64; ++i) {
      const int* source = from.data() + 3 * i;
      const index_t at = source[1] * 64 + source[2];
      const bool hole = s.white(mask, i);
      bool right = source[0] >= 0 && (hole || (source[0] == 0 && at == i));
      if (hole && source[0] == 0) right = s.white(donors, at) && !s.white(mask, at);
      for (index_t c = 0; right && c < 3; ++c) {
        right = after.data()[3 * i + c] == all[static_cast<std::size_t>(source[0])].data()[3 * at + c];
      }
      wrong += right ? 0 : 1;
      filled += hole ? 1 : 0;
    }
    CHECK(wrong == 0);
    const FileBytes text = get_file(s.folder / "r.json");
    const auto report = nlohmann::json::parse(text.begin(), text.end());
    CHECK(report["filled_pixels"] == filled);
    CHECK(report["parameters"]["method"] == method);
    CHECK(report["parameters"]["seed"] == 3);
    CHECK(report["seconds"].contains("inpaint"));
    CHECK(report["parameters"]["patch"] == (method[0] == 's' ? 9 : method[1] == 'i' ? 11 : 7));
    CHECK(report["parameters"]["reach"] == 0);
    CHECK(report["parameters"].contains("roughness") == (method[2] == 't'));
  }
}

TEST_CASE("the report of a filling has its parameters") {
  Studio s;
  s.done({"inpaint",     "leaves.png", "--mask",         "holes.png", "-o",      "out.png",    "--report", "r.json",
          "--patch",     "5",          "--reach",        "40",        "--guide", "leaves.png", "--guide",  "grass.png",
          "--roughness", "3",          "--guide-weight", "0.5"});
  const auto p = s.parameters();
  CHECK(p["patch"] == 5);
  CHECK(p["reach"] == 40);
  CHECK(p["roughness"] == 3.0);
  CHECK(p["guide_weight"] == 0.5);
  s.done({"tile", "marble.png", "-o", "t.png", "--report", "r.json", "--roughness", "2", "--band", "10"});
  CHECK(s.parameters()["band"] == 10);
  CHECK(s.parameters()["roughness"] == 2.0);
}

TEST_CASE("pixels whose alpha is 0 are not copied, and stay as they are") {
  Studio s;
  const Picture leaves = s.image("leaves.png"), grass = s.image("grass.png"), mask = s.image("holes.png");
  // Stripes are left out.
  const auto seen = [](index_t at) { return at % 64 % 16 < 11; };
  const auto cut_out = [&](const Picture& from) {
    Picture to(Shape<3>{64, 64, 4});
    for (index_t i = 0; i < 64 * 64; ++i) {
      for (index_t c = 0; c < 3; ++c) to.data()[4 * i + c] = from.data()[3 * i + c];
      to.data()[4 * i + 3] = seen(i) ? 255 : 0;
    }
    return to;
  };
  const Picture picture = cut_out(leaves);
  write_image(s.folder / "cut.png", picture);
  write_image(s.folder / "other.png", cut_out(grass));
  const auto check = [&](const auto& hole) {
    const Picture after = s.image("out.png");
    const auto from = read_npy<int, 3>(s.folder / "p.npy");
    REQUIRE(after.shape(2) == 4);
    index_t wrong = 0, filled = 0;
    for (index_t i = 0; i < 64 * 64; ++i) {
      const int* source = from.data() + 3 * i;
      if (hole(i)) {
        ++filled;
        wrong += seen(source[1] * 64 + source[2]) && after.data()[4 * i + 3] == 255 ? 0 : 1;
      } else {
        wrong += std::equal(after.data() + 4 * i, after.data() + 4 * i + 4, picture.data() + 4 * i) ? 0 : 1;
      }
    }
    CHECK(wrong == 0);
    CHECK(filled > 200);
  };
  const auto white = [&](index_t i) { return s.white(mask, i); };
  for (const char* const method : {"patches", "structure", "pixel"}) {
    s.done({"inpaint", "cut.png", "--mask", "holes.png", "-o", "out.png", "--provenance", "p.npy", "--method", method});
    check(white);
  }
  s.done({"inpaint", "cut.png", "--mask", "holes.png", "--from", "other.png", "--donor", "shapes.png", "-o", "out.png",
          "--provenance", "p.npy"});
  check(white);
  s.done({"tile", "cut.png", "-o", "out.png", "--provenance", "p.npy", "--axes", "y", "--band", "12"});
  check([](index_t i) { return i / 64 < 6 || i / 64 >= 58; });
}

TEST_CASE("an inverted mask is the other one") {
  Studio s;
  Picture mask = s.image("holes.png");
  for (index_t i = 0; i < mask.size(); ++i) mask.data()[i] = static_cast<std::uint8_t>(255 - mask.data()[i]);
  write_image(s.folder / "black.png", mask);
  s.done({"inpaint", "grass.png", "--mask", "holes.png", "-o", "a.png", "--threads", "1"});
  s.done({"inpaint", "grass.png", "--mask", "black.png", "--invert-mask", "-o", "b.png", "--threads", "2"});
  CHECK(get_file(s.folder / "a.png") == get_file(s.folder / "b.png"));
}

TEST_CASE("tile changes a band along the edges") {
  Studio s;
  const Picture before = s.image("marble.png");
  for (const bool both : {false, true}) {
    s.done({"tile", "marble.png", "-o", "t.png", "--band", "12", "--axes", both ? "xy" : "x", "--provenance", "p.npy"});
    const Picture after = s.image("t.png");
    const auto from = read_npy<int, 3>(s.folder / "p.npy");
    index_t wrong = 0, changed = 0;
    for (index_t i = 0; i < 64 * 64; ++i) {
      const index_t y = i / 64, x = i % 64;
      const bool band = x < 6 || x >= 58 || (both && (y < 6 || y >= 58));
      bool same = true;
      for (index_t c = 0; c < 3; ++c) same = same && after.data()[3 * i + c] == before.data()[3 * i + c];
      wrong += !band && !same ? 1 : 0;
      changed += same ? 0 : 1;
      const index_t source = from.data()[3 * i + 2];
      wrong += band && (source < 6 || source >= 58) ? 1 : 0;
    }
    CHECK(wrong == 0);
    CHECK(changed > 300);
  }
}

TEST_CASE("what cannot be filled is one line") {
  Studio s;
  write_image(s.folder / "narrow.png", Picture(Shape<3>{64, 32, 1}));
  s.refused({"inpaint", "grass.png", "--mask", "narrow.png", "-o", "o.png"},
            "size of --mask narrow.png is 32x64; expected 64x64, that of grass.png");
  s.refused({"inpaint", "grass.png", "--mask", "holes.png", "--donor", "narrow.png", "-o", "o.png"},
            "size of --donor narrow.png is 32x64; expected 64x64, that of grass.png");
  s.refused({"inpaint", "grass.png", "--mask", "holes.png", "--donor", "holes.png", "-o", "o.png"},
            "number of pixels that may be copied is 0; expected at least 1, outside of the hole where donor masks "
            "allow it, or "
            "in other pictures");
  for (const int value : {0, 127, 255}) {
    Picture mask(Shape<3>{64, 64, 1});
    std::fill_n(mask.data(), mask.size(), static_cast<std::uint8_t>(value));
    write_image(s.folder / "plain.png", mask);
    const Words words{"inpaint", "grass.png", "--mask", "plain.png", "-o", "o.png"};
    s.refused(words, value < 128
                         ? "number of white pixels in --mask plain.png is 0; expected at least 1; white is luma of "
                           "128 or more"
                         : "--mask plain.png is all white; expected known pixels to copy, or --from");
  }
  s.refused({"inpaint", "grass.png", "--mask", "plain.png", "--invert-mask", "-o", "o.png"},
            "number of black pixels in --mask plain.png is 0; expected at least 1; white is luma of 128 or more");
  s.refused({"inpaint", "grass.png", "--mask", "holes.png", "--method", "magic", "-o", "o.png"},
            "--method is magic; expected patches|structure|pixel");
  s.refused({"inpaint", "grass.png", "--mask", "holes.png", "--guide", "wood.png", "--guide", "grass.png", "--guide",
             "wood.png", "-o", "o.png"},
            "number of --guide is 3; expected 2, one for each picture and one for the output");
  s.refused({"inpaint", "grass.png", "--mask", "holes.png", "--method", "pixel", "--roughness", "2", "-o", "o.png"},
            "--roughness is given with --method pixel; expected --method patches");
  s.refused({"inpaint", "grass.png", "--mask", "holes.png", "--method", "pixel", "--patch", "8", "-o", "o.png"},
            "--patch is 8; expected an odd number, 3 to 63, with --method pixel");
  s.refused(
      {"inpaint", "grass.png", "--mask", "holes.png", "--guide", "narrow.png", "--guide", "grass.png", "-o", "o.png"},
      "size of --guide narrow.png is 32x64; expected 64x64, that of grass.png");
  s.refused({"tile", "grass.png", "--band", "1", "-o", "o.png"},
            "--band is 1; expected a whole number from 2 to 30000");
  s.refused({"tile", "grass.png", "--band", "64", "-o", "o.png"},
            "band is 64; expected less than the picture's height, 64");
  write_image(s.folder / "tiny.png", Picture(Shape<3>{8, 40, 1}));
  s.refused({"tile", "tiny.png", "-o", "o.png"}, "band is 8; expected less than the picture's height, 8");
  s.done({"tile", "tiny.png", "-o", "tiny_x.png", "--axes", "x"});
  CHECK_FALSE(std::filesystem::exists(s.folder / "o.png"));
}
