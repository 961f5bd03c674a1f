// SPDX-License-Identifier: MIT
/// \file
/// How the gallery looks: its style sheet.
#pragma once

namespace pastiche::program {

inline constexpr const char* kPageStyle = R"(
:root { color-scheme: light dark; --ground: #faf9f6; --sheet: #ffffff; --ink: #211f1c; --faint: #66615a;
        --line: #ddd8cf; --accent: #a5401f; }
@media (prefers-color-scheme: dark) {
  :root:not([data-theme=light]) { --ground: #141416; --sheet: #1d1d20; --ink: #e9e6e1; --faint: #a09a92;
                                  --line: #34343a; --accent: #f0906a; } }
:root[data-theme=dark] { color-scheme: dark; --ground: #141416; --sheet: #1d1d20; --ink: #e9e6e1; --faint: #a09a92;
                         --line: #34343a; --accent: #f0906a; }
:root[data-theme=light] { color-scheme: light; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 4rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
nav { position: sticky; top: 0; z-index: 2; display: flex; gap: 1rem; align-items: center; padding: .5rem 1.5rem;
      background: var(--ground); border-bottom: 1px solid var(--line); }
nav .rooms { display: flex; gap: 1rem; overflow-x: auto; flex: 1; white-space: nowrap; scrollbar-width: thin; }
nav a { text-decoration: none; padding: .2rem 0; }
nav a.section { font-weight: 600; }
nav a:hover { text-decoration: underline; }
main { max-width: 1330px; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { font-size: 2.4rem; line-height: 1.1; margin: 0 0 .6rem; letter-spacing: -.02em; }
h2 { font-size: 1.7rem; margin: 3rem 0 .3rem; letter-spacing: -.01em; }
h3 { font-size: 1.15rem; margin: 0; }
p { margin: .2rem 0 1rem; max-width: 46rem; color: var(--faint); }
p.lead { font-size: 1.1rem; }
section.room { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 350px), 1fr)); gap: 1.5rem;
               align-items: start; margin: 1.4rem 0; padding: 1.4rem; background: var(--sheet);
               border: 1px solid var(--line); border-radius: 10px; }
section.room p { font-size: .92rem; margin-bottom: .8rem; }
.stolen { display: flex; gap: .8rem; align-items: flex-start; }
.stolen figure { flex: 0 1 var(--width); min-width: 9rem; }
.compared > * { grid-column: 1 / -1; }
.compared .head { display: flex; flex-wrap: wrap; gap: 1.5rem; justify-content: space-between; }
.compared .head > div:first-child { flex: 1 1 20rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 224px), 1fr)); gap: 1.5rem; }
.columns .group { display: grid; grid-row: span 3; grid-template-rows: subgrid; gap: .8rem; min-width: 0; }
.columns .command code { overflow-wrap: break-word; }
.strips { display: grid; gap: 1rem; }
.strips .group { display: flex; flex-wrap: wrap; gap: .8rem; }
.strips .group > div { flex: 0 0 100%; }
.strips figure { flex: 0 0 auto; }
h4 { font-size: 1rem; margin: 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 46rem); gap: .4rem 1rem; margin: 0 0 1rem; }
dt { font-weight: 600; }
dd { margin: 0; color: var(--faint); }
figure { margin: 0; min-width: 0; width: min(100%, var(--width)); }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 6px;
         padding: .15rem .6rem; cursor: pointer; }
button:hover { border-color: var(--accent); }
button.frame { display: block; width: min(100%, var(--width)); padding: 0; border: 0; border-radius: 4px;
               overflow: hidden; cursor: zoom-in; line-height: 0; }
.stack { position: relative; display: block; aspect-ratio: var(--aspect); }
.stack img { position: absolute; inset: 0; width: 100%; height: 100%; }
.stack .revealed { clip-path: inset(0 0 0 var(--cut)); }
.stack .edge { position: absolute; top: 0; bottom: 0; left: var(--cut); width: 2px; margin-left: -1px;
               background: #fff; mix-blend-mode: difference; }
.stack.repeated img { width: 50%; height: 50%; }
.stack.repeated img:nth-child(2), .stack.repeated img:nth-child(4) { left: 50%; }
.stack.repeated img:nth-child(3), .stack.repeated img:nth-child(4) { top: 50%; }
.stack.pixels img { image-rendering: pixelated; }
.undrawn .drawn { visibility: hidden; }
figcaption { padding-top: .45rem; font-size: .9rem; color: var(--faint); }
.knobs { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .85rem; padding-top: .3rem; color: var(--faint); }
.knobs label { display: flex; gap: .4rem; align-items: center; }
input { accent-color: var(--accent); }
.knobs input[type=range] { width: 9rem; }
.command { display: flex; gap: .5rem; align-items: flex-start; margin-top: .3rem; }
.command code { flex: 1; font: 12px/1.45 ui-monospace, monospace; color: var(--ink); overflow-wrap: anywhere; }
.command button { font-size: .75rem; }
#said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; margin: .5rem 0; }
th, td { text-align: right; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line);
         font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
dialog { width: 100vw; height: 100vh; height: 100dvh; max-width: none; max-height: none; margin: 0; padding: 0;
         border: 0; background: var(--ground); color: var(--ink); }
dialog[open] { display: flex; flex-direction: column; }
dialog .bar { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .5rem 1rem;
              border-bottom: 1px solid var(--line); }
dialog .bar output { flex: 1; min-width: 9rem; font-size: .9rem; color: var(--faint); }
dialog .view { flex: 1; overflow: auto; display: grid; place-items: safe center; padding: 1rem; }
dialog .stack { width: var(--shown); max-width: none; }
dialog .stack img { image-rendering: pixelated; }
@media (max-width: 640px) {
  main { padding: 1rem .8rem 3rem; }
  nav { padding: .4rem .8rem; }
  h1 { font-size: 1.9rem; }
  dl { grid-template-columns: 1fr; }
  dd { margin-bottom: .5rem; }
  section.room { padding: .8rem; margin-left: -.3rem; margin-right: -.3rem; }
}
@media print { nav, dialog, .knobs, .command button { display: none; } }
)";

}  // namespace pastiche::program
