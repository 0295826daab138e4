// Incidents that only this browser tab sees: read from articles beside the map, sent by the app around it, in no data.
//
// An incident is {id, lat, lon, radius, districts, letter, group, corrections, added, details}: a point is a dashed
// ring, districts are hatched, what has no place stands in the list that the badge opens.

import { button, el, fill, isPhone } from "./dom.js";
import { shortForm } from "./incident.js";
import { close, currentView, openPanel } from "./panel.js";
import { post } from "./state.js";
import { plural } from "./words.js";

const ONLY_YOU = "Only you see this";
const LIST = "preview list";

export function addPreview(map, shapes, { popup, isTaken }) {
  map.createPane("preview-areas").style.zIndex = 310;
  map.createPane("preview").style.zIndex = 460;
  const layer = L.layerGroup().addTo(map);
  const renderer = L.svg({ pane: "preview-areas", padding: 0.6 });
  const openAll = () => {
    popup.close();
    openList(shown);
  };
  const openOne = (one) => {
    popup.close();
    openPanel({ key: "preview", title: one.details.title, fill: (body) => fill(body, untitled(form(one))) }, { fresh: true });
  };
  const badge = button("", openAll, { class: "preview-badge", hidden: true });
  map.getContainer().parentElement.append(badge);
  let shown = [];
  let known = "";

  const set = (incidents) => {
    const text = JSON.stringify(incidents);
    if (text === known) return;
    known = text;
    shown = incidents;
    layer.clearLayers();
    popup.close();
    for (const [id, here] of byDistrict(incidents)) drawDistrict(layer, renderer, shapes, id, here, { show, isTaken });
    for (const here of bySpot(incidents)) drawSpot(layer, renderer, here, show);
    badge.hidden = incidents.length === 0;
    fill(badge, el("b", { text: ONLY_YOU }), ` ${plural(incidents.length, "preview incident", "preview incidents")}`);
    if (currentView()?.key.startsWith("preview")) followPanel(shown);
    document.documentElement.dataset.preview = String(incidents.length);
  };

  const show = (here, at) => {
    if (isPhone() || !at) return openPanel({ key: "preview", title: titleOf(here), fill: (body) => fill(body, here.length === 1 ? untitled(form(here[0])) : here.map(form)) }, { fresh: true });
    popup.open(at.lat, at.lng, el("div", { class: "popup-body" }, here.map((one) => short(one, () => openOne(one)))), ONLY_YOU);
    return undefined;
  };

  map.on("popupopen", () => badge.classList.add("covered"));
  map.on("popupclose", () => badge.classList.remove("covered"));
  window.addEventListener("message", (event) => {
    if (event.origin !== location.origin || event.source !== window.parent) return;
    if (event.data?.source === "incident-app" && event.data.type === "preview") set(event.data.incidents);
  });
}

const titleOf = (here) => (here.length === 1 ? here[0].details.title : plural(here.length, "preview incident", "preview incidents"));

function openList(shown) {
  openPanel({ key: LIST, title: "Your preview", fill: (body) => fill(body, listed(shown)) }, { fresh: true });
}

function listed(shown) {
  const words = "Read from your articles. Nobody else sees these incidents: they count nowhere and are in no export.";
  return [el("p", { text: words }), shown.length > 1 && button("Remove all", () => remove(null), { class: "quiet-button" }), ...shown.map(form)];
}

// What the panel shows may have been removed meanwhile.
function followPanel(shown) {
  if (shown.length && currentView().key === LIST) openList(shown);
  else close();
}

function short({ id, details }, onOpen) {
  const { place, date, perpetrator } = details;
  const known = perpetrator && perpetrator.actor_id !== "unknown" ? `carried out by ${perpetrator.actor} (${perpetrator.basis_text})` : "perpetrator not known";
  return el(
    "section",
    { class: "preview-form" },
    el("p", { class: "badge strong", text: ONLY_YOU }),
    el("h2", { text: details.title }),
    el("p", { class: "quiet", text: [place.precision, date.precision, known].filter(Boolean).join("; ") }),
    details.disagreements.length > 0 && el("p", {}, el("b", { text: "Sources disagree" })),
    el("div", { class: "row" }, button("Details", onOpen, { class: "primary" }), button("Remove", () => remove(id))),
  );
}

function form(one) {
  const unplaced = one.lat === null && !one.districts.length;
  return el(
    "section",
    { class: "preview-form" },
    el("p", { class: "badge strong", text: ONLY_YOU }),
    shortForm(one.details, null),
    unplaced && el("p", { class: "quiet", text: "Not placed in a district, so it is not drawn." }),
    one.added && el("p", { class: "quiet", text: "Added by you; the machine read nothing of it." }),
    one.corrections.length > 0 && el("div", { class: "corrections" }, el("b", { text: "Corrected by you" }), el("ul", {}, one.corrections.map((text) => el("li", { text })))),
    button("Remove from the preview", () => remove(one.id), { class: "quiet-button" }),
  );
}

// Under the panel's own title.
function untitled(section) {
  section.querySelector("h2").remove();
  return section;
}

function remove(id) {
  post({ type: "preview", remove: id });
}

// --- drawing -------------------------------------------------------------------------------------------------------

function bySpot(incidents) {
  const spots = new Map();
  for (const one of incidents.filter(({ lat }) => lat !== null)) {
    const key = `${one.lat} ${one.lon}`;
    spots.set(key, [...(spots.get(key) ?? []), one]);
  }
  return spots.values();
}

function byDistrict(incidents) {
  const districts = new Map();
  for (const one of incidents) for (const id of one.districts) districts.set(id, [...(districts.get(id) ?? []), one]);
  return districts;
}

function drawSpot(layer, renderer, here, show) {
  const [{ lat, lon, letter, group }] = here;
  const radius = Math.max(...here.map((one) => one.radius ?? 0));
  if (radius) layer.addLayer(L.circle([lat, lon], { radius: radius * 1000, pane: "preview-areas", renderer, className: "preview-circle", interactive: false }));
  const sign = el("span", { class: `preview-mark dot-${here.length === 1 ? group : "none"}`, text: here.length === 1 ? letter : String(here.length) });
  const icon = L.divIcon({ html: sign, className: "preview-icon", iconSize: [30, 30] });
  const mark = L.marker([lat, lon], { icon, pane: "preview", keyboard: true });
  mark.on("click", () => show(here, mark.getLatLng()));
  layer.addLayer(mark);
  name(mark.getElement(), here);
}

function drawDistrict(layer, renderer, shapes, id, here, { show, isTaken }) {
  const feature = shapes.features.find((one) => one.id === id);
  if (!feature) return;
  const style = () => ({ renderer, className: "preview-district", fillOpacity: 1, opacity: 1 });
  const drawn = L.geoJSON(feature, { pane: "preview-areas", style });
  drawn.on("click", (event) => !isTaken(event.layerPoint) && show(here, event.latlng));
  layer.addLayer(drawn);
  drawn.eachLayer((path) => {
    const node = path.getElement();
    name(node, here);
    node.setAttribute("tabindex", "0");
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") show(here, path.getBounds().getCenter());
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  });
}

function name(node, here) {
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", `${ONLY_YOU}: ${titleOf(here)}`);
}
