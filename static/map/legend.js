// The legend: what colours, letters, shapes and shades mean, and the switches that choose them.

import { button, byId, el, fill, isPhone } from "./dom.js";
import { partyLooks } from "./marks.js";
import { GROUP_ORDER, GROUP_WORDS } from "./theme.js";
import { number } from "./words.js";

const box = byId("legend");
let open = !isPhone();
let signsOpen = false;

export function drawLegend({ meta, state, bounds, choose }) {
  const body = [
    section("Points", choice("Colour by", ["type", "Kind"], ["perpetrator", "Perpetrator"], state.colourBy, (value) => choose({ colourBy: value })), pointRows(meta, state)),
    section(
      "Districts",
      choice("Shade by", ["count", "Incidents"], ["killed", "Deaths"], state.shadeBy, (value) => choose({ shadeBy: value }), ["none", "None"]),
      shadeRows(state, bounds),
    ),
    el("details", { open: signsOpen, ontoggle: (event) => (signsOpen = event.currentTarget.open) }, el("summary", { text: "What the signs mean" }), signRows(meta)),
  ];
  const toggle = button(open ? "Hide legend" : "Legend", () => {
    open = !open;
    drawLegend({ meta, state, bounds, choose });
    box.querySelector(".legend-toggle").focus();
  }, { class: "legend-toggle", "aria-expanded": String(open) });
  fill(box, open && el("div", { class: "legend-body" }, body), toggle);
  box.classList.toggle("open", open);
}

function section(title, switches, rows) {
  return el("section", {}, el("h3", { text: title }), switches, rows);
}

function choice(label, first, second, chosen, onChoose, third = null) {
  const options = [first, second, third].filter(Boolean);
  return el(
    "div",
    { class: "choice", role: "group", "aria-label": label },
    options.map(([value, words]) => button(words, () => onChoose(value), { "aria-pressed": String(value === chosen) })),
  );
}

function pointRows(meta, state) {
  if (state.colourBy === "perpetrator") {
    const named = partyLooks(meta).map((party) => row(dot(GROUP_ORDER[party.place], party.letter), party.label));
    return el("ul", {}, named, row(dot("none", "\u00b7"), "other, or not known"));
  }
  const types = Object.values(meta.event_types);
  return el(
    "ul",
    {},
    GROUP_ORDER.map((group) => {
      const letters = types.filter((type) => type.group === group);
      const title = letters.map(({ letter, label }) => `${letter} ${label}`).join(", ");
      return row(dot(group, letters[0]?.letter ?? ""), GROUP_WORDS[group], title);
    }),
  );
}

function shadeRows(state, bounds) {
  if (state.shadeBy === "none") return el("p", { class: "quiet", text: "Districts are not shaded." });
  if (!bounds.length) return el("p", { class: "quiet", text: "No district has any in this selection." });
  const words = bounds.map(([low, high]) => (low === high ? number(low) : `${number(low)}\u2013${number(high)}`));
  return el(
    "div",
    {},
    el("ul", { class: "shades" }, words.map((text, place) => el("li", {}, el("span", { class: `swatch shade-${place}` }), el("span", { text })))),
    el("p", { class: "quiet", text: "Counted once in every district touched; campaigns left out." }),
  );
}

function signRows(meta) {
  const letters = Object.values(meta.event_types).map(({ letter, label }) => `${letter} ${label.toLowerCase()}`);
  return el(
    "ul",
    {},
    el("li", { class: "letters", text: letters.join(", ") }),
    row(el("span", { class: "dot cluster-sign", text: "12" }), "several incidents"),
    row(el("span", { class: "dot dot-none hollow", text: "A" }), "hollow: not reviewed"),
    row(el("span", { class: "dot dot-none ringed", text: "A" }), "half-ring: sources disagree"),
    row(el("span", { class: "circle-sign" }), "circle: place known to about that distance"),
  );
}

const dot = (slot, letter) => el("span", { class: `dot dot-${slot}`, text: letter });
const row = (sign, words, title = null) => el("li", { title }, sign, el("span", { text: words }));
