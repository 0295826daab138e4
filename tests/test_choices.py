"""What a multiple choice of the sidebar lists, and which click of the reader a session has come to."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from ui.choices import Options, current_turn, take_turn


@pytest.mark.parametrize(
    ("counts", "chosen", "listed"),
    [
        ({}, [], []),
        (
            {"b": 2, "a": 2, "c": 1234},
            [],
            [("c", "1\u2009234"), ("a", "2"), ("b", "2")],
        ),  # frequent first, then by name
        ({"a": 2}, ["z"], [("a", "2"), ("z", "0")]),  # chosen before other filters left nothing of it
        ({"a": 2, "z": 3}, ["z"], [("z", "3"), ("a", "2")]),
    ],
)
def test_options_are_listed_with_counts(
    counts: dict[str, int], chosen: list[str], listed: list[tuple[str, str]]
) -> None:
    options = Options(counts, lambda value: f"the {value}", chosen)
    assert options.listed() == [[value, f"the {value}", count] for value, count in listed]


def test_the_newest_turn_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    given: list[dict[str, Any]] = [{"turn": 2}, {"turn": 1}, {}, {"turn": None}]
    for one in given:
        take_turn(one)
    assert current_turn() == 2
