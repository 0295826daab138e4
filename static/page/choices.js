// Multiple choices as lists with counts, built by textContent.

import { button, el, fill } from "../map/dom.js";
import { announce, follow, isOld, nextTurn } from "./ask.js";

const FEW = 6; // values shown before the reader asks for more
const MANY = 200; // more rows than these are found by name

const held = new WeakMap();
const unfolded = new Map(); // by parameter: whether its list is open; outlives the closing of the section
const extended = new Set(); // parameters of which all values are shown

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const host = parentElement.querySelector(".choices");
  const now = held.get(host) ?? make(host);
  now.send = (value) => setStateValue("chosen", value);
  take(now, data);
  return () => {
    now.leave();
    held.delete(host);
  };
}

function make(host) {
  const now = { host, lists: new Map(), turn: 0, send: null };
  now.leave = follow(({ changes }) => hear(now, changes));
  held.set(host, now);
  return now;
}

// What was clicked, here or elsewhere.
function hear(now, changes) {
  for (const [parameter, values] of Object.entries(changes)) {
    const list = now.lists.get(parameter);
    if (!list) continue;
    Object.assign(list, { chosen: new Set(values), seen: null });
    draw(list);
  }
}

function take(now, data) {
  const old = isOld(data);
  for (const [place, choice] of data.choices.entries()) {
    const list = now.lists.get(choice.parameter) ?? add(now, choice, place);
    if (!old) list.chosen = new Set(choice.chosen);
    const seen = JSON.stringify([choice, [...list.chosen]]);
    if (seen === list.seen) continue;
    Object.assign(list, { choice, seen });
    draw(list);
  }
}

function add(now, choice, place) {
  const { parameter, label, help } = choice;
  const open = unfolded.get(parameter) ?? (place === 0 || choice.chosen.length > 0);
  const list = { now, choice, chosen: new Set(), open, words: "", at: null };
  const id = `choice-${parameter}`;
  list.sum = el("span", { class: "sum" });
  list.fold = el("button", { class: "fold", type: "button", "aria-controls": id, onclick: () => fold(list, !list.open) }, el("span", { text: label }), " ", list.sum);
  list.about = el("p", { class: "about", text: help, hidden: true });
  const ask = button("?", () => {
    list.about.hidden = !list.about.hidden;
    ask.setAttribute("aria-expanded", String(!list.about.hidden));
  }, { class: "ask", title: help, "aria-label": `About \u201c${label}\u201d`, "aria-expanded": "false" });
  list.find = el("input", { type: "search", class: "find", placeholder: "Find", "aria-label": `Find in ${label}`, oninput: () => search(list), onkeydown: (event) => fromField(list, event) });
  list.box = el("ul", { role: "listbox", "aria-multiselectable": "true", "aria-label": label, onkeydown: (event) => move(list, event) });
  list.note = el("p", { class: "note", role: "status" });
  list.more = button("", () => extend(list), { class: "more" });
  list.body = el("div", { class: "body", id }, list.find, list.box, list.note, list.more);
  now.host.append(el("section", { class: "choice" }, el("div", { class: "head" }, list.fold, ask), list.about, list.body));
  now.lists.set(parameter, list);
  return list;
}

function draw(list) {
  const { options } = list.choice;
  const words = list.words.trim().toLowerCase();
  const found = words ? options.filter(([, name]) => name.toLowerCase().includes(words)) : options;
  const all = words !== "" || extended.has(list.choice.parameter);
  const shown = found.filter(([value], place) => (all ? place < MANY : place < FEW) || list.chosen.has(value));
  const focused = list.box.contains(list.box.getRootNode().activeElement);
  list.sum.textContent = list.open ? "" : summary(list); // an open list shows what is chosen
  list.fold.setAttribute("aria-expanded", String(list.open));
  list.body.hidden = !list.open;
  list.find.hidden = options.length <= FEW + 2;
  fill(list.box, shown.map((option) => row(list, option)));
  list.more.hidden = words !== "" || options.length <= FEW;
  list.more.textContent = all ? "Show fewer" : `Show all ${options.length}`;
  list.box.classList.toggle("long", all);
  list.note.textContent = remark(shown.length, all ? found.length : 0, words);
  point(list, shown.some(([value]) => value === list.at) ? list.at : shown[0]?.[0], focused);
}

function remark(shown, found, words) {
  if (!shown) return words ? "Nothing of that name." : "Nothing to choose in this selection.";
  return found > shown ? `and ${found - shown} more: find them by name` : "";
}

function summary({ choice, chosen }) {
  if (!chosen.size) return "Any";
  if (chosen.size > 1) return `${chosen.size} chosen`;
  const [only] = chosen;
  return choice.options.find(([value]) => value === only)?.[1] ?? only;
}

function row(list, [value, words, count]) {
  const chosen = String(list.chosen.has(value));
  return el(
    "li",
    { role: "option", tabindex: -1, "aria-label": `${words} (${count})`, "aria-selected": chosen, "data-value": value, onclick: () => toggle(list, value) },
    el("span", { class: "tick" }),
    el("span", { class: "words", text: words }),
    el("span", { class: "count", text: count }),
  );
}

async function toggle(list, value) {
  const { now, choice, chosen } = list;
  const values = chosen.has(value) ? [...chosen].filter((one) => one !== value) : [...chosen, value];
  point(list, value, true);
  const turn = (now.turn = nextTurn());
  await announce(turn, { [choice.parameter]: values });
  if (turn !== now.turn) return; // what is sent for a newer one holds this one
  now.send({ turn, values: Object.fromEntries([...now.lists].map(([parameter, { chosen }]) => [parameter, [...chosen]])) });
}

function fold(list, open) {
  list.open = open;
  unfolded.set(list.choice.parameter, open);
  draw(list);
}

function extend(list) {
  const { parameter } = list.choice;
  if (!extended.delete(parameter)) extended.add(parameter);
  draw(list);
}

function search(list) {
  list.words = list.find.value;
  draw(list);
}

// One value of a list can be reached by tab, the others from it by arrows.
function point(list, value, focus) {
  list.at = value ?? null;
  for (const line of list.box.querySelectorAll("[role=option]")) {
    const isAt = line.dataset.value === list.at;
    line.tabIndex = isAt ? 0 : -1;
    if (isAt && focus) line.focus();
  }
}

function move(list, event) {
  const lines = [...list.box.querySelectorAll("[role=option]")];
  const place = lines.findIndex((line) => line.dataset.value === list.at);
  const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: lines.length - 1 }[event.key];
  if (to !== undefined) point(list, lines[Math.max(0, Math.min(lines.length - 1, to))]?.dataset.value, true);
  else if ((event.key === " " || event.key === "Enter") && lines[place]) toggle(list, list.at);
  else return;
  event.preventDefault();
}

function fromField(list, event) {
  if (event.key === "ArrowDown" || event.key === "Enter") point(list, list.box.querySelector("[role=option]")?.dataset.value, true);
  else if (event.key === "Escape" && list.find.value) {
    list.find.value = "";
    search(list);
  } else return;
  event.preventDefault();
}
