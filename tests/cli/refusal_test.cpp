// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io program
// Whatever is wrong, the program says it in one line, exits as documented, and leaves no file behind.
#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/skip.hpp"

#include <pastiche/io/image.hpp>
#include <pastiche/io/npy.hpp>

#include <algorithm>

using namespace pastiche;
using namespace pastiche::test;

namespace {

using Words = std::vector<std::string>;

/// A folder with files that are right and files that are wrong.
struct Workshop {
  TemporaryFolder folder;
  std::size_t files = 0;

  Workshop() {
    Tensor<std::uint8_t, 3, Cpu> wall(Shape<3>{{24, 32, 3}});
    CounterRng rng(3, 0, 0);
    for (index_t i = 0; i < wall.size(); ++i) wall.data()[i] = static_cast<std::uint8_t>(rng.next());
    write_image(folder / "wall.png", wall);
    write_image(folder / "mask.png", Tensor<std::uint8_t, 3, Cpu>(Shape<3>{{5, 6, 1}}));
    const FileBytes bytes = get_file(folder / "wall.png");
    put_file(folder / "cut.png", cut(bytes, bytes.size() / 2));
    put_file(folder / "empty.png", {});
    FileBytes noise(300);
    for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(rng.next());
    put_file(folder / "noise.png", noise);
    put_file(folder / "file.txt", {'x'});
    std::filesystem::create_directory(folder / "folder.png");
    files = folder.entries();
  }

  /// Checks the form of the refusal and returns its line.
  std::string refused(int code, const Words& words) {
    std::string shown;
    for (const std::string& word : words) shown += word + " ";
    INFO("pastiche " << shown);
    const ProgramRun run = run_program(folder, words);
    INFO(run.err);
    CHECK(run.code == code);
    CHECK(run.out.empty());
    CHECK(run.err.rfind("pastiche: ", 0) == 0);
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    CHECK((!run.err.empty() && run.err.back() == '\n'));
    CHECK(run.err.find("expected ") != std::string::npos);
    CHECK(folder.entries() == files);
    return run.err;
  }
  /// `pastiche texture` with these words more.
  std::string texture(int code, const Words& words) {
    Words all{"texture"};
    all.insert(all.end(), words.begin(), words.end());
    return refused(code, all);
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a picture that cannot be read is named") {
  Workshop w;
  for (const char* const name : {"empty.png", "cut.png", "noise.png", "folder.png", "missing.png"}) {
    const std::string line = w.texture(1, {name, "-o", "out.png"});
    CHECK(has(line, name));
    w.refused(1, {"measure", "wall.png", name});
    w.texture(1, {"wall.png", "-o", "out.png", "--mask", name});
    w.texture(1, {"wall.png", "-o", "out.png", "--replay", std::string(name) + "=b.png"});
    w.refused(1, {"replay", name, "wall.png", "-o", "out.png"});
  }
}

TEST_CASE("a transfer that cannot be is refused in one line") {
  Workshop w;
  const auto transfer = [&](const std::string& part, const Words& more) {
    Words all{"transfer", "--texture", "wall.png", "--target", "wall.png", "-o", "out.png"};
    all.insert(all.end(), more.begin(), more.end());
    const std::string line = w.refused(2, all);
    INFO(line);
    CHECK(has(line, part));
  };
  transfer("--correspondence", {"--correspondence", "wall.png"});
  transfer("one for each", {"--correspondence", "wall.png", "wall.png", "wall.png"});
  transfer("--passes", {"--passes", "0"});
  transfer("0.01 to 1", {"--alpha", "2"});
  transfer("--block is 25; expected at most 24", {"--block", "25"});
  transfer("--method quilt", {"--method", "optimize", "--passes", "3"});
  transfer("--method", {"--method", "pixel"});
  for (const Words& more : {Words{"--blur", "3"}, Words{"--no-match"}}) {
    Words maps{"--correspondence", "wall.png", "wall.png"};
    maps.insert(maps.end(), more.begin(), more.end());
    transfer(more[0] + " is given with maps for --correspondence; expected --correspondence luminance or blurred",
             maps);
  }
  transfer("--blur is given with --correspondence luminance", {"--correspondence", "luminance", "--blur", "3"});
  transfer("number of --texture-mask", {"--texture-mask", "wall.png", "--texture-mask", "wall.png"});
  transfer(".npy", {"--provenance", "from.txt"});
  CHECK(has(w.refused(1, {"transfer", "--texture", "wall.png", "--target", "missing.png", "-o", "out.png"}),
            "missing.png"));
  w.refused(2, {"transfer", "--texture", "wall.png", "-o", "out.png"});
}

TEST_CASE("a flag's value that cannot be is named with what can") {
  Workshop w;
  const auto with = [&](const std::string& flag, const std::string& value) {
    const std::string line = w.texture(2, {"wall.png", "-o", "out.png", "--method", "quilt", flag, value});
    CHECK(has(line, flag));
    return line;
  };
  const auto other = [&](const std::string& method, const std::string& flag, const std::string& value) {
    const std::string line = w.texture(2, {"wall.png", "-o", "out.png", "--method", method, flag, value});
    CHECK(has(line, flag));
    return line;
  };
  CHECK(has(other("optimize", "--overlap", "4"), "--method quilt"));
  CHECK(has(other("quilt", "--patch", "5"), "--method optimize or patchnn"));
  other("optimize", "--patch", "65");
  other("pixel", "--window", "8");
  other("coherence", "--neighbourhood", "4");
  other("patchnn", "--completeness", "-1");
  other("optimize", "--guide-weight", "-1");
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--size", "9x9", "--guide", "wall.png", "--guide", "wall.png"}),
            "that of the output"));
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--guide-weight", "2"}), "given without --guide"));
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--soft", "--provenance", "from.npy"}), "no single source"));
  CHECK(
      has(w.texture(2, {"wall.png", "-o", "out.png", "--guide", "wall.png"}), "one for each example and one for the"));
  // A second map without a flag of its own is an example.
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--guide", "wall.png", "wall.png"}), "is 1; expected 3"));
  w.texture(2, {"wall.png", "-o", "out.png", "--method", "patchnn", "--layout", "wall.png", "--stretch"});
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--method", "patchnn", "--layout", "wall.png", "--guide",
                          "wall.png", "--guide", "wall.png"}),
            "--layout"));
  CHECK(has(with("--block", "25"), "at most 24"));
  with("--block", "-1");
  CHECK(has(with("--provenance", "from.txt"), ".npy"));
  with("--block", "2.5");
  with("--block", "99999999999999999999");
  with("--overlap", "24");
  CHECK(has(with("--size", "0x10"), "512x384"));
  CHECK(has(with("--size", "1000000x1000000"), "2147483647 pixels"));
  for (const char* const size :
       {"", "x", "10", "10x", "x10", "10x10x10", "-5x5", "10X10", " 10x10", "9e9x9", "1e99999x1"}) {
    with("--size", size);
  }
  CHECK(has(with("--turn", "0"), "1 to 180"));
  with("--turn", "x");
  CHECK(has(with("--scales", "0.8,20"), "0.1 to 10"));
  with("--scales", "0.8,,2");
  with("--scales", "");
  with("--seed", "seven");
  with("--seed", "-1");
  with("--seed", "18446744073709551616");
  with("--tolerance", "-0.1");
  with("--tolerance", "nan");
  with("--threads", "0");
  with("--threads", "100000");
  CHECK(
      has(w.texture(2, {"wall.png", "-o", "out.png", "--method", "magic"}), "quilt|pixel|coherence|optimize|patchnn"));
  CHECK(has(with("--seam", "zipper"), "none|mincut|graphcut"));
  CHECK(has(with("--blend", "glue"), "none|feather|poisson"));
  CHECK(has(with("--tile", "z"), "x|y|xy"));
  CHECK(has(with("--device", "cuda"), "built without CUDA"));
  with("--device", "abacus");
  CHECK(has(w.refused(2, {"measure", "wall.png", "wall.png", "--metric", "beauty"}), "psnr|ssim"));
}

TEST_CASE("a command line that is no command line is refused") {
  Workshop w;
  w.refused(2, {});
  w.refused(2, {"weave"});
  w.texture(2, {});
  w.texture(2, {"wall.png"});
  w.texture(2, {"-o", "out.png"});
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--blok", "8"}), "--blok"));
  w.texture(2, {"wall.png", "-o", "out.png", "--seed"});
  w.texture(2, {"wall.png", "-o", "out.png", "--replay", "wall.png"});
  w.texture(2, {"wall.png", "-o", "out.png", "--replay", "=b.png"});
  w.texture(2, {"wall.png", "wall.png", "-o", "out.png", "--replay", "wall.png=b.png"});
  w.texture(2, {"wall.png", "wall.png", "-o", "out.png", "--example-mask", "mask.png"});
  CHECK(has(w.texture(2, {"wall.png", "wall.png", "-o", "out.png", "--example-weight", "1"}), "one for each example"));
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--example-weight", "0"}), "one above 0"));
  for (const char* const weight : {"-1", "nan", "inf", "1e7", "much"}) {
    CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--example-weight", weight}), "--example-weight"));
  }
  w.texture(2, {"wall.png", "-o", "out.png", "--size", "a\nb"});
}

TEST_CASE("an output that cannot be written is refused before the work, and no other output appears") {
  Workshop w;
  for (const char* const out : {"out", "out.gif", "out.png.", ".."}) w.texture(2, {"wall.png", "-o", out});
  for (const char* const out : {"nowhere/out.png", "file.txt/out.png", "folder.png"}) {
    CHECK(has(w.texture(1, {"wall.png", "-o", out}), out));
    w.texture(1, {"wall.png", "-o", "out.png", "--report", out});
    w.texture(1, {"wall.png", "-o", "out.png", "--replay", std::string("wall.png=") + out});
  }
  w.texture(2, {"wall.png", "-o", "out.png", "--report", "./out.png"});
  w.texture(2, {"wall.png", "-o", "out.hdr", "--replay", "wall.png=out.gif"});
  w.texture(1, {"wall.png", "-o", "out.png", "--provenance", "nowhere/from.npy"});
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.jpg", "--size", "65536x2"}), "65535"));
  w.refused(1, {"gallery", "-o", "file.txt/gallery"});
  w.refused(1, {"gallery", "-o", "new", "--from", "file.txt"});
  // A folder in the place of a picture: nothing of the page appears.
  std::filesystem::create_directories(w.folder / "page/grass.png");
  w.files = w.folder.entries();
  w.refused(1, {"gallery", "-o", "page"});
  CHECK(std::distance(std::filesystem::directory_iterator(w.folder / "page"), {}) == 1);
  w.refused(1, {"examples", "-o", "file.txt/own"});
  w.refused(1, {"examples", "-o", "new/own", "--report", "nowhere/r.json"});
  w.refused(2, {"examples", "-o", "new", "--side", "8"});
  w.refused(2, {"examples", "-o", "new", "--seed", "-1"});
}

TEST_CASE("what is read is not written over") {
  Workshop w;
  const auto before = get_file(w.folder / "wall.png");
  for (const std::string name : {"wall.png", "./wall.png"}) {
    CHECK(has(w.texture(2, {"wall.png", "-o", name}), "an input too"));
    w.texture(2, {"wall.png", "-o", "out.png", "--replay", "wall.png=" + name});
    w.texture(2, {"wall.png", "-o", "out.png", "--report", name});
    w.refused(2, {"replay", "p.npy", "wall.png", "-o", name});
  }
  std::filesystem::create_directory(w.folder / "mine");
  std::filesystem::copy(w.folder / "wall.png", w.folder / "mine/wall.png");
  w.files = w.folder.entries();
  w.refused(2, {"gallery", "--from", "mine", "-o", "mine"});
  w.refused(2, {"gallery", "--from", "mine", "-o", "page", "--report", "mine/wall.png"});
  CHECK(get_file(w.folder / "mine/wall.png") == before);
  CHECK(get_file(w.folder / "wall.png") == before);
}

TEST_CASE("masks and maps of another size are refused") {
  Workshop w;
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--example-mask", "mask.png"}), "32x24"));
  CHECK(has(w.texture(2, {"wall.png", "-o", "out.png", "--size", "64x48", "--mask", "mask.png"}), "64x48"));
  w.texture(2, {"wall.png", "-o", "out.png", "--replay", "mask.png=b.png"});
  const auto replay = [&](int code, std::vector<int> values, const std::string& part) {
    Tensor<int, 3, Cpu> from(Shape<3>{{1, 1, 3}});
    std::copy(values.begin(), values.end(), from.data());
    write_npy(w.folder / "from.npy", from);
    w.files = w.folder.entries();
    const std::string line = w.refused(code, {"replay", "from.npy", "wall.png", "mask.png", "-o", "out.png"});
    INFO(line);
    CHECK(has(line, part));
  };
  replay(2, {2, 0, 0}, "number of maps is 2; expected at least 3");
  replay(2, {1, 5, 0}, "size of map 2 is 6x5; expected that of its example");
  replay(2, {1, 0, 6}, "row 0, column 6");
  replay(1, {0, -1, 0}, "row -1");
  replay(1, {-2, 0, 0}, "example -2");
  CHECK(has(w.refused(2, {"measure", "wall.png", "mask.png"}), "shorter side of the output is 5; expected at least 7"));
  CHECK(has(w.refused(2, {"measure", "wall.png", "mask.png", "--metric", "psnr"}), "32x24, that of wall.png"));
  write_npy(w.folder / "p.npy", Tensor<int, 3, Cpu>(Shape<3>{{5, 6, 3}}));
  Tensor<int, 3, Cpu> outside(Shape<3>{{24, 32, 3}});
  std::fill_n(outside.data(), outside.size(), 24);
  write_npy(w.folder / "outside.npy", outside);
  w.files = w.folder.entries();
  CHECK(has(w.refused(2, {"measure", "wall.png", "wall.png", "--provenance", "p.npy"}), "of wall.png, 32x24"));
  CHECK(has(w.refused(2, {"measure", "wall.png", "wall.png", "--provenance", "outside.npy"}), "outside.npy: example"));
  w.refused(1, {"measure", "wall.png", "wall.png", "--provenance", "missing.npy"});
  w.refused(2, {"measure", "wall.png", "--statistics", "--provenance", "p.npy"});
  w.refused(2, {"measure", "wall.png", "wall.png", "--report", "wall.png"});
  CHECK(has(w.refused(2, {"measure", "wall.png"}), "--statistics"));
  w.refused(2, {"measure", "wall.png", "wall.png", "--statistics"});
  w.refused(2, {"measure", "wall.png", "--statistics", "--metric", "psnr"});
  CHECK(has(w.refused(2, {"measure", "wall.png", "--statistics"}), "wall.png: height of the image is 24"));
}

TEST_CASE("a size beyond the memory is one line too") {
  Workshop w;
  Tensor<float, 3, Cpu> light(Shape<3>{{24, 32, 3}});
  std::fill_n(light.data(), light.size(), 1.0f);
  write_image(w.folder / "light.hdr", light);
  w.files = w.folder.entries();
  if (::sysconf(_SC_PHYS_PAGES) > (std::int64_t{64} << 30) / ::sysconf(_SC_PAGESIZE)) {
    return skip("so much memory that it would be made: skipped");
  }
  CHECK(has(w.texture(1, {"light.hdr", "-o", "out.hdr", "--size", "46340x46340", "--provenance", "p.npy"}), "memory"));
}

TEST_CASE("pictures too large to be filled from are one line too") {
  Workshop w;
  // Read again and again, until there are more pixels than there is room for work on them.
  constexpr std::int64_t kSide = 4000, kLeastBytes = 35;
  const std::int64_t room = std::int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
  if (room > std::int64_t{64} << 30) return skip("so much memory that it would be filled: skipped");
  write_image(w.folder / "large.png", Tensor<std::uint8_t, 3, Cpu>(Shape<3>{{kSide, kSide, 1}}));
  w.files = w.folder.entries();
  Words words{"inpaint", "large.png", "--mask", "large.png", "-o", "out.png"};
  for (std::int64_t n = room / (kSide * kSide * kLeastBytes) + 1; n > 0; --n) {
    words.insert(words.end(), {"--from", "large.png"});
  }
  CHECK(has(w.refused(1, words), "memory"));
}
