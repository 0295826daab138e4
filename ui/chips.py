"""What is asked for, as chips above the map: each says one value and is removed by a click."""

from __future__ import annotations

from functools import partial

from geo.api.chips import chip_words
from geo.query import Query
from ui.buttons import Button, Shape, draw_buttons
from ui.filters import drop_value
from ui.state import State


def draw_chips(state: State, query: Query) -> None:
    """A row of buttons, none where nothing is asked for."""
    pairs = query.pairs()
    if not pairs:
        return
    chips = [
        Button(
            f"{parameter} {value}",
            f"{chip_words(state.names, parameter, value)} \u00d7",
            query.without_value(parameter, value),
            partial(drop_value, parameter, value),
            "Remove this filter",
        )
        for parameter, value in pairs
    ]
    draw_buttons("chips", Shape.CHIPS, "Filters in use", query, chips)
