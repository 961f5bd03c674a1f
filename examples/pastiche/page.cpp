// SPDX-License-Identifier: MIT
#include "page.hpp"

#include "page_script.hpp"
#include "page_style.hpp"

#include <cstdint>
#include <map>

namespace pastiche::program {

namespace {

constexpr const char* kIntroduction = R"(<h1>pastiche</h1>
<p class="lead"><em>Steal as much as possible from visual data that already exists, and then cover up the evidence that
it was stolen.</em></p>
<p>Click a picture, or press Enter on it, to see its pixels; then <kbd>+</kbd> and <kbd>-</kbd> change the scale,
<kbd>n</kbd> and <kbd>p</kbd> go on and back, <kbd>Esc</kbd> returns. The commands make the same pictures, byte for byte,
on a machine with any number of cores; they are to be run in the folder of this page.</p>
)";

constexpr const char* kZoom = R"(<dialog id="zoom" aria-label="The picture, enlarged"><div class="bar"><output></output>
<button name="less" aria-label="Smaller">&minus;</button><button name="more" aria-label="Larger">+</button>
<button name="before">Previous</button><button name="after">Next</button><button name="close">Close</button></div>
<div class="view" tabindex="0" role="region" aria-label="Pixels"></div></dialog>
)";

// An empty picture, until the script puts in the one that is named.
constexpr const char* kUntilScripted =
    " src=\"data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==\" data-of=\"";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// RFC 4648, section 4.
std::string base64(const std::string& bytes) {
  constexpr const char* kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      word = word << 8 | (at + k < bytes.size() ? static_cast<unsigned char>(bytes[at + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) out += at + k <= bytes.size() ? kDigits[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

/// The name of its element: a hyphen keeps it from all others of the page, and it has no spaces.
std::string room_id(const Section& s, const Room& r) {
  std::string id = s.id + "-" + r.name;
  for (char& c : id) c = c == ' ' || c == ',' ? '-' : c;
  return id;
}

/// Writes the body, and numbers what must have a name of its own in the page.
class Writer {
 public:
  std::string body(const std::vector<Section>& sections) {
    for (const Section& s : sections) section(s);
    return html_;
  }

 private:
  void section(const Section& s) {
    html_ += "<h2 id=\"" + escaped(s.id) + "\">" + escaped(s.name) + "</h2>\n<p>" + escaped(s.about) + "</p>\n";
    if (!s.terms.empty()) {
      html_ += "<dl>\n";
      for (const auto& [word, meaning] : s.terms) {
        html_ += "<dt>" + escaped(word) + "</dt><dd>" + escaped(meaning) + "</dd>\n";
      }
      html_ += "</dl>\n";
    }
    for (const Room& r : s.rooms) room(s, r);
    if (!s.figures.rows.empty()) table(s.figures);
  }

  void room(const Section& s, const Room& r) {
    html_ += "<section class=\"room" + std::string(r.columns.empty() ? "" : " compared") + "\" id=\"" +
             escaped(room_id(s, r)) + "\"><div class=\"head\"><div><h3>" + escaped(r.name) + "</h3>\n<p>" +
             escaped(r.about) + "</p></div>\n<div class=\"stolen\">\n";
    for (const Exhibit& e : r.stolen_from) exhibit(r.name + ": " + e.caption, e);
    html_ += "</div></div>\n";
    for (const Exhibit& e : r.exhibits) exhibit(r.name + ": " + e.caption, e);
    groups("columns", r.name, r.columns);
    groups("strips", r.name, r.strips);
    html_ += "</section>\n";
  }

  void groups(const std::string& kind, const std::string& room, const std::vector<Group>& all) {
    if (all.empty()) return;
    html_ += "<div class=\"" + kind + "\">\n";
    for (const Group& g : all) {
      html_ += "<div class=\"group\"><div><h4>" + escaped(g.name) + "</h4>";
      if (!g.about.empty()) html_ += "<p>" + escaped(g.about) + "</p>";
      html_ += "</div>\n";
      for (const Exhibit& e : g.exhibits) exhibit(room + ", " + g.name + ": " + e.caption, e);
      html_ += "</div>\n";
    }
    html_ += "</div>\n";
  }

  void table(const Table& t) {
    html_ +=
        "<h3>In numbers</h3><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"In "
        "numbers\"><table><thead><tr>";
    for (const std::string& cell : t.head) html_ += "<th scope=\"col\">" + escaped(cell) + "</th>";
    html_ += "</tr></thead><tbody>\n";
    for (const auto& row : t.rows) {
      html_ += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i) {
        html_ += (i == 0 ? "<th scope=\"row\">" : "<td>") + escaped(row[i]) + (i == 0 ? "</th>" : "</td>");
      }
      html_ += "</tr>\n";
    }
    html_ += "</tbody></table></div>\n";
  }

  void exhibit(const std::string& label, const Exhibit& e) {
    const index_t times = e.repeated ? 2 : 1, height = times * e.picture.size[0], width = times * e.picture.size[1];
    const index_t shown = e.width > 0 ? e.width : width;
    const std::string pixels = std::to_string(shown);
    html_ += "<figure style=\"--width:" + pixels + "px\"><button class=\"frame\" aria-label=\"" + escaped(label) +
             "\"><span class=\"stack" + (e.repeated ? " repeated" : "") + (shown > width ? " pixels" : "") +
             "\" data-width=\"" + std::to_string(e.full > 0 ? e.full : width) +
             "\" style=\"--cut:" + std::to_string(e.cut) + "%;--aspect:" + std::to_string(width) + "/" +
             std::to_string(height) + "\">";
    const std::string first = image(e.picture, label, "");
    for (int copy = 1; e.repeated && copy < 4; ++copy)
      html_ += std::string("<img alt=\"\"") + kUntilScripted + first + "\">";
    for (const PagePicture& p : e.revealed) {
      image(p, "", "revealed");
      html_ += "<span class=\"edge\"></span>";
    }
    for (const PagePicture& p : e.drawn) image(p, "", "drawn");
    html_ += "</span></button>\n<figcaption>" + escaped(e.caption) + "</figcaption>\n";
    if (!e.revealed.empty() || !e.drawn.empty()) knobs(label, e);
    if (!e.command.empty()) {
      html_ += "<div class=\"command\"><code>" + escaped(e.command) +
               "</code><button aria-label=\"Copy the command of " + escaped(label) + "\">Copy</button></div>";
    }
    html_ += "</figure>\n";
  }

  void knobs(const std::string& label, const Exhibit& e) {
    html_ += "<div class=\"knobs\">";
    if (!e.revealed.empty()) {
      html_ += "<label>" + escaped(e.reveals) + " <input type=\"range\" min=\"0\" max=\"100\" value=\"" +
               std::to_string(e.cut) + "\" aria-label=\"" + escaped(e.reveals + ", " + label) + "\"></label>";
    }
    if (!e.drawn.empty())
      html_ += "<label><input type=\"checkbox\" checked aria-label=\"" + escaped(e.draws + ", " + label) + "\"> " +
               escaped(e.draws) + "</label>";
    html_ += "</div>\n";
  }

  /// Returns the name of the element. A picture that was shown before is not held again.
  std::string image(const PagePicture& picture, const std::string& alt, const std::string& role) {
    const std::string name = "p" + std::to_string(++images_);
    const auto [held, fresh] = held_.try_emplace(picture.png, name);
    html_ += "<img id=\"" + name + "\" alt=\"" + escaped(alt) + "\"" + (role.empty() ? "" : " class=\"" + role + "\"") +
             (fresh ? " src=\"data:image/png;base64," + base64(picture.png) : kUntilScripted + held->second) + "\">";
    return held->second;
  }

  std::string html_;
  std::map<std::string, std::string> held_;  // PNG files, and the elements that hold them
  int images_ = 0;
};

std::string navigation(const std::vector<Section>& sections) {
  std::string html = "<nav aria-label=\"Contents\"><div class=\"rooms\">";
  for (const Section& s : sections) {
    html += "<a class=\"section\" href=\"#" + escaped(s.id) + "\">" + escaped(s.name) + "</a>";
    for (const Room& r : s.rooms) html += "<a href=\"#" + escaped(room_id(s, r)) + "\">" + escaped(r.name) + "</a>";
  }
  return html + "</div><button id=\"theme\">Light / dark</button></nav>\n";
}

}  // namespace

PagePicture page_picture(const Pixels<std::uint8_t>& pixels) {
  const auto bytes = encode_image(ImageFormat::png, pixels);
  return {std::string(bytes.begin(), bytes.end()), {{pixels.shape(0), pixels.shape(1)}}};
}

std::string page(const std::vector<Section>& sections, const std::string& foot) {
  return std::string(
             "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<link rel=\"icon\" href=\"data:,\">\n<title>pastiche: gallery</title>\n<style>") +
         kPageStyle + "</style>\n</head>\n<body>\n" + navigation(sections) + "<main>\n" + kIntroduction +
         Writer().body(sections) + "<p>" + escaped(foot) + "</p>\n</main>\n" + kZoom +
         "<p id=\"said\" role=\"status\"></p>\n<script>" + kPageScript + "</script>\n</body>\n</html>\n";
}

}  // namespace pastiche::program
