"""What is asked for, as chips above the map: each says one value and is removed by a click."""

from __future__ import annotations

import streamlit as st

from geo.query import Query
from geo.wording import day_text
from ui.filters import PRECISION_WORDS, UNDATED_WORDS, drop_value
from ui.state import State

WORDS = {
    "perpetrator": "by",
    "basis": "on word",
    "group": "involving",
    "event_type": "kind",
    "district": "in",
    "publisher": "reported by",
    "camp": "side",
    "speaker": "said by",
    "review": "checked",
    "dataset": "data set",
}


def draw_chips(state: State, query: Query) -> None:
    """A row of buttons, none where nothing is asked for."""
    pairs = query.pairs()
    if not pairs:
        return
    with st.container(horizontal=True, gap="small", key="chips"):
        for parameter, value in pairs:
            words = chip_text(state, query, parameter, value)
            st.button(
                f"{words} \u00d7",
                key=f"chip_{parameter}_{value}",
                on_click=drop_value,
                args=(parameter, value),
                help="Remove this filter",
            )


def chip_text(state: State, query: Query, parameter: str, value: str) -> str:
    """The words of one chip."""
    if parameter in WORDS:
        return f"{WORDS[parameter]}: {state.names.label(parameter, value)}"
    if parameter == "from" and query.date_from:
        return f"from {day_text(query.date_from)}"
    if parameter == "to" and query.date_to:
        return f"to {day_text(query.date_to)}"
    return {
        "undated": UNDATED_WORDS.get(value, value),
        "min_killed": f"{value} or more killed",
        "where_prec_max": PRECISION_WORDS.get(int(value) if value.isdigit() else 0, f"precision {value} or better"),
        "disputed": "sources disagree",
        "q": f"words: {value}",
        "bbox": "inside the box",
    }.get(parameter, f"{parameter}: {value}")
