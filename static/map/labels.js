// Names on the map: districts from zoom 7, towns by importance, countries and the sea; none over another.

import { colour, onTheme } from "./theme.js";
import { markRadius } from "./words.js";

const FONT = '"Source Sans 3 Variable", "Source Sans 3", system-ui, sans-serif';
const TOWN_ZOOM = [5.5, 7, 8.5, 9.5];
const STYLES = {
  sea: { font: `italic 15px ${FONT}`, ink: "label-sea", spaced: "2px" },
  country: { font: `500 15px ${FONT}`, ink: "label-country", spaced: "3px" },
  province: { font: `400 14px ${FONT}`, ink: "label-country", spaced: "2px" },
  district: { font: `600 14px ${FONT}`, ink: "label-district", spaced: "0.3px" },
  town: { font: `400 14px ${FONT}`, ink: "label-town", spaced: "0px" },
};

const Canvas = L.Renderer.extend({
  options: { padding: 0.25, pane: "labels" },
  initialize(paint) {
    L.Renderer.prototype.initialize.call(this, { padding: 0.25, pane: "labels" });
    this._paint = paint;
  },
  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
    this._context = this._container.getContext("2d");
  },
  _destroyContainer() {
    this._container.remove();
  },
  _updatePaths() {},
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    this.redraw();
  },
  redraw() {
    if (!this._bounds) return;
    const ratio = window.devicePixelRatio || 1;
    const size = this._bounds.getSize();
    const origin = this._bounds.min;
    const [width, height] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
    L.DomUtil.setPosition(this._container, origin);
    if (this._container.width === width && this._container.height === height) {
      this._context.setTransform(1, 0, 0, 1, 0, 0);
      this._context.clearRect(0, 0, width, height); // a canvas that gets its size anew is made anew
    } else {
      Object.assign(this._container, { width, height });
      Object.assign(this._container.style, { width: `${size.x}px`, height: `${size.y}px` });
    }
    this._context.setTransform(ratio, 0, 0, ratio, -origin.x * ratio, -origin.y * ratio);
    this._paint(this._context, this._map, this._bounds);
  },
});

export { Canvas };

export function addLabels(map) {
  map.createPane("labels").style.zIndex = 430;
  const known = { regions: [], districts: [], towns: [], marks: [] };
  const layer = new Canvas((context, shown, bounds) => paint(context, shown, bounds, known));
  layer.addTo(map);
  onTheme(() => layer.redraw());
  document.fonts?.ready.then(() => layer.redraw());
  return {
    set(names) {
      Object.assign(known, names);
      layer.redraw();
    },
  };
}

function paint(context, map, bounds, known) {
  const zoom = map.getZoom();
  const place = (lat, lon) => map.latLngToLayerPoint([lat, lon]);
  const taken = known.marks.map((mark) => around(place(mark.lat, mark.lon), markRadius(mark) + 2));
  context.lineJoin = "round";
  const towns = known.towns.filter((town) => zoom >= TOWN_ZOOM[town[3]]);
  for (const [lon, lat, name, rank] of towns.filter((town) => town[3] <= 1)) drawTown(context, place(lat, lon), name, rank, taken, bounds);
  if (zoom >= 7 && zoom < 11.5) {
    for (const { name, label } of known.districts) drawName(context, place(label[1], label[0]), name, "district", taken, bounds);
  }
  for (const [lon, lat, name, rank] of towns.filter((town) => town[3] > 1)) drawTown(context, place(lat, lon), name, rank, taken, bounds);
  if (zoom < 8.5) for (const [lon, lat, name, kind] of known.regions) drawName(context, place(lat, lon), name, kind, taken, bounds);
}

function drawName(context, at, text, kind, taken, bounds) {
  const style = STYLES[kind];
  context.font = style.font;
  context.letterSpacing = style.spaced;
  const width = context.measureText(text).width;
  const box = [at.x - width / 2 - 4, at.y - 9, at.x + width / 2 + 4, at.y + 9];
  if (!claim(box, taken, bounds)) return;
  write(context, text, at.x - width / 2, at.y + 5, style.ink);
}

function drawTown(context, at, text, rank, taken, bounds) {
  const style = STYLES.town;
  context.font = rank === 0 ? style.font.replace("400", "600") : style.font;
  context.letterSpacing = style.spaced;
  const width = context.measureText(text).width;
  const hidden = taken.some((box) => box.mark && at.x > box[0] && at.x < box[2] && at.y > box[1] && at.y < box[3]);
  const found = townBoxes(at, width, hidden).find((box) => claim(box, taken, bounds));
  if (!found) return;
  write(context, text, found[0] + 3, found[1] + 14, style.ink);
  if (hidden) return;
  context.beginPath();
  context.arc(at.x, at.y, rank === 0 ? 3 : 2.2, 0, 2 * Math.PI);
  context.fillStyle = colour("label-town");
  context.strokeStyle = colour("label-halo");
  context.lineWidth = 2;
  context.stroke();
  context.fill();
}

// Where a town's name may stand: right, left, below or above its dot, or clear of the mark that covers the dot.
function townBoxes(at, width, hidden) {
  const reach = hidden ? 17 : 4;
  return [
    [at.x + reach, at.y - 9, at.x + reach + width + 6, at.y + 9],
    [at.x - reach - width - 6, at.y - 9, at.x - reach, at.y + 9],
    [at.x - width / 2 - 3, at.y + reach, at.x + width / 2 + 3, at.y + reach + 18],
    [at.x - width / 2 - 3, at.y - reach - 18, at.x + width / 2 + 3, at.y - reach],
  ];
}

function around(at, radius) {
  const box = [at.x - radius, at.y - radius, at.x + radius, at.y + radius];
  box.mark = true;
  return box;
}

function write(context, text, x, y, ink) {
  context.strokeStyle = colour("label-halo");
  context.lineWidth = 3.5;
  context.strokeText(text, x, y);
  context.fillStyle = colour(ink);
  context.fillText(text, x, y);
}

function claim(box, taken, bounds) {
  if (box[2] < bounds.min.x || box[0] > bounds.max.x || box[3] < bounds.min.y || box[1] > bounds.max.y) return false;
  const free = taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
  if (free) taken.push(box);
  return free;
}
