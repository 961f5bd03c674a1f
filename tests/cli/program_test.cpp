// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io,nlohmann_json::nlohmann_json program
// What the program does when all is well: the files it writes, and what it says.
#include "support/program.hpp"
#include "support/catch.hpp"

#include <pastiche/io/image.hpp>
#include <pastiche/io/npy.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

#include <pty.h>

using namespace pastiche;
using namespace pastiche::test;

namespace {

using Words = std::vector<std::string>;

/// Soft stripes with noise: 8-bit pixels that differ everywhere.
template <class E>
Tensor<E, 3, Cpu> stripes(index_t height, index_t width, index_t channels, std::uint64_t seed = 5) {
  Tensor<E, 3, Cpu> image(Shape<3>{{height, width, channels}});
  CounterRng rng(seed, 0, 0);
  for (index_t i = 0; i < image.size(); ++i) {
    const float wave = 0.4f + 0.3f * std::sin(0.05f * static_cast<float>(i % (width * channels)));
    image.data()[i] = from_scalar<E>(wave + 0.3f * rng.uniform());
  }
  return image;
}

struct Workshop {
  TemporaryFolder folder;

  Workshop() { write_image(folder / "wall.png", stripes<std::uint8_t>(40, 56, 3)); }

  /// A run that must succeed and stay silent on standard error.
  std::string done(const Words& words) {
    const ProgramRun run = run_program(folder, words);
    INFO(run.err);
    REQUIRE(run.code == 0);
    CHECK(run.err.empty());
    return run.out;
  }
  FileBytes bytes(const std::string& name) const { return get_file(folder / name); }
  template <class E = std::uint8_t>
  Tensor<E, 3, Cpu> image(const std::string& name) const {
    return read_image<E>(folder / name);
  }
  nlohmann::json json(const std::string& name) const {
    const FileBytes text = bytes(name);
    return nlohmann::json::parse(text.begin(), text.end());
  }
};

bool is_size(const Shape<3>& shape, index_t height, index_t width, index_t channels) {
  return shape[0] == height && shape[1] == width && shape[2] == channels;
}

template <class X>
bool same(const X& a, const X& b) {
  return download(a) == download(b);
}

}  // namespace

TEST_CASE("a texture has the size asked for, twice the example's if none is") {
  Workshop w;
  CHECK(w.done({"texture", "wall.png", "-o", "out.png", "--size", "70x30"}).empty());
  CHECK(is_size(w.image("out.png").shape(), 30, 70, 3));
  w.done({"texture", "wall.png", "--output", "out.png"});
  CHECK(is_size(w.image("out.png").shape(), 80, 112, 3));
}

TEST_CASE("one seed makes the same bytes on any number of threads, another other ones") {
  Workshop w;
  for (const char* const threads : {"1", "2", "5"}) {
    w.done({"texture", "wall.png", "-o", std::string(threads) + ".png", "--seed", "9", "--threads", threads,
            "--provenance", std::string(threads) + ".npy"});
  }
  CHECK(w.bytes("1.png") == w.bytes("2.png"));
  CHECK(w.bytes("1.png") == w.bytes("5.png"));
  CHECK(w.bytes("1.npy") == w.bytes("5.npy"));
  w.done({"texture", "wall.png", "-o", "other.png", "--seed", "10"});
  CHECK(w.bytes("1.png") != w.bytes("other.png"));
}

TEST_CASE("a replay of the example is the texture, of another map what the texture would have been") {
  Workshop w;
  write_image(w.folder / "labels.png", stripes<std::uint16_t>(40, 56, 1));
  w.done({"texture", "wall.png", "-o", "out.png", "--provenance", "from.npy", "--replay", "labels.png=painted.png",
          "--replay", "wall.png=again.png"});
  CHECK(w.bytes("again.png") == w.bytes("out.png"));
  w.done({"replay", "from.npy", "wall.png", "-o", "late.png"});
  CHECK(same(w.image("late.png"), w.image("out.png")));
  w.done({"replay", "from.npy", "labels.png", "-o", "late_labels.png"});
  CHECK(w.bytes("late_labels.png") == w.bytes("painted.png"));

  const auto from = read_npy<int, 3>(w.folder / "from.npy");
  const auto labels = w.image<std::uint16_t>("labels.png"), painted = w.image<std::uint16_t>("painted.png");
  bool equal = true;
  for (index_t i = 0; i < from.size(); i += 3) {
    const int* const source = from.data() + i;
    equal = equal && source[0] == 0 && painted.data()[i / 3] == labels.view()(source[1], source[2], 0);
  }
  CHECK(equal);
}

TEST_CASE("several examples are stolen from, and replayed from a map of each") {
  Workshop w;
  write_image(w.folder / "grey.png", stripes<std::uint16_t>(32, 30, 1, 6));
  w.done({"texture", "wall.png", "grey.png", "-o", "out.png", "--size", "200x200", "--block", "12", "--provenance",
          "from.npy", "--replay", "wall.png,grey.png=again.png"});
  CHECK(std::holds_alternative<Tensor<std::uint16_t, 3, Cpu>>(read_any_image(w.folder / "out.png")));
  CHECK(w.bytes("again.png") == w.bytes("out.png"));
  const auto from = read_npy<int, 3>(w.folder / "from.npy");
  index_t second = 0;
  for (index_t i = 0; i < from.size(); i += 3) second += from.data()[i];
  CHECK(second > 0);
  CHECK(second < from.size() / 3);
}

TEST_CASE("every method steals from turned and mirrored examples, and says from where in the example") {
  Workshop w;
  write_image(w.folder / "grey.png", stripes<std::uint8_t>(31, 24, 3, 6));
  for (const char* const method : {"quilt", "pixel", "coherence", "optimize", "patchnn"}) {
    INFO(method);
    const Words words{"texture", "wall.png", "grey.png", "--method", method, "-o", "out.png", "--size", "64x60"};
    const auto with = [&](const Words& more) {
      Words all = words;
      all.insert(all.end(), more.begin(), more.end());
      w.done(all);
    };
    with({});
    const FileBytes plain = w.bytes("out.png");
    with({"--turn", "90", "--mirror", "--provenance", "from.npy", "--replay", "wall.png,grey.png=again.png"});
    CHECK(w.bytes("out.png") != plain);
    CHECK(w.bytes("again.png") == w.bytes("out.png"));
    const auto from = read_npy<int, 3>(w.folder / "from.npy");
    index_t turned = 0;  // pixels whose right neighbour comes from elsewhere than the right of their source
    for (index_t i = 0; i + 3 < from.size(); i += 3) {
      const int* s = from.data() + i;
      turned += s[3] == s[0] && (s[4] != s[1] || s[5] != s[2] + 1) && abs_of(s[4] - s[1]) + abs_of(s[5] - s[2]) == 1;
    }
    CHECK(turned > from.size() / 3 / 4);
  }
}

TEST_CASE("turned examples keep their masks and guides") {
  Workshop w;
  Tensor<std::uint8_t, 3, Cpu> guide(Shape<3>{{40, 56, 1}}), wanted(Shape<3>{{48, 48, 1}});
  for (index_t i = 0; i < guide.size(); ++i) guide.data()[i] = i % 56 < 28 ? 0 : 255;
  for (index_t i = 0; i < wanted.size(); ++i) wanted.data()[i] = i / 48 < 24 ? 0 : 255;
  write_image(w.folder / "guide.png", guide);
  write_image(w.folder / "wanted.png", wanted);
  w.done({"texture", "wall.png", "-o", "out.png", "--size", "48x48", "--guide", "guide.png", "--guide", "wanted.png",
          "--guide-weight", "100", "--turn", "90", "--provenance", "from.npy", "--report", "report.json"});
  CHECK(w.json("report.json")["parameters"]["turn"] == nlohmann::json({90.0, 180.0, 270.0}));
  auto from = read_npy<int, 3>(w.folder / "from.npy");
  index_t astray = 0;
  for (index_t i = 0; i < 48 * 48; ++i) astray += (from.data()[3 * i + 2] < 28) != (i / 48 < 24);
  CHECK(astray < 48 * 48 / 10);

  Tensor<std::uint8_t, 3, Cpu> mask(Shape<3>{{40, 56, 1}});
  for (index_t i = 0; i < mask.size(); ++i) mask.data()[i] = i % 56 < 40 ? 255 : 0;
  write_image(w.folder / "mask.png", mask);
  w.done({"texture", "wall.png", "-o", "out.png", "--example-mask", "mask.png", "--turn", "30", "--scales", "0.8,1.25",
          "--mirror", "--size", "64x64", "--provenance", "from.npy"});
  from = read_npy<int, 3>(w.folder / "from.npy");
  int rightmost = 0;
  for (index_t i = 0; i < from.size(); i += 3) rightmost = (std::max)(rightmost, from.data()[i + 2]);
  CHECK(rightmost < 40);
  CHECK(rightmost > 20);
}

TEST_CASE("the depth of the example is kept where the file holds it") {
  Workshop w;
  write_image(w.folder / "deep.png", stripes<std::uint16_t>(40, 40, 3));
  write_image(w.folder / "light.hdr", stripes<float>(40, 40, 3));
  w.done({"texture", "deep.png", "-o", "out.png"});
  CHECK(std::holds_alternative<Tensor<std::uint16_t, 3, Cpu>>(read_any_image(w.folder / "out.png")));
  w.done({"texture", "deep.png", "-o", "out.jpg"});
  CHECK(is_size(w.image("out.jpg").shape(), 80, 80, 3));
  w.done({"texture", "light.hdr", "-o", "out.hdr", "--replay", "light.hdr=again.hdr"});
  CHECK(std::holds_alternative<Tensor<float, 3, Cpu>>(read_any_image(w.folder / "out.hdr")));
  CHECK(w.bytes("again.hdr") == w.bytes("out.hdr"));
  w.done({"texture", "light.hdr", "-o", "shown.png"});
  CHECK(std::holds_alternative<Tensor<std::uint16_t, 3, Cpu>>(read_any_image(w.folder / "shown.png")));
  w.done({"texture", "wall.png", "-o", "wall.hdr"});
  CHECK(is_size(w.image<float>("wall.hdr").shape(), 80, 112, 3));
}

TEST_CASE("linear light becomes sRGB where a file holds sRGB") {
  Workshop w;
  Tensor<float, 3, Cpu> flat(Shape<3>{{16, 16, 3}});
  std::fill_n(flat.data(), flat.size(), 0.25f);
  write_image(w.folder / "flat.hdr", flat);
  w.done({"texture", "flat.hdr", "-o", "out.png"});
  CHECK(w.image("out.png").view()(3, 3, 0) == 137);  // 255 (1.055 * 0.25^(1 / 2.4) - 0.055) = 136.96
}

TEST_CASE("nothing is stolen where alpha is 0, nor where the example's mask is black") {
  Workshop w;
  auto holes = stripes<std::uint8_t>(60, 60, 4);
  Tensor<std::uint8_t, 2, Cpu> mask(Shape<2>{{60, 60}});
  for (index_t y = 0; y < 60; ++y) {
    for (index_t x = 0; x < 60; ++x) {
      holes.view()(y, x, 3) = x < 40 ? 255 : 0;
      mask.view()(y, x) = y < 40 ? 255 : 0;
    }
  }
  write_image(w.folder / "holes.png", holes);
  write_image(w.folder / "mask.png", mask);
  w.done({"texture", "holes.png", "-o", "out.png", "--example-mask", "mask.png", "--block", "12", "--provenance",
          "p.npy"});
  CHECK(w.image("out.png").shape(2) == 3);
  const auto from = read_npy<int, 3>(w.folder / "p.npy");
  int lowest = 0, rightmost = 0;
  for (index_t i = 0; i < from.size(); i += 3) {
    lowest = (std::max)(lowest, from.data()[i + 1]);
    rightmost = (std::max)(rightmost, from.data()[i + 2]);
  }
  CHECK(lowest < 40);
  CHECK(rightmost < 40);
}

TEST_CASE("only what the mask asks for is made, and the mask gives the size") {
  Workshop w;
  Tensor<std::uint8_t, 2, Cpu> mask(Shape<2>{{50, 90}});
  for (index_t i = 0; i < mask.size(); ++i) mask.data()[i] = i % 90 < 45 ? 255 : 0;
  write_image(w.folder / "mask.png", mask);
  w.done({"texture", "wall.png", "-o", "out.png", "--mask", "mask.png", "--provenance", "p.npy"});
  const auto out = w.image("out.png");
  REQUIRE(is_size(out.shape(), 50, 90, 3));
  const auto from = read_npy<int, 3>(w.folder / "p.npy");
  bool right = true;
  for (index_t i = 0; i < mask.size(); ++i) {
    right = right && (from.data()[3 * i] == -1) == (i % 90 >= 45);
    if (i % 90 >= 45) right = right && out.data()[3 * i] == 0;
  }
  CHECK(right);
}

TEST_CASE("the flags of quilting reach it") {
  Workshop w;
  const Words plain{"texture", "wall.png", "-o", "plain.png", "--method", "quilt", "--block", "16"};
  w.done(plain);
  std::vector<FileBytes> seen{w.bytes("plain.png")};
  for (const Words& more : std::vector<Words>{{"--seam", "none"},
                                              {"--seam", "graphcut"},
                                              {"--blend", "feather"},
                                              {"--blend", "poisson"},
                                              {"--tolerance", "4"},
                                              {"--overlap", "6"},
                                              {"--block", "10"},
                                              {"--tile", "xy"}}) {
    Words words{"texture", "wall.png", "-o", "out.png", "--method", "quilt"};
    if (more[0] != "--block") words.insert(words.end(), {"--block", "16"});
    words.insert(words.end(), more.begin(), more.end());
    w.done(words);
    INFO(more[0]);
    for (const FileBytes& other : seen) CHECK(w.bytes("out.png") != other);
    seen.push_back(w.bytes("out.png"));
  }
}

TEST_CASE("a report says what was done, with what, and how long it took") {
  Workshop w;
  w.done({"texture", "wall.png", "-o", "out.png", "--method", "quilt", "--seed", "18446744073709551615", "--threads",
          "2", "--report", "r.json"});
  const nlohmann::json r = w.json("r.json");
  CHECK(r["command"] == "texture");
  CHECK(r["threads"].is_number());
  CHECK(r["instruction_set"].is_string());
  const nlohmann::json& p = r["parameters"];
  CHECK(p["seed"] == 18446744073709551615u);
  CHECK(p["size"] == "112x80");
  CHECK(p["seam"] == "mincut");
  CHECK(r["example_sizes"] == std::vector<std::string>{"56x40"});
  for (const char* const stage : {"read", "quilt", "write", "total"}) CHECK(r["seconds"][stage].get<double>() >= 0.0);

  // What was found for the example makes the same texture when it is given.
  w.done({"texture", "wall.png", "-o", "given.png", "--method", "quilt", "--seed", "18446744073709551615", "--block",
          std::to_string(p["block"].get<int>()), "--overlap", std::to_string(p["overlap"].get<int>())});
  CHECK(w.bytes("given.png") == w.bytes("out.png"));
}

TEST_CASE("every method makes a texture of its own") {
  Workshop w;
  std::vector<FileBytes> seen;
  for (const std::string method : {"quilt", "pixel", "coherence", "optimize", "patchnn"}) {
    INFO(method);
    w.done({"texture", "wall.png", "-o", "out.png", "--method", method, "--provenance", "from.npy", "--seed", "3",
            "--report", "r.json"});
    CHECK(w.json("r.json")["parameters"]["method"] == method);
    for (const FileBytes& other : seen) CHECK(w.bytes("out.png") != other);
    seen.push_back(w.bytes("out.png"));
    // What it says it stole it has stolen.
    w.done({"replay", "from.npy", "wall.png", "-o", "again.png"});
    CHECK(w.bytes("again.png") == w.bytes("out.png"));
  }
  w.done({"texture", "wall.png", "-o", "default.png", "--seed", "3"});
  CHECK(w.bytes("default.png") == seen[3]);
}

TEST_CASE("the flags of the methods reach them") {
  Workshop w;
  const auto differs = [&](const std::string& method, const Words& more) {
    const Words plain{"texture", "wall.png", "-o", "plain.png", "--method", method};
    w.done(plain);
    Words words{"texture", "wall.png", "-o", "out.png", "--method", method};
    words.insert(words.end(), more.begin(), more.end());
    w.done(words);
    INFO(method + " " + more[0]);
    CHECK(w.bytes("out.png") != w.bytes("plain.png"));
  };
  differs("pixel", {"--window", "5"});
  differs("coherence", {"--neighbourhood", "5"});
  for (const std::string method : {"optimize", "patchnn"}) {
    differs(method, {"--patch", "5"});
    differs(method, {"--soft"});
  }
  differs("optimize", {"--piece", "0.5"});
  differs("optimize", {"--balance", "0"});
  differs("optimize", {"--coarsest", "12"});
  differs("patchnn", {"--coarsest", "12"});
  differs("coherence", {"--piece", "0.2"});
  differs("patchnn", {"--completeness", "0"});
  differs("patchnn", {"--stretch"});
  differs("patchnn", {"--layout", "wall.png"});
  // Any picture of the right size may guide.
  for (const std::string method : {"quilt", "pixel", "coherence", "optimize", "patchnn"}) {
    w.done({"texture", "wall.png", "-o", "guide.png", "--size", "112x80", "--seed", "9"});
    differs(method, {"--size", "112x80", "--guide", "wall.png", "--guide", "guide.png"});
    // Examples may follow: a guide takes one word.
    w.done(
        {"texture", "-o", "first.png", "--method", method, "--guide", "wall.png", "--guide", "guide.png", "wall.png"});
    w.done(
        {"texture", "wall.png", "-o", "last.png", "--method", method, "--guide", "wall.png", "--guide", "guide.png"});
    CHECK(w.bytes("first.png") == w.bytes("last.png"));
    differs(method, {"--guide", "wall.png", "--guide", "guide.png", "--guide-weight", "4"});
  }
}

TEST_CASE("weights of examples reach every method") {
  Workshop w;
  w.done({"texture", "wall.png", "-o", "other.png", "--size", "56x40", "--seed", "9"});
  for (const std::string method : {"quilt", "pixel", "coherence", "optimize", "patchnn"}) {
    w.done({"texture", "wall.png", "other.png", "-o", "out.png", "--method", method, "--example-weight", "1",
            "--example-weight", "0", "--provenance", "from.npy", "--report", "r.json"});
    const auto from = read_npy<int, 3>(w.folder / "from.npy");
    index_t others = 0;
    for (index_t i = 0; i < from.size(); i += 3) others += from.data()[i] == 0 ? 0 : 1;
    CHECK(others == 0);
    CHECK(w.json("r.json")["parameters"]["example_weights"] == nlohmann::json{1.0, 0.0});
  }
}

TEST_CASE("means are replayed as patches voted for them") {
  Workshop w;
  for (const std::string method : {"optimize", "patchnn"}) {
    w.done({"texture", "wall.png", "-o", "out.png", "--method", method, "--soft", "--replay", "wall.png=again.png"});
    CHECK(w.bytes("again.png") == w.bytes("out.png"));
  }
}

TEST_CASE("a transfer has the target's size and the textures' pixels") {
  Workshop w;
  w.done({"texture", "wall.png", "-o", "target.png", "--size", "72x60", "--seed", "9"});
  const Words plain{"transfer", "--texture", "wall.png",     "--target", "target.png", "-o",    "out.png",
                    "--seed",   "3",         "--provenance", "from.npy", "--report",   "r.json"};
  w.done(plain);
  CHECK(w.json("r.json")["parameters"]["size"] == "72x60");
  CHECK(w.json("r.json")["parameters"]["correspondence"] == "blurred");
  const FileBytes first = w.bytes("out.png");
  w.done({"replay", "from.npy", "wall.png", "-o", "again.png"});
  CHECK(w.bytes("again.png") == first);
  for (const Words& more : std::vector<Words>{{"--method", "optimize"},
                                              {"--block", "16"},
                                              {"--overlap", "5"},
                                              {"--passes", "1"},
                                              {"--alpha", "0.5"},
                                              {"--correspondence", "luminance"},
                                              {"--correspondence", "wall.png", "target.png"},
                                              {"--blur", "5"},
                                              {"--no-match"},
                                              {"--tolerance", "2"},
                                              {"--seam", "none"},
                                              {"--blend", "feather"},
                                              {"--blend", "poisson"},
                                              {"--mask", "target.png"},
                                              {"--texture", "target.png"}}) {
    Words words = plain;
    words.insert(words.end(), more.begin(), more.end());
    w.done(words);
    INFO(more[0] + " " + more.back());
    CHECK(w.bytes("out.png") != first);
  }
}

TEST_CASE("measure prints a figure a line") {
  Workshop w;
  auto darker = w.image("wall.png");
  for (index_t i = 0; i < darker.size(); ++i) darker.data()[i] = static_cast<std::uint8_t>(darker.data()[i] - 10);
  write_image(w.folder / "darker.png", darker);
  // 20 log10(255 / 10)
  CHECK(w.done({"measure", "wall.png", "darker.png", "--metric", "psnr"}) == "psnr 28.1308\n");
  CHECK(w.done({"measure", "wall.png", "wall.png", "--report", "r.json"}) == "psnr inf\nssim 1.0000\n");
  CHECK(w.json("r.json")["figures"]["psnr"].is_null());
  CHECK(w.json("r.json")["figures"]["ssim"] == 1.0);
  const std::string both = w.done({"measure", "wall.png", "darker.png", "--metric", "ssim", "--metric", "psnr"});
  CHECK(both.rfind("ssim 0.", 0) == 0);
}

TEST_CASE("measure prints what one picture is like") {
  Workshop w;
  Tensor<std::uint8_t, 3, Cpu> noise(Shape<3>{{96, 80, 3}});
  CounterRng rng(6, 0, 0);
  for (index_t i = 0; i < noise.size(); ++i) noise.data()[i] = static_cast<std::uint8_t>(rng.below(256));
  write_image(w.folder / "noise.png", noise);
  CHECK(w.done({"measure", "noise.png", "--statistics", "--report", "r.json"}).rfind("slope ", 0) == 0);
  const nlohmann::json figures = w.json("r.json")["figures"];
  CHECK(figures["slope"].get<double>() == Approx(0.0).margin(0.5));
  CHECK(figures["spread_l"].get<double>() > 10.0);
  CHECK(figures.size() == 4);
}

TEST_CASE("measure says how true a texture is to its example") {
  Workshop w;
  w.done({"texture", "wall.png", "-o", "out.png", "--provenance", "from.npy"});
  const std::string texture = w.done({"measure", "wall.png", "out.png", "--report", "r.json"});
  const nlohmann::json figures = w.json("r.json")["figures"];
  for (const char* const name : {"swd", "coherence", "completeness", "acf", "copy", "repeat", "seam", "blur", "hist"}) {
    CHECK(texture.find(std::string(name) + " ") != std::string::npos);
    CHECK(figures.contains(name));
  }
  CHECK(figures.size() == 9);
  CHECK(figures["copy"].get<int>() >= 6);
  CHECK(figures["seam"].get<double>() == Approx(1.0).margin(0.2));
  CHECK(w.done({"measure", "wall.png", "out.png", "--metric", "texture", "--threads", "2"}) == texture);

  // What was stolen in one piece is a copy, give or take what fits by chance.
  const std::string more = w.done({"measure", "wall.png", "out.png", "--provenance", "from.npy", "--report", "r.json"});
  CHECK(more.rfind(texture, 0) == 0);
  const nlohmann::json all = w.json("r.json")["figures"];
  CHECK(all["copy"] >= all["stolen_copy"]);
  CHECK(all["entropy"].get<double>() > 0.8);
  CHECK(all["entropy"].get<double>() < 1.0);
  CHECK(all["unused"].get<double>() < 0.5);

  CHECK(w.done({"measure", "wall.png", "wall.png", "--metric", "texture"}) ==
        "swd 0.0000\ncoherence 0.0000\ncompleteness 0.0000\nacf 0.0000\ncopy 40\nrepeat 0\nseam 1.0000\n"
        "blur 1.0000\nhist 0.0000\n");
  CHECK(w.done({"measure", "wall.png", "out.png", "--metric", "copy", "--metric", "seam"}).rfind("copy ", 0) == 0);
}

TEST_CASE("an output replaces what was there") {
  Workshop w;
  for (const char* const size : {"30x20", "112x80"}) w.done({"texture", "wall.png", "-o", "out.png", "--size", size});
  CHECK(is_size(w.image("out.png").shape(), 80, 112, 3));
  CHECK(w.folder.entries() == 2);
}

TEST_CASE("the commands on the gallery's page make its pictures") {
  Workshop w;
  std::filesystem::create_directory(w.folder / "mine");
  write_image(w.folder / "mine/my wall.png", stripes<std::uint8_t>(24, 300, 3));
  write_image(w.folder / "mine/my wall-1.png", stripes<std::uint8_t>(30, 40, 3, 9));  // not a result of the other
  CHECK(w.done({"gallery", "-o", "page", "--from", "mine", "--seed", "7", "--report", "r.json"}) ==
        "page/index.html\n");
  const FileBytes html = w.bytes("page/index.html");
  const std::string text(html.begin(), html.end());
  CHECK(text.find("my_wall-1.png") != std::string::npos);
  CHECK(text.find("</html>") != std::string::npos);
  CHECK(text.find("seed 9, ms") != std::string::npos);
  const nlohmann::json report = w.json("r.json");
  REQUIRE(report["pictures"].size() == 2 * (4 + 5));  // quilts and a tile, and one by each method
  for (const nlohmann::json& picture : report["pictures"]) {
    const std::string command = picture["command"], file = picture["file"];
    CHECK(text.find(command) != std::string::npos);
    Words words;
    for (std::size_t at = 0; at < command.size();) {
      const std::size_t end = (std::min)(command.find(' ', at), command.size());
      words.push_back(command.substr(at, end - at));
      at = end + 1;
    }
    words.erase(words.begin());  // pastiche
    for (std::string& word : words) {
      if (word == file) {
        word = "again.png";
      } else if (word.size() > 4 && word.compare(word.size() - 4, 4, ".png") == 0) {
        word = "page/" + word;
      }
    }
    w.done(words);
    CHECK(w.bytes("again.png") == w.bytes("page/" + file));
  }
}

TEST_CASE("the gallery compares methods on the first six pictures of a folder, of any size") {
  Workshop w;
  std::filesystem::create_directory(w.folder / "mine");
  for (int i = 1; i <= 7; ++i) {
    write_image(w.folder / ("mine/" + std::to_string(i) + ".png"), stripes<std::uint8_t>(i == 1 ? 1 : 9 + i, 12, 3));
  }
  w.done({"gallery", "-o", "page", "--from", "mine", "--report", "r.json"});
  CHECK(w.json("r.json")["pictures"].size() == 7 * 4 + 6 * 5);
  for (const char* const method : {"quilt", "pixel", "coherence", "optimize", "patchnn"}) {
    INFO(method);
    CHECK(is_size(w.image("page/1-" + std::string(method) + ".png").shape(), 2, 24, 3));
    CHECK(is_size(w.image("page/6-" + std::string(method) + ".png").shape(), 30, 24, 3));
    CHECK(!std::filesystem::exists(w.folder / ("page/7-" + std::string(method) + ".png")));
  }
}

TEST_CASE("a seed determines the program's own pictures, on any number of threads") {
  Workshop w;
  CHECK(w.done({"examples", "-o", "new/own", "--seed", "3", "--side", "64", "--threads", "1", "--report", "r.json"})
            .empty());
  w.done({"examples", "-o", "again", "--seed", "3", "--side", "64"});
  w.done({"examples", "-o", "other", "--seed", "4", "--side", "64"});
  const nlohmann::json seconds = w.json("r.json")["seconds"];
  CHECK(seconds.size() == 22);               // and the total
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a of all pixels
  for (const auto& [name, time] : seconds.items()) {
    if (name == "total") continue;
    INFO(name);
    const std::string file = "/" + name + ".png";
    CHECK(is_size(w.image("new/own" + file).shape(), 64, 64, 3));
    const std::vector<std::uint8_t> pixels = download(w.image("new/own" + file));
    for (const std::uint8_t pixel : pixels) hash = (hash ^ pixel) * 0x100000001b3u;
    CHECK(w.bytes("new/own" + file) == w.bytes("again" + file));
    CHECK(w.bytes("new/own" + file) != w.bytes("other" + file));
  }
#if defined(__x86_64__)
  // Of g++ and clang++ at any level; other processors may round a product and a sum as one.
  CHECK(hash == 0x7741be8d1384a403u);
#endif
}

TEST_CASE("labels are few and flat, and a landscape's river is where its labels say") {
  Workshop w;
  w.done({"examples", "-o", "own", "--side", "96"});
  const auto labels = w.image("own/landscape_labels.png"), scene = w.image("own/landscape.png");
  std::set<std::array<int, 3>> colours;
  double blue = 0.0, all = 0.0;
  index_t river = 0;
  for (index_t i = 0; i < labels.size(); i += 3) {
    const std::uint8_t* const label = labels.data() + i;
    colours.insert({label[0], label[1], label[2]});
    const double excess = scene.data()[i + 2] - 0.5 * (scene.data()[i] + scene.data()[i + 1]);
    if (i < labels.size() / 2) continue;  // the sky is blue too
    all += excess;
    if (label[2] != 200) continue;
    blue += excess;
    ++river;
  }
  CHECK(colours.size() == 6);
  REQUIRE(river > 100);
  CHECK(blue / static_cast<double>(river) > all / static_cast<double>(labels.size() / 6) + 30.0);
}

TEST_CASE("masks are black and white, and texture makes what is white") {
  Workshop w;
  w.done({"examples", "-o", "own", "--side", "64"});
  for (const char* const name : {"own/shapes.png", "own/holes.png", "own/still_life_fruit.png"}) {
    const auto mask = w.image(name);
    const index_t white = std::count(mask.data(), mask.data() + mask.size(), 255);
    CHECK(white + std::count(mask.data(), mask.data() + mask.size(), 0) == mask.size());
    CHECK(white > mask.size() / 50);
    CHECK(white < mask.size() / 2);
  }
  w.done({"texture", "own/grass.png", "-o", "out.png", "--mask", "own/shapes.png"});
  CHECK(is_size(w.image("out.png").shape(), 64, 64, 3));
}

TEST_CASE("a progress bar is drawn on a terminal, none for the quiet") {
  Workshop w;
  for (const bool quiet : {false, true}) {
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child < 0) {
      WARN("this machine has no terminals: not tested");
      return;
    }
    if (child == 0) {
      ::setenv("TERM", "xterm", 1);
      Words words{"texture", "wall.png", "-o", "out.png"};
      if (quiet) words.push_back("--quiet");
      become_program(words, w.folder.path().string());
    }
    const std::string shown = read_all(terminal);
    ::close(terminal);
    CHECK(exit_code(child) == 0);
    CHECK((shown.find("left") != std::string::npos) == !quiet);
    CHECK(shown.empty() == quiet);
  }
}

TEST_CASE("help and version are no errors") {
  Workshop w;
  for (const Words& words : std::vector<Words>{{"--help"},
                                               {"texture", "--help"},
                                               {"replay", "--help"},
                                               {"measure", "--help"},
                                               {"gallery", "--help"},
                                               {"examples", "--help"},
                                               {"--version"}}) {
    CHECK(!w.done(words).empty());
  }
}
