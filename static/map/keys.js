// Reaching the marks by keyboard: one tab stop on the map, arrow keys go from mark to mark, Enter opens one.

import { byId, el } from "./dom.js";
import { plural } from "./words.js";

export function addKeys(map, marks, { open, describe }) {
  const stop = el("button", { type: "button", class: "mark-stop", "aria-describedby": "mark-help" });
  const help = el("span", { id: "mark-help", class: "only-spoken", text: "Arrow keys move between marks, Enter opens one." });
  byId("map-controls").append(stop, help);
  let place = 0;

  const ordered = () => [...marks.all()].filter((mark) => map.getBounds().contains([mark.lat, mark.lon])).sort((a, b) => a.lon - b.lon || b.lat - a.lat);

  function show(list) {
    if (!list.length) {
      stop.textContent = "Nothing is drawn in this part of the map";
      marks.focus(null);
      return;
    }
    place = (place + list.length) % list.length;
    const mark = list[place];
    marks.focus(mark);
    stop.textContent = `${place + 1} of ${list.length}: ${mark.kind === "cluster" ? plural(mark.count, "incident", "incidents") : describe(mark)}`;
  }

  stop.textContent = "Go through the marks on the map";
  stop.addEventListener("focus", () => show(ordered()));
  stop.addEventListener("blur", () => {
    marks.focus(null);
    stop.textContent = "Go through the marks on the map";
  });
  stop.addEventListener("click", () => open(ordered()[place], true));
  stop.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    place += step;
    show(ordered());
  });
}
