// Light and dark, and the colours that are drawn on canvas: read from the style sheet, so that it alone names them.

import { listen, state } from "./state.js";

export const GROUP_ORDER = ["attack", "explosion", "clash", "operation", "killing", "abduction", "sabotage", "unrest"];
export const GROUP_WORDS = {
  attack: "Attacks and takeovers",
  explosion: "Bombings, shelling, air strikes",
  clash: "Armed clashes",
  operation: "Operations and arrests",
  killing: "Targeted killings",
  abduction: "Abductions",
  sabotage: "Sabotage",
  unrest: "Protest, mob violence, other",
};

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set();
let colours = {};

export function onTheme(listener) {
  listeners.add(listener);
}

export function colour(name) {
  if (!(name in colours)) colours[name] = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  return colours[name];
}

export function isDark() {
  return document.documentElement.dataset.theme === "dark";
}

function apply() {
  const wanted = state.theme ?? (dark.matches ? "dark" : "light");
  if (document.documentElement.dataset.theme === wanted) return;
  document.documentElement.dataset.theme = wanted;
  colours = {};
  for (const listener of listeners) listener();
}

dark.addEventListener("change", apply);
listen((names) => names.has("theme") && apply());
apply();
