// What is shown: the query and the reader's choices, who listens to them, and the page around us.
//
// Inside the app the page around us owns the filters: it sends them, and what the reader chooses here (a range of
// dates, an incident) is sent back. Standing alone, the address bar holds everything.

import { withValues } from "./query.js";

const OWN = ["colour", "shade", "incident", "basemap", "theme"];
const listeners = new Set();

export const embedded = window.parent !== window;
export const state = readAddress();

function readAddress() {
  const asked = new URLSearchParams(location.search);
  const query = new URLSearchParams([...asked].filter(([name]) => !OWN.includes(name)));
  return {
    query: query.toString(),
    colourBy: asked.get("colour") === "perpetrator" ? "perpetrator" : "type",
    shadeBy: ["killed", "none"].includes(asked.get("shade")) ? asked.get("shade") : "count",
    selected: asked.get("incident"),
    theme: asked.get("theme"),
  };
}

// A playback narrows what is shown to {from, to} for a while; null: the query's own dates.
export function setPeriod(period) {
  state.period = period;
}

// The query of what is shown now, or of another period of it.
export function shownQuery(period = state.period) {
  return period ? withParameters(period) : state.query;
}

export function listen(listener) {
  listeners.add(listener);
}

// Takes over what differs and tells the listeners which names changed.
export function update(changes, { fromOutside = false } = {}) {
  const changed = Object.keys(changes).filter((name) => !same(name, state[name], changes[name]));
  if (!changed.length) return;
  Object.assign(state, changes);
  if (!fromOutside) tell(changed);
  const names = new Set(changed);
  for (const listener of listeners) listener(names);
}

// Two queries are the same when they ask the same, in whatever order.
function same(name, one, other) {
  const sorted = (query) => [...new URLSearchParams(query)].map(String).sort().join("&");
  return one === other || (name === "query" && sorted(one) === sorted(other));
}

function tell(changed) {
  if (embedded) {
    if (changed.includes("query")) post({ type: "query", query: state.query });
    if (["selected", "colourBy", "shadeBy"].some((name) => changed.includes(name))) post({ type: "page", page: pageParameters(state) });
    return;
  }
  history.pushState(null, "", pageAddress());
}

// The reader's choices that aren't the query, as the address bar has them; the usual ones are left out.
function pageParameters({ colourBy, shadeBy, selected }) {
  const chosen = {};
  if (colourBy !== "type") chosen.colour = colourBy;
  if (shadeBy !== "count") chosen.shade = shadeBy;
  if (selected) chosen.incident = selected;
  return chosen;
}

export function pageAddress(changes = {}) {
  const now = { ...state, ...changes };
  const all = new URLSearchParams(now.query);
  for (const [name, value] of Object.entries(pageParameters(now))) all.set(name, value);
  const own = new URLSearchParams(location.search);
  for (const name of ["theme", "basemap"]) if (own.get(name)) all.set(name, own.get(name));
  return `${location.pathname}?${all}`;
}

export function post(message) {
  window.parent.postMessage({ source: "incident-map", ...message }, location.origin);
}

window.addEventListener("message", (event) => {
  if (event.origin !== location.origin || event.source !== window.parent) return;
  if (event.data?.source !== "incident-app") return;
  const given = {};
  for (const name of ["query", "colourBy", "shadeBy", "selected", "theme"]) {
    if (name in event.data) given[name] = event.data[name];
  }
  update(given, { fromOutside: true });
});

window.addEventListener("popstate", () => update(readAddress(), { fromOutside: true }));

// The query with some parameters replaced.
export const withParameters = (changes) => withValues(state.query, changes);

export function withoutValue(parameter, value) {
  const kept = [...new URLSearchParams(state.query)].filter((pair) => pair[0] !== parameter || pair[1] !== value);
  return new URLSearchParams(kept).toString();
}
