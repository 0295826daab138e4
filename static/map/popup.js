// The popup on the map: the short form of an incident, or the incidents of one spot.

import { el, fill } from "./dom.js";

export function makePopup(map) {
  let popup = null;
  return {
    open(lat, lon, content, label) {
      const small = map.getSize().x < 480;
      popup = L.popup({
        maxWidth: small ? map.getSize().x - 40 : 360,
        minWidth: small ? 220 : 300,
        maxHeight: Math.max(180, map.getSize().y - 120),
        autoPanPadding: [24, 24],
        className: "incident-popup",
      })
        .setLatLng([lat, lon])
        .setContent(content)
        .openOn(map);
      const node = popup.getElement();
      node.setAttribute("role", "dialog");
      node.setAttribute("aria-label", label);
      node.querySelector(".leaflet-popup-close-button")?.setAttribute("title", "Close (Esc)");
    },
    fill(node, ...content) {
      fill(node, ...content);
      popup?.update();
    },
    close() {
      map.closePopup();
    },
    loading: () => el("div", { class: "popup-body" }, el("p", { class: "quiet", text: "Loading\u2026" })),
  };
}
