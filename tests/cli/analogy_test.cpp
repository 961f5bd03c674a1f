// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io,nlohmann_json::nlohmann_json program
// `pastiche analogy`: its applications on the program's own scenes, its flags, what it refuses.
#include "support/catch.hpp"
#include "support/program.hpp"

#include <pastiche/image/filter.hpp>
#include <pastiche/image/resample.hpp>
#include <pastiche/io/image.hpp>
#include <pastiche/io/npy.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>

using namespace pastiche;
using namespace pastiche::test;

namespace {

using Words = std::vector<std::string>;
using Picture = Tensor<std::uint8_t, 3, Cpu>;

/// A folder with the program's scenes of two seeds.
struct Studio {
  TemporaryFolder folder;

  Studio() {
    done({"examples", "-o", "one", "--side", "96", "--quiet"});
    done({"examples", "-o", "two", "--side", "96", "--seed", "2", "--quiet"});
  }
  void done(const Words& words) const {
    const ProgramRun run = run_program(folder, words);
    INFO(run.err);
    REQUIRE(run.code == 0);
    CHECK(run.err.empty());
  }
  std::string refused(Words words, int code = 2) const {
    words.insert(words.begin(), "analogy");
    const ProgramRun run = run_program(folder, words);
    CHECK(run.code == code);
    CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 1);
    return run.err;
  }
  Picture image(const std::string& name) const { return read_image<std::uint8_t>(folder / name); }
  void keep(const std::string& name, const Picture& picture) const { write_image(folder / name, picture); }
};

Picture grey(const Picture& p) {
  Picture to(p.shape());
  for (index_t i = 0; i < p.size(); i += 3) {
    const int level = (299 * p.data()[i] + 587 * p.data()[i + 1] + 114 * p.data()[i + 2] + 500) / 1000;
    for (index_t c = 0; c < 3; ++c) to.data()[i + c] = static_cast<std::uint8_t>(level);
  }
  return to;
}

/// change(up-left, down-right, left, right, up, down) of every pixel.
template <class Change>
Picture filtered(const Picture& p, const Change& change) {
  Picture to(p.shape());
  const index_t h = p.shape(0), w = p.shape(1);
  for (index_t i = 0; i < p.size(); ++i) {
    const index_t y = i / 3 / w, x = i / 3 % w, c = i % 3;
    const auto at = [&](index_t v, index_t u) {
      return int{p.data()[(clamp<index_t>(v, 0, h - 1) * w + clamp<index_t>(u, 0, w - 1)) * 3 + c]};
    };
    to.data()[i] = static_cast<std::uint8_t>(clamp(
        change(at(y - 1, x - 1), at(y + 1, x + 1), at(y, x - 1), at(y, x + 1), at(y - 1, x), at(y + 1, x)), 0, 255));
  }
  return to;
}

double decibels(const Picture& a, const Picture& b) {
  double sum = 0.0;
  for (index_t i = 0; i < a.size(); ++i) sum += std::pow(double{a.data()[i] * 1.0} - b.data()[i], 2.0);
  return 10.0 * std::log10(65025.0 * static_cast<double>(a.size()) / sum);
}

/// The mean colour of a picture, of the size of another.
Picture flat(const Picture& p, const Picture& like) {
  Picture to(like.shape());
  for (index_t c = 0; c < 3; ++c) {
    double sum = 0.0;
    for (index_t i = c; i < p.size(); i += 3) sum += 3.0 * p.data()[i] / static_cast<double>(p.size());
    for (index_t i = c; i < to.size(); i += 3) to.data()[i] = static_cast<std::uint8_t>(std::lround(sum));
  }
  return to;
}

/// The mean square of differences between pixels beside each other.
double detail_of(const Picture& p) {
  double sum = 0.0;
  for (index_t i = 3; i < p.size(); ++i) sum += std::pow(p.data()[i] - p.data()[i - 3], 2);
  return sum / static_cast<double>(p.size());
}

/// A third of the size, and enlarged again.
Picture coarse(const Picture& p) {
  return resize(resize(p, {p.shape(0) / 3, p.shape(1) / 3}), {p.shape(0), p.shape(1)});
}

}  // namespace

TEST_CASE("filters are learnt from one picture") {
  const Studio s;
  const Picture a = grey(s.image("one/landscape.png")), b = grey(s.image("two/landscape.png"));
  const auto emboss = [](int ul, int dr, int, int, int, int) { return 128 + dr - ul; };
  const auto edge = [](int, int, int l, int r, int u, int d) { return 255 - 2 * (std::abs(r - l) + std::abs(d - u)); };
  s.keep("a.png", a);
  s.keep("b.png", b);
  const auto check = [&](const char* name, const Picture& a_prime, const Picture& truth, const char* kappa,
                         double over_mean) {
    s.keep("a-prime.png", a_prime);
    s.done({"analogy", "a.png", "a-prime.png", "b.png", "-o", "out.png", "--method", "classic", "--kappa", kappa});
    const Picture made = s.image("out.png");
    INFO(name << ": " << decibels(made, truth) << " dB, B " << decibels(b, truth) << ", mean "
              << decibels(flat(a_prime, truth), truth));
    CHECK(decibels(made, truth) >= decibels(b, truth) + 5.0);
    CHECK(decibels(made, truth) >= decibels(flat(a_prime, truth), truth) + over_mean);
  };
  check("blur", gaussian_blur(a, 2.5), gaussian_blur(b, 2.5), "0.1", 3.0);
  check("emboss", filtered(a, emboss), filtered(b, emboss), "0", 3.0);
  check("edge", filtered(a, edge), filtered(b, edge), "0", 0.5);  // thin lines, a pixel off, are far off
}

TEST_CASE("texture by numbers: regions are where they are asked for") {
  const Studio s;
  s.done({"analogy", "one/landscape_labels.png", "one/landscape.png", "one/landscape_target_labels.png", "-o",
          "out.png", "--provenance", "p.npy"});
  const Picture a = s.image("one/landscape_labels.png"), b = s.image("one/landscape_target_labels.png");
  const auto source = read_npy<int, 3>(s.folder / "p.npy");
  index_t right = 0, all = 0;
  for (index_t y = 3; y < 93; ++y) {
    for (index_t x = 3; x < 93; ++x) {
      const auto same = [&](const std::uint8_t* p, const std::uint8_t* q) { return std::equal(p, p + 3, q); };
      const std::uint8_t* wanted = b.data() + (y * 96 + x) * 3;
      bool inside = true;
      for (index_t i = 0; i < 49; ++i) {
        inside = inside && same(wanted, b.data() + ((y + i / 7 - 3) * 96 + x + i % 7 - 3) * 3);
      }
      if (!inside) continue;
      const int* from = source.data() + (y * 96 + x) * 3;
      right += same(wanted, a.data() + (from[1] * 96 + from[2]) * 3) ? 1 : 0;
      ++all;
    }
  }
  CHECK(all > 3000);
  CHECK(static_cast<double>(right) > 0.97 * static_cast<double>(all));
}

TEST_CASE("super-resolution by example brings back detail") {
  const Studio s;
  const Picture fine = s.image("one/landscape.png"), truth = s.image("two/landscape.png");
  s.keep("a.png", coarse(fine));
  s.keep("b.png", coarse(truth));
  s.done({"analogy", "a.png", "one/landscape.png", "b.png", "-o", "out.png", "--method", "classic", "--kappa", "0.5"});
  const Picture made = s.image("out.png"), b = coarse(truth);
  const double wanted = detail_of(truth);
  INFO(detail_of(b) / wanted << " to " << detail_of(made) / wanted << "; " << decibels(b, truth) << " dB, "
                             << decibels(made, truth));
  CHECK(std::abs(std::log(detail_of(made) / wanted)) < 0.5 * std::abs(std::log(detail_of(b) / wanted)));
  CHECK(decibels(made, truth) > decibels(b, truth) - 4.0);  // detail in other places costs
}

TEST_CASE("a style is that of A'") {
  const Studio s;
  s.done({"analogy", "one/landscape.png", "one/landscape_painted.png", "two/landscape.png", "-o", "out.png", "--method",
          "classic", "--kappa", "5", "--luminance"});
  const Picture made = s.image("out.png"), b = s.image("two/landscape.png"),
                truth = s.image("two/landscape_painted.png");
  INFO(decibels(b, truth) << " to " << decibels(made, truth));
  // It is as rough as the painting of B, not as B, and shows what B shows.
  const double wanted = std::log(detail_of(truth));
  CHECK(std::abs(std::log(detail_of(made)) - wanted) < 0.5 * std::abs(std::log(detail_of(b)) - wanted));
  CHECK(decibels(made, truth) > decibels(flat(truth, truth), truth));
}

TEST_CASE("colours by example are nearer than grey") {
  const Studio s;
  s.keep("a.png", grey(s.image("one/landscape.png")));
  const Picture truth = s.image("two/landscape.png"), b = grey(truth);
  s.keep("b.png", b);
  s.done({"analogy", "a.png", "one/landscape.png", "b.png", "-o", "out.png", "--method", "classic", "--kappa", "1"});
  const Picture made = s.image("out.png");
  INFO(decibels(b, truth) << " to " << decibels(made, truth));
  CHECK(decibels(made, truth) > decibels(b, truth) + 1.0);
}

TEST_CASE("ebsynth's flags, guides of their own weight, the same bytes for any number of threads") {
  const Studio s;
  const Words words{"analogy",
                    "--style",
                    "one/landscape_painted.png",
                    "--weight",
                    "2",
                    "--guide",
                    "one/landscape.png",
                    "two/landscape.png",
                    "--weight",
                    "1.5",
                    "--guide",
                    "one/landscape_labels.png",
                    "two/landscape_labels.png",
                    "--uniformity",
                    "5000",
                    "--patchsize",
                    "7",
                    "--searchvoteiters",
                    "2",
                    "--patchmatchiters",
                    "1",
                    "--extrapass3x3",
                    "--seed",
                    "3"};
  for (const char* const threads : {"1", "5"}) {
    Words all = words;
    all.insert(all.end(), {"-o", std::string(threads) + ".png", "--threads", threads, "--report", "r.json"});
    s.done(all);
  }
  CHECK(get_file(s.folder / "1.png") == get_file(s.folder / "5.png"));
  const FileBytes bytes = get_file(s.folder / "r.json");
  const auto report = nlohmann::json::parse(bytes.begin(), bytes.end());
  CHECK(report["parameters"]["guides"][0]["weight"] == 0.75);
  CHECK(report["parameters"]["guides"][1]["weight"] == 0.25);
  CHECK(report["parameters"]["uniformity"].get<double>() == Approx(5000.0));
  CHECK(report["parameters"]["patchsize"] == 7);
  CHECK(report["parameters"]["style_weight"] == 2.0);
  CHECK(report["parameters"]["rounds"] == 2);
  CHECK(report["parameters"]["sweeps"] == 1);
  CHECK(report["parameters"]["extrapass"] == true);
  CHECK(report["parameters"]["scatter"] == false);
  CHECK(report["parameters"]["soft"] == false);
  CHECK(report["parameters"]["frames"] == false);
}

TEST_CASE("the report of the classic form has its parameters") {
  const Studio s;
  s.done({"analogy", "one/landscape.png", "one/landscape_painted.png", "two/landscape.png", "-o", "out.png", "--method",
          "classic", "--luminance", "--no-remap", "--kappa", "3", "--report", "r.json"});
  const FileBytes bytes = get_file(s.folder / "r.json");
  const auto p = nlohmann::json::parse(bytes.begin(), bytes.end())["parameters"];
  CHECK(p["kappa"] == 3.0);
  CHECK(p["luminance"] == true);
  CHECK(p["remap"] == false);
  CHECK(p["frames"] == false);
}

TEST_CASE("a guide takes two paths, and its weight comes after it") {
  const Studio s;
  const std::string a = "one/landscape.png", prime = "one/landscape_painted.png", b = "two/landscape.png",
                    labels = "one/landscape_labels.png", wanted = "two/landscape_labels.png";
  const auto report = [&](Words words) {
    words.insert(words.begin(), "analogy");
    words.insert(words.end(), {"-o", "out.png", "--searchvoteiters", "1", "--report", "r.json"});
    s.done(words);
    const FileBytes bytes = get_file(s.folder / "r.json");
    return nlohmann::json::parse(bytes.begin(), bytes.end())["parameters"];
  };
  Picture all(Shape<3>{96, 96, 1});
  std::fill_n(all.data(), all.size(), std::uint8_t{255});
  s.keep("all.png", all);
  // The three pictures may follow a guide.
  const auto after = report({"--guide", labels, wanted, a, prime, b, "--mask", a, "--modulation", "all.png"});
  REQUIRE(after["guides"].size() == 2);
  CHECK(after["style"] == prime);
  CHECK(after["guides"][0]["style"] == a);
  CHECK(after["guides"][1]["output"] == wanted);
  CHECK(after["mask"] == a);
  CHECK(after["modulation"] == "all.png");
  const auto twice =
      report({"--style", prime, "--guide", a, b, "--weight", "3", "--guide", labels, wanted, "--weight", "0.5"});
  REQUIRE(twice["guides"].size() == 2);
  CHECK(twice["guides"][0]["output"] == b);
  CHECK(twice["guides"][0]["weight"] == 3.0);
  CHECK(twice["guides"][1]["style"] == labels);
  CHECK(twice["guides"][1]["weight"] == 0.5);
}

TEST_CASE("frames are folders, and the one before is a guide along the flow") {
  const Studio s;
  for (const char* const folder : {"frames", "flow"}) std::filesystem::create_directory(s.folder / folder);
  const Picture first = s.image("two/landscape.png");
  Picture second(first.shape());
  Tensor<float, 3, Cpu> flow({96, 96, 2});
  for (index_t i = 0; i < 96 * 96; ++i) {
    const index_t x = i % 96, from = i - x + max_of<index_t>(x - 4, 0);
    for (index_t c = 0; c < 3; ++c) {
      // Noise, as a camera has it.
      const int noise = static_cast<int>((i * 7 + c * 5) % 13) - 6;
      second.data()[3 * i + c] = static_cast<std::uint8_t>(clamp(first.data()[3 * from + c] + noise, 0, 255));
    }
    flow.data()[2 * i] = -4.0f;
    flow.data()[2 * i + 1] = 0.0f;
  }
  s.keep("frames/a.png", first);
  s.keep("frames/b.png", second);
  write_npy(s.folder / "flow/b.npy", flow);
  const Words words{"analogy", "one/landscape.png", "one/landscape_painted.png", "frames", "--frames", "-o"};
  const auto flicker = [&](const std::string& out, const Words& more) {
    Words all = words;
    all.push_back(out);
    all.insert(all.end(), more.begin(), more.end());
    s.done(all);
    const Picture one = s.image(out + "/a.png"), two = s.image(out + "/b.png");
    double sum = 0.0;
    for (index_t i = 0; i < two.size(); ++i) {
      if (i / 3 % 96 >= 4) sum += std::abs(two.data()[i] - one.data()[i - 12]);
    }
    return sum / static_cast<double>(two.size());
  };
  const double without = flicker("alone", {}), with = flicker("together", {"--flow", "flow"});
  INFO(with << " against " << without);
  CHECK(with < 0.7 * without);
  flicker("reported", {"--flow", "flow", "--flow-weight", "2", "--report", "r.json"});
  const FileBytes bytes = get_file(s.folder / "r.json");
  const auto p = nlohmann::json::parse(bytes.begin(), bytes.end())["parameters"];
  CHECK(p["frames"] == true);
  CHECK(p["flow_weight"] == 2.0);
}

TEST_CASE("what analogy refuses is one line") {
  const Studio s;
  using Catch::Matchers::Contains;
  const std::string a = "one/landscape.png", b = "two/landscape.png";
  s.keep("small.png", resize(s.image(a), {40, 50}));
  CHECK_THAT(s.refused({a, a, "-o", "x.png"}), Contains("A_APRIME_B"));
  CHECK_THAT(s.refused({"--style", a, "--guide", a, b, a, b, "-o", "x.png"}), Contains("A_APRIME_B"));
  CHECK_THAT(s.refused({"--style", a, "-o", "x.png", "--guide", a}), Contains("--guide"));
  CHECK_THAT(s.refused({a, a, b, "-o", "x.png", "--method", "classic", "--no-remap"}),
             Contains("--no-remap is given without --luminance"));
  CHECK_THAT(s.refused({"-o", "x.png"}), Contains("A, APRIME and B"));
  CHECK_THAT(s.refused({"--style", a, "-o", "x.png"}), Contains("--guide is missing"));
  CHECK_THAT(s.refused({a, "small.png", b, "-o", "x.png"}), Contains("96x96") && Contains("50x40"));
  CHECK_THAT(s.refused({"small.png", a, b, "-o", "x.png"}), Contains("size of A small.png is 50x40; expected 96x96"));
  CHECK_THAT(s.refused({a, "small.png", b, "-o", "x.png", "--method", "classic"}), Contains("50x40"));
  CHECK_THAT(s.refused({a, a, b, "-o", "x.png", "--guide", a, "small.png"}), Contains("size of --guide small.png"));
  CHECK_THAT(s.refused({a, a, b, "-o", "x.png", "--mask", "small.png"}), Contains("size of --mask"));
  CHECK_THAT(s.refused({a, a, b, "-o", "x.png", "--modulation", "small.png"}), Contains("size of --modulation"));
  CHECK_THAT(s.refused({a, a, b, "-o", "x.png", "--kappa", "2"}), Contains("--method classic"));
  CHECK_THAT(s.refused({a, a, b, "-o", "x.png", "--method", "classic", "--seed", "2"}), Contains("--method patches"));
  CHECK_THAT(s.refused({a, a, b, "-o", "x.png", "--flow", "two"}), Contains("--frames"));
  CHECK_THAT(s.refused({a, a, b, "-o", "x.png", "--weight", "-1"}), Contains("--weight is -1"));
  CHECK_THAT(s.refused({a, a, "nowhere", "-o", "x", "--frames"}, 1), Contains("nowhere"));
  CHECK_FALSE(std::filesystem::exists(s.folder / "x.png"));
}
