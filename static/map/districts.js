// District shapes: fetched once, shaded by count, deaths or not at all; clicked or entered by keyboard for their panel.

import { svg } from "./dom.js";
import { number, plural } from "./words.js";

export const CLASSES = 5;

export function addDistricts(map, shapes, { onOpen, isTaken }) {
  map.createPane("districts").style.zIndex = 300;
  const renderer = L.svg({ pane: "districts", padding: 0.6 });
  const paths = new Map();
  const layer = L.geoJSON(shapes, {
    pane: "districts",
    style: () => ({ renderer, className: "district", fillOpacity: 1, opacity: 1 }),
    onEachFeature(feature, path) {
      const [lon, lat] = feature.properties.label;
      paths.set(feature.id, { path, name: feature.properties.name, middle: [lat, lon] });
      path.on("click", (event) => {
        if (!isTaken(event.layerPoint)) onOpen(feature.id);
      });
    },
  }).addTo(map);
  addHatch(renderer._container);
  makeReachable(paths, onOpen);
  return {
    layer,
    name: (id) => paths.get(id)?.name ?? id,
    labels: shapes.features.map(({ properties }) => properties),
    shade: (numbers, by, scale) => shade(paths, numbers, by, scale),
    mark: (ids, className) => {
      for (const [id, { path }] of paths) path.getElement()?.classList.toggle(className, ids.includes(id));
      for (const id of ids) paths.get(id)?.path.bringToFront(); // else a neighbour's line hides half of its own
    },
    middle: (id) => paths.get(id)?.middle ?? null,
    bounds: (id) => paths.get(id)?.path.getBounds() ?? null,
    idOf: (name) => [...paths].find(([, entry]) => entry.name === name)?.[0],
  };
}

function addHatch(container) {
  const lines = svg("path", { d: "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", class: "hatch-line" });
  const pattern = svg("pattern", { id: "hatch", patternUnits: "userSpaceOnUse", width: 8, height: 8 }, lines);
  container.prepend(svg("defs", {}, pattern));
}

// One tab stop for all districts; arrow keys go through them by name.
function makeReachable(paths, onOpen) {
  const ordered = [...paths].sort((a, b) => a[1].name.localeCompare(b[1].name));
  ordered.forEach(([id, { path, name }], place) => {
    const node = path.getElement();
    node.setAttribute("tabindex", place === 0 ? "0" : "-1");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", `District ${name}`);
    node.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Enter" || event.key === " ") onOpen(id);
      else if (!step) return;
      else focusOn(ordered[(place + step + ordered.length) % ordered.length][1].path.getElement(), node);
      event.preventDefault();
      event.stopPropagation();
    });
  });
}

function focusOn(next, before) {
  before.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

// Five classes by quantile of the districts that have any; returns their bounds for the legend. A scale that is given
// stays as long as it reaches far enough, so that the frames of a playback can be compared.
function shade(paths, numbers, by, scale = null) {
  const value = (id) => (by === "none" ? 0 : (numbers[id]?.[by] ?? 0));
  const values = [...paths.keys()].map(value).filter((figure) => figure > 0);
  const bounds = scale?.length && Math.max(0, ...values) <= scale.at(-1)[1] ? scale : quantiles(values);
  for (const [id, { path, name }] of paths) {
    const node = path.getElement();
    if (!node) continue;
    const figure = value(id);
    const place = figure > 0 ? bounds.findIndex(([, upper]) => figure <= upper) : -1;
    for (let number = 0; number < CLASSES; number++) node.classList.toggle(`shade-${number}`, number === place);
    node.setAttribute("aria-label", spoken(name, numbers[id]));
  }
  return bounds;
}

function spoken(name, figures) {
  if (!figures) return `District ${name}: no incident in this selection`;
  return `District ${name}: ${plural(figures.count, "incident", "incidents")}, ${number(figures.killed)} killed`;
}

export function quantiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const uppers = [];
  for (let place = 1; place <= CLASSES; place++) {
    const upper = sorted[Math.ceil((place * sorted.length) / CLASSES) - 1];
    if (upper !== undefined && upper !== uppers.at(-1)) uppers.push(upper);
  }
  const above = (upper) => sorted.find((figure) => figure > upper);
  return uppers.map((upper, place) => [place === 0 ? sorted[0] : above(uppers[place - 1]), upper]);
}
