// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io,nlohmann_json::nlohmann_json program
// The commands inpaint and tile: what they write, and what they refuse.
#include "support/catch.hpp"
#include "support/program.hpp"

#include <pastiche/io/image.hpp>
#include <pastiche/io/npy.hpp>

#include <nlohmann/json.hpp>

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
  }
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
            "number of pixels that may be copied is 0; expected at least 1");
  s.refused({"inpaint", "grass.png", "--mask", "holes.png", "--method", "magic", "-o", "o.png"},
            "--method is magic; expected patches|structure|pixel");
  s.refused({"inpaint", "grass.png", "--mask", "holes.png", "--guide", "wood.png", "--guide", "grass.png", "--guide",
             "wood.png", "-o", "o.png"},
            "number of --guide is 3; expected 2, one for each picture and one for the output");
  s.refused({"inpaint", "grass.png", "--mask", "holes.png", "--method", "pixel", "--roughness", "2", "-o", "o.png"},
            "--roughness is given with --method pixel; expected --method patches");
  s.refused({"tile", "grass.png", "--band", "1", "-o", "o.png"},
            "--band is 1; expected a whole number from 2 to 30000");
  s.refused({"tile", "grass.png", "--band", "64", "-o", "o.png"},
            "number of pixels that may be copied is 0; expected at least 1");
  CHECK_FALSE(std::filesystem::exists(s.folder / "o.png"));
}
