// A page of the queue: tick boxes and titles, built by textContent. Ticks are held here and told to Python.

const held = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".queue");
  const before = held.get(host);
  // Python's ticks count where Python changed them; else those made here since, which it may not have seen yet.
  const ticked = before && before.serial === data.serial ? before.ticked : new Set(data.ticked);
  const now = { serial: data.serial, ticked, at: data.at };
  held.set(host, now);
  const root = host.getRootNode();
  const focused = host.contains(root.activeElement) ? { ...root.activeElement.dataset } : null;
  const list = document.createElement("ul");
  list.setAttribute("aria-label", data.label);
  list.append(...data.items.map((item) => row(item, data, now, setTriggerValue)));
  host.replaceChildren(list);
  if (focused) list.querySelector(`[data-row="${CSS.escape(focused.row ?? "")}"][data-part="${focused.part}"]`)?.focus({ preventScroll: true });
  if (before && before.at !== data.at) list.querySelector(".at")?.scrollIntoView({ block: "nearest" });
  return () => held.delete(host);
}

function row(item, data, now, send) {
  const line = document.createElement("li");
  line.classList.toggle("at", item.id === data.at);
  if (data.ticking) line.append(box(item, now, send));
  const open = document.createElement("button");
  open.type = "button";
  Object.assign(open.dataset, { row: item.id, part: "open" });
  if (item.id === data.at) open.setAttribute("aria-current", "true");
  item.titles.forEach((title, place) => {
    if (place) open.append(part("what", "or", data.between));
    open.append(part("what", "", title));
  });
  open.append(part("more", "", item.more));
  open.addEventListener("click", () => send("open", item.id));
  line.append(open);
  return line;
}

// A button, for while an input has the focus no key of a shortcut is heard.
function box(item, now, send) {
  const tick = document.createElement("button");
  tick.type = "button";
  tick.className = "tick";
  tick.setAttribute("role", "checkbox");
  tick.setAttribute("aria-label", `Tick: ${item.titles.join(" / ")}`);
  Object.assign(tick.dataset, { row: item.id, part: "tick" });
  const show = () => tick.setAttribute("aria-checked", String(now.ticked.has(item.id)));
  tick.addEventListener("click", () => {
    if (!now.ticked.delete(item.id)) now.ticked.add(item.id);
    show();
    send("ticked", [...now.ticked]);
  });
  show();
  return tick;
}

function part(kind, also, words) {
  const node = document.createElement("span");
  node.className = also ? `${kind} ${also}` : kind;
  node.textContent = words;
  return node;
}
