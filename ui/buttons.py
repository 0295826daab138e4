"""Buttons that change the selection: periods, resets, and the chips above the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import streamlit as st

from geo.query import Query
from ui.asking import TURN, changes, current_turn, take_turn
from ui.component import component

_component = component("buttons", "buttons")


class Shape(StrEnum):
    """How buttons look, and what becomes of one that was pressed."""

    CHIPS = "chips"  # goes away
    PERIODS = "periods"  # is the chosen one
    LINK = "link"  # goes away
    WIDE = "wide"  # goes away


@dataclass(frozen=True, slots=True)
class Button:
    """One button.

    Attributes:
        name: What tells it from the others of its row.
        words: What it says.
        after: The query once it was pressed.
        press: Called then.
        chosen: Whether it is the chosen one of its row.
    """

    name: str
    words: str
    after: Query
    press: Callable[[], None]
    help: str = ""
    chosen: bool = False


def draw_buttons(key: str, shape: Shape, label: str, query: Query, buttons: Sequence[Button]) -> None:
    """Draw a row of buttons.

    Args:
        key: Of the component.
        label: What the row is, for who doesn't see it.
        query: What is asked for now.
    """
    _component(
        key=key,
        data={
            TURN: current_turn(),
            "shape": shape.value,
            "label": label,
            "buttons": [
                {
                    "name": button.name,
                    "words": button.words,
                    "help": button.help,
                    "chosen": button.chosen,
                    "changes": changes(query, button.after),
                }
                for button in buttons
            ],
        },
        on_pressed_change=lambda: _take(key, {button.name: button.press for button in buttons}),
    )


def _take(key: str, presses: dict[str, Callable[[], None]]) -> None:
    """Do what was pressed since the last time: the browser names the presses of the last seconds."""
    given: list[dict[str, Any]] = st.session_state[key].get("pressed") or []
    done = f"{key} done"
    for one in given:
        if one[TURN] > st.session_state.get(done, 0) and one["name"] in presses:
            presses[one["name"]]()
        st.session_state[done] = max(one[TURN], st.session_state.get(done, 0))
        take_turn(one)
