// The line above the map: counts that partition the selection, each opening its list, and what the data covers.

import { button, byId, el, fill } from "./dom.js";
import { day, number, plural } from "./words.js";

const line = byId("counts");

export function showCounts(counts, openList) {
  const part = (count, words, name, title) =>
    count ? button(`${number(count)} ${words}`, () => openList(name, title), { class: "count", title: "Open the list" }) : `${number(count)} ${words}`;
  const of = [
    counts.undated && part(counts.undated, "undated", "undated", "Undated incidents"),
    counts.campaigns && part(counts.campaigns, counts.campaigns === 1 ? "campaign" : "campaigns", "campaigns", "Campaigns"),
  ].filter(Boolean);
  fill(
    line,
    part(counts.total, counts.total === 1 ? "incident" : "incidents", "all", "All incidents of the selection"),
    " = ",
    part(counts.points, counts.points === 1 ? "point" : "points", "points", "Incidents drawn as points"),
    " + ",
    part(counts.shaded, "shaded by district", "shaded", "Known to a district or a road only"),
    " + ",
    part(counts.unplaced, "not placed in a district", "unplaced", "Not placed in a district"),
    of.length > 0 && "; of these ",
    of.flatMap((node, place) => (place ? [", ", node] : [node])),
    counts.undated_left_out > 0 && el("span", { class: "quiet", text: `; ${number(counts.undated_left_out)} undated not shown` }),
    el("span", { class: "toll", text: tollText(counts) }),
  );
}

function tollText({ killed, campaign_tolls: apart }) {
  if (!killed && !apart) return "";
  const more = apart ? `, plus ${plural(apart, "campaign toll", "campaign tolls")}, not added` : "";
  return ` \u00b7 ${number(killed)} killed${more}`;
}

export function showNote(meta) {
  const until = meta.data_to ? `data to ${day(meta.data_to)}, ` : "";
  const sources = plural(meta.n_publishers, "source", "sources");
  byId("note").textContent = `Reported incidents, not all incidents: ${until}${sources}; empty areas may be unreported.`;
}

export function showChips(chips, remove, clear) {
  const box = byId("chips");
  box.hidden = !chips.length;
  fill(
    box,
    chips.map(({ parameter, value, words }) =>
      button(`${words} \u00d7`, () => remove(parameter, value), { class: "chip", "aria-label": `Remove filter: ${words}` }),
    ),
    chips.length > 1 && button("Clear all", clear, { class: "chip clear" }),
  );
}

export function showProblems(problems) {
  const box = byId("problems");
  box.hidden = !problems.length;
  fill(box, problems.map((text) => el("p", { text: `Left out: ${text}` })));
}

// Why nothing is shown, and what to do about it.
export function emptyText(counts, hasFilters) {
  if (counts.outside_dates) {
    const verb = counts.outside_dates === 1 ? "lies" : "lie";
    return { text: `No incident in this selection. ${number(counts.outside_dates)} ${verb} outside the dates.`, action: "Clear the dates", clear: ["from", "to", "undated"] };
  }
  if (hasFilters) return { text: "No incident in this selection. Take a filter away to see more.", action: "Clear all filters", clear: null };
  return { text: "There are no incidents yet. Add articles or import a data set to begin.", action: null, clear: null };
}
