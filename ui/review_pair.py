"""Two reports that may tell one happening: side by side, what differs stands out, and why the link is suggested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from geo.details import incident_details
from geo.models import Incident, Link, Relation
from geo.review.queue import Item, Kind, Reason, conflict_of, reasons
from geo.review.reading import Shown
from geo.wording import day_text, number_text
from ui.evidence import draw_evidence
from ui.markup import facts, literal, tag, text
from ui.proposals import disagreements, fact_rows
from ui.review_actions import Place, accept_item, reject_item, this_tab
from ui.review_item import draw_reason, draw_reasons, draw_take_back, incident_with, reading_of
from ui.state import State

REASONS = ("Another day", "Another place", "Other people", "Another kind of act", "Only alike by chance")
QUOTE, MOST_QUOTES = 160, 4
STRONG, WEAK = 2.0, 0.75
TEXT_OF = "review_text_of"


def draw_pair(state: State, place: Place, item: Item, shown: Shown, *, may_write: bool) -> None:
    """Draw them."""
    link = item.link
    ends = [incident_with(state, shown, key) for key in item.mentions]
    if link is None or ends[0] is None or ends[1] is None:
        st.info("One of the two reports is not there any more. Nothing needs to be decided here.")
        return
    one, other = ends[0], ends[1]
    st.html(tag("h2", text(_question(link)), css="item-title") + _summary(state, link, item))
    if one.id == other.id and link.relation is Relation.SAME and item.kind is not Kind.REJECTED:
        st.info("Both are in one incident by now. To part them, open one of the reports and choose Split.")
        return
    if may_write:
        _draw_actions(place, item, link, shown)
    st.html(_table(state, one, other))
    _draw_why(state, link)
    _draw_texts(state, item, shown)


def _question(link: Link) -> str:
    if link.relation is Relation.PART_OF:
        return "Is the first a part of the second?"
    return "Do these reports tell one happening?"


def _summary(state: State, link: Link, item: Item) -> str:
    against = conflict_of(link, _labels(state))
    lines = [text(f"Likeness {round(link.score * 100)} of 100")]
    if item.kind is Kind.REJECTED:
        lines.append(text("kept apart by a person"))
    badges = tag("div", *lines, css="badges")
    if not against:
        return badges
    words = f"They agree in nearly everything, but: {against}. So the machine left it to you."
    return badges + tag("div", text(words), css="disagree")


def _draw_actions(place: Place, item: Item, link: Link, shown: Shown) -> None:
    part = link.relation is Relation.PART_OF
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="review_actions"):
        if item.kind is Kind.REJECTED:
            draw_take_back(place, item, shown)
            return
        st.button(
            "It is a part of it" if part else "One incident: merge",
            key="accept",
            type="primary",
            shortcut="A",
            on_click=accept_item,
            args=(place, item),
        )
        st.button(
            "It is not" if part else "Two incidents: keep apart",
            key="reject",
            shortcut="X",
            on_click=reject_item,
            args=(place, item),
        )
        draw_reason()
    if this_tab().asking == "reject":
        draw_reasons(place, item, REASONS)


# --- side by side -------------------------------------------------------------------------------------------------


def _table(state: State, one: Incident, other: Incident) -> str:
    """Two lists of facts; a fact that differs is marked."""
    sides = [incident_details(state.dataset, incident) for incident in (one, other)]
    rows = [dict(fact_rows(details)) for details in sides]
    for side, incident in zip(rows, (one, other), strict=True):
        side["Told by"] = _sources(state, incident)
        side["Words"] = _quotes(incident)
    terms = list(dict.fromkeys(term for side in rows for term in side))
    order = {term: number for number, term in enumerate(rows[0])}
    terms.sort(key=lambda term: order.get(term, len(order) - 3))
    heads = [_head(number, details) for number, details in enumerate(sides, 1)]
    cells = [tag("div", text(""), *heads, css="pair-row pair-head")]
    cells += [_row(term, rows) for term in terms if term != "Words" or any(side.get(term) for side in rows)]
    return tag("div", *cells, css="pair")


def _row(term: str, sides: Sequence[Mapping[str, str]]) -> str:
    left, right = (side.get(term) or text("not stated", css="aside") for side in sides)
    differs = left != right and term not in ("Told by", "Words")
    name = tag("div", text(term), text("differs", css="differs") if differs else "", css="term")
    return tag("div", name, tag("div", left), tag("div", right), css="pair-row apart" if differs else "pair-row")


def _head(number: int, details: Mapping[str, Any]) -> str:
    return tag("div", text(str(number), "b"), text(f" {details['title']}"), disagreements(details), css="pair-title")


def _sources(state: State, incident: Incident) -> str:
    lines = []
    for document in incident.documents:
        outlet = state.dataset.vocabulary.publisher(document.publisher).name
        day = day_text(document.published) if document.published else "not dated"
        lines.append(text(f"{outlet}, {day}" + (f": {document.title}" if document.title else ""), "li"))
    return tag("ul", *lines)


def _quotes(incident: Incident) -> str:
    """Some of the words that it rests on."""
    words = list(dict.fromkeys(claim.original for claim in incident.claims if claim.original))
    words.sort(key=len, reverse=True)
    shown = [one if len(one) <= QUOTE else f"{one[:QUOTE].rsplit(' ', 1)[0]} …" for one in words[:MOST_QUOTES]]
    return tag("ul", *(text(f"“{one}”", "li") for one in shown)) if shown else ""


# --- why ----------------------------------------------------------------------------------------------------------


def _draw_why(state: State, link: Link) -> None:
    """The score, explained."""
    found = reasons(link.why, _labels(state))
    if not found:
        st.markdown("**Why this is suggested:** " + literal("; ".join(link.why)))
        return
    kinds = (("Speaks for one happening", 1), ("Speaks against it", -1))
    columns = st.columns(2, gap="medium")
    for column, (words, sign) in zip(columns, kinds, strict=True):
        lines = [reason for reason in found if reason.points * sign > 0]
        column.html(text(words, "h3", "why-head") + (_weights(lines) if lines else text("Nothing.", "p", "aside")))


def _labels(state: State) -> dict[str, str]:
    vocabulary = state.dataset.vocabulary
    kinds = {code: entry.label for code, entry in vocabulary.event_types.items()}
    return kinds | {actor.id: actor.name for actor in vocabulary.actors.values()}


def _weights(lines: Sequence[Reason]) -> str:
    return facts([(_weight(reason.points), text(reason.words)) for reason in lines])


def _weight(points: float) -> str:
    size = abs(points)
    return "strongly" if size >= STRONG else "slightly" if size < WEAK else "fairly"


def _draw_texts(state: State, item: Item, shown: Shown) -> None:
    """The text of one of the two, as chosen."""
    readings = {}
    for number, key in enumerate(item.mentions, 1):
        reading = reading_of(state, shown, key)
        if reading and reading.document.text:
            readings[number] = (reading, key)
    if not readings:
        return
    if st.session_state.get(TEXT_OF) not in readings:
        st.session_state[TEXT_OF] = next(iter(readings))
    chosen = st.segmented_control(
        "Read the text of",
        list(readings),
        key=TEXT_OF,
        format_func=lambda number: f"{number_text(number)}: {_outlet(state, readings[number][0].document.publisher)}",
        required=True,
    )
    reading, key = readings[chosen or next(iter(readings))]
    draw_evidence(state.dataset, reading.document, reading.stored, reading.number(key), lambda _: None)


def _outlet(state: State, publisher: str) -> str:
    return literal(state.dataset.vocabulary.publisher(publisher).name)
