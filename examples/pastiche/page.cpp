// SPDX-License-Identifier: MIT
#include "page.hpp"

namespace pastiche::program {

namespace {

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>pastiche: gallery</title>
<style>
:root { color-scheme: light dark; --ground: #fbfaf8; --ink: #22201d; --faint: #6d6861; --line: #dedad3; }
@media (prefers-color-scheme: dark) { :root { --ground: #17171a; --ink: #e6e3de; --faint: #98938b; --line: #34343a; } }
body { margin: 0 auto; max-width: 1720px; padding: 2rem 1.5rem; background: var(--ground); color: var(--ink);
       font: 15px/1.5 system-ui, sans-serif; }
h1 { font-weight: 600; margin: 0; }
h2 { font-weight: 600; margin: 2.5rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); }
p { margin: 0.3rem 0 1rem; max-width: 60rem; color: var(--faint); }
.room { display: flex; flex-wrap: wrap; gap: 1.2rem; align-items: flex-start; }
figure { margin: 0; max-width: 100%; }
figure img, figure .tiles { display: block; max-width: 100%; border-radius: 3px; }
figure.map img { image-rendering: pixelated; }
figcaption { color: var(--faint); padding-top: 0.35rem; max-width: 24rem; }
code { display: block; font: 12px/1.4 ui-monospace, monospace; color: var(--ink); overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>pastiche</h1>
<p><em>Steal as much as possible from visual data that already exists, and then cover up the evidence that it was
stolen.</em> Each texture below is quilted from the small example at its left: blocks of it that agree where they overlap,
cut along the path where they differ least. The coloured maps show where in the example each pixel was stolen: the same
colour, the same place.</p>
)";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string figure(const Exhibit& e) {
  const index_t scale = e.repeated ? 2 : 1;
  const std::string width = std::to_string(e.size[1]), height = std::to_string(e.size[0]);
  std::string html = "<figure>\n";
  if (e.repeated) {
    html += "<div class=\"tiles\" role=\"img\" aria-label=\"" + escaped(e.caption) +
            "\" style=\"width:" + std::to_string(scale * e.size[1]) + "px;height:" + std::to_string(scale * e.size[0]) +
            "px;background:url(" + escaped(e.file) + ")\"></div>\n";
  } else {
    html += "<img src=\"" + escaped(e.file) + "\" width=\"" + width + "\" height=\"" + height + "\" alt=\"" +
            escaped(e.caption) + "\">\n";
  }
  html += "<figcaption>" + escaped(e.caption);
  if (!e.command.empty()) html += "<code>" + escaped(e.command) + "</code>";
  return html + "</figcaption>\n</figure>\n";
}

}  // namespace

std::string page(const std::vector<Room>& rooms, const std::string& foot) {
  std::string html = kHead;
  for (const Room& room : rooms) {
    html += "<h2>" + escaped(room.name) + "</h2>\n<p>" + escaped(room.about) + "</p>\n<div class=\"room\">\n";
    for (const Exhibit& exhibit : room.exhibits) html += figure(exhibit);
    html += "</div>\n";
  }
  return html + "<h2>How it was made</h2>\n<p>" + escaped(foot) + "</p>\n</body>\n</html>\n";
}

}  // namespace pastiche::program
