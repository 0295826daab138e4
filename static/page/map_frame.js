// Holds the map's frame inside a Streamlit component and passes messages between the two.

import { withValues } from "../map/query.js";
import { announce, follow, isOld, nextTurn } from "./ask.js";

const frames = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".map-host");
  const held = frames.get(host) ?? make(host, data);
  held.send = setTriggerValue;
  held.take(data);
  held.fit();
  return () => held.leave();
}

function make(host, data) {
  const frame = document.createElement("iframe");
  frame.title = "Map of incidents";
  frame.allow = "clipboard-write";
  frame.src = `${data.src}&theme=${theme(host)}`;
  const held = { frame, ready: false, send: null, data };

  // At once: a posted message would wait until the page around the map has drawn what else changed.
  held.tell = (message) => {
    const inside = frame.contentWindow;
    if (!inside) return;
    const data = { source: "incident-app", ...message };
    inside.dispatchEvent(new inside.MessageEvent("message", { data, origin: location.origin, source: window }));
  };

  held.post = () => {
    if (!held.ready) return;
    const { query, selected, colourBy, shadeBy, preview } = held.data;
    held.tell({ query, selected, colourBy, shadeBy, theme: theme(host) });
    held.tell({ type: "preview", incidents: preview });
  };

  held.take = (data) => {
    const { query, selected, colourBy, shadeBy } = held.data;
    held.data = data;
    if (isOld(data)) held.data = { ...data, query, selected, colourBy, shadeBy };
    held.post();
  };

  // A filter beside the map: what it will ask for is known before Python says so.
  const forget = follow(({ turn, changes, wait }) => {
    if (turn === held.own || !held.ready) return;
    held.data = { ...held.data, query: withValues(held.data.query, changes) };
    wait(new Promise((done) => (held.drawn = done)));
    held.tell({ query: held.data.query });
  });

  // Python puts a selection into the address before it draws anything, so the map needn't wait until all is drawn. Going
  // back and forth may lead to an address that Python has yet to correct.
  const { pathname } = location;
  held.follow = ({ navigationType }) => {
    if (navigationType === "traverse" || location.pathname !== pathname || !held.ready || isOld(held.data)) return;
    const query = selection(held.data.own);
    held.data = { ...held.data, query };
    held.tell({ query });
  };

  held.fit = () => {
    const main = host.getRootNode().host?.closest('[data-testid="stMain"]');
    const top = frame.getBoundingClientRect().top + (main?.scrollTop ?? 0);
    frame.style.height = `${Math.max(420, Math.floor(window.innerHeight - top - 6))}px`;
  };

  const listen = (event) => {
    if (event.source !== frame.contentWindow || event.origin !== location.origin) return;
    if (event.data?.source !== "incident-map") return;
    const { type } = event.data;
    if (type === "ready") held.ready = true;
    if (type === "ready") held.post();
    if (type === "query" || type === "page") {
      const turn = (held.own = nextTurn());
      const { query = held.data.query, page } = event.data;
      announce(turn, differing(held.data.query, query));
      held.data = { ...held.data, query, ...(page && shown(page)) };
      held.send(type, { turn, ...(page ?? { query }) });
    }
    if (type === "drawn") held.drawn?.();
    if (type === "data") held.send("data", event.data.data);
    if (type === "preview") held.send("preview", { remove: event.data.remove });
  };

  const seeTheme = setInterval(() => {
    const now = theme(host);
    if (now !== held.theme) held.post();
    held.theme = now;
  }, 500);
  held.theme = theme(host);

  window.addEventListener("message", listen);
  window.navigation?.addEventListener("currententrychange", held.follow);
  window.addEventListener("resize", held.fit);
  const block = host.getRootNode().host?.closest('[data-testid="stMainBlockContainer"]');
  const watch = new ResizeObserver(held.fit);
  if (block) watch.observe(block);

  held.leave = () => {
    window.removeEventListener("message", listen);
    window.navigation?.removeEventListener("currententrychange", held.follow);
    forget();
    window.removeEventListener("resize", held.fit);
    clearInterval(seeTheme);
    watch.disconnect();
    frames.delete(host);
    frame.remove();
  };

  host.append(frame);
  frames.set(host, held);
  return held;
}

// What of the address asks for incidents; `own` are the page's other parameters, and Streamlit's begin with "embed".
function selection(own) {
  const asked = [...new URLSearchParams(location.search)];
  return new URLSearchParams(asked.filter(([name]) => !own.includes(name) && !name.startsWith("embed"))).toString();
}

// Each parameter that differs between two queries, with its values in the later one.
function differing(before, after) {
  const [held, asked] = [before, after].map((query) => new URLSearchParams(query));
  const names = [...new Set([...held.keys(), ...asked.keys()])].filter((name) => `${held.getAll(name)}` !== `${asked.getAll(name)}`);
  return Object.fromEntries(names.map((name) => [name, asked.getAll(name)]));
}

// The reader's choices on the map as Python sends them; the usual ones aren't named.
function shown({ incident = null, colour = "type", shade = "count" }) {
  return { selected: incident, colourBy: colour, shadeBy: shade };
}

// Light or dark, as Streamlit's own colours are.
function theme(host) {
  const colour = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour || "#ffffff";
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(probe.fillStyle.slice(start, start + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
}
