// SPDX-License-Identifier: MIT
// test: libraries=pastiche::io,nlohmann_json::nlohmann_json program
// The gallery's page in a browser: Debian's chromium and chromium-driver; skipped where they are not.
#include "support/catch.hpp"
#include "support/skip.hpp"
#include "support/webdriver.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace pastiche::test;

namespace {

// Sanitizers slow a search tenfold.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

using Words = std::vector<std::string>;

constexpr const char* kTab = "\uE004";
constexpr const char* kEnter = "\uE007";
constexpr const char* kEscape = "\uE00C";
constexpr const char* kLeft = "\uE012";
constexpr const char* kRight = "\uE014";

/// Presses Tab until an element that answers to the selector has the focus. False where none ever does.
bool tab_to(Browser& browser, const std::string& selector) {
  for (int i = 0; i < 80; ++i) {
    browser.press(kTab);
    if (browser.run("return document.activeElement.matches('" + selector + "')") == true) return true;
  }
  return false;
}

/// Puts the focus before the rooms of a section, which Tab would take long to.
void go_to(Browser& browser, const std::string& section) {
  browser.run("const h = document.getElementById('" + section + "'); h.tabIndex = -1; h.focus()");
}

std::string shown(Browser& browser) {
  return browser.run("return document.querySelector('#zoom output').textContent").get<std::string>();
}

}  // namespace

TEST_CASE("the gallery's page works in a browser, by keyboard alone") {
  const Chromedriver driver;
  if (driver.port() == 0) {
    skip("there is no chromedriver: skipped");
    return;
  }
  const TemporaryFolder folder;
  REQUIRE(run_program(folder, {"examples", "-o", "small", "--side", "40"}).code == 0);
  Words words{"gallery", "-o", "page"};
  if (kSanitized) words.insert(words.end(), {"--from", "small"});
  REQUIRE(run_program(folder, words).code == 0);
  // Names that the page has uses for.
  std::filesystem::create_directory(folder / "mine");
  for (const char* const name : {"zoom.png", "theme.png", "p3.png"}) {
    std::filesystem::copy(folder / "small/wood.png", folder / ("mine/" + std::string(name)));
  }
  REQUIRE(run_program(folder, {"gallery", "-o", "own", "--from", "mine"}).code == 0);

  for (const auto& [page, width] : {std::pair{"page", 1400}, std::pair{"page", 390}, std::pair{"own", 1400}}) {
    INFO(page << ", width " << width);
    Browser browser(driver.port(), width, 900);
    browser.open("file://" + (folder / page) + "/index.html");
    CHECK(browser.run("return innerWidth") == width);

    // It is whole: nothing is fetched, every picture is there, and none is wider than the window.
    CHECK(browser.run(
              "return performance.getEntriesByType('resource').filter(r => !r.name.startsWith('data:')).length") == 0);
    CHECK(browser.run("return document.images.length") > 20);
    CHECK(browser.run("return [...document.images].every(i => i.complete && i.naturalWidth > 1)") == true);
    CHECK(browser.run("return document.documentElement.scrollWidth <= innerWidth") == true);

    // Every method has a picture, its command, and a map under it.
    for (const char* const method : {"quilt", "pixel", "coherence", "optimize", "patchnn"}) {
      INFO(method);
      const std::string column =
          std::string(
              "[...document.querySelectorAll('.compared[id^=\"methods-\"] .columns .group')].filter(g => "
              "g.querySelector('h4').textContent === '") +
          method + "')";
      const auto rooms = browser.run("return document.querySelectorAll('.compared[id^=\"methods-\"]').length");
      CHECK(rooms >= 3);
      CHECK(browser.run("return " + column + ".length") == rooms);
      CHECK(browser.run("return " + column + ".every(g => g.querySelector('code').textContent.includes('--method " +
                        method + " '))") == true);
      CHECK(browser.run("return " + column +
                        ".every(g => { const i = g.querySelectorAll('img');"
                        "return i.length === 3 && i[0].src === i[1].src && i[0].src !== i[2].src; })") == true);
    }
    // The steps from coarse to fine: none is smaller than the one before, and the last is the result.
    const std::string strips = "[...document.querySelectorAll('.compared[id^=\"methods-\"] .strips .group')]";
    CHECK(browser.run("return " + strips +
                      ".length === 3 * document.querySelectorAll('.compared[id^=\"methods-\"]').length") == true);
    CHECK(browser.run("return " + strips +
                      ".every(g => { const w = [...g.querySelectorAll('img')].map("
                      "i => i.naturalWidth); return w.length >= 3 && w.every((v, i) => !i || v >= w[i - 1]); })") ==
          true);
    CHECK(browser.run("return " + strips +
                      ".every(g => { const last = [...g.querySelectorAll('img')].at(-1).src;"
                      "const own = g.querySelector('h4').textContent.split(',')[0];"
                      "return [...g.closest('.room').querySelectorAll('.columns .group')].some(c =>"
                      "c.querySelector('h4').textContent === own && c.querySelector('img').src === last); })") == true);
    CHECK(browser.run("const i = document.querySelector('.strips .pixels img');"
                      "return getComputedStyle(i).imageRendering === 'pixelated' && i.width > i.naturalWidth") == true);

    // A picture opens, grows, gives way to the next, and closes; the focus returns to it.
    REQUIRE(tab_to(browser, "button.frame"));
    browser.press(kEnter);
    CHECK(browser.run("return document.getElementById('zoom').open") == true);
    const std::string before = shown(browser);
    const std::string scale = "const i = document.querySelector('#zoom img'); return i.width / i.naturalWidth";
    const auto small = browser.run(scale).get<double>();
    browser.press("+");
    CHECK(shown(browser) != before);
    CHECK(browser.run(scale).get<double>() == small + 1.0);
    CHECK(browser.run("return getComputedStyle(document.querySelector('#zoom img')).imageRendering") == "pixelated");
    browser.press("n");
    CHECK(shown(browser).find("Its places") != std::string::npos);
    browser.press(kEscape);
    CHECK(browser.run("return document.getElementById('zoom').open") == false);
    CHECK(browser.run("return document.activeElement.matches('button.frame')") == true);

    // The slider uncovers, the switch draws, the theme turns.
    REQUIRE(tab_to(browser, "input[type=range]"));
    browser.press(kRight);
    CHECK(browser.run("return document.activeElement.closest('figure').querySelector('.stack')"
                      ".style.getPropertyValue('--cut')") == "1%");
    go_to(browser, "quilting");
    REQUIRE(tab_to(browser, "input[type=range]"));
    browser.press(kLeft);
    CHECK(browser.run("return document.activeElement.closest('figure').querySelector('.stack')"
                      ".style.getPropertyValue('--cut')") == "49%");
    REQUIRE(tab_to(browser, "input[type=checkbox]"));
    browser.press(" ");
    CHECK(browser.run("return getComputedStyle(document.querySelector('.drawn')).visibility") == "hidden");
    const std::string paper = "return getComputedStyle(document.body).backgroundColor";
    const auto light = browser.run(paper);
    browser.run("document.getElementById('theme').focus()");
    browser.press(kEnter);
    CHECK(browser.run(paper) != light);

    const auto log = browser.log();
    INFO(log.dump());
    CHECK(log.empty());
  }
}
