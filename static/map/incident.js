// An incident in words: its short form for the popup, its full form for the panel. Takes the JSON of /api/incidents/{id}.

import { button, el, outLink } from "./dom.js";
import { CAMP_WORDS } from "./words.js";

export function shortForm(details, onOpen) {
  return el(
    "div",
    { class: "short" },
    el("h2", { text: details.title }),
    facts(details, true),
    disagreements(details),
    el("ul", { class: "voices" }, details.versions.map(shortVersion)),
    onOpen && button("Open all versions", onOpen, { class: "primary" }),
  );
}

function shortVersion(version) {
  const said = version.claims.filter((claim) => !claim.revised).map((claim) => `${claim.label.toLowerCase()}: ${claim.text}`);
  return el(
    "li",
    {},
    el("b", { text: version.speaker }),
    el("span", { class: "quiet", text: ` (${CAMP_WORDS[version.camp] ?? version.camp})` }),
    el("div", { text: said.join("; ") }),
    el("div", { class: "quiet" }, "in ", join(version.documents.map(outlet), ", ")),
  );
}

function outlet(one) {
  const link = one.url ? outLink(one.url, one.publisher) : el("span", { text: one.publisher });
  return el("span", { class: one.retracted ? "retracted" : null }, link, one.published ? ` ${one.published}` : null);
}

export function fullForm(details, actions) {
  return el(
    "article",
    { class: "full" },
    badges(details),
    facts(details, false),
    disagreements(details),
    perpetrators(details),
    campaign(details, actions.open),
    el("h3", { text: versionsTitle(details) }),
    el("div", { class: "versions" }, details.versions.map(card)),
    rivals(details),
    references("Related", details.related, actions.open),
    foot(details, actions),
  );
}

function versionsTitle({ n_speakers: speakers, n_sources: sources }) {
  const voices = speakers === 1 ? "One speaker" : `${speakers} speakers`;
  return `Who says what: ${voices}, ${sources === 1 ? "one source" : `${sources} sources`}`;
}

function badges(details) {
  const words = [details.place.precision, details.date.precision, details.review.text];
  return el(
    "ul",
    { class: "badges", "aria-label": "How well it is known" },
    details.campaign && el("li", { class: "badge", text: "campaign: made of other incidents" }),
    words.filter(Boolean).map((text, place) => el("li", { class: "badge", title: codeOf(details, place), text })),
    details.disagreements.length > 0 && el("li", { class: "badge strong", text: "sources disagree" }),
  );
}

function codeOf(details, place) {
  return [`where_prec ${details.place.where_prec}`, `date_prec ${details.date.date_prec}`, details.review.code][place];
}

function facts(details, short) {
  const list = el("dl", { class: "facts" });
  const row = (term, ...value) => list.append(el("dt", { text: term }), el("dd", {}, ...value));
  row("What", details.event_type.label);
  row("When", details.date.text, short ? quiet(details.date.precision) : null);
  row("Where", details.place.text, short ? quiet(details.place.precision) : null);
  if (details.place.note) row("Note", details.place.note);
  if (details.place.candidates?.length > 1) row("Could be", details.place.candidates.map(candidateText).join("; "));
  for (const toll of details.tolls) row(sentence(toll.label), toll.text, toll.groups.length ? quiet(toll.groups.join(", ")) : null);
  if (!details.tolls.length) row("Killed", "no figure given");
  row("Carried out by", ...by(details.perpetrator));
  if (details.target) row("Against", details.target);
  return list;
}

const quiet = (...parts) => el("span", { class: "quiet aside" }, ...parts);
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const candidateText = ({ name, district }) => (district && district !== name ? `${name} (${district})` : name);

function by(party) {
  if (!party || party.actor_id === "unknown") return ["not known"];
  const source = party.speaker ? `${party.basis_text}: ${party.speaker}` : party.basis_text;
  return [party.actor, quiet(source)];
}

function disagreements(details) {
  if (!details.disagreements.length) return null;
  return el(
    "div",
    { class: "disagree" },
    el("b", { text: "Sources disagree" }),
    el("ul", {}, details.disagreements.map(disagreement)),
  );
}

function disagreement({ label, versions }) {
  const sides = versions.map(({ text, speakers }) => el("span", {}, el("b", { text }), ` (${speakers.join(", ")})`));
  return el("li", {}, `${label}: `, join(sides, " / "));
}

function join(nodes, separator) {
  return nodes.flatMap((node, place) => (place ? [separator, node] : [node]));
}

function perpetrators(details) {
  const named = details.perpetrators.filter((party) => party.actor_id !== "unknown");
  if (!named.length) return null;
  const lines = named.map((party) =>
    el("li", {}, el("b", { text: party.actor }), `, ${party.basis_text}`, party.speaker ? ` (${party.speaker})` : null),
  );
  return el("section", {}, el("h3", { text: "Who is said to have done it, and by whom" }), el("ul", {}, lines));
}

function campaign(details, open) {
  return el(
    "div",
    {},
    details.part_of && references("Part of", [details.part_of], open),
    references(`${details.children.length} incidents belong to it`, details.children, open),
  );
}

function references(title, incidents, open) {
  const known = incidents.filter(Boolean);
  if (!known.length) return null;
  const lines = known.map((one) => el("li", {}, button(one.title, () => open(one.id), { class: "link" })));
  return el("section", {}, el("h3", { text: title }), el("ul", { class: "references" }, lines));
}

function card(version) {
  const several = version.documents.length > 1;
  return el(
    "section",
    { class: "card", "aria-label": `According to ${version.speaker}` },
    el("h4", {}, version.speaker, el("span", { class: "quiet", text: ` ${CAMP_WORDS[version.camp] ?? version.camp}` })),
    el("p", { class: "quiet", text: sentence(version.stances.join("; ")) }),
    el("dl", { class: "facts" }, version.claims.flatMap((claim) => claimRows(claim, version.documents, several))),
    el("ul", { class: "outlets", "aria-label": "Reported by" }, version.documents.map(documentLine)),
  );
}

function claimRows(claim, documents, several) {
  const carried = documents.filter(({ id }) => claim.document_ids.includes(id)).map(({ publisher }) => publisher);
  const partly = several && carried.length < documents.length;
  return [
    el("dt", { text: claim.label }),
    el(
      "dd",
      {},
      el(claim.revised ? "s" : "span", { text: claim.text }),
      claim.revised && quiet("earlier figure, since revised"),
      partly && quiet(`in ${[...new Set(carried)].join(", ")}`),
      claim.original && el("q", { text: claim.original }),
    ),
  ];
}

function documentLine(one) {
  const title = one.title ?? "without a title";
  return el(
    "li",
    { class: one.retracted ? "retracted" : null },
    el("b", { text: one.publisher }),
    one.published ? `, ${one.published}: ` : ": ",
    one.url ? outLink(one.url, title) : title,
    one.archived_url && el("span", {}, " (", outLink(one.archived_url, "archived copy"), ")"),
    one.retracted && el("b", { text: " retracted" }),
    !one.words_held && el("span", { class: "quiet", text: " (its words are not held here)" }),
    one.cites?.length > 0 && quiet("names as its sources: ", ...one.cites.flatMap(citedParts)),
    one.licence && quiet(`${one.licence}; cite: ${one.citation}`),
  );
}

function citedParts({ text, url }, place) {
  return [place ? "; " : "", url ? outLink(url, text) : text];
}

function rivals(details) {
  if (!details.rival_places.length) return null;
  const lines = details.rival_places.map(({ text }) => el("li", { text }));
  const words = "Other sources place it here; hatched on the map, joined by a dashed line:";
  return el("section", {}, el("h3", { text: "Rival places" }), el("p", { text: words }), el("ul", {}, lines));
}

function foot(details, actions) {
  return el(
    "footer",
    {},
    el("div", { class: "row" }, button("Copy link", actions.copy), actions.correction),
    el("p", { class: "quiet", text: `Incident ${details.id}, data version ${details.data_version}` }),
  );
}
