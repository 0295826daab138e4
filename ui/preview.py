"""The preview: incidents that only this browser tab sees on the map. Held in its session, never in the shared state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from geo.api.state import AppState
from geo.datafiles import slug
from geo.details import incident_details, value_text
from geo.models import Place, Value
from geo.review.proposal import Proposal
from geo.review.show import Change, changes, incident_of
from geo.table import estimate_value
from geo.wording import FIELD_LABELS
from ui.articles import Entry

MARKS, MADE = "preview", "preview_made"


def preview_marks() -> dict[str, dict[str, Any]]:
    """What is on the preview, by mention id: as the map draws it."""
    held: dict[str, dict[str, Any]] = st.session_state.setdefault(MARKS, {})
    return held


def marks_of(state: AppState, entry: Entry) -> dict[str, dict[str, Any]]:
    """The marks of an article's incidents, without those that were left out."""
    return {proposal.id: mark_of(state, entry, proposal) for proposal in entry.kept}


def mark_of(state: AppState, entry: Entry, proposal: Proposal) -> dict[str, Any]:
    """The mark of an incident; made once for each state that it is in, since every click draws the page anew."""
    made: dict[str, tuple[Proposal, dict[str, Any]]] = st.session_state.setdefault(MADE, {})
    held = made.get(proposal.id)
    if held is None or held[0] is not proposal:
        held = made[proposal.id] = (proposal, make_mark(state, entry, proposal))
    return held[1]


def make_mark(state: AppState, entry: Entry, proposal: Proposal) -> dict[str, Any]:
    """One incident as the map draws it: where, how, and what its popup says."""
    incident = incident_of(proposal, entry.document, state.dataset.vocabulary)
    place = estimate_value(incident, "place", Place) or Place("")
    event_type = state.dataset.vocabulary.event_types.get(estimate_value(incident, "event_type", str) or "")
    pointed = place.lat is not None
    return {
        "id": proposal.id,
        "document": entry.document.id,
        "lat": place.lat,
        "lon": place.lon,
        "radius": place.radius_km if place.where_prec == 2 else None,
        "districts": [] if pointed else drawn_ids(state, place.districts),
        "letter": event_type.letter if event_type else "?",
        "group": event_type.colour_group if event_type else "none",
        "corrections": [] if proposal.added else correction_lines(state, proposal),
        "added": proposal.added,
        "details": incident_details(state.dataset, incident),
    }


def drawn_ids(state: AppState, districts: Iterable[str]) -> list[str]:
    """Ids of the drawn districts that stand for these."""
    return [slug(drawn) for name in districts for drawn in state.shapes.shown_for(name)]


def correction_lines(state: AppState, proposal: Proposal) -> list[str]:
    """Each correction beside what the machine read, one line each."""
    lines = [
        f"{FIELD_LABELS[change.field]}: {own_words(state, change)}; machine read: {machine_words(state, change)}"
        for change in changes(proposal)
    ]
    left_out = len(proposal.left_out)
    return [*lines, *([f"{left_out} {'statement' if left_out == 1 else 'statements'} left out"] if left_out else [])]


def own_words(state: AppState, change: Change) -> str:
    """What the reader says; who is said to say it only where that was corrected too."""
    words = words_of(state, change.value)
    return f"{words}, according to {change.speaker}" if _speaker_changed(change) else words


def machine_words(state: AppState, change: Change) -> str:
    words = words_of(state, change.machine)
    return f"{words}, according to {change.machine_speaker}" if _speaker_changed(change) else words


def _speaker_changed(change: Change) -> bool:
    return change.value is not None and change.machine is not None and change.speaker != change.machine_speaker


def words_of(state: AppState, value: Value | None) -> str:
    """A value in words; None is what the text doesn't give."""
    return value_text(state.dataset, value) if value is not None else "not stated"


def put_on_map(marks: dict[str, dict[str, Any]], document_id: str) -> None:
    """Callback: an article's incidents as they are now, in place of what was there of it."""
    take_off_map(document_id)
    preview_marks().update(marks)


def take_off_map(document_id: str) -> None:
    """Callback: nothing of an article any more."""
    held = preview_marks()
    for key in [key for key, mark in held.items() if mark["document"] == document_id]:
        del held[key]


def take_one_off(mention_id: str | None) -> None:
    """Callback of the map: one incident less, or for None all."""
    if mention_id is None:
        preview_marks().clear()
    else:
        preview_marks().pop(mention_id, None)
