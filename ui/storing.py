"""From this tab into the store: the buttons, what they do, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.errors import IncidentMapError
from geo.wording import number_text
from ui.access import editor
from ui.articles import FAULTS, Entry, entries, take_out
from ui.markup import literal
from ui.preview import take_off_map
from ui.state import State
from ui.writing import refresh, store_for_writing

STORED, CHECKED = "articles_stored", "articles_checked"


def map_page_of() -> st.Page:
    """The map, as the navigation knows it."""
    from pages import map_page  # noqa: PLC0415  (pages use this module)

    return st.Page(map_page.page, title="Map", url_path="map", default=True)


def draw_store_buttons(state: State, entry: Entry, count: str) -> None:
    """Store this article, or all of them."""
    if count and st.button(f"Store ({count})", type="primary", key="store", help="For everybody who reads this map."):
        _store(state, [entry])
    held = list(entries().values())
    if len(held) > 1 and st.button(f"Store all {number_text(len(held))} articles", key="store_all"):
        _store(state, held)
    st.checkbox(
        "I have checked every figure",
        key=CHECKED,
        help="Stored as reviewed. Else what you didn't correct waits on the review page for somebody to look at it.",
    )


def draw_stored() -> None:
    """What was stored just now."""
    lines: list[str] = st.session_state.get(STORED, [])
    if lines:
        with st.container(key="stored"):
            st.success("\n".join(f"- {line}" for line in lines) if len(lines) > 1 else lines[0])
            if st.button("See it on the map", key="see_stored"):
                forget_stored()
                st.switch_page(map_page_of())


def forget_stored() -> None:
    """The next article is another matter."""
    st.session_state.pop(STORED, None)


def _store(state: State, chosen: Sequence[Entry]) -> None:
    """Store articles one by one; one that can't be stays here with its corrections, and is named."""
    with st.spinner("Storing", show_time=True):
        stored, faults = _store_each(state, chosen)
    st.session_state[STORED], st.session_state[FAULTS] = stored, faults
    st.rerun()


def _store_each(state: State, chosen: Sequence[Entry]) -> tuple[list[str], list[str]]:
    from geo.extract.resolve import ORIGIN  # noqa: PLC0415  (loads the database library, which readers don't need)
    from geo.review.keep import keep, link_kept  # noqa: PLC0415

    stored: list[str] = []
    faults: list[str] = []
    who = editor()
    if who is None:
        return [], ["You may no longer write: sign in again. Your corrections are still here."]
    vocabulary, checked = state.dataset.vocabulary, bool(st.session_state.get(CHECKED))
    for entry in chosen:
        name = entry.document.title or entry.article.file
        try:
            kept = keep(
                store_for_writing(), entry.extraction, entry.proposals, who, ORIGIN, vocabulary, checked=checked
            )
        except IncidentMapError as error:
            faults.append(f"Not stored: {name}: {error}")
            continue
        stored.append(f"Stored: {literal(name)} ({_told(kept.incidents, kept.decisions)})")
        take_out([entry.document.id])
        take_off_map(entry.document.id)
    if stored:
        try:
            link_kept(store_for_writing(), who, vocabulary)
            refresh()
        except IncidentMapError as error:
            faults.append(f"Stored, but not yet compared with other reports: {error}")
    return stored, faults


def _told(incidents: int, decisions: int) -> str:
    told = "1 incident" if incidents == 1 else f"{number_text(incidents)} incidents"
    if decisions:
        told += ", 1 decision of yours" if decisions == 1 else f", {number_text(decisions)} decisions of yours"
    return told
