"""What is asked for, as chips above the map: each says one value and is removed by a click."""

from __future__ import annotations

import streamlit as st

from geo.api.chips import chip_words
from geo.query import Query
from ui.filters import drop_value
from ui.state import State


def draw_chips(state: State, query: Query) -> None:
    """A row of buttons, none where nothing is asked for."""
    pairs = query.pairs()
    if not pairs:
        return
    with st.container(horizontal=True, gap="small", key="chips"):
        for parameter, value in pairs:
            st.button(
                f"{chip_words(state.names, parameter, value)} \u00d7",
                key=f"chip_{parameter}_{value}",
                on_click=drop_value,
                args=(parameter, value),
                help="Remove this filter",
            )
