// Holds the map's frame inside a Streamlit component and passes messages between the two.

const frames = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".map-host");
  const held = frames.get(host) ?? make(host, data);
  held.send = setTriggerValue;
  held.data = data;
  held.post();
  held.fit();
  return () => held.leave();
}

function make(host, data) {
  const frame = document.createElement("iframe");
  frame.title = "Map of incidents";
  frame.allow = "clipboard-write";
  frame.src = `${data.src}&theme=${theme(host)}`;
  const held = { frame, ready: false, send: null, data };

  // What the reader chose on the map comes back from Python a little later; by then they may have chosen anew.
  held.pending = [];

  held.post = () => {
    if (!held.ready) return;
    const { query, selected, colourBy, shadeBy } = held.data;
    const echo = held.pending.indexOf(fingerprint(held.data));
    held.pending.splice(0, echo + 1);
    const given = echo >= 0 && held.pending.length ? {} : { query, selected, colourBy, shadeBy };
    frame.contentWindow?.postMessage({ source: "incident-app", ...given, theme: theme(host) }, location.origin);
    const preview = { source: "incident-app", type: "preview", incidents: held.data.preview };
    frame.contentWindow?.postMessage(preview, location.origin);
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
      held.expected = expectation(held.pending.length ? held.expected : held.data, event.data);
      held.pending.push(fingerprint(held.expected));
      held.send(type, event.data[type]);
    }
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
  window.addEventListener("resize", held.fit);
  const block = host.getRootNode().host?.closest('[data-testid="stMainBlockContainer"]');
  const watch = new ResizeObserver(held.fit);
  if (block) watch.observe(block);

  held.leave = () => {
    window.removeEventListener("message", listen);
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

// What Python will send back for a choice.
function expectation(before, { type, query, page }) {
  if (type === "query") return { ...before, query };
  const { incident = null, colour = "type", shade = "count" } = page;
  return { ...before, selected: incident, colourBy: colour, shadeBy: shade };
}

// The same for the same choices, in whatever order the query names them.
function fingerprint({ query, selected, colourBy, shadeBy }) {
  return JSON.stringify([[...new URLSearchParams(query)].map(String).sort(), selected ?? null, colourBy, shadeBy]);
}

// Light or dark, as Streamlit's own colours are.
function theme(host) {
  const colour = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour || "#ffffff";
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(probe.fillStyle.slice(start, start + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
}
