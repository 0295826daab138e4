"""What a wish changes, and which wish of the reader a session has come to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import streamlit as st

from geo.query import Query
from ui.asking import changes, current_turn, take_turn

BLA = Query(perpetrator=("bla",))
DATED = Query(date_from=date(2025, 1, 1), undated="include")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Query(), Query(), {}),
        (Query(), BLA, {"perpetrator": ["bla"]}),
        (BLA, Query(), {"perpetrator": []}),
        (BLA, Query(perpetrator=("bla", "blf")), {"perpetrator": ["bla", "blf"]}),
        (BLA, DATED, {"from": ["2025-01-01"], "undated": ["include"], "perpetrator": []}),
        (DATED, DATED.without("undated"), {"undated": []}),
    ],
)
def test_changes_are_what_differs(before: Query, after: Query, expected: dict[str, list[str]]) -> None:
    assert changes(before, after) == expected


def test_the_newest_turn_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    given: list[dict[str, Any]] = [{"turn": 2}, {"turn": 1}, {}, {"turn": None}]
    for one in given:
        take_turn(one)
    assert current_turn() == 2
