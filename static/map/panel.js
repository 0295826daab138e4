// The panel at the right (a sheet from below on phones): incidents, districts, lists. Esc closes it, focus comes back.

import { button, byId, el, fill } from "./dom.js";

const panel = byId("panel");
const views = [];
let cameFrom = null;
let whenClosed = () => {};

export function onClosed(listener) {
  whenClosed = listener;
}

export const isOpen = () => !panel.hidden;
export const currentView = () => views.at(-1) ?? null;

// Shows a view {key, title, fill(body)}. `fresh` forgets what was open before; else Back leads to it.
export function openPanel(view, { fresh = false } = {}) {
  if (panel.hidden) cameFrom = document.activeElement;
  if (fresh) views.length = 0;
  if (views.at(-1)?.key !== view.key) views.push(view);
  else views[views.length - 1] = view;
  draw();
}

function draw() {
  const view = views.at(-1);
  const heading = el("h2", { id: "panel-title", tabindex: "-1", text: view.title });
  const body = el("div", { class: "panel-body" });
  fill(
    panel,
    el(
      "div",
      { class: "panel-head" },
      views.length > 1 && button("Back", back, { class: "quiet-button" }),
      heading,
      button("\u00d7", close, { class: "close", "aria-label": "Close", title: "Close (Esc)" }),
    ),
    body,
  );
  panel.hidden = false;
  panel.setAttribute("aria-labelledby", "panel-title");
  document.body.classList.add("with-panel");
  panel.scrollTop = 0;
  heading.focus({ preventScroll: true });
  view.fill(body, (title) => (heading.textContent = title));
}

function back() {
  views.pop();
  views.at(-1).onShow?.();
  draw();
}

export function close() {
  if (panel.hidden) return;
  panel.hidden = true;
  views.length = 0;
  document.body.classList.remove("with-panel");
  (cameFrom?.isConnected ? cameFrom : byId("map-area")).focus?.();
  whenClosed();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden) close();
});
