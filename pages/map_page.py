"""The map page: chips and buttons above, the map with its counts, panel and histogram below."""

from __future__ import annotations

from datetime import date

import streamlit as st

from ui.chips import draw_chips
from ui.filters import draw_sections, draw_words, leave_time_for_map, read_query, set_dates
from ui.map_component import draw_map
from ui.preview import preview_marks, take_one_off
from ui.problems import draw_problems
from ui.share import draw_share
from ui.state import load_state


def page() -> None:
    """Draw the page."""
    state = load_state()
    query = read_query(state)
    draw_words()
    above = st.container()
    draw_map(state, query, on_brush=_brushed, preview=preview_marks(), on_remove=take_one_off)
    leave_time_for_map(query)
    with above:
        left, right = st.columns([3, 2], vertical_alignment="center")
        with right:
            draw_share(state, query)
        with left:
            draw_chips(state, query)
        draw_problems(state)
    draw_sections(state, query)


def _brushed(first: str | None, last: str | None) -> None:
    """Callback of the histogram: its range becomes the dates asked for."""
    set_dates(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
