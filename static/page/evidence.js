// The article's text with its marks, built from pieces by textContent: nothing in it can become markup.

const held = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".evidence");
  const before = held.get(host);
  const now = { document: data.document, send: setTriggerValue, place: before?.document === data.document ? before.place : 0 };
  held.set(host, now);
  const scrolled = before?.document === data.document ? host.querySelector(".text")?.scrollTop : 0;
  const focused = host.contains(host.getRootNode().activeElement);
  const tip = element("div", { className: "tip", id: "tip", role: "tooltip", hidden: true });
  const text = drawText(data);
  host.replaceChildren(drawLegend(data.legend), text, tip, help());
  text.scrollTop = scrolled ?? 0;
  listen(host, text, tip, data.marks, now);
  if (focused) reach(marksIn(text), now, now.place)?.focus({ preventScroll: true });
  if (before && before.chosen !== data.chosen) showFirst(text, data.chosen);
  now.chosen = data.chosen;
  return () => held.delete(host);
}

function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "role" || name.startsWith("aria-")) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter(Boolean));
  return node;
}

function drawLegend(groups) {
  const entries = groups.map(([group, words]) => {
    const swatch = element("span", { className: `swatch ${group}` });
    swatch.style.setProperty("--c", `var(--${group})`);
    return element("li", {}, swatch, document.createTextNode(words));
  });
  return element("ul", { className: "legend", "aria-label": "Colours of the marked words" }, ...entries);
}

function help() {
  const words = "Words that were read are marked. Arrow keys go from one to the next, Enter opens its incident.";
  return element("p", { className: "help", id: "help", textContent: words });
}

function drawText(data) {
  const text = element("div", { className: "text", role: "document", tabIndex: -1, dir: "auto", "aria-label": "Text of the article", "aria-describedby": "help" });
  data.pieces.forEach(([words, indices], place) => {
    const piece = indices.length ? drawMark(words, indices, data) : document.createTextNode(words);
    text.append(place < data.heading ? element("span", { className: "heading" }, piece) : piece);
  });
  const first = text.querySelector(".mark");
  if (first) first.tabIndex = 0;
  return text;
}

function drawMark(words, indices, data) {
  const marks = indices.map((index) => data.marks[index]);
  const groups = [...new Set(marks.map((mark) => mark.group))];
  const solid = groups.filter((group) => group !== "voice");
  const node = element("span", { className: "mark", tabIndex: -1, role: "button", textContent: words, "aria-describedby": "tip" });
  node.dataset.marks = indices.join(" ");
  node.style.setProperty("--c1", `var(--${solid[0] ?? "voice"})`);
  node.style.setProperty("--c2", solid[1] ? `var(--${solid[1]})` : "transparent");
  node.classList.toggle("voice", solid.length === 0);
  node.classList.toggle("out", marks.every((mark) => mark.note.startsWith("left out")));
  node.classList.toggle("dim", data.chosen !== null && !marks.some((mark) => mark.number === data.chosen));
  node.dataset.number = (marks.find((mark) => mark.number === data.chosen) ?? marks[0]).number;
  return node;
}

const marksIn = (text) => [...text.querySelectorAll(".mark")];

function listen(host, text, tip, marks, now) {
  let leaving = null;
  const show = (node) => {
    clearTimeout(leaving);
    for (const other of text.querySelectorAll(".on")) other.classList.remove("on");
    node.classList.add("on");
    fillTip(tip, node.dataset.marks.split(" ").map((index) => marks[Number(index)]));
    placeTip(host, tip, node);
  };
  const hide = () => {
    tip.hidden = true;
    for (const node of text.querySelectorAll(".on")) node.classList.remove("on");
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 160);
  };
  text.addEventListener("mouseover", (event) => {
    const node = event.target.closest(".mark");
    if (node) show(node);
    else leave();
  });
  text.addEventListener("mouseleave", leave);
  text.addEventListener("scroll", hide);
  text.addEventListener("focusin", (event) => event.target.closest(".mark") && show(event.target.closest(".mark")));
  text.addEventListener("focusout", hide);
  tip.addEventListener("mouseenter", () => clearTimeout(leaving));
  tip.addEventListener("mouseleave", leave);
  text.addEventListener("click", (event) => {
    const node = event.target.closest(".mark");
    if (node) pick(node, text, now);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    const node = event.target.closest(".mark");
    if (!node) return;
    const all = marksIn(text);
    const place = all.indexOf(node);
    const wanted = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1, Home: 0, End: all.length - 1 }[event.key];
    if (wanted !== undefined) reach(all, now, wanted)?.focus();
    else if (event.key === "Enter" || event.key === " ") pick(node, text, now);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// One tab stop for all marks: it moves with the arrow keys.
function reach(all, now, wanted) {
  if (!all.length) return undefined;
  now.place = Math.min(Math.max(wanted, 0), all.length - 1);
  all.forEach((node, place) => (node.tabIndex = place === now.place ? 0 : -1));
  return all[now.place];
}

function pick(node, text, now) {
  reach(marksIn(text), now, marksIn(text).indexOf(node));
  now.picked = true;
  now.send("pick", Number(node.dataset.number));
}

// An incident chosen beside the text: its first words come into view, without moving the page.
function showFirst(text, chosen) {
  const node = marksIn(text).find((one) => Number(one.dataset.number) === chosen && !one.classList.contains("dim"));
  if (!node || chosen === null) return;
  const [box, own] = [text.getBoundingClientRect(), node.getBoundingClientRect()];
  if (own.top < box.top || own.bottom > box.bottom) text.scrollTop += own.top - box.top - 60;
}

function fillTip(tip, marks) {
  tip.replaceChildren(...marks.map(describe));
  tip.hidden = false;
}

function describe({ number, group, label, value, speaker, stance, note }) {
  const colour = element("i");
  colour.style.setProperty("--c", `var(--${group})`);
  const head = group === "voice" ? speaker : `${label}: ${value}`;
  const who = group === "voice" ? `says ${value}` : `${speaker} (${stance})`;
  return element(
    "dl",
    {},
    colour,
    element("dt", { textContent: head }),
    element("dd", { textContent: who }),
    note ? element("dd", { className: "note", textContent: note }) : null,
    element("dd", { textContent: `Incident ${number}` }),
  );
}

function placeTip(host, tip, node) {
  const outer = host.getBoundingClientRect();
  const word = node.getClientRects()[0];
  const below = word.bottom + tip.offsetHeight + 8 < window.innerHeight;
  const left = Math.min(word.left - outer.left, outer.width - tip.offsetWidth);
  tip.style.left = `${Math.max(left, 0)}px`;
  tip.style.top = `${(below ? word.bottom + 6 : word.top - tip.offsetHeight - 6) - outer.top}px`;
}
