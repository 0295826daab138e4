// Lists of incidents, a page at a time: what a count stands for, a stack of one spot, a district.

import { button, el, fill } from "./dom.js";
import { address, attempt, getJson } from "./net.js";
import { killedText, number, plural, whenText } from "./words.js";

const PAGE = 50;

// A list that fills itself. `extra` are parameters of /api/layers/list.
export function incidentList({ query, extra, open, look, empty }) {
  const items = el("ol", { class: "incident-list" });
  const foot = el("div", { class: "list-foot" });
  const node = el("div", {}, items, foot);
  let shown = 0;

  async function more() {
    fill(foot, el("p", { class: "quiet", text: "Loading\u2026" }));
    const url = address("/api/layers/list", query, { ...extra, offset: shown, limit: PAGE });
    const answer = await attempt(() => getJson(url), (text) => fill(foot, trouble(text, more)));
    if (!answer) return;
    items.append(...answer.items.map((item) => line(item, open, look)));
    shown += answer.items.length;
    if (!answer.total) fill(foot, el("p", { class: "quiet", text: empty }));
    else if (shown < answer.total) {
      fill(foot, button(`Show more (${number(shown)} of ${number(answer.total)})`, more));
    } else fill(foot, el("p", { class: "quiet", text: `${plural(answer.total, "incident", "incidents")}, newest first` }));
  }

  more();
  return node;
}

export function trouble(text, again) {
  return el("div", { class: "trouble", role: "alert" }, el("p", { text }), button("Try again", again));
}

export function line(item, open, look) {
  const toll = killedText(item.killed_low, item.killed_best, item.killed_high);
  const facts = [whenText(item), item.place, toll].filter(Boolean).join(" \u00b7 ");
  const marks = [item.disputed && "sources disagree", item.review === "unreviewed" && "not reviewed", item.campaign && "campaign"];
  return el(
    "li",
    {},
    dot(item, look),
    el(
      "div",
      {},
      button(item.title || "Incident without a title", () => open(item.id), { class: "link" }),
      el("div", { class: "quiet", text: [facts, ...marks.filter(Boolean)].join(" \u00b7 ") }),
    ),
  );
}

function dot(item, look) {
  const { slot, letter } = look(item);
  const hollow = item.review === "unreviewed" ? " hollow" : "";
  return el("span", { class: `dot dot-${slot}${hollow}`, "aria-hidden": "true", text: letter });
}

