// The map page: puts the parts together and lets them follow the query. Starts itself.

import { addBase } from "./base.js";
import { followView, marksOf, viewOf } from "./cells.js";
import { emptyText, showChips, showCounts, showNote, showProblems } from "./counts.js";
import { addDistricts } from "./districts.js";
import { afterPaint, button, byId, el, fill, isPhone, isWebAddress, outLink, prefersStill } from "./dom.js";
import { addHistogram } from "./histogram.js";
import { fullForm, shortForm } from "./incident.js";
import { addKeys } from "./keys.js";
import { addLabels } from "./labels.js";
import { drawLegend } from "./legend.js";
import { incidentList, trouble } from "./lists.js";
import { followData } from "./live.js";
import { addMarks, makeLook, partyLooks } from "./marks.js";
import { address, attempt, getJson, keepLast, slot } from "./net.js";
import { close, currentView, isOpen, onClosed, openPanel } from "./panel.js";
import { addPlayback } from "./playback.js";
import { makePopup } from "./popup.js";
import { addPreview } from "./preview.js";
import { embedded, listen, pageAddress, post, shownQuery, state, update, withoutValue, withParameters } from "./state.js";
import { GROUP_ORDER } from "./theme.js";
import { number, plural } from "./words.js";

const MOST_IN_SIGHT = 6; // districts that are brought into sight together
const VIEW_KEY = "incident-map-view";
const SPOT = 0.00003; // degrees around a stack: one spot
const config = JSON.parse(byId("map-config").textContent);
const map = window[config.map];

document.documentElement.classList.toggle("embedded", embedded);

async function start() {
  const { meta } = config;
  const shapes = getJson("/api/layers/districts.geojson");
  const app = { meta, numbers: {}, bounds: [], query: null };
  const chart = addHistogram(byId("time"), (from, to) => update({ query: withParameters({ from, to }) }));
  map.invalidateSize({ animate: false });
  restoreView(meta.bounds);
  const labels = addLabels(map);
  const look = makeLook(meta, state);
  const marks = addMarks(map, look);
  const popup = makePopup(map);
  const openMark = (mark, byKeyboard) => mark && (mark.kind === "cluster" ? openCluster(app, mark) : openPoint(app, popup, mark, byKeyboard));
  const drawn = () => (app.playback?.isOpen() ? null : state.query);
  const loadCells = followView(map, drawn, (found) => {
    marks.set(found);
    document.documentElement.dataset.drawn = state.query;
    afterPaint().then(() => app.playback?.isOpen() || labels.set({ marks: marks.all() })); // till then marks lie over names
  }, showTrouble);
  Object.assign(app, { chart, marks, popup, loadCells, labels });
  app.playback = playbackOf(app);
  showNote(meta);
  drawControls(meta);
  const first = loadCells();
  const isTaken = (point) => marks.at(point) !== null;
  app.districts = addDistricts(map, await shapes, { onOpen: (id) => openDistrict(app, id), isTaken });
  labels.set({ districts: app.districts.labels });
  if (embedded) addPreview(map, await shapes, { popup, isTaken });
  const told = refreshNumbers(app); // nothing is drawn yet, so the numbers needn't wait for the marks
  await first;
  addBase(map, config).then((regions) => labels.set({ regions }));
  getJson("/api/layers/towns").then(({ towns }) => labels.set({ towns }));
  followPointer(map, marks, openMark);
  addKeys(map, marks, { open: openMark, describe: (mark) => describe(meta, mark) });
  onClosed(() => {
    update({ selected: null });
    clearSelection(app);
  });
  listen((names) => follow(app, names));
  map.on("moveend", saveView);
  map.on("moveend", () => app.playback.redraw());
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  map.on("zoomend", () => map.getContainer().classList.toggle("near", map.getZoom() >= 10));
  await told;
  drawLegendOf(app);
  if (state.selected) openIncident(app, state.selected, { fresh: true });
  if (embedded) post({ type: "ready" });
  followData(meta.data_version, saveView);
}

function follow(app, names) {
  if (names.has("query")) {
    app.popup.close();
    if (app.playback.isOpen()) app.playback.close();
    else showSelected(app);
  }
  if (names.has("colourBy")) app.marks.redraw();
  if (names.has("shadeBy")) shade(app);
  if (names.has("colourBy")) drawLegendOf(app);
  if (names.has("selected") && state.selected && currentView()?.key !== `incident ${state.selected}`) {
    openIncident(app, state.selected, { fresh: true });
  }
  if (names.has("selected") && !state.selected && isOpen() && currentView()?.key.startsWith("incident")) close();
}

function showSelected(app, options) {
  withProgress(app.loadCells(options)).then(afterPaint).then(() => {
    if (embedded) post({ type: "drawn" });
    return refreshNumbers(app);
  });
}

// --- playback ------------------------------------------------------------------------------------------------------

function playbackOf(app) {
  return addPlayback(byId("time"), {
    frameAddress: (query) => address("/api/layers/frame", query, viewOf(map)),
    getSpan: () => app.histogram?.starts.length && { first: app.histogram.starts[0], last: app.histogram.end },
    show: (answer, { from, to }) => showFrame(app, answer, from, to),
    onOpen() {
      app.popup.close();
      app.labels.set({ marks: [] }); // names keep their places while the marks change under them
      app.scale = null;
      byId("notice").hidden = true;
    },
    onClose: () => showSelected(app, { anew: true }),
    onChoose: (from, to) => update({ query: withParameters({ from, to }) }),
    onTrouble: showTrouble,
  });
}

function showFrame(app, { cells, counts, districts }, from, to) {
  app.marks.set(marksOf(cells));
  showPartition(app, counts);
  app.numbers = districts;
  const before = app.scale;
  app.bounds = app.scale = app.districts.shade(districts, state.shadeBy, before);
  if (app.scale !== before) drawLegendOf(app);
  app.chart.setRange(from, to);
}

// --- numbers -------------------------------------------------------------------------------------------------------

const askCounts = slot();
const askDistricts = slot();
const askHistogram = slot();

// Counts, shading and chart follow the marks, so that the map itself never waits for them.
async function refreshNumbers(app) {
  const query = state.query;
  await Promise.all([
    attempt(() => askCounts(address("/api/layers/counts", query)), showTrouble).then((answer) => answer && takeCounts(app, answer)),
    attempt(() => askDistricts(address("/api/layers/districts", query)), showTrouble).then((answer) => {
      if (!answer) return;
      app.numbers = answer.districts;
      shade(app);
    }),
    attempt(() => askHistogram(address("/api/layers/histogram", query)), showTrouble).then((data) => {
      if (data) app.histogram = data;
    }),
  ]);
  if (app.histogram && app.counts) app.chart.set(app.histogram, app.counts.from, app.counts.to);
  document.documentElement.dataset.counted = query;
}

function takeCounts(app, answer) {
  app.counts = answer;
  showPartition(app, answer.counts);
  showProblems(embedded ? answer.problems : [...answer.problems, ...app.meta.problems]);
  if (!embedded) {
    showChips(answer.chips, (parameter, value) => update({ query: withoutValue(parameter, value) }), () => update({ query: "" }));
  }
  showEmpty(answer);
}

function showPartition(app, counts) {
  showCounts(counts, (part, title) => openList(app, `list ${part}`, title, { part }));
}

function showEmpty({ counts, query }) {
  const notice = byId("notice");
  notice.hidden = counts.total > 0;
  if (counts.total) return;
  const { text, action, clear } = emptyText(counts, query !== "");
  const clearing = clear ? Object.fromEntries(clear.map((name) => [name, null])) : null;
  const act = () => update({ query: clearing ? withParameters(clearing) : "" });
  fill(notice, el("p", { text }), action && button(action, act, { class: "primary" }));
}

function showTrouble(text) {
  const notice = byId("notice");
  notice.hidden = false;
  fill(notice, trouble(text, () => location.reload()));
}

function shade(app) {
  app.bounds = app.districts.shade(app.numbers, state.shadeBy);
  drawLegendOf(app);
}

function drawLegendOf(app) {
  drawLegend({ meta: app.meta, state, bounds: app.bounds, choose: (changes) => update(changes) });
}

let waiting = null;
async function withProgress(work) {
  clearTimeout(waiting);
  waiting = setTimeout(() => (byId("progress").hidden = false), 150);
  await work;
  clearTimeout(waiting);
  byId("progress").hidden = true;
}

// --- pointer -------------------------------------------------------------------------------------------------------

function followPointer(on, marks, openMark) {
  on.on("mousemove", (event) => {
    const mark = marks.at(event.layerPoint);
    marks.hover(mark);
    if (mark?.kind === "point") askDetails(mark.id).catch(() => {}); // most likely it is clicked next; trouble is told then
    on.getContainer().classList.toggle("on-mark", mark !== null);
  });
  on.on("click", (event) => openMark(marks.at(event.layerPoint)));
}

function describe(meta, mark) {
  const type = meta.event_types[meta.type_order[mark.type]];
  return `${type?.label ?? "incident"}${mark.flags & 2 ? ", sources disagree" : ""}${mark.flags & 1 ? ", not reviewed" : ""}`;
}

function openCluster(app, mark) {
  if (mark.apart > map.getZoom()) {
    map.setView([mark.lat, mark.lon], mark.apart, { animate: !prefersStill() });
    return;
  }
  const reach = mark.apart ? 0.002 : SPOT;
  const box = [mark.lon - reach, mark.lat - reach, mark.lon + reach, mark.lat + reach].join(",");
  openList(app, `spot ${box}`, `${plural(mark.count, "incident", "incidents")} at one spot`, { part: "points", box });
}

async function openPoint(app, popup, mark, byKeyboard = false) {
  if (isPhone()) return openIncident(app, mark.id, { fresh: true });
  const body = popup.openSoon(mark.lat, mark.lon, "Incident");
  const details = await attempt(() => askDetails(mark.id), (text) => popup.fill(body, trouble(text, () => openPoint(app, popup, mark))));
  if (!details) return undefined;
  const isShown = popup.fill(body, shortForm(details, () => openIncident(app, mark.id, { fresh: true })));
  if (!isShown) return undefined;
  if (byKeyboard) popup.focus();
  document.documentElement.dataset.popup = mark.id;
  return undefined;
}

const askDetails = keepLast((id) => getJson(`/api/incidents/${encodeURIComponent(id)}`));

// --- panel ---------------------------------------------------------------------------------------------------------

function openIncident(app, id, { fresh = false } = {}) {
  app.popup.close();
  const view = {
    key: `incident ${id}`,
    title: "Loading\u2026",
    onShow: () => update({ selected: id }),
    async fill(body, setTitle) {
      const details = await attempt(() => askDetails(id), (text) => {
        setTitle("Incident");
        fill(body, trouble(text, () => view.fill(body, setTitle)));
      });
      if (!details) return;
      view.title = details.title;
      setTitle(details.title);
      fill(body, fullForm(details, actionsFor(app, details)));
      showSelection(app, details);
    },
  };
  openPanel(view, { fresh });
  update({ selected: id });
}

function actionsFor(app, details) {
  return {
    open: (id) => openIncident(app, id),
    copy: (event) => copyLink(event.currentTarget, details.id),
    correction: correctionLink(app.meta.correction_address, details),
  };
}

function correctionLink(target, details) {
  if (!target) return null;
  if (isWebAddress(target)) return outLink(target, "Report a correction");
  const subject = encodeURIComponent(`Correction to incident ${details.id}`);
  const text = encodeURIComponent(`${details.title}\n${linkTo(details.id)}\n\nWhat is wrong, and what source says so:\n`);
  const plain = target.replace(/^mailto:/, "");
  return el("a", { href: `mailto:${plain}?subject=${subject}&body=${text}`, text: "Report a correction" });
}

function linkTo(id) {
  if (!embedded) return new URL(pageAddress({ selected: id }), location.href).href;
  const asked = new URLSearchParams(state.query);
  asked.set("incident", id);
  return `${location.origin}/?${asked}`;
}

async function copyLink(pressed, id) {
  const link = linkTo(id);
  try {
    await navigator.clipboard.writeText(link);
    pressed.textContent = "Link copied";
  } catch {
    const field = el("input", { class: "link-field", readonly: true, value: link, "aria-label": "Link to this incident" });
    pressed.replaceWith(field);
    field.select();
  }
}

function showSelection(app, { id, place, rival_places: rivals }) {
  if (state.selected !== id) return;
  const ids = (names) => names.map(app.districts.idOf).filter(Boolean);
  const isPoint = ({ lat }) => typeof lat === "number";
  const at = isPoint(place) ? [place.lat, place.lon] : null;
  const shaded = at ? [] : ids(place.districts);
  const hatched = ids(rivals.filter((rival) => !isPoint(rival)).flatMap((rival) => rival.districts));
  const pointed = rivals.filter(isPoint);
  const others = [...pointed.map(({ lat, lon }) => [lat, lon]), ...hatched.map(app.districts.middle)];
  const from = at ?? app.districts.middle(shaded[0]) ?? others.shift();
  app.marks.select({ at, radius: place.radius_km, places: pointed, joins: others.map((other) => [from, other]) });
  app.districts.mark(shaded, "chosen");
  app.districts.mark(hatched, "rival");
  if (!from) return;
  const area = L.latLngBounds([from, ...others]);
  for (const district of shaded.length + hatched.length <= MOST_IN_SIGHT ? [...shaded, ...hatched] : []) {
    area.extend(app.districts.bounds(district));
  }
  keepInSight(area);
}

// Moves the map where the panel or the legend would hide what is selected; never zooms in.
function keepInSight(area) {
  const size = map.getSize();
  const panel = byId("panel").getBoundingClientRect();
  const { paddingTopLeft, paddingBottomRight } = margins();
  if (isPhone()) paddingBottomRight[1] = Math.min(panel.height, size.y * 0.75) + 10;
  else paddingBottomRight[0] = panel.width + 20;
  const free = L.bounds(paddingTopLeft, [size.x - paddingBottomRight[0], size.y - paddingBottomRight[1]]);
  const corners = [area.getNorthWest(), area.getSouthEast()].map((corner) => map.latLngToContainerPoint(corner));
  if (corners.every((corner) => free.contains(corner))) return;
  map.fitBounds(area, { paddingTopLeft, paddingBottomRight, maxZoom: map.getZoom(), animate: !prefersStill() });
}

function clearSelection(app) {
  app.marks.select(null);
  app.districts.mark([], "chosen");
  app.districts.mark([], "rival");
}

function openList(app, key, title, extra) {
  const view = { key, title, fill: (body) => fill(body, listOf(app, extra, "No incident here.")) };
  showAside(app, view);
}

// A list or a district instead of an incident.
function showAside(app, view) {
  app.popup.close();
  clearSelection(app);
  openPanel(view, { fresh: true });
  update({ selected: null });
}

function listOf(app, extra, empty) {
  return incidentList({ query: shownQuery(), extra, empty, open: (id) => openIncident(app, id), look: (item) => listLook(app.meta, item) });
}

function listLook(meta, item) {
  if (state.colourBy === "perpetrator") {
    const party = partyLooks(meta).find(({ label }) => label === item.perpetrator);
    return { slot: party ? GROUP_ORDER[party.place] : "none", letter: party?.letter ?? "\u00b7" };
  }
  const type = meta.event_types[item.event_type];
  return { slot: type?.group ?? "none", letter: type?.letter ?? "?" };
}

function openDistrict(app, id) {
  const name = app.districts.name(id);
  const chosen = new URLSearchParams(state.query).getAll("district");
  const view = {
    key: `district ${id}`,
    title: name,
    fill(body) {
      clearSelection(app);
      app.districts.mark([id], "chosen");
      const only = () => update({ query: withParameters({ district: [id] }) });
      fill(
        body,
        el("p", { text: districtWords(app.numbers[id]) }),
        el("div", { class: "row" }, !(chosen.length === 1 && chosen[0] === id) && button("Show only this district", only)),
        el("h3", { text: "Known to the district only" }),
        listOf(app, { part: "shaded", in_district: id }, "None: the others have a place of their own."),
        el("h3", { text: "All incidents that touch it" }),
        listOf(app, { in_district: id }, "No incident in this selection touches this district. It may be unreported."),
      );
    },
  };
  showAside(app, view);
}

function districtWords(figures) {
  if (!figures) return "No incident in this selection.";
  const apart = figures.campaigns ? `; ${plural(figures.campaigns, "campaign", "campaigns")} apart, not added` : "";
  const deaths = figures.killed ? `${number(figures.killed)} killed` : "no deaths counted";
  return `${plural(figures.count, "incident", "incidents")}, ${deaths}${apart}.`;
}

// --- view and controls ---------------------------------------------------------------------------------------------

function restoreView(bounds) {
  const [west, south, east, north] = bounds;
  const area = L.latLngBounds([south, west], [north, east]);
  map.setMaxBounds(area.pad(1.2));
  let saved = null;
  try {
    saved = JSON.parse(sessionStorage.getItem(VIEW_KEY));
  } catch {
    saved = null; // storage may be forbidden; the whole area is a fair start
  }
  if (saved) map.setView([saved.lat, saved.lon], saved.zoom, { animate: false });
  else map.fitBounds(area, { animate: false, ...margins() });
}

// Clear of the legend at the left and the caption below, where there is room for both.
function margins() {
  const wide = map.getSize().x > 1000;
  return { paddingTopLeft: [wide ? 210 : 6, 6], paddingBottomRight: [6, wide ? 30 : 24] };
}

function saveView() {
  const { lat, lng } = map.getCenter();
  try {
    sessionStorage.setItem(VIEW_KEY, JSON.stringify({ lat, lon: lng, zoom: map.getZoom() }));
  } catch {
    // without storage the view is not kept across pages
  }
}

function drawControls(meta) {
  const [west, south, east, north] = meta.bounds;
  const whole = () => map.fitBounds([[south, west], [north, east]], { animate: !prefersStill(), ...margins() });
  const still = { animate: !prefersStill() };
  byId("map-controls").append(
    el(
      "div",
      { class: "zoom", role: "group", "aria-label": "Zoom" },
      button("+", () => map.zoomIn(1, still), { "aria-label": "Zoom in", title: "Zoom in" }),
      button("\u2212", () => map.zoomOut(1, still), { "aria-label": "Zoom out", title: "Zoom out" }),
      button("\u2922", whole, { "aria-label": "Show the whole area", title: "Show the whole area" }),
    ),
    baseMapSwitch(),
  );
  showCaption(meta.boundaries);
  map.getContainer().setAttribute("role", "group");
  map.getContainer().setAttribute("aria-label", "Map of incidents; arrow keys move it, plus and minus zoom");
}

function baseMapSwitch() {
  const body = el("div", { class: "menu", hidden: true });
  const toggle = button("Base map", () => {
    body.hidden = !body.hidden;
    toggle.setAttribute("aria-expanded", String(!body.hidden));
  }, { "aria-expanded": "false" });
  const own = row("Districts only (nothing is asked of other hosts)", null);
  fill(body, own, config.baseMaps.map((choice) => row(`${choice.label}: your browser will contact ${new URL(choice.host).host}, which then sees what you look at`, choice.id)));
  return el("div", { class: "base-switch" }, toggle, body);

  function row(words, id) {
    const chosen = (config.baseMap?.id ?? null) === id;
    return button(words, () => !chosen && switchBase(id), { "aria-pressed": String(chosen) });
  }
}

// A web base map needs another policy of the page, so the page is asked for anew; view and filters stay.
function switchBase(id) {
  saveView();
  const target = new URL(pageAddress(), location.href);
  if (id) target.searchParams.set("basemap", id);
  else target.searchParams.delete("basemap");
  location.assign(target);
}

function showCaption(boundaries) {
  const set = boundaries.district_set.replace(/, schematic$/, "");
  const head = boundaries.schematic ? "Schematic boundaries" : set;
  const lines = [`${set}: ${boundaries.attribution}`, config.baseMap && `Base map: ${config.baseMap.attribution}`];
  fill(
    byId("caption"),
    el("span", { class: "disclaimer", text: `${boundaries.disclaimer} ` }),
    el("details", {}, el("summary", { text: head }), el("p", { class: "disclaimer-small", text: boundaries.disclaimer }), lines.filter(Boolean).map((text) => el("p", { text }))),
  );
}

start().catch((error) => {
  showTrouble(error.message);
  throw error;
});
