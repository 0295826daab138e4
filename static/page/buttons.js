// A row of buttons that change the selection, built by textContent.

import { button, fill } from "../map/dom.js";
import { announce, isOld, nextTurn, PATIENCE } from "./ask.js";

const held = new WeakMap();

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const host = parentElement.querySelector(".buttons");
  const now = held.get(host) ?? make(host);
  now.send = (pressed) => setStateValue("pressed", pressed);
  take(now, data);
  return () => held.delete(host);
}

function make(host) {
  const now = { host, seen: null, pressed: [] };
  host.setAttribute("role", "group");
  held.set(host, now);
  return now;
}

function take(now, data) {
  if (isOld(data) && now.host.children.length) return;
  const seen = JSON.stringify(data.buttons);
  if (seen === now.seen) return;
  now.seen = seen;
  const root = now.host.getRootNode();
  const focused = now.host.contains(root.activeElement) ? [...now.host.children].indexOf(root.activeElement) : -1;
  now.host.className = `buttons ${data.shape}`;
  now.host.setAttribute("aria-label", data.label);
  fill(now.host, data.buttons.map((one) => buttonOf(now, data, one)));
  if (focused >= 0) now.host.children[Math.min(focused, now.host.children.length - 1)]?.focus({ preventScroll: true });
}

function buttonOf(now, { shape }, { name, words, help, chosen, changes }) {
  const pressed = shape === "periods" ? String(chosen) : null;
  const node = button(words, () => press(now, shape, node, name, changes), { title: help, "aria-pressed": pressed });
  return node;
}

async function press(now, shape, node, name, changes) {
  if (node.getAttribute("aria-disabled")) return; // about to go; disabled it would lose the focus
  if (shape === "periods") for (const one of now.host.children) one.setAttribute("aria-pressed", String(one === node));
  else node.setAttribute("aria-disabled", "true");
  now.seen = null;
  const turn = nextTurn();
  now.pressed = [...now.pressed.filter(({ at }) => performance.now() - at < PATIENCE), { turn, name, at: performance.now() }];
  await announce(turn, changes);
  now.send(now.pressed);
}
