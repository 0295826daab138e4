"""The map on a Streamlit page: our own page `/map` in a frame that is made once and never reloads.

A Streamlit component holds the frame and passes messages: the query goes in, what the reader chooses on the map (a
range of dates, a district, an incident) comes out. So a changed filter is a changed query string, panning and zooming
run no Python, and the map keeps a strict content security policy of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from geo.api.state import AppState
from geo.names import Names
from geo.query import Query
from ui.asking import TURN, current_turn, take_turn
from ui.component import component
from ui.filters import PAGE_PARAMETERS

KEY = "incident_map"
FRAME_PARAMETERS = tuple(name for name in PAGE_PARAMETERS if name != "data_version")  # passed on to the frame
OnBrush = Callable[[str | None, str | None], None]
OnRemove = Callable[[str | None], None]

_component = component("map_frame", "map-host")


def draw_map(
    state: AppState,
    query: Query,
    *,
    on_brush: OnBrush | None = None,
    preview: Mapping[str, Any] | None = None,
    on_remove: OnRemove | None = None,
) -> None:
    """Draw the map of a query.

    Args:
        state: For reading what comes back from the map.
        query: What is shown.
        on_brush: Called with the first and last day (ISO, or None) that the reader chose on the histogram.
        preview: Incidents by id that only this tab sees (`ui.preview`); they go to its browser and nowhere else.
        on_remove: Called with the id of a preview incident that the reader removed on the map, or None for all.
    """
    _draw(state.names, query, on_brush, dict(preview or {}), on_remove)


@st.fragment
def _draw(
    names: Names, query: Query, on_brush: OnBrush | None, preview: Mapping[str, Any], on_remove: OnRemove | None
) -> None:
    """In a fragment, so that opening an incident runs nothing but this."""
    result = _component(
        key=KEY,
        data={
            "query": query.canonical(),
            "src": _address(query),
            "preview": list(preview.values()),
            "own": PAGE_PARAMETERS,
            TURN: current_turn(),
            **_shown(),
        },
        on_query_change=lambda: _take_query(names, query, on_brush),
        on_page_change=_take_page,
        on_preview_change=lambda: _take_preview(on_remove),
        on_data_change=lambda: None,  # a newer data version: the whole page is drawn anew
    )
    if any(result.get(name) is not None for name in ("query", "preview", "data")):
        st.rerun()


def _shown() -> dict[str, str | None]:
    return {
        "selected": st.query_params.get("incident"),
        "colourBy": st.query_params.get("colour", "type"),
        "shadeBy": st.query_params.get("shade", "count"),
    }


def _address(query: Query) -> str:
    own = [(name, st.query_params[name]) for name in FRAME_PARAMETERS if name in st.query_params]
    return "/map?" + urlencode([*query.pairs(), *own])


def _take_query(names: Names, query: Query, on_brush: OnBrush | None) -> None:
    """The reader chose dates or a district on the map: dates go to their widgets, the rest into the URL."""
    given: dict[str, Any] | None = st.session_state[KEY].get("query")
    if given is None:
        return
    take_turn(given)
    chosen, _ = Query.parse_lenient(given["query"], names)
    undated = ("from", "to", "undated")
    if on_brush and chosen.without(*undated) == query.without(*undated):
        on_brush(*(day.isoformat() if day else None for day in (chosen.date_from, chosen.date_to)))
        return
    own = [(name, st.query_params[name]) for name in st.query_params if name not in dict(query.pairs())]
    _write_parameters([*chosen.pairs(), *own])


def _take_page() -> None:
    """The reader opened or closed an incident, or chose other colours: the URL says so, nothing is drawn anew."""
    page: dict[str, Any] = st.session_state[KEY].get("page") or {}
    take_turn(page)
    for name in FRAME_PARAMETERS:
        value = page.get(name)
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]


def _take_preview(on_remove: OnRemove | None) -> None:
    """The reader removed an incident, or all, from the preview."""
    given: dict[str, Any] | None = st.session_state[KEY].get("preview")
    if on_remove and given is not None:
        on_remove(given.get("remove"))


def _write_parameters(pairs: list[tuple[str, str]]) -> None:
    listed: dict[str, list[str]] = {}
    for name, value in pairs:
        listed.setdefault(name, []).append(value)
    st.query_params.from_dict(listed)
