// The marks of incidents on one canvas: clusters by size, single incidents by colour and letter, what is selected.
//
// A mark is {kind: "cluster", lat, lon, count, apart} or {kind: "point", lat, lon, id, type, party, flags, radius}.

import { Canvas } from "./labels.js";
import { onTheme, colour, GROUP_ORDER } from "./theme.js";
import { markRadius, shortNumber } from "./words.js";

export const UNREVIEWED = 1;
export const DISPUTED = 2;
const POINT_RADIUS = 10;
const FONT = '600 14px "Source Sans 3 Variable", "Source Sans 3", system-ui, sans-serif';

export function addMarks(map, look) {
  map.createPane("marks").style.zIndex = 450;
  map.getPane("marks").classList.add("marks");
  const shown = { marks: [], hovered: null, focused: null, selection: null };
  const layer = new Canvas((context, on) => paint(context, on, shown, look));
  layer.options.pane = "marks";
  layer.addTo(map);
  onTheme(() => layer.redraw());
  return {
    set(marks) {
      shown.marks = marks;
      shown.hovered = null;
      layer.redraw();
    },
    all: () => shown.marks,
    redraw: () => layer.redraw(),
    at: (point) => nearest(map, shown.marks, point),
    hover(mark) {
      if (shown.hovered === mark) return;
      shown.hovered = mark;
      layer.redraw();
    },
    focus(mark) {
      shown.focused = mark;
      layer.redraw();
    },
    select(selection) {
      shown.selection = selection;
      layer.redraw();
    },
  };
}

function nearest(map, marks, point) {
  let best = null;
  let least = Infinity;
  for (const mark of marks) {
    const at = map.latLngToLayerPoint([mark.lat, mark.lon]);
    const reach = markRadius(mark) + 3;
    const distance = Math.hypot(at.x - point.x, at.y - point.y);
    if (distance <= reach && distance < least) [best, least] = [mark, distance];
  }
  return best;
}

function paint(context, map, shown, look) {
  const place = (mark) => map.latLngToLayerPoint([mark.lat, mark.lon]);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.letterSpacing = "0px";
  const points = shown.marks.filter((mark) => mark.kind === "point");
  for (const mark of points) if (mark.radius) paintRadius(context, map, place(mark), mark, look);
  for (const mark of points) paintPoint(context, place(mark), mark, look, mark === shown.hovered);
  for (const mark of shown.marks) {
    if (mark.kind === "cluster") paintCluster(context, place(mark), mark, mark === shown.hovered);
  }
  if (shown.selection) paintSelection(context, map, shown.selection);
  if (shown.focused) paintFocus(context, place(shown.focused), shown.focused);
}

function paintCluster(context, at, mark, hovered) {
  const radius = markRadius(mark);
  disc(context, at, radius + 2, colour("mark-halo"));
  disc(context, at, radius, colour(hovered ? "cluster-hover" : "cluster"));
  if (!mark.apart) {
    context.beginPath();
    context.arc(at.x, at.y, radius - 2.5, 0, 2 * Math.PI);
    context.strokeStyle = colour("cluster-ink");
    context.lineWidth = 1;
    context.stroke();
  }
  context.font = FONT;
  context.fillStyle = colour("cluster-ink");
  context.fillText(shortNumber(mark.count), at.x, at.y + 0.5);
}

function paintPoint(context, at, mark, look, hovered) {
  const { fill, ink, letter, selected } = look(mark);
  const radius = POINT_RADIUS + (hovered || selected ? 2 : 0);
  const hollow = mark.flags & UNREVIEWED;
  disc(context, at, radius + 1.5, colour("mark-halo"));
  disc(context, at, radius, fill);
  if (hollow) disc(context, at, radius - 2.5, colour("mark-hollow"));
  context.font = FONT;
  context.fillStyle = hollow ? colour("mark-letter") : ink;
  context.fillText(letter, at.x, at.y + 0.5);
  if (mark.flags & DISPUTED) halfRing(context, at, radius + 3.5);
}

function halfRing(context, at, radius) {
  context.beginPath();
  context.arc(at.x, at.y, radius, -Math.PI / 2, Math.PI / 2);
  context.strokeStyle = colour("mark-halo");
  context.lineWidth = 4.5;
  context.stroke();
  context.strokeStyle = colour("mark-ring");
  context.lineWidth = 2.5;
  context.stroke();
}

function paintRadius(context, map, at, mark, look) {
  const metres = 40075016.7 * Math.cos((mark.lat * Math.PI) / 180);
  const radius = ((mark.radius * 1000) / metres) * 256 * 2 ** map.getZoom();
  if (radius < POINT_RADIUS + 4) return;
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.save();
  context.globalAlpha = 0.1;
  context.fillStyle = look(mark).fill;
  context.fill();
  context.globalAlpha = 0.6;
  context.strokeStyle = colour("mark-ring");
  context.lineWidth = 1;
  context.stroke();
  context.restore();
}

// Where the selected incident is, also inside a cluster; places that other sources give, hatched and joined to it.
function paintSelection(context, map, { at, places, joins }) {
  const start = at && map.latLngToLayerPoint(at);
  for (const [one, other] of joins) joinPlaces(context, map.latLngToLayerPoint(one), map.latLngToLayerPoint(other));
  for (const rival of places) {
    const end = map.latLngToLayerPoint([rival.lat, rival.lon]);
    disc(context, end, POINT_RADIUS + 2, colour("mark-halo"));
    hatchedDisc(context, end, POINT_RADIUS);
  }
  if (!start) return;
  for (const [width, ink] of [[6, "mark-halo"], [3, "selected"]]) {
    context.beginPath();
    context.arc(start.x, start.y, POINT_RADIUS + 6, 0, 2 * Math.PI);
    context.strokeStyle = colour(ink);
    context.lineWidth = width;
    context.stroke();
  }
}

function joinPlaces(context, start, end) {
  context.beginPath();
  context.setLineDash([7, 6]);
  context.moveTo(start.x, start.y);
  context.lineTo(end.x, end.y);
  context.strokeStyle = colour("mark-ring");
  context.lineWidth = 2;
  context.stroke();
  context.setLineDash([]);
}

function hatchedDisc(context, at, radius) {
  context.save();
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour("mark-hollow");
  context.fill();
  context.strokeStyle = colour("mark-ring");
  context.lineWidth = 2;
  context.stroke();
  context.clip();
  context.lineWidth = 1.5;
  for (let shift = -2 * radius; shift < 2 * radius; shift += 5) {
    context.beginPath();
    context.moveTo(at.x + shift, at.y + radius);
    context.lineTo(at.x + shift + 2 * radius, at.y - radius);
    context.stroke();
  }
  context.restore();
}

function paintFocus(context, at, mark) {
  context.beginPath();
  context.arc(at.x, at.y, markRadius(mark) + 6, 0, 2 * Math.PI);
  context.strokeStyle = colour("focus");
  context.lineWidth = 3;
  context.stroke();
}

function disc(context, at, radius, paintWith) {
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.fillStyle = paintWith;
  context.fill();
}

// How a single incident looks: its colour by type or by party, the letter that says the same, whether it is selected.
export function makeLook(meta, state) {
  const parties = new Map(partyLooks(meta).map((party) => [party.id, party]));
  return (mark) => {
    const selected = mark.id === state.selected;
    if (state.colourBy === "perpetrator") {
      const party = parties.get(meta.perpetrator_order[mark.party]);
      const slot = party ? GROUP_ORDER[party.place] : "none";
      return { fill: colour(`c-${slot}`), ink: colour(`i-${slot}`), letter: party?.letter ?? "\u00b7", selected };
    }
    const type = meta.event_types[meta.type_order[mark.type]];
    const slot = type?.group ?? "none";
    return { fill: colour(`c-${slot}`), ink: colour(`i-${slot}`), letter: type?.letter ?? "?", selected };
  };
}

// The parties that have a colour, each with a letter of its own name that no other has.
export function partyLooks(meta) {
  const used = new Set();
  return meta.perpetrators.map((party, place) => {
    const letters = [...party.label.toUpperCase().replace(/[^A-Z]/g, ""), ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const letter = letters.find((one) => !used.has(one));
    used.add(letter);
    return { ...party, letter, place };
  });
}
