// The popup on the map: the short form of an incident, or the incidents of one spot.

import { byId, el, fill } from "./dom.js";

const MOMENT = 60; // ms: what is there by then is shown at once, without "Loading" before it

export function makePopup(map) {
  let popup = null;
  let coming = null; // {body, show, timer}

  function open(lat, lon, content, label) {
    forget();
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
  }

  function forget() {
    clearTimeout(coming?.timer);
    coming = null;
  }

  return {
    open,
    // Opens when what it is to show is there, see `fill`, or after a moment.
    openSoon(lat, lon, label) {
      forget();
      const body = el("div", { class: "popup-body" }, el("p", { class: "quiet", text: "Loading\u2026" }));
      const show = () => open(lat, lon, body, label);
      coming = { body, show, timer: setTimeout(show, MOMENT) };
      return body;
    },
    // False where the reader has gone on to something else.
    fill(body, ...content) {
      fill(body, ...content);
      if (coming?.body === body) coming.show();
      else if (popup?.isOpen() && popup.getContent() === body) popup.update();
      else return false;
      return true;
    },
    close() {
      forget();
      map.closePopup();
    },
    // For who came by keyboard: on to the popup's button.
    focus() {
      popup?.getElement()?.querySelector("button, a")?.focus();
    },
  };
}

function clearOfLegend(map) {
  const legend = byId("legend").getBoundingClientRect();
  return legend.width * 2 < map.getSize().x ? legend.width + 30 : 20;
}
