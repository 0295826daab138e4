"""The map page: chips and buttons above, the map with its counts, panel and histogram below."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ui.chips import draw_chips
from ui.filters import set_dates, sidebar
from ui.map_component import draw_map
from ui.share import draw_share
from ui.state import load_state


def page() -> None:
    """Draw the page."""
    state = load_state()
    query = sidebar(state)
    left, right = st.columns([3, 2], vertical_alignment="center")
    with right:
        draw_share(state, query)
    with left:
        draw_chips(state, query)
    _problems(st.session_state.get("url_problems", ()), state.dataset.problems)
    draw_map(state, query, on_brush=_brushed)


def _brushed(first: str | None, last: str | None) -> None:
    """Callback of the histogram: its range becomes the dates asked for."""
    set_dates(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


def _problems(of_link: tuple[str, ...], of_data: tuple[str, ...]) -> None:
    """What could not be used, in one line each; the rest works."""
    for problem in of_link:
        st.warning(f"Left out of the link: {problem}")
    if of_data:
        more = f" ({len(of_data) - 1} more on the page About)" if len(of_data) > 1 else ""
        st.warning(f"Part of the data could not be loaded: {of_data[0]}{more}")
