"""The multiple choices of the sidebar: values as a list, each with how many incidents it would show.

A click is told to the map at once and to Python a moment later (`ui.asking`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from geo.wording import number_text
from ui.asking import TURN, current_turn, take_turn
from ui.component import component

_component = component("choices", "choices")
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
