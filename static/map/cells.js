// Fetches what the viewport shows and hands it to the marks. Old marks stay until new ones are there: nothing flickers.

import { address, attempt, slot } from "./net.js";

const MARGIN = 0.2; // of the viewport, fetched beyond its edges

// `getQuery` gives null while somebody else draws the marks, as a playback does.
export function followView(map, getQuery, show, onTrouble) {
  const ask = slot();
  let held = null;

  // For whoever waits until the view is complete, such as a test.
  const settled = (word) => (document.documentElement.dataset.settled = word);

  async function load({ anew = false } = {}) {
    const zoom = Math.round(map.getZoom());
    const query = getQuery();
    if (query === null) return;
    if (!anew && held && held.query === query && held.zoom === zoom && inside(map.getBounds(), held.box)) return;
    settled("no");
    const answer = await attempt(() => ask(address("/api/layers/cells", query, viewOf(map))), onTrouble);
    if (!answer) return;
    held = { query, zoom, box: answer.box };
    show(marksOf(answer));
    settled("yes");
  }

  map.on("moveend", () => load());
  return load;
}

// What of the map is in sight, as the server is asked for it.
export function viewOf(map) {
  const view = padded(map.getBounds()).map((edge) => edge.toFixed(4)).join(",");
  return { z: Math.round(map.getZoom()), view };
}

export function marksOf({ clusters, points }) {
  const made = clusters.map(([lon, lat, count, apart]) => ({ kind: "cluster", lon, lat, count, apart }));
  for (const [lon, lat, id, type, party, flags, radius] of points) {
    made.push({ kind: "point", lon, lat, id, type, party, flags, radius });
  }
  return made;
}

function padded(bounds) {
  const box = bounds.pad(MARGIN);
  const clamp = (value, limit) => Math.max(-limit, Math.min(limit, value));
  return [clamp(box.getWest(), 180), clamp(box.getSouth(), 85), clamp(box.getEast(), 180), clamp(box.getNorth(), 85)];
}

function inside(bounds, [west, south, east, north]) {
  const clamp = (value, limit) => Math.max(-limit, Math.min(limit, value));
  return (
    clamp(bounds.getWest(), 180) >= west &&
    clamp(bounds.getEast(), 180) <= east &&
    clamp(bounds.getSouth(), 85) >= south &&
    clamp(bounds.getNorth(), 85) <= north
  );
}
