// SPDX-License-Identifier: MIT
/// \file
/// What the gallery does when it is touched: its script.
#pragma once

namespace pastiche::program {

inline constexpr const char* kPageScript = R"(
'use strict';
// A picture that is shown again is held once.
for (const img of document.querySelectorAll('img[data-of]')) img.src = document.getElementById(img.dataset.of).src;

for (const range of document.querySelectorAll('figure input[type=range]')) {
  const stack = range.closest('figure').querySelector('.stack');
  range.addEventListener('input', () => stack.style.setProperty('--cut', range.value + '%'));
}
for (const box of document.querySelectorAll('figure input[type=checkbox]')) {
  const stack = box.closest('figure').querySelector('.stack');
  box.addEventListener('change', () => stack.classList.toggle('undrawn', !box.checked));
}
for (const button of document.querySelectorAll('.command button')) {
  button.addEventListener('click', async () => {
    const code = button.parentElement.querySelector('code');
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
    } catch (refused) {  // some browsers keep the clipboard from files: leave it selected
      getSelection().selectAllChildren(code);
      button.textContent = 'Selected';
    }
    document.getElementById('said').textContent = button.textContent;
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
}

const theme = document.getElementById('theme');
theme.addEventListener('click', () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
});

// Zoom: a frame's pictures, pixel by pixel.
const zoom = document.getElementById('zoom'), view = zoom.querySelector('.view');
const frames = [...document.querySelectorAll('button.frame')];
let current = 0, scale = 1;
function resize() {
  const stack = view.firstElementChild;
  stack.style.setProperty('--shown', stack.dataset.width * scale + 'px');
  zoom.querySelector('output').textContent =
      frames[current].getAttribute('aria-label') + ' \u00b7 ' + Math.round(100 * scale) + ' %';
}
function show(at) {
  current = (at + frames.length) % frames.length;
  view.replaceChildren(frames[current].querySelector('.stack').cloneNode(true));
  for (const img of view.querySelectorAll('img')) img.removeAttribute('id');
  resize();
  view.scrollTo(0, 0);
}
function scaleBy(step) {
  const steps = [0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16];
  const at = steps.indexOf(scale) + step;
  scale = steps[Math.max(0, Math.min(steps.length - 1, at))];
  resize();
}
frames.forEach((frame, at) => frame.addEventListener('click', () => {
  const fits = innerWidth / frame.querySelector('.stack').dataset.width;
  scale = fits >= 4 ? 3 : fits >= 2.2 ? 2 : 1;
  zoom.showModal();
  show(at);
  view.focus();
}));
const act = {
  less: () => scaleBy(-1), more: () => scaleBy(1), before: () => show(current - 1), after: () => show(current + 1),
  close: () => zoom.close()
};
for (const button of zoom.querySelectorAll('button')) button.addEventListener('click', act[button.name]);
zoom.addEventListener('close', () => frames[current].focus());
zoom.addEventListener('keydown', (event) => {
  const name = {'-': 'less', '+': 'more', '=': 'more', 'p': 'before', 'n': 'after'}[event.key];
  if (name && !event.ctrlKey && !event.metaKey) act[name]();
});
)";

}  // namespace pastiche::program
