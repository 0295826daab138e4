"""The multiple choices of the sidebar: values as a list, each with how many incidents it would show.

A component of ours that tells the map of a click at once (`map_frame.js` listens) and Python after it, so that the map
needn't wait until the page's script has run. Each click has a number, `turn`, which Python gives back with what it
made of it: what still lacks the newest click is then known to be old.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from geo.wording import number_text

FOLDER = Path(__file__).parent
TURN = "turn"  # the newest click that this session has come to

_component = st.components.v2.component(
    "choices",
    html='<div class="choices"></div>',
    css=(FOLDER / "choices.css").read_text(encoding="utf-8"),
    js=(FOLDER / "choices.js").read_text(encoding="utf-8"),
)
OnChosen = Callable[[str, list[str]], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """One multiple-choice filter: its parameter, what the reader sees, and the sentence behind the question mark."""

    parameter: str
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class Options:
    """The values of a choice: how many incidents each would show, its words, and which are chosen."""

    counts: Mapping[str, int]
    words: Callable[[str], str]
    chosen: Sequence[str]

    def listed(self) -> list[list[str]]:
        """Value, words and count, the most frequent first; what is chosen is there though it would show nothing."""
        counts = dict.fromkeys(self.chosen, 0) | dict(self.counts)
        named = [(self.words(value), value) for value in counts]
        named.sort(key=lambda pair: (-counts[pair[1]], pair[0]))
        return [[value, words, number_text(counts[value])] for words, value in named]


def current_turn() -> int:
    """The newest click that this session has come to."""
    turn: int = st.session_state.get(TURN, 0)
    return turn


def take_turn(given: Mapping[str, Any]) -> None:
    """Note that the session has come to what the browser numbered so."""
    st.session_state[TURN] = max(current_turn(), int(given.get(TURN) or 0))


def draw_choices(key: str, choices: Sequence[tuple[Choice, Options]], on_chosen: OnChosen) -> None:
    """Draw some choices one below the other.

    Args:
        key: Of the component, which keeps what is folded open.
        choices: In this order.
        on_chosen: Callback; called with the parameter and its values for each of the choices when any was changed.
    """
    name = f"choices_{key}"
    parameters = {choice.parameter for choice, _ in choices}
    _component(
        key=name,
        data={
            TURN: current_turn(),
            "choices": [
                {
                    "parameter": choice.parameter,
                    "label": choice.label,
                    "help": choice.help,
                    "options": options.listed(),
                    "chosen": list(options.chosen),
                }
                for choice, options in choices
            ],
        },
        on_chosen_change=lambda: _take(name, parameters, on_chosen),
    )


def _take(name: str, parameters: set[str], on_chosen: OnChosen) -> None:
    given: dict[str, Any] = st.session_state[name].get("chosen") or {}
    take_turn(given)
    for parameter, values in given.get("values", {}).items():
        if parameter in parameters:
            on_chosen(parameter, [str(value) for value in values])
