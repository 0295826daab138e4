"""The incidents proposed from an article: a sketch of where, a card for each, open questions as choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from geo.errors import InputError
from geo.models import Candidate, Place, Role
from geo.review.correct import choose_candidate, is_open
from geo.review.proposal import Proposal
from geo.review.show import changes
from geo.wording import FIELD_LABELS, place_precision_text, place_text
from ui.articles import EDITING, Entry, add_by_hand, change, current, look_at
from ui.corrections import Editor, draw_editor
from ui.markup import facts, literal, tag, text
from ui.preview import machine_words, mark_of, own_words, words_of
from ui.sketch import Pin, describe, draw_sketch
from ui.state import State

STYLE = """
<style>
.incident-head { display: flex; gap: 0.6rem; align-items: baseline; font-size: 1.05rem; font-weight: 600;
  line-height: 1.35; }
.incident-head b, ol.places b { flex: none; min-width: 1.6em; padding: 0 0.35em; border-radius: 1em; text-align: center;
  color: #fff; background: #b14e00; font-weight: 700; font-size: 0.94rem; }
ol.places { list-style: none; margin: 0 0 0.5rem; padding: 0; display: grid; gap: 0.35rem; line-height: 1.35; }
ol.places li { display: flex; gap: 0.5rem; margin: 0; align-items: baseline; }
ol.places li.chosen { font-weight: 600; }
.badges { display: flex; flex-wrap: wrap; gap: 0.35rem; margin: 0.5rem 0 0.4rem; }
.badges span { border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: 4px;
  padding: 0 0.45rem; font-size: 0.94rem; }
dl.facts { display: grid; grid-template-columns: 7.2rem 1fr; gap: 0.15rem 0.8rem; margin: 0; padding: 0;
  line-height: 1.45; }
dl.facts dt { font-weight: 400; opacity: 0.78; margin: 0; padding: 0; }
dl.facts dd { margin: 0; padding: 0; overflow-wrap: anywhere; }
p.aside { margin: 0; font-size: 0.94rem; opacity: 0.8; }
dl.facts .aside { display: block; font-size: 0.94rem; opacity: 0.85; }
.disagree { margin-top: 0.5rem; padding: 0.3rem 0.7rem; border-left: 3px solid #b87700;
  background: color-mix(in srgb, #e69f00 14%, transparent); }
[data-testid="stColumn"]:has(.st-key-article_text) { position: sticky; top: 3.5rem; align-self: flex-start; }
[data-testid="stLayoutWrapper"]:has(> .st-key-to_the_map) { position: sticky; bottom: 0; z-index: 5; }
.st-key-to_the_map { padding: 0.6rem 0; background: PAPER; }
@media (max-width: 640px) {
  [data-testid="stColumn"]:has(.st-key-article_text) { position: static; }
}
.dropped { opacity: 0.9; text-decoration: line-through; }
</style>
"""


def card_style() -> str:
    """The rules, with the colours that Streamlit's theme keeps to itself."""
    kind = "dark" if st.context.theme.type == "dark" else "light"
    paper = str(st.get_option(f"theme.{kind}.backgroundColor"))
    return STYLE.replace("PAPER", paper)


def draw_sketch_of(state: State, entry: Entry) -> None:
    """Where the incidents are, on a small map of the districts."""
    st.html(card_style())
    draw_pins(state, entry.proposals, entry.looked_at)


def draw_pins(state: State, proposals: Sequence[Proposal], looked_at: int | None) -> None:
    """The small map of a text's incidents, numbered in its order."""
    pins = [
        Pin(number, proposal.place() or Place(""), number == looked_at)
        for number, proposal in enumerate(proposals, 1)
        if proposal.kept
    ]
    if not pins:
        return
    words = describe(pins)
    dark = st.context.theme.type == "dark"
    picture, places = st.columns(2, vertical_alignment="center")
    picture.image(draw_sketch(state, pins, dark=dark), width="stretch", alt=f"Map of the districts: {words}")
    places.html(tag("ol", *(_place_line(pin) for pin in pins), css="places") + text(_of_layer(state), "p", "aside"))


def _place_line(pin: Pin) -> str:
    where = place_text(pin.place) if pin.place.districts else f"{place_text(pin.place)}: not placed in a district"
    line = f"{where} ({place_precision_text(pin.place)})"
    return tag("li", text(str(pin.number), "b"), text(line), css="chosen" if pin.chosen else "")


def _of_layer(state: State) -> str:
    layer = state.dataset.layer
    return "Schematic boundaries." if layer.schematic else f"Boundaries: {layer.attribution}."


def draw_proposals(state: State, entry: Entry) -> None:
    """A card for each incident, and the way to add one."""
    if not entry.proposals:
        st.info("No incident was read in this text. If it tells of one, add it below.")
    for number, proposal in enumerate(entry.proposals, 1):
        with st.container(border=True, key=f"proposal_{number}"):
            _card(state, entry, proposal, number)
    _missed(entry)


def _card(state: State, entry: Entry, proposal: Proposal, number: int) -> None:
    details = mark_of(state, entry, proposal)["details"]
    head = tag("div", text(str(number), "b"), text(details["title"]), css="incident-head")
    if not proposal.kept:
        st.html(tag("div", head, css="dropped"))
        st.button("Take it in again", key=f"keep_{proposal.id}", on_click=_keep, args=(entry, proposal, True))
        return
    badges = tag("div", *(text(words) for words in _badges(entry, proposal, details)), css="badges")
    st.html(head + badges + facts(fact_rows(details)) + disagreements(details))
    _corrected(state, entry, proposal)
    draw_open_question(Editor(state, entry, proposal))
    _actions(state, entry, proposal, number)


def _badges(entry: Entry, proposal: Proposal, details: Mapping[str, Any]) -> list[str]:
    badges = [details["place"]["precision"], details["date"]["precision"]]
    badges.append("added by you" if proposal.added else "corrected by you" if proposal.reviewed else "machine reading")
    if proposal.mention.role is Role.BACKGROUND:
        badges.append("recalled by the article")
    if proposal.mention.campaign:
        badges.append("campaign: made of other incidents")
    whole = [number for number, other in enumerate(entry.proposals, 1) if other.id == proposal.part_of]
    badges += [f"part of incident {number}" for number in whole]
    return [words for words in badges if words]


def fact_rows(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What, when, where, how many, who: terms with their markup."""
    rows = [
        ("What", text(details["event_type"]["label"])),
        ("When", text(details["date"]["text"])),
        ("Where", text(details["place"]["text"] or "not stated") + _aside(details["place"].get("note"))),
    ]
    for toll in details["tolls"]:
        rows.append((toll["label"].capitalize(), text(toll["text"]) + _aside(", ".join(toll["groups"]))))
    if not details["tolls"]:
        rows.append(("Killed", text("no figure given")))
    party = details["perpetrator"]
    if party is None or party["actor_id"] == "unknown":
        rows.append(("Carried out by", text("not known")))
    else:
        source = f"{party['basis_text']}: {party['speaker']}" if party["speaker"] else party["basis_text"]
        rows.append(("Carried out by", text(party["actor"]) + _aside(source)))
    if details["target"]:
        rows.append(("Against", text(details["target"])))
    return rows


def _aside(words: str | None) -> str:
    return text(words, css="aside") if words else ""


def disagreements(details: Mapping[str, Any]) -> str:
    lines = []
    for one in details["disagreements"]:
        sides = " / ".join(f"{version['text']} ({', '.join(version['speakers'])})" for version in one["versions"])
        lines.append(text(f"{one['label']}: {sides}", "div"))
    return tag("div", text("Sources disagree", "b"), *lines, css="disagree") if lines else ""


def _corrected(state: State, entry: Entry, proposal: Proposal) -> None:
    """Each correction beside the machine's reading, with its way back."""
    for one in changes(proposal):
        label = FIELD_LABELS[one.field].lower()
        before = [words_of(state, value) for value in one.earlier]
        machine = _aside("; ".join([f"machine read: {machine_words(state, one)}", *(f"then: {x}" for x in before)]))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(facts([(FIELD_LABELS[one.field], text(own_words(state, one)) + machine)]))
            st.button(
                "Undo",
                key=f"undo_{proposal.id}_{one.field}",
                on_click=Editor(state, entry, proposal).undo,
                args=(one.field,),
                help=literal(f"Back to “{before[-1]}”" if before else f"Back to the machine's reading of {label}"),
            )


def draw_open_question(editor: Editor) -> None:
    """An ambiguous place as a choice; leaving it open is one too."""
    place = editor.proposal.place()
    if place is None or not is_open(place):
        return
    options = {candidate.place_id: candidate for candidate in place.candidates}
    key = f"which_{editor.proposal.id}"
    st.session_state[key] = None
    st.radio(
        literal(f"Which place is meant by “{place.text}”?"),
        list(options),
        index=None,
        key=key,
        format_func=lambda place_id: literal(candidate_words(options[place_id])),
        on_change=_choose,
        args=(editor, place, key),
        help="The name is ambiguous. Left open, the incident stands in the list of those not placed in a district.",
    )


def candidate_words(candidate: Candidate) -> str:
    if candidate.district and candidate.district != candidate.name:
        return f"{candidate.name}, {candidate.district} district"
    return candidate.name


def _choose(editor: Editor, place: Place, key: str) -> None:
    place_id = st.session_state[key]
    if place_id:
        editor.set("place", choose_candidate(place, place_id))


def _actions(state: State, entry: Entry, proposal: Proposal, number: int) -> None:
    editing = st.session_state.get(EDITING) == proposal.id
    looked_at = entry.looked_at == number
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Done" if editing else "Correct",
            key=f"edit_{proposal.id}",
            on_click=_edit,
            args=(None if editing else proposal.id,),
        )
        if proposal.mention.trigger:
            st.button(
                "Show all words" if looked_at else "Show its words",
                key=f"look_{proposal.id}",
                on_click=look_at,
                args=(entry.document.id, number),
            )
        st.button("Leave it out", key=f"drop_{proposal.id}", on_click=_keep, args=(entry, proposal, False))
    if editing:
        draw_editor(Editor(state, entry, proposal))


def _edit(proposal_id: str | None) -> None:
    st.session_state[EDITING] = proposal_id


def _keep(entry: Entry, proposal: Proposal, kept: bool) -> None:
    """Callback: leave an incident out, or take it in again; the text shows all words alike."""
    now = current(entry.document.id) or entry
    held = next((one for one in now.proposals if one.id == proposal.id), proposal)
    change(entry.document.id, replace(held, kept=kept))
    look_at(entry.document.id, None)


def _missed(entry: Entry) -> None:
    """The way to add an incident that the machine missed."""
    with st.expander("Add an incident that is missing"), st.form("missed", border=False, clear_on_submit=False):
        words = st.text_input("Words of the article that tell of it (optional)", max_chars=300, key="missed_words")
        if st.form_submit_button("Add it"):
            try:
                st.session_state[EDITING] = add_by_hand(entry.document.id, words)
            except InputError as error:
                st.error(literal(str(error)))
            else:
                st.rerun()
