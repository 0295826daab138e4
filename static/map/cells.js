// Fetches what the viewport shows and hands it to the marks. Old marks stay until new ones are there: nothing flickers.

import { address, attempt, slot } from "./net.js";

const MARGIN = 0.2; // of the viewport, fetched beyond its edges

export function followView(map, getQuery, show, onTrouble) {
  const ask = slot();
  let held = null;

  // For whoever waits until the view is complete, such as a test.
  const settled = (word) => (document.documentElement.dataset.settled = word);

  async function load() {
    const zoom = Math.round(map.getZoom());
    const query = getQuery();
    if (held && held.query === query && held.zoom === zoom && inside(map.getBounds(), held.box)) return;
    settled("no");
    const [west, south, east, north] = padded(map.getBounds());
    const view = [west, south, east, north].map((edge) => edge.toFixed(4)).join(",");
    const url = address("/api/layers/cells", query, { z: zoom, view });
    const answer = await attempt(() => ask(url), onTrouble);
    if (!answer) return;
    held = { query, zoom, box: answer.box };
    show(marksOf(answer));
    settled("yes");
  }

  map.on("moveend", load);
  return load;
}

function marksOf({ clusters, points }) {
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
