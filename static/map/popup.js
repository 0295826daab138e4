// The popup on the map: the short form of an incident, or the incidents of one spot.

import { byId, el, fill } from "./dom.js";

export function makePopup(map) {
  let popup = null;
  return {
    open(lat, lon, content, label) {
      const small = map.getSize().x < 480;
      popup = L.popup({
        maxWidth: small ? map.getSize().x - 40 : 360,
        minWidth: small ? 220 : 300,
        maxHeight: Math.max(180, map.getSize().y - 120),
        autoPanPaddingTopLeft: [clearOfLegend(map), 20],
        autoPanPaddingBottomRight: [20, 30],
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
    // For who came by keyboard: on to the popup's button.
    focus() {
      popup?.getElement()?.querySelector("button, a")?.focus();
    },
    loading: () => el("div", { class: "popup-body" }, el("p", { class: "quiet", text: "Loading\u2026" })),
  };
}

function clearOfLegend(map) {
  const legend = byId("legend").getBoundingClientRect();
  return legend.width * 2 < map.getSize().x ? legend.width + 30 : 20;
}
