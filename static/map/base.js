// What lies behind the districts: sea, land and country lines of our own, or a web base map where the reader chose one.

import { getJson } from "./net.js";

export async function addBase(map, config) {
  map.createPane("base").style.zIndex = 150;
  if (config.baseMap) {
    const tiles = { attribution: config.baseMap.attribution, maxZoom: 19, referrerPolicy: "strict-origin-when-cross-origin" };
    L.tileLayer(config.baseMap.url, tiles).addTo(map);
    document.documentElement.classList.add("web-base");
    return [];
  }
  const { land, borders, labels } = await getJson(`${config.static}/map/basemap.json`);
  const renderer = L.svg({ pane: "base", padding: 0.6 });
  const turned = (lines) => lines.map((line) => line.map(([lon, lat]) => [lat, lon]));
  const shared = { renderer, pane: "base", interactive: false, smoothFactor: 1.2 };
  L.polygon(turned(land), { ...shared, className: "land" }).addTo(map);
  L.polyline(turned(borders), { ...shared, className: "country-line" }).addTo(map);
  return labels;
}
